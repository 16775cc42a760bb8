"""Forms, and what people sent through them: newest first, as HubSpot gives submissions, until an older one than wanted
comes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import quote

import orjson

from connectors.errors import Unavailable
from connectors.hubspot.official import Official
from connectors.hubspot.rows import EPOCH, SOURCE, Pages, as_text, results_of, shaped, to_time
from connectors.records import Record

#: What the two endpoints give at most in one page.
FORMS, SUBMISSIONS = 100, 50
#: HubSpot's type id of contacts.
PERSON = "0-1"
_PATH = "/form-integrations/v1/submissions/forms/"


class Forms:
    """Forms and submissions. The submissions endpoint exists in version 1 only."""

    def __init__(self, official: Official) -> None:
        self._official = official
        self._names: dict[str, str] = {}

    def forms(self) -> list[Record]:
        """Every form: its name, its type and the names of its fields."""
        after, pages = None, Pages("forms")
        found: list[Record] = []
        while True:
            body = self._official.forms(limit=FORMS, after=after)
            with shaped("the forms"):
                found += [_form(row) for row in results_of(body, "the forms")]
            after = pages.after(body)
            if after is None:
                break
        self._names = {form.id: form.values["name"] for form in found}
        return found

    def submissions(self, form_ids: Iterable[str], since: datetime | None) -> Iterator[Record]:
        """Submissions at or after `since` (None: all), form by form. The values are the fields as sent, under their own
        names.
        """
        for form_id in form_ids:
            if form_id not in self._names:
                self.forms()
            yield from self._of(form_id, since)

    def _of(self, form_id: str, since: datetime | None) -> Iterator[Record]:
        after, pages = None, Pages("submissions")
        while True:
            body = self._official.get(_PATH + quote(form_id, safe=""), limit=SUBMISSIONS, after=after)
            for row in results_of(body, "the submissions of a form"):
                record = self._record(form_id, row)
                if since is not None and record.changed_at < since:
                    return
                yield record
            after = pages.after(body)
            if after is None:
                return

    def _record(self, form_id: str, row: Mapping[str, Any]) -> Record:
        when = to_time(row.get("submittedAt"))
        if when is None:
            raise Unavailable("HubSpot sent a form submission without its time", system=SOURCE, code="NO_TIME")
        values = _values(row)
        values |= {
            "form_id": form_id,
            "form_name": self._names.get(form_id, ""),
            "page_url": row.get("pageUrl") or "",
            "submitted_at": when.isoformat(),
            "email": values.get("email"),
        }
        return Record(SOURCE, "form_submission", _id(form_id, row), values, when)


def _values(row: Mapping[str, Any]) -> dict[str, Any]:
    """Field → answer. What a form asks of another object (the company's city) stands under its name only where the person has none of that name."""
    told: dict[tuple[str, str], Any] = {}
    for field in row.get("values") or ():
        if not isinstance(field, Mapping) or not field.get("name"):
            continue
        key, value = (str(field.get("objectTypeId") or PERSON), str(field["name"])), as_text(field.get("value"))
        if value is None:
            told.setdefault(key, None)
            continue
        before = told.get(key)  # a multiple choice comes once per choice
        told[key] = value if before is None else f"{before};{value}"
    values = {name: value for (of, name), value in told.items() if of == PERSON}
    for (_, name), value in told.items():
        values.setdefault(name, value)
    return values


def _id(form_id: str, row: Mapping[str, Any]) -> str:
    """HubSpot's own id of the submission, else a fingerprint of it, so that reading it twice gives one record."""
    told = row.get("conversionId")
    if told:
        return str(told)
    content = orjson.dumps([row.get("submittedAt"), row.get("values"), row.get("pageUrl")], option=orjson.OPT_SORT_KEYS)
    return f"{form_id}-{hashlib.sha256(content).hexdigest()[:24]}"


def _form(row: Mapping[str, Any]) -> Record:
    groups = [group for group in row.get("fieldGroups") or () if isinstance(group, Mapping)]
    names = [str(field.get("name")) for group in groups for field in group.get("fields") or ()]
    when = to_time(row.get("updatedAt")) or to_time(row.get("createdAt")) or EPOCH
    values = {"name": str(row.get("name") or ""), "type": row.get("formType"), "fields": names}
    return Record(SOURCE, "form", str(row["id"]), values, when, gone=bool(row.get("archived")))
