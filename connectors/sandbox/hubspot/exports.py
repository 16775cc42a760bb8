"""Exports: how far each is, and what it holds."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from connectors.sandbox.hubspot.numerals import is_number
from connectors.sandbox.hubspot.problems import not_found

PENDING_SECONDS, PROCESSING_SECONDS = 1, 3


@dataclass(frozen=True, slots=True)
class Export:
    """One export: what it holds is taken when it is asked for."""

    id: int
    name: str
    type: str
    kind: str
    properties: tuple[str, ...]
    asked_at: datetime
    count: int
    text: str

    def state(self, now: datetime) -> str:
        """How far it is."""
        seconds = (now - self.asked_at).total_seconds()
        if seconds < PENDING_SECONDS:
            return "PENDING"
        return "PROCESSING" if seconds < PROCESSING_SECONDS else "COMPLETE"

    @property
    def done_at(self) -> datetime:
        """When the file is there."""
        return self.asked_at + timedelta(seconds=PROCESSING_SECONDS)


@dataclass(slots=True)
class Exports:
    """All exports by id."""

    known: dict[int, Export] = field(default_factory=dict)

    def find(self, id: str) -> Export:
        """An export; raises 404."""
        if not is_number(id) or int(id) not in self.known:
            raise not_found(f"Export {id} does not exist")
        return self.known[int(id)]
