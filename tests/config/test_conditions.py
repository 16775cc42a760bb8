"""What each operator means, for every type of fact, blanks and odd values included."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from bridge.settings.compiled import compile_condition
from bridge.settings.conditions import Condition
from bridge.settings.known import FactType, KnownFact, known_facts
from bridge.settings.mapping import FieldMapping

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
DAY = timedelta(days=1)
FIELDS = {"country": "text", "amount": "money", "wants": "multi_picklist", "seen": "datetime", "job_title": "job_title"}
KNOWN = known_facts(
    [(name, FieldMapping.model_validate({"from": name, "format": format_})) for name, format_ in FIELDS.items()],
    ["big"],
)

HOLDS: list[tuple[dict[str, Any], dict[str, Any], bool]] = [
    # equals and its kin
    ({"field": "country", "equals": "DE"}, {"country": "DE"}, True),
    ({"field": "country", "equals": "de"}, {"country": "DE"}, True),
    ({"field": "country", "equals": "DE"}, {"country": "AT"}, False),
    ({"field": "country", "equals": "DE"}, {}, False),
    ({"field": "country", "equals": "DE"}, {"country": 49}, False),
    ({"field": "country", "not_equals": "DE"}, {"country": "DE"}, False),
    ({"field": "country", "not_equals": "DE"}, {}, True),
    ({"field": "country", "in": ["DE", "AT"]}, {"country": "at"}, True),
    ({"field": "country", "not_in": ["DE", "AT"]}, {"country": "AT"}, False),
    ({"field": "country", "not_in": ["DE", "AT"]}, {"country": ""}, True),
    ({"field": "amount", "equals": 12}, {"amount": Decimal("12.00")}, True),
    ({"field": "amount", "in": [1, 2.5]}, {"amount": 2.5}, True),
    ({"field": "amount", "equals": 1}, {"amount": True}, False),
    # fractions are what is written, not the nearest a machine can hold
    ({"field": "amount", "equals": 19.99}, {"amount": Decimal("19.99")}, True),
    ({"field": "amount", "not_equals": 19.99}, {"amount": Decimal("19.990")}, False),
    ({"field": "amount", "in": [0.1, 19.99]}, {"amount": Decimal("19.99")}, True),
    ({"field": "amount", "at_least": 0.1}, {"amount": Decimal("0.1")}, True),
    ({"field": "amount", "at_most": 0.7}, {"amount": Decimal("0.7")}, True),
    ({"field": "amount", "more_than": 0.7}, {"amount": Decimal("0.7")}, False),
    ({"field": "amount", "less_than": 0.1}, {"amount": Decimal("0.1")}, False),
    ({"field": "amount", "at_most": 0.7}, {"amount": 0.7}, True),
    # an accent typed as a sign of its own is the same letter
    ({"field": "country", "equals": "cafe\u0301"}, {"country": "Café"}, True),
    ({"field": "country", "contains": "cafe\u0301"}, {"country": "im Café"}, True),
    ({"field": "country", "matches": "*cafe\u0301"}, {"country": "im Café"}, True),
    ({"field": "is_test", "equals": True}, {"is_test": True}, True),
    ({"field": "is_test", "equals": False}, {}, True),
    ({"field": "is_test", "not_equals": True}, {}, True),
    ({"field": "is_test", "equals": True}, {"is_test": "true"}, False),
    # order
    ({"field": "amount", "at_least": 10}, {"amount": 10}, True),
    ({"field": "amount", "more_than": 10}, {"amount": 10}, False),
    ({"field": "amount", "at_most": 10}, {"amount": Decimal("10.01")}, False),
    ({"field": "amount", "less_than": 10}, {"amount": 9.99}, True),
    ({"field": "amount", "less_than": 10}, {}, False),
    ({"field": "amount", "at_least": 10}, {"amount": "11"}, False),
    ({"field": "amount", "at_least": 10, "less_than": 20}, {"amount": 15}, True),
    ({"field": "amount", "at_least": 10, "less_than": 20}, {"amount": 20}, False),
    ({"field": "job_level", "at_least": "director"}, {"job_level": "vp"}, True),
    ({"field": "job_level", "at_least": "director"}, {"job_level": "head"}, False),
    ({"field": "job_level", "less_than": "manager"}, {"job_level": "senior"}, True),
    ({"field": "job_level", "less_than": "manager"}, {"job_level": "unknown"}, False),
    ({"field": "job_level", "at_most": "owner"}, {"job_level": "student"}, False),
    ({"field": "job_level", "equals": "student"}, {"job_level": "student"}, True),
    ({"field": "job_title", "matches_level": "vp"}, {"job_title": "CFO", "job_level": "c_level"}, True),
    ({"field": "job_title", "matches_level": "vp"}, {"job_title": "CFO"}, False),
    # texts and lists
    ({"field": "country", "contains": "land"}, {"country": "Deutschland"}, True),
    ({"field": "country", "contains": ["x", "LAND"]}, {"country": "Deutschland"}, True),
    ({"field": "country", "contains": "land"}, {}, False),
    ({"field": "country", "matches": "D?"}, {"country": "de"}, True),
    ({"field": "country", "matches": "D?"}, {"country": "deu"}, False),
    ({"field": "country", "matches": ["a*", "*u"]}, {"country": "deu"}, True),
    ({"field": "country", "matches": "[de]*"}, {"country": "deu"}, False),
    ({"field": "country", "matches": "[de]*"}, {"country": "[de] x"}, True),
    ({"field": "wants", "contains": "b"}, {"wants": "a;B;c"}, True),
    ({"field": "wants", "contains": "b"}, {"wants": ("a", "b")}, True),
    ({"field": "wants", "contains": ["x", "y"]}, {"wants": "a;b"}, False),
    ({"field": "wants", "contains": "b"}, {"wants": "ab;c"}, False),
    # dates
    ({"field": "seen", "within_days": 7}, {"seen": NOW - 7 * DAY}, True),
    ({"field": "seen", "within_days": 7}, {"seen": NOW - 7 * DAY - timedelta(seconds=1)}, False),
    ({"field": "seen", "within_days": 7}, {"seen": date(2026, 11, 15)}, True),
    ({"field": "seen", "within_days": 7}, {"seen": "2026-11-20T00:00:00Z"}, True),
    ({"field": "seen", "within_days": 7}, {"seen": "2026-11-20"}, True),
    ({"field": "seen", "within_days": 7}, {"seen": NOW.replace(tzinfo=None)}, True),
    ({"field": "seen", "within_days": 7}, {"seen": NOW + 30 * DAY}, False),
    ({"field": "seen", "within_days": 7}, {"seen": "soon"}, False),
    ({"field": "seen", "before_days": 7}, {"seen": NOW - 8 * DAY}, True),
    ({"field": "seen", "before_days": 7}, {"seen": NOW - DAY}, False),
    ({"field": "seen", "before_days": 7}, {}, False),
    # blanks and changes
    ({"field": "country", "is_empty": True}, {"country": ""}, True),
    ({"field": "wants", "is_empty": True}, {"wants": ()}, True),
    ({"field": "amount", "is_filled": True}, {"amount": 0}, True),
    ({"field": "is_test", "is_filled": True}, {"is_test": False}, True),
    ({"field": "country", "is_filled": False}, {"country": "DE"}, False),
    ({"field": "seen", "changed": True}, {"changed_facts": ("seen",)}, True),
    ({"field": "seen", "changed": True}, {}, False),
    ({"field": "seen", "changed": False}, {"changed_facts": ("amount",)}, True),
    # together
    ({"any": [{"field": "country", "equals": "DE"}, {"segment": "big"}]}, {"segment": "big"}, True),
    ({"any": [{"field": "country", "equals": "DE"}, {"segment": "big"}]}, {"segment": "other"}, False),
    ({"all": [{"field": "country", "equals": "DE"}, {"segment": "big"}]}, {"segment": "big"}, False),
    ({"not": {"field": "country", "equals": "DE"}}, {}, True),
    ({"not": {"any": [{"segment": "big"}, {"field": "country", "is_filled": True}]}}, {"country": "DE"}, False),
    ({"segment": "big", "field": "job_level", "at_least": "vp"}, {"segment": "big", "job_level": "owner"}, True),
    ({"segment": "big", "field": "job_level", "at_least": "vp"}, {"segment": "big", "job_level": "staff"}, False),
    ({"segment": ["small", "big"]}, {"segment": "big"}, True),
    ({"score_at_least": 50}, {"score": 50}, True),
    ({"bant_at_least": 3}, {"bant": 2}, False),
    ({"mandatory": "complete"}, {"complete": True}, True),
    ({"mandatory": "incomplete"}, {"complete": True}, False),
]


@pytest.mark.parametrize(("written", "facts", "expected"), HOLDS)
def test_a_condition_holds(written: dict[str, Any], facts: dict[str, Any], expected: bool) -> None:
    compiled = compile_condition(Condition.model_validate(_tuples(written)), KNOWN)
    assert compiled.holds(facts, NOW) is expected


@pytest.mark.parametrize(
    "value", [None, "", 0, -1, "x", 1.5, True, (), ["a"], {"a": 1}, b"x", object(), NOW, float("nan")]
)
@pytest.mark.parametrize("written", [row[0] for row in HOLDS[::3]])
def test_no_value_makes_a_condition_raise(written: dict[str, Any], value: object) -> None:
    compiled = compile_condition(Condition.model_validate(_tuples(written)), KNOWN)
    facts = dict.fromkeys((*compiled.fields, "changed_facts"), value)
    assert compiled.holds(facts, NOW) in (True, False)


def test_a_pattern_of_many_stars_ends() -> None:
    condition = Condition.model_validate({"field": "country", "matches": "*a" * 30 + "b"})
    assert not compile_condition(condition, KNOWN).holds({"country": "a" * 5000}, NOW)


def test_saw_names_the_fact_that_spoke_for_it() -> None:
    condition = Condition.model_validate(
        {"any": ({"field": "country", "equals": "DE"}, {"field": "amount", "at_least": 5}), "not": {"segment": "big"}}
    )
    compiled = compile_condition(condition, KNOWN)
    assert compiled.saw({"amount": 7}, NOW) == ("amount", 7)
    assert compiled.saw({}, NOW) == ("", None)
    assert compiled.fields == ("country", "amount", "segment")


def test_a_fact_of_the_mapping_has_the_type_of_its_format() -> None:
    assert KNOWN["amount"] == KnownFact("amount", FactType.number, "From amount.")
    assert {name: KNOWN[name].type for name in ("country", "wants", "seen")} == {
        "country": FactType.text,
        "wants": FactType.many,
        "seen": FactType.moment,
    }


def _tuples(value: Any) -> Any:
    """Lists as loading hands them on."""
    if isinstance(value, dict):
        return {key: _tuples(item) for key, item in value.items()}
    return tuple(_tuples(item) for item in value) if isinstance(value, list) else value
