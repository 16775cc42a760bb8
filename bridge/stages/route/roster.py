"""Who can get leads: Salesforce users and queues, and whose turn it is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache


@dataclass(frozen=True, slots=True)
class User:
    """A Salesforce user; `team` is the user's `Department`."""

    id: str
    name: str
    active: bool = True
    team: str = ""
    username: str = ""
    email: str = ""


@dataclass(frozen=True, slots=True)
class Roster:
    """Users and queues, found by every name settings may use. Build it with `Roster.of`."""

    users: Mapping[str, User]
    queues: Mapping[str, tuple[str, str]]
    departments: Mapping[str, tuple[User, ...]]

    @classmethod
    def of(cls, users: Iterable[User], queues: Mapping[str, str] | None = None) -> Roster:
        """`queues`: Salesforce id → name. A full name that two people have names nobody."""
        people = sorted(users, key=lambda user: (user.name, user.id))
        found: dict[str, User] = {}
        for user in people:
            for key in {user.username, user.email} - {""}:
                found.setdefault(key.casefold(), user)
        for name in {user.name for user in people}:
            namesakes = [user for user in people if user.name == name]
            if len(namesakes) == 1:
                found.setdefault(name.casefold(), namesakes[0])
        found.update({user.id.casefold(): user for user in people})
        departments: dict[str, list[User]] = {}
        for user in people:
            departments.setdefault(user.team.casefold(), []).append(user)
        named = {key.casefold(): (id_, name) for id_, name in (queues or {}).items() for key in (id_, name)}
        return cls(found, named, {name: tuple(group) for name, group in departments.items()})

    def find(self, key: str) -> User | None:
        """The user with this id, user name, e-mail address or full name."""
        return self.users.get(key.casefold())

    def queue(self, key: str) -> tuple[str, str] | None:
        """Id and name of a queue."""
        return self.queues.get(key.casefold())

    def department(self, name: str) -> tuple[User, ...]:
        """Its users, by name."""
        return self.departments.get(name.casefold(), ())


@dataclass(slots=True)
class Turns:
    """How many leads each team has been given; keep `counts` and hand them back for the next batch."""

    counts: dict[str, int] = field(default_factory=dict)

    def take(self, team: str, weights: tuple[int, ...]) -> int:
        """Index of the member whose turn it is, by weight, and count it. The same counts give the same turns."""
        order = turn_order(weights)
        taken = self.counts.get(team, 0)
        self.counts[team] = taken + 1
        return order[taken % len(order)]


@lru_cache(maxsize=1024)
def turn_order(weights: tuple[int, ...]) -> tuple[int, ...]:
    """One round in which member i has `weights[i]` turns, spread out evenly.

    >>> turn_order((3, 1))
    (0, 0, 1, 0)
    """
    total, credit, order = sum(weights), [0] * len(weights), []
    for _ in range(total):
        credit = [have + weight for have, weight in zip(credit, weights, strict=True)]
        chosen = credit.index(max(credit))
        credit[chosen] -= total
        order.append(chosen)
    return tuple(order)
