"""Kills: the bridge dies at a point, is started anew, dies at another; then two cycles, and the judge.

After each death the judge says what may never be; after each chain of deaths, what ought to be.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random

from book import Run
from chamber import Chamber, chamber
from route import BY_LOSS, Route, lead_to

from bridge.staging import sales
from bridge.staging.database import writing

LONGEST_CHAIN, ROUNDS = 16, 3
SENDS = "delivering.push: before commit"
LOST = "POST composite/sobjects: answered, not read"
BY_TIME = "at any time (0.01 to 0.4 s after its start)"
JOBS = 2
"""From so many records on a Bulk job is made, where those are what is tried."""


@dataclass(frozen=True)
class Kind:
    """Which points of a cycle are meant, what they are called in the book, and what has a run come by them."""

    prefix: str
    meant: Callable[[str], bool]
    lead_to: Callable[[Chamber, str, bool, bool], None]


def _jobs(here: Chamber, _: str, __: bool, all_to_do: bool) -> None:
    for _number in range(0 if all_to_do else JOBS):
        here.arrive()


EVERYWHERE = Kind("", lambda point: "jobs" not in point and "remember" not in point, lead_to)
IN_BULK = Kind("Bulk: ", lambda point: "jobs" in point or "remember" in point, _jobs)


def whole(here: Chamber) -> list[str]:
    """A cycle with everything in it: its points in the order in which it came by them."""
    here.busy()
    here.known()
    here.here.hubspot("edit", kind="contacts", id=here.contacts[0], properties={"city": "Altstadt"})
    here.usual = here.run().seen
    rare = _rare(here)
    return [*here.usual, *(point for point in rare if point not in here.usual)]


def _rare(here: Chamber) -> list[str]:
    """What a cycle comes by only now and then: the schemas are read again, and HubSpot has nothing new."""
    with writing(here.here.engine) as connection:
        sales.forget_schemas(connection)
    here.known()
    again = here.run().seen
    here.here.later(hours=1)
    return [*again, *here.run().seen]


@dataclass
class Deaths:
    """One installation, and the deaths of one seed in it."""

    run: Run
    here: Chamber
    route: Route
    kind: Kind
    early: frozenset[str]

    def chain(self, longest: int, *, by_time: bool = False) -> bool:
        """Deaths one after the other, then what it may take to be as it ought. False when something is wrong."""
        wrong: list[str] = []
        all_to_do = False
        for _ in range(min(self.route.chance.randint(1, LONGEST_CHAIN), longest)):
            point = BY_TIME if by_time else self.route.next()
            if point is None:
                break
            if point.startswith(BY_LOSS):
                self._dies(LOST, all_to_do)
            all_to_do = self._dies(point, all_to_do) and point in self.early
            wrong += [f"{point}: {one}" for one in self.here.never()]
        wrong += [f"cursor: {one}" for one in self.here.unstaged()]
        still, cycles = self.here.recover()
        wrong += still
        self.route.know(filter(self.kind.meant, self.here.usual))
        self.run.problems += wrong
        self.run.add("chains of kills", 1)
        self.run.add("recovered in one cycle", cycles == 1 and not wrong)
        return not wrong

    def _dies(self, point: str, all_to_do: bool) -> bool:
        """One run that is to die; it counts when it came to the point. True when it did."""
        self.kind.lead_to(self.here, point, point in self.early, all_to_do)
        if point == BY_TIME:
            ended = self.here.run(after=self.route.chance.uniform(0.01, 0.4))
        else:
            ended = self.here.run(point, self.route.passing(self.here.usual.get(point, 1)))
        self.route.went(point, killed=ended.killed)
        if ended.killed:
            self.run.trials[self.kind.prefix + point] += 1
        return ended.killed

    def all_of_them(self, kills: int, rounds: int) -> None:
        """Until every point had its share; then as many at any time, which no seed repeats. What is wrong ends it."""
        first = self.run.total
        while self.route.next() is not None and self.run.total - first < kills:
            if not self.chain(kills - self.run.total + first):
                return
        tried = 0
        while self.kind is EVERYWHERE and tried < rounds and self.run.total - first < kills:
            before = self.route.tried[BY_TIME]
            if not self.chain(rounds - tried, by_time=True):
                return
            tried += self.route.tried[BY_TIME] - before


def chapter(
    run: Run, seed: int, database_url: str, rounds: int = ROUNDS, kills: int = 1 << 30, kind: Kind = EVERYWHERE
) -> None:
    """A fresh installation, and so many kills at each point; chains of deaths, each with its recovery."""
    began = time.monotonic()
    first = len(run.problems)
    with chamber(seed, database_url, JOBS if kind is IN_BULK else None) as here:
        order = whole(here)
        route = Route(Random(seed), rounds)
        route.know(filter(kind.meant, order))
        early = frozenset(order[: order.index(SENDS)])
        Deaths(run, here, route, kind, early).all_of_them(kills, rounds)
        run.problems += at_rest(here)
        run.problems[first:] = [f"seed {seed}: {one}" for one in run.problems[first:]]
        run.add("runs that came not by their point", route.tried.total() - route.killed.total())
        found = here.judge()
        run.add("leads owed to Sales", found.owed)
        run.add("records made in Salesforce", found.sent)
        run.add("contacts owed a word", found.told)
    run.seconds += time.monotonic() - began


def at(run: Run, seed: int, database_url: str, words: Sequence[str], rounds: int = ROUNDS * 8) -> None:
    """The same at few points, more often at each: those with one of `words` in their names."""
    chapter(run, seed, database_url, rounds, kind=Kind("", lambda point: any(word in point for word in words), lead_to))


def by_job(run: Run, seed: int, database_url: str, rounds: int = ROUNDS * 2, kills: int = 1 << 30) -> None:
    """The same for leads that go by a Bulk job: at each point of its making, sending and asking."""
    chapter(run, seed, database_url, rounds, kills, IN_BULK)


def at_rest(here: Chamber) -> list[str]:
    """What two more cycles without anything to do bring to light."""
    endings = here.settle()
    wrong = [*(f"a cycle ended with {one}" for one in endings if one != "done"), *here.judge().all, *here.never()]
    return [f"at its end: {one}" for one in wrong]
