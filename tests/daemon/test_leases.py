"""A lease that is renewed, given back, or lost to somebody else while its holder slept; and what housekeeping forgets."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from bridge.app import App
from bridge.cycle import Busy, holding_lease
from bridge.daemon.giving_back import give_back_within
from bridge.daemon.jobs import housekeeping, run_job
from bridge.staging import outbox, runs
from bridge.staging.database import open_engine, reading, writing
from bridge.staging.schema import run, run_slot


def test_renewing_makes_a_long_lease_short_and_keeps_it(app: App, clock) -> None:
    with writing(app.engine) as connection:
        ours = runs.take_lease(connection, "cycle", "us", clock(), 3600)
        assert runs.renew_leases(connection, "us", clock(), 120) == 1
        clock.advance(seconds=100)
        assert runs.take_lease(connection, "cycle", "them", clock(), 60) is None
        assert runs.renew_leases(connection, "us", clock(), 120) == 1
        clock.advance(seconds=100)
        assert runs.take_lease(connection, "cycle", "them", clock(), 60) is None
        assert runs.still_holds(connection, ours)


def test_one_that_slept_has_lost_it(app: App, clock) -> None:
    with writing(app.engine) as connection:
        ours = runs.take_lease(connection, "cycle", "us", clock(), 120)
        clock.advance(seconds=121)
        theirs = runs.take_lease(connection, "cycle", "them", clock(), 120)
        assert theirs.fence == ours.fence + 1
        assert not runs.still_holds(connection, ours)
        assert runs.renew_leases(connection, "us", clock(), 120) == 0
        assert runs.give_leases_back(connection, "us") == 0
        assert runs.still_holds(connection, theirs)


def test_what_was_given_back_is_not_renewed(app: App, clock) -> None:
    with writing(app.engine) as connection:
        runs.take_lease(connection, "cycle", "us", clock(), 120)
        assert runs.give_leases_back(connection, "us") == 1
        assert runs.renew_leases(connection, "us", clock(), 120) == 0
        assert runs.take_lease(connection, "cycle", "them", clock(), 60) is not None


def test_who_finds_another_at_work_is_told_how_long_a_dead_one_would_hold_it(app: App, clock) -> None:
    with writing(app.engine) as connection:
        runs.take_lease(connection, "cycle", "a backfill that lost its database", clock(), 180)
    clock.advance(seconds=38.5)
    with pytest.raises(Busy) as caught, holding_lease(app):
        pass
    assert "its hold ends by itself in 142 s" in caught.value.hint
    clock.advance(seconds=142)
    with holding_lease(app):
        pass


def test_a_database_that_is_away_is_not_waited_for(home) -> None:
    assert give_back_within(5, open_engine("postgresql://nobody@127.0.0.1:1/nowhere"), "us") is None


def test_housekeeping_forgets_what_is_old_and_closes_what_never_ended(app: App, clock) -> None:
    with writing(app.engine) as connection:
        old = runs.begin(connection, "cycle", clock())
        runs.end(connection, old, "done", {}, clock())
        runs.take_slot(connection, "sync", clock(), "us", clock())
        clock.advance(days=89)
        died = runs.begin(connection, "cycle", clock())
        clock.advance(days=2)
        alive = runs.begin(connection, "cycle", clock())
        runs.take_slot(connection, "sync", clock(), "us", clock())
    outcome = run_job(housekeeping, app, lambda: False)
    assert outcome.name == "done"
    assert outcome.counts == {"slots": 1, "runs": 1, "abandoned": 1}
    with reading(app.engine) as connection:
        left = dict(connection.execute(select(run.c.id, run.c.outcome)).all())
        slots = connection.execute(select(run_slot.c.at)).all()
    assert left == {died: "abandoned", alive: "running"}
    assert len(slots) == 1


def test_the_cycle_after_a_clock_was_set_back_sends_what_waited_for_the_wrong_time(app: App, clock) -> None:
    clock.advance(days=365)
    with holding_lease(app), writing(app.engine) as connection:
        runs.begin(connection, "cycle", clock())
        outbox.plan(connection, [outbox.Planned("one", "hubspot.contact", "update", {})], clock(), None)
    clock.advance(days=-365)
    with holding_lease(app), reading(app.engine) as connection:
        assert outbox.ready_count(connection, "hubspot.contact", clock()) == 1
