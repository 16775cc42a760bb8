"""Limits and the day's calls, as the sandbox counts them: never exceeded, the share of others left alone, work deferred and not failed."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from installation import Installation
from small_world import people, small_world

from bridge.staging.schema import delivery, run


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Installation]:
    made = Installation(tmp_path, small_world(people(range(8))), "sqlite:///var/leadbridge.sqlite", {})
    yield made
    made.close()


def salesforce_calls(here: Installation, since: int) -> int:
    return sum(one.system == "salesforce" and one.method != "ACT" for one in here.sandbox.ledger.since(since))


def test_the_share_of_sales_is_left_alone_and_the_work_goes_on_another_day(here: Installation) -> None:
    here.app.schemas()
    here.sales("spend_calls", count=71_000)  # of 100,000; 30 % are Sales' own
    before = len(here.sandbox.ledger)
    report = here.cycle()
    assert "are kept for others" in report.stopped_by
    assert report.exit_code == 3
    assert salesforce_calls(here, before) <= 2, "a sign-in, and the call that told what is left"
    assert [row.outcome for row in here.rows(run)] == ["stopped"]
    assert here.leads() == {}
    here.sales("limits", enabled=False, daily=1_000_000)
    assert here.cycle().exit_code == 0
    assert len(here.leads()) == 8


def test_a_backfill_stops_where_the_share_of_live_leads_begins(here: Installation) -> None:
    """30 % are Sales' own, and half of the rest is for those who come in now."""
    here.app.schemas()
    here.sales("spend_calls", count=40_000)  # of 100,000
    command = [sys.executable, "-m", "bridge", "backfill", "--all", "--send", "--home", str(here.folder)]
    stopped = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (stopped.returncode, "65000 are kept" in stopped.stderr) == (3, True), stopped.stderr
    assert here.leads() == {}
    assert here.cycle().exit_code == 0
    assert len(here.leads()) == 8


@pytest.mark.parametrize(
    ("system", "path"),
    [("salesforce", "/services/data/*/composite/sobjects/Lead/*"), ("hubspot", "/crm/objects/*/search")],
)
@pytest.mark.parametrize("fault", ["429_daily", "429_six_hours"])
def test_a_spent_day_defers_work_and_fails_none(here: Installation, fault: str, system: str, path: str) -> None:
    here.goes_wrong(fault, system=system, path=path)
    report = here.cycle()
    assert report.exit_code == 3
    assert here.leads() == {}
    assert not here.rows(delivery, delivery.c.state.in_(("refused", "cancelled")))
    here.all_is_well()
    here.later(hours=7)
    assert here.cycle().exit_code == 0
    assert len(here.leads()) == 8


def test_the_limits_of_both_systems_are_never_exceeded(here: Installation) -> None:
    """The sandbox answers 429 when its window is full; the bridge paces itself so that it never does."""
    here.hubspot("limits", enabled=True)
    here.sales("limits", enabled=True)
    before = len(here.sandbox.ledger)
    for _ in range(3):
        here.cycle()
    assert [one.path for one in here.sandbox.ledger.since(before) if one.status == 429] == []
