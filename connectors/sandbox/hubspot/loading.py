"""A world's things made into records: the world's keys become ids, its links associations."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from connectors.sandbox.hubspot.account import Account
from connectors.sandbox.hubspot.rows import Value
from connectors.sandbox.hubspot.store import Store
from connectors.sandbox.kernel.clock import iso_ms
from connectors.sandbox.world import Ref, Thing


class Loader:
    """Loads things one by one, in the order they come."""

    def __init__(self, account: Account) -> None:
        self._account = account
        self._ids: dict[str, dict[str, str]] = {}
        self._known: set[tuple[str, tuple[str, ...]]] = set()
        self._times: dict[datetime, str] = {}

    def id_of(self, kind: str, key: str) -> str:
        """The id of a thing loaded before; raises `LookupError`."""
        try:
            return self._ids[kind][key]
        except KeyError:
            raise LookupError(f"the world has no {kind} with key {key} so far") from None

    def load(self, things: Iterable[Thing]) -> None:
        """Load them all."""
        special = {"properties": self._property}
        for thing in things:
            make = special.get(thing.kind, self._record)
            self._ids.setdefault(thing.kind, {})[thing.key] = make(thing)
        for store in self._account.portal.stores():
            store.index.between("", "")

    def _time(self, at: datetime | None, otherwise: str) -> str:
        return otherwise if at is None else iso_ms(at)

    def _property(self, thing: Thing) -> str:
        given = self._values(thing)
        store = self._account.portal.store(str(given.get("objectType", "contacts")))
        made = store.schema.create(given, self._time(thing.created_at, self._account.portal.born))
        if made.unique:
            store.make_unique(made.name)
        store.schema_changed()
        return made.name

    def _record(self, thing: Thing) -> str:
        portal = self._account.portal
        store = portal.store(thing.kind)
        values = self._values(thing)
        self._check(store, values)
        created = self._time(thing.created_at, portal.born)
        changed = self._time(thing.changed_at, created)
        first_company = next((key for kind, key in thing.links if kind == "companies"), None)
        if store.kind.name == "contacts" and first_company is not None:
            values["associatedcompanyid"] = self.id_of("companies", first_company)
        row = store.load(values, created, changed, changed if thing.archived else None)
        for kind, key in thing.links:
            portal.tie(store.kind.name, row.id, portal.store(kind).kind.name, int(self.id_of(kind, key)))
        return str(row.id)

    def _values(self, thing: Thing) -> dict[str, Any]:
        return {
            name: self.id_of(value.kind, value.key) if isinstance(value, Ref) else value for name, value in thing.values.items()
        }

    def _check(self, store: Store, values: dict[str, Value]) -> None:
        """Every property has to exist and every value to be text; looked at once per set of properties."""
        for name in [name for name in values if name.endswith("_date") and name.startswith("hs_lifecyclestage_")]:
            values[name] = _milliseconds(values[name])
        names = (store.kind.name, tuple(values))
        if names in self._known:
            return
        unknown = [name for name in values if name not in store.schema.properties]
        fixed = [name for name in values if name in store.fixed]
        wrong = [name for name, value in values.items() if value is not None and not isinstance(value, str)]
        if unknown or fixed or wrong:
            raise ValueError(f"{store.kind.name}: no such properties {unknown}, set by HubSpot {fixed}, not text {wrong}")
        self._known.add(names)


def _milliseconds(text: Value) -> Value:
    """HubSpot keeps the dates of lifecycle stages as milliseconds."""
    if not text or text.isdigit():
        return text
    at = datetime.fromisoformat(text)
    return str(int((at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp() * 1000))


def things_by_kind(things: Iterable[Thing]) -> Mapping[str, int]:
    """How many things of each kind there are."""
    counts: dict[str, int] = {}
    for thing in things:
        counts[thing.kind] = counts.get(thing.kind, 0) + 1
    return counts
