"""Days, times and time zones as they are written in settings: ISO days, zone names, intervals such as `5m`."""

from __future__ import annotations

import re
from datetime import date, timedelta
from functools import lru_cache
from typing import Annotated
from zoneinfo import available_timezones

from pydantic import AfterValidator, BeforeValidator

from bridge.settings.base import did_you_mean, problem

UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
SHORTEST, LONGEST = timedelta(seconds=10), timedelta(days=31)


def _day(value: object) -> object:
    if not isinstance(value, str):
        return value
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise problem(f"'{value}' is no day", "Write year-month-day, e.g. 2026-12-24.") from None


Day = Annotated[date, BeforeValidator(_day, json_schema_input_type=str)]


@lru_cache(maxsize=1)
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


def no_zone(name: str) -> tuple[str, str] | None:
    """What is wrong with the name of a time zone, and what is meant perhaps; None when it is one."""
    if name in _zones():
        return None
    return f"there is no time zone '{name}'", did_you_mean(name, _zones()) or "Write e.g. Europe/Berlin or UTC."


def _zone(name: str) -> str:
    if wrong := no_zone(name):
        raise problem(*wrong)
    return name


Zone = Annotated[str, AfterValidator(_zone)]


def _clock_time(text: str) -> str:
    if not re.fullmatch(r"([01][0-9]|2[0-3]):[0-5][0-9]|24:00", text):
        raise problem(f"'{text}' is no time of day", "Write hours and minutes, e.g. 08:30.")
    return text


ClockTime = Annotated[str, AfterValidator(_clock_time)]


def _interval(value: object) -> object:
    if isinstance(value, timedelta):
        return value
    found = re.fullmatch(r"([1-9][0-9]{0,5}) ?(s|m|h|d)", value) if isinstance(value, str) else None
    if found is None:
        raise problem(f"'{value}' is no interval", "Write a number and s, m, h or d: 5m.")
    interval = timedelta(seconds=int(found[1]) * UNITS[found[2]])
    if not SHORTEST <= interval <= LONGEST:
        raise problem(f"'{value}' is out of range", "Between 10s and 31d.")
    return interval


Interval = Annotated[timedelta, BeforeValidator(_interval, json_schema_input_type=str)]
