"""What a dry run counts is what the real run then does: leads, contacts and tasks, with twenty people of one company as one."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import pytest
from conftest import Install
from installation import Installation
from small_world import account, people, person
from test_journey_commands import run, told
from test_journey_handoff import colleague, colleagues
from test_journey_told import deal

from bridge.staging.database import writing
from bridge.staging.schema import delivery, lead
from connectors.sandbox.world import Ref, Thing

NURTURED = {"budget_range": "none", "purchase_timeframe": "no_plan", "need_description": ""}


def done_in_salesforce(here: Installation, since: int) -> dict[str, int]:
    """What clients made there, counted as a dry run names it."""
    made = [kind for _, what, kind, _ in here.effects(since) if what == "created"]
    return {
        f"salesforce.{kind}": number for kind, number in Counter(made).items() if kind in ("Lead", "Contact", "Task")
    }


def contacts_touched(here: Installation) -> int:
    """Contacts of Salesforce that were written to for a decision (not for a later text)."""
    ours = (delivery.c.target == "salesforce.Contact", delivery.c.reason != "handoff", delivery.c.state == "verified")
    return len(here.rows(delivery, *ours))


def asked_for(dry: dict[str, Any]) -> dict[str, int]:
    return {name: number for name, number in dry["writes"].items() if name.startswith("salesforce.")}


def crowd() -> tuple[list[tuple[str, dict[str, str]]], list[Thing]]:
    """Twenty of one company, three where a deal is open, a contact Sales knows, four single people, one who is held, one who is nurtured."""
    at_deal = [
        (f"d{number}", {**colleague(number, "dealpartner.de")[1], "company": "Dealpartner AG"}) for number in (2, 5, 7)
    ]
    at_contact = [
        (f"k{number}", {**colleague(number, "kontaktwerk.de")[1], "company": "Kontaktwerk AG"}) for number in (1, 8)
    ]
    salesforce = [
        account("a1", "Dealpartner AG", "dealpartner.de"), deal(), account("a2", "Kontaktwerk AG", "kontaktwerk.de"),
        Thing("Contact", "s1", {"FirstName": at_contact[0][1]["firstname"], "LastName": at_contact[0][1]["lastname"],
              "Email": at_contact[0][1]["email"], "AccountId": Ref("Account", "a2"), "OwnerId": Ref("User", "u-bert")}),
    ]  # fmt: skip
    singles = [*people(range(4)), person(5, jobtitle=""), person(6, **NURTURED)]
    return [*colleagues(range(20)), *at_deal, *at_contact, *singles], salesforce


@pytest.mark.parametrize("batch", [7, 500])
def test_a_dry_backfill_counts_what_sending_it_makes(install: Install, batch: int) -> None:
    here = install(*crowd(), bridge={"batches": {"decide": batch}})
    dry = told(run(here, "backfill", "--all", "--json"))
    before = len(here.sandbox.ledger)
    run(here, "backfill", "--all", "--send", "--json")
    real = done_in_salesforce(here, before)
    assert real == {"salesforce.Lead": 6, "salesforce.Task": 7}
    assert asked_for(dry) == real
    assert dry["writes"]["changes to salesforce.Contact"] == contacts_touched(here) == 1
    assert (dry["handoffs"], dry["joined"]) == (7, 22)


@pytest.mark.parametrize("others", ["chart", "lead"])
def test_a_plan_counts_what_the_next_cycle_does(install: Install, others: str) -> None:
    """Nobody qualified, until the definition asks for less: the plan of the new file is what it then does."""
    settings = {"batches": {"decide": 7}, "handoff": {"others": others}}
    here = install(*crowd(), bridge=settings, capacity={"rep": {"open_leads": 40, "new_per_day": 40}})
    path = here.folder / "config" / "definition.yaml"
    kept = path.read_text(encoding="utf-8")
    path.write_text(kept.replace("verdict: qualified", "verdict: research"), encoding="utf-8")
    here.cycle()
    assert here.leads() == {}
    path.write_text(kept, encoding="utf-8")
    before = len(here.sandbox.ledger)
    plan = told(run(here, "plan", "--json"))
    assert done_in_salesforce(here, before) == {}, "a plan sends nothing"
    run(here, "sync", "--approve", plan["hash"])
    real = done_in_salesforce(here, before)
    assert real["salesforce.Task"] == 7
    assert asked_for(plan) == real
    assert plan["writes"].get("changes to salesforce.Contact", 0) == contacts_touched(here)
    here.cycle()  # what was written is seen
    again = told(run(here, "plan", "--json"))
    assert (again["writes"], again["handoffs"]) == ({}, 0)


def test_a_plan_counts_the_second_task_of_a_new_decision_maker(install: Install) -> None:
    here = install([*colleagues([1, 3]), *colleagues([2], **NURTURED)])
    here.cycle()
    text = (here.folder / "config" / "definition.yaml").read_text(encoding="utf-8")
    text = text.replace("bant_at_least: 3, score_at_least: 30", "bant_at_least: 1, score_at_least: 0")
    (here.folder / "config" / "definition.yaml").write_text(text, encoding="utf-8")
    plan = told(run(here, "plan", "--json"))
    assert asked_for(plan) == {"salesforce.Task": 1}
    before = len(here.sandbox.ledger)
    run(here, "sync", "--approve", plan["hash"])
    assert done_in_salesforce(here, before) == {"salesforce.Task": 1}


def test_who_waits_for_room_is_counted_with_the_task_that_waits_too(install: Install) -> None:
    here = install(people(range(8)), capacity={"rep": {"open_leads": 40, "new_per_day": 2}, "teams": {}})
    here.cycle()
    here.cycle()
    assert len(here.leads()) == 4
    plan = told(run(here, "plan", "--json"))
    assert (asked_for(plan), plan["handoffs"]) == ({"salesforce.Lead": 4, "salesforce.Task": 4}, 4)
    dry = told(run(here, "backfill", "--all", "--json"))
    assert (asked_for(dry), dry["handoffs"]) == ({"salesforce.Lead": 4, "salesforce.Task": 4}, 4)
    before = len(here.sandbox.ledger)
    here.configure("capacity", {"rep": {"open_leads": 40, "new_per_day": 40}, "teams": {}})
    run(here, "sync")
    assert done_in_salesforce(here, before) == asked_for(plan)


def test_a_plan_right_after_a_cycle_asks_for_nothing(install: Install) -> None:
    """Neither for what was just written and is not mirrored yet, nor for what Salesforce refused and would refuse again."""
    rule = {"object": "Lead", "when": "City = 'Poisonville'", "message": "Nobody lives there."}
    contacts, salesforce = crowd()
    here = install([*contacts, person(40, city="Poisonville")], salesforce, rules={"validation_rules": [rule]})
    here.cycle()
    assert [row.state for row in here.rows(delivery, delivery.c.state == "refused")] == ["refused"]
    plan = run(here, "plan")
    assert "Salesforce would get" not in plan.stdout
    assert "--approve" not in plan.stdout, "no file was changed"


def test_a_change_that_salesforce_refused_is_no_change_to_come_until_it_is_tried_again(install: Install) -> None:
    here = install(people([1]))
    here.cycle()
    here.sales("add_validation_rule", object="Lead", when="Company != null", message="not now")
    here.edit("p1", phone="+49 30 901820")
    assert here.cycle().counts["refused by Salesforce"] == 1
    assert told(run(here, "plan", "--json"))["writes"] == {}
    here.cycle()
    assert told(run(here, "plan", "--json"))["writes"] == {}
    with writing(here.engine) as connection:
        connection.execute(lead.update().values(due_at=1))
    assert told(run(here, "plan", "--json"))["writes"] == {"changes to salesforce.Lead": 1}


def test_a_dry_run_says_it_to_people(install: Install) -> None:
    here = install(colleagues(range(3)))
    said = run(here, "backfill", "--all").stdout
    assert "1 salesforce.Lead, 1 salesforce.Task: 1 handoff, 2 people in them" in " ".join(said.split())
    assert json.dumps(sorted(here.leads())) == "[]"


def test_a_plan_does_not_count_who_joined_a_handoff_that_sales_was_told_of(install: Install) -> None:
    here = install(colleagues(range(6)))
    here.cycle()
    plan = told(run(here, "plan", "--json"))
    assert (plan["writes"], plan["handoffs"], plan["joined"]) == ({}, 0, 0)
