"""What an object looks like: Salesforce's describe in the words both systems share."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from connectors.errors import SchemaChanged
from connectors.http.shapes import an_object, shaped
from connectors.records import FieldSchema, ObjectSchema
from connectors.salesforce import soql
from connectors.salesforce.connection import Connection
from connectors.salesforce.record_types import narrowed

# describe's type → ours (connectors.records.FieldSchema). What is missing is `other`: address, location, base64, time, anyType.
_TYPES: Mapping[str, str] = {
    "string": "string",
    "encryptedstring": "string",
    "textarea": "text",
    "email": "email",
    "phone": "phone",
    "url": "url",
    "int": "integer",
    "long": "integer",
    "double": "number",
    "currency": "currency",
    "percent": "percent",
    "boolean": "boolean",
    "date": "date",
    "datetime": "datetime",
    "picklist": "picklist",
    "combobox": "picklist",
    "multipicklist": "multipicklist",
    "reference": "reference",
    "id": "id",
}

_FILLED = frozenset({"boolean", "picklist", "combobox", "reference"})


def described(connection: Connection, object_name: str) -> ObjectSchema:
    """The live schema of an object, by one call. `SchemaChanged` when there is no such object."""
    return _read(connection, object_name)[0]


def described_for(connection: Connection, object_name: str, record_type: str = "") -> ObjectSchema:
    """The same with the choices of one record type, by default that of new records; a second call where there is one."""
    schema, told = _read(connection, object_name)
    return narrowed(connection, schema, told, record_type)


def _read(connection: Connection, object_name: str) -> tuple[ObjectSchema, Mapping[str, Any]]:
    try:
        told = connection.call("GET", f"sobjects/{soql.name(object_name)}/describe").json()
    except SchemaChanged as gone:  # Salesforce does not repeat what it was asked for
        message = f"Salesforce has no object {object_name}, or hides it from the integration user ({gone.code})"
        names = (object_name,)
        raise SchemaChanged(message, names=names, system="salesforce", status=gone.status, code=gone.code) from None
    with shaped("Salesforce", f"describe of {object_name}"):
        whole = an_object(told, "Salesforce", f"describe of {object_name}")
        return object_schema(whole, object_name), whole


def object_schema(described: Mapping[str, Any], name: str = "") -> ObjectSchema:
    """The schema of one object from its describe answer. What the answer does not speak of is taken to be allowed: a write is
    refused record by record, a field believed closed would never be written.
    """
    fields = {str(field["name"]): field_schema(field) for field in described["fields"]}
    told = {str(field["name"]): field for field in described["fields"]}
    for own, field in told.items():
        deciding = told.get(str(field.get("controllerName")))
        if deciding is not None and deciding.get("picklistValues"):
            fields[own] = replace(fields[own], valid_for=_valid_for(field, deciding))
    return ObjectSchema(
        source="salesforce",
        name=str(described.get("name") or name),
        fields=fields,
        createable=bool(described.get("createable", True)),
        updateable=bool(described.get("updateable", True)),
    )


def field_schema(field: Mapping[str, Any]) -> FieldSchema:
    """One field. It is required when a create without it fails: not nillable, no default of its own, and ours to set."""
    active = _active(field)
    ours = not (field.get("calculated") or field.get("autoNumber"))
    createable = bool(field.get("createable", ours))
    return FieldSchema(
        name=str(field["name"]),
        label=str(field.get("label") or field["name"]),
        type=_type_of(field),
        length=int(field.get("length") or 0),
        precision=int(field.get("precision") or field.get("digits") or 0),
        scale=int(field.get("scale") or 0),
        required=createable and not field.get("nillable", True) and not _has_default(field),
        createable=createable,
        updateable=bool(field.get("updateable", ours)),
        unique=bool(field.get("unique")),
        external_id=bool(field.get("externalId")),
        restricted=bool(field.get("restrictedPicklist")),
        options=tuple(str(option["value"]) for option in active),
        labels=tuple(str(option.get("label") or option["value"]) for option in active),
        refers_to=tuple(str(name) for name in field.get("referenceTo") or ()),
        custom=bool(field.get("custom")),
    )


def _has_default(field: Mapping[str, Any]) -> bool:
    """Whether the org fills the field itself. Where that is not told: checkboxes, choices and owners are filled, a line of text is not."""
    told = field.get("defaultedOnCreate")
    if told is not None:
        return bool(told)
    return field.get("defaultValue") is not None or field.get("type") in _FILLED


def _valid_for(field: Mapping[str, Any], deciding: Mapping[str, Any]) -> tuple[tuple[str, ...], ...]:
    """For each option of a field the values of the `deciding` picklist it goes with.

    `validFor` is base64 of a set of bits, one for each value of that list, also of those that are not active, counted from the left.
    Where one cannot be read nothing is said of any: the org itself refuses what does not fit.
    """
    values = [str(option.get("value")) for option in deciding["picklistValues"]]
    found = []
    for option in _active(field):
        told = str(option.get("validFor") or "")
        try:
            bits = base64.b64decode(told + "=" * (-len(told) % 4))
        except ValueError:
            return ()
        places = range(min(len(values), len(bits) * 8))
        found.append(tuple(values[place] for place in places if bits[place // 8] & 0x80 >> place % 8))
    return tuple(found)


def _active(field: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    options = (option for option in field.get("picklistValues") or () if option.get("value") is not None)
    return [option for option in options if option.get("active", True)]


def _type_of(field: Mapping[str, Any]) -> str:
    if field.get("htmlFormatted") and field.get("type") == "textarea":
        return "rich_text"
    return _TYPES.get(str(field.get("type")), "other")
