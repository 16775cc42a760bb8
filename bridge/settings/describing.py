"""What the models say of themselves: JSON Schema for editors, a commented sample of each file, and the reference in docs/settings.md."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any, Literal, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from bridge.settings.conditions import Condition
from bridge.settings.formats import ANY, FORMATS
from bridge.settings.known import CRITERIA, DERIVED, IN_WORDS, JUDGED
from bridge.settings.loading import FILES
from bridge.settings.mapping import BRIDGE_VALUES, Mapping
from bridge.settings.secrets import PREFIX, Secrets
from bridge.settings.words import alternatives

MODELS: dict[str, type[BaseModel]] = {
    **{f"config/{name}": model for name, model in FILES.items()},
    "mappings/*.yaml": Mapping,
}
WIDTH = 112


def json_schema(file: str) -> dict[str, Any]:
    """The JSON Schema of one kind of file, e.g. `config/routing.yaml` or `mappings/*.yaml`, for editors."""
    schema = MODELS[file].model_json_schema(by_alias=True)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": file, **schema}


Line = tuple[bool, str]
"""A line of a sample, and whether it is switched off."""


def sample(file: str) -> str:
    """A commented sample: every key with its sentence; what has a default is switched off by `#`, what must be given has an example."""
    lines = [f"# {_first_line(MODELS[file])}", ""]
    lines += [f"# {text}" if off else text for off, text in _sample(MODELS[file])]
    return "\n".join(lines) + "\n"


def _sample(model: type[BaseModel]) -> list[Line]:
    lines: list[Line] = []
    for name, field in _keys(model):
        lines += [(False, f"# {line}") for line in _wrapped(field.description or "")]
        inner = next(models_within(field.annotation), None)
        if field.is_required():
            lines += _given(name, field, inner)
        elif inner is None or inner is Condition or not _is_block(field):
            lines.append((True, f"{name}: {_example(field) if field.examples else _default(field)}"))
        else:
            lines += [(True, f"{name}:"), *((True, f"  {text}") for _, text in _sample(inner))]
    return lines


def _given(name: str, field: FieldInfo, inner: type[BaseModel] | None) -> list[Line]:
    """A key that must be there, with an example."""
    if field.examples or inner is None:
        return [(False, f"{name}: {_example(field)}")]
    if inner is Condition:
        return [(False, f"{name}: {{field: job_level, at_least: director}}")]
    lines = _sample(inner)
    if get_origin(field.annotation) is tuple:
        first = next(place for place, (off, text) in enumerate(lines) if not off and not text.startswith("#"))
        lines = [(off, f"{'- ' if place == first else '  '}{text}") for place, (off, text) in enumerate(lines)]
    return [(False, f"{name}:"), *((off, f"  {text}") for off, text in lines)]


def _is_block(field: FieldInfo) -> bool:
    return get_origin(field.annotation) not in (tuple, dict)


def models_within(annotation: Any) -> Iterator[type[BaseModel]]:
    """The models a value is made of, those of lists and name → value blocks too."""
    for one in alternatives(annotation):
        if isinstance(one, type) and issubclass(one, BaseModel):
            yield one
        elif get_origin(one) in (tuple, dict):
            for inner in get_args(one):
                yield from models_within(inner)


def reference() -> str:
    """The whole reference as Markdown: what docs/settings.md holds."""
    parts = [
        "# Settings",
        "",
        "Made from the models; do not edit by hand. Each file, each key, what it means and what it is without you.",
        "",
    ]
    parts += ["Secrets never stand in these files: see [secrets](#secrets).", ""]
    for file, model in MODELS.items():
        parts += [f"## {file}", "", _first_line(model), "", *_table(model)]
        for inner in _blocks(model):
            parts += [f"### {_heading(inner)}", "", _first_line(inner), "", *_table(inner)]
    parts += ["## Condition", "", "Everything in one block must hold.", "", *_table(Condition)]
    return "\n".join([*parts, *_facts(), *_formats(), *_bridge_values(), *_secrets()]) + "\n"


def _blocks(model: type[BaseModel]) -> list[type[BaseModel]]:
    """The models inside one, each once, in the order they are met; conditions have a chapter of their own."""
    found: list[type[BaseModel]] = []
    for field in model.model_fields.values():
        for inner in models_within(field.annotation):
            if inner is not Condition:
                found += [one for one in (inner, *_blocks(inner)) if one not in found]
    return found


def _table(model: type[BaseModel]) -> list[str]:
    lines = ["| key | kind | default | meaning |", "|---|---|---|---|"]
    for name, field in _keys(model):
        default = "**required**" if field.is_required() else _shown_default(field)
        lines.append(f"| `{name}` | {_kind(field.annotation)} | {default} | {_cell(_said(field))} |")
    return [*lines, ""]


def _keys(model: type[BaseModel]) -> Iterator[tuple[str, FieldInfo]]:
    for name, field in model.model_fields.items():
        if not (model is Mapping and name == "name"):
            yield field.alias or name, field


def _kind(annotation: Any) -> str:
    kinds = list(dict.fromkeys(_one_kind(one) for one in alternatives(annotation) if one is not type(None)))
    return " or ".join(kinds)


def _one_kind(one: Any) -> str:
    origin, args = get_origin(one), get_args(one)
    if isinstance(one, type) and issubclass(one, BaseModel):
        return f"[{_heading(one)}](#{_anchor(one)})"
    if origin is tuple:
        return f"list of {_kind(args[0])}"
    if origin is dict:
        return f"{_kind(args[0])} → {_kind(args[1])}"
    if origin is Literal:
        return ", ".join(f"`{arg}`" for arg in args)
    return KINDS[one]


KINDS: dict[Any, str] = {
    str: "text", bool: "true or false", int: "whole number", float: "number", date: "day", timedelta: "interval",
}  # fmt: skip


def _shown_default(field: FieldInfo) -> str:
    value = field.get_default(call_default_factory=True, validated_data={})
    return "–" if value is None else "see there" if isinstance(value, BaseModel) else f"`{_yaml(value)}`"


def _default(field: FieldInfo) -> str:
    return _yaml(field.get_default(call_default_factory=True, validated_data={}))


def _example(field: FieldInfo) -> str:
    return _yaml(field.examples[0]) if field.examples else "…"


def _yaml(value: Any) -> str:
    """A value on one line, as YAML (JSON is YAML)."""
    if isinstance(value, str):
        return (
            value
            if value and value.replace("_", "").replace("-", "").isalnum() and not value[0].isdigit()
            else json.dumps(value)
        )
    return json.dumps(value if not isinstance(value, tuple) else list(value), ensure_ascii=False)


def _said(field: FieldInfo) -> str:
    example = f" Example: `{_yaml(field.examples[0])}`." if field.examples else ""
    return f"{field.description or ''}{example}"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def _heading(model: type[BaseModel]) -> str:
    words = "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in model.__name__).strip()
    return (words[0].upper() + words[1:]).replace("Hub spot", "HubSpot").replace("Bant", "BANT")


def _anchor(model: type[BaseModel]) -> str:
    return _heading(model).lower().replace(" ", "-")


def _first_line(model: type[BaseModel]) -> str:
    return (model.__doc__ or "").strip().splitlines()[0]


def _wrapped(text: str) -> list[str]:
    words, lines = text.split(), [""]
    for word in words:
        if len(lines[-1]) + len(word) >= WIDTH:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return lines


def _facts() -> list[str]:
    lines = [
        "## Facts",
        "",
        "What conditions may speak of, beside every field of the mapping whose target is `facts`.",
        "",
    ]
    lines += ["| fact | kind | meaning |", "|---|---|---|"]
    for fact in (*DERIVED, *JUDGED):
        options = f" One of {', '.join(f'`{option}`' for option in fact.options)}." if fact.options else ""
        lines.append(f"| `{fact.name}` | {IN_WORDS[fact.type]} | {fact.sentence}{options} |")
    lines += [f"| `{name}` | true or false | The BANT criterion {name} is met. |" for name in CRITERIA]
    return [*lines, ""]


def _formats() -> list[str]:
    lines = ["## Formats", "", "| format | makes | options |", "|---|---|---|"]
    for name, facts in FORMATS.items():
        options = "; ".join(
            f"`{key}`" if values == ANY else f"`{key}`: {', '.join(values)}" for key, values in facts.options.items()
        )
        lines.append(f"| `{name}` | {facts.sentence} | {options} |")
    return [*lines, ""]


def _bridge_values() -> list[str]:
    lines = [
        "## What the bridge makes",
        "",
        "For `from` in mappings to Salesforce and HubSpot.",
        "",
        "| name | is |",
        "|---|---|",
    ]
    return [*lines, *(f"| `bridge.{name}` | {sentence} |" for name, sentence in BRIDGE_VALUES.items())]


def _secrets() -> list[str]:
    lines = ["", "## Secrets", "", "From the environment, or from files of these names in small letters in the folder"]
    lines += ["`LEADBRIDGE_SECRETS_DIR` names.", "", "| variable | is |", "|---|---|"]
    return [
        *lines,
        *(f"| `{PREFIX}{name.upper()}` | {field.description} |" for name, field in Secrets.model_fields.items()),
    ]


if __name__ == "__main__":
    print(reference(), end="")
