"""HubSpot's rows as records: which object a kind is, when a row changed, which ids it stood under before a merge."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import orjson

from connectors.errors import Unavailable
from connectors.http.shapes import shaped as answer_shaped
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
    try:
        if isinstance(value, int) or (isinstance(value, str) and re.fullmatch(r"-?\d{9,15}", value)):
            return EPOCH + timedelta(milliseconds=int(value))
        found = datetime.fromisoformat(value)
        return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except (TypeError, ValueError, OverflowError):  # a moment no calendar holds is none
        return None


def to_ms(when: datetime) -> int:
    return (when - EPOCH) // timedelta(milliseconds=1)


def properties_of(row: Mapping[str, Any]) -> Mapping[str, Any]:
    found = row.get("properties")
    return found if isinstance(found, dict) else {}


def is_archived(row: Mapping[str, Any]) -> bool:
    return row.get("archived") in (True, "true")


def as_text(value: Any) -> str | None:
    """A property's value as HubSpot's documents promise it, a text or nothing, also where a number or a yes comes as such."""
    if value is None or isinstance(value, str):
        return value
    return orjson.dumps(value).decode()


def changed_at(kind: str, row: Mapping[str, Any]) -> datetime:
    """The source's version time of a row; raises `Unavailable` when it carries none: it could not be placed in order."""
    archived = row.get("archivedAt") if is_archived(row) else None
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
    given = row.get("properties")
    # A row that is empty has an empty one; none at all would take its values from everybody.
    if not isinstance(given, Mapping):
        raise Unavailable(f"HubSpot sent a {kind} without its properties", system=SOURCE, code="WRONG_SHAPE")
    values: dict[str, Any] = {name: as_text(given.get(name)) for name in properties}
    for name, versions in (row.get("propertiesWithHistory") or {}).items():
        values[f"{name}.history"] = [[version.get("timestamp"), version.get("value")] for version in versions or ()]
    id = str(row["id"])
    former = dict.fromkeys([*former_ids(kind, row), *(asked for asked in asked_as if asked != id)])
    gone = is_archived(row)
    return Record(SOURCE, kind, id, values, changed_at(kind, row), gone, tuple(former), links or {})


def results_of(body: Any, what: str) -> list[Mapping[str, Any]]:
    """The rows of an answer; raises `Unavailable` when it is not the list of rows it should be."""
    found = body.get("results") if isinstance(body, Mapping) else None
    if not isinstance(found, list) or not all(isinstance(row, dict) for row in found):
        raise Unavailable(f"HubSpot's answer to {what} has no list of results", system=SOURCE, code="WRONG_SHAPE")
    return found


def each_once(kind: str, rows: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The rows in the order given, one for each id: the newest. Raises `Unavailable` for a row without an id."""
    found: dict[str, Mapping[str, Any]] = {}
    for row in rows:
        id = str(row.get("id") or "")
        if not id.isdigit():
            raise Unavailable(f"HubSpot sent a {kind} without its id", system=SOURCE, code="WRONG_SHAPE")
        other = found.get(id)
        if other is None or changed_at(kind, other) < changed_at(kind, row):
            found[id] = row
    return list(found.values())


def next_after(body: Any) -> str | None:
    """The cursor of the next page, out of its link where it stands nowhere else. The link itself is never followed: it could lead
    anywhere with our token.
    """
    paging = body.get("paging") if isinstance(body, Mapping) else None
    following = paging.get("next") if isinstance(paging, Mapping) else None
    if not isinstance(following, Mapping):
        return None
    after = following.get("after")
    if after in (None, ""):
        after = next(iter(parse_qs(urlsplit(str(following.get("link") or "")).query).get("after", ())), None)
    return str(after) if after not in (None, "") else None


EMPTY_PAGES = 20
"""So many pages in a row may hold nothing and name a next one; then the list does not move on."""


class Pages:
    """The cursors of one list read page by page; `what` names it. A cursor that comes twice would end the list early or never, and
    so would ever new ones to the same page.
    """

    def __init__(self, what: str, after: str | None = None) -> None:
        self._what = what
        self._seen = {after}
        self._rows: Any = None
        self._empty = 0

    def after(self, body: Any) -> str | None:
        """The cursor of the next page, None after the last; raises `Unavailable` for a cursor or a page that was there before."""
        following = next_after(body)
        rows = body.get("results") if isinstance(body, Mapping) else None
        self._empty = 0 if rows else self._empty + 1
        again = following in self._seen or (bool(rows) and rows == self._rows) or self._empty > EMPTY_PAGES
        self._rows = rows
        if following is not None and again:
            message = f"HubSpot's list of {self._what} does not move on to the next page; nothing was skipped"
            raise Unavailable(message, system=SOURCE, code="NO_PROGRESS")
        self._seen.add(following)
        return following


def shaped(what: str) -> AbstractContextManager[None]:
    """See `connectors.http.shapes.shaped`."""
    return answer_shaped("HubSpot", what)
