"""Follow up: what Sales did with what we handed over, told by the mirrored record. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from bridge.staging.leads import Event
from bridge.values import is_true
from connectors.records import Record


def heard(lead_id: str, record: Record, survivor: Record | None = None) -> tuple[Mapping[str, Any], Event]:
    """What to write down about our lead, and the event, when somebody changed its Salesforce record.

    `survivor`: the living record that this one was merged into. The lead goes on as that one.
    """
    values = record.values
    if record.gone and survivor is not None:
        status = str(survivor.values.get("Status") or "known")
        row = {"lead_id": lead_id, "sales_status": status, "sales_id": survivor.id}
        said = f"Sales merged {record.id} into {survivor.id}."
        return row, Event(lead_id, "follow_up", "merged", "merged_by_sales", said)
    if record.gone:
        row = {"lead_id": lead_id, "sales_status": "removed", "handover": "removed"}
        return row, Event(lead_id, "follow_up", "removed", "removed_by_sales", f"Sales removed {record.id}.")
    if is_true(values.get("IsConverted")):
        contact = values.get("ConvertedContactId")
        row = {"lead_id": lead_id, "sales_status": "converted", "handover": "converted"}
        if contact:
            row |= {"object": "Contact", "sales_id": str(contact)}
        return row, Event(lead_id, "follow_up", "converted", "converted_by_sales", f"Sales converted {record.id}.")
    status = str(values.get("Status") or "known")
    return (
        {"lead_id": lead_id, "sales_status": status},
        Event(lead_id, "follow_up", "changed", "changed_by_sales", f"Sales changed {record.id}: now {status!r}."),
    )


def news_of(
    rows: Iterable[tuple[str, Record]], survivors: Mapping[str, Record]
) -> tuple[list[Mapping[str, Any]], list[Event]]:
    """`heard` for many; `survivors`: id of a record that was merged away → the living one."""
    pairs = [heard(lead_id, record, survivors.get(record.id)) for lead_id, record in rows]
    return [row for row, _ in pairs], [event for _, event in pairs]
