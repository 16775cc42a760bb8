"""The embedded database under pressure: many writers, a full disk, a network mount."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from full_size import FULL, full
from sqlalchemy import Engine, text
from sqlalchemy.exc import OperationalError
from staged import NOW, contact, take

from bridge.errors import BridgeError
from bridge.staging import records
from bridge.staging.database import open_engine, reading, refuse_network_mount, writing
from bridge.staging.migrate import migrate

WRITER = """
import sys, time
from datetime import UTC, datetime
from bridge.staging import records
from bridge.staging.database import open_engine, writing

engine = open_engine(sys.argv[1])
now = datetime(2026, 11, 22, tzinfo=UTC)
waits = []
for _ in range(int(sys.argv[2])):
    began = time.perf_counter()
    with writing(engine) as connection:
        position = records.position(connection, "hubspot", "contact") or {"n": 0}
        records.move(connection, "hubspot", "contact", {"n": position["n"] + 1}, now)
    waits.append(time.perf_counter() - began)
print(f"{sorted(waits)[int(len(waits) * 0.99)] * 1000:.0f} ms")
"""


@pytest.fixture
def sqlite(tmp_path: Path) -> Engine:
    engine = open_engine(f"sqlite:///{tmp_path / 'staging.sqlite'}")
    migrate(engine)
    return engine


@pytest.mark.timeout(1200 if FULL else 180)
def test_four_processes_read_and_write_without_losing_one(sqlite: Engine) -> None:
    """None is told that the database is locked. Each says what 99 of 100 of its transactions took at most."""
    times = full(150, 10_000)
    command = [sys.executable, "-c", WRITER, str(sqlite.url).replace("sqlite+pysqlite", "sqlite"), str(times)]
    writers = [subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for _ in range(4)]
    said = [writer.communicate(timeout=1200) for writer in writers]
    assert [writer.returncode for writer in writers] == [0] * 4, said
    print("99 of 100 within", *(out.strip() for out, _ in said))
    with reading(sqlite) as connection:
        assert records.position(connection, "hubspot", "contact") == {"n": 4 * times}


def test_a_full_disk_keeps_the_cursor_where_it_was(sqlite: Engine) -> None:
    with writing(sqlite) as connection:
        take(connection, contact("1"))
        records.move(connection, "hubspot", "contact", {"at": 1}, NOW)
    with sqlite.connect() as connection:
        pages = connection.execute(text("PRAGMA page_count")).scalar_one()
        connection.execute(text(f"PRAGMA max_page_count={pages + 4}"))

    def page() -> None:
        with writing(sqlite) as connection:
            records.move(connection, "hubspot", "contact", {"at": 2}, NOW)
            take(connection, *(contact(str(number), note="x" * 4000) for number in range(2, 40)))

    with pytest.raises(OperationalError, match="full"):
        page()
    with reading(sqlite) as connection:
        assert records.position(connection, "hubspot", "contact") == {"at": 1}
        assert records.count(connection, "hubspot", "contact") == 1
    with sqlite.connect() as connection:
        connection.execute(text("PRAGMA max_page_count=1000000"))
    with writing(sqlite) as connection:
        assert take(connection, contact("2")) == 1


@pytest.mark.parametrize(("kind", "refused"), [("nfs4", True), ("cifs", True), ("virtiofs", True), ("ext4", False)])
def test_a_network_mount_is_refused(tmp_path: Path, kind: str, refused: bool) -> None:
    mounts = tmp_path / "mounts"
    mounts.write_text(f"rootfs / ext4 rw 0 0\nshare {tmp_path} {kind} rw 0 0\n")
    if refused:
        with pytest.raises(BridgeError, match="loses data"):
            refuse_network_mount(tmp_path, str(mounts))
    else:
        refuse_network_mount(tmp_path, str(mounts))


def test_only_the_owner_may_read_the_file(sqlite: Engine) -> None:
    assert Path(str(sqlite.url.database)).stat().st_mode & 0o077 == 0
