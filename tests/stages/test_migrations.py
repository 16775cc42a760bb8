"""The schema's scripts make exactly the tables the code speaks of, on both engines, and only once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, create_engine, text

from bridge.staging import directory
from bridge.staging.database import open_engine, writing
from bridge.staging.migrate import migrate, to_revision
from bridge.staging.tables import metadata


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database without any table, on each engine in turn."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.sqlite'}"
        return
    url: str = request.getfixturevalue("postgres")
    admin = create_engine(url.replace("postgresql://", "postgresql+psycopg://", 1), isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text("CREATE DATABASE empty"))
    head, _, query = url.partition("?")
    yield f"{head.rsplit('/', 1)[0]}/empty?{query}"
    with admin.connect() as connection:
        connection.execute(text("DROP DATABASE empty WITH (FORCE)"))
    admin.dispose()


def test_a_migrated_database_has_the_tables_of_the_code(engine: Engine) -> None:
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


def test_a_new_database_is_migrated_once(database_url: str) -> None:
    first = open_engine(database_url)
    migrate(first)
    assert migrate(first) is False
    first.dispose()


def test_an_installation_of_the_first_version_is_brought_up(empty_url: str) -> None:
    engine = open_engine(empty_url)
    with writing(engine) as connection:
        to_revision(connection, "0001")
        connection.execute(
            text("INSERT INTO directory_account (id, name, keys, payload) VALUES ('001', 'ACME', :none, :none)"),
            {"none": b""},
        )
        connection.execute(text("INSERT INTO directory_account_count VALUES (7, 1)"))
        connection.execute(text("INSERT INTO directory_account_key VALUES (7, 1)"))
    assert migrate(engine)
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
        assert directory.accounts(connection).size == 0, "it is made anew from what is staged"
    with writing(engine) as connection:
        to_revision(connection, "base")
    assert migrate(engine), "and from nothing once more"
    engine.dispose()
