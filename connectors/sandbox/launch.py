"""Starts the sandbox: both servers and the control port, in one thread of this process, on free ports or given ones."""

from __future__ import annotations

import asyncio
import gc
import importlib
import socket
import threading
from collections.abc import Iterable, Mapping
from types import TracebackType
from typing import Any, Protocol, Self

import uvicorn
import uvloop

from connectors.sandbox.kernel.clock import Clock
from connectors.sandbox.kernel.control import Act, Control
from connectors.sandbox.kernel.faults import Faults
from connectors.sandbox.kernel.gate import App, Gate
from connectors.sandbox.kernel.ledger import Ledger
from connectors.sandbox.kernel.wire import SandboxProtocol
from connectors.sandbox.world import World

SYSTEMS: Mapping[str, str] = {
    "hubspot": "connectors.sandbox.hubspot.server:HubSpotServer",
    "salesforce": "connectors.sandbox.salesforce.server:SalesforceServer",
}
HOST = "127.0.0.1"
_READY_SECONDS = 30


class StandIn(Protocol):
    """What each server offers: an ASGI app, the acts of the people in it, and what to log in with."""

    app: App
    acts: Mapping[str, Act]
    credentials: Mapping[str, str]


class Sandbox:
    """HubSpot and Salesforce on this machine, until `close()`.

    `world` is loaded before the ports open. Port 0 picks a free one. `limits` switches the call limits of both systems
    (on by default, as in the real ones); `light` keeps the ledger small for big benches. `hubspot` and `salesforce` are
    the servers themselves, for tests; `clock`, `ledger` and `faults` are shared by both.
    """

    def __init__(
        self,
        world: World | None = None,
        hubspot_port: int = 0,
        salesforce_port: int = 0,
        control_port: int = 0,
        *,
        systems: Iterable[str] = ("hubspot", "salesforce"),
        clock: Clock | None = None,
        seed: int = 0,
        limits: bool = True,
        light: bool = False,
    ) -> None:
        self.clock = clock or Clock()
        self.ledger = Ledger(light=light)
        self.faults = Faults(seed)
        self._servers = {name: self._make(name) for name in systems}
        self.hubspot: Any = self._servers.get("hubspot")
        self.salesforce: Any = self._servers.get("salesforce")
        if world is not None:
            self._load(world)
        for server in self._servers.values():
            if "limits" in server.acts:
                server.acts["limits"](enabled=limits)
        acts = {name: one.acts for name, one in self._servers.items()} | {
            "world": {"id_of": self.id_of, "writes": self.writes}
        }
        own = {name: getattr(server, "own_faults", {}) for name, server in self._servers.items()}
        control = Control(self.clock, self.ledger, self.faults, acts, own)
        self._host = _Host()
        ports = {"hubspot": hubspot_port, "salesforce": salesforce_port}
        urls = {
            name: self._host.add(Gate(server.app, name, self.clock, self.ledger, self.faults), ports[name])
            for name, server in self._servers.items()
        }
        self.hubspot_url = urls.get("hubspot", "")
        self.salesforce_url = urls.get("salesforce", "")
        self.control_url = self._host.add(control.app, control_port)
        for name, server in self._servers.items():
            if hasattr(server, "opened"):
                server.opened(urls[name])
        self._host.start()

    def _make(self, name: str) -> StandIn:
        """A server by name. Imported here, so that a test of one system needs nothing of the other."""
        module, _, kind = SYSTEMS[name].partition(":")
        made: StandIn = getattr(importlib.import_module(module), kind)(self.clock, self.ledger, self.faults)
        return made

    def _load(self, world: World) -> None:
        """Fill both servers. The collector rests meanwhile: a million records would make it search for garbage that is not there."""
        gc.disable()
        try:
            if self.hubspot is not None:
                self.hubspot.load(world.hubspot)
            if self.salesforce is not None:
                self.salesforce.load(world.salesforce, world.salesforce_rules)
        finally:
            gc.enable()
        gc.freeze()

    def id_of(self, system: str, kind: str, key: str) -> str:
        """The id that the world's thing `key` has here, e.g. of a landmark."""
        server: Any = self._servers[system]
        return str(server.id_of(kind, key))

    def writes(self) -> int:
        """How many records clients have changed so far; what people did in the sandbox does not count."""
        return sum(len(entry.effects) for entry in self.ledger.since(0) if entry.method != "ACT")

    @property
    def state(self) -> dict[str, Any]:
        """Where the sandbox is and what to log in with, for a client in another process."""
        return {
            "hubspot_url": self.hubspot_url,
            "salesforce_url": self.salesforce_url,
            "control_url": self.control_url,
            "credentials": {name: dict(server.credentials) for name, server in self._servers.items()},
        }

    def close(self) -> None:
        """Close the ports and stop whatever the servers still send of themselves."""
        for server in self._servers.values():
            if hasattr(server, "close"):
                server.close()
        self._host.close()
        # What was loaded may be collected again, where a process opens many sandboxes one after another.
        gc.unfreeze()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, wrong: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class _Host:
    """The thread and event loop in which the apps are served."""

    def __init__(self) -> None:
        self._served: list[tuple[uvicorn.Server, socket.socket]] = []
        self._thread = threading.Thread(target=self._run, name="sandbox", daemon=True)
        self._failed: BaseException | None = None

    def add(self, app: Any, port: int) -> str:
        """Bind a port for an app and return its address."""
        sock = socket.socket()
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.bind((HOST, port))
        config = uvicorn.Config(
            app,
            http=SandboxProtocol,
            lifespan="off",
            access_log=False,
            log_config=None,
            proxy_headers=False,
            server_header=False,
            date_header=False,
            timeout_keep_alive=75,
            timeout_graceful_shutdown=1,
        )
        self._served.append((uvicorn.Server(config), sock))
        return f"http://{HOST}:{sock.getsockname()[1]}"

    def start(self) -> None:
        """Serve; returns when every port answers."""
        self._thread.start()
        waiting = threading.Event()
        for _ in range(_READY_SECONDS * 100):
            if self._failed is not None:
                raise RuntimeError("the sandbox did not start") from self._failed
            if all(server.started for server, _ in self._served):
                return
            waiting.wait(0.01)
        raise RuntimeError(f"the sandbox did not start within {_READY_SECONDS} seconds")

    def _run(self) -> None:
        loop = uvloop.new_event_loop()
        asyncio.set_event_loop(loop)
        try:
            loop.run_until_complete(self._serve())
        except BaseException as wrong:  # the starter must hear of it, whatever it is
            self._failed = wrong
        finally:
            loop.close()

    async def _serve(self) -> None:
        await asyncio.gather(*(server.serve(sockets=[sock]) for server, sock in self._served))

    def close(self) -> None:
        for server, _ in self._served:
            server.should_exit = True
        self._thread.join(timeout=10)
        for _, sock in self._served:
            sock.close()
