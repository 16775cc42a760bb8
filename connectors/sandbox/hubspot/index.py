"""The search index: what search sees of a kind's records, which is some seconds behind the records themselves."""

from __future__ import annotations

import heapq
import random
from bisect import bisect_left, bisect_right, insort
from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from connectors.sandbox.hubspot.filters import Test
from connectors.sandbox.hubspot.rows import Row

SortKey = Callable[[Row], Any]
# So many result lists are kept and brought up to date; a reader walking through pages asks the same list again.
_KEPT_LISTS = 8


class Listing:
    """The rows that pass a test, in the order of a key; kept right while the index changes."""

    __slots__ = ("key", "rows", "test")

    def __init__(self, test: Test | None, key: SortKey, rows: list[Row]) -> None:
        self.test = test
        self.key = key
        self.rows = rows

    def remove(self, row: Row) -> None:
        if self.test is None or self.test(row):
            place = bisect_left(self.rows, self.key(row), key=self.key)
            if place < len(self.rows) and self.rows[place] is row:
                del self.rows[place]

    def add(self, row: Row) -> None:
        if self.test is None or self.test(row):
            insort(self.rows, row, key=self.key)


def by_change(row: Row) -> tuple[str, int]:
    """The order of change."""
    return (row.changed, row.id)


def by_id(row: Row) -> int:
    """The order of ids."""
    return row.id


class SearchIndex:
    """Rows as search shows them. A write becomes visible after a delay drawn from `lag` (seconds, low and high)."""

    def __init__(self, current: Callable[[int], Row | None], seed: int = 0) -> None:
        """`current` gives a record as it is now, None when it is archived or gone."""
        self._current = current
        self._all = Listing(None, by_change, [])
        self._sorted = True
        self._behind: dict[int, Row | None] = {}
        self._due: list[tuple[datetime, int, int, Row | None]] = []
        self._sequence = 0
        self._newest: dict[int, int] = {}
        self._rng = random.Random(seed)
        self._listings: OrderedDict[Any, Listing] = OrderedDict()
        self.lag = (0.0, 10.0)

    def load(self, row: Row) -> None:
        """Add a row of the beginning: visible at once."""
        self._all.rows.append(row)
        self._sorted = False

    def wrote(self, old: Row | None, new: Row | None, now: datetime) -> None:
        """Hear of a write. `old` and `new` are None where the record is not visible to readers before or after."""
        either = new or old
        if either is None:
            return
        low, high = self.lag
        if high <= 0 and either.id not in self._behind:
            self._move(old, new)
            return
        self._behind.setdefault(either.id, old)
        self._sequence += 1
        due = now + timedelta(seconds=self._rng.uniform(low, high))
        heapq.heappush(self._due, (due, self._sequence, either.id, new))

    def settle(self, now: datetime) -> None:
        """Let what is due become visible."""
        while self._due and self._due[0][0] <= now:
            _, number, id, new = heapq.heappop(self._due)
            if number < self._newest.get(id, 0):
                continue  # a later write has become visible sooner
            self._newest[id] = number
            self._move(self._behind.get(id), new)
            if new is self._current(id):
                self._behind.pop(id, None)
            else:
                self._behind[id] = new

    def shown(self, id: int) -> Row | None:
        """A record as search sees it."""
        return self._behind[id] if id in self._behind else self._current(id)

    def behind(self) -> list[Row]:
        """The records whose newest state search does not show yet, as it shows them."""
        return [row for row in self._behind.values() if row is not None]

    def between(self, low: str, high: str) -> list[Row]:
        """The rows last changed from `low` to `high`, both included, in order of change; `""` is open."""
        rows = self._ordered().rows
        start = bisect_left(rows, low, key=lambda row: row.changed) if low else 0
        stop = bisect_right(rows, high, key=lambda row: row.changed) if high else len(rows)
        return rows[start:stop]

    def listing(self, name: Any, test: Test | None, key: SortKey, candidates: Callable[[], list[Row]]) -> Listing:
        """The rows that pass `test`, sorted; `name` says the same for the same test and order, `candidates` holds all that may pass."""
        found = self._listings.get(name)
        if found is None:
            rows = candidates()
            if test is not None:
                rows = [row for row in rows if test(row)]
            found = Listing(test, key, sorted(rows, key=key))
            self._listings[name] = found
            if len(self._listings) > _KEPT_LISTS:
                self._listings.popitem(last=False)
        else:
            self._listings.move_to_end(name)
        return found

    def sort(self) -> None:
        """Put in order what has been loaded."""
        self._ordered()

    def forget(self) -> None:
        """Drop the kept result lists, as after a change of what properties mean."""
        self._listings.clear()

    def _ordered(self) -> Listing:
        if not self._sorted:
            self._all.rows.sort(key=by_change)
            self._sorted = True
            self._listings.clear()
        return self._all

    def _move(self, old: Row | None, new: Row | None) -> None:
        every = [self._ordered(), *self._listings.values()]
        if old is not None:
            for listing in every:
                listing.remove(old)
        if new is not None:
            for listing in every:
                listing.add(new)
