"""Who gets a lead, and who would get it after the rules change: seen in both systems, not only in the rules."""

from __future__ import annotations

from typing import Any

import pytest
from conftest import Install
from installation import Installation
from small_world import people, person, sales_person
from test_journey_commands import run, told

from bridge.deciding import preview
from bridge.staging.schema import lead

GERMAN_TEAM: dict[str, Any] = {
    "teams": {"emea": {"department": "emea"}, "amer": {"department": "emea"}},
    "rules": [{"name": "Everybody", "team": "emea"}],
}


def owners(here: Installation) -> dict[str, str]:
    """E-mail address → whose lead it is in Salesforce."""
    names = {row["Id"]: row["Name"] for row in here.query("SELECT Id, Name FROM User")}
    return {email: names[row["OwnerId"]] for email, row in here.leads("Id, Email, OwnerId").items()}


def explained(here: Installation, key: str) -> str:
    return " ".join(run(here, "explain", here.contact(key)).stdout.split())


def test_who_speaks_the_language_gets_the_lead(install: Install) -> None:
    french = [person(number, country="France") for number in range(3)]
    german = [person(number) for number in range(3, 6)]
    wrote = person(
        6,
        country="Switzerland",
        message="Bonjour, nous cherchons une solution pour nos commandes, merci de me rappeler.",
    )
    told_so = person(7, hs_language="fr-ch", country="Germany")
    spoken = {"anna@small.example.com": ["de"], "bert@small.example.com": ["fr", "de"]}
    here = install([*french, *german, wrote, told_so], routing={**GERMAN_TEAM, "languages": spoken})
    here.cycle()
    given = owners(here)
    for _, values in (*french, wrote, told_so):
        assert given[values["email"]] == "Bert Rep"
    assert {given[values["email"]] for _, values in german} == {"Anna Rep", "Bert Rep"}
    assert "of those who speak fr (what they wrote)" in explained(here, "p6")
    assert "of those who speak fr (their language in HubSpot)" in explained(here, "p7")


def test_an_assignment_names_its_rule_and_those_that_did_not_apply(install: Install) -> None:
    rules = [
        {"name": "South of Germany", "postal": ["DE 80000-96999"], "user": "anna@small.example.com"},
        {"name": "French", "when": {"field": "language", "equals": "fr"}, "user": "anna@small.example.com"},
        {"name": "Rest", "user": "bert@small.example.com"},
    ]
    here = install([person(1, zip="20095")], routing={"rules": rules})
    here.cycle()
    said = explained(here, "p1")
    assert "Bert Rep" in said
    for part in (
        "Rule 'Rest'",
        "not South of Germany: the postal code is not in its ranges",
        "not French: does not apply",
        "not account owner",
    ):
        assert part in said, part


def test_a_plan_of_unchanged_files_moves_nobody_although_a_handoff_has_another_owner(install: Install) -> None:
    first, second = person(1), person(2, company="Morgenrot Werke", email="berta@morgenrot-werke.de")
    first[1].update(company="Morgenrot Werke", email="anton@morgenrot-werke.de")
    known = {
        "LastName": second[1]["lastname"],
        "FirstName": second[1]["firstname"],
        "Email": second[1]["email"],
        "Company": "Morgenrot Werke",
    }
    here = install(
        [first, second],
        [sales_person("Lead", "l1", known)],
        routing={
            "rules": [{"name": "All to Anna", "user": "anna@small.example.com"}],
            "organisation_owner_first": False,
        },
    )
    for _ in range(3):
        here.cycle()
    kept = here.rows(lead)
    assert len({row.decision["assignment"]["owner_id"] for row in kept}) == 2
    assert len({row.owner_id for row in kept}) == 1, "both are in one handoff"
    assert told(run(here, "plan", "--json"))["owner_moves"] == []


@pytest.mark.parametrize("organisation_owner_first", [True, False])
def test_changing_the_rules_shows_first_who_would_move(install: Install, organisation_owner_first: bool) -> None:
    """Those with Sales stay where they are; who waits would move, and does so only when the change is let through."""
    rules: dict[str, Any] = {"rules": [{"name": "All to Anna", "user": "anna@small.example.com"}]}
    rules["organisation_owner_first"] = organisation_owner_first
    here = install(people(range(6)), routing=rules, capacity={"rep": {"open_leads": 2}})
    here.cycle()
    assert set(owners(here).values()) == {"Anna Rep"}
    assert len(owners(here)) == 2
    here.configure("routing", {"rules": [{"name": "All to Bert", "user": "bert@small.example.com"}]})
    before = len(here.sandbox.ledger)
    plan = told(run(here, "plan", "--json"))
    anna, bert = (here.sandbox.id_of("salesforce", "User", key) for key in ("u-anna", "u-bert"))
    waiting = {row.id for row in here.rows(lead, lead.c.sales_id.is_(None))}
    assert plan["owners"] == len(waiting) == 4
    assert {one["lead_id"] for one in plan["owner_moves"]} == waiting
    assert {(one["before"], one["after"], one["rule"]) for one in plan["owner_moves"]} == {(anna, bert, "All to Bert")}
    assert "would get another owner" in run(here, "plan").stdout
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(preview, "MOST_OWNER_MOVES", len(waiting) - 1)
        assert "… and 1 more" in run(here, "plan").stdout
    assert here.effects(before) == []
    assert {row.owner_id for row in here.rows(lead)} == {anna}, "a plan keeps nothing"
    assert run(here, "sync", "--approve", plan["hash"]).returncode == 0
    assert {row.id for row in here.rows(lead, lead.c.owner_id == bert)} == waiting
    assert sorted(owners(here).values()) == ["Anna Rep", "Anna Rep", "Bert Rep", "Bert Rep"]
