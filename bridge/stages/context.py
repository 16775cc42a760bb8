"""What a stage works with during one run: the staging database, the clients, the settings, the clock, and who is working."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine

from bridge.errors import RemoteDown
from bridge.frozen import frozen
from bridge.settings.capacity import Cap
from bridge.settings.loading import Settings
from bridge.staging import runs
from bridge.staging.database import reading, writing
from connectors.records import Receipt

if TYPE_CHECKING:
    from connectors.hubspot.client import HubSpot
    from connectors.salesforce.client import Salesforce


class Superseded(RemoteDown):
    """Somebody with a higher fence took over while this worker slept; it must not write any more."""


@frozen
class Seats:
    """Who sits where in Sales: caps of single reps, the teams each rep is in, which owners are queues, and everybody's name. Salesforce ids."""

    caps: Mapping[str, Cap]
    teams_of: Mapping[str, tuple[str, ...]]
    queue_ids: frozenset[str]
    names: Mapping[str, str]


TELLING_TRIES = 6
"""A record alone that got no answer so often is why itself."""


def quiet(step: str, done: int, total: int | None) -> None:
    """Progress nobody looks at."""


@dataclass
class Context:
    """One run's tools. `progress(step, done, total)` is called as work goes on; `total` is None when unknown."""

    engine: Engine
    hubspot: HubSpot
    salesforce: Salesforce
    contact_properties: tuple[str, ...]
    company_properties: tuple[str, ...]
    lead_fields: tuple[str, ...]
    contact_fields: tuple[str, ...]
    own_user_id: Callable[[], str]
    settings: Settings
    seats: Callable[[], Seats]
    clock: Callable[[], datetime]
    holder: str
    run_id: int | None = None
    lease: runs.Lease | None = None
    progress: Callable[[str, int, int | None], None] = quiet
    stopping: Callable[[], bool] = lambda: False
    counts: dict[str, int] = field(default_factory=dict)
    made: set[str] = field(default_factory=set)
    """Salesforce ids of the records that this run made."""
    approved: str = ""
    stopped_by: str = ""
    lost_answer: str = ""
    """What came instead of the answer to a write, in words; of several the last."""
    answered: set[str] = field(default_factory=set)
    """The systems that answered a write, or where one turned out to have arrived."""
    unanswered: set[str] = field(default_factory=set)
    """The systems that left a write without an answer."""
    account_fields: tuple[str, ...] = ()
    """Fields of accounts to mirror beside those every org has."""

    def now(self) -> datetime:
        """The time to work with, UTC."""
        return self.clock()

    def reading(self) -> AbstractContextManager[Connection]:
        """A read transaction."""
        return reading(self.engine)

    def writing(self) -> AbstractContextManager[Connection]:
        """A write transaction; refused when the lease was lost."""
        return _fenced(self.engine, self.lease)

    def ask_leave(self) -> None:
        """Before anything is sent: raises Superseded when somebody took over while this worker slept."""
        if self.lease is not None:
            with self.reading() as connection:
                _refuse_superseded(connection, self.lease)

    def hear(self, system: str, receipts: Sequence[tuple[int, Receipt]]) -> None:
        """Take note of whether a system answers our writes, and of what came instead; `receipts` with the number of each one's try. A single
        record that gets no answer time after time says nothing of the system."""
        lost = [(tries, one.message) for tries, one in receipts if one.outcome == "unknown" and one.message]
        if lost:
            self.lost_answer = lost[0][1]
        if len(lost) > 1 or any(tries <= TELLING_TRIES for tries, _ in lost):
            self.unanswered.add(system)
        if any(one.outcome != "unknown" and one.sent for _, one in receipts):
            self.answered.add(system)

    @property
    def silent(self) -> tuple[str, ...]:
        """The systems to which no write of this run got through, although some left."""
        return tuple(sorted(self.unanswered - self.answered))

    def add(self, name: str, number: int = 1) -> None:
        """Count something for the run's report."""
        if number:
            self.counts[name] = self.counts.get(name, 0) + number

    def report(self) -> Mapping[str, int]:
        """All counts so far."""
        return dict(self.counts)


@contextmanager
def _fenced(engine: Engine, lease: runs.Lease | None) -> Iterator[Connection]:
    with writing(engine) as connection:
        if lease is not None:
            _refuse_superseded(connection, lease)
        yield connection


def _refuse_superseded(connection: Connection, lease: runs.Lease) -> None:
    if not runs.still_holds(connection, lease):
        raise Superseded(
            f"another worker took over (this one holds fence {lease.fence})",
            "Nothing to do: the other worker goes on.",
        )
