"""What a process that ends leaves to others at once: leads it was deciding, deliveries it was sending, and its leases."""

from __future__ import annotations

import threading
from contextlib import suppress

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from bridge.frozen import frozen
from bridge.staging import due, outbox, runs
from bridge.staging.database import writing


@frozen
class GivenBack:
    """How many of each. The outcome of a delivery that was on the wire is found out by the next worker before it is sent again."""

    leads: int
    deliveries: int
    leases: int


def give_back(engine: Engine, holder: str) -> GivenBack:
    """Free everything `holder` has in its hands, in one transaction."""
    with writing(engine) as connection:
        return GivenBack(
            due.give_back(connection, holder),
            outbox.give_back(connection, holder),
            runs.give_leases_back(connection, holder),
        )


def give_back_within(seconds: float, engine: Engine, holder: str) -> GivenBack | None:
    """As `give_back`, but None when the database does not answer in time or refuses: then claims and leases run out by themselves."""
    done: list[GivenBack] = []

    def attempt() -> None:
        with suppress(SQLAlchemyError):  # None says it
            done.append(give_back(engine, holder))

    thread = threading.Thread(target=attempt, name="giving back", daemon=True)
    thread.start()
    thread.join(seconds)
    return done[0] if done else None
