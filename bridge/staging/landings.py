"""Where deliveries landed, and letting go what waited for that: tasks, notes and memberships follow the record they hang on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, bindparam, or_, select, text, update

from bridge.staging.batches import batched
from bridge.staging.clock import to_ms
from bridge.staging.lookups import in_work
from bridge.staging.records import MOST_IN_LIST
from bridge.staging.schema import IN_SALESFORCE, delivery, lead


def landed_for(connection: Connection, lead_ids: Iterable[str]) -> dict[tuple[str, str], str]:
    """(target, about) → the remote record that a finished delivery of these leads made or found."""
    found: dict[tuple[str, str], str] = {}
    for group in batched(dict.fromkeys(lead_ids), MOST_IN_LIST):
        rows = connection.execute(
            select(delivery.c.target, delivery.c.about, delivery.c.remote_id)
            .where(
                delivery.c.lead_id.in_(group),
                delivery.c.state.in_(("sent", "verified", "differs")),
                delivery.c.about != "",
                delivery.c.remote_id.is_not(None),
            )
            .order_by(delivery.c.id)
        )
        found.update(((row[0], row[1]), row[2]) for row in rows)
    return found


def landed_on(connection: Connection, target: str, remote_ids: Iterable[str]) -> set[str]:
    """Those of these remote records that a delivery of ours is known to have made or written to."""
    found: set[str] = set()
    for group in batched(dict.fromkeys(remote_ids), MOST_IN_LIST):
        ours = and_(text(f"delivery.{IN_SALESFORCE}"), delivery.c.target == target, delivery.c.remote_id.in_(group))
        found.update(connection.execute(select(delivery.c.remote_id).where(ours)).scalars())
    return found


def let_follow(connection: Connection, target: str, now: datetime) -> int:
    """Let go what waited for its lead's record, with the record's id filled in; returns how many."""
    rows = connection.execute(
        select(delivery.c.id, delivery.c.lead_id, delivery.c.payload, lead.c.sales_object, lead.c.sales_id)
        .join(lead, lead.c.id == delivery.c.lead_id)
        .where(
            in_work("waiting"),
            delivery.c.target == target,
            delivery.c.needs_room.is_(False),
            or_(lead.c.sales_id.is_not(None), delivery.c.target == "salesforce.ContentDocumentLink"),
        )
    ).all()
    if not rows:
        return 0
    notes = landed_for(connection, [row[1] for row in rows if "@ContentDocumentId" in row[2]])
    ready = [
        {"of_id": row[0], "filled": filled}
        for row in rows
        if (filled := _filled(row[2], row[3] or "Lead", row[4], notes)) is not None
    ]
    if ready:
        connection.execute(
            update(delivery)
            .where(delivery.c.id == bindparam("of_id"), delivery.c.state == "waiting")
            .values(state="ready", next_at=to_ms(now), payload=bindparam("filled", type_=delivery.c.payload.type)),
            ready,
        )
    return len(ready)


def _filled(
    payload: Mapping[str, Any], object_name: str, sales_id: str | None, notes: Mapping[tuple[str, str], str]
) -> dict[str, Any] | None:
    """The payload with the record's id in the places kept for it; None while a note it belongs to is not there."""
    filled = {name: value for name, value in payload.items() if not name.startswith("@")}
    for name, value in payload.items():
        if name == "@ContentDocumentId":
            note = notes.get(("salesforce.ContentNote", str(value)))
            if note is None:
                return None
            filled["ContentDocumentId"] = note
        elif name.startswith("@") and not sales_id:
            return None
        elif name == "@MemberId":
            filled[f"{object_name}Id"] = sales_id
        elif name.startswith("@"):
            filled[name[1:]] = sales_id
    return filled
