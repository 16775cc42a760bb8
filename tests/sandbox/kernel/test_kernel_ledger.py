"""The ledger tells a judge what was written, by whom, what stood there before, and whether the client heard of it."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import orjson
import pytest
import urllib3
from conftest import NOW

from connectors.sandbox.kernel.clock import Clock
from connectors.sandbox.kernel.faults import Fault
from connectors.sandbox.kernel.pages import Pages
from connectors.sandbox.launch import Sandbox

CONTACTS = "/crm/v3/objects/contacts"


def told(sandbox: Sandbox, method: str) -> list[Any]:
    return [entry for entry in sandbox.ledger.since() if entry.method == method]


def soon(holds: Callable[[], bool]) -> None:
    """Wait until the sandbox has got so far."""
    for _ in range(250):
        if holds():
            return
        time.sleep(0.02)


def shapes(entry: Any) -> list[tuple[str, str, Any, Any]]:
    return [(one.what, one.kind, dict(one.values), dict(one.before)) for one in entry.effects]


def test_an_update_and_a_deletion_tell_what_stood_there(caller: Any) -> None:
    caller.hubspot("PATCH", f"{CONTACTS}/101", {"properties": {"lastname": "New", "phone": "1"}})
    caller.hubspot("DELETE", f"{CONTACTS}/101")
    [update] = told(caller.sandbox, "PATCH")
    assert (update.by, update.delivered) == ("private app", True)
    assert shapes(update) == [
        ("updated", "contacts", {"lastname": "New", "phone": "1"}, {"lastname": "N0", "phone": None})
    ]
    [gone] = shapes(told(caller.sandbox, "DELETE")[0])
    assert gone[:2] == ("deleted", "contacts")
    assert gone[3] == {"email": "p0@example.com", "lastname": "New", "phone": "1"}


def test_what_a_link_brings_with_it_is_told(caller: Any) -> None:
    company = orjson.loads(caller.hubspot("POST", "/crm/v3/objects/companies", {"properties": {"name": "A"}}).data)[
        "id"
    ]
    link = {"to": {"id": company}, "types": [{"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": 279}]}
    caller.hubspot("POST", CONTACTS, {"properties": {"email": "n@example.com"}, "associations": [link]})
    effects = shapes(told(caller.sandbox, "POST")[-1])
    assert [one[:2] for one in effects[:2]] == [("created", "contacts"), ("linked", "contacts→companies")]
    assert effects[1][2]["to_id"] == company


def test_a_merge_keeps_both_parts(caller: Any) -> None:
    caller.hubspot("POST", f"{CONTACTS}/merge", {"primaryObjectId": "101", "objectIdToMerge": "102"})
    [(what, _, values, before)] = shapes(told(caller.sandbox, "POST")[0])
    assert (what, values["primary"], values["other"]) == ("merged", "101", "102")
    assert (before["101"]["lastname"], before["102"]["lastname"]) == ("N0", "N1")


def test_a_client_that_left_was_not_answered(caller: Any) -> None:
    caller.sandbox.faults.add(Fault("latency", params={"seconds": 0.4}))
    with pytest.raises(urllib3.exceptions.ReadTimeoutError):
        caller.hubspot("PATCH", f"{CONTACTS}/101", {"properties": {"phone": "2"}}, timeout=0.1)
    caller.pool.clear()
    soon(lambda: bool(told(caller.sandbox, "PATCH")))
    [entry] = told(caller.sandbox, "PATCH")
    assert (entry.status, entry.handled, entry.delivered, len(entry.effects)) == (0, 200, False, 1)


def test_a_dripped_answer_is_delivered_when_it_has_dripped(caller: Any) -> None:
    caller.sandbox.faults.add(Fault("slow_drip", params={"seconds": 0.0}))
    assert caller.hubspot("GET", f"{CONTACTS}/101").status == 200
    soon(lambda: told(caller.sandbox, "GET")[0].delivered is not None)
    assert told(caller.sandbox, "GET")[0].delivered is True
    caller.sandbox.faults.clear()
    caller.pool.clear()
    caller.sandbox.faults.add(Fault("truncated"))
    with pytest.raises(urllib3.exceptions.HTTPError):
        caller.hubspot("GET", f"{CONTACTS}/101")
    assert told(caller.sandbox, "GET")[1].delivered is False


def test_an_answer_that_comes_twice_stands_where_the_next_should_be(caller: Any) -> None:
    caller.sandbox.faults.add(Fault("duplicate_reply", count=1))
    place = urlsplit(caller.sandbox.hubspot_url)
    token = caller.sandbox.hubspot.credentials["access_token"]
    with socket.create_connection((place.hostname, place.port), timeout=5) as sock, sock.makefile("rb") as answers:
        seen = []
        for id in (101, 102, 103):
            sock.sendall(f"GET {CONTACTS}/{id} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n\r\n".encode())
            head = b"".join(iter(answers.readline, b"\r\n")).lower()
            length = int(head.partition(b"content-length:")[2].partition(b"\r\n")[0])
            seen.append(orjson.loads(answers.read(length))["id"])
    assert seen == ["101", "101", "102"]
    soon(lambda: len(told(caller.sandbox, "GET")) == 3)
    assert [entry.path[-3:] for entry in told(caller.sandbox, "GET")] == ["101", "102", "103"]


def test_half_a_request_is_no_request(caller: Any) -> None:
    place = urlsplit(caller.sandbox.hubspot_url)
    with socket.create_connection((place.hostname, place.port), timeout=5) as sock:
        sock.sendall(b"PATCH /crm/v3/objects/contacts/101 HTTP/1.1\r\nHost: x\r\nContent-Length: 90\r\n\r\n{")
    soon(lambda: bool(told(caller.sandbox, "PATCH")))
    [entry] = told(caller.sandbox, "PATCH")
    assert (entry.status, entry.handled, entry.delivered, entry.effects) == (0, 0, False, ())


def test_the_same_page_is_shuffled_the_same_way_again() -> None:
    body = orjson.dumps({"results": [{"id": str(number)} for number in range(20)]})
    first = Pages().spoil("shuffled_page", "GET /x", body, {})
    pages = Pages()
    pages.spoil("shuffled_page", "GET /y", body, {})
    assert pages.spoil("shuffled_page", "GET /x", body, {}) == first != body
    assert pages.spoil("shuffled_page", "GET /x", body, {"seed": 1}) != first


@pytest.fixture
def org() -> Any:
    with Sandbox(systems=("salesforce",), clock=Clock(NOW), limits=False) as sandbox, urllib3.PoolManager() as pool:
        keys = sandbox.salesforce.credentials
        form = {"grant_type": "client_credentials", **{key: keys[key] for key in ("client_id", "client_secret")}}
        token = pool.request(
            "POST", f"{sandbox.salesforce_url}/services/oauth2/token", fields=form, encode_multipart=False
        )

        def call(method: str, path: str, body: Any = None) -> Any:
            headers = {"authorization": f"Bearer {token.json()['access_token']}"}
            answer = pool.request(
                method, f"{sandbox.salesforce_url}/services/data/v65.0/{path}", json=body, headers=headers
            )
            return answer.json() if answer.data else None

        yield sandbox, call


def test_salesforce_tells_the_user_the_flow_and_what_stood_there(org: Any) -> None:
    sandbox, call = org
    sandbox.salesforce.acts["rules"](automations=[{"object": "Lead", "set": {"Rating": "Hot"}, "on": ["update"]}])
    lead = call("POST", "sobjects/Lead", {"LastName": "A", "Company": "B"})["id"]
    call("PATCH", f"sobjects/Lead/{lead}", {"Title": "CEO"})
    [update] = told(sandbox, "PATCH")
    assert update.by == sandbox.salesforce.credentials["username"]
    assert shapes(update) == [
        ("updated", "Lead", {"Title": "CEO"}, {"Title": None}),
        ("automated", "Lead", {"Rating": "Hot"}, {"Rating": None}),
    ]
    call("DELETE", f"sobjects/Lead/{lead}")
    [(what, _, _, before)] = shapes(told(sandbox, "DELETE")[0])
    assert (what, before["Title"], before["Company"]) == ("deleted", "CEO", "B")


def test_a_conversion_tells_every_record_it_touches(org: Any) -> None:
    sandbox, call = org
    lead = call("POST", "sobjects/Lead", {"LastName": "A", "Company": "B"})["id"]
    call("POST", "sobjects/Task", {"WhoId": lead, "Subject": "Call"})
    sandbox.salesforce.acts["convert"](record=lead, opportunity="Deal")
    entry = told(sandbox, "ACT")[-1]
    assert entry.by == sandbox.salesforce.credentials["username"]
    assert [(one[0], one[1]) for one in shapes(entry)] == [
        ("created", "Account"),
        ("created", "Contact"),
        ("created", "Opportunity"),
        ("created", "OpportunityContactRole"),
        ("updated", "Task"),
        ("converted", "Lead"),
    ]
    assert shapes(entry)[-1][3]["IsConverted"] is False


def test_what_an_admin_does_to_the_schema_is_told(org: Any) -> None:
    sandbox, _ = org
    acts = sandbox.salesforce.acts
    acts["add_field"](object="Lead", name="X__c", metadata={"label": "X", "type": "Text", "length": 5})
    acts["narrow_picklist"](object="Lead", field="Rating", keep=["Hot"])
    acts["revoke_field"](object="Lead", field="X__c")
    acts["drop_field"](object="Lead", field="X__c")
    lines = [shapes(entry)[0] for entry in told(sandbox, "ACT") if entry.effects]
    assert [one[0] for one in lines] == ["created", "updated", "revoked", "deleted"]
    assert (lines[1][2], lines[1][3]) == ({"values": ["Hot"]}, {"values": ["Hot", "Warm", "Cold"]})
