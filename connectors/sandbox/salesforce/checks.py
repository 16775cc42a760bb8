"""What the org refuses about a row as a whole: missing fields, records it points to, values that must be unique, its own rules."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from connectors.sandbox.salesforce.errors import Refusal, Refusals, refused
from connectors.sandbox.salesforce.fields import Field
from connectors.sandbox.salesforce.org import Org
from connectors.sandbox.salesforce.schema import SObject
from connectors.sandbox.salesforce.soql.run import test_for


def required(sobject: SObject, values: Mapping[str, Any], creating: bool) -> None:
    """Raise REQUIRED_FIELD_MISSING for fields that are empty and must not be."""
    missing = []
    for field in sobject.fields.values():
        if creating and field.required_on_create():
            if values.get(field.name) is None:
                missing.append(field.name)
        elif field.name in values and values[field.name] is None and not field.nillable:
            missing.append(field.name)
    if missing:
        raise refused("REQUIRED_FIELD_MISSING", f"Required fields are missing: [{', '.join(missing)}]", *missing)


def references(org: Org, sobject: SObject, values: Mapping[str, Any]) -> None:
    """Raise where an id leads to nothing, to something deleted or to the wrong kind of record."""
    for name, value in values.items():
        field = sobject.find(name)
        if value is None or field is None or field.type != "reference":
            continue
        target = org.schema.by_id(value)
        known = [one for one in field.refers_to if org.schema.find(one) is not None]
        if target is None or (target.name not in field.refers_to and _shared(target.name) not in field.refers_to):
            if not known:
                raise refused("INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id", name)
            raise refused("FIELD_INTEGRITY_EXCEPTION", f"{field.label}: id value of incorrect type: {value}", name)
        found = org.find(value)
        if found is None:
            raise refused("INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id")
        if found.row in found.table.deleted:
            raise refused("ENTITY_IS_DELETED", "entity is deleted")
        if target.name == "Lead" and name != "ConvertedContactId" and found.table.value(found.row, "IsConverted"):
            raise refused("CANNOT_UPDATE_CONVERTED_LEAD", "cannot reference converted lead")
        if name == "OwnerId":
            _owner(org, sobject, value)


def _shared(name: str) -> str:
    """ContentNote and ContentDocument share their ids."""
    return {"ContentNote": "ContentDocument", "ContentDocument": "ContentNote"}.get(name, name)


def _owner(org: Org, sobject: SObject, owner: str) -> None:
    """An owner must be an active user, or a queue that takes this kind of record."""
    if owner.startswith("005"):
        if not org.value(owner, "IsActive"):
            words = f"operation performed with inactive user [{owner[:15]}] as owner of {sobject.name.lower()}"
            raise refused("INACTIVE_OWNER_OR_USER", words, "OwnerId")
        return
    if org.value(owner, "Type") != "Queue":
        raise refused("INVALID_CROSS_REFERENCE_KEY", "Owner ID: owner cannot be blank", "OwnerId")
    queues = org.table("QueueSobject")
    kinds = {
        queues.value(row, "SobjectType") for row in queues.with_value("QueueId", owner) if row not in queues.deleted
    }
    if sobject.name not in kinds:
        raise refused("INVALID_CROSS_REFERENCE_KEY", "Queue not associated with this SObject type", "OwnerId")


def unique(org: Org, sobject: SObject, values: Mapping[str, Any], own_row: int | None) -> None:
    """Raise DUPLICATE_VALUE where another row already holds a unique field's value."""
    table = org.table(sobject.name)
    for name, value in values.items():
        field = sobject.find(name)
        if value is None or field is None or not (field.unique or name == "Username"):
            continue
        for row in holders(org, sobject, field, value):
            if row != own_row:
                id15 = table.columns["Id"][row][:15]
                raise refused(
                    "DUPLICATE_VALUE", f"duplicate value found: {name} duplicates value on record with id: {id15}"
                )


def holders(org: Org, sobject: SObject, field: Field, value: Any) -> list[int]:
    """The rows, not deleted, that hold a value; with regard to case where the field has it."""
    table = org.table(sobject.name)
    rows = [row for row in table.with_value(field.name, value) if row not in table.deleted]
    if field.case_sensitive:
        get = table.getter(field.name)
        rows = [row for row in rows if get(row) == value]
    return rows


def validations(org: Org, sobject: SObject, row: int) -> None:
    """Raise FIELD_CUSTOM_VALIDATION_EXCEPTION for every rule of the org that is true for a row."""
    wrong: list[Refusal] = []
    for rule in org.settings.validation_rules:
        if rule.active and rule.object == sobject.name and test_for(org, sobject.name, rule.when)(row):
            fields = (rule.field,) if rule.field else ()
            wrong.append(refused("FIELD_CUSTOM_VALIDATION_EXCEPTION", rule.message, *fields))
    if wrong:
        raise Refusals(wrong)
