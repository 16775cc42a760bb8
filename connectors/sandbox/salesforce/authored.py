"""Describes for objects written from documents: a line for each field becomes what `describe` would answer."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from connectors.sandbox.salesforce.fields import option

_OBJECT = re.compile(r'object (\w+) (\w{3}) "([^"]*)" "([^"]*)" ?(.*)')
_FIELD = re.compile(r'  (\w+) (\w+)(?:\(([\w,]+)\))?(?::(\w+))? (\S+) "([^"]*)"(?: = (.*))?')

_SOAP = {
    "id": "tns:ID",
    "reference": "tns:ID",
    "boolean": "xsd:boolean",
    "int": "xsd:int",
    "double": "xsd:double",
    "currency": "xsd:double",
    "percent": "xsd:double",
    "date": "xsd:date",
    "datetime": "xsd:dateTime",
    "address": "urn:address",
}
_LENGTHS = {"id": 18, "reference": 18, "email": 80, "phone": 40, "url": 255, "picklist": 255}
_DIGITS = {"int": 9}
_NO_TEXT = frozenset({"boolean", "int", "double", "currency", "percent", "date", "datetime"})

_SYSTEM = """\
  CreatedDate datetime dg "Created Date"
  CreatedById reference(User):CreatedBy d "Created By ID"
  LastModifiedDate datetime dg "Last Modified Date"
  LastModifiedById reference(User):LastModifiedBy d "Last Modified By ID"
  SystemModstamp datetime dg "System Modstamp\""""
_PLAIN_SYSTEM = '  SystemModstamp datetime dg "System Modstamp"'


# What is the same for every plain field.
_FALSE = (
    "aiPredictionField", "autoNumber", "calculated", "cascadeDelete", "caseSensitive", "createable", "defaultedOnCreate", "dependentPicklist",
    "deprecatedAndHidden", "displayLocationInDecimal", "encrypted", "externalId", "formulaTreatNullNumberAsZero", "highScaleNumber",
    "htmlFormatted", "idLookup", "nameField", "namePointing", "nillable", "permissionable", "polymorphicForeignKey", "queryByDistance",
    "restrictedDelete", "restrictedPicklist", "unique", "updateable", "writeRequiresMasterRead",
)  # fmt: skip
_NULL = (
    "calculatedFormula", "compoundFieldName", "controllerName", "defaultValue", "defaultValueFormula", "extraTypeInfo", "filteredLookupInfo",
    "inlineHelpText", "mask", "maskType", "referenceTargetField", "relationshipName", "relationshipOrder",
)  # fmt: skip


def field_describe(name: str, type_name: str, label: str, length: int = 0, **facts: Any) -> dict[str, Any]:
    """A field's describe with what follows from its type filled in; `facts` are describe's own keys."""
    length = length or _LENGTHS.get(type_name, 0)
    raw: dict[str, Any] = dict.fromkeys(_FALSE, False) | dict.fromkeys(_NULL)
    raw |= {
        "aggregatable": type_name != "boolean",
        "byteLength": 0 if type_name in _NO_TEXT else length if type_name in ("id", "reference") else length * 3,
        "custom": name.endswith("__c"),
        "defaultValue": False if type_name == "boolean" else None,
        "digits": _DIGITS.get(type_name, 0),
        "filterable": True,
        "groupable": type_name not in ("datetime", "double", "currency", "percent"),
        "label": label,
        "length": length,
        "name": name,
        "picklistValues": [],
        "precision": 0,
        "referenceTo": [],
        "scale": 0,
        "searchPrefilterable": type_name == "reference",
        "soapType": _SOAP.get(type_name, "xsd:string"),
        "sortable": True,
        "type": type_name,
    }
    return dict(sorted((raw | facts).items()))


def _field(line: str) -> dict[str, Any]:
    """One line of the file."""
    match = _FIELD.fullmatch(line)
    if match is None:
        raise ValueError(f"not a field: {line!r}")
    name, type_name, sizes, relationship, flags, label, values = match.groups()
    facts = _flag_facts(flags)
    length = 0
    if type_name == "reference":
        facts |= {"referenceTo": sizes.split(","), "relationshipName": relationship}
        facts["polymorphicForeignKey"] = facts["namePointing"] = "," in sizes
    elif type_name in ("double", "currency", "percent") and sizes:
        facts["precision"], facts["scale"] = (int(size) for size in sizes.split(","))
    elif sizes:
        length = int(sizes)
    if values:
        facts["picklistValues"] = [option(one.removeprefix("*"), one.startswith("*")) for one in values.split(" | ")]
    raw = field_describe(name, type_name, label, length, **facts)
    raw["permissionable"] = raw["nillable"] and "p" not in flags and (raw["createable"] or raw["updateable"])
    if type_name == "picklist" and "d" in flags:
        raw["defaultValue"] = next((one["value"] for one in raw["picklistValues"] if one["defaultValue"]), None)
    return raw


def _flag_facts(flags: str) -> dict[str, Any]:
    facts: dict[str, Any] = {
        "nillable": "?" in flags,
        "createable": "c" in flags,
        "updateable": "u" in flags,
        "defaultedOnCreate": "d" in flags,
        "restrictedPicklist": "r" in flags,
        "nameField": "n" in flags,
        "idLookup": "i" in flags,
        "filterable": "x" not in flags,
        "sortable": "s" not in flags,
    }
    if "g" in flags:
        facts["groupable"] = False
    return facts


def _object(name: str, prefix: str, label: str, plural: str, words: list[str], lines: list[str]) -> dict[str, Any]:
    """An object's describe from its header and its lines."""
    soft, fixed, plain = "soft" in words, "fixed" in words, "plain" in words
    fields = [field_describe("Id", "id", f"{label} ID", defaultedOnCreate=True, idLookup=True)]
    if soft:
        fields.append(_field('  IsDeleted boolean d "Deleted"'))
    fields += [_field(line) for line in lines]
    fields += [_field(line) for line in (_PLAIN_SYSTEM if plain else _SYSTEM).split("\n")]
    flags = {
        "activateable": False, "createable": not fixed and name != "ContentDocument", "custom": False, "customSetting": False,
        "deepCloneable": False, "deletable": not fixed and "kept" not in words, "deprecatedAndHidden": False, "feedEnabled": soft,
        "hasSubtypes": False, "isInterface": False, "isSubtype": False, "layoutable": soft, "mergeable": False,
        "mruEnabled": soft, "queryable": True, "replicateable": True, "retrieveable": True, "searchable": soft,
        "triggerable": soft, "undeletable": soft, "updateable": not fixed,
    }  # fmt: skip
    rest: dict[str, Any] = {
        "actionOverrides": [], "associateEntityType": None, "associateParentEntity": None, "childRelationships": [],
        "compactLayoutable": soft, "defaultImplementation": None, "extendedBy": None, "extendsInterfaces": None,
        "implementedBy": None, "implementsInterfaces": None, "keyPrefix": prefix, "label": label, "labelPlural": plural,
        "listviewable": None, "lookupLayoutable": None, "name": name, "namedLayoutInfos": [], "networkScopeFieldName": None,
        "recordTypeInfos": [], "searchLayoutable": soft, "sobjectDescribeOption": "FULL", "supportedScopes": [],
        "urls": {"sobject": f"/services/data/vxx.0/sobjects/{name}"},
    }  # fmt: skip
    for key in ("describe", "rowTemplate"):
        rest["urls"][key] = rest["urls"]["sobject"] + ("/describe" if key == "describe" else "/{ID}")
    return {"fields": fields, **rest, **flags}


def describes(text: str) -> Iterator[dict[str, Any]]:
    """The describes of every object in the file, with the child relationships among them."""
    made: list[dict[str, Any]] = []
    header: re.Match[str] | None = None
    lines: list[str] = []
    for line in [*text.splitlines(), 'object END 000 "" "" ']:
        if line.startswith("object "):
            if header is not None:
                name, prefix, label, plural, words = header.groups()
                made.append(_object(name, prefix, label, plural, words.split(), lines))
            header, lines = _OBJECT.match(line), []
        elif line.startswith("  "):
            lines.append(line)
    _link(made)
    yield from made


# The plural names of relationships from parent to child among the authored objects.
_CHILD_NAMES = {
    ("Campaign", "CampaignMember", "CampaignId"): "CampaignMembers",
    ("Campaign", "CampaignMemberStatus", "CampaignId"): "CampaignMemberStatuses",
    ("Campaign", "Campaign", "ParentId"): "ChildCampaigns",
    ("Campaign", "Task", "WhatId"): "Tasks",
    ("User", "User", "ManagerId"): "ManagedUsers",
    ("User", "PermissionSetAssignment", "AssigneeId"): "PermissionSetAssignments",
    ("UserRole", "User", "UserRoleId"): "Users",
    ("Profile", "User", "ProfileId"): "Users",
    ("Group", "GroupMember", "GroupId"): "GroupMembers",
    ("Group", "QueueSobject", "QueueId"): "QueueSobjects",
    ("PermissionSet", "PermissionSetAssignment", "PermissionSetId"): "Assignments",
    ("PermissionSet", "FieldPermissions", "ParentId"): "FieldPerms",
    ("PermissionSet", "ObjectPermissions", "ParentId"): "ObjectPerms",
    ("ContentDocument", "ContentDocumentLink", "ContentDocumentId"): "ContentDocumentLinks",
    ("Campaign", "ContentDocumentLink", "LinkedEntityId"): "ContentDocumentLinks",
    ("User", "ContentDocumentLink", "LinkedEntityId"): "ContentDocumentLinks",
}


def _link(made: list[dict[str, Any]]) -> None:
    """Give each parent its child relationships."""
    by_name = {one["name"]: one for one in made}
    for child in made:
        for raw in child["fields"]:
            for target in raw["referenceTo"]:
                if target in by_name:
                    by_name[target]["childRelationships"].append(
                        {
                            "cascadeDelete": (target, child["name"])
                            in (("Campaign", "CampaignMember"), ("Group", "GroupMember")),
                            "childSObject": child["name"],
                            "deprecatedAndHidden": False,
                            "field": raw["name"],
                            "junctionIdListNames": [],
                            "junctionReferenceTo": [],
                            "relationshipName": _CHILD_NAMES.get((target, child["name"], raw["name"])),
                            "restrictedDelete": False,
                        }
                    )
