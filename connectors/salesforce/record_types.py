"""Record types: which choices of a closed picklist a record may have.

Describe names the choices of the whole object. A record type may have fewer, and Salesforce refuses the record for any other. Which
ones it has stands beside the layouts (`recordTypeMappings`, REST guide, sObject Layouts), as our user sees them. A new record of ours
has one type; a record that Sales made may have another.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from connectors.errors import NotAllowed, Refused, SchemaChanged
from connectors.http.shapes import an_object, shaped
from connectors.records import FieldSchema, ObjectSchema
from connectors.salesforce import soql
from connectors.salesforce.connection import Connection

Choices = Mapping[str, tuple[str, ...]]


def narrowed(
    connection: Connection, schema: ObjectSchema, described: Mapping[str, Any], record_type: str = ""
) -> ObjectSchema:
    """The schema with the choices of one record type, by default the one new records of our user get, and beside them those of
    every type. One call where there are any.
    """
    infos = [one for one in described.get("recordTypeInfos") or () if isinstance(one, Mapping)]
    if not record_type and all(one.get("master") for one in infos):
        return schema
    by_type = _choices(connection, schema.name)
    wanted = (record_type or _default(infos))[:15]
    return replace(schema, fields={name: _told(one, by_type, wanted) for name, one in schema.fields.items()})


def _default(infos: Sequence[Mapping[str, Any]]) -> str:
    """The record type that new records get; empty where that is the master, which has every choice."""
    own = next((one for one in infos if one.get("defaultRecordTypeMapping") and not one.get("master")), {})
    return str(own.get("recordTypeId") or "")


def _choices(connection: Connection, object_name: str) -> Mapping[str, Choices]:
    """Record type → field → the values it has of it; nothing where the org does not tell."""
    try:
        told = connection.call("GET", f"sobjects/{soql.name(object_name)}/describe/layouts").json()
    except (NotAllowed, Refused, SchemaChanged):
        return {}
    what = f"the record types of {object_name}"
    with shaped("Salesforce", what):
        mappings = an_object(told, "Salesforce", what).get("recordTypeMappings") or ()
        return {
            str(one["recordTypeId"]): {
                str(field["picklistName"]): _values(field) for field in one.get("picklistsForRecordType") or ()
            }
            for one in mappings
        }


def _values(field: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(str(one["value"]) for one in field.get("picklistValues") or () if one.get("active", True))


def _told(field: FieldSchema, by_type: Mapping[str, Choices], wanted: str) -> FieldSchema:
    """The field with the choices of each type that it tells, its own those of the type wanted (15 characters)."""
    if not field.restricted:  # an open list takes every text whatever the record type
        return field
    told = {number: choices[field.name] for number, choices in by_type.items() if field.name in choices}
    own = next((values for number, values in told.items() if wanted and number[:15] == wanted), None)
    field = replace(field, by_type={number: told[number] for number in told if set(told[number]) < set(field.options)})
    return field if own is None else _with(field, frozenset(own))


def _with(field: FieldSchema, values: frozenset[str]) -> FieldSchema:
    """The field with those of its choices, closed to us where none is left."""
    kept = [index for index, option in enumerate(field.options) if option in values]
    if not kept:
        return replace(field, createable=False, updateable=False)
    return replace(
        field,
        options=tuple(field.options[index] for index in kept),
        labels=tuple(field.labels[index] for index in kept),
        valid_for=tuple(field.valid_for[index] for index in kept) if field.valid_for else (),
    )
