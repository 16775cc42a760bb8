"""Who waits for room in Sales' queues, and how fast those queues get shorter."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection, func, select

from bridge.frozen import frozen
from bridge.staging.clock import to_ms
from bridge.staging.lookups import in_work
from bridge.staging.outbox import LIVE_FIRST
from bridge.staging.releasing import not_seen_yet
from bridge.staging.schema import delivery, event, lead, open_lead, organisation

PACE_DAYS = 28


@frozen
class Row:
    """One lead that waits."""

    lead_id: str
    organisation: str
    owner_id: str | None
    team: str
    segment: str
    priority: int
    since: int


def rows(connection: Connection) -> list[Row]:
    """What waits for room, in the order in which it is released: who comes in now first, then the best."""
    found = connection.execute(
        select(
            delivery.c.lead_id, func.coalesce(organisation.c.name, lead.c.organisation_id, ""), delivery.c.owner_id, delivery.c.team,
            func.coalesce(lead.c.segment, ""), delivery.c.priority, delivery.c.created_at,
        )
        .join(lead, lead.c.id == delivery.c.lead_id)
        .outerjoin(organisation, organisation.c.id == lead.c.organisation_id)
        .where(in_work("waiting"), delivery.c.needs_room.is_(True))
        .order_by(LIVE_FIRST, delivery.c.priority.desc(), delivery.c.created_at, delivery.c.id)
    )  # fmt: skip
    return [Row(*row) for row in found]


def closed_a_day(connection: Connection, now: datetime) -> dict[str, float]:
    """Owner → leads of ours they converted or that left their queue, a day, over the last four weeks."""
    since = to_ms(now - timedelta(days=PACE_DAYS))
    closed = connection.execute(
        select(lead.c.owner_id, func.count(func.distinct(event.c.lead_id)))
        .join(lead, lead.c.id == event.c.lead_id)
        .where(event.c.step == "follow_up", event.c.outcome.in_(("converted", "removed", "closed")), event.c.at >= since)
        .where(lead.c.owner_id.is_not(None))
        .group_by(lead.c.owner_id)
    )  # fmt: skip
    return {row[0]: row[1] / PACE_DAYS for row in closed}


def by_segment(connection: Connection, statuses: Sequence[str], since: datetime) -> dict[str, tuple[int, int]]:
    """Segment → leads of ours that are open or on their way, and how many went out since then."""
    counted = select(open_lead.c.lead_id).where(open_lead.c.lead_id.is_not(None))
    if statuses:
        counted = counted.where(open_lead.c.status.in_(statuses))
    on_the_way = select(not_seen_yet().subquery().c.lead_id)
    open_now = connection.execute(
        select(lead.c.segment, func.count())
        .where(lead.c.id.in_(counted.union(on_the_way)), lead.c.segment.is_not(None))
        .group_by(lead.c.segment)
    )
    found = {row[0]: (row[1], 0) for row in open_now}
    went = connection.execute(
        select(lead.c.segment, func.count())
        .join(delivery, delivery.c.lead_id == lead.c.id)
        .where(delivery.c.needs_room.is_(True), delivery.c.sent_at >= to_ms(since), lead.c.segment.is_not(None))
        .group_by(lead.c.segment)
    )
    for segment, number in went:
        found[segment] = (found.get(segment, (0, 0))[0], number)
    return found
