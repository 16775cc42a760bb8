"""The pools a world draws from: countries, people's names, what names of organisations are made of, job titles, what people write.

Read once from the TOML files in `data/`; all strings, no guessing of types.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

DATA = Path(__file__).parent / "data"


@dataclass(frozen=True, slots=True)
class City:
    """A place with the state as it is written there ('' where none is) and a postal code."""

    name: str
    state: str
    postal: str


@dataclass(frozen=True, slots=True)
class Country:
    """One country: how organisations, people, phones and places look there."""

    code: str
    name: str
    region: str
    weight: int
    names: str
    language: str
    tlds: tuple[str, ...]
    zone: str
    dial: str
    drops_zero: bool
    legal: tuple[str, ...]
    cities: tuple[City, ...]
    phones: tuple[str, ...]
    mobiles: tuple[str, ...]
    typed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Written:
    """A word in Latin letters and, where there is one, in its own script."""

    latin: str
    native: str = ""


@dataclass(frozen=True, slots=True)
class Title:
    """A job title, its level (c_level, vp, director, manager, staff) and its department."""

    text: str
    level: str
    department: str


def written(text: str) -> Written:
    """'Latin|native' or just 'Latin'."""
    latin, _, native = text.partition("|")
    return Written(latin, native)


@cache
def table(name: str) -> dict[str, Any]:
    """One file of `data/` as it stands."""
    return tomllib.loads((DATA / f"{name}.toml").read_text(encoding="utf-8"))


@cache
def countries() -> dict[str, Country]:
    """All countries by ISO code, in file order."""
    return {code: _country(code, row) for code, row in table("countries").items()}


def _country(code: str, row: dict[str, Any]) -> Country:
    cities = tuple(City(*line.split("|")) for line in row["cities"])
    lists = {name: tuple(row[name]) for name in ("tlds", "legal", "phones", "mobiles", "typed")}
    return Country(**{**row, **lists, "code": code, "cities": cities})


@cache
def given_names(pool: str) -> tuple[Written, ...]:
    """First names of a pool of `names.toml`."""
    return tuple(written(name) for name in table("names")[pool]["first"])


@cache
def family_names(pool: str) -> tuple[Written, ...]:
    """Last names of a pool of `names.toml`."""
    return tuple(written(name) for name in table("names")[pool]["last"])


@cache
def titles(level: str, language: str) -> tuple[Title, ...]:
    """Titles of a level in a language; empty when that language has none of its own."""
    rows = [row for row in table("roles")["titles"] if row["level"] == level]
    pairs = (text.split("|") for row in rows for text in row.get(language, ()))
    return tuple(Title(text, level, department) for text, department in pairs)
