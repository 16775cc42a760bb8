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
from connectors.sandbox.world import Ref

GERMAN_TEAM: dict[str, Any] = {
    "teams": {"emea": {"department": "emea"}, "amer": {"department": "emea"}},
    "rules": [{"name": "Everybody", "team": "emea"}],
}


def owners(here: Installation) -> dict[str, str]:
    """E-mail address → whose lead it is in Salesforce."""
    names = {row["Id"]: row["Name"] for row in here.query("SELECT Id, Name FROM User")}
    return {email: names[row["OwnerId"]] for email, row in here.leads("Id, Email, OwnerId").items()}


def assigned(here: Installation) -> dict[str, str]:
    """Lead → the owner its last decision gave it."""
    return {row.id: row.decision["assignment"]["owner_id"] for row in here.rows(lead) if row.decision["assignment"]}


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


def test_the_cap_of_a_team_holds_although_its_people_are_in_another_team_too(install: Install) -> None:
    both = {"emea": {"department": "emea"}, "inbound": {"members": [{"user": "Anna Rep"}, {"user": "Bert Rep"}]}}
    here = install(
        people(range(5)),
        routing={"teams": both, "rules": [{"name": "Everybody", "team": "inbound"}]},
        capacity={"rep": {}, "teams": {"inbound": {"open_leads": 3}}},
    )
    here.cycle()
    here.later(days=1)
    here.cycle()
    assert len(here.leads()) == 3
    assert {one["why"] for one in told(run(here, "handoffs", "waiting", "--json"))} == {
        "has room, but team inbound has 3 open leads, the cap is 3"
    }


def test_who_waits_behind_leads_sent_just_now_is_promised_no_day(install: Install) -> None:
    rules = [{"name": "Everybody", "user": "bert@small.example.com"}]
    here = install(people(range(4)), routing={"rules": rules}, capacity={"rep": {"open_leads": 2, "new_per_day": 9}})
    here.cycle()
    waits = told(run(here, "handoffs", "waiting", "--json"))
    assert [(one["why"], one["expected"]) for one in waits] == [("has 2 open leads, the cap is 2", "")] * 2


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


def test_an_organisation_sales_has_with_two_owners_keeps_the_one_of_its_handoff(install: Install) -> None:
    """Deciding everybody again moves nobody, in whatever order they come, and a plan says so."""

    def colleague(number: int) -> tuple[str, dict[str, str]]:
        key, values = person(number, company="Morgenrot Werke")
        return key, {**values, "email": f"{values['email'].partition('@')[0]}@morgenrot-werke.de"}

    there, new = [colleague(number) for number in (1, 2, 3, 4)], [colleague(number) for number in (5, 6, 7)]
    known = [
        sales_person(
            "Lead",
            f"l-{key}",
            {
                "FirstName": values["firstname"],
                "LastName": values["lastname"],
                "Email": values["email"],
                "Company": "Morgenrot Werke",
                "OwnerId": Ref("User", "u-anna" if place else "u-bert"),
            },
        )
        for place, (key, values) in enumerate(there)
    ]
    order = [there[0], new[0], new[1], there[1], new[2], there[2], there[3]]
    rules = {"rules": [{"name": "All to Anna", "user": "anna@small.example.com"}]}
    here = install(order, known, routing=rules, bridge={"batches": {"decide": 2}})
    for _ in range(3):
        here.cycle()
    for version in ("2026-11-b", "2026-11-c"):
        here.configure("definition", {"version": version})
        plan = told(run(here, "plan", "--json"))
        before = assigned(here)
        assert len(before) == 7, [(row.reason, row.sentence) for row in here.rows(lead)]
        assert len(set(before.values())) == 2, "Sales' own owners stay"
        assert run(here, "sync", "--approve", plan["hash"]).returncode == 0
        after = assigned(here)
        moved = {id_ for id_ in before if after[id_] != before[id_]}
        assert {one["lead_id"] for one in plan["owner_moves"]} == moved, "the plan says what then happens"
    assert not moved


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
