"""By id: every id asked for is answered, with its record, its survivor, or as gone; links with the primary one first."""

from __future__ import annotations

from datetime import timedelta

import pytest
from people import NOON, company, contact, contacts, rows

from connectors.errors import Refused, Unavailable
from connectors.records import Record
from connectors.sandbox.kernel.faults import Fault
from connectors.sandbox.world import Thing

NAME = ("firstname", "email")


def id_of(sandbox, number, kind="contacts", letter="c"):
    return sandbox.hubspot.id_of(kind, f"{letter}{number}")


def test_many_are_read_in_the_order_asked(portal, client):
    sandbox = portal(*contacts(450))
    asked = [id_of(sandbox, number) for number in reversed(range(450))]
    hubspot = client(sandbox)
    records = hubspot.read("contact", asked, NAME)
    assert [record.id for record in records] == asked
    assert records[0].values == {"firstname": "N449", "email": "n449@example.com"}
    assert hubspot.usage.by_purpose == {"batch_read": 5}


def test_nothing_asked_is_no_call(portal, client):
    hubspot = client(portal())
    assert (hubspot.read("contact", [], NAME), hubspot.links("contact", "company", []), hubspot.usage.calls) == (
        [],
        {},
        0,
    )


def test_missing_ids_are_gone_and_the_others_are_there(portal, client):
    sandbox = portal(*contacts(3))
    there = id_of(sandbox, 1)
    records = {record.id: record for record in client(sandbox).read("contact", ["999999901", there, "999999902"], NAME)}
    assert {id: record.gone for id, record in records.items()} == {"999999901": True, there: False, "999999902": True}
    assert records["999999901"].changed_at == NOON


@pytest.mark.parametrize("status", [207, 404])
def test_when_all_are_missing(portal, client, status):
    sandbox = portal(*contacts(1))
    if status == 404:
        body = {"status": "error", "category": "OBJECT_NOT_FOUND", "message": "resource not found"}
        sandbox.faults.add(Fault("status", path="*/batch/read", params={"status": 404, "body": body}))
    records = client(sandbox).read("contact", ["999999901", "999999902"], NAME)
    assert [(record.id, record.gone) for record in records] == [("999999901", True), ("999999902", True)]


def test_a_wrong_path_does_not_make_everybody_gone(portal, client):
    sandbox = portal(*contacts(2))
    body = {"status": "error", "category": "OBJECT_NOT_FOUND", "message": "Unable to find a resource at the given path"}
    sandbox.faults.add(Fault("status", params={"status": 404, "body": body}))
    with pytest.raises(Refused):
        client(sandbox).read("contact", [id_of(sandbox, 0), id_of(sandbox, 1)], NAME)


def test_ids_an_answer_forgets_are_asked_for_one_by_one(portal, client):
    sandbox = portal(*contacts(10))
    sandbox.faults.add(Fault("short_page", path="*/batch/read"))
    asked = [id_of(sandbox, number) for number in range(10)]
    hubspot = client(sandbox)
    records = hubspot.read("contact", asked, NAME)
    assert [(record.id, record.gone) for record in records] == [(id, False) for id in asked]
    assert hubspot.usage.by_purpose == {"batch_read": 1, "read": 5}


def test_an_answer_without_rows_and_errors_makes_nobody_gone(portal, client):
    sandbox = portal(*contacts(2))
    sandbox.faults.add(
        Fault("status", path="*/batch/read", params={"status": 207, "body": {"results": [], "errors": []}})
    )
    asked = [id_of(sandbox, 0), id_of(sandbox, 1)]
    assert [record.gone for record in client(sandbox).read("contact", asked, NAME)] == [False, False]


def test_merged_ids_lead_to_the_survivor(portal, client):
    sandbox = portal(*contacts(3))
    old = [id_of(sandbox, 0), id_of(sandbox, 1)]
    new = sandbox.hubspot.acts["merge"]("contacts", *old)
    assert new not in old
    (record,) = client(sandbox).read("contact", old, NAME)
    assert (record.id, record.values["firstname"], record.gone) == (new, "N0", False)
    assert sorted(record.former_ids) == sorted(old)


def test_a_merge_shows_in_what_changed(portal, client):
    sandbox = portal(*contacts(3))
    old = [id_of(sandbox, 0), id_of(sandbox, 1)]
    hubspot = client(sandbox)
    *_, last = hubspot.changed("contact", NAME)
    sandbox.clock.advance(3600)
    new = sandbox.hubspot.acts["merge"]("contacts", *old)
    (record,) = rows(hubspot.changed("contact", NAME, last.position))
    assert (record.id, sorted(record.former_ids)) == (new, sorted(old))


def test_histories_are_newest_first(portal, client):
    sandbox = portal(*contacts(120))
    id = id_of(sandbox, 7)
    for city in ("Bonn", "Ulm"):
        sandbox.clock.advance(60)
        sandbox.hubspot.acts["edit"]("contacts", id, {"city": city})
    hubspot = client(sandbox)
    asked = [id_of(sandbox, number) for number in range(120)]
    records = {record.id: record for record in hubspot.read("contact", asked, ("email",), history=("city",))}
    assert [value for _, value in records[id].values["city.history"]][:2] == ["Ulm", "Bonn"]
    assert records[id].values["city.history"][0][0] == "2026-11-22T12:02:00.000Z"
    assert set(records[id].values) == {"email", "city.history"}
    assert hubspot.usage.by_purpose == {"batch_read": 3}


def two_companies(number):
    at = NOON - timedelta(hours=2)
    return contact(number, at, links=(("companies", "o1"), ("companies", "o0")))


def test_links_have_the_primary_one_first(portal, client):
    sandbox = portal(company(0), company(1), two_companies(0), contact(1, NOON))
    ids = [id_of(sandbox, 0), id_of(sandbox, 1), "999999901"]
    found = client(sandbox).links("contact", "company", ids)
    first, second = id_of(sandbox, 1, "companies", "o"), id_of(sandbox, 0, "companies", "o")
    assert found == {ids[0]: (first, second), ids[1]: (), ids[2]: ()}


def test_more_ids_than_one_call_of_links_takes(portal, client):
    linked = [contact(number, NOON - timedelta(hours=1), links=(("companies", "o0"),)) for number in range(1_200)]
    sandbox = portal(company(0), *linked)
    hubspot = client(sandbox)
    found = hubspot.links("contact", "company", [id_of(sandbox, number) for number in range(1_200)])
    assert set(found.values()) == {(id_of(sandbox, 0, "companies", "o"),)}
    assert (len(found), hubspot.usage.by_purpose) == (1_200, {"links": 2})


def test_notes_come_with_the_contacts_they_are_on(portal, client):
    both = (("contacts", "c0"), ("contacts", "c1"))
    note = Thing(
        "notes", "n0", {"hs_note_body": "<p>Wants a <b>call</b></p>", "hs_timestamp": "2026-11-20T08:00:00.000Z"}, both
    )
    sandbox = portal(*contacts(3), note)
    (found,) = client(sandbox).notes([id_of(sandbox, number) for number in range(3)])
    assert (found.kind, found.values["hs_note_body"]) == ("note", "<p>Wants a <b>call</b></p>")
    assert found.links == {"contact": (id_of(sandbox, 0), id_of(sandbox, 1))}


def test_everything_by_the_list(portal, client):
    sandbox = portal(company(0), company(1), two_companies(0), *[contact(number, NOON) for number in range(1, 250)])
    hubspot = client(sandbox)
    pages = list(hubspot.everything("contact", NAME, links=("company",)))
    records = {record.id: record for record in rows(pages)}
    assert len(records) == 250
    assert records[id_of(sandbox, 0)].links == {
        "company": (id_of(sandbox, 1, "companies", "o"), id_of(sandbox, 0, "companies", "o"))
    }
    assert records[id_of(sandbox, 5)].links == {"company": ()}
    assert [page.last for page in pages] == [False, False, True]
    assert hubspot.usage.by_purpose == {"list": 3}


def test_a_list_goes_on_where_it_was_interrupted(portal, client):
    sandbox = portal(*contacts(250))
    seen: list[Record] = []
    position = None
    for _ in range(3):
        page = next(iter(client(sandbox).everything("contact", NAME, position)))
        seen += page.records
        position = page.position
    assert len({record.id for record in seen}) == len(seen) == 250
    assert list(client(sandbox).everything("contact", NAME, position)) == []


def test_after_a_list_the_changes_go_on(portal, client):
    sandbox = portal(*contacts(250))
    hubspot = client(sandbox)
    hubspot.account()
    began = hubspot.server_now()
    pages = hubspot.everything("contact", NAME)
    next(pages)
    sandbox.clock.advance(3600)
    edited = sandbox.hubspot.acts["edit"]("contacts", id_of(sandbox, 0), {"firstname": "Edited"})
    list(pages)
    (record,) = rows(hubspot.changed("contact", NAME, hubspot.position_at(began)))
    assert (record.id, record.values["firstname"]) == (edited, "Edited")


def test_archived_records_are_listed_as_gone(portal, client):
    sandbox = portal(*contacts(5))
    archived = sandbox.hubspot.acts["archive"]("contacts", id_of(sandbox, 2))
    (record,) = rows(client(sandbox).everything("contact", NAME, archived=True))
    assert (record.id, record.gone, record.changed_at) == (archived, True, NOON)
    assert archived not in {one.id for one in rows(client(sandbox).everything("contact", NAME))}
    (read,) = client(sandbox).read("contact", [archived], NAME)
    assert read.gone


def test_very_many_properties_are_read_without_a_long_url(portal, client):
    wide = tuple(f"lb_test_property_with_a_rather_long_name_{number}" for number in range(200))
    made = [
        Thing(
            "properties",
            name,
            {"name": name, "label": name, "type": "string", "fieldType": "text", "groupName": "contactinformation"},
        )
        for name in wide
    ]
    at = NOON - timedelta(hours=1)
    sandbox = portal(
        *made, *(Thing("contacts", f"c{n}", {wide[7]: f"value {n}"}, created_at=at, changed_at=at) for n in range(120))
    )
    hubspot = client(sandbox)
    records = rows(hubspot.everything("contact", wide))
    assert sorted(record.values[wide[7]] for record in records) == sorted(f"value {n}" for n in range(120))
    assert all(set(record.values) == set(wide) for record in records)
    assert hubspot.usage.by_purpose == {"list": 2, "batch_read": 2}


def test_links_that_cannot_be_read_are_an_error_not_an_absence(portal, client):
    sandbox = portal(*contacts(2))
    error = {"status": "error", "category": "INTERNAL_ERROR", "message": "x", "context": {}, "errors": [], "links": {}}
    sandbox.faults.add(
        Fault("status", path="*/associations/*", params={"status": 207, "body": {"results": [], "errors": [error]}})
    )
    with pytest.raises(Unavailable, match="links"):
        client(sandbox).links("contact", "company", [id_of(sandbox, 0)])


def test_booleans_go_as_the_documents_write_them(portal, client):
    """The official client writes `archived=False`; servers that hold requests against the contract refuse that."""
    sandbox = portal(*contacts(2))
    hubspot = client(sandbox)
    hubspot.read("contact", [id_of(sandbox, 0)], NAME)
    rows(hubspot.everything("contact", NAME, archived=True))
    asked = [entry.query for entry in sandbox.ledger.since(0) if "archived" in entry.query]
    assert asked
    assert not [query for query in asked if "True" in query or "False" in query]
