"""The schema's scripts make exactly the tables the code speaks of, on both engines, and only once."""

from __future__ import annotations

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine

from bridge.staging.database import open_engine
from bridge.staging.migrate import migrate
from bridge.staging.tables import metadata


def test_a_migrated_database_has_the_tables_of_the_code(engine: Engine) -> None:
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


def test_a_new_database_is_migrated_once(database_url: str) -> None:
    first = open_engine(database_url)
    migrate(first)
    assert migrate(first) is False
    first.dispose()
