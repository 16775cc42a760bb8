"""Find out: what became of writes whose answer nobody has, before anything is sent a second time.

Records are looked for by our external id, what hangs on them by what makes it the one it is, rows of a Bulk job in the job's own results.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection

from bridge.decisions import EXTERNAL_ID
from bridge.stages import follow_up
from bridge.stages.context import Context
from bridge.stages.push import followers
from bridge.stages.push.bulk import by_job
from bridge.stages.push.closed_fields import hold_for_schema
from bridge.stages.push.settling import CLOSED_FOR, TASK, keep_found, settle
from bridge.staging import due, knowledge, landings, leads, outbox
from bridge.staging.outbox import RECORDS, Delivery, Settlement
from bridge.values import is_true
from connectors.errors import BudgetSpent, SchemaChanged, Unavailable
from connectors.records import Record

UNANSWERED = "not_there_after_all"
"""Why something goes once more: its last try got no answer, and it was not there."""


def find_out(context: Context, target: str) -> None:
    """Unknown outcomes: look in Salesforce by our external id (tasks: by person and subject) before anything is sent again."""
    with context.reading() as connection:
        unknown = outbox.unknown(connection, target, 2000, context.now())
    if not unknown:
        return
    object_name = target.partition(".")[2]
    asked = unknown
    unknown, running = _from_jobs(context, target, asked)
    concerned = [one.lead_id for one in asked if one.job not in running]
    made = _records_made(context, object_name, unknown) if target in RECORDS else {}
    there = {of: record.id for of, record in made.items()}
    try:
        there |= {} if target in RECORDS else followers.there(context, object_name, unknown)
    except SchemaChanged:  # a right that was taken from us, or a feature that was switched off
        _ask_later(context, unknown, reason="not_readable")
        context.add(f"not readable: {object_name}")
        return
    removed = {of for of, record in made.items() if record.gone}
    missing = [one for one in unknown if one.id not in there]
    with context.writing() as connection:
        again = [Settlement(one.id, "ready", reason=UNANSWERED) for one in missing]
        outbox.settle(connection, again, context.now())
        found = [(one, there[one.id]) for one in unknown if one.id in there]
        keep_found(context, connection, target, found, removed)
        _hear_at_once(context, connection, [(one, made[one.id]) for one in unknown if one.id in removed])
        # What was decided meanwhile found its place in the outbox taken.
        due.mark(connection, concerned, context.now())
    context.add("outcomes found out", len(unknown))


def _from_jobs(context: Context, target: str, unknown: Sequence[Delivery]) -> tuple[list[Delivery], set[str]]:
    """What Bulk jobs of before say of their rows is settled; returns the deliveries that no job knows of, and the jobs that have not ended."""
    running: set[str] = set()
    left = [one for one in unknown if one.job is None]
    for job in dict.fromkeys(one.job for one in unknown if one.job is not None):
        group = [one for one in unknown if one.job == job]
        try:
            receipts = by_job(context, target.partition(".")[2], group, job)
        except SchemaChanged as problem:
            hold_for_schema(context, group, problem)
            continue
        except Unavailable as problem:
            if isinstance(problem, BudgetSpent):
                raise
            _ask_later(context, group, reason="job_running")
            context.add("wait for a Bulk job that has not ended", len(group))
            running.add(job)
            continue
        told = [(one, receipt) for one, receipt in zip(group, receipts, strict=True) if receipt.outcome != "unknown"]
        settle(context, target, [one for one, _ in told], [receipt for _, receipt in told])
        left += [one for one, receipt in zip(group, receipts, strict=True) if receipt.outcome == "unknown"]
    return left, running


def _ask_later(context: Context, group: Sequence[Delivery], *, reason: str) -> None:
    """What became of these cannot be known yet, and nobody else waits for it."""
    at = context.now() + CLOSED_FOR
    waiting = [Settlement(one.id, "unknown", reason=reason, retry_at=at) for one in group]
    with context.writing() as connection:
        outbox.settle(connection, waiting, context.now())


def _records_made(context: Context, object_name: str, unknown: Sequence[Delivery]) -> dict[int, Record]:
    """Delivery → the record it made; one that Sales removed since was made all the same, and is not made again.

    A removed one that an earlier delivery landed on says nothing of this one. An update that did not arrive is sent again.
    """
    keyed = {str(one.payload.get(EXTERNAL_ID)): one for one in unknown if one.operation == "upsert"}
    fields = ("Id", "MasterRecordId")
    found = context.salesforce.find_by(object_name, EXTERNAL_ID, list(keyed), fields, gone=True) if keyed else {}
    ids = [str(row["Id"]) for rows in found.values() for row in rows]
    with context.reading() as connection:
        before = landings.landed_on(connection, f"salesforce.{object_name}", ids)
    made: dict[int, Record] = {}
    for key, rows in found.items():
        records = [_found(context, object_name, row) for row in rows]
        records = [one for one in records if not (one.gone and one.id in before)]
        if key in keyed and records:
            made[keyed[key].id] = min(records, key=lambda record: record.gone)
    return made


def _found(context: Context, object_name: str, row: Mapping[str, Any]) -> Record:
    into = row.get("MasterRecordId")
    links = {knowledge.MERGED_INTO: (str(into),)} if into else {}
    gone = is_true(row.get("IsDeleted"))
    return Record("salesforce", object_name.lower(), str(row["Id"]), {}, context.now(), gone, (), links)


def _hear_at_once(context: Context, connection: Connection, gone: Sequence[tuple[Delivery, Record]]) -> None:
    """What Sales did with records of which we did not know yet that they are ours: deleted them, or merged them into others."""
    survivors = knowledge.sales_survivors(connection, [record for _, record in gone])
    rows, events = follow_up.news_of([(one.lead_id, record) for one, record in gone], survivors)
    leads.heard_from_sales(connection, rows)
    leads.tell(connection, events, context.now(), context.run_id)


def not_yet_there(context: Context, group: Sequence[Delivery]) -> Sequence[Delivery]:
    """Tasks but for those that Salesforce has although nothing here knows of them: the database was lost, or is a restored backup. No task of
    ours hangs on a record that this very run made, so most cost no question."""
    asked = [one for one in group if not context.made & {one.payload.get("WhoId"), one.payload.get("WhatId")}]
    there = followers.there(context, "Task", asked) if asked else {}
    if there:
        with context.writing() as connection:
            keep_found(context, connection, TASK, [(one, there[one.id]) for one in group if one.id in there])
        context.add("tasks found in Salesforce", len(there))
    return [one for one in group if one.id not in there]
