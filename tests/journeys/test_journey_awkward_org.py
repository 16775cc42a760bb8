"""Orgs that are not the demo's: what their rules, picklists and rights do to leads, and that none is lost for it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from conftest import Install
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from small_world import account, people, person, sales_person

from bridge.errors import UsageError
from bridge.installation.doctor import examine
from bridge.stages.push import bulk
from bridge.staging import reports
from bridge.staging.database import reading
from bridge.staging.schema import delivery
from connectors.records import ObjectSchema
from connectors.sandbox.salesforce.authored import field_describe
from connectors.sandbox.world import Ref

FREE = {"rep": {"open_leads": None, "new_per_day": None}, "teams": {}}


def test_triggers_that_cannot_do_with_two_hundred_records_at_once_hold_nobody_back(install: Install) -> None:
    here = install(people(range(40)), rules={"rows_at_once": 15}, capacity=FREE)
    report = here.cycle()
    assert (report.exit_code, report.counts.get("refused by Salesforce", 0)) == (0, 0)
    assert len(here.leads()) == 40
    assert {row.state for row in here.rows(delivery)} == {"verified"}
    assert len(here.query("SELECT Id FROM Task")) == 40


COUNTRIES = {
    "DE": "Germany",
    "PK": "Pakistan",
    "IN": {"name": "India", "states": {"PB": "Punjab", "GJ": "Gujarat"}},
    "US": {"name": "United States", "states": {"CA": "California", "NY": "New York"}},
}


@pytest.mark.parametrize(
    ("typed", "country", "state"),
    [
        ({"country": "USA", "state": "calif."}, "United States", "California"),
        ({"country": "Pakistan", "state": "Punjab"}, "Pakistan", None),  # India has a Punjab, too
        ({"country": "Germany", "state": "Bayern"}, "Germany", None),
    ],
)
def test_a_state_the_orgs_country_picklist_does_not_take_costs_the_state_and_not_the_lead(
    install: Install, typed: dict[str, str], country: str | None, state: str | None
) -> None:
    here = install(people([1], **typed))
    here.sales("address_picklists", countries=COUNTRIES)
    assert here.cycle().counts.get("refused by Salesforce", 0) == 0
    found = here.query("SELECT Country, State FROM Lead")
    assert [(row["Country"], row["State"]) for row in found] == [(country, state)]


@pytest.mark.parametrize(
    ("sales", "typed", "country", "state"),
    [
        ({"MailingCountry": "Germany"}, {"country": "USA", "state": "California"}, "Germany", None),
        ({"MailingCountry": "United States"}, {"country": "USA", "state": "California"}, "United States", "California"),
    ],
)
def test_a_state_is_filled_in_only_beside_its_own_country(
    install: Install, sales: dict[str, str], typed: dict[str, str], country: str | None, state: str | None
) -> None:
    key, values = person(1, **typed, city="Springfield")
    known = {"FirstName": values["firstname"], "LastName": values["lastname"], "Email": values["email"], **sales}
    things = [account("a1", values["company"], values["email"].split("@")[1], BillingCountry="United States")]
    things.append(sales_person("Contact", "s1", {**known, "AccountId": Ref("Account", "a1")}))
    here = install([(key, values)], things)
    here.sales("address_picklists", countries=COUNTRIES)
    assert here.cycle().counts.get("refused by Salesforce", 0) == 0
    found = here.query("SELECT MailingCity, MailingCountry, MailingState FROM Contact")
    assert [tuple(row.values())[1:] for row in found] == [("Springfield", country, state)]


def test_who_moves_to_another_country_takes_no_state_of_the_old_one_along(install: Install) -> None:
    here = install(people([1], country="USA", state="California"))
    mapping = here.folder / "mappings" / "hubspot_contact_to_lead.yaml"
    mapping.write_text(
        mapping.read_text().replace("format: country_name, wins: crm_unless_blank", "format: country_name")
    )
    here.sales("address_picklists", countries=COUNTRIES)
    here.cycle()
    here.edit("p1", country="Germany", state="", phone="+49 30 901820")
    assert here.cycle().counts.get("refused by Salesforce", 0) == 0
    found = here.query("SELECT Phone, Country, State FROM Lead")
    assert [tuple(row.values())[1:] for row in found] == [("+4930901820", "United States", "California")]


def test_an_app_with_the_scope_api_alone_is_enough(install: Install) -> None:
    app = {"id": "3MVG9narrow", "secret": "S", "username": "integration@leadbridge.example", "scopes": "api"}
    here = install(people([1]), rules={"clients": [app]})
    assert not [one for one in examine(here.app) if not one.ok]
    assert here.cycle().exit_code == 0
    assert len(here.leads()) == 1


INDUSTRY = {"industry": "COMPUTER_SOFTWARE"}


def record_types(here: Install, kind: str, own: str, other: str) -> str:
    """A record type for our new records and one that Sales uses, each with one industry of a closed list; gives the second's id."""
    here.sales("narrow_picklist", object="Lead", field="Industry", keep=["Technology", "Energy"])
    add = {"object": "Lead", "default": True, "name": "Business", "choices": {"Industry": [own]}}
    here.sales("add_record_type", **add)
    add = {"object": "Lead", "default": False, "name": kind, "choices": {"Industry": [other]}}
    return str(here.sales("add_record_type", **add)["id"])


@pytest.mark.parametrize(("own", "industry"), [("Technology", "Technology"), ("Energy", None)])
def test_a_choice_that_the_record_type_of_new_leads_lacks_costs_the_field_and_not_the_lead(
    install: Install, own: str, industry: str | None
) -> None:
    here = install(people([1], **INDUSTRY))
    record_types(here, "Partners", own, "Energy")
    assert here.cycle().counts.get("refused by Salesforce", 0) == 0
    assert [row["Industry"] for row in here.query("SELECT Industry FROM Lead")] == [industry]


@pytest.mark.parametrize(("other", "industry"), [("Technology", "Technology"), ("Energy", None)])
def test_a_lead_that_sales_keeps_under_another_record_type_is_updated_but_for_what_that_lacks(
    install: Install, other: str, industry: str | None
) -> None:
    key, values = person(1, **INDUSTRY)
    known = {"FirstName": values["firstname"], "LastName": values["lastname"], "Email": values["email"]}
    here = install([(key, values)], [sales_person("Lead", "s1", {**known, "Company": values["company"]})])
    partners = record_types(here, "Partners", "Technology", other)
    lead = here.query("SELECT Id FROM Lead")[0]["Id"]
    here.sales("edit", record=lead, values={"RecordTypeId": partners})
    report = here.cycle()
    assert (report.counts.get("refused by Salesforce", 0), report.counts["Leads updated"]) == (0, 1)
    found = here.query("SELECT Industry, Title, RecordTypeId FROM Lead")
    assert [tuple(row.values())[1:] for row in found] == [(industry, "Director of Operations", partners)]
    assert {row.state for row in here.rows(delivery)} == {"verified"}


MOBILE = {"mobilephone": "+49 171 5551234"}


def test_a_field_that_may_only_be_read_is_left_out_and_told(install: Install) -> None:
    here = install(people(range(2), **MOBILE))
    here.sales("revoke_field", object="Lead", field="MobilePhone", leave="read")
    report = here.cycle()
    assert (len(here.leads()), report.counts.get("refused by Salesforce", 0)) == (2, 0)
    assert (report.exit_code, report.not_there) == (1, ("Salesforce Lead.MobilePhone",))


@pytest.mark.parametrize("leave", ["none", "read"])
def test_a_field_that_is_taken_away_meanwhile_holds_leads_for_minutes_and_not_for_days(
    install: Install, leave: str
) -> None:
    here = install(people(range(2), **MOBILE))
    here.cycle()
    here.sales("revoke_field", object="Lead", field="MobilePhone", leave=leave)
    for _, values in people(range(5, 7), **MOBILE):
        here.arrive(values)
    here.cycle()
    here.later(minutes=11)
    report = here.cycle()
    assert (len(here.leads()), report.not_there) == (4, ("Salesforce Lead.MobilePhone",))
    here.sales("grant_field", object="Lead", field="MobilePhone")
    here.later(hours=7)
    here.edit("p0", phone="+49 30 901820")
    assert here.cycle().exit_code == 0


def test_a_task_that_the_org_refuses_waits_for_a_person(install: Install) -> None:
    here = install(people(range(2)))
    here.sales("revoke_object", object="Task", operation="create")
    report = here.cycle()
    assert (report.exit_code, report.needs_person, len(here.leads())) == (1, 2, 2)
    assert here.cycle().exit_code == 1
    with reading(here.engine) as connection:
        assert [row.target for row in reports.refused(connection)] == ["salesforce.Task"] * 2
    here.sales("grant_object", object="Task", operation="create")
    here.later(hours=25)
    report = here.cycle()
    assert (report.exit_code, report.needs_person, len(here.query("SELECT Id FROM Task"))) == (0, 0, 2)
    with reading(here.engine) as connection:
        assert reports.refused(connection) == []


def test_a_bulk_job_that_does_not_end_stops_nobody_else_and_makes_no_twins(
    install: Install, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "JOB_SECONDS", 0.1)
    monkeypatch.setattr(bulk, "JOB_AGAIN_SECONDS", 0.1)
    here = install(
        people(range(200)), rules={"job_seconds": 500}, capacity=FREE, bridge={"batches": {"bulk_from": 200}}
    )
    here.cycle()
    assert here.leads() == {}
    here.later(minutes=1)
    here.arrive(person(300)[1])
    report = here.cycle()
    assert (report.stopped_by, [*here.leads()]) == ("", [person(300)[1]["email"]])
    assert report.counts["wait for a Bulk job that has not ended"] == 200
    here.later(minutes=20)
    here.cycle()
    assert len(here.query("SELECT Id FROM Lead")) == len(here.leads()) == 201
    assert {row.state for row in here.rows(delivery, delivery.c.target == "salesforce.Lead")} == {"verified"}


def test_a_version_of_the_api_the_org_does_not_speak_yet_is_named_by_the_run_and_the_doctor(install: Install) -> None:
    here = install(people([1]))
    here.cycle()
    here.configure("bridge", {"salesforce": {"api_version": "99.0"}})
    report = here.cycle()
    assert "not 99.0" in report.stopped_by
    assert report.exit_code == 2
    assert any("not 99.0" in finding.what for finding in examine(here.open()) if not finding.ok)


@pytest.mark.parametrize(
    ("type_", "bridge"), [("Prospect", {"landing": {"known_account": "contact"}}), ("Customer - Direct", {})]
)
def test_who_is_assigned_to_a_queue_becomes_a_lead_because_nothing_else_can_be_there(
    install: Install, type_: str, bridge: dict[str, dict[str, str]]
) -> None:
    key, values = person(1)
    at = account("a1", values["company"], values["email"].split("@")[1], Type=type_)
    here = install([(key, values)], [at], bridge=bridge, routing={"rules": [], "account_owner_first": False})
    for user in ("anna@small.example.com", "bert@small.example.com"):
        here.sales("deactivate_user", user=user)
    report = here.cycle()
    assert report.exit_code == 0
    assert [row["OwnerId"][:3] for row in here.query("SELECT OwnerId FROM Lead")] == ["00G"]
    assert here.query("SELECT Id FROM Contact") == []


def test_a_contact_whose_owner_left_is_not_told_to_a_queue_that_has_no_tasks(install: Install) -> None:
    key, values = person(1)
    known = {"FirstName": values["firstname"], "LastName": values["lastname"], "Email": values["email"]}
    contact = sales_person("Contact", "s1", {**known, "AccountId": Ref("Account", "a1")})
    at = account("a1", values["company"], values["email"].split("@")[1])
    here = install([(key, values)], [at, contact], routing={"rules": [], "account_owner_first": False})
    here.sales("deactivate_user", user="bert@small.example.com")
    assert here.cycle().exit_code == 1
    assert (here.lead_of(key).verdict, here.lead_of(key).reason) == ("held", "contact_without_owner")
    here.sales("reassign", record=values["email"], owner="anna@small.example.com")
    assert here.cycle().exit_code == 0
    assert [row["WhoId"][:3] for row in here.query("SELECT WhoId FROM Task")] == ["003"]


def test_a_person_account_is_a_person_and_nobodys_employer(install: Install) -> None:
    key, values = person(1)
    here = install([(key, values), person(2)])
    for name in ("Account", "Contact"):
        mark = field_describe("IsPersonAccount", "boolean", "Is Person Account", createable=True)
        here.sandbox.salesforce.org.schema.add_field(name, mark)
    host = values["email"].partition("@")[2]
    private = here.sales("create", kind="Account", values={"Name": "Zoe Zander", "IsPersonAccount": True})["id"]
    zoe = {"LastName": "Zander", "Email": f"zoe@{host}", "AccountId": private, "IsPersonAccount": True}
    here.sales("create", kind="Contact", values=zoe)
    firm = here.sales("create", kind="Account", values={"Name": "Firm of two", "IsPersonAccount": False})["id"]
    other = {"LastName": "Young", "Email": f"y@{person(2)[1]['email'].partition('@')[2]}", "AccountId": firm}
    here.sales("create", kind="Contact", values=other)
    here.cycle()
    found = here.leads("Email, LeadBridge_Account__c")
    assert found[values["email"]]["LeadBridge_Account__c"] is None
    assert found[person(2)[1]["email"]]["LeadBridge_Account__c"] == firm
    private_now, firm_now = here.query("SELECT LeadBridge_Summary__c FROM Account ORDER BY Name DESC")
    assert private_now["LeadBridge_Summary__c"] is None
    assert "Young" in firm_now["LeadBridge_Summary__c"]


def test_our_own_writes_are_known_as_ours_although_the_user_is_told_with_fifteen_characters(install: Install) -> None:
    app = install().open()
    whole = app.who.id
    app.__dict__["who"] = replace(app.who, id=whole[:15])
    with app.looking() as context:
        assert context.own_user_id() == whole


def test_a_login_by_key_reaches_an_org_on_this_machine_and_says_which_secret_it_lacks(install: Install) -> None:
    here = install()
    username, secrets = here.app.who.username, here.folder / "secrets"
    here.configure("bridge", {"salesforce": {"login": "jwt"}})
    pem = here.folder / "key.pem"
    private = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    kind = (serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    pem.write_bytes(private.private_bytes(serialization.Encoding.PEM, *kind))
    for name, value in (("username", username), ("private_key_file", str(pem))):
        with pytest.raises(UsageError, match=f"LEADBRIDGE_SALESFORCE_{name.upper()} is not set"):
            _ = here.open().salesforce
        (secrets / f"leadbridge_salesforce_{name}").write_text(value)
    assert here.open().who.username == username


def test_the_choices_are_those_of_the_record_type_that_the_mapping_names(install: Install) -> None:
    here = install()
    mapping = here.folder / "mappings" / "hubspot_contact_to_lead.yaml"
    line = "fields:\n  RecordTypeId: {constant: 0125g000000AbCdAAK, format: identifier}\n"
    mapping.write_text(mapping.read_text().replace("fields:\n", line, 1))
    app, asked = here.open(), {}

    class Watched:
        def schema(self, name: str, record_type: str) -> ObjectSchema:
            asked[name] = record_type
            return here.app.salesforce.schema(name)

    app.__dict__["salesforce"] = Watched()
    app.live_schemas()
    assert asked == {"Lead": "0125g000000AbCdAAK", "Contact": "", "Task": "", "Account": ""}
