"""A cycle without changes in a warmed process: how many calls and how much processor time it costs."""

from __future__ import annotations

import tempfile
import time
from datetime import timedelta
from pathlib import Path

from benchmarks.figures import Figure, Result
from benchmarks.installation import MovableClock, make_home, open_app
from bridge.app import App
from bridge.cli import sandbox_process
from bridge.cli.sandbox_process import RunningSandbox
from bridge.cycle import cycle

LATER = timedelta(minutes=30)
"""Beyond the look-back, so that nothing is read again."""
WARM_UP = 3


def measure(size: int) -> Result:
    """The demo world with `size` contacts, taken in, handed over and read back before."""
    with tempfile.TemporaryDirectory(prefix="leadbridge-bench-") as folder:
        state = Path(folder) / "sandbox.json"
        sandbox = sandbox_process.start(
            state, Path(folder) / "sandbox.log", "demo", 7, ("--size", str(size), "--no-limits", "--idle", "30")
        )
        try:
            clock = MovableClock()
            app = open_app(make_home(Path(folder) / "home", sandbox.environment), sandbox.state, clock)
            for _ in range(WARM_UP):
                cycle(app)
                _later(sandbox, clock)
            calls, cpu, written = _quiet(app, sandbox)
            app.engine.dispose()
        finally:
            sandbox_process.stop(state)
    return Result(
        "quiet",
        f"python -m benchmarks quiet --size {size}",
        f"The demo world with {size:,} contacts after {WARM_UP} cycles, half an hour later, the same process: nothing has changed.",
        [
            Figure("HTTP calls, both systems", f"{sum(calls.values())}", "≤ 8"),
            Figure("processor time", f"{cpu:.2f} s", "≤ 0.5 s"),
            Figure("records written", f"{written}", "0"),
            *(Figure(f"calls: {name}", str(number)) for name, number in sorted(calls.items())),
        ],
    )


def _later(sandbox: RunningSandbox, clock: MovableClock) -> None:
    clock.ahead += LATER
    sandbox.advance(LATER.total_seconds())


def _quiet(app: App, sandbox: RunningSandbox) -> tuple[dict[str, int], float, int]:
    before, writes = by_purpose(app), int(sandbox.act("world", "writes"))
    cpu = time.process_time()
    cycle(app)
    cpu = time.process_time() - cpu
    return difference(before, by_purpose(app)), cpu, int(sandbox.act("world", "writes")) - writes


def by_purpose(app: App) -> dict[str, int]:
    """Calls so far of both systems, by what they were for."""
    usages = (("HubSpot", app.hubspot.usage), ("Salesforce", app.salesforce.usage))
    return {f"{system} {name}": number for system, usage in usages for name, number in usage.by_purpose.items()}


def difference(before: dict[str, int], after: dict[str, int]) -> dict[str, int]:
    """What was added."""
    return {name: number - before.get(name, 0) for name, number in after.items() if number > before.get(name, 0)}
