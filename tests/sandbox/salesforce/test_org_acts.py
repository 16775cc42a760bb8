"""People at work in the org: Sales at their leads, an admin at the schema; by Python and by the control port."""

from __future__ import annotations

from typing import Any

import pytest
import requests
from org_clients import Rest, errors_of


def act(rest: Rest, name: str, **given: Any) -> Any:
    answer = requests.post(f"{rest.sandbox.control_url}/act/{name}", json=given)
    assert answer.status_code == 200, answer.text
    return answer.json()


def row(rest: Rest, name: str, id18: str) -> dict[str, Any]:
    found: dict[str, Any] = rest("GET", f"sobjects/{name}/{id18}").json()
    return found


def test_sales_accepts_and_works_a_lead(rest: Rest) -> None:
    lead = rest.lead(Email="jo@x.com")
    rest.sandbox.clock.advance(60)
    act(rest, "accept", record="jo@x.com", by="admin@leadbridge.example")
    after = row(rest, "Lead", lead)
    assert (after["Status"], after["LastModifiedById"]) == ("Working - Contacted", after["OwnerId"])
    assert after["SystemModstamp"] == "2026-11-22T12:01:00.000+0000"
    task = act(rest, "work", record=lead, subject="First call", day="2026-11-21")["id"]
    assert row(rest, "Task", task)["WhoId"] == lead
    assert row(rest, "Lead", lead)["LastActivityDate"] == "2026-11-21"


def test_sales_returns_a_lead_with_a_reason(rest: Rest) -> None:
    rest.org.acts["add_field"](
        object="Lead", name="Return_Reason__c", metadata={"label": "r", "type": "Text", "length": 80}
    )
    lead, other = rest.lead(), rest.lead()
    act(
        rest,
        "return",
        record=lead,
        reason="No budget",
        reason_field="Return_Reason__c",
        status="Closed - Not Converted",
    )
    after = row(rest, "Lead", lead)
    assert (after["Status"], after["Return_Reason__c"]) == ("Closed - Not Converted", "No budget")
    act(rest, "return", record=other, reason="Wrong person")
    assert rest.query(f"SELECT Subject FROM Task WHERE WhoId = '{other}'")[0]["Subject"] == "Returned: Wrong person"


def test_a_lead_is_converted_to_new_records(rest: Rest) -> None:
    rest.external_id()
    rest.external_id(object_name="Contact")
    lead = rest.lead(FirstName="Jo", Email="jo@x.com", City="Rome", LeadBridge_Id__c="hs-1")
    campaign = rest.create("Campaign", Name="Fair")
    rest.create("CampaignMember", CampaignId=campaign, LeadId=lead)
    task = rest.create("Task", WhoId=lead)
    made = act(rest, "convert", record=lead, opportunity="Deal")
    after = row(rest, "Lead", lead)
    assert (after["IsConverted"], after["Status"], after["ConvertedDate"]) == (True, "Closed - Converted", "2026-11-22")
    assert [after[f"Converted{kind}Id"] for kind in ("Account", "Contact", "Opportunity")] == list(made.values())
    contact = row(rest, "Contact", made["contact"])
    assert (contact["Name"], contact["AccountId"], contact["MailingCity"]) == ("Jo Doe", made["account"], "Rome")
    assert contact["LeadBridge_Id__c"] == "hs-1"
    assert row(rest, "Opportunity", made["opportunity"])["CampaignId"] == campaign
    assert row(rest, "Task", task)["WhoId"] == made["contact"]
    assert rest.query("SELECT ContactId FROM CampaignMember")[0]["ContactId"] == made["contact"]

    for answer in (
        rest("PATCH", f"sobjects/Lead/{lead}", json={"City": "x"}),
        rest("PATCH", "sobjects/Lead/LeadBridge_Id__c/hs-1", json={"City": "x"}),
        rest("POST", "sobjects/Task", json={"WhoId": lead}),
    ):
        assert errors_of(answer) == ["CANNOT_UPDATE_CONVERTED_LEAD"]
        assert answer.json()[0]["message"] == "cannot reference converted lead"
    again = requests.post(f"{rest.sandbox.control_url}/act/convert", json={"record": lead})
    assert (again.status_code, "converted already" in again.json()["error"]) == (409, True)


def test_a_lead_is_converted_to_records_that_are_there(rest: Rest) -> None:
    account = rest.create("Account", Name="Acme")
    contact = rest.create("Contact", LastName="Doe", AccountId=account)
    made = act(rest, "convert", record=rest.lead(), contact=contact)
    assert made == {"account": account, "contact": contact, "opportunity": None}
    assert rest.query("SELECT COUNT(Id) FROM Contact")[0]["expr0"] == 1


def test_merged_records_say_where_they_went(rest: Rest) -> None:
    master, loser = rest.lead(LastName="a"), rest.lead(LastName="b", City="Rome")
    task = rest.create("Task", WhoId=loser)
    act(rest, "merge", master=master, losers=[loser])
    assert row(rest, "Lead", master)["City"] == "Rome"
    assert row(rest, "Task", task)["WhoId"] == master
    gone = rest(
        "GET", "queryAll", params={"q": f"SELECT IsDeleted, MasterRecordId FROM Lead WHERE Id = '{loser}'"}
    ).json()["records"][0]
    assert (gone["IsDeleted"], gone["MasterRecordId"]) == (True, master)
    assert errors_of(rest("PATCH", f"sobjects/Lead/{loser}", json={"City": "x"})) == ["ENTITY_IS_DELETED"]


def test_delete_reassign_edit_and_create_by_hand(rest: Rest) -> None:
    lead = rest.lead()
    act(rest, "reassign", record=lead, owner="admin@leadbridge.example")
    assert rest.query("SELECT Owner.Name FROM Lead")[0]["Owner"]["Name"] == "Avery Admin"
    act(rest, "edit", record=lead, values={"Title": "CFO"})
    assert row(rest, "Lead", lead)["Title"] == "CFO"
    act(rest, "delete", record=lead)
    assert errors_of(rest("GET", f"sobjects/Lead/{lead}")) == ["ENTITY_IS_DELETED"]
    account = act(rest, "create", kind="Account", values={"Name": "By hand"})["id"]
    assert row(rest, "Account", account)["Name"] == "By hand"
    for name, given, status in (
        ("accept", {"record": "nobody@x.com"}, 404), ("accept", {"record": lead}, 404), ("edit", {"record": account, "values": {"Name": ""}}, 409),
        ("merge", {"master": account, "losers": []}, 409), ("accept", {}, 400),
    ):  # fmt: skip
        assert requests.post(f"{rest.sandbox.control_url}/act/{name}", json=given).status_code == status, name


def test_acts_are_lines_of_the_ledger(rest: Rest) -> None:
    lead = rest.lead()
    act(rest, "accept", record=lead)
    entry = rest.sandbox.ledger.since()[-1]
    assert (entry.method, entry.path, entry.status) == ("ACT", "accept", 200)
    assert [(effect.what, effect.kind, effect.id) for effect in entry.effects] == [("updated", "Lead", lead)]
    assert entry.effects[0].values == {"Status": "Working - Contacted"}


def test_an_admin_changes_the_schema_while_clients_work(rest: Rest) -> None:
    lead = rest.lead(Title="CEO", Rating="Cold")
    act(rest, "narrow_picklist", object="Lead", field="Rating", keep=["Hot", "Warm"])
    answer = rest("PATCH", f"sobjects/Lead/{lead}", json={"Rating": "Cold"})
    assert errors_of(answer) == ["INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST"]
    assert answer.json()[0]["message"] == "Rating: bad value for restricted picklist field: Cold"
    assert row(rest, "Lead", lead)["Rating"] == "Cold"

    act(rest, "drop_field", object="Lead", field="Fax")
    assert errors_of(rest("PATCH", f"sobjects/Lead/{lead}", json={"Fax": "1"})) == ["INVALID_FIELD"]
    assert errors_of(rest("GET", "query", params={"q": "SELECT Fax FROM Lead"})) == ["INVALID_FIELD"]

    act(rest, "revoke_field", object="Lead", field="Title")
    assert "Title" not in row(rest, "Lead", lead)
    assert errors_of(rest("PATCH", f"sobjects/Lead/{lead}", json={"Title": "x"})) == ["INVALID_FIELD"]
    act(rest, "revoke_field", object="Lead", field="City", leave="read")
    assert errors_of(rest("PATCH", f"sobjects/Lead/{lead}", json={"City": "x"})) == ["INVALID_FIELD_FOR_INSERT_UPDATE"]
    assert act(rest, "query", soql="SELECT Title FROM Lead")["records"][0]["Title"] == "CEO"

    act(rest, "revoke_object", object="Lead", operation="edit")
    answer = rest("PATCH", f"sobjects/Lead/{lead}", json={"Phone": "1"})
    assert (answer.status_code, errors_of(answer)) == (403, ["INSUFFICIENT_ACCESS_OR_READONLY"])
    act(rest, "revoke_object", object="Lead", operation="read")
    assert errors_of(rest("GET", "query", params={"q": "SELECT Id FROM Lead"})) == ["INVALID_TYPE"]
    act(rest, "grant_object", object="Lead", operation="read")
    assert rest("PATCH", f"sobjects/Lead/{lead}", json={"Phone": "1"}).status_code == 204


@pytest.mark.parametrize("name", ["narrow_picklist", "drop_field", "revoke_field"])
def test_an_admin_is_told_what_is_not_there(rest: Rest, name: str) -> None:
    given = {"object": "Lead", "field": "Nope", **({"keep": []} if name == "narrow_picklist" else {})}
    answer = requests.post(f"{rest.sandbox.control_url}/act/{name}", json=given)
    assert (answer.status_code, answer.json()["error"]) == (404, "Lead has no field Nope")
