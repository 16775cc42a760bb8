"""Reads HubSpot's own properties from `data/properties.txt`, which says itself how it is written."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_FILE = Path(__file__).with_name("data") / "properties.txt"
# What kinds without a common section of their own have besides it.
_ENGAGEMENT = "engagement"
_WITHOUT_ENGAGEMENT = {"contacts", "companies", "deals", "tickets", "products", "line_items"}


@dataclass(frozen=True, slots=True)
class Line:
    """One property of the file."""

    name: str
    label: str
    type: str
    field_type: str
    group: str
    read_only: bool
    unique: bool
    open_ended: bool
    options: tuple[tuple[str, str], ...]


def standard_lines(kind: str) -> Iterator[Line]:
    """The properties a kind of object has from the start."""
    sections = _sections()
    if kind not in _WITHOUT_ENGAGEMENT:
        yield from sections[_ENGAGEMENT]
    yield from sections.get(kind, ())


@cache
def _sections() -> dict[str, tuple[Line, ...]]:
    """All properties by kind."""
    options: dict[str, str] = {}
    found: dict[str, list[Line]] = {}
    section: list[Line] = []
    for text in _FILE.read_text(encoding="utf-8").splitlines():
        if text.startswith("@"):
            name, _, values = text.partition(" ")
            options[name] = values
        elif text.startswith("["):
            section = found.setdefault(text.strip("[]"), [])
        elif text and not text.startswith("#"):
            section.append(_line(text, options))
    return {name: tuple(lines) for name, lines in found.items()}


def _line(text: str, known_options: dict[str, str]) -> Line:
    parts = [part.strip() for part in text.split("|")]
    name, label, type_, field_type, group, flags, options = parts + [""] * (7 - len(parts))
    pairs = [option.partition("=") for option in known_options.get(options, options).split(",") if option]
    return Line(
        name,
        label,
        type_,
        field_type,
        group,
        "r" in flags,
        "u" in flags,
        "x" in flags,
        tuple((value, caption or value.replace("_", " ").capitalize()) for value, _, caption in pairs),
    )
