"""Picklists, multi-selects and yes or no."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from cleaning_cases import INDUSTRY, check, cleaned

OPEN = replace(INDUSTRY, restricted=False)
PICKED: list[tuple[Any, str | None, str, dict[str, Any]]] = [
    ("Technology", "Technology", "", {}),
    ("technology", "Technology", "", {}),
    ("TECHNOLOGY", "Technology", "", {}),
    (" Technology ", "Technology", "", {}),
    ("Mfg", "Mfg", "", {}),
    ("Manufacturing", "Mfg", "", {}),
    ("manufacturing", "Mfg", "", {}),
    ("Banking & Finance", "Banking & Finance", "", {}),
    ("Banking &amp; Finance", "Banking & Finance", "html_removed", {}),
    ("Andere", "Other", "", {}),
    ("Other", "Other", "", {}),
    ("Tech\u200bnology", "Technology", "invisible_removed", {}),
    ("Techno", None, "unknown_picklist_value", {}),
    ("Software", None, "unknown_picklist_value", {}),
    ("Technology;Mfg", None, "unknown_picklist_value", {}),
    ("n/a", None, "unknown_picklist_value", {}),
    (17, None, "unknown_picklist_value", {}),
    ("Software", None, "unknown_picklist_value", {"otherwise": "leave_blank"}),
    ("Software", None, "unknown_picklist_value", {"otherwise": "hold"}),
    ("Software", "Other", "unknown_picklist_value", {"otherwise": "use", "use": "Other"}),
    ("Software", "Software", "unknown_picklist_value", {"target": OPEN}),
    ("Software", None, "unknown_picklist_value", {"target": OPEN, "otherwise": "leave_blank"}),
    ("Software", None, "unknown_picklist_value", {"target": OPEN, "otherwise": "hold"}),
    ("Software", "Other", "unknown_picklist_value", {"target": OPEN, "otherwise": "use", "use": "Other"}),
    ("manufacturing", "Mfg", "", {"target": OPEN}),
    ("Software", "Software", "", {"target": None}),
    ("  Soft  ware ", "Soft ware", "", {"target": None}),
    ("Software", "Software", "", {"target": replace(INDUSTRY, options=(), labels=())}),
    ("Manufacturing", None, "unknown_picklist_value", {"target": replace(INDUSTRY, labels=())}),
    ("MFG", "Mfg", "", {"target": replace(INDUSTRY, labels=())}),
    ({"v": 1}, None, "not_text", {}),
]


@pytest.mark.parametrize(("raw", "value", "reason", "context"), PICKED)
def test_picklist(raw: Any, value: str | None, reason: str, context: dict[str, Any]) -> None:
    check("picklist", raw, value, reason, **{"target": INDUSTRY, **context})


def test_a_stored_value_wins_over_a_label_of_another() -> None:
    target = replace(INDUSTRY, options=("A", "B"), labels=("B", "A"))
    assert cleaned("picklist", "A", target=target).value == "A"
    assert cleaned("picklist", "b", target=target).value == "B"


SEVERAL: list[tuple[Any, str | None, str, dict[str, Any]]] = [
    ("Technology", "Technology", "", {}),
    ("Technology;Mfg", "Technology;Mfg", "", {}),
    ("technology;manufacturing", "Technology;Mfg", "", {}),
    ("Mfg;Technology", "Mfg;Technology", "", {}),
    (" Technology ; Mfg ", "Technology;Mfg", "", {}),
    (";Technology;;Mfg;", "Technology;Mfg", "", {}),
    ("Technology;Technology", "Technology", "", {}),
    ("Mfg;Manufacturing", "Mfg", "", {}),
    (["Technology", "Mfg"], "Technology;Mfg", "", {}),
    (("Technology",), "Technology", "", {}),
    ("Banking & Finance;Other", "Banking & Finance;Other", "", {}),
    ("Technology;Software", "Technology", "some_choices_dropped", {}),
    ("Software;Technology;Games", "Technology", "some_choices_dropped", {}),
    ("Software", None, "unknown_picklist_value", {}),
    ("Software;Games", None, "unknown_picklist_value", {}),
    ("Technology,Mfg", None, "unknown_picklist_value", {}),
    ("Technology;Software", "Technology", "some_choices_dropped", {"otherwise": "leave_blank"}),
    ("Technology;Software", None, "unknown_picklist_value", {"otherwise": "hold"}),
    ("Technology;Software", "Technology;Other", "some_choices_dropped", {"otherwise": "use", "use": "Other"}),
    ("Other;Software", "Other", "some_choices_dropped", {"otherwise": "use", "use": "Other"}),
    ("Software", "Other", "unknown_picklist_value", {"otherwise": "use", "use": "Other"}),
    ("Technology;Software", "Technology;Software", "unknown_picklist_value", {"target": OPEN}),
    ("Software", "Software", "unknown_picklist_value", {"target": OPEN}),
    ("Software", None, "unknown_picklist_value", {"target": OPEN, "otherwise": "leave_blank"}),
    ("a;b;c", "a;b;c", "", {"target": None}),
    ("c; b ;a;b", "c;b;a", "", {"target": None}),
    (["x", "y"], "x;y", "", {"target": None}),
    ("one", "one", "", {"target": None}),
    (7, "7", "", {"target": None}),
    (";;", None, "", {}),
    ([], None, "", {}),
    ([{"v": 1}], None, "not_text", {}),
]


@pytest.mark.parametrize(("raw", "value", "reason", "context"), SEVERAL)
def test_multi_picklist(raw: Any, value: str | None, reason: str, context: dict[str, Any]) -> None:
    check("multi_picklist", raw, value, reason, **{"target": INDUSTRY, **context})


BOOLEANS: list[tuple[Any, bool | None, str]] = [
    (True, True, ""),
    (False, False, ""),
    ("true", True, ""),
    ("True", True, ""),
    ("TRUE", True, ""),
    (" true ", True, ""),
    ("yes", True, ""),
    ("Y", True, ""),
    ("1", True, ""),
    (1, True, ""),
    (1.0, True, ""),
    ("on", True, ""),
    ("checked", True, ""),
    ("ja", True, ""),
    ("oui", True, ""),
    ("sí", True, ""),
    ("Sì", True, ""),
    ("sim", True, ""),
    ("да", True, ""),
    ("はい", True, ""),
    ("false", False, ""),
    ("No", False, ""),
    ("n", False, ""),
    ("0", False, ""),
    (0, False, ""),
    ("off", False, ""),
    ("nein", False, ""),
    ("non", False, ""),
    ("não", False, ""),
    ("нет", False, ""),
    ("maybe", None, "not_a_boolean"),
    ("2", None, "not_a_boolean"),
    (-1, None, "not_a_boolean"),
    ("n/a", None, "not_a_boolean"),
    ("yes and no", None, "not_a_boolean"),
    ("null", None, "not_a_boolean"),
    ({"v": True}, None, "not_text"),
]


@pytest.mark.parametrize(("raw", "value", "reason"), BOOLEANS)
def test_boolean(raw: Any, value: bool | None, reason: str) -> None:
    answer = check("boolean", raw, value, reason)
    assert answer.kept is (value is not None)
