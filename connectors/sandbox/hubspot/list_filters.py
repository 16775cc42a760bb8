"""The filters of lists made into tests of records: properties of every type, other lists, and branches of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from connectors.sandbox.hubspot.filters import comparable, value_getter
from connectors.sandbox.hubspot.problems import invalid
from connectors.sandbox.hubspot.rows import Row
from connectors.sandbox.hubspot.schema import Property, Schema
from connectors.sandbox.hubspot.shapes import whole
from connectors.sandbox.hubspot.values import moment_text
from connectors.sandbox.kernel.clock import iso_ms

Test = Callable[[Row], bool]
Holds = Callable[[str], bool]
# Gives the ids in another list, by its id.
MembersOf = Callable[[str], Mapping[int, str]]
_SIDES: Mapping[str, Callable[[Any, Any], bool]] = {
    "IS_EQUAL_TO": lambda a, b: bool(a == b), "IS": lambda a, b: bool(a == b), "IS_EXACTLY": lambda a, b: bool(a == b),
    "IS_NOT_EQUAL_TO": lambda a, b: bool(a != b), "IS_NOT": lambda a, b: bool(a != b),
    "IS_GREATER_THAN": lambda a, b: bool(a > b), "IS_AFTER": lambda a, b: bool(a > b),
    "IS_GREATER_THAN_OR_EQUAL_TO": lambda a, b: bool(a >= b),
    "IS_LESS_THAN": lambda a, b: bool(a < b), "IS_BEFORE": lambda a, b: bool(a < b),
    "IS_LESS_THAN_OR_EQUAL_TO": lambda a, b: bool(a <= b),
}  # fmt: skip
# Farther ahead or back is no date.
_DAYS_AT_MOST = 36_500
_MONTHS = (
    "JANUARY", "FEBRUARY", "MARCH", "APRIL", "MAY", "JUNE", "JULY", "AUGUST", "SEPTEMBER", "OCTOBER", "NOVEMBER", "DECEMBER",
)  # fmt: skip
_NEGATED = {"IS_NONE_OF": "IS_ANY_OF", "DOES_NOT_CONTAIN": "CONTAINS", "IS_NOT_BETWEEN": "IS_BETWEEN"}
_OTHER = {
    "CALENDAR_DATE", "COMPARATIVE_DATE", "COMPARATIVE_PROPERTY_UPDATED", "COMPARATIVE_STRING", "ROLLING_PROPERTY_UPDATED", "TIME_POINT",
    "TIME_RANGED",
}  # fmt: skip
_ROLLING = {"IS_LESS_THAN_X_DAYS_AGO", "IS_MORE_THAN_X_DAYS_AGO", "IS_LESS_THAN_X_DAYS_FROM_NOW", "IS_MORE_THAN_X_DAYS_FROM_NOW"}  # fmt: skip


class ListFilters:
    """Compiles filter branches for one kind of records at one moment. Raises 400 for what no list can follow."""

    def __init__(self, schema: Schema, fixed: Mapping[str, int], now: datetime, members: MembersOf) -> None:
        """`fixed` names the properties every record has in a place of its own."""
        self._schema = schema
        self._fixed = fixed
        self._now = now
        self._members = members

    def branch(self, given: Mapping[str, Any]) -> Test:
        """A branch: OR, AND, and their opposites NOT_ANY and NOT_ALL. Filters on events hold for nobody."""
        kind = str(given.get("filterBranchType", ""))
        if kind not in ("OR", "AND", "NOT_ANY", "NOT_ALL", "RESTRICTED"):
            return lambda row: False
        tests = [self.branch(inner) for inner in given.get("filterBranches") or ()]
        tests += [self._filter(one) for one in given.get("filters") or ()]
        if kind == "OR":
            return lambda row: any(test(row) for test in tests)
        if kind == "NOT_ANY":
            return lambda row: not any(test(row) for test in tests)
        if kind == "NOT_ALL":
            return lambda row: not all(test(row) for test in tests)
        return lambda row: bool(tests) and all(test(row) for test in tests)

    def _filter(self, given: Mapping[str, Any]) -> Test:
        if given.get("filterType") == "IN_LIST":
            ids = frozenset(self._members(str(given.get("listId", ""))))
            wanted = given.get("operator") != "NOT_IN_LIST"
            return lambda row: (row.id in ids) == wanted
        if given.get("filterType") != "PROPERTY":
            return lambda row: False
        name, operation = str(given.get("property", "")), given.get("operation") or {}
        definition = self._schema.properties.get(name)
        if definition is None:
            raise invalid(f"Property {name} does not exist", sub_category="ILS.INVALID_FILTER")
        operator = str(operation.get("operator", ""))
        get = value_getter(name, self._fixed)
        if operator in ("IS_KNOWN", "IS_UNKNOWN"):
            return lambda row: bool(get(row)) == (operator == "IS_KNOWN")
        holds = self._value_test(definition, operator, operation)
        blank = operation.get("includeObjectsWithNoValueSet") is True
        return lambda row: holds(value) if (value := get(row)) else blank

    def _value_test(self, definition: Property, operator: str, operation: Mapping[str, Any]) -> Holds:
        if operation.get("operationType") in _OTHER:
            raise invalid(
                f"operationType {operation['operationType']} is not offered here", sub_category="ILS.INVALID_FILTER"
            )
        if operator in _NEGATED:
            positive = self._value_test(definition, _NEGATED[operator], operation)
            return lambda value: not positive(value)
        if operator in _ROLLING:
            return self._rolling(operator, whole(operation.get("numberOfDays"), "numberOfDays"))
        as_what = _read(definition)
        if operator == "IS_BETWEEN":
            low, high = (as_what(_text(operation.get(key))) for key in ("lowerBound", "upperBound"))
            return lambda value: bool(low <= as_what(value) <= high)
        given = _given(operation)
        if operator in ("CONTAINS", "STARTS_WITH", "ENDS_WITH"):
            return _text_test(operator, [one.lower() for one in given])
        if operator in ("IS_ANY_OF", "CONTAINS_ALL", "HAS_EVER_BEEN_ANY_OF"):
            wanted = {as_what(one) for one in given}
            if operator == "CONTAINS_ALL":
                return lambda value: wanted <= _parts(definition, value, as_what)
            return lambda value: bool(wanted & _parts(definition, value, as_what))
        compare = _SIDES.get(operator)
        if compare is None:
            raise invalid(
                f"Invalid operator {operator} for property {definition.name}", sub_category="ILS.INVALID_FILTER"
            )
        right = as_what(given[0])
        return lambda value: compare(as_what(value), right)

    def _rolling(self, operator: str, days: int) -> Holds:
        """Days before or after now."""
        ahead = operator.endswith("FROM_NOW")
        if not 0 <= days <= _DAYS_AT_MOST:
            raise invalid(f"numberOfDays must be between 0 and {_DAYS_AT_MOST}", sub_category="ILS.INVALID_FILTER")
        now, edge = iso_ms(self._now), iso_ms(self._now + timedelta(days=days if ahead else -days))
        low, high = (now, edge) if ahead else (edge, now)
        if "LESS_THAN" in operator:
            return lambda value: low <= (moment_text(value) or "") <= high
        return lambda value: (moment_text(value) or "") > edge if ahead else (moment_text(value) or "~") < edge


def _given(operation: Mapping[str, Any]) -> list[str]:
    """The values an operation names: several, one, a moment, or a day by its parts."""
    if {"year", "month", "day"} <= set(operation):
        month = str(operation["month"])
        try:
            number = int(month) if month.isdigit() else _MONTHS.index(month.upper()) + 1
            return [iso_ms(datetime(int(operation["year"]), number, int(operation["day"]), tzinfo=UTC))]
        except (ValueError, TypeError, OverflowError):
            raise invalid("year, month and day are no day", sub_category="ILS.INVALID_FILTER") from None
    return [_text(one) for one in operation.get("values") or [operation.get("value", operation.get("timestamp", ""))]]


def _text(given: Any) -> str:
    if isinstance(given, bool):
        return "true" if given else "false"
    return str(given)


def _read(definition: Property) -> Callable[[str], Any]:
    """What a value is compared as; a time by its moment, however it is written."""
    if definition.type in ("date", "datetime"):
        return lambda text: moment_text(text) or text
    return comparable(definition)


def _parts(definition: Property, value: str, as_what: Callable[[str], Any]) -> set[Any]:
    parts = value.split(";") if definition.field_type == "checkbox" else [value]
    return {as_what(part) for part in parts}


def _text_test(operator: str, given: list[str]) -> Holds:
    if operator == "CONTAINS":
        return lambda value: any(one in value.lower() for one in given)
    if operator == "STARTS_WITH":
        return lambda value: value.lower().startswith(tuple(given))
    return lambda value: value.lower().endswith(tuple(given))
