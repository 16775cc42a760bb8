"""One person's records made into one set of values: the best of each field, with the source of each and what lost.

Pure. Names are those a mapping's `from` uses: HubSpot contact properties as they are, related records with a dot (`company.domain`,
`owner.email`, `form.message`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field
from datetime import datetime
from typing import Any

from bridge.frozen import frozen
from bridge.whole_names import told_apart
from connectors.records import Record

STICKY = {  # once true on any record of the person, true for the person
    "hs_email_optout": ("true", "True", True),
    "hs_email_bounce": (),
    "hs_email_hard_bounce_reason_enum": (),
}
ACTIVITY = (
    "notes_last_updated", "recent_conversion_date", "hs_last_sales_activity_timestamp", "hs_email_last_open_date", "hs_email_last_click_date",
    "hs_analytics_last_visit_timestamp", "hs_analytics_last_timestamp", "last_pricing_visit",
)  # fmt: skip
MERGED = "hs_merged_object_ids"
FURTHER = "hs_additional_emails"
TALK = ("note", "call", "feedback_submission", "ticket", "chat")
"""Kinds of HubSpot records that tell what was said with somebody. In staging their key is the contact they are about."""


@frozen
class Known:
    """Everything staged about one person: their HubSpot contacts, the company, the owner, what was said with them (`notes`: every kind of
    TALK) and what they sent in, the newest first.
    """

    lead_id: str
    contacts: tuple[Record, ...]
    company: Record | None = None
    owner: Record | None = None
    notes: tuple[Record, ...] = ()
    submissions: tuple[Record, ...] = ()


@frozen
class Loser:
    """A value that was not used because another record of the same person had a better one."""

    name: str
    value: Any
    contact_id: str
    kept: Any


@frozen
class Combined:
    """The person's values, which contact each came from when there are several, and what lost."""

    values: Mapping[str, Any]
    changed_at: datetime
    main: Record
    sources: Mapping[str, str] = field(default_factory=dict)
    losers: tuple[Loser, ...] = ()


def combine(known: Known) -> Combined:
    """The best value of each property over all records of the person.

    The newest living record is asked first (`recent_conversion_date`, then the source's version time), and the first filled value wins;
    an opt-out or a bounce on any of them counts for the person. What is gone from HubSpot is asked only when nothing living is left. A whole
    name in `firstname` is parted where `lastname` is empty and the address bears it out.
    """
    ranked = ranked_of(known.contacts)
    main = ranked[0]
    values: dict[str, Any]
    sources: dict[str, str] = {}
    losers: list[Loser] = []
    if len(ranked) == 1:
        values = {name: value for name, value in main.values.items() if value not in (None, "")}
    else:
        values = _best_of(ranked, sources, losers)
    parted = told_apart(*(str(values.get(name) or "") for name in ("firstname", "lastname", "email")))
    if parted is not None:
        values["firstname"], values["lastname"] = parted
    _add_related(values, "company", known.company)
    _add_related(values, "owner", known.owner)
    if known.submissions:
        _add_related(values, "form", known.submissions[0])
    changed = max(record.changed_at for record in (*known.contacts, *known.submissions[:1]))
    return Combined(values, changed, main, sources, tuple(losers))


def ranked_of(contacts: Sequence[Record]) -> list[Record]:
    """Those whose values count, the one to ask first in front: the living ones, or all when none lives."""
    living = [one for one in contacts if not one.gone]
    return sorted(living or contacts, key=_freshness, reverse=True)


def without_merged(contacts: Sequence[Record]) -> tuple[Record, ...]:
    """Without those that HubSpot merged into a living one of them: that one says what counts now."""
    survivors = [one for one in contacts if not one.gone]
    into = {id_ for one in survivors for id_ in str(one.values.get(MERGED) or "").replace(" ", "").split(";")}
    return tuple(one for one in contacts if not (one.gone and one.id in into))


def further_addresses(values: Mapping[str, Any]) -> list[str]:
    """A HubSpot contact's e-mail addresses beside the present one, in lower case."""
    return [part.strip().lower() for part in str(values.get(FURTHER) or "").split(";") if part.strip()]


def _freshness(record: Record) -> tuple[bool, str, datetime, int]:
    converted = str(record.values.get("recent_conversion_date") or "")
    number = int(record.id) if record.id.isdigit() else 0
    return (not record.gone, converted, record.changed_at, -number)


def _best_of(ranked: Sequence[Record], sources: dict[str, str], losers: list[Loser]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for record in ranked:
        for name, value in record.values.items():
            if value in (None, ""):
                continue
            if name not in values:
                values[name], sources[name] = value, record.id
            elif values[name] != value:
                if name in STICKY and STICKY[name] and value in STICKY[name]:
                    values[name], sources[name] = value, record.id
                elif not name.startswith(("hs_", "createdate", "lastmodified", "leadbridge_")):
                    losers.append(Loser(name, value, record.id, values[name]))
    return values


def _add_related(values: dict[str, Any], prefix: str, record: Record | None) -> None:
    if record is not None:
        for name, value in record.values.items():
            if value not in (None, ""):
                values[f"{prefix}.{name}"] = value
