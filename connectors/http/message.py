"""One request, one answer, and the one-method seam between them: `Transport.send`. A test passes any object with that
method.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, Protocol
from urllib.parse import urlsplit

from urllib3 import HTTPHeaderDict

MEGABYTE = 1 << 20
#: A clock that shows this year or a later one is no clock: adding to it would leave the calendar.
LAST_YEAR = 9999


@dataclass(frozen=True, slots=True)
class Request:
    """What is sent. Headers and body carry tokens and personal data, so they never show in a `repr`."""

    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: bytes | None = field(default=None, repr=False)

    @property
    def path(self) -> str:
        return urlsplit(self.url).path


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, whole. `headers` ignore case; `data` is the parsed JSON once `Remote` has checked the shape."""

    status: int
    headers: HTTPHeaderDict = field(repr=False)
    body: bytes = field(repr=False)
    data: Any = field(default=None, repr=False)

    @property
    def ok(self) -> bool:
        return 200 <= self.status < 300

    def header(self, name: str) -> str:
        return str(self.headers.get(name, ""))

    @property
    def date(self) -> datetime | None:
        """The server's own clock, to the second, from the `Date` header; None when it is missing or wrong."""
        return date_of(self.header("date"))


def date_of(header: str) -> datetime | None:
    """The moment a `Date` header tells, UTC; None when it is empty or wrong."""
    try:
        found = parsedate_to_datetime(header)
        moment = found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except (ValueError, TypeError, OverflowError):
        return None
    return moment if moment.year < LAST_YEAR else None


@dataclass(frozen=True, slots=True)
class Operation:
    """What a request means, whatever its verb.

    `writes`: a repetition could do something twice, so a lost answer is never blindly retried. `purpose` is the word it
    is counted under. `lane` chooses the rate limit. `expects` is `json` (checked and parsed) or `anything`. `deadline`
    (seconds) and
    `max_bytes` bound the answer; a `deadline` of None takes the client's. `aside`: the caller can do without an answer,
    and that none comes says nothing of other calls; the breaker does not count it.
    """

    purpose: str
    writes: bool = False
    lane: str = "general"
    expects: str = "json"
    deadline: float | None = None
    max_bytes: int = 64 * MEGABYTE
    aside: bool = False


class Lost(Exception):
    """No whole answer came. `sent` is False only when it is certain that the request never left; `reason` holds no
    values.
    """

    def __init__(self, reason: str, *, sent: bool) -> None:
        super().__init__(reason)
        self.reason = reason
        self.sent = sent


class Transport(Protocol):
    """Sends one request once: no retry, no redirect, whole answer within `seconds` and `max_bytes`, else `Lost`."""

    def send(self, request: Request, seconds: float, max_bytes: int) -> Answer: ...
