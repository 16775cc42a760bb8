"""What a query selects, as a tree: fields, parents with what is read of them, children, aggregates. `columns=true` answers with it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from connectors.sandbox.salesforce.fields import Field

_APEX = {
    "boolean": "Boolean", "int": "Integer", "double": "Double", "currency": "Double", "percent": "Double", "date": "Date",
    "datetime": "Datetime", "id": "Id", "reference": "Id", "address": "Address",
}  # fmt: skip


def apex_type(kind: str) -> str:
    """Apex's name of a describe's type."""
    return _APEX.get(kind, "String")


@dataclass(slots=True)
class Column:
    """One selected thing. `key` is the reference field of a parent; `joins` are what is read of a parent or of children."""

    name: str
    of: Field | None = None
    shown: str = ""
    type: str = ""
    key: str | None = None
    aggregate: bool = False
    joins: list[Column] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """The entry of `columnMetadata`."""
        held = self.of
        kind = self.type or (apex_type(held.type) if held is not None else "String")
        return {
            "aggregate": self.aggregate,
            "apexType": kind,
            "booleanType": kind == "Boolean",
            "columnName": self.name,
            "custom": held is not None and held.custom,
            "displayName": self.shown or self.name,
            "foreignKeyName": self.key,
            "insertable": held is not None and held.createable,
            "joinColumns": [one.as_json() for one in self.joins],
            "numberType": kind in ("Integer", "Double"),
            "textType": kind in ("String", "Id") and not self.joins,
            "updatable": held is not None and held.updateable,
        }


def join(columns: list[Column], steps: Iterable[tuple[str, str, str]], last: Column) -> None:
    """Put `last` below its parents, which are (relationship, reference field, object) from the row upwards."""
    for name, key, sobject in steps:
        found = next((one for one in columns if one.name == name and one.key is not None), None)
        if found is None:
            found = Column(name, type=sobject, key=key)
            columns.append(found)
        columns = found.joins
    columns.append(last)


def has_address(columns: Iterable[Column]) -> bool:
    """Whether a compound address is among them, at any depth."""
    return any((one.of is not None and one.of.type == "address") or has_address(one.joins) for one in columns)
