"""Records in little room: a tuple of strings each, and one shape shared by all records with the same properties set."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from operator import itemgetter
from typing import Any

Value = str | None

# The first places of every record's values: its id, when it was created and changed, and a standing None for what is not set.
ID, CREATED, CHANGED, UNSET = range(4)
_FIXED = 4
# Strings as short as this are often the same in many records (a country, a stage): one copy is kept.
_SHARED_LENGTH = 24


class Shape:
    """Which properties a record has, and where among its values."""

    __slots__ = ("names", "places")

    def __init__(self, names: tuple[str, ...]) -> None:
        self.names = names
        self.places = {name: place for place, name in enumerate(names, _FIXED)}


class Row:
    """One state of a record; a change makes another row, so that an index may go on showing the old one."""

    __slots__ = ("archived_at", "id", "shape", "values")

    def __init__(self, id: int, shape: Shape, values: tuple[Value, ...], archived_at: str | None = None) -> None:
        self.id = id
        self.shape = shape
        self.values = values
        self.archived_at = archived_at

    @property
    def created(self) -> str:
        """When it was made, as ISO text with milliseconds: such texts sort as the times do."""
        return self.values[CREATED] or ""

    @property
    def changed(self) -> str:
        """When it was last written to."""
        return self.values[CHANGED] or ""

    def get(self, name: str) -> Value:
        """A property's value, None where it is not set. The fixed ones are asked by attribute."""
        place = self.shape.places.get(name)
        return None if place is None else self.values[place]

    def own(self) -> dict[str, Value]:
        """Every property set, without the fixed ones."""
        return dict(zip(self.shape.names, self.values[_FIXED:], strict=True))


class Shapes:
    """Makes rows; keeps one shape per set of properties and one copy of common strings."""

    def __init__(self) -> None:
        self._shapes: dict[tuple[str, ...], Shape] = {}
        self._copies: dict[str, str] = {}

    def row(
        self, id: int, created: str, changed: str, values: Mapping[str, Value], archived_at: str | None = None
    ) -> Row:
        """A row of these values."""
        names = tuple(values)
        shape = self._shapes.get(names)
        if shape is None:
            shape = self._shapes[names] = Shape(tuple(sys.intern(name) for name in names))
        copies = self._copies
        kept = [
            value if value is None or len(value) > _SHARED_LENGTH else copies.setdefault(value, value)
            for value in values.values()
        ]
        return Row(id, shape, (str(id), created, changed, None, *kept), archived_at)


class Projection:
    """The properties a reader asked for, drawn from rows at speed: the places are looked up once per shape."""

    def __init__(self, names: Sequence[str], fixed: Mapping[str, int]) -> None:
        """`fixed` names the properties that stand in the fixed places, as the kind calls them."""
        self.names = tuple(sorted(names))
        self._fixed = fixed
        self._picks: dict[Shape, Callable[[Any], tuple[Value, ...]]] = {}

    def of(self, row: Row) -> dict[str, Value]:
        """The wanted properties of a row; None where one is not set."""
        pick = self._picks.get(row.shape)
        if pick is None:
            places = row.shape.places
            wanted = [places.get(name, self._fixed.get(name, UNSET)) for name in self.names]
            # itemgetter gives no tuple for a single place; a second, unused one makes it do so.
            pick = self._picks[row.shape] = itemgetter(*wanted, UNSET)
        return dict(zip(self.names, pick(row.values), strict=False))
