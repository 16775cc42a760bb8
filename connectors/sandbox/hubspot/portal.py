"""One HubSpot account: its records of every kind, how they are linked, and what happens by itself when they change."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from connectors.sandbox.hubspot.kinds import KINDS, Kind
from connectors.sandbox.hubspot.links import Links
from connectors.sandbox.hubspot.problems import Problem, invalid, not_found
from connectors.sandbox.hubspot.rows import Row, Shapes, Value
from connectors.sandbox.hubspot.schema import standard_schema
from connectors.sandbox.hubspot.store import Store
from connectors.sandbox.kernel.clock import Clock, iso_ms
from connectors.sandbox.kernel.ledger import Call

PORTAL_ID = 4_820_117
APP_ID = 771_205
# HubSpot lets a lifecycle stage move forward only; a write of an earlier one is answered with success and changes nothing.
STAGES = (
    "subscriber", "lead", "marketingqualifiedlead", "salesqualifiedlead", "opportunity", "customer", "evangelist", "other",
)  # fmt: skip
API = ("INTEGRATION", str(APP_ID))
PERSON = ("CRM_UI", "userId:1")


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to a record, for those who listen. `what` is `creation`, `change`, `deletion`, `merge`, …"""

    what: str
    kind: str
    id: int
    name: str = ""
    value: str = ""
    source: str = "API"
    more: Mapping[str, Any] | None = None


class Portal:
    """All state but tokens and limits. Not safe for threads by itself: whoever uses it holds `lock`."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.lock = threading.RLock()
        self.born = iso_ms(clock.now())
        self.shapes = Shapes()
        self.links = Links()
        self.listeners: list[Callable[[Event], None]] = []
        self._stores: dict[str, Store] = {}
        self._names: dict[str, str] = {}
        self._locked: dict[tuple[str, int], datetime] = {}
        for number, kind in enumerate(KINDS):
            self.add_kind(kind, number)

    def add_kind(self, kind: Kind, seed: int = 0) -> Store:
        """Add an object type: one of HubSpot's or a custom one."""
        store = Store(kind, standard_schema(kind, self.born), self.clock, self.shapes, seed)
        self._stores[kind.name] = store
        for name in (kind.name, kind.singular, kind.type_id):
            self._names[name.lower()] = kind.name
        return store

    def store(self, name: str) -> Store:
        """The records of a kind, by any of its names; raises 400 as HubSpot does."""
        found = self._names.get(name.lower())
        if found is None:
            raise invalid(f"Unable to infer object type from: {name}")
        return self._stores[found]

    def stores(self) -> list[Store]:
        """All kinds."""
        return list(self._stores.values())

    def now(self) -> str:
        """The time as records keep it."""
        return iso_ms(self.clock.now())

    def tell(self, event: Event) -> None:
        """Let the listeners know."""
        for listener in self.listeners:
            listener(event)

    def create(self, call: Call, kind: str, values: Mapping[str, str], source: tuple[str, str] = API) -> Row:
        """Add a record with values already checked."""
        store = self.store(kind)
        full: dict[str, Value] = {name: value for name, value in values.items() if value != ""}
        full |= self._derived(store, None, full)
        row = store.create(full, source)
        call.changed("created", kind, str(row.id), {name: value for name, value in full.items() if value is not None})
        self.tell(Event("creation", kind, row.id, source=source[0]))
        for name, value in values.items():
            self.tell(Event("change", kind, row.id, name, value, source[0]))
        if kind == "contacts" and values.get("associatedcompanyid"):
            self._tie_company(call, row, values["associatedcompanyid"])
        return row

    def update(self, call: Call, kind: str, row: Row, changes: Mapping[str, str], source: tuple[str, str] = API) -> Row:
        """Write values, already checked, to a record."""
        store = self.store(kind)
        self._refuse_locked(kind, row)
        full: dict[str, Value] = dict(changes)
        self._keep_stage(row, full)
        full |= self._derived(store, row, full)
        new = store.update(row, full, source)
        call.changed("updated", kind, str(row.id), full, {name: row.get(name) for name in full})
        for name, value in full.items():
            if (row.get(name) or "") != (value or ""):
                self.tell(Event("change", kind, row.id, name, value or "", source[0]))
        if kind == "contacts" and changes.get("associatedcompanyid"):
            self._tie_company(call, new, changes["associatedcompanyid"])
        return new

    def archive(self, call: Call, kind: str, row: Row, source: tuple[str, str] = API) -> None:
        """Put a record in the recycling bin; nothing happens to one that is there already."""
        self._refuse_locked(kind, row)
        if row.archived_at is None:
            self.store(kind).archive(row)
            call.changed("deleted", kind, str(row.id), before=row.own())
            self.tell(Event("deletion", kind, row.id, source=source[0]))

    def restore(self, call: Call, kind: str, row: Row, source: tuple[str, str] = API) -> Row:
        """Take a record out of the recycling bin."""
        new = self.store(kind).restore(row)
        call.changed("restored", kind, str(row.id))
        self.tell(Event("restore", kind, row.id, source=source[0]))
        return new

    def lock_record(self, kind: str, id: int, seconds: float) -> None:
        """Refuse writes to a record for so long."""
        self._locked[kind, id] = self.clock.now() + timedelta(seconds=seconds)

    def _refuse_locked(self, kind: str, row: Row) -> None:
        until = self._locked.get((kind, row.id))
        if until is not None and until > self.clock.now():
            raise Problem(
                423, f"The {kind} record {row.id} is locked. Wait at least 2 seconds before trying again.", "LOCKED"
            )

    def forget(self, call: Call, kind: str, row: Row) -> None:
        """Remove a record, its history and its links for good: the privacy deletion."""
        store = self.store(kind)
        store.erase(row)
        self.links.drop(kind, row.id)
        call.changed("erased", kind, str(row.id), before=row.own())
        self.tell(Event("privacyDeletion", kind, row.id))

    def merge(self, call: Call, kind: str, primary: Row, other: Row, source: tuple[str, str] = API) -> Row:
        """Make one new record of two. Its values are the primary one's, and the other's where that has none."""
        store = self.store(kind)
        if primary.id == other.id:
            raise invalid("Cannot merge an object into itself")
        values = self._merged_values(store, primary, other)
        for part in (primary, other):
            store.archive(part)
        new = store.create({name: value for name, value in values.items() if value}, source)
        for part in (primary, other):
            store.adopt_history(new, part)
            self.links.move(kind, part.id, new.id)
            store.erase(store.rows[part.id], into=new.id)
        new = store.dated(new, min(primary.created, other.created))
        parts = {str(part.id): part.own() for part in (primary, other)}
        call.changed("merged", kind, str(new.id), {"primary": str(primary.id), "other": str(other.id), **values}, parts)
        merged = {"primaryObjectId": primary.id, "mergedObjectIds": [other.id], "newObjectId": new.id}
        self.tell(Event("merge", kind, primary.id, source=source[0], more=merged))
        return new

    def find(self, kind: str, id: str, key: str = "", archived: bool = False) -> Row:
        """A record by id, by an id that was merged into it, or by a unique property; raises 404 or 400."""
        store = self.store(kind)
        if key and key != "hs_object_id":
            if not store.is_key(key):
                raise invalid(f"Property {key} is not a unique property of {store.kind.name}")
            row = store.by_unique(key, id)
        else:
            row = store.resolve(id)
        if row is None or (row.archived_at is not None) != archived:
            raise not_found(
                f"Object not found.  objectId are usually numeric. objectId: {id}" if not key else "resource not found"
            )
        return row

    def touch(self, call: Call, kind: str, row: Row, values: Mapping[str, str]) -> Row:
        """Write values HubSpot itself computes (read-only for others)."""
        new = self.store(kind).update(row, values, ("CALCULATED", ""))
        call.changed("updated", kind, str(row.id), values, {name: row.get(name) for name in values})
        return new

    def tie(
        self, call: Call, kind: str, id: int, other_kind: str, other: int, types: tuple[int, ...] = ()
    ) -> tuple[int, ...]:
        """Link two records, and what follows from it: a contact's first company is its primary one."""
        pair = (kind, other_kind)
        primary = self.links.primary(pair)
        if primary is not None and not types and not self.links.of(pair, id):
            types = (primary,)
        kept = self.links.tie(pair, id, other, types)
        _linked(call, "linked", pair, id, other, kept)
        contact, company = (id, other) if pair == ("contacts", "companies") else (other, id)
        if set(pair) == {"contacts", "companies"}:
            self._note_company(call, contact, company)
        return kept

    def tie_loaded(self, kind: str, id: int, other_kind: str, other: int) -> None:
        """Link records of the beginning: the first of a kind is the primary one; nothing follows from it."""
        self.links.load((kind, other_kind), id, other)

    def untie(
        self, call: Call, pair: tuple[str, str], id: int, other: int, types: tuple[int, ...] | None = None
    ) -> bool:
        """Remove a link or some of its types, and what followed from it; False if there was none."""
        done = self.links.untie(pair, id, other, types)
        if done:
            _linked(call, "unlinked", pair, id, other, types or ())
        if done and set(pair) == {"contacts", "companies"}:
            contact, company = (id, other) if pair[0] == "contacts" else (other, id)
            row = self.store("contacts").live(contact)
            way = ("contacts", "companies")
            still = self.links.primary(way) in self.links.of(way, contact).get(company, ())
            if row is not None and not still and row.get("associatedcompanyid") == str(company):
                self.touch(call, "contacts", row, {"associatedcompanyid": ""})
        return done

    def _note_company(self, call: Call, contact: int, company: int) -> None:
        """Keep `associatedcompanyid` equal to the primary company."""
        pair = ("contacts", "companies")
        row = self.store("contacts").live(contact)
        is_primary = self.links.primary(pair) in self.links.of(pair, contact).get(company, ())
        if row is not None and is_primary and row.get("associatedcompanyid") != str(company):
            self.touch(call, "contacts", row, {"associatedcompanyid": str(company)})

    def _tie_company(self, call: Call, row: Row, company: str) -> None:
        if self.store("companies").resolve(company) is None:
            raise Problem(400, f"Company {company} does not exist", "VALIDATION_ERROR")
        primary = self.links.primary(("contacts", "companies")) or 0
        kept = self.links.tie(("contacts", "companies"), row.id, int(company), (primary,))
        _linked(call, "linked", ("contacts", "companies"), row.id, int(company), kept)

    def _keep_stage(self, row: Row, changes: dict[str, Value]) -> None:
        stage, before = changes.get("lifecyclestage"), row.get("lifecyclestage")
        if stage and before in STAGES and stage in STAGES and STAGES.index(stage) < STAGES.index(before):
            del changes["lifecyclestage"]

    def _derived(self, store: Store, row: Row | None, values: Mapping[str, Value]) -> dict[str, Value]:
        """What HubSpot sets along with these values."""
        known = store.schema.properties
        found: dict[str, Value] = {}
        stage = values.get("lifecyclestage")
        dated = f"hs_lifecyclestage_{stage}_date"
        if stage and dated in known and (row is None or row.get("lifecyclestage") != stage):
            found[dated] = str(self.clock.now_ms())
        email = values.get("email")
        if email and "hs_email_domain" in known:
            found["hs_email_domain"] = email.partition("@")[2]
        if values.get("hubspot_owner_id") and "hubspot_owner_assigneddate" in known:
            found["hubspot_owner_assigneddate"] = self.now()
        body = values.get("hs_note_body") or values.get("hs_call_body")
        if body and "hs_body_preview" in known:
            found["hs_body_preview"] = body[:200]
        return found

    def _merged_values(self, store: Store, primary: Row, other: Row) -> dict[str, Value]:
        values: dict[str, Value] = {}
        for part in (other, primary):
            values.update({name: value for name, value in part.own().items() if value})
        first, second = primary.get("lifecyclestage"), other.get("lifecyclestage")
        if first in STAGES and second in STAGES:
            values["lifecyclestage"] = max(first, second, key=STAGES.index)
        ids = [
            *_parts(primary, "hs_merged_object_ids"),
            *_parts(other, "hs_merged_object_ids"),
            str(primary.id),
            str(other.id),
        ]
        if "hs_merged_object_ids" in store.schema.properties:
            values["hs_merged_object_ids"] = ";".join(dict.fromkeys(ids))
        if store.kind.name != "contacts":
            return values
        now = self.clock.now_ms()
        values["hs_calculated_merged_vids"] = ";".join(f"{id}:{now}" for id in dict.fromkeys(ids))
        values["hs_all_contact_vids"] = ";".join(dict.fromkeys(ids))
        emails = [
            *_parts(primary, "hs_additional_emails"),
            other.get("email") or "",
            *_parts(other, "hs_additional_emails"),
        ]
        further = [email for email in dict.fromkeys(emails) if email and email != values.get("email")]
        if further:
            values["hs_additional_emails"] = ";".join(further)
        return values


def _linked(call: Call, what: str, pair: tuple[str, str], id: int, other: int, types: tuple[int, ...]) -> None:
    call.changed(what, f"{pair[0]}→{pair[1]}", str(id), {"to_kind": pair[1], "to_id": str(other), "types": list(types)})


def _parts(row: Row, name: str) -> list[str]:
    return [part for part in (row.get(name) or "").split(";") if part]
