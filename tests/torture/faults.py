"""Faults at each boundary: alone, in pairs, and by chance with kills; then two cycles without, and the judge.

A fault lasts for one cycle and hits once, twice, or every fitting call. What a fault does is told by `connectors/sandbox/kernel/faults.py`.
"""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Any

from book import Run
from chamber import Chamber, chamber
from kills import at_rest

from connectors.sandbox.kernel.faults import Fault


@dataclass(frozen=True)
class Boundary:
    """A place where something may go wrong: which calls, and what."""

    name: str
    call: Mapping[str, str]
    faults: tuple[str, ...]
    params: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


SHORT = {"seconds": 0.05}
PARAMS: Mapping[str, Mapping[str, Any]] = {
    "black_hole": SHORT, "timeout_before_headers": SHORT, "timeout_after_headers": SHORT, "slow_drip": {"seconds": 0.3},
    "row_lock": {"share": 0.3}, "late_rows": {"seconds": 30}, "429_retry_after": {"seconds": 1},
}  # fmt: skip
DOWN = (
    "429", "429_retry_after", "429_six_hours", "429_daily", "429_html", "500", "500_empty", "502", "503", "503_html", "504", "html_200", "reset",
    "black_hole", "timeout_before_headers", "timeout_after_headers", "truncated", "truncated_no_length", "truncated_chunked", "slow_drip", "401",
    "403",
)  # fmt: skip
PAGES = ("short_page", "duplicate_page", "shuffled_page", "wrong_total")
SALESFORCE, DATA = "salesforce", "/services/data/*"
BOUNDARIES = (
    Boundary("reading HubSpot", {"system": "hubspot", "path": "/crm/objects/*/search"}, (*DOWN, *PAGES, "423", "477")),
    Boundary("reading Salesforce", {"system": SALESFORCE, "path": f"{DATA}/composite"}, (*DOWN, "query_timeout")),
    Boundary(
        "writing to Salesforce",
        {"system": SALESFORCE, "path": f"{DATA}/composite/sobjects*", "method": "P[AO][TS][CT]*"},
        (*DOWN, "answer_lost", "short_page", "row_lock", "late_rows"),
    ),
    Boundary("reading back", {"system": SALESFORCE, "path": f"{DATA}/composite/sobjects/*", "method": "POST"}, DOWN),
    Boundary("writing to HubSpot", {"system": "hubspot", "path": "/crm/objects/*/batch/update"}, (*DOWN, "answer_lost", "short_page", "423")),
    Boundary("signing in", {"system": SALESFORCE, "path": "/services/oauth2/*"}, DOWN),
)  # fmt: skip
ALONE = tuple((one, (name,)) for one in BOUNDARIES for name in one.faults)
PAIRS = tuple((one, pair) for one in BOUNDARIES for pair in itertools.combinations(one.faults, 2))


def arm(here: Chamber, boundary: Boundary, names: Iterable[str], chance: Random) -> None:
    """These go wrong at this boundary in the next run, the first ones first."""
    for name in names:
        count = chance.choice((1, 1, 2, None))
        here.here.sandbox.faults.add(
            Fault(name, **boundary.call, count=count, seed=chance.randrange(1 << 30), params=PARAMS.get(name, {}))
        )


def trial(run: Run, here: Chamber, boundary: Boundary, names: tuple[str, ...], chance: Random) -> bool:
    """One cycle in which these go wrong, then those it may take to recover; False when the judge found something."""
    for name in names:
        arm(here, boundary, (name,), chance)
    here.busy()
    hit = here.run()
    fired = sum(one["fired"] for one in here.here.sandbox.faults.listing())
    here.here.sandbox.faults.clear()
    run.add("calls spoilt", fired)
    run.add("cycles stopped early by it", hit.ended != "done")
    wrong = [f"cursor: {one}" for one in here.unstaged()]
    still, cycles = here.recover()
    wrong += still
    run.add("recovered in one cycle", cycles == 1 and not still)
    run.trials[f"{boundary.name}: {' + '.join(names)}"] += 1
    run.problems += [f"{boundary.name}, {' + '.join(names)}: {one}" for one in wrong]
    return not wrong


def chapter(run: Run, seed: int, database_url: str, cases: Iterable[tuple[Boundary, tuple[str, ...]]]) -> None:
    """These cases in one installation; one that went wrong gets the next ones a fresh one."""
    began, chance, left = time.monotonic(), Random(seed), list(cases)
    with chamber(seed, database_url) as here:
        here.busy()
        here.run()
        while left:
            boundary, names = left.pop(0)
            if not trial(run, here, boundary, names, chance):
                break
        else:
            run.problems += [f"seed {seed}, {one}" for one in at_rest(here)]
    run.seconds += time.monotonic() - began
    if left:
        chapter(run, seed + 1000, database_url, left)


def alone(run: Run, seed: int, database_url: str) -> None:
    """A share of the faults alone, by seed: eight seeds are all of them."""
    chapter(run, seed, database_url, ALONE[seed % 8 :: 8])


def pairs(run: Run, seed: int, database_url: str) -> None:
    """A share of the pairs, by seed: sixty-four seeds are all of them."""
    chapter(run, seed, database_url, PAIRS[seed % 64 :: 64])
