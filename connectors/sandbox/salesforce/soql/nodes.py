"""A query as parsed, before anybody asked whether its names exist. `at` is the place in the text, counted from 0."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

Kind = Literal["string", "number", "date", "datetime", "boolean", "null", "word"]


@dataclass(frozen=True, slots=True)
class Path:
    """`Account.Owner.Name`."""

    parts: tuple[str, ...]
    at: int

    @property
    def text(self) -> str:
        """As written, without white space."""
        return ".".join(self.parts)


@dataclass(frozen=True, slots=True)
class Call:
    """`COUNT(Id)`, `CALENDAR_YEAR(CreatedDate)`; names in upper case."""

    name: str
    arguments: tuple[Path | Call, ...]
    at: int


Operand = Path | Call


@dataclass(frozen=True, slots=True)
class Value:
    """A literal. A `word` is a date literal: its content is (name, n), n being None where there is none."""

    kind: Kind
    content: Any
    at: int


@dataclass(frozen=True, slots=True)
class Comparison:
    """`operator` is one of = != < <= > >= like."""

    operand: Operand
    operator: str
    value: Value
    at: int


@dataclass(frozen=True, slots=True)
class Membership:
    """IN and NOT IN, with values or a sub-query."""

    operand: Operand
    negated: bool
    members: tuple[Value, ...] | Query
    at: int


@dataclass(frozen=True, slots=True)
class Inclusion:
    """INCLUDES and EXCLUDES."""

    operand: Operand
    negated: bool
    members: tuple[Value, ...]
    at: int


@dataclass(frozen=True, slots=True)
class All:
    """AND."""

    conditions: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Any_:
    """OR."""

    conditions: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Negation:
    """NOT."""

    condition: Condition


Condition = Comparison | Membership | Inclusion | All | Any_ | Negation


@dataclass(frozen=True, slots=True)
class Column:
    """A selected field, function or aggregate."""

    operand: Operand
    alias: str | None


@dataclass(frozen=True, slots=True)
class Nested:
    """A child sub-query."""

    query: Query


@dataclass(frozen=True, slots=True)
class Fields:
    """FIELDS(ALL), FIELDS(STANDARD), FIELDS(CUSTOM)."""

    kind: str
    at: int


@dataclass(frozen=True, slots=True)
class TypeOf:
    """TYPEOF of a reference to several objects: which fields of which object; `otherwise` is empty where there is no ELSE."""

    path: Path
    cases: tuple[tuple[Path, tuple[Path, ...]], ...]
    otherwise: tuple[Path, ...]
    at: int


Item = Column | Nested | Fields | TypeOf


@dataclass(frozen=True, slots=True)
class Sort:
    """One ORDER BY entry."""

    operand: Operand
    descending: bool
    nulls_last: bool


@dataclass(frozen=True, slots=True)
class Query:
    """A whole query or sub-query."""

    items: tuple[Item, ...]
    source: Path
    alias: str | None
    scope: str | None
    where: Condition | None
    group: tuple[Operand, ...]
    having: Condition | None
    order: tuple[Sort, ...]
    limit: int | None
    offset: int
    at: int
