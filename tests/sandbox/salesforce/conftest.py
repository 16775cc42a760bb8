"""An org on a real port, a session logged in to it, and the real library."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from org_clients import NOW, PlainHttp, Rest
from simple_salesforce import Salesforce

from connectors.sandbox.kernel.clock import Clock
from connectors.sandbox.launch import Sandbox


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(systems=("salesforce",), clock=Clock(NOW)) as made:
        yield made


@pytest.fixture
def rest(sandbox: Sandbox) -> Rest:
    return Rest(sandbox)


@pytest.fixture
def library(sandbox: Sandbox) -> Salesforce:
    """simple_salesforce, logged in with client credentials."""
    keys = sandbox.salesforce.credentials
    return Salesforce(
        consumer_key=keys["client_id"],
        consumer_secret=keys["client_secret"],
        domain="sandbox.my",
        version="65.0",
        session=PlainHttp(sandbox.salesforce_url),
    )
