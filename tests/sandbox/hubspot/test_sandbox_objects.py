"""CRM objects one by one and in batches, in both path styles."""

from __future__ import annotations

from typing import Any

import pytest


def test_listing_pages_through_everything_once(hub: Any, objects: str) -> None:
    seen: list[str] = []
    after = ""
    while True:
        status, page = hub("GET", f"{objects}/contacts?limit=7&properties=email,phone,nosuchthing{after}")
        assert status == 200
        seen += [row["id"] for row in page["results"]]
        if "paging" not in page:
            break
        after = f"&after={page['paging']['next']['after']}"
    assert seen == sorted(set(seen), key=int)
    assert len(seen) == 30
    assert set(page["results"][0]["properties"]) == {"createdate", "email", "hs_object_id", "lastmodifieddate", "phone"}
    assert page["results"][0]["properties"]["phone"] is None


def test_a_page_has_ten_rows_unless_asked_and_never_above_a_hundred(hub: Any, objects: str) -> None:
    assert len(hub("GET", f"{objects}/contacts")[1]["results"]) == 10
    assert hub("GET", f"{objects}/contacts?limit=101")[0] == 400
    assert hub("GET", f"{objects}/contacts?limit=51&propertiesWithHistory=email")[0] == 400
    assert hub("GET", f"{objects}/contacts?after=x")[0] == 400


def test_archived_records_are_listed_and_read_only_when_asked_for(hub: Any, objects: str) -> None:
    gone = hub.id("contacts", "gone")
    assert [row["id"] for row in hub("GET", f"{objects}/contacts?archived=true")[1]["results"]] == [gone]
    assert hub("GET", f"{objects}/contacts/{gone}")[0] == 404
    status, row = hub("GET", f"{objects}/contacts/{gone}?archived=true")
    assert (status, row["archived"]) == (200, True)
    assert row["archivedAt"]


def test_one_record_with_history_and_links(hub: Any, objects: str) -> None:
    id = hub.id("contacts", "p0")
    hub("PATCH", f"{objects}/contacts/{id}", {"properties": {"country": "Peru"}})
    path = f"{objects}/contacts/p0@example.com?idProperty=email&propertiesWithHistory=country&associations=companies&associations=notes"
    _, row = hub("GET", path)
    assert row["id"] == id
    assert [version["value"] for version in row["propertiesWithHistory"]["country"]] == ["Peru", "Chile"]
    acme, bolt = hub.id("companies", "acme"), hub.id("companies", "bolt")
    assert row["associations"]["companies"]["results"] == [
        {"id": acme, "type": "contact_to_company"},
        {"id": acme, "type": "contact_to_company_unlabeled"},
        {"id": bolt, "type": "contact_to_company_unlabeled"},
    ]
    assert [one["id"] for one in row["associations"]["notes"]["results"]] == [hub.id("notes", "n0")]


@pytest.mark.parametrize(
    "kind", ["contacts", "contact", "0-1", "companies", "deals", "tickets", "notes", "feedback_submissions"]
)
def test_every_kind_answers_by_any_of_its_names(hub: Any, objects: str, kind: str) -> None:
    status, page = hub("GET", f"{objects}/{kind}/")
    assert status == 200
    assert page["results"]


def test_unknown_kinds_paths_and_methods(hub: Any, objects: str) -> None:
    assert hub("GET", f"{objects}/dragons")[0] == 400
    assert hub("GET", f"{objects}/contacts/1/2/3/4")[0] == 404
    assert hub("POST", f"{objects}/feedback_submissions", {"properties": {}})[0] == 405


def test_creating_writing_clearing_archiving(hub: Any, objects: str) -> None:
    status, made = hub(
        "POST", f"{objects}/contacts", {"properties": {"email": "New.One@Example.com", "annualrevenue": 12}}
    )
    assert status == 201
    assert made["properties"]["email"] == "new.one@example.com"
    assert made["properties"]["annualrevenue"] == "12"
    path = f"{objects}/contacts/{made['id']}"
    hub.sandbox.clock.advance(5)
    status, changed = hub("PATCH", path, {"properties": {"annualrevenue": ""}})
    assert (status, changed["properties"]["annualrevenue"]) == (200, "")
    assert changed["updatedAt"] > made["updatedAt"]
    assert changed["properties"]["lastmodifieddate"] == changed["updatedAt"]
    assert hub("GET", f"{path}?properties=annualrevenue,phone")[1]["properties"] | {} == {
        "annualrevenue": "",
        "phone": None,
        "createdate": made["createdAt"],
        "lastmodifieddate": changed["updatedAt"],
        "hs_object_id": made["id"],
    }
    assert hub("DELETE", path)[0] == 204
    assert hub("DELETE", path)[0] == 204
    assert hub("GET", path)[0] == 404
    assert hub("POST", f"{objects}/contacts", {"properties": {"email": "new.one@example.com"}})[0] == 201


def test_a_write_of_what_is_there_moves_the_time_of_change(hub: Any, objects: str) -> None:
    id = hub.id("contacts", "p3")
    before = hub("GET", f"{objects}/contacts/{id}")[1]["updatedAt"]
    hub("PATCH", f"{objects}/contacts/{id}", {"properties": {"country": "Chile"}})
    assert hub("GET", f"{objects}/contacts/{id}")[1]["updatedAt"] > before


@pytest.mark.parametrize(
    ("properties", "code"),
    [
        ({"nosuchthing": "x"}, "PROPERTY_DOESNT_EXIST"),
        ({"email": "no address"}, "INVALID_EMAIL"),
        ({"email": "a..b@example.com"}, "INVALID_EMAIL"),
        ({"lifecyclestage": "Lead"}, "INVALID_OPTION"),
        ({"budget": "huge"}, "INVALID_OPTION"),
        ({"hs_buying_role": "CHAMPION;KING"}, "INVALID_OPTION"),
        ({"associatedcompanyid": "many"}, "INVALID_INTEGER"),
        ({"closedate": "soon"}, "INVALID_DATE"),
        ({"hs_object_id": "5"}, "READ_ONLY_VALUE"),
        ({"hs_email_optout": "true"}, "READ_ONLY_VALUE"),
        ({"message": "x" * 65_537}, "STRING_TOO_LONG"),
    ],
)
def test_values_that_do_not_fit_are_refused(hub: Any, objects: str, properties: dict[str, str], code: str) -> None:
    for method, path in (("POST", f"{objects}/contacts"), ("PATCH", f"{objects}/contacts/{hub.id('contacts', 'p1')}")):
        status, answer = hub(method, path, {"properties": properties})
        assert (status, answer["category"]) == (400, "VALIDATION_ERROR")
        assert [error["code"] for error in answer["errors"]] == [code]
        assert next(iter(properties)) in answer["errors"][0]["context"]["propertyName"]
        assert code in answer["message"]


@pytest.mark.parametrize(
    ("properties", "kept"),
    [
        ({"closedate": "2026-11-22T10:00:00+02:00"}, {"closedate": "2026-11-22T08:00:00.000Z"}),
        ({"closedate": 1763769600000}, {"closedate": "2025-11-22T00:00:00.000Z"}),
        ({"hs_buying_role": "CHAMPION;END_USER"}, {"hs_buying_role": "CHAMPION;END_USER"}),
        ({"lastname": "  Ødegård "}, {"lastname": "  Ødegård "}),
        ({"hubspot_owner_id": "12345"}, {"hubspot_owner_id": "12345"}),
    ],
)
def test_values_that_fit_are_kept_in_one_form(
    hub: Any, objects: str, properties: dict[str, Any], kept: dict[str, str]
) -> None:
    id = hub.id("contacts", "p1")
    assert hub("PATCH", f"{objects}/contacts/{id}", {"properties": properties})[0] == 200
    name = next(iter(kept))
    assert hub("GET", f"{objects}/contacts/{id}?properties={name}")[1]["properties"][name] == kept[name]


def test_a_lifecycle_stage_moves_forward_only_and_says_nothing(hub: Any, objects: str) -> None:
    id = hub.id("contacts", "p1")
    path = f"{objects}/contacts/{id}"
    hub("PATCH", path, {"properties": {"lifecyclestage": "opportunity"}})
    assert hub("PATCH", path, {"properties": {"lifecyclestage": "subscriber"}})[0] == 200
    row = hub(
        "GET", f"{path}?properties=lifecyclestage,hs_lifecyclestage_opportunity_date,hs_lifecyclestage_lead_date"
    )[1]
    assert row["properties"]["lifecyclestage"] == "opportunity"
    assert row["properties"]["hs_lifecyclestage_opportunity_date"].isdigit()
    assert row["properties"]["hs_lifecyclestage_lead_date"] == "1794614400000"
    hub("PATCH", path, {"properties": {"lifecyclestage": ""}})
    hub("PATCH", path, {"properties": {"lifecyclestage": "subscriber"}})
    assert hub("GET", f"{path}?properties=lifecyclestage")[1]["properties"]["lifecyclestage"] == "subscriber"


def test_the_portals_own_rules_count_in_the_date_based_version_only(hub: Any) -> None:
    hub.act("set_rule", kind="contacts", name="phone", rule={"pattern": r"\+[0-9 ]+"})
    id = hub.id("contacts", "p1")
    body = {"properties": {"phone": "call me"}}
    assert hub("PATCH", f"/crm/v3/objects/contacts/{id}", body)[0] == 200
    status, answer = hub("PATCH", f"/crm/objects/2026-09/contacts/{id}", body)
    assert (status, answer["errors"][0]["code"]) == (400, "FIELD_CUSTOM_VALIDATION_EXCEPTION")


def test_an_address_belongs_to_one_contact(hub: Any, objects: str) -> None:
    status, answer = hub("POST", f"{objects}/contacts", {"properties": {"email": "P1@example.com"}})
    assert (status, answer["category"]) == (409, "CONFLICT")
    assert answer["message"] == f"Contact already exists. Existing ID: {hub.id('contacts', 'p1')}"
    assert (
        hub("PATCH", f"{objects}/contacts/{hub.id('contacts', 'p2')}", {"properties": {"email": "p1@example.com"}})[0]
        == 409
    )


def test_a_merge_makes_a_new_record_and_both_old_ids_lead_to_it(hub: Any, objects: str) -> None:
    old = [hub.id("contacts", key) for key in ("p1", "p9")]
    hub(
        "PATCH",
        f"{objects}/contacts/{old[1]}",
        {"properties": {"phone": "+47 1", "lastname": "Other", "lifecyclestage": "customer"}},
    )
    status, merged = hub("POST", f"{objects}/contacts/merge", {"primaryObjectId": old[0], "objectIdToMerge": old[1]})
    assert status == 200
    assert merged["id"] not in old
    names = "lastname,phone,lifecyclestage,hs_additional_emails,hs_merged_object_ids,hs_calculated_merged_vids,hs_all_contact_vids"
    for id in (*old, merged["id"]):
        row = hub("GET", f"{objects}/contacts/{id}?properties={names}&associations=companies")[1]
        assert row["id"] == merged["id"]
    assert row["properties"]["lastname"] == "Nr 1"
    assert row["properties"]["phone"] == "+47 1"
    assert row["properties"]["lifecyclestage"] == "customer"
    assert row["properties"]["hs_additional_emails"] == "p9@example.com"
    assert row["properties"]["hs_merged_object_ids"] == ";".join(old)
    assert row["properties"]["hs_all_contact_vids"] == ";".join(old)
    assert [part.split(":")[0] for part in row["properties"]["hs_calculated_merged_vids"].split(";")] == old
    assert row["associations"]["companies"]["results"][0]["id"] == hub.id("companies", "acme")
    assert not {row["id"] for row in hub("GET", f"{objects}/contacts?limit=100")[1]["results"]} & set(old)
    assert hub("POST", f"{objects}/contacts", {"properties": {"email": "p9@example.com"}})[0] == 409
    hub("PATCH", f"{objects}/contacts/{old[0]}", {"properties": {"phone": "+47 2"}})
    assert hub("GET", f"{objects}/contacts/{merged['id']}?properties=phone")[1]["properties"]["phone"] == "+47 2"


def test_privacy_deletion_leaves_nothing(hub: Any, objects: str) -> None:
    id = hub.id("contacts", "p4")
    assert (
        hub("POST", f"{objects}/contacts/gdpr-delete", {"objectId": "p4@example.com", "idProperty": "email"})[0] == 204
    )
    assert hub("GET", f"{objects}/contacts/{id}")[0] == 404
    assert hub("GET", f"{objects}/contacts/{id}?archived=true")[0] == 404
    assert hub("POST", f"{objects}/contacts/search", {"query": "p4@example.com"})[1]["total"] == 0


def test_a_locked_record_is_423_for_a_while(hub: Any, objects: str) -> None:
    path = f"{objects}/contacts/{hub.id('contacts', 'p4')}"
    hub.act("lock", kind="contacts", id=hub.id("contacts", "p4"), seconds=2)
    status, answer = hub("PATCH", path, {"properties": {"phone": "1"}})
    assert (status, answer["category"]) == (423, "LOCKED")
    hub.sandbox.clock.advance(3)
    assert hub("PATCH", path, {"properties": {"phone": "1"}})[0] == 200


@pytest.mark.parametrize(
    ("kind", "given", "missing"),
    [
        ("notes", {"hs_note_body": "Called."}, ["hs_timestamp"]),
        ("tasks", {"hs_task_subject": "Call"}, ["hs_timestamp"]),
        ("contacts", {"jobtitle": "CTO"}, ["email", "firstname", "lastname"]),
        ("companies", {"city": "Ulm"}, ["name", "domain"]),
        ("deals", {"dealname": "One"}, ["dealstage"]),
        ("tickets", {"subject": "Help"}, ["hs_pipeline_stage"]),
    ],
)
def test_a_new_record_needs_what_its_guide_says(
    hub: Any, objects: str, kind: str, given: dict[str, str], missing: list[str]
) -> None:
    status, body = hub("POST", f"{objects}/{kind}", {"properties": given})
    assert (status, body["category"], body["context"]) == (400, "VALIDATION_ERROR", {"properties": missing})
    assert hub("POST", f"{objects}/{kind}/batch/create", {"inputs": [{"properties": given}]})[0] == 400


def test_an_upsert_by_address_makes_a_contact_with_nothing_else(hub: Any, objects: str) -> None:
    one = {"id": "new@example.com", "idProperty": "email", "properties": {"jobtitle": "CTO"}}
    status, body = hub("POST", f"{objects}/contacts/batch/upsert", {"inputs": [one]})
    assert (status, body["results"][0]["new"]) == (200, True)
