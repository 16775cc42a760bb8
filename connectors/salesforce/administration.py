"""What an admin's setup needs: fields of our own, the right to see them, and a list of what our user may not do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from connectors.errors import NotAllowed, Refused, SchemaChanged
from connectors.records import FieldSchema
from connectors.salesforce import soql
from connectors.salesforce.connection import Connection
from connectors.salesforce.reading import query
from connectors.salesforce.schema import described

# Our types → the metadata type of a custom field (Salesforce's Metadata API guide, CustomField).
_METADATA: Mapping[str, str] = {
    "string": "Text",
    "text": "LongTextArea",
    "rich_text": "Html",
    "email": "Email",
    "phone": "Phone",
    "url": "Url",
    "integer": "Number",
    "number": "Number",
    "currency": "Currency",
    "percent": "Percent",
    "boolean": "Checkbox",
    "date": "Date",
    "datetime": "DateTime",
    "picklist": "Picklist",
    "multipicklist": "MultiselectPicklist",
    "reference": "Lookup",
}
_EXISTS = frozenset({"DUPLICATE_DEVELOPER_NAME", "DUPLICATE_VALUE"})


@dataclass(frozen=True, slots=True)
class Need:
    """What the bridge does with one object: read these fields, write those, create or edit records."""

    object_name: str
    reads: tuple[str, ...] = ()
    writes: tuple[str, ...] = ()
    create: bool = False
    edit: bool = False


@dataclass(frozen=True, slots=True, order=True)
class Missing:
    """A right our user has not: `read`, `create` or `edit` on an object, or on one field of it.

    Salesforce does not tell a field that is hidden from one that does not exist.
    """

    object_name: str
    right: str
    field: str = ""


def create_field(connection: Connection, object_name: str, field: FieldSchema) -> bool:
    """Make a custom field by the Tooling API; False when one of that name is there already.

    Nobody sees a new field before it is granted: see `grant_field`.
    """
    body = {"FullName": f"{soql.name(object_name)}.{soql.name(field.name)}", "Metadata": _metadata(field)}
    try:
        connection.call("POST", "tooling/sobjects/CustomField", body=body)
    except Refused as wrong:
        if wrong.code in _EXISTS:
            return False
        raise
    return True


def grant_field(
    connection: Connection, object_name: str, field: str, permission_set: str, *, edit: bool = True
) -> bool:
    """Let the holders of a permission set (by API name) see and edit a field; False when they could already."""
    found = query(connection, "SELECT Id FROM PermissionSet WHERE Name = {}", (permission_set,))
    if not found:
        message = f"There is no permission set {permission_set}; create it and give it to the integration user"
        raise NotAllowed(message, system="salesforce", code="NO_PERMISSION_SET")
    body = {
        "ParentId": found[0]["Id"],
        "SobjectType": soql.name(object_name),
        "Field": f"{object_name}.{soql.name(field)}",
        "PermissionsRead": True,
        "PermissionsEdit": edit,
    }
    try:
        connection.call("POST", "sobjects/FieldPermissions", body=body)
    except Refused as wrong:
        if wrong.code in _EXISTS:
            return False
        raise
    return True


def access(connection: Connection, needs: Sequence[Need]) -> list[Missing]:
    """The rights that are missing, one describe per object; nothing is written."""
    return [missing for need in needs for missing in _missing(connection, need)]


def _missing(connection: Connection, need: Need) -> list[Missing]:
    try:
        schema = described(connection, need.object_name)
    except SchemaChanged:
        return [Missing(need.object_name, "read")]
    rights = (("create", need.create and not schema.createable), ("edit", need.edit and not schema.updateable))
    found = [Missing(need.object_name, right) for right, lacks in rights if lacks]
    for name in dict.fromkeys((*need.reads, *need.writes)):
        field = schema.fields.get(name)
        if field is None:
            found.append(Missing(need.object_name, "read", name))
        elif name in need.writes and not (field.createable or field.updateable):
            found.append(Missing(need.object_name, "edit", name))
    return found


def _metadata(field: FieldSchema) -> dict[str, Any]:
    kind = _METADATA.get(field.type)
    if kind is None or (kind == "Lookup" and not field.refers_to):
        raise Refused(f"a custom field of type {field.type} is not made here", system="salesforce", code="BAD_TYPE")
    told: dict[str, Any] = {"label": field.label, "type": kind, "required": False}
    if kind in ("Text", "LongTextArea", "Html"):
        told["length"] = field.length or {"Text": 255}.get(kind, 32768)
    if kind in ("LongTextArea", "Html"):
        told["visibleLines"] = 10
    if kind in ("Number", "Currency", "Percent"):
        told |= {"precision": field.precision or 18, "scale": 0 if field.type == "integer" else field.scale}
    if kind in ("Text", "Number", "Email") and (field.external_id or field.unique):
        told |= {"externalId": field.external_id, "unique": field.unique}
        told |= {"caseSensitive": False} if kind == "Text" and field.unique else {}
    if kind == "Checkbox":
        told["defaultValue"] = "false"
    if kind == "Lookup":
        name = field.name.removesuffix("__c")
        told |= {"referenceTo": field.refers_to[0], "relationshipName": name, "deleteConstraint": "SetNull"}
    if kind in ("Picklist", "MultiselectPicklist"):
        told["valueSet"] = _value_set(field)
        told |= {"visibleLines": 4} if kind == "MultiselectPicklist" else {}
    return told


def _value_set(field: FieldSchema) -> dict[str, Any]:
    labels = field.labels or field.options
    values = [
        {"fullName": option, "label": label, "default": False}
        for option, label in zip(field.options, labels, strict=True)
    ]
    return {"restricted": field.restricted, "valueSetDefinition": {"sorted": False, "value": values}}
