"""A request as the handlers see it, and the answers they give."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qsl

import orjson

from connectors.sandbox.hubspot.problems import Problem, invalid, unreadable, wrong_media_type
from connectors.sandbox.kernel.ledger import Call

JSON_HEADERS: tuple[tuple[bytes, bytes], ...] = ((b"content-type", b"application/json;charset=utf-8"),)


@dataclass(slots=True)
class Request:
    """One call. `names` are the parts of the path that stand for something; `api` is `v3`, `v4` or a date."""

    method: str
    path: str
    query: bytes
    headers: dict[bytes, bytes]
    body: bytes
    call: Call
    api: str = "v3"
    names: dict[str, str] = field(default_factory=dict)
    oauth: bool = False

    def parameters(self) -> dict[str, list[str]]:
        """The query's parameters; one given several times keeps all its values."""
        found: dict[str, list[str]] = {}
        for key, value in parse_qsl(self.query.decode("latin-1"), keep_blank_values=True):
            found.setdefault(key, []).append(value)
        return found

    def json(self) -> dict[str, Any]:
        """The body as an object; raises 400 when it is none."""
        given = self.any_json()
        if not isinstance(given, dict):
            raise unreadable("expected an object")
        return given

    def any_json(self) -> Any:
        """The body as JSON of any shape; raises 400 when it is none, 415 when it is said to be something else."""
        kind = self.headers.get(b"content-type", b"json").partition(b";")[0].strip().lower()
        if self.body and not kind.endswith(b"json"):
            raise wrong_media_type()
        try:
            return orjson.loads(self.body)
        except orjson.JSONDecodeError as wrong:
            raise unreadable(str(wrong)) from None

    def form(self) -> dict[str, str]:
        """The body as a form."""
        return dict(parse_qsl(self.body.decode("utf-8", "replace"), keep_blank_values=True))


@dataclass(slots=True)
class Answer:
    """Status, body and headers of an answer."""

    status: int
    body: bytes
    headers: tuple[tuple[bytes, bytes], ...] = JSON_HEADERS


def ok(value: Any, status: int = 200) -> Answer:
    """A JSON answer."""
    return Answer(status, orjson.dumps(value))


def nothing(status: int = 204) -> Answer:
    """An answer without a body."""
    return Answer(status, b"", ())


def refusal(problem: Problem) -> Answer:
    """The answer a problem becomes."""
    extra = tuple((key.lower().encode(), value.encode()) for key, value in problem.headers.items())
    return Answer(problem.status, orjson.dumps(problem.body()), JSON_HEADERS + extra)


def first(parameters: dict[str, list[str]], name: str, default: str = "") -> str:
    """A parameter given once."""
    values = parameters.get(name)
    return values[0] if values else default


def names_of(parameters: dict[str, list[str]], name: str) -> tuple[str, ...]:
    """A list parameter: given several times, or with commas, or both."""
    values = parameters.get(name)
    return _split(tuple(values)) if values else ()


@lru_cache(maxsize=512)
def _split(values: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(part.strip() for value in values for part in value.split(",") if part.strip()))


def flag(parameters: dict[str, list[str]], name: str) -> bool:
    """A boolean parameter; raises 400 for what is neither true nor false."""
    text = first(parameters, name).lower()
    if text not in ("", "true", "false"):
        raise invalid(f"Invalid value for {name}: '{text}' is not a boolean")
    return text == "true"


def number(parameters: dict[str, list[str]], name: str, default: int, lowest: int, highest: int) -> int:
    """A whole number within bounds; raises 400 otherwise."""
    text = first(parameters, name)
    if not text:
        return default
    try:
        value = int(text)
    except ValueError:
        raise invalid(f"Invalid value for {name}: '{text}' is not a number") from None
    if not lowest <= value <= highest:
        raise invalid(f"Invalid value for {name}: must be between {lowest} and {highest}")
    return value
