"""The same bounds over TLS, as it is with the real systems, and only with a certificate that is trusted."""

from __future__ import annotations

import datetime as dt
import ipaddress
import os
import socket
import ssl
import threading
import time

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from throwaway import TinyServer, reply

from connectors.http import Lost, Request, Wire


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """A certificate for 127.0.0.1 that vouches for itself: one file to serve with and to trust."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    plain = serialization.NoEncryption()
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    path = tmp_path_factory.mktemp("tls") / "server.pem"
    path.write_bytes(pem + made.public_bytes(serialization.Encoding.PEM))
    return str(path)


@pytest.fixture
def serve_tls(certificate):
    servers = []

    def start(act):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        server = TinyServer(act, tls=context)
        servers.append(server)
        return server

    yield start
    for server in servers:
        server.close()


def drip(conn, _number):
    conn.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n")
    for _ in range(1000):
        conn.sendall(b" ")
        time.sleep(0.05)


def test_answers_come_and_connections_are_kept(serve_tls, certificate):
    server = serve_tls(reply(200, b'{"a": 1}' * 50_000))
    wire = Wire(ca_file=certificate)
    for _ in range(5):
        assert len(wire.send(Request("POST", server.url + "/x", body=b"{}" * 50_000), 10, 1_000_000).body) == 400_000
    assert server.connections == 1


def test_a_drip_over_tls_ends_with_the_deadline(serve_tls, certificate):
    server = serve_tls(drip)
    ended = threading.Event()

    def call() -> None:
        with pytest.raises(Lost):
            Wire(ca_file=certificate).send(Request("GET", server.url), 0.4, 10_000)
        ended.set()

    thread = threading.Thread(target=call, daemon=True)
    thread.start()
    thread.join(10)
    assert ended.is_set()


def test_a_certificate_nobody_vouches_for_gets_nothing(serve_tls):
    server = serve_tls(reply(200))
    with pytest.raises(Lost, match="TLS") as caught:
        Wire().send(Request("POST", server.url, {"authorization": "Bearer t"}, b"{}"), 5, 1000)
    assert not caught.value.sent
    assert server.heads == []


def test_a_tls_failure_after_the_request_had_left_may_have_been_acted_on(serve_tls, certificate):
    """Garbage where an encrypted answer should be: the request itself arrived whole."""

    def spoil(conn, _number):
        socket.socket(fileno=os.dup(conn.fileno())).sendall(b"HTTP/1.1 500 no\r\n\r\n")

    server = serve_tls(spoil)
    with pytest.raises(Lost) as caught:
        Wire(ca_file=certificate).send(Request("POST", server.url + "/x", body=b"{}"), 5, 1000)
    assert caught.value.sent
    assert server.bodies == [b"{}"]
