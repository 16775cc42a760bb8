"""Daemons as real processes: each slot once, an end that leaves nothing in its hands, a hanging one that ends itself, logs without canaries."""

from __future__ import annotations

import signal
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from sqlalchemy import Engine, select

from bridge.installation.home import Home
from bridge.staging import due, leads, outbox, runs
from bridge.staging.database import reading, writing
from bridge.staging.schema import delivery, lead, lease, run_slot

Wait = Callable[..., None]


@pytest.fixture
def work(shared: Engine) -> Engine:
    """One lead that is due and one delivery that may go."""
    now = datetime.now(UTC)
    with writing(shared) as connection:
        leads.create(connection, ["lead1", "lead2"], now)
        connection.execute(lead.update().where(lead.c.id == "lead2").values(due_at=None, verdict="qualified"))
        outbox.plan(connection, [outbox.Planned("lead2", "salesforce.Lead", "upsert", {"LastName": "X"})], now, None)
    return shared


def test_two_daemons_on_one_database_run_each_slot_once(shared: Engine, daemon, wait_for: Wait) -> None:
    both = daemon("quick", "1"), daemon("quick", "1")
    for one in both:
        wait_for(lambda one=one: bool(one.events("daemon_started")))
    before = sum(len(one.ran()) for one in both)
    wait_for(lambda: sum(len(one.ran()) for one in both) >= before + 5)
    assert [one.end() for one in both] == [0, 0]
    with reading(shared) as connection:
        slots = connection.execute(select(run_slot.c.slot, run_slot.c.holder, run_slot.c.ended_at)).all()
    ran = [holder for one in both for holder in one.ran()]
    assert sorted(ran) == sorted(row.holder for row in slots)
    assert len({row.slot for row in slots}) == len(slots) >= 5
    assert all(row.ended_at for row in slots)


def test_a_job_that_does_not_listen_is_left_behind_and_what_it_held_is_free(
    work: Engine, daemon, wait_for: Wait
) -> None:
    one = daemon("deaf")
    wait_for(lambda: one.ran() == ["holding"])
    assert one.end(signal.SIGTERM, seconds=10) == 0
    with writing(work) as connection:
        assert connection.execute(select(lead.c.claimed_by).where(lead.c.id == "lead1")).scalar_one() is None
        assert connection.execute(select(delivery.c.state, delivery.c.reason)).one() == ("unknown", "sender_stopped")
        assert due.claim(connection, 10, "another", datetime.now(UTC)) == ["lead1"]
        following = runs.take_lease(connection, "cycle", "another", datetime.now(UTC), 60)
    assert following is not None
    assert one.events("given_back")[0] | {"at": ""} == {
        "at": "", "level": "info", "event": "given_back", "from": "leadbridge", "leads": 1, "deliveries": 1, "leases": 1,
    }  # fmt: skip
    assert one.events("daemon_stopped")[0]["drained"] is False


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_job_that_listens_is_waited_for(work: Engine, daemon, wait_for: Wait) -> None:
    one = daemon("polite")
    wait_for(lambda: one.ran() == ["holding"])
    assert one.end(signal.SIGINT) == 0
    assert one.ran() == ["holding", "stopped"]
    assert one.events("daemon_stopped")[0]["drained"] is True
    with reading(work) as connection:
        assert connection.execute(select(run_slot)).all() == [], "a slot cut short is free for whoever comes next"


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_terminal_that_closes_is_told_to_stop_and_leaves_nothing(work: Engine, daemon, wait_for: Wait) -> None:
    ignored = signal.signal(signal.SIGHUP, signal.SIG_DFL)  # whoever runs the tests under nohup
    one = daemon("polite")
    signal.signal(signal.SIGHUP, ignored)
    wait_for(lambda: one.ran()[:1] == ["holding"])
    assert one.end(signal.SIGHUP, seconds=10) == 0
    with reading(work) as connection:
        assert connection.execute(select(lead.c.claimed_by).where(lead.c.id == "lead1")).scalar_one() is None


def test_a_job_that_hangs_ends_the_process_and_frees_its_work(home: Home, work: Engine, daemon, wait_for: Wait) -> None:
    one = daemon("deaf", "3600", "1")
    assert one.popen.wait(60) == 3
    assert one.ran() == ["holding"]
    assert "for more than 1 s" in str(one.events("hung")[0]["says"])
    with writing(work) as connection:
        assert due.claim(connection, 10, "another", datetime.now(UTC)) == ["lead1"]
        assert runs.take_lease(connection, "cycle", "another", datetime.now(UTC), 60) is not None


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_killed_daemon_leaves_a_short_lease(work: Engine, daemon, wait_for: Wait) -> None:
    """The job took the lease for an hour; the pulse has made that two minutes before the process is killed."""
    one = daemon("deaf")
    wait_for(lambda: one.ran() == ["holding"])
    soon = datetime.now(UTC).timestamp() * 1000 + 180_000
    wait_for(lambda: 0 < _lease_until(work) < soon)
    one.end(signal.SIGKILL)
    assert 0 < _lease_until(work) < soon


def _lease_until(engine: Engine) -> int:
    with reading(engine) as connection:
        return int(connection.execute(select(lease.c.expires_at).where(lease.c.name == "cycle")).scalar_one())


def test_nothing_personal_or_secret_reaches_the_logs(home: Home, daemon, wait_for: Wait) -> None:
    secret = "canary/secret+with=signs"
    (home.secrets / "leadbridge_salesforce_client_secret").write_text(secret)
    one = daemon("blurt", "1", environment={"CANARY": secret, "LEADBRIDGE_LOG_LEVEL": "debug"})
    wait_for(lambda: len(one.ran()) >= 2 and len(one.events("run_ended")) >= 2)
    assert one.end() == 0
    text = one.log.read_text()
    assert "canary" not in text
    assert "c0ffee" not in text
    assert "[e-mail] [token] Bearer [token] [secret]" in text
    told = [line["outcome"] for line in one.events("run_ended")]
    assert told[:2] == ["failed", "configuration"]
    assert any(line["event"] == "thread_died" and line["error"] == "RuntimeError" for line in one.lines())
