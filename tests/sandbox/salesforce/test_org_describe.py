"""Describes are those of the real org, field by field; custom fields come by the Tooling API and are seen when granted."""

from __future__ import annotations

import gzip
import json
from importlib import resources
from typing import Any

import pytest
from org_clients import VERSION, Rest, errors_of

FILES = resources.files("connectors.sandbox.salesforce") / "describes"
RECORDED = ["Account", "Case", "Contact", "Event", "Lead", "Opportunity"]
AUTHORED = [
    "Campaign", "CampaignMember", "ContentDocument", "ContentDocumentLink", "ContentNote", "FieldPermissions", "Group", "LeadStatus",
    "OpportunityContactRole", "Organization", "PermissionSet", "QueueSobject", "Task", "User", "UserRole",
]  # fmt: skip
FIELD = {
    "label": "LeadBridge id", "type": "Text", "length": 36, "externalId": True, "unique": True, "caseSensitive": False,
}  # fmt: skip


def real(name: str) -> dict[str, Any]:
    made: dict[str, Any] = json.loads(gzip.decompress((FILES / f"{name}.json.gz").read_bytes()))
    return made


def without_addresses(value: Any) -> Any:
    """A describe without what names a host or version."""
    if isinstance(value, dict):
        return {key: without_addresses(one) for key, one in value.items() if key != "urls"}
    return [without_addresses(one) for one in value] if isinstance(value, list) else value


@pytest.mark.parametrize("name", RECORDED)
def test_a_describe_is_the_recorded_one(rest: Rest, name: str) -> None:
    shown = rest("GET", f"sobjects/{name}/describe").json()
    assert without_addresses(shown) == without_addresses(real(name))
    assert shown["urls"]["sobject"] == f"/services/data/{VERSION}/sobjects/{name}"


@pytest.mark.parametrize("name", AUTHORED)
def test_an_authored_describe_has_the_shape_of_a_recorded_one(rest: Rest, name: str) -> None:
    shown, lead = rest("GET", f"sobjects/{name}/describe").json(), real("Lead")
    assert set(shown) == set(lead)
    assert all(set(field) == set(lead["fields"][0]) for field in shown["fields"])
    assert {field["name"] for field in shown["fields"]} >= {"Id", "SystemModstamp"}
    assert len({field["name"] for field in shown["fields"]}) == len(shown["fields"])


def test_the_global_describe_holds_the_recorded_entries(rest: Rest) -> None:
    shown = rest("GET", "sobjects/").json()
    by_name = {one["name"]: one for one in shown["sobjects"]}
    for one in real("global-excerpt")["sobjects"]:
        assert without_addresses(by_name[one["name"]]) == without_addresses(one)
    assert (shown["encoding"], shown["maxBatchSize"]) == ("UTF-8", 200)
    assert all(set(one) == set(shown["sobjects"][0]) for one in shown["sobjects"])


def test_an_object_that_is_not_there(rest: Rest) -> None:
    for path in ("sobjects/Nope/describe", "sobjects/Nope", "sobjects/Nope/00Q000000000000"):
        answer = rest("GET", path)
        assert (answer.status_code, errors_of(answer)) == (404, ["NOT_FOUND"])
        assert answer.json()[0]["message"] == "The requested resource does not exist"


def test_a_new_field_is_hidden_until_a_permission_set_grants_it(rest: Rest) -> None:
    made = rest("POST", "tooling/sobjects/CustomField", json={"FullName": "Lead.LeadBridge_Id__c", "Metadata": FIELD})
    assert (made.status_code, made.json()["success"]) == (201, True)
    names = [field["name"] for field in rest("GET", "sobjects/Lead/describe").json()["fields"]]
    assert "LeadBridge_Id__c" not in names
    assert errors_of(
        rest("POST", "sobjects/Lead", json={"LastName": "x", "Company": "y", "LeadBridge_Id__c": "1"})
    ) == ["INVALID_FIELD"]
    assert rest("PATCH", "sobjects/Lead/LeadBridge_Id__c/1", json={"LastName": "x", "Company": "y"}).status_code == 404

    grant = {"SobjectType": "Lead", "Field": "Lead.LeadBridge_Id__c", "PermissionsRead": True, "PermissionsEdit": True}
    held = rest.query("SELECT Id FROM PermissionSet WHERE Name = 'LeadBridge'")[0]["Id"]
    assert rest("POST", "sobjects/FieldPermissions", json={"ParentId": held, **grant}).status_code == 201
    again = rest("POST", "sobjects/FieldPermissions", json={"ParentId": held, **grant})
    assert errors_of(again) == ["DUPLICATE_VALUE"]

    field = next(
        one for one in rest("GET", "sobjects/Lead/describe").json()["fields"] if one["name"] == "LeadBridge_Id__c"
    )
    facts = (
        "type",
        "length",
        "externalId",
        "unique",
        "caseSensitive",
        "custom",
        "nillable",
        "createable",
        "updateable",
        "idLookup",
    )
    assert [field[fact] for fact in facts] == ["string", 36, True, True, False, True, True, True, True, True]
    assert rest("PATCH", "sobjects/Lead/LeadBridge_Id__c/1", json={"LastName": "x", "Company": "y"}).status_code == 201


def test_reading_alone_can_be_granted(rest: Rest) -> None:
    rest(
        "POST",
        "tooling/sobjects/CustomField",
        json={"FullName": "Lead.Seen__c", "Metadata": {"label": "Seen", "type": "Text", "length": 9}},
    )
    held = rest.query("SELECT Id FROM PermissionSet WHERE Name = 'LeadBridge'")[0]["Id"]
    rest.create(
        "FieldPermissions",
        ParentId=held,
        SobjectType="Lead",
        Field="Lead.Seen__c",
        PermissionsRead=True,
        PermissionsEdit=False,
    )
    field = next(one for one in rest("GET", "sobjects/Lead/describe").json()["fields"] if one["name"] == "Seen__c")
    assert (field["createable"], field["updateable"]) == (False, False)
    answer = rest("POST", "sobjects/Lead", json={"LastName": "x", "Company": "y", "Seen__c": "z"})
    assert errors_of(answer) == ["INVALID_FIELD_FOR_INSERT_UPDATE"]
    assert answer.json()[0]["fields"] == ["Seen__c"]


def test_the_org_can_be_told_to_grant_new_fields_to_all(rest: Rest) -> None:
    rest.rules(field_permissions="granted")
    metadata = {"label": "Score", "type": "Number", "precision": 5, "scale": 1}
    rest("POST", "tooling/sobjects/CustomField", json={"FullName": "Contact.Score__c", "Metadata": metadata})
    assert rest.create("Contact", LastName="x", Score__c=12.34)
    assert rest.query("SELECT Score__c FROM Contact")[0]["Score__c"] == 12.3


@pytest.mark.parametrize(
    ("metadata", "expected"),
    [
        ({"type": "Checkbox", "defaultValue": "true"}, ("boolean", 0, True)),
        ({"type": "DateTime"}, ("datetime", 0, None)),
        ({"type": "LongTextArea", "length": 32768, "visibleLines": 3}, ("textarea", 32768, None)),
        ({"type": "Html", "length": 32768, "visibleLines": 10}, ("textarea", 32768, None)),
        ({"type": "Currency", "precision": 18, "scale": 2}, ("currency", 0, None)),
        ({"type": "Email"}, ("email", 80, None)),
    ],
)
def test_types_of_new_fields(rest: Rest, metadata: dict[str, Any], expected: tuple[str, int, Any]) -> None:
    rest.rules(field_permissions="granted")
    answer = rest(
        "POST", "tooling/sobjects/CustomField", json={"FullName": "Lead.X__c", "Metadata": {"label": "X", **metadata}}
    )
    assert answer.status_code == 201
    field = next(one for one in rest("GET", "sobjects/Lead/describe").json()["fields"] if one["name"] == "X__c")
    assert (
        field["type"],
        field["length"],
        field["defaultValue"] if metadata["type"] == "Checkbox" else None,
    ) == expected


def test_a_new_picklist_keeps_its_values_and_refuses_others(rest: Rest) -> None:
    rest.rules(field_permissions="granted")
    values = [
        {"fullName": "hot", "label": "Hot", "default": False},
        {"fullName": "cold", "label": "Cold", "default": True},
    ]
    metadata = {
        "label": "T",
        "type": "Picklist",
        "valueSet": {"restricted": True, "valueSetDefinition": {"sorted": False, "value": values}},
    }
    assert (
        rest("POST", "tooling/sobjects/CustomField", json={"FullName": "Lead.T__c", "Metadata": metadata}).status_code
        == 201
    )
    assert rest("POST", "sobjects/Lead", json={"LastName": "x", "Company": "y", "T__c": "warm"}).json()[0][
        "errorCode"
    ] == ("INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST")
    rest.lead(T__c="HOT")
    assert rest.query("SELECT T__c FROM Lead")[0]["T__c"] == "hot"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"FullName": "Lead.Company", "Metadata": FIELD}, "INVALID_FIELD"),
        ({"FullName": "Lead.No Good__c", "Metadata": FIELD}, "INVALID_FIELD"),
        ({"FullName": "Nope.X__c", "Metadata": FIELD}, "INVALID_TYPE"),
        ({"FullName": "Lead.X__c", "Metadata": {"label": "x", "type": "Text"}}, "FIELD_INTEGRITY_EXCEPTION"),
        (
            {"FullName": "Lead.X__c", "Metadata": {"label": "x", "type": "Text", "length": 256}},
            "FIELD_INTEGRITY_EXCEPTION",
        ),
        ({"FullName": "Lead.X__c", "Metadata": {"type": "Text", "length": 5}}, "REQUIRED_FIELD_MISSING"),
        (
            {"FullName": "Lead.X__c", "Metadata": {"label": "x", "type": "Nonsense"}},
            "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST",
        ),
    ],
)
def test_fields_that_cannot_be_made(rest: Rest, body: dict[str, Any], code: str) -> None:
    assert errors_of(rest("POST", "tooling/sobjects/CustomField", json=body)) == [code]


def test_a_field_that_is_there_already_and_the_list_of_those_made(rest: Rest) -> None:
    body = {"FullName": "Lead.LeadBridge_Id__c", "Metadata": FIELD}
    made = rest("POST", "tooling/sobjects/CustomField", json=body).json()["id"]
    assert errors_of(rest("POST", "tooling/sobjects/CustomField", json=body)) == ["DUPLICATE_DEVELOPER_NAME"]
    soql = "SELECT Id, DeveloperName FROM CustomField WHERE DeveloperName = 'LeadBridge_Id' AND TableEnumOrId = 'Lead'"
    found = rest("GET", "tooling/query", params={"q": soql}).json()
    assert [one["Id"] for one in found["records"]] == [made]
    columns = rest("GET", "tooling/query", params={"q": soql, "columns": "true"}).json()
    assert [one["columnName"] for one in columns["columnMetadata"]] == ["Id", "DeveloperName"]
    assert (columns["entityName"], columns["idSelected"]) == ("CustomField", True)
    assert rest("GET", f"tooling/sobjects/CustomField/{made}").json()["Metadata"]["length"] == 36
    assert rest("DELETE", f"tooling/sobjects/CustomField/{made}").status_code == 204
    assert rest("GET", "tooling/query", params={"q": soql}).json()["size"] == 0


def test_what_an_admin_takes_away_is_gone_from_describe(rest: Rest) -> None:
    rest.org.acts["revoke_field"](object="Lead", field="Title")
    rest.org.acts["revoke_field"](object="Lead", field="City", leave="read")
    rest.org.acts["revoke_object"](object="Contact", operation="create")
    rest.org.acts["revoke_object"](object="Case", operation="read")
    fields = {one["name"]: one for one in rest("GET", "sobjects/Lead/describe").json()["fields"]}
    assert "Title" not in fields
    assert fields["City"]["updateable"] is False
    assert rest("GET", "sobjects/Contact/describe").json()["createable"] is False
    assert rest("GET", "sobjects/Case/describe").status_code == 404
    assert "Case" not in [one["name"] for one in rest("GET", "sobjects").json()["sobjects"]]
    rest.org.acts["grant_field"](object="Lead", field="Title")
    assert "Title" in [one["name"] for one in rest("GET", "sobjects/Lead/describe").json()["fields"]]
