"""What an org does not have or hides from our user: what can be done without is done without, and said."""

from __future__ import annotations

from functools import cache

import pytest
from conftest import Install
from small_world import people, person, sales_person

from bridge.stages.context import quiet
from bridge.stages.pull import pull_salesforce
from bridge.staging.database import writing
from bridge.staging.schema import delivery, record
from connectors.errors import SchemaChanged


@pytest.mark.parametrize(("kind", "called"), [("Campaign", "campaigns"), ("Opportunity", "opportunities")])
def test_an_object_that_is_only_looked_at_may_be_hidden(install: Install, kind: str, called: str) -> None:
    here = install(people([1]))
    here.sales("revoke_object", object=kind, operation="read")
    report = here.cycle()
    assert person(1)[1]["email"] in here.leads()
    assert (report.stopped_by, report.counts[f"not readable: {called}"]) == ("", 1)


def test_an_object_leads_are_made_of_may_not(install: Install) -> None:
    here = install(people([1]))
    here.sales("revoke_object", object="Account", operation="read")
    with pytest.raises(SchemaChanged, match="Account"):
        here.cycle()
    assert here.leads() == {}


def test_nobody_is_asked_who_we_are_while_a_transaction_is_open(install: Install) -> None:
    here = install(people([1]), [sales_person("Lead", "s1", {"LastName": "Roe", "Company": "Acme"})])

    def who() -> str:
        with writing(here.engine):  # waits in vain while another transaction writes
            return here.app.who.id

    with here.app.run("cycle", quiet, lambda: False, None) as context:
        context.own_user_id = cache(who)
        pull_salesforce(context)
    assert len(here.rows(record, record.c.kind == "lead")) == 1


def test_a_note_nobody_lets_us_look_for_any_more_keeps_nobody_else_waiting(install: Install) -> None:
    here = install(people([1]), bridge={"handoff": {"note": "always"}})
    after_the_task = {"method": "POST", "path": "*/composite/sobjects", "after": 1, "count": 1}
    here.goes_wrong("answer_lost", system="salesforce", **after_the_task)
    here.cycle()
    here.all_is_well()
    here.sales("revoke_object", object="ContentNote", operation="read")
    here.arrive(dict(person(2)[1]))
    here.later(minutes=10)
    report = here.cycle()
    assert (report.stopped_by, report.counts["not readable: ContentNote"]) == ("", 1)
    assert len(here.leads()) == 2
    here.sales("grant_object", object="ContentNote", operation="read")
    here.later(minutes=10)
    here.cycle()
    [note] = here.query("SELECT Id FROM ContentNote")
    states = {row.remote_id: row.state for row in here.rows(delivery) if row.target == "salesforce.ContentNote"}
    assert states[note["Id"]] == "verified"
