"""From `key=value` words to the arguments of an act, as its signature wants them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from bridge.errors import UsageError
from bridge.settings.base import did_you_mean

Acts = Mapping[str, Mapping[str, Mapping[str, str]]]
"""System → act → `asks` (its signature) and `does`, as the control port tells them."""

HINT = "leadbridge sandbox act --list shows what can be done, and with what."


def arguments(known: Acts, system: str, name: str, given: Sequence[str]) -> dict[str, Any]:
    """What to send. Text stays text unless the act asks for a number or a truth; `{…}` and `[…]` are JSON; `a.b=c` makes {"a": {"b": "c"}}.

    Raises UsageError for an unknown system or act, and for a word without `=` or with JSON that cannot be read.
    """
    if system not in known:
        raise UsageError(f"there is no system '{system}' in the sandbox. {did_you_mean(system, known)}".strip(), HINT)
    if name not in known[system]:
        raise UsageError(f"nobody in {system} can '{name}'. {did_you_mean(name, known[system])}".strip(), HINT)
    asks = known[system][name]["asks"]
    made: dict[str, Any] = {}
    for word in given:
        key, equals, text = word.partition("=")
        if not equals or not key:
            raise UsageError(f"'{word}' is not key=value", HINT)
        _put(made, key.split("."), _value(asks, key, text))
    return made


def _put(made: dict[str, Any], parts: Sequence[str], value: Any) -> None:
    place = made
    for part in parts[:-1]:
        place = place.setdefault(part, {})
        if not isinstance(place, dict):
            raise UsageError(f"'{'.'.join(parts)}' is given twice, whole and in parts", HINT)
    place[parts[-1]] = value


def _value(asks: str, key: str, text: str) -> Any:
    if text[:1] in ("{", "["):
        return _json(key, text)
    found = re.search(rf"\b{re.escape(key)}: '?([\w |.]+)", asks)
    kinds = set(re.findall(r"\w+", found[1])) if found else set()
    if kinds & {"int", "float", "bool", "None"} and "str" not in kinds and "Any" not in kinds:
        return _json(key, text)
    return text


def _json(key: str, text: str) -> Any:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        raise UsageError(
            f"{key}: '{text}' cannot be read", "Numbers as 5, truths as true or false, lists and objects as JSON."
        ) from None
