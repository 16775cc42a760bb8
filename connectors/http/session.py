"""A door for libraries that bring a `requests.Session`: mounted as its adapter, `Remote` does the sending.

    session = requests.Session()
    session.trust_env = False
    session.mount("https://", RemoteAdapter(remote))
    session.mount("http://", RemoteAdapter(remote))

Errors of `connectors.errors` pass through the library unchanged, because nothing of requests is raised.
"""

from __future__ import annotations

from typing import Any

import requests
from requests.adapters import BaseAdapter
from requests.structures import CaseInsensitiveDict

from connectors.http.message import Answer, Request
from connectors.http.remote import Remote


class ParsedResponse(requests.Response):
    """A response whose JSON was parsed once already; `json()` gives it, whatever options a library passes. None: there is no body."""

    data: Any = None

    def json(self, **options: Any) -> Any:
        return self.data if self.data is not None or not self.content.strip() else super().json(**options)


class RemoteAdapter(BaseAdapter):
    """Sends prepared requests through a `Remote`: its limits, deadlines, retries and errors hold for the library."""

    def __init__(self, remote: Remote) -> None:
        super().__init__()
        self._remote = remote

    def send(self, request: requests.PreparedRequest, *_args: Any, **_options: Any) -> requests.Response:
        body = request.body.encode() if isinstance(request.body, str) else request.body
        sent = Request(request.method or "GET", request.url or "", _headers(request), body)
        return _response(request, self._remote.call(sent))

    def close(self) -> None:
        """Connections belong to the transport."""


def _headers(request: requests.PreparedRequest) -> dict[str, str]:
    given = {
        name: value if isinstance(value, str) else value.decode("latin-1") for name, value in request.headers.items()
    }
    return {
        name: value
        for name, value in given.items()
        if name.lower() not in ("content-length", "accept-encoding", "connection")
    }


def _response(request: requests.PreparedRequest, answer: Answer) -> ParsedResponse:
    response = ParsedResponse()
    response.status_code = answer.status
    response.headers = CaseInsensitiveDict(answer.headers.items())
    response._content = answer.body
    response.url = request.url or ""
    response.request = request
    response.encoding = "utf-8"
    response.data = answer.data
    return response
