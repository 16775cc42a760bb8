"""Dates and times as this API writes them. Stored as text of one width, so that they sort and compare as they are."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta, timezone

_DATE = re.compile(r"(\d{4})-(\d\d)-(\d\d)\Z", re.ASCII)
_DATETIME = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?(Z|[+-]\d\d:?\d\d)?\Z", re.ASCII
)
# Salesforce keeps dates between these years.
FIRST_YEAR, LAST_YEAR = 1700, 4000


def stamp(at: datetime) -> str:
    """`2026-11-22T04:11:15.000+0000`; a time without a zone is taken for UTC."""
    if at.tzinfo is not None and at.tzinfo is not UTC:
        at = at.astimezone(UTC)
    return at.isoformat(timespec="milliseconds")[:23] + "+0000"


def second_stamp(at: datetime) -> str:
    """The same with the milliseconds cut to .000, as record times are kept."""
    return stamp(at)[:19] + ".000+0000"


def parse_date(text: str) -> str | None:
    """`2026-11-22` if `text` is such a day, else None."""
    match = _DATE.match(text)
    if match is None:
        return None
    try:
        date(*(int(part) for part in match.groups()))
    except ValueError:
        return None
    return text if FIRST_YEAR <= int(match[1]) <= LAST_YEAR else None


def parse_datetime(text: str) -> str | None:
    """A stamp from ISO 8601 with `Z`, an offset or no zone (UTC); None where it is none."""
    match = _DATETIME.match(text)
    if match is None:
        return None
    year, month, day, hour, minute, second, part, zone = match.groups()
    micro = int(((part or "0") + "000000")[:6])
    try:
        at = datetime(int(year), int(month), int(day), int(hour), int(minute), int(second or 0), micro, _zone(zone))
        return stamp(at) if FIRST_YEAR <= at.year <= LAST_YEAR else None
    except (ValueError, OverflowError):
        return None


def _zone(text: str | None) -> timezone:
    if text in (None, "Z"):
        return UTC
    assert text is not None
    digits = text[1:].replace(":", "")
    offset = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return timezone(-offset if text[0] == "-" else offset)


def moment(stamped: str) -> datetime:
    """The time a stamp tells."""
    return datetime.fromisoformat(stamped[:23] + "+00:00")
