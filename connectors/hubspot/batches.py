"""Records and links by id, a hundred or a thousand at a time, several batches at once within the rate limit.

Every id asked for is answered: with its record, with the record it was merged into, or with a record that is gone. A
207 is read to the
end, and an id that no part of the answer speaks of is asked for on its own before it is believed to be gone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime
from itertools import islice
from typing import Any, TypeVar

from connectors.errors import Refused, Unavailable
from connectors.hubspot.known import Known
from connectors.hubspot.official import Official
from connectors.hubspot.problems import read_problem
from connectors.hubspot.rows import (
    EPOCH,
    SOURCE,
    former_ids,
    merges_of,
    modified_property,
    next_after,
    objects_of,
    results_of,
    shaped,
    to_record,
    to_time,
)
from connectors.records import Record

#: Inputs HubSpot takes at once: a plain batch, one with property histories, one of links.
BATCH, WITH_HISTORY, LINKS = 100, 50, 1000
#: Batches under way at the same time.
AT_ONCE = 4

_One = TypeVar("_One")
_GONE = "OBJECT_NOT_FOUND"
_PRIMARY = "primary"


def chunks(values: Sequence[str], size: int) -> Iterator[list[str]]:
    """The values without repetitions, in lists of at most `size`."""
    rest = iter(dict.fromkeys(values))
    while chunk := list(islice(rest, size)):
        yield chunk


class Batches:
    """Batch reads through the official client."""

    def __init__(self, official: Official, known: Known, server_now: Callable[[], datetime | None]) -> None:
        self._official = official
        self._known = known
        self._server_now = server_now

    def read(
        self,
        kind: str,
        ids: Sequence[str],
        properties: Sequence[str],
        *,
        history: Sequence[str] = (),
        archived: bool = False,
    ) -> list[Record]:
        """One record for each different id, in the order asked; ids merged into one record give it once, at the first."""
        size = WITH_HISTORY if history else BATCH
        asked = list(chunks(ids, size))
        pages = _at_once(asked, lambda chunk: self._read(kind, chunk, properties, history, archived=archived))
        return _joined(record for page in pages for record in page)

    def _read(
        self, kind: str, ids: list[str], properties: Sequence[str], history: Sequence[str], *, archived: bool
    ) -> list[Record]:
        wanted = list(dict.fromkeys([*properties, modified_property(kind), *merges_of(kind)]))
        body = {"inputs": [{"id": id} for id in ids], "properties": wanted, "propertiesWithHistory": list(history)}
        try:
            data = self._official.batch_read(objects_of(kind), body, archived=archived)
        except Refused as error:
            if error.status != 404:
                raise
            self._official.page(objects_of(kind), limit=1)  # a 404 may mean the path, not the records: this raises then
            return [self._gone(kind, id) for id in ids]
        with shaped(f"the batch of {kind}s"):
            return self._answered(kind, ids, properties, data)

    def _answered(self, kind: str, ids: list[str], properties: Sequence[str], data: Mapping[str, Any]) -> list[Record]:
        wanted = [*properties, modified_property(kind), *merges_of(kind)]
        rows = {str(row["id"]): row for row in results_of(data, f"the batch of {kind}s")}
        self._known.check(kind, list(rows.values()), properties)
        answered = _answers(kind, rows, ids)
        lost = {id for error in data.get("errors") or () for id in _gone_ids(error)}
        for id in ids:
            if id not in answered and id not in lost:
                row = self._alone(kind, id, list(dict.fromkeys(wanted)))
                if row is not None:
                    answered[id] = row
        return [self._record(kind, id, answered.get(id), properties, data) for id in ids]

    def _record(
        self, kind: str, id: str, row: Mapping[str, Any] | None, properties: Sequence[str], data: Mapping[str, Any]
    ) -> Record:
        if row is None:
            return self._gone(kind, id, to_time(data.get("completedAt")))
        return to_record(kind, row, properties, asked_as=[id])

    def _alone(self, kind: str, id: str, wanted: Sequence[str]) -> Mapping[str, Any] | None:
        """One record by id; None when HubSpot says that it does not exist."""
        try:
            row: Mapping[str, Any] = self._official.by_id(objects_of(kind), id, wanted)
        except Refused as error:
            if error.status == 404:
                return None
            raise
        if "id" not in row:
            raise Unavailable(f"HubSpot's answer for a {kind} has no id", system=SOURCE, code="WRONG_SHAPE")
        return row

    def _gone(self, kind: str, id: str, when: datetime | None = None) -> Record:
        return Record(SOURCE, kind, id, {}, when or self._server_now() or EPOCH, gone=True)

    def links(self, kind: str, to_kind: str, ids: Sequence[str]) -> dict[str, tuple[str, ...]]:
        """For each id the ids it is linked to, the primary one first; empty where there is none."""
        asked = list(chunks(ids, LINKS))
        pages = _at_once(asked, lambda chunk: self._links(kind, to_kind, [{"id": id} for id in chunk]))
        found: dict[str, tuple[str, ...]] = dict.fromkeys(ids, ())
        for page in pages:
            found.update(page)
        return found

    def _links(self, kind: str, to_kind: str, inputs: list[dict[str, str]]) -> dict[str, tuple[str, ...]]:
        gathered: dict[str, list[Mapping[str, Any]]] = {}
        seen: set[tuple[str, str]] = set()
        known: dict[str, set[str]] = {}
        while inputs:
            data = self._official.links(objects_of(kind), objects_of(to_kind), inputs)
            rows = results_of(data, f"the links from {kind} to {to_kind}")
            _check_links(data)
            inputs = []
            with shaped(f"the links from {kind} to {to_kind}"):
                for row in rows:
                    id = str(row["from"]["id"])
                    to, before = row.get("to") or (), len(known.setdefault(id, set()))
                    gathered.setdefault(id, []).extend(to)
                    known[id].update(str(one["toObjectId"]) for one in to)
                    following = next_after(row)
                    if following is not None:
                        if (id, following) in seen or len(known[id]) == before:
                            message = f"HubSpot's links of a {kind} do not move on to the next page"
                            raise Unavailable(message, system=SOURCE, code="NO_PROGRESS")
                        seen.add((id, following))
                        inputs.append({"id": id, "after": following})
        with shaped(f"the links from {kind} to {to_kind}"):
            return {id: _primary_first(to) for id, to in gathered.items()}


def _answers(kind: str, rows: Mapping[str, Mapping[str, Any]], ids: Sequence[str]) -> dict[str, Mapping[str, Any]]:
    """Which row answers which id: its own, or the one that says it was merged from it."""
    merged = {former: row for row in rows.values() for former in former_ids(kind, row)}
    return {id: row for id in ids if (row := rows.get(id) or merged.get(id)) is not None}


def _gone_ids(error: Any) -> tuple[str, ...]:
    problem = read_problem(error)
    return problem.ids if _GONE in (problem.category, problem.sub_category, problem.code) else ()


def _check_links(data: Mapping[str, Any]) -> None:
    """Records without links and records that are gone are no error; anything else in a 207 is."""
    for error in data.get("errors") or ():
        problem = read_problem(error)
        codes = {problem.category, problem.sub_category, problem.code}
        if not any(word in code for code in codes for word in ("NOT_FOUND", "NO_ASSOCIATIONS")):
            message = f"HubSpot could not read some links ({problem.words})"
            raise Unavailable(message, system=SOURCE, status=207, code=problem.code)


def _primary_first(to: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    def is_primary(one: Mapping[str, Any]) -> bool:
        types = one.get("associationTypes") or ()
        return any(
            kind.get("category") == "HUBSPOT_DEFINED" and str(kind.get("label") or "").lower() == _PRIMARY
            for kind in types
        )

    ordered = sorted(to, key=lambda one: not is_primary(one))
    return tuple(dict.fromkeys(str(one["toObjectId"]) for one in ordered))


def _joined(records: Iterator[Record]) -> list[Record]:
    """Records by id, each once: two ids of one merge come back as the same record with both former ids."""
    found: dict[str, Record] = {}
    for record in records:
        known = found.get(record.id)
        if known is not None:
            former = tuple(dict.fromkeys([*known.former_ids, *record.former_ids]))
            record = replace(record, former_ids=former)
        found[record.id] = record
    return list(found.values())


def _at_once(asked: Sequence[list[str]], read: Callable[[list[str]], _One]) -> list[_One]:
    if len(asked) < 2:
        return [read(chunk) for chunk in asked]
    with ThreadPoolExecutor(min(AT_ONCE, len(asked)), thread_name_prefix="hubspot") as pool:
        return list(pool.map(read, asked))
