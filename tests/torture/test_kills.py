"""Kills with fixed seeds, on both databases; `make torture` does the same for as long as it is let."""

from __future__ import annotations

from collections import Counter

import ends
import kills
import migrating
import pytest
from book import Run
from chamber import chamber
from kills import BY_TIME

pytestmark = pytest.mark.timeout(600)


@pytest.mark.parametrize(("database", "seed"), [("sqlite", 1), ("postgresql", 2)])
def test_a_bridge_that_is_killed_loses_nothing_and_doubles_nothing(
    request: pytest.FixtureRequest, database: str, seed: int
) -> None:
    url = request.getfixturevalue("postgres_url") if database == "postgresql" else "sqlite:///var/leadbridge.sqlite"
    run = Run("kills", database, str(seed), "make test")
    kills.chapter(run, seed, url, kills=10)
    assert run.problems == []
    assert run.total >= 8


@pytest.mark.parametrize(("database", "seed"), [("sqlite", 1), ("postgresql", 2)])
def test_a_daemon_that_is_asked_to_end_leaves_nothing_in_its_hands(
    request: pytest.FixtureRequest, database: str, seed: int
) -> None:
    url = request.getfixturevalue("postgres_url") if database == "postgresql" else "sqlite:///var/leadbridge.sqlite"
    run = Run("ends", database, str(seed), "make test")
    ends.chapter(run, seed, url, ends=4)
    assert run.problems == []


@pytest.mark.parametrize(("database", "seed"), [("sqlite", 1), ("postgresql", 2)])
def test_a_migration_that_is_killed_leaves_the_old_tables_or_the_new(
    request: pytest.FixtureRequest, database: str, seed: int
) -> None:
    url = request.getfixturevalue("postgres_url") if database == "postgresql" else "sqlite:///var/leadbridge.sqlite"
    run = Run("migrations", database, str(seed), "make test")
    migrating.chapter(run, seed, url, rounds=2)
    assert run.problems == []
    assert run.trials == dict.fromkeys(migrating.POINTS, 2)


def test_every_kind_of_commit_and_call_is_a_point() -> None:
    with chamber(3) as here:
        here.busy()
        here.known()
        here.edit(need_description="Another wish")
        seen = Counter(here.run().seen)
        assert {name.partition(":")[2] for name in seen} == {
            " before commit", " after commit", " before it is sent", " answered, not read",
        }  # fmt: skip
        assert len(seen) > 60
        assert BY_TIME not in seen
