"""A field that joins a mapping is read of everybody who is there already, before anybody is decided or written to: until then it looks blank."""

from __future__ import annotations

from typing import Any

import pytest
from conftest import Install
from installation import Installation
from small_world import people, person
from test_journey_commands import run, told

from bridge.backfill import Request, backfill
from bridge.cycle import cycle, holding_lease
from bridge.staging.schema import record

LEAD, FACTS = "hubspot_contact_to_lead", "hubspot_contact_to_facts"


def grow(here: Installation, mapping: str, line: str) -> None:
    """The admin adds a line to a mapping, long after the last cycle."""
    here.later(hours=2)
    here.cycle()
    path = here.folder / "mappings" / f"{mapping}.yaml"
    path.write_text(path.read_text(encoding="utf-8").rstrip() + f"\n  {line}\n", encoding="utf-8")


def one_lead(here: Installation, fields: str) -> dict[str, Any]:
    (found,) = here.query(f"SELECT Id, {fields} FROM Lead")
    return found


def test_what_sales_typed_into_a_field_before_it_was_mapped_stays(install: Install) -> None:
    here = install(people([1]))
    here.cycle()
    made = one_lead(here, "Rating")
    here.sales("edit", record=made["Id"], values={"Rating": "Cold"})
    grow(here, LEAD, "Rating: {constant: Hot, format: picklist, wins: crm_unless_blank}")
    here.cycle()
    assert one_lead(here, "Rating")["Rating"] == "Cold"
    before = len(here.sandbox.ledger)
    here.cycle()
    assert here.effects(before) == []


def test_a_property_that_joins_is_read_of_contacts_and_companies_that_did_not_change(install: Install) -> None:
    here = install(people([1], fax="+49 30 901820"))
    company = here.hubspot("create", kind="companies", properties={"name": "Nordlicht Werke", "city": "Kiel"})
    here.hubspot("edit", kind="companies", id=company, properties={"description": "Makes lights"})
    here.hubspot("link", kind="contacts", id=here.contact("p1"), other_kind="companies", other=company)
    here.cycle()
    grow(here, LEAD, "Fax: {from: fax, format: phone}\n  Jigsaw: {from: company.description, format: text}")
    here.cycle()
    found = one_lead(here, "Fax, Jigsaw")
    assert (found["Fax"], found["Jigsaw"]) == ("+4930901820", "Makes lights")


def test_nothing_is_read_anew_while_the_mappings_stay(install: Install) -> None:
    here = install(people(range(1, 30)))
    here.cycle()
    here.later(hours=2)
    here.cycle()
    here.later(hours=2)
    assert here.cycle().counts.get("contacts unchanged", 0) < 29


def test_a_backfill_does_not_decide_others_without_it(install: Install) -> None:
    here = install(people([1, 2], fax="+49 30 901820"), bridge={"brakes": {"change": 1000}})
    here.cycle()
    grow(here, FACTS, "fax: {from: fax, format: text}")
    with holding_lease(here.app) as lease, here.open().run("backfill", lease=lease) as context:
        backfill(here.app, context, here.app.workplan(), Request(ids=(here.contact("p1"),)), send=True)
    (values,) = here.rows(
        record.c["values"], record.c.id == here.contact("p2"), record.c.source == "hubspot", record.c.kind == "contact"
    )
    assert values[0]["fax"] == "+49 30 901820"


def test_a_plan_tells_what_is_blank_only_because_it_was_not_read_yet(install: Install) -> None:
    here = install(people([1], fax="+49 30 901820"))
    here.cycle()
    grow(here, LEAD, "Fax: {from: fax, format: phone}")
    assert told(run(here, "plan", "--json"))["not_read"] == ["fax", "Lead.Fax"]
    here.cycle()
    assert told(run(here, "plan", "--json"))["not_read"] == []


FAX_LINE = {"label": "Fax line", "type": "Text", "length": 40}


def test_a_field_made_just_now_is_used_by_the_next_process(install: Install) -> None:
    here = install(people([1], fax="+49 30 901820"))
    here.cycle()
    here.sales("add_field", object="Lead", name="Fax_Line__c", metadata=FAX_LINE)
    path = here.folder / "mappings" / f"{LEAD}.yaml"
    line = "  Fax_Line__c: {from: fax, format: phone, required: true}\n"
    path.write_text(path.read_text(encoding="utf-8").rstrip() + f"\n{line}", encoding="utf-8")
    report = here.cycle()
    assert (report.exit_code, report.not_there) == (0, ())
    assert one_lead(here, "Fax_Line__c")["Fax_Line__c"] == "+4930901820"


def test_a_field_that_a_running_daemon_misses_is_used_minutes_after_it_was_made(install: Install) -> None:
    here = install(people([1], fax="+49 30 901820"))
    grow(here, LEAD, "Fax_Line__c: {from: fax, format: phone}")
    assert here.cycle().not_there == ("Salesforce Lead.Fax_Line__c",)
    here.sales("add_field", object="Lead", name="Fax_Line__c", metadata=FAX_LINE)
    here.later(minutes=16)
    here.edit("p1", fax="+49 30 901821")
    assert cycle(here.app).not_there == ()
    assert one_lead(here, "Fax_Line__c")["Fax_Line__c"] == "+4930901821"


@pytest.mark.parametrize("room", [40, 0])
def test_whose_value_was_left_out_gets_it_once_the_field_is_there_and_nobody_else_is_decided(
    install: Install, room: int
) -> None:
    here = install([*people([1], fax="+49 30 901820"), *people(range(2, 6))])
    here.configure("capacity", {"rep": {"open_leads": room, "new_per_day": 40}})
    grow(here, LEAD, "Fax_Line__c: {from: fax, format: phone}")
    here.cycle()
    here.sales("add_field", object="Lead", name="Fax_Line__c", metadata=FAX_LINE)
    here.later(minutes=16)
    assert cycle(here.app).counts["decided"] == 1
    here.configure("capacity", {"rep": {"open_leads": 40, "new_per_day": 40}})
    here.cycle()
    found = {row["Email"]: row["Fax_Line__c"] for row in here.query("SELECT Email, Fax_Line__c FROM Lead")}
    assert (len(found), found.pop(person(1)[1]["email"])) == (5, "+4930901820")
    assert set(found.values()) == {None}


def test_what_is_taken_out_in_hubspot_is_cleared_once_where_the_mapping_says_so(install: Install) -> None:
    """Nobody fights over it: what Sales types into the cleared field stays."""
    here = install([person(1, fax="+49 30 901820")])
    path = here.folder / "mappings" / f"{LEAD}.yaml"
    line = "  Fax: {from: fax, format: phone, empty: clear}\n"
    path.write_text(path.read_text(encoding="utf-8").rstrip() + f"\n{line}", encoding="utf-8")
    here.cycle()
    assert one_lead(here, "Fax")["Fax"] == "+4930901820"
    here.later(hours=1)
    here.edit("p1", fax="")
    here.cycle()
    cleared = one_lead(here, "Fax, Description")
    assert cleared["Fax"] is None
    assert cleared["Description"]
    here.sales("edit", record=cleared["Id"], values={"Fax": "030 1"})
    here.later(hours=1)
    here.edit("p1", city="Bonn")
    here.cycle()
    assert one_lead(here, "Fax, City") | {"City": "Bonn", "Fax": "030 1"} == one_lead(here, "Fax, City")
