"""Webhooks that arrive: signed, out of order, more than once, again after a refusal."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from hubspot.utils.signature import Signature


@dataclass
class Receiver:
    """A web server that keeps what it is sent and answers with the statuses given, then 200."""

    url: str = ""
    statuses: list[int] = field(default_factory=list)
    requests: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    arrived: threading.Condition = field(default_factory=threading.Condition)

    def wait_for(self, count: int) -> list[dict[str, Any]]:
        """The events of the deliveries answered with 200, as soon as there are `count` different ones."""
        until = time.monotonic() + 10
        with self.arrived:
            while len({event["eventId"] for event in self.events()}) < count:
                assert self.arrived.wait(until - time.monotonic()), f"{len(self.events())} events of {count} came"
            return self.events()

    def events(self) -> list[dict[str, Any]]:
        return [event for _, body in self.requests for event in json.loads(body)]


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    kept = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            with kept.arrived:
                status = kept.statuses.pop(0) if kept.statuses else 200
                kept.requests.append((dict(self.headers), body))
                kept.arrived.notify_all()
            self.send_response(status)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    kept.url = f"http://127.0.0.1:{server.server_port}/hooks"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield kept
    server.shutdown()
    server.server_close()
    thread.join()


def subscribe(hub: Any, receiver: Receiver, *subscriptions: dict[str, Any]) -> str:
    base = f"/webhooks/v3/{hub.sandbox.hubspot.credentials['app_id']}"
    settings = {"targetUrl": receiver.url, "throttling": {"maxConcurrentRequests": 5}}
    assert hub("PUT", f"{base}/settings", settings)[0] == 200
    for one in subscriptions:
        assert hub("POST", f"{base}/subscriptions", {"active": True, **one})[0] == 201
    return base


def test_a_change_arrives_with_a_valid_signature(hub: Any, receiver: Receiver) -> None:
    hub.act("webhooks", twice=0.0)
    subscribe(
        hub,
        receiver,
        {"eventType": "contact.propertyChange", "propertyName": "phone"},
        {"eventType": "contact.creation"},
    )
    id = hub.id("contacts", "p1")
    hub("PATCH", f"/crm/v3/objects/contacts/{id}", {"properties": {"phone": "+47 1", "country": "Peru"}})
    [event] = receiver.wait_for(1)
    assert (event["subscriptionType"], event["propertyName"], event["propertyValue"]) == (
        "contact.propertyChange",
        "phone",
        "+47 1",
    )
    assert (event["objectId"], event["attemptNumber"], str(event["portalId"])) == (
        int(id),
        0,
        hub.sandbox.hubspot.credentials["portal_id"],
    )
    headers, body = receiver.requests[0]
    secret = hub.sandbox.hubspot.credentials["client_secret"]
    from_doc = Signature.get_signature(
        secret, body.decode(), "v3", receiver.url, "POST", headers["X-HubSpot-Request-Timestamp"]
    )
    assert headers["X-HubSpot-Signature-v3"] == from_doc


def test_some_come_twice_and_out_of_order(hub: Any, receiver: Receiver) -> None:
    hub.act("webhooks", twice=1.0)
    subscribe(hub, receiver, {"eventType": "contact.propertyChange", "propertyName": "phone"})
    inputs = [{"id": hub.id("contacts", f"p{n}"), "properties": {"phone": str(n)}} for n in range(30)]
    hub("POST", "/crm/v3/objects/contacts/batch/update", {"inputs": inputs})
    receiver.wait_for(30)
    until = time.monotonic() + 5
    while len(receiver.events()) < 60 and time.monotonic() < until:
        time.sleep(0.01)
    ids = [event["eventId"] for event in receiver.events()]
    assert len(ids) == 60
    assert all(ids.count(id) == 2 for id in ids)
    assert ids[:30] != sorted(ids[:30])
    assert all(len(json.loads(body)) <= 100 for _, body in receiver.requests)


def test_a_refusal_is_tried_again_but_not_one_for_good(hub: Any, receiver: Receiver) -> None:
    hub.act("webhooks", twice=0.0, retry_seconds=0.01)
    receiver.statuses = [500, 503]
    subscribe(hub, receiver, {"eventType": "contact.creation"})
    hub("POST", "/crm/v3/objects/contacts", {"properties": {"email": "a@example.com"}})
    until = time.monotonic() + 5
    while len(receiver.requests) < 3 and time.monotonic() < until:
        time.sleep(0.01)
    assert [event["attemptNumber"] for event in receiver.events()] == [0, 1, 2]
    assert len({event["eventId"] for event in receiver.events()}) == 1
    receiver.statuses = [401]
    hub("POST", "/crm/v3/objects/contacts", {"properties": {"email": "b@example.com"}})
    receiver.wait_for(2)
    time.sleep(0.1)
    assert len(receiver.requests) == 4
    kept = [entry for entry in hub.sandbox.ledger.since() if entry.method == "WEBHOOK"]
    assert [entry.status for entry in kept] == [500, 503, 200, 401]


def test_merges_deletions_and_links_tell_their_ids(hub: Any, receiver: Receiver) -> None:
    hub.act("webhooks", twice=0.0)
    kinds = ("contact.merge", "contact.deletion", "contact.privacyDeletion", "contact.associationChange")
    subscribe(hub, receiver, *({"eventType": kind} for kind in kinds))
    p1, p2, p3, p4 = (hub.id("contacts", f"p{n}") for n in (1, 2, 3, 4))
    new = hub.act("merge", kind="contacts", primary=p1, other=p2)
    hub.act("archive", kind="contacts", id=p3)
    hub("PUT", f"/crm/v4/objects/contacts/{p4}/associations/default/companies/{hub.id('companies', 'bolt')}")
    hub.act("privacy_delete", id=p4)
    events = {event["subscriptionType"]: event for event in receiver.wait_for(4)}
    assert events["contact.merge"]["newObjectId"] == int(new)
    assert events["contact.merge"]["mergedObjectIds"] == [int(p2)]
    assert events["contact.deletion"]["objectId"] == int(p3)
    assert events["contact.privacyDeletion"]["objectId"] == int(p4)
    assert events["contact.associationChange"]["toObjectId"] == int(hub.id("companies", "bolt"))


def test_subscriptions_are_managed_with_a_developer_key(hub: Any, receiver: Receiver) -> None:
    base = subscribe(hub, receiver, {"eventType": "contact.creation"})
    key = hub.sandbox.hubspot.credentials["developer_key"]
    hub.token = "none"
    assert hub("GET", f"{base}/settings")[0] == 401
    status, answer = hub("GET", f"{base}/subscriptions?hapikey={key}")
    assert (status, answer["results"][0]["eventType"]) == (200, "contact.creation")
    id = answer["results"][0]["id"]
    assert hub("PATCH", f"{base}/subscriptions/{id}?hapikey={key}", {"active": False})[1]["active"] is False
    batch = {"inputs": [{"id": int(id), "active": True}, {"id": 1, "active": True}]}
    assert hub("POST", f"{base}/subscriptions/batch/update?hapikey={key}", batch)[0] == 207
    assert hub("POST", f"{base}/subscriptions?hapikey={key}", {"eventType": "contact.propertyChange"})[0] == 400
    assert hub("DELETE", f"{base}/subscriptions/{id}?hapikey={key}")[0] == 204
    assert hub("GET", f"{base}/subscriptions/{id}?hapikey={key}")[0] == 404
    assert hub("DELETE", f"{base}/settings?hapikey={key}")[0] == 204
    assert hub("GET", f"/app-webhooks/2026-09/{base.rpartition('/')[2]}/settings?hapikey={key}")[0] == 404
    assert hub("GET", f"/webhooks/v3/1/settings?hapikey={key}")[0] == 404
