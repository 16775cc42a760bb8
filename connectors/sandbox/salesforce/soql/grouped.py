"""Queries with aggregates: rows become groups, groups become AggregateResult records."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from connectors.sandbox.salesforce.fields import TEXT_TYPES
from connectors.sandbox.salesforce.soql import nodes
from connectors.sandbox.salesforce.soql.columns import Column, apex_type
from connectors.sandbox.salesforce.soql.conditions import Conditions, SubQuery
from connectors.sandbox.salesforce.soql.functions import AGGREGATES, accepts, aggregate, result_type
from connectors.sandbox.salesforce.soql.problems import SoqlProblem, malformed
from connectors.sandbox.salesforce.soql.scope import Bound, Scope
from connectors.sandbox.salesforce.store import folded

GROUPS_AT_MOST = 2_000


def is_grouped(query: nodes.Query) -> bool:
    """Whether the answer is made of groups."""
    return bool(query.group) or any(
        isinstance(item, nodes.Column) and _is_aggregate(item.operand) for item in query.items
    )


def _is_aggregate(operand: nodes.Operand) -> bool:
    return isinstance(operand, nodes.Call) and operand.name in AGGREGATES


@dataclass(frozen=True, slots=True)
class _Output:
    """One entry of a result: a group's key by its place, or an aggregate."""

    name: str
    key: int | None
    call: str = ""
    bound: Bound | None = None


class Groups:
    """One aggregate query, ready to run."""

    def __init__(self, scope: Scope, query: nodes.Query, sub_query: SubQuery) -> None:
        self._scope = scope
        self._query = query
        self._sub_query = sub_query
        self._keys = [self._key(operand) for operand in query.group]
        self._names = [_spelt(operand) for operand in query.group]
        self._unnamed = 0
        self._outputs = [self._output(item) for item in query.items]
        names = [output.name.lower() for output in self._outputs]
        for name in names:
            if names.count(name) > 1:
                raise malformed(f"duplicate alias: {name}")

    def records(self, rows: Iterable[int]) -> list[dict[str, Any]]:
        """The result records, filtered, sorted and cut."""
        groups = self._gather(rows)
        if self._query.having is not None:
            groups = self._having(groups)
        groups = self._sorted(groups)
        if len(groups) > GROUPS_AT_MOST:
            words = "Aggregate query does not support queryMore(), use LIMIT to restrict the results to a single batch"
            raise SoqlProblem("EXCEEDED_ID_LIMIT", words)
        end = None if self._query.limit is None else self._query.offset + self._query.limit
        return [self._record(key, members) for key, members in groups[self._query.offset : end]]

    def columns(self) -> list[Column]:
        """What a record holds."""
        return [self._column(output) for output in self._outputs]

    def _column(self, output: _Output) -> Column:
        if output.key is not None:
            return Column(output.name, self._keys[output.key].field)
        bound = output.bound
        kind = result_type(output.call, bound.type if bound is not None else "int")
        shown = f"{output.call.lower()}({bound.name if bound is not None else ''})"
        return Column(output.name, shown=shown, type=apex_type(kind), aggregate=True)

    def _key(self, operand: nodes.Operand) -> Bound:
        bound = self._scope.bind(operand)
        if isinstance(operand, nodes.Path) and bound.field is not None and not bound.field.groupable:
            raise SoqlProblem("INVALID_FIELD", f"field '{bound.name}' can not be grouped in a query call", operand.at)
        return bound

    def _output(self, item: nodes.Item) -> _Output:
        if not isinstance(item, nodes.Column):
            raise malformed("Grouped query cannot use child relationships in the SELECT list")
        operand = item.operand
        if _is_aggregate(operand):
            assert isinstance(operand, nodes.Call)
            return _Output(item.alias or self._next_name(), None, operand.name, self.argument(operand))
        spelt = _spelt(operand)
        if spelt not in self._names:
            raise malformed(f"Field must be grouped or aggregated: {_shown(operand)}", operand.at)
        place = self._names.index(spelt)
        plain = self._keys[place].name.split(".")[-1] if isinstance(operand, nodes.Path) else ""
        return _Output(item.alias or plain or self._next_name(), place)

    def _next_name(self) -> str:
        self._unnamed += 1
        return f"expr{self._unnamed - 1}"

    def argument(self, call: nodes.Call) -> Bound | None:
        """What an aggregate is over; None for COUNT()."""
        if not call.arguments:
            if call.name != "COUNT":
                raise malformed(f"unexpected token: '{call.name}'", call.at)
            if len(self._query.items) > 1 or self._query.group:
                raise malformed("Count() must be the only element in the select list.", call.at)
            return None
        if len(call.arguments) != 1:
            raise malformed(f"unexpected token: '{call.name}'", call.at)
        bound = self._scope.bind(call.arguments[0])
        refused = bound.field is not None and not bound.field.raw["aggregatable"]
        if refused or not accepts(call.name, bound.type):
            raise malformed(f"field {bound.name} does not support aggregate operator {call.name}", call.at)
        return bound

    def _gather(self, rows: Iterable[int]) -> list[tuple[tuple[Any, ...], list[int]]]:
        gets = [key.get for key in self._keys]
        if not gets:
            return [((), list(rows))]
        groups: dict[tuple[Any, ...], tuple[tuple[Any, ...], list[int]]] = {}
        for row in rows:
            values = tuple([get(row) for get in gets])
            groups.setdefault(tuple([folded(value) for value in values]), (values, []))[1].append(row)
        return list(groups.values())

    def _record(self, key: tuple[Any, ...], members: Sequence[int]) -> dict[str, Any]:
        made: dict[str, Any] = {"attributes": {"type": "AggregateResult"}}
        for output in self._outputs:
            if output.key is not None:
                made[output.name] = key[output.key]
            else:
                made[output.name] = _over(output.call, output.bound, members)
        return made

    def _bind_group(self, operand: nodes.Operand, groups: list[tuple[tuple[Any, ...], list[int]]]) -> Bound:
        """An operand of HAVING or ORDER BY, read from a group's place in `groups`."""
        if _is_aggregate(operand):
            assert isinstance(operand, nodes.Call)
            bound = self.argument(operand)
            kind = result_type(operand.name, bound.type if bound is not None else "int")
            return Bound(lambda place: _over(operand.name, bound, groups[place][1]), kind, operand.name, operand.at)
        spelt = _spelt(operand)
        if spelt not in self._names:
            raise malformed(f"Ordered field must be grouped or aggregated: {_shown(operand)}", operand.at)
        number = self._names.index(spelt)
        return Bound(lambda place: groups[place][0][number], self._keys[number].type, _shown(operand), operand.at)

    def _having(self, groups: list[tuple[tuple[Any, ...], list[int]]]) -> list[tuple[tuple[Any, ...], list[int]]]:
        assert self._query.having is not None
        conditions = Conditions(self._scope, self._sub_query, lambda operand: self._bind_group(operand, groups))
        test = conditions.compile(self._query.having)
        return [group for place, group in enumerate(groups) if test(place)]

    def _sorted(self, groups: list[tuple[tuple[Any, ...], list[int]]]) -> list[tuple[tuple[Any, ...], list[int]]]:
        places = list(range(len(groups)))
        for sort in reversed(self._query.order):
            sort_by(places, self._bind_group(sort.operand, groups), sort)
        return [groups[place] for place in places]


def sort_by(rows: list[int], bound: Bound, sort: nodes.Sort) -> None:
    """Sort in place by one value, stable; text without regard to case, ids with; nulls where the query wants them."""
    get = bound.get
    nulls = [row for row in rows if get(row) is None]
    held = [row for row in rows if get(row) is not None] if nulls else rows
    held.sort(key=(lambda row: folded(get(row))) if bound.type in TEXT_TYPES else get, reverse=sort.descending)
    if nulls:
        rows[:] = held + nulls if sort.nulls_last else nulls + held


def _over(call: str, bound: Bound | None, members: Sequence[int]) -> Any:
    if bound is None:
        return len(members)
    get = bound.get
    return aggregate(call, [get(row) for row in members])


def _spelt(operand: nodes.Operand) -> str:
    """An operand in one spelling, to tell whether two are the same."""
    if isinstance(operand, nodes.Path):
        return operand.text.lower()
    return f"{operand.name}({','.join(_spelt(one) for one in operand.arguments)})"


def _shown(operand: nodes.Operand) -> str:
    return operand.text if isinstance(operand, nodes.Path) else operand.name
