"""Updates in batches of a hundred, a receipt for every record, in the order given.

HubSpot refuses a whole batch for one bad record. Such a batch is halved until the bad one stands alone; the others are
written. Updates set
values, so repeating one is harmless, but whether to repeat is left to the caller: a lost answer gives `unknown`.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence
from typing import Any

from connectors.errors import OutcomeUnknown, Refused, RemoteError, SchemaChanged
from connectors.hubspot.batches import BATCH
from connectors.hubspot.dialect import Invalid
from connectors.hubspot.official import Official
from connectors.hubspot.problems import Problem, read_problem
from connectors.hubspot.rows import objects_of
from connectors.records import Receipt

#: Categories of HubSpot's that say nothing against the record: its own failure, too many calls, a lock.
PASSING = frozenset({"INTERNAL_ERROR", "RATE_LIMITS", "RATE_LIMIT", "LOCKED", "TIMEOUT", "SERVICE_UNAVAILABLE"})

Row = tuple[str, Mapping[str, str]]
_Numbered = tuple[int, str, Mapping[str, str]]


class Writes:
    """Batch updates through the official client."""

    def __init__(self, official: Official) -> None:
        self._official = official

    def write(self, kind: str, rows: Sequence[Row], *, at_first: int = 0) -> list[Receipt]:
        """Receipts for `(id, {property: value})` rows ("" clears a property).

        An error that stops everything (no connection, no permission, no calls left) is raised when nothing has been
        written yet;
        after that the rows not sent are `retry`. `at_first`: so few go in the first batch (0: as many as it takes), then
        twice as many each time, until a batch gets no answer: then it begins anew.
        """
        receipts: dict[int, Receipt] = {}
        left = deque((number, id, values) for number, (id, values) in enumerate(rows))
        first = min(at_first or BATCH, BATCH)
        most = first
        while left:
            batch = _batch(left, most)
            try:
                got = self._write(kind, batch)
            except RemoteError as error:
                if not receipts:
                    raise
                stopped = Receipt("retry", code=error.code, message=str(error), sent=False)
                return [receipts.get(number, stopped) for number in range(len(rows))]
            receipts.update(got)
            most = first if all(one.outcome == "unknown" for one in got.values()) else min(most * 2, BATCH)
        return [receipts[number] for number in range(len(rows))]

    def _write(self, kind: str, batch: Sequence[_Numbered]) -> dict[int, Receipt]:
        inputs = [
            {"id": id, "properties": dict(values), "objectWriteTraceId": str(number)} for number, id, values in batch
        ]
        try:
            data = self._official.batch_update(objects_of(kind), inputs)
        except OutcomeUnknown as error:
            lost = Receipt("unknown", code=error.code, message=str(error))
            return {number: lost for number, _, _ in batch}
        except SchemaChanged as error:
            return self._without(kind, batch, error)
        except Refused as error:
            return self._apart(kind, batch, error)
        return _receipts(batch, data)

    def _without(self, kind: str, batch: Sequence[_Numbered], error: SchemaChanged) -> dict[int, Receipt]:
        """Rows that set a property which does not exist are refused; the others are sent again."""
        refused = Receipt("refused", code=error.code or "PROPERTY_DOESNT_EXIST", message=str(error), fields=error.names)
        hit = {number: refused for number, _, values in batch if any(name in values for name in error.names)}
        rest = [row for row in batch if row[0] not in hit]
        if not hit:
            return self._apart(
                kind, batch, Refused(str(error), system=error.system, status=error.status, code=error.code)
            )
        return hit | self._write(kind, rest) if rest else hit

    def _apart(self, kind: str, batch: Sequence[_Numbered], error: Refused) -> dict[int, Receipt]:
        """The batch in two halves, down to the one record at fault."""
        if len(batch) == 1:
            names = error.names if isinstance(error, Invalid) else ()
            return {batch[0][0]: Receipt("refused", id=batch[0][1], code=error.code, message=str(error), fields=names)}
        middle = len(batch) // 2
        first = self._write(kind, batch[:middle])
        try:
            return first | self._write(kind, batch[middle:])
        except RemoteError as stopped:
            later = Receipt("retry", code=stopped.code, message=str(stopped), sent=False)
            return first | {number: later for number, _, _ in batch[middle:]}


def _batch(left: deque[_Numbered], most: int) -> list[_Numbered]:
    """The next rows in the order given, `most` at the most; the same id never twice in one batch (HubSpot refuses that)."""
    batch: list[_Numbered] = []
    ids: set[str] = set()
    while left and len(batch) < most and left[0][1] not in ids:
        batch.append(left.popleft())
        ids.add(batch[-1][1])
    return batch


def _receipts(batch: Sequence[_Numbered], data: Any) -> dict[int, Receipt]:
    """Receipts from a 200 or 207. What the answer does not name is `unknown`, however good its status."""
    body: Mapping[str, Any] = data if isinstance(data, Mapping) else {}
    results = [row for row in body.get("results") or () if isinstance(row, Mapping)]
    done = {str(row.get("id")): row for row in results}
    traced = {str(row["objectWriteTraceId"]): row for row in results if row.get("objectWriteTraceId") is not None}
    problems = [read_problem(error) for error in body.get("errors") or ()]
    return {number: _receipt(number, id, done, traced, problems) for number, id, _ in batch}


def _receipt(
    number: int,
    id: str,
    done: Mapping[str, Mapping[str, Any]],
    traced: Mapping[str, Mapping[str, Any]],
    problems: Sequence[Problem],
) -> Receipt:
    row = done.get(id) or traced.get(str(number))
    if row is not None:
        return Receipt("updated", id=str(row.get("id") or id))
    problem = next((one for one in problems if str(number) in one.traces or id in one.ids), None)
    if problem is None:
        message = "HubSpot's answer does not name this record: read it back before sending it again"
        return Receipt("unknown", id=id, code="NOT_NAMED", message=message)
    if not problem.details and problem.category in PASSING:
        return Receipt("retry", id=id, code=problem.category, message=f"HubSpot could not write it ({problem.words})")
    return Receipt(
        "refused", id=id, code=problem.code, message=f"HubSpot refused it ({problem.words})", fields=problem.fields
    )
