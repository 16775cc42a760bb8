"""Release: what waits upstream goes when there is room, the best first; the check and the claim are one transaction.

Room is what the caps leave after what Salesforce says is open and what is already on its way.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bridge.settings.capacity import Cap, Capacity
from bridge.stages.context import Context
from bridge.staging import due, leads, releasing, sales
from bridge.staging import waiting as queue

UNLIMITED = 1 << 30


@dataclass
class Room:
    """How many more each rep and each team can take. Owners are Salesforce ids; caps of single reps are found by `cap_of`."""

    capacity: Capacity
    caps: Mapping[str, Cap]
    teams: Mapping[str, str]
    open_leads: Mapping[str, int]
    today: Mapping[str, int]
    queues: frozenset[str]
    given: dict[str, int] = field(default_factory=dict)
    segments: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    """Segment → leads it has open, and how many of it went today."""
    given_segments: dict[str, int] = field(default_factory=dict)

    def take(self, owner_id: str, segment: str = "") -> bool:
        """One place with this owner, if there is one; then it is taken. Queues have no cap of their own."""
        team = self.teams.get(owner_id, "")
        if owner_id not in self.queues and self._left(owner_id) < 1:
            return False
        if team and self._team_left(team) < 1:
            return False
        if self._segment_left(segment) < 1:
            return False
        self.given_segments[segment] = self.given_segments.get(segment, 0) + 1
        self.given[owner_id] = self.given.get(owner_id, 0) + 1
        return True

    def _segment_left(self, segment: str) -> int:
        cap = self.capacity.segments.get(segment)
        if cap is None:
            return UNLIMITED
        open_leads, today = self.segments.get(segment, (0, 0))
        given = self.given_segments.get(segment, 0)
        return _left(cap, open_leads + given, today + given)

    def _left(self, owner_id: str) -> int:
        cap = self.caps.get(owner_id, self.capacity.rep)
        given = self.given.get(owner_id, 0)
        return _left(cap, self.open_leads.get(owner_id, 0) + given, self.today.get(owner_id, 0) + given)

    def _team_left(self, team: str) -> int:
        cap = self.capacity.teams.get(team)
        if cap is None:
            return UNLIMITED
        members = [owner for owner, name in self.teams.items() if name == team]
        given = sum(self.given.get(owner, 0) for owner in members)
        return _left(
            cap,
            sum(self.open_leads.get(one, 0) for one in members) + given,
            sum(self.today.get(one, 0) for one in members) + given,
        )


def _left(cap: Cap, open_leads: int, today: int) -> int:
    by_open = UNLIMITED if cap.open_leads is None else cap.open_leads - open_leads
    by_day = UNLIMITED if cap.new_per_day is None else cap.new_per_day - today
    return min(by_open, by_day)


def start_of_day(now: datetime, zone: ZoneInfo) -> datetime:
    """The last midnight there."""
    return now.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)


def release(context: Context) -> int:
    """Let go what has room; expire what waited too long. Returns how many were released."""
    now = context.now()
    with context.writing() as connection:
        releasing.one_releaser(connection)
        waiting = releasing.waiting(connection)
        if not waiting:
            return 0
        expired = releasing.expire(connection, now - timedelta(days=context.settings.capacity.expires_after))
        on_the_way = releasing.on_the_way(connection)
        open_now = sales.open_by_owner(connection, context.settings.capacity.count_statuses)
        open_leads = {owner: open_now.get(owner, 0) + on_the_way.get(owner, 0) for owner in {*open_now, *on_the_way}}
        midnight = start_of_day(now, ZoneInfo(context.settings.routing.time_zone))
        today = releasing.sent_since(connection, midnight)
        seats = context.seats()
        room = Room(context.settings.capacity, seats.caps, seats.team_of, open_leads, today, seats.queue_ids)
        if context.settings.capacity.segments:
            room.segments = queue.by_segment(connection, context.settings.capacity.count_statuses, midnight)
        go = [
            row.id
            for row in waiting
            if row.lead_id not in expired and row.owner_id and room.take(row.owner_id, row.segment or "")
        ]
        released = releasing.release(connection, go, now)
        leads.expired(connection, expired, now)
        due.mark(connection, expired, now)
    context.add("released", released)
    context.add("waited too long", len(expired))
    return released
