"""People whose records in HubSpot are merged, deleted and made again, or who change employer: what stands there now counts."""

from __future__ import annotations

from typing import Any

import pytest
from conftest import Install
from installation import Installation
from small_world import people, person

from bridge.errors import BrakePulled
from bridge.stages.pull import sweep
from bridge.staging.schema import event, lead


def cycles(here: Installation, number: int = 2) -> None:
    for _ in range(number):
        here.later(minutes=15)
        here.cycle()


def alone(here: Installation) -> Any:
    """The one lead that a living person of HubSpot is."""
    (one,) = here.rows(lead, lead.c.reason != "gone_from_hubspot")
    return one


def swept(here: Installation) -> None:
    with here.app.run("sweep") as context:
        sweep(context)


def test_what_is_cleared_after_a_merge_in_hubspot_is_empty(install: Install) -> None:
    here = install([person(1, phone="+49 30 901820"), person(2)], capacity={"rep": {"open_leads": 0}, "teams": {}})
    here.cycle()
    new = here.hubspot("merge", kind="contacts", primary=here.contact("p1"), other=here.contact("p2"))
    cycles(here, 1)
    assert alone(here).decision["facts"]["phone"]
    here.hubspot("edit", kind="contacts", id=new, properties={"phone": ""})
    cycles(here, 1)
    assert "phone" not in alone(here).decision["facts"]


@pytest.mark.parametrize("way", ["archive", "privacy_delete"])
@pytest.mark.parametrize(
    ("told", "verdict"), [("hs_email_optout", "rejected"), ("hs_email_hard_bounce_reason_enum", "qualified")]
)
def test_who_is_deleted_and_made_again_keeps_an_opt_out_and_no_old_value(
    install: Install, way: str, told: str, verdict: str
) -> None:
    said = {"hs_email_optout": "true", "hs_email_hard_bounce_reason_enum": "UNKNOWN_USER"}[told]
    key, values = person(1, phone="+49 30 901820", **{told: said})
    here = install([(key, values)])
    here.cycle()
    assert alone(here).verdict == "rejected"
    here.hubspot(way, id=here.contact(key), **({"kind": "contacts"} if way == "archive" else {}))
    swept(here)
    here.cycle()
    here.arrive({name: value for name, value in values.items() if name != "phone"})
    cycles(here, 1)
    (one,) = here.rows(lead)
    assert one.verdict == verdict
    assert "phone" not in one.decision["facts"]


def test_a_company_is_that_of_the_newest_record(install: Install) -> None:
    """HubSpot merges somebody's record of the employer before into that of the new one."""
    here = install(people([1, 2]))
    sizes = {"p1": "7", "p2": "900"}
    for key, size in sizes.items():
        made = here.hubspot("create", kind="companies", properties={"name": f"Werk {size}", "numberofemployees": size})
        here.hubspot("link", kind="contacts", id=here.contact(key), other_kind="companies", other=made)
    here.cycle()
    assert here.lead_of("p1").decision["facts"]["employees"] == 7
    here.hubspot("merge", kind="contacts", primary=here.contact("p2"), other=here.contact("p1"))
    cycles(here)
    assert {row.decision["facts"]["employees"] for row in here.rows(lead, lead.c.reason != "gone_from_hubspot")} == {
        900
    }


FULL = {name: value for name, value in person(1)[1].items() if name not in ("hs_analytics_source", "email")}
"""Somebody of the firm of person 1, as marketing may type them."""


def somebody(here: Installation, number: int, **values: str) -> str:
    """A newcomer at the firm of person 1: Salesforce's name for their lead, empty while there is none."""
    named = {name: person(number)[1][name] for name in ("firstname", "lastname")}
    domain = person(1)[1]["email"].split("@")[1]
    email = f"{named['firstname'].lower()}@{domain}"
    here.arrive({**FULL, **named, "email": email, **values})
    cycles(here)
    return str(here.leads().get(email, {}).get("Id", ""))


def moves(here: Installation, key: str, number: int) -> None:
    """Somebody has the firm of another now, and an address there."""
    firm = person(number)[1]
    here.edit(key, company=firm["company"], email=f"{key}@{firm['email'].split('@')[1]}")
    cycles(here)


@pytest.mark.parametrize("ahead", [False, True], ids=["nobody there", "somebody there"])
def test_who_comes_in_where_somebody_left_is_handed_over(install: Install, ahead: bool) -> None:
    here = install(people([1, 2] if ahead else [1]))
    here.cycle()
    moves(here, "p1", 2)
    assert somebody(here, 5, jobtitle="Clerk"), "the handoff of the firm left with who stood for it"


def test_who_waited_on_the_chart_goes_when_who_stood_for_them_changed_employer(install: Install) -> None:
    here = install(people([1]))
    here.cycle()
    assert not somebody(here, 5, jobtitle="Clerk"), "they are on the chart"
    moves(here, "p1", 2)
    email = f"{person(5)[1]['firstname'].lower()}@{person(1)[1]['email'].split('@')[1]}"
    assert email in here.leads()


def test_two_who_change_places_leave_room_for_others(install: Install) -> None:
    here = install(people([1, 2]))
    here.cycle()
    for key, number in (("p1", 2), ("p2", 1)):
        firm = person(number)[1]
        here.edit(key, company=firm["company"], email=f"{key}@{firm['email'].split('@')[1]}")
    cycles(here)
    assert not somebody(here, 5, jobtitle="Clerk"), "who stands for the firm now is another one, but there is one"
    (joined,) = here.rows(lead, lead.c.handover == "joined")
    assert joined.handoff_id == here.lead_of("p2").handoff_id


def test_an_account_made_later_takes_its_handoff_over(install: Install) -> None:
    here = install(people([1]))
    here.cycle()
    firm = person(1)[1]
    made = {"Name": firm["company"], "Website": f"https://{firm['email'].split('@')[1]}", "BillingCountry": "Germany"}
    here.sales("create", kind="Account", values=made)
    cycles(here)
    assert here.lead_of("p1").organisation_id.startswith("account:")
    assert not somebody(here, 5, jobtitle="Clerk"), "a colleague joins"
    assert len({row.handoff_id for row in here.rows(lead)}) == 1


def ends(here: Installation, how: str) -> None:
    """Whom Sales got for the firm of person 1 is not to be theirs any more."""
    if how == "removed by Sales":
        here.sales("delete", record=here.lead_of("p1").sales_id)
    elif how == "unsubscribed":
        here.hubspot("unsubscribe", id=here.contact("p1"))
    else:
        here.hubspot("privacy_delete", id=here.contact("p1"))
        swept(here)
    cycles(here)


@pytest.mark.parametrize("first", ["they end", "the colleague comes"])
@pytest.mark.parametrize("how", ["removed by Sales", "unsubscribed", "deleted in HubSpot"])
def test_a_colleague_takes_over_from_whom_sales_is_not_to_have_any_more(install: Install, how: str, first: str) -> None:
    here = install(people([1]))
    here.cycle()
    owner = here.query("SELECT OwnerId FROM Lead")[0]["OwnerId"]
    if first == "they end":
        ends(here, how)
        assert somebody(here, 5, jobtitle="Clerk")
    else:
        assert not somebody(here, 5, jobtitle="Clerk")
        ends(here, how)
    cycles(here)
    (theirs,) = (row for row in here.leads("Id, Email, OwnerId").values() if row["Email"] != person(1)[1]["email"])
    assert theirs["OwnerId"] == owner
    assert [task["OwnerId"] for task in here.query(f"SELECT OwnerId FROM Task WHERE WhoId = '{theirs['Id']}'")] == [
        owner
    ]
    (told,) = here.rows(lead, lead.c.sales_id == theirs["Id"])
    assert (told.handover, told.handoff_id) == ("verified", 1)


def test_after_its_window_nobody_takes_over(install: Install) -> None:
    here = install(people([1]))
    here.cycle()
    assert not somebody(here, 5, jobtitle="Clerk")
    here.later(days=40)
    ends(here, "unsubscribed")
    assert len(here.leads()) == 1
    (joined,) = here.rows(lead, lead.c.reason != "unsubscribed")
    assert joined.handover == "joined"


def asks(here: Installation, form: str = "Request a demo") -> None:
    """Person 1 sends in a form."""
    here.hubspot("submit_form", form=form, fields={"email": person(1)[1]["email"], "message": "We want it now"})


@pytest.mark.parametrize("days", [2, 40], ids=["while the handoff is open", "after its window"])
@pytest.mark.parametrize("lost", [False, True], ids=["answered", "answer lost before it arrived"])
def test_who_was_removed_by_sales_and_asks_again_reaches_sales_again(install: Install, days: int, lost: bool) -> None:
    here = install(people([1]))
    here.cycle()
    removed = here.lead_of("p1").sales_id
    here.sales("delete", record=removed)
    cycles(here)
    here.later(days=days)
    asks(here)
    if lost:
        path = "/services/data/*/composite/sobjects/Lead/*"
        here.goes_wrong("black_hole", system="salesforce", method="PATCH", path=path, count=1, params={"seconds": 0.1})
    cycles(here, 3)
    (made,) = here.query("SELECT Id, OwnerId FROM Lead")
    assert made["Id"] != removed
    assert [row["WhoId"] for row in here.query("SELECT WhoId FROM Task")] == [made["Id"]]
    assert (here.lead_of("p1").handover, here.lead_of("p1").sales_id) == ("verified", made["Id"])
    assert here.properties("p1")["leadbridge_status"] == "sent"
    assert len(here.rows(event, event.c.outcome == "removed")) == 1
    before = len(here.sandbox.ledger)
    cycles(here)
    assert here.effects(before) == []


def test_who_asks_again_and_has_to_wait_is_told_as_waiting(install: Install) -> None:
    here = install(people([1]))
    here.cycle()
    here.sales("delete", record=here.lead_of("p1").sales_id)
    cycles(here)
    here.configure("capacity", {"rep": {"open_leads": 0}})
    asks(here)
    cycles(here)
    assert here.properties("p1")["leadbridge_status"] == "waiting"


def test_a_newsletter_is_no_reason_to_come_back(install: Install) -> None:
    here = install(people([1]))
    here.cycle()
    here.sales("delete", record=here.lead_of("p1").sales_id)
    cycles(here)
    here.later(days=2)
    asks(here, "Newsletter sign-up")
    cycles(here)
    assert here.leads() == {}
    assert here.properties("p1")["leadbridge_status"] == "removed"


READY_BUT = {"budget_range": "", "purchase_timeframe": ""}
"""Qualified by nothing but asking."""


def test_a_request_that_was_sent_from_an_address_merged_away_is_not_lost(install: Install) -> None:
    here = install([person(1, **READY_BUT), person(2, **READY_BUT)])
    asks(here, "Newsletter sign-up")
    cycles(here, 1)
    assert here.leads() == {}
    here.later(days=3)
    asked = {"email": person(2)[1]["email"], "message": "Please show it to us", "purchase_timeframe": "now"}
    here.hubspot("submit_form", form="Request a demo", fields=asked)
    here.hubspot("merge", kind="contacts", primary=here.contact("p1"), other=here.contact("p2"))
    cycles(here)
    assert [*here.leads()] == [person(1)[1]["email"]]
    (task,) = here.query("SELECT Description FROM Task")
    assert "Please show it to us" in task["Description"]


def test_what_was_sent_from_a_former_address_stays_part_of_the_story(install: Install) -> None:
    former = "amara@before.example.de"
    here = install([person(1, **READY_BUT, hs_additional_emails=former)])
    asks(here, "Newsletter sign-up")
    cycles(here, 1)
    here.later(days=3)
    asked = {"email": former, "message": "Please show it to us", "purchase_timeframe": "now"}
    here.hubspot("submit_form", form="Request a demo", fields=asked)
    cycles(here)
    (task,) = here.query("SELECT Description FROM Task")
    assert "Please show it to us" in task["Description"]
    assert "Newsletter sign-up" in task["Description"]


@pytest.mark.parametrize("way", ["archive", "privacy_delete"])
def test_who_is_deleted_in_hubspot_while_they_wait_does_not_go(install: Install, way: str) -> None:
    here = install(people([1, 2]), capacity={"rep": {"open_leads": 0}, "teams": {}})
    here.cycle()
    here.hubspot(way, id=here.contact("p1"), **({"kind": "contacts"} if way == "archive" else {}))
    here.configure("capacity", {"rep": {"open_leads": 9}})
    cycles(here)
    assert [*here.leads()] == [person(2)[1]["email"]]
    assert [row["Subject"].split()[0] for row in here.query("SELECT Subject FROM Task")] == [person(2)[1]["firstname"]]
    assert (here.lead_of("p1").verdict, here.lead_of("p1").reason) == ("rejected", "gone_from_hubspot")


def test_when_all_who_waited_seem_to_be_gone_from_hubspot_nothing_is_changed(install: Install) -> None:
    here = install(people(range(12)), capacity={"rep": {"open_leads": 0}, "teams": {}})
    here.cycle()
    for number in range(12):
        here.hubspot("privacy_delete", id=here.contact(f"p{number}"))
    here.configure("capacity", {"rep": {"open_leads": 20}})
    with pytest.raises(BrakePulled, match="12 of 12 contacts that waited for room are not in HubSpot any more"):
        cycles(here, 1)
    assert here.leads() == {}
    assert not here.rows(lead, lead.c.reason == "gone_from_hubspot")
