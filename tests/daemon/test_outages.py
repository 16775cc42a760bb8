"""A database that goes away, or takes no writes, in the middle of a job: told as that, not as a defect of ours."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DBAPIError, OperationalError
from structlog.testing import capture_logs

from bridge.app import App
from bridge.daemon.jobs import Outcome, run_job
from bridge.daemon.metrics import Metrics
from bridge.daemon.pulse import Pulse
from bridge.daemon.signs import Signs
from bridge.staging.database import reading, writing
from bridge.staging.outages import outage_of

TERMINATE = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname = current_database()"


def _job(app: App, statement: str, before: str = "") -> Outcome:
    def job(app: App, _stopping: object) -> Outcome:
        with writing(app.engine) as connection:
            if before:
                connection.execute(text(before))
            connection.execute(text(statement))
        return Outcome("done")

    return run_job(job, app, lambda: False)


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
@pytest.mark.parametrize(
    ("before", "statement", "says"),
    [
        ("SET TRANSACTION READ ONLY", "UPDATE lead SET told = true", "takes no writes"),
        ("SET LOCAL statement_timeout = 10", "SELECT pg_sleep(5)", "took too long"),
        ("SET LOCAL ROLE pg_monitor", "UPDATE lead SET told = true", "may not do that"),
    ],
)
def test_what_postgresql_refuses_is_said_in_words(app: App, before: str, statement: str, says: str) -> None:
    outcome = _job(app, statement, before)
    assert outcome.name == "remote_down"
    assert says in outcome.says
    assert outcome.hint


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_server_that_ends_our_session_in_a_job_is_an_outage(app: App) -> None:
    def job(app: App, _stopping: object) -> Outcome:
        admin = create_engine(app.engine.url)
        with reading(app.engine) as connection:
            connection.execute(text("SELECT 1"))
            with admin.connect() as other:
                other.execute(text(TERMINATE))
            connection.execute(text("SELECT 1"))
        return Outcome("done")

    outcome = run_job(job, app, lambda: False)
    assert (outcome.name, "does not answer" in outcome.says, bool(outcome.hint)) == ("remote_down", True, True)


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
@pytest.mark.parametrize(
    ("setting", "value", "says"),
    [("default_transaction_read_only", "on", "takes no writes"), ("statement_timeout", "'200ms'", "took too long")],
)
def test_sessions_that_keep_what_was_mended_are_left_behind(app: App, setting: str, value: str, says: str) -> None:
    """What a session began with stays with it: a daemon that kept it would find no writes, or no time, for ever."""
    slow = "UPDATE lead SET told = true WHERE (SELECT count(*) FROM (SELECT pg_sleep(0.4)) AS slept) = 1"
    name = app.engine.url.database
    with create_engine(app.engine.url, isolation_level="AUTOCOMMIT").connect() as admin:
        admin.execute(text(f"ALTER DATABASE {name} SET {setting} = {value}"))
        app.engine.dispose()
        assert says in _job(app, slow).says
        admin.execute(text(f"ALTER DATABASE {name} RESET {setting}"))
    assert _job(app, slow).name == "done"


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_an_empty_database_in_the_place_of_ours_is_said_in_words(app: App) -> None:
    """As after a failover to a server that nothing was copied to."""
    with app.engine.begin() as connection:
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))
    with capture_logs() as lines:
        Pulse(app, Signs(app.clock(), 0.0, 0.0), Metrics(), lambda _: None).beat()
    assert "our tables are not there" in lines[0]["says"]
    assert "newest backup" in lines[0]["hint"]


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
@pytest.mark.parametrize(
    ("user", "database", "says"),
    [
        ("nobody_there", "", "does not let us in"),
        ("guest_of_none", "", "no connection left"),
        ("", "none_such", "no database of that name"),
    ],
)
def test_who_gets_no_session_is_told_why(app: App, user: str, database: str, says: str) -> None:
    """The driver gives no SQLSTATE then."""
    with app.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as admin:
        if user == "guest_of_none":
            admin.execute(text("DROP ROLE IF EXISTS guest_of_none"))
            admin.execute(text("CREATE ROLE guest_of_none LOGIN CONNECTION LIMIT 0"))
    other = app.engine.url.set(**{key: word for key, word in (("username", user), ("database", database)) if word})
    with pytest.raises(OperationalError) as caught:
        create_engine(other).connect()
    told = outage_of(caught.value)
    assert told is not None
    assert says in str(told)
    assert told.hint


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_full_disk_in_a_job_is_an_outage(app: App) -> None:
    with app.engine.connect() as connection:
        pages = connection.execute(text("PRAGMA page_count")).scalar_one()
        connection.execute(text(f"PRAGMA max_page_count = {pages}"))
    many = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000) INSERT INTO turn SELECT 'team' || i, i FROM n"
    outcome = _job(app, many)
    assert (outcome.name, outcome.says) == ("remote_down", "the database's disk is full")


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_mistake_of_ours_stays_a_failure(app: App) -> None:
    assert _job(app, "SELECT nothing FROM nowhere").name == "failed"
    assert outage_of(DBAPIError("", {}, sqlite3.Error())) is None


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_log_says_what_is_wrong_with_the_database(app: App, tmp_path: Path) -> None:
    (tmp_path / "broken.sqlite").write_bytes(b"no database at all" * 1_000)
    app.engine = create_engine(f"sqlite:///{tmp_path / 'broken.sqlite'}")
    with capture_logs() as lines:
        Pulse(app, Signs(app.clock(), 0.0, 0.0), Metrics(), lambda _: None).beat()
    assert [line["event"] for line in lines] == ["database_down"]
    assert lines[0]["says"] == "the database file is no SQLite database"
    assert "newest backup" in lines[0]["hint"]
