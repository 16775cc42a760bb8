"""The org's objects and fields, read from describes; custom fields come and go while it runs."""

from __future__ import annotations

import gzip
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from importlib import resources
from typing import Any

import orjson

from connectors.sandbox.salesforce import authored
from connectors.sandbox.salesforce.fields import Field

RECORDED = ("Account", "Contact", "Lead", "Case", "Event", "Opportunity")
_DESCRIBES = resources.files("connectors.sandbox.salesforce") / "describes"


@dataclass(slots=True)
class SObject:
    """One object. `described` is its describe without fields; `soft` says that deleted rows stay in the bin."""

    name: str
    prefix: str
    described: dict[str, Any]
    fields: dict[str, Field]
    soft: bool = True
    fixed: bool = False
    children: dict[str, tuple[str, str]] = field(default_factory=dict)
    parents: dict[str, Field] = field(default_factory=dict)

    def find(self, name: str) -> Field | None:
        """A field by its name in any case."""
        return self.fields.get(name.lower())

    def add(self, added: Field) -> None:
        """Take in a field, and the relationship it makes."""
        self.fields[added.name.lower()] = added
        if added.relationship:
            self.parents[added.relationship.lower()] = added

    def drop(self, name: str) -> None:
        """Forget a field."""
        gone = self.fields.pop(name.lower())
        if gone.relationship:
            self.parents.pop(gone.relationship.lower(), None)

    @property
    def createable(self) -> bool:
        """Whether rows can be made through the API."""
        return bool(self.described["createable"])

    @property
    def updateable(self) -> bool:
        """Whether rows can be changed through the API."""
        return bool(self.described["updateable"])

    @property
    def deletable(self) -> bool:
        """Whether rows can be deleted through the API."""
        return bool(self.described["deletable"])


class Schema:
    """All objects. `version` counts changes, so that what was worked out from the schema knows when it is stale."""

    def __init__(self) -> None:
        self.version = 0
        self._objects: dict[str, SObject] = {}
        self._by_prefix: dict[str, SObject] = {}
        for described in _all_describes():
            self._take_in(described)
        self._share_time_zones()

    def _take_in(self, described: dict[str, Any]) -> None:
        raw_fields = described["fields"]
        rest = {key: value for key, value in described.items() if key != "fields"}
        made = SObject(
            described["name"], described["keyPrefix"], rest, {}, described["undeletable"], not described["createable"]
        )
        for raw in raw_fields:
            made.add(Field(raw))
        for child in described["childRelationships"]:
            if child["relationshipName"]:
                made.children[child["relationshipName"].lower()] = (child["childSObject"], child["field"])
        self._objects[made.name.lower()] = made
        self._by_prefix.setdefault(made.prefix, made)

    def _share_time_zones(self) -> None:
        """Give users and the org the list of time zones that a recorded describe holds."""
        zones = self.get("Event").fields["recurrencetimezonesidkey"].raw["picklistValues"]
        for name in ("User", "Organization"):
            field = self.get(name).fields["timezonesidkey"]
            field.raw["picklistValues"] = zones
            field.refresh()

    def __iter__(self) -> Iterator[SObject]:
        return iter(sorted(self._objects.values(), key=lambda one: one.name))

    def find(self, name: str) -> SObject | None:
        """An object by its name in any case."""
        return self._objects.get(name.lower())

    def get(self, name: str) -> SObject:
        """An object that must be there; raises `LookupError` with a sentence."""
        found = self.find(name)
        if found is None:
            raise LookupError(f"the org has no object {name}")
        return found

    def by_id(self, id18: str) -> SObject | None:
        """The object an id belongs to, by its prefix."""
        return self._by_prefix.get(id18[:3])

    def add_field(self, object_name: str, raw: Mapping[str, Any]) -> Field:
        """Take in a custom field from its describe."""
        made = Field(dict(raw))
        self.get(object_name).add(made)
        self.version += 1
        return made

    def drop_field(self, object_name: str, name: str) -> None:
        """Take a field away; raises `LookupError` if there is none."""
        holder = self.get(object_name)
        if holder.find(name) is None:
            raise LookupError(f"{object_name} has no field {name}")
        holder.drop(name)
        self.version += 1


def _all_describes() -> Iterator[dict[str, Any]]:
    """Recorded describes as they are, then the authored ones, with the relationships among these worked out."""
    made = authored.describes((_DESCRIBES / "authored.txt").read_text(encoding="utf-8"))
    for name in RECORDED:
        yield orjson.loads(gzip.decompress((_DESCRIBES / f"{name}.json.gz").read_bytes()))
    yield from made
