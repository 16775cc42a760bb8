"""A throw-away server on a real socket, and a clock that does not really sleep."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from connectors.errors import NotAllowed, RateLimited, RemoteError, Unavailable
from connectors.http import Answer, Budget, Clock, Operation, Request

Act = Callable[[socket.socket, int], None]


@dataclass
class TinyServer:
    """Reads each request whole, notes it, and lets `act(socket, number)` answer as badly as it likes."""

    act: Act
    tls: ssl.SSLContext | None = None
    heads: list[str] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    stopped: threading.Event = field(default_factory=threading.Event)
    connections: int = 0

    def __post_init__(self) -> None:
        self.listener = socket.create_server(("127.0.0.1", 0))
        scheme = "http" if self.tls is None else "https"
        self.url = f"{scheme}://127.0.0.1:{self.listener.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while not self.stopped.is_set():
            try:
                conn, _ = self.listener.accept()
            except OSError:
                return
            self.connections += 1
            conn.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            threading.Thread(target=self._serve, args=(conn,), daemon=True).start()

    def _serve(self, conn: socket.socket) -> None:
        try:
            if self.tls is not None:
                conn = self.tls.wrap_socket(conn, server_side=True)
        except OSError:
            return
        with conn:
            buffer = b""
            while not self.stopped.is_set():
                try:
                    while b"\r\n\r\n" not in buffer:
                        piece = conn.recv(65536)
                        if not piece:
                            return
                        buffer += piece
                    head, _, buffer = buffer.partition(b"\r\n\r\n")
                    lines = head.decode("latin-1").lower().split("\r\n")
                    size = next((int(line.split(":")[1]) for line in lines if line.startswith("content-length:")), 0)
                    while len(buffer) < size:
                        buffer += conn.recv(65536)
                    self.heads.append(head.decode("latin-1"))
                    self.bodies.append(buffer[:size])
                    buffer = buffer[size:]
                    self.act(conn, len(self.heads))
                except OSError:
                    return

    def close(self) -> None:
        self.stopped.set()
        self.listener.close()


def reply(status: int, body: bytes = b'{"ok":true}', *headers: str, kind: str = "application/json") -> Act:
    """An act that answers properly."""

    def act(conn: socket.socket, _number: int) -> None:
        lines = [f"HTTP/1.1 {status} X", f"content-type: {kind}", f"content-length: {len(body)}", *headers]
        conn.sendall("\r\n".join(lines).encode() + b"\r\n\r\n" + body)

    return act


def in_turn(*acts: Act) -> Act:
    """The first act for the first request and so on; the last one for all that follow."""

    def act(conn: socket.socket, number: int) -> None:
        acts[min(number, len(acts)) - 1](conn, number)

    return act


def hang_up(conn: socket.socket, _number: int) -> None:
    conn.shutdown(socket.SHUT_RDWR)
    conn.close()


class QuietClock(Clock):
    """Time that passes only by sleeping."""

    def __init__(self) -> None:
        self.passed = 1000.0
        self.slept: list[float] = []

    def monotonic(self) -> float:
        return self.passed

    def now(self) -> datetime:
        return datetime(2026, 11, 22, tzinfo=UTC) + timedelta(seconds=self.passed)

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.passed += seconds


class PlainDialect:
    """A system with simple manners: a path that begins with /write writes; 429, 5xx and 401 mean what they say."""

    system = "plain"

    def operation(self, request: Request) -> Operation:
        return Operation(request.path.strip("/") or "root", writes=request.path.startswith("/write"))

    def fault(self, answer: Answer, operation: Operation) -> RemoteError | None:
        status = answer.status
        if status == 429:
            return RateLimited("too fast", retry_after=float(answer.header("retry-after") or 1))
        if status >= 500:
            return Unavailable("down", status=status)
        return NotAllowed("no", status=status) if status == 401 else None

    def budget(self, answer: Answer) -> Budget:
        left = answer.header("x-left")
        return Budget(100 if left else None, int(left) if left else None)
