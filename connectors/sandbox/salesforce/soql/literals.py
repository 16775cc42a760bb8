"""Date literals (`TODAY`, `LAST_N_DAYS:7`, `THIS_FISCAL_QUARTER` …) as the days from a first one up to one that is no longer in.

Weeks begin on Sunday, the fiscal year on the first of January, and days are those of UTC, as for an org in en_US and a user in GMT.
"""

from __future__ import annotations

import re
from datetime import date, timedelta

_UNITS = {"DAY": 0, "WEEK": 0, "MONTH": 1, "QUARTER": 3, "YEAR": 12}
_RELATIVE = re.compile(r"(LAST|THIS|NEXT)_(?:FISCAL_)?(WEEK|MONTH|QUARTER|YEAR)\Z")
_COUNTED = re.compile(r"(LAST|NEXT)_N_(?:FISCAL_)?(DAY|WEEK|MONTH|QUARTER|YEAR)S\Z")
_AGO = re.compile(r"N_(?:FISCAL_)?(DAY|WEEK|MONTH|QUARTER|YEAR)S_AGO\Z")
_SINGLE = {"YESTERDAY": -1, "TODAY": 0, "TOMORROW": 1}

Days = tuple[date, date]


def days_of(name: str, number: int | None, today: date) -> Days | None:
    """The days a literal stands for on `today`; None where the name is no literal or the number is missing or too many."""
    if number is None:
        return _plain(name, today)
    if number < 0:
        return None
    match = _COUNTED.match(name)
    if match is not None:
        return _counted(match[1], match[2], number, today)
    match = _AGO.match(name)
    if match is not None:
        return _unit(match[1], today, -number)
    return None


def _plain(name: str, today: date) -> Days | None:
    if name in _SINGLE:
        day = today + timedelta(days=_SINGLE[name])
        return day, day + timedelta(days=1)
    if name == "LAST_90_DAYS":
        return today - timedelta(days=90), today + timedelta(days=1)
    if name == "NEXT_90_DAYS":
        return today + timedelta(days=1), today + timedelta(days=91)
    match = _RELATIVE.match(name)
    if match is None:
        return None
    return _unit(match[2], today, {"LAST": -1, "THIS": 0, "NEXT": 1}[match[1]])


def _counted(direction: str, unit: str, number: int, today: date) -> Days:
    """LAST_N_DAYS counts today in; the other ones leave the current week, month … out."""
    if unit == "DAY":
        if direction == "LAST":
            return today - timedelta(days=number), today + timedelta(days=1)
        return today + timedelta(days=1), today + timedelta(days=number + 1)
    if direction == "LAST":
        return _unit(unit, today, -number)[0], _unit(unit, today, 0)[0]
    return _unit(unit, today, 1)[0], _unit(unit, today, number)[1]


def _unit(unit: str, today: date, offset: int) -> Days:
    """The day, week, month, quarter or year that is `offset` away from today's."""
    if unit == "DAY":
        day = today + timedelta(days=offset)
        return day, day + timedelta(days=1)
    if unit == "WEEK":
        sunday = today - timedelta(days=(today.weekday() + 1) % 7) + timedelta(weeks=offset)
        return sunday, sunday + timedelta(weeks=1)
    months = _UNITS[unit]
    start = (today.year * 12 + today.month - 1) // months * months + offset * months
    return _month(start), _month(start + months)


def _month(number: int) -> date:
    return date(number // 12, number % 12 + 1, 1)
