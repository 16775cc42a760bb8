"""How long somebody who comes in takes from HubSpot to Salesforce, without and with a backfill beside: both from one run, on the wall's clock."""

from __future__ import annotations

import random
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.figures import Figure, Result
from benchmarks.installation import MovableClock, configure, make_home, open_app
from bridge.app import App
from bridge.cli import sandbox_process
from bridge.cli.sandbox_process import RunningSandbox
from bridge.errors import REMOTE
from bridge.installation.home import Home
from bridge.staging import records
from bridge.staging.database import writing

BIG = 10_000
"""A backfill of so many contacts and more is measured with a cycle a minute, a smaller one in small: with the shortest pause there is."""
USUAL, SHORT = (60, 8), (10, 1)
"""Seconds between two cycles, and cycles that are waited for without a backfill."""
LONGEST_CYCLE = 120
"""Seconds that the backfill waits for the daemon's cycle."""
ARRIVALS = 12
"""People who come in between two cycles."""


@dataclass
class Arrivals:
    """People of firms of their own who come into HubSpot one after the other, and when."""

    sandbox: RunningSandbox
    pause: float
    at: dict[str, datetime] = field(default_factory=dict)

    @contextmanager
    def coming(self) -> Iterator[None]:
        """They come as long as this lasts."""
        ended = threading.Event()

        def come() -> None:
            while not ended.wait(self.pause):
                number = len(self.at)
                email = f"ada{number}@livewerk{number}.de"
                self.sandbox.act("hubspot", "create", kind="contacts", properties=_person(number, email))
                self.at[email] = datetime.now(UTC)

        thread = threading.Thread(target=come, name="arrivals")
        thread.start()
        try:
            yield
        finally:
            ended.set()
            thread.join()


def _person(number: int, email: str) -> dict[str, str]:
    return {
        "firstname": "Ada", "lastname": f"Livewerk{number}", "email": email, "company": f"Livewerk {number}", "country": "Germany",
        "jobtitle": "Director of Operations", "budget_range": "25k_100k", "purchase_timeframe": "1_3_months",
        "need_description": "Orders typed twice",
    }  # fmt: skip


def measure(size: int) -> Result:
    """A daemon at work; then a backfill of `size` contacts of the big world beside it."""
    every, rounds = USUAL if size >= BIG else SHORT
    with tempfile.TemporaryDirectory(prefix="leadbridge-bench-") as folder:
        state = Path(folder) / "sandbox.json"
        options = ("--size", str(size), "--light", "--no-limits", "--idle", "60")
        sandbox = sandbox_process.start(state, Path(folder) / "sandbox.log", "big", 7, options)
        try:
            home = make_home(Path(folder) / "home", sandbox.environment)
            configure(home.path, "schedule", {"jobs": {"sync": {"every": f"{every}s"}}})
            app = open_app(home, sandbox.state, MovableClock())
            with writing(app.engine) as connection:  # an installation that reads what changes from now on
                position = app.hubspot.position_at(datetime.now(UTC))
                records.move(connection, "hubspot", "contact", position, datetime.now(UTC))
            without, beside, seconds = _both(home, sandbox, every, rounds)
            waited = [_waited(app, one) for one in (without, beside)]
            app.engine.dispose()
        finally:
            sandbox_process.stop(state)
    return Result(
        "live",
        f"python -m benchmarks live --size {size}",
        f"A daemon with a cycle every {every} s and people who come into HubSpot; then the same beside a backfill of {size:,} contacts. "
        "Seconds from HubSpot to Salesforce.",
        _figures(waited[0], waited[1], len(without) + len(beside), seconds),
    )


def _both(
    home: Home, sandbox: RunningSandbox, every: int, rounds: int
) -> tuple[dict[str, datetime], dict[str, datetime], float]:
    """Who came in when: without and with the backfill; and how long the backfill took."""
    chance = random.Random(7)
    arrivals = Arrivals(sandbox, every / ARRIVALS * (0.9 + 0.2 * chance.random()))
    daemon = subprocess.Popen(_command("daemon", "--port", "0", home=home), stderr=subprocess.DEVNULL)
    try:
        with arrivals.coming():
            time.sleep(every * rounds)  # the daemon works alone for so many cycles: that is what is measured first
            without, began = dict(arrivals.at), time.perf_counter()
            _backfill(home)
            seconds = time.perf_counter() - began
            beside = {email: at for email, at in arrivals.at.items() if email not in without}
        time.sleep(2 * every + 15)  # HubSpot's search may show whoever came last only after the next cycle has read it
    finally:
        daemon.terminate()
        daemon.wait()
    return without, beside, seconds


def _backfill(home: Home) -> None:
    """As soon as the daemon's cycle, should one be at work, has ended."""
    for _ in range(LONGEST_CYCLE):
        done = subprocess.run(
            _command("backfill", "--all", "--send", "--json", home=home), check=False, capture_output=True, text=True
        )
        if done.returncode != REMOTE or "another worker" not in done.stderr:
            break
        time.sleep(1)
    if done.returncode:
        raise RuntimeError(f"the backfill ended with {done.returncode}: {done.stderr}")


def _command(*words: str, home: Home) -> list[str]:
    return [sys.executable, "-m", "bridge", *words, "--home", str(home.path)]


def _waited(app: App, came: Mapping[str, datetime]) -> list[float]:
    """Seconds from coming in to being in Salesforce, shortest first, of those who are there. Salesforce tells whole seconds."""
    rows = app.salesforce.query("SELECT Email, CreatedDate FROM Lead WHERE Email IN {}", list(came)) if came else []
    made = {str(row["Email"]): datetime.fromisoformat(str(row["CreatedDate"])) for row in rows}
    return sorted((at - came[email]).total_seconds() for email, at in made.items())


def _figures(without: Sequence[float], beside: Sequence[float], came: int, seconds: float) -> list[Figure]:
    figures = [Figure("people who came in and are in Salesforce", f"{len(without) + len(beside)} of {came}")]
    for name, waited in (("without a backfill", without), ("beside a backfill", beside)):
        figures.append(Figure(f"half of them within, {name}", f"{_share(waited, 0.5):.0f} s ({len(waited)} people)"))
        figures.append(Figure(f"95 of 100 within, {name}", f"{_share(waited, 0.95):.0f} s"))
    before, after = _share(without, 0.95), _share(beside, 0.95)
    figures.append(Figure("95 of 100, difference", f"{(after - before) / before:+.0%}" if before else "0", "< 20 %"))
    return [*figures, Figure("the backfill took", f"{seconds:,.0f} s")]


def _share(waited: Sequence[float], share: float) -> float:
    return waited[min(len(waited) - 1, int(len(waited) * share))] if waited else 0.0
