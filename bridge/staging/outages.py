"""A database that cannot be used, in words: what it is, and who can help."""

from __future__ import annotations

import re
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
AGAIN = "Run the command again. Nothing is lost."
ANOTHER = "Let its URL name the right one, or put the newest backup in its place; see Backup in docs/production.md."
NO_CONNECTION_LEFT = ("the database has no connection left", "End what holds them, or raise its max_connections.")
OF_POSTGRESQL = {
    "25006": ("the database takes no writes", "Let its URL name the server that does; this one is a standby, or was set read-only."),
    "25P03": ("the database ended a transaction that had slept", AGAIN),
    "40001": ("another session of the database was in the way", AGAIN),
    "40P01": ("another session of the database was in the way", AGAIN),
    "42501": ("the database's user may not do that", "Let it own the database and its tables."),
    "42P01": ("the database is not the one it was: our tables are not there", ANOTHER),
    "53100": ("the database's disk is full", "Make room, then run the command again. Nothing is lost."),
    "53200": ("the database has no memory left", "See that it is well, then run the command again."),
    "53300": NO_CONNECTION_LEFT,
    "55P03": ("another session of the database was in the way", AGAIN),
    "57014": ("the database broke off a statement that took too long", "Raise its statement_timeout for leadbridge's user."),
}  # fmt: skip
"""The same of PostgreSQL, by SQLSTATE."""
LET_IN = "See that database.url or LEADBRIDGE_DATABASE_URL has the right user and password, and that pg_hba.conf lets that user in."
AT_THE_DOOR = (
    (r"too many (clients|connections)|connection slots are reserved|no more connections allowed", NO_CONNECTION_LEFT),
    (r"(password|authentication) .*failed|no password supplied|no pg_hba|role .* does not exist", ("the database does not let us in", LET_IN)),
    (r"database .* does not exist", ("the server has no database of that name", "Make it, or let the URL name another.")),
    (r"starting up|shutting down|in recovery mode|not (yet )?accepting connections", ("the database is starting or stopping", AGAIN)),
)  # fmt: skip
"""What PostgreSQL says to who has no session yet: its driver gives no SQLSTATE then. In another language than English it is told as no answer."""


def outage_of(problem: Exception) -> BridgeError | None:
    """What a person is told of a database that does not answer (exit code 3); None for any other error."""
    if not isinstance(problem, DBAPIError):
        return None
    if isinstance(problem.orig, sqlite3.Error):
        code = getattr(problem.orig, "sqlite_errorcode", None)
        said = OF_SQLITE.get(-1 if code is None else code & 0xFF)
        return None if said is None else RemoteDown(*said)
    if said := OF_POSTGRESQL.get(getattr(problem.orig, "sqlstate", None) or ""):
        return RemoteDown(*said)
    if not isinstance(problem, OperationalError | InterfaceError):
        return None
    return _at_the_door(str(problem.orig)) or no_answer(problem)


def _at_the_door(words: str) -> BridgeError | None:
    for pattern, said in AT_THE_DOOR:
        if re.search(pattern, words):
            return RemoteDown(*said)
    return None


def in_the_log(problem: Exception) -> dict[str, str]:
    """What a line of the log tells of it: its kind, and in words what it is and who can help."""
    outage = outage_of(problem)
    words = {} if outage is None else {"says": str(outage), "hint": outage.hint}
    return {"error": type(problem).__name__, **words}


def no_answer(problem: Exception) -> BridgeError:
    """The database does not answer, for whatever reason."""
    return RemoteDown(
        f"the database does not answer ({type(problem).__name__})",
        "See that it runs and that database.url or LEADBRIDGE_DATABASE_URL names it.",
    )
