"""What is beside CRM objects: lists, forms, conversations, feedback, exports."""

from __future__ import annotations

from typing import Any

import orjson
import pytest
import urllib3


@pytest.fixture(params=["/crm/v3/lists", "/crm/lists/2026-09"], ids=["v3", "2026-09"])
def lists(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_a_manual_list_is_filled_by_hand(hub: Any, lists: str) -> None:
    status, made = hub("POST", lists, {"name": "Nurture", "objectTypeId": "0-1", "processingType": "MANUAL"})
    assert status == 200
    id = made["list"]["listId"]
    members = [hub.id("contacts", f"p{n}") for n in range(5)]
    status, answer = hub("PUT", f"{lists}/{id}/memberships/add", [*members, "999"])
    assert (status, answer["recordsIdsAdded"], answer["recordIdsMissing"]) == (200, members, ["999"])
    assert hub("PUT", f"{lists}/{id}/memberships/add", members)[1]["recordsIdsAdded"] == []
    first = hub("GET", f"{lists}/{id}/memberships?limit=2")[1]
    assert [row["recordId"] for row in first["results"]] == members[:2]
    assert first["total"] == 5
    second = hub("GET", f"{lists}/{id}/memberships?limit=2&after={first['paging']['next']['after']}")[1]
    assert [row["recordId"] for row in second["results"]] == members[2:4]
    back = hub("GET", f"{lists}/{id}/memberships?limit=2&before={second['paging']['prev']['before']}")[1]
    assert [row["recordId"] for row in back["results"]] == members[:2]
    change = {"recordIdsToAdd": [hub.id("contacts", "p9")], "recordIdsToRemove": members[:4]}
    assert hub("PUT", f"{lists}/{id}/memberships/add-and-remove", change)[1]["recordIdsRemoved"] == members[:4]
    hub.sandbox.clock.advance(5)
    hub("PUT", f"{lists}/{id}/memberships/add", members[:1])
    order = [row["recordId"] for row in hub("GET", f"{lists}/{id}/memberships/join-order")[1]["results"]]
    assert order == [members[4], hub.id("contacts", "p9"), members[0]]
    assert hub("PUT", f"{lists}/{id}/memberships/remove", members[:1])[1]["recordIdsRemoved"] == members[:1]
    assert hub("DELETE", f"{lists}/{id}/memberships")[0] == 204
    assert hub("GET", f"{lists}/{id}/memberships")[1]["results"] == []


def test_a_dynamic_list_follows_its_filter(hub: Any, lists: str) -> None:
    one = {"filterType": "PROPERTY", "property": "country", "operation": {
        "operationType": "STRING", "operator": "IS_EQUAL_TO", "value": "chile", "includeObjectsWithNoValueSet": False}}  # fmt: skip
    branch = {"filterBranchType": "OR", "filterBranchOperator": "OR", "filters": [], "filterBranches": [
        {"filterBranchType": "AND", "filterBranchOperator": "AND", "filters": [one], "filterBranches": []}]}  # fmt: skip
    body = {"name": "Chile", "objectTypeId": "0-1", "processingType": "DYNAMIC", "filterBranch": branch}
    id = hub("POST", lists, body)[1]["list"]["listId"]
    assert hub("GET", f"{lists}/{id}/memberships")[1]["total"] == 10
    hub.act("edit", kind="contacts", id=hub.id("contacts", "p1"), properties={"country": "Chile"})
    assert hub("GET", f"{lists}/{id}/memberships")[1]["total"] == 11
    assert hub("PUT", f"{lists}/{id}/memberships/add", [hub.id("contacts", "p2")])[0] == 400
    assert hub("POST", lists, {**body, "name": "Other", "filterBranch": None})[0] == 400


def test_finding_and_deleting_lists(hub: Any, lists: str) -> None:
    id = hub.id("lists", "manual")
    status, answer = hub("POST", f"{lists}/search", {"query": "trade", "offset": 0, "additionalProperties": []})
    assert (status, [one["listId"] for one in answer["lists"]], answer["total"]) == (200, [id], 1)
    assert answer["lists"][0]["additionalProperties"]["hs_list_size"] == "2"
    assert hub("GET", f"{lists}/{id}/")[1]["list"]["name"] == "Trade show"
    assert hub("GET", f"{lists}?listIds={id}")[1]["lists"][0]["listId"] == id
    assert hub("GET", f"{lists}/object-type-id/0-1/name/Trade%20show")[1]["list"]["listId"] == id
    assert hub("GET", f"{lists}/records/0-1/{hub.id('contacts', 'p1')}/memberships")[1]["results"][0]["listId"] == id
    body = {"inputs": [{"objectTypeId": "0-1", "recordId": hub.id("contacts", "p1")}]}
    assert (
        hub("POST", f"{lists}/records/memberships/batch/read", body)[1]["results"][0]["recordListMemberships"][0][
            "listId"
        ]
        == id
    )
    assert hub("POST", lists, {"name": "trade show", "objectTypeId": "0-1", "processingType": "MANUAL"})[0] == 409
    assert hub("POST", lists, {"name": "x", "objectTypeId": "0-1", "processingType": "MAGIC"})[0] == 400
    assert hub("PUT", f"{lists}/{id}/update-list-name?listName=Fair")[1]["updatedList"]["name"] == "Fair"
    assert hub("DELETE", f"{lists}/{id}")[0] == 204
    assert hub("GET", f"{lists}/{id}")[0] == 404
    assert hub("PUT", f"{lists}/{id}/restore")[0] == 204
    assert hub("GET", f"{lists}/{id}")[0] == 200


def test_forms_are_listed_and_read(hub: Any) -> None:
    status, answer = hub("GET", "/marketing/v3/forms?limit=1")
    assert (status, answer["results"][0]["name"]) == (200, "Request a demo")
    id = hub.id("forms", "demo")
    names = [
        field["name"]
        for group in hub("GET", f"/marketing/v3/forms/{id}")[1]["fieldGroups"]
        for field in group["fields"]
    ]
    assert names == ["email", "lastname", "message", "phone"]
    assert hub("GET", "/marketing/v3/forms/nosuch")[0] == 404


def test_submissions_come_newest_first_and_in_pages(hub: Any) -> None:
    path = f"/form-integrations/v1/submissions/forms/{hub.id('forms', 'demo')}"
    first = hub("GET", f"{path}?limit=2")[1]
    second = hub("GET", f"{path}?limit=2&after={first['paging']['next']['after']}")[1]
    texts = [row["values"][1]["value"] for row in (*first["results"], *second["results"])]
    assert texts == ["Hello 2", "Hello 1", "Hello 0"]
    assert first["results"][0]["pageUrl"] == "https://x.example.com"
    assert hub("GET", f"{path}?limit=51")[0] == 400


def test_sending_a_form_makes_or_updates_the_contact(hub: Any) -> None:
    form = hub.id("forms", "demo")
    portal = hub.sandbox.hubspot.credentials["portal_id"]
    path = f"/submissions/v3/integration/submit/{portal}/{form}"
    fields = [
        {"name": "email", "value": "new@example.com"},
        {"name": "message", "value": "Hi\nthere"},
        {"name": "extra", "value": "1"},
    ]
    assert (
        hub("POST", path, {"fields": fields, "context": {"pageUri": "https://x.example.com/demo", "pageName": "Demo"}})[
            0
        ]
        == 200
    )
    names = "message,lifecyclestage,num_conversion_events,recent_conversion_event_name,first_conversion_event_name"
    row = hub(
        "GET",
        f"/crm/v3/objects/contacts/new@example.com?idProperty=email&properties={names}&propertiesWithHistory=message",
    )[1]
    assert row["properties"]["message"] == "Hi\nthere"
    assert row["properties"]["lifecyclestage"] == "lead"
    assert row["properties"]["recent_conversion_event_name"] == "Demo: Request a demo"
    assert row["propertiesWithHistory"]["message"][0]["sourceType"] == "FORM"
    hub("POST", path, {"fields": fields, "context": {"pageName": "Other"}})
    row = hub("GET", f"/crm/v3/objects/contacts/new@example.com?idProperty=email&properties={names}")[1]
    assert row["properties"]["num_conversion_events"] == "2"
    assert row["properties"]["recent_conversion_event_name"] == "Other: Request a demo"
    assert row["properties"]["first_conversion_event_name"] == "Demo: Request a demo"
    newest = hub("GET", f"/form-integrations/v1/submissions/forms/{form}")[1]["results"][0]
    assert {"name": "extra", "value": "1", "objectTypeId": "0-1"} in newest["values"]
    assert hub("POST", path, {"fields": "x"})[0] == 400


@pytest.mark.parametrize("base", ["/conversations/v3/conversations", "/conversations/conversations/2026-09"])
def test_threads_and_their_messages(hub: Any, base: str) -> None:
    contact, thread = hub.id("contacts", "p0"), hub.id("threads", "chat")
    status, answer = hub("GET", f"{base}/threads?associatedContactId={contact}")
    assert (status, [one["id"] for one in answer["results"]]) == (200, [thread])
    assert hub("GET", f"{base}/threads/{thread}")[1]["associatedContactId"] == contact
    first = hub("GET", f"{base}/threads/{thread}/messages?limit=1")[1]
    second = hub("GET", f"{base}/threads/{thread}/messages?after={first['paging']['next']['after']}")[1]
    said = [
        (row["direction"], row["text"], row["senders"][0]["name"]) for row in (*first["results"], *second["results"])
    ]
    assert said == [("INCOMING", "Do you ship?", "Kim"), ("OUTGOING", "We do.", "Mia")]
    actor = first["results"][0]["senders"][0]["actorId"]
    assert hub("GET", f"{base}/actors/{actor}")[1]["type"] == "VISITOR"
    long = "x" * 12_000
    other = hub.act("chat", id=hub.id("contacts", "p1"), messages=[{"text": long}])
    cut = hub("GET", f"{base}/threads/{other}/messages")[1]["results"][0]
    assert (cut["truncationStatus"], len(cut["text"])) == ("TRUNCATED", 10_000)
    assert hub("GET", f"{base}/threads/{other}/messages/{cut['id']}/original-content")[1]["text"] == long
    newest = hub("GET", f"{base}/threads?sort=-latestMessageTimestamp")[1]["results"][0]
    assert newest["id"] == other
    sent = {
        "type": "MESSAGE",
        "text": "Sure",
        "senderActorId": "A-5001",
        "channelId": "1000",
        "channelAccountId": "1",
        "recipients": [],
        "attachments": [],
    }
    assert hub("POST", f"{base}/threads/{thread}/messages", sent)[0] == 201
    assert hub("POST", f"{base}/threads/{thread}/messages", {**sent, "type": "COMMENT"})[1]["type"] == "COMMENT"
    assert hub("PATCH", f"{base}/threads/{thread}", {"status": "CLOSED"})[1]["status"] == "CLOSED"
    assert hub("DELETE", f"{base}/threads/{thread}")[0] == 204
    assert hub("GET", f"{base}/threads/{thread}")[0] == 404
    assert [one["id"] for one in hub("GET", f"{base}/threads?archived=true")[1]["results"]] == [thread]
    for path in ("inboxes", "inboxes/481001", "channels", "channels/1000", "channel-accounts"):
        assert hub("GET", f"{base}/{path}")[0] == 200


def test_feedback_hangs_on_its_contact(hub: Any, objects: str) -> None:
    id = hub.act("answer_survey", id=hub.id("contacts", "p5"), properties={"hs_value": "3", "hs_content": "Slow"})
    row = hub("GET", f"{objects}/feedback_submissions/{id}?properties=hs_content,hs_value&associations=contacts")[1]
    assert (row["properties"]["hs_content"], row["properties"]["hs_value"]) == ("Slow", "3")
    assert row["associations"]["contacts"]["results"][0]["id"] == hub.id("contacts", "p5")


@pytest.mark.parametrize("base", ["/crm/v3/exports", "/crm/exports/2026-09"])
def test_an_export_is_waited_for_and_fetched_in_time(hub: Any, base: str) -> None:
    body = {
        "exportType": "VIEW", "format": "CSV", "exportName": "all", "objectType": "CONTACT", "objectProperties": ["email", "country"],
        "language": "EN", "exportInternalValuesOptions": ["NAMES"],
        "publicCrmSearchRequest": {"filters": [{"propertyName": "country", "operator": "EQ", "value": "Chile"}], "sorts": []},
    }  # fmt: skip
    status, task = hub("POST", f"{base}/export/async", body)
    assert status == 202
    path = f"{base}/export/async/tasks/{task['id']}/status"
    states = [hub("GET", path)[1]["status"]]
    for seconds in (2, 2):
        hub.sandbox.clock.advance(seconds)
        states.append(hub("GET", path)[1]["status"])
    assert states == ["PENDING", "PROCESSING", "COMPLETE"]
    link = hub("GET", path)[1]["result"]
    rows = urllib3.PoolManager().request("GET", link).data.decode().splitlines()
    assert rows[0] == "Record ID,email,country"
    assert len(rows) == 11
    assert hub("GET", f"{base}/export/{task['id']}")[1]["recordCount"] == 10
    hub.sandbox.clock.advance(600)
    assert urllib3.PoolManager().request("GET", link).status == 403
    assert (
        hub("POST", f"{base}/export/async", orjson.loads(orjson.dumps(body)) | {"objectProperties": ["nosuch"]})[0]
        == 400
    )
