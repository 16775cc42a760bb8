"""The draft of a world: contacts that may still be roughened, and everything else as things already.

`Draft` keeps what belongs together (an organisation, its HubSpot company, its Salesforce accounts, its people) and turns it at the end into the
two lists of things, each thing after those it refers to.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from connectors.sandbox.world import Ref, Thing
from connectors.sandbox.worlds.organisations import Inventor, Organisation
from connectors.sandbox.worlds.people import Registry

HUBSPOT_ORDER = (
    "properties", "owners", "forms", "companies", "contacts", "merges", "form_submissions", "notes", "calls", "tickets",
    "feedback_submissions", "lists", "threads", "messages",
)  # fmt: skip
SALESFORCE_ORDER = (
    "CustomField", "User", "Group", "QueueSobject", "Campaign", "Account", "Contact", "Opportunity", "Lead", "CampaignMember", "Task",
)  # fmt: skip


def iso(moment: datetime) -> str:
    """A datetime as HubSpot and Salesforce show it: 2026-03-01T09:30:00.000Z."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"


@dataclass(slots=True)
class Submission:
    """One form filled in: which, when, and what was typed beside the e-mail address."""

    form: str
    at: datetime
    fields: dict[str, str]


@dataclass(slots=True)
class ContactDraft:
    """A HubSpot contact to be. `values` may be changed until the draft is finished; `fate` names what it was made to be."""

    key: str
    values: dict[str, Any]
    created_at: datetime
    company: str = ""
    fate: str = ""
    organisation: Organisation | None = None
    submissions: list[Submission] = field(default_factory=list)
    notes: list[tuple[datetime, str]] = field(default_factory=list)
    changed_at: datetime | None = None
    archived: bool = False
    fixed: bool = False

    @property
    def email(self) -> str:
        return str(self.values.get("email") or "")

    def last_change(self) -> datetime:
        """When anything last happened to it."""
        moments = [self.created_at, *(one.at for one in self.submissions), *(at for at, _ in self.notes)]
        return max(moments + ([self.changed_at] if self.changed_at else []))


class Draft:
    """A world in the making. `now` is its present: nothing in it is later."""

    def __init__(self, seed: int, now: datetime) -> None:
        self.seed = seed
        self.now = now
        self.inventor = Inventor(self.rng("organisations"))
        self.registry = Registry(self.rng("people"))
        self.organisations: dict[str, Organisation] = {}
        self.contacts: dict[str, ContactDraft] = {}
        self.companies: dict[str, Thing] = {}
        self.owners: dict[str, str] = {}
        """Organisation key → key of the Salesforce user who owns its first account."""
        self.accounts: dict[str, list[str]] = {}
        """Organisation key → keys of its Salesforce accounts."""
        self._hubspot: dict[str, dict[str, Thing]] = {kind: {} for kind in HUBSPOT_ORDER}
        self._salesforce: dict[str, dict[str, Thing]] = {kind: {} for kind in SALESFORCE_ORDER}

    def rng(self, purpose: str) -> random.Random:
        """Chance of its own for each purpose, so that one part can change without moving the others."""
        return random.Random(f"{self.seed}/{purpose}")

    def ago(self, days: float = 0.0, hours: float = 0.0) -> datetime:
        """A moment before now."""
        return self.now - timedelta(days=days, hours=hours)

    def hubspot(self, thing: Thing) -> Thing:
        """Add a thing that is not a contact."""
        return _put(self._hubspot[thing.kind], thing)

    def salesforce(
        self, kind: str, key: str, values: Mapping[str, Any], created: datetime, changed: datetime | None = None
    ) -> Thing:
        """Add a Salesforce record; what is None is left out."""
        kept = {name: value for name, value in values.items() if value is not None}
        return _put(self._salesforce[kind], Thing(kind, key, kept, created_at=created, changed_at=changed or created))

    def found(self, kind: str) -> dict[str, Thing]:
        """The Salesforce records of a kind so far, by key."""
        return self._salesforce[kind]

    def contact(self, contact: ContactDraft) -> ContactDraft:
        """Add a HubSpot contact."""
        if contact.key in self.contacts:
            raise ValueError(f"two contacts with the key {contact.key}")
        self.contacts[contact.key] = contact
        return contact

    def finish(self, contact: ContactDraft, things: tuple[Thing, list[Thing]]) -> None:
        """Take the finished contact and what hangs on it."""
        self.hubspot(things[0])
        for thing in things[1]:
            self.hubspot(thing)

    def hubspot_things(self) -> tuple[Thing, ...]:
        """All HubSpot things in an order in which nothing refers to what comes later; contacts, forms sent in and notes from the oldest on."""
        for kind in ("contacts", "form_submissions", "notes"):
            things = sorted(self._hubspot[kind].values(), key=lambda one: (one.created_at or self.now, one.key))
            self._hubspot[kind] = {thing.key: thing for thing in things}
        return tuple(thing for kind in HUBSPOT_ORDER for thing in self._hubspot[kind].values())

    def salesforce_things(self) -> tuple[Thing, ...]:
        """All Salesforce things in an order in which nothing refers to what comes later."""
        return tuple(thing for kind in SALESFORCE_ORDER for thing in self._salesforce[kind].values())


def user(key: str) -> Ref:
    """The id of a Salesforce user."""
    return Ref("User", key)


def _put(shelf: dict[str, Thing], thing: Thing) -> Thing:
    if thing.key in shelf:
        raise ValueError(f"two {thing.kind} with the key {thing.key}")
    shelf[thing.key] = thing
    return thing
