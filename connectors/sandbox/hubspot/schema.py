"""The properties each kind of object has: HubSpot's own, and those an admin or an app adds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from connectors.sandbox.hubspot.kinds import Kind
from connectors.sandbox.hubspot.problems import Problem, conflict, invalid, not_found
from connectors.sandbox.hubspot.shapes import rows, whole
from connectors.sandbox.hubspot.standard_properties import standard_lines

TYPES = {"bool", "date", "datetime", "enumeration", "number", "phone_number", "string", "json", "object_coordinates"}
FIELD_TYPES = {
    "booleancheckbox", "calculation_equation", "checkbox", "date", "file", "html", "number", "phonenumber", "radio", "select",
    "text", "textarea",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Property:
    """A property definition. `options` are (value, label, hidden) in order; `open_ended` takes other values as well."""

    name: str
    label: str
    type: str
    field_type: str
    group: str
    options: tuple[tuple[str, str, bool], ...] = ()
    description: str = ""
    read_only: bool = False
    unique: bool = False
    open_ended: bool = False
    standard: bool = False
    hidden: bool = False
    form_field: bool = True
    display_order: int = -1
    created_at: str = ""
    updated_at: str = ""
    archived_at: str | None = None

    def as_json(self) -> dict[str, Any]:
        """The definition as the API shows it."""
        answer: dict[str, Any] = {
            "name": self.name,
            "label": self.label,
            "type": self.type,
            "fieldType": self.field_type,
            "description": self.description,
            "groupName": self.group,
            "options": [
                {"label": label, "value": value, "displayOrder": place, "hidden": hidden}
                for place, (value, label, hidden) in enumerate(self.options)
            ],
            "displayOrder": self.display_order,
            "calculated": False,
            "externalOptions": self.name == "hubspot_owner_id",
            "hasUniqueValue": self.unique,
            "hidden": self.hidden,
            "hubspotDefined": self.standard,
            "modificationMetadata": {
                "archivable": not self.standard,
                "readOnlyDefinition": self.standard,
                "readOnlyValue": self.read_only,
            },
            "formField": self.form_field,
            "dataSensitivity": "non_sensitive",
            "archived": self.archived_at is not None,
            "createdAt": self.created_at,
            "updatedAt": self.updated_at,
        }
        if self.archived_at is not None:
            answer["archivedAt"] = self.archived_at
        return answer


@dataclass(frozen=True, slots=True)
class Group:
    """A property group."""

    name: str
    label: str
    display_order: int = -1
    archived: bool = False

    def as_json(self) -> dict[str, Any]:
        """The group as the API shows it."""
        return {"name": self.name, "label": self.label, "displayOrder": self.display_order, "archived": self.archived}


@dataclass(slots=True)
class Schema:
    """Everything an object type's records may hold. `rules` are the portal's validation rules by property."""

    kind: Kind
    properties: dict[str, Property] = field(default_factory=dict)
    gone: dict[str, Property] = field(default_factory=dict)
    groups: dict[str, Group] = field(default_factory=dict)
    rules: dict[str, Mapping[str, Any]] = field(default_factory=dict)

    def known(self, names: Iterable[str]) -> tuple[str, ...]:
        """Those of the names that exist: a reader who asks for others is simply not given them."""
        return tuple(name for name in names if name in self.properties)

    def find(self, name: str, archived: bool = False) -> Property:
        """A definition; raises 404."""
        found = (self.gone if archived else self.properties).get(name)
        if found is None:
            raise not_found(f"Property with name {name} for object type {self.kind.type_id} does not exist")
        return found

    def create(self, given: Mapping[str, Any], now: str, standard: bool = False) -> Property:
        """Add a definition from its API form; raises 400 or 409."""
        made = from_json(given, now)
        if made.name in self.properties:
            raise conflict(
                f"A property named '{made.name}' already exists.",
                sub_category="Properties.PROPERTY_EXISTS",
                context={"name": [made.name]},
            )
        if made.group not in self.groups and not standard:
            raise invalid(f"Property group {made.group} does not exist", context={"groupName": [made.group]})
        self.gone.pop(made.name, None)
        self.properties[made.name] = made
        return made

    def update(self, name: str, given: Mapping[str, Any], now: str) -> Property:
        """Change a definition; raises 400 for one that is HubSpot's own, except for its options."""
        found = self.find(name)
        if found.standard and set(given) - {
            "options",
            "label",
            "description",
            "displayOrder",
            "groupName",
            "formField",
            "hidden",
        }:
            raise Problem(
                400, f"Property {name} is a HubSpot defined property and cannot be changed", "VALIDATION_ERROR"
            )
        merged = found.as_json() | dict(given)
        changed = from_json(merged, found.created_at)
        changed = replace(
            changed,
            read_only=found.read_only,
            unique=found.unique,
            open_ended=found.open_ended,
            standard=found.standard,
            updated_at=now,
        )
        self.properties[name] = changed
        return changed

    def drop(self, name: str, now: str, force: bool = False) -> None:
        """Archive a definition. HubSpot's own cannot be; `force` lets the sandbox's admin do it all the same."""
        found = self.find(name)
        if found.standard and not force:
            raise invalid(f"Property {name} is a HubSpot defined property and cannot be deleted")
        del self.properties[name]
        self.gone[name] = replace(found, archived_at=now)


def options_of(given: Any) -> tuple[tuple[str, str, bool], ...]:
    """The options of a definition from their API form; raises 400."""
    listed = rows(given, "options")
    if not all("value" in option and "label" in option for option in listed):
        raise invalid("Invalid input JSON: an option needs `value` and `label`")
    return tuple((str(one["value"]), str(one["label"]), bool(one.get("hidden", False))) for one in listed)


def from_json(given: Mapping[str, Any], now: str) -> Property:
    """A definition from its API form; raises 400."""
    missing = [key for key in ("name", "label", "type", "fieldType", "groupName") if not given.get(key)]
    if missing:
        raise invalid(
            f"Invalid input JSON: Some required fields were not set: [{', '.join(missing)}]",
            errors=[{"message": f"Some required fields were not set: [{key}]", "in": key} for key in missing],
        )
    if str(given["type"]) not in TYPES or str(given["fieldType"]) not in FIELD_TYPES:
        raise invalid(
            f"Invalid type '{given['type']}' or fieldType '{given['fieldType']}' for property {given['name']}"
        )
    options = options_of(given.get("options"))
    if given["type"] == "bool" and not options:
        raise invalid("Boolean properties must have exactly two options: true and false")
    name = str(given["name"])
    if name != name.lower() or not name.replace("_", "").isalnum():
        raise invalid(f"Property name {name} is invalid: use lower-case letters, numbers and underscores")
    return Property(
        name,
        str(given["label"]),
        given["type"],
        given["fieldType"],
        str(given["groupName"]),
        options,
        str(given.get("description") or ""),
        unique=bool(given.get("hasUniqueValue", False)),
        open_ended=bool(given.get("externalOptions", False)),
        hidden=bool(given.get("hidden", False)),
        form_field=bool(given.get("formField", True)),
        display_order=whole(given.get("displayOrder"), "displayOrder", -1),
        created_at=now,
        updated_at=now,
    )


def standard_schema(kind: Kind, now: str) -> Schema:
    """The schema a new portal has."""
    schema = Schema(kind)
    for line in standard_lines(kind.name):
        schema.groups.setdefault(line.group, Group(line.group, line.group.replace("_", " ").capitalize()))
        schema.properties[line.name] = Property(
            line.name,
            line.label,
            line.type,
            line.field_type,
            line.group,
            tuple((value, label, False) for value, label in line.options),
            read_only=line.read_only,
            unique=line.unique,
            open_ended=line.open_ended,
            standard=True,
            created_at=now,
            updated_at=now,
        )
    return schema
