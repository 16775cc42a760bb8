"""Where the bridge is to die next: at the point that had the fewest kills in this chapter, so that all get the same share, the rare ones too."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from random import Random

from chamber import Chamber

from bridge.staging import sales
from bridge.staging.database import writing

TRIES = 3
"""A point is let be when so many runs for each kill that is wanted did not come there."""
LATER = 0.2
"""How often a run dies at a later passing of its point."""
BY_CONTACT = ("sobjects/Contact", "sobjects/Account")
BY_EDIT = "PATCH composite/sobjects:"
BY_SCHEMA = ("describe", "crm/properties", "app.schemas", "GET :")
"""What is done once a day, or when a field was gone."""
BY_LOSS = ("finding_out.find_out", "GET query")
"""What is done only when somebody died between sending and reading the answer."""
BY_TURN = "talk._in_turn"
"""What is done only when HubSpot has nothing new, and not at every such time."""


@dataclass
class Route:
    """Points in an order of the seed's own, and how often one has died at each. Nothing else decides where it goes on: a seed repeats by itself."""

    chance: Random
    rounds: int
    points: list[str] = field(default_factory=list)
    killed: Counter[str] = field(default_factory=Counter)
    tried: Counter[str] = field(default_factory=Counter)

    def know(self, points: Iterable[str]) -> None:
        """There are these points as well."""
        new = sorted(set(points) - set(self.points))
        self.chance.shuffle(new)
        self.points += new

    def next(self) -> str | None:
        """The point that is most behind; None when each has had its share."""
        left = [
            one
            for one in self.points
            if self.killed[one] < self.rounds and self.tried[one] - self.killed[one] < self.rounds * TRIES
        ]
        return min(left, key=lambda one: (self.killed[one], self.tried[one]), default=None)

    def passing(self, usual: int) -> int:
        """At which coming by it dies, where a cycle comes by `usual` times."""
        return self.chance.randint(2, min(usual, 3)) if usual > 1 and self.chance.random() < LATER else 1

    def went(self, point: str, *, killed: bool) -> None:
        """A run was to die there, and did or came not by."""
        self.tried[point] += 1
        self.killed[point] += killed


def lead_to(here: Chamber, point: str, early: bool, all_to_do: bool) -> None:
    """Something happens in the world that leads a run to this point. What a run that died early left undone is work enough for the next one."""
    if point.startswith(BY_TURN):
        _nothing_new(here, all_to_do)
        return
    anew = any(one in point for one in BY_SCHEMA)
    if anew:
        with writing(here.here.engine) as connection:
            sales.forget_schemas(connection)
    if point.startswith(BY_EDIT):
        here.here.hubspot("edit", kind="contacts", id=here.contacts[0], properties={"city": f"Altstadt {here.runs}"})
    elif any(one in point for one in BY_CONTACT):
        here.known()
    elif not anew and not early and not all_to_do:
        here.arrive()
    if here.chance.random() < 0.5 or (early and not all_to_do):
        here.act()


def _nothing_new(here: Chamber, all_to_do: bool) -> None:
    """A while later, and the bridge has taken in everything there is."""
    if all_to_do:
        here.run()
    here.here.later(hours=1)
