"""Messy leads in staging without a network: the demo world's people, of any number, taken in by pull's own functions.

    python -m benchmarks.messy FOLDER LEADS ACCOUNTS

Makes an installation at FOLDER whose staging holds that many HubSpot contacts (with companies, forms, notes) and Salesforce accounts.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks.installation import MovableClock, configure, environment_of, make_home, open_app
from bridge.stages.context import Context
from bridge.stages.pull import hubspot as pull_hubspot
from bridge.stages.pull import salesforce as pull_salesforce
from bridge.staging.batches import batched
from connectors.records import Page, Record
from connectors.sandbox.launch import Sandbox
from connectors.sandbox.world import Ref, Thing
from connectors.sandbox.worlds import make, marketing
from connectors.sandbox.worlds.demo import Sizes, build, sizes

PAGE = 1000
SEED = 7
SALESFORCE_KINDS = ("User", "Group", "Account", "Opportunity", "Contact", "Lead")


class Ids:
    """Ids for the world's keys, in the order they are first asked for."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str], int] = {}

    def of(self, kind: str, key: str) -> str:
        """The id of a thing: digits for HubSpot's, 18 characters for Salesforce's."""
        number = self._known.setdefault((kind, key), len(self._known) + 1_000_001)
        return str(number) if kind[0].islower() else f"{kind[:3].upper()}{number:015}"

    def values(self, thing: Thing) -> dict[str, Any]:
        """The thing's values, with ids for what they refer to."""
        return {name: self.of(one.kind, one.key) if isinstance(one, Ref) else one for name, one in thing.values.items()}


class Portal:
    """HubSpot's side of the world as records. Answers what pull asks while it takes in a page of contacts."""

    def __init__(self, things: Iterable[Thing], ids: Ids, properties: Sequence[str]) -> None:
        self._ids = ids
        self._properties = properties
        self._companies: dict[str, Record] = {}
        self._owners: list[Record] = []
        self._notes: dict[str, list[Record]] = {}
        self._forms: dict[str, str] = {}
        self._former: dict[str, str] = {}
        self.contacts: list[Record] = []
        self.submissions: list[Record] = []
        makers = {
            "companies": self._company, "owners": self._owner, "contacts": self._contact, "forms": self._form, "notes": self._note,
            "form_submissions": self._submission, "merges": self._merge,
        }  # fmt: skip
        for thing in things:
            if thing.kind in makers:
                makers[thing.kind](
                    thing, ids.of(thing.kind, thing.key), thing.changed_at or datetime(2025, 1, 1, tzinfo=UTC)
                )
        self.contacts = [one for one in self.contacts if one.id not in self._former]

    def read(self, kind: str, ids: Sequence[str], properties: Sequence[str]) -> list[Record]:
        """Companies by id."""
        return [self._companies[id_] for id_ in ids if id_ in self._companies]

    def owners(self) -> list[Record]:
        """All owners."""
        return self._owners

    def notes(self, contact_ids: Sequence[str]) -> list[Record]:
        """Notes of these contacts."""
        return [note for id_ in contact_ids for note in self._notes.get(id_, ())]

    def _company(self, thing: Thing, id_: str, at: datetime) -> None:
        self._companies[id_] = Record("hubspot", "company", id_, self._ids.values(thing), at)

    def _owner(self, thing: Thing, id_: str, at: datetime) -> None:
        self._owners.append(Record("hubspot", "owner", id_, self._ids.values(thing), at))

    def _form(self, thing: Thing, id_: str, at: datetime) -> None:
        self._forms[id_] = str(thing.values["name"])

    def _merge(self, thing: Thing, id_: str, at: datetime) -> None:
        if thing.values["objectType"] == "contacts":
            values = self._ids.values(thing)
            self._former[values["merged"]] = values["primary"]

    def _contact(self, thing: Thing, id_: str, at: datetime) -> None:
        given = self._ids.values(thing)
        for kind, key in thing.links[:1]:
            given["associatedcompanyid"] = self._ids.of(kind, key)
        values = {name: given.get(name) for name in self._properties}  # HubSpot names unset ones too
        self.contacts.append(Record("hubspot", "contact", id_, values, at, thing.archived))

    def _note(self, thing: Thing, id_: str, at: datetime) -> None:
        about = tuple(self._ids.of(kind, key) for kind, key in thing.links)
        note = Record("hubspot", "note", id_, self._ids.values(thing), at, links={"contact": about})
        for contact_id in about:
            self._notes.setdefault(contact_id, []).append(note)

    def _submission(self, thing: Thing, id_: str, at: datetime) -> None:
        form = self._ids.values(thing)["formId"]
        values = {field["name"]: field["value"] for field in thing.values["values"]}
        values |= {
            "form_id": form, "form_name": self._forms[form], "page_url": thing.values["pageUrl"], "submitted_at": at.isoformat(),
            "email": values.get("email"),
        }  # fmt: skip
        self.submissions.append(Record("hubspot", "form_submission", id_, values, at))


def load(folder: Path, leads: int, accounts: int, database_url: str = "") -> None:
    """Make the installation (its own SQLite file unless another database is named). The sandbox that lends its schemas is closed again."""
    now = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    with Sandbox(make("empty", SEED, now), limits=False) as sandbox:
        home = make_home(folder, environment_of(sandbox.state))
        if database_url:
            configure(folder, "bridge", {"database": {"url": database_url}})
        app = open_app(home, sandbox.state, MovableClock())
        with app.run("load") as context:
            _take_in(context, _world(leads, accounts, now))
        app.engine.dispose()


def _world(leads: int, accounts: int, now: datetime) -> tuple[Iterable[Thing], Iterable[Thing]]:
    share = sizes(leads)
    wanted = Sizes(leads, share.organisations, accounts, accounts // 5, accounts // 20, accounts // 40)
    draft = build(SEED, now, wanted)
    for contact in draft.contacts.values():
        marketing.finish(draft, contact)
    return draft.hubspot_things(), draft.salesforce_things()


def _take_in(context: Context, world: tuple[Iterable[Thing], Iterable[Thing]]) -> None:
    ids = Ids()
    shelves: dict[str, list[Record]] = {kind: [] for kind in SALESFORCE_KINDS}
    for thing in world[1]:
        if thing.kind in shelves and thing.changed_at is not None:
            id_ = ids.of(thing.kind, thing.key)
            values = ids.values(thing) | _stamps(thing)
            shelves[thing.kind].append(Record("salesforce", thing.kind.lower(), id_, values, thing.changed_at))
    for kind in SALESFORCE_KINDS:
        for group in batched(shelves[kind], PAGE):
            pull_salesforce._take_in(context, kind.lower(), Page(tuple(group), {}))
    portal: Any = Portal(world[0], ids, context.contact_properties)
    context.hubspot = portal
    for group in batched(portal.contacts, PAGE):
        pull_hubspot.take_in(context, Page(tuple(group), {}), "contact")
    for group in batched(portal.submissions, PAGE):
        pull_hubspot._stage_submissions(context, group)


def _stamps(thing: Thing) -> dict[str, Any]:
    """What Salesforce works out itself and pull reads."""
    if thing.kind == "Opportunity":
        return {"IsClosed": str(thing.values["StageName"]).startswith("Closed")}
    if thing.kind in ("Contact", "Lead"):
        return {"Name": f"{thing.values.get('FirstName') or ''} {thing.values.get('LastName') or ''}".strip()}
    return {}


if __name__ == "__main__":
    gc.disable()  # everything made here is kept to the end
    load(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
