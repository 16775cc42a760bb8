"""From the parser's tree to the nodes of a query."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from lark import Token, Tree

from connectors.sandbox.salesforce.soql import nodes
from connectors.sandbox.salesforce.soql.problems import malformed
from connectors.sandbox.salesforce.stamps import parse_date, parse_datetime

_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f", '"': '"', "'": "'", "\\": "\\"}
_ESCAPED = re.compile(r"\\(u[0-9a-fA-F]{4}|.)", re.DOTALL)
# The largest LIMIT or OFFSET that is read.
_LARGEST = 2**31 - 1
_QUOTED = re.compile(r"'((?:[^'\\]|\\.)*)'", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Mixed:
    """A word that would need parentheses: AND beside OR, NOT after either."""

    word: str
    at: int


class Builder:
    """Builds one query; `mixtures` are the places where operators stand side by side without parentheses.

    Values are read from `text` where the tree has them: the tree may be that of another text with other values of the same lengths.
    """

    def __init__(self, text: str) -> None:
        self._text = text
        self.mixtures: list[Mixed] = []

    def transform(self, tree: Tree[Token]) -> nodes.Query:
        """The query of a `query` tree."""
        parts: dict[str, Any] = {
            "where": None,
            "order": (),
            "limit": None,
            "offset": 0,
            "scope": None,
            "having": None,
            "group": (),
        }
        items: tuple[nodes.Item, ...] = ()
        source: Tree[Token] | None = None
        at = 0
        for child in tree.children:
            if isinstance(child, Token):
                if child.type == "SELECT":
                    at = child.start_pos or 0
                else:
                    parts["scope"] = child.split()[-1]
            elif child.data == "items":
                items = tuple(self._item(one) for one in child.children)  # type: ignore[arg-type]
            elif child.data == "source":
                source = child
            else:
                getattr(self, f"_{child.data}")(child, parts)
        assert source is not None
        names = [_path(token) for token in source.children]
        return nodes.Query(items, names[0], names[1].text if len(names) > 1 else None, at=at, **parts)

    def _item(self, tree: Tree[Token]) -> nodes.Item:
        if tree.data == "typeof":
            return _type_of(tree)
        if tree.data == "nested":
            return nodes.Nested(self.transform(tree.children[0]))  # type: ignore[arg-type]
        if tree.data == "fields":
            word, kind = tree.children
            at = word.start_pos if isinstance(word, Token) else 0
            return nodes.Fields(str(kind).upper(), at or 0)
        alias = str(tree.children[1]) if len(tree.children) > 1 else None
        return nodes.Column(self._operand(tree.children[0]), alias)

    def _where(self, tree: Tree[Token], parts: dict[str, Any]) -> None:
        parts["where"] = self._condition(tree.children[0])

    def _group(self, tree: Tree[Token], parts: dict[str, Any]) -> None:
        trees: list[Any] = list(tree.children)
        if trees[-1].data == "having":
            parts["having"] = self._condition(trees.pop().children[0])
        parts["group"] = tuple(self._operand(one) for one in trees)

    def _order(self, tree: Tree[Token], parts: dict[str, Any]) -> None:
        parts["order"] = tuple(self._sort(one) for one in tree.children)

    def _sort(self, tree: Any) -> nodes.Sort:
        words = {token.type: token.lower() for token in tree.children[1:]}
        last = words.get("NULLS", "").endswith("last")
        return nodes.Sort(self._operand(tree.children[0]), words.get("DIRECTION") == "desc", last)

    def _limit(self, tree: Tree[Token], parts: dict[str, Any]) -> None:
        parts["limit"] = _whole(tree.children[0])

    def _offset(self, tree: Tree[Token], parts: dict[str, Any]) -> None:
        parts["offset"] = _whole(tree.children[0])

    def _condition(self, tree: Any) -> nodes.Condition:
        kind = tree.data
        if kind == "grouped":
            return self._condition(tree.children[0])
        if kind in ("or_", "and_"):
            return self._chain(tree)
        if kind == "negation":
            return nodes.Negation(self._condition(tree.children[1]))
        made: nodes.Condition = getattr(self, f"_{kind}")(tree)
        return made

    def _chain(self, tree: Any) -> nodes.Condition:
        """AND or OR with what stands around it."""
        conditions = [one for one in tree.children if isinstance(one, Tree)]
        operators = [one for one in tree.children if isinstance(one, Token)]
        if tree.data == "or_":
            inner = [one for one in conditions if one.data == "and_"]
            if operators and inner:
                first_and = next(token for token in inner[0].children if isinstance(token, Token))
                later = max(first_and, operators[0], key=lambda token: token.start_pos or 0)
                self.mixtures.append(Mixed(str(later), later.start_pos or 0))
        for one in conditions[1:]:
            word = one.children[0]
            if one.data == "negation" and isinstance(word, Token):
                self.mixtures.append(Mixed(str(word), word.start_pos or 0))
        made = tuple(self._condition(one) for one in conditions)
        if len(made) == 1:
            return made[0]
        return nodes.Any_(made) if tree.data == "or_" else nodes.All(made)

    def _comparison(self, tree: Any) -> nodes.Condition:
        operand, operator, value = tree.children
        sign = "like" if operator.type == "LIKE" else "!=" if operator == "<>" else str(operator)
        return nodes.Comparison(self._operand(operand), sign, self._value(value.children[0]), operator.start_pos or 0)

    def _membership(self, tree: Any) -> nodes.Condition:
        operand, operator, members = tree.children
        return nodes.Membership(
            self._operand(operand), operator.type == "NOT_IN", self._members(members), operator.start_pos or 0
        )

    def _inclusion(self, tree: Any) -> nodes.Condition:
        operand, operator, members = tree.children
        listed = self._members(members)
        at = operator.start_pos or 0
        if isinstance(listed, nodes.Query):
            raise malformed("unexpected token: 'SELECT'", listed.at)
        return nodes.Inclusion(self._operand(operand), operator.type == "EXCLUDES", listed, at)

    def _members(self, tree: Any) -> tuple[nodes.Value, ...] | nodes.Query:
        first = tree.children[0]
        if isinstance(first, Token):
            at = first.start_pos or 0
            return tuple(
                nodes.Value("string", _unescape(one), at)
                for one in _QUOTED.findall(self._text, at, first.end_pos or at)
            )
        if first.data == "query":
            return self.transform(first)
        return tuple(self._value(one.children[0]) for one in tree.children)

    def _value(self, token: Any) -> nodes.Value:
        at, kind = token.start_pos or 0, token.type
        text = self._text[at : token.end_pos]
        if kind == "STRING":
            return nodes.Value("string", _unescape(text[1:-1]), at)
        if kind == "NUMBER":
            return nodes.Value("number", float(text) if any(sign in text for sign in ".eE") else int(text), at)
        if kind in ("TRUE", "FALSE"):
            return nodes.Value("boolean", kind == "TRUE", at)
        if kind == "NULL":
            return nodes.Value("null", None, at)
        if kind == "DATE_WORD_N":
            name, number = text.split(":")
            return nodes.Value("word", (name.upper(), int(number)), at)
        if kind == "PATH":
            return nodes.Value("word", (text.upper(), None), at)
        if kind == "BIND":
            raise malformed("Bind variables only allowed in Apex code", at)
        return _time_value(kind, text, at)

    def _operand(self, tree: Any) -> nodes.Operand:
        token = tree.children[0]
        if tree.data == "path":
            return _path(token)
        return nodes.Call(
            str(token).upper(), tuple(self._operand(one) for one in tree.children[1:]), token.start_pos or 0
        )


def _type_of(tree: Any) -> nodes.TypeOf:
    word, path, *rest = tree.children
    cases = [tuple(_path(token) for token in one.children) for one in rest if one.data == "case"]
    other = [_path(token) for one in rest if one.data == "otherwise" for token in one.children]
    return nodes.TypeOf(_path(path), tuple((one[0], one[1:]) for one in cases), tuple(other), word.start_pos or 0)


def _path(token: Any) -> nodes.Path:
    return nodes.Path(tuple(part.strip() for part in token.split(".")), token.start_pos or 0)


def _unescape(text: str) -> str:
    if "\\" not in text:
        return text
    return _ESCAPED.sub(_escape, text)


def _escape(match: re.Match[str]) -> str:
    """One escape; those of LIKE stay for LIKE, an unknown one is refused."""
    word = match[1]
    if word[0] == "u" and len(word) == 5:
        return chr(int(word[1:], 16))
    if word in ("_", "%"):
        return "\\" + word
    if word not in _ESCAPES:
        raise malformed(
            f"Illegal string literal. Invalid string literal: Illegal character sequence '\\{word}' in string literal"
        )
    # A backslash meant as itself stays told apart from one that escapes a wildcard.
    return "\\\\" if word == "\\" else _ESCAPES[word]


def plain(content: str) -> str:
    """The text a string literal means outside LIKE."""
    return re.sub(r"\\([\\_%])", r"\1", content) if "\\" in content else content


def _whole(token: Any) -> int:
    """A whole number of 32 bits, as LIMIT and OFFSET take."""
    if not str(token).isdigit() or int(token) > _LARGEST:
        raise malformed(f"unexpected token: '{token}'", token.start_pos)
    return int(token)


def _time_value(kind: str, text: str, at: int) -> nodes.Value:
    content = parse_date(text) if kind == "DATE" else parse_datetime(text.upper().replace(" ", "+"))
    if content is None:
        raise malformed(f"Invalid {'date' if kind == 'DATE' else 'dateTime'}: {text}", at)
    return nodes.Value("date" if kind == "DATE" else "datetime", content, at)
