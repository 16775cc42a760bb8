"""Which writes a decision asks for. Pure: the cleaned values, what Salesforce has, what we wrote last, and each field's owner decide.

A field is sent when its source value is new since our last write (or was never written) and differs from what stands there; so an automation of
the org that changes our value is reported once and never fought. A touched contact gets blanks filled, nothing overwritten.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bridge.decisions import Cleaning, Landing
from bridge.frozen import frozen
from bridge.staging.outbox import Planned
from bridge.values import plain, same
from connectors.records import Record

RECORD_TYPE = "RecordTypeId"
Choices = Mapping[str, Mapping[str, frozenset[str]]]
"""Field → record type → the values of a closed picklist that its records take."""


@frozen
class Target:
    """The Salesforce record a lead lands on, as mirrored (None: to be created), and what we wrote there last."""

    record: Record | None
    written: Mapping[str, Any]


def changes(
    cleaning: Cleaning,
    target: Target,
    wins: Mapping[str, str],
    empty: Mapping[str, str],
    blanks_only: bool,
    by_type: Choices | None = None,
) -> dict[str, Any]:
    """Field → value to send; None clears. What the record's own type does not take (`by_type`) is left as it stands."""
    there: Mapping[str, Any] = target.record.values if target.record else {}
    found: dict[str, Any] = {}
    for name, cleaned in cleaning.fields.items():
        value = plain(cleaned.value)
        if value is None:
            if (
                target.record
                and empty.get(name) == "clear"
                and not cleaned.reason
                and there.get(name) not in (None, "")
                and _may_write(name, None, target, wins.get(name, "source"), blanks_only)
            ):
                found[name] = None
            continue
        if target.record is None or _may_write(name, value, target, wins.get(name, "source"), blanks_only):
            found[name] = value
    for state, country in cleaning.within.items():
        _keep_together(state, country, found, cleaning, there)
    record_type = found.get(RECORD_TYPE, there.get(RECORD_TYPE))
    return {name: value for name, value in found.items() if _takes(by_type, name, record_type, value)}


def _takes(by_type: Choices | None, name: str, record_type: Any, value: Any) -> bool:
    """Whether a record of that type takes the value. A new record's values were chosen for its type already."""
    choices = (by_type or {}).get(name, {}).get(str(record_type or ""))
    return choices is None or value is None or str(value) in choices or choices.issuperset(str(value).split(";"))


def _keep_together(
    state: str, country: str, found: dict[str, Any], cleaning: Cleaning, there: Mapping[str, Any]
) -> None:
    """A state goes only where its own country stands then; a country is not changed under a state that stays. The org would refuse the record."""
    cleaned = cleaning.fields.get(country)
    ours = plain(cleaned.value) if cleaned is not None else None
    if found.get(state) is not None and (ours is None or not same(ours, found.get(country, there.get(country)))):
        del found[state]
    kept = there.get(state) if state not in found else None
    cleaned = cleaning.fields.get(state)
    theirs = kept not in (None, "") and (cleaned is None or not same(plain(cleaned.value), kept))
    if theirs and country in found:
        del found[country]


def _may_write(name: str, value: Any, target: Target, wins: str, blanks_only: bool) -> bool:
    assert target.record is not None
    stands = target.record.values.get(name)
    if same(value, stands) or (name in target.written and same(value, target.written[name])):
        return False
    if wins == "crm":
        return False
    if stands in (None, ""):
        return True
    if blanks_only or wins == "crm_unless_blank":
        return False
    if wins == "newest":
        return same(stands, target.written.get(name))
    return True


def before(payload: Mapping[str, Any], record: Record | None) -> dict[str, Any] | None:
    """What the fields of `payload` hold now; None for a record that is not there yet."""
    return None if record is None else {name: record.values.get(name) for name in payload}


@frozen
class Addressee:
    """Who and how urgent: what every delivery of one lead shares."""

    lead_id: str
    owner_id: str
    team: str
    priority: int


def salesforce_write(
    landing: Landing, fields: dict[str, Any], target: Target, to: Addressee, external_id: str
) -> Planned | None:
    """The write that brings the lead into Salesforce, or None when nothing would change."""
    if landing.kind in ("create_lead", "create_contact"):
        payload = {**fields, "OwnerId": to.owner_id, external_id: to.lead_id}
        return Planned(
            to.lead_id, f"salesforce.{landing.object}", "upsert", payload, needs_room=landing.kind == "create_lead", owner_id=to.owner_id,
            team=to.team, priority=to.priority, reason=landing.reason,
        )  # fmt: skip
    if landing.kind not in ("update_lead", "touch_contact") or landing.id is None:
        return None
    stands = target.record.values.get(external_id) if target.record else None
    payload = dict(fields) if stands == to.lead_id or stands else {**fields, external_id: to.lead_id}
    ours = {external_id: target.written.get(external_id)}  # written, but not mirrored yet
    if not payload or payload == ours:
        return None
    return Planned(
        to.lead_id, f"salesforce.{landing.object}", "update", payload, landing.id, landing.id, before(payload, target.record),
        owner_id=to.owner_id, team=to.team, priority=to.priority, reason=landing.reason,
    )  # fmt: skip
