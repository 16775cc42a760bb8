"""When a job is due: the same instant on every machine, also in the two nights in which clocks are put on or back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from pydantic import ValidationError

from bridge.daemon.slots import last_slot, next_slot, slots_back
from bridge.settings.schedule import Job


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def job(when: str) -> Job:
    return Job(cron=when) if " " in when else Job(every=when)


LAST = [
    # an interval: multiples since 1970, whatever the zone
    ("5m", "UTC", "2026-11-22T12:07:31", "2026-11-22T12:05"),
    ("5m", "Asia/Kathmandu", "2026-11-22T12:05:00", "2026-11-22T12:05"),
    ("1h", "America/St_Johns", "2026-11-22T12:59:59", "2026-11-22T12:00"),
    ("1d", "Pacific/Kiritimati", "2026-11-22T23:59:59", "2026-11-22T00:00"),
    # cron: the zone's wall
    ("30 1 * * *", "Europe/Berlin", "2026-11-22T00:29:59", "2026-11-21T00:30"),
    ("30 1 * * *", "Europe/Berlin", "2026-11-22T00:30:00", "2026-11-22T00:30"),
    ("30 1 * * *", "Europe/Berlin", "2026-07-01T12:00:00", "2026-06-30T23:30"),
    ("0 3 * * sun", "Europe/Berlin", "2026-11-25T12:00:00", "2026-11-22T02:00"),
    ("0 9 * * mon", "UTC", "2026-11-22T12:00:00", "2026-11-16T09:00"),
    ("0 0 1 jan *", "UTC", "2026-11-22T12:00:00", "2026-01-01T00:00"),
    ("0 0 29 feb *", "UTC", "2026-11-22T12:00:00", "2024-02-29T00:00"),
    ("*/15 8-18 * * mon-fri", "Europe/Berlin", "2026-11-22T12:00:00", "2026-11-20T17:45"),
    # autumn in Berlin, 2026-10-25: 02:30 is 00:30 UTC and again 01:30 UTC; only the first is a slot
    ("30 2 * * *", "Europe/Berlin", "2026-10-25T00:29:00", "2026-10-24T00:30"),
    ("30 2 * * *", "Europe/Berlin", "2026-10-25T00:30:00", "2026-10-25T00:30"),
    ("30 2 * * *", "Europe/Berlin", "2026-10-25T01:29:00", "2026-10-25T00:30"),
    ("30 2 * * *", "Europe/Berlin", "2026-10-25T01:30:00", "2026-10-25T00:30"),
    ("30 2 * * *", "Europe/Berlin", "2026-10-25T02:30:00", "2026-10-25T00:30"),
    # spring in Berlin, 2026-03-29: 02:30 does not come; it is 03:30, which is 01:30 UTC
    ("30 2 * * *", "Europe/Berlin", "2026-03-29T01:29:00", "2026-03-28T01:30"),
    ("30 2 * * *", "Europe/Berlin", "2026-03-29T01:30:00", "2026-03-29T01:30"),
    ("30 2 * * *", "Europe/Berlin", "2026-03-29T23:59:00", "2026-03-29T01:30"),
    # New York, 2026-11-01 and 2026-03-08
    ("30 1 * * *", "America/New_York", "2026-11-01T06:30:00", "2026-11-01T05:30"),
    ("30 2 * * *", "America/New_York", "2026-03-08T07:30:00", "2026-03-08T07:30"),
    # Lord Howe puts its clocks back by half an hour: 01:45 comes twice
    ("45 1 * * *", "Australia/Lord_Howe", "2026-04-04T15:15:00", "2026-04-04T14:45"),
]  # fmt: skip


@pytest.mark.parametrize(("when", "zone", "at", "slot"), LAST)
def test_the_newest_slot(when: str, zone: str, at: str, slot: str) -> None:
    assert last_slot(job(when), zone, utc(at)) == utc(slot)


@pytest.mark.parametrize(("when", "zone", "at", "slot"), LAST)
def test_the_next_slot_of_the_instant_before_a_slot_is_that_slot(when: str, zone: str, at: str, slot: str) -> None:
    assert next_slot(job(when), zone, utc(slot) - timedelta(milliseconds=1)) == utc(slot)


@pytest.mark.parametrize(
    ("when", "zone", "day", "expected"),
    [
        ("30 2 * * *", "Europe/Berlin", "2026-10-25", 1),
        ("30 2 * * *", "Europe/Berlin", "2026-03-29", 1),
        ("30 1 * * *", "America/New_York", "2026-11-01", 1),
        ("30 2 * * *", "America/New_York", "2026-03-08", 1),
        ("0 * * * *", "Europe/Berlin", "2026-10-25", 24),  # 25 hours long, 24 different times on the wall
        ("0 * * * *", "Europe/Berlin", "2026-03-29", 23),  # 23 hours long; 02:00 and 03:00 are one instant
        ("0 * * * *", "UTC", "2026-03-29", 24),
        ("1h", "Europe/Berlin", "2026-10-25", 25),
        ("1h", "Europe/Berlin", "2026-03-29", 23),
    ],
)
def test_slots_of_a_day_on_the_wall(when: str, zone: str, day: str, expected: int) -> None:
    from zoneinfo import ZoneInfo

    start = datetime.fromisoformat(day).replace(tzinfo=ZoneInfo(zone))
    end = (start + timedelta(days=1)).astimezone(UTC)
    slots, at = [], start.astimezone(UTC) - timedelta(milliseconds=1)
    while (slot := next_slot(job(when), zone, at)) is not None and slot < end:
        slots.append(slot)
        at = slot
    assert len(slots) == expected
    assert slots == sorted(set(slots))


@pytest.mark.parametrize("when", ["*/20 * * * *", "7,45 1-3 * * *", "30 2 * * *", "10m"])
@pytest.mark.parametrize("night", ["2026-10-24T22:30", "2026-03-28T23:00"])
def test_both_directions_tell_the_same_slots(when: str, night: str) -> None:
    """Minute by minute through the night: the newest slot changes exactly when the next one comes."""
    at = utc(night)
    for _ in range(5 * 60):
        here, following = last_slot(job(when), "Europe/Berlin", at), next_slot(job(when), "Europe/Berlin", at)
        at += timedelta(minutes=1)
        assert following is not None
        assert last_slot(job(when), "Europe/Berlin", at) == (following if following <= at else here)


def test_a_day_that_never_comes_has_no_slot() -> None:
    never = Job.model_construct(every=None, cron="0 0 30 feb *")  # a file that says so is refused
    assert last_slot(never, "UTC", utc("2026-11-22")) is None
    assert next_slot(never, "UTC", utc("2026-11-22")) is None


@pytest.mark.parametrize(
    "cron",
    [
        "0 18-8 * * *", "*/90 * * * *", "0 0 */40 * *", "10-20/30 * * * *", "0 0 * dec-jan *", "0 0 * 1-jan *", "0 0 * * fri-mon", "0 0 * * *-mon",
        "0 0 * * mon-tue-wed", "0 0 30 2 *", "0 0 31 apr,jun *", "٣ * * * *",
    ],
)  # fmt: skip
def test_a_cron_that_has_no_slots_is_refused_when_it_is_read(cron: str) -> None:
    with pytest.raises(ValidationError):
        job(cron)


@pytest.mark.parametrize(
    "cron",
    [
        "5/10 * * * *",
        "0 0 29 feb *",
        "0 0 31 * *",
        "*/59 * * * *",
        "0,30 8-18/2 1-15 jan-mar,12 MON-FRI,sun",
        "0 0 1 1 *",
        "0 0 * * *,mon",
    ],
)
def test_a_cron_that_is_taken_has_slots(cron: str) -> None:
    assert next_slot(job(cron), "Europe/Berlin", utc("2026-11-22")) is not None


def test_counting_back_skips_nights_and_weekends() -> None:
    monday = utc("2026-11-23T08:30")
    assert slots_back(job("0 8-10 * * mon-fri"), "UTC", monday, 3) == utc("2026-11-20T08:00")


@pytest.mark.parametrize("cron", ["0 9 * * 1", "0 9 * * 0", "0 9 * * 1-5", "0 9 * * mon,3"])
def test_numeric_weekdays_are_refused_before_they_get_here(cron: str) -> None:
    with pytest.raises(ValidationError, match="weekday"):
        Job(cron=cron)
