"""Signs of life: what the daemon's threads say about themselves, and what follows for the probes. The judging is pure; clocks are passed in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bridge.daemon.slots import slots_back
from bridge.frozen import frozen
from bridge.settings.schedule import Job, Schedule

SILENT_SECONDS = 60.0
"""A thread that has not spoken for so long is dead or stuck."""
INTERVALS_WITHOUT_SUCCESS = 3


@frozen
class Running:
    """A job at work; `since` is monotonic seconds."""

    job: str
    since: float


@dataclass(slots=True)
class Signs:
    """Each field has one writer. Times ending in `_beat` are monotonic seconds, the others UTC."""

    started_at: datetime
    clock_beat: float
    pulse_beat: float
    database_beat: float | None = None
    worker_alive: bool = True
    last_success: datetime | None = None
    running: Running | None = None
    stopping: bool = False


def sick(signs: Signs, beat: float, awake_since: float = float("-inf")) -> list[str]:
    """Why this process is not healthy; empty when it is. What is wrong outside it (database, HubSpot, Salesforce) does not count."""
    reasons = []
    if beat - max(signs.clock_beat, awake_since) > SILENT_SECONDS:
        reasons.append(f"the clock has not ticked for {beat - signs.clock_beat:.0f} s")
    if not signs.worker_alive:
        reasons.append("the worker's thread has died")
    return reasons


def unready(signs: Signs, schedule: Schedule, deadline: float, now: datetime, beat: float) -> list[str]:
    """Why nobody should count on this process's work; empty when one can.

    Not healthy, stopping, no answer from the database, a job longer than `deadline` seconds, or three intervals of `sync` in which nobody's ended
    well.
    """
    reasons = sick(signs, beat)
    if signs.stopping:
        reasons.append("it is stopping")
    if signs.database_beat is None:
        reasons.append("the database has not answered yet")
    elif beat - signs.database_beat > SILENT_SECONDS / 2:
        reasons.append(f"the database has not answered for {beat - signs.database_beat:.0f} s")
    running = signs.running
    if running is not None and beat - running.since > deadline:
        reasons.append(f"{running.job} has been running for {beat - running.since:.0f} s; {deadline:.0f} s are allowed")
    if late := _no_success(signs, schedule, now):
        reasons.append(late)
    return reasons


def _no_success(signs: Signs, schedule: Schedule, now: datetime) -> str:
    job = schedule.jobs.get("sync")
    if job is None:
        return ""
    oldest = _oldest_good(job, schedule.time_zone, now)
    newest = max(signs.last_success or signs.started_at, signs.started_at)  # one that has just started gets its time
    if oldest is None or newest >= oldest:
        return ""
    last = f"the last was {signs.last_success:%Y-%m-%d %H:%M:%S} UTC" if signs.last_success else "there was none yet"
    return f"no sync has ended well within three intervals; {last}"


def _oldest_good(job: Job, zone: str, now: datetime) -> datetime | None:
    """A success older than this is too old. Cron's intervals differ, nights and weekends among them, so its slots are counted."""
    if job.every is not None:
        return now - job.every * INTERVALS_WITHOUT_SUCCESS
    return slots_back(job, zone, now, INTERVALS_WITHOUT_SUCCESS)
