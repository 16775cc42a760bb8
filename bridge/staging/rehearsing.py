"""A scratch database in memory with the part of staging that gathering and the outbox look at: what is rehearsed there is thrown away.

Rows are copied in when a rehearsal first touches them, and only those of the leads, organisations and handoffs concerned.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import Connection, Engine, Table, case, create_engine, insert, literal, or_, select, update
from sqlalchemy.dialects import sqlite
from sqlalchemy.pool import StaticPool

from bridge.staging.batches import batched
from bridge.staging.clock import to_ms
from bridge.staging.database import to_json
from bridge.staging.directory_tables import CONTACTS, directory_ruling
from bridge.staging.metadata import metadata
from bridge.staging.outbox import CHANGEABLE, OPEN
from bridge.staging.records import MOST_IN_LIST
from bridge.staging.schema import delivery, event, handoff, lead, organisation

HOLDER = "rehearsal"
FAR = 1 << 40
"""Where ids made in the scratch begin, so that they never meet those copied into it later."""


def open_scratch() -> Engine:
    """An empty scratch database; it is gone with the engine."""
    engine = create_engine(
        "sqlite+pysqlite://", poolclass=StaticPool, json_serializer=to_json, json_deserializer=orjson.loads, hide_parameters=True,
        connect_args={"check_same_thread": False},
    )  # fmt: skip
    people = [CONTACTS.entry, CONTACTS.key, directory_ruling]
    metadata.create_all(engine, tables=[lead, organisation, handoff, delivery, event, *people])
    with engine.begin() as scratch:
        nobody: dict[str, Any] = {
            "organisation_id": "",
            "primary_lead_id": "",
            "opened_at": 0,
            "closes_at": 0,
            "alarmed_at": 0,
        }
        scratch.execute(insert(handoff), {"id": FAR, "state": "closed", **nobody})
        nothing: dict[str, Any] = {
            "lead_id": "",
            "target": "",
            "operation": "",
            "payload": {},
            "next_at": 0,
            "created_at": 0,
        }
        scratch.execute(insert(delivery), {"id": FAR, "state": "cancelled", **nothing})
    return engine


def copy_in(
    source: Connection,
    scratch: Connection,
    lead_ids: Sequence[str],
    organisation_ids: Sequence[str],
    handoff_ids: Sequence[int],
) -> None:
    """Bring in these leads, the handoffs concerned with all their people, and what the outbox has of them. What is there already stays as it is."""
    handoffs = _rows(source, handoff, handoff.c.id, handoff_ids) + _rows(
        source, handoff, handoff.c.organisation_id, organisation_ids
    )
    ids = list({row["id"] for row in handoffs})
    _add(scratch, handoff, [{**row, "brief": None, "chart": None} for row in handoffs])
    people = _rows(source, lead, lead.c.handoff_id, ids) + _rows(source, lead, lead.c.id, lead_ids)
    fresh = _add(scratch, lead, [{**row, "decision": None, "watched": None, "due_at": None} for row in people])
    wanted = or_(delivery.c.state.in_(OPEN), delivery.c.target == "salesforce.Task")
    _add(scratch, delivery, _rows(source, delivery, delivery.c.lead_id, fresh, wanted))
    for group in batched(lead_ids, MOST_IN_LIST):
        scratch.execute(update(lead).where(lead.c.id.in_(group)).values(claimed_by=HOLDER))


def _rows(
    source: Connection, table: Table, column: Any, keys: Iterable[Any], where: Any = None
) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for group in batched(dict.fromkeys(keys), MOST_IN_LIST):
        statement = select(table).where(column.in_(group), literal(True) if where is None else where)
        found += [dict(row._mapping) for row in source.execute(statement)]
    return found


def _add(scratch: Connection, table: Table, rows: Sequence[dict[str, Any]]) -> list[Any]:
    """Insert the rows whose id is not there yet; returns those ids."""
    distinct = {row["id"]: row for row in rows}
    there: set[Any] = set()
    for group in batched(distinct, MOST_IN_LIST):
        there.update(scratch.execute(select(table.c.id).where(table.c.id.in_(group))).scalars())
    fresh = [row for id_, row in distinct.items() if id_ not in there]
    if fresh:
        scratch.execute(sqlite.insert(table).on_conflict_do_nothing(), fresh)
    return [row["id"] for row in fresh]


def handoff_of(scratch: Connection, lead_ids: Iterable[str]) -> dict[str, int | None]:
    """Lead → the handoff it is part of by now, of those that were copied in."""
    found: dict[str, int | None] = {}
    for group in batched(dict.fromkeys(lead_ids), MOST_IN_LIST):
        rows = scratch.execute(select(lead.c.id, lead.c.handoff_id).where(lead.c.id.in_(group)))
        found.update((row[0], row[1]) for row in rows)
    return found


def to_decide_again(scratch: Connection) -> list[str]:
    """Qualified leads that came to stand for a handoff without a write of their own; they are asked for once."""
    again = list(
        scratch.execute(select(lead.c.id).where(lead.c.due_at.is_not(None), lead.c.verdict == "qualified")).scalars()
    )
    scratch.execute(update(lead).values(due_at=None).where(lead.c.due_at.is_not(None)))
    return again


def planned(scratch: Connection, targets: Sequence[str], now: datetime) -> Counter[str]:
    """What was planned since `now` and would go: `salesforce.Lead` for a new one, `changes to salesforce.Lead` for others."""
    rows = scratch.execute(
        select(delivery.c.target, delivery.c.operation).where(
            delivery.c.target.in_(targets), delivery.c.state.in_(CHANGEABLE), delivery.c.next_at == to_ms(now)
        )
    )
    return Counter(
        target if operation in ("create", "upsert") else f"changes to {target}" for target, operation in rows
    )


def waiting_tasks(scratch: Connection) -> list[tuple[str, int]]:
    """Tasks of handoffs that were planned before and wait for their lead to go: what each is about, and its handoff."""
    own = delivery.alias()
    goes = select(own.c.id).where(own.c.lead_id == lead.c.id, own.c.operation == "upsert", own.c.state.in_(CHANGEABLE))
    rows = scratch.execute(
        select(delivery.c.about, lead.c.handoff_id)
        .join(lead, lead.c.id == delivery.c.lead_id)
        .where(
            delivery.c.target == "salesforce.Task", delivery.c.operation == "create", delivery.c.state.in_(CHANGEABLE),
            delivery.c.about.startswith("handoff "), lead.c.handoff_id.is_not(None), lead.c.verdict == "qualified",
            or_(lead.c.sales_id.is_not(None), goes.exists()),
        )
    )  # fmt: skip
    return [(about, handoff_id) for about, handoff_id in rows]


def as_if_sent(scratch: Connection, told: Sequence[int], now: datetime) -> None:
    """What waits is sent, Sales has its people, and these handoffs have their task."""
    stamp = to_ms(now)
    going = select(delivery.c.lead_id).where(delivery.c.state.in_(CHANGEABLE), delivery.c.operation == "upsert")
    made = case((lead.c.id.in_(going.where(delivery.c.needs_room)), "Lead"), else_=lead.c.sales_object)
    sent = {"handover": "sent", "sales_id": lead.c.id, "sales_object": made}
    scratch.execute(update(lead).where(lead.c.id.in_(going)).values(sent))
    scratch.execute(update(delivery).where(delivery.c.state.in_(CHANGEABLE)).values(state="sent"))
    scratch.execute(update(handoff).where(handoff.c.due_at.is_not(None)).values(due_at=None))
    for group in batched(told, MOST_IN_LIST):
        scratch.execute(
            update(handoff).where(handoff.c.id.in_(group), handoff.c.told_at.is_(None)).values(told_at=stamp)
        )
