"""Release: what waits upstream goes when there is room, the best first; the check and the claim are one transaction.

Room is what the caps leave after what Salesforce says is open and what is already on its way.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from bridge.frozen import frozen
from bridge.settings.capacity import Cap, Capacity
from bridge.settings.loading import Settings
from bridge.stages.context import Context, Seats
from bridge.staging import due, leads, releasing, sales
from bridge.staging import waiting as queue


@dataclass
class Room:
    """How many more each rep and each team can take. Owners are Salesforce ids; caps of single reps are found by `cap_of`."""

    capacity: Capacity
    caps: Mapping[str, Cap]
    teams: Mapping[str, tuple[str, ...]]
    open_leads: Mapping[str, int]
    today: Mapping[str, int]
    queues: frozenset[str]
    given: dict[str, int] = field(default_factory=dict)
    segments: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    """Segment → leads it has open, and how many of it went today."""
    given_segments: dict[str, int] = field(default_factory=dict)

    def take(self, owner_id: str, segment: str = "") -> bool:
        """One place with this owner, if there is one; then it is taken. Queues have no cap of their own."""
        if self.lack(owner_id, segment) is not None:
            return False
        self.given_segments[segment] = self.given_segments.get(segment, 0) + 1
        self.given[owner_id] = self.given.get(owner_id, 0) + 1
        return True

    def lack(self, owner_id: str, segment: str = "") -> Lack | None:
        """The first cap that leaves no place for one more: the rep's, that of each of their teams, the segment's. None: there is one."""
        found = None
        if owner_id not in self.queues:
            found = _lack("rep", "", self.caps.get(owner_id, self.capacity.rep), *self._has((owner_id,)))
        for team in self.teams.get(owner_id, ()):
            if found is None and (cap := self.capacity.teams.get(team)) is not None:
                members = [owner for owner, names in self.teams.items() if team in names]
                found = _lack("team", team, cap, *self._has(members))
        if found is None and (cap := self.capacity.segments.get(segment)) is not None:
            open_leads, today = self.segments.get(segment, (0, 0))
            given = self.given_segments.get(segment, 0)
            found = _lack("segment", segment, cap, open_leads + given, today + given)
        return found

    def _has(self, owners: Sequence[str]) -> tuple[int, int]:
        """Open leads of these owners and those of today, with what was given just now."""
        given = sum(self.given.get(one, 0) for one in owners)
        return (
            sum(self.open_leads.get(one, 0) for one in owners) + given,
            sum(self.today.get(one, 0) for one in owners) + given,
        )


@frozen
class Lack:
    """Why there is no place: whose cap (`rep`, `team` or `segment`), its name, in words after the owner's, and how many a day if it is the day's."""

    whose: str
    name: str
    why: str
    a_day: int | None = None


def _lack(whose: str, name: str, cap: Cap, open_leads: int, today: int) -> Lack | None:
    who = f"has room, but {whose} {name} " if name else ""
    if cap.open_leads is not None and open_leads >= cap.open_leads:
        return Lack(whose, name, f"{who}has {open_leads} open leads, the cap is {cap.open_leads}")
    if cap.new_per_day is not None and today >= cap.new_per_day:
        return Lack(whose, name, f"{who}gets {cap.new_per_day} new leads a day at most", cap.new_per_day)
    return None


def start_of_day(now: datetime, zone: ZoneInfo) -> datetime:
    """The last midnight there."""
    return now.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)


def room_now(connection: Connection, settings: Settings, seats: Seats, now: datetime) -> Room:
    """What the caps leave at this moment."""
    capacity = settings.capacity
    on_the_way = releasing.on_the_way(connection)
    open_now = sales.open_by_owner(connection, capacity.count_statuses)
    open_leads = {owner: open_now.get(owner, 0) + on_the_way.get(owner, 0) for owner in {*open_now, *on_the_way}}
    midnight = start_of_day(now, ZoneInfo(settings.routing.time_zone))
    today = releasing.sent_since(connection, midnight)
    room = Room(capacity, seats.caps, seats.teams_of, open_leads, today, seats.queue_ids)
    if capacity.segments:
        room.segments = queue.by_segment(connection, capacity.count_statuses, midnight)
    return room


def release(context: Context) -> int:
    """Let go what has room; expire what waited too long. Returns how many were released."""
    now = context.now()
    with context.writing() as connection:
        releasing.one_releaser(connection)
        waiting = releasing.waiting(connection)
        if not waiting:
            return 0
        expired = releasing.expire(connection, now - timedelta(days=context.settings.capacity.expires_after))
        room = room_now(connection, context.settings, context.seats(), now)
        taken_back = frozenset(expired)
        go = [
            row.id
            for row in waiting
            if row.lead_id not in taken_back and row.owner_id and room.take(row.owner_id, row.segment or "")
        ]
        released = releasing.release(connection, go, now)
        leads.expired(connection, expired, now)
        due.mark(connection, expired, now)
    context.add("released", released)
    context.add("waited too long", len(expired))
    return released
