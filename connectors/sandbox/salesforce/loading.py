"""Fills the org with a world's things: fast, by columns, and past the rules that hold for the API."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from typing import Any

from connectors.sandbox.salesforce import ids, special
from connectors.sandbox.salesforce.authored import field_describe
from connectors.sandbox.salesforce.errors import Refusal
from connectors.sandbox.salesforce.fields import Field
from connectors.sandbox.salesforce.org import Org
from connectors.sandbox.salesforce.stamps import second_stamp
from connectors.sandbox.world import Ref, Thing

_BATCH = 20_000
_GIVEN = frozenset({"CreatedDate", "LastModifiedDate", "SystemModstamp"})
# Kinds whose rows bring others with them, and kinds of which a few values follow from the rest.
_WITH_MORE = frozenset({"ContentNote", "Campaign", "Task", "Event"})
_WORKED_OUT = frozenset({"Opportunity", "Task", "CampaignMember"})


class Loader:
    """Loads things in order. What one refers to must have come before."""

    def __init__(self, org: Org, user: str) -> None:
        self._org = org
        self._user = user
        self._numbers: dict[str, dict[str, int]] = {}
        self._kind = ""
        self._batch: list[dict[str, Any]] = []
        self._bin: list[int] = []
        self._stamped: dict[int, tuple[datetime, str]] = {}

    def load(self, things: Iterable[Thing]) -> None:
        """Take everything in. Raises `ValueError` with a sentence for a thing that makes no sense."""
        now = self._org.now()
        for thing in things:
            if thing.kind == "CustomField":
                self._flush()
                self._custom_field(thing)
                continue
            if thing.kind != self._kind or len(self._batch) >= _BATCH:
                self._flush()
                self._begin(thing.kind)
            self._batch.append(self._values(thing, now))
        self._flush()

    def id_of(self, kind: str, key: str) -> str:
        """The id a thing became; raises `LookupError` with a sentence."""
        number = self._numbers.get(kind, {}).get(key)
        if number is None:
            raise LookupError(f"no {kind} of the world has the key {key}")
        return self._id(kind, number)

    def _id(self, kind: str, number: int) -> str:
        column = self._org.table(kind).columns["Id"]
        return column[number] if number < len(column) else ids.make(self._org.schema.get(kind).prefix, number)

    def _begin(self, kind: str) -> None:
        sobject = self._org.schema.find(kind)
        if sobject is None or sobject.name != kind:
            raise ValueError(f"Salesforce has no object {kind}")
        self._kind = kind
        self._known = {field.name for field in sobject.fields.values()}
        self._has_owner = sobject.find("OwnerId") is not None
        self._mine = self._numbers.setdefault(kind, {})
        self._start = len(self._org.table(kind))

    def _values(self, thing: Thing, now: str) -> dict[str, Any]:
        """A row's values, references resolved, with who and when."""
        number = self._start + len(self._batch)
        if thing.key in self._mine:
            raise ValueError(f"two things of kind {thing.kind} have the key {thing.key}")
        self._mine[thing.key] = number
        values = dict(thing.values)
        for name, value in thing.values.items():
            if type(value) is Ref:
                values[name] = self.id_of(value.kind, value.key)
        created = now if thing.created_at is None else self._stamp(thing.created_at)
        changed = created if thing.changed_at is None else self._stamp(thing.changed_at)
        values["CreatedDate"], values["LastModifiedDate"], values["SystemModstamp"] = created, changed, changed
        if self._has_owner:
            values.setdefault("OwnerId", self._user)
        if thing.archived:
            self._bin.append(number)
        return values

    def _stamp(self, at: datetime) -> str:
        """A stamp; a moment that many things share is written once."""
        known = self._stamped.get(id(at))
        if known is not None and known[0] is at:
            return known[1]
        if len(self._stamped) > _BATCH:
            self._stamped.clear()
        text = second_stamp(at)
        self._stamped[id(at)] = (at, text)
        return text

    def _flush(self) -> None:
        """Put the batch into the table, by columns."""
        if not self._batch:
            return
        org, batch = self._org, self._batch
        sobject, table = org.schema.get(self._kind), org.table(self._kind)
        if self._kind in _WORKED_OUT:
            for values in batch:
                _work_out(org, self._kind, values)
        names: set[str] = set().union(*batch)
        # Who and when are given to all; not every object keeps them.
        unknown = sorted(names - self._known - _GIVEN)
        if unknown:
            raise ValueError(f"{self._kind} has no field {unknown[0]}")
        columns: dict[str, list[Any]] = {}
        for field in sobject.fields.values():
            default = field.default() if field.defaulted and not field.nillable else None
            if field.name in ("CreatedById", "LastModifiedById"):
                columns[field.name] = [self._user] * len(batch)
            elif field.name in names:
                columns[field.name] = _column(field, batch, default)
            elif default not in (None, False):
                columns[field.name] = [default] * len(batch)
        start = len(table)
        table.extend(columns, len(batch))
        self._batch = []
        for row in self._bin:
            table.delete(row)
        self._bin.clear()
        if self._kind in _WITH_MORE:
            for row in range(start, len(table)):
                special.after_insert(org, None, self._kind, row, self._user)
        org.access.changed()

    def _custom_field(self, thing: Thing) -> None:
        """A field definition in describe's words, with `object`; open to everybody unless `visible` is false."""
        given = dict(thing.values)
        object_name, visible = str(given.pop("object")), bool(given.pop("visible", True))
        name, kind = str(given.pop("name")), str(given.pop("type"))
        label, length = str(given.pop("label", name)), int(given.pop("length", 0) or (255 if kind == "string" else 0))
        facts = {"createable": True, "updateable": True, "nillable": True, "permissionable": True} | given
        field = self._org.schema.add_field(object_name, field_describe(name, kind, label, length, **facts))
        if visible:
            self._org.access.open_field(object_name, field.name)


def _work_out(org: Org, kind: str, values: dict[str, Any]) -> None:
    for name, value in values.items():
        if isinstance(value, (date, datetime)):
            values[name] = value.isoformat()[:10] if not isinstance(value, datetime) else second_stamp(value)
    try:
        special.BEFORE_SAVE[kind](org, values, None)
    except Refusal as wrong:
        raise ValueError(f"a {kind} of the world would be refused: {wrong}") from None


def _column(field: Field, batch: list[dict[str, Any]], default: Any) -> list[Any]:
    """A column of the batch in the field's own type."""
    name = field.name
    blank = field.blank if default is None else default
    values = [values.get(name) for values in batch]
    as_kept = _KEPT.get(field.type)
    if as_kept is not None:
        return [blank if value is None else as_kept(value) for value in values]
    if blank is None and "" not in values:
        return values
    return [blank if value is None or value == "" else value for value in values]


def _as_time(value: Any) -> Any:
    return second_stamp(value) if isinstance(value, datetime) else value


def _as_day(value: Any) -> Any:
    return value.isoformat()[:10] if isinstance(value, date) else value


_KEPT: Mapping[str, Callable[[Any], Any]] = {
    "currency": float,
    "double": float,
    "percent": float,
    "datetime": _as_time,
    "date": _as_day,
}
