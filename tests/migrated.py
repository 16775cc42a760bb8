"""A SQLite database of the newest schema, as the scripts leave it: they run once in a tester, and every test begins with a copy of its own."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from functools import cache
from pathlib import Path

from bridge.staging.database import open_engine
from bridge.staging.migrate import migrate


def put_migrated(path: Path) -> None:
    """A migrated database that holds nothing, where there was none."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600, exist_ok=False)
    shutil.copyfile(_once(), path)


@cache
def _once() -> Path:
    folder = tempfile.mkdtemp(prefix="leadbridge-migrated-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    made = Path(folder) / "migrated.sqlite"
    engine = open_engine(f"sqlite:///{made}")
    migrate(engine)
    engine.dispose()
    return made
