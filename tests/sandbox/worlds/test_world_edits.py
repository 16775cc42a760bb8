"""The edits of the demo's third cycle: real changes of records that are there, as the systems would take them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from connectors.sandbox.world import Ref, Thing
from connectors.sandbox.worlds import edits, portal

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
Known = dict[tuple[str, str, str], Thing]
ALL = (*edits.marketing(NOW), edits.sales(NOW))


def test_ten_by_marketing_one_by_sales_each_on_another_record() -> None:
    assert len(edits.marketing(NOW)) == 10
    assert {one.mark.system for one in edits.marketing(NOW)} == {"hubspot"}
    assert edits.sales(NOW).mark.system == "salesforce"
    assert len({one.landmark for one in ALL}) == 11


@pytest.mark.parametrize("edit", ALL, ids=lambda one: one.landmark)
def test_an_edit_changes_something_that_is_there(by_key: Known, edit: edits.Edit) -> None:
    mark = edit.mark
    before = by_key[mark.system, mark.kind, mark.key].values
    assert all(before.get(name, "") != value for name, value in edit.values.items())
    for value in edit.values.values():
        if isinstance(value, Ref):
            assert (mark.system, value.kind, value.key) in by_key


@pytest.mark.parametrize("edit", edits.marketing(NOW), ids=lambda one: one.landmark)
def test_an_edit_uses_the_options_the_portal_has(edit: edits.Edit) -> None:
    options = {"budget_range": portal.BUDGETS, "purchase_timeframe": portal.TIMEFRAMES}
    for name, value in edit.values.items():
        assert name not in options or value in options[name]


def test_the_form_filled_in_exists_and_was_filled_in_just_now(by_key: Known) -> None:
    submitted = [one for one in ALL if one.act == "submit_form"]
    assert [one.landmark for one in submitted] == ["nurture_asks_demo"]
    assert ("hubspot", "forms", submitted[0].form) in by_key
    assert submitted[0].at is not None
    assert (NOW - submitted[0].at).total_seconds() <= 300
