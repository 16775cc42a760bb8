"""Answers a fault gives in a server's place: the bodies each system documents for them, and the pages a proxy in front gives."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson

Headers = tuple[tuple[bytes, bytes], ...]

_JSON: Headers = ((b"content-type", b"application/json;charset=utf-8"),)
_SALESFORCE_JSON: Headers = ((b"content-type", b"application/json;charset=UTF-8"),)
_HTML: Headers = ((b"content-type", b"text/html; charset=UTF-8"),)


@dataclass(frozen=True, slots=True)
class Canned:
    """A complete answer."""

    status: int
    body: bytes
    headers: Headers


def html_page(status: int, title: str) -> Canned:
    """A page as a proxy or a maintenance screen shows it."""
    text = f"<html><head><title>{title}</title></head><body><center><h1>{title}</h1></center><hr></body></html>\n"
    return Canned(status, text.encode(), _HTML)


_ROLLING = {
    "errorType": "RATE_LIMIT",
    "policyName": "TEN_SECONDLY_ROLLING",
    "groupName": "publicapi:private-apps:api-calls-per-10-seconds",
}


def _hubspot(
    status: int, message: str, category: str = "", headers: Headers = (), more: Mapping[str, Any] | None = None
) -> Canned:
    body: dict[str, Any] = {"status": "error", "message": message, "correlationId": str(uuid.uuid4())}
    if category:
        body["category"] = category
    return Canned(status, orjson.dumps(body | dict(more or {})), _JSON + headers)


def _salesforce(status: int, code: str, message: str, headers: Headers = ()) -> Canned:
    return Canned(status, orjson.dumps([{"message": message, "errorCode": code}]), _SALESFORCE_JSON + headers)


def _retry_after(params: Mapping[str, Any], default: float) -> Headers:
    seconds = float(params.get("seconds", default))
    return ((b"retry-after", f"{seconds:g}".encode()),)


def _hubspot_answer(name: str, params: Mapping[str, Any]) -> Canned | None:
    """HubSpot's bodies. The 429 ones carry no `category`, as seen in real traffic."""
    rolling_words = "You have reached your ten_secondly_rolling limit."
    if name == "429":
        return _hubspot(429, rolling_words, more=_ROLLING)
    if name == "429_retry_after":
        return _hubspot(429, rolling_words, headers=_retry_after(params, 1), more=_ROLLING)
    if name == "429_six_hours":
        return _hubspot(429, rolling_words, headers=_retry_after(params, 21_600), more=_ROLLING)
    if name == "429_daily":
        more = {"errorType": "RATE_LIMIT", "policyName": "DAILY", "requestId": uuid.uuid4().hex}
        return _hubspot(429, "You have reached your daily limit.", more=more)
    if name == "401":
        return _hubspot(
            401, "The OAuth token used to make this call expired 3 second(s) ago.", "EXPIRED_AUTHENTICATION"
        )
    if name == "403":
        words = "This app hasn't been granted all required scopes to make this call."
        return _hubspot(
            403, words, "MISSING_SCOPES", more={"links": {"scopes": "https://developers.hubspot.com/scopes"}}
        )
    if name == "423":
        return _hubspot(423, "The resource is locked. Wait at least 2 seconds before trying again.", "LOCKED")
    if name == "477":
        return _hubspot(477, "Migration in progress.", "MIGRATION_IN_PROGRESS", headers=_retry_after(params, 24 * 3600))
    if name in ("500", "503"):
        return _hubspot(int(name), "internal error", "SERVER_ERROR")
    return None


def _salesforce_answer(name: str, params: Mapping[str, Any]) -> Canned | None:
    """Salesforce's bodies: always a list."""
    limit = ("REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded.")
    if name == "429":
        return _salesforce(429, *limit)
    if name == "429_retry_after":
        return _salesforce(429, *limit, headers=_retry_after(params, 1))
    if name == "429_six_hours":
        return _salesforce(429, *limit, headers=_retry_after(params, 21_600))
    if name == "429_daily":
        return _salesforce(403, *limit)
    if name == "401":
        return _salesforce(401, "INVALID_SESSION_ID", "Session expired or invalid")
    if name == "403":
        return _salesforce(403, "INSUFFICIENT_ACCESS", "insufficient access rights on object id")
    if name == "500":
        return _salesforce(500, "UNKNOWN_EXCEPTION", "An unexpected error occurred.")
    if name == "503":
        return _salesforce(503, "SERVER_UNAVAILABLE", "The server is temporarily unavailable.")
    return None


def answer_for(system: str, name: str, params: Mapping[str, Any]) -> Canned | None:
    """What the client gets for a fault that answers without the server acting; None where the name is no such fault."""
    if name == "status":
        body = params.get("body", b"")
        raw = body.encode() if isinstance(body, str) else body if isinstance(body, bytes) else orjson.dumps(body)
        headers = tuple((key.lower().encode(), str(value).encode()) for key, value in params.get("headers", {}).items())
        return Canned(int(params.get("status", 500)), raw, headers or _JSON)
    pages = {
        "429_html": (429, "429 Too Many Requests"),
        "502": (502, "502 Bad Gateway"),
        "503_html": (503, "503 Service Temporarily Unavailable"),
        "504": (504, "504 Gateway Time-out"),
        "html_200": (200, "We are down for maintenance"),
        "html_error": (int(params.get("status", 500)), "Something went wrong"),
    }
    if name in pages:
        return html_page(*pages[name])
    if name == "500_empty":
        return Canned(500, b"", ())
    return _hubspot_answer(name, params) if system == "hubspot" else _salesforce_answer(name, params)
