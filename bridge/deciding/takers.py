"""Whom the files name and Salesforce does not have, or not active: people, departments and queues, each at its place in its file."""

from __future__ import annotations

from collections.abc import Iterator

from bridge.settings.base import did_you_mean
from bridge.settings.capacity import Capacity
from bridge.settings.condition_leaves import Finding, Steps
from bridge.settings.routing import Routing
from bridge.stages.route import Roster

Place = tuple[Steps, str, bool]
"""Where a name stands, the name, and whether it is a key there."""


def unknown_takers(routing: Routing, capacity: Capacity, roster: Roster) -> Iterator[tuple[str, Finding]]:
    """(file, what is wrong there). A department that nobody has is told when it looks misspelled: a team may wait for its first member."""
    people = [(user.username or user.name) for user in roster.users.values() if user.active]
    for path, name, of_key in _people(routing):
        if finding := _person(path, name, roster, people, of_key=of_key):
            yield "routing.yaml", finding
    for name in capacity.reps:
        if finding := _person(("reps", name), name, roster, people, of_key=True):
            yield "capacity.yaml", finding
    for path, name in _departments(routing):
        near = "" if any(user.active for user in roster.department(name)) else did_you_mean(name, _staffed(roster))
        if near:
            yield "routing.yaml", Finding(path, f"no active Salesforce user has the department {name!r}", near)
    for path, name in _queues(routing):
        if roster.queue(name) is None:
            near = (
                did_you_mean(name, [known for _, known in roster.queues.values()])
                or "Make it in Salesforce, or name another."
            )
            yield "routing.yaml", Finding(path, f"Salesforce has no queue {name!r}", near)


def _person(path: Steps, name: str, roster: Roster, people: list[str], *, of_key: bool) -> Finding | None:
    user = roster.find(name)
    if user is None:
        near = (
            did_you_mean(name, people)
            or "Give a user name, an e-mail address, a full name that one person has, or an id."
        )
        return Finding(path, f"Salesforce has no user {name!r}", near, of_key=of_key)
    if not user.active:
        return Finding(path, f"{name!r} is no active user of Salesforce any more", "Take them out.", of_key=of_key)
    return None


def _people(routing: Routing) -> Iterator[Place]:
    for account, name in routing.named_accounts.items():
        yield ("named_accounts", account), name, False
    for team, own in routing.teams.items():
        for at, member in enumerate(own.members):
            yield ("teams", team, "members", at, "user"), member.user, False
    for at, rule in enumerate(routing.rules):
        if rule.user:
            yield ("rules", at, "user"), rule.user, False
    for at, absence in enumerate(routing.absent):
        yield ("absent", at, "user"), absence.user, False
        if absence.stand_in:
            yield ("absent", at, "stand_in"), absence.stand_in, False
    for kind, names in (("languages", routing.languages), ("hours", routing.hours)):
        for name in names:
            yield (kind, name), name, True


def _departments(routing: Routing) -> Iterator[tuple[Steps, str]]:
    for team, own in routing.teams.items():
        if own.department:
            yield ("teams", team, "department"), own.department


def _staffed(roster: Roster) -> list[str]:
    return [name for name, users in roster.departments.items() if name and any(user.active for user in users)]


def _queues(routing: Routing) -> Iterator[tuple[Steps, str]]:
    yield ("fallback_queue",), routing.fallback_queue
    for at, rule in enumerate(routing.rules):
        if rule.queue:
            yield ("rules", at, "queue"), rule.queue
    for team, own in routing.teams.items():
        if own.queue:
            yield ("teams", team, "queue"), own.queue
