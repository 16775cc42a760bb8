"""Sales' people and queues, made from the mirrored Salesforce records."""

from __future__ import annotations

from collections.abc import Iterable

from bridge.settings.capacity import Cap
from bridge.settings.loading import Settings
from bridge.settings.routing import Routing
from bridge.stages.context import Seats
from bridge.stages.route import Roster, User
from bridge.values import is_true
from connectors.records import Record


def roster_of(users: Iterable[Record], groups: Iterable[Record], refused: Iterable[str] = ()) -> Roster:
    """Who can be given leads. `refused`: whom Salesforce lately did not let own one."""
    people = [_user(one) for one in users if not one.gone]
    queues = {
        one.id: str(one.values.get("Name") or one.id) for one in groups if one.values.get("Type") in (None, "Queue")
    }
    return Roster.of(people, queues, refused)


def _user(one: Record) -> User:
    values = one.values

    def get(name: str) -> str:
        return str(values.get(name) or "")

    return User(one.id, get("Name"), is_true(values.get("IsActive")), get("Department"), get("Username"), get("Email"))


def seats_of(roster: Roster, settings: Settings) -> Seats:
    """Caps and teams by Salesforce id."""
    caps: dict[str, Cap] = {}
    for key, cap in settings.capacity.reps.items():
        user = roster.find(key)
        if user is not None:
            caps[user.id] = cap
    queue_ids = frozenset(id_ for id_, _ in roster.queues.values())
    return Seats(caps, _teams(roster, settings.routing), queue_ids, _names(roster))


def _teams(roster: Roster, routing: Routing) -> dict[str, tuple[str, ...]]:
    teams_of: dict[str, tuple[str, ...]] = {}
    for name, team in routing.teams.items():
        members = (
            roster.department(team.department) if team.department else [roster.find(one.user) for one in team.members]
        )
        for user in members:
            if user is not None:
                teams_of[user.id] = (*teams_of.get(user.id, ()), name)
    return teams_of


def _names(roster: Roster) -> dict[str, str]:
    names = {user.id: user.name for user in roster.users.values()}
    return names | dict(roster.queues.values())
