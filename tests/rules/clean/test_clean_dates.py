"""Dates and times: ISO, epoch milliseconds, formats by name. Nothing that guesses, no day off by one."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from cleaning_cases import check, cleaned

FEB_3 = date(2026, 2, 3)
GERMAN = {"formats": "%d.%m.%Y"}

DATES: list[tuple[Any, date | None, str, dict[str, str]]] = [
    ("2026-02-03", FEB_3, "", {}),
    (" 2026-02-03 ", FEB_3, "", {}),
    ("2026/02/03", FEB_3, "", {}),
    ("2026.02.03", FEB_3, "", {}),
    ("2026-2-3", FEB_3, "", {}),
    ("2024-02-29", date(2024, 2, 29), "", {}),
    ("1770076800000", FEB_3, "", {}),
    (1770076800000, FEB_3, "", {}),
    ("20260203123045", None, "ambiguous_date", {}),
    ("202602031230", None, "ambiguous_date", {}),
    (20260203123045, None, "ambiguous_date", {}),
    ("20260203123045", FEB_3, "time_dropped", {"formats": "%Y%m%d%H%M%S"}),
    ("1770076800000", FEB_3, "", {"formats": "%Y%m%d%H%M%S"}),
    ("2026-02-03T00:00:00Z", FEB_3, "", {}),
    ("2026-02-03T00:00:00.000Z", FEB_3, "", {}),
    ("2026-02-03T00:00:00Z", FEB_3, "", {"zone": "America/New_York"}),
    ("2026-02-03T10:15:00Z", FEB_3, "time_dropped", {}),
    ("2026-02-03T23:30:00-05:00", FEB_3, "time_dropped", {}),
    ("2026-02-03T23:30:00Z", date(2026, 2, 4), "time_dropped", {"zone": "Europe/Berlin"}),
    ("2026-02-03 10:15", FEB_3, "time_dropped", {}),
    (date(2026, 2, 3), FEB_3, "", {}),
    (datetime(2026, 2, 3, 0, 0, tzinfo=UTC), FEB_3, "", {}),
    ("03.02.2026", FEB_3, "", GERMAN),
    ("3.2.2026", FEB_3, "", GERMAN),
    ("02/03/2026", FEB_3, "", {"formats": "%m/%d/%Y"}),
    ("03/02/2026", FEB_3, "", {"formats": "%d.%m.%Y; %d/%m/%Y"}),
    ("3 February 2026", FEB_3, "", {"formats": "%d %B %Y"}),
    ("20260203", FEB_3, "", {"formats": "%Y%m%d"}),
    ("02/02/2026", date(2026, 2, 2), "", {"formats": "%d/%m/%Y; %m/%d/%Y"}),
    ("03/02/2026", None, "ambiguous_date", {"formats": "%d/%m/%Y; %m/%d/%Y"}),
    ("03/02/2026", None, "ambiguous_date", {}),
    ("25/12/2026", None, "ambiguous_date", {}),
    ("03.02.2026", None, "ambiguous_date", {}),
    ("03-02-26", None, "ambiguous_date", {}),
    ("03/02/2026 10:00", None, "ambiguous_date", {}),
    ("20260203", None, "not_a_date", {}),
    ("1770076800", None, "not_a_date", {}),
    ("46056", None, "not_a_date", {}),
    ("10", None, "not_a_date", {}),
    ("may", None, "not_a_date", {}),
    ("\U00010d43" * 13, None, "not_a_date", {}),
    ("tomorrow", None, "not_a_date", {}),
    ("3 February 2026", None, "not_a_date", {}),
    ("2026-02-30", None, "not_a_date", {}),
    ("2026-13-01", None, "not_a_date", {}),
    ("0000-00-00", None, "not_a_date", {}),
    ("0202-01-01", None, "date_out_of_range", {}),
    ("9999-12-31", None, "date_out_of_range", {}),
    ("2569-02-03", None, "date_out_of_range", {}),
    ("03/02/2569", None, "date_out_of_range", {"formats": "%d/%m/%Y"}),
    ("1404-11-14", None, "date_out_of_range", {}),
    ("2999-12-31", date(2999, 12, 31), "", {}),
    ("99999999999999", None, "date_out_of_range", {}),
    ("n/a", None, "not_a_date", {}),
    (True, None, "not_a_date", {}),
]


@pytest.mark.parametrize(("raw", "value", "reason", "options"), DATES)
def test_date(raw: Any, value: date | None, reason: str, options: dict[str, str]) -> None:
    check("date", raw, value, reason, options=options)


TEN = datetime(2026, 2, 3, 10, 15, tzinfo=UTC)
TIMES: list[tuple[Any, datetime | None, str, dict[str, str]]] = [
    ("2026-02-03T10:15:00Z", TEN, "", {}),
    ("2026-02-03T10:15Z", TEN, "", {}),
    ("2026-02-03T10:15:00.000Z", TEN, "", {}),
    ("2026-02-03T10:15:00.123Z", TEN.replace(microsecond=123000), "", {}),
    ("2026-02-03T10:15:00.1Z", TEN.replace(microsecond=100000), "", {}),
    ("2026-02-03T10:15:00.123456789Z", TEN.replace(microsecond=123456), "", {}),
    ("2026-02-03t10:15:00z", TEN, "", {}),
    ("2026-02-03 10:15:00 +00:00", TEN, "", {}),
    ("2026-02-03T11:15:00+01:00", TEN, "", {}),
    ("2026-02-03T05:15:00-0500", TEN, "", {}),
    ("2026-02-03T11:15:00+01", TEN, "", {}),
    ("1770113700000", TEN, "", {}),
    (1770113700000, TEN, "", {}),
    ("1770113700123", TEN.replace(microsecond=123000), "", {}),
    ("-86400000000", datetime(1967, 4, 7, tzinfo=UTC), "", {}),
    (datetime(2026, 2, 3, 11, 15, tzinfo=timezone(timedelta(hours=1))), TEN, "", {}),
    ("2026-02-03T10:15:00", TEN, "zone_assumed", {}),
    ("2026-02-03T11:15:00", TEN, "zone_assumed", {"zone": "Europe/Berlin"}),
    ("2026-07-03T12:15:00", datetime(2026, 7, 3, 10, 15, tzinfo=UTC), "zone_assumed", {"zone": "Europe/Berlin"}),
    ("2026-02-03", datetime(2026, 2, 3, tzinfo=UTC), "time_assumed", {}),
    ("2026-02-03", datetime(2026, 2, 2, 23, tzinfo=UTC), "time_assumed", {"zone": "Europe/Berlin"}),
    ("03.02.2026 11:15", TEN, "zone_assumed", {"formats": "%d.%m.%Y %H:%M", "zone": "Europe/Berlin"}),
    ("03.02.2026 11:15 +0100", TEN, "", {"formats": "%d.%m.%Y %H:%M %z"}),
    ("2026-10-25T02:30:00", datetime(2026, 10, 25, 0, 30, tzinfo=UTC), "zone_assumed", {"zone": "Europe/Berlin"}),
    ("2026-03-29T02:30:00", None, "not_a_date", {"zone": "Europe/Berlin"}),
    ("2026-02-03T25:00:00Z", None, "not_a_date", {}),
    ("2026-02-03T10:61:00Z", None, "not_a_date", {}),
    ("03/02/2026 10:15", None, "ambiguous_date", {}),
    ("10:15", None, "not_a_date", {}),
    ("22:30", None, "not_a_date", {}),
    ("now", None, "not_a_date", {}),
    ("1770113700", None, "not_a_date", {}),
    ("9999-01-01T00:00:00Z", None, "date_out_of_range", {}),
    ("9" * 400, None, "too_long", {}),
    ({"t": 1}, None, "not_text", {}),
]


@pytest.mark.parametrize(("raw", "value", "reason", "options"), TIMES)
def test_datetime(raw: Any, value: datetime | None, reason: str, options: dict[str, str]) -> None:
    answer = check("datetime", raw, value, reason, options=options)
    assert answer.value is None or answer.value.tzinfo is UTC


ZONES = """
    Pacific/Kiritimati Pacific/Apia Pacific/Auckland Pacific/Chatham Australia/Sydney Australia/Lord_Howe
    Australia/Adelaide Asia/Tokyo Asia/Shanghai Asia/Kathmandu Asia/Kolkata Asia/Karachi Asia/Dubai Asia/Tehran
    Asia/Jerusalem Europe/Moscow Europe/Istanbul Africa/Cairo Europe/Athens Africa/Johannesburg Europe/Berlin
    Europe/London Europe/Lisbon Africa/Casablanca Atlantic/Azores Atlantic/Reykjavik America/Sao_Paulo
    America/St_Johns America/Halifax America/New_York America/Chicago America/Denver America/Phoenix
    America/Los_Angeles America/Anchorage Pacific/Honolulu Pacific/Pago_Pago UTC
""".split()  # noqa: SIM905
EDGES = (
    "2026-03-08",
    "2026-03-29",
    "2026-04-05",
    "2026-10-04",
    "2026-10-25",
    "2026-11-01",
    "2026-12-31",
    "2026-01-01",
    "2024-02-29",
)


@pytest.mark.parametrize("zone", ZONES)
def test_a_date_never_shifts(zone: str) -> None:
    """38 zones, days on which clocks change: a date as HubSpot sends it (a day, or midnight UTC) stays that day."""
    for edge in EDGES:
        day = date.fromisoformat(edge)
        midnight = int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp() * 1000)
        for raw in (edge, f"{edge}T00:00:00Z", f"{edge}T00:00:00.000Z", midnight, str(midnight)):
            assert cleaned("date", raw, options={"zone": zone}).value == day


@pytest.mark.parametrize("zone", ZONES)
def test_a_moment_keeps_its_instant(zone: str) -> None:
    for edge in EDGES:
        local = datetime.fromisoformat(f"{edge}T12:34:56").replace(tzinfo=ZoneInfo(zone))
        assert cleaned("datetime", local.isoformat(), options={"zone": zone}).value == local.astimezone(UTC)
        assert cleaned("datetime", f"{edge}T12:34:56", options={"zone": zone}).value == local.astimezone(UTC)
