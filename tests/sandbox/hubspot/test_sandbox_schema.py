"""Properties, groups and owners."""

from __future__ import annotations

from typing import Any

import pytest

_USED = (
    "email firstname lastname phone mobilephone company jobtitle website address city state zip country industry lifecyclestage "
    "hs_lead_status hs_analytics_source hs_email_optout hs_email_bounce hs_email_hard_bounce_reason_enum hubspot_owner_id createdate "
    "lastmodifieddate hs_object_id associatedcompanyid num_conversion_events recent_conversion_event_name recent_conversion_date "
    "first_conversion_event_name first_conversion_date hs_lifecyclestage_lead_date notes_last_updated message numemployees annualrevenue"
)
USED = set(_USED.split())


@pytest.fixture(params=["/crm/v3/properties", "/crm/properties/2026-09"], ids=["v3", "2026-09"])
def path(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_the_standard_properties_are_there_with_their_types(hub: Any, path: str) -> None:
    known = {one["name"]: one for one in hub("GET", f"{path}/contacts")[1]["results"]}
    assert set(known) >= USED
    assert len(known) >= 60
    kinds = {
        name: known[name]["type"]
        for name in ("email", "lifecyclestage", "createdate", "num_conversion_events", "hs_email_optout")
    }
    assert kinds == {
        "email": "string", "lifecyclestage": "enumeration", "createdate": "datetime", "num_conversion_events": "number", "hs_email_optout": "bool",
    }  # fmt: skip
    assert known["email"]["hasUniqueValue"] is True
    assert known["createdate"]["modificationMetadata"]["readOnlyValue"] is True
    assert "hs_lastmodifieddate" not in known
    companies = {one["name"] for one in hub("GET", f"{path}/companies")[1]["results"]}
    assert {"domain", "name", "hs_is_target_account", "hs_lastmodifieddate"} <= companies


@pytest.mark.parametrize(
    "kind", ["deals", "tickets", "notes", "calls", "emails", "meetings", "tasks", "feedback_submissions", "leads"]
)
def test_every_kind_has_a_schema(hub: Any, path: str, kind: str) -> None:
    names = {one["name"] for one in hub("GET", f"{path}/{kind}")[1]["results"]}
    assert {"hs_object_id", "hs_lastmodifieddate"} <= names


def test_a_property_is_created_used_changed_and_archived(hub: Any, path: str) -> None:
    new = {
        "name": "bridge_status", "label": "Bridge status", "type": "enumeration", "fieldType": "select", "groupName": "leadbridge",
        "options": [{"label": "Sent", "value": "sent", "displayOrder": 0, "hidden": False}],
    }  # fmt: skip
    assert hub("POST", f"{path}/contacts", new)[0] == 400
    assert hub("POST", f"{path}/contacts/groups", {"name": "leadbridge", "label": "Bridge"})[0] == 201
    assert hub("POST", f"{path}/contacts", new)[0] == 201
    status, answer = hub("POST", f"{path}/contacts", new)
    assert (status, answer["category"]) == (409, "CONFLICT")
    contact = f"/crm/v3/objects/contacts/{hub.id('contacts', 'p1')}"
    assert hub("PATCH", contact, {"properties": {"bridge_status": "sent"}})[0] == 200
    options = [*new["options"], {"label": "Held", "value": "held", "displayOrder": 1, "hidden": False}]
    status, changed = hub("PATCH", f"{path}/contacts/bridge_status", {"options": options, "label": "State"})
    assert (status, changed["label"], len(changed["options"])) == (200, "State", 2)
    assert hub("GET", f"{contact}?properties=bridge_status")[1]["properties"]["bridge_status"] == "sent"
    assert hub("DELETE", f"{path}/contacts/bridge_status")[0] == 204
    assert "bridge_status" not in hub("GET", f"{contact}?properties=bridge_status")[1]["properties"]
    assert hub("GET", f"{path}/contacts/bridge_status")[0] == 404
    assert hub("GET", f"{path}/contacts/bridge_status?archived=true")[1]["archived"] is True
    assert (
        hub("PATCH", contact, {"properties": {"bridge_status": "sent"}})[1]["errors"][0]["code"]
        == "PROPERTY_DOESNT_EXIST"
    )


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": "Upper", "label": "x", "type": "string", "fieldType": "text", "groupName": "contactinformation"},
        {"name": "odd", "label": "x", "type": "text", "fieldType": "text", "groupName": "contactinformation"},
        {"name": "odd", "label": "x", "type": "string", "fieldType": "box", "groupName": "contactinformation"},
        {"name": "odd", "type": "string", "fieldType": "text", "groupName": "contactinformation"},
    ],
)
def test_definitions_that_make_no_sense_are_refused(hub: Any, path: str, wrong: dict[str, str]) -> None:
    assert hub("POST", f"{path}/contacts", wrong)[0] == 400


def test_hubspots_own_properties_stay(hub: Any, path: str) -> None:
    assert hub("DELETE", f"{path}/contacts/email")[0] == 400
    assert hub("PATCH", f"{path}/contacts/email", {"type": "number"})[0] == 400


def test_a_property_with_unique_values_is_a_key(hub: Any, path: str) -> None:
    new = {
        "name": "erp_id",
        "label": "ERP id",
        "type": "string",
        "fieldType": "text",
        "groupName": "companyinformation",
        "hasUniqueValue": True,
    }
    assert hub("POST", f"{path}/companies", new)[1]["hasUniqueValue"] is True
    hub("PATCH", f"/crm/v3/objects/companies/{hub.id('companies', 'acme')}", {"properties": {"erp_id": "E1"}})
    assert hub("GET", "/crm/v3/objects/companies/E1?idProperty=erp_id")[1]["id"] == hub.id("companies", "acme")
    assert (
        hub("PATCH", f"/crm/v3/objects/companies/{hub.id('companies', 'bolt')}", {"properties": {"erp_id": "E1"}})[0]
        == 409
    )


def test_batches_of_properties(hub: Any, path: str) -> None:
    body = {"inputs": [{"name": "email"}, {"name": "nosuch"}], "archived": False}
    status, answer = hub("POST", f"{path}/contacts/batch/read", body)
    assert (status, [one["name"] for one in answer["results"]], answer["numErrors"]) == (
        207 if "v3" in path else 200,
        ["email"],
        1,
    )
    new = {"name": "extra", "label": "x", "type": "string", "fieldType": "text", "groupName": "contactinformation"}
    assert hub("POST", f"{path}/contacts/batch/create", {"inputs": [new]})[0] == (201 if "v3" in path else 200)
    assert hub("POST", f"{path}/contacts/batch/archive", {"inputs": [{"name": "extra"}]})[0] == 204


def test_groups(hub: Any, path: str) -> None:
    names = [one["name"] for one in hub("GET", f"{path}/contacts/groups")[1]["results"]]
    assert "contactinformation" in names
    assert hub("POST", f"{path}/contacts/groups", {"name": "contactinformation", "label": "x"})[0] == 409
    assert hub("PATCH", f"{path}/contacts/groups/contactinformation", {"label": "Contacts"})[1]["label"] == "Contacts"
    assert hub("GET", f"{path}/contacts/groups/contactinformation")[1]["label"] == "Contacts"
    assert hub("DELETE", f"{path}/contacts/groups/contactinformation")[0] == 400
    assert hub("GET", f"{path}/contacts/groups/nosuch")[0] == 404


@pytest.mark.parametrize("path", ["/crm/v3/owners", "/crm/owners/2026-09"])
def test_owners(hub: Any, path: str) -> None:
    status, answer = hub("GET", f"{path}/")
    assert (status, [one["email"] for one in answer["results"]]) == (200, ["mia@example.com"])
    id = hub.id("owners", "mia")
    assert hub("GET", f"{path}/{id}")[1]["lastName"] == "Sandoval"
    assert hub("GET", f"{path}/{answer['results'][0]['userId']}?idProperty=userId")[1]["id"] == id
    assert hub("GET", f"{path}?email=nobody@example.com")[1]["results"] == []
    hub.act("owner_leaves", id=id)
    assert hub("GET", f"{path}/{id}")[0] == 404
    assert hub("GET", f"{path}?archived=true")[1]["results"][0]["id"] == id


@pytest.mark.parametrize("base", ["/crm/v3", "/crm"])
def test_pipelines_and_their_stages(hub: Any, base: str) -> None:
    dated = "" if base == "/crm/v3" else "/2026-09"
    [sales] = hub("GET", f"{base}/pipelines{dated}/deals")[1]["results"]
    assert "closedwon" in [stage["id"] for stage in sales["stages"]]
    assert hub("GET", f"{base}/pipelines{dated}/tickets/0")[1]["label"] == "Support Pipeline"
    assert hub("GET", f"{base}/pipelines{dated}/tickets/9")[0] == 404
    for path in (f"{base}/schemas{dated}", "/crm-object-schemas/v3/schemas"):
        assert hub("GET", path)[1] == {"results": []}


@pytest.mark.parametrize("path", ["/crm/v3/pipelines", "/crm/pipelines/2026-09"])
def test_a_pipeline_tells_its_stages_one_by_one(hub: Any, path: str) -> None:
    (pipeline,) = hub("GET", f"{path}/deals")[1]["results"]
    stages = f"{path}/deals/{pipeline['id']}/stages"
    assert hub("GET", stages) == (200, {"results": pipeline["stages"]})
    assert hub("GET", f"{stages}/{pipeline['stages'][1]['id']}") == (200, pipeline["stages"][1])
    assert hub("GET", f"{stages}/nosuchstage")[0] == 404
    assert hub("GET", f"{path}/deals/nosuchpipeline/stages")[0] == 404
