"""WHERE as functions from a row's number to yes or no. Null is smaller than nothing: only `= null` and what negates find it."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Collection
from typing import Any

from connectors.sandbox.salesforce import ids
from connectors.sandbox.salesforce.fields import ID_TYPES, TEXT_TYPES
from connectors.sandbox.salesforce.soql import nodes
from connectors.sandbox.salesforce.soql.build import plain
from connectors.sandbox.salesforce.soql.literals import days_of
from connectors.sandbox.salesforce.soql.problems import SoqlProblem, malformed
from connectors.sandbox.salesforce.soql.scope import Bound, Scope
from connectors.sandbox.salesforce.store import Getter, folded

Test = Callable[[int], bool]
# Gives the ids or values a sub-query selects.
SubQuery = Callable[[nodes.Query, Scope], Collection[Any]]
Bind = Callable[[nodes.Operand], Bound]

_SIGNS: dict[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_QUOTED_TYPES = TEXT_TYPES | ID_TYPES


class Conditions:
    """Compiles the conditions of one query level."""

    def __init__(self, scope: Scope, sub_query: SubQuery, bind: Bind | None = None) -> None:
        self._scope = scope
        self._sub_query = sub_query
        self._bind = bind or scope.bind
        # What sub-queries gave, so that whoever narrows the rows need not run them again.
        self.selected: dict[int, frozenset[Any]] = {}

    def compile(self, condition: nodes.Condition) -> Test:
        """The test of a condition; raises `SoqlProblem` where it does not fit the schema."""
        if isinstance(condition, nodes.All):
            return _all([self.compile(one) for one in condition.conditions])
        if isinstance(condition, nodes.Any_):
            return _any([self.compile(one) for one in condition.conditions])
        if isinstance(condition, nodes.Negation):
            inner = self.compile(condition.condition)
            return lambda row: not inner(row)
        bound = self._filterable(condition.operand)
        if isinstance(condition, nodes.Comparison):
            return self._comparison(bound, condition)
        if isinstance(condition, nodes.Membership):
            return self._membership(bound, condition)
        return _inclusion(bound, condition)

    def _filterable(self, operand: nodes.Operand) -> Bound:
        bound = self._bind(operand)
        if bound.field is not None and not bound.field.filterable:
            raise SoqlProblem("INVALID_FIELD", f"field '{bound.name}' can not be filtered in a query call", bound.at)
        return bound

    def _comparison(self, bound: Bound, condition: nodes.Comparison) -> Test:
        sign, value, get = condition.operator, condition.value, bound.get
        if sign == "like":
            return _like(bound, value, condition.at)
        if value.kind == "null":
            if bound.type == "boolean" or sign not in ("=", "!="):
                raise misfit(bound, value.at)
            return (lambda row: get(row) is None) if sign == "=" else (lambda row: get(row) is not None)
        if value.kind == "word":
            return self._word(bound, sign, value)
        wanted = self.content(bound, value)
        text = bound.type in TEXT_TYPES
        if sign in ("=", "!="):
            return _equal(get, folded(wanted), sign == "=") if text else _same(get, wanted, sign == "=")
        if bound.type in ("boolean", "multipicklist"):
            raise _no_operator(bound, condition.at)
        if wanted is None:
            return lambda _row: False
        return _ordered(get, _SIGNS[sign], wanted, text)

    def _word(self, bound: Bound, sign: str, value: nodes.Value) -> Test:
        """A comparison with a date literal, which stands for whole days."""
        if bound.type not in ("date", "datetime"):
            raise malformed(f"unexpected token: '{value.content[0]}'", value.at)
        name, number = value.content
        days = days_of(name, number, self._scope.today())
        if days is None:
            raise malformed(f"unexpected token: '{value.content[0]}'", value.at)
        low, high = (edge(bound, day.isoformat()) for day in days)
        get = bound.get
        if sign == "=":
            return lambda row: (held := get(row)) is not None and low <= held < high
        if sign == "!=":
            return lambda row: (held := get(row)) is None or not low <= held < high
        if sign in ("<", ">="):
            return _ordered(get, _SIGNS[sign], low, False)
        return _ordered(get, operator.lt if sign == "<=" else operator.ge, high, False)

    def _membership(self, bound: Bound, condition: nodes.Membership) -> Test:
        if isinstance(condition.members, nodes.Query):
            if bound.type not in ID_TYPES:
                raise malformed(
                    f"The inner and outer selects of a semi-join must be ids, cannot use: '{bound.name}'", bound.at
                )
            wanted = frozenset(self._sub_query(condition.members, self._scope))
        else:
            wanted = self._members(bound, condition.members)
        self.selected[id(condition)] = wanted
        get = bound.get
        if bound.type not in TEXT_TYPES:
            test: Test = lambda row: get(row) in wanted  # noqa: E731
        else:
            test = lambda row: folded(get(row)) in wanted  # noqa: E731
        return (lambda row: not test(row)) if condition.negated else test

    def _members(self, bound: Bound, members: tuple[nodes.Value, ...]) -> frozenset[Any]:
        if any(value.kind == "word" for value in members):
            word = next(value for value in members if value.kind == "word")
            raise malformed(f"unexpected token: '{word.content[0]}'", word.at)
        contents = (None if value.kind == "null" else self.content(bound, value) for value in members)
        return frozenset(folded(one) for one in contents) if bound.type in TEXT_TYPES else frozenset(contents)

    def content(self, bound: Bound, value: nodes.Value) -> Any:
        """The value a literal compares as; raises INVALID_FIELD where its type is not the field's."""
        kind = bound.type
        if kind in _QUOTED_TYPES:
            if value.kind != "string":
                raise misfit(bound, value.at)
            text = plain(value.content)
            if kind in ID_TYPES:
                return _id(text, value.at)
            return text or None
        fits = {"boolean": ("boolean",), "date": ("date",), "datetime": ("datetime",)}.get(kind, ("number",))
        if value.kind not in fits:
            raise misfit(bound, value.at)
        return value.content


def edge(bound: Bound, day: str) -> str:
    """Where a day begins, in the terms of the field."""
    return f"{day}T00:00:00.000+0000" if bound.type == "datetime" else day


def misfit(bound: Bound, at: int) -> SoqlProblem:
    """A literal of the wrong type."""
    field = bound.field
    kind = field.soql_type if field is not None else bound.type
    quotes = "should be enclosed in quotes" if bound.type in _QUOTED_TYPES else "should not be enclosed in quotes"
    kind = "string" if bound.type in TEXT_TYPES else kind
    return SoqlProblem(
        "INVALID_FIELD", f"value of filter criterion for field '{bound.name}' must be of type {kind} and {quotes}", at
    )


def _no_operator(bound: Bound, at: int) -> SoqlProblem:
    kind = bound.field.soql_type if bound.field is not None else bound.type
    return SoqlProblem("INVALID_QUERY_FILTER_OPERATOR", f"invalid operator on {kind.lower()} field", at)


def _id(text: str, at: int) -> str | None:
    if not text:
        return None
    id18 = ids.whole(text)
    if id18 is None:
        raise SoqlProblem("INVALID_QUERY_FILTER_OPERATOR", f"invalid ID field: {text}", at)
    return id18


def _all(tests: list[Test]) -> Test:
    if len(tests) == 2:
        first, second = tests
        return lambda row: first(row) and second(row)
    return lambda row: all(test(row) for test in tests)


def _any(tests: list[Test]) -> Test:
    if len(tests) == 2:
        first, second = tests
        return lambda row: first(row) or second(row)
    return lambda row: any(test(row) for test in tests)


def _equal(get: Getter, wanted: Any, same: bool) -> Test:
    if same:
        return lambda row: folded(get(row)) == wanted
    return lambda row: folded(get(row)) != wanted


def _same(get: Getter, wanted: Any, same: bool) -> Test:
    """Equality to the letter: ids, numbers, times."""
    if same:
        return lambda row: get(row) == wanted
    return lambda row: get(row) != wanted


def _ordered(get: Getter, compare: Callable[[Any, Any], bool], wanted: Any, text: bool) -> Test:
    """A comparison by size; text without regard to case."""
    if text:
        low = folded(wanted)
        return lambda row: (held := get(row)) is not None and compare(held.lower(), low)
    return lambda row: (held := get(row)) is not None and compare(held, wanted)


def _like(bound: Bound, value: nodes.Value, at: int) -> Test:
    if bound.type not in TEXT_TYPES or bound.type == "multipicklist":
        raise _no_operator(bound, at)
    if value.kind != "string":
        raise misfit(bound, value.at)
    get = bound.get
    match = re.compile(_pattern(value.content), re.IGNORECASE | re.DOTALL).fullmatch
    return lambda row: (held := get(row)) is not None and match(held) is not None


def _pattern(like: str) -> str:
    """A regular expression from a LIKE pattern: % any text, _ one character, a backslash takes their meaning away."""
    made = []
    characters = iter(like)
    for character in characters:
        if character == "%":
            made.append(".*")
        elif character == "_":
            made.append(".")
        elif character == "\\":
            made.append(re.escape(next(characters, "\\")))
        else:
            made.append(re.escape(character))
    return "".join(made)


def _inclusion(bound: Bound, condition: nodes.Inclusion) -> Test:
    """INCLUDES: one of the members holds, a member being several values that are all there."""
    if bound.type != "multipicklist":
        raise _no_operator(bound, condition.at)
    wanted = []
    for value in condition.members:
        if value.kind != "string":
            raise misfit(bound, value.at)
        wanted.append(frozenset(part.strip().lower() for part in plain(value.content).split(";")))
    get = bound.get

    def includes(row: int) -> bool:
        held = get(row)
        if held is None:
            return False
        there = {part.lower() for part in held.split(";")}
        return any(one <= there for one in wanted)

    return (lambda row: not includes(row)) if condition.negated else includes
