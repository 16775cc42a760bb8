"""The functions of SOQL over one value, and those over many."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any

Scalar = Callable[[Any], Any]


def _day(value: str) -> date:
    return date.fromisoformat(value[:10])


def _week_in_month(value: str) -> int:
    return (_day(value).day - 1) // 7 + 1


def _week_in_year(value: str) -> int:
    return (_day(value).timetuple().tm_yday - 1) // 7 + 1


# Functions of a date or datetime: name → (of the value, the type of what comes out). Some ask for a datetime.
DATE_FUNCTIONS: Mapping[str, tuple[Scalar, str]] = {
    "CALENDAR_YEAR": (lambda value: int(value[:4]), "int"),
    "CALENDAR_QUARTER": (lambda value: (int(value[5:7]) + 2) // 3, "int"),
    "CALENDAR_MONTH": (lambda value: int(value[5:7]), "int"),
    "FISCAL_YEAR": (lambda value: int(value[:4]), "int"),
    "FISCAL_QUARTER": (lambda value: (int(value[5:7]) + 2) // 3, "int"),
    "FISCAL_MONTH": (lambda value: int(value[5:7]), "int"),
    "DAY_IN_MONTH": (lambda value: int(value[8:10]), "int"),
    "DAY_IN_WEEK": (lambda value: (_day(value).weekday() + 1) % 7 + 1, "int"),
    "DAY_IN_YEAR": (lambda value: _day(value).timetuple().tm_yday, "int"),
    "WEEK_IN_MONTH": (_week_in_month, "int"),
    "WEEK_IN_YEAR": (_week_in_year, "int"),
    "DAY_ONLY": (lambda value: value[:10], "date"),
    "HOUR_IN_DAY": (lambda value: int(value[11:13]), "int"),
}
ONLY_DATETIME = frozenset({"DAY_ONLY", "HOUR_IN_DAY"})
# What only changes how a value is shown; with one language, currency and time zone nothing changes.
SHOWN_AS_IS = frozenset({"TOLABEL", "CONVERTCURRENCY", "CONVERTTIMEZONE"})
AGGREGATES = frozenset({"COUNT", "COUNT_DISTINCT", "SUM", "AVG", "MIN", "MAX"})
_NUMERIC_ONLY = frozenset({"SUM", "AVG"})


def formatted(value: Any) -> Any:
    """FORMAT(): as the user's locale (en_US) shows it."""
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, (int, float)):
        return f"{value:,.2f}".rstrip("0").rstrip(".")
    if isinstance(value, str) and len(value) == 28 and value[10:11] == "T":
        hour = int(value[11:13])
        half = "AM" if hour < 12 else "PM"
        return f"{int(value[5:7])}/{int(value[8:10])}/{value[:4]}, {hour % 12 or 12}:{value[14:16]} {half}"
    return value


def accepts(name: str, type_name: str) -> bool:
    """Whether an aggregate takes a field of this type."""
    if name in _NUMERIC_ONLY:
        return type_name in ("int", "double", "currency", "percent", "long")
    if name in ("MIN", "MAX"):
        return type_name not in ("boolean", "multipicklist", "address")
    return type_name not in ("address", "location")


def result_type(name: str, type_name: str) -> str:
    """The type of an aggregate's result."""
    if name in ("COUNT", "COUNT_DISTINCT"):
        return "int"
    return "double" if name == "AVG" else type_name


def aggregate(name: str, values: Iterable[Any]) -> Any:
    """An aggregate over values; nulls do not count."""
    held = [value for value in values if value is not None]
    if name == "COUNT":
        return len(held)
    if name == "COUNT_DISTINCT":
        return len({value.lower() if isinstance(value, str) else value for value in held})
    if not held:
        return None
    if name == "SUM":
        return sum(held)
    if name == "AVG":
        return sum(held) / len(held)
    return min(held) if name == "MIN" else max(held)
