"""An installation in a folder of its own, daemons as real processes, and a clock that tests put on."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import orjson
import pytest
from sqlalchemy import Engine

from bridge.app import App
from bridge.installation.home import Home
from bridge.installation.starter import copy_starter
from bridge.staging.database import open_engine
from bridge.staging.migrate import migrate

STUB = Path(__file__).parent / "stub_daemon.py"


@dataclass
class HandClock:
    """Time that stands until it is put on."""

    now: datetime = datetime(2026, 11, 22, 12, 0, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **given: float) -> None:
        self.now += timedelta(**given)


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """The starter files, and a folder for secrets."""
    folder = tmp_path / "home"
    copy_starter(folder)
    (folder / "secrets").mkdir()
    return Home(folder)


@pytest.fixture
def app(home: Home, engine: Engine, clock: HandClock) -> App:
    """The installation opened on each database in turn, by a clock that stands."""
    made = App(home, clock, "us")
    made.engine = engine
    return made


@dataclass
class Process:
    """A daemon that runs."""

    popen: subprocess.Popen[bytes]
    log: Path
    record: Path

    def lines(self) -> list[dict[str, object]]:
        """Its log so far."""
        return [orjson.loads(line) for line in self.log.read_bytes().splitlines()]

    def events(self, name: str) -> list[dict[str, object]]:
        return [line for line in self.lines() if line["event"] == name]

    def ran(self) -> list[str]:
        """What its jobs wrote down."""
        return self.record.read_text().splitlines() if self.record.exists() else []

    def end(self, how: signal.Signals = signal.SIGTERM, seconds: float = 10) -> int:
        self.popen.send_signal(how)
        return self.popen.wait(seconds)


@dataclass
class Starter:
    """Starts daemons on one home and database; those still there at the end are killed."""

    home: Home
    folder: Path
    started: list[Process] = field(default_factory=list)

    def __call__(self, *arguments: str, environment: dict[str, str] | None = None) -> Process:
        number = len(self.started)
        log, record = self.folder / f"daemon{number}.log", self.folder / f"daemon{number}.ran"
        with log.open("wb") as out:
            popen = subprocess.Popen(
                [sys.executable, str(STUB), str(self.home.path), str(record), *arguments],
                stdout=out,
                stderr=out,
                env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2]), **(environment or {})},
            )
        made = Process(popen, log, record)
        self.started.append(made)
        return made


@pytest.fixture
def daemon(home: Home, tmp_path: Path) -> Iterator[Starter]:
    starter = Starter(home, tmp_path)
    yield starter
    for one in starter.started:
        if one.popen.poll() is None:
            one.popen.kill()
            one.popen.wait()


@pytest.fixture
def shared(home: Home, database_url: str) -> Iterator[Engine]:
    """A migrated database of each kind in turn, which the daemons of `home` use too."""
    (home.secrets / "leadbridge_database_url").write_text(database_url)
    made = open_engine(database_url)
    migrate(made)
    yield made
    made.dispose()


def wait_for(what: Callable[[], bool], seconds: float = 60) -> None:
    """Return as soon as it is so."""
    until = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < until, "it never came to that"
        time.sleep(0.05)


@pytest.fixture(name="wait_for")
def _wait_for() -> Callable[..., None]:
    return wait_for
