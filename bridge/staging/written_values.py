"""What stands in remote records by our doing, field by field, and what was found there when it was read back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select
from sqlalchemy.dialects import postgresql, sqlite

from bridge.staging.batches import batched
from bridge.staging.clock import to_ms
from bridge.staging.records import MOST_IN_LIST
from bridge.staging.schema import read_back, written


def keep_differences(connection: Connection, rows: Sequence[Mapping[str, Any]], now: datetime) -> None:
    """Fields that read back other than they were sent: rows with delivery_id, field, outcome, sent, found."""
    if rows:
        statement = (
            postgresql.insert(read_back) if connection.dialect.name == "postgresql" else sqlite.insert(read_back)
        )
        connection.execute(
            statement.on_conflict_do_update(
                index_elements=[read_back.c.delivery_id, read_back.c.field],
                set_={name: statement.excluded[name] for name in ("outcome", "sent", "found", "at")},
            ),
            [dict(row) | {"at": to_ms(now)} for row in rows],
        )


def remember(connection: Connection, rows: Sequence[Mapping[str, Any]], now: datetime) -> None:
    """What stands in a remote record by our doing: rows with target, remote_id, lead_id, values; added to what was written there before, for
    whichever lead.
    """
    if not rows:
        return
    ids: dict[str, list[str]] = {}
    for row in rows:
        ids.setdefault(row["target"], []).append(row["remote_id"])
    known = {
        (target, id_): values
        for target, some in ids.items()
        for id_, values in written_on(connection, target, some).items()
    }
    merged: dict[tuple[str, str], dict[str, Any]] = {}
    for row in rows:
        key = (row["target"], row["remote_id"])
        known[key] = {**known.get(key, {}), **row["values"]}
        merged[key] = {**row, "values": known[key], "at": to_ms(now)}
    statement = postgresql.insert(written) if connection.dialect.name == "postgresql" else sqlite.insert(written)
    connection.execute(
        statement.on_conflict_do_update(
            index_elements=[written.c.target, written.c.remote_id],
            set_={name: statement.excluded[name] for name in ("lead_id", "values", "at")},
        ),
        list(merged.values()),
    )


def written_on(connection: Connection, target: str, remote_ids: Iterable[str]) -> dict[str, Mapping[str, Any]]:
    """Remote record → the values we last wrote there, for whichever lead."""
    found: dict[str, Mapping[str, Any]] = {}
    for group in batched(dict.fromkeys(remote_ids), MOST_IN_LIST):
        rows = connection.execute(
            select(written.c.remote_id, written.c["values"]).where(
                written.c.target == target, written.c.remote_id.in_(group)
            )
        )
        found.update((row[0], row[1]) for row in rows)
    return found


def last_written(connection: Connection, lead_ids: Iterable[str]) -> list[tuple[str, str, str, Mapping[str, Any]]]:
    """(lead, target, remote id, the values we last wrote there), for these leads. For a task the remote id is its occasion."""
    found: list[tuple[str, str, str, Mapping[str, Any]]] = []
    for group in batched(dict.fromkeys(lead_ids), MOST_IN_LIST):
        rows = connection.execute(
            select(written.c.lead_id, written.c.target, written.c.remote_id, written.c["values"]).where(
                written.c.lead_id.in_(group)
            )
        )
        found.extend((row[0], row[1], row[2], row[3]) for row in rows)
    return found
