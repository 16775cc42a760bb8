"""One backfill by one process and by several: throughput side by side, and whether each lead was decided and delivered once."""

from __future__ import annotations

import resource
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import func, select

from benchmarks.figures import Figure, Result
from benchmarks.installation import MovableClock, configure, make_home, open_app
from bridge import backfill as backfilling
from bridge.app import App
from bridge.backfill import Request, backfill
from bridge.cli import sandbox_process
from bridge.cycle import holding_lease
from bridge.pipeline import Step, Workplan
from bridge.stages.context import Context
from bridge.staging.database import reading
from bridge.staging.schema import delivery, lead

ALONE, TOGETHER = 0, 4
"""Processes that clean and reconcile beside the one that leads."""


@dataclass(frozen=True, slots=True)
class Backfilled:
    """What came of one backfill; `twice` counts leads with more than one finished hand-over to one Salesforce object."""

    leads: int
    decisions: int
    delivered: int
    twice: int
    seconds: float
    cpu: float
    deciding: float


def measure(size: int) -> Result:
    """`size` contacts of the big world, read, decided and handed over by one process, then anew by a leader with four others."""
    alone, together = backfilled(size, ALONE), backfilled(size, TOGETHER)
    rows = [("one worker", alone), (f"{TOGETHER} workers", together)]
    figures = [Figure(f"leads, {name}", f"{one.leads:,}") for name, one in rows]
    figures += [Figure(f"decisions kept, {name}", f"{one.decisions:,}") for name, one in rows]
    figures += [Figure(f"leads delivered to Salesforce, {name}", f"{one.delivered:,}") for name, one in rows]
    figures += [Figure(f"of them more than once, {name}", str(one.twice), "0") for name, one in rows]
    figures += [Figure(f"contacts a second, {name}", f"{size / one.seconds:,.0f}") for name, one in rows]
    figures += [Figure(f"leads decided a second, {name}", f"{one.decisions / one.deciding:,.0f}") for name, one in rows]
    figures += [Figure(f"processor time, leader and workers, {name}", f"{one.cpu:,.0f} s") for name, one in rows]
    return Result(
        "shared",
        f"python -m benchmarks shared --size {size}",
        f"A backfill of {size:,} contacts of the big world against a sandbox without limits in its own process: by one process, and by a leader "
        f"with {TOGETHER} processes that clean and reconcile for it.",
        figures,
    )


def backfilled(size: int, workers: int) -> Backfilled:
    """One backfill of a fresh installation with so many processes beside the leader."""
    with tempfile.TemporaryDirectory(prefix="leadbridge-bench-") as folder:
        state = Path(folder) / "sandbox.json"
        options = ("--size", str(size), "--light", "--no-limits", "--idle", "60")
        sandbox = sandbox_process.start(state, Path(folder) / "sandbox.log", "big", 7, options)
        try:
            home = make_home(Path(folder) / "home", sandbox.environment)
            configure(home.path, "bridge", {"batches": {"workers": workers}})
            app = open_app(home, sandbox.state, MovableClock())
            began, cpu = time.perf_counter(), _cpu()
            deciding: dict[str, float] = {}
            with holding_lease(app) as lease, app.run("backfill", lease=lease) as context:
                with timed_decide(deciding):
                    backfill(app, context, app.workplan(), Request(everything=True), send=True)
                decisions = context.counts.get("decided", 0)
            seconds = time.perf_counter() - began
            leads, delivered, twice = _delivered(app)
            app.engine.dispose()
            return Backfilled(leads, decisions, delivered, twice, seconds, _cpu() - cpu, deciding["decide"])
        finally:
            sandbox_process.stop(state)


@contextmanager
def timed_decide(seconds: dict[str, float]) -> Iterator[None]:
    """While this lasts, the step `decide` of a backfill adds its seconds to `seconds`."""
    usual = backfilling.AFTER_READING

    def watched(name: str, step: Step) -> tuple[str, Step]:
        def run(context: Context, plan: Workplan) -> None:
            began = time.perf_counter()
            step(context, plan)
            seconds[name] = seconds.get(name, 0.0) + time.perf_counter() - began

        return name, run

    backfilling.AFTER_READING = tuple(watched(name, step) for name, step in usual)
    try:
        yield
    finally:
        backfilling.AFTER_READING = usual


def _delivered(app: App) -> tuple[int, int, int]:
    """Leads, those that reached Salesforce, and those of them that did so more than once."""
    done = (
        select(delivery.c.lead_id, func.count().label("times"))
        .where(delivery.c.operation == "upsert", delivery.c.state.in_(("sent", "verified", "differs")))
        .group_by(delivery.c.lead_id, delivery.c.target)
        .subquery()
    )
    with reading(app.engine) as connection:
        leads = connection.execute(select(func.count()).select_from(lead)).scalar_one()
        delivered = connection.execute(select(func.count()).select_from(done)).scalar_one()
        twice = connection.execute(select(func.count()).select_from(done).where(done.c.times > 1)).scalar_one()
    return leads, delivered, twice


def _cpu() -> float:
    """Seconds of this process and of its children that have ended (the sandbox goes on, and is not among them)."""
    kinds = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    return sum(used.ru_utime + used.ru_stime for used in map(resource.getrusage, kinds))
