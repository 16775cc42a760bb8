"""What changed, oldest first, by search in keyset windows that never come near its cap of 10,000 results.

Each page asks anew for `modified >= the last time seen`, sorted by that time, so records edited meanwhile cannot push
others past the
reader, as they would past an offset. Where many records share one millisecond (imports), that millisecond is read on
its own, by id.

The upper bound is frozen at the server's clock of the first answer: a run ends even if the portal is edited faster than
it reads. The next
run begins `look_back` before that bound, because the search index shows changes late.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from connectors.errors import Refused, Unavailable
from connectors.http import Answer
from connectors.hubspot.rows import (
    SOURCE,
    changed_at,
    check_known,
    merges_of,
    modified_property,
    results_of,
    to_ms,
    to_record,
)
from connectors.records import Page

PAGE = 200
#: Records of one millisecond on a page from which that millisecond is read by id.
CROWD = PAGE // 2
#: How far a stored position may lie ahead of the server's clock before it is taken for an error.
AHEAD = timedelta(minutes=5)

Search = Callable[[Mapping[str, Any]], Answer]


@dataclass(frozen=True, slots=True)
class Place:
    """Where the reader stands: `time` (ms) is the lower bound; with `id`, only that millisecond is read, after that id.

    `until` (ms) is the frozen upper bound, None before the first answer. `seen` are ids at `time` given already.
    """

    time: int
    id: int | None = None
    until: int | None = None
    seen: frozenset[str] = frozenset()

    def position(self) -> dict[str, Any]:
        return {"until": self.until, "time": self.time, "id": None if self.id is None else str(self.id)}


@dataclass(frozen=True, slots=True)
class _Found:
    """One answer: rows sorted by (time, id), each with its time in ms, and whether there are more."""

    rows: Sequence[tuple[int, Mapping[str, Any]]]
    more: bool
    server_time: datetime | None


def begin(position: Mapping[str, Any] | None, until: datetime | None, look_back: timedelta) -> Place:
    """The place to start from. A position without `until` ended a run: look back from it; one with it resumes that run."""
    bound = to_ms(until) if until is not None else None
    if position is None:
        return Place(0, until=bound)
    time, id = int(position["time"]), position.get("id")
    if position.get("until") is not None:
        return Place(time, None if id is None else int(id), int(position["until"]))
    return Place(max(0, time - look_back // timedelta(milliseconds=1)), until=bound)


def changed(search: Search, kind: str, properties: Sequence[str], start: Place) -> Iterator[Page]:
    """Pages of changed records from `start`; the last one carries the position the next run begins from."""
    place = start
    highest = start.time
    while True:
        found = _ask(search, kind, properties, place)
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
            end = place.until if place.until is not None else highest
            yield Page(records, {"until": None, "time": end, "id": None}, last=True)
            return
        assert following is not None
        if records:
            yield Page(records, following.position())
        place = following


def _ask(search: Search, kind: str, properties: Sequence[str], place: Place) -> _Found:
    modified = modified_property(kind)
    wanted = list(dict.fromkeys([*properties, modified, "hs_object_id", *merges_of(kind)]))
    by_id = place.id is not None
    body = {
        "filterGroups": [{"filters": _filters(modified, place)}],
        "sorts": [{"propertyName": "hs_object_id" if by_id else modified, "direction": "ASCENDING"}],
        "properties": wanted,
        "limit": PAGE,
    }
    answer = search(body)
    data = answer.data
    rows = results_of(data, f"the search for {kind}s")
    check_known(rows, properties)
    timed = sorted(((to_ms(changed_at(kind, row)), row) for row in rows), key=lambda one: (one[0], int(one[1]["id"])))
    total = data.get("total")
    more = bool((data.get("paging") or {}).get("next")) or (isinstance(total, int) and total > len(rows))
    return _Found(timed, more, answer.date)


def _filters(modified: str, place: Place) -> list[dict[str, str]]:
    def bound(operator: str, name: str, value: int) -> dict[str, str]:
        return {"propertyName": name, "operator": operator, "value": str(value)}

    filters = [bound("GTE", modified, place.time)]
    if place.id is not None:
        return [*filters, bound("LTE", modified, place.time), bound("GT", "hs_object_id", place.id)]
    if place.until is not None:
        filters.append(bound("LTE", modified, place.until))
    return filters


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
    if place.id is not None:
        if found.more and rows:
            return fresh, replace(place, id=int(rows[-1][1]["id"]))
        return fresh, Place(place.time + 1, until=place.until)
    if not found.more or not rows:
        return fresh, None
    last = rows[-1][0]
    crowd = [row for time, row in rows if time == last]
    if last == place.time or len(crowd) >= CROWD:
        seen = place.seen if last == place.time else frozenset()
        return [one for one in fresh if one[0] < last], Place(last, 0, place.until, seen)
    return fresh, Place(last, None, place.until, frozenset(str(row["id"]) for row in crowd))


def _forward(before: Place, after: Place) -> bool:
    if after.time != before.time:
        return after.time > before.time
    return after.id is not None and (before.id is None or after.id > before.id)
