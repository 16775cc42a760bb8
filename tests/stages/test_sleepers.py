"""A worker that falls asleep in a transaction holds its locks only for a while, whatever it asked last: PostgreSQL ends its session."""

from __future__ import annotations

import select
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Connection, text

from bridge.staging.database import open_engine

ROW = text("INSERT INTO cursor (source, kind, position, at) VALUES (:source, 'nothing', '{}', 0)")


def one_row(connection: Connection) -> Any:
    return connection.execute(ROW, {"source": "a"})


def many_rows(connection: Connection) -> Any:
    return connection.execute(ROW, [{"source": "a"}, {"source": "b"}])


@pytest.mark.parametrize("asks", [one_row, many_rows])
def test_a_session_that_sleeps_in_a_transaction_is_ended(postgres_url: str, asks: Callable[[Connection], Any]) -> None:
    glue = "&" if "?" in postgres_url else "?"
    engine = open_engine(f"{postgres_url}{glue}options=-c%20idle_in_transaction_session_timeout%3D300")
    with engine.connect() as connection:
        asks(connection)
        session = connection.connection.dbapi_connection
        assert session is not None
        told, _, _ = select.select([session.fileno()], [], [], 60)
        assert told, "PostgreSQL said nothing for a minute: the session lives on, and with it its locks"
        connection.invalidate()
    engine.dispose()
