"""A backfill that is killed again and again reads no more than a page anew each time, and what is edited meanwhile is not overwritten."""

from __future__ import annotations

from collections.abc import Callable
from math import ceil
from random import Random

import pytest
from chamber import Chamber
from full_size import full

from connectors.hubspot.listing import PAGE

pytestmark = pytest.mark.timeout(1800)

Chambers = Callable[..., Chamber]
POINTS = (
    "hubspot.take_in: before commit",
    "hubspot.take_in: after commit",
    "backfill.backfill: after commit",
    "due._conclude: before commit",
)
PEOPLE = 420
"""Fewer than the brake on sending lets through; five pages."""


def test_a_backfill_killed_at_random_reads_a_page_again_at_most(chambers: Chambers) -> None:
    """Edited meanwhile, too: at the end the judge looks for the newest values."""
    kills = full(6, 50)
    here, chance = chambers(16), Random(16)
    for _ in range(PEOPLE):
        here.arrive()
    died, again = 0, 0
    while died < kills:
        deaths, pages, ended = 0, 0, None
        while ended is None or ended.killed:
            before = len(here.here.sandbox.ledger)
            ended = here.run(chance.choice(POINTS) if died < kills else "", chance.choice((1, 2, 3)), work="backfill")
            pages += _pages(here, before)
            deaths += ended.killed
            died += ended.killed
            for contact in chance.sample(here.contacts, 10):
                city = f"Furt {here.runs}-{contact}"
                here.here.hubspot("edit", kind="contacts", id=contact, properties={"city": city})
        assert ended.ended == "done"
        whole = ceil(len(here.contacts) / PAGE)
        assert pages <= whole + deaths, "a page again for each death"
        again += pages - whole
    print(f"{died} deaths, {again} pages read again")
    assert here.settle() == ["done", "done"]
    assert here.judge().all == []


def _pages(here: Chamber, since: int) -> int:
    calls = here.here.sandbox.ledger.since(since)
    return sum(one.method == "GET" and one.path.endswith("/contacts") and one.system == "hubspot" for one in calls)
