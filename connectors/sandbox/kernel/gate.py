"""The door every call passes: it keeps the ledger and lets faults happen. Both servers stand behind one."""

from __future__ import annotations

import asyncio
import re
import zlib
from collections.abc import Awaitable, Callable, MutableMapping
from email.utils import format_datetime
from typing import Any

from connectors.sandbox.kernel.canned import Headers, answer_for
from connectors.sandbox.kernel.clock import Clock
from connectors.sandbox.kernel.faults import Fault, Faults
from connectors.sandbox.kernel.ledger import Call, Ledger
from connectors.sandbox.kernel.pages import PAGE_FAULTS, Pages
from connectors.sandbox.kernel.wire import AFTER, BEFORE, PROTOCOL, WHOLE, Wire

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

_CALL = "sandbox.call"
# Answers shorter than this go out as they are, whatever the client accepts.
_WORTH_PACKING = 512
_GZIP = 31
# A weight of 0 refuses it.
_TAKES_GZIP = re.compile(rb"(?:^|,)\s*gzip\s*(?:;\s*q\s*=\s*(?!0(?:\.0*)?\s*(?:,|$))[^,]*)?(?:,|$)")


def call_of(scope: Scope) -> Call:
    """The ledger's view of the request being handled; a handler adds what it changes to it."""
    call: Call = scope[_CALL]
    return call


class Gate:
    """An ASGI app around a server's own. Answers are gathered whole, so that a fault can spoil them."""

    def __init__(self, app: App, system: str, clock: Clock, ledger: Ledger, faults: Faults) -> None:
        self._app = app
        self._system = system
        self._clock = clock
        self._ledger = ledger
        self._faults = faults
        self._pages = Pages()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            raise RuntimeError(f"the sandbox speaks HTTP only, not {scope['type']}")
        call = Call(self._system, scope["method"], scope["path"], scope["query_string"].decode("latin-1"))
        scope[_CALL] = call
        fault, delay = self._faults.choose(self._system, call.method, call.path)
        body = await _read(receive)
        if body is None:
            self._ledger.write(call, self._clock.now(), 0, 0, delivered=False)
            return
        if delay:
            await asyncio.sleep(delay)
        if fault is None:
            answer = await self._handle(scope, body)
            if self._faults and answer.status == 200 and call.path and answer.is_json():
                self._pages.remember(f"{call.method} {call.path}", answer.body)
            there = Wire(scope[PROTOCOL]).open
            self._ledger.write(call, self._clock.now(), answer.status if there else 0, answer.status, delivered=there)
            answer.pack(scope)
            await answer.send(send)
        else:
            await self._spoilt(fault, call, scope, body, send)

    async def _spoilt(self, fault: Fault, call: Call, scope: Scope, body: bytes, send: Send) -> None:
        """A call that something happens to."""
        name = fault.name
        canned = answer_for(self._system, name, fault.params)
        if canned is not None:
            self._ledger.write(call, self._clock.now(), canned.status, 0, name)
            await _Answer(canned.status, self._dated(canned.headers), canned.body).send(send)
            return
        if name in BEFORE:
            self._ledger.write(call, self._clock.now(), 0, 0, name, delivered=False)
            await Wire(scope[PROTOCOL]).act(name, fault.params, 0, (), b"")
            return
        if name not in AFTER and name not in PAGE_FAULTS:
            call.fault, call.fault_params = name, fault.params
        answer = await self._handle(scope, body)
        if name in PAGE_FAULTS:
            answer.body = self._pages.spoil(name, f"{call.method} {call.path}", answer.body, fault.params)
        answer.pack(scope)
        if name in AFTER:
            whole = name in WHOLE
            status, delivered = (answer.status, None) if whole else (0, False)
            number = self._ledger.write(call, self._clock.now(), status, answer.status, name, delivered)
            done = await Wire(scope[PROTOCOL]).act(name, fault.params, answer.status, answer.headers, answer.body)
            if whole:
                self._ledger.dripped(number, done)
            return
        self._ledger.write(call, self._clock.now(), answer.status, answer.status, name)
        await answer.send(send)

    async def _handle(self, scope: Scope, body: bytes) -> _Answer:
        """Let the server answer, and gather what it says."""
        answer = _Answer(500, (), b"")

        async def receive() -> Message:
            return {"type": "http.request", "body": body, "more_body": False}

        async def gather(message: Message) -> None:
            if message["type"] == "http.response.start":
                answer.status = message["status"]
                answer.headers = self._dated(tuple(message.get("headers", ())))
            else:
                answer.body += message.get("body", b"")

        await self._app(scope, receive, gather)
        return answer

    def _dated(self, headers: Headers) -> Headers:
        """The headers with the Date of the sandbox's clock: a client may measure its own clock by it."""
        return (*headers, (b"date", format_datetime(self._clock.now(), usegmt=True).encode()))


class _Answer:
    """An answer gathered whole."""

    __slots__ = ("body", "headers", "status")

    def __init__(self, status: int, headers: Headers, body: bytes) -> None:
        self.status = status
        self.headers = headers
        self.body = body

    def is_json(self) -> bool:
        return any(name == b"content-type" and b"json" in value for name, value in self.headers)

    def pack(self, scope: Scope) -> None:
        """Compress the body where the client takes gzip, as both platforms do."""
        if len(self.body) < _WORTH_PACKING or not any(
            name == b"accept-encoding" and _TAKES_GZIP.search(value) for name, value in scope["headers"]
        ):
            return
        packer = zlib.compressobj(1, zlib.DEFLATED, _GZIP)
        self.body = packer.compress(self.body) + packer.flush()
        self.headers = (*self.headers, (b"content-encoding", b"gzip"), (b"vary", b"accept-encoding"))

    async def send(self, send: Send) -> None:
        headers = [(name, value) for name, value in self.headers if name != b"content-length"]
        if self.status != 204:
            headers.append((b"content-length", str(len(self.body)).encode()))
        await send({"type": "http.response.start", "status": self.status, "headers": headers})
        await send({"type": "http.response.body", "body": self.body})


async def _read(receive: Receive) -> bytes | None:
    """The request's body to its end; None where the client went away in the middle of it.

    It is read before anything happens: a server that is slow has the whole request, and acts even when nobody waits any more.
    """
    parts: list[bytes] = []
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        parts.append(message.get("body", b""))
        if not message.get("more_body", False):
            return parts[0] if len(parts) == 1 else b"".join(parts)
