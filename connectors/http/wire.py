"""The real transport: urllib3 with a deadline on the whole call, a cap on the answer, no redirects and no hidden
retries.
"""

from __future__ import annotations

import time
from typing import Any

import urllib3
from urllib3.exceptions import (
    ConnectTimeoutError,
    HTTPError,
    NewConnectionError,
    ProxyError,
    SSLError,
)

from connectors.http.message import Answer, Lost, Request
from connectors.http.sockets import SILENCE, PlainPool, TlsPool, call_ends, request_has_left

#: Seconds allowed for the name, the connection and the TLS handshake together.
CONNECT = 10.0

_PIECE = 1 << 18
_NEVER_SENT = (NewConnectionError, ConnectTimeoutError, SSLError, ProxyError)


class Wire:
    """Sends requests over kept-open connections; safe to share between threads.

    `proxy` is the URL of an outbound HTTP proxy. `connections` is how many stay open to one host. Looking the name up,
    connecting (all addresses together) and the TLS handshake take from the same time.
    """

    def __init__(self, *, proxy: str | None = None, ca_file: str | None = None, connections: int = 8) -> None:
        tls: dict[str, Any] = {"cert_reqs": "CERT_REQUIRED", "ca_certs": ca_file}
        if proxy:
            self._pools: urllib3.PoolManager = urllib3.ProxyManager(proxy, maxsize=connections, **tls)
        else:
            self._pools = urllib3.PoolManager(maxsize=connections, **tls)
        self._pools.pool_classes_by_scheme = {"http": PlainPool, "https": TlsPool}

    def send(self, request: Request, seconds: float, max_bytes: int) -> Answer:
        started = time.monotonic()
        with call_ends(started + seconds):
            try:
                return self._exchange(request, seconds, max_bytes)
            except (HTTPError, OSError, ValueError) as error:  # a ValueError of a bad header repeats the header
                sent = request_has_left() or not isinstance(error, _NEVER_SENT)
                raise Lost(_reason(error), sent=sent) from None

    def _exchange(self, request: Request, seconds: float, max_bytes: int) -> Answer:
        headers = {"Accept-Encoding": "gzip", **request.headers}
        response = self._pools.urlopen(
            request.method,
            request.url,
            body=request.body,
            headers=headers,
            retries=False,
            redirect=False,
            preload_content=False,
            timeout=urllib3.Timeout(connect=min(CONNECT, seconds), read=min(SILENCE, seconds)),
        )
        whole = False
        try:
            body = _read(response, max_bytes)
            whole = True
            return Answer(response.status, response.headers, body)
        finally:
            if whole:
                response.release_conn()
            else:
                response.close()

    def close(self) -> None:
        self._pools.clear()


def _read(response: urllib3.BaseHTTPResponse, max_bytes: int) -> bytes:
    """The whole unpacked body. The cap counts unpacked bytes, so a small packed answer cannot fill the memory."""
    pieces: list[bytes] = []
    size = 0
    for piece in response.stream(_PIECE, decode_content=True):
        size += len(piece)
        if size > max_bytes:
            raise Lost(f"the answer is larger than {max_bytes} bytes", sent=True)
        pieces.append(piece)
    return b"".join(pieces)


def _reason(error: Exception) -> str:
    """What happened, by kind only: texts of network errors repeat addresses and headers."""
    name = type(error).__name__
    words = {
        "NewConnectionError": "no connection",
        "NameResolutionError": "the host name is not known",
        "ConnectTimeoutError": "no connection in time",
        "ReadTimeoutError": "no whole answer in time",
        "TimeoutError": "no whole answer in time",
        "ProtocolError": "the connection broke off",
        "IncompleteRead": "the answer was cut short",
        "SSLError": "no trusted TLS connection",
        "ProxyError": "the proxy did not let us through",
        "DecodeError": "the answer could not be unpacked",
    }
    return f"{words.get(name, 'the connection failed')} ({name})"
