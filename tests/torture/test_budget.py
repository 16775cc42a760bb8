"""Limits and the day's calls, as the sandbox counts them: never exceeded, the share of others left alone, work deferred and not failed."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from installation import Installation
from small_world import people, small_world

from bridge.cycle import cycle
from bridge.staging.schema import delivery, run
from connectors.http import Window, limiter
from connectors.http.clock import Clock
from connectors.hubspot import dialect

HERE = Path(__file__).parent
ROOM = {"rep": {"open_leads": None, "new_per_day": None}}


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


def test_whoever_takes_over_counts_what_the_one_before_has_called(
    here: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As in another process: with a limiter of its own, which has to learn of it. Waits are noted, not waited."""
    slept: list[float] = []
    monkeypatch.setattr(dialect, "_SEARCH", Window(8, 1000.0))
    monkeypatch.setattr(Clock, "sleep", lambda _, seconds: slept.append(seconds))
    monkeypatch.setattr(limiter, "_shared", {})
    assert cycle(here.open("first")).exit_code == 0
    assert slept == [], "six searches: companies, contacts, notes, calls, answers, tickets"
    monkeypatch.setattr(limiter, "_shared", {})
    assert cycle(here.open("second")).exit_code == 0
    assert max(slept) > 900, "six and three are more than eight"


def test_three_workers_and_a_backfill_keep_the_limits_together(tmp_path: Path, postgres_url: str) -> None:
    """Whoever takes over knows what the one before it has called: the windows are one for all."""
    here = Installation(tmp_path, small_world(people(range(120))), postgres_url, {"capacity": ROOM})
    try:
        here.app.schemas()
        here.hubspot("limits", enabled=True)
        here.sales("limits", enabled=True)
        before = len(here.sandbox.ledger)
        asked = [("a", "cycle"), ("b", "cycle"), ("c", "cycle"), ("d", "backfill")]
        workers = [
            subprocess.Popen(
                [sys.executable, str(HERE / "working.py"), str(tmp_path), holder, "6", work],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            )
            for holder, work in asked
        ]  # fmt: skip
        for one in workers:
            assert one.stdout is not None
            assert one.stdout.readline() == "ready\n"
        done = [int(one.communicate("go\n", timeout=300)[0]) for one in workers]
        calls = here.sandbox.ledger.since(before)
        assert [one.path for one in calls if one.status == 429] == []
        assert [one.returncode for one in workers] == [0] * 4
        assert sum(count > 0 for count in done[:3]) >= 2, f"cycles done: {done}"
        assert done[3] == 1, "the backfill came through"
        assert len(here.leads()) == 120
    finally:
        here.close()
