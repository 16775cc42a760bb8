"""Kills: the bridge dies at a point, is started anew, dies at another; then two cycles, and the judge."""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterator, Mapping
from random import Random

from book import Run
from chamber import Chamber, chamber

LONGEST_CHAIN, CHAPTER = 5, 40
BY_TIME = "at any time (0.01 to 0.6 s after its start)"


def places(seen: Mapping[str, int], seed: int) -> Iterator[tuple[str, int]]:
    """Points and at which passing of them to die; each seed goes on where the one before it stopped, so that all get their turn."""
    points = sorted(seen)
    Random(0).shuffle(points)
    for number in itertools.count(seed * CHAPTER):
        name, again = points[number % len(points)], number // len(points) % 3 == 2
        yield name, 2 if again and seen[name] > 1 else 1


def kill(run: Run, here: Chamber, where: Iterator[tuple[str, int]], chance: Random) -> None:
    """One run that is to die; it counts when it came to the point."""
    here.busy()
    if chance.random() < 0.05:
        ended, name = here.run(after=chance.uniform(0.01, 0.6)), BY_TIME
    else:
        name, nth = next(where)
        ended = here.run(name, nth)
    if not ended.killed:
        return
    run.trials[name] += 1
    run.problems += [f"cursor: {one}" for one in here.unstaged()]


def chapter(run: Run, seed: int, database_url: str, kills: int = CHAPTER) -> None:
    """A fresh installation; chains of kills until so many were done. A chain with a problem ends the chapter."""
    began, chance = time.monotonic(), Random(seed)
    with chamber(seed, database_url) as here:
        here.busy()
        here.known()
        where = places(here.run().seen, seed)
        first = run.total
        while run.total - first < kills:
            for _ in range(chance.randint(1, LONGEST_CHAIN)):
                kill(run, here, where, chance)
            endings = here.settle()
            run.add("chains of kills", 1)
            found = here.judge()
            wrong = [*found.all, *(f"a cycle afterwards ended with {one}" for one in endings if one != "done")]
            run.problems += [f"seed {seed}: {one}" for one in wrong]
            if wrong:
                break
        run.add("leads owed to Sales", found.owed)
        run.add("records made in Salesforce", found.sent)
        run.add("contacts owed a word", found.told)
    run.seconds += time.monotonic() - began


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
            endings = here.settle()
            found = here.judge()
            wrong = [*found.all, *(f"a cycle afterwards ended with {one}" for one in endings if one != "done")]
            run.problems += [f"seed {seed}, {point}: {one}" for one in wrong]
            if wrong:
                break
        run.add("leads owed to Sales", found.owed)
    run.seconds += time.monotonic() - began
