"""All records of one kind: by id, by unique value, in order, with their history, and with the ids that merges left behind."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from connectors.sandbox.hubspot.index import SearchIndex
from connectors.sandbox.hubspot.kinds import Kind
from connectors.sandbox.hubspot.numerals import is_number
from connectors.sandbox.hubspot.problems import conflict
from connectors.sandbox.hubspot.rows import CHANGED, CREATED, ID, Projection, Row, Shapes, Value
from connectors.sandbox.hubspot.schema import Schema
from connectors.sandbox.kernel.clock import Clock, iso_ms

FIRST_ID = 101


@dataclass(frozen=True, slots=True)
class Version:
    """One earlier or present value of a property."""

    value: str
    at: str
    source: str
    source_id: str

    def as_json(self) -> dict[str, Any]:
        """The version as `propertiesWithHistory` shows it."""
        return {"value": self.value, "timestamp": self.at, "sourceType": self.source, "sourceId": self.source_id}


class Store:
    """The records of a kind. It checks uniqueness; whether values fit is checked before they come here."""

    def __init__(self, kind: Kind, schema: Schema, clock: Clock, shapes: Shapes, seed: int = 0) -> None:
        self.kind = kind
        self.schema = schema
        self.clock = clock
        self.fixed: Mapping[str, int] = {"hs_object_id": ID, kind.created: CREATED, kind.modified: CHANGED}
        self.rows: dict[int, Row] = {}
        self.merged_into: dict[int, int] = {}
        self.index = SearchIndex(self.live, seed)
        self._shapes = shapes
        self._order = array("q")
        self._unique: dict[str, dict[str, int]] = {name: {} for name in kind.keys}
        self._history: dict[int, dict[str, list[Version]]] = {}
        self._next_id = FIRST_ID
        self._projections: dict[tuple[str, ...], Projection] = {}

    def __len__(self) -> int:
        return len(self.rows)

    def live(self, id: int) -> Row | None:
        """A record that is not archived; a merged one by its old ids too is not what this gives."""
        row = self.rows.get(id)
        return row if row is not None and row.archived_at is None else None

    def resolve(self, id: str) -> Row | None:
        """A record, archived or not, by its id or by one that was merged into it."""
        if not is_number(id):
            return None
        number = int(id)
        while number in self.merged_into:
            number = self.merged_into[number]
        return self.rows.get(number)

    def by_unique(self, name: str, value: str) -> Row | None:
        """A live record by a unique property; of a contact any of its addresses will do."""
        id = self._unique.get(name, {}).get(value.lower())
        return None if id is None else self.live(id)

    def ids_with(self, name: str, values: Iterable[str]) -> list[int] | None:
        """The ids of records with one of these values of a unique property; None where the property is not unique."""
        if name == "hs_object_id":
            return [int(value) for value in values if is_number(value)]
        known = self._unique.get(name)
        if known is None:
            return None
        return [known[value.lower()] for value in values if value.lower() in known]

    def is_key(self, name: str) -> bool:
        """Whether records can be found by this property."""
        return name in self._unique

    def make_unique(self, name: str) -> None:
        """A property with unique values has been defined."""
        self._unique.setdefault(name, {})

    def load(self, values: dict[str, Value], created: str, changed: str, archived_at: str | None = None) -> Row:
        """Add a record of the beginning, without checks other than uniqueness and with what a write would do besides."""
        row = self._shapes.row(self._take_id(), created, changed, values, archived_at)
        self.rows[row.id] = row
        if archived_at is None:
            self._claim(row, values)
            self.index.load(row)
        return row

    def create(self, values: Mapping[str, Value], source: tuple[str, str]) -> Row:
        """Add a record; raises 409 when a unique value is taken."""
        now = iso_ms(self.clock.now())
        self._refuse_taken(values, None)
        row = self._shapes.row(
            self._take_id(), now, now, {name: value for name, value in values.items() if value != ""}
        )
        self.rows[row.id] = row
        self._claim(row, values)
        self._history[row.id] = {name: [Version(value, now, *source)] for name, value in values.items() if value}
        self.index.wrote(None, row, self.clock.now())
        return row

    def update(self, row: Row, changes: Mapping[str, Value], source: tuple[str, str]) -> Row:
        """Write values to a record: its time of change moves whatever they are. Raises 409 when a unique value is taken."""
        now = iso_ms(self.clock.now())
        self._refuse_taken(changes, row.id)
        self._remember(row, changes, now, source)
        new = self._shapes.row(row.id, row.created, max(now, row.changed), row.own() | dict(changes), row.archived_at)
        return self._replace(row, new)

    def archive(self, row: Row) -> Row:
        """Put a record in the recycling bin; its unique values are free again."""
        now = iso_ms(self.clock.now())
        return self._replace(row, Row(row.id, row.shape, (*row.values[:CHANGED], now, *row.values[CHANGED + 1 :]), now))

    def restore(self, row: Row) -> Row:
        """Take a record out of the recycling bin."""
        now = iso_ms(self.clock.now())
        return self._replace(
            row, Row(row.id, row.shape, (*row.values[:CHANGED], now, *row.values[CHANGED + 1 :]), None)
        )

    def erase(self, row: Row, into: int | None = None) -> None:
        """Remove a record and its history for good; `into`: the record it was merged into, to which its id leads from now on."""
        self._release(row)
        del self.rows[row.id]
        self._history.pop(row.id, None)
        place = bisect_left(self._order, row.id)
        del self._order[place]
        if into is not None:
            self.merged_into[row.id] = into
        if row.archived_at is None:
            self.index.wrote(row, None, self.clock.now())

    def dated(self, row: Row, created: str, changed: str | None = None) -> Row:
        """The record with another time of creation, and of change if one is given, as after a merge."""
        times = (created, changed or row.changed)
        return self._replace(
            row, Row(row.id, row.shape, (row.values[ID], *times, *row.values[CHANGED + 1 :]), row.archived_at)
        )

    def page(self, after: int, size: int, archived: bool = False) -> tuple[list[Row], int | None]:
        """The records from id `after` on in order of id, and the id the next page starts with (None: there is none)."""
        order, rows = self._order, self.rows
        found: list[Row] = []
        for place in range(bisect_left(order, after), len(order)):
            row = rows[order[place]]
            if (row.archived_at is not None) == archived:
                if len(found) == size:
                    return found, row.id
                found.append(row)
        return found, None

    def live_rows(self) -> Iterator[Row]:
        """Every record that is not archived, by id."""
        return (row for row in (self.rows[id] for id in self._order) if row.archived_at is None)

    def projection(self, names: tuple[str, ...]) -> Projection:
        """How to draw these properties from rows, and with them the ones that are always given."""
        found = self._projections.get(names)
        if found is None:
            always = ("hs_object_id", self.kind.created, self.kind.modified)
            wanted = dict.fromkeys((*self.schema.known(names or self.kind.shown), *self.schema.known(always)))
            fixed = dict(self.fixed) | ({"hs_all_contact_vids": ID} if self.kind.name == "contacts" else {})
            found = self._projections[names] = Projection(tuple(wanted), fixed)
            if len(self._projections) > 200:
                self._projections.pop(next(iter(self._projections)))
        return found

    def schema_changed(self) -> None:
        """Properties came or went."""
        self._projections.clear()
        self.index.forget()

    def history(self, row: Row, name: str) -> list[Version]:
        """A property's values, the newest first. What was there from the beginning dates from the record's creation."""
        known = self._history.get(row.id, {}).get(name)
        if known is not None:
            return known
        value = row.values[self.fixed[name]] if name in self.fixed else row.get(name)
        return [Version(value, row.created, "CRM_UI", "userId:1")] if value else []

    def adopt_history(self, row: Row, other: Row) -> None:
        """Give a merged record the history of one of its parts."""
        mine = self._history.setdefault(row.id, {})
        names = {*other.shape.names, *self._history.get(other.id, {})}
        for name in names:
            versions = [*mine.get(name, ()), *self.history(other, name)]
            mine[name] = sorted(dict.fromkeys(versions), key=lambda one: one.at, reverse=True)

    def _take_id(self) -> int:
        id, self._next_id = self._next_id, self._next_id + 1
        self._order.append(id)
        return id

    def _replace(self, old: Row, new: Row) -> Row:
        if old.archived_at is None:
            self._release(old)
        self.rows[old.id] = new
        if new.archived_at is None:
            self._claim(new, new.own())
        before = old if old.archived_at is None else None
        self.index.wrote(before, new if new.archived_at is None else None, self.clock.now())
        return new

    def _remember(self, row: Row, changes: Mapping[str, Value], now: str, source: tuple[str, str]) -> None:
        kept = self._history.setdefault(row.id, {})
        for name, value in changes.items():
            if (row.get(name) or "") != (value or ""):
                kept[name] = [Version(value or "", now, *source), *self.history(row, name)]

    def _keys_of(self, name: str, values: Mapping[str, Value]) -> list[str]:
        """What a record claims of a unique property: of a contact its further addresses too."""
        value = values.get(name)
        # Most values are in lower case already: their own string will do as the key.
        keys = [value if value.islower() else value.lower()] if value else []
        more = values.get("hs_additional_emails") if name == "email" else None
        if more:
            keys += [part.strip().lower() for part in more.split(";") if part.strip()]
        return keys

    def _claim(self, row: Row, values: Mapping[str, Value]) -> None:
        for name, known in self._unique.items():
            for key in self._keys_of(name, values):
                known.setdefault(key, row.id)

    def _release(self, row: Row) -> None:
        values = row.own()
        for name, known in self._unique.items():
            for key in self._keys_of(name, values):
                if known.get(key) == row.id:
                    del known[key]

    def _refuse_taken(self, values: Mapping[str, Value], own: int | None) -> None:
        for name, known in self._unique.items():
            for key in self._keys_of(name, values):
                taken = known.get(key)
                if taken is not None and taken != own:
                    raise conflict(f"{self.kind.singular.capitalize()} already exists. Existing ID: {taken}")
