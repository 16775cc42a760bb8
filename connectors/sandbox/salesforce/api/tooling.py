"""The part of the Tooling API an admin's setup needs: custom fields made, listed, shown and dropped."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from connectors.sandbox.kernel.ledger import Call
from connectors.sandbox.salesforce import ids
from connectors.sandbox.salesforce.api.http import Reply, Request, wrong_method
from connectors.sandbox.salesforce.authored import field_describe
from connectors.sandbox.salesforce.errors import Refusal, not_found
from connectors.sandbox.salesforce.fields import option
from connectors.sandbox.salesforce.org import Org
from connectors.sandbox.salesforce.schema import SObject
from connectors.sandbox.salesforce.soql.columns import Column

_PREFIX = "00N"
_NAME = re.compile(r"[A-Za-z](?:_?[A-Za-z0-9])*__c\Z")
# Metadata type → (describe's type, whether it needs a length, precision and scale, or values).
_TYPES: Mapping[str, tuple[str, str]] = {
    "Text": ("string", "length"),
    "TextArea": ("textarea", ""),
    "LongTextArea": ("textarea", "length"),
    "Html": ("textarea", "length"),
    "Email": ("email", ""),
    "Phone": ("phone", ""),
    "Url": ("url", ""),
    "Number": ("double", "precision"),
    "Currency": ("currency", "precision"),
    "Percent": ("percent", "precision"),
    "Checkbox": ("boolean", ""),
    "Date": ("date", ""),
    "DateTime": ("datetime", ""),
    "Picklist": ("picklist", "values"),
    "MultiselectPicklist": ("multipicklist", "values"),
    "Lookup": ("reference", "referenceTo"),
}
_SINGLE_LINE = 255
_SELECTED = re.compile(r"\bSELECT\b(.*?)\bFROM\b", re.IGNORECASE | re.DOTALL)
_WHERE = re.compile(r"\bWHERE\b(.*?)(?:\bORDER BY\b|\bLIMIT\b|\Z)", re.IGNORECASE | re.DOTALL)
_EQUALS = re.compile(r"([\w.]+)\s*=\s*'([^']*)'")


class Tooling:
    """Everything below `tooling`."""

    def __init__(self, org: Org) -> None:
        self._org = org
        self._made: dict[str, tuple[str, str, dict[str, Any]]] = {}

    def handle(self, request: Request) -> Reply:
        """Find what the path means and answer it."""
        rest = request.segments[4:]
        if rest[:1] == ("query",):
            return Reply(200, self._query(request))
        if rest[:2] != ("sobjects", "CustomField"):
            raise not_found()
        if len(rest) == 2:
            if request.method != "POST":
                raise wrong_method(request, "POST")
            return self._create(request)
        if request.method == "GET":
            return Reply(200, self._entry(request, ids.whole(rest[2]) or "", metadata=True))
        if request.method == "DELETE":
            self.drop(ids.whole(rest[2]) or "", request.call)
            return Reply(204)
        raise wrong_method(request, "GET", "DELETE")

    def _create(self, request: Request) -> Reply:
        """POST {FullName: "Lead.X__c", Metadata: {…}}."""
        body = request.record()
        object_name, _, name = str(body.get("FullName", "")).partition(".")
        metadata = body.get("Metadata")
        sobject = self._org.schema.find(object_name)
        if sobject is None or not _NAME.match(name) or not isinstance(metadata, dict):
            words = f"The object name or field name is not valid: {body.get('FullName')}"
            raise _wrong("INVALID_FIELD" if sobject else "INVALID_TYPE", words)
        if sobject.find(name) is not None:
            words = f"There is already a field named {name.removesuffix('__c')} on {sobject.name}."
            raise _wrong("DUPLICATE_DEVELOPER_NAME", words)
        raw = describe_of(name, metadata)
        field = self._org.schema.add_field(sobject.name, raw)
        if self._org.settings.field_permissions == "granted":
            self._org.access.open_field(sobject.name, name)
        id18 = ids.make(_PREFIX, len(self._made))
        self._made[id18] = (sobject.name, field.name, metadata)
        if request.call is not None:
            request.call.changed("created", "CustomField", id18, {"FullName": f"{sobject.name}.{field.name}"})
        return Reply(201, {"id": id18, "success": True, "errors": [], "warnings": [], "infos": []})

    def drop(self, id18: str, call: Call | None) -> None:
        """Take a custom field away, with its values."""
        found = self._made.pop(id18, None)
        if found is None:
            raise not_found()
        drop_field(self._org, self._org.schema.get(found[0]), found[1])
        if call is not None:
            call.changed("deleted", "CustomField", id18, before={"FullName": f"{found[0]}.{found[1]}"})

    def _entry(self, request: Request, id18: str, metadata: bool) -> dict[str, Any]:
        found = self._made.get(id18)
        if found is None:
            raise not_found()
        object_name, name, told = found
        url = f"{request.base}/tooling/sobjects/CustomField/{id18}"
        made: dict[str, Any] = {"attributes": {"type": "CustomField", "url": url}, "Id": id18}
        made |= {"DeveloperName": name.removesuffix("__c"), "TableEnumOrId": object_name, "NamespacePrefix": None}
        return made | {"FullName": f"{object_name}.{name}", "Metadata": told} if metadata else made

    def _query(self, request: Request) -> dict[str, Any]:
        """`SELECT … FROM CustomField WHERE DeveloperName = … AND TableEnumOrId = …`: equality, joined by AND."""
        text = request.query.get("q", "")
        source = re.search(r"\bFROM\s+(\w+)", text, re.IGNORECASE)
        if source is None or source[1].lower() != "customfield":
            words = f"sObject type '{source[1] if source else ''}' is not supported."
            raise Refusal("INVALID_TYPE", words)
        where = _WHERE.search(text)
        wanted = {key.split(".")[-1].lower(): value for key, value in _EQUALS.findall(where[1] if where else "")}
        named = {
            "qualifiedapiname": "EntityDefinition",
            "tableenumorid": "TableEnumOrId",
            "developername": "DeveloperName",
            "id": "Id",
        }
        unknown = set(wanted) - set(named)
        if unknown:
            raise Refusal("INVALID_FIELD", f"No such column '{sorted(unknown)[0]}' on entity 'CustomField'")
        if request.query.get("columns", "").lower() == "true":
            return _columns(text)
        records = []
        for id18 in self._made:
            entry = self._entry(request, id18, metadata=False)
            shown = {"qualifiedapiname": entry["TableEnumOrId"], **{key.lower(): value for key, value in entry.items()}}
            if all(str(shown[key]).lower() == value.lower() for key, value in wanted.items()):
                records.append(entry)
        return {"size": len(records), "totalSize": len(records), "done": True, "queryLocator": None,
                "entityTypeName": "CustomField", "records": records}  # fmt: skip


def _columns(soql: str) -> dict[str, Any]:
    """What `columns=true` answers instead of records."""
    selected = _SELECTED.search(soql)
    names = [name.strip() for name in selected[1].split(",")] if selected else []
    columns = [Column(name, type="Id" if name.lower() == "id" else "String").as_json() for name in names]
    return {"columnMetadata": columns, "entityName": "CustomField", "groupBy": False,
            "idSelected": any(name.lower() == "id" for name in names), "keyPrefix": _PREFIX}  # fmt: skip


def _wrong(code: str, message: str) -> Refusal:
    return Refusal(code, message, listed=True)


def drop_field(org: Org, sobject: SObject, name: str) -> None:
    """Take a field away, with its values."""
    org.schema.drop_field(sobject.name, name)
    org.table(sobject.name).drop_column(name)


def describe_of(name: str, metadata: Mapping[str, Any]) -> dict[str, Any]:
    """A custom field's describe from its metadata; raises what the Tooling API would refuse."""
    kind, needs = _TYPES.get(str(metadata.get("type")), ("", ""))
    if not kind:
        raise _wrong(
            "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST",
            f"type: bad value for restricted picklist field: {metadata.get('type')}",
        )
    label = metadata.get("label")
    if not label:
        raise _wrong("REQUIRED_FIELD_MISSING", "You must specify a label")
    facts: dict[str, Any] = {
        "createable": True, "updateable": True, "permissionable": metadata.get("required") is not True,
        "nillable": kind != "boolean" and metadata.get("required") is not True, "externalId": metadata.get("externalId") is True,
        "unique": metadata.get("unique") is True, "caseSensitive": metadata.get("caseSensitive") is True,
        "inlineHelpText": metadata.get("inlineHelpText"), "idLookup": metadata.get("externalId") is True,
        "defaultedOnCreate": kind == "boolean",
    }  # fmt: skip
    length = _sizes(metadata, kind, needs, facts)
    if kind == "boolean":
        facts["defaultValue"] = str(metadata.get("defaultValue", "false")).lower() == "true"
    if kind == "textarea" and length > _SINGLE_LINE:
        facts |= {"filterable": False, "sortable": False, "groupable": False, "aggregatable": False}
    facts["htmlFormatted"] = metadata.get("type") == "Html"
    return field_describe(name, kind, str(label), length, **facts)


def _sizes(metadata: Mapping[str, Any], kind: str, needs: str, facts: dict[str, Any]) -> int:
    """The field's length; precision, values and the objects it refers to go into `facts`."""
    if needs == "length":
        length = metadata.get("length")
        most = _SINGLE_LINE if metadata.get("type") == "Text" else 131_072
        if not isinstance(length, int) or not 1 <= length <= most:
            raise _wrong("FIELD_INTEGRITY_EXCEPTION", f"Length must be between 1 and {most}")
        return length
    if needs == "precision":
        precision, scale = metadata.get("precision"), metadata.get("scale")
        if not isinstance(precision, int) or not isinstance(scale, int) or not 0 <= scale <= precision <= 18:
            raise _wrong(
                "FIELD_INTEGRITY_EXCEPTION", "Can not specify 'precision' and 'scale' so that their sum exceeds 18"
            )
        facts |= {"precision": precision, "scale": scale}
    if needs == "values":
        _values(metadata, facts)
        return 4_099 if kind == "multipicklist" else _SINGLE_LINE
    if needs == "referenceTo":
        target = metadata.get("referenceTo")
        if not target or not metadata.get("relationshipName"):
            raise _wrong("REQUIRED_FIELD_MISSING", "You must specify referenceTo and relationshipName")
        facts |= {"referenceTo": [target], "relationshipName": f"{metadata['relationshipName']}__r"}
    return _SINGLE_LINE if kind == "textarea" else 0


def _values(metadata: Mapping[str, Any], facts: dict[str, Any]) -> None:
    """A picklist's values from its value set."""
    held = metadata.get("valueSet") or {}
    definition = held.get("valueSetDefinition") or {}
    values = [
        dict(option(str(one.get("fullName") or one.get("valueName")), one.get("default") is True))
        for one in definition.get("value", ())
    ]
    for shown, one in zip(values, definition.get("value", ()), strict=True):
        shown["label"] = one.get("label") or shown["label"]
    if not values:
        raise _wrong("REQUIRED_FIELD_MISSING", "Must specify at least one picklist value")
    facts |= {"picklistValues": values, "restrictedPicklist": held.get("restricted") is True}
