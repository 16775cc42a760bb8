"""Which slots a worker runs: missed ones once, skipped ones not at all, each one once, none forgotten while the database is away."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest
from sqlalchemy import create_engine

from bridge.app import App
from bridge.daemon import worker as worker_module
from bridge.daemon.jobs import Outcome
from bridge.daemon.metrics import Metrics
from bridge.daemon.pulse import Pulse
from bridge.daemon.signs import Signs
from bridge.daemon.worker import Worker
from bridge.settings.schedule import Job, Schedule
from bridge.staging import runs
from bridge.staging.database import reading, writing


def a_worker(app: App, ran: list[str] | None = None, outcome: str = "done", **jobs: Job) -> Worker:
    told = [] if ran is None else ran

    def job(name: str) -> Callable[..., Outcome]:
        def run(app: App, stopping: Callable[[], bool]) -> Outcome:
            told.append(name)
            return Outcome(outcome)

        return run

    schedule = Schedule(time_zone="Europe/Berlin", jobs=jobs)
    signs = Signs(app.clock(), 0.0, 0.0)
    return Worker(app, schedule, {name: job(name) for name in jobs}, signs, lambda *_: None)


NIGHTLY, OFTEN = "30 1 * * *", "10s"


@pytest.mark.parametrize(
    ("job", "ran_before", "missed", "expected"),
    [
        (Job(every=OFTEN), False, True, "2026-11-22T12:00:00+00:00"),
        (Job(every=OFTEN), True, True, "2026-11-22T12:00:00+00:00"),
        (Job(every=OFTEN), True, False, "2026-11-22T12:00:00+00:00"),
        (Job(every=OFTEN, catch_up="skip"), True, True, None),
        (Job(every=OFTEN, catch_up="skip"), True, False, "2026-11-22T12:00:00+00:00"),
        (Job(cron=NIGHTLY), True, True, "2026-11-22T00:30:00+00:00"),
        (Job(cron=NIGHTLY), False, True, None),  # a new installation has missed nothing
        (Job(cron=NIGHTLY, catch_up="skip"), True, True, None),
        (Job(cron=NIGHTLY, catch_up="skip"), True, False, None),  # eleven hours late is missed too: the machine slept
        (Job(cron="58 12 * * *", catch_up="skip"), True, False, "2026-11-22T11:58:00+00:00"),
        (Job.model_construct(cron="0 0 30 feb *"), True, False, None),  # no file may say this
    ],
)
def test_the_slot_to_run(app: App, clock, job: Job, ran_before: bool, missed: bool, expected: str | None) -> None:
    if ran_before:
        with writing(app.engine) as connection:
            runs.take_slot(connection, "sync", datetime.fromisoformat("2026-11-19T00:30:00+00:00"), "us", app.clock())
    slot = a_worker(app, sync=job).take("sync", missed)
    assert (slot and slot.isoformat()) == expected


def test_hours_asleep_are_made_up_for_once(app: App, clock) -> None:
    ran: list[str] = []
    one = a_worker(app, ran, sync=Job(every=OFTEN))
    one._attempt("sync", missed=True)
    clock.advance(hours=3)
    for _ in range(5):
        one._attempt("sync", missed=True)
    assert ran == ["sync", "sync"]
    clock.advance(seconds=10)
    one._attempt("sync", missed=False)
    assert ran == ["sync"] * 3


@pytest.mark.parametrize("hours", [1, 24])
def test_a_clock_that_is_set_back_stops_nothing(app: App, clock, hours: int) -> None:
    ran: list[str] = []
    one = a_worker(app, ran, sync=Job(every="5m"))
    clock.advance(hours=hours)
    one._attempt("sync", missed=True)
    clock.advance(hours=-hours)
    one._attempt("sync", missed=False)
    assert ran == ["sync", "sync"]
    with reading(app.engine) as connection:
        assert runs.last_ended_slot(connection, "sync") == app.clock().timestamp() * 1000, "readiness knows of it"


def test_clocks_a_little_apart_run_no_slot_twice(app: App, clock) -> None:
    ran: list[str] = []
    one = a_worker(app, ran, sync=Job(every="5m"))
    one._attempt("sync", missed=False)
    clock.advance(seconds=-4)
    one._attempt("sync", missed=False)
    clock.advance(seconds=4)
    one._attempt("sync", missed=False)
    assert ran == ["sync", "sync"], "12:00, and 11:55 that nobody had run"


def test_only_one_worker_gets_a_slot(app: App, clock) -> None:
    first, second = (a_worker(app, sync=Job(every=OFTEN)) for _ in range(2))
    assert first.take("sync", False) is not None
    assert second.take("sync", False) is None
    clock.advance(seconds=10)
    assert second.take("sync", False) is not None
    assert first.take("sync", False) is None


@pytest.mark.parametrize(
    ("outcome", "well"),
    [
        ("done", True),
        ("needs_person", True),
        ("busy", False),
        ("remote_down", False),
        ("stopped", False),
        ("failed", False),
    ],
)
def test_only_a_good_end_is_a_success(app: App, outcome: str, well: bool) -> None:
    a_worker(app, outcome=outcome, sync=Job(every=OFTEN))._attempt("sync", missed=False)
    with reading(app.engine) as connection:
        assert (runs.last_ended_slot(connection, "sync") is not None) is well


def test_a_slot_is_not_forgotten_while_the_database_is_away(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker_module, "RETRY_SECONDS", 0.01)
    ran: list[str] = []
    one = a_worker(app, ran, sync=Job(cron="* * * * *"))
    there = app.engine
    app.engine = create_engine("postgresql+psycopg://nobody@127.0.0.1:1/nowhere")
    one._attempt("sync", missed=False)
    assert ran == []
    app.engine = there
    one._attempt(*one._next())
    assert ran == ["sync"]


def test_a_slot_another_worker_was_in_the_way_of_is_run_when_it_is_done(
    app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two daemons at half past one: one begins a cycle, the other takes the nightly sweep and finds the first at work."""
    monkeypatch.setattr(worker_module, "BUSY_SECONDS", 0.01)
    sweep = Job(cron="58 12 * * *", catch_up="skip")
    second = a_worker(app, outcome="busy", sweep=sweep)
    second._attempt("sweep", missed=False)
    assert second._next() == ("sweep", False)
    ran: list[str] = []
    first = a_worker(app, ran, sweep=sweep)
    first._attempt("sweep", missed=False)
    assert ran == ["sweep"]
    second._attempt("sweep", missed=False)
    with reading(app.engine) as connection:
        assert runs.last_ended_slot(connection, "sweep") is not None


def test_a_slot_that_was_stopped_in_the_middle_is_made_up_for_at_the_next_start(app: App) -> None:
    nightly = Job(cron=NIGHTLY)
    ran: list[str] = []
    with writing(app.engine) as connection:
        runs.take_slot(connection, "sweep", datetime.fromisoformat("2026-11-21T00:30:00+00:00"), "us", app.clock())
    a_worker(app, ran, outcome="stopped", sweep=nightly)._attempt("sweep", missed=True)
    a_worker(app, ran, sweep=nightly)._attempt("sweep", missed=True)
    a_worker(app, ran, sweep=nightly)._attempt("sweep", missed=True)
    assert ran == ["sweep", "sweep"]


def test_stopping_before_the_start_runs_nothing(app: App) -> None:
    ran: list[str] = []
    one = a_worker(app, ran, sync=Job(every=OFTEN))
    assert one.stop(1)
    one.start()
    assert one.stop(5)
    assert ran == []


def test_a_slot_whose_worker_died_is_made_up_for_by_the_next(app: App, clock) -> None:
    nightly, ran = Job(cron=NIGHTLY), []
    with writing(app.engine) as connection:
        runs.take_slot(connection, "sweep", datetime.fromisoformat("2026-11-22T00:30:00+00:00"), "dead", app.clock())
        runs.take_slot(connection, "sync", app.clock(), "busy", app.clock())
        runs.take_lease(connection, "bridge", "busy", app.clock(), seconds=3600)
    one = a_worker(app, ran, sweep=nightly)
    one._attempt("sweep", missed=True)
    assert ran == [], "it may be at work still"
    clock.advance(seconds=runs.SILENT.total_seconds() + 1)
    told: list[str] = []
    Pulse(app, Signs(app.clock(), 0.0, 0.0), Metrics(), told.append).beat()
    assert told == ["sweep"]
    one._attempt("sweep", missed=True)
    one._attempt("sweep", missed=True)
    assert ran == ["sweep"]


@pytest.mark.parametrize(("kind", "outcome", "counts"), [
    ("cycle", "done", True), ("cycle", "stopped", False), ("cycle", "brake", False), ("backfill", "done", False), ("follow_up", "done", False),
])  # fmt: skip
def test_a_cycle_that_no_slot_asked_for_is_a_success_too(
    app: App, clock, kind: str, outcome: str, counts: bool
) -> None:
    """A backfill has the lease for hours and makes cycles for those who come in; the daemon beside it only finds it at work."""
    a_worker(app, sync=Job(every=OFTEN))._attempt("sync", missed=False)
    by_slot = clock()
    clock.advance(hours=1)
    with writing(app.engine) as connection:
        runs.end(connection, runs.begin(connection, kind, clock()), outcome, {}, clock())
    signs = Signs(by_slot, 0.0, 0.0)
    Pulse(app, signs, Metrics(), lambda _: None).beat()
    assert signs.last_success == (clock() if counts else by_slot)


def test_a_slot_is_not_taken_from_a_worker_that_holds_the_lease_or_told_that_it_failed(app: App, clock) -> None:
    slot = datetime.fromisoformat("2026-11-22T00:30:00+00:00")
    with writing(app.engine) as connection:
        runs.take_slot(connection, "sweep", slot, "slow", app.clock())
        held = runs.take_lease(connection, "bridge", "slow", app.clock(), seconds=3600)
    clock.advance(minutes=30)
    with writing(app.engine) as connection:
        assert not runs.take_slot(connection, "sweep", slot, "other", app.clock())
        runs.give_lease_back(connection, held)
        runs.let_slot_go(connection, "sweep", slot, "slow")
        assert not runs.take_slot(connection, "sweep", slot, "other", app.clock())
        assert runs.left_behind(connection, app.clock()) == []
