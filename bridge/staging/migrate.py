"""Bring a database to the newest schema, by itself, whoever opens it first.

The scripts run in one write transaction: on SQLite `BEGIN IMMEDIATE`, on PostgreSQL under an advisory transaction lock, so that of several
starters one migrates and the others find it done. A database that is already new costs one query; alembic is imported only when there is work.
"""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, Engine, inspect, text

from bridge.errors import BridgeError
from bridge.staging.database import writing

NEWEST = "0007"
LOCK = 7_305_112_044  # any number, the same for every starter


def migrate(engine: Engine) -> bool:
    """True when scripts were run. Raises BridgeError for a database of a newer leadbridge."""
    with engine.connect() as connection:
        if _revision(connection) == NEWEST:
            return False
    with writing(engine) as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": LOCK})
        found = _revision(connection)
        if found == NEWEST:
            return False
        if found is not None and found > NEWEST:
            raise BridgeError(
                f"the database is at schema {found}, newer than this leadbridge knows ({NEWEST})",
                "Install the newer version again.",
            )
        to_revision(connection, "head")
    return True


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def to_revision(connection: Connection, revision: str) -> None:
    """Run the scripts that lead to a revision, forth or back (`head`: the newest; `base`: nothing is left), in the caller's transaction."""
    from alembic import command  # half a second of import that a database which is up to date never pays
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    if revision == "base" or revision < (_revision(connection) or ""):
        command.downgrade(config, revision)
    else:
        command.upgrade(config, revision)
