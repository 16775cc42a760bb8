"""Parts of a JSON body in the shape the documents give them; anything else is a 400, as a body that cannot be read."""

from __future__ import annotations

from typing import Any

from connectors.sandbox.hubspot.problems import invalid

# Larger numbers fit no integer of the documents.
_LARGEST = 2**63 - 1


def rows(value: Any, name: str) -> list[dict[str, Any]]:
    """A list of objects; null is an empty one. Raises 400."""
    given = [] if value is None else value
    if not isinstance(given, list) or not all(isinstance(one, dict) for one in given):
        raise invalid(f"Invalid input JSON: {name} must be a list of objects")
    return given


def texts(value: Any, name: str) -> list[str]:
    """A list of texts, or of numbers read as texts; null is an empty one. Raises 400."""
    given = [] if value is None else value
    if not isinstance(given, list) or not all(isinstance(one, str | int) for one in given):
        raise invalid(f"Invalid input JSON: {name} must be a list of strings")
    return [str(one) for one in given]


def id_text(value: Any, name: str = "id") -> str:
    """A record's id: text, or a number read as text. Raises 400."""
    if value is None:
        raise invalid(f"Invalid input JSON: Some required fields were not set: [{name}]")
    if not isinstance(value, str | int) or isinstance(value, bool):
        raise invalid(f"Invalid input JSON: {name} must be a string")
    return str(value)


def whole(value: Any, name: str, default: int = 0) -> int:
    """A whole number, also as text; null is the default. Raises 400."""
    if value is None:
        return default
    text = str(value)
    if isinstance(value, bool) or not isinstance(value, int | str) or not text.removeprefix("-").isdecimal():
        raise invalid(f"Invalid input JSON: {name} must be a whole number")
    if abs(int(text)) > _LARGEST:
        raise invalid(f"Invalid input JSON: {name} is too large")
    return int(text)
