"""Is an answer what it says it is? A maintenance page with status 200, an empty body or half a document is an outage,
not data.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import orjson

from connectors.errors import Unavailable
from connectors.http.message import Answer

NUL = b"\\u0000"
#: The escape itself, not a typed backslash before u0000.
_ESCAPED_NUL = re.compile(rb"(?<!\\)((?:\\\\)*)\\u0000")


class NotJson(ValueError):
    """The body is no JSON; the text says in what way, never with its content."""


def parsed(answer: Answer) -> Any:
    """The JSON of a body. A byte that is no UTF-8 or half a surrogate pair becomes a replacement character, and NUL,
    which no database of text takes, is left out, so one bad value spoils no page.
    """
    body = answer.body
    if NUL in body:
        body = _ESCAPED_NUL.sub(rb"\1", body)
    if not body.strip():
        raise NotJson("an empty answer")
    begins = body.lstrip()[:1]
    if begins == b"<" or ("html" in answer.header("content-type").lower() and begins not in (b"{", b"[")):
        raise NotJson("an HTML page instead of data")
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError:
        return _mended(body)


def _mended(body: bytes) -> Any:
    try:
        loose = json.loads(body.decode("utf-8-sig", "replace"))
        return orjson.loads(json.dumps(loose, ensure_ascii=False).encode("utf-8", "replace"))
    except (ValueError, RecursionError):
        raise NotJson("an answer that is cut short or no JSON") from None


@contextmanager
def shaped(system: str, what: str) -> Iterator[None]:
    """Reading an answer that lacks what the system's documents promise is an outage, not a fault of ours: `Unavailable`."""
    try:
        yield
    except (KeyError, TypeError, AttributeError, ValueError) as odd:
        message = f"{system}'s answer to {what} is not of the shape its documents promise ({type(odd).__name__})"
        raise Unavailable(message, system=system.lower(), code="WRONG_SHAPE") from odd


def an_object(told: Any, system: str, what: str) -> Mapping[str, Any]:
    """The JSON object an answer must be; anything else, nothing too, is `Unavailable`."""
    if not isinstance(told, Mapping):
        message = f"{system}'s answer to {what} is no JSON object"
        raise Unavailable(message, system=system.lower(), code="WRONG_SHAPE")
    return told
