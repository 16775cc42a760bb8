"""A sandbox HubSpot on a real socket; every JSON answer a test gets from it is held against HubSpot's published documents."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import orjson
import pytest
import urllib3
from hubspot_contract import faults_of

from connectors.sandbox.kernel.clock import Clock
from connectors.sandbox.launch import Sandbox
from connectors.sandbox.world import Ref, Thing, World

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
# The addresses of the stand-ins that are up, with how many of their answers were looked at.
SERVED: dict[str, int] = {}


@pytest.fixture(autouse=True)
def looked_at(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """What was wrong so far: every answer that passes urllib3 is looked at, the official client's included."""
    wrong: list[str] = []
    send = urllib3.PoolManager.request

    def request(self: urllib3.PoolManager, method: str, url: str, *given: Any, **named: Any) -> Any:
        answer = send(self, method, url, *given, **named)
        base = next((one for one in SERVED if url.startswith(f"{one}/")), None)
        if base is not None and named.get("preload_content", True):
            SERVED[base] += 1
            wrong.extend(faults_of(method, urlsplit(url).path, answer.status, answer.data))
        return answer

    monkeypatch.setattr(urllib3.PoolManager, "request", request)
    yield wrong
    assert not wrong, "\n".join(wrong)


@dataclass
class Caller:
    """Calls HubSpot with the private app's token, without retries."""

    sandbox: Sandbox
    pool: urllib3.PoolManager
    token: str

    def __call__(self, method: str, path: str, body: Any = None, **headers: str) -> tuple[int, Any]:
        """Status and JSON body (None: no body)."""
        answer = self.raw(method, path, body, **headers)
        return answer.status, orjson.loads(answer.data) if answer.data else None

    def raw(self, method: str, path: str, body: Any = None, **headers: str) -> urllib3.BaseHTTPResponse:
        raw = body if isinstance(body, bytes) else None if body is None else orjson.dumps(body)
        sent = {"authorization": f"Bearer {self.token}", "content-type": "application/json", **headers}
        return self.pool.request(
            method, self.sandbox.hubspot_url + path, body=raw, headers=sent, retries=False, timeout=10
        )

    def act(self, name: str, /, **given: Any) -> Any:
        """Let somebody act."""
        return self.sandbox.hubspot.acts[name](**given)

    def id(self, kind: str, key: str) -> str:
        """The id of a thing of the world."""
        return str(self.sandbox.hubspot.id_of(kind, key))


def a_world() -> World:
    """Two companies, thirty people, an owner, forms, a chat, a survey, a list."""
    then, later = NOW - timedelta(days=9), NOW - timedelta(days=1)
    things = [
        Thing(
            "properties",
            "contacts.budget",
            {"name": "budget", "label": "Budget", "type": "enumeration", "fieldType": "select", "groupName": "contactinformation",
             "options": [{"label": "None", "value": "none"}, {"label": "Big", "value": "big"}]},
        ),
        Thing("owners", "mia", {"email": "mia@example.com", "firstName": "Mia", "lastName": "Sandoval"}, created_at=then),
        Thing("forms", "demo", {"name": "Request a demo", "fields": ("email", "lastname", "message", "phone")}, created_at=then),
        Thing("companies", "acme", {"name": "Acme", "domain": "acme.example.com"}, created_at=then),
        Thing("companies", "bolt", {"name": "Bolt", "domain": "bolt.example.com"}, created_at=then),
    ]  # fmt: skip
    for n in range(30):
        values = {
            "email": f"p{n}@example.com",
            "firstname": "Pat" if n % 2 else "Kim",
            "lastname": f"Nr {n}",
            "lifecyclestage": "lead",
            "numemployees": "25-50",
            "country": "Norway" if n % 3 else "Chile",
            "hubspot_owner_id": Ref("owners", "mia"),
            "hs_lifecyclestage_lead_date": "2026-11-14T00:00:00.000Z",
        }
        changed = later + timedelta(minutes=n)
        links = (("companies", "acme"), ("companies", "bolt")) if n == 0 else (("companies", "acme"),) if n < 5 else ()
        things.append(Thing("contacts", f"p{n}", values, links, then, changed))
    things += [
        Thing("contacts", "gone", {"email": "gone@example.com"}, created_at=then, archived=True),
        Thing(
            "notes",
            "n0",
            {"hs_note_body": "<p>Called</p>", "hs_timestamp": "2026-11-20T00:00:00.000Z"},
            (("contacts", "p0"),),
            then,
        ),
        Thing(
            "deals",
            "d0",
            {"dealname": "Big one", "amount": "1000", "dealstage": "closedwon"},
            (("companies", "acme"),),
            then,
        ),
        Thing("tickets", "t0", {"subject": "Help", "hs_pipeline_stage": "1"}, (("contacts", "p0"),), then),
        Thing("feedback_submissions", "s0", {"hs_survey_type": "NPS", "hs_value": "9"}, (("contacts", "p0"),), then),
        Thing("lists", "manual", {"name": "Trade show"}, (("contacts", "p1"), ("contacts", "p2")), then),
        Thing("threads", "chat", {}, (("contacts", "p0"),), later),
        Thing(
            "messages",
            "m1",
            {"threadId": Ref("threads", "chat"), "text": "Do you ship?", "name": "Kim"},
            created_at=later,
        ),
        Thing(
            "messages",
            "m2",
            {"threadId": Ref("threads", "chat"), "text": "We do.", "direction": "OUTGOING", "name": "Mia"},
            created_at=later,
        ),
    ]
    for n in range(3):
        sent = [{"name": "email", "value": "p0@example.com"}, {"name": "message", "value": f"Hello {n}"}]
        values = {
            "formId": Ref("forms", "demo"),
            "submittedAt": int(later.timestamp() * 1000) + n,
            "values": sent,
            "pageUrl": "https://x.example.com",
        }
        things.append(Thing("form_submissions", f"fs{n}", values))
    return World("thirty", 1, NOW, things)


@pytest.fixture
def start() -> Iterator[Callable[..., Caller]]:
    """Starts a sandbox with the clock standing at NOW; search shows every write at once unless `lag` says otherwise."""
    opened: list[Sandbox] = []

    def open_one(world: World | None = None, limits: bool = False, lag: tuple[float, float] = (0, 0)) -> Caller:
        sandbox = Sandbox(world or a_world(), systems=("hubspot",), clock=Clock(NOW), limits=limits)
        opened.append(sandbox)
        SERVED[sandbox.hubspot_url] = 0
        sandbox.hubspot.acts["index_lag"](low=lag[0], high=lag[1])
        return Caller(sandbox, urllib3.PoolManager(), sandbox.hubspot.credentials["access_token"])

    yield open_one
    for sandbox in opened:
        looked_at = SERVED.pop(sandbox.hubspot_url)
        answered = sum(one.method not in ("ACT", "WEBHOOK") and one.status > 0 for one in sandbox.ledger.since())
        sandbox.close()
        assert looked_at == answered, f"{answered} answers, of which {looked_at} were held against the documents"


@pytest.fixture
def hub(start: Callable[..., Caller]) -> Caller:
    """A sandbox with the small world."""
    return start()


@pytest.fixture(params=["/crm/v3/objects", "/crm/objects/2026-09"], ids=["v3", "2026-09"])
def objects(request: pytest.FixtureRequest) -> str:
    """The path of CRM objects, in both styles."""
    return str(request.param)
