"""What monitoring asks over HTTP: `/healthz`, `/readyz`, `/metrics`. Answers come from memory, so that they come while the database hangs."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Mapping
from datetime import datetime

import orjson
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bridge.daemon.metrics import Metrics
from bridge.daemon.signs import Signs, sick, unready
from bridge.errors import UsageError
from bridge.settings.schedule import Schedule


def probes(
    signs: Signs, schedule: Schedule, deadline: float, metrics: Metrics, clock: Callable[[], datetime]
) -> Starlette:
    """The three pages. 200 is yes, 503 is no, with the reasons."""

    def reasons() -> list[str]:
        return unready(signs, schedule, deadline, clock(), time.monotonic())

    async def healthz(_request: Request) -> Response:
        return _answer({"healthy": True}, sick(signs, time.monotonic()), "healthy")

    async def readyz(_request: Request) -> Response:
        running = signs.running
        told = {
            "ready": True,
            "last_success": signs.last_success,
            "running": running and {"job": running.job, "seconds": round(time.monotonic() - running.since, 1)},
        }
        return _answer(told, reasons(), "ready")

    async def page(_request: Request) -> Response:
        last = None if signs.last_success is None else signs.last_success.timestamp()
        return Response(metrics.page(last, not reasons()), media_type="text/plain; version=0.0.4")

    return Starlette(routes=[Route("/healthz", healthz), Route("/readyz", readyz), Route("/metrics", page)])


def _answer(told: Mapping[str, object], reasons: list[str], word: str) -> Response:
    body = orjson.dumps({**told, word: not reasons, "reasons": reasons}) + b"\n"
    return Response(body, 503 if reasons else 200, media_type="application/json")


class ProbeServer:
    """Serves the probes in a thread of its own."""

    def __init__(self, app: Starlette, host: str, port: int) -> None:
        """Raises UsageError when the port cannot be had; port 0 takes a free one."""
        self._socket = _listen(host, port)
        self.port = int(self._socket.getsockname()[1])
        config = uvicorn.Config(
            app, lifespan="off", access_log=False, log_config=None, server_header=False, timeout_graceful_shutdown=1
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(
            target=self._server.run, kwargs={"sockets": [self._socket]}, name="probes", daemon=True
        )

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._server.should_exit = True
        self._thread.join(2)
        self._socket.close()


def _listen(host: str, port: int) -> socket.socket:
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        made = socket.socket(family, socket.SOCK_STREAM)
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.bind((host, port))
        made.listen()
    except (OSError, OverflowError) as problem:
        why = problem.strerror if isinstance(problem, OSError) else "a port is a number from 0 to 65535"
        raise UsageError(
            f"{host}:{port} cannot be listened on ({why})",
            "Name a free one with --port, and this machine with --host.",
        ) from None
    return made
