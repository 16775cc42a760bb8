"""Describe in the words both systems share, on what a real org answered."""

from __future__ import annotations

import gzip
from importlib.resources import files
from typing import Any

import orjson
import pytest

from connectors.records import ObjectSchema
from connectors.salesforce.schema import field_schema, object_schema


def described(name: str) -> Any:
    packed = files("connectors.sandbox.salesforce").joinpath(f"describes/{name}.json.gz").read_bytes()
    return orjson.loads(gzip.decompress(packed))


@pytest.fixture(scope="module")
def lead() -> ObjectSchema:
    return object_schema(described("Lead"))


@pytest.mark.parametrize(
    ("field", "type_", "length"),
    [
        ("Id", "id", 18),
        ("LastName", "string", 80),
        ("Street", "text", 255),
        ("Description", "text", 32000),
        ("Email", "email", 80),
        ("Phone", "phone", 40),
        ("Website", "url", 255),
        ("Status", "picklist", 255),
        ("AnnualRevenue", "currency", 0),
        ("NumberOfEmployees", "integer", 0),
        ("Latitude", "number", 0),
        ("IsConverted", "boolean", 0),
        ("ConvertedDate", "date", 0),
        ("CreatedDate", "datetime", 0),
        ("OwnerId", "reference", 18),
        ("Address", "other", 0),
    ],
)
def test_types_and_lengths(lead: ObjectSchema, field: str, type_: str, length: int) -> None:
    assert (lead.fields[field].type, lead.fields[field].length) == (type_, length)


def test_required_is_what_a_create_fails_without(lead: ObjectSchema) -> None:
    assert [name for name, field in lead.fields.items() if field.required] == ["LastName", "Company"]


def test_rights_of_fields(lead: ObjectSchema) -> None:
    assert (lead.fields["IsConverted"].createable, lead.fields["IsConverted"].updateable) == (True, False)
    assert (lead.fields["Name"].createable, lead.fields["Name"].updateable) == (False, False)


def test_picklists(lead: ObjectSchema) -> None:
    assert not lead.fields["Status"].restricted
    assert lead.fields["CleanStatus"].restricted
    assert "Open - Not Contacted" in lead.fields["Status"].options
    assert set(lead.fields["OwnerId"].refers_to) == {"Group", "User"}


def test_only_active_options_are_options() -> None:
    values = [
        {"active": True, "value": "a", "label": "A"},
        {"active": False, "value": "b", "label": "B"},
        {"active": True, "value": "c", "label": None},
    ]
    field = field_schema({"name": "X__c", "type": "picklist", "picklistValues": values, "custom": True})
    assert (field.options, field.labels, field.custom) == (("a", "c"), ("A", "c"), True)


def test_which_options_go_with_which_of_the_deciding_picklist() -> None:
    countries = [{"active": True, "value": value, "label": value} for value in ("DE", "IN", *"0123456", "US")]
    countries[0]["active"] = False
    states = [
        {"active": True, "value": "PB", "label": "Punjab", "validFor": "QAAA"},
        {"active": False, "value": "GJ", "label": "Gujarat", "validFor": "QAAA"},
        {"active": True, "value": "XX", "label": "Both", "validFor": "QEA="},
        {"active": True, "value": "YY", "label": "None", "validFor": None},
    ]
    fields = [
        {"name": "CountryCode", "type": "picklist", "picklistValues": countries},
        {"name": "StateCode", "type": "picklist", "picklistValues": states, "controllerName": "CountryCode"},
    ]
    found = object_schema({"name": "Lead", "fields": fields}).fields
    assert found["StateCode"].valid_for == (("IN",), ("IN", "US"), ())
    assert found["CountryCode"].valid_for == ()


def test_rich_text_is_told_from_text() -> None:
    assert field_schema({"name": "X__c", "type": "textarea", "htmlFormatted": True}).type == "rich_text"


@pytest.mark.parametrize("name", ["Account", "Contact", "Case", "Opportunity", "Event"])
def test_every_described_object_can_be_read(name: str) -> None:
    schema = object_schema(described(name))
    assert (schema.name, schema.source) == (name, "salesforce")
    assert schema.fields["Id"].type == "id"


@pytest.mark.parametrize(("told", "goes_with"), [("gA", (("DE",), ("US",))), ("g", ()), ("\u00fc", ()), (7, ())])
def test_a_set_of_bits_that_is_cut_or_none_takes_the_schema_from_nobody(told: Any, goes_with: tuple[Any, ...]) -> None:
    country = {"name": "CountryCode", "type": "picklist", "picklistValues": [{"value": "DE"}, {"value": "US"}]}
    states = [{"value": "BY", "validFor": told}, {"value": "CA", "validFor": "QAAA"}]
    state = {"name": "StateCode", "type": "picklist", "controllerName": "CountryCode", "picklistValues": states}
    schema = object_schema({"name": "Lead", "fields": [country, state]})
    assert schema.fields["StateCode"].options == ("BY", "CA")
    assert schema.fields["StateCode"].valid_for == goes_with


@pytest.mark.parametrize(
    ("type_", "told", "required"),
    [
        ("boolean", {}, False),
        ("picklist", {}, False),
        ("reference", {}, False),
        ("string", {}, True),
        ("string", {"defaultValue": "web"}, False),
        ("string", {"defaultedOnCreate": True}, False),
        ("picklist", {"defaultedOnCreate": False}, True),
    ],
)
def test_what_an_org_fills_itself_is_not_demanded(type_: str, told: dict[str, Any], required: bool) -> None:
    field = {"name": "Field__c", "type": type_, "createable": True, "nillable": False, **told}
    assert field_schema(field).required is required
