"""Writing records through sObject Collections: up to 200 a call, order kept, each record with a receipt of its own.

Records that were too many at once for the org's triggers or flows were not written, and go again in smaller calls.

An answer that was lost makes its records `unknown`; nothing is sent twice here. An error of the whole call is raised only
while nothing has been written; later it becomes `retry` receipts for the records not sent, so that no receipt is lost.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

import orjson

from connectors.errors import OutcomeUnknown, Refused, RemoteError, SchemaChanged
from connectors.records import Receipt
from connectors.salesforce import soql
from connectors.salesforce.codes import COLUMN_CODES
from connectors.salesforce.connection import Connection
from connectors.salesforce.receipts import receipt, unnamed
from connectors.salesforce.values import key_problems, to_json

# Records one call takes (Salesforce's REST guide, sObject Collections), and bytes we put into one.
ROWS_A_CALL, BYTES_A_CALL = 200, 5 << 20
# A call refused as unreadable is halved until the one bad row is found. So many bad rows and no good one: the fault is the call's.
MOST_UNREADABLE = 5


@dataclass(frozen=True, slots=True)
class Write:
    """What is to be done: `verb` is `create`, `update` or `upsert` (then `key` is the external-id field).

    `auto_assign` lets the org's assignment rules run; `allow_duplicates` saves what a duplicate rule would only warn of;
    `rows_a_call` is the most records one call takes, 200 at most; `at_first` is how many the first one takes (0: as many), after
    which each takes twice as many as the one before, until one gets no answer: then it begins anew.
    """

    verb: str
    object_name: str
    key: str = ""
    auto_assign: bool = False
    allow_duplicates: bool = False
    rows_a_call: int = ROWS_A_CALL
    at_first: int = 0

    @property
    def headers(self) -> dict[str, str]:
        """Sent with every write: Salesforce's own default runs assignment rules."""
        save = "true" if self.allow_duplicates else "false"
        return {
            "Sforce-Auto-Assign": "TRUE" if self.auto_assign else "FALSE",
            "Sforce-Duplicate-Rule-Header": f"allowSave={save}; includeRecordDetails=false; runAsCurrentUser=false",
        }

    @property
    def key_field(self) -> str:
        """The field a row is known by: none for creates."""
        return {"create": "", "update": "Id"}.get(self.verb, self.key)

    @property
    def call(self) -> tuple[str, str]:
        """Method and path of the collections call."""
        if self.verb == "create":
            return "POST", "composite/sobjects"
        tail = f"/{soql.name(self.object_name)}/{soql.name(self.key)}" if self.verb == "upsert" else ""
        return "PATCH", f"composite/sobjects{tail}"


@dataclass(frozen=True, slots=True)
class _Ready:
    """A row as it goes into a request."""

    index: int
    body: bytes
    id: str = ""


def write(connection: Connection, task: Write, rows: Sequence[Mapping[str, Any]]) -> list[Receipt]:
    """One receipt per row, in the order given. None clears a field, a missing one stays.

    Raises `SchemaChanged`, `NotAllowed`, `BudgetSpent`, `Unavailable` or `Refused` when nothing was written.
    """
    ready, receipts = _prepared(task, rows)
    left = deque(_chunks(ready, task))
    sent, unreadable = False, 0
    while left:
        chunk = left.popleft()
        try:
            got = _send(connection, task, chunk)
            _raise_for_column(got if not sent else [], task)
        except RemoteError as wrong:
            if isinstance(wrong, Refused) and wrong.status == 400:  # one row of it cannot be read
                if len(chunk) > 1:
                    left.extendleft(_halves(chunk))
                    continue
                unreadable += 1
                if not sent and unreadable >= MOST_UNREADABLE:
                    raise
                receipts[chunk[0].index] = Receipt("refused", code=wrong.code, message=str(wrong))
                continue
            if not sent:
                raise
            receipts.update(_not_sent((chunk, *left), wrong))
            break
        sent = True
        receipts.update((row.index, one) for row, one in zip(chunk, got, strict=True))
        if task.at_first and all(one.outcome == "unknown" for one in got):
            left = deque(_chunks(chain.from_iterable(left), task))
        crowded = [row for row, one in zip(chunk, got, strict=True) if one.crowded]
        if crowded and len(chunk) > 1:
            left.extendleft(_halves(crowded))
    return [receipts[index] for index in range(len(rows))]


def _send(connection: Connection, task: Write, chunk: Sequence[_Ready]) -> list[Receipt]:
    method, path = task.call
    body = {"allOrNone": False, "records": [orjson.Fragment(row.body) for row in chunk]}
    try:
        results = connection.call(method, path, body=body, headers=task.headers).json()
    except OutcomeUnknown as lost:
        return [Receipt("unknown", code=lost.code, message=str(lost))] * len(chunk)
    if not isinstance(results, list) or len(results) != len(chunk):
        return [unnamed()] * len(chunk)  # with one result missing nobody can say whose the others are
    plain = "created" if task.verb == "create" else "updated"
    return [receipt(one, created=plain, key=task.key, known=row.id) for row, one in zip(chunk, results, strict=True)]


def _prepared(task: Write, rows: Sequence[Mapping[str, Any]]) -> tuple[list[_Ready], dict[int, Receipt]]:
    """The rows that can go, and receipts for those that cannot."""
    field = task.key_field
    receipts = key_problems([_key_of(row, field) for row in rows], field) if field else {}
    ready: list[_Ready] = []
    for index, row in enumerate(rows):
        if index in receipts:
            continue
        try:
            id = str(row["Id"]) if task.verb == "update" else ""
            ready.append(_Ready(index, orjson.dumps(_body(task, row)), id))
        except (ValueError, TypeError) as wrong:
            bad = _bad_fields(row)
            words = f"a value that cannot be sent in {', '.join(bad) or 'the row'} ({wrong})"
            receipts[index] = Receipt("refused", code="BAD_VALUE", message=words, fields=bad)
    return ready, receipts


def _body(task: Write, row: Mapping[str, Any]) -> dict[str, Any]:
    body: dict[str, Any] = {"attributes": {"type": soql.name(task.object_name)}}
    for name, value in row.items():
        body["id" if name == "Id" and task.verb == "update" else name] = to_json(value)
    return body


def _key_of(row: Mapping[str, Any], field: str) -> Any:
    return row.get(field)


def _bad_fields(row: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(name for name, value in row.items() if not _can_go(value))


def _can_go(value: Any) -> bool:
    try:
        orjson.dumps(to_json(value))
    except (ValueError, TypeError):
        return False
    return True


def _halves(rows: list[_Ready]) -> list[list[_Ready]]:
    """Two parts of these rows, the later one first, as `extendleft` takes them; one row alone is one part."""
    middle = len(rows) // 2
    return [part for part in (rows[middle:], rows[:middle]) if part]


def _chunks(rows: Iterable[_Ready], task: Write) -> Iterator[list[_Ready]]:
    most = min(task.rows_a_call, ROWS_A_CALL)
    now = min(task.at_first or most, most)
    chunk: list[_Ready] = []
    size = 0
    for row in rows:
        if chunk and (len(chunk) == now or size + len(row.body) > BYTES_A_CALL):
            yield chunk
            chunk, size, now = [], 0, min(now * 2, most)
        chunk.append(row)
        size += len(row.body)
    if chunk:
        yield chunk


def _raise_for_column(got: Sequence[Receipt], task: Write) -> None:
    """Every record turned down for one and the same column: that is the schema's fault, not the records'."""
    if not got or any(one.outcome != "refused" or one.code not in COLUMN_CODES for one in got):
        return
    names = tuple(dict.fromkeys(name for one in got for name in one.fields))
    message = f"Salesforce's {task.object_name} does not take {', '.join(names) or 'a field of ours'} ({got[0].code})"
    raise SchemaChanged(message, names=names, system="salesforce", code=got[0].code)


def _not_sent(chunks: Iterable[Sequence[_Ready]], wrong: RemoteError) -> dict[int, Receipt]:
    names = wrong.names if isinstance(wrong, SchemaChanged) else ()
    code = wrong.code or type(wrong).__name__
    words = Receipt("retry", code=code, message=f"not sent: {wrong}", fields=names, sent=False)
    return {row.index: words for chunk in chunks for row in chunk}
