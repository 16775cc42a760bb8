"""Ends: a daemon is asked to end (`SIGTERM`) at a point or at any time.

Within ten seconds it leaves nothing in its hands, and the next one goes on at once.
"""

from __future__ import annotations

import time
from random import Random

from book import Run
from chamber import HELD, Chamber, chamber
from kills import BY_TIME, at_rest, whole
from route import Route

CHAPTER, WITHIN = 100, 10.0


def end(run: Run, here: Chamber, name: str, nth: int, after: float) -> list[str]:
    """One daemon that is asked to end, and, at once, the cycles it may take to be as it ought. What is wrong."""
    here.here.later(seconds=HELD)  # the next slot has come
    here.busy()
    ended = here.run(name, nth, after=after, work="daemon", deed="end")
    if ended.took is not None:
        run.trials[name or BY_TIME] += 1
        run.add("longest end in seconds", round(ended.took, 1))
        run.add("had to be left behind", ended.ended == "left behind")
    wrong = [f"it took {ended.took:.1f} s to end"] if ended.took and ended.took > WITHIN else []
    wrong += [*here.held_by_nobody(), *(f"cursor: {one}" for one in here.unstaged())]
    still, _ = here.recover()
    return [f"{name or BY_TIME}: {one}" for one in wrong + still]


def chapter(run: Run, seed: int, database_url: str, ends: int = CHAPTER) -> None:
    """A fresh installation, and so many ends."""
    began, chance = time.monotonic(), Random(seed)
    with chamber(seed, database_url) as here:
        route = Route(chance, ends)
        route.know(whole(here))
        here.held = 0.0
        first, wrong = run.total, list[str]()
        while run.total - first < ends and not wrong:
            point = BY_TIME if chance.random() < 0.3 else route.next() or BY_TIME
            if point == BY_TIME:
                wrong = end(run, here, "", 1, chance.uniform(0.05, 0.8))
            else:
                before = run.trials[point]
                wrong = end(run, here, point, route.passing(here.usual.get(point, 1)), 0.0)
                route.went(point, killed=run.trials[point] > before)
        run.problems += [f"seed {seed}, {one}" for one in [*wrong, *at_rest(here)]]
    run.seconds += time.monotonic() - began
