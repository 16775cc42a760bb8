"""Values as they are written and compared: plain enough for JSON, equal as the target systems keep them."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

_PLAIN = frozenset((str, int, bool, float, type(None)))


def plain(value: Any) -> Any:
    """A cleaned value as JSON can hold it: exact numbers, ISO dates, multi-selects joined by `;`."""
    if type(value) in _PLAIN:
        return value
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        whole = value.to_integral_value()
        return int(whole) if value == whole else float(value)
    if isinstance(value, tuple | list):
        return ";".join(str(item) for item in value)
    return value


def is_true(value: Any) -> bool:
    """A yes of either system: a boolean of JSON, or its word in a CSV file, in any case.

    >>> is_true(True), is_true("TRUE"), is_true("false"), is_true(None)
    (True, True, False, False)
    """
    return value is True or (isinstance(value, str) and value.lower() == "true")


def same(one: Any, other: Any) -> bool:
    """Equal as the target keeps them: outer white space and line-end style do not count, nor 5 against 5.0."""
    if one in (None, "") and other in (None, ""):
        return True
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, int | float) or isinstance(other, int | float):
        try:
            return float(one) == float(other)
        except (TypeError, ValueError):
            return False
    if isinstance(one, str) and isinstance(other, str):
        return _canonical(one) == _canonical(other)
    return bool(one == other)


def _canonical(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


def left_out(number: int) -> list[str]:
    """A line with the same mark for so many things that are not shown; none for none.

    >>> left_out(3), left_out(0)
    (['[…] and 3 more'], [])
    """
    return [f"[…] and {number} more"] if number > 0 else []
