"""Webhooks as HubSpot sends them: signed, in arrays of up to a hundred, out of order, some more than once, again when refused."""

from __future__ import annotations

import base64
import hashlib
import hmac
import queue
import random
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson
import urllib3

from connectors.sandbox.hubspot.auth import Auth
from connectors.sandbox.hubspot.numerals import is_number
from connectors.sandbox.hubspot.portal import APP_ID, PORTAL_ID, Event, Portal
from connectors.sandbox.hubspot.problems import Problem, invalid, not_found
from connectors.sandbox.hubspot.shapes import whole
from connectors.sandbox.kernel.clock import Clock, iso_ms
from connectors.sandbox.kernel.ledger import Call, Ledger

BATCH = 100
# A delivery refused with one of these is not tried again.
NOT_RETRIED = frozenset({400, 401, 403, 404, 405})
EVENT_TYPES = (
    "creation", "deletion", "privacyDeletion", "propertyChange", "merge", "restore", "associationChange",
)  # fmt: skip
_FIRST_SUBSCRIPTION = 9_001


@dataclass(slots=True)
class Manner:
    """How deliveries go: the share sent twice, whether batches are shuffled, seconds between tries, how many tries."""

    twice: float = 0.2
    shuffled: bool = True
    gather_seconds: float = 0.05
    retry_seconds: float = 0.5
    tries: int = 5


class Webhooks:
    """The app's subscriptions, and the thread that delivers. Nothing is sent before a target and a subscription are set."""

    def __init__(self, clock: Clock, auth: Auth, ledger: Ledger, portal: Portal, seed: int = 0) -> None:
        self.subscriptions: dict[int, dict[str, Any]] = {}
        self.settings: dict[str, Any] | None = None
        self.manner = Manner()
        self._clock = clock
        self._auth = auth
        self._ledger = ledger
        self._portal = portal
        self._rng = random.Random(seed)
        self._events: queue.SimpleQueue[dict[str, Any] | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        self._closed = threading.Event()
        self._next_event = 100_001
        portal.listeners.append(self.heard)

    def subscribe(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """Add a subscription; raises 400."""
        kind, _, what = str(given.get("eventType", "")).partition(".")
        if what not in (*EVENT_TYPES, "newMessage"):
            raise invalid(f"Invalid eventType {given.get('eventType')}")
        if what == "propertyChange" and not given.get("propertyName"):
            raise invalid("propertyName is required for propertyChange subscriptions")
        id = _FIRST_SUBSCRIPTION + len(self.subscriptions)
        made: dict[str, Any] = {
            "id": str(id),
            "eventType": f"{kind}.{what}",
            "active": bool(given.get("active", False)),
            "createdAt": iso_ms(self._clock.now()),
        }
        for key in ("propertyName", "objectTypeId"):
            if given.get(key):
                made[key] = str(given[key])
        self.subscriptions[id] = made
        return made

    def find(self, id: str) -> dict[str, Any]:
        """A subscription; raises 404."""
        if not is_number(id) or int(id) not in self.subscriptions:
            raise not_found(f"Subscription {id} does not exist")
        return self.subscriptions[int(id)]

    def target(self) -> dict[str, Any]:
        """The app's webhook settings; raises 404 where there are none."""
        if self.settings is None:
            raise not_found("The app has no webhook settings")
        return self.settings

    def heard(self, event: Event) -> None:
        """Queue an event for every active subscription it fits."""
        if self.settings is None or not self.subscriptions:
            return
        kind = self._portal.store(event.kind).kind
        what = {"change": "propertyChange"}.get(event.what, event.what)
        for id, one in self.subscriptions.items():
            who, _, wanted = one["eventType"].partition(".")
            fits_kind = who == kind.singular or (who == "object" and one.get("objectTypeId") in (None, kind.type_id))
            if not one["active"] or wanted != what or not fits_kind:
                continue
            if wanted == "propertyChange" and one["propertyName"] != event.name:
                continue
            self._events.put(self._body(event, id, one["eventType"]))
            self._run()

    def _body(self, event: Event, subscription: int, type_: str) -> dict[str, Any]:
        self._next_event += 1
        body: dict[str, Any] = {
            "eventId": self._next_event,
            "subscriptionId": subscription,
            "portalId": PORTAL_ID,
            "appId": APP_ID,
            "occurredAt": self._clock.now_ms(),
            "subscriptionType": type_,
            "attemptNumber": 0,
            "objectId": event.id,
            "changeSource": event.source,
        }
        if event.what == "change":
            body |= {"propertyName": event.name, "propertyValue": event.value}
        return body | dict(event.more or {})

    def _run(self) -> None:
        if self._thread is None and not self._closed.is_set():
            self._thread = threading.Thread(target=self._deliver_all, name="hubspot-webhooks", daemon=True)
            self._thread.start()

    def close(self) -> None:
        """Stop delivering."""
        self._closed.set()
        self._events.put(None)
        if self._thread is not None:
            self._thread.join(timeout=5)

    def _deliver_all(self) -> None:
        pool = urllib3.PoolManager(timeout=urllib3.Timeout(5), retries=False)
        while not self._closed.is_set():
            gathered = self._gather()
            if not gathered:
                continue
            if self.manner.shuffled:
                self._rng.shuffle(gathered)
            self._deliver(pool, gathered)
            again = [one for one in gathered if self._rng.random() < self.manner.twice]
            if again and not self._closed.is_set():
                self._deliver(pool, again)
        pool.clear()

    def _gather(self) -> list[dict[str, Any]]:
        """Wait for an event, then take what else comes in a moment."""
        found: list[dict[str, Any]] = []
        event = self._events.get()
        while event is not None:
            found.append(event)
            if len(found) == BATCH:
                break
            try:
                event = self._events.get(timeout=self.manner.gather_seconds)
            except queue.Empty:
                break
        return found

    def _deliver(self, pool: urllib3.PoolManager, events: list[dict[str, Any]]) -> None:
        for attempt in range(self.manner.tries):
            if self.settings is None:
                return
            url = str(self.settings["targetUrl"])
            body = orjson.dumps([{**event, "attemptNumber": attempt} for event in events])
            status = self._post(pool, url, body)
            call = Call("hubspot", "WEBHOOK", urllib3.util.parse_url(url).path or "/")
            call.notes = {"events": [event["eventId"] for event in events], "attempt": attempt}
            self._ledger.write(call, self._clock.now(), status, status)
            if 200 <= status < 300 or status in NOT_RETRIED:
                return
            self._closed.wait(self.manner.retry_seconds)

    def _post(self, pool: urllib3.PoolManager, url: str, body: bytes) -> int:
        """Send one delivery; gives the status, 0 where there was no answer."""
        headers = signed(self._auth.client_secret, "POST", url, body, self._clock.now_ms())
        try:
            return pool.request("POST", url, body=body, headers=headers).status
        except urllib3.exceptions.HTTPError:
            return 0


def signed(secret: str, method: str, url: str, body: bytes, at_ms: int) -> dict[str, str]:
    """The headers HubSpot signs a delivery with: version 3 of the signature, and version 1 beside it."""
    source = f"{method}{url}".encode() + body + str(at_ms).encode()
    signature = base64.b64encode(hmac.new(secret.encode(), source, hashlib.sha256).digest()).decode()
    return {
        "Content-Type": "application/json",
        "User-Agent": "HubSpot Connect 2.0 (http://dev.hubspot.com/) (namespace: webhooks-nio-http-client)",
        "X-HubSpot-Signature-v3": signature,
        "X-HubSpot-Request-Timestamp": str(at_ms),
        "X-HubSpot-Signature": hashlib.sha256(secret.encode() + body).hexdigest(),
        "X-HubSpot-Signature-Version": "v1",
    }


def settings_from(given: Mapping[str, Any], now: str, before: Mapping[str, Any] | None) -> dict[str, Any]:
    """Webhook settings from their API form; raises 400. Sandbox targets may be plain HTTP, which HubSpot's may not."""
    url = str(given.get("targetUrl", ""))
    if not url.startswith(("http://", "https://")):
        raise Problem(400, "targetUrl must be a URL", "VALIDATION_ERROR")
    throttling = given.get("throttling") or {}
    if not isinstance(throttling, Mapping):
        raise Problem(400, "throttling must be an object", "VALIDATION_ERROR")
    most = whole(throttling.get("maxConcurrentRequests"), "maxConcurrentRequests", 10)
    created = str((before or {}).get("createdAt", now))
    return {"targetUrl": url, "throttling": {"maxConcurrentRequests": most}, "createdAt": created, "updatedAt": now}
