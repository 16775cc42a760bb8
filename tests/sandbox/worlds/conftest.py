"""The full demo world, made once."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from connectors.sandbox.world import Thing, World
from connectors.sandbox.worlds import make

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)


@pytest.fixture(scope="session")
def demo() -> World:
    return make("demo", now=NOW)


@pytest.fixture(scope="session")
def by_key(demo: World) -> dict[tuple[str, str, str], Thing]:
    """(system, kind, key) → thing."""
    found = {("hubspot", one.kind, one.key): one for one in demo.hubspot}
    return found | {("salesforce", one.kind, one.key): one for one in demo.salesforce}
