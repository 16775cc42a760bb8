"""From text to a `Query`; raises `SoqlProblem` (MALFORMED_QUERY) at the first token that cannot stand where it stands."""

from __future__ import annotations

import re
from functools import lru_cache
from importlib import resources

from lark import Lark
from lark.exceptions import UnexpectedCharacters, UnexpectedInput, UnexpectedToken

from connectors.sandbox.salesforce.soql.build import Builder, Mixed
from connectors.sandbox.salesforce.soql.nodes import Query
from connectors.sandbox.salesforce.soql.problems import SoqlProblem, malformed

LONGEST = 100_000
# A sub-query's own FROM, WHERE … count too; the real org stops at 20.
_NESTED_AT_MOST = 20


def parse(text: str, mixed: bool = False) -> Query:
    """The query that `text` is. `mixed` lets AND and OR stand side by side, AND binding tighter."""
    if len(text) > LONGEST:
        raise malformed(f"SOQL statements cannot be longer than {LONGEST} characters.")
    return _parse(text, mixed)


@lru_cache(maxsize=512)
def _parse(text: str, mixed: bool) -> Query:
    builder = Builder()
    try:
        query = _parser().parse(text)
        made: Query = builder.transform(query)
    except UnexpectedInput as wrong:
        raise _unexpected(text, wrong) from None
    if builder.mixtures and not mixed:
        first = min(builder.mixtures, key=lambda one: one.at)
        raise malformed(f"unexpected token: '{first.word}'", first.at)
    return made


def _unexpected(text: str, wrong: UnexpectedInput) -> SoqlProblem:
    if isinstance(wrong, UnexpectedToken) and wrong.token.type != "$END":
        return malformed(f"unexpected token: '{wrong.token}'", wrong.token.start_pos)
    if isinstance(wrong, UnexpectedCharacters):
        at = wrong.pos_in_stream or 0
        if text[at] in "'\"":
            return malformed(f"line 1:{at} no viable alternative at character '{text[at]}'", at)
        word = re.match(r"\w+|.", text[at:], re.DOTALL)
        return malformed(f"unexpected token: '{word.group() if word else text[at]}'", at)
    return malformed("unexpected token: '<EOF>'", len(text))


@lru_cache(maxsize=1)
def _parser() -> Lark:
    grammar = (resources.files("connectors.sandbox.salesforce.soql") / "grammar.lark").read_text(encoding="utf-8")
    return Lark(grammar, parser="lalr", start="query", maybe_placeholders=False)


__all__ = ["LONGEST", "Mixed", "parse"]
