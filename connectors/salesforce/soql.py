"""Questions in SOQL. Values enter through simple-salesforce's `format_soql`, names only through `name`: nothing else is put together."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from simple_salesforce.format import format_soql

from connectors.errors import Refused

# A URI longer than 16,384 bytes is answered with 414 (Salesforce's REST guide); this leaves room for host, path and the rest.
QUERY_BYTES = 12_000

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,79}(?:\.[A-Za-z][A-Za-z0-9_]{0,79}){0,5}")


def name(text: str) -> str:
    """An object or field name as it is, e.g. `Lead`, `Owner.Name`; raises `Refused` for anything else."""
    if not _NAME.fullmatch(text):
        raise Refused(
            f"{text[:40]!r} is not the name of a Salesforce object or field", system="salesforce", code="BAD_NAME"
        )
    return text


def names(texts: Iterable[str]) -> tuple[str, ...]:
    """Names as they are, each once (Salesforce takes `email` for `Email` and refuses a field named twice)."""
    kept: dict[str, str] = {}
    for text in texts:
        kept.setdefault(name(text).casefold(), text)
    return tuple(kept.values())


def literal(at: datetime) -> str:
    """A dateTime literal in UTC with milliseconds: `format_soql` drops them, and a cursor needs them."""
    if at.tzinfo is None:
        raise ValueError("a time without a zone cannot be asked for")
    at = at.astimezone(UTC)
    return at.strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03d}Z"


def moment(text: str) -> datetime:
    """A datetime of Salesforce's (`2026-11-22T04:00:00.000+0000` or `…Z`) in UTC; raises `ValueError`."""
    at = datetime.fromisoformat(text)
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)


def weight(soql: str) -> int:
    """The bytes a question takes in a URL."""
    return len(quote(soql, safe=""))


def select(
    fields: Sequence[str], object_name: str, where: str = "", params: Mapping[str, Any] | None = None, tail: str = ""
) -> str:
    """`SELECT … FROM … WHERE … tail`; `where` and `tail` are formats of ours whose values stand in `params`."""
    parts = ["SELECT", ", ".join(names(fields)), "FROM", name(object_name)]
    parts += ["WHERE", where] if where else []
    return str(format_soql(" ".join((*parts, tail)).rstrip(), **(params or {})))


def in_chunks(values: Sequence[str], fixed: int, most: int = 500) -> Iterator[list[str]]:
    """Values for IN lists such that the question (`fixed` bytes without them) stays short enough for a URL."""
    chunk: list[str] = []
    size = fixed
    for value in values:
        cost = weight(str(format_soql("{}", value))) + 3
        if chunk and (size + cost > QUERY_BYTES or len(chunk) >= most):
            yield chunk
            chunk, size = [], fixed
        chunk.append(value)
        size += cost
    if chunk:
        yield chunk
