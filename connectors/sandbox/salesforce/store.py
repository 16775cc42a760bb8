"""Rows by column: a million contacts fit, a page is read without building anything, and equality is answered from an index.

A row's number is its place in every column and the number in its id. Columns exist once something is in them; indexes exist once
somebody asked for one and follow every change from then on.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from connectors.sandbox.salesforce import ids
from connectors.sandbox.salesforce.schema import SObject

Getter = Callable[[int], Any]
# Makes the getter of a field that is not stored but worked out from others.
Virtual = Callable[["Table"], Getter]


def folded(value: Any) -> Any:
    """A value as it is compared: text without regard to case. The same object comes back where nothing changes."""
    if type(value) is str:
        low = value.lower()
        return value if low == value else low
    return value


class Table:
    """The rows of one object."""

    def __init__(self, sobject: SObject, virtual: Mapping[str, Virtual] | None = None) -> None:
        self.sobject = sobject
        self.columns: dict[str, list[Any]] = {"Id": []}
        self.deleted: set[int] = set()
        self.purged: set[int] = set()
        # Rows that queries do not show until their time has come.
        self.late: dict[int, str] = {}
        self._virtual = virtual or {}
        self._maker = ids.Maker(sobject.prefix)
        self._indexes: dict[str, Index] = {}
        self._ordered: dict[str, list[tuple[str, int]]] = {}
        self._undo: list[Callable[[], object]] | None = None

    def __len__(self) -> int:
        """How many rows there have ever been; also the number of the next."""
        return len(self.columns["Id"])

    @property
    def live(self) -> int:
        """How many rows are not deleted."""
        return len(self) - len(self.deleted)

    def getter(self, name: str) -> Getter:
        """A function from row number to value. Good until the next write: a column may come into being."""
        if name in self._virtual:
            return self._virtual[name](self)
        if name == "IsDeleted":
            return self.deleted.__contains__
        column = self.columns.get(name)
        if column is not None:
            return column.__getitem__
        held = self.sobject.find(name)
        blank = held.blank if held is not None else None
        return lambda _row: blank

    def is_virtual(self, name: str) -> bool:
        """Whether a field is worked out from others."""
        return name in self._virtual

    def value(self, row: int, name: str) -> Any:
        """One value."""
        return self.getter(name)(row)

    def held(self, row: int) -> dict[str, Any]:
        """Everything stored of a row but what is empty."""
        return {name: column[row] for name, column in self.columns.items() if column[row] not in (None, False)}

    def row_of(self, id18: str) -> int | None:
        """The row of an id; None if there never was one."""
        if id18[:3] != self.sobject.prefix:
            return None
        number = ids.number_of(id18)
        return (
            number if number < len(self) and self.columns["Id"][number] == id18 and number not in self.purged else None
        )

    def rows_of(self, given: Iterable[object]) -> list[int | None]:
        """The row of each id of 18 characters, None for what is no such id of a row that there ever was."""
        column, purged, size = self.columns["Id"], self.purged, len(self)
        rows: list[int | None] = []
        for id18 in given:
            try:
                number = ids.number_of(id18)  # type: ignore[arg-type]
            except (KeyError, TypeError):  # characters no id has, or no text: it cannot be the id of a row
                rows.append(None)
                continue
            rows.append(number if number < size and column[number] == id18 and number not in purged else None)
        return rows

    def rows(self, deleted_too: bool = False) -> Iterable[int]:
        """The numbers of all rows, in the order of their ids."""
        out = self.purged if deleted_too else self.deleted
        everything = range(len(self))
        return everything if not out else (row for row in everything if row not in out)

    # Writing

    def insert(self, values: Mapping[str, Any]) -> int:
        """Add a row and return its number. `values` are stored as given."""
        row = len(self)
        self._remember(lambda: self._take_back(row))
        for name in values:
            if name not in self.columns:
                self._make_column(name)
        for name, column in self.columns.items():
            column.append(values[name] if name in values else self._blank(name))
        self.columns["Id"][row] = self._maker.make(row)
        for index in self._indexes.values():
            index.add(row)
        self._timed(row, self._ordered)
        return row

    def update(self, row: int, values: Mapping[str, Any]) -> None:
        """Change a row."""
        before = {name: self.value(row, name) for name in values}
        keys = [(index, index.key(row)) for index in self._indexes.values()]
        for name, value in values.items():
            if name not in self.columns:
                self._make_column(name)
            self.columns[name][row] = value
        for index, key in keys:
            if index.key(row) != key:
                index.remove(row, key)
                index.add(row)
        self._timed(row, values)
        self._remember(lambda: self.update(row, before))

    def delete(self, row: int) -> None:
        """Put a row into the bin."""
        self.deleted.add(row)
        self._remember(lambda: self.deleted.discard(row))

    def restore(self, row: int) -> None:
        """Take a row out of the bin."""
        self.deleted.discard(row)
        self._remember(lambda: self.deleted.add(row))

    def purge(self, row: int) -> None:
        """Make a row as if it had never been, but for its id."""
        was_deleted = row in self.deleted
        self.deleted.add(row)
        self.purged.add(row)

        def undo() -> None:
            self.purged.discard(row)
            if not was_deleted:
                self.deleted.discard(row)

        self._remember(undo)

    def drop_column(self, name: str) -> None:
        """Forget a field's values."""
        self.columns.pop(name, None)
        self._indexes.pop(name, None)

    def extend(self, given: Mapping[str, list[Any]], count: int) -> None:
        """Add `count` rows by columns, without indexes or checks: for loading a world."""
        start = len(self)
        for name in given:
            if name not in self.columns:
                self._make_column(name)
        for name, column in self.columns.items():
            if name in given:
                column.extend(given[name])
            elif name != "Id":
                column.extend([self._blank(name)] * count)
        make = self._maker.make
        self.columns["Id"].extend([make(number) for number in range(start, start + count)])
        self._indexes.clear()
        self._ordered.clear()

    def _blank(self, name: str) -> Any:
        held = self.sobject.find(name)
        return held.blank if held is not None else None

    def _make_column(self, name: str) -> None:
        self.columns[name] = [self._blank(name)] * len(self)

    def _take_back(self, row: int) -> None:
        """Undo the insert of the newest row: its id is not given again."""
        for index in self._indexes.values():
            index.remove(row, index.key(row))
        self.deleted.add(row)
        self.purged.add(row)

    # Undoing

    def watch(self, undo: list[Callable[[], object]] | None) -> None:
        """Write how to undo each change to `undo`, or stop with None."""
        self._undo = undo

    def _remember(self, how: Callable[[], object]) -> None:
        if self._undo is not None:
            self._undo.append(how)

    # Finding

    def index(self, name: str) -> Index:
        """The index of a field, made at the first call."""
        found = self._indexes.get(name)
        if found is None:
            found = self._indexes[name] = Index(self, name)
        return found

    def with_value(self, name: str, value: Any) -> Sequence[int]:
        """The rows, deleted ones too, whose field equals a value without regard to case."""
        return self.index(name).rows(value)

    def ordered(self, name: str) -> list[tuple[str, int]]:
        """(time, row) of each change of a time field, in order; an entry counts only while the row still has that time."""
        found = self._ordered.get(name)
        if found is None:
            get = self.getter(name)
            found = self._ordered[name] = sorted([(get(row) or "", row) for row in range(len(self))])
        return found

    def span(self, name: str, low: str | None, high: str | None) -> tuple[int, int]:
        """Where in `ordered(name)` the times from `low` to `high`, both included, begin and end."""
        entries = self.ordered(name)
        first = 0 if low is None else bisect_left(entries, (low, -1))
        return first, len(entries) if high is None else max(first, bisect_right(entries, (high, len(self))))

    def between(self, name: str, low: str | None, high: str | None) -> Iterator[int]:
        """The rows whose time lies in [low, high], ordered by it, then by id."""
        entries = self.ordered(name)
        first, last = self.span(name, low, high)
        get = self.getter(name)
        before: tuple[str, int] | None = None
        for place in range(first, last):
            entry = entries[place]
            if entry != before and (get(entry[1]) or "") == entry[0]:
                before = entry
                yield entry[1]

    def _timed(self, row: int, names: Iterable[str]) -> None:
        """Take a row's new times into the ordered lists."""
        for name in names:
            entries = self._ordered.get(name)
            if entries is not None:
                entry = (self.value(row, name) or "", row)
                if entries and entry < entries[-1]:
                    insort(entries, entry)
                else:
                    entries.append(entry)


class Index:
    """Which rows hold a value. One row is kept as a number, several as a list."""

    __slots__ = ("_held", "_name", "_table")

    def __init__(self, table: Table, name: str) -> None:
        self._table = table
        self._name = name
        self._held: dict[Any, int | list[int]] = {}
        get = table.getter(name)
        for row in range(len(table)):
            value = get(row)
            if value is not None:
                self._put(folded(value), row)

    def key(self, row: int) -> Any:
        """What the row is found by."""
        return folded(self._table.getter(self._name)(row))

    def add(self, row: int) -> None:
        """Take in a row."""
        key = self.key(row)
        if key is not None:
            self._put(key, row)

    def _put(self, key: Any, row: int) -> None:
        held = self._held.setdefault(key, row)
        if isinstance(held, list):
            held.append(row)
        elif held != row:
            self._held[key] = [held, row]

    def remove(self, row: int, key: Any) -> None:
        """Forget a row that was found by `key`."""
        held = self._held.get(key)
        if isinstance(held, list):
            if row in held:
                held.remove(row)
        elif held == row:
            del self._held[key]

    def rows(self, value: Any) -> Sequence[int]:
        """The rows that hold `value`."""
        held = self._held.get(folded(value))
        if held is None:
            return ()
        return held if isinstance(held, list) else (held,)
