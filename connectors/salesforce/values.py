"""Values on their way into a request, and records on their way out of an answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from math import isfinite
from typing import Any

import orjson

from connectors.record_ids import long_id
from connectors.records import Receipt
from connectors.salesforce.soql import literal

# Salesforce's JSON holds each record's type and address beside its fields.
_ATTRIBUTES = "attributes"
# JigsawContactId and its like are another service's ids.
_OTHER_IDS = "Jigsaw"


def to_json(value: Any) -> Any:
    """A value as Salesforce's JSON takes it. None clears the field. Decimals keep every digit; times go in UTC; a list is a
    multi-select. Raises `ValueError` for anything else, a time without a zone and a number that is none.
    """
    if isinstance(value, datetime):
        return literal(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return orjson.Fragment(_plain(value))
    if isinstance(value, float) and not isfinite(value):
        raise ValueError("not a number")
    if isinstance(value, (list, tuple, set, frozenset)):
        return ";".join(str(part) for part in (sorted(value) if isinstance(value, (set, frozenset)) else value))
    if value is None or isinstance(value, (str, bool, int, float)):
        return value
    raise ValueError(f"a {type(value).__name__} is no value of a field")


def to_cell(value: Any) -> str:
    """A value as a cell of a Bulk file takes it: `#N/A` clears the field. Line breaks become LF, as the job says."""
    if value is None or value == "":
        return "#N/A"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return _plain(value)
    told = to_json(value)
    return str(told).replace("\r\n", "\n").replace("\r", "\n")


def key_problems(keys: Sequence[Any], field: str) -> dict[int, Receipt]:
    """Rows that cannot go by their key: without one they are refused, after another of the same key they wait for the next call.

    Salesforce compares keys without regard to case and outer blanks.
    """
    seen: set[str] = set()
    found: dict[int, Receipt] = {}
    for index, key in enumerate(keys):
        plain = plain_key(key)
        if not plain:
            found[index] = Receipt("refused", code="NO_KEY", message=f"the row has no {field}", fields=(field,))
        elif plain in seen:
            message = f"another row of this call has the same {field}; this one goes with the next"
            found[index] = Receipt("retry", code="SAME_KEY", message=message, fields=(field,))
        seen.add(plain)
    return found


def plain_key(key: Any) -> str:
    """A key as two are compared."""
    return "" if key is None else str(key).strip().casefold()


def from_json(row: Mapping[str, Any]) -> dict[str, Any]:
    """A record's fields without the attributes, those of related records (`Owner: {...}`) neither. What names a record does so
    by 18 characters: two lengths of one id would be two records.
    """
    return {name: _told(name, value) for name, value in row.items() if name != _ATTRIBUTES}


def _told(name: str, value: Any) -> Any:
    if isinstance(value, str):
        return long_id(value) if name.endswith("Id") and not name.startswith(_OTHER_IDS) else value
    return from_json(value) if isinstance(value, Mapping) and _ATTRIBUTES in value else value


def _plain(value: Decimal) -> str:
    if not value.is_finite():
        raise ValueError("not a number")
    return format(value, "f")
