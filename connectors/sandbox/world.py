"""What a world is made of: things with the world's own keys, which each server turns into records with ids of its own.

A world is a pure function of (name, seed, now): the same three give the same things in the same order, so that ids come out the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Ref:
    """A value that stands for the id of another thing of the same system."""

    kind: str
    key: str


@dataclass(frozen=True, slots=True)
class Thing:
    """One record to be.

    `kind` is the system's own name: HubSpot `contacts`, `companies`, `notes`, `deals`, `tickets`, `owners`, `forms`, `form_submissions`,
    `lists`, `properties` (a property definition) …; Salesforce `User`, `Group`, `Account`, `Contact`, `Lead`, `Campaign`, `CustomField` (a field
    definition in describe's words, with `object`) ….
    `values` are as the API would show them (HubSpot: strings); a `Ref` becomes that thing's id. `links` are HubSpot associations as
    (kind, key), the primary one first. A thing refers only to things that came before it in its own system.
    """

    kind: str
    key: str
    values: Mapping[str, Any]
    links: tuple[tuple[str, str], ...] = ()
    created_at: datetime | None = None
    changed_at: datetime | None = None
    archived: bool = False


@dataclass(frozen=True, slots=True)
class World:
    """Everything both servers start with. The iterables can be read once; big worlds are generators."""

    name: str
    seed: int
    now: datetime
    hubspot: Iterable[Thing] = ()
    salesforce: Iterable[Thing] = ()
    salesforce_rules: Mapping[str, Any] = field(default_factory=dict)
