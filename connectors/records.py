"""What a connector gives and takes: records as they came, and the live schema of an object."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Record:
    """One thing a source told us, as it came.

    `kind` is the source's own singular noun in lower case: for HubSpot `contact`, `company`, `owner`, `note`,
    `form_submission`; for Salesforce `account`, `contact`, `lead`, `user`, `campaign`. `changed_at` is the source's version
    time in UTC (never ours). `former_ids` are ids that now resolve to this record (merges). `links` names related records by
    kind, e.g. `{"company": ("123",)}`, the primary one first. A deleted or archived record has `gone=True`; its values may be empty.
    """

    source: str
    kind: str
    id: str
    values: Mapping[str, Any]
    changed_at: datetime
    gone: bool = False
    former_ids: tuple[str, ...] = ()
    links: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Page:
    """A batch of records in cursor order, and the position to store with them in one transaction.

    `position` is an opaque JSON-able dict: hand it back to read on from after this page.
    """

    records: tuple[Record, ...]
    position: Mapping[str, Any]
    last: bool = False


@dataclass(frozen=True, slots=True)
class FieldSchema:
    """One field or property of the live schema, in the words both systems share.

    `type` is one of: string, text, rich_text, email, phone, url, integer, number, currency, percent, boolean, date, datetime,
    picklist, multipicklist, reference, id, other. `length` counts characters as the system does (0: no limit known). `options` are the
    stored values a picklist accepts, in order; `labels` their display texts; `restricted` says that others are refused. Where another
    picklist decides which of them count, `valid_for` has for each option the values of that one. `by_type` has for each record type
    the values of a restricted picklist that its records take; what is not there takes them all.
    """

    name: str
    label: str
    type: str
    length: int = 0
    precision: int = 0
    scale: int = 0
    required: bool = False
    createable: bool = True
    updateable: bool = True
    unique: bool = False
    external_id: bool = False
    restricted: bool = False
    options: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    refers_to: tuple[str, ...] = ()
    custom: bool = False
    valid_for: tuple[tuple[str, ...], ...] = ()
    by_type: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ObjectSchema:
    """The live schema of one object, e.g. `salesforce` `Lead` or `hubspot` `contact`."""

    source: str
    name: str
    fields: Mapping[str, FieldSchema]
    createable: bool = True
    updateable: bool = True

    def takes(self, name: str) -> bool:
        """Whether a field is there, in whatever case, and may be written, at least when a record is made or when it is changed."""
        found = self.fields.get(name) or next(
            (one for known, one in self.fields.items() if known.casefold() == name.casefold()), None
        )
        return found is not None and (found.createable or found.updateable)


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of one record of a write, in the order it was given.

    `outcome`: `created`, `updated`, `deleted`, `refused` (the record itself is at fault: `code`, `message`, `fields` say why; `matches` are
    the ids a duplicate rule named), `retry` (this record may be tried again later, e.g. a locked row) or `unknown` (the answer
    never came or did not name this record: find out before a second try). `sent` is False for a `retry` that never left us;
    `crowded` says of a record that was not written that fewer records at once may go through.
    """

    outcome: str
    id: str | None = None
    code: str = ""
    message: str = ""
    fields: tuple[str, ...] = ()
    matches: tuple[str, ...] = ()
    sent: bool = True
    crowded: bool = False
