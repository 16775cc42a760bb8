"""The SELECT list as functions that write a row: fields, parents as nested objects, children as results of their own."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from connectors.sandbox.salesforce.org import Org, WritePage
from connectors.sandbox.salesforce.soql import nodes
from connectors.sandbox.salesforce.soql.columns import Column, join
from connectors.sandbox.salesforce.soql.functions import AGGREGATES
from connectors.sandbox.salesforce.soql.problems import SoqlProblem, malformed
from connectors.sandbox.salesforce.soql.scope import Scope
from connectors.sandbox.salesforce.store import Getter

Write = Callable[[int], Any]
# Compiles a child sub-query: given its node, answers its name, how to write the children of a row, and what is read of them.
Children = Callable[[nodes.Query, Scope], tuple[str, Write, list[Column]]]

FIELDS_LIMIT = 200


@dataclass(slots=True)
class Parent:
    """A parent object in the output: its own fields and parents in the order they were asked for."""

    reference: Getter
    polymorphic: bool = False
    gets: dict[str, Getter] = field(default_factory=dict)
    parents: dict[str, Parent] = field(default_factory=dict)

    def writer(self, org: Org, base: str) -> Write:
        """Writes the parent of a row; None where there is none."""
        entries: list[tuple[str, Write]] = [*self.gets.items()]
        entries += [(name, parent.writer(org, base)) for name, parent in self.parents.items()]
        reference, polymorphic = self.reference, self.polymorphic

        def write(row: int) -> dict[str, Any] | None:
            id18 = reference(row)
            found = org.find(id18)
            if found is None:
                return None
            name = found.sobject.name
            # A reference to several objects shows as the type Name, whatever is behind it.
            shown = "Name" if polymorphic else name
            made: dict[str, Any] = {"attributes": {"type": shown, "url": f"{base}/sobjects/{name}/{id18}"}}
            for key, get in entries:
                made[key] = get(row)
            return made

        return write


class Projection:
    """What one query level writes for a row."""

    def __init__(self, scope: Scope, query: nodes.Query, base: str, children: Children) -> None:
        self._scope = scope
        self._base = base
        self._children = children
        self._entries: dict[str, Write | Parent] = {}
        self.columns: list[Column] = []
        self.has_children = False
        for item in query.items:
            if isinstance(item, nodes.Fields):
                self._all_fields(item, query)
            elif isinstance(item, nodes.Nested):
                self.has_children = True
                name, write, columns = children(item.query, scope)
                self._entries[name] = write
                self.columns.append(Column(name, aggregate=True, joins=columns))
            elif isinstance(item, nodes.TypeOf):
                self.has_children = True
                self._type_of(item)
            else:
                self._column(item)

    def writer(self) -> Write:
        """The function that writes a row."""
        org, base = self._scope.org, self._base
        entries = [
            (name, entry.writer(org, base) if isinstance(entry, Parent) else entry)
            for name, entry in self._entries.items()
        ]
        name = self._scope.sobject.name
        url = f"{base}/sobjects/{name}/"
        id_of = self._scope.table.columns["Id"]

        def write(row: int) -> dict[str, Any]:
            made: dict[str, Any] = {"attributes": {"type": name, "url": url + id_of[row]}}
            for key, get in entries:
                made[key] = get(row)
            return made

        return write

    def page(self) -> WritePage:
        """The function that writes many rows, field by field: faster than row by row, and pages have to be quick."""
        name, names = self._scope.sobject.name, ("attributes", *self._entries)
        url = f"{self._base}/sobjects/{name}/"
        id_of = self._scope.table.columns["Id"]
        gets = [
            entry.writer(self._scope.org, self._base) if isinstance(entry, Parent) else entry
            for entry in self._entries.values()
        ]

        def write(rows: Sequence[int]) -> list[dict[str, Any]]:
            attributes = [{"type": name, "url": url + id_of[row]} for row in rows]
            columns = [attributes, *(map(get, rows) for get in gets)]
            return [dict(zip(names, values, strict=True)) for values in zip(*columns, strict=True)]

        return write

    def flat(self) -> list[tuple[str, Getter]]:
        """Column names and getters for CSV; parents as `Account.Name`."""
        return list(_flatten("", self._entries))

    def _column(self, item: nodes.Column) -> None:
        operand = item.operand
        if isinstance(operand, nodes.Call):
            self._function(item, operand)
            return
        if item.alias is not None:
            raise malformed("only aggregate expressions use field aliasing", operand.at)
        parts = self._scope.parts_of(operand)
        bound = self._scope.bind(operand)
        if len(parts) == 1:
            if bound.name in self._entries:
                raise SoqlProblem("INVALID_FIELD", f"duplicate field selected: {bound.name}", operand.at)
            self._entries[bound.name] = bound.get
            self.columns.append(Column(bound.name, bound.field))
            return
        holder = self._entries
        steps: list[tuple[str, str, str]] = []
        sobject = self._scope.sobject
        for depth, part in enumerate(parts[:-1]):
            reference = self._scope.parent(sobject, part, operand.at)
            name = reference.relationship or part
            steps.append((name, reference.name, reference.refers_to[0] if len(reference.refers_to) == 1 else "Name"))
            up = self._scope.bind(nodes.Path((*parts[:depth], reference.name), operand.at)).get
            held = holder.setdefault(name, Parent(up, len(reference.refers_to) > 1))
            assert isinstance(held, Parent)
            holder = held.parents  # type: ignore[assignment]
            above = self._scope.org.schema.find(reference.refers_to[0])
            sobject = above if above is not None else sobject
            parent = held
        shown = bound.field.name if bound.field is not None else parts[-1]
        if shown in parent.gets:
            raise SoqlProblem("INVALID_FIELD", f"duplicate field selected: {operand.text}", operand.at)
        parent.gets[shown] = bound.get
        join(self.columns, steps, Column(shown, bound.field))

    def _function(self, item: nodes.Column, call: nodes.Call) -> None:
        if call.name not in ("TOLABEL", "FORMAT", "CONVERTCURRENCY"):
            if call.name in AGGREGATES:
                raise malformed("Grouped query cannot use child relationships in the SELECT list", call.at)
            raise malformed(f"unexpected token: '{call.name}'", call.at)
        bound = self._scope.bind(call)
        inner = call.arguments[0]
        name = item.alias or (inner.text if isinstance(inner, nodes.Path) else call.name.lower())
        if name in self._entries:
            raise SoqlProblem("INVALID_FIELD", f"duplicate field selected: {name}", call.at)
        self._entries[name] = bound.get
        self.columns.append(Column(name, bound.field, shown=f"{call.name.lower()}({name})"))

    def _type_of(self, item: nodes.TypeOf) -> None:
        """TYPEOF: the fields asked for of whichever object the reference leads to; null where no case is meant for it."""
        scope = self._scope
        reference = scope.parent(scope.sobject, item.path.text, item.at)
        if len(reference.refers_to) < 2:
            raise malformed(f"TYPEOF is not supported on {item.path.text}: it refers to one object only", item.at)
        up = scope.table.getter(reference.name)
        cases = {
            source.text.lower(): self._of_type(reference.refers_to, source, fields) for source, fields in item.cases
        }
        other = Parent(up, True)
        name = reference.relationship or item.path.text
        for path in item.otherwise:
            bound = scope.bind(nodes.Path((item.path.text, *path.parts), path.at))
            other.gets[bound.field.name if bound.field is not None else path.text] = bound.get
        otherwise = other.writer(scope.org, self._base) if item.otherwise else None

        def write(row: int) -> Any:
            found = scope.org.find(up(row))
            if found is None:
                return None
            case = cases.get(found.sobject.name.lower())
            if case is not None:
                return case(found.row)
            return None if otherwise is None else otherwise(row)

        self._entries[name] = write
        self.columns.append(Column(name, key=reference.name, type="Name"))

    def _of_type(self, known: Sequence[str], source: nodes.Path, fields: tuple[nodes.Path, ...]) -> Write:
        """How to write one of the objects a reference may lead to."""
        scope = Scope.of(self._scope.org, self._scope.user, source, None, self._scope.deleted_too)
        if scope.sobject.name not in known:
            raise malformed(f"{source.text} is no object this relationship can lead to", source.at)
        items = tuple(nodes.Column(path, None) for path in fields)
        query = nodes.Query(items, source, None, None, None, (), None, (), None, 0, source.at)
        return Projection(scope, query, self._base, self._children).writer()

    def _all_fields(self, item: nodes.Fields, query: nodes.Query) -> None:
        """FIELDS(): only STANDARD may go without a small LIMIT."""
        if item.kind not in ("ALL", "STANDARD", "CUSTOM"):
            raise malformed(f"unexpected token: '{item.kind}'", item.at)
        if item.kind != "STANDARD" and (query.limit is None or query.limit > FIELDS_LIMIT):
            raise malformed(f"The SOQL FIELDS function must have a LIMIT of at most {FIELDS_LIMIT}", item.at)
        scope = self._scope
        for one in scope.sobject.fields.values():
            wanted = item.kind == "ALL" or (item.kind == "CUSTOM") == one.custom
            if wanted and scope.org.access.can_read(scope.user, scope.sobject, one):
                self._column(nodes.Column(nodes.Path((one.name,), item.at), None))


def _flatten(prefix: str, entries: dict[str, Any]) -> Iterator[tuple[str, Getter]]:
    for name, entry in entries.items():
        if isinstance(entry, Parent):
            yield from _flatten(f"{prefix}{name}.", {**entry.gets, **entry.parents})
        else:
            yield prefix + name, entry
