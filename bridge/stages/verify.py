"""Verify: every write is read back by id and compared, field by field and by type; each difference is named, with both values.

equal            as sent
normalised       the same to a person: white space, line ends, letter case of an address, 5 and 5.0, a date with a time zone,
                 a time cut to the second, choices of a multi-select in the org's own order
changed_by_org   something else stands there: an automation or a person of the org changed it
lost             nothing stands there: the write had no effect, or field-level security hides the field from us
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from bridge.stages.context import Context
from bridge.staging import leads, outbox, written_values
from bridge.staging.leads import Event
from bridge.staging.outbox import Delivery, Settlement
from bridge.values import same
from connectors.errors import SchemaChanged

TARGETS = (
    "salesforce.Contact", "salesforce.Lead", "salesforce.Task", "salesforce.ContentNote", "salesforce.ContentDocumentLink",
    "salesforce.CampaignMember", "salesforce.Account",
)  # fmt: skip
UNREADABLE = frozenset({"Content"})
"""A note's content is an address in an answer, not the text."""
BATCH = 2000
MISSING_AFTER = timedelta(minutes=10)


def verify(context: Context) -> None:
    """Read back everything that was sent and not read back yet."""
    for target in TARGETS:
        while not context.stopping():
            with context.reading() as connection:
                sent = outbox.to_verify(connection, target, BATCH)
            if not sent or not _verify_batch(context, target, sent):
                break


def _verify_batch(context: Context, target: str, sent: Sequence[Delivery]) -> bool:
    """False when nothing could be settled (records not visible yet)."""
    fields = sorted({name for one in sent for name in one.payload} - UNREADABLE) or ["Id"]
    found = _read(context, target.partition(".")[2], [one.remote_id for one in sent if one.remote_id], fields)
    settlements: list[Settlement] = []
    differences: list[Mapping[str, Any]] = []
    events: list[Event] = []
    seen: list[str] = []
    now = context.now()
    for one in sent:
        there = found.get(one.remote_id or "")
        if there is None and not _waited(one, now):
            continue
        payload = {name: value for name, value in one.payload.items() if name not in UNREADABLE}
        rows = [] if there is None else compare(payload, there)
        named = [row for row in rows if row["outcome"] != "normalised"]
        state = "differs" if named or there is None else "verified"
        settlements.append(Settlement(one.id, state, reason="not_there" if there is None else "read_back"))
        differences += [{"delivery_id": one.id, **row} for row in rows]
        if there is None:
            events.append(
                Event(
                    one.lead_id, "verify", "lost", "not_there", f"{one.remote_id} cannot be read back from Salesforce."
                )
            )
        elif named:
            events.append(Event(one.lead_id, "verify", "differs", "read_back_differs", sentence(named)))
        seen.append(one.lead_id)
        for row in rows:
            context.add(f"read back {row['outcome']}")
    with context.writing() as connection:
        outbox.settle(connection, settlements, now)
        written_values.keep_differences(connection, differences, now)
        leads.read_back(connection, seen)
        leads.tell(connection, events, now, context.run_id)
    context.add("read back", len(settlements))
    context.progress("verify", len(settlements), None)
    return bool(settlements)


def _read(
    context: Context, object_name: str, ids: Sequence[str], fields: Sequence[str]
) -> Mapping[str, Mapping[str, Any] | None]:
    """The records; a field that is gone or hidden from us meanwhile is not in them."""
    while True:
        try:
            return context.salesforce.read(object_name, ids, fields)
        except SchemaChanged as gone:
            left = [name for name in fields if name not in gone.names]
            if len(left) == len(fields):
                raise
            fields = left


def _waited(one: Delivery, now: datetime) -> bool:
    return one.sent_at is not None and now.timestamp() * 1000 - one.sent_at > MISSING_AFTER / timedelta(milliseconds=1)


def compare(sent: Mapping[str, Any], found: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The fields that are not exactly as sent: rows with field, outcome, sent, found."""
    rows = []
    for name, value in sent.items():
        stands = found.get(name)
        outcome = outcome_of(value, stands)
        if outcome != "equal":
            rows.append({"field": name, "outcome": outcome, "sent": _text(value), "found": _text(stands)})
    return rows


def outcome_of(sent: Any, found: Any) -> str:
    """equal, normalised, changed_by_org or lost."""
    if (sent == found and type(sent) is type(found)) or (sent in (None, "") and found in (None, "")):
        return "equal"
    if any(alike(sent, found) for alike in (same, _same_moment, _same_address, _same_id, _same_choices)):
        return "normalised"
    return "lost" if found in (None, "") else "changed_by_org"


def _same_moment(one: Any, other: Any) -> bool:
    if not isinstance(one, str) or not isinstance(other, str) or len(one) < 10 or len(other) < 10:
        return False
    try:
        first, second = (datetime.fromisoformat(text.replace("+0000", "+00:00")) for text in (one, other))
    except ValueError:
        return False
    if (first.tzinfo is None) != (second.tzinfo is None):
        return date(first.year, first.month, first.day) == date(second.year, second.month, second.day) and len(
            one
        ) == len(other)
    return first.replace(microsecond=0) == second.replace(microsecond=0)


def _same_address(one: Any, other: Any) -> bool:
    return (
        isinstance(one, str)
        and isinstance(other, str)
        and ("@" in one or "." in one)
        and one.casefold() == other.casefold()
    )


def _same_id(one: Any, other: Any) -> bool:
    """15 and 18 characters of one Salesforce id."""
    return (
        isinstance(one, str)
        and isinstance(other, str)
        and {len(one), len(other)} == {15, 18}
        and one[:15] == other[:15]
    )


def _same_choices(one: Any, other: Any) -> bool:
    """A multi-select comes back in the order in which its choices were made in setup."""
    return (
        isinstance(one, str)
        and isinstance(other, str)
        and ";" in one
        and sorted(part.strip() for part in one.split(";")) == sorted(part.strip() for part in other.split(";"))
    )


def _text(value: Any) -> str | None:
    return None if value is None else str(value)[:4000]


def sentence(rows: Sequence[Mapping[str, Any]]) -> str:
    """Which fields differ and how, without their values (those are kept beside the delivery)."""
    words = {"changed_by_org": "changed by the org", "lost": "not there"}
    return (
        "Read back otherwise than sent: " + ", ".join(f"{row['field']} ({words[row['outcome']]})" for row in rows) + "."
    )
