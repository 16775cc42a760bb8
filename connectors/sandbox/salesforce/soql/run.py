"""Runs a query: finds the rows, puts them in order, and answers with something that can be read page by page."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from typing import Any

from connectors.sandbox.salesforce.fields import ID_TYPES
from connectors.sandbox.salesforce.org import Org, WritePage
from connectors.sandbox.salesforce.soql import nodes, semi_joins
from connectors.sandbox.salesforce.soql.columns import Column
from connectors.sandbox.salesforce.soql.conditions import Conditions, Test
from connectors.sandbox.salesforce.soql.grouped import Groups, is_grouped, sort_by
from connectors.sandbox.salesforce.soql.narrow import TIMES, Narrow
from connectors.sandbox.salesforce.soql.parse import parse
from connectors.sandbox.salesforce.soql.problems import SoqlProblem, malformed, no_object, no_relationship
from connectors.sandbox.salesforce.soql.project import Projection
from connectors.sandbox.salesforce.soql.scope import Scope
from connectors.sandbox.salesforce.store import Getter

OFFSET_AT_MOST = 2_000
# Levels of children, as from API version 58.0 on.
_LEVELS = 4


@dataclass(slots=True)
class Answer:
    """A query's answer: `rows` to be written by `write`, or `records` that are ready."""

    sobject: str
    total: int
    rows: list[int] = field(default_factory=list)
    write: WritePage | None = None
    records: list[dict[str, Any]] = field(default_factory=list)
    columns: list[Column] = field(default_factory=list)
    flat: Callable[[], list[tuple[str, Getter]]] = list
    count_only: bool = False
    grouped: bool = False
    has_children: bool = False

    def page(self, start: int, end: int) -> list[dict[str, Any]]:
        """The records of a slice."""
        if self.write is None:
            return self.records[start:end]
        return self.write(self.rows[start:end])


def run(org: Org, user: str, text: str, base: str, deleted_too: bool = False) -> Answer:
    """Run a query for a user; `base` is `/services/data/vNN.0`, for the addresses in the answer. Raises `Refusal` (errors)."""
    try:
        query = parse(text, org.settings.mixed_operators)
        return _Runner(org, user, base, deleted_too).answer(query)
    except SoqlProblem as wrong:
        raise wrong.refusal(text) from None


def show(
    org: Org, user: str, name: str, fields: Collection[str], rows: Sequence[int], base: str
) -> list[dict[str, Any]]:
    """Live rows of an object as a query for `fields` shows them to a user, late ones too. Raises `Refusal`."""
    key = (user, name, tuple(fields), base)
    writers = org.writers()
    write = writers.get(key)
    if write is None:
        text = f"SELECT {', '.join(fields)} FROM {name}"  # noqa: S608
        try:
            query = parse(text)
            runner = _Runner(org, user, base, False)
            scope = Scope.of(org, user, query.source, query.alias, False)
            write = Projection(scope, query, base, partial(runner.children, depth=1)).page()
        except SoqlProblem as wrong:
            raise wrong.refusal(text) from None
        writers[key] = write
    return write(rows)


def test_for(org: Org, object_name: str, condition: str) -> Test:
    """A condition, as after WHERE, as a test of an object's rows; for rules of the org, which see every field."""
    query = parse(f"SELECT Id FROM {object_name} WHERE {condition}", mixed=True)  # noqa: S608
    assert query.where is not None
    runner = _Runner(org, "", "", True)
    scope = Scope(org, "", org.schema.get(object_name))
    return Conditions(scope, runner.selected).compile(query.where)


class _Runner:
    """One run, with all its sub-queries."""

    def __init__(self, org: Org, user: str, base: str, deleted_too: bool) -> None:
        self._org = org
        self._user = user
        self._base = base
        self._deleted_too = deleted_too

    def answer(self, query: nodes.Query) -> Answer:
        scope = Scope.of(self._org, self._user, query.source, query.alias, self._deleted_too)
        _check_window(query)
        name = scope.sobject.name
        if not is_grouped(query):
            projection = Projection(scope, query, self._base, partial(self.children, depth=1))
            rows = self._rows(scope, query)
            return Answer(
                name, len(rows), rows, projection.page(), columns=projection.columns, flat=projection.flat,
                has_children=projection.has_children,
            )  # fmt: skip
        groups = Groups(scope, query, self.selected)
        found = self._matching(scope, query)
        if _is_plain_count(query):
            _check_plain_count(query)
            counted = self._count(scope, query, found)
            return Answer(name, counted, count_only=True, columns=groups.columns())
        records = groups.records(found)
        return Answer(name, len(records), records=records, columns=groups.columns(), grouped=True)

    def _count(self, scope: Scope, query: nodes.Query, found: Iterable[int]) -> int:
        if query.where is None and not scope.table.late and not self._deleted_too and query.scope is None:
            counted = scope.table.live
        else:
            counted = sum(1 for _ in found)
        return counted if query.limit is None else min(counted, query.limit)

    def _rows(self, scope: Scope, query: nodes.Query) -> list[int]:
        """The rows of a query in their order, offset and limit applied."""
        end = None if query.limit is None else query.offset + query.limit
        in_time = self._by_time(scope, query) if end is not None else None
        if in_time is not None:
            return list(islice(in_time, query.offset, end))
        found = self._matching(scope, query)
        if not query.order or self._by_id(scope, query):
            return list(islice(found, query.offset, end))
        rows = list(found)
        for sort in reversed(query.order):
            bound = scope.bind(sort.operand)
            if bound.field is not None and not bound.field.sortable:
                raise SoqlProblem("INVALID_FIELD", f"field '{bound.name}' can not be sorted in a query call", bound.at)
            sort_by(rows, bound, sort)
        return rows[query.offset : end]

    def _by_id(self, scope: Scope, query: nodes.Query) -> bool:
        """Whether the order asked for is that of the ids, in which rows are found anyway."""
        first = query.order[0]
        if first.descending or not isinstance(first.operand, nodes.Path):
            return False
        parts = scope.parts_of(first.operand)
        return len(parts) == 1 and parts[0].lower() == "id"

    def _by_time(self, scope: Scope, query: nodes.Query) -> Iterator[int] | None:
        """The rows in order of a time, read off the ordered list, where that is the order asked for; else None."""
        orders = [sort for sort in query.order if isinstance(sort.operand, nodes.Path) and not sort.descending]
        names = [scope.parts_of(sort.operand)[-1].lower() for sort in orders if isinstance(sort.operand, nodes.Path)]
        if len(names) != len(query.order) or not names or names[1:] not in ([], ["id"]):
            return None
        name = next((one for one in TIMES if one.lower() == names[0]), None)
        if name is None or len(scope.table) < OFFSET_AT_MOST:
            return None
        scope.field(scope.sobject, name, 0)
        test, narrow = self._test(scope, query)
        source = scope.table.between(name, None, None)
        if query.where is not None and narrow is not None:
            best, span = narrow.best(query.where), narrow.bounds(query.where, name)
            first, last = scope.table.span(name, span.low, span.high)
            if best is not None and best.count < last - first:
                return None
            source = scope.table.between(name, span.low, span.high)
        visible = self._visible(scope, query)
        return (row for row in source if visible(row) and test(row))

    def _matching(self, scope: Scope, query: nodes.Query) -> Iterator[int]:
        """The rows that fit, in order of their ids."""
        test, narrow = self._test(scope, query)
        candidates = narrow.best(query.where) if query.where is not None and narrow is not None else None
        visible = self._visible(scope, query)
        if candidates is None:
            rows: Iterable[int] = scope.table.rows(self._deleted_too)
            if query.where is None and not scope.table.late and query.scope is None:
                return iter(rows)
        else:
            rows = candidates.rows()
        return (row for row in rows if visible(row) and test(row))

    def _test(self, scope: Scope, query: nodes.Query) -> tuple[Test, Narrow | None]:
        if query.where is None:
            return (lambda _row: True), None
        semi_joins.check(query.where)
        conditions = Conditions(scope, self.selected)
        test = conditions.compile(query.where)
        return test, Narrow(scope, conditions)

    def _visible(self, scope: Scope, query: nodes.Query) -> Test:
        """Whether a row is there for this query: not deleted, its time come, in the scope asked for."""
        table = scope.table
        out = table.purged if self._deleted_too else table.deleted
        mine = self._in_scope(scope, query.scope) if query.scope else None
        if not table.late:
            return (lambda row: row not in out) if mine is None else (lambda row: row not in out and mine(row))
        now, late = self._org.now(), table.late
        return lambda row: row not in out and late.get(row, "") <= now and (mine is None or mine(row))

    def _in_scope(self, scope: Scope, name: str) -> Test | None:
        """USING SCOPE."""
        owner = scope.table.getter("OwnerId")
        user = self._user
        tests: dict[str, Test | None] = {
            "everything": None,
            "mine": lambda row: owner(row) == user,
            "queue_owned": lambda row: str(owner(row)).startswith("00G"),
            "user_owned": lambda row: str(owner(row)).startswith("005"),
        }
        if name.lower() not in tests:
            raise malformed(f"Scope {name} is not supported for {scope.sobject.name}")
        return tests[name.lower()]

    def selected(self, query: nodes.Query, outer: Scope) -> Collection[Any]:
        """The ids a semi-join's sub-query selects."""
        if len(query.items) != 1 or not isinstance(query.items[0], nodes.Column):
            raise malformed("The inner select of a semi-join must select exactly one field", query.at)
        scope = Scope.of(self._org, self._user, query.source, query.alias, self._deleted_too)
        operand = query.items[0].operand
        bound = scope.bind(operand)
        if bound.type not in ID_TYPES:
            raise malformed(f"Semi join sub-selects can only query id fields, cannot use: '{bound.name}'", operand.at)
        if scope.sobject.name == outer.sobject.name:
            words = f"The inner and outer selects should not be on the same object type ({scope.sobject.name})"
            raise malformed(words, query.at)
        get = bound.get
        return {value for value in (get(row) for row in self._rows(scope, query)) if value is not None}

    def children(self, query: nodes.Query, outer: Scope, depth: int) -> tuple[str, Callable[[int], Any], list[Column]]:
        """How to write the children of a row, under which name, and what is read of them."""
        if depth > _LEVELS:
            raise malformed(f"SOQL subqueries can be nested {_LEVELS} levels deep only", query.at)
        relationship = query.source.text
        known = outer.sobject.children.get(relationship.lower())
        sobject = self._org.schema.find(known[0]) if known is not None else None
        if known is None or sobject is None:
            raise no_relationship(relationship, query.source.at, in_from=True)
        if not self._org.access.allows(self._user, sobject, "read"):
            raise no_object(sobject.name, query.source.at)
        scope = Scope(self._org, self._user, sobject, query.alias, self._deleted_too)
        reference = known[1]
        projection = Projection(scope, query, self._base, partial(self.children, depth=depth + 1))
        write, (test, _) = projection.writer(), self._test(scope, query)
        visible, id_of = self._visible(scope, query), outer.table.columns["Id"]
        end = None if query.limit is None else query.offset + query.limit
        sorts = [(scope.bind(sort.operand), sort) for sort in query.order]

        def children(row: int) -> dict[str, Any] | None:
            listed = scope.table.with_value(reference, id_of[row])
            rows = sorted(one for one in listed if visible(one) and test(one))
            for bound, sort in reversed(sorts):
                sort_by(rows, bound, sort)
            rows = rows[query.offset : end]
            return {"totalSize": len(rows), "done": True, "records": [write(one) for one in rows]} if rows else None

        return self._relationship_name(outer, relationship), children, projection.columns

    def _relationship_name(self, outer: Scope, given: str) -> str:
        """A child relationship in the describe's spelling."""
        for child in outer.sobject.described["childRelationships"]:
            if child["relationshipName"] and child["relationshipName"].lower() == given.lower():
                return str(child["relationshipName"])
        return given


def _is_plain_count(query: nodes.Query) -> bool:
    first = query.items[0]
    return isinstance(first, nodes.Column) and isinstance(first.operand, nodes.Call) and not first.operand.arguments


def _check_plain_count(query: nodes.Query) -> None:
    if query.order:
        raise malformed("COUNT() cannot be used with ORDER BY, use COUNT(fieldName)", query.order[0].operand.at)


def _check_window(query: nodes.Query) -> None:
    if query.offset > OFFSET_AT_MOST:
        raise SoqlProblem("NUMBER_OUTSIDE_VALID_RANGE", f"Maximum SOQL offset allowed is {OFFSET_AT_MOST}")
