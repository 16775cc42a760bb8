"""Where somebody of Sales works already, they are told instead of a new lead made; by policy, also for single segments."""

from __future__ import annotations

from typing import Any

import pytest
from conftest import Install
from small_world import account, people
from test_journey_commands import run, told
from test_journey_handoff import colleague, colleagues, created

from bridge.staging import sales
from bridge.staging.database import writing
from bridge.staging.schema import lead
from connectors.records import FieldSchema
from connectors.sandbox.world import Ref, Thing


def deal(owner: str = "u-bert") -> Thing:
    values: dict[str, Any] = {
        "Name": "Automation", "AccountId": Ref("Account", "a1"), "StageName": "Prospecting", "CloseDate": "2027-03-01", "OwnerId": Ref("User", owner),
    }  # fmt: skip
    return Thing("Opportunity", "o1", values)


PROSPECT = account("a1", "Morgenrot Werke", "morgenrot-werke.de")
CUSTOMER = account("a1", "Morgenrot Werke", "morgenrot-werke.de", Type="Customer - Direct")


def test_the_owner_of_an_open_opportunity_is_told_instead(install: Install) -> None:
    here = install(colleagues([2, 5, 7]), [PROSPECT, deal()])
    here.cycle()
    before = len(here.sandbox.ledger)
    here.cycle()
    assert here.effects(before) == []
    assert created(here) == ["Task"]
    task = here.query("SELECT WhatId, WhoId, OwnerId, Description FROM Task")[0]
    assert task["WhatId"] == here.sandbox.id_of("salesforce", "Opportunity", "o1")
    assert task["OwnerId"] == here.sandbox.id_of("salesforce", "User", "u-bert"), "not the account's owner"
    assert colleague(2)[1]["email"] in task["Description"], (
        "no record of theirs is made: the task says how to reach them"
    )
    assert "Open opportunity: Automation (Prospecting, owner Bert Rep, closes 2027-03-01)." in task["Description"]
    assert sorted(here.properties(key)["leadbridge_status"] for key in ("m2", "m5", "m7")) == [
        "joined",
        "joined",
        "sent",
    ]


def test_an_opportunity_opened_later_is_told_in_the_same_task(install: Install) -> None:
    here = install(colleagues([2, 5]), [PROSPECT])
    here.cycle()
    values = {
        "Name": "Late one",
        "AccountId": here.sandbox.id_of("salesforce", "Account", "a1"),
        "StageName": "Prospecting",
    }
    here.sales("create", kind="Opportunity", values={**values, "CloseDate": "2027-03-01"})
    here.cycle()
    tasks = here.query("SELECT Description FROM Task")
    assert len(tasks) == 1
    assert "Open opportunity: Late one" in tasks[0]["Description"]


def test_a_customers_request_goes_to_the_owner_of_the_account(install: Install) -> None:
    here = install(colleagues([2, 5]), [CUSTOMER])
    here.cycle()
    assert created(here) == ["Task"]
    task = here.query("SELECT WhatId, OwnerId FROM Task")[0]
    assert task["WhatId"] == here.sandbox.id_of("salesforce", "Account", "a1")
    assert task["OwnerId"] == here.sandbox.id_of("salesforce", "User", "u-anna")
    here.arrive(colleague(7)[1])
    here.cycle()
    assert len(here.query("SELECT Id FROM Task")) == 1


def test_a_customers_request_goes_to_service(install: Install) -> None:
    teams = {"service": {"members": [{"user": "bert@small.example.com"}]}}
    landing = {"customer": "service", "service_team": "service"}
    here = install(colleagues([2]), [CUSTOMER], bridge={"landing": landing}, routing={"teams": teams})
    here.cycle()
    assert [row["OwnerId"] for row in here.query("SELECT OwnerId FROM Task")] == [
        here.sandbox.id_of("salesforce", "User", "u-bert")
    ]
    assert here.query("SELECT Id FROM Lead") == []


def known_contact(owner: str) -> Thing:
    """The chief executive of Morgenrot Werke as a contact that Sales has."""
    values = {
        name: colleague(2)[1][key]
        for name, key in (("FirstName", "firstname"), ("LastName", "lastname"), ("Email", "email"))
    }
    return Thing("Contact", "s1", {**values, "AccountId": Ref("Account", "a1"), "OwnerId": Ref("User", owner)})


SERVICE: dict[str, Any] = {
    "bridge": {"landing": {"customer": "service", "service_team": "service"}},
    "routing": {"teams": {"service": {"members": [{"user": "bert@small.example.com"}]}}},
}


@pytest.mark.parametrize(
    ("world", "settings", "told"),
    [
        ([CUSTOMER, known_contact("u-bert")], {}, "u-anna"),
        ([CUSTOMER, known_contact("u-anna")], SERVICE, "u-bert"),
        ([PROSPECT, deal("u-bert"), known_contact("u-anna")], {}, "u-bert"),
        ([PROSPECT, known_contact("u-bert")], {}, "u-bert"),
        ([CUSTOMER, known_contact("u-bert")], {"bridge": {"landing": {"customer": "lead"}}}, "u-bert"),
    ],
    ids=["customer", "service", "open opportunity", "neither", "policy off"],
)
def test_who_is_told_of_a_contact_that_sales_has(
    install: Install, world: list[Thing], settings: dict[str, Any], told: str
) -> None:
    here = install(colleagues([2, 5]), world, **settings)
    here.cycle()
    assert created(here) == ["Task"]
    task = here.query("SELECT WhoId, OwnerId FROM Task")[0]
    assert task["WhoId"] == here.sandbox.id_of("salesforce", "Contact", "s1")
    assert task["OwnerId"] == here.sandbox.id_of("salesforce", "User", told)
    before = len(here.sandbox.ledger)
    here.later(minutes=15)
    here.cycle()
    assert here.effects(before) == []


@pytest.mark.parametrize(
    ("landing", "made"),
    [
        ({"open_opportunity": "lead", "customer": "lead"}, ["Lead", "Task"]),
        ({"segments": {"unknown_size": {"open_opportunity": "lead", "customer": "lead"}}}, ["Lead", "Task"]),
        ({"segments": {"enterprise": {"open_opportunity": "lead", "customer": "lead"}}}, ["Task"]),
        (
            {
                "open_opportunity": "lead",
                "customer": "lead",
                "segments": {"unknown_size": {"known_account": "contact"}},
            },
            ["Contact", "Task"],
        ),
    ],
)
def test_the_policy_of_a_segment(install: Install, landing: dict[str, Any], made: list[str]) -> None:
    here = install(colleagues([2]), [CUSTOMER, deal()], bridge={"landing": landing})
    here.cycle()
    assert sorted(created(here)) == made


def test_another_landing_moves_those_who_wait_and_a_plan_says_so_first(install: Install) -> None:
    """What a plan counts is what the next cycle then makes; a policy in another file than the definition counts like one in it."""
    here = install(colleagues([2]), [PROSPECT], capacity={"rep": {"open_leads": 0}})
    here.cycle()
    assert created(here) == [], "no room"
    here.configure("bridge", {"landing": {"known_account": "contact"}})
    plan = told(run(here, "plan", "--json"))
    assert plan["writes"] == {"salesforce.Contact": 1, "salesforce.Task": 1}
    assert run(here, "sync").returncode == 0
    assert sorted(created(here)) == ["Contact", "Task"]
    assert told(run(here, "plan", "--json"))["writes"] == {}


def test_usual_policies_make_nobody_due(install: Install) -> None:
    here = install(people(range(2)))
    here.cycle()
    here.configure("bridge", {"landing": {"known_account": "lead"}, "handoff": {"others": "chart", "window": 20}})
    assert told(run(here, "sync", "--json"))["counts"].get("decided", 0) == 0


def test_changed_is_asked_of_any_fact_in_any_rule(install: Install) -> None:
    """`changed` is since the lead was last decided on, for a score or a verdict as for what wakes a nurtured lead."""
    here = install(people(range(1)))
    here.configure(
        "definition",
        {"score": [{"name": "A new budget", "points": 7, "when": {"field": "budget_range", "changed": True}}]},
    )
    here.cycle()
    assert here.rows(lead)[0].score == 0
    here.hubspot("edit", kind="contacts", id=here.contact("p0"), properties={"budget_range": "over_100k"})
    here.later(minutes=2)
    here.cycle()
    assert here.rows(lead)[0].score == 7
    here.hubspot("edit", kind="contacts", id=here.contact("p0"), properties={"jobtitle": "Chief Operating Officer"})
    here.later(minutes=2)
    here.cycle()
    assert here.rows(lead)[0].score == 0, "it has not changed again"


def test_a_yes_or_no_is_told_to_hubspot_in_its_own_words(install: Install) -> None:
    here = install(people([1]))
    words = {"with_sales": "yes", "to_be_called": "no"}
    file = here.folder / "mappings" / "lead_to_hubspot_contact.yaml"
    lines = file.read_text(encoding="utf-8")
    for name, word in words.items():
        assert here.app.hubspot.create_property("contact", FieldSchema(name, name, "boolean"), "leadbridge")
        lines += f"  {name}: {{from: bridge.lane, format: boolean, values: {{sales: '{word}'}}}}\n"
    file.write_text(lines, encoding="utf-8")
    with writing(here.engine) as connection:
        sales.forget_schemas(connection)
    report = here.cycle()
    assert {name: here.properties("p1")[name] for name in words} == {"with_sales": "true", "to_be_called": "false"}
    assert "refused by HubSpot" not in report.counts
