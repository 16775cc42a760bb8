"""`query`, `queryAll` and the pages after the first."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from connectors.sandbox.salesforce import ids
from connectors.sandbox.salesforce.api.http import Reply, Request, wrong_method
from connectors.sandbox.salesforce.errors import Refusal
from connectors.sandbox.salesforce.org import Org
from connectors.sandbox.salesforce.soql.run import Answer, run
from connectors.sandbox.salesforce.troubles import Troubles

PAGE = 2_000
_SMALLEST = 200
# Cursors an org keeps, and for how long.
_CURSORS = 100
_CURSOR_LIFE = timedelta(days=2)
_BATCH_SIZE = re.compile(r"batchSize\s*=\s*(\d+)", re.IGNORECASE)
_LOCATOR = re.compile(r"(0r8[0-9A-Za-z]{15})-(\d+)\Z")


@dataclass(frozen=True, slots=True)
class _Cursor:
    answer: Answer
    user: str
    size: int
    made_at: datetime


class Queries:
    """Runs queries and keeps what is left of them for the next page."""

    def __init__(self, org: Org) -> None:
        self._org = org
        self._cursors: dict[str, _Cursor] = {}
        self._count = 0

    def handle(self, request: Request) -> Reply:
        """`query`, `queryAll`, and `query/{locator}`."""
        if request.method not in ("GET", "HEAD"):
            raise wrong_method(request, "GET", "HEAD")
        if len(request.segments) == 5:
            return self._more(request)
        if "explain" in request.query:
            raise Refusal("INVALID_PARAMETER", "Query plans are not offered here.")
        text = request.query.get("q")
        if text is None:
            raise Refusal("MALFORMED_QUERY", "SOQL statement required: the parameter q is missing")
        Troubles(self._org, request.call).on_query()
        deleted_too = request.segments[3] == "queryAll"
        answer = run(self._org, request.user, text, request.base, deleted_too)
        if request.query.get("columns", "").lower() == "true":
            return Reply(200, _columns(self._org, answer))
        return self._first(request, answer)

    def _first(self, request: Request, answer: Answer) -> Reply:
        if answer.count_only:
            return Reply(200, {"totalSize": answer.total, "done": True, "records": []})
        size = _page_size(request)
        return Reply(200, self._page(request, answer, 0, size, ""))

    def _more(self, request: Request) -> Reply:
        """A later page. A locator of somebody else's, or an old one, is no locator."""
        match = _LOCATOR.match(request.segments[4])
        cursor = self._cursors.get(match[1]) if match else None
        expired = cursor is not None and self._org.clock.now() - cursor.made_at > _CURSOR_LIFE
        if match is None or cursor is None or expired or cursor.user != request.user:
            raise Refusal("INVALID_QUERY_LOCATOR", "invalid query locator")
        start = int(match[2])
        if start >= cursor.answer.total:
            raise Refusal("INVALID_QUERY_LOCATOR", "invalid query locator")
        return Reply(200, self._page(request, cursor.answer, start, cursor.size, match[1]))

    def _page(self, request: Request, answer: Answer, start: int, size: int, key: str) -> dict[str, Any]:
        end = start + size
        records = answer.page(start, end)
        if end >= answer.total:
            return {"totalSize": answer.total, "done": True, "records": records}
        if not key:
            key = self._keep(_Cursor(answer, request.user, size, self._org.clock.now()))
        # The page after a queryAll is asked for at `query` too.
        where = f"{request.base}/query/{key}-{end}"
        return {"totalSize": answer.total, "done": False, "nextRecordsUrl": where, "records": records}

    def _keep(self, cursor: _Cursor) -> str:
        self._count += 1
        key = ids.make("0r8", self._count)
        self._cursors[key] = cursor
        while len(self._cursors) > _CURSORS:
            del self._cursors[next(iter(self._cursors))]
        return key


def _page_size(request: Request) -> int:
    """`Sforce-Query-Options: batchSize=…`, kept between 200 and 2,000."""
    match = _BATCH_SIZE.search(request.headers.get("sforce-query-options", ""))
    return PAGE if match is None else max(_SMALLEST, min(PAGE, int(match[1])))


def _columns(org: Org, answer: Answer) -> dict[str, Any]:
    """What `columns=true` answers instead of records."""
    described = org.schema.get(answer.sobject)
    return {
        "columnMetadata": [one.as_json() for one in answer.columns],
        "entityName": answer.sobject,
        "groupBy": answer.grouped,
        "idSelected": any(one.name == "Id" for one in answer.columns),
        "keyPrefix": described.prefix,
    }
