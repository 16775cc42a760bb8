"""Pydantic's findings in our own words, each with the path it belongs to and what was probably meant."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from bridge.settings.base import did_you_mean
from bridge.settings.condition_leaves import Finding
from bridge.settings.yaml_file import NOTHING

SHORT_LIST = 8
"""Choices that are all repeated although one of them was probably meant."""
SHOWN = 40
"""Characters of a wrong value that are repeated."""


def findings_of(error: ValidationError, model: type[BaseModel]) -> Iterator[Finding]:
    """Every problem of a model, in the order of the file's keys as pydantic found them."""
    for details in error.errors(include_url=False):
        yield _finding(details, model)


def _finding(details: ErrorDetails, model: type[BaseModel]) -> Finding:
    path = tuple(details["loc"])
    kind, context = details["type"], details.get("ctx", {})
    if kind == "extra_forbidden":
        names = _names_at(model, path[:-1])
        return Finding(path, "is not known here.", did_you_mean(str(path[-1]), names) or _known(names), True)
    if kind == "missing":
        return Finding(path, "is missing.", "", True)
    if kind == "ours":
        text = str(context["text"])
        return Finding(path, text if text.endswith(".") else f"{text}.", str(context["suggestion"]))
    of_key = bool(path) and path[-1] == "[key]"
    path = path[:-1] if of_key else path
    if kind == "literal_error":
        options = re.findall(r"'([^']*)'", str(context["expected"]))
        near = did_you_mean(str(details["input"]), options)
        wanted = (
            f"must be {_either(options)}" if not near or len(options) <= SHORT_LIST else "is not one of the known ones"
        )
        return Finding(path, f"{wanted}, found {shown(details['input'])}.", near, of_key)
    say = SENTENCES.get(kind)
    text = say(context) if say else "does not fit"
    return Finding(path, f"{text}, found {shown(details['input'])}.", _quotes(kind, details["input"]))


SENTENCES: dict[str, Callable[[dict[str, Any]], str]] = {
    "string_type": lambda context: "must be a text",
    "string_too_short": lambda context: "must not be empty",
    "string_pattern_mismatch": lambda context: (
        "must begin with a small letter and hold small letters, digits and _ only"
    ),
    "bool_type": lambda context: "must be true or false",
    "int_type": lambda context: "must be a whole number",
    "float_type": lambda context: "must be a number",
    "tuple_type": lambda context: "must be a list",
    "dict_type": lambda context: "must be a block of `key: value` lines",
    "model_type": lambda context: "must be a block of `key: value` lines",
    "too_short": lambda context: "must not be empty",
    "greater_than_equal": lambda context: f"must be at least {context['ge']}",
    "greater_than": lambda context: f"must be more than {context['gt']}",
    "less_than_equal": lambda context: f"must be at most {context['le']}",
    "date_type": lambda context: "must be a day such as 2026-12-24",
    "time_delta_type": lambda context: "must be an interval such as 5m",
}


def shown(value: object) -> str:
    """A wrong value as the admin wrote it, cut short; lists and blocks by their kind only."""
    if value is None or value is NOTHING:
        return "nothing"
    if isinstance(value, dict):
        return "a block"
    if isinstance(value, tuple | list):
        return "a list" if value else "an empty list"
    if isinstance(value, bool):
        return str(value).lower()
    text = str(value)
    return f"'{text if len(text) <= SHOWN else text[: SHOWN - 1] + '…'}'"


def _quotes(kind: str, value: object) -> str:
    if kind == "string_type" and isinstance(value, int | float):
        return f'Put it in quotes: "{str(value).lower() if isinstance(value, bool) else value}".'
    if kind == "bool_type" and isinstance(value, str) and value.casefold() in ("yes", "on", "no", "off"):
        return f"Write {'true' if value.casefold() in ('yes', 'on') else 'false'}."
    if kind in ("int_type", "float_type") and isinstance(value, str) and re.fullmatch(r"[\d.]+", value):
        return "Leave out the quotes and leading zeros."
    return ""


def _either(options: list[str]) -> str:
    return options[0] if len(options) == 1 else f"{', '.join(options[:-1])} or {options[-1]}"


def _known(names: list[str]) -> str:
    return f"Known: {', '.join(names)}." if 0 < len(names) <= 12 else ""


def _names_at(model: type[BaseModel], path: tuple[int | str, ...]) -> list[str]:
    """The keys a block at `path` may have."""
    reached: list[Any] = [model]
    for part in path:
        step = [inner for annotation in reached for inner in _inside(annotation, part)]
        reached = step or reached
    models = [one for annotation in reached for one in _models(annotation)]
    names = [field.alias or name for one in models for name, field in one.model_fields.items()]
    return list(dict.fromkeys(names))


def _inside(annotation: Any, part: int | str) -> Iterator[Any]:
    for one in alternatives(annotation):
        if isinstance(one, type) and issubclass(one, BaseModel):
            for name, field in one.model_fields.items():
                if part in (name, field.alias):
                    yield field.annotation
        elif get_origin(one) is dict:
            yield get_args(one)[1]
        elif get_origin(one) is tuple and isinstance(part, int):
            yield get_args(one)[0]


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    for one in alternatives(annotation):
        if isinstance(one, type) and issubclass(one, BaseModel):
            yield one


def alternatives(annotation: Any) -> Iterator[Any]:
    """What a value may be, `Annotated` and unions taken off."""
    if get_origin(annotation) is Annotated:
        yield from alternatives(get_args(annotation)[0])
    elif get_origin(annotation) is Union or isinstance(annotation, type(int | str)):
        for one in get_args(annotation):
            yield from alternatives(one)
    else:
        yield annotation
