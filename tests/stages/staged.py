"""Short ways to put rows into a staging database."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, select, update

from bridge.staging import due, leads, outbox, records
from bridge.staging.leads import Concluded
from bridge.staging.outbox import Planned
from bridge.staging.schema import delivery, lead
from connectors.records import Record

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def after(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


def contact(id_: str, at: datetime = NOW, gone: bool = False, former: tuple[str, ...] = (), **values: Any) -> Record:
    return Record("hubspot", "contact", id_, {"email": f"{id_}@acme.example", **values}, at, gone, former)


def take(connection: Connection, *items: Record, now: datetime = NOW) -> int:
    """Stage what is news; returns how much that was."""
    fresh, _ = records.news(connection, items)
    records.stage(connection, fresh, now)
    return len(fresh)


def concluded(lead_id: str, verdict: str = "qualified", **columns: Any) -> Concluded:
    values: dict[str, Any] = {
        "lead_id": lead_id, "verdict": verdict, "reason": "bant", "sentence": "So it is.", "segment": "small", "score": 50, "priority": 0,
        "account_id": None, "organisation_id": None, "owner_id": "005A", "team": "", "wake_at": None, "watched": {}, "changed_at": 0,
        "versions": "v1", "decision": {},
    }  # fmt: skip
    return Concluded(**values | columns)


def decided(connection: Connection, ids: Sequence[str], verdict: str = "qualified", now: datetime = NOW) -> None:
    """New leads with that verdict."""
    leads.create(connection, ids, now)
    due.claim(connection, len(ids), "decider", now)
    leads.conclude(connection, "decider", now, [concluded(one, verdict) for one in ids], None)


def write(lead_id: str, target: str = "salesforce.Lead", **columns: Any) -> Planned:
    values: dict[str, Any] = {
        "operation": "upsert",
        "payload": {"LastName": "Roe"},
        "needs_room": target == "salesforce.Lead",
    }
    return Planned(lead_id, target, **{**values, "owner_id": "005A", **columns})


def plan(connection: Connection, *planned: Planned, now: datetime = NOW) -> None:
    outbox.plan(connection, planned, now, None)


def deliveries(connection: Connection) -> list[Any]:
    return list(connection.execute(select(delivery).order_by(delivery.c.id)))


def states(connection: Connection) -> list[str]:
    return [row.state for row in deliveries(connection)]


def make_ready(connection: Connection) -> None:
    connection.execute(update(delivery).where(delivery.c.state == "waiting").values(state="ready"))


def row_of(connection: Connection, lead_id: str) -> Any:
    return connection.execute(select(lead).where(lead.c.id == lead_id)).one()
