"""What a Salesforce request means, which error an answer is, and where the day's budget is told."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import orjson

from connectors.errors import (
    BudgetSpent,
    NotAllowed,
    RateLimited,
    Refused,
    RemoteError,
    SchemaChanged,
    Unavailable,
)
from connectors.http import Answer, Budget, Operation, Request
from connectors.http.shapes import NotJson, parsed
from connectors.salesforce.codes import REQUEST, Complaint, complaints, is_concurrency, names_in

SYSTEM = "salesforce"
LOGIN = "login"
BULK_BYTES = 256 << 20

# The library's own reader finds it only at the header's beginning; `per-app-api-usage` is another limit.
_USAGE = re.compile(r"(?<![\w-])api-usage\s*=\s*(\d+)\s*/\s*(\d+)", re.IGNORECASE)
_VERSIONED = re.compile(r"^/services/data/v[\d.]+/")
_DESCRIBE = re.compile(r"^sobjects/[^/]+/describe(?:/layouts)?$")
_RETRIEVE = re.compile(r"^composite/sobjects/[^/]+$")
# What userinfo says, as plain text, to a token that may not ask, or has run out (Salesforce's help, "Identity URLs").
_NO_IDENTITY = re.compile(rb"\s*(?:Bad_OAuth_Token|Missing_OAuth_Token|No_Access|Wrong_Org)\b")
_TOO_LONG = (414, 431)
_TOO_MANY = (420, 423, 429)
_NO_SUCH_PLACE = (404, 405)


class SalesforceDialect:
    """Salesforce's side of `connectors.http.Remote`.

    Two answers are left to `Connection`: a 401 (it logs in anew, once) and a login that Salesforce turned down.
    """

    system = SYSTEM

    def operation(self, request: Request) -> Operation:
        """Reads may be repeated; so may logins and the steps of a Bulk job that change nothing when done twice."""
        if request.path == "/services/oauth2/token":
            return Operation(LOGIN)
        path = _VERSIONED.sub("", request.path)
        if path.startswith("jobs/ingest"):
            return _bulk_operation(request.method, path)
        purpose = path.strip("/").rpartition("/")[2] if path == request.path else path.partition("/")[0] or "resources"
        if request.method == "GET":
            return Operation("query" if path.startswith("query") else purpose, aside=bool(_DESCRIBE.match(path)))
        if request.method == "POST" and _RETRIEVE.match(path):
            return Operation("read")
        if path.rstrip("/") == "composite":
            return Operation("composite", writes=_composite_writes(request.body))
        return Operation("write" if path.startswith("composite/sobjects") else purpose, writes=True)

    def fault(self, answer: Answer, operation: Operation) -> RemoteError | None:
        """The error an answer means, by Salesforce's own code first, by the HTTP status where there is none."""
        if answer.ok or answer.status == 300:
            return None
        body = _json(answer)
        if body is None and answer.status == 401 and operation.purpose != LOGIN and not _is_page(answer):
            return None
        if body is None:
            return _without_json(answer, operation)
        if operation.purpose == LOGIN:
            if answer.status < 500 and answer.status not in _TOO_MANY and isinstance(body, dict):
                return None  # the library reads OAuth's own words
        elif answer.status == 401:
            return None
        told = complaints(body)
        return _with_code(answer, told) if told else _by_status(answer, "", f"answered {answer.status}")

    def budget(self, answer: Answer) -> Budget:
        """The day's calls from `Sforce-Limit-Info: api-usage=45/15000`."""
        told = _USAGE.search(answer.header("sforce-limit-info"))
        if told is None:
            return Budget()
        used, total = int(told[1]), int(told[2])
        return Budget(total, max(0, total - used))


def _bulk_operation(method: str, path: str) -> Operation:
    """Jobs have servers of their own: when these fail, the rest of the API goes on."""
    if path.endswith("/batches"):
        return Operation("bulk", writes=True, expects="anything", deadline=900.0, aside=True)
    if path.endswith(("/successfulResults", "/failedResults", "/unprocessedrecords")):
        return Operation("bulk", expects="anything", deadline=900.0, max_bytes=BULK_BYTES, aside=True)
    # Creating a job twice leaves an empty one behind, closing one twice is refused the second time: neither writes a record.
    return Operation("bulk", expects="json" if method != "DELETE" else "anything", aside=True)


def _composite_writes(body: bytes | None) -> bool:
    asked: Any = orjson.loads(body or b"{}")
    return any(part.get("method") != "GET" for part in asked.get("compositeRequest", ()))


def _json(answer: Answer) -> Any:
    """The JSON of an error's body, whatever byte of a repeated value is no UTF-8; None when it has none: a page, nothing, or noise."""
    try:
        return parsed(answer)
    except NotJson:
        return None


def _is_page(answer: Answer) -> bool:
    return answer.body.lstrip()[:1] == b"<"


def _without_json(answer: Answer, operation: Operation) -> RemoteError:
    """An answer that Salesforce's API did not write: something in between, or a maintenance page. It passes."""
    status = answer.status
    nothing_there = status in _NO_SUCH_PLACE and not _is_page(answer)
    if status in _TOO_MANY or status in _TOO_LONG or nothing_there:
        return _by_status(answer, "", f"answered {operation.purpose} with {status} and no data")
    if status == 403 and _NO_IDENTITY.match(answer.body):
        return _by_status(answer, "", f"does not tell our app {operation.purpose} (scope `id` or `openid`)")
    message = f"Salesforce answered {operation.purpose} with {status} and no data (a page or nothing)"
    return Unavailable(message, system=SYSTEM, status=status, code="NOT_JSON")


def _with_code(answer: Answer, told: list[Complaint]) -> RemoteError:
    first = told[0]
    kind = REQUEST.get(first.code)
    common: Mapping[str, Any] = {"system": SYSTEM, "status": answer.status, "code": first.code}
    if first.code == "REQUEST_LIMIT_EXCEEDED" and (answer.status in _TOO_MANY or is_concurrency(first.message)):
        return RateLimited(
            "Salesforce has too many of our calls at one time", retry_after=_retry_after(answer), **common
        )
    if kind == "BudgetSpent":
        return BudgetSpent("Salesforce's calls of the day are used up (REQUEST_LIMIT_EXCEEDED)", **common)
    if kind == "SchemaChanged":
        names = names_in(told)
        words = ", ".join(names) or "an object or external-id field"
        message = f"Salesforce does not know {words}, or hides it from the integration user ({first.code})"
        return SchemaChanged(message, names=names, **common)
    if kind == "NotAllowed":
        return NotAllowed(
            f"Salesforce refuses this to the integration user ({first.code}); an admin must grant it", **common
        )
    if kind == "Unavailable":
        return Unavailable(f"Salesforce cannot answer now ({first.code})", **common)
    return _by_status(answer, first.code, f"refused the call ({first.code})")


def _by_status(answer: Answer, code: str, what: str) -> RemoteError:
    status = answer.status
    common: Mapping[str, Any] = {"system": SYSTEM, "status": status, "code": code}
    if status in _TOO_MANY:
        return RateLimited("Salesforce asks for fewer calls", retry_after=_retry_after(answer), **common)
    if status in _TOO_LONG:
        return Refused(f"The request is longer than Salesforce takes ({status}); ask for fewer fields", **common)
    if status == 410:
        return Refused("Salesforce has retired this API version; set a newer one", **common)
    if status in (401, 403):
        return NotAllowed(f"Salesforce {what}; an admin must grant it", **common)
    if status >= 500:
        return Unavailable(f"Salesforce {what}", **common)
    return Refused(f"Salesforce {what}", **common)


def _retry_after(answer: Answer) -> float:
    try:
        return max(0.0, float(answer.header("retry-after")))
    except ValueError:
        return 1.0
