"""What can go wrong with a remote system, named by what helps.

RemoteError
├── Unavailable        nothing wrong with us; try later            (network, 5xx, HTML page, deadline)
│   ├── RateLimited    wait `retry_after` seconds                  (429, 423, 477)
│   └── BudgetSpent    no calls left until `resets_at`             (daily limits)
├── OutcomeUnknown     a write was sent and its answer is lost: read back before trying again
├── NotAllowed         a person must act                           (401 after one refresh, 403, a missing scope or permission)
├── SchemaChanged      a field, property or object we use is gone; `names` says which
└── Refused            the request itself is wrong; repeating it will not help

Messages say what happened and what to do next. They hold ids, codes and field names, never values, tokens or bodies.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

NAMES: Mapping[str, str] = {"hubspot": "HubSpot", "salesforce": "Salesforce"}
"""The systems as people write them."""


class RemoteError(Exception):
    """A remote system did not do what was asked. `system` is `hubspot` or `salesforce`; `code` its own error code."""

    def __init__(
        self, message: str, *, system: str = "", status: int = 0, code: str = "", request_id: str = ""
    ) -> None:
        super().__init__(message)
        self.system = system
        self.status = status
        self.code = code
        self.request_id = request_id

    @property
    def told(self) -> str:
        """The message for a person, which names the system."""
        name = NAMES.get(self.system, self.system)
        return str(self) if not name or name in str(self) else f"{name}: {self}"


class Unavailable(RemoteError):
    """The system cannot be reached or is not well; the same call may go through later."""


class RateLimited(Unavailable):
    """Too many calls just now; `retry_after` is in seconds."""

    def __init__(
        self, message: str, *, retry_after: float = 1.0, system: str = "", status: int = 429, code: str = ""
    ) -> None:
        super().__init__(message, system=system, status=status, code=code)
        self.retry_after = retry_after


class BudgetSpent(Unavailable):
    """The day's calls are used up; nothing but a rare probe should be sent before `resets_at` (UTC, None: unknown)."""

    def __init__(
        self, message: str, *, resets_at: datetime | None = None, system: str = "", status: int = 403, code: str = ""
    ) -> None:
        super().__init__(message, system=system, status=status, code=code)
        self.resets_at = resets_at


class OutcomeUnknown(RemoteError):
    """A write may or may not have happened. Read back by key before sending it again."""


class NotAllowed(RemoteError):
    """Credentials, permission or scope are missing; a person has to grant them."""


class SchemaChanged(RemoteError):
    """Fields, properties or objects named in the request do not exist (any more)."""

    def __init__(
        self, message: str, *, names: tuple[str, ...] = (), system: str = "", status: int = 400, code: str = ""
    ) -> None:
        super().__init__(message, system=system, status=status, code=code)
        self.names = names


class Refused(RemoteError):
    """The request is wrong as it stands."""
