"""Backfills under way: what was asked, how far it came."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from bridge.frozen import frozen
from bridge.staging.clock import to_ms
from bridge.staging.schema import backfill, cursor


@frozen
class Job:
    """One backfill; `cursor` names its position among the cursors."""

    id: int
    read: int

    @property
    def cursor(self) -> str:
        return f"backfill {self.id}"


def begin_or_resume(connection: Connection, request: Mapping[str, Any], now: datetime) -> Job:
    """The unfinished backfill of the same request, else a new one."""
    for row in connection.execute(select(backfill).where(backfill.c.state == "reading").order_by(backfill.c.id)):
        if row.request == request:
            return Job(row.id, row.read)
    result = connection.execute(
        insert(backfill).values(request=dict(request), state="reading", read=0, started_at=to_ms(now))
    )
    key = result.inserted_primary_key
    assert key is not None
    return Job(int(key[0]), 0)


def advance(connection: Connection, job_id: int, read: int) -> None:
    """So many records were read."""
    connection.execute(update(backfill).where(backfill.c.id == job_id).values(read=read))


def end(connection: Connection, job: Job, now: datetime) -> None:
    """All was read; its position is not needed any more."""
    connection.execute(update(backfill).where(backfill.c.id == job.id).values(state="done", ended_at=to_ms(now)))
    connection.execute(delete(cursor).where(cursor.c.source == "hubspot", cursor.c.kind == job.cursor))
