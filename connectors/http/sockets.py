"""Sockets that obey the deadline of the call they serve, so that a server dripping one byte a second cannot hold us for
hours.

An ordinary socket timeout starts anew with every byte. Here each send and receive gets what is left of the call's time,
headers included.
"""

from __future__ import annotations

import io
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import ConnectTimeoutError, NameResolutionError, NewConnectionError

from connectors.http.connecting import TooSlow, connected

#: The longest silence between two pieces of an answer, in seconds, when the deadline is further away.
SILENCE = 30.0


class _Call(threading.local):
    """The call this thread is in: its deadline (monotonic seconds), and whether any of its request has left."""

    until: float = float("inf")
    left: bool = False


_call = _Call()


@contextmanager
def call_ends(until: float) -> Iterator[None]:
    """Every deadline socket used by this thread inside the block gives up at `until` (monotonic seconds)."""
    _call.until, _call.left = until, False
    try:
        yield
    finally:
        _call.until = float("inf")


def request_has_left() -> bool:
    """Whether this thread's call has begun to send its request; asked within `call_ends`."""
    return _call.left


def _grant(sock: Any) -> None:
    """Give the next system call its share of the time left."""
    left = _call.until - time.monotonic()
    if left <= 0:
        raise TimeoutError("deadline reached")
    sock.settimeout(min(left, SILENCE))


class _Reader(io.RawIOBase):
    def __init__(self, sock: Any) -> None:
        self._sock = sock
        self._raw = sock.makefile("rb", buffering=0)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        _grant(self._sock)
        return int(self._raw.readinto(buffer) or 0)

    def close(self) -> None:
        self._raw.close()
        super().close()


class DeadlineSocket:
    """A connected socket, plain or TLS, whose every send and receive is granted the time the call has left."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock

    def __getattr__(self, name: str) -> Any:
        return getattr(self._sock, name)

    def settimeout(self, _seconds: float | None) -> None:
        """What the library would set is replaced at each system call."""

    def sendall(self, data: Any, flags: int = 0) -> None:
        _grant(self._sock)
        _call.left = True
        if _call.until != float("inf"):  # a large upload may take longer than any silence
            self._sock.settimeout(max(0.001, _call.until - time.monotonic()))
        self._sock.sendall(data, flags)

    def makefile(self, mode: str = "rb", *_args: Any, **_options: Any) -> io.BufferedReader:
        if mode != "rb":
            raise ValueError("a deadline socket is only read as bytes")
        return io.BufferedReader(_Reader(self._sock))


def _reach(connection: HTTPConnection) -> socket.socket:
    """Connect within what the call has left, and no longer than a connection may take."""
    longest = connection.timeout if isinstance(connection.timeout, (int, float)) else SILENCE
    until = min(_call.until, time.monotonic() + longest)
    try:
        return connected(
            connection._dns_host, connection.port or 0, until, connection.socket_options, connection.source_address
        )
    except TooSlow as error:
        raise ConnectTimeoutError(connection, str(error)) from error
    except socket.gaierror as error:
        raise NameResolutionError(connection.host, connection, error) from error
    except OSError as error:
        raise NewConnectionError(connection, type(error).__name__) from error


class _PlainConnection(HTTPConnection):
    def _new_conn(self) -> socket.socket:
        return _reach(self)

    def connect(self) -> None:
        super().connect()
        self.sock = DeadlineSocket(self.sock)


class _TlsConnection(HTTPSConnection):
    def _new_conn(self) -> socket.socket:
        return _reach(self)

    def _tunnel(self) -> None:
        """A proxy's answer is bounded as any other. The handshake after it begins with the plain socket."""
        plain = self.sock
        self.sock = DeadlineSocket(plain)
        try:
            super()._tunnel()
        finally:
            _call.left = False  # what was sent is the proxy's; nothing of the request
        _grant(plain)

    def connect(self) -> None:
        try:
            super().connect()
        except TimeoutError as error:  # in the tunnel or the handshake: nothing of the request has left
            raise ConnectTimeoutError(self, "no tunnel or handshake in time") from error
        self.sock = DeadlineSocket(self.sock)


class PlainPool(HTTPConnectionPool):
    ConnectionCls = _PlainConnection


class TlsPool(HTTPSConnectionPool):
    ConnectionCls = _TlsConnection
