"""Before a byte is sent: a resolver, a host, a handshake or a proxy that takes its time cannot hold a call past its deadline."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from throwaway import reply

from connectors.http import Lost, Request, Wire

SECONDS, PATIENCE = 0.5, 10.0
"""The deadline of a call; and what a test waits for its end, which is shorter than what each server below would take."""


@contextmanager
def deaf(backlog: int = 0) -> Iterator[int]:
    """A port whose queue is full: a connection to it is neither taken nor refused."""
    with socket.create_server(("127.0.0.1", 0), backlog=backlog) as listener:
        port = listener.getsockname()[1]
        waiting = [socket.socket() for _ in range(backlog + 4)]
        for one in waiting:
            one.setblocking(False)
            one.connect_ex(("127.0.0.1", port))
        yield port
        for one in waiting:
            one.close()


@contextmanager
def slow(act: Callable[[socket.socket], None]) -> Iterator[int]:
    """A port where each connection is taken and then served by `act`."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            while True:
                try:
                    conn, _ = listener.accept()
                except OSError:
                    return
                threading.Thread(target=quietly, args=(conn,), daemon=True).start()

        def quietly(conn: socket.socket) -> None:
            with conn:
                try:
                    act(conn)
                except OSError:
                    return

        threading.Thread(target=serve, daemon=True).start()
        yield listener.getsockname()[1]


def stall(conn: socket.socket) -> None:
    time.sleep(60)


def drip_a_handshake(conn: socket.socket) -> None:
    conn.recv(65536)
    for byte in b"\x16\x03\x03\x3f\xff" + bytes(5000):
        conn.sendall(bytes([byte]))
        time.sleep(0.1)


def drip_a_tunnel(conn: socket.socket) -> None:
    conn.recv(65536)
    for byte in b"HTTP/1.0 200 OK\r\nx-padding: " + b"a" * 5000:
        conn.sendall(bytes([byte]))
        time.sleep(0.1)


def ends_unsent(wire: Wire, url: str) -> None:
    """The call ends by itself, and nothing of it was sent."""
    lost: list[Lost] = []

    def call() -> None:
        try:
            wire.send(Request("POST", url, {"authorization": "Bearer t"}, b"{}"), SECONDS, 1000)
        except Lost as problem:
            lost.append(problem)

    thread = threading.Thread(target=call, daemon=True)
    thread.start()
    thread.join(PATIENCE)
    assert not thread.is_alive(), "the call goes on"
    assert [one.sent for one in lost] == [False]


def test_a_resolver_that_does_not_answer_is_left_to_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    def silent(*_args: object, **_options: object) -> list[object]:
        time.sleep(60)
        return []

    monkeypatch.setattr(socket, "getaddrinfo", silent)
    ends_unsent(Wire(), "https://api.hubapi.com/x")


def test_many_addresses_that_do_not_answer_share_the_time_of_one_call(monkeypatch: pytest.MonkeyPatch) -> None:
    """Forty of them: each with the whole time would be twenty seconds."""
    with deaf() as port:
        row = (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))
        monkeypatch.setattr(socket, "getaddrinfo", lambda *_args, **_options: [row] * 40)
        ends_unsent(Wire(), "https://api.hubapi.com/x")


def test_an_address_that_does_not_answer_leaves_time_for_the_next(monkeypatch: pytest.MonkeyPatch, serve) -> None:
    server = serve(reply(200))
    with deaf() as port:
        rows = [
            (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", one))
            for one in (port, int(server.url.rpartition(":")[2]))
        ]
        monkeypatch.setattr(socket, "getaddrinfo", lambda *_args, **_options: rows)
        assert Wire().send(Request("GET", "http://somewhere.example/x"), 5, 1000).ok


@pytest.mark.parametrize("act", [stall, drip_a_handshake])
def test_a_handshake_that_does_not_end_is_given_up(act: Callable[[socket.socket], None]) -> None:
    with slow(act) as port:
        ends_unsent(Wire(), f"https://127.0.0.1:{port}/x")


@pytest.mark.parametrize("act", [stall, drip_a_tunnel])
def test_a_proxy_that_does_not_let_us_through_is_given_up(act: Callable[[socket.socket], None]) -> None:
    with slow(act) as port:
        ends_unsent(Wire(proxy=f"http://127.0.0.1:{port}"), "https://api.hubapi.com/x")
