"""One call, one bounded answer: whatever the server does, the call ends in time, and we know whether it may have acted."""

from __future__ import annotations

import gzip
import socket
import threading
import time

import pytest
from throwaway import hang_up, reply

from connectors.http import Lost, Request, Wire


def drip_body(conn: socket.socket, _number: int) -> None:
    conn.sendall(b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 1000\r\n\r\n")
    for _ in range(1000):
        conn.sendall(b" ")
        time.sleep(0.05)


def drip_headers(conn: socket.socket, _number: int) -> None:
    for byte in b"HTTP/1.1 200 OK\r\n" + b"x-padding: " + b"a" * 5000:
        conn.sendall(bytes([byte]))
        time.sleep(0.05)


def silence(conn: socket.socket, _number: int) -> None:
    conn.recv(1)


def cut_with_length(conn: socket.socket, _number: int) -> None:
    conn.sendall(b'HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{"half":')
    hang_up(conn, 0)


def cut_in_chunks(conn: socket.socket, _number: int) -> None:
    conn.sendall(b'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n8\r\n{"half":\r\n')
    hang_up(conn, 0)


def reset(conn: socket.socket, _number: int) -> None:
    conn.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")
    conn.close()


def nonsense(conn: socket.socket, _number: int) -> None:
    conn.sendall(b"SSH-2.0-OpenSSH_9.7\r\n\r\n")
    hang_up(conn, 0)


@pytest.mark.parametrize("act", [drip_body, drip_headers, silence])
def test_a_slow_server_cannot_hold_a_call_past_its_deadline(serve, act):
    server = serve(act)
    ended = threading.Event()

    def call() -> None:
        with pytest.raises(Lost) as caught:
            Wire().send(Request("GET", server.url + "/x"), 0.4, 1000)
        assert caught.value.sent
        ended.set()

    thread = threading.Thread(target=call, daemon=True)
    thread.start()
    thread.join(10)  # the drip alone would last 50 s or more
    assert ended.is_set()


@pytest.mark.parametrize("act", [cut_with_length, cut_in_chunks, reset, hang_up, nonsense])
def test_half_an_answer_is_no_answer(serve, act):
    with pytest.raises(Lost) as caught:
        Wire().send(Request("POST", serve(act).url, body=b"{}"), 5, 1000)
    assert caught.value.sent


def test_a_refused_connection_was_never_sent():
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    with pytest.raises(Lost) as caught:
        Wire().send(Request("POST", f"http://127.0.0.1:{port}/x"), 5, 1000)
    assert not caught.value.sent


def test_an_unknown_host_was_never_sent():
    with pytest.raises(Lost) as caught:
        Wire().send(Request("GET", "https://nobody.invalid/x"), 5, 1000)
    assert not caught.value.sent


def test_an_answer_larger_than_the_cap_is_dropped_unread(serve):
    with pytest.raises(Lost, match="larger than 1000 bytes"):
        Wire().send(Request("GET", serve(reply(200, b"x" * 100_000)).url), 5, 1000)


def test_the_cap_counts_unpacked_bytes(serve):
    packed = gzip.compress(b" " * 5_000_000)
    assert len(packed) < 10_000
    with pytest.raises(Lost, match="larger than"):
        Wire().send(Request("GET", serve(reply(200, packed, "content-encoding: gzip")).url), 5, 1_000_000)


def test_a_packed_answer_is_unpacked(serve):
    server = serve(reply(200, gzip.compress(b'{"a":1}'), "content-encoding: gzip"))
    assert Wire().send(Request("GET", server.url), 5, 1000).body == b'{"a":1}'


def test_connections_are_kept(serve):
    server = serve(reply(200))
    wire = Wire()
    for _ in range(20):
        assert wire.send(Request("GET", server.url + "/a"), 5, 1000).ok
    assert server.connections == 1


def test_after_a_deadline_the_next_call_works(serve):
    def slow_once(conn: socket.socket, number: int) -> None:
        silence(conn, number) if number == 1 else reply(200)(conn, number)

    wire, server = Wire(), serve(slow_once)
    with pytest.raises(Lost):
        wire.send(Request("GET", server.url), 0.2, 1000)
    assert wire.send(Request("GET", server.url), 5, 1000).ok


def test_redirects_are_not_followed(serve):
    target = serve(reply(200))
    server = serve(reply(302, b"", f"location: {target.url}/steal"))
    assert Wire().send(Request("GET", server.url, {"authorization": "Bearer t"}), 5, 1000).status == 302
    assert target.heads == []


def test_a_large_upload_may_take_as_long_as_the_deadline_allows(serve):
    server = serve(reply(200))
    body = b"x" * 4_000_000
    assert Wire().send(Request("PUT", server.url, body=body), 30, 1000).ok
    assert len(server.bodies[0]) == len(body)


def test_a_header_that_cannot_be_sent_is_not_repeated_in_the_error(serve):
    with pytest.raises(Lost) as caught:
        Wire().send(Request("GET", serve(reply(200)).url, {"authorization": "Bearer canary\n"}), 5, 1000)
    assert "canary" not in str(caught.value)


def test_headers_and_bodies_never_show():
    shown = repr(Request("GET", "https://api.hubapi.com/x", {"authorization": "Bearer canary"}, b"canary"))
    assert "canary" not in shown
