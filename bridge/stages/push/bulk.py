"""Many records at once, by a Bulk job that is remembered before anything is handed to it."""

from __future__ import annotations

from collections.abc import Sequence

from bridge.decisions import EXTERNAL_ID
from bridge.stages.context import Context
from bridge.staging import outbox
from bridge.staging.outbox import Delivery
from connectors.errors import RemoteError, SchemaChanged
from connectors.records import Receipt

JOB_SECONDS, JOB_AGAIN_SECONDS = 900.0, 5.0
"""How long a cycle waits for the end of a Bulk job of its own, and for one begun before: a job may queue for hours, and others would wait with it."""


def by_job(context: Context, object_name: str, group: Sequence[Delivery], job: str = "") -> list[Receipt]:
    """One Bulk job for all of them, or the one begun before a crash. Its id is kept before anything is uploaded.

    A job whose end was not seen goes on in Salesforce: its deliveries are unknown, and the job is asked for them. `Unavailable` with the
    code BULK_RUNNING: a job begun before has not ended yet. `SchemaChanged` names columns: a job that is gone says nothing of them.
    """
    begun = [job] if job else []

    def remember(job_id: str) -> None:
        with context.writing() as connection:
            outbox.keep_job(connection, [one.id for one in group], job_id)
        begun.append(job_id)

    rows = [dict(one.payload) for one in group]
    seconds = JOB_AGAIN_SECONDS if job else JOB_SECONDS
    try:
        return context.salesforce.upsert_bulk(
            object_name, EXTERNAL_ID, rows, remember=remember, job_id=job, seconds=seconds
        )
    except SchemaChanged as problem:
        if not begun or problem.names:
            raise
    except RemoteError:
        if job or not begun:
            raise
    return [Receipt("unknown")] * len(group)
