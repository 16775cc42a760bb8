"""Conditions compiled to closures over facts. Load-time checks have been made; here only speed and plain semantics count.

A value of another type than its fact's is treated as empty: it never raises. Numbers are compared as they are written (0.7 is 0.7, not the
nearest a machine can hold), texts in composed letters, as cleaning leaves them.
"""

from __future__ import annotations

import fnmatch
import math
import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from bridge.frozen import frozen
from bridge.settings.condition_leaves import Leaf, own_leaves, parts
from bridge.settings.conditions import Condition
from bridge.settings.known import LEVELS, FactType, Known

Facts = Mapping[str, object]
Test = Callable[[Facts, datetime], bool]

CHANGED = "changed_facts"
"""Key in the facts under which the names of what changed since the last decision stand."""

RANK = {level: rank for rank, level in enumerate(LEVELS)}
DAY = timedelta(days=1)


@frozen
class CompiledCondition:
    """`holds` is the whole condition; `questions` its single questions outside any `not`, for saying what was seen;
    `one_question`: there is no other."""

    holds: Test
    fields: tuple[str, ...]
    questions: tuple[tuple[str, Test], ...]
    one_question: bool

    def saw(self, facts: Facts, now: datetime) -> tuple[str, object]:
        """The first fact that spoke for a condition that holds, with its value; `("", None)` when only absences did."""
        if self.one_question:
            field = self.questions[0][0]
            return field, facts.get(field)
        for field, test in self.questions:
            if test(facts, now):
                return field, facts.get(field)
        return "", None


def compile_condition(condition: Condition, known: Known) -> CompiledCondition:
    """The closure of a checked condition."""
    questions = tuple(_questions(condition, known))
    fields = tuple(dict.fromkeys(_fields(condition)))
    one_question = len(questions) == 1 and len(_fields(condition)) == 1
    return CompiledCondition(_block(condition, known), fields, questions, one_question)


def is_blank(value: object) -> bool:
    """Nothing is known: None, an empty text, an empty list."""
    return value is None or value == "" or value == () or value == []


def _fields(condition: Condition) -> list[str]:
    return [leaf.field for leaf in own_leaves(condition)] + [f for _, part in parts(condition) for f in _fields(part)]


def _questions(condition: Condition, known: Known) -> list[tuple[str, Test]]:
    found = [(leaf.field, _leaf(leaf, known)) for leaf in own_leaves(condition)]
    for step, part in parts(condition):
        if step[0] != "not":
            found += _questions(part, known)
    return found


def _block(condition: Condition, known: Known) -> Test:
    tests = [_leaf(leaf, known) for leaf in own_leaves(condition)]
    if condition.any is not None:
        tests.append(_any_of([_block(part, known) for part in condition.any]))
    if condition.all is not None:
        tests += [_block(part, known) for part in condition.all]
    if condition.not_ is not None:
        tests.append(_negated(_block(condition.not_, known)))
    return _all_of(tests)


def _all_of(tests: list[Test]) -> Test:
    if len(tests) == 1:
        return tests[0]
    fixed = tuple(tests)

    def holds(facts: Facts, now: datetime) -> bool:
        for test in fixed:  # noqa: SIM110 a plain loop is twice as fast as all() over a generator
            if not test(facts, now):
                return False
        return True

    return holds


def _any_of(tests: list[Test]) -> Test:
    fixed = tuple(tests)

    def holds(facts: Facts, now: datetime) -> bool:
        for test in fixed:  # noqa: SIM110 as above
            if test(facts, now):
                return True
        return False

    return holds


def _negated(test: Test) -> Test:
    return lambda facts, now: not test(facts, now)


def _leaf(leaf: Leaf, known: Known) -> Test:
    field, operand = leaf.field, leaf.operand
    match leaf.operator:
        case "is_empty" | "is_filled":
            return _blank(field, operand is (leaf.operator == "is_empty"))
        case "changed":
            return _changed(field, operand)
        case "within_days":
            return _within(field, operand)
        case "before_days":
            return _before(field, operand)
        case "not_equals" | "not_in":
            wanted = operand if isinstance(operand, tuple) else (operand,)
            return _negated(_is_one_of(field, wanted, known[field].type))
        case "equals" | "in_":
            wanted = operand if isinstance(operand, tuple) else (operand,)
            return _is_one_of(field, wanted, known[field].type)
        case "contains":
            return _contains(field, operand, known[field].type)
        case "matches":
            return _matches(field, operand)
        case _:
            return _ordered(field, leaf.operator, operand, known[field].type)


def _blank(field: str, wanted: bool) -> Test:
    return lambda facts, now: is_blank(facts.get(field)) is wanted


def _changed(field: str, wanted: bool) -> Test:
    def holds(facts: Facts, now: datetime) -> bool:
        names = facts.get(CHANGED, ())
        return (isinstance(names, tuple | list | set | frozenset) and field in names) is wanted

    return holds


def _is_one_of(field: str, wanted: tuple[Any, ...], type_: FactType) -> Test:
    if type_ in (FactType.text, FactType.level):
        lowered = frozenset(_low(str(value)) for value in wanted)

        def text(facts: Facts, now: datetime) -> bool:
            value = facts.get(field)
            return isinstance(value, str) and value.casefold() in lowered

        return text
    if type_ is FactType.boolean:
        truth = wanted[0]
        # An unknown yes/no fact is no: nobody has said that it is so.
        return lambda facts, now: (facts.get(field) is True) is truth
    numbers = frozenset(_exact(value) for value in wanted)

    def number(facts: Facts, now: datetime) -> bool:
        value = facts.get(field)
        return _is_number(value) and _exact(value) in numbers

    return number


def _contains(field: str, wanted: tuple[str, ...], type_: FactType) -> Test:
    lowered = tuple(_low(value) for value in wanted)
    if type_ is FactType.many:
        members = frozenset(lowered)

        def many(facts: Facts, now: datetime) -> bool:
            value = facts.get(field)
            items = value.split(";") if isinstance(value, str) else value
            if not isinstance(items, tuple | list | set | frozenset):
                return False
            return not members.isdisjoint(str(item).strip().casefold() for item in items)

        return many

    def text(facts: Facts, now: datetime) -> bool:
        value = facts.get(field)
        if not isinstance(value, str):
            return False
        low = value.casefold()
        return any(part in low for part in lowered)

    return text


def glob(patterns: tuple[str, ...]) -> Callable[[str], bool]:
    """A test for `*` and `?` patterns, whole text, upper and lower case the same. Brackets stand for themselves."""
    joined = "|".join(fnmatch.translate(_low(pattern).replace("[", "[[]")) for pattern in patterns)
    search = re.compile(joined).match
    return lambda text: search(text.casefold()) is not None


def _matches(field: str, patterns: tuple[str, ...]) -> Test:
    fits = glob(patterns)

    def holds(facts: Facts, now: datetime) -> bool:
        value = facts.get(field)
        return isinstance(value, str) and fits(value)

    return holds


def _low(written: str) -> str:
    """A text of a file as facts are compared with it: composed (an accent typed as a sign of its own is the same letter), small letters."""
    return unicodedata.normalize("NFC", written).casefold()


def _is_number(value: object) -> bool:
    kind = type(value)
    return kind is int or kind is Decimal or (isinstance(value, float) and math.isfinite(value))


def _exact(value: Any) -> Any:
    """A fraction as it is written.

    >>> _exact(0.7) == Decimal("0.7")
    True
    """
    return Decimal(repr(value)) if type(value) is float else value


COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "at_least": lambda value, bound: value >= bound,
    "at_most": lambda value, bound: value <= bound,
    "more_than": lambda value, bound: value > bound,
    "less_than": lambda value, bound: value < bound,
}


def _ordered(field: str, operator: str, bound: Any, type_: FactType) -> Test:
    compare = COMPARE[operator]
    if type_ is FactType.level:
        lowest = RANK[bound.casefold()]

        def level(facts: Facts, now: datetime) -> bool:
            value = facts.get(field)
            rank = RANK.get(value) if isinstance(value, str) else None
            return rank is not None and compare(rank, lowest)

        return level

    limit = _exact(bound)

    def number(facts: Facts, now: datetime) -> bool:
        value = facts.get(field)
        return _is_number(value) and compare(_exact(value), limit)

    return number


def _age(value: object, now: datetime) -> timedelta | None:
    """How long ago; whole days for a date. None when it is no moment."""
    if isinstance(value, str):
        try:
            value = date.fromisoformat(value) if len(value) == 10 else datetime.fromisoformat(value)
        except ValueError:
            return None
    if isinstance(value, datetime):
        return now - (value if value.tzinfo else value.replace(tzinfo=UTC))
    return (now.date() - value) if isinstance(value, date) else None


def _within(field: str, days: float) -> Test:
    limit = timedelta(days=days)

    def holds(facts: Facts, now: datetime) -> bool:
        age = _age(facts.get(field), now)
        # Up to a day ahead is a clock or a time zone; more is a date somebody mistyped.
        return age is not None and -DAY <= age <= limit

    return holds


def _before(field: str, days: float) -> Test:
    limit = timedelta(days=days)

    def holds(facts: Facts, now: datetime) -> bool:
        age = _age(facts.get(field), now)
        return age is not None and age > limit

    return holds
