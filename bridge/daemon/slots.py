"""When a job is due. A slot is an instant that every machine computes alike, so that one row in the database decides who runs it. Pure.

An interval's slots are the multiples of the interval since 1970, UTC. A cron job's slots are times on the wall of the schedule's zone: in the
night of autumn in which 02:30 comes twice only the first counts, and 02:30 in the night of spring in which it does not come is the instant an
hour after 01:30. Two times on the wall that are one instant are one slot.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from apscheduler.triggers.cron import CronTrigger

from bridge.settings.schedule import Job

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
SHIFT = timedelta(hours=3)  # no zone puts its clocks on or back by more
LOOK_BACKS = (timedelta(hours=3), timedelta(days=1), timedelta(days=8), timedelta(days=62), timedelta(days=366 * 8))


def last_slot(job: Job, zone: str, at: datetime) -> datetime | None:
    """The newest slot not after `at` (aware); None for a day that never was, such as 30 February."""
    if job.every is not None:
        return EPOCH + job.every * ((at - EPOCH) // job.every)
    wall = _wall(at, zone)
    for look_back in LOOK_BACKS:
        times = _times_on_the_wall(str(job.cron), wall - look_back, wall + SHIFT)
        passed = [slot for time in times if (slot := _instant(time, zone)) <= at]
        if passed:
            return max(passed)
    return None


def next_slot(job: Job, zone: str, after: datetime) -> datetime | None:
    """The first slot later than `after` (aware); None when there is none within eight years."""
    if job.every is not None:
        return EPOCH + job.every * ((after - EPOCH) // job.every + 1)
    wall = _wall(after, zone)
    found: list[datetime] = []
    until = wall + LOOK_BACKS[-1]
    for time in _times_on_the_wall(str(job.cron), wall - SHIFT, until):
        if time > until:
            break
        slot = _instant(time, zone)
        if slot > after:
            until = min(
                until, time + SHIFT
            )  # when clocks are put on, a later time on the wall can be the earlier instant
            found.append(slot)
    return min(found, default=None)


def slots_back(job: Job, zone: str, at: datetime, count: int) -> datetime | None:
    """The slot `count` before the newest one at `at`; None when there are not so many."""
    slot = last_slot(job, zone, at)
    for _ in range(count):
        if slot is None:
            return None
        slot = last_slot(job, zone, slot - timedelta(milliseconds=1))
    return slot


def _wall(at: datetime, zone: str) -> datetime:
    """The time on the wall there, written as if it were UTC: a time line without gaps to search cron's times on."""
    return at.astimezone(ZoneInfo(zone)).replace(tzinfo=UTC)


def _instant(wall: datetime, zone: str) -> datetime:
    return wall.replace(tzinfo=ZoneInfo(zone), fold=0).astimezone(UTC)


@lru_cache(maxsize=32)
def _trigger(cron: str) -> CronTrigger:
    return CronTrigger.from_crontab(cron, timezone=UTC)


def _times_on_the_wall(cron: str, start: datetime, until: datetime) -> Iterator[datetime]:
    trigger = _trigger(cron)
    time = trigger.get_next_fire_time(None, start)
    while time is not None and time <= until:
        yield time
        time = trigger.get_next_fire_time(time, time)
