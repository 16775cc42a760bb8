"""Kills: the bridge dies at a point, is started anew, dies at another; then two cycles, and the judge."""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from random import Random

from book import Run
from chamber import Chamber, chamber

LONGEST_CHAIN, CHAPTER = 10, 100
SENDS = "push.push: before commit"
BY_TIME = "at any time (0.01 to 0.4 s after its start)"


def places(seen: Mapping[str, int], seed: int) -> Iterator[tuple[str, int]]:
    """Points and at which passing of them to die; each seed goes on where the one before it stopped, so that all get their turn."""
    points = sorted(seen)
    Random(0).shuffle(points)
    for number in itertools.count(seed * CHAPTER):
        name, again = points[number % len(points)], number // len(points) % 3 == 2
        yield name, 2 if again and seen[name] > 1 else 1


@dataclass
class Route:
    """The points of a cycle in the order in which one comes by them, and where to die next."""

    where: Iterator[tuple[str, int]]
    early: frozenset[str]

    @classmethod
    def through(cls, seen: Mapping[str, int], seed: int) -> Route:
        """As a cycle with everything in it `seen` came by them."""
        order = list(seen)
        return cls(places(seen, seed), frozenset(order[: order.index(SENDS)]))


def kill(run: Run, here: Chamber, route: Route, chance: Random, *, all_to_do: bool) -> bool:
    """One run that is to die; it counts when it came to the point. True when all that was to do is still to do.

    What a run that died early left undone is work enough for the next one.
    """
    if all_to_do:
        here.act()
    else:
        here.busy()
    if chance.random() < 0.05:
        ended, name = here.run(after=chance.uniform(0.01, 0.4)), BY_TIME
    else:
        name, nth = next(route.where)
        ended = here.run(name, nth)
    if ended.killed:
        run.trials[name] += 1
        run.problems += [f"cursor: {one}" for one in here.unstaged()]
    return ended.killed and name in route.early


def chapter(run: Run, seed: int, database_url: str, kills: int = CHAPTER) -> None:
    """A fresh installation; chains of kills until so many were done. A chain with a problem ends the chapter."""
    began, chance = time.monotonic(), Random(seed)
    with chamber(seed, database_url) as here:
        here.busy()
        here.known()
        route = Route.through(here.run().seen, seed)
        first = run.total
        while run.total - first < kills:
            all_to_do = False
            for _ in range(chance.randint(1, LONGEST_CHAIN)):
                all_to_do = kill(run, here, route, chance, all_to_do=all_to_do)
            wrong, cycles = here.recover()
            run.add("chains of kills", 1)
            run.add("recovered in one cycle", cycles == 1 and not wrong)
            run.problems += [f"seed {seed}: {one}" for one in wrong]
            if wrong:
                break
        run.problems += [f"seed {seed}, at its end: {one}" for one in at_rest(here)]
        found = here.judge()
        run.add("leads owed to Sales", found.owed)
        run.add("records made in Salesforce", found.sent)
        run.add("contacts owed a word", found.told)
    run.seconds += time.monotonic() - began


def at_rest(here: Chamber) -> list[str]:
    """What two more cycles without anything to do bring to light."""
    endings = here.settle()
    return [*(f"a cycle ended with {one}" for one in endings if one != "done"), *here.judge().all]


BULK, MANY = {"push": 200, "decide": 500, "workers": 1, "bulk_from": 200}, 205


def by_job(run: Run, seed: int, database_url: str, every: int = 4) -> None:
    """The same for leads that go by a Bulk job: a kill at each point of its making, sending and asking, in turn."""
    began = time.monotonic()
    with chamber(seed, database_url, batches=BULK) as here:
        for _ in range(MANY):
            here.arrive()
        points = sorted(one for one in here.run().seen if "jobs" in one or one.startswith("push."))
        for point in points[seed % every :: every]:
            for _ in range(MANY):
                here.arrive()
            if here.run(point).killed:
                run.trials[f"Bulk: {point}"] += 1
            wrong, _ = here.recover()
            run.problems += [f"seed {seed}, {point}: {one}" for one in wrong]
            if wrong:
                break
        run.add("leads owed to Sales", here.judge().owed)
    run.seconds += time.monotonic() - began
