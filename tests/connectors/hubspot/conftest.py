"""A sandbox HubSpot on a real socket, filled by hand, and the client on it in both path styles."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest

from connectors.http import Clock
from connectors.hubspot import HubSpot
from connectors.sandbox.kernel.clock import Clock as SandboxClock
from connectors.sandbox.launch import Sandbox
from connectors.sandbox.world import Thing, World

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


class HastyClock(Clock):
    """Notes every wait and does not wait."""

    def __init__(self) -> None:
        self.slept: list[float] = []

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)


@pytest.fixture
def hasty() -> HastyClock:
    return HastyClock()


@pytest.fixture
def portal() -> Iterator[Callable[..., Sandbox]]:
    """Starts a sandbox with these things, its clock standing at NOW unless `clock` says otherwise."""
    opened: list[Sandbox] = []

    def open_with(*things: Thing, clock: SandboxClock | None = None, limits: bool = False) -> Sandbox:
        clock = clock or SandboxClock(NOW)
        world = World("by hand", 1, clock.now(), hubspot=things)
        opened.append(Sandbox(world, systems=("hubspot",), clock=clock, limits=limits))
        opened[-1].hubspot.acts["index_lag"](low=0, high=0)
        return opened[-1]

    yield open_with
    for sandbox in opened:
        sandbox.close()


@pytest.fixture(params=["v3", "2026-09"])
def api(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def client(api: str, hasty: HastyClock) -> Callable[..., HubSpot]:
    """The client of a sandbox; waits are noted, not waited."""

    def connect(sandbox: Sandbox, **options: object) -> HubSpot:
        settings: dict[str, object] = {"api": api, "limits": False, "clock": hasty, **options}
        token = sandbox.state["credentials"]["hubspot"]["access_token"]
        return HubSpot(token, base_url=sandbox.hubspot_url, **settings)  # type: ignore[arg-type]

    return connect
