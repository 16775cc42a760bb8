"""Opening the database: the engine, its pragmas, and the two kinds of transaction.

SQLite: WAL, `BEGIN IMMEDIATE` for every write (a deferred BEGIN that reads and then writes fails at once with "database is locked", whatever the
busy timeout), file mode 0600, never on a network mount (WAL corrupts there). PostgreSQL: psycopg 3, READ COMMITTED, checked connections.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.engine import URL, ExceptionContext

from bridge import points
from bridge.errors import BridgeError

BUSY_TIMEOUT_MS = 60_000
SLEEPER = "idle_in_transaction_session_timeout"
"""PostgreSQL's setting: a worker that sleeps in the middle of a transaction loses its session, and with it its locks, after so long."""
AS_IT_BEGAN = frozenset({"25006", "57014"})
"""What PostgreSQL says (no writes, a statement took too long) by settings that a session keeps from its beginning, whatever is set later."""
REACHABLE = {
    "connect_timeout": 10, "keepalives_idle": 30, "keepalives_interval": 10, "keepalives_count": 3, "tcp_user_timeout": 60_000,
}  # fmt: skip
"""PostgreSQL behind a network: a server that went away without a word is noticed after a minute, not after hours."""
NETWORK_MOUNTS = frozenset({"nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "virtiofs", "fuse.sshfs", "afs", "vboxsf"})


def to_json(value: Any) -> str:
    """JSON text of any value a source can send; lone surrogates, which JSON cannot hold, become U+FFFD; NUL, which PostgreSQL cannot, is left out."""
    try:
        text = orjson.dumps(value, option=orjson.OPT_NON_STR_KEYS).decode()
    except TypeError:
        text = json.dumps(value, ensure_ascii=False, default=str).encode("utf-8", "replace").decode("utf-8")
    if "\\u0000" not in text or not _NUL.search(text):
        return text
    return to_json(_without_nul(json.loads(text)))


_NUL = re.compile(r"(?<!\\)(?:\\\\)*\\u0000")  # the escape itself, not a typed backslash before u0000


def _without_nul(value: Any) -> Any:
    if isinstance(value, str):
        return value.replace("\0", "")
    if isinstance(value, list):
        return [_without_nul(item) for item in value]
    if isinstance(value, dict):
        return {_without_nul(name): _without_nul(item) for name, item in value.items()}
    return value


def open_engine(url: str, *, cache_mb: int = 16) -> Engine:
    """An engine for `url` (`sqlite:///path` or `postgresql://…`). Raises BridgeError when the place cannot hold a database.

    `cache_mb` is what each SQLite connection may keep of the file in its own memory.
    """
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        return _open_sqlite(parsed, cache_mb)
    if parsed.get_backend_name() == "postgresql":
        return _open_postgresql(parsed)
    raise BridgeError(
        f"database url begins with {parsed.drivername!r}, which leadbridge does not know",
        "Use sqlite:///path/to/file.sqlite or postgresql://user@host/name.",
    )


def _open_postgresql(url: URL) -> Engine:
    pooled = url.query.get("pooler") == "transaction"
    session: dict[str, Any] = {"options": _watched(str(url.query.get("options", "")))}
    engine = create_engine(
        url.set(drivername="postgresql+psycopg"),
        connect_args={**REACHABLE, **({"prepare_threshold": None} if pooled else session)},
        json_serializer=to_json,
        json_deserializer=orjson.loads,
        hide_parameters=True,
        pool_pre_ping=True,
        pool_size=8,
        insertmanyvalues_page_size=500,
    )
    if pooled:
        _mind_the_pooler(engine)

    @event.listens_for(engine, "after_cursor_execute")
    def watch_again(_: Any, cursor: Any, __: str, ___: Any, ____: Any, many: bool) -> None:
        """Many rows go as a pipeline, whose last message (Flush) stops the server's watch on idle transactions; one more question starts it."""
        if many:
            cursor.connection.execute("SELECT 1")

    @event.listens_for(engine, "handle_error")
    def leave_behind(error: ExceptionContext) -> None:
        """Its server may have stood down, its settings may be mended meanwhile: the next transaction has another session."""
        if getattr(error.original_exception, "sqlstate", None) in AS_IT_BEGAN:
            error.is_disconnect = True

    return engine


def _mind_the_pooler(engine: Engine) -> None:
    """`?pooler=transaction`: between us and PostgreSQL a pooler (pgbouncer) gives each transaction another session.

    Nothing is left in a session then: no prepared statement, no option, so that the limit for sleepers is set in each transaction.
    """

    @event.listens_for(engine, "do_connect")
    def ours_alone(_: Any, __: Any, ___: Any, given: dict[str, Any]) -> None:
        given.pop("pooler", None)

    @event.listens_for(engine, "begin")
    def watched(connection: Connection) -> None:
        connection.exec_driver_sql(f"SET LOCAL {SLEEPER} = {BUSY_TIMEOUT_MS}")


def _watched(options: str) -> str:
    """The session's options with a limit for sleepers, unless they set one."""
    return options if SLEEPER in options else f"{options} -c {SLEEPER}={BUSY_TIMEOUT_MS}".strip()


def _open_sqlite(url: URL, cache_mb: int) -> Engine:
    path = Path(url.database or "")
    if not url.database or url.database == ":memory:":
        raise BridgeError("the database must be a file", "Use sqlite:///var/leadbridge.sqlite.")
    path.parent.mkdir(parents=True, exist_ok=True)
    refuse_network_mount(path.parent)
    if not path.exists():
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    engine = create_engine(
        url.set(drivername="sqlite+pysqlite"),
        json_serializer=to_json,
        json_deserializer=orjson.loads,
        insertmanyvalues_page_size=500,
        hide_parameters=True,
        connect_args={"timeout": BUSY_TIMEOUT_MS / 1000, "check_same_thread": False},
    )

    @event.listens_for(engine, "connect")
    def configure(connection: Any, _: Any) -> None:
        connection.isolation_level = None  # we begin transactions ourselves
        cursor = connection.cursor()
        mode = cursor.execute("PRAGMA journal_mode=WAL").fetchone()[0]
        if str(mode).lower() != "wal":
            raise BridgeError(
                f"{path} cannot be put into WAL mode (it is in {mode})", "Put the database on a local disk."
            )
        cursor.execute("PRAGMA synchronous=FULL")
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.execute("PRAGMA secure_delete=FAST")
        cursor.execute(f"PRAGMA cache_size=-{cache_mb * 1024}")
        cursor.execute("PRAGMA temp_store=MEMORY")
        cursor.close()

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        immediate = connection.get_execution_options().get("writing", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")

    return engine


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """One write transaction: all of it is kept or nothing."""
    work = points.at_work()
    with engine.connect().execution_options(writing=True) as connection, connection.begin():
        yield connection
        points.reach(f"{work}: before commit")
    points.reach(f"{work}: after commit")


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """One read transaction with a single view of the data (SQLite; PostgreSQL: per statement)."""
    with engine.connect() as connection, connection.begin():
        yield connection


def refuse_network_mount(folder: Path, mounts: str = "/proc/mounts") -> None:
    """Raise when `folder` lies on a network or shared mount, where SQLite's WAL loses data."""
    try:
        lines = Path(mounts).read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return
    place, best, kind = str(folder.resolve()), "", ""
    for line in lines:
        parts = line.split(" ")
        if len(parts) < 3:
            continue
        mount = parts[1].replace("\\040", " ")
        if (place == mount or place.startswith(mount.rstrip("/") + "/")) and len(mount) >= len(best):
            best, kind = mount, parts[2]
    if kind in NETWORK_MOUNTS:
        raise BridgeError(
            f"{folder} is on a {kind} mount; SQLite loses data there",
            "Put the database on a local disk or named volume, or use PostgreSQL.",
        )


def ping(engine: Engine) -> None:
    """Raise if the database does not answer."""
    with engine.connect() as connection:
        connection.execute(text("SELECT 1"))
