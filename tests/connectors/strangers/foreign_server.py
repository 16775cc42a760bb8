"""A plain HTTP server that none of our other code knows: it speaks HTTP/1.0 and sends neither `Date` nor `Server`."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit


@dataclass
class Call:
    method: str
    path: str
    query: dict[str, list[str]]
    body: Any
    headers: dict[str, str]


@dataclass
class Reply:
    """`body` None sends no body at all; bytes go as they are."""

    body: Any = None
    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()


class ForeignServer:
    """Hands each call to `reply`: `answer`, which a subclass brings, unless a test has it say something else."""

    def __init__(self) -> None:
        self.calls: list[Call] = []
        self.reply: Callable[[Call], Reply] = self.answer
        server = self

        class Handler(BaseHTTPRequestHandler):
            def _serve(self) -> None:
                parts = urlsplit(self.path)
                raw = self.rfile.read(int(self.headers.get("content-length") or 0))
                body = json.loads(raw) if raw[:1] in (b"{", b"[") else raw.decode()
                headers = {name.lower(): value for name, value in self.headers.items()}
                call = Call(self.command, unquote(parts.path), parse_qs(parts.query), body, headers)
                server.calls.append(call)
                self._send(server.reply(call))

            do_GET = do_POST = do_PATCH = do_PUT = do_DELETE = _serve

            def _send(self, reply: Reply) -> None:
                body = reply.body
                raw = b"" if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
                self.send_response_only(reply.status)
                for name, value in reply.headers:
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(raw)

            def log_message(self, *_args: Any) -> None:
                return

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    def answer(self, call: Call) -> Reply:
        raise NotImplementedError

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
