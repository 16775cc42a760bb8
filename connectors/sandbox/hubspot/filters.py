"""What a search asks, made into a test of rows: the thirteen documented operators by property type."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from connectors.sandbox.hubspot.problems import Problem, invalid
from connectors.sandbox.hubspot.rows import Row
from connectors.sandbox.hubspot.schema import Property, Schema
from connectors.sandbox.hubspot.values import moment_text

Test = Callable[[Row], bool]

OPERATORS = {
    "EQ", "NEQ", "LT", "LTE", "GT", "GTE", "BETWEEN", "IN", "NOT_IN", "HAS_PROPERTY", "NOT_HAS_PROPERTY", "CONTAINS_TOKEN",
    "NOT_CONTAINS_TOKEN",
}  # fmt: skip
GROUPS, FILTERS_A_GROUP, FILTERS = 5, 6, 18
_COMPARISONS: Mapping[str, Callable[[Any, Any], Any]] = {
    "EQ": operator.eq,
    "NEQ": operator.ne,
    "LT": operator.lt,
    "LTE": operator.le,
    "GT": operator.gt,
    "GTE": operator.ge,
}
_WORD = re.compile(r"[^\s,;:!?()\[\]{}\"'<>/|]+")


@dataclass(frozen=True, slots=True)
class Filter:
    """One condition, checked and with its values in the form records keep them."""

    definition: Property
    operator: str
    value: str = ""
    high: str = ""
    values: frozenset[str] = frozenset()


def read_groups(schema: Schema, given: Any) -> list[list[Filter]]:
    """The filter groups of a request (any of them may hold; within one all must). Raises 400."""
    if not isinstance(given, list) or not all(isinstance(group, dict) for group in given):
        raise invalid("Invalid input JSON: filterGroups must be a list of objects")
    if len(given) > GROUPS:
        raise invalid(f"The maximum number of filter groups is {GROUPS}, {len(given)} were given")
    groups = [group.get("filters") or [] for group in given]
    if not all(isinstance(group, list) and all(isinstance(one, dict) for one in group) for group in groups):
        raise invalid("Invalid input JSON: filters must be a list of objects")
    if any(len(group) > FILTERS_A_GROUP for group in groups):
        raise invalid(f"The maximum number of filters in a group is {FILTERS_A_GROUP}")
    if sum(len(group) for group in groups) > FILTERS:
        raise invalid(f"The maximum number of filters in all groups together is {FILTERS}")
    return [[_read(schema, one) for one in group] for group in groups if group]


def _read(schema: Schema, given: Mapping[str, Any]) -> Filter:
    name = str(given.get("propertyName", ""))
    asked = str(given.get("operator", ""))
    definition = schema.properties.get(name)
    if definition is None:
        raise Problem(
            400,
            f"There was a problem with the request: property {name} does not exist for object type {schema.kind.type_id}",
            "VALIDATION_ERROR",
            context={"propertyName": [name]},
        )
    if asked not in OPERATORS:
        raise invalid(f"Invalid input JSON: operator '{asked}' is not one of {', '.join(sorted(OPERATORS))}")
    if asked in ("HAS_PROPERTY", "NOT_HAS_PROPERTY"):
        return Filter(definition, asked)
    if asked in ("IN", "NOT_IN"):
        values = given.get("values")
        if not isinstance(values, list) or not values:
            raise invalid(f"operator {asked} requires a non-empty list of values for property {name}")
        return Filter(definition, asked, values=frozenset(_kept(definition, str(value)) for value in values))
    if given.get("value") in (None, ""):
        raise invalid(f"operator {asked} requires a value for property {name}")
    value = str(given["value"])
    if asked.endswith("CONTAINS_TOKEN"):
        return Filter(definition, asked, value)
    if asked == "BETWEEN":
        if given.get("highValue") in (None, ""):
            raise invalid(f"operator BETWEEN requires highValue for property {name}")
        return Filter(definition, asked, _kept(definition, value), _kept(definition, str(given["highValue"])))
    return Filter(definition, asked, _kept(definition, value))


def _kept(definition: Property, value: str) -> str:
    """A filter's value in the form records keep: times as ISO text, numbers checked."""
    if definition.type in ("datetime", "date"):
        text = moment_text(value)
        if text is None:
            raise invalid(f"{value} is not a valid date for property {definition.name}")
        return text if definition.type == "datetime" else text[:10]
    if definition.type == "number":
        try:
            float(value)
        except ValueError:
            raise invalid(f"{value} is not a valid number for property {definition.name}") from None
    return value


def test_of(filters: list[Filter], fixed: Mapping[str, int]) -> Test | None:
    """A test that holds when all filters do; None where there is nothing to test."""
    tests = [_test(one, fixed) for one in filters]
    if len(tests) <= 1:
        return tests[0] if tests else None
    return lambda row: all(test(row) for test in tests)


def any_of(groups: list[list[Filter]], fixed: Mapping[str, int]) -> Test | None:
    """A test that holds when one of the groups does."""
    tests = [test for test in (test_of(group, fixed) for group in groups) if test is not None]
    if len(tests) <= 1:
        return tests[0] if tests else None
    return lambda row: any(test(row) for test in tests)


def value_getter(name: str, fixed: Mapping[str, int]) -> Callable[[Row], str | None]:
    """How to read a property off a row."""
    place = fixed.get(name)
    if place is None:
        return lambda row: row.get(name)
    return lambda row: row.values[place]


def comparable(definition: Property) -> Callable[[str], Any]:
    """What a kept value is compared as."""
    if definition.type == "number":
        return _as_number
    if definition.type == "datetime":
        # Some of HubSpot's own times are kept as milliseconds, the others as ISO text.
        return lambda text: (moment_text(text) or text) if text.isdigit() else text
    if definition.type in ("enumeration", "bool", "date"):
        return str
    return str.lower


def _as_number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return float("nan")


def _test(one: Filter, fixed: Mapping[str, int]) -> Test:
    get = value_getter(one.definition.name, fixed)
    if one.operator == "HAS_PROPERTY":
        return lambda row: bool(get(row))
    if one.operator == "NOT_HAS_PROPERTY":
        return lambda row: not get(row)
    if one.operator in ("IN", "NOT_IN"):
        return _in(one, get)
    if one.operator in ("CONTAINS_TOKEN", "NOT_CONTAINS_TOKEN"):
        return _tokens(one, get)
    return _compare(one, get)


def _in(one: Filter, get: Callable[[Row], str | None]) -> Test:
    """IN and NOT_IN. Of a text property the values have to be given in lower case: others match nothing."""
    as_what = comparable(one.definition)
    numeric = one.definition.type in ("number", "datetime")
    values = {as_what(value) for value in one.values} if numeric else set(one.values)
    several = one.definition.field_type == "checkbox"

    def holds(row: Row) -> bool:
        value = get(row)
        if not value:
            return False
        if several:
            return any(part in values for part in value.split(";")) == wanted
        return (as_what(value) in values) == wanted

    wanted = one.operator == "IN"
    return holds


def _tokens(one: Filter, get: Callable[[Row], str | None]) -> Test:
    """CONTAINS_TOKEN: every word asked for is a word of the value; `*` stands for any letters."""
    asked = [re.compile(re.escape(word).replace(r"\*", ".*")) for word in _words(one.value)]

    def holds(row: Row) -> bool:
        words = _words(get(row) or "")
        # An address counts as a whole and by its parts.
        words += [part for word in words if "@" in word for part in re.split(r"[@]", word)]
        return all(any(pattern.fullmatch(word) for word in words) for pattern in asked)

    if one.operator == "CONTAINS_TOKEN":
        return holds
    return lambda row: bool(get(row)) and not holds(row)


def _words(text: str) -> list[str]:
    return _WORD.findall(text.lower())


def _compare(one: Filter, get: Callable[[Row], str | None]) -> Test:
    """The operators that hold a value against one or two others; what is not set passes none of them."""
    as_what = comparable(one.definition)
    low = as_what(one.value)
    if one.operator == "EQ" and one.definition.field_type == "checkbox":
        return lambda row: one.value in (get(row) or "").split(";")
    if one.operator == "BETWEEN":
        high = as_what(one.high)
        holds: Callable[[Any], bool] = lambda value: low <= value <= high  # noqa: E731
    else:
        compare = _COMPARISONS[one.operator]
        holds = lambda value: bool(compare(value, low))  # noqa: E731

    def test(row: Row) -> bool:
        value = get(row)
        return bool(value) and holds(as_what(value or ""))

    return test


def query_test(text: str, names: tuple[str, ...]) -> Test:
    """A search's free text: each of its words begins a word of one of the searched properties."""
    asked = _words(text)

    def holds(row: Row) -> bool:
        words = [word for name in names for word in _words(row.get(name) or "")]
        return all(any(word.startswith(start) for word in words) for start in asked)

    return holds
