"""The account of every call: what was asked, what was answered, what it changed. A judge computes from it what ought to be true."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from itertools import islice
from typing import Any

# In light mode only the newest calls are kept, without what they changed: a long bench stays in bounded memory.
LIGHT_KEEPS = 1_000


@dataclass(frozen=True, slots=True)
class Effect:
    """One record changed by a call. `what` is `created`, `updated`, `deleted`, `merged`, or a word of the system's own.

    `values` are what was written, `before` what stood there: the same names in an update, the whole record where it went away.
    """

    what: str
    kind: str
    id: str
    values: Mapping[str, Any] = field(default_factory=dict)
    before: Mapping[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class Call:
    """One request on its way through a server; handlers add what they changed.

    `fault` is the name of a fault that the server itself has to act out (one the wire does not know), with its
    parameters in `fault_params`. `by` is who called, in the system's own words. `notes` are facts a judge may want that
    are no change of a record.
    """

    system: str
    method: str
    path: str
    query: str = ""
    by: str = ""
    fault: str = ""
    fault_params: Mapping[str, Any] = field(default_factory=dict)
    effects: list[Effect] = field(default_factory=list)
    notes: dict[str, Any] = field(default_factory=dict)

    def changed(
        self,
        what: str,
        kind: str,
        id: str,
        values: Mapping[str, Any] | None = None,
        before: Mapping[str, Any] | None = None,
    ) -> None:
        """Record that the call changed a record."""
        self.effects.append(Effect(what, kind, id, values or {}, before or {}))


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the ledger. `status` is what the client was sent; 0 where it was sent no complete answer.

    `handled` is the status the server gave before a fault took over; 0 where the fault kept the server from acting.
    `delivered`: a whole answer went to a client that was still there; None while one drips.
    """

    number: int
    at: datetime
    system: str
    method: str
    path: str
    query: str
    by: str
    status: int
    handled: int
    delivered: bool | None
    fault: str
    effects: tuple[Effect, ...]
    notes: Mapping[str, Any]

    def as_json(self) -> dict[str, Any]:
        """The line as JSON-able values."""
        return asdict(self)


class Ledger:
    """Append-only and safe for threads; lines are numbered from 1."""

    def __init__(self, light: bool = False) -> None:
        self._lock = threading.Lock()
        self._light = light
        self._entries: deque[Entry] = deque(maxlen=LIGHT_KEEPS if light else None)
        self._count = 0

    @property
    def light(self) -> bool:
        """Whether only the newest calls are kept."""
        return self._light

    def set_light(self, light: bool) -> None:
        """Switch between keeping everything and bounded memory; lines already dropped do not come back."""
        with self._lock:
            self._light = light
            self._entries = deque(self._entries, maxlen=LIGHT_KEEPS if light else None)

    def __len__(self) -> int:
        """How many calls there have been."""
        return self._count

    def write(
        self, call: Call, at: datetime, status: int, handled: int, fault: str = "", delivered: bool | None = True
    ) -> int:
        """Add a line and return its number."""
        with self._lock:
            self._count += 1
            effects = () if self._light else tuple(call.effects)
            notes: Mapping[str, Any] = {} if self._light else call.notes
            self._entries.append(
                Entry(
                    self._count,
                    at,
                    call.system,
                    call.method,
                    call.path,
                    call.query,
                    call.by,
                    status,
                    handled,
                    delivered,
                    fault,
                    effects,
                    notes,
                )
            )
            return self._count

    def dripped(self, number: int, delivered: bool) -> None:
        """Say how a line ended whose answer took its time; nothing where the line has been dropped."""
        with self._lock:
            place = number - (self._count - len(self._entries)) - 1
            if place >= 0:
                self._entries[place] = replace(self._entries[place], delivered=delivered)

    def since(self, number: int = 0, limit: int | None = None) -> list[Entry]:
        """The lines after `number`, oldest first."""
        with self._lock:
            first = self._count - len(self._entries)
            return list(
                islice(self._entries, max(0, number - first), None if limit is None else max(0, number - first) + limit)
            )

    def effects(self, system: str, kind: str | None = None) -> Iterator[tuple[Entry, Effect]]:
        """Every change made in a system, in order, with the call that made it."""
        for entry in self.since():
            if entry.system == system:
                for effect in entry.effects:
                    if kind is None or effect.kind == kind:
                        yield entry, effect
