"""The org: its objects and rows, its settings, who may see what, and the time in it."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from connectors.sandbox.kernel.clock import Clock
from connectors.sandbox.kernel.ledger import Call
from connectors.sandbox.salesforce.access import Access
from connectors.sandbox.salesforce.computed import virtual_fields
from connectors.sandbox.salesforce.schema import Schema, SObject
from connectors.sandbox.salesforce.settings import Country, RecordType, Settings
from connectors.sandbox.salesforce.stamps import second_stamp
from connectors.sandbox.salesforce.store import Table

# Writes rows as a query shows them.
WritePage = Callable[[Sequence[int]], list[dict[str, Any]]]
_WRITERS = 100


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
        #: The state and country picklists by code; none while they are switched off.
        self.countries: dict[str, Country] = {}
        #: Object → its record types by id.
        self.record_types: dict[str, dict[str, RecordType]] = {}
        self._writers: dict[Any, WritePage] = {}
        self._writers_of: tuple[int, ...] = ()
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

    def writers(self) -> dict[Any, WritePage]:
        """What writes pages of rows by user and fields, made once for those who read the same again and again.

        Forgotten when fields or rights change, or when a column comes into being: writers read the columns there were.
        """
        now = (self.schema.version, self.access.version, sum(len(table.columns) for table in self._tables.values()))
        if now != self._writers_of or len(self._writers) > _WRITERS:
            self._writers, self._writers_of = {}, now
        return self._writers

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

    def tell(
        self,
        call: Call | None,
        what: str,
        table: Table,
        row: int,
        values: Mapping[str, Any],
        before: Mapping[str, Any] | None = None,
    ) -> None:
        """Write a change of a row into the ledger's line, where there is one; it is struck out if the attempt fails."""
        if call is not None:
            call.changed(what, table.sobject.name, table.columns["Id"][row], values, before)
            self.remember(call.effects.pop)

    def change(self, call: Call | None, what: str, table: Table, row: int, values: Mapping[str, Any]) -> None:
        """Change a row and tell it."""
        before = {name: table.value(row, name) for name in values}
        table.update(row, values)
        self.tell(call, what, table, row, values, before)

    def remember(self, undo: Callable[[], object]) -> None:
        """Have something undone with the rows if the attempt fails."""
        if self._undo is not None:
            self._undo.append(undo)

    def _watch(self, undo: list[Callable[[], object]] | None) -> None:
        self._undo = undo
        for table in self._tables.values():
            table.watch(undo)
