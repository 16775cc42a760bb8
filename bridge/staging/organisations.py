"""Organisations: what groups people, with an account or without one yet."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection
from sqlalchemy.dialects import postgresql, sqlite

from bridge.staging.clock import to_ms
from bridge.staging.schema import organisation


def keep(connection: Connection, rows: Sequence[tuple[str, str, str | None]], now: datetime) -> None:
    """Rows of (id, name, account id); a known one takes the account it was found to have."""
    distinct = {row[0]: row for row in rows}
    if not distinct:
        return
    statement = (
        postgresql.insert(organisation) if connection.dialect.name == "postgresql" else sqlite.insert(organisation)
    )
    connection.execute(
        statement.on_conflict_do_update(
            index_elements=[organisation.c.id],
            set_={"account_id": statement.excluded.account_id},
            where=organisation.c.account_id.is_distinct_from(statement.excluded.account_id),
        ),
        [
            {"id": id_, "name": name or id_, "account_id": account_id, "created_at": to_ms(now)}
            for id_, name, account_id in sorted(distinct.values(), key=lambda row: row[0])
        ],
    )
