"""What is known of handoffs, for commands and pages: their chart drawn anew, their brief as it was written, and who waits for room."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from bridge.deciding.charting import charts_of
from bridge.frozen import frozen
from bridge.settings.capacity import Cap
from bridge.settings.loading import Settings
from bridge.stages.context import Seats
from bridge.stages.handoff.chart import Chart
from bridge.stages.release import room_now
from bridge.staging import charts, handoffs, waiting
from bridge.staging.clock import from_ms


@frozen
class Shown:
    """One organisation as a rep would see it; `handoff` is None while nobody of it was handed over."""

    handoff: handoffs.Handoff | None
    chart: Chart
    brief: str
    members: int


def show(connection: Connection, asked: str, names: Mapping[str, str]) -> list[Shown]:
    """The handoffs an organisation, a lead, an account or a number names; without any, the chart of the organisation alone."""
    ids = handoffs.find(connection, asked)
    found = []
    for one in handoffs.of(connection, ids, ()):
        people = charts.people(connection, (), [one.primary_lead_id])
        organisation = next(iter(people), one.organisation_id)
        chart = charts_of(connection, {organisation: one.primary_lead_id}, names)[organisation]
        members = sum(member.handoff_id == one.id for member in handoffs.members(connection, [one.id]))
        found.append(Shown(one, chart, handoffs.brief_of(connection, one.id), members))
    if found:
        return sorted(found, key=lambda one: -(one.handoff.id if one.handoff else 0))
    organisations = handoffs.organisations_of(connection, asked)
    drawn = charts_of(connection, dict.fromkeys(organisations, ""), names)
    return [Shown(None, drawn[id_], "", 0) for id_ in organisations]


@frozen
class Waiter:
    """One handoff that waits for room: since when, whose, why, its place in the queue, and the day it can be expected to go."""

    lead_id: str
    organisation: str
    owner: str
    team: str
    segment: str
    priority: int
    since: str
    why: str
    place: int
    expected: str
    expires: str


def waiters(connection: Connection, settings: Settings, seats: Seats, now: datetime) -> list[Waiter]:
    """Everybody who waits, as release would take them: who comes in now before whom a backfill brought, then the best.

    The expected day counts on what the daily cap in the way lets through and on how many leads the owner closed a day in the last 28 days; it is
    empty where a team or segment has too many open ones.
    """
    capacity, room = settings.capacity, room_now(connection, settings, seats, now)
    queue = waiting.rows(connection)
    pace = waiting.closed_a_day(connection, now)
    places: dict[str, int] = {}
    told = []
    for row in queue:
        owner_id = row.owner_id or ""
        place = places[owner_id] = places.get(owner_id, 0) + 1
        cap, lack = capacity.cap_of(seats.caps.get(owner_id), row.team), room.lack(owner_id, row.segment)
        days: int | None = 0
        if lack is None:
            room.take(owner_id, row.segment)
        elif lack.whose == "rep":
            days = _days(cap, room.open_leads.get(owner_id, 0), place, pace.get(owner_id, 0.0))
        else:
            name = f"{lack.whose} {lack.name}"
            before = places[name] = places.get(name, 0) + 1
            days = -(-before // lack.a_day) if lack.a_day else None
        told.append(
            Waiter(
                row.lead_id, row.organisation, seats.names.get(owner_id, owner_id), row.team, row.segment, row.priority,
                from_ms(row.since).date().isoformat(), "has room: goes with the next cycle" if lack is None else lack.why, place,
                "" if days is None else (now + timedelta(days=days)).date().isoformat(),
                (from_ms(row.since) + timedelta(days=capacity.expires_after)).date().isoformat(),
            )
        )  # fmt: skip
    return told


def _days(cap: Cap, open_now: int, place: int, closed_a_day: float) -> int | None:
    """Days until this place in the queue has room; None when nothing says so (nobody closes anything, or the cap is 0)."""
    if cap.open_leads == 0 or cap.new_per_day == 0:
        return None
    daily = -(-place // cap.new_per_day) if cap.new_per_day else 1
    if cap.open_leads is None:
        return daily
    lacking = open_now + place - cap.open_leads
    if lacking <= 0:
        return max(daily, 1)
    if closed_a_day <= 0:
        return None
    return max(daily, int(-(-lacking // closed_a_day)))


def as_plain(one: Shown) -> dict[str, Any]:
    """For `--json`."""
    kept = one.handoff
    told: dict[str, Any] = {
        "handoff": None if kept is None else kept.id,
        "organisation": one.chart.organisation,
        "members": one.members,
    }
    if kept is not None:
        told |= {
            "state": kept.state, "primary": kept.primary_lead_id, "owner_id": kept.owner_id, "alarms": kept.alarms,
            "opened_at": from_ms(kept.opened_at).isoformat(), "closes_at": from_ms(kept.closes_at).isoformat(),
        }  # fmt: skip
    return {**told, "brief": one.brief, "chart": one.chart.as_kept()}
