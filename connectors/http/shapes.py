"""Is an answer what it says it is? A maintenance page with status 200, an empty body or half a document is an outage,
not data.
"""

from __future__ import annotations

import json
from typing import Any

import orjson

from connectors.http.message import Answer


class NotJson(ValueError):
    """The body is no JSON; the text says in what way, never with its content."""


def parsed(answer: Answer) -> Any:
    """The JSON of a body. A byte that is no UTF-8 or half a surrogate pair becomes a replacement character, so one bad
    value spoils no page.
    """
    body = answer.body
    if not body.strip():
        raise NotJson("an empty answer")
    if "html" in answer.header("content-type").lower() or body.lstrip()[:1] == b"<":
        raise NotJson("an HTML page instead of data")
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError:
        return _mended(body)


def _mended(body: bytes) -> Any:
    try:
        loose = json.loads(body.decode("utf-8", "replace"))
        return orjson.loads(json.dumps(loose, ensure_ascii=False).encode("utf-8", "replace"))
    except (ValueError, RecursionError):
        raise NotJson("an answer that is cut short or no JSON") from None
