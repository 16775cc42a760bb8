"""`date` and `datetime`: ISO 8601, epoch milliseconds, and the formats the mapping names. Nothing that guesses.

Options: `formats: "%d.%m.%Y; %d/%m/%Y"` (strptime, several by semicolon; two that disagree are refused), `zone: Europe/Berlin` (the zone of
times that carry none, and of the day a time belongs to; UTC when not named). A date stays a date; a datetime comes out in UTC.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

import regex

from bridge.decisions import Cleaned
from bridge.stages.clean.answers import Change, Changes, FormatContext, done, nothing, refused, text_option
from bridge.stages.clean.text import tidy

FIRST_YEAR, LAST_YEAR = 1700, 4000  # what Salesforce stores in date and datetime fields
BUDDHIST = range(2440, 2641)  # 1897 to 2097 as Thailand counts years
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLIS = regex.compile(r"-?[0-9]{11,14}")  # what a machine writes; other scripts' digits may be newer than this Python
_COMPACT = regex.compile(
    r"(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])(?:[01][0-9]|2[0-3])[0-5][0-9](?:[0-5][0-9])?"
)
_ISO_DAY = regex.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})")
_ISO = regex.compile(
    r"\d{4}-\d{2}-\d{2}[T ]\d{2}:?\d{2}(?::?\d{2}(?:[.,]\d{1,9})?)?\s?(?:Z|[+-]\d{2}(?::?\d{2})?)?", regex.I
)
_NUMBERS_ONLY = regex.compile(r"\d{1,2}\s?[-/. ]\s?\d{1,2}\s?[-/. ]\s?\d{2,4}(?:[ ,T]+\d{1,2}:\d{2}.*)?")


def the_date(raw: object, context: FormatContext) -> Cleaned:
    """A `date`: the day it was in `zone`, or, when none is named, the day as written. Its time of day is dropped with a reason."""
    moment = _moment(raw, context)
    if isinstance(moment, Cleaned):
        return moment
    value, changes = moment
    if not isinstance(value, datetime):
        return done(raw, value, changes)
    local = value.astimezone(_zone(context)) if value.tzinfo and _zone_name(context) != "UTC" else value
    midnight = local.timetz().replace(tzinfo=None) == datetime.min.time()
    if not midnight and value.tzinfo and value.astimezone(UTC).time() == datetime.min.time():
        return done(
            raw, value.astimezone(UTC).date(), changes
        )  # HubSpot keeps a date as midnight UTC, whatever the portal's zone
    if not midnight:
        changes = (*changes, Change("time_dropped", f"time left out: {local.time().isoformat('minutes')}"))
    return done(raw, local.date(), changes)


def the_datetime(raw: object, context: FormatContext) -> Cleaned:
    """A `datetime` in UTC."""
    moment = _moment(raw, context)
    if isinstance(moment, Cleaned):
        return moment
    value, changes = moment
    zone = _zone(context)
    if not isinstance(value, datetime):
        start = datetime(value.year, value.month, value.day, tzinfo=zone).astimezone(UTC)
        return done(
            raw,
            start,
            (*changes, Change("time_assumed", f"taken as the beginning of the day in {_zone_name(context)}")),
        )
    if value.tzinfo is None:
        local = value.replace(tzinfo=zone)
        if local.astimezone(UTC).astimezone(zone).replace(tzinfo=None) != value:
            return refused(
                raw, "not_a_date", f"that hour does not exist in {_zone_name(context)}: clocks went forward", changes
            )
        doubtful = local.utcoffset() != local.replace(fold=1).utcoffset()
        note = f"taken as {_zone_name(context)}{', the first of two such hours' if doubtful else ''}"
        value, changes = local, (*changes, Change("zone_assumed", note))
    return done(raw, value.astimezone(UTC), changes)


def _moment(raw: object, context: FormatContext) -> tuple[date | datetime, Changes] | Cleaned:
    if isinstance(raw, date):
        return _in_range(raw, raw, ())
    if isinstance(raw, int) and not isinstance(raw, bool) and not _COMPACT.fullmatch(str(raw)):
        return _from_millis(raw, raw, ())
    text, changes = tidy(raw)
    if not text:
        return nothing(raw, changes)
    if _MILLIS.fullmatch(text):
        return _from_digits(raw, text, context, changes)
    day = _ISO_DAY.fullmatch(text)
    try:
        if day:
            return _in_range(raw, date(int(day[1]), int(day[2]), int(day[3])), changes)
        if _ISO.fullmatch(text):
            return _in_range(raw, datetime.fromisoformat(_iso(text)), changes)
    except (ValueError, OverflowError):
        return refused(raw, "not_a_date", "no such day or time", changes)
    return _named(raw, text, context, changes)


def _iso(text: str) -> str:
    """A spelling `fromisoformat` of Python 3.11 reads: at most six decimals of a second, no blank before the zone."""
    compact = text.upper().replace(",", ".").replace(" +", "+").replace(" -", "-").replace(" Z", "Z")
    if "." not in compact:
        return compact
    padded = regex.sub(r"\.(\d{1,5})(?=\D|$)", lambda part: f".{part[1]:0<6}", compact)
    return str(regex.sub(r"(\.\d{6})\d+", r"\1", padded))


def _from_digits(
    raw: object, text: str, context: FormatContext, changes: Changes
) -> tuple[date | datetime, Changes] | Cleaned:
    """Milliseconds, unless they look like a moment in digits: `20260203123045` is a day in 2612 as milliseconds."""
    if not _COMPACT.fullmatch(text):
        return _from_millis(raw, int(text), changes)
    named = _named(raw, text, context, changes)
    if isinstance(named, Cleaned) and named.reason == "not_a_date":
        return refused(raw, "ambiguous_date", "milliseconds, or a moment in digits; name the format", changes)
    return named


def _from_millis(raw: object, millis: int, changes: Changes) -> tuple[date | datetime, Changes] | Cleaned:
    if abs(millis) < 10**10:  # seconds, a day number of a spreadsheet, or a year: nobody can know
        return refused(raw, "not_a_date", "a bare number that is no time in milliseconds", changes)
    try:
        return _in_range(raw, _EPOCH + timedelta(milliseconds=millis), changes)
    except OverflowError:
        return refused(raw, "date_out_of_range", "outside the years a field can hold", changes)


def _in_range(raw: object, value: date | datetime, changes: Changes) -> tuple[date | datetime, Changes] | Cleaned:
    if not FIRST_YEAR < value.year < LAST_YEAR:
        return refused(raw, "date_out_of_range", f"year {value.year}", changes)
    if value.year in BUDDHIST:
        return refused(raw, "date_out_of_range", f"year {value.year}, as Thailand counts them?", changes)
    return value, changes


def _named(
    raw: object, text: str, context: FormatContext, changes: Changes
) -> tuple[date | datetime, Changes] | Cleaned:
    formats = [pattern.strip() for pattern in text_option(context, "formats").split(";") if pattern.strip()]
    readings: dict[datetime, str] = {}
    for pattern in formats:
        try:
            readings.setdefault(datetime.strptime(text, pattern), pattern)  # noqa: DTZ007 - the zone is settled later
        except ValueError:
            continue
    if len(readings) > 1:
        return refused(raw, "ambiguous_date", f"reads differently as {' and as '.join(readings.values())}", changes)
    for value, pattern in readings.items():
        return _in_range(raw, value if "%H" in pattern or "%I" in pattern or "%z" in pattern else value.date(), changes)
    if _NUMBERS_ONLY.fullmatch(text):
        return refused(raw, "ambiguous_date", "day and month may stand in either order; name the format", changes)
    return refused(raw, "not_a_date", "not ISO, and no named format fits", changes)


@lru_cache(maxsize=64)
def _zone_of(name: str) -> tzinfo:
    return ZoneInfo(name) if name else UTC


def _zone(context: FormatContext) -> tzinfo:
    return _zone_of(text_option(context, "zone"))


def _zone_name(context: FormatContext) -> str:
    return text_option(context, "zone") or "UTC"
