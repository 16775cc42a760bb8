"""Fields made, rights granted, rights missing, and who we are."""

from __future__ import annotations

from typing import Any

import pytest
from stub_org import Asked, StubOrg, Told

from connectors.errors import NotAllowed, Refused, Unavailable
from connectors.records import FieldSchema
from connectors.salesforce import Limit, Missing, Need, Org, Who

EMPTY = {"totalSize": 0, "done": True, "records": []}


def record(**values: Any) -> dict[str, Any]:
    return {"totalSize": 1, "done": True, "records": [{"attributes": {}, **values}]}


@pytest.mark.parametrize(
    ("field", "metadata"),
    [
        (
            FieldSchema("LeadBridge_Id__c", "LeadBridge id", "string", length=40, unique=True, external_id=True),
            {"type": "Text", "length": 40, "unique": True, "externalId": True, "caseSensitive": False},
        ),
        (FieldSchema("A__c", "A", "string"), {"type": "Text", "length": 255}),
        (FieldSchema("A__c", "A", "text", length=5000), {"type": "LongTextArea", "length": 5000, "visibleLines": 10}),
        (FieldSchema("A__c", "A", "rich_text"), {"type": "Html", "length": 32768, "visibleLines": 10}),
        (FieldSchema("A__c", "A", "integer"), {"type": "Number", "precision": 18, "scale": 0}),
        (FieldSchema("A__c", "A", "number", precision=8, scale=2), {"type": "Number", "precision": 8, "scale": 2}),
        (FieldSchema("A__c", "A", "boolean"), {"type": "Checkbox", "defaultValue": "false"}),
        (FieldSchema("A__c", "A", "datetime"), {"type": "DateTime"}),
        (
            FieldSchema("A__c", "A", "picklist", options=("x", "y"), labels=("X", "Y"), restricted=True),
            {
                "type": "Picklist",
                "valueSet": {
                    "restricted": True,
                    "valueSetDefinition": {
                        "sorted": False,
                        "value": [
                            {"fullName": "x", "label": "X", "default": False},
                            {"fullName": "y", "label": "Y", "default": False},
                        ],
                    },
                },
            },
        ),
    ],
)
def test_a_field_is_made_by_its_metadata(org: StubOrg, field: FieldSchema, metadata: dict[str, Any]) -> None:
    org.answers = lambda asked: Told(201, {"id": "00N000000000001AAA", "success": True, "errors": []})
    assert org.client().create_field("Lead", field) is True
    assert org.asked[0].path == "/services/data/v66.0/tooling/sobjects/CustomField"
    assert org.asked[0].json == {
        "FullName": f"Lead.{field.name}",
        "Metadata": {"label": field.label, "required": False, **metadata},
    }


def test_a_new_field_is_granted_to_the_permission_set(org: StubOrg) -> None:
    def answers(asked: Asked) -> Told:
        return Told(200, record(Id="0PS000000000001AAA")) if asked.query else Told(201, {"id": "x", "success": True})

    org.answers = answers
    org.client().create_field("Lead", FieldSchema("A__c", "A", "string"), permission_set="LeadBridge")
    assert "Name = 'LeadBridge'" in org.asked[1].query["q"]
    assert org.asked[2].json == {
        "ParentId": "0PS000000000001AAA",
        "SobjectType": "Lead",
        "Field": "Lead.A__c",
        "PermissionsRead": True,
        "PermissionsEdit": True,
    }


@pytest.mark.parametrize("code", ["DUPLICATE_DEVELOPER_NAME", "DUPLICATE_VALUE"])
def test_what_is_there_already_is_no_error(org: StubOrg, code: str) -> None:
    taken = Told(400, [{"errorCode": code, "message": "there is one"}])
    org.answers = lambda asked: Told(200, record(Id="0PS000000000001AAA")) if asked.query else taken
    assert org.client().create_field("Lead", FieldSchema("A__c", "A", "string")) is False
    assert org.client().grant_field("Lead", "A__c", "LeadBridge") is False


def test_a_permission_set_that_is_not_there_is_named(org: StubOrg) -> None:
    org.answers = lambda asked: Told(200, EMPTY)
    with pytest.raises(NotAllowed, match="no permission set LeadBridge"):
        org.client().grant_field("Lead", "A__c", "LeadBridge")


@pytest.mark.parametrize("kind", ["location", "reference"])
def test_a_field_of_a_type_not_made_here_is_refused(org: StubOrg, kind: str) -> None:
    """A reference that names no object cannot be made either."""
    with pytest.raises(Refused, match=kind):
        org.client().create_field("Lead", FieldSchema("A__c", "A", kind))


def test_missing_rights_are_listed(org: StubOrg) -> None:
    fields = [
        {"name": "Id", "type": "id"},
        {"name": "Email", "type": "email", "createable": True, "updateable": True},
        {"name": "Name", "type": "string", "createable": False, "updateable": False},
    ]
    lead = Told(200, {"name": "Lead", "createable": True, "updateable": False, "fields": fields})
    gone = Told(404, [{"errorCode": "NOT_FOUND", "message": "The requested resource does not exist"}])
    org.answers = lambda asked: lead if "/Lead/" in asked.path else gone
    needs = [
        Need("Lead", reads=("Email", "Name", "A__c"), writes=("Email", "Name", "B__c"), create=True, edit=True),
        Need("Campaign", reads=("Name",)),
    ]
    assert org.client().access(needs) == [
        Missing("Lead", "edit"),
        Missing("Lead", "edit", "Name"),
        Missing("Lead", "read", "A__c"),
        Missing("Lead", "read", "B__c"),
        Missing("Campaign", "read"),
    ]


def test_the_org_and_its_currency(org: StubOrg) -> None:
    row = record(
        Id="00D000000000001AAA",
        Name="Acme",
        IsSandbox=True,
        OrganizationType="Developer Edition",
        TimeZoneSidKey="Europe/Berlin",
        DefaultLocaleSidKey="de_DE",
    )
    org.answers = lambda asked: Told(200, record(IsoCode="EUR") if "CurrencyType" in asked.query["q"] else row)
    told = org.client().organisation()
    assert told == Org("00D000000000001AAA", "Acme", True, "Developer Edition", "Europe/Berlin", "de_DE", "EUR")


def test_an_org_with_one_currency_does_not_say_which(org: StubOrg) -> None:
    missing = Told(400, [{"errorCode": "INVALID_TYPE", "message": "sObject type 'CurrencyType' is not supported."}])
    org.answers = lambda asked: (
        missing if "CurrencyType" in asked.query["q"] else Told(200, record(Id="1", Name="Acme"))
    )
    assert org.client().organisation().default_currency == ""


def test_who_we_are_and_what_is_left(org: StubOrg) -> None:
    who = {"user_id": "005x", "organization_id": "00Dx", "name": "Bridge", "preferred_username": "bridge@acme.com"}
    limits = {"DailyApiRequests": {"Max": 15000, "Remaining": 14998}, "Odd": 3}
    org.answers = lambda asked: Told(200, who if asked.path.endswith("userinfo") else limits)
    client = org.client()
    assert client.user() == Who("005x", "Bridge", "bridge@acme.com", "00Dx")
    assert client.limits() == {"DailyApiRequests": Limit(15000, 14998)}
    assert org.asked[0].path == "/services/oauth2/userinfo"


ADDRESS = "https://login.salesforce.com/id/00D000000000001AAA/005000000000001AAA"


@pytest.mark.parametrize("refusal", ["Bad_OAuth_Token", "Missing_OAuth_Token"])
def test_an_app_that_may_not_ask_who_it_is_finds_out_by_its_address(org: StubOrg, refusal: str) -> None:
    def answers(asked: Asked) -> Told:
        if asked.path.endswith("userinfo"):
            return Told(403, refusal)
        if asked.path.endswith("/query/"):
            assert "Id = '005000000000001AAA'" in asked.query["q"]
            return Told(200, record(Name="Bridge", Username="bridge@acme.com"))
        return Told(200, {"sobjects": "/services/data/v66.0/sobjects", "identity": ADDRESS})

    org.answers = answers
    assert org.client().user() == Who("005000000000001AAA", "Bridge", "bridge@acme.com", "00D000000000001AAA")
    assert len(org.asked) == 3


@pytest.mark.parametrize("address", [None, "", "https://login.salesforce.com/id/00D", 7])
def test_an_app_that_is_told_nothing_of_itself_says_so(org: StubOrg, address: Any) -> None:
    org.answers = lambda asked: (
        Told(403, "Bad_OAuth_Token") if asked.path.endswith("userinfo") else Told(200, {"identity": address})
    )
    with pytest.raises(Unavailable, match="which user"):
        org.client().user()


def test_records_are_read_by_id_two_thousand_a_call(org: StubOrg) -> None:
    def answers(asked: Asked) -> Told:
        rows = [{"attributes": {}, "Id": one, "Email": f"{one}@x.com"} for one in asked.json["ids"]]
        return Told(200, [None if "0007" in row["Id"] else row for row in rows])

    org.answers = answers
    ids = [f"00Q{number:012d}AAA" for number in range(4500)]
    read = org.client().read("Lead", [*ids, "00Q000000000001", "no id"], ["Email"])
    assert [len(asked.json["ids"]) for asked in org.asked] == [2000, 2000, 501]
    assert list(read)[:4500] == ids
    assert read[ids[7]] is None
    assert read[ids[4499]] == {"Id": ids[4499], "Email": f"{ids[4499]}@x.com"}
    assert read["no id"] is None
    assert read["00Q000000000001"] is not None


def test_everybody_with_a_value_is_found(org: StubOrg) -> None:
    rows = [{"Id": "1", "X__c": "a"}, {"Id": "2", "X__c": "A"}, {"Id": "3", "X__c": "b"}]
    first = {"totalSize": 3, "done": False, "records": rows[:2], "nextRecordsUrl": "/services/data/v66.0/query/0r8-2"}
    org.answers = lambda asked: Told(200, first if asked.query else {"done": True, "records": rows[2:]})
    found = org.client().find_by("Lead", "X__c", ["a", "b", "c"], ["Id"])
    assert {value: [row["Id"] for row in matched] for value, matched in found.items()} == {"a": ["1", "2"], "b": ["3"]}
    assert org.asked[1].path == "/services/data/v66.0/query/0r8-2"
