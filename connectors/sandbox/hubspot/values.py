"""What a property takes: the checks HubSpot makes on every value written, and the form it keeps the value in."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from connectors.sandbox.hubspot.problems import bad_values
from connectors.sandbox.hubspot.schema import Property, Schema
from connectors.sandbox.kernel.clock import iso_ms

# A string property holds at most so many characters.
LONGEST = 65_536
_EMAIL = re.compile(r"[^@\s,;<>()\[\]\\\"]+@[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?\.[A-Za-z][A-Za-z0-9-]+")
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?")
_DIGITS = re.compile(r"-?\d+")


class Refusal(Exception):
    """A value that does not fit: HubSpot's error code and sentence."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


def accept(schema: Schema, given: Mapping[str, Any], strict: bool) -> dict[str, str]:
    """The values as they are kept. Raises 400 naming every property at fault.

    A cleared property is `""`. `strict`: the portal's validation rules count as well (date-based versions).
    """
    errors: list[dict[str, str]] = []
    kept: dict[str, str] = {}
    for name, value in given.items():
        definition = schema.properties.get(name)
        if definition is None:
            errors.append(
                {"name": name, "error": "PROPERTY_DOESNT_EXIST", "message": f'Property "{name}" does not exist'}
            )
            continue
        try:
            kept[name] = _accept_one(definition, value)
            if strict and kept[name] and name in schema.rules:
                _check_rule(definition, kept[name], schema.rules[name])
        except Refusal as refusal:
            errors.append({"name": name, "error": refusal.code, "message": refusal.message})
    if errors:
        raise bad_values(errors)
    return kept


def _accept_one(definition: Property, value: Any) -> str:
    if definition.read_only:
        raise Refusal("READ_ONLY_VALUE", f'"{definition.name}" is a read only property; its value cannot be set.')
    text = _text(definition, value)
    if text == "":
        return ""
    if definition.name == "email":
        return _email(text)
    checks = {"number": _number, "date": _date, "datetime": _moment, "bool": _option, "enumeration": _option}
    check = checks.get(definition.type)
    if check is not None:
        return check(definition, text)
    if len(text) > LONGEST:
        raise Refusal("STRING_TOO_LONG", f"{definition.name} is too long: {len(text)} characters, at most {LONGEST}.")
    return text


def _text(definition: Property, value: Any) -> str:
    """The value as text: numbers and booleans are taken too, though the documents say strings."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (str, int, float)):
        return str(value)
    raise Refusal("INVALID_STRING", f"{definition.name}: the value is not a string.")


def _email(text: str) -> str:
    address = text.strip().lower()
    if not _EMAIL.fullmatch(address) or ".." in address or len(address) > 254:
        raise Refusal("INVALID_EMAIL", f"Email address {text} is invalid")
    return address


def _number(definition: Property, text: str) -> str:
    if not _NUMBER.fullmatch(text.strip()):
        raise Refusal("INVALID_INTEGER", f"{text} was not a valid number.")
    return text.strip()


def _option(definition: Property, text: str) -> str:
    """One of the options; several, separated by semicolons, where the property is a set of checkboxes."""
    if definition.open_ended:
        return text
    allowed = {value for value, _, _ in definition.options}
    parts = [part for part in text.split(";") if part] if definition.field_type == "checkbox" else [text]
    for part in parts:
        if part not in allowed:
            options = ", ".join(f'label: "{label}"\\nvalue: "{value}"' for value, label, _ in definition.options[:50])
            raise Refusal("INVALID_OPTION", f"{part} was not one of the allowed options: [{options}]")
    return ";".join(parts)


def _date(definition: Property, text: str) -> str:
    """A day, given as such or as midnight UTC."""
    at = _parse(text)
    if at is None:
        raise Refusal("INVALID_DATE", f"{text} was not a valid date.")
    if (at.hour, at.minute, at.second, at.microsecond) != (0, 0, 0, 0):
        raise Refusal("INVALID_DATE", f"{text} is at {at:%H:%M:%S.%f} UTC, not midnight!")
    return at.strftime("%Y-%m-%d")


def _moment(definition: Property, text: str) -> str:
    at = _parse(text)
    if at is None:
        raise Refusal("INVALID_DATE", f"{text} was not a valid date.")
    return iso_ms(at)


def _parse(text: str) -> datetime | None:
    """A time from milliseconds since 1970 or ISO 8601 with a zone."""
    try:
        if _DIGITS.fullmatch(text):
            return datetime.fromtimestamp(int(text) / 1000, UTC)
        at = datetime.fromisoformat(text)
    except (ValueError, OverflowError, OSError):
        return None
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)


def moment_text(value: str) -> str | None:
    """A time given in a search filter, in the form records keep it; None when it is no time."""
    at = _parse(value)
    return None if at is None else iso_ms(at)


def _check_rule(definition: Property, text: str, rule: Mapping[str, Any]) -> None:
    """One of the portal's own rules: `min_length`, `max_length`, `pattern`, `lowest`, `highest`."""
    broken = (
        ("min_length" in rule and len(text) < int(rule["min_length"]))
        or ("max_length" in rule and len(text) > int(rule["max_length"]))
        or ("pattern" in rule and not re.fullmatch(str(rule["pattern"]), text))
        or ("lowest" in rule and float(text) < float(rule["lowest"]))
        or ("highest" in rule and float(text) > float(rule["highest"]))
    )
    if broken:
        raise Refusal(
            "FIELD_CUSTOM_VALIDATION_EXCEPTION", f"{definition.name} does not meet the property's validation rules."
        )
