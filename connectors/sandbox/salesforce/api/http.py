"""A request as the resources see it, what they answer, and the ASGI end of both. Leaner than a framework: pages of rows have to be quick."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, unquote

import orjson

from connectors.sandbox.kernel.gate import call_of
from connectors.sandbox.kernel.ledger import Call
from connectors.sandbox.salesforce.errors import Refusal, Refusals

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

JSON = "application/json;charset=UTF-8"
# Bytes of address, and of address with headers, from which on the real org refuses.
LONGEST_URI = 16_384


@dataclass(slots=True)
class Request:
    """One request. `segments` are the path's parts, decoded; a trailing slash makes no part. Header names are lower case."""

    method: str
    path: str
    segments: tuple[str, ...]
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes = b""
    call: Call | None = None
    user: str = ""
    version: str = ""
    inner: bool = False

    @property
    def base(self) -> str:
        """`/services/data/vNN.0`."""
        return f"/services/data/{self.version}"

    @property
    def number(self) -> int:
        """The version's number: 65 for `v65.0`."""
        return int(self.version[1:].partition(".")[0])

    def json(self) -> Any:
        """The body; raises JSON_PARSER_ERROR, or 415 for another content type."""
        kind = self.headers.get("content-type", "application/json").partition(";")[0].strip().lower()
        if self.body and not kind.endswith("json"):
            raise Refusal(
                "UNSUPPORTED_MEDIA_TYPE", f"Content-Type '{kind}' is not supported for this resource.", status=415
            )
        try:
            return orjson.loads(self.body)
        except orjson.JSONDecodeError as wrong:
            words = "Unexpected end-of-input" if not self.body.strip() else "Unexpected character or token"
            raise Refusal("JSON_PARSER_ERROR", f"{words} at [line:{wrong.lineno}, column:{wrong.colno}]") from None

    def record(self) -> dict[str, Any]:
        """The body as one object."""
        given = self.json()
        if not isinstance(given, dict):
            raise Refusal(
                "JSON_PARSER_ERROR", "The HTTP entity body is required to be a JSON object at [line:1, column:1]"
            )
        return given


@dataclass(slots=True)
class Reply:
    """An answer. `data` becomes JSON; bytes go out as they are; None is an empty body."""

    status: int = 200
    data: Any = None
    headers: dict[str, str] = field(default_factory=dict)
    content_type: str = JSON

    def body(self) -> bytes:
        """The bytes to send."""
        if self.data is None:
            return b""
        return self.data if isinstance(self.data, bytes) else orjson.dumps(self.data)


Handler = Callable[[Request], Reply]
# What a request may be packed with.
_UNPACK: Mapping[str, Callable[[bytes], bytes]] = {"gzip": gzip.decompress, "deflate": zlib.decompress}


def refuse(wrong: Exception) -> Reply:
    """The answer to a refusal: a list, as always."""
    if isinstance(wrong, Refusals):
        return Reply(wrong.first.status, [one.single() for one in wrong.each])
    assert isinstance(wrong, Refusal)
    return Reply(wrong.status, [wrong.single()], dict(wrong.headers))


def wrong_method(request: Request, *allowed: str) -> Refusal:
    """405."""
    words = f"HTTP Method '{request.method}' not allowed. Allowed are {','.join(allowed)}"
    return Refusal("METHOD_NOT_ALLOWED", words, status=405, headers={"Allow": ", ".join(allowed)})


def split_path(raw: str) -> tuple[str, ...]:
    """The parts of an undecoded path, decoded one by one, so that `%2F` stays inside its part."""
    return tuple(unquote(part) for part in raw.split("/") if part)


def read_query(text: str) -> dict[str, str]:
    """The query string's parameters; the last of the same name wins."""
    return dict(parse_qsl(text, keep_blank_values=True))


class Endpoint:
    """The ASGI app around a function from request to reply."""

    def __init__(self, handle: Handler) -> None:
        self._handle = handle

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            raise RuntimeError(f"this server speaks HTTP only, not {scope['type']}")
        body = b""
        while True:
            message = await receive()
            body += message.get("body", b"")
            if not message.get("more_body"):
                break
        too_long = _too_long(scope)
        reply = too_long or self._handle(_request(scope, body))
        payload = reply.body()
        headers = [(b"content-type", reply.content_type.encode())] if payload or reply.status == 200 else []
        headers += [(name.lower().encode(), value.encode()) for name, value in reply.headers.items()]
        await send({"type": "http.response.start", "status": reply.status, "headers": headers})
        await send({"type": "http.response.body", "body": payload})


def _too_long(scope: Scope) -> Reply | None:
    length = len(scope["raw_path"]) + len(scope["query_string"]) + 1
    if length > LONGEST_URI:
        return Reply(
            414, [{"message": "The length of the URI exceeds the 16,384-byte limit.", "errorCode": "URI_TOO_LONG"}]
        )
    length += sum(len(name) + len(value) + 4 for name, value in scope["headers"])
    if length > LONGEST_URI:
        words = "The combined length of the URI and headers exceeds the 16,384-byte limit."
        return Reply(431, [{"message": words, "errorCode": "REQUEST_HEADER_FIELDS_TOO_LARGE"}])
    return None


def _request(scope: Scope, body: bytes) -> Request:
    headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
    unpack = _UNPACK.get(headers.get("content-encoding", "").lower())
    if unpack is not None:
        try:
            body = unpack(body)
        except (OSError, EOFError, zlib.error):
            body = b""
    raw = scope["raw_path"].decode("latin-1").partition("?")[0]
    query = read_query(scope["query_string"].decode("latin-1"))
    method = scope["method"].upper()
    if method == "POST" and "_HttpMethod" in query:
        method = query["_HttpMethod"].upper()
    call = call_of(scope) if "sandbox.call" in scope else None
    return Request(method, raw, split_path(raw), query, headers, body, call)
