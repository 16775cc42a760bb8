"""What is peculiar to single objects: stages of opportunities, tasks that close, campaign members, notes, permissions."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Mapping
from typing import Any

from connectors.sandbox.kernel.ledger import Call
from connectors.sandbox.salesforce.errors import Refusal, refused
from connectors.sandbox.salesforce.org import Org

Values = dict[str, Any]
Before = Callable[[Org, Values, int | None], None]

# Stage: (probability, closed, won, forecast category), as a new org has them.
STAGES: Mapping[str, tuple[float, bool, bool, str]] = {
    "Prospecting": (10.0, False, False, "Pipeline"),
    "Qualification": (10.0, False, False, "Pipeline"),
    "Needs Analysis": (20.0, False, False, "Pipeline"),
    "Value Proposition": (50.0, False, False, "Pipeline"),
    "Id. Decision Makers": (60.0, False, False, "Pipeline"),
    "Perception Analysis": (70.0, False, False, "Pipeline"),
    "Proposal/Price Quote": (75.0, False, False, "Best Case"),
    "Negotiation/Review": (90.0, False, False, "Commit"),
    "Closed Won": (100.0, True, True, "Closed"),
    "Closed Lost": (0.0, True, False, "Omitted"),
}
_FIRST_CASE = 1_000
_CATEGORY_API = {"Best Case": "BestCase", "Commit": "Forecast"}
# What a note's HTML may hold; anything else has to be escaped.
_NOTE_TAG = re.compile(r"</?(?:p|br|b|i|u|s|strong|em|strike|ul|ol|li|a|img|div|span|font)\b[^<>]*/?>", re.IGNORECASE)
_ENTITY = re.compile(r"&(?:\w+|#\d+|#x[0-9a-fA-F]+);")


def _opportunity(org: Org, values: Values, row: int | None) -> None:
    """The stage sets probability and forecast unless these were sent."""
    stage = STAGES.get(values.get("StageName") or "")
    if stage is not None:
        probability, closed, won, category = stage
        values.setdefault("Probability", probability)
        values.setdefault("ForecastCategoryName", category)
        values |= {"IsClosed": closed, "IsWon": won, "ForecastCategory": _CATEGORY_API.get(category, category)}
        values["LastStageChangeDate"] = org.now()
    held = _held(org, "Opportunity", row)
    amount, probability = (values.get(name, held(name)) for name in ("Amount", "Probability"))
    if amount is not None and probability is not None:
        values["ExpectedRevenue"] = round(amount * probability / 100, 2)
    close = values.get("CloseDate")
    if close:
        quarter = (int(close[5:7]) + 2) // 3
        values |= {"FiscalYear": int(close[:4]), "FiscalQuarter": quarter, "Fiscal": f"{close[:4]} {quarter}"}


def _held(org: Org, name: str, row: int | None) -> Callable[[str], Any]:
    """Reads what the row held before; nothing for a new one."""
    table = org.table(name)
    return lambda field: None if row is None else table.value(row, field)


def _only_a_lead(org: Org, name: str, values: Values, row: int | None) -> None:
    """An activity with a lead is about nothing else: `WhatId` stays empty."""
    who, what = (values[field] if field in values else _held(org, name, row)(field) for field in ("WhoId", "WhatId"))
    found = org.find(who) if what is not None else None
    if found is not None and found.sobject.name == "Lead":
        words = "Related To ID: has to be empty when the activity is with a lead"
        raise refused("FIELD_INTEGRITY_EXCEPTION", words, "WhatId")


def _task(org: Org, values: Values, row: int | None) -> None:
    """A completed task is closed; its account follows from what it is about."""
    _only_a_lead(org, "Task", values, row)
    if "Status" in values:
        closed = values["Status"] == "Completed"
        values["IsClosed"] = closed
        values["CompletedDateTime"] = org.now() if closed else None
    for name in ("WhatId", "WhoId"):
        found = org.find(values.get(name))
        if found is None:
            continue
        if found.sobject.name == "Account":
            values["AccountId"] = values[name]
        elif found.sobject.find("AccountId") is not None:
            values["AccountId"] = found.table.value(found.row, "AccountId")


def _case(org: Org, values: Values, row: int | None) -> None:
    """Cases are numbered, and closed by their status."""
    if row is None:
        values["CaseNumber"] = f"{len(org.table('Case')) + _FIRST_CASE:08d}"
    if "Status" in values:
        values["IsClosed"] = values["Status"] == "Closed"
        values["ClosedDate"] = org.now() if values["IsClosed"] else None


def _event(org: Org, values: Values, row: int | None) -> None:
    """An event needs a time."""
    _only_a_lead(org, "Event", values, row)
    if row is None and not any(
        values.get(name) is not None for name in ("ActivityDateTime", "StartDateTime", "ActivityDate")
    ):
        raise refused("REQUIRED_FIELD_MISSING", "Required fields are missing: [ActivityDateTime]", "ActivityDateTime")
    if row is None and values.get("DurationInMinutes") is None and values.get("EndDateTime") is None:
        raise refused("REQUIRED_FIELD_MISSING", "Required fields are missing: [DurationInMinutes]", "DurationInMinutes")
    start = values.get("StartDateTime") or values.get("ActivityDateTime")
    if start:
        values |= {"StartDateTime": start, "ActivityDateTime": start, "ActivityDate": start[:10]}


def _member(org: Org, values: Values, row: int | None) -> None:
    """A member is one lead or contact, once in each campaign; its status says whether it responded."""
    people = [name for name in ("LeadId", "ContactId") if values.get(name) is not None]
    if row is None and len(people) != 1:
        words = (
            "You must specify either a lead id or a contact id"
            if not people
            else "You can only specify a lead id or a contact id"
        )
        raise refused("FIELD_INTEGRITY_EXCEPTION", words, "LeadId", "ContactId")
    table = org.table("CampaignMember")
    if row is None:
        values.setdefault("Status", "Sent")
        for one in table.with_value(people[0], values[people[0]]):
            if one not in table.deleted and table.value(one, "CampaignId") == values.get("CampaignId"):
                raise refused("DUPLICATE_VALUE", "Already a campaign member.")
    if "Status" in values:
        responded = _responded(org, values, row)
        values["HasResponded"] = responded
        if responded and (row is None or table.value(row, "FirstRespondedDate") is None):
            values["FirstRespondedDate"] = org.now()[:10]


def _responded(org: Org, values: Values, row: int | None) -> bool:
    campaign = values.get("CampaignId") or _held(org, "CampaignMember", row)("CampaignId")
    statuses = org.table("CampaignMemberStatus")
    for one in statuses.with_value("CampaignId", campaign):
        if one not in statuses.deleted and statuses.value(one, "Label") == values["Status"]:
            return bool(statuses.value(one, "HasResponded"))
    return bool(values["Status"] == "Responded")


def _note(_org: Org, values: Values, _row: int | None) -> None:
    """A note's content is base64 of HTML with the plain parts escaped."""
    content = values.get("Content")
    if content is None:
        return
    try:
        text = base64.b64decode(content, validate=True).decode("utf-8")
    except (binascii.Error, ValueError):
        raise Refusal("JSON_PARSER_ERROR", "Content must be a Base64 encoded value") from None
    rest = _ENTITY.sub("", _NOTE_TAG.sub("", text))
    if any(sign in rest for sign in "<>&"):
        words = (
            "Note Can't Be Saved Because It Contains HTML Tags Or Unescaped Characters That Are Not Allowed In A Note"
        )
        raise refused("FIELD_INTEGRITY_EXCEPTION", words, "Content")
    values |= {
        "TextPreview": rest[:255],
        "ContentSize": len(text.encode()),
        "FileType": "SNOTE",
        "FileExtension": "snote",
    }


def _field_permission(org: Org, values: Values, row: int | None) -> None:
    """A permission names `Object.Field`; edit includes read; one row for each set and field."""
    held = _held(org, "FieldPermissions", row)
    name = values.get("Field") or held("Field") or ""
    object_name, _, field_name = name.partition(".")
    sobject = org.schema.find(object_name)
    field = sobject.find(field_name) if sobject is not None else None
    if field is None or sobject is None:
        raise refused(
            "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST",
            f"Field Name: bad value for restricted picklist field: {name}",
            "Field",
        )
    if not field.permissionable:
        raise refused(
            "FIELD_INTEGRITY_EXCEPTION", f"Field Name: you cannot set permissions on the field {name}", "Field"
        )
    if values.get("PermissionsEdit"):
        values["PermissionsRead"] = True
    if row is None:
        values["Field"], values["SobjectType"] = f"{sobject.name}.{field.name}", sobject.name
        table = org.table("FieldPermissions")
        for one in table.with_value("ParentId", values.get("ParentId")):
            if one not in table.deleted and table.value(one, "Field") == values["Field"]:
                id15 = table.columns["Id"][one][:15]
                raise refused(
                    "DUPLICATE_VALUE", f"duplicate value found: <unknown> duplicates value on record with id: {id15}"
                )


BEFORE_SAVE: Mapping[str, Before] = {
    "Case": _case,
    "Opportunity": _opportunity,
    "Task": _task,
    "Event": _event,
    "CampaignMember": _member,
    "ContentNote": _note,
    "FieldPermissions": _field_permission,
}


def after_insert(org: Org, call: Call | None, name: str, row: int, user: str) -> None:
    """What a new row brings with it."""
    table = org.table(name)
    if name == "ContentNote":
        _document_of(org, call, row, user)
    elif name in ("Task", "Event"):
        note_activity(org, call, row, name)
    elif name == "Opportunity" and table.value(row, "ContactId"):
        values = {
            "OpportunityId": table.columns["Id"][row],
            "ContactId": table.value(row, "ContactId"),
            "IsPrimary": True,
        }
        _add(org, call, "OpportunityContactRole", values, user)
    elif name == "Campaign":
        for label, responded in (("Sent", False), ("Responded", True)):
            values = {
                "CampaignId": table.columns["Id"][row],
                "Label": label,
                "HasResponded": responded,
                "IsDefault": not responded,
            }
            _add(org, call, "CampaignMemberStatus", values, user)


def stamps(org: Org, user: str) -> dict[str, Any]:
    """Who and when, for a new row."""
    now = org.now()
    return {
        "CreatedDate": now,
        "CreatedById": user,
        "LastModifiedDate": now,
        "LastModifiedById": user,
        "SystemModstamp": now,
    }


def _add(org: Org, call: Call | None, name: str, values: Values, user: str) -> int:
    """A row that comes along with another; gives its number."""
    table = org.table(name)
    fitting = {key: value for key, value in stamps(org, user).items() if table.sobject.find(key)}
    row = table.insert(values | fitting)
    org.tell(call, "created", table, row, values)
    return row


def note_activity(org: Org, call: Call | None, row: int, name: str) -> None:
    """Tell the people and the account an activity is about when they were last active; this is no change of theirs."""
    table = org.table(name)
    day = table.value(row, "ActivityDate") or org.now()[:10]
    if name == "Task" and not table.value(row, "IsClosed"):
        return
    for reference in ("WhoId", "WhatId", "AccountId"):
        found = org.find(table.value(row, reference) if table.sobject.find(reference) else None)
        if found is None or found.sobject.find("LastActivityDate") is None:
            continue
        if (found.table.value(found.row, "LastActivityDate") or "") < day:
            org.change(call, "updated", found.table, found.row, {"LastActivityDate": day})


def _document_of(org: Org, call: Call | None, row: int, user: str) -> None:
    """A note is a document of the same id, and its owner's link to it."""
    notes, documents = org.table("ContentNote"), org.table("ContentDocument")
    values = {name: notes.value(row, name) for name in ("Title", "OwnerId", "ContentSize", "FileType", "FileExtension")}
    place = _add(org, call, "ContentDocument", {**values, "PublishStatus": "P"}, user)
    id18 = documents.columns["Id"][place]
    if id18 != notes.columns["Id"][row]:
        raise RuntimeError(f"note {notes.columns['Id'][row]} and its document {id18} have drifted apart")
    link = {"ContentDocumentId": id18, "LinkedEntityId": user, "ShareType": "I", "Visibility": "AllUsers"}
    _add(org, call, "ContentDocumentLink", link, user)
