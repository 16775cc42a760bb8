"""HubSpot's manners: what each path means, which error an answer is, where the day's budget is told, how fast each tier
may call.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from connectors.errors import BudgetSpent, NotAllowed, RateLimited, Refused, RemoteError, SchemaChanged, Unavailable
from connectors.http import Answer, Budget, Operation, Request, Window
from connectors.http.shapes import NotJson, parsed
from connectors.hubspot.problems import Problem, read_problem

HOSTS = ("api.hubapi.com", "api-*.hubapi.com")

#: Calls per ten seconds by tier (HubSpot usage guidelines); search is 5 a second for the whole account.
TIERS: Mapping[str, int] = {"free": 100, "starter": 100, "professional": 190, "enterprise": 190, "oauth": 110}
_SEARCH = Window(5, 1.0)
LONGEST_WINDOW = 10.0
"""Seconds after which a call counts no more."""

#: Pause in seconds after a 429 without Retry-After, by the policy it names. `Remote` adds its own, which double: all tries
#: of a call together outlast the window of ten seconds.
_PAUSES = {"SECONDLY": 1.0, "TEN_SECONDLY_ROLLING": 2.0}

#: What a path means, first match wins: pattern, purpose, whether it writes. Search and batch read are reads although
#: they POST.
_MEANINGS: tuple[tuple[re.Pattern[str], str, bool], ...] = tuple(
    (re.compile(pattern), purpose, writes)
    for pattern, purpose, writes in (
        (r"POST .*/search$", "search", False),
        (r"POST .*/associations/.*/batch/read$", "links", False),
        (r"POST .*/batch/read$", "batch_read", False),
        (r"POST .*/batch/update$", "write", True),
        (r"GET .*/account-info/", "account", False),
        (r"GET .*/properties/", "schema", False),
        (r"\w+ .*/properties/", "setup", True),
        (r"POST /crm/(?:v3/lists|lists/[\d-]+)$", "setup", True),
        (r"GET .*/owners\b", "owners", False),
        (r"GET .*/conversations/", "chats", False),
        (r"GET .*/form-integrations/", "submissions", False),
        (r"GET .*/forms\b", "forms", False),
        (r"GET /crm/(?:v3/objects|objects/[\d-]+)/[\w-]+$", "list", False),
        (r"GET ", "read", False),
        (r"", "other", True),
    )
)


class Invalid(Refused):
    """Values were refused; `names` are the properties and `code` the first complaint's code."""

    def __init__(self, message: str, problem: Problem, status: int) -> None:
        super().__init__(message, system="hubspot", status=status, code=problem.code, request_id=problem.correlation_id)
        self.names = problem.fields


class Dialect:
    """HubSpot's side of `connectors.http.Dialect`. `zone` is the portal's: its midnight gives the day's calls back."""

    system = "hubspot"

    def __init__(self) -> None:
        self.zone: ZoneInfo | None = None

    def operation(self, request: Request) -> Operation:
        key = f"{request.method} {request.path.rstrip('/')}"
        purpose, writes = next((purpose, writes) for pattern, purpose, writes in _MEANINGS if pattern.match(key))
        return Operation(purpose, writes=writes, lane=lane_of(purpose), aside=purpose == "schema")

    def budget(self, answer: Answer) -> Budget:
        """The daily headers; absent for OAuth tokens and on search."""
        daily = answer.header("x-hubspot-ratelimit-daily")
        remaining = answer.header("x-hubspot-ratelimit-daily-remaining")
        return Budget(_whole(daily), _whole(remaining))

    def fault(self, answer: Answer, operation: Operation) -> RemoteError | None:
        if answer.ok:
            return None
        try:
            body = parsed(answer) if answer.body else {}
        except NotJson as error:
            return self._page(answer, operation, str(error))
        return self._by_status(answer, operation, read_problem(body))

    def _by_status(self, answer: Answer, operation: Operation, problem: Problem) -> RemoteError:
        status = answer.status
        if status in (423, 429, 477) or (status == 503 and answer.header("retry-after")):
            return self._too_fast(answer, operation, problem)
        said = f"HubSpot answered {operation.purpose} with {status} ({problem.words})"
        if status in (401, 403):
            return _not_allowed(status, operation, problem)
        if status >= 500:
            return Unavailable(
                said, system="hubspot", status=status, code=problem.code, request_id=problem.correlation_id
            )
        if problem.missing and status in (400, 404):
            names = ", ".join(problem.missing)
            message = f"HubSpot does not know {names} (any more); mend the mapping or create the property"
            return SchemaChanged(message, names=problem.missing, system="hubspot", status=status, code=problem.code)
        reference = f"; reference {problem.correlation_id}" if problem.correlation_id else ""
        return Invalid(said + reference, problem, status)

    def _too_fast(self, answer: Answer, operation: Operation, problem: Problem) -> RemoteError:
        status, policy = answer.status, problem.policy
        if status == 429 and policy == "DAILY":
            message = "HubSpot's calls of the day are used up; they come back at midnight of the portal's time zone"
            return BudgetSpent(message, resets_at=self._midnight(answer), system="hubspot", status=status, code=policy)
        told = answer.header("retry-after")
        seconds = _seconds(told) or _PAUSES.get(policy, 2.0)
        words = {423: "a record is locked", 477: "the account is being moved", 503: "it is overloaded"}
        why = words.get(status, f"too many calls ({policy or 'no policy named'})")
        message = f"HubSpot turned {operation.purpose} away: {why}; again in {seconds:.0f} s"
        code = policy or problem.code or str(status)
        return RateLimited(message, retry_after=seconds, system="hubspot", status=status, code=code)

    def _page(self, answer: Answer, operation: Operation, what: str) -> RemoteError:
        """An error with no JSON comes from something in front of HubSpot, not from HubSpot itself."""
        message = f"HubSpot answered {operation.purpose} with {answer.status} and {what}"
        if answer.status == 429:
            seconds = _seconds(answer.header("retry-after")) or 2.0
            return RateLimited(message, retry_after=seconds, system="hubspot", code="NOT_JSON")
        if answer.status in (413, 414, 431):
            return Refused(message, system="hubspot", status=answer.status, code="TOO_LONG")
        return Unavailable(message, system="hubspot", status=answer.status, code="NOT_JSON")

    def _midnight(self, answer: Answer) -> datetime | None:
        now = answer.date
        if self.zone is None or now is None:
            return None
        tomorrow = (now.astimezone(self.zone) + timedelta(days=1)).date()
        return datetime(tomorrow.year, tomorrow.month, tomorrow.day, tzinfo=self.zone).astimezone(UTC)


def lane_of(purpose: str) -> str:
    """The lane of `lanes` that a call of this purpose takes."""
    return "search" if purpose == "search" else "general"


def lanes(tier: str) -> dict[str, tuple[Window, ...]]:
    """The rate limits of a tier; a search counts in both windows."""
    if tier not in TIERS:
        raise ValueError(f"unknown HubSpot tier {tier!r}; known: {', '.join(TIERS)}")
    general = Window(TIERS[tier], LONGEST_WINDOW)
    return {"general": (general,), "search": (_SEARCH, general)}


def _not_allowed(status: int, operation: Operation, problem: Problem) -> NotAllowed:
    if status == 401:
        message = "HubSpot does not accept the access token; create a new one and put it in its place"
    else:
        scopes = ", ".join(problem.scopes) or "HubSpot names none"
        message = f"The HubSpot token may not do {operation.purpose}; grant it the missing scope ({scopes})"
    code = problem.category or ("INVALID_AUTHENTICATION" if status == 401 else "MISSING_SCOPES")
    return NotAllowed(message, system="hubspot", status=status, code=code, request_id=problem.correlation_id)


def _whole(text: str) -> int | None:
    return int(text) if text.isdigit() else None


def _seconds(text: str) -> float | None:
    """Retry-After in seconds; the date form is not documented for HubSpot and is ignored."""
    try:
        return max(0.0, float(text)) or None
    except ValueError:
        return None
