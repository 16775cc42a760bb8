"""What the tables of cleaning share: one value through one format, and picklists to fit values to."""

from __future__ import annotations

from typing import Any

from bridge.decisions import Cleaned
from bridge.stages.clean.formats import FORMATS, FormatContext
from connectors.records import FieldSchema

COUNTRY_LABELS = FieldSchema(
    "Country",
    "Country",
    "picklist",
    restricted=True,
    options=("GB", "US", "DE", "KR", "CI", "TR"),
    labels=("United Kingdom", "United States", "Germany", "Korea, Republic of", "Côte d'Ivoire", "Türkiye"),
)
COUNTRY_NAMES = FieldSchema(
    "Country",
    "Country",
    "picklist",
    restricted=True,
    options=("UK", "USA", "Germany", "South Korea"),
    labels=("UK", "USA", "Germany", "South Korea"),
)
STATES = FieldSchema(
    "State",
    "State",
    "picklist",
    restricted=True,
    options=("CA", "WA", "NY", "WAU", "BY", "NW"),
    labels=("California", "Washington", "New York", "Western Australia", "Bavaria", "North Rhine-Westphalia"),
)
INDUSTRY = FieldSchema(
    "Industry",
    "Industry",
    "picklist",
    restricted=True,
    options=("Technology", "Mfg", "Banking & Finance", "Other"),
    labels=("Technology", "Manufacturing", "Banking & Finance", "Andere"),
)


def cleaned(format_name: str, raw: object, **context: Any) -> Cleaned:
    """`raw` through one format."""
    return FORMATS[format_name](raw, FormatContext(**context))


def check(format_name: str, raw: object, value: object, reason: str, **context: Any) -> Cleaned:
    """The answer is `value` with `reason`, its type too; what cannot be used keeps its original; a text answer stays as it is when cleaned again."""
    answer = cleaned(format_name, raw, **context)
    assert (answer.value, answer.reason) == (value, reason)
    assert type(answer.value) is type(value)
    assert bool(answer.note) == bool(reason)
    if reason:
        assert answer.original == raw
    if isinstance(value, str):
        assert cleaned(format_name, value, **context).value == value
    return answer
