"""The everyday: new people, edits, duplicates, what Sales does, and what HubSpot is told. Only effects in the two systems count."""

from __future__ import annotations

import pytest
from conftest import Install
from small_world import account, people, person, sales_person

from bridge.staging.schema import delivery, event, lead
from connectors.sandbox.world import Ref


def test_a_second_cycle_writes_nothing(install: Install) -> None:
    here = install(people(range(12)))
    first = here.cycle()
    assert first.counts["Leads created"] == 12
    assert first.counts["written back to HubSpot"] == 12
    before = len(here.sandbox.ledger)
    second = here.cycle()
    third = here.cycle()
    assert here.effects(before) == []
    assert "decided" not in second.counts
    assert "decided" not in third.counts
    assert sum(told["calls"] for told in third.calls.values()) <= 8


def test_an_edit_has_exactly_its_own_effect(install: Install) -> None:
    here = install(people(range(5)))
    here.cycle()
    before = len(here.sandbox.ledger)
    here.edit("p3", phone="+49 30 901820")
    here.cycle()
    changed = here.effects(before)
    assert [(system, what, kind) for system, what, kind, _ in changed] == [("salesforce", "updated", "Lead")]
    assert changed[0][3]["Phone"] == "+4930901820"
    before = len(here.sandbox.ledger)
    here.cycle()
    assert here.effects(before) == []


def test_an_edit_that_does_not_matter_writes_nothing(install: Install) -> None:
    here = install(people(range(3)))
    here.cycle()
    before = len(here.sandbox.ledger)
    here.edit("p1", wanted_by="the boss")
    here.cycle()
    assert here.effects(before) == []


def test_three_records_of_one_person_are_one_salesforce_record(install: Install) -> None:
    key, values = person(1)
    twins = [
        (key, values),
        ("again", {**values, "email": values["email"].upper(), "firstname": values["firstname"].upper()}),
        ("third", {**values, "email": values["email"], "phone": "+49 30 901820"}),
    ]
    here = install([*twins[:1], *people([2]), *twins[1:]])
    here.cycle()
    assert len(here.leads()) == 2
    assert here.lead_of("p1").id == here.lead_of("again").id == here.lead_of("third").id
    assert {here.properties(name)["leadbridge_status"] for name in ("p1", "again", "third")} == {"sent"}


def test_an_address_that_changes_three_times_is_still_one_lead(install: Install) -> None:
    here = install(people([1, 2]))
    here.cycle()
    first = here.lead_of("p1").sales_id
    for address in ("amara@one.example.de", "a.czerny@two.example.de", "ac@three.example.de"):
        here.edit("p1", email=address)
        here.later(minutes=6)
        here.cycle()
        here.cycle()
    assert len(here.query("SELECT Id FROM Lead")) == 2
    assert here.lead_of("p1").sales_id == first


def test_two_people_who_share_an_address_are_not_merged(install: Install) -> None:
    _, other = person(2)
    here = install([person(1), ("other", {**other, "email": person(1)[1]["email"]})])
    here.cycle()
    assert here.lead_of("p1").id != here.lead_of("other").id
    assert here.rows(event, event.c.step == "identify", event.c.outcome == "review")


def test_a_lead_that_sales_converted_is_never_created_again(install: Install) -> None:
    here = install(people([1, 2]))
    here.cycle()
    converted = here.sales("convert", record=here.leads()[person(1)[1]["email"]]["Id"])
    before = len(here.sandbox.ledger)
    here.cycle()
    assert here.properties("p1")["leadbridge_status"] == "converted"
    assert here.properties("p1")["leadbridge_salesforce_id"] == converted["contact"]
    here.edit("p1", need_description="Something quite different")
    here.later(hours=2)
    here.cycle()
    assert not [one for one in here.effects(before) if one[1] == "created" and one[2] in ("Lead", "Contact")]
    assert len(here.query("SELECT Id FROM Lead")) == 2
    assert len(here.query("SELECT Id FROM Contact")) == 1


def test_a_lead_that_sales_deleted_stays_deleted(install: Install) -> None:
    here = install(people([1]))
    here.cycle()
    here.sales("delete", record=here.leads()[person(1)[1]["email"]]["Id"])
    here.cycle()
    here.edit("p1", need_description="Something quite different")
    here.cycle()
    here.cycle()
    assert here.query("SELECT Id FROM Lead") == []
    lead = here.lead_of("p1")
    assert (lead.verdict, lead.reason) == ("held", "removed_by_sales")
    assert here.properties("p1")["leadbridge_status"] == "removed"


def test_a_known_contact_is_touched_with_one_task(install: Install) -> None:
    key, values = person(1)
    known = {
        "FirstName": values["firstname"],
        "LastName": values["lastname"],
        "Email": values["email"],
        "MailingCity": "Ulm",
    }
    things = [
        account("a1", values["company"], values["email"].split("@")[1]),
        sales_person("Contact", "s1", {**known, "AccountId": Ref("Account", "a1")}),
    ]
    here = install([(key, values | {"city": "Bonn"})], things)
    here.cycle()
    here.cycle()
    here.edit(key, need_description="Still the same wish")
    here.cycle()
    assert here.query("SELECT Id FROM Lead") == []
    assert len(here.query("SELECT Id FROM Contact")) == 1
    tasks = here.query("SELECT Id, WhoId, OwnerId, Subject FROM Task")
    assert [task["WhoId"] for task in tasks] == [here.sandbox.id_of("salesforce", "Contact", "s1")]
    stands = here.query("SELECT MailingCity, Title FROM Contact")[0]
    assert stands["MailingCity"] == "Ulm", "what Sales typed stays"
    assert stands["Title"] == "Director of Operations", "blanks are filled"


def test_a_known_contact_who_asks_again_later_gets_another_task(install: Install) -> None:
    key, values = person(1)
    known = {"FirstName": values["firstname"], "LastName": values["lastname"], "Email": values["email"]}
    things = [account("a1", values["company"], values["email"].split("@")[1])]
    things.append(sales_person("Contact", "s1", {**known, "AccountId": Ref("Account", "a1")}))
    here = install([(key, values)], things)
    here.cycle()
    here.later(days=3)
    fields = {"email": values["email"], "message": "Please call me", "purchase_timeframe": "now"}
    here.hubspot("submit_form", form="Request a demo", fields=fields)
    here.cycle()
    here.cycle()
    assert len(here.query("SELECT Id FROM Task")) == 2


def test_an_open_lead_is_updated_and_adopted(install: Install) -> None:
    key, values = person(1)
    known = {"FirstName": values["firstname"], "LastName": values["lastname"], "Email": values["email"]}
    open_lead = sales_person("Lead", "l1", {**known, "Company": values["company"], "City": "Ulm"})
    here = install([(key, values | {"city": "Bonn"})], [open_lead])
    here.cycle()
    found = here.query("SELECT Id, City, LeadBridge_Id__c, OwnerId FROM Lead")
    assert len(found) == 1
    assert found[0]["LeadBridge_Id__c"] == here.lead_of(key).id
    assert found[0]["City"] == "Ulm"
    assert found[0]["OwnerId"] == here.sandbox.id_of("salesforce", "User", "u-bert")


def test_capacity_lets_the_best_go_and_the_next_best_when_there_is_room(install: Install) -> None:
    best = people(range(30), budget_range="over_100k", jobtitle="Chief Executive Officer")
    rest = people(range(30, 100), budget_range="5k_25k")
    here = install([*rest, *best], capacity={"rep": {"open_leads": 15, "new_per_day": 15}, "teams": {}})
    first = here.cycle()
    assert first.counts["verdict qualified"] == 100
    assert set(here.leads()) == {values["email"] for _, values in best}
    assert len(here.rows(delivery, delivery.c.state == "waiting", delivery.c.needs_room.is_(True))) == 70
    assert here.properties("p40")["leadbridge_status"] == "waiting"
    before = len(here.sandbox.ledger)
    here.cycle()
    assert here.effects(before) == [], "no room, nothing moves"
    here.later(days=1)
    for row in here.query("SELECT Id FROM Lead LIMIT 4"):
        here.sales("convert", record=row["Id"])
    here.cycle()
    assert len(here.leads()) == 34
    assert len(here.rows(delivery, delivery.c.state == "waiting", delivery.c.needs_room.is_(True))) == 66


def test_unsubscribed_while_waiting_is_cancelled(install: Install) -> None:
    here = install(people([1, 2, 3]), capacity={"rep": {"open_leads": 0}})
    here.cycle()
    assert here.leads() == {}
    here.hubspot("unsubscribe", id=here.contact("p2"))
    here.configure("capacity", {"rep": {"open_leads": 40, "new_per_day": 10}})
    here.cycle()
    assert set(here.leads()) == {person(1)[1]["email"], person(3)[1]["email"]}
    cancelled = here.rows(delivery, delivery.c.state == "cancelled", delivery.c.target == "salesforce.Lead")
    assert [(one.lead_id, one.reason) for one in cancelled] == [(here.lead_of("p2").id, "no_longer_wanted")]
    assert here.properties("p2")["leadbridge_status"] == "rejected"


def test_a_lead_that_becomes_a_contact_while_it_waits_is_not_created_as_well(install: Install) -> None:
    key, values = person(1)
    here = install([(key, values)], capacity={"rep": {"open_leads": 0}})
    here.cycle()
    made = here.sales(
        "create", kind="Account", values={"Name": values["company"], "Website": values["email"].split("@")[1]}
    )
    known = {"FirstName": values["firstname"], "LastName": values["lastname"], "Email": values["email"]}
    here.sales("create", kind="Contact", values={**known, "AccountId": made["id"]})
    here.configure("capacity", {"rep": {"open_leads": 40, "new_per_day": 10}})
    here.cycle()
    here.cycle()
    assert here.query("SELECT Id FROM Lead") == []
    assert len(here.query("SELECT Id FROM Task")) == 1


def test_hubspot_is_told_where_each_lead_stands(install: Install) -> None:
    here = install([person(1), person(2, jobtitle=""), ("student", {"email": "kim@student.tum.de", "lastname": "Kim"})])
    here.cycle()
    sent = here.properties("p1")
    row = here.leads("Id, Email, OwnerId, Owner.Name")[person(1)[1]["email"]]
    assert sent["leadbridge_status"] == "sent"
    assert sent["leadbridge_salesforce_id"] == row["Id"]
    assert sent["leadbridge_owner"] == row["Owner"]["Name"]
    assert sent["leadbridge_sent_at"]
    held = here.properties("p2")
    assert held["leadbridge_status"] == "held"
    assert "job title" in held["leadbridge_reason"].replace("_", " ")
    assert "leadbridge_salesforce_id" not in held
    assert here.properties("student")["leadbridge_status"] == "rejected"


def test_hubspot_is_told_what_sales_did(install: Install) -> None:
    here = install(people([1, 2]))
    here.cycle()
    one = here.leads("Id, Email, OwnerId")[person(1)[1]["email"]]
    other = "bert" if one["OwnerId"] == here.sandbox.id_of("salesforce", "User", "u-anna") else "anna"
    before = len(here.sandbox.ledger)
    here.sales("reassign", record=one["Id"], owner=f"{other}@small.example.com")
    here.cycle()
    assert here.properties("p1")["leadbridge_owner"] == f"{other.capitalize()} Rep"
    assert [one[:3] for one in here.effects(before)] == [("hubspot", "updated", "contacts")], (
        "the lead is not taken back"
    )
    said = [row.outcome for row in here.rows(event, event.c.step == "follow_up")]
    assert said == ["changed"]


def test_a_lead_that_is_held_goes_when_what_was_missing_arrives(install: Install) -> None:
    here = install([person(1, jobtitle="")])
    first = here.cycle()
    assert first.exit_code == 1
    assert here.leads() == {}
    here.edit("p1", jobtitle="Director of Logistics")
    assert here.cycle().exit_code == 0
    assert len(here.leads()) == 1


def test_what_the_org_changes_is_told_once_with_both_values_and_never_fought(install: Install) -> None:
    rules = {"automations": [{"object": "Lead", "when": "LeadSource = 'Web'", "set": {"LeadSource": "Other"}}]}
    here = install(people([1, 2]), rules=rules)
    here.cycle()
    from bridge.staging.schema import read_back

    told = [
        (row.field, row.outcome, row.sent, row.found) for row in here.rows(read_back) if row.outcome != "normalised"
    ]
    assert told == [("LeadSource", "changed_by_org", "Web", "Other")] * 2
    before = len(here.sandbox.ledger)
    here.later(hours=1)
    here.cycle()
    here.edit("p1", phone="+49 30 901820")
    here.cycle()
    ours = [one for one in here.effects(before) if one[0] == "salesforce"]
    assert [one[3].get("LeadSource") for one in ours if one[1] == "updated"] == [None]
    assert len(here.rows(event, event.c.reason == "read_back_differs")) == 2


@pytest.mark.parametrize("act", ["merge", "delete"])
def test_two_whom_sales_has_merged_in_hubspot_are_for_a_person(install: Install, act: str) -> None:
    here = install(people([1, 2]), capacity={"rep": {"open_leads": 40, "new_per_day": 10}})
    here.cycle()
    one, two = (here.lead_of(key).sales_id for key in ("p1", "p2"))
    here.hubspot("merge", kind="contacts", primary=here.contact("p1"), other=here.contact("p2"))
    here.cycle()
    here.cycle()
    (held,) = here.rows(lead, lead.c.verdict == "held")
    assert held.reason == "merged_with_two_records"
    assert str(one) in str(held.sentence)
    assert str(two) in str(held.sentence)
    assert len(here.query("SELECT Id FROM Lead")) == 2
    if act == "merge":
        here.sales("merge", master=one, losers=[two])
    else:
        here.sales("delete", record=held.sales_id)
    here.cycle()
    here.cycle()
    assert not here.rows(lead, lead.c.verdict == "held")
    assert len(here.query("SELECT Id FROM Lead")) == 1


def test_a_merge_in_hubspot_makes_no_second_record(install: Install) -> None:
    here = install(people([1, 2]), capacity={"rep": {"open_leads": 0}})
    here.cycle()
    here.hubspot("merge", kind="contacts", primary=here.contact("p1"), other=here.contact("p2"))
    here.configure("capacity", {"rep": {"open_leads": 40, "new_per_day": 10}})
    here.cycle()
    here.cycle()
    assert len(here.query("SELECT Id FROM Lead")) == 1
