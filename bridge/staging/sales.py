"""What Salesforce tells about people and their room: the roster, open leads per rep, and the schemas last seen."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, fields
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, func, select
from sqlalchemy.dialects import postgresql, sqlite

from bridge.staging.batches import batched
from bridge.staging.clock import to_ms
from bridge.staging.records import MOST_IN_LIST
from bridge.staging.schema import open_lead, schema_snapshot, turn
from connectors.records import FieldSchema, ObjectSchema


def keep_open_leads(connection: Connection, rows: Sequence[Mapping[str, Any]], closed: Iterable[str]) -> None:
    """Open leads as Salesforce has them now (id, owner_id, status, lead_id), and the ids of those that are open no more."""
    for group in batched(dict.fromkeys(closed), MOST_IN_LIST):
        connection.execute(delete(open_lead).where(open_lead.c.id.in_(group)))
    if rows:
        statement = (
            postgresql.insert(open_lead) if connection.dialect.name == "postgresql" else sqlite.insert(open_lead)
        )
        connection.execute(
            statement.on_conflict_do_update(
                index_elements=[open_lead.c.id],
                set_={name: statement.excluded[name] for name in ("owner_id", "status", "lead_id")},
            ),
            [dict(row) for row in rows],
        )


def open_by_owner(connection: Connection, statuses: Sequence[str] = (), *, ours: bool = False) -> dict[str, int]:
    """Owner id → number of open leads; `statuses` are those that count (empty: all). `ours`: only those that we handed over."""
    statement = select(open_lead.c.owner_id, func.count()).group_by(open_lead.c.owner_id)
    if statuses:
        statement = statement.where(open_lead.c.status.in_(statuses))
    if ours:
        statement = statement.where(open_lead.c.lead_id.is_not(None))
    return {row[0]: row[1] for row in connection.execute(statement)}


def turns(connection: Connection) -> dict[str, int]:
    """What each member of a team is owed in its round robin, as `Turns` counts it."""
    return {row[0]: row[1] for row in connection.execute(select(turn.c.team, turn.c["count"]))}


def keep_turns(connection: Connection, counts: Mapping[str, int]) -> None:
    """Store where the round robins stand, with the decisions they were used for."""
    if counts:
        statement = postgresql.insert(turn) if connection.dialect.name == "postgresql" else sqlite.insert(turn)
        connection.execute(
            statement.on_conflict_do_update(index_elements=[turn.c.team], set_={"count": statement.excluded["count"]}),
            [{"team": team, "count": count} for team, count in counts.items()],
        )


def keep_schema(connection: Connection, schema: ObjectSchema, now: datetime) -> None:
    """The live schema as seen now."""
    statement = (
        postgresql.insert(schema_snapshot)
        if connection.dialect.name == "postgresql"
        else sqlite.insert(schema_snapshot)
    )
    connection.execute(
        statement.on_conflict_do_update(
            index_elements=[schema_snapshot.c.source, schema_snapshot.c.name],
            set_={"fields": statement.excluded.fields, "at": statement.excluded.at},
        ),
        {
            "source": schema.source,
            "name": schema.name,
            "fields": {name: asdict(field) for name, field in schema.fields.items()},
            "at": to_ms(now),
        },
    )


def forget_schemas(connection: Connection) -> None:
    """The live schemas have changed: they are read again when they are needed next."""
    connection.execute(delete(schema_snapshot))


Parsed = dict[tuple[str, str, int], ObjectSchema]
"""Schemas by source, object and when (ms) they were seen."""


def schemas(
    connection: Connection, newer_than: datetime | None = None, parsed: Parsed | None = None
) -> dict[tuple[str, str], ObjectSchema]:
    """(source, object) → the schema last seen, if that was after `newer_than`. What is in `parsed` is not made again; what is new is put there."""
    known = {} if parsed is None else parsed
    recent = schema_snapshot.c.at >= (0 if newer_than is None else to_ms(newer_than))
    seen = select(schema_snapshot.c.source, schema_snapshot.c.name, schema_snapshot.c.at).where(recent)
    keys = [(row.source, row.name, row.at) for row in connection.execute(seen)]
    if any(key not in known for key in keys):
        rows = {
            (row.source, row.name, row.at): row.fields
            for row in connection.execute(select(schema_snapshot).where(recent))
        }
        keys = list(rows)
        fresh = {key: known.get(key) or _schema(key[0], key[1], kept) for key, kept in rows.items()}
        known.clear()
        known.update(fresh)
    return {(source, name): known[source, name, at] for source, name, at in keys}


def _schema(source: str, name: str, kept: Mapping[str, Any]) -> ObjectSchema:
    return ObjectSchema(source, name, {one: _field(values) for one, values in kept.items()})


_KEPT = frozenset(one.name for one in fields(FieldSchema))


def _field(values: Mapping[str, Any]) -> FieldSchema:
    """A field as kept; what a newer leadbridge keeps besides is left out, so that one may go back to an older one."""
    tuples = {name: tuple(values[name]) for name in ("options", "labels", "refers_to")}
    valid_for = tuple(tuple(one) for one in values.get("valid_for", ()))
    by_type = {number: tuple(one) for number, one in values.get("by_type", {}).items()}
    known = {name: value for name, value in values.items() if name in _KEPT}
    return FieldSchema(**{**known, **tuples, "valid_for": valid_for, "by_type": by_type})
