"""Reads one YAML file strictly: what it says is what it means, and every node knows its line and column.

YAML 1.2 scalars, and fewer of them: `true`/`false`, whole numbers without leading zeros, decimals, `null`. Everything else is text:
`no`, `on`, `012`, `22:30`, `2026-01-02`. A key with nothing behind it is not `null` but `NOTHING`.
Duplicate keys, tags, merge keys, several documents and files over the caps are problems.
Keys are always text, lists become tuples.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import yaml

from bridge.errors import Problem
from bridge.frozen import frozen

MOST_BYTES = 1_000_000
MOST_VALUES = 100_000
"""Values after aliases are written out, so that a few lines cannot stand for millions."""
MOST_DEEP = 40
DEEPEST = 500
"""Levels that are built at all; beyond them nobody looks further."""

WHOLE = re.compile(r"[-+]?(0|[1-9][0-9]{0,17})")
DECIMAL = re.compile(r"[-+]?(0|[1-9][0-9]*)\.[0-9]+")
WORDS: dict[str, bool | None] = {
    "": None, "~": None, "null": None, "Null": None, "NULL": None,
    "true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False,
}  # fmt: skip
UNPRINTABLE = re.compile(r"[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
PLAIN_TAGS = {f"tag:yaml.org,2002:{kind}" for kind in ("str", "map", "seq")}


class Nothing:
    """What a key has whose value was deleted or commented out: it said something once, and `null` says that nothing is meant."""

    __slots__ = ()


NOTHING = Nothing()

Steps = tuple[str | int, ...]
Place = tuple[int, int]


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """PyYAML's fastest parser with no implicit types: every plain scalar arrives as text and is read here."""

    yaml_implicit_resolvers: ClassVar[dict[str, Any]] = {}


@frozen
class Document:
    """A file's content as plain values, and where each of them stands."""

    file: str
    data: Any
    root: yaml.Node

    def place(self, path: Steps, *, of_key: bool = False) -> Place:
        """Line and column (from 1) of the value at `path`, or of its key. Parts that are not in the file are passed over."""
        node, place = self.root, _start(self.root)
        for part in path:
            found = _step(node, part)
            if found is not None:
                place = _start(found[0] if of_key else found[1])
                node = found[1]
        return place

    def steps(self, path: Steps) -> Steps:
        """`path` without what is not in the file, but with its last part: what an admin calls the place."""
        node = self.root
        kept: list[str | int] = []
        for number, part in enumerate(path):
            found = _step(node, part)
            if found is not None:
                kept.append(part)
                node = found[1]
            elif number == len(path) - 1 and isinstance(part, str) and isinstance(node, yaml.MappingNode):
                kept.append(part)
        return tuple(kept)


def read_yaml(path: Path, problems: list[Problem]) -> Document | None:
    """The document in `path`; None when it cannot be read. Everything wrong is added to `problems`."""
    file = str(path)
    text = _text(path, file, problems)
    if text is None:
        return None
    try:
        # A file of nothing but comments is one in which everything stays as it is.
        if (mark := _too_deep(text)) is not None:
            problems.append(
                Problem(file, *_marked(mark), "line", "is nested too deep.", "Check the brackets and dashes.")
            )
            return None
        root = _compose(text) or _compose("{}")
    except yaml.YAMLError as error:
        problems.append(_syntax(file, error))
        return None
    reader = _Reader(file, problems)
    data = reader.value(root, (), ())
    return None if reader.broken else Document(file, data, root)


def _too_deep(text: str) -> Any:
    """Where `text` is nested deeper than a parser can follow: building a hundred thousand brackets into each other would kill the process."""
    depth = 0
    for event in yaml.parse(text, Loader=_Loader):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > DEEPEST:
            return event.start_mark
    return None


def _compose(text: str) -> Any:
    loader = _Loader(text)
    try:
        return loader.get_single_node()
    finally:
        loader.dispose()


def _text(path: Path, file: str, problems: list[Problem]) -> str | None:
    try:
        raw = path.read_bytes()
    except OSError as error:
        problems.append(Problem(file, 1, 1, path.name, f"cannot be read: {error.strerror}."))
        return None
    if len(raw) > MOST_BYTES:
        problems.append(Problem(file, 1, 1, path.name, f"is {len(raw):,} bytes; the most is {MOST_BYTES:,}."))
        return None
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line, column = _position(raw[: error.start].decode("utf-8", "replace"))
        problems.append(Problem(file, line, column, path.name, "is not UTF-8 text here.", "Save the file as UTF-8."))
        return None
    if not text.strip():  # cut off by a full disk or an editor, and all it set would be silently as it never was
        hint = "Bring it back; a file that shall change nothing holds a comment."
        problems.append(Problem(file, 1, 1, path.name, "is empty.", hint))
        return None
    if found := UNPRINTABLE.search(text):
        line, column = _position(text[: found.start()])
        problems.append(Problem(file, line, column, path.name, f"holds an invisible character, U+{ord(found[0]):04X}."))
        return None
    return text


def _position(before: str) -> Place:
    return before.count("\n") + 1, len(before) - before.rfind("\n")


@dataclass(slots=True)
class _Reader:
    """Turns nodes into values and counts them. `broken`: what is left would only lead to problems that are none."""

    file: str
    problems: list[Problem]
    count: int = 0
    broken: bool = False

    def value(self, node: yaml.Node, path: Steps, above: tuple[int, ...]) -> Any:
        self.count += 1
        if id(node) in above:
            return self._break(node, path, "contains itself through an alias.")
        if self.count > MOST_VALUES or len(above) > MOST_DEEP:
            if self.count <= MOST_VALUES + 1:
                self._break(node, path, "holds too much: too many values, or too deep.", "Write fewer aliases (*name).")
                self.count = MOST_VALUES + 2
            return None
        if node.tag not in PLAIN_TAGS:
            return self._break(
                node, path, f"has the tag {node.tag}.", "Tags (!…) are not used here; write the value alone."
            )
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, path, (*above, id(node)))
        if isinstance(node, yaml.SequenceNode):
            inside = (*above, id(node))
            return tuple(self.value(item, (*path, index), inside) for index, item in enumerate(node.value))
        if not isinstance(node, yaml.ScalarNode) or node.style:
            return node.value
        return scalar(node.value) if node.value else NOTHING

    def _mapping(self, node: yaml.MappingNode, path: Steps, above: tuple[int, ...]) -> dict[str, Any]:
        result: dict[str, Any] = {}
        lines: dict[str, int] = {}
        for key_node, value_node in node.value:
            if not isinstance(key_node, yaml.ScalarNode):
                self._wrong(key_node, path, "a key must be a text, not a list or a block.")
                continue
            key = key_node.value
            if key == "<<" and not key_node.style:
                self._wrong(key_node, (*path, key), "merge keys (<<) are not used here.", "Write the lines out.")
            elif key in lines:
                self._wrong(
                    key_node, (*path, key), f"is here twice; the first is in line {lines[key]}.", "Keep one of them."
                )
            else:
                lines[key] = key_node.start_mark.line + 1
                result[key] = self.value(value_node, (*path, key), above)
        return result

    def _break(self, node: yaml.Node, path: Steps, text: str, suggestion: str = "") -> None:
        self.broken = True
        self._wrong(node, path, text, suggestion)

    def _wrong(self, node: yaml.Node, path: Steps, text: str, suggestion: str = "") -> None:
        self.problems.append(Problem(self.file, *_start(node), dotted(path), text, suggestion))


def scalar(text: str) -> str | int | float | bool | None:
    """What an unquoted text means.

    >>> scalar("no"), scalar("012"), scalar("12"), scalar("true"), scalar("1.5")
    ('no', '012', 12, True, 1.5)
    """
    if text in WORDS:
        return WORDS[text]
    if WHOLE.fullmatch(text):
        return int(text)
    if DECIMAL.fullmatch(text):
        return float(text)
    return text


def dotted(path: Steps) -> str:
    """A path as people write it: `rules[0].when.field`."""
    result = ""
    for part in path:
        result += f"[{part}]" if isinstance(part, int) else f".{part}" if result else part
    return result or "file"


def _start(node: yaml.Node) -> Place:
    return node.start_mark.line + 1, node.start_mark.column + 1


def _step(node: yaml.Node, part: str | int) -> tuple[yaml.Node, yaml.Node] | None:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if isinstance(key, yaml.ScalarNode) and key.value == part:
                return key, value
    if isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
        return node.value[part], node.value[part]
    return None


BEGINNING, SPOT = True, False
SYNTAX: tuple[tuple[str, bool, str, str], ...] = (
    ("cannot start any token", SPOT, "starts with a character YAML does not allow here.",
     "Indent with spaces, not tabs, and put texts that start with @, `, % or & in quotes."),
    ("mapping values are not allowed", SPOT, "has a second `: ` in one line, or is indented further than the line above.",
     "Put a text that holds `: ` in quotes."),
    ("simple key", BEGINNING, "has no `:` after a key.", "Write `key: value`."),
    ("quoted scalar.*end of stream", BEGINNING, "has a quote that is never closed.", "Close the quote."),
    ("flow (sequence|mapping)", BEGINNING, "opens a bracket that is never closed.", "Check [ ], { } and the commas between."),
    ("expected node content", SPOT, "has a bracket or comma that does not fit.", "Put a text that starts with one in quotes."),
    ("block (mapping|collection|sequence)", SPOT, "is indented unlike its neighbours, or has text after a closing quote or bracket.",
     "Indent the lines of one block by the same number of spaces."),
    ("undefined alias", SPOT, "uses an alias (*name) that nothing above defines.", "Text that starts with * needs quotes."),
    ("scanning an (alias|anchor)", SPOT, "has a * or & without a name.", "Put the text in quotes."),
    ("single document", SPOT, "holds a second document (---).", "Use one file for each."),
    ("escape character", SPOT, "has a backslash YAML does not know inside double quotes.", "Use single quotes."),
)  # fmt: skip


def _syntax(file: str, error: yaml.YAMLError) -> Problem:
    said = f"{getattr(error, 'context', '') or ''} {getattr(error, 'problem', '') or error}"
    spot, beginning = getattr(error, "problem_mark", None), getattr(error, "context_mark", None)
    for pattern, where, text, suggestion in SYNTAX:
        if re.search(pattern, said):
            return Problem(file, *_marked(beginning if where is BEGINNING else spot), "line", text, suggestion)
    return Problem(file, *_marked(spot), "line", "is not YAML from here on.", "Compare with the line above.")


def _marked(mark: Any) -> Place:
    return (mark.line + 1, mark.column + 1) if mark else (1, 1)
