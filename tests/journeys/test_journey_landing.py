"""Where a handoff lands: task, note, campaign membership, account summary, link to the account; each once, whatever happens on the way."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from conftest import Install
from small_world import account, people, person
from test_journey_handoff import colleague, colleagues, created

from bridge.stages.push import followers
from bridge.staging.outbox import Delivery
from bridge.staging.schema import delivery, lead
from connectors.sandbox.world import Thing


def campaign(key: str, name: str) -> Thing:
    then = datetime.now(UTC) - timedelta(days=100)
    return Thing(
        "Campaign",
        key,
        {"Name": name, "Description": "A call within a day was promised.", "IsActive": True},
        (),
        then,
        then,
    )


CREATES = "/services/data/*/composite/sobjects"
WORLD: list[Thing] = [account("a1", "Morgenrot Werke", "morgenrot-werke.de"), campaign("g1", "Request a demo")]
ASKS = {"email": colleague(2)[1]["email"], "message": "Please call.\nAfter 2 pm.", "purchase_timeframe": "now"}


def test_everything_lands_once(install: Install) -> None:
    here = install(colleagues([2, 5]), WORLD, bridge={"handoff": {"note": "always"}})
    here.hubspot("submit_form", form="Request a demo", fields=ASKS)
    here.cycle()
    assert sorted(created(here)) == ["CampaignMember", "ContentNote", "Lead", "Task"]
    made = here.query("SELECT Id, LeadBridge_Account__c, Description FROM Lead")[0]
    assert made["LeadBridge_Account__c"] == here.sandbox.id_of("salesforce", "Account", "a1")
    member = here.query("SELECT LeadId, Status, HasResponded FROM CampaignMember")[0]
    assert (member["LeadId"], member["Status"], member["HasResponded"]) == (made["Id"], "Responded", True)
    assert "A call within a day was promised." in made["Description"]
    assert "Please call.\nAfter 2 pm." in made["Description"].replace("\r\n", "\n")
    summary = here.query("SELECT LeadBridge_Summary__c FROM Account")[0]["LeadBridge_Summary__c"]
    assert "2 people known" in summary
    note = here.query("SELECT Id, Title, TextPreview FROM ContentNote")[0]
    assert "Morgenrot" in note["Title"]
    links = here.query(f"SELECT ContentDocumentId FROM ContentDocumentLink WHERE LinkedEntityId = '{made['Id']}'")
    assert [row["ContentDocumentId"] for row in links] == [note["Id"]]
    before = len(here.sandbox.ledger)
    here.cycle()
    here.cycle()
    assert here.effects(before) == []


def test_each_is_optional(install: Install) -> None:
    here = install(colleagues([2, 5]), WORLD)
    for name in ("handoff_to_task", "handoff_to_account", "handoff_to_campaign_member"):
        (here.folder / "mappings" / f"{name}.yaml").unlink()
    here.hubspot("submit_form", form="Request a demo", fields=ASKS)
    here.cycle()
    assert created(here) == ["Lead"]
    assert here.query("SELECT LeadBridge_Summary__c FROM Account")[0]["LeadBridge_Summary__c"] is None


def test_a_brief_the_field_cannot_hold_is_cut_at_a_sentence_and_whole_in_a_note(install: Install) -> None:
    long = " ".join(f"This is sentence number {number} of many." for number in range(200))
    here = install(colleagues([2]))
    here.hubspot("submit_form", form="Request a demo", fields={**ASKS, "message": long})
    here.cycle()
    text = here.query("SELECT Description FROM Task")[0]["Description"]
    assert "sentence number 199" not in text
    assert "of many. […]" in text
    content = next(values for _, what, kind, values in here.effects() if (what, kind) == ("created", "ContentNote"))
    assert "sentence number 199" in base64.b64decode(content["Content"]).decode()


@pytest.mark.parametrize("call", range(4), ids=["task", "note", "link", "membership"])
def test_a_lost_answer_makes_nothing_twice(install: Install, call: int) -> None:
    here = install(colleagues([2, 5]), WORLD, bridge={"handoff": {"note": "always"}})
    here.hubspot("submit_form", form="Request a demo", fields=ASKS)
    here.goes_wrong("answer_lost", system="salesforce", method="POST", path=CREATES, after=call, count=1)
    here.cycle()
    assert here.rows(delivery, delivery.c.state == "unknown"), "the answer was lost"
    here.all_is_well()
    for _ in range(3):
        here.later(minutes=1)
        here.cycle()
    assert sorted(created(here)) == ["CampaignMember", "ContentNote", "Lead", "Task"]
    made = here.query("SELECT Id FROM Lead")[0]["Id"]
    links = here.query(f"SELECT Id FROM ContentDocumentLink WHERE LinkedEntityId = '{made}'")
    assert len(links) == 1
    assert not here.rows(delivery, delivery.c.state.in_(("waiting", "ready", "sending", "unknown", "sent", "refused")))


def test_who_is_a_member_of_the_campaign_already_stays_one(install: Install) -> None:
    here = install(colleagues([2]), WORLD, capacity={"rep": {"open_leads": 40}})
    here.cycle()
    member = {
        "LeadId": here.query("SELECT Id FROM Lead")[0]["Id"],
        "CampaignId": here.sandbox.id_of("salesforce", "Campaign", "g1"),
    }
    here.sales("create", kind="CampaignMember", values={**member, "Status": "Sent"})
    here.hubspot("submit_form", form="Request a demo", fields=ASKS)
    for _ in range(3):
        here.later(minutes=1)
        here.cycle()
    rows = here.query("SELECT Id, Status FROM CampaignMember")
    assert [row["Status"] for row in rows] == ["Responded"]
    assert not here.rows(delivery, delivery.c.state.in_(("ready", "sending", "unknown", "sent", "refused")))


LANES = [
    ({}, "sales", ""),
    ({"jobtitle": ""}, "caller", "job title"),
    ({"budget_range": "under_5k"}, "automation", ""),
    ({"budget_range": "none", "purchase_timeframe": "no_plan", "need_description": ""}, "nurture", ""),
]


def test_marketing_sees_who_has_each_lead_and_what_to_ask(install: Install) -> None:
    here = install([person(number, **values) for number, (values, _, _) in enumerate(LANES)])
    here.cycle()
    for number, (_, lane, asks) in enumerate(LANES):
        told = here.properties(f"p{number}")
        assert told["leadbridge_lane"] == lane
        assert asks in told.get("leadbridge_questions", "").replace("_", " ")


@pytest.mark.parametrize(
    ("expired", "verdict", "reason", "lane"),
    [({"to": "nurture"}, "nurture", "waited_too_long", "nurture"), ({"to": "caller"}, "held", "waited_for_caller", "caller")],
)  # fmt: skip
def test_who_waits_too_long_takes_another_way_and_comes_back_by_acting(
    install: Install, expired: dict[str, Any], verdict: str, reason: str, lane: str
) -> None:
    rep = {"open_leads": 0}
    here = install(people([1]), capacity={"rep": rep, "expires_after": 2, "expired": expired})
    here.cycle()
    here.later(days=3)
    here.cycle()
    here.cycle()
    stands = here.rows(lead)[0]
    assert (stands.verdict, stands.reason) == (verdict, reason)
    assert here.properties("p1")["leadbridge_lane"] == lane
    here.configure("capacity", {"rep": {"open_leads": 40}})
    here.cycle()
    assert here.leads() == {}
    here.later(days=1)
    here.hubspot("submit_form", form="Request a demo", fields={**ASKS, "email": person(1)[1]["email"]})
    here.cycle()
    assert len(here.leads()) == 1


def test_who_waits_too_long_goes_to_another_team_that_has_room(install: Install) -> None:
    """Anna's queue is full for days: the others of the waiting go to Bert, the best first, and their lane in HubSpot follows."""
    teams = {
        "first": {"members": [{"user": "anna@small.example.com"}]},
        "second": {"members": [{"user": "bert@small.example.com"}]},
    }
    capacity = {
        "rep": {"open_leads": 40}, "reps": {"anna@small.example.com": {"open_leads": 1}, "bert@small.example.com": {"open_leads": 2}},
        "expires_after": 2, "expired": {"to": "team", "team": "second"},
    }  # fmt: skip
    rules = {"teams": teams, "rules": [{"name": "All", "team": "first"}], "organisation_owner_first": False}
    here = install(people(range(4)), capacity=capacity, routing=rules)
    anna, bert = (here.sandbox.id_of("salesforce", "User", key) for key in ("u-anna", "u-bert"))
    here.cycle()
    assert [row["OwnerId"] for row in here.query("SELECT OwnerId FROM Lead")] == [anna]
    assert sorted(here.properties(f"p{number}")["leadbridge_lane"] for number in range(4)) == ["room"] * 3 + ["sales"]
    here.later(days=1)
    here.cycle()
    assert len(here.query("SELECT Id FROM Lead")) == 1, "not yet"
    here.later(days=2)
    here.cycle()
    here.cycle()
    owners = [row["OwnerId"] for row in here.query("SELECT OwnerId FROM Lead")]
    assert sorted(owners) == sorted([anna, bert, bert]), "Bert's cap holds for these, too"
    assert sorted(here.properties(f"p{number}")["leadbridge_lane"] for number in range(4)) == ["room"] + ["sales"] * 3
    tasks = here.query("SELECT OwnerId FROM Task")
    assert sorted(row["OwnerId"] for row in tasks) == sorted([anna, bert, bert])
    moved = here.rows(lead, lead.c.owner_id == bert, lead.c.sales_id.is_not(None))[0]
    assigned = moved.decision["assignment"]
    assert (assigned["rule"], assigned["reason"]) == ("no room elsewhere", "overflow_team")
    closed = here.query(f"SELECT Id FROM Lead WHERE OwnerId = '{bert}'")[0]["Id"]
    here.sales("convert", record=closed)
    here.later(hours=1)
    here.cycle()
    assert len(here.query("SELECT Id FROM Lead")) == 4, "the last one goes when Bert has room again"


def unknown(number: int, target: str, payload: dict[str, Any]) -> Delivery:
    return Delivery(number, f"lb-{number}", target, "", "create", None, payload, None, 1, None, None)


@pytest.mark.parametrize(
    ("kind", "payload"),
    [
        ("Task", {"WhoId": "{lead}", "Subject": "Call them"}),
        ("Task", {"WhatId": "{account}", "Subject": "Call them"}),
        ("ContentNote", {"Title": "Handoff {number}: what is known of Morgenrot Werke GmbH & Co. KG"}),
        ("ContentDocumentLink", {"ContentDocumentId": "{note}", "LinkedEntityId": "{lead}"}),
        ("CampaignMember", {"LeadId": "{lead}", "CampaignId": "{campaign}", "Status": "Sent"}),
    ],
)
def test_a_thousand_lost_answers_are_found_out_whatever_a_url_may_hold(
    install: Install, kind: str, payload: dict[str, str]
) -> None:
    here = install([], WORLD)
    places = {"campaign": here.sandbox.id_of("salesforce", "Campaign", "g1")}

    def filled(number: int) -> dict[str, str]:
        ids = {"lead": f"00Q{number:012d}EAA", "account": f"001{number:012d}AAA", "note": f"069{number:012d}AAA"}
        return {name: value.format(number=number, **ids, **places) for name, value in payload.items()}

    with here.app.looking() as context:
        lost = [unknown(number, f"salesforce.{kind}", filled(number)) for number in range(1000)]
        assert followers.there(context, kind, lost) == {}


def test_of_two_tasks_alike_whose_answers_were_lost_each_is_one_that_is_there(install: Install) -> None:
    here = install([], WORLD)
    account_id = here.sandbox.id_of("salesforce", "Account", "a1")
    task = {"WhatId": account_id, "Subject": "Call them"}
    lost = [unknown(number, "salesforce.Task", task) for number in (1, 2)]
    with here.app.looking() as context:
        first = here.sales("create", kind="Task", values=task)["id"]
        assert followers.there(context, "Task", lost) == {1: first}, "the other one did not arrive"
        second = here.sales("create", kind="Task", values=task)["id"]
        assert set(followers.there(context, "Task", lost).values()) == {first, second}


def test_a_task_that_sales_deleted_is_left_alone(install: Install) -> None:
    here = install(colleagues([2, 5]))
    here.cycle()
    here.sales("delete", record=here.query("SELECT Id FROM Task")[0]["Id"])
    here.later(days=2)
    here.arrive(colleague(1)[1])
    here.cycle()
    tried = [(row.target, row.state) for row in here.rows(delivery, delivery.c.operation == "update")]
    assert ("salesforce.Task", "cancelled") in tried, "its text was to change"
    here.cycle()
    count = len(here.rows(delivery))
    for _ in range(2):
        here.later(minutes=5)
        report = here.cycle()
        assert report.counts.get("decided", 0) == 0
    assert len(here.rows(delivery)) == count
    assert here.query("SELECT Id FROM Task") == []
