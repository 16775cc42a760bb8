"""A search request from its JSON to a page of rows and a total."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from connectors.sandbox.hubspot.filters import (
    Filter,
    Test,
    any_of,
    comparable,
    query_test,
    read_groups,
    test_of,
    value_getter,
)
from connectors.sandbox.hubspot.index import SortKey, by_id
from connectors.sandbox.hubspot.numerals import is_number
from connectors.sandbox.hubspot.problems import Problem, invalid
from connectors.sandbox.hubspot.rows import Row
from connectors.sandbox.hubspot.store import Store

# No query gives more than its first so many results.
RESULTS = 10_000
PAGE, DEFAULT_PAGE = 200, 10
_LONGEST_QUERY = 3_000


@dataclass(frozen=True, slots=True)
class Found:
    """A page of results, how many there are in all, and where the next page starts (None: there is none)."""

    rows: list[Row]
    total: int
    after: int | None


def search(store: Store, given: Mapping[str, Any]) -> Found:
    """Answer a search. Raises 400 for what the real one refuses."""
    start, size = _page(given)
    groups = read_groups(store.schema, given.get("filterGroups") or [])
    if not isinstance(given.get("sorts"), list | None):
        raise invalid("Invalid input JSON: sorts must be a list")
    name, descending = _sort(store, given.get("sorts") or [])
    text = str(given.get("query") or "")
    if len(text) > _LONGEST_QUERY:
        raise invalid(f"The query is longer than {_LONGEST_QUERY} characters")
    store.index.settle(store.clock.now())
    rows, lowest = _matching(store, groups, text, name, descending)
    total = len(rows) - lowest
    if descending:
        page = [rows[place] for place in range(len(rows) - 1 - start, max(-1, len(rows) - 1 - start - size), -1)]
    else:
        page = rows[lowest + start : lowest + start + size]
    return Found(page, total, start + size if start + size < total else None)


def _page(given: Mapping[str, Any]) -> tuple[int, int]:
    size = given.get("limit", DEFAULT_PAGE)
    if not isinstance(size, int) or isinstance(size, bool):
        size = int(size) if is_number(str(size)) else -1
    if not 1 <= (size or DEFAULT_PAGE) <= PAGE:
        raise invalid(f"The requested limit is not valid: it must be between 1 and {PAGE}")
    size = size or DEFAULT_PAGE
    after = str(given.get("after") or "0")
    if not is_number(after):
        raise invalid(f"Invalid value for after: '{after}' is not a number")
    start = int(after)
    if start + size > RESULTS:
        raise Problem(
            400,
            f"There was a problem with the request: results past {RESULTS} cannot be requested (after {start}, limit {size})",
            "VALIDATION_ERROR",
        )
    return start, size


def _sort(store: Store, given: Any) -> tuple[str, bool]:
    """The property to sort by, and whether downwards. The default is the order of creation."""
    if not isinstance(given, list) or len(given) > 1:
        raise invalid("Only one sort is supported")
    if not given:
        return "hs_object_id", False
    sort = given[0]
    if isinstance(sort, dict):
        direction = sort.get("direction", "ASCENDING")
        if direction not in ("ASCENDING", "DESCENDING"):
            raise invalid(f"Invalid input JSON: direction '{direction}' is not one of ASCENDING, DESCENDING")
        name, descending = str(sort.get("propertyName", "")), direction == "DESCENDING"
    else:
        name, descending = str(sort).lstrip("-"), str(sort).startswith("-")
    if name not in store.schema.properties:
        raise invalid(f"There was a problem with the request: cannot sort by unknown property {name}")
    return name, descending


def _matching(
    store: Store, groups: list[list[Filter]], text: str, sort: str, descending: bool
) -> tuple[list[Row], int]:
    """All rows that match, upwards, and how many at the beginning a lower bound of the id leaves out."""
    by_key = _by_key(store, groups, text)
    key = _sort_key(store, sort)
    if by_key is not None:
        return sorted(by_key, key=key), 0
    lowest_id = 0
    low = high = ""
    if len(groups) == 1:
        filters = groups[0]
        if sort == "hs_object_id" and not descending:
            filters, lowest_id = _take_id_bound(filters)
        low, high = _time_bounds(filters, store.kind.modified)
        test = test_of(filters, store.fixed)
    else:
        test = any_of(groups, store.fixed)
        filters = []
    if text:
        test = _both(test, query_test(text, store.kind.searched))
    name = (_name(groups if len(groups) > 1 else [filters]), text, sort)
    listing = store.index.listing(name, test, key, lambda: store.index.between(low, high))
    return listing.rows, bisect_left(listing.rows, lowest_id, key=by_id) if lowest_id else 0


def _name(groups: list[list[Filter]]) -> bytes:
    """The same for the same filters."""
    plain = [
        [(one.definition.name, one.operator, one.value, one.high, sorted(one.values)) for one in group]
        for group in groups
    ]
    return orjson.dumps(plain)


def _both(test: Test | None, other: Test) -> Test:
    return other if test is None else lambda row: test(row) and other(row)


def _sort_key(store: Store, name: str) -> SortKey:
    """Rows by a property and then by id; records without a value come last."""
    if name == "hs_object_id":
        return by_id
    get = value_getter(name, store.fixed)
    as_what = comparable(store.schema.properties[name])

    def key(row: Row) -> tuple[bool, Any, int]:
        value = get(row)
        known = as_what(value) if value else None
        if known is None or (isinstance(known, float) and math.isnan(known)):
            return (True, 0, row.id)
        return (False, known, row.id)

    return key


def _take_id_bound(filters: list[Filter]) -> tuple[list[Filter], int]:
    """The filters without lower bounds on the id, and the lowest id they allow. A walk by id asks one list again and again."""
    rest: list[Filter] = []
    lowest = 0
    for one in filters:
        if one.definition.name == "hs_object_id" and one.operator in ("GT", "GTE") and is_number(one.value):
            lowest = max(lowest, int(one.value) + (one.operator == "GT"))
        else:
            rest.append(one)
    return rest, lowest


def _time_bounds(filters: list[Filter], modified: str) -> tuple[str, str]:
    """The earliest and latest change the filters allow, for the index to cut by; the filters still test the edges."""
    low = high = ""
    for one in filters:
        if one.definition.name != modified:
            continue
        if one.operator in ("GT", "GTE", "EQ", "BETWEEN"):
            low = max(low, one.value)
        top = one.high if one.operator == "BETWEEN" else one.value
        if one.operator in ("LT", "LTE", "EQ", "BETWEEN"):
            high = min(high, top) if high else top
    return low, high


def _by_key(store: Store, groups: list[list[Filter]], text: str) -> list[Row] | None:
    """The rows for a search that asks for ids or unique values, which need no walk through all; None for other searches."""
    if len(groups) != 1 or text:
        return None
    for one in groups[0]:
        if one.operator not in ("EQ", "IN"):
            continue
        values = one.values or {one.value}
        ids = store.ids_with(one.definition.name, values)
        if ids is None:
            continue
        shown = {row.id: row for row in (store.index.shown(id) for id in ids) if row is not None}
        shown |= {row.id: row for row in store.index.behind()}
        test = test_of(groups[0], store.fixed)
        return [row for row in shown.values() if test is None or test(row)]
    return None
