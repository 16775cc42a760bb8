"""A clock that was set back: what waits for the time it showed would wait for hours, or for years."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Column, Connection, Table, delete, func, select, update

from bridge.staging.clock import from_ms, to_ms
from bridge.staging.runs import CLOCKS_APART_MS
from bridge.staging.schema import (
    cursor,
    delivery,
    event,
    handoff,
    lead,
    lease,
    read_back,
    record,
    run,
    run_slot,
    schema_snapshot,
    written,
)  # fmt: skip

APART = timedelta(milliseconds=CLOCKS_APART_MS)
"""Nothing is set right for less."""

HAPPENED = (
    run.c.started_at, run.c.ended_at, run_slot.c.at, run_slot.c.ended_at, delivery.c.created_at, delivery.c.sent_at, delivery.c.verified_at,
    lead.c.created_at, lead.c.expired_at, handoff.c.alarmed_at, handoff.c.told_at, event.c.at, read_back.c.at, record.c.staged_at,
    written.c.at, cursor.c.at,
)  # fmt: skip
"""Moments of what has happened: none can be still to come."""
WAITED_FOR = (delivery.c.next_at, delivery.c.claimed_until, lead.c.due_at, lead.c.claimed_until, handoff.c.due_at)
"""Moments that something waits for."""


def newest(connection: Connection, lease_seconds: int) -> datetime:
    """The latest time the clock is known to have shown; a lease is taken and renewed for `lease_seconds`."""
    began, ended = connection.execute(select(func.max(run.c.started_at), func.max(run.c.ended_at))).one()
    held = connection.execute(select(func.max(lease.c.expires_at))).scalar()
    return from_ms(max(began or 0, ended or 0, (held or 0) - lease_seconds * 1000))


def set_right(connection: Connection, shown: datetime, now: datetime) -> bool:
    """The clock has shown `shown`. Was it set back since, what waits goes on as if it had been right all along; False when it was not.

    Call it with the lease in hand.
    """
    if shown - now <= APART:
        return False
    stamp, shift = to_ms(now), (shown - now) // timedelta(milliseconds=1)
    connection.execute(update(lead).where(lead.c.decided_at > stamp).values(due_at=stamp, decided_at=stamp))
    early = handoff.c.opened_at > stamp
    connection.execute(update(handoff).where(early).values(opened_at=stamp, closes_at=handoff.c.closes_at - shift))
    connection.execute(delete(schema_snapshot).where(schema_snapshot.c.at > stamp))
    for column in WAITED_FOR:
        _change(connection, column, stamp, column - shift)
    for column in HAPPENED:
        _change(connection, column, stamp, stamp)
    return True


def _change(connection: Connection, column: Column[int], stamp: int, to: object) -> None:
    table = column.table
    assert isinstance(table, Table)
    connection.execute(update(table).where(column > stamp).values({column: to}))
