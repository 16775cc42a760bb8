"""A sandbox with a few contacts, and a plain client that hides nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest
import urllib3

from connectors.sandbox.launch import Sandbox
from connectors.sandbox.world import Thing, World

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
CONTACTS = 40


def a_world() -> World:
    """Forty contacts, made a day ago."""
    things = [
        Thing(
            "contacts", f"c{n}", {"email": f"p{n}@example.com", "lastname": f"N{n}"}, created_at=NOW - timedelta(days=1)
        )
        for n in range(CONTACTS)
    ]
    return World("few", 1, NOW, things)


@dataclass
class Caller:
    """Calls HubSpot and the control port without retries."""

    sandbox: Sandbox
    pool: urllib3.PoolManager

    def hubspot(self, method: str, path: str, body: Any = None, timeout: float = 5.0) -> urllib3.BaseHTTPResponse:
        headers = {"authorization": f"Bearer {self.sandbox.hubspot.credentials['access_token']}"}
        return self._send(method, self.sandbox.hubspot_url + path, body, headers, timeout)

    def control(self, method: str, path: str, body: Any = None) -> Any:
        answer = self._send(method, self.sandbox.control_url + path, body, {}, 5.0)
        return orjson.loads(answer.data) | {"_status": answer.status}

    def _send(
        self, method: str, url: str, body: Any, headers: dict[str, str], timeout: float
    ) -> urllib3.BaseHTTPResponse:
        raw = None if body is None else orjson.dumps(body)
        return self.pool.request(method, url, body=raw, headers=headers, retries=False, timeout=timeout)


@pytest.fixture
def caller() -> Iterator[Caller]:
    with Sandbox(a_world(), systems=("hubspot",), limits=False) as sandbox, urllib3.PoolManager() as pool:
        yield Caller(sandbox, pool)
