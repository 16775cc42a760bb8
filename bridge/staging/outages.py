"""A database that cannot be used, in words: what it is, and who can help."""

from __future__ import annotations

import sqlite3

from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError

from bridge.errors import BridgeError, RemoteDown

RESTORE = "Stop what uses it and put the newest backup in its place; see Backup in docs/production.md."
OF_SQLITE = {
    sqlite3.SQLITE_CORRUPT: ("the database file is damaged", RESTORE),
    sqlite3.SQLITE_NOTADB: ("the database file is no SQLite database", RESTORE),
    sqlite3.SQLITE_BUSY: ("another program holds the database", "Run the command again when that one has ended."),
    sqlite3.SQLITE_LOCKED: ("another program holds the database", "Run the command again when that one has ended."),
    sqlite3.SQLITE_FULL: ("the database's disk is full", "Make room, then run the command again. Nothing is lost."),
    sqlite3.SQLITE_IOERR: ("the database's disk fails", "See that the disk is well, then run the command again."),
    sqlite3.SQLITE_CANTOPEN: ("the database file cannot be opened", "Give this user the right to its file and folder."),
    sqlite3.SQLITE_READONLY: ("the database file is read-only", "Give this user the right to its file and folder."),
    sqlite3.SQLITE_PERM: ("the database file cannot be opened", "Give this user the right to its file and folder."),
}
"""What SQLite says that no defect of ours can be the cause of."""


def outage_of(problem: Exception) -> BridgeError | None:
    """What a person is told of a database that does not answer (exit code 3); None for any other error."""
    if not isinstance(problem, DBAPIError):
        return None
    if isinstance(problem.orig, sqlite3.Error):
        code = getattr(problem.orig, "sqlite_errorcode", None)
        said = OF_SQLITE.get(-1 if code is None else code & 0xFF)
        return None if said is None else RemoteDown(*said)
    return no_answer(problem) if isinstance(problem, OperationalError | InterfaceError) else None


def no_answer(problem: Exception) -> BridgeError:
    """The database does not answer, for whatever reason."""
    return RemoteDown(
        f"the database does not answer ({type(problem).__name__})",
        "See that it runs and that database.url or LEADBRIDGE_DATABASE_URL names it.",
    )
