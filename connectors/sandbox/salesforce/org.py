"""The org: its objects and rows, its settings, who may see what, and the time in it."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from connectors.sandbox.kernel.clock import Clock
from connectors.sandbox.salesforce.access import Access
from connectors.sandbox.salesforce.computed import virtual_fields
from connectors.sandbox.salesforce.schema import Schema, SObject
from connectors.sandbox.salesforce.settings import Settings
from connectors.sandbox.salesforce.stamps import second_stamp
from connectors.sandbox.salesforce.store import Table


@dataclass(frozen=True, slots=True)
class Found:
    """A row that an id led to."""

    sobject: SObject
    table: Table
    row: int


class Rollback(Exception):
    """Raised inside `Org.attempt` to undo what was done there."""


class Org:
    """One org. Not safe for threads: the server lets one caller in at a time."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.schema = Schema()
        self.settings = Settings()
        self.random = random.Random(0)
        self._tables: dict[str, Table] = {}
        for sobject in self.schema:
            self._tables[sobject.name] = Table(sobject, virtual_fields(sobject.name, self.table))
        self.access = Access(self)
        for sobject in self.schema:
            for field in sobject.fields.values():
                if field.custom:
                    self.access.open_field(sobject.name, field.name)
        self.emails = 0
        self._undo: list[Callable[[], object]] | None = None

    def now(self) -> str:
        """The stamp a row written now gets; whole seconds, as in the real org."""
        return second_stamp(self.clock.now())

    def table(self, name: str) -> Table:
        """The rows of an object, by its exact name."""
        return self._tables[name]

    def find(self, id18: str | None) -> Found | None:
        """The row of an id, deleted or not; None if there never was one."""
        if id18 is None:
            return None
        sobject = self.schema.by_id(id18)
        if sobject is None:
            return None
        table = self._tables[sobject.name]
        row = table.row_of(id18)
        return None if row is None else Found(sobject, table, row)

    def value(self, id18: str, name: str) -> Any:
        """One value of one record; raises `LookupError` with a sentence if there is no such record."""
        found = self.find(id18)
        if found is None:
            raise LookupError(f"the org has no record {id18}")
        return found.table.value(found.row, name)

    def settle(self) -> None:
        """Show the late rows whose time has come."""
        for table in self._tables.values():
            if table.late:
                now = self.now()
                table.late = {row: at for row, at in table.late.items() if at > now}

    @contextmanager
    def attempt(self) -> Iterator[None]:
        """What happens inside is undone if it ends in an exception; `Rollback` is swallowed. Attempts nest."""
        outer = self._undo
        mine: list[Callable[[], object]] = []
        self._watch(mine)
        try:
            yield
        except BaseException as wrong:
            self._watch(None)
            for undo in reversed(mine):
                undo()
            self._watch(outer)
            if not isinstance(wrong, Rollback):
                raise
        else:
            if outer is not None:
                outer.extend(mine)
            self._watch(outer)

    def remember(self, undo: Callable[[], object]) -> None:
        """Have something undone with the rows if the attempt fails."""
        if self._undo is not None:
            self._undo.append(undo)

    def _watch(self, undo: list[Callable[[], object]] | None) -> None:
        self._undo = undo
        for table in self._tables.values():
            table.watch(undo)
