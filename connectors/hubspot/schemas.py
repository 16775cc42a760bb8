"""HubSpot's properties in the words both systems share, and back again for those the bridge creates."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from connectors.errors import Refused
from connectors.hubspot.official import Official
from connectors.hubspot.rows import SOURCE, is_archived, objects_of, results_of, shaped
from connectors.records import FieldSchema, ObjectSchema

#: Our type → HubSpot's (type, fieldType) for properties we create.
_CREATED: Mapping[str, tuple[str, str]] = {
    "string": ("string", "text"),
    "text": ("string", "textarea"),
    "rich_text": ("string", "html"),
    "phone": ("string", "phonenumber"),
    "email": ("string", "text"),
    "url": ("string", "text"),
    "id": ("string", "text"),
    "integer": ("number", "number"),
    "number": ("number", "number"),
    "currency": ("number", "number"),
    "percent": ("number", "number"),
    "boolean": ("bool", "booleancheckbox"),
    "date": ("date", "date"),
    "datetime": ("datetime", "date"),
    "picklist": ("enumeration", "select"),
    "multipicklist": ("enumeration", "checkbox"),
}
_BY_TYPE = {"bool": "boolean", "date": "date", "datetime": "datetime", "phone_number": "phone"}
_BY_FIELD = {"textarea": "text", "html": "rich_text", "phonenumber": "phone", "file": "other"}
_BY_NAME = {"email": "email", "hs_object_id": "id"}


class Schemas:
    """The live schema of an object, and the groups and properties the bridge adds to it."""

    def __init__(self, official: Official) -> None:
        self._official = official

    def schema(self, kind: str) -> ObjectSchema:
        rows = results_of(self._official.properties(objects_of(kind)), f"the properties of {kind}s")
        with shaped(f"the properties of {kind}s"):
            fields = {str(row["name"]): _field(row) for row in rows if not is_archived(row)}
        return ObjectSchema(SOURCE, kind, fields)

    def ensure_group(self, kind: str, name: str, label: str) -> bool:
        """True when the group was created, False when it was there."""
        return _created(lambda: self._official.create_group(objects_of(kind), {"name": name, "label": label}))

    def create_property(self, kind: str, field: FieldSchema, group: str) -> bool:
        """True when the property was created, False when one of that name was there."""
        if field.type not in _CREATED:
            message = f"a HubSpot property cannot be of type {field.type}; possible: {', '.join(_CREATED)}"
            raise Refused(message, system=SOURCE, code="TYPE_NOT_POSSIBLE")
        return _created(lambda: self._official.create_property(objects_of(kind), _definition(field, group)))


def _created(create: Any) -> bool:
    try:
        create()
    except Refused as error:
        if error.status == 409:
            return False
        raise
    return True


def _definition(field: FieldSchema, group: str) -> dict[str, Any]:
    kind, shown_as = _CREATED[field.type]
    body: dict[str, Any] = {
        "name": field.name,
        "label": field.label,
        "type": kind,
        "fieldType": shown_as,
        "groupName": group,
        "hasUniqueValue": field.unique,
    }
    if field.type == "boolean":
        body["options"] = [_option(0, "true", "Yes"), _option(1, "false", "No")]
    elif kind == "enumeration":
        labels = field.labels or field.options
        pairs = zip(field.options, labels, strict=True)
        body["options"] = [_option(order, value, label) for order, (value, label) in enumerate(pairs)]
    return body


def _option(order: int, value: str, label: str) -> dict[str, Any]:
    return {"value": value, "label": label, "displayOrder": order, "hidden": False}


def _field(row: Mapping[str, Any]) -> FieldSchema:
    metadata = row.get("modificationMetadata") or {}
    fixed = bool(metadata.get("readOnlyValue")) or bool(row.get("calculated"))
    options = [option for option in row.get("options") or () if isinstance(option, Mapping)]
    kind = _type(row)
    refers_to = str(row.get("referencedObjectType") or "").lower()
    return FieldSchema(
        name=str(row["name"]),
        label=str(row.get("label") or row["name"]),
        type=kind,
        createable=not fixed,
        updateable=not fixed,
        unique=bool(row.get("hasUniqueValue")),
        restricted=kind in ("picklist", "multipicklist") and bool(options),
        options=tuple(str(option.get("value")) for option in options),
        labels=tuple(str(option.get("label")) for option in options),
        refers_to=(refers_to,) if refers_to else (),
        custom=not row.get("hubspotDefined", False),
    )


def _type(row: Mapping[str, Any]) -> str:
    name, kind, shown_as = str(row["name"]), str(row.get("type")), str(row.get("fieldType"))
    if name in _BY_NAME:
        return _BY_NAME[name]
    if row.get("referencedObjectType") or row.get("externalOptions"):
        return "reference"
    if kind == "number":
        return "currency" if row.get("showCurrencySymbol") else "number"
    if kind == "enumeration":
        return "boolean" if shown_as == "booleancheckbox" else "multipicklist" if shown_as == "checkbox" else "picklist"
    if kind == "string":
        return _BY_FIELD.get(shown_as, "string")
    return _BY_TYPE.get(kind, "other")
