"""What the names in a query mean: fields of the object, of its parents, functions of them; checked against schema and rights."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from connectors.sandbox.salesforce.fields import Field
from connectors.sandbox.salesforce.ids import number_of
from connectors.sandbox.salesforce.org import Org
from connectors.sandbox.salesforce.schema import SObject
from connectors.sandbox.salesforce.soql import nodes
from connectors.sandbox.salesforce.soql.functions import (
    AGGREGATES,
    DATE_FUNCTIONS,
    ONLY_DATETIME,
    SHOWN_AS_IS,
    formatted,
)
from connectors.sandbox.salesforce.soql.problems import malformed, no_column, no_object, no_relationship
from connectors.sandbox.salesforce.store import Getter, Table

# Parents a path may climb.
_LEVELS = 5
# What a reference to several objects shows of whichever it is, besides the object's name as Type.
_NAME_FIELDS = frozenset(
    {
        "id",
        "name",
        "firstname",
        "lastname",
        "email",
        "phone",
        "title",
        "username",
        "isactive",
        "alias",
        "profileid",
        "userroleid",
    }
)


@dataclass(frozen=True, slots=True)
class Bound:
    """An operand that means something: how to read it, and what it is.

    `direct` is the field's name where it is one of the object itself. `field` is None for functions.
    """

    get: Getter
    type: str
    name: str
    at: int
    field: Field | None = None
    direct: str | None = None


class Scope:
    """The names one query level can use."""

    def __init__(
        self, org: Org, user: str, sobject: SObject, alias: str | None = None, deleted_too: bool = False
    ) -> None:
        self.org = org
        self.user = user
        self.sobject = sobject
        self.table: Table = org.table(sobject.name)
        self.alias = alias.lower() if alias else None
        self.deleted_too = deleted_too

    @classmethod
    def of(cls, org: Org, user: str, source: nodes.Path, alias: str | None, deleted_too: bool) -> Scope:
        """The scope of a FROM; raises INVALID_TYPE where there is no such object for this user."""
        sobject = org.schema.find(source.text)
        if sobject is None or not org.access.allows(user, sobject, "read"):
            raise no_object(source.text, source.at)
        return cls(org, user, sobject, alias, deleted_too)

    def today(self) -> date:
        """The day in the org."""
        return self.org.clock.now().date()

    def bind(self, operand: nodes.Operand) -> Bound:
        """The meaning of a field or of a function of one."""
        if isinstance(operand, nodes.Path):
            return self._path(operand)
        name = operand.name
        if name in AGGREGATES:
            raise malformed(f"unexpected token: '{name}'", operand.at)
        if len(operand.arguments) != 1 or (name not in DATE_FUNCTIONS and name not in SHOWN_AS_IS and name != "FORMAT"):
            raise malformed(f"unexpected token: '{name}'", operand.at)
        inner = self.bind(operand.arguments[0])
        if name in SHOWN_AS_IS:
            return Bound(inner.get, inner.type, operand.name, operand.at, inner.field)
        get = inner.get
        if name == "FORMAT":
            return Bound(lambda row: formatted(get(row)), "string", name, operand.at)
        kinds = ("datetime",) if name in ONLY_DATETIME else ("date", "datetime")
        if inner.type not in kinds:
            raise malformed(f"function {name} is not supported on {inner.type} field '{inner.name}'", operand.at)
        function, result = DATE_FUNCTIONS[name]

        def apply(row: int) -> Any:
            value = get(row)
            return None if value is None else function(value)

        return Bound(apply, result, name, operand.at)

    def parts_of(self, path: nodes.Path) -> tuple[str, ...]:
        """A path without the alias or the object's own name in front."""
        parts = path.parts
        if len(parts) > 1:
            first = parts[0].lower()
            own = first == self.sobject.name.lower() and first not in self.sobject.parents
            if first == self.alias or own:
                return parts[1:]
        return parts

    def field(self, sobject: SObject, name: str, at: int) -> Field:
        """A field that the user can see; raises INVALID_FIELD."""
        found = sobject.find(name)
        if found is None or not self.org.access.can_read(self.user, sobject, found):
            raise no_column(name, sobject.name, at)
        return found

    def parent(self, sobject: SObject, name: str, at: int) -> Field:
        """The reference field behind a relationship's name; raises INVALID_FIELD."""
        found = sobject.parents.get(name.lower())
        if found is None or not self.org.access.can_read(self.user, sobject, found):
            raise no_relationship(name, at)
        return found

    def _path(self, path: nodes.Path) -> Bound:
        parts = self.parts_of(path)
        if len(parts) == 1:
            field = self.field(self.sobject, parts[0], path.at)
            return Bound(self.table.getter(field.name), field.type, field.name, path.at, field, field.name)
        if len(parts) > _LEVELS + 1:
            raise malformed(f"The relationship path has more than {_LEVELS} levels: {path.text}", path.at)
        get, field = self._climb(self.sobject, self.table, parts, path.at)
        return Bound(get, field.type, path.text, path.at, field)

    def _climb(self, sobject: SObject, table: Table, parts: tuple[str, ...], at: int) -> tuple[Getter, Field]:
        """A getter through parents, and the field at its end."""
        if len(parts) == 1:
            field = self.field(sobject, parts[0], at)
            return table.getter(field.name), field
        reference = self.parent(sobject, parts[0], at)
        up = table.getter(reference.name)
        targets = [
            target for target in (self.org.schema.find(name) for name in reference.refers_to) if target is not None
        ]
        if not targets:
            raise no_relationship(parts[0], at)
        if len(reference.refers_to) > 1:
            return self._polymorphic(up, targets, parts[1:], at)
        above = self.org.table(targets[0].name)
        get, field = self._climb(targets[0], above, parts[1:], at)
        return _through(up, above, get), field

    def _polymorphic(self, up: Getter, targets: list[SObject], parts: tuple[str, ...], at: int) -> tuple[Getter, Field]:
        """A field of whichever object a reference leads to."""
        name = parts[0].lower()
        org = self.org
        if len(parts) > 1 or (name != "type" and name not in _NAME_FIELDS):
            raise no_column(parts[0], "Name", at)
        if name == "type":
            kind = _type_field(targets[0])
            return lambda row: _type_of(org, up(row)), kind
        holders = {one.name: one.find(name) for one in targets}
        field = next((found for found in holders.values() if found is not None), None)
        if field is None:
            raise no_column(parts[0], "Name", at)

        def get(row: int) -> Any:
            found = org.find(up(row))
            if found is None:
                return None
            held = holders.get(found.sobject.name)
            return None if held is None else found.table.value(found.row, held.name)

        return get, field


def _through(up: Getter, above: Table, get: Getter) -> Getter:
    """The value of the parent's field; None where there is no parent."""
    id_of = above.columns["Id"]

    def value(row: int) -> Any:
        id18 = up(row)
        if id18 is None:
            return None
        number = number_of(id18)
        return get(number) if number < len(id_of) and id_of[number] == id18 else None

    return value


def _type_of(org: Org, id18: str | None) -> str | None:
    found = org.find(id18)
    return None if found is None else found.sobject.name


def _type_field(sobject: SObject) -> Field:
    """A plain text field, to stand for Type of a reference to several objects."""
    raw = dict(sobject.fields["id"].raw)
    raw |= {"name": "Type", "label": "Type", "type": "string", "length": 40, "soapType": "xsd:string"}
    return Field(raw)
