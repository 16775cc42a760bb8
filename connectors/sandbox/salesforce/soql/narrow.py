"""Which rows a condition can be true for at all, found from indexes; whoever asks still tests each row.

Every answer is a superset of the true rows. None means: nothing better than all rows is known.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from connectors.sandbox.salesforce import ids
from connectors.sandbox.salesforce.fields import ID_TYPES, TEXT_TYPES
from connectors.sandbox.salesforce.soql import nodes
from connectors.sandbox.salesforce.soql.conditions import Conditions, edge
from connectors.sandbox.salesforce.soql.literals import days_of
from connectors.sandbox.salesforce.soql.scope import Bound, Scope

# Below this many rows reading all of them is as quick.
_WORTH_IT = 500
# A list of more members than this is not looked up one by one.
_MEMBERS = 5_000
TIMES = ("SystemModstamp", "LastModifiedDate", "CreatedDate")


@dataclass(frozen=True, slots=True)
class Range:
    """Bounds of one field, both included; None is open."""

    low: str | None = None
    high: str | None = None

    def both(self, other: Range) -> Range:
        """Where both hold."""
        lows = [one for one in (self.low, other.low) if one is not None]
        highs = [one for one in (self.high, other.high) if one is not None]
        return Range(max(lows, default=None), min(highs, default=None))

    def either(self, other: Range) -> Range:
        """Where one of the two may hold."""
        low = None if self.low is None or other.low is None else min(self.low, other.low)
        high = None if self.high is None or other.high is None else max(self.high, other.high)
        return Range(low, high)


@dataclass(frozen=True, slots=True)
class Candidates:
    """A way to the rows: how many it leads to at most, and the walk itself, in order of their ids."""

    count: int
    rows: Callable[[], Iterable[int]]


class Narrow:
    """Finds candidates for one query level."""

    def __init__(self, scope: Scope, conditions: Conditions) -> None:
        self._scope = scope
        self._conditions = conditions
        self._table = scope.table

    def best(self, condition: nodes.Condition) -> Candidates | None:
        """The shortest way to the rows that is known."""
        if len(self._table) < _WORTH_IT:
            return None
        ways = [*self._from_lists(condition), *self._from_times(condition)]
        return min(ways, key=lambda way: way.count, default=None)

    def _from_lists(self, condition: nodes.Condition) -> Iterator[Candidates]:
        listed = self.listed(condition)
        if listed is not None:
            yield Candidates(len(listed), lambda: sorted(set(listed)))
        by_id = self._id_span(condition)
        if by_id is not None:
            yield Candidates(len(by_id), lambda: by_id)

    def _from_times(self, condition: nodes.Condition) -> Iterator[Candidates]:
        for name in TIMES:
            span = self.bounds(condition, name)
            if span.low is not None or span.high is not None:
                first, last = self._table.span(name, span.low, span.high)
                yield Candidates(last - first, self._timed(name, span))

    def _timed(self, name: str, span: Range) -> Callable[[], Iterable[int]]:
        return lambda: sorted(self._table.between(name, span.low, span.high))

    def listed(self, condition: nodes.Condition) -> Sequence[int] | None:
        """Rows from equality and lists; None where these do not help."""
        if isinstance(condition, nodes.All):
            each = [one for one in map(self.listed, condition.conditions) if one is not None]
            return min(each, key=len, default=None)
        if isinstance(condition, nodes.Any_):
            together: list[int] = []
            for one in map(self.listed, condition.conditions):
                if one is None:
                    return None
                together.extend(one)
            return together
        of_parent = self._of_parent(condition)
        if of_parent is not None:
            return of_parent
        if isinstance(condition, nodes.Comparison) and condition.operator == "=" and condition.value.kind == "string":
            bound = self._indexed(condition.operand)
            if bound is not None:
                content = self._conditions.content(bound, condition.value)
                return None if content is None else self._with(bound, content)
        if isinstance(condition, nodes.Membership) and not condition.negated:
            return self._members(condition)
        return None

    def _of_parent(self, condition: nodes.Condition) -> Sequence[int] | None:
        """The children of the parents for which `Account.Name = …` or `Account.Name IN (…)` can be true."""
        if not isinstance(condition, (nodes.Comparison, nodes.Membership)) or not isinstance(
            condition.operand, nodes.Path
        ):
            return None
        parts = self._scope.parts_of(condition.operand)
        reference = self._scope.sobject.parents.get(parts[0].lower()) if len(parts) == 2 else None
        if reference is None or len(reference.refers_to) != 1 or self._table.is_virtual(reference.name):
            return None
        above = Scope(self._scope.org, self._scope.user, self._scope.org.schema.get(reference.refers_to[0]))
        own = replace(condition, operand=nodes.Path(parts[1:], condition.operand.at))
        conditions = Conditions(above, _nothing)
        if isinstance(condition, nodes.Membership):
            conditions.selected[id(own)] = self._conditions.selected.get(id(condition), frozenset({None}))
        parents = Narrow(above, conditions).listed(own)
        if parents is None or len(parents) > _MEMBERS:
            return None
        id_of = above.table.columns["Id"]
        return [row for parent in parents for row in self._table.with_value(reference.name, id_of[parent])]

    def _members(self, condition: nodes.Membership) -> Sequence[int] | None:
        wanted = self._conditions.selected.get(id(condition))
        bound = self._indexed(condition.operand)
        if bound is None or wanted is None or (len(wanted) > _MEMBERS and bound.direct != "Id") or None in wanted:
            return None
        return [row for content in wanted for row in self._with(bound, content)]

    def _indexed(self, operand: nodes.Operand) -> Bound | None:
        """The operand if it is a field of the object itself that an index helps with."""
        if not isinstance(operand, nodes.Path):
            return None
        bound = self._scope.bind(operand)
        if bound.direct is None or bound.type not in TEXT_TYPES | ID_TYPES or bound.type == "multipicklist":
            return None
        computed = bound.direct != "Id" and self._table.is_virtual(bound.direct) and bound.direct != "Name"
        return None if computed else bound

    def _with(self, bound: Bound, content: Any) -> Sequence[int]:
        if bound.direct == "Id":
            row = self._table.row_of(content)
            return () if row is None else (row,)
        return self._table.with_value(bound.name, content)

    def bounds(self, condition: nodes.Condition, name: str) -> Range:
        """The bounds a condition puts on a time of the object, or on its Id."""
        if isinstance(condition, nodes.All):
            made = Range()
            for one in condition.conditions:
                made = made.both(self.bounds(one, name))
            return made
        if isinstance(condition, nodes.Any_):
            made = self.bounds(condition.conditions[0], name)
            for one in condition.conditions[1:]:
                made = made.either(self.bounds(one, name))
            return made
        if isinstance(condition, nodes.Comparison) and isinstance(condition.operand, nodes.Path):
            parts = self._scope.parts_of(condition.operand)
            if len(parts) == 1 and parts[0].lower() == name.lower():
                return self._compared(condition)
        return Range()

    def _compared(self, condition: nodes.Comparison) -> Range:
        low, high = self._ends(condition)
        sign = condition.operator
        if low is None or sign in ("!=", "like"):
            return Range()
        return {
            "=": Range(low, high),
            "<": Range(None, low),
            "<=": Range(None, high),
            ">": Range(low),
            ">=": Range(low),
        }[sign]

    def _ends(self, condition: nodes.Comparison) -> tuple[str | None, str | None]:
        """The first and last moment a literal stands for; a little more does no harm."""
        value = condition.value
        if value.kind == "word":
            bound = self._scope.bind(condition.operand)
            name, number = value.content
            days = days_of(name, number, self._scope.today())
            return (
                (None, None) if days is None else (edge(bound, days[0].isoformat()), edge(bound, days[1].isoformat()))
            )
        if value.kind == "datetime":
            return value.content, value.content
        if value.kind == "string":
            id18 = ids.whole(value.content)
            return id18, id18
        return None, None

    def _id_span(self, condition: nodes.Condition) -> range | None:
        """Rows between two ids: ids grow with the rows."""
        span = self.bounds(condition, "Id")
        if span.low is None and span.high is None:
            return None
        column = self._table.columns["Id"]
        first = 0 if span.low is None else bisect_left(column, span.low)
        last = len(column) if span.high is None else bisect_right(column, span.high)
        return range(first, max(first, last))


def _nothing(_query: nodes.Query, _scope: Scope) -> frozenset[Any]:
    """No sub-query is run here: what they gave is known."""
    return frozenset()
