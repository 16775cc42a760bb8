"""Deliveries that wait for room in Sales' queues: who waits, what is on its way already, and letting go what there is room for."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import CompoundSelect, Connection, and_, exists, func, select, text, update

from bridge.staging.batches import batched
from bridge.staging.clock import to_ms
from bridge.staging.lookups import in_work
from bridge.staging.outbox import LIVE_FIRST
from bridge.staging.records import MOST_IN_LIST
from bridge.staging.schema import LEAD_UNSEEN, delivery, lead, open_lead

RELEASER_LOCK = 7_305_112_046  # any number, the same for every worker


def one_releaser(connection: Connection) -> None:
    """Wait until no other transaction releases: two who count the same room would give it twice (SQLite has one writer anyway)."""
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_xact_lock(RELEASER_LOCK)))


def waiting(connection: Connection) -> list[Any]:
    """All deliveries that wait for room: rows (id, lead_id, owner_id, team, priority, segment).

    Whoever comes in now goes first, then the best, then the oldest.
    """
    return list(
        connection.execute(
            select(
                delivery.c.id,
                delivery.c.lead_id,
                delivery.c.owner_id,
                delivery.c.team,
                delivery.c.priority,
                lead.c.segment,
            )
            .outerjoin(lead, lead.c.id == delivery.c.lead_id)
            .where(in_work("waiting"), delivery.c.needs_room.is_(True))
            .order_by(LIVE_FIRST, delivery.c.priority.desc(), delivery.c.created_at, delivery.c.id)
        )
    )


def not_seen_yet() -> CompoundSelect[tuple[str, str | None]]:
    """(lead, owner) of each delivery of a new lead that was released or sent and is not yet seen among Sales' open leads."""
    unseen = ~exists().where(open_lead.c.lead_id == delivery.c.lead_id)
    new = select(delivery.c.lead_id, delivery.c.owner_id).join(lead, lead.c.id == delivery.c.lead_id).where(unseen)
    going = new.where(in_work("ready", "sending", "unknown"), delivery.c.needs_room, lead.c.sales_status.is_(None))
    there = delivery.c.state.in_(("sent", "verified", "differs"))
    gone = new.where(text(LEAD_UNSEEN), delivery.c.needs_room, there)
    return going.union_all(gone)


def on_the_way(connection: Connection) -> dict[str, int]:
    """Owner → new leads that were released or sent but are not yet seen among the rep's open leads."""
    unseen = not_seen_yet().subquery()
    owner = unseen.c.owner_id
    rows = connection.execute(select(owner, func.count()).where(owner.is_not(None)).group_by(owner))
    return {row[0]: row[1] for row in rows}


def sent_since(connection: Connection, since: datetime) -> dict[str, int]:
    """Owner → new leads given to them since then (for the daily cap)."""
    rows = connection.execute(
        select(delivery.c.owner_id, func.count())
        .where(delivery.c.needs_room.is_(True), delivery.c.sent_at >= to_ms(since), delivery.c.owner_id.is_not(None))
        .group_by(delivery.c.owner_id)
    )
    return {row[0]: row[1] for row in rows}


def expire(connection: Connection, before: datetime) -> list[str]:
    """Take back what waits for room since before then; returns the leads."""
    stale = and_(in_work("waiting"), delivery.c.needs_room.is_(True), delivery.c.created_at < to_ms(before))
    ids = list(connection.execute(select(delivery.c.lead_id).where(stale)).scalars())
    if ids:
        connection.execute(update(delivery).where(stale).values(state="cancelled", reason="waited_too_long"))
    return ids


def released_of_before(connection: Connection, before: datetime, now: datetime) -> list[str]:
    """Leads that may go now and were to be made before then: they waited. Not who is tried again later only."""
    ready = and_(
        in_work("ready"),
        delivery.c.needs_room.is_(True),
        delivery.c.created_at < to_ms(before),
        delivery.c.next_at <= to_ms(now),
    )
    return list(connection.execute(select(delivery.c.lead_id).where(ready).order_by(delivery.c.id)).scalars())


def release(connection: Connection, delivery_ids: Sequence[int], now: datetime) -> int:
    """There is room for these: they may go, if their lead is still qualified at this moment."""
    total = 0
    for group in batched(delivery_ids, MOST_IN_LIST):
        qualified = exists().where(lead.c.id == delivery.c.lead_id, lead.c.verdict == "qualified")
        total += connection.execute(
            update(delivery)
            .where(delivery.c.id.in_(group), delivery.c.state == "waiting", qualified)
            .values(state="ready", next_at=to_ms(now))
        ).rowcount
    return total
