"""The edits of the demo's third cycle: real changes of records that are there. That people can make them is proved in test_world_loaded.py."""

from __future__ import annotations

from typing import Any

import pytest

from connectors.sandbox.world import Ref, Thing
from connectors.sandbox.worlds import edits, portal

Known = dict[tuple[str, str, str], Thing]
ALL = (*edits.marketing(), edits.sales())


def new_values(edit: edits.Edit) -> dict[str, Any]:
    """Every property that the edit's steps type in."""
    return {
        name: value
        for step in edit.steps
        for part in ("properties", "fields")
        for name, value in step.given.get(part, {}).items()
    }


def test_ten_by_marketing_one_by_sales_each_on_another_record() -> None:
    assert len(edits.marketing()) == 10
    assert {one.mark.system for one in edits.marketing()} == {"hubspot"}
    assert edits.sales().mark.system == "salesforce"
    assert len({one.landmark for one in ALL}) == 11


@pytest.mark.parametrize("edit", ALL, ids=lambda one: one.landmark)
def test_what_an_edit_names_is_there(by_key: Known, edit: edits.Edit) -> None:
    for step in edit.steps:
        for value in step.given.values():
            assert not isinstance(value, Ref) or (edit.mark.system, value.kind, value.key) in by_key


@pytest.mark.parametrize("edit", edits.marketing(), ids=lambda one: one.landmark)
def test_an_edit_types_something_new(by_key: Known, edit: edits.Edit) -> None:
    mark = edit.mark
    before = by_key[mark.system, mark.kind, mark.key].values
    typed = new_values(edit)
    assert typed or edit.steps[0].act in ("unsubscribe", "bounce")
    assert all(before.get(name, "") != value for name, value in typed.items() if name != "email")


def test_sales_gives_the_lead_to_somebody_else(by_key: Known) -> None:
    lead = by_key["salesforce", "Lead", edits.sales().mark.key].values
    assert edits.sales().steps[0].given["owner"] != lead["OwnerId"]


@pytest.mark.parametrize("edit", edits.marketing(), ids=lambda one: one.landmark)
def test_an_edit_uses_the_options_the_portal_has(edit: edits.Edit) -> None:
    options = {
        "budget_range": portal.BUDGETS,
        "purchase_timeframe": portal.TIMEFRAMES,
        "product_interest": (*portal.PRODUCTS, ""),
    }
    for name, value in new_values(edit).items():
        assert name not in options or value in options[name]


def test_refs_become_ids_wherever_they_stand() -> None:
    step = edits.Step("x", {"id": Ref("contacts", "c-1"), "fields": {"owner": Ref("owners", "o-2"), "text": "as is"}})
    assert step.with_ids(lambda kind, key: f"{kind}/{key}") == {
        "id": "contacts/c-1",
        "fields": {"owner": "owners/o-2", "text": "as is"},
    }
