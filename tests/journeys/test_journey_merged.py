"""What Sales merges goes on as one: the lead follows the record that stayed, and nobody is made again or overwritten."""

from __future__ import annotations

from typing import Any

import pytest
from conftest import Install
from installation import Installation
from small_world import account, people, person, sales_person

from bridge.staging.schema import delivery, event, lead
from connectors.sandbox.world import Ref

UPSERTS = "/services/data/*/composite/sobjects/Lead/*"
PHONE = "+4930901820"


def by_hand(here: Installation, **values: str) -> str:
    """A lead that Sales made of the same person, under another address and known by another number."""
    one = person(1)[1]
    known = {"FirstName": one["firstname"], "LastName": one["lastname"], "Company": one["company"]}
    return str(here.sales("create", kind="Lead", values={**known, "Email": "private@example.net", **values})["id"])


def cycles(here: Installation, number: int = 2) -> None:
    for _ in range(number):
        here.later(minutes=15)
        here.cycle()


def the_lead(here: Installation) -> dict[str, Any]:
    (one,) = here.query("SELECT Id, Email, Phone, City, Title, LeadBridge_Id__c FROM Lead")
    return one


@pytest.mark.parametrize("fill_blanks", [True, False])
def test_a_lead_merged_into_one_of_sales_own_goes_on_as_that_one(install: Install, fill_blanks: bool) -> None:
    here = install([person(1, city="Bonn")])
    here.cycle()
    master = by_hand(here, City="Ulm")
    here.sales("merge", master=master, losers=[the_lead_of(here, "p1")], fill_blanks=fill_blanks)
    cycles(here)
    here.edit("p1", phone=PHONE)
    cycles(here)
    one = the_lead(here)
    assert (one["Id"], one["LeadBridge_Id__c"]) == (master, here.lead_of("p1").id)
    assert one["Phone"] == PHONE, "what is new reaches Sales"
    assert one["Email"] == "private@example.net", "what Sales chose stays"
    assert one["City"] == "Ulm"
    assert one["Title"], "a blank is filled"
    assert here.lead_of("p1").sales_id == master
    assert here.properties("p1")["leadbridge_salesforce_id"] == master
    assert [row.sentence for row in here.rows(event, event.c.reason == "merged_by_sales")] != []


def the_lead_of(here: Installation, key: str) -> str:
    return str(here.lead_of(key).sales_id)


def test_a_contact_merged_into_another_is_followed_through_several_merges(install: Install) -> None:
    key, values = person(1)
    known = {"FirstName": values["firstname"], "LastName": values["lastname"], "AccountId": Ref("Account", "a1")}
    things = [account("a1", values["company"], values["email"].split("@")[1])]
    things.append(sales_person("Contact", "s1", {**known, "Email": values["email"]}))
    here = install([(key, values)], things)
    here.cycle()
    (first,) = here.query("SELECT Id, AccountId FROM Contact")
    fresh = {"LastName": values["lastname"], "AccountId": first["AccountId"]}
    second, third = (str(here.sales("create", kind="Contact", values=fresh)["id"]) for _ in range(2))
    here.sales("merge", master=second, losers=[first["Id"]], fill_blanks=False)
    here.sales("merge", master=third, losers=[second], fill_blanks=False)
    cycles(here)
    assert here.lead_of(key).sales_id == third
    here.edit(key, phone=PHONE)
    cycles(here)
    assert [(row["Id"], row["Phone"]) for row in here.query("SELECT Id, Phone FROM Contact")] == [(third, PHONE)]


def test_of_two_leads_merged_into_one_only_its_own_writes_there(install: Install) -> None:
    here = install(people([1, 2]))
    here.cycle()
    here.sales("merge", master=the_lead_of(here, "p1"), losers=[the_lead_of(here, "p2")])
    cycles(here)
    here.edit("p1", phone=PHONE)
    here.edit("p2", phone="+49 89 5550001")
    cycles(here)
    assert (the_lead(here)["Phone"], the_lead(here)["LeadBridge_Id__c"]) == (PHONE, here.lead_of("p1").id)
    assert here.lead_of("p1").verdict == "qualified"
    assert (here.lead_of("p2").verdict, here.lead_of("p2").reason) == ("held", "shared_sales_record")


@pytest.mark.parametrize("survivor", ["p1", "p2"])
@pytest.mark.parametrize("hubspot_first", [True, False])
def test_who_is_merged_in_both_systems_is_held_back_by_nobody(
    install: Install, survivor: str, hubspot_first: bool
) -> None:
    here = install(people([1, 2]))
    here.cycle()
    ids = {key: the_lead_of(here, key) for key in ("p1", "p2")}
    other = "p2" if survivor == "p1" else "p1"
    merges = [
        lambda: here.hubspot("merge", kind="contacts", primary=here.contact("p1"), other=here.contact("p2")),
        lambda: here.sales("merge", master=ids[survivor], losers=[ids[other]]),
    ]
    for merge in merges if hubspot_first else reversed(merges):
        merge()
        cycles(here, 1)
    (standing,) = here.rows(lead, lead.c.verdict == "qualified")
    assert standing.sales_id == ids[survivor]
    assert here.rows(lead, lead.c.verdict == "held") == []


@pytest.mark.parametrize("what", ["delete", "merge"])
def test_what_sales_removed_before_its_lost_answer_was_found_out_is_not_made_again(install: Install, what: str) -> None:
    here = install(people([1]))
    here.goes_wrong("answer_lost", system="salesforce", method="PATCH", path=UPSERTS, count=1)
    here.cycle()
    made = the_lead(here)["Id"]
    master = by_hand(here) if what == "merge" else ""
    if master:
        here.sales("merge", master=master, losers=[made], fill_blanks=False)
    else:
        here.sales("delete", record=made)
    cycles(here, 3)
    assert [row["Id"] for row in here.query("SELECT Id FROM Lead")] == ([master] if master else [])
    (standing,) = here.rows(lead)
    if master:
        assert (standing.verdict, standing.sales_id) == ("qualified", master)
        assert [row["WhoId"] for row in here.query("SELECT WhoId FROM Task")] == [master]
    else:
        assert (standing.verdict, standing.reason, standing.handover) == ("held", "removed_by_sales", "removed")
    assert here.rows(delivery, delivery.c.state.in_(("unknown", "ready", "refused"))) == []
