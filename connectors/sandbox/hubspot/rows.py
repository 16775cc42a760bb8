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
# Strings as short as this are often the same in many records (a country, a stage, a moment): one copy is kept, of so many.
_SHARED_LENGTH = 24
_SHARED_COUNT = 200_000


class Shape:
    """Which properties a record has, and where among its values.

    The values of `plain` ones need no escapes in JSON.
    """

    __slots__ = ("names", "places", "plain")

    def __init__(self, names: tuple[str, ...], plain: bool) -> None:
        self.names = names
        self.plain = plain
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
        self._shapes: dict[tuple[tuple[str, ...], bool], Shape] = {}
        self._copies: dict[str, str] = {}
        self._full = False

    def row(
        self, id: int, created: str, changed: str, values: Mapping[str, Value], archived_at: str | None = None
    ) -> Row:
        """A row of these values; what is None is left out."""
        if None in values.values():
            values = {name: value for name, value in values.items() if value is not None}
        known = self._copies.get
        if self._full:
            kept = [known(value, value) for value in values.values() if value is not None]
        else:
            kept = [known(value) or self._shared(value) for value in values.values() if value is not None]
        everything = "".join(kept)
        plain = everything.isprintable() and '"' not in everything and "\\" not in everything
        key = (tuple(values), plain)
        shape = self._shapes.get(key)
        if shape is None:
            names = tuple(sys.intern(name) for name in key[0])
            shape = self._shapes[names, plain] = Shape(names, plain)
        return Row(id, shape, (str(id), self._shared(created), self._shared(changed), None, *kept), archived_at)

    def _shared(self, value: str) -> str:
        """The one copy of a short string."""
        if len(value) > _SHARED_LENGTH:
            return value
        copies = self._copies
        known = copies.get(value)
        if known is not None:
            return known
        if len(copies) < _SHARED_COUNT:
            copies[value] = value
        else:
            self._full = True
        return value


class Projection:
    """The properties a reader asked for, drawn from rows at speed: the places are looked up once per shape."""

    def __init__(self, names: Sequence[str], fixed: Mapping[str, int]) -> None:
        """`fixed` names the properties that stand in the fixed places, as the kind calls them."""
        self.names = tuple(sorted(names))
        self._fixed = fixed
        self._picks: dict[Shape, Callable[[Any], tuple[Value, ...]]] = {}
        self._texts: dict[Shape, tuple[list[Value], Callable[[Any], tuple[Value, ...]]]] = {}

    def of(self, row: Row) -> dict[str, Value]:
        """The wanted properties of a row; None where one is not set."""
        pick = self._picks.get(row.shape)
        if pick is None:
            places = row.shape.places
            wanted = [places.get(name, self._fixed.get(name, UNSET)) for name in self.names]
            # itemgetter gives no tuple for a single place; a second, unused one makes it do so.
            pick = self._picks[row.shape] = itemgetter(*wanted, UNSET)
        return dict(zip(self.names, pick(row.values), strict=False))

    def text(self, row: Row) -> str | None:
        """A live record as JSON, written in one go; None for one whose values need escapes or that is archived."""
        shape = row.shape
        if not shape.plain or row.archived_at is not None:
            return None
        made = self._texts.get(shape)
        if made is None:
            made = self._texts[shape] = self._template(shape)
        pieces, pick = made
        pieces[1::2] = pick(row.values)
        return "".join(pieces)  # type: ignore[arg-type]

    def _template(self, shape: Shape) -> tuple[list[Value], Callable[[Any], tuple[Value, ...]]]:
        """The JSON of a record of a shape, each second piece of it a value; and how to pick the values."""
        places = [ID]
        pieces: list[Value] = ['{"id":"', ""]
        text = '","properties":{'
        for number, name in enumerate(self.names):
            place = shape.places.get(name, self._fixed.get(name, UNSET))
            text += f'{"," if number else ""}"{name}":'
            if place == UNSET:
                text += "null"
                continue
            pieces += [text + '"', ""]
            places.append(place)
            text = '"'
        pieces += [text + '},"createdAt":"', "", '","updatedAt":"', "", '","archived":false}']
        return pieces, itemgetter(*places, CREATED, CHANGED)
