"""Where others' rows may tell of a person: colleagues in a brief, the other one of a doubtful match, a name in somebody's note."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

import orjson
from sqlalchemy import (
    JSON,
    Column,
    ColumnElement,
    Connection,
    Text,
    and_,
    bindparam,
    cast,
    literal,
    or_,
    select,
    update,
)

from bridge.facts import TALK
from bridge.staging.schema import delivery, event, handoff, lead, read_back, record, written

INSTEAD = "[erased]"
MENTIONS: tuple[Column[Any], ...] = (
    event.c.sentence, lead.c.sentence, lead.c.decision, delivery.c.payload, delivery.c.before, delivery.c.note, written.c["values"],
    read_back.c.sent, read_back.c.found, handoff.c.brief, handoff.c.chart,
)  # fmt: skip
TEXTS = or_(
    and_(record.c.source == "hubspot", record.c.kind.in_(TALK)),
    and_(record.c.source == "salesforce", record.c.kind.in_(("lead", "contact"))),
)
"""Records of others that hold texts: what was said, and what stands in Salesforce by our doing."""
TEXT_FROM = 80
"""A shorter value of a record is a name, a company or an address: a namesake's stays."""


def unsay(connection: Connection, emails: Iterable[str], names: Iterable[str]) -> tuple[int, set[int]]:
    """Put `INSTEAD` where others' rows tell of these addresses and names; returns how many rows, and which handoffs' texts changed."""
    words = list(dict.fromkeys([*emails, *names]))
    if not words:
        return 0, set()
    pattern = re.compile("|".join(_bounded(word) for word in sorted(words, key=len, reverse=True)), re.IGNORECASE)
    total, handoffs = 0, set()
    for column in MENTIONS:
        keys = _unsay(connection, column, words, pattern)
        total += len(keys)
        if column.table is handoff:
            handoffs |= {int(key[0]) for key in keys}
    total += len(_unsay(connection, record.c["values"], words, pattern, TEXTS, TEXT_FROM))
    return total, handoffs


def _bounded(word: str) -> str:
    """The word alone: not within a longer address or name (`ann@` in `joann@`, Berg in Bergmann)."""
    if "@" in word:
        return rf"(?<![\w.+-]){re.escape(word)}(?![\w-]|\.\w)"
    return rf"(?<!\w){re.escape(word)}(?!\w)" if " " in word else re.escape(word)


def _unsay(
    connection: Connection,
    column: Column[Any],
    words: Sequence[str],
    pattern: re.Pattern[str],
    where: ColumnElement[bool] | None = None,
    at_least: int = 0,
) -> list[tuple[Any, ...]]:
    """The primary keys of the rows that were changed."""
    table, keys = column.table, list(column.table.primary_key.columns)
    found = connection.execute(
        select(*keys, column).where(literal(True) if where is None else where, _tells(column, words))
    ).all()
    changed = [(tuple(row[:-1]), _without(row[-1], pattern, at_least)) for row in found]
    changed = [one for one, row in zip(changed, found, strict=True) if one[1] != row[-1]]
    if changed:
        same = and_(*(key == bindparam(f"key{number}") for number, key in enumerate(keys)))
        connection.execute(
            update(table).where(same).values({column: bindparam("said", type_=column.type)}),
            [{"said": said, **{f"key{number}": part for number, part in enumerate(key)}} for key, said in changed],
        )
    return [key for key, _ in changed]


def _tells(column: Column[Any], words: Iterable[str]) -> ColumnElement[bool]:
    """Rows in which one of the words may stand, in whatever letters."""
    spelled = dict.fromkeys(one for word in words for one in (word, word.lower(), word.upper(), word.title()))
    json = isinstance(column.type, JSON)
    written = [orjson.dumps(one).decode()[1:-1] if json else one for one in spelled]
    return or_(*(cast(column, Text).contains(one, autoescape=True) for one in written))


def _without(value: Any, pattern: re.Pattern[str], at_least: int) -> Any:
    if isinstance(value, str):
        return pattern.sub(INSTEAD, value) if len(value) >= at_least else value
    if isinstance(value, dict):
        return {name: _without(each, pattern, at_least) for name, each in value.items()}
    if isinstance(value, list):
        return [_without(each, pattern, at_least) for each in value]
    return value
