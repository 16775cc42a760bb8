"""From what a client sends to what a field keeps, or the refusal the org answers. Pure: other records are not looked at here."""

from __future__ import annotations

import math
import re
from typing import Any

from connectors.sandbox.salesforce import ids
from connectors.sandbox.salesforce.errors import Refusal, refused
from connectors.sandbox.salesforce.fields import NUMBER_TYPES, PICK_TYPES, Field
from connectors.sandbox.salesforce.stamps import parse_date, parse_datetime

# The shape Salesforce asks of an address: a local part of the RFC's plain characters, a domain with a dot, no dot at either end.
_EMAIL = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
    r"@(?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?\.)+[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])\Z",
    re.ASCII,
)
_NUMBER = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?\Z", re.ASCII)
_TOKENS = {
    str: "VALUE_STRING",
    int: "VALUE_NUMBER_INT",
    float: "VALUE_NUMBER_FLOAT",
    dict: "START_OBJECT",
    list: "START_ARRAY",
}
_INT_LOW, _INT_HIGH = -(2**31), 2**31 - 1
# The most digits before the point where the describe gives no precision.
_WHOLE_DIGITS = 18
_SHOWN = 255


def convert(field: Field, given: Any, from_text: bool = False) -> Any:
    """What `field` keeps of `given`; raises `Refusal`. `from_text`: the value comes from a CSV cell, so all kinds are text.

    Text loses white space at both ends, empty text is null.
    """
    if type(given) is str:
        given = given.strip()
        if given == "" and (
            from_text or (field.type not in NUMBER_TYPES and field.type not in ("boolean", "date", "datetime"))
        ):
            given = None
    if given is None:
        return field.blank
    kind = field.type
    if kind == "boolean":
        return _boolean(field, given, from_text)
    if kind in NUMBER_TYPES:
        return _number(field, given)
    if type(given) is not str:
        raise _misfit(field, given)
    if kind == "date":
        return _day(field, given)
    if kind == "datetime":
        return _time(field, given)
    if kind in ("reference", "id"):
        return _reference(field, given)
    return _text(field, given)


def _misfit(field: Field, given: Any) -> Refusal:
    """The value's JSON type does not go with the field."""
    kind = {"textarea": "string", "phone": "string", "url": "string"}.get(field.type, field.type)
    token = f"VALUE_{str(given).upper()}" if isinstance(given, bool) else _TOKENS.get(type(given), "VALUE")
    shown = (
        "{"
        if isinstance(given, dict)
        else "["
        if isinstance(given, list)
        else str(given).lower()
        if isinstance(given, bool)
        else given
    )
    words = (
        f"Cannot deserialize instance of {kind} from {token} value {shown} or request may be missing a required field"
    )
    return Refusal("JSON_PARSER_ERROR", f"{words} at [line:1, column:1]")


def _boolean(field: Field, given: Any, from_text: bool) -> bool:
    if isinstance(given, bool):
        return given
    if from_text and str(given).lower() in ("true", "false", "1", "0"):
        return str(given).lower() in ("true", "1")
    raise _misfit(field, given)


def _number(field: Field, given: Any) -> int | float:
    if isinstance(given, (bool, dict, list)):
        raise _misfit(field, given)
    if isinstance(given, str):
        if not _NUMBER.match(given):
            raise _misfit(field, given)
        given = float(given) if any(sign in given for sign in ".eE") else int(given)
    if field.type == "int":
        if given != int(given):
            raise _misfit(field, given)
        if not _INT_LOW <= given <= _INT_HIGH:
            raise _too_great(field, given)
        return int(given)
    number = float(given)
    precision = field.raw["precision"] or _WHOLE_DIGITS
    if not math.isfinite(number) or abs(number) >= 10.0 ** (precision - field.raw["scale"]):
        raise _too_great(field, given)
    scale = field.raw["scale"]
    # Geolocation and a few others give no scale: these keep what they get.
    return round(number, scale) if field.raw["precision"] else number


def _too_great(field: Field, given: Any) -> Refusal:
    words = f"{field.label}: value outside of valid range on numeric field: {given}"
    return refused("NUMBER_OUTSIDE_VALID_RANGE", words, field.name)


def _day(field: Field, given: str) -> str:
    day = parse_date(given)
    if day is None:
        # A full time is cut to its day in UTC.
        time = parse_datetime(given)
        if time is None:
            raise _misfit(field, given)
        return time[:10]
    return day


def _time(field: Field, given: str) -> str:
    time = parse_datetime(given)
    if time is None:
        raise _misfit(field, given)
    return time[:19] + ".000+0000"


def _reference(field: Field, given: str) -> str:
    id18 = ids.whole(given)
    if id18 is None:
        raise refused("MALFORMED_ID", f"{field.label}: id value of incorrect type: {given[:_SHOWN]}", field.name)
    return id18


def _text(field: Field, given: str) -> str:
    if len(given) > field.length > 0:
        shown = given if len(given) <= _SHOWN else given[:_SHOWN] + "..."
        words = f"{field.label}: data value too large: {shown} (max length={field.length})"
        raise refused("STRING_TOO_LONG", words, field.name)
    if field.type in PICK_TYPES:
        return _picked(field, given)
    if field.type == "email" and not _EMAIL.match(given):
        raise refused("INVALID_EMAIL_ADDRESS", f"{field.label}: invalid email address: {given}", field.name)
    return given


def _picked(field: Field, given: str) -> str:
    """A picklist's value in the list's own spelling; a restricted list takes no other."""
    parts = [part.strip() for part in given.split(";")] if field.type == "multipicklist" else [given]
    kept = []
    for part in parts:
        known = field.options.get(part.lower())
        if known is None and field.restricted:
            words = f"{field.label}: bad value for restricted picklist field: {part}"
            raise refused("INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST", words, field.name)
        kept.append(known or part)
    return ";".join(kept)
