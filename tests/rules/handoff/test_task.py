"""The task the owner receives: a subject that fits, a day that is one where its reader works."""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any, cast
from zoneinfo import ZoneInfo

import pytest

from bridge.deciding.offering import due_on, subject

ROOM = 255
"""Characters of a task's subject in Salesforce."""


@pytest.mark.parametrize(
    ("at", "zone", "hot", "day"),
    [
        ("2026-11-26T10:00", "Europe/Berlin", False, "2026-11-27"),
        ("2026-11-27T10:00", "Europe/Berlin", False, "2026-11-30"),
        ("2026-11-27T01:00", "America/Los_Angeles", True, "2026-11-26"),
        ("2026-11-27T23:00", "America/Los_Angeles", True, "2026-11-27"),
        ("2026-11-29T21:00", "Asia/Tokyo", True, "2026-11-30"),
        ("2026-11-26T12:30", "Pacific/Auckland", True, "2026-11-27"),
    ],
)
def test_it_is_due_on_a_working_day_of_the_team(at: str, zone: str, hot: bool, day: str) -> None:
    follow_up = SimpleNamespace(first_touch=24, hot_first_touch=4, count_weekends=False)
    rules = SimpleNamespace(follow_up=follow_up, routing=SimpleNamespace(zone=ZoneInfo(zone)))
    assert due_on(hot, cast(Any, rules), datetime.fromisoformat(at).replace(tzinfo=UTC)) == day


def test_the_subject_fits_and_says_to_its_end_what_happened() -> None:
    facts = {
        "first_name": "A" * 40,
        "last_name": "B" * 80,
        "company": "Longtitle " * 25,
        "last_form": "Ebook: " + "x" * 300,
    }
    told = subject({**facts, "asked_for_contact": True}, hot=True)
    assert len(told) <= ROOM
    assert told.endswith("Longtitle…) asked to be contacted, hot")
    assert len(subject(facts, hot=True)) <= ROOM


@pytest.mark.parametrize(
    ("when", "hours", "weekends", "day"),
    [
        ("2026-11-23T10:00", 24, False, "2026-11-24"),  # a Monday
        ("2026-11-26T10:00", 24, False, "2026-11-27"),
        ("2026-11-27T10:00", 4, False, "2026-11-27"),  # a Friday
        ("2026-11-27T10:00", 24, False, "2026-11-30"),
        ("2026-11-27T10:00", 24, True, "2026-11-28"),
        ("2026-11-27T10:00", 48, False, "2026-12-01"),
        ("2026-11-27T10:00", 72, False, "2026-12-02"),
        ("2026-11-27T10:00", 72, True, "2026-11-30"),
        ("2026-11-25T10:00", 240, False, "2026-12-09"),
        ("2026-11-28T10:00", 24, False, "2026-11-30"),  # a Saturday
        ("2026-11-29T23:30", 4, False, "2026-11-30"),
        ("2026-11-27T16:00", 4, False, "2026-11-30"),  # it is 21:30 there, and Saturday before the time is over
        ("2027-03-26T10:00", 72, False, "2027-03-31"),
    ],
)
def test_the_day_by_which_sales_should_have_acted(when: str, hours: int, weekends: bool, day: str) -> None:
    zone = ZoneInfo("Asia/Kolkata") if when == "2026-11-27T16:00" else ZoneInfo("Europe/Berlin")
    follow_up = SimpleNamespace(first_touch=hours, hot_first_touch=hours, count_weekends=weekends)
    rules: Any = SimpleNamespace(follow_up=follow_up, routing=SimpleNamespace(zone=zone))
    now = datetime.fromisoformat(when).replace(tzinfo=UTC)
    assert due_on(False, rules, now) == due_on(True, rules, now) == day
