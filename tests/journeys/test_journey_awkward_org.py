"""Orgs that are not the demo's: what their rules, picklists and rights do to leads, and that none is lost for it."""

from __future__ import annotations

from conftest import Install
from small_world import people

from bridge.staging.schema import delivery

FREE = {"rep": {"open_leads": None, "new_per_day": None}, "teams": {}}


def test_triggers_that_cannot_do_with_two_hundred_records_at_once_hold_nobody_back(install: Install) -> None:
    here = install(people(range(40)), rules={"rows_at_once": 15}, capacity=FREE)
    report = here.cycle()
    assert (report.exit_code, report.counts.get("refused by Salesforce", 0)) == (0, 0)
    assert len(here.leads()) == 40
    assert {row.state for row in here.rows(delivery)} == {"verified"}
    assert len(here.query("SELECT Id FROM Task")) == 40
