"""A tiny org on a real socket whose answers a test writes itself, a clock that does not wait, and ways to log in."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from connectors.http import Clock
from connectors.salesforce import ClientCredentials, Salesforce

TOKEN = "/services/oauth2/token"


class NoWait(Clock):
    """A clock whose sleeps only move its hands."""

    def __init__(self) -> None:
        self._slept = 0.0

    def monotonic(self) -> float:
        return super().monotonic() + self._slept

    def sleep(self, seconds: float) -> None:
        self._slept += seconds


@dataclass
class Asked:
    """One request as it arrived."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes
    raw: str = ""

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Told:
    """An answer: a dict or list goes as JSON, a string as a page. `drip` sends a byte each so many seconds; `lose` sends nothing."""

    status: int = 200
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)
    drip: float = 0.0
    lose: bool = False


Answers = Callable[[Asked], Told]


class StubOrg:
    """Serves `answers` on loopback; logins succeed with a new token each, unless `answers` says otherwise."""

    def __init__(self) -> None:
        self.answers: Answers = lambda asked: Told(404, [{"errorCode": "NOT_FOUND", "message": "no"}])
        self.login: Answers | None = None
        self.asked: list[Asked] = []
        self.logins = 0
        self._lock = threading.Lock()
        org = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            wbufsize = 1 << 16  # head and body in one piece

            def _serve(self) -> None:
                parts = urlsplit(self.path)
                query = {name: values[0] for name, values in parse_qs(parts.query, keep_blank_values=True).items()}
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                asked = Asked(
                    self.command, parts.path, query, {k.lower(): v for k, v in self.headers.items()}, body, self.path
                )
                _tell(self, org.answer(asked))

            do_GET = do_POST = do_PATCH = do_PUT = _serve

            def log_message(self, *_args: Any) -> None:
                return

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def answer(self, asked: Asked) -> Told:
        with self._lock:
            if asked.path == TOKEN:
                self.logins += 1
                number = self.logins
            else:
                self.asked.append(asked)
        if asked.path != TOKEN:
            return self.answers(asked)
        if self.login is not None:
            return self.login(asked)
        return Told(200, {"access_token": f"token-{number}", "instance_url": self.url})

    def client(self, **options: Any) -> Salesforce:
        """A client of this org that does not wait between its tries."""
        options.setdefault("clock", NoWait())
        return Salesforce(ClientCredentials("key", "secret", "acme.my"), base_url=self.url, **options)

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


def _tell(handler: BaseHTTPRequestHandler, told: Told) -> None:
    if told.lose:
        handler.close_connection = True
        return
    page = isinstance(told.body, (str, bytes))
    raw = (
        b""
        if told.body is None
        else told.body
        if isinstance(told.body, bytes)
        else (told.body.encode() if isinstance(told.body, str) else json.dumps(told.body).encode())
    )
    handler.send_response(told.status)
    kinds = {"Content-Type": "text/html" if page else "application/json", **told.headers}
    for name, value in kinds.items():
        handler.send_header(name, value)
    if told.status != 204:
        handler.send_header("Content-Length", str(len(raw)))
    handler.end_headers()
    if not told.drip:
        handler.wfile.write(raw)
        return
    pause = threading.Event()
    try:
        for byte in raw:
            handler.wfile.write(bytes((byte,)))
            handler.wfile.flush()
            pause.wait(told.drip)
    except OSError:  # the client hung up, as it should
        handler.close_connection = True
