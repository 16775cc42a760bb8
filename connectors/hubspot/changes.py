"""What changed, oldest first, by search in keyset windows that never come near its cap of 10,000 results.

Each page asks anew for `modified >= the last time seen`, sorted by that time, so records edited meanwhile cannot push
others past the
reader, as they would past an offset. Where many records share one millisecond (imports), that millisecond is read on
its own, by id.

A search that does not keep to the order asked for is asked for ever narrower times, until an answer is whole: then its
order no longer matters.

The upper bound is frozen at the server's clock of the first answer: a run ends even if the portal is edited faster than
it reads. The next
run begins `look_back` before that bound, because the search index shows changes late. While nothing at all was ever seen the next
run begins at the beginning again: an empty answer where thousands are costs a cycle, not the thousands.

The index may count what it does not show: a record that is not there yet, or no longer. It stops nobody behind it, and the next run begins
before it, for a day at most: what was not shown by then is not there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from connectors.errors import Refused, Unavailable
from connectors.http import Answer
from connectors.hubspot.dialect import Invalid
from connectors.hubspot.known import Known
from connectors.hubspot.rows import (
    SOURCE,
    changed_at,
    each_once,
    merges_of,
    modified_property,
    next_after,
    results_of,
    to_ms,
    to_record,
)
from connectors.records import Page

PAGE = 200
#: Records of one millisecond on a page from which that millisecond is read by id.
CROWD = PAGE // 2
#: How often in all a question is put whose answer counts records and shows none.
TRIES = 3
#: How long a run begins before what was counted and never shown.
HELD = timedelta(days=1)
#: How far a stored position may lie ahead of the server's clock before it is taken for an error.
AHEAD = timedelta(minutes=5)

Search = Callable[[Mapping[str, Any]], Answer]


@dataclass(frozen=True, slots=True)
class Place:
    """Where the reader stands: `time` (ms) is the lower bound; with `id`, only that millisecond is read, after that id.

    `until` (ms) is the frozen upper bound, None before the first answer. `seen` are ids at `time` given already. `top` (ms)
    narrows one question where the order of answers cannot be trusted.
    """

    time: int
    id: int | None = None
    until: int | None = None
    seen: frozenset[str] = frozenset()
    top: int | None = None

    def position(self) -> dict[str, Any]:
        """To be stored in the middle of a run; `middle` says so where the server tells no time and there is no `until`."""
        told = {"until": self.until, "time": self.time, "id": None if self.id is None else str(self.id)}
        return told if self.until is not None else {**told, "middle": True}


@dataclass(frozen=True, slots=True)
class _Found:
    """One answer: rows sorted by (time, id), each with its time in ms, whether there are more, and whether they came in order.

    `unseen`: it counts records and shows none of them.
    """

    rows: Sequence[tuple[int, Mapping[str, Any]]]
    more: bool
    ordered: bool
    server_time: datetime | None
    unseen: bool


def begin(position: Mapping[str, Any] | None, until: datetime | None, look_back: timedelta) -> Place:
    """The place to start from. A position of the middle resumes its run; any other ended one: look back from it."""
    bound = to_ms(until) if until is not None else None
    if position is None:
        return Place(0, until=bound)
    time, id = int(position["time"]), position.get("id")
    if position.get("until") is not None or position.get("middle"):
        end = position.get("until")
        return Place(time, None if id is None else int(id), None if end is None else int(end))
    return Place(max(0, time - look_back // timedelta(milliseconds=1)), until=bound)


def changed(search: Search, kind: str, properties: Sequence[str], start: Place, known: Known) -> Iterator[Page]:
    """Pages of changed records from `start`; the last one carries the position the next run begins from."""
    place = start
    highest = start.time
    held: int | None = None
    while True:
        found = _ask(search, kind, properties, place, known)
        if found.unseen and held is None:
            held = place.time
        if place is start:
            place = _frozen(place, found.server_time)
        given, following = _step(place, found)
        highest = max([highest, *(time for time, _ in given)])
        done = following is None or (place.until is not None and following.time > place.until)
        if following is not None and not done and not _forward(place, following):
            message = f"HubSpot's search does not move on from one millisecond of {kind}s; nothing was skipped"
            raise Unavailable(message, system=SOURCE, code="NO_PROGRESS")
        records = tuple(to_record(kind, row, properties) for _, row in given)
        if done:
            end = place.until if place.until is not None and highest else highest
            yield Page(records, {"until": None, "time": _begins_again(end, held), "id": None}, last=True)
            return
        assert following is not None
        if records:
            yield Page(records, following.position())
        place = following


def _begins_again(end: int, held: int | None) -> int:
    """Where the next run begins: before what was counted and not shown, unless that is long ago."""
    return end if held is None else min(end, max(held, end - HELD // timedelta(milliseconds=1)))


def _ask(search: Search, kind: str, properties: Sequence[str], place: Place, known: Known) -> _Found:
    modified = modified_property(kind)
    wanted = list(dict.fromkeys([*properties, modified, "hs_object_id", *merges_of(kind)]))
    by_id = place.id is not None
    answer, rows = _shown(search, kind, place, "hs_object_id" if by_id else modified, wanted)
    known.check(kind, rows, properties)
    timed = [(to_ms(changed_at(kind, row)), row) for row in rows]
    keys = [int(row["id"]) if by_id else time for time, row in timed]
    total = answer.data.get("total")
    full = len(rows) >= PAGE if not isinstance(total, int) else total > len(rows)
    more = full or next_after(answer.data) is not None
    return _Found(sorted(timed, key=_in_time), more, keys == sorted(keys), answer.date, full and not rows)


def _shown(
    search: Search, kind: str, place: Place, sort: str, wanted: Sequence[str]
) -> tuple[Answer, list[Mapping[str, Any]]]:
    """An answer with its rows, asked again while it counts some and shows none. A whole page that is not shown is no mistake in counting."""
    for _ in range(TRIES):
        answer = _search(search, _filters(modified_property(kind), place), sort, wanted)
        rows = each_once(kind, results_of(answer.data, f"the search for {kind}s"))
        total = answer.data.get("total")
        if rows or not isinstance(total, int) or total <= 0:
            return answer, rows
    if total >= PAGE:
        message = (
            f"HubSpot's search tells of {total} changed {kind}s and gives none; nothing was skipped, it is asked again"
        )
        raise Unavailable(message, system=SOURCE, code="ROWS_MISSING")
    return answer, rows


def _in_time(one: tuple[int, Mapping[str, Any]]) -> tuple[int, int]:
    return one[0], int(one[1]["id"])


def _search(search: Search, filters: list[dict[str, str]], sort: str, wanted: Sequence[str]) -> Answer:
    body = {"filterGroups": [{"filters": filters}], "properties": list(wanted), "limit": PAGE, "after": "0"}
    return sorted_search(search, body, sort)


def sorted_search(search: Search, body: Mapping[str, Any], sort: str, descending: bool = False) -> Answer:
    """One search. HubSpot's guide writes a sort as an object, its OpenAPI document as a text: a refusal is tried the other way."""
    direction = "DESCENDING" if descending else "ASCENDING"
    try:
        return search({**body, "sorts": [{"propertyName": sort, "direction": direction}]})
    except Invalid as refused:
        if refused.names or refused.status != 400:
            raise
        try:
            return search({**body, "sorts": [f"-{sort}" if descending else sort]})
        except Refused:
            raise refused from None


def _filters(modified: str, place: Place) -> list[dict[str, str]]:
    def bound(operator: str, name: str, value: int) -> dict[str, str]:
        return {"propertyName": name, "operator": operator, "value": str(value)}

    filters = [bound("GTE", modified, place.time)]
    if place.id is not None:
        return [*filters, bound("LTE", modified, place.time), bound("GT", "hs_object_id", place.id)]
    ends = [end for end in (place.until, place.top) if end is not None]
    return [*filters, bound("LTE", modified, min(ends))] if ends else filters


def _frozen(place: Place, server_time: datetime | None) -> Place:
    """The place with the run's upper bound: the end of the second in which the server gave its first answer."""
    if server_time is None:
        return place
    if place.time > to_ms(server_time + AHEAD):
        message = "the stored position lies in the future of HubSpot's clock; reset it to a time that is past"
        raise Refused(message, system=SOURCE, code="POSITION_IN_FUTURE")
    end = to_ms(server_time) + 999
    return replace(place, until=end if place.until is None else min(place.until, end))


def _step(place: Place, found: _Found) -> tuple[Sequence[tuple[int, Mapping[str, Any]]], Place | None]:
    """What of an answer to give out now, and where to go on (None: nothing is left)."""
    rows = found.rows
    fresh = [(time, row) for time, row in rows if str(row["id"]) not in place.seen]
    if found.more and rows and not found.ordered:
        return [], _narrower(place, rows[-1][0])
    if place.id is not None:
        if found.more and rows:
            return fresh, replace(place, id=int(rows[-1][1]["id"]))
        return fresh, Place(place.time + 1, until=place.until)
    if not found.more or not rows:
        return fresh, _above(place)
    last = rows[-1][0]
    crowd = [row for time, row in rows if time == last]
    if last == place.time or len(crowd) >= CROWD:
        seen = place.seen if last == place.time else frozenset()
        return [one for one in fresh if one[0] < last], Place(last, 0, place.until, seen)
    return fresh, Place(last, None, place.until, frozenset(str(row["id"]) for row in crowd))


def _narrower(place: Place, highest: int) -> Place:
    """The lower half of the time asked for, after an answer that was neither whole nor in order."""
    if place.id is not None:
        message = "HubSpot's search keeps no order among records of one millisecond; nothing was skipped"
        raise Unavailable(message, system=SOURCE, code="UNSORTED")
    top = min(end for end in (place.top, place.until, highest) if end is not None)
    if top <= place.time:
        return replace(place, id=0, top=None)
    return replace(place, top=(place.time + top) // 2)


def _above(place: Place) -> Place | None:
    """What follows a time that was narrowed and is whole now: twice as much of it; None when nothing was narrowed."""
    if place.top is None:
        return None
    top: int | None = place.top + 1 + 2 * (place.top - place.time + 1)
    if place.until is None or (top is not None and top >= place.until):
        top = None
    return Place(place.top + 1, until=place.until, top=top)


def _forward(before: Place, after: Place) -> bool:
    if after.time != before.time:
        return after.time > before.time
    if after.id is None:
        return after.top is not None and (before.top is None or after.top < before.top)
    return before.id is None or after.id > before.id
