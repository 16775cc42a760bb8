"""HubSpot's rows as records: which object a kind is, when a row changed, which ids it stood under before a merge."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from connectors.errors import SchemaChanged, Unavailable
from connectors.records import Record

SOURCE = "hubspot"
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

#: Our singular nouns → HubSpot's object names. A custom object's type id (`2-12345`) stands for itself.
OBJECTS: Mapping[str, str] = {
    "contact": "contacts",
    "company": "companies",
    "deal": "deals",
    "ticket": "tickets",
    "note": "notes",
    "call": "calls",
    "email": "emails",
    "meeting": "meetings",
    "task": "tasks",
    "feedback_submission": "feedback_submissions",
}

#: Properties that name the ids a record stood under before merges: `1;2` or `1:1617000000000;2:1617000000001`.
MERGES = ("hs_merged_object_ids", "hs_calculated_merged_vids")


def objects_of(kind: str) -> str:
    return OBJECTS.get(kind, kind)


def modified_property(kind: str) -> str:
    """Contacts keep the time of their last change in another property than everything else."""
    return "lastmodifieddate" if kind == "contact" else "hs_lastmodifieddate"


def merges_of(kind: str) -> tuple[str, ...]:
    return MERGES if kind == "contact" else MERGES[:1]


def to_time(value: Any) -> datetime | None:
    """A datetime in UTC from ISO 8601 or epoch milliseconds (HubSpot sends both); None for anything else."""
    if isinstance(value, int) or (isinstance(value, str) and re.fullmatch(r"-?\d{9,15}", value)):
        return EPOCH + timedelta(milliseconds=int(value))
    try:
        found = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        return None
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)


def to_ms(when: datetime) -> int:
    return (when - EPOCH) // timedelta(milliseconds=1)


def properties_of(row: Mapping[str, Any]) -> Mapping[str, Any]:
    found = row.get("properties")
    return found if isinstance(found, dict) else {}


def changed_at(kind: str, row: Mapping[str, Any]) -> datetime:
    """The source's version time of a row; raises `Unavailable` when it carries none: it could not be placed in order."""
    archived = row.get("archivedAt") if row.get("archived") else None
    changed = properties_of(row).get(modified_property(kind))
    for value in (archived, changed, row.get("updatedAt"), row.get("createdAt")):
        when = to_time(value)
        if when is not None:
            return when
    raise Unavailable(f"HubSpot sent a {kind} without a time of change", system=SOURCE, code="NO_TIME")


def former_ids(kind: str, row: Mapping[str, Any]) -> tuple[str, ...]:
    """Ids that were merged into this row, as far as it names them itself."""
    properties = properties_of(row)
    told = [str(properties[name]) for name in merges_of(kind) if properties.get(name)]
    if not told:
        return ()
    found = [part.partition(":")[0].strip() for text in told for part in text.split(";")]
    return tuple(dict.fromkeys(id for id in found if id.isdigit() and id != str(row["id"])))


def to_record(
    kind: str,
    row: Mapping[str, Any],
    properties: Iterable[str],
    *,
    asked_as: Sequence[str] = (),
    links: Mapping[str, tuple[str, ...]] | None = None,
) -> Record:
    """A row as a record with the requested properties (unset: None). `asked_as` are ids it was asked for under.

    Histories asked for stand under `NAME.history` as `[[iso time, value], …]`, newest first.
    """
    given = properties_of(row)
    values: dict[str, Any] = {name: given[name] for name in properties if name in given}
    for name, versions in (row.get("propertiesWithHistory") or {}).items():
        values[f"{name}.history"] = [[version.get("timestamp"), version.get("value")] for version in versions or ()]
    id = str(row["id"])
    former = dict.fromkeys([*former_ids(kind, row), *(asked for asked in asked_as if asked != id)])
    gone = bool(row.get("archived"))
    return Record(SOURCE, kind, id, values, changed_at(kind, row), gone, tuple(former), links or {})


def check_known(rows: Sequence[Mapping[str, Any]], properties: Iterable[str]) -> None:
    """An unset property is sent as null; one that no row carries at all does not exist (any more)."""
    living = [properties_of(row) for row in rows if not row.get("archived")]
    if not living:
        return
    missing = tuple(name for name in properties if not any(name in row for row in living))
    if missing:
        message = f"HubSpot does not know {', '.join(missing)} (any more); mend the mapping or create the property"
        raise SchemaChanged(message, names=missing, system=SOURCE, status=200, code="PROPERTY_NOT_SENT")


def results_of(body: Any, what: str) -> list[Mapping[str, Any]]:
    """The rows of an answer; raises `Unavailable` when it is not the list of rows it should be."""
    found = body.get("results") if isinstance(body, Mapping) else None
    if not isinstance(found, list) or not all(isinstance(row, dict) for row in found):
        raise Unavailable(f"HubSpot's answer to {what} has no list of results", system=SOURCE, code="WRONG_SHAPE")
    return found


def next_after(body: Mapping[str, Any]) -> str | None:
    """The cursor of the next page. Its link is never followed: it could lead anywhere with our token."""
    following = (body.get("paging") or {}).get("next") or {}
    after = following.get("after")
    return str(after) if after not in (None, "") else None
