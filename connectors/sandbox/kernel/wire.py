"""Faults below HTTP: connections reset, cut, dripping or silent, done on the socket itself."""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import Mapping
from typing import Any, cast

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from connectors.sandbox.kernel.canned import Headers

# Acted out instead of the server's answer: the server does not see the call.
BEFORE = frozenset({"reset", "black_hole"})
# Acted out after the server has done its work.
AFTER = frozenset(
    {
        "answer_lost",
        "timeout_before_headers",
        "timeout_after_headers",
        "truncated",
        "truncated_no_length",
        "truncated_chunked",
        "slow_drip",
        "duplicate_reply",
    }
)
# Of these, the ones whose answer is whole in the end.
WHOLE = frozenset({"slow_drip", "duplicate_reply"})
PROTOCOL = "sandbox.protocol"


class SandboxProtocol(HttpToolsProtocol):
    """uvicorn's protocol, which lets a fault reach the connection it has to break."""

    def on_message_begin(self) -> None:
        super().on_message_begin()
        cast(dict[str, Any], self.scope)[PROTOCOL] = self


class Wire:
    """One connection on which an answer is to go wrong."""

    def __init__(self, protocol: SandboxProtocol) -> None:
        self._protocol = protocol
        self._transport = protocol.transport

    @property
    def open(self) -> bool:
        """Whether the client is still there."""
        return not (self._protocol.cycle.disconnected or self._transport.is_closing())

    async def act(self, name: str, params: Mapping[str, Any], status: int, headers: Headers, body: bytes) -> bool:
        """Act out one of `BEFORE` or `AFTER`. True where a whole answer went out.

        Only `duplicate_reply` leaves the connection in use.
        """
        there = self.open
        if name == "duplicate_reply":
            self._twice(_head(status, headers, len(body)) + body)
            return there
        self._protocol.cycle.disconnected = True
        seconds = float(params.get("seconds", 0.8 if name == "slow_drip" else 30))
        if name in ("reset", "answer_lost"):
            self._reset()
        elif name in ("black_hole", "timeout_before_headers"):
            await self._wait(seconds)
        elif name == "timeout_after_headers":
            self._transport.write(_head(status, headers, len(body)))
            await self._wait(seconds)
        elif name == "slow_drip":
            there = await self._drip(_head(status, headers, len(body)) + body, seconds)
        else:
            self._transport.write(_cut(name, status, headers, body))
        self._transport.close()
        return there

    def _reset(self) -> None:
        """Close so that the peer sees RST, not an orderly end."""
        sock = self._transport.get_extra_info("socket")
        if sock is not None:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._transport.abort()

    async def _wait(self, seconds: float) -> None:
        """Say nothing for `seconds`, or until the client has gone."""
        loop = asyncio.get_running_loop()
        until = loop.time() + seconds
        while loop.time() < until and not self._transport.is_closing():
            await asyncio.sleep(min(0.05, max(0.0, until - loop.time())))

    async def _drip(self, answer: bytes, seconds: float) -> bool:
        """One byte after another; whether all of them went out."""
        for number in range(len(answer)):
            if self._transport.is_closing():
                return False
            self._transport.write(answer[number : number + 1])
            await self._wait(seconds)
        return True

    def _twice(self, answer: bytes) -> None:
        """The same answer again behind the first; the connection goes on, and the next call is served behind both."""
        self._transport.write(answer + answer)
        self._protocol.cycle.response_started = self._protocol.cycle.response_complete = True
        self._protocol.on_response_complete()


def _head(status: int, headers: Headers, length: int | None) -> bytes:
    """Status line and headers; with `length` None the answer ends where the connection does."""
    lines = [b"HTTP/1.1 %d sandbox" % status]
    lines += [name + b": " + value for name, value in headers if name not in (b"content-length", b"transfer-encoding")]
    lines.append(b"connection: close" if length is None else b"content-length: %d" % length)
    return b"\r\n".join(lines) + b"\r\n\r\n"


def _cut(name: str, status: int, headers: Headers, body: bytes) -> bytes:
    """An answer of which half the body is missing."""
    half = body[: len(body) // 2]
    if name == "truncated":
        return _head(status, headers, len(body)) + half
    if name == "truncated_no_length":
        return _head(status, headers, None) + half
    chunked = ((b"transfer-encoding", b"chunked"),)
    head = _head(status, headers, None).replace(b"connection: close", b": ".join(chunked[0]))
    return head + b"%x\r\n%s\r\n" % (len(half), half)
