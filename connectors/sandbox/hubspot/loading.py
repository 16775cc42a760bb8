"""A world's things made into records: the world's keys become ids, its links associations.

Beside CRM objects by their plural names it knows `properties`, `owners`, `forms`, `form_submissions`, `merges`, `lists`, `threads` and
`messages`; docs/sandbox.md tells what each of them holds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from connectors.sandbox.hubspot.account import Account
from connectors.sandbox.hubspot.rows import ID, Row, Value
from connectors.sandbox.hubspot.store import Store
from connectors.sandbox.kernel.clock import iso_ms
from connectors.sandbox.kernel.ledger import Call
from connectors.sandbox.world import Ref, Thing


class Loader:
    """Loads things one by one, in the order they come."""

    def __init__(self, account: Account) -> None:
        self._account = account
        self._portal = account.portal
        self._ids: dict[str, dict[str, str]] = {}
        self._known: dict[tuple[str, tuple[str, ...]], tuple[str, ...]] = {}
        self._makers: dict[str, Callable[[Thing], str]] = {
            "properties": self._property,
            "owners": self._owner,
            "forms": self._form,
            "form_submissions": self._submission,
            "merges": self._merge,
            "lists": self._list,
            "threads": self._thread,
            "messages": self._message,
        }

    @property
    def kinds(self) -> Iterable[str]:
        """The kinds known beside CRM objects."""
        return self._makers.keys()

    def id_of(self, kind: str, key: str) -> str:
        """The id of a thing loaded before; raises `LookupError`."""
        try:
            return self._ids[kind][key]
        except KeyError:
            raise LookupError(f"the world has no {kind} with key {key} so far") from None

    def load(self, things: Iterable[Thing]) -> None:
        """Load them all. What is loaded is in the search index at once and sends no webhooks."""
        stores = self._portal.stores()
        lags = [store.index.lag for store in stores]
        for store in stores:
            store.index.lag = (0.0, 0.0)
        for thing in things:
            id = self._makers.get(thing.kind, self._record)(thing)
            self._ids.setdefault(thing.kind, {})[thing.key] = id
        for store, lag in zip(stores, lags, strict=True):
            store.index.settle(self._account.clock.now())
            store.index.sort()
            store.index.lag = lag

    def _times(self, thing: Thing) -> tuple[str, str]:
        created = self._portal.born if thing.created_at is None else _text(thing.created_at)
        return created, created if thing.changed_at is None else _text(thing.changed_at)

    def _values(self, thing: Thing) -> dict[str, Any]:
        values = dict(thing.values)
        for name, value in values.items():
            if isinstance(value, Ref):
                values[name] = self.id_of(value.kind, value.key)
        return values

    def _record(self, thing: Thing) -> str:
        portal = self._portal
        store = portal.store(thing.kind)
        values = self._values(thing)
        for name in self._stage_dates(store, values):
            values[name] = _milliseconds(values[name])
        links = [(portal.store(kind), int(self.id_of(kind, key))) for kind, key in thing.links]
        if store.kind.name == "contacts":
            company = next((id for other, id in links if other.kind.name == "companies"), None)
            if company is not None:
                values["associatedcompanyid"] = str(company)
        created, changed = self._times(thing)
        row = store.load(values, created, changed, changed if thing.archived else None)
        for other, id in links:
            target = other.resolve(str(id))
            portal.tie_loaded(store.kind.name, row.id, other.kind.name, id if target is None else target.id)
            if store.kind.name == "notes" and other.kind.name == "contacts" and target is not None:
                self._noted(other, target, values.get("hs_timestamp") or created)
        return row.values[ID] or ""

    def _noted(self, contacts: Store, contact: Row, at: str) -> None:
        """HubSpot keeps on a contact when the last note about it was taken, and how many there are."""
        newest = max(at, contact.get("notes_last_updated") or "")
        count = int(contact.get("num_notes") or 0) + 1
        new = contacts.update(contact, {"notes_last_updated": newest, "num_notes": str(count)}, ("CRM_UI", "loaded"))
        contacts.dated(new, contact.created, max(contact.changed, at))

    def _stage_dates(self, store: Store, values: dict[str, Value]) -> tuple[str, ...]:
        """The dates of lifecycle stages among the values. Raises `ValueError` for what no record of the kind can hold; looked at
        once for each set of properties."""
        names = (store.kind.name, tuple(values))
        found = self._known.get(names)
        if found is None:
            unknown = [name for name in values if name not in store.schema.properties]
            fixed = [name for name in values if name in store.fixed]
            wrong = [name for name, value in values.items() if value is not None and not isinstance(value, str)]
            if unknown or fixed or wrong:
                raise ValueError(
                    f"{store.kind.name}: no such properties {unknown}, set by HubSpot {fixed}, not text {wrong}"
                )
            found = tuple(name for name in values if name.startswith("hs_lifecyclestage_") and name.endswith("_date"))
            self._known[names] = found
        return found

    def _property(self, thing: Thing) -> str:
        given = self._values(thing)
        store = self._portal.store(str(given.get("objectType", "contacts")))
        made = store.schema.create(given, self._times(thing)[0])
        if made.unique:
            store.make_unique(made.name)
        store.schema_changed()
        return made.name

    def _owner(self, thing: Thing) -> str:
        return str(self._account.owners.add(self._values(thing), *self._times(thing), archived=thing.archived))

    def _form(self, thing: Thing) -> str:
        given = self._values(thing)
        return self._account.forms.add(str(given["name"]), tuple(given.get("fields", ())), *self._times(thing))

    def _submission(self, thing: Thing) -> str:
        given = self._values(thing)
        at = int(given["submittedAt"])
        return self._account.forms.keep(
            str(given["formId"]),
            at,
            given.get("values", ()),
            str(given.get("pageUrl", "")),
            str(given.get("pageTitle", "")),
        )

    def _merge(self, thing: Thing) -> str:
        """A merge that happened before the beginning."""
        given = self._values(thing)
        store = self._portal.store(str(given.get("objectType", "contacts")))
        primary, other = (self._portal.find(store.kind.name, str(given[key])) for key in ("primary", "merged"))
        row = self._portal.merge(Call("hubspot", "LOAD", "/"), store.kind.name, primary, other)
        created = min(primary.created, other.created)
        return str(store.dated(row, created, self._times(thing)[1]).id)

    def _list(self, thing: Thing) -> str:
        given = self._values(thing)
        kind = self._portal.store(str(given.get("objectTypeId", "contacts"))).kind.name
        created, changed = self._times(thing)
        made = self._account.lists.create(
            str(given["name"]), kind, str(given.get("processingType", "MANUAL")), given.get("filterBranch"), created
        )
        made.members.update({self._present(other, key): changed for other, key in thing.links})
        return str(made.id)

    def _present(self, kind: str, key: str) -> int:
        """The id a thing has now: another where it has been merged since."""
        id = self.id_of(kind, key)
        row = self._portal.store(kind).resolve(id)
        return int(id) if row is None else row.id

    def _thread(self, thing: Thing) -> str:
        contact = next((str(self._present(kind, key)) for kind, key in thing.links if kind == "contacts"), "")
        given = self._values(thing)
        return self._account.conversations.open(
            str(given.get("associatedContactId", contact)), self._times(thing)[0], given
        )

    def _message(self, thing: Thing) -> str:
        given = self._values(thing)
        return self._account.conversations.say(
            str(given["threadId"]), self._times(thing)[0], str(given.get("text", "")), given
        )


# Big worlds use the same moments again and again.
_text = lru_cache(maxsize=20_000)(iso_ms)


def _milliseconds(text: Value) -> Value:
    """HubSpot keeps the dates of lifecycle stages as milliseconds."""
    if not text or text.isdigit():
        return text
    at = datetime.fromisoformat(text)
    return str(int((at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp() * 1000))
