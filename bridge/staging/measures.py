"""Figures for monitoring, cheap enough to take every minute: counts by closed words, and how long handing over took. Never a lead's own data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from datetime import datetime

from sqlalchemy import Connection, func, select

from bridge.frozen import frozen
from bridge.staging import due, reports
from bridge.staging.clock import to_ms
from bridge.staging.schema import delivery, lead


@frozen
class Standing:
    """How many leads have which verdict, how many deliveries are in which state by target, and what is left to do."""

    leads: Mapping[str, int] = field(default_factory=dict)
    deliveries: Mapping[tuple[str, str], int] = field(default_factory=dict)
    due: int = 0
    needs_person: int = 0

    @property
    def waiting(self) -> int:
        """Deliveries that wait for room in Sales."""
        return sum(
            number
            for (target, state), number in self.deliveries.items()
            if state == "waiting" and target == "salesforce.Lead"
        )


def standing(connection: Connection, now: datetime) -> Standing:
    """How things stand now."""
    by_verdict = select(lead.c.verdict, func.count()).where(lead.c.verdict.is_not(None)).group_by(lead.c.verdict)
    return Standing(
        leads={row[0]: row[1] for row in connection.execute(by_verdict)},
        deliveries={(target, state): number for target, state, number in reports.deliveries(connection)},
        due=due.count(connection, now),
        needs_person=reports.needs_person(connection),
    )


def handover_seconds(connection: Connection, since: datetime, until: datetime) -> list[float]:
    """For every new lead sent to Salesforce in this span: seconds from the newest change behind it in its source to the answer."""
    rows = connection.execute(
        select(delivery.c.sent_at - lead.c.changed_at)
        .join(lead, lead.c.id == delivery.c.lead_id)
        .where(
            delivery.c.sent_at >= to_ms(since),
            delivery.c.sent_at <= to_ms(until),
            delivery.c.needs_room.is_(True),
            lead.c.changed_at.is_not(None),
        )
    )
    return [max(0, milliseconds) / 1000 for milliseconds in rows.scalars()]
