"""What hangs on a record (tasks, notes, memberships) has no external id of ours: after a lost answer it is found by what makes it the one it is."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from bridge.stages.context import Context
from bridge.staging import landings
from bridge.staging.outbox import Delivery

Found = dict[int, str]
"""Delivery → the record that is there."""


def as_sent(payload: Mapping[str, Any]) -> dict[str, Any]:
    """The payload as Salesforce takes it: a note's text, which is kept readable, as base64 of HTML whose only tags are paragraphs and breaks."""
    row = dict(payload)
    if "Content" in row:
        paragraphs = (escape(part, quote=False).replace("\n", "<br>") for part in str(row["Content"]).split("\n\n"))
        html = "".join(f"<p>{part}</p>" for part in paragraphs)
        row["Content"] = base64.b64encode(html.encode("utf-8")).decode("ascii")
    return row


def there(context: Context, object_name: str, unknown: Sequence[Delivery]) -> Found:
    """Which of these creations arrived after all. An update whose answer was lost is sent again."""
    made = [one for one in unknown if one.operation == "create"]
    look = {
        "Task": _tasks,
        "ContentNote": _notes,
        "ContentDocumentLink": _links,
        "CampaignMember": _members,
    }.get(object_name)
    return look(context, made) if look is not None and made else {}


def _having(
    context: Context, object_name: str, field: str, values: Sequence[Any], fields: Sequence[str]
) -> list[Mapping[str, Any]]:
    """Every record that has one of the values in that field, in as many questions as it takes."""
    asked = list(dict.fromkeys(str(value) for value in values))
    found = context.salesforce.find_by(object_name, field, asked, fields)
    return [row for rows in found.values() for row in rows]


def _fresh(context: Context, object_name: str, rows: Sequence[Any]) -> list[Any]:
    """Rows that no finished delivery of ours made: those are of earlier occasions."""
    with context.reading() as connection:
        known = landings.landed_on(connection, f"salesforce.{object_name}", [str(row["Id"]) for row in rows])
    return [row for row in rows if str(row["Id"]) not in known]


def _tasks(context: Context, made: Sequence[Delivery]) -> Found:
    found: Found = {}
    for place in ("WhoId", "WhatId"):
        asked = [one for one in made if one.payload.get(place)]
        if asked:
            rows = _having(context, "Task", place, [one.payload[place] for one in asked], ("Subject",))
            free: dict[tuple[str, str], list[str]] = {}
            for row in _fresh(context, "Task", rows):
                free.setdefault((str(row[place]), str(row["Subject"])), []).append(str(row["Id"]))
            for one in asked:  # each task that is there is one delivery's: two may be alike
                alike = free.get((str(one.payload[place]), str(one.payload.get("Subject"))))
                if alike:
                    found[one.id] = alike.pop(0)
    return found


def _notes(context: Context, made: Sequence[Delivery]) -> Found:
    titles = [str(one.payload["Title"]) for one in made]  # a handoff's number stands in its title
    rows = _having(context, "ContentNote", "Title", titles, ())
    by_key = {str(row["Title"]): str(row["Id"]) for row in rows}
    return {one.id: by_key[title] for one, title in zip(made, titles, strict=True) if title in by_key}


def _links(context: Context, made: Sequence[Delivery]) -> Found:
    notes = [one.payload["ContentDocumentId"] for one in made]
    rows = _having(context, "ContentDocumentLink", "ContentDocumentId", notes, ("LinkedEntityId",))
    by_key = {(str(row["ContentDocumentId"]), str(row["LinkedEntityId"])): str(row["Id"]) for row in rows}
    keys = {one.id: (str(one.payload["ContentDocumentId"]), str(one.payload["LinkedEntityId"])) for one in made}
    return {id_: by_key[key] for id_, key in keys.items() if key in by_key}


def _members(context: Context, made: Sequence[Delivery]) -> Found:
    """Memberships that are there, somebody else's too; theirs gets the status that was to be written."""
    found: Found = {}
    for person in ("LeadId", "ContactId"):
        asked = [one for one in made if person in one.payload]
        if not asked:
            continue
        rows = _having(
            context, "CampaignMember", person, [one.payload[person] for one in asked], ("CampaignId", "Status")
        )
        by_key = {(str(row["CampaignId"]), str(row[person])): row for row in rows}
        pairs = [(one, by_key.get((str(one.payload["CampaignId"]), str(one.payload[person])))) for one in asked]
        there = [(one, row) for one, row in pairs if row is not None]
        stale = [
            {**one.payload, "Id": str(row["Id"])} for one, row in there if row["Status"] != one.payload.get("Status")
        ]
        if stale:
            fixed = ("CampaignId", person)
            changes = [{name: value for name, value in row.items() if name not in fixed} for row in stale]
            context.salesforce.update("CampaignMember", changes)
        found |= {one.id: str(row["Id"]) for one, row in there}
    return found
