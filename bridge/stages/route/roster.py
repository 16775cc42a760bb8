"""Who can get leads: Salesforce users and queues, and whose turn it is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from bridge.frozen import frozen
from connectors.record_ids import long_id


@frozen
class User:
    """A Salesforce user; `team` is the user's `Department`."""

    id: str
    name: str
    active: bool = True
    team: str = ""
    username: str = ""
    email: str = ""


@frozen
class Roster:
    """Users and queues, found by every name settings may use. Build it with `Roster.of`. `refused`: ids that Salesforce lately refused as owners."""

    users: Mapping[str, User]
    queues: Mapping[str, tuple[str, str]]
    departments: Mapping[str, tuple[User, ...]]
    refused: frozenset[str] = frozenset()

    @classmethod
    def of(cls, users: Iterable[User], queues: Mapping[str, str] | None = None, refused: Iterable[str] = ()) -> Roster:
        """`queues`: Salesforce id → name. A full name that two people have names nobody; who has left gives way to who is there."""
        people = sorted(users, key=lambda user: (user.name, user.id))
        found: dict[str, User] = {user.id.casefold(): user for user in people}
        for kind in ("username", "email", "name"):
            for key, several in _by(kind, people).items():
                there = [user for user in several if user.active] or several
                if kind != "name" or len(there) == 1:
                    found.setdefault(key, there[0])
        departments: dict[str, list[User]] = {}
        for user in people:
            departments.setdefault(user.team.casefold(), []).append(user)
        named = {key.casefold(): (id_, name) for id_, name in (queues or {}).items() for key in (id_, name)}
        return cls(found, named, {name: tuple(group) for name, group in departments.items()}, frozenset(refused))

    def find(self, key: str) -> User | None:
        """The user with this id (15 or 18 characters), user name, e-mail address or full name."""
        return self.users.get(key.casefold()) or self.users.get(long_id(key).casefold())

    def queue(self, key: str) -> tuple[str, str] | None:
        """Id and name of a queue."""
        return self.queues.get(key.casefold()) or self.queues.get(long_id(key).casefold())

    def department(self, name: str) -> tuple[User, ...]:
        """Its users, by name."""
        return self.departments.get(name.casefold(), ())


def _by(kind: str, people: Iterable[User]) -> dict[str, list[User]]:
    """One of a user's names in small letters → who has it."""
    found: dict[str, list[User]] = {}
    for user in people:
        if name := str(getattr(user, kind)):
            found.setdefault(name.casefold(), []).append(user)
    return found


WHOLE = 720_720
"""One lead, in parts: up to sixteen equal members share it without a rest."""


@dataclass(slots=True)
class Turns:
    """What each member of a team is owed, as `team_key` → parts of a lead (`WHOLE` is one); keep `counts` and hand them back for the next batch."""

    counts: dict[str, int] = field(default_factory=dict)

    def take(self, team: str, members: Sequence[tuple[str, int]]) -> int:
        """Index of the member whose turn it is, of those who are there for this lead (id and weight each), and count it.

        Each gets, by weight, their share of the leads they were there for, whoever else came and went meanwhile; who was away is
        owed nothing for it. The same counts give the same turns.
        """
        keys = [team_key(team, member) for member, _ in members]
        total = sum(weight for _, weight in members)
        shares = [WHOLE * weight // total for _, weight in members]
        for key, share in zip(keys, shares, strict=True):
            self.counts[key] = self.counts.get(key, 0) + share
        chosen = max(range(len(keys)), key=lambda index: (self.counts[keys[index]], -index))
        self.counts[keys[chosen]] -= sum(shares)
        return chosen


def team_key(team: str, member: str) -> str:
    """Under which a member's place in a team's round is kept."""
    return f"{team}\n{member}"
