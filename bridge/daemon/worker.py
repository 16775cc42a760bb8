"""Runs what is due, one job at a time, in a thread of its own. A row in the database decides which of several workers runs a slot.

The slot is taken when the work begins, not when the clock ticks: whatever waited meanwhile runs once, for its newest slot.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import datetime, timedelta

from sqlalchemy.exc import SQLAlchemyError

from bridge.app import App
from bridge.daemon.jobs import Job, Outcome, OutcomeName, run_job
from bridge.daemon.logs import logger
from bridge.daemon.signs import Running, Signs
from bridge.daemon.slots import last_slot
from bridge.settings.schedule import Schedule
from bridge.staging import runs
from bridge.staging.database import reading, writing
from bridge.staging.outages import in_the_log

RETRY_SECONDS = 10.0
BUSY_SECONDS = 30.0
"""How long a job waits that found another worker at work."""
LATE = timedelta(minutes=5)
"""A job with `catch_up: skip` that could not begin within this time is left for its next slot."""

UNDONE = ("busy", "stopped")
LEVELS = {
    "done": "info", "needs_person": "info", "stopped": "info", "busy": "info", "remote_down": "warning", "brake": "error",
    "configuration": "error", "failed": "error",
}  # fmt: skip

Ran = Callable[[str, Outcome, datetime, float], None]


class Worker:
    """Jobs that are due, and the thread that runs them. `ran(job, outcome, started_at, seconds)` is told of each."""

    def __init__(self, app: App, schedule: Schedule, jobs: Mapping[str, Job], signs: Signs, ran: Ran) -> None:
        self._app, self._schedule, self._jobs, self._signs, self._ran = app, schedule, jobs, signs, ran
        self._due: dict[str, bool] = {}
        self._changed = threading.Condition()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._work, name="worker", daemon=True)

    def start(self) -> None:
        """Begin with what was missed while no daemon ran."""
        for name in self._schedule.jobs:
            self.due(name, missed=True)
        self._thread.start()

    def due(self, name: str, missed: bool = False) -> None:
        """This job's slot has come (`missed`: it may have come and gone while nobody was there)."""
        with self._changed:
            self._due[name] = self._due.get(name, True) and missed
            self._changed.notify()

    def stop(self, seconds: float) -> bool:
        """Take no slot any more, tell the running job to stop, wait for it. False when it did not end in time."""
        self._stopping.set()
        with self._changed:
            self._changed.notify()
        if self._thread.ident is not None:
            self._thread.join(seconds)
        return not self._thread.is_alive()

    def _work(self) -> None:
        try:
            while (one := self._next()) is not None:
                self._attempt(*one)
        finally:
            self._signs.worker_alive = self._stopping.is_set()

    def _next(self) -> tuple[str, bool] | None:
        with self._changed:
            while not self._due and not self._stopping.is_set():
                self._changed.wait()
            if self._stopping.is_set():
                return None
            name = next(name for name in self._jobs if name in self._due)
            return name, self._due.pop(name)

    def _attempt(self, name: str, missed: bool) -> None:
        """Run it if the slot is ours; a database that does not answer puts it off, it is not forgotten.

        The watchdog counts from here: asking for the slot can hang as well as the job.
        """
        self._signs.running, wait = Running(name, time.monotonic()), 0.0
        try:
            slot = self.take(name, missed)
            if slot is not None and self._run(name, slot) == "busy":
                wait = BUSY_SECONDS
        except SQLAlchemyError as problem:
            logger().error("database_down", job=name, **in_the_log(problem))
            wait = RETRY_SECONDS
        finally:
            self._signs.running = None
        if wait:
            self.due(name, missed)
            self._stopping.wait(wait)

    def take(self, name: str, missed: bool) -> datetime | None:
        """The slot of this job that is ours to run now, taken in the database; None when there is none or somebody else has it."""
        job, now = self._schedule.jobs[name], self._app.clock()  # type: ignore[index] # names come from this very schedule
        slot = last_slot(job, self._schedule.time_zone, now)
        if slot is None or (job.catch_up == "skip" and (missed or now - slot > LATE)):
            return None
        if missed and job.cron is not None and not self._ever_ran(name):
            return None
        with writing(self._app.engine) as connection:
            runs.forget_to_come(connection, name, now + LATE)
            taken = runs.take_slot(connection, name, slot, self._app.holder, now)
        return slot if taken else None

    def _ever_ran(self, name: str) -> bool:
        """A cron job that was never run was not missed: a new installation waits for its hour."""
        with reading(self._app.engine) as connection:
            return runs.last_slot(connection, name) is not None

    def _run(self, name: str, slot: datetime) -> OutcomeName:
        started_at, beat = self._app.clock(), time.monotonic()
        logger().info("run_started", job=name, slot=slot.isoformat())
        outcome = run_job(self._jobs[name], self._app, self._stopping.is_set)
        seconds = time.monotonic() - beat
        self._end_slot(name, slot, outcome)
        told = {key: value for key, value in asdict(outcome).items() if key != "name" and value}
        report = getattr(logger(), LEVELS[outcome.name])
        report("run_ended", job=name, outcome=outcome.name, seconds=round(seconds, 3), **told)
        self._ran(name, outcome, started_at, seconds)
        return outcome.name

    def _end_slot(self, name: str, slot: datetime, outcome: Outcome) -> None:
        """Close it when the work was done; give it back when it was not begun or not finished, to this worker or another; else let it go."""
        try:
            with writing(self._app.engine) as connection:
                if outcome.well:
                    runs.end_slot(connection, name, slot, self._app.clock())
                elif outcome.name in UNDONE:
                    runs.give_slot_back(connection, name, slot, self._app.holder)
                else:
                    runs.let_slot_go(connection, name, slot, self._app.holder)
        except SQLAlchemyError as problem:
            logger().error("database_down", job=name, **in_the_log(problem))
