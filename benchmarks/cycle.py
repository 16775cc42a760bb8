"""A full cycle of new leads against a sandbox in its own process, beside the time the same calls need at HubSpot's limits alone."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

from benchmarks.figures import Figure, Result
from benchmarks.installation import MovableClock, make_home, open_app
from bridge.cli import sandbox_process
from bridge.cycle import CYCLE, cycle
from bridge.pipeline import Step, Workplan
from bridge.stages.context import Context

PER_SECOND = 19.0
"""190 calls per 10 seconds: HubSpot's limit of a private app from Professional on."""
SEARCHES_PER_SECOND = 5.0
SEARCH = "search"


def measure(size: int) -> Result:
    """`size` new contacts (the big world: with companies and accounts, half of it known to Sales)."""
    with tempfile.TemporaryDirectory(prefix="leadbridge-bench-") as folder:
        state = Path(folder) / "sandbox.json"
        sandbox = sandbox_process.start(
            state, Path(folder) / "sandbox.log", "big", 7, ("--size", str(size), "--light", "--idle", "30")
        )
        try:
            home = make_home(Path(folder) / "home", sandbox.environment)
            app = open_app(home, sandbox.state, MovableClock())
            before = dict(app.hubspot.usage.by_purpose)
            seconds: dict[str, float] = {}
            cpu = time.process_time()
            report = cycle(app, steps=timed(seconds))
            cpu = time.process_time() - cpu
            calls = {name: number - before.get(name, 0) for name, number in app.hubspot.usage.by_purpose.items()}
            waited = app.hubspot.usage.seconds_waited
            app.engine.dispose()
        finally:
            sandbox_process.stop(state)
    if report.stopped_by:
        raise SystemExit(f"the cycle was stopped by {report.stopped_by}")
    return Result(
        "cycle",
        f"python -m benchmarks cycle --size {size}",
        f"One cycle of {size:,} new contacts with their companies, from an empty staging database to every answer written back, over sockets "
        "against a sandbox that holds HubSpot's limits. The floor is what HubSpot's limits alone make it last.",
        _figures(size, report.seconds, cpu, calls, waited, seconds),
    )


def timed(seconds: dict[str, float]) -> tuple[tuple[str, Step], ...]:
    """The steps of a cycle, each keeping its seconds in `seconds`."""

    def watched(name: str, step: Step) -> Step:
        def run(context: Context, plan: Workplan) -> None:
            started = time.perf_counter()
            step(context, plan)
            seconds[name] = time.perf_counter() - started

        return run

    return tuple((name, watched(name, step)) for name, step in CYCLE)


def _figures(
    size: int, wall: float, cpu: float, calls: dict[str, int], waited: float, seconds: dict[str, float]
) -> list[Figure]:
    total, searches = sum(calls.values()), sum(number for name, number in calls.items() if SEARCH in name)
    floor = total / PER_SECOND
    real = searches / SEARCHES_PER_SECOND + (total - searches) / PER_SECOND
    return [
        Figure("the cycle", f"{wall:,.0f} s, {size / wall:,.0f} contacts a second"),
        Figure("floor: its HubSpot calls at 190 per 10 s", f"{floor:,.0f} s ({total:,} calls)"),
        Figure("floor with searches at 5 a second", f"{real:,.0f} s ({searches:,} searches)"),
        Figure(
            "the cycle is so many times its floor",
            f"{wall / floor:.1f} (with searches at 5 a second: {wall / real:.1f})",
        ),
        Figure("processor time of the leading process", f"{cpu:,.0f} s"),
        Figure("waited for HubSpot's limits", f"{waited:,.0f} s"),
        *(Figure(f"step: {name}", f"{took:,.1f} s") for name, took in seconds.items()),
    ]
