"""Each lane is a list in HubSpot: made by setup, filled by what leadbridge writes back."""

from __future__ import annotations

from typing import Any

import pytest
from conftest import Install
from installation import Installation
from small_world import person

from bridge.installation.doctor import Finding, examine
from bridge.installation.setup import apply_setup, missing
from bridge.settings.handoff import LaneLists
from connectors.errors import NotAllowed

NAMES = LaneLists().named()
LANES: dict[str, dict[str, str]] = {
    "sales": {},
    "caller": {"jobtitle": ""},
    "automation": {"budget_range": "under_5k"},
    "nurture": {"budget_range": "none", "purchase_timeframe": "no_plan", "need_description": ""},
    "nobody": {"email": "test@small-test.de"},
}


def members(here: Installation, name: str) -> set[str]:
    """Who HubSpot says is in a list."""
    lists = here.sandbox.hubspot.account.lists
    found = next(one for one in lists.known.values() if one.name == name)
    return {str(id_) for id_ in lists.members(found)}


def lists_made(here: Installation) -> list[str]:
    return [str(values["name"]) for _, what, kind, values in here.effects() if (what, kind) == ("created", "lists")]


def found_by_doctor(here: Installation) -> list[Finding]:
    return [one for one in examine(here.open()) if not one.ok]


def test_a_lead_arrives_in_the_list_of_its_lane_and_leaves_it(install: Install) -> None:
    here = install([person(number, **values) for number, values in enumerate(LANES.values())])
    assert sorted(lists_made(here)) == sorted(NAMES.values())
    for name in NAMES.values():
        assert members(here, name) == set()
    here.cycle()
    for number, lane in enumerate(LANES):
        assert members(here, NAMES[lane]) == {here.contact(f"p{number}")}, lane
    here.edit("p1", jobtitle="Director of Operations")
    here.cycle()
    assert members(here, NAMES["caller"]) == set()
    assert members(here, NAMES["sales"]) == {here.contact("p0"), here.contact("p1")}


def test_who_waits_and_who_is_to_be_researched_have_lists(install: Install) -> None:
    boss = {"jobtitle": "Chief Executive Officer", "budget_range": "", "purchase_timeframe": "", "need_description": ""}
    here = install([person(1), person(2, **boss)], capacity={"rep": {"open_leads": 0}})
    domain = person(2)[1]["email"].partition("@")[2]
    here.configure("definition", {"lists": {"target_accounts": {"domains": [domain]}}})
    here.cycle()
    assert members(here, NAMES["room"]) == {here.contact("p1")}
    assert members(here, NAMES["research"]) == {here.contact("p2")}
    assert here.properties("p2")["leadbridge_questions"]


def test_lists_are_made_once_and_named_by_the_settings(install: Install) -> None:
    named = {"automation": "Partnervertrieb", "nobody": "", "sales": "", "room": "", "nurture": ""}
    here = install([person(1)], bridge={"handoff": {"lists": named}})
    assert sorted(lists_made(here)) == sorted(["Partnervertrieb", NAMES["caller"], NAMES["research"]])
    assert missing(here.open()) == []
    assert apply_setup(here.open()) == []
    assert found_by_doctor(here) == []


def test_without_the_property_there_are_no_lists(install: Install) -> None:
    here = install([person(1)])
    path = here.folder / "mappings" / "lead_to_hubspot_contact.yaml"
    lines = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join(line for line in lines if "bridge.lane" not in line) + "\n", encoding="utf-8")
    before = len(here.sandbox.ledger)
    assert missing(here.open()) == []
    assert not [entry for entry in here.sandbox.ledger.since(before) if "/lists" in entry.path]


def test_the_doctor_names_a_list_that_is_missing_and_one_of_other_people(install: Install) -> None:
    here = install([person(1)])
    known = here.sandbox.hubspot.account.lists.known
    first, second = (one for one in known.values() if one.name in (NAMES["caller"], NAMES["nurture"]))
    first.name = "renamed by marketing"
    second.type, second.branch = "MANUAL", None
    told: Any = {(one.area, one.what) for one in found_by_doctor(here)}
    assert len(told) == 2
    assert {area for area, _ in told} == {"fields", "lists"}
    assert apply_setup(here.open()) in ([f"hubspot list {NAMES['caller']}"], [f"hubspot list {NAMES['nurture']}"])


@pytest.mark.parametrize("scope", ["crm.lists.read", "crm.lists.write"])
def test_a_missing_scope_is_told_once_and_stops_nothing_else(install: Install, scope: str) -> None:
    here = install([person(1)])
    here.hubspot("revoke_scope", scope=scope)
    told = found_by_doctor(here)
    assert [scope in one.what for one in told] == [True]
    here.cycle()
    assert here.properties("p1")["leadbridge_lane"] == "sales"


def test_setup_without_the_scope_says_which_one(install: Install) -> None:
    here = install([person(1)])
    here.hubspot("revoke_scope", scope="crm.lists.read")
    here.hubspot("revoke_scope", scope="crm.lists.write")
    assert {one.sure for one in missing(here.open())} == {False}
    with pytest.raises(NotAllowed, match=r"crm\.lists\.write"):
        apply_setup(here.open())


def test_a_property_that_lists_ask_for_can_be_made_again(install: Install) -> None:
    here = install([person(1)])
    here.hubspot("drop_property", kind="contacts", name="leadbridge_lane")
    told = [one for one in found_by_doctor(here) if "leadbridge_lane" in one.what]
    assert [one.area for one in told] == ["fields"], told
    assert apply_setup(here.open()) == ["hubspot contact.leadbridge_lane"]
    assert found_by_doctor(here) == []


def test_the_doctor_tells_a_field_that_is_missing_once(install: Install) -> None:
    here = install([person(1)])
    path = here.folder / "mappings" / "hubspot_contact_to_lead.yaml"
    text = path.read_text(encoding="utf-8")
    assert "LeadBridge_Score__c" not in text
    path.write_text(text + "  LeadBridge_Score__c: {from: bridge.score, format: integer}\n", encoding="utf-8")
    told = [one for one in found_by_doctor(here) if "LeadBridge_Score__c" in one.what]
    assert [one.area for one in told] == ["fields"]
