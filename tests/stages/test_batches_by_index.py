"""Batches of a long list are found by their index on SQLite: else each goes through everything that is staged, and twice as many cost four times."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, event

from bridge.staging import leads, records
from bridge.staging.database import open_engine, reading
from bridge.staging.migrate import migrate

BATCHES: dict[str, tuple[Callable[[Connection], object], str]] = {
    "contacts without a person": (lambda connection: records.unidentified(connection, 5), "ix_record_unidentified"),
    "leads HubSpot was not told of": (lambda connection: leads.untold(connection, 5), "ix_lead_untold"),
}


@pytest.fixture
def file(tmp_path: Path) -> Iterator[Engine]:
    engine = open_engine(f"sqlite:///{tmp_path / 'staging.sqlite'}")
    migrate(engine)
    yield engine
    engine.dispose()


@pytest.mark.parametrize("name", BATCHES)
def test_a_batch_is_found_by_its_index(file: Engine, name: str) -> None:
    ask, index = BATCHES[name]
    with _heard(file) as asked, reading(file) as connection:
        ask(connection)
    statement, values = asked[0]
    with reading(file) as connection:
        plan = [row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)]
    assert any(f"INDEX {index}" in step for step in plan), plan
    assert not any("TEMP B-TREE" in step for step in plan), plan


@contextmanager
def _heard(engine: Engine) -> Iterator[list[tuple[str, Any]]]:
    """The queries asked while this lasts, with their values."""
    asked: list[tuple[str, Any]] = []

    def hear(_: Any, __: Any, statement: str, values: Any, ___: Any, ____: bool) -> None:
        if statement.startswith("SELECT"):
            asked.append((statement, values))

    event.listen(engine, "before_cursor_execute", hear)
    try:
        yield asked
    finally:
        event.remove(engine, "before_cursor_execute", hear)
