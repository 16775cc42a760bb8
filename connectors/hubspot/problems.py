"""What HubSpot's error answers say, without the values they repeat: category, codes, property names, scopes, ids.

Codes and names stand in several places: in `errors` with a `context`, in `context` itself, or as a JSON list inside the
message text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import orjson

_MISSING = re.compile(r"propert(?:y|ies)\b[^\w]{1,3}([A-Za-z]\w*)\W{0,2} (?:does not|doesn't) exist", re.IGNORECASE)
_MISSING_CODES = frozenset({"PROPERTY_DOESNT_EXIST", "PROPERTY_NOT_FOUND", "INVALID_PROPERTY", "NO_SUCH_PROPERTY"})
_CODE = re.compile(r"[A-Z][A-Z0-9_]{2,60}\Z")
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,200}\Z")
_DIGITS = re.compile(r"\d{1,20}\Z")


@dataclass(frozen=True, slots=True)
class Detail:
    """One complaint: its code and the property it is about (either may be empty)."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class Problem:
    """An error of one answer, or of one record in a batch answer."""

    category: str = ""
    sub_category: str = ""
    details: tuple[Detail, ...] = ()
    missing: tuple[str, ...] = ()
    scopes: tuple[str, ...] = ()
    ids: tuple[str, ...] = ()
    traces: tuple[str, ...] = ()
    policy: str = ""
    correlation_id: str = ""

    @property
    def code(self) -> str:
        """The most telling code: that of the first complaint, else the sub-category, else the category."""
        told = [detail.code for detail in self.details if detail.code]
        return told[0] if told else self.sub_category or self.category

    @property
    def fields(self) -> tuple[str, ...]:
        named = [detail.name for detail in self.details if detail.name]
        return tuple(dict.fromkeys([*named, *self.missing]))

    @property
    def words(self) -> str:
        """Codes and names for a message, e.g. `email: INVALID_EMAIL`."""
        parts = [": ".join(filter(None, (detail.name, detail.code))) for detail in self.details]
        return ", ".join(dict.fromkeys(filter(None, parts))) or self.sub_category or self.category or "no reason given"


def read_problem(body: Any) -> Problem:
    """A problem from a parsed error body, or from one entry of a batch answer's `errors`; anything else gives an empty
    one.
    """
    if not isinstance(body, Mapping):
        return Problem()
    message = _text(body.get("message"))
    details = tuple(_details(body, message))
    contexts = [_context(body), *(_context(error) for error in _list(body.get("errors")))]
    missing = [name for detail in details if detail.code in _MISSING_CODES for name in [detail.name] if name]
    texts = [message, *(_text(error.get("message")) for error in _list(body.get("errors")))]
    missing += [name for text in texts for name in _MISSING.findall(text)]
    return Problem(
        category=_code(body.get("category")) or _code(body.get("errorType")),
        sub_category=_code(str(body.get("subCategory", "")).rpartition(".")[2]),
        details=details,
        missing=tuple(dict.fromkeys(missing)),
        scopes=tuple(dict.fromkeys(_gather(contexts, "scopes"))),
        ids=tuple(value for value in [*_gather(contexts, "ids"), *_gather(contexts, "id")] if _DIGITS.match(value)),
        traces=tuple(_gather(contexts, "objectwritetraceid")),
        policy=_code(body.get("policyName")) or _policy(message),
        correlation_id=str(body.get("correlationId", ""))[:64],
    )


def _details(body: Mapping[str, Any], message: str) -> Iterator[Detail]:
    for error in _list(body.get("errors")):
        context = _context(error)
        named = (
            _gather([context], "propertyname")
            or _gather([context], "name")
            or [_text(error.get("name") or error.get("in"))]
        )
        code = _code(error.get("code")) or _code(error.get("error")) or _code(error.get("subCategory"))
        inner = list(_inside(_text(error.get("message"))))
        yield from inner or [Detail(code, name) for name in map(_name, named)]
    yield from _inside(message)


def _inside(message: str) -> Iterator[Detail]:
    """The complaints of a message such as `Property values were not valid: [{"error": "INVALID_EMAIL", "name": "email",
    …}]`.
    """
    start = message.find("[{")
    if start < 0:
        return
    try:
        found = orjson.loads(message[start : message.rfind("]") + 1])
    except orjson.JSONDecodeError:
        return
    for entry in _list(found):
        yield Detail(_code(entry.get("error")), _name(entry.get("name")))


def _policy(message: str) -> str:
    for words, policy in (("ten_secondly", "TEN_SECONDLY_ROLLING"), ("secondly", "SECONDLY"), ("daily", "DAILY")):
        if words in message.lower():
            return policy
    return ""


def _gather(contexts: list[Mapping[str, Any]], ending: str) -> list[str]:
    """All strings under the context keys that end in a word, e.g. `scopes` finds `requiredGranularScopes`."""
    found: list[str] = []
    for context in contexts:
        for key, values in context.items():
            if key.lower() == ending or (len(ending) > 4 and key.lower().endswith(ending)):
                found += [str(value) for value in (values if isinstance(values, list) else [values])]
    return found


def _context(error: Any) -> Mapping[str, Any]:
    context = error.get("context") if isinstance(error, Mapping) else None
    return context if isinstance(context, Mapping) else {}


def _list(value: Any) -> list[Mapping[str, Any]]:
    return [entry for entry in value if isinstance(entry, Mapping)] if isinstance(value, list) else []


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _code(value: Any) -> str:
    """A code as long as it looks like one: other text may hold a person's data."""
    text = _text(value)
    return text if _CODE.match(text) else ""


def _name(value: Any) -> str:
    text = _text(value)
    return text if _NAME.match(text) else ""
