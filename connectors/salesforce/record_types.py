"""Record types: which choices of a closed picklist a record of ours may have.

Describe names the choices of the whole object. A record type may have fewer, and Salesforce refuses the record for any other. Which
ones it has stands beside the layouts (`recordTypeMappings`, REST guide, sObject Layouts), as our user sees them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from connectors.errors import NotAllowed, Refused, SchemaChanged
from connectors.http.shapes import an_object, shaped
from connectors.records import FieldSchema, ObjectSchema
from connectors.salesforce import soql
from connectors.salesforce.connection import Connection

Choices = Mapping[str, frozenset[str]]


def narrowed(
    connection: Connection, schema: ObjectSchema, described: Mapping[str, Any], record_type: str = ""
) -> ObjectSchema:
    """The schema with the choices of one record type, by default the one new records of our user get. One call where there is one."""
    wanted = record_type or _default(described)
    choices = _choices(connection, schema.name, wanted) if wanted else {}
    fields = {name: _with(field, choices[name]) if name in choices else field for name, field in schema.fields.items()}
    return replace(schema, fields=fields) if choices else schema


def _default(described: Mapping[str, Any]) -> str:
    """The record type that new records get; empty where that is the master, which has every choice."""
    infos = [one for one in described.get("recordTypeInfos") or () if isinstance(one, Mapping)]
    own = next((one for one in infos if one.get("defaultRecordTypeMapping") and not one.get("master")), {})
    return str(own.get("recordTypeId") or "")


def _choices(connection: Connection, object_name: str, record_type: str) -> Choices:
    """Field → the values that record type has of it; nothing where the org does not tell."""
    try:
        told = connection.call("GET", f"sobjects/{soql.name(object_name)}/describe/layouts").json()
    except (NotAllowed, Refused, SchemaChanged):
        return {}
    what = f"the record types of {object_name}"
    with shaped("Salesforce", what):
        mappings = an_object(told, "Salesforce", what).get("recordTypeMappings") or ()
        own: Any = next((one for one in mappings if str(one.get("recordTypeId"))[:15] == record_type[:15]), {})
        return {
            str(one["picklistName"]): frozenset(
                str(choice["value"]) for choice in one.get("picklistValues") or () if choice.get("active", True)
            )
            for one in own.get("picklistsForRecordType") or ()
        }


def _with(field: FieldSchema, values: frozenset[str]) -> FieldSchema:
    """The field with those of its choices, closed to us where none is left; an open list takes every text whatever the record type."""
    if not field.restricted:
        return field
    kept = [index for index, option in enumerate(field.options) if option in values]
    if not kept:
        return replace(field, createable=False, updateable=False)
    return replace(
        field,
        options=tuple(field.options[index] for index in kept),
        labels=tuple(field.labels[index] for index in kept),
        valid_for=tuple(field.valid_for[index] for index in kept) if field.valid_for else (),
    )
