"""The account around the records: schema, forms and what was sent, owners, properties we add, rights we lack."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from people import NOON, contacts, rows

from connectors.errors import NotAllowed, Refused, SchemaChanged
from connectors.hubspot import Portal
from connectors.records import FieldSchema
from connectors.sandbox.world import Ref, Thing


def test_the_portal(portal, client):
    found = client(portal()).account()
    assert isinstance(found, Portal)
    assert (found.time_zone, found.currency, found.ui_domain) == ("Etc/UTC", "USD", "app-eu1.hubspot.com")
    assert found.portal_id > 0


@pytest.mark.parametrize(
    ("kind", "name", "type", "updateable"),
    [
        ("contact", "email", "email", True),
        ("contact", "firstname", "string", True),
        ("contact", "phone", "phone", True),
        ("contact", "lifecyclestage", "picklist", True),
        ("contact", "lastmodifieddate", "datetime", False),
        ("contact", "hs_object_id", "id", False),
        ("contact", "hubspot_owner_id", "reference", True),
        ("company", "domain", "string", True),
        ("company", "description", "text", True),
        ("company", "hs_lastmodifieddate", "datetime", False),
        ("company", "numberofemployees", "number", True),
    ],
)
@pytest.mark.parametrize("api", ["2026-09"])
def test_the_live_schema(portal, client, kind, name, type, updateable):
    schema = client(portal()).schema(kind)
    field = schema.fields[name]
    assert (schema.source, schema.name, field.type, field.updateable, field.custom) == (
        "hubspot",
        kind,
        type,
        updateable,
        False,
    )


def test_options_of_a_picklist(portal, client):
    field = client(portal()).schema("contact").fields["lifecyclestage"]
    assert {"lead", "customer"} <= set(field.options)
    assert len(field.options) == len(field.labels)
    assert field.restricted


NEW = (
    FieldSchema("lb_text", "Text", "string"),
    FieldSchema("lb_long", "Long text", "text"),
    FieldSchema("lb_flag", "Flag", "boolean"),
    FieldSchema("lb_day", "Day", "date"),
    FieldSchema("lb_time", "Time", "datetime"),
    FieldSchema("lb_count", "Count", "number"),
    FieldSchema("lb_choice", "Choice", "picklist", options=("a", "b"), labels=("A", "B")),
    FieldSchema("lb_many", "Many", "multipicklist", options=("a", "b"), labels=("A", "B")),
)


def test_properties_are_created_once_and_read_back_as_they_were_wanted(portal, client):
    hubspot = client(portal(*contacts(1)))
    assert [hubspot.ensure_group("contact", "leadbridge", "Lead bridge") for _ in range(2)] == [True, False]
    assert [hubspot.create_property("contact", field, "leadbridge") for field in NEW] == [True] * len(NEW)
    assert [hubspot.create_property("contact", field, "leadbridge") for field in NEW] == [False] * len(NEW)
    fields = hubspot.schema("contact").fields
    for wanted in NEW:
        found = fields[wanted.name]
        assert (found.type, found.label, found.custom) == (wanted.type, wanted.label, True)
        if wanted.options:
            assert (found.options, found.labels) == (wanted.options, wanted.labels)


def test_a_type_hubspot_does_not_have_is_refused_before_a_call(portal, client):
    hubspot = client(portal())
    with pytest.raises(Refused, match="reference"):
        hubspot.create_property("contact", FieldSchema("lb_x", "X", "reference"), "leadbridge")
    assert hubspot.usage.calls == 0


def test_a_property_dropped_while_reading_is_named(portal, client):
    made = Thing(
        "properties",
        "p",
        {"name": "lb_x", "label": "X", "type": "string", "fieldType": "text", "groupName": "contactinformation"},
    )
    sandbox = portal(made, *contacts(900))
    pages = client(sandbox).changed("contact", ("email", "lb_x"))
    next(pages)
    sandbox.hubspot.acts["drop_property"]("contacts", "lb_x")
    with pytest.raises(SchemaChanged) as caught:
        next(pages)
    assert caught.value.names == ("lb_x",)
    id = sandbox.hubspot.id_of("contacts", "c1")
    with pytest.raises(SchemaChanged):
        client(sandbox).read("contact", [id], ("lb_x",))
    with pytest.raises(SchemaChanged):
        rows(client(sandbox).everything("contact", ("lb_x",)))


def owner(number, archived=False):
    at = NOON - timedelta(days=30)
    values = {"email": f"rep{number}@example.com", "firstName": "Rep", "lastName": str(number)}
    return Thing("owners", f"w{number}", values, created_at=at, changed_at=at, archived=archived)


def test_owners_page_by_page(portal, client):
    hubspot = client(portal(*(owner(number) for number in range(230)), owner(230, archived=True)))
    owners = hubspot.owners()
    assert [record.values["email"] for record in owners] == [f"rep{number}@example.com" for number in range(230)]
    assert (owners[0].kind, owners[0].gone, owners[0].changed_at) == ("owner", False, NOON - timedelta(days=30))
    assert hubspot.usage.calls == 3
    assert [(record.values["email"], record.gone) for record in hubspot.owners(archived=True)] == [
        ("rep230@example.com", True)
    ]


def sent(form, number, at):
    values = [{"name": "email", "value": f"n{number}@example.com"}, {"name": "message", "value": f"Hello {number}"}]
    values += [{"name": "interests", "value": "a"}, {"name": "interests", "value": "b"}]
    stamp = int(at.timestamp() * 1000)
    given = {
        "formId": Ref("forms", form),
        "submittedAt": stamp,
        "values": values,
        "pageUrl": "https://www.example.com/demo",
    }
    return Thing("form_submissions", f"{form}{number}", given)


@pytest.fixture
def with_forms(portal):
    forms = [
        Thing("forms", name, {"name": f"Form {name}", "fields": ["email", "message"]}, created_at=NOON) for name in "ab"
    ]
    start = NOON - timedelta(hours=200)
    sheets = [sent("a", number, start + timedelta(hours=number)) for number in range(130)]
    return portal(*forms, *sheets, sent("b", 500, NOON - timedelta(minutes=5)))


def test_forms(with_forms, client):
    forms = client(with_forms).forms()
    assert [(form.kind, form.values["name"]) for form in forms] == [("form", "Form a"), ("form", "Form b")]
    assert forms[0].values["fields"] == ["email", "message"]


def test_submissions_newest_first_with_their_values(with_forms, client):
    ids = [with_forms.hubspot.id_of("forms", name) for name in "ab"]
    found = list(client(with_forms).submissions(ids, None))
    assert [record.values["email"] for record in found] == [f"n{n}@example.com" for n in [*reversed(range(130)), 500]]
    assert len({record.id for record in found}) == 131
    last = found[-1]
    assert (last.kind, last.changed_at) == ("form_submission", NOON - timedelta(minutes=5))
    assert last.values == {
        "email": "n500@example.com",
        "message": "Hello 500",
        "interests": "a;b",
        "form_id": ids[1],
        "form_name": "Form b",
        "page_url": "https://www.example.com/demo",
        "submitted_at": "2026-11-22T11:55:00+00:00",
    }


def test_a_field_of_the_company_is_no_second_answer_of_the_person(portal, client):
    """A form may ask for the city of both; HubSpot gives them one name and tells them apart by the object."""
    company = {"objectTypeId": "0-2"}
    sent_in = [
        {"name": "city", "value": "Kassel", **company},
        {"name": "email", "value": "a@example.com"},
        {"name": "city", "value": "Bonn"},
        {"name": "industry", "value": "FOOD", **company},
        {"name": "services", "value": "a", **company},
        {"name": "services", "value": "b", **company},
    ]
    form = Thing("forms", "a", {"name": "Form a", "fields": ["email"]}, created_at=NOON)
    stamp = int(NOON.timestamp() * 1000) - 60_000
    sheet = Thing("form_submissions", "s", {"formId": Ref("forms", "a"), "submittedAt": stamp, "values": sent_in})
    here = portal(form, sheet)
    (found,) = client(here).submissions([here.hubspot.id_of("forms", "a")], None)
    assert {name: found.values[name] for name in ("email", "city", "industry", "services")} == {
        "email": "a@example.com", "city": "Bonn", "industry": "FOOD", "services": "a;b",
    }  # fmt: skip


def test_submissions_stop_at_the_time_wanted(with_forms, client):
    ids = [with_forms.hubspot.id_of("forms", name) for name in "ab"]
    hubspot = client(with_forms)
    hubspot.forms()
    since = NOON - timedelta(hours=200) + timedelta(hours=125)
    assert len(list(hubspot.submissions(ids, since))) == 6
    assert hubspot.usage.by_purpose == {"forms": 1, "submissions": 2}


def test_submissions_of_a_form_that_is_gone_are_refused(with_forms, client):
    with pytest.raises(Refused):
        list(client(with_forms).submissions(["00000000-0000-4000-8000-000000000000"], datetime(2026, 1, 1, tzinfo=UTC)))


def test_nothing_is_missing_with_all_rights(portal, client):
    assert client(portal(*contacts(1))).access() == []


@pytest.mark.parametrize(
    "scope",
    [
        "crm.objects.contacts.read",
        "crm.objects.companies.read",
        "crm.objects.owners.read",
        "forms",
        "crm.objects.contacts.write",
        "crm.lists.read",
        "crm.lists.write",
    ],
)
@pytest.mark.parametrize("api", ["2026-09"])
def test_a_missing_right_is_named(portal, client, scope):
    sandbox = portal(*contacts(1))
    sandbox.hubspot.acts["revoke_scope"](scope)
    needs = client(sandbox).access()
    assert [need.scope for need in needs] == [scope]
    assert needs[0].purpose


def test_looking_for_rights_writes_nothing(portal, client):
    sandbox = portal(*contacts(1))
    client(sandbox).access()
    (record,) = rows(client(sandbox).changed("contact", ("email",)))
    assert record.changed_at == NOON - timedelta(hours=1)


def test_a_revoked_token_needs_a_person(portal, client):
    sandbox = portal(*contacts(1))
    hubspot = client(sandbox)
    assert hubspot.access() == []
    sandbox.hubspot.acts["revoke_token"]()
    with pytest.raises(NotAllowed, match="access token"):
        hubspot.access()
