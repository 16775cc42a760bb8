"""A worker that falls asleep in a transaction holds its locks only for a while, whatever it asked last: PostgreSQL ends its session."""

from __future__ import annotations

import select
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any
from urllib.parse import quote

import pytest
from sqlalchemy import Connection, text

from bridge.staging.database import SLEEPER, open_engine

ROW = text("INSERT INTO cursor (source, kind, position, at) VALUES (:source, 'nothing', '{}', 0)")


SESSIONS = 8
"""Whether the server goes on watching after many rows hangs on how fast it is; on a busy machine some sessions are luckier than others."""


def one_row(connection: Connection, name: str) -> Any:
    return connection.execute(ROW, {"source": name})


def many_rows(connection: Connection, name: str) -> Any:
    return connection.execute(ROW, [{"source": f"{name}a"}, {"source": f"{name}b"}])


@pytest.mark.parametrize("asks", [one_row, many_rows])
def test_sessions_that_sleep_in_a_transaction_are_ended(
    postgres_url: str, asks: Callable[[Connection, str], Any]
) -> None:
    glue = "&" if "?" in postgres_url else "?"
    engine = open_engine(f"{postgres_url}{glue}options=-c%20idle_in_transaction_session_timeout%3D1500")
    with ExitStack() as stack:
        asleep = [stack.enter_context(engine.connect()) for _ in range(SESSIONS)]
        for number, connection in enumerate(asleep):
            asks(connection, str(number))
        for connection in asleep:
            session = connection.connection.dbapi_connection
            assert session is not None
            told, _, _ = select.select([session.fileno()], [], [], 20)
            assert told, "PostgreSQL said nothing for twenty seconds: the session lives on, and with it its locks"
            connection.invalidate()
    engine.dispose()


@pytest.mark.parametrize(
    ("options", "limit"), [("", "1min"), ("-c work_mem=8MB", "1min"), (f"-c {SLEEPER}=5000", "5s")]
)
def test_every_session_has_a_limit_for_sleepers(postgres_url: str, options: str, limit: str) -> None:
    glue = "&" if "?" in postgres_url else "?"
    engine = open_engine(f"{postgres_url}{glue}options={quote(options)}" if options else postgres_url)
    with engine.connect() as connection:
        assert connection.execute(text(f"SHOW {SLEEPER}")).scalar_one() == limit
        assert connection.execute(text("SHOW work_mem")).scalar_one() == ("8MB" if "work_mem" in options else "4MB")
    engine.dispose()


def test_behind_a_pooler_nothing_is_left_in_a_session(postgres_url: str) -> None:
    """`?pooler=transaction`: the limit is set in each transaction, and no statement is prepared however often it is asked."""
    glue = "&" if "?" in postgres_url else "?"
    engine = open_engine(f"{postgres_url}{glue}pooler=transaction")
    with engine.connect() as connection, connection.begin():
        for _ in range(20):
            connection.execute(text("SELECT count(*) FROM lead WHERE score > :least"), {"least": 7})
        assert connection.execute(text(f"SHOW {SLEEPER}")).scalar_one() == "1min"
        assert connection.execute(text("SELECT count(*) FROM pg_prepared_statements")).scalar_one() == 0
    with engine.connect() as connection:
        raw = connection.connection.driver_connection
        assert raw is not None
        connection.rollback()
        assert raw.execute(f"SHOW {SLEEPER}").fetchone()[0] == "0"
    engine.dispose()
