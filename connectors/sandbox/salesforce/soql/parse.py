"""From text to a `Query`; raises `SoqlProblem` (MALFORMED_QUERY) at the first token that cannot stand where it stands."""

from __future__ import annotations

import re
from functools import lru_cache
from importlib import resources

from lark import Lark, Token, Tree
from lark.exceptions import UnexpectedCharacters, UnexpectedInput, UnexpectedToken

from connectors.sandbox.salesforce.soql.build import Builder, Mixed
from connectors.sandbox.salesforce.soql.nodes import Query
from connectors.sandbox.salesforce.soql.problems import SoqlProblem, malformed

LONGEST = 100_000
_LITERAL = re.compile(r"'(?:[^'\\]|\\.)*'|\b\d{4}-\d\d-\d\dT[\d:.,+-]+Z?", re.DOTALL | re.IGNORECASE)
_DIGIT = re.compile(r"\d", re.ASCII)


def parse(text: str, mixed: bool = False) -> Query:
    """The query that `text` is. `mixed` lets AND and OR stand side by side, AND binding tighter."""
    if len(text) > LONGEST:
        raise malformed(f"SOQL statements cannot be longer than {LONGEST} characters.")
    return _parse(text, mixed)


@lru_cache(maxsize=512)
def _parse(text: str, mixed: bool) -> Query:
    builder = Builder(text)
    try:
        made: Query = builder.transform(_tree(_LITERAL.sub(_blank, text)))
    except UnexpectedInput as wrong:
        raise _unexpected(text, wrong) from None
    if builder.mixtures and not mixed:
        first = min(builder.mixtures, key=lambda one: one.at)
        raise malformed(f"unexpected token: '{first.word}'", first.at)
    return made


def _blank(literal: re.Match[str]) -> str:
    """A literal of the same kind and length."""
    text = literal.group()
    return f"'{'x' * (len(text) - 2)}'" if text[0] == "'" else _DIGIT.sub("0", text)


@lru_cache(maxsize=512)
def _tree(shape: str) -> Tree[Token]:
    """The tree of all queries that differ only in what their text and time literals say: readers ask the same with other values."""
    return _parser().parse(shape)


def _unexpected(text: str, wrong: UnexpectedInput) -> SoqlProblem:
    if isinstance(wrong, UnexpectedToken) and wrong.token.type != "$END":
        at = wrong.token.start_pos or 0
        return malformed(f"unexpected token: '{text[at : wrong.token.end_pos]}'", at)
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
