"""APScheduler, in memory, as a clock: at each slot it says the job's name. It stores nothing and decides nothing."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime

from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.base import BaseTrigger
from apscheduler.triggers.interval import IntervalTrigger

from bridge.daemon.signs import Signs
from bridge.daemon.slots import next_slot
from bridge.settings.schedule import Job, Schedule

BEAT_SECONDS = 5


class SlotTrigger(BaseTrigger):  # type: ignore[misc] # the library has no types
    """Fires at a job's slots; those that passed meanwhile are one."""

    def __init__(self, job: Job, zone: str) -> None:
        self._job, self._zone = job, zone

    def get_next_fire_time(self, previous_fire_time: datetime | None, now: datetime) -> datetime | None:
        """The first slot after now."""
        return next_slot(self._job, self._zone, max(previous_fire_time or now, now))


class Clock:
    """Calls `due(job)` at each slot of the schedule."""

    def __init__(self, schedule: Schedule, due: Callable[[str], None], signs: Signs) -> None:
        self._signs = signs
        self._scheduler = BackgroundScheduler(
            timezone=UTC,
            job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1},
            daemon=True,
        )
        for name, job in schedule.jobs.items():
            self._scheduler.add_job(due, SlotTrigger(job, schedule.time_zone), args=[name], id=name)
        self._scheduler.add_job(self._beat, IntervalTrigger(seconds=BEAT_SECONDS, timezone=UTC), id="beat")

    def start(self) -> None:
        self._scheduler.start()

    def stop(self) -> None:
        """No tick comes after this."""
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)

    def _beat(self) -> None:
        self._signs.clock_beat = time.monotonic()
