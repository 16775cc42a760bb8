"""Fixtures around the throw-away server."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from throwaway import Act, PlainDialect, QuietClock, TinyServer

from connectors.http import Hosts, Remote, Transport, Wire


@pytest.fixture
def serve() -> Iterator[Callable[[Act], TinyServer]]:
    servers: list[TinyServer] = []

    def start(act: Act) -> TinyServer:
        servers.append(TinyServer(act))
        return servers[-1]

    yield start
    for server in servers:
        server.close()


@pytest.fixture
def clock() -> QuietClock:
    return QuietClock()


@pytest.fixture
def remote(clock: QuietClock) -> Callable[..., Remote]:
    """A `Remote` for a server's URL, with the quiet clock unless told otherwise."""

    def make(url: str, transport: Transport | None = None, **options: object) -> Remote:
        settings: dict[str, object] = {"clock": clock, **options}
        return Remote(PlainDialect(), transport or Wire(), Hosts(url, ()), **settings)  # type: ignore[arg-type]

    return make
