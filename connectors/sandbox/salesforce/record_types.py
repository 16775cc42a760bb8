"""Record types: an admin gives an object kinds of records, each with fewer choices than the object's picklists have.

The first one brings the field `RecordTypeId`. A new record has the type it names, else the user's default one; a closed list takes only
the choices of the record's type (Salesforce's help, "Record Types"; the refusals from public threads of other clients).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from connectors.sandbox.salesforce.authored import field_describe
from connectors.sandbox.salesforce.errors import Refusal, refused
from connectors.sandbox.salesforce.fields import PICK_TYPES, Field
from connectors.sandbox.salesforce.org import Org
from connectors.sandbox.salesforce.schema import SObject
from connectors.sandbox.salesforce.settings import RecordType
from connectors.sandbox.salesforce.special import stamps

MASTER = "012000000000000AAA"
FIELD = "RecordTypeId"


def add(
    org: Org, sobject: SObject, by: str, name: str, choices: Mapping[str, Sequence[str]], default: bool, available: bool
) -> str:
    """Make a record type; returns its id. Raises `LookupError` for a picklist or a choice that is not there."""
    for field_name, values in choices.items():
        _check_choices(sobject, field_name, values)
    table = org.table("RecordType")
    row = table.insert(
        {"Name": name, "DeveloperName": name.replace(" ", "_"), "SobjectType": sobject.name, "IsActive": True}
        | stamps(org, by)
    )
    made = RecordType(table.columns["Id"][row], available, {key.lower(): tuple(one) for key, one in choices.items()})
    org.record_types.setdefault(sobject.name, {})[made.id] = made
    infos = [dict(one) for one in sobject.described["recordTypeInfos"]] or [_info(sobject, MASTER, "Master", True)]
    for one in infos if default else ():
        one["defaultRecordTypeMapping"] = False
    sobject.described["recordTypeInfos"] = [_info(sobject, made.id, name, default, available), *infos]
    if sobject.find(FIELD) is None:
        facts: dict[str, Any] = {"createable": True, "updateable": True, "nillable": True, "defaultedOnCreate": True}
        facts |= {"referenceTo": ["RecordType"], "relationshipName": "RecordType"}
        org.schema.add_field(sobject.name, field_describe(FIELD, "reference", "Record Type ID", **facts))
    org.schema.version += 1
    return made.id


def _check_choices(sobject: SObject, field_name: str, values: Sequence[str]) -> None:
    field = sobject.find(field_name)
    if field is None or field.type not in PICK_TYPES:
        raise LookupError(f"{sobject.name} has no picklist {field_name}")
    unknown = sorted(set(values) - set(field.options.values()))
    if unknown:
        raise LookupError(f"{sobject.name}.{field_name} has no value {unknown[0]}")


def _info(sobject: SObject, id18: str, name: str, default: bool, available: bool = True) -> dict[str, Any]:
    """A record type as describe shows it."""
    layout = f"/services/data/vxx.0/sobjects/{sobject.name}/describe/layouts/{id18}"
    return {
        "active": True, "available": available, "defaultRecordTypeMapping": default, "developerName": name.replace(" ", "_"),
        "master": id18 == MASTER, "name": name, "recordTypeId": id18, "urls": {"layout": layout},
    }  # fmt: skip


def default_of(sobject: SObject) -> str | None:
    """The record type of a new record that names none; None for the master."""
    infos = sobject.described["recordTypeInfos"]
    return next((one["recordTypeId"] for one in infos if one["defaultRecordTypeMapping"] and not one["master"]), None)


def settle(org: Org, sobject: SObject, given: Mapping[str, Any], full: dict[str, Any], row: int | None) -> None:
    """Complete the record type of a row; raises `Refusal` for one the user may not give, and for choices it does not have."""
    known = org.record_types.get(sobject.name)
    if not known:
        return
    held = None if row is None else org.table(sobject.name).value(row, FIELD)
    if row is None and full.get(FIELD) is None:
        full[FIELD] = default_of(sobject)
    now = full.get(FIELD, held)
    if now is not None and now != held and not (now in known and known[now].available):
        raise refused(
            "INVALID_CROSS_REFERENCE_KEY", f"Record Type ID: this ID value isn't valid for the user: {now}", FIELD
        )
    if now is None:
        return
    for name, value in given.items():
        field = sobject.find(name)
        if field is not None and value is not None and field.restricted:
            _check_value(field, known[now], str(value))


def _check_value(field: Field, record_type: RecordType, value: str) -> None:
    allowed = record_type.choices.get(field.name.lower())
    parts = value.split(";") if field.type == "multipicklist" else [value]
    bad = [part for part in parts if allowed is not None and part not in allowed]
    if bad:
        words = f"{field.label}: bad value for restricted picklist field: {bad[0]}"
        raise refused("INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST", words, field.name)


def mappings(org: Org, sobject: SObject, shown: Sequence[Field]) -> list[dict[str, Any]]:
    """`recordTypeMappings` of the layouts: every record type, also those the user may not give, with its choices of the fields shown."""
    known = org.record_types.get(sobject.name, {})
    picklists = [field for field in shown if field.type in PICK_TYPES]
    made = []
    for info in sobject.described["recordTypeInfos"] or [_info(sobject, MASTER, "Master", True)]:
        record_type = known.get(info["recordTypeId"])
        lists = None if not known else [_choices(field, record_type) for field in picklists]
        made.append({**info, "layoutId": layout_id(sobject), "picklistsForRecordType": lists})
    return made


def _choices(field: Field, record_type: RecordType | None) -> dict[str, Any]:
    allowed = record_type.choices.get(field.name.lower()) if record_type is not None else None
    values = [
        one for one in field.raw["picklistValues"] if one["active"] and (allowed is None or one["value"] in allowed)
    ]
    return {"picklistName": field.name, "picklistValues": values}


def layout_id(sobject: SObject) -> str:
    """The one layout every record type of an object has."""
    return f"00hLb0000000{sobject.prefix}AAA"


def layout(sobject: SObject) -> dict[str, Any]:
    """A page layout, of which nothing is drawn."""
    return {
        "buttonLayoutSection": {"detailButtons": []}, "detailLayoutSections": [], "editLayoutSections": [], "feedView": None,
        "highlightsPanelLayoutSection": None, "id": layout_id(sobject), "multirowEditLayoutSections": [], "offlineLinks": [],
        "quickActionList": {"quickActionListItems": []}, "relatedContent": None, "relatedLists": [], "saveOptions": [],
    }  # fmt: skip


def layout_of(org: Org, sobject: SObject, record_type: str) -> dict[str, Any]:
    """The layout of one record type; raises 404 where the object has none of that id."""
    there = {one["recordTypeId"] for one in mappings(org, sobject, ())}
    if not any(one[:15] == record_type[:15] and record_type in (one, one[:15]) for one in there):
        raise Refusal("NOT_FOUND", "The requested resource does not exist", status=404)
    return layout(sobject)
