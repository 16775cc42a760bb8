"""HTTP itself, on a bare socket: packed answers, HEAD, bodies in chunks, calls in a row, old clients, what is no HTTP."""

from __future__ import annotations

import gzip
import socket
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

import orjson

LIST = "/crm/v3/objects/contacts?limit=40"
SEARCH = "/crm/v3/objects/contacts/search"


def talk(caller: Any, *parts: bytes) -> bytes:
    """What comes back for the bytes sent, up to where the server closes."""
    address = urlsplit(caller.sandbox.hubspot_url)
    with socket.create_connection((address.hostname, address.port), timeout=10) as line:
        for part in parts:
            line.sendall(part)
        got = b""
        while piece := line.recv(65536):
            got += piece
    return got


def head(caller: Any, method: str, path: str, *lines: str, version: str = "1.1", close: bool = True) -> bytes:
    token = caller.sandbox.hubspot.credentials["access_token"]
    more: Sequence[str] = (*lines, "Connection: close") if close else lines
    return "\r\n".join(
        (f"{method} {path} HTTP/{version}", "Host: api.example.com", f"Authorization: Bearer {token}", *more, "", "")
    ).encode()


def split(answer: bytes) -> tuple[bytes, bytes]:
    first, _, body = answer.partition(b"\r\n\r\n")
    return first.lower(), body


def test_an_answer_is_packed_for_who_takes_gzip_and_for_nobody_else(caller: Any) -> None:
    plain = split(talk(caller, head(caller, "GET", LIST)))
    packed = split(talk(caller, head(caller, "GET", LIST, "Accept-Encoding: gzip, deflate, br")))
    assert b"content-encoding" not in plain[0]
    assert b"content-encoding: gzip" in packed[0]
    assert b"vary: accept-encoding" in packed[0]
    assert len(packed[1]) < len(plain[1]) / 2
    assert gzip.decompress(packed[1]) == plain[1]
    refused = split(talk(caller, head(caller, "GET", LIST, "Accept-Encoding: gzip;q=0, identity")))
    assert b"content-encoding" not in refused[0]
    assert (
        b"content-encoding: gzip"
        in split(talk(caller, head(caller, "GET", LIST, "Accept-Encoding: br, gzip;q=0.5")))[0]
    )
    short = split(talk(caller, head(caller, "GET", "/crm/v3/objects/contacts/999", "Accept-Encoding: gzip")))
    assert b"content-encoding" not in short[0]
    assert orjson.loads(short[1])["category"] == "OBJECT_NOT_FOUND"


def test_head_is_get_without_the_body(caller: Any) -> None:
    first, body = split(talk(caller, head(caller, "HEAD", LIST)))
    length = len(split(talk(caller, head(caller, "GET", LIST)))[1])
    assert first.startswith(b"http/1.1 200 ")
    assert f"content-length: {length}".encode() in first
    assert body == b""


def test_a_body_may_come_in_chunks_or_be_announced(caller: Any) -> None:
    kind = "Content-Type: application/json"
    chunks = b'6\r\n{"limi\r\n6\r\nt": 1}\r\n0\r\n\r\n'
    first, body = split(talk(caller, head(caller, "POST", SEARCH, kind, "Transfer-Encoding: chunked"), chunks))
    assert first.startswith(b"http/1.1 200 ")
    assert len(orjson.loads(body)["results"]) == 1
    announced = head(caller, "POST", SEARCH, kind, "Expect: 100-continue", "Content-Length: 12")
    answer = talk(caller, announced, b'{"limit": 1}')
    assert answer.startswith(b"HTTP/1.1 100 Continue\r\n\r\n")
    assert b"HTTP/1.1 200 OK" in answer


def test_calls_in_a_row_on_one_line_are_answered_in_their_order(caller: Any) -> None:
    row = head(caller, "GET", "/crm/v3/objects/contacts/101", close=False) + head(caller, "GET", LIST)
    answer = talk(caller, row)
    assert answer.count(b"HTTP/1.1 200 OK") == 2
    assert answer.index(b'"id":"101"') < answer.index(b'"results"')


def test_an_old_client_is_answered_and_left(caller: Any) -> None:
    first, body = split(talk(caller, head(caller, "GET", LIST, version="1.0", close=False)))
    assert b"connection: close" in first
    assert len(orjson.loads(body)["results"]) == 40


def test_what_is_no_http_is_told_so_and_left(caller: Any) -> None:
    assert talk(caller, b"GARBAGE\r\n\r\n").startswith(b"HTTP/1.1 400 ")
