"""One worker or several: the same leads get the same verdicts, owners, turns and deliveries; a worker that dies costs nothing but time."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psutil
import pytest
from sqlalchemy import Engine, select, update

from benchmarks.installation import configure
from benchmarks.messy import load
from bridge.app import App
from bridge.deciding import crew, prepare
from bridge.deciding import due as deciding
from bridge.deciding.identify import identify
from bridge.installation.home import Home
from bridge.staging import directory
from bridge.staging.database import reading, writing
from bridge.staging.schema import delivery, handoff, lead, turn

NOW = datetime.now(UTC)
LEADS, ACCOUNTS, BATCH = 150, 60, 40
MADE_BY_THE_DATABASE = ("id", "run_id")


@pytest.fixture
def home(tmp_path: Path, database_url: str) -> Home:
    """An installation with messy leads in staging, identified, all due."""
    folder = tmp_path / "home"
    load(folder, LEADS, ACCOUNTS, database_url)
    app = App(Home(folder), clock=lambda: NOW)
    with app.run("test") as context:
        identify(context, "4711")
    app.engine.dispose()
    return Home(folder)


def decided(home: Home, workers: int) -> dict[str, list[tuple[Any, ...]]]:
    """Decide everything anew with so many workers; what staging holds then."""
    configure(home.path, "bridge", {"batches": {"workers": workers, "decide": BATCH}})
    app = App(home, clock=lambda: NOW)
    _as_new(app.engine)
    with app.run("test") as context:
        deciding.decide_due(context, app.rules(), app.roster())
        assert context.counts["decided"] > BATCH * 3
    with reading(app.engine) as connection:
        kept = {
            table.name: [tuple(row) for row in connection.execute(select(*columns).order_by(*order))]
            for table, columns, order in (
                (lead, [column for column in lead.c if column.name != "handoff_id"], [lead.c.id]),
                (
                    delivery,
                    [column for column in delivery.c if column.name not in MADE_BY_THE_DATABASE],
                    [delivery.c.lead_id, delivery.c.target],
                ),
                (turn, [turn.c], [turn.c.team]),
            )
        }
    app.engine.dispose()
    return kept


def _as_new(engine: Engine) -> None:
    with writing(engine) as connection:
        connection.execute(delivery.delete())
        connection.execute(turn.delete())
        connection.execute(handoff.delete())
        blank = (
            "handoff_id",
            "role",
            "placed",
            "team",
            "sentence",
            "segment",
            "score",
            "changed_at",
            "versions",
            "wake_at",
            "verdict",
            "reason",
            "organisation_id",
            "owner_id",
            "account_id",
            "decision",
            "watched",
            "decided_at",
        )
        connection.execute(
            update(lead).values(due_at=1, priority=0, handover="none", told=True, **dict.fromkeys(blank))
        )


def test_same_decisions_with_one_worker_and_with_several(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deciding, "CREW_FROM", 1)
    alone = decided(home, 0)
    assert any(row for row in alone["delivery"]), "somebody must be handed over for turns to matter"
    assert alone["turn"]
    assert decided(home, 2) == alone
    assert decided(home, 3) == alone


def test_same_decisions_with_the_accounts_in_memory(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    app = App(home, clock=lambda: NOW)
    with writing(app.engine) as connection:
        for fingerprint in (1, 2):
            directory.record_ruling(connection, fingerprint, directory.Ruling("001A", fingerprint == 1))
        read = prepare.accounts_in_memory(connection, 1_000_000)
        assert read is not None
        assert read.size == directory.accounts(connection).size == ACCOUNTS
        assert read.rulings([1, 2]) == directory.accounts(connection).rulings([1, 2])
        assert prepare.accounts_in_memory(connection, 10) is None
    app.engine.dispose()
    alone = decided(home, 0)
    monkeypatch.setattr(prepare, "FEWEST_LEADS", 1)
    assert decided(home, 0) == alone


def test_few_due_leads_start_no_process(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_: Any) -> crew.Crew:
        raise AssertionError("a process was started for a handful of leads")

    monkeypatch.setattr(deciding, "Crew", never)
    assert decided(home, 2)["lead"]


def test_a_dying_worker_costs_nothing_but_time(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deciding, "CREW_FROM", 1)
    alone = decided(home, 0)
    monkeypatch.setattr(crew, "_begin", _die)
    assert decided(home, 2) == alone


def _die(*_: Any) -> None:
    os._exit(1)


LEADER = """
import sys, threading
from bridge.deciding.crew import Crew
from bridge.stages.reconcile import MatchSettings
from bridge.staging import directory
from bridge.staging.database import open_engine

class NoRules:
    facts_mapping, match = None, MatchSettings()

if __name__ == "__main__":
    crew = Crew(2, open_engine(sys.argv[1]), NoRules(), 0)
    crew.start([])
    crew.start([])
    print("ready", flush=True)
    threading.Event().wait()
"""


def test_workers_end_when_their_leader_is_killed(tmp_path: Path) -> None:
    script = tmp_path / "leader.py"
    script.write_text(LEADER, encoding="utf-8")
    command = [sys.executable, str(script), f"sqlite:///{tmp_path / 'staging.sqlite'}"]
    leader = subprocess.Popen(command, stdout=subprocess.PIPE, env={**os.environ, "PYTHONPATH": str(Path.cwd())})
    assert leader.stdout is not None
    assert leader.stdout.readline() == b"ready\n"
    process = psutil.Process(leader.pid)
    wanted = time.monotonic() + 60
    while len(family := process.children(recursive=True)) < 4 and time.monotonic() < wanted:
        time.sleep(0.05)  # the server process, the resource tracker, two workers
    assert len(family) >= 4
    leader.kill()
    leader.wait()
    _, alive = psutil.wait_procs(family, timeout=30)
    assert alive == []
