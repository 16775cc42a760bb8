"""Push: send what may go, write down each record's own result, find out what nobody knows.

The claim is committed before the call, the receipt after it; a crash between the two leaves `sending`, which becomes `unknown`, and an unknown
outcome is found out by our external id before anything is sent again. One bad record never stops the others.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from bridge.decisions import EXTERNAL_ID
from bridge.stages import follow_up, followers
from bridge.stages.context import Context
from bridge.staging import due, knowledge, landings, leads, outbox, written_values
from bridge.staging.leads import Event
from bridge.staging.outbox import Delivery, Settlement
from connectors.errors import NotAllowed, OutcomeUnknown, Refused, RemoteError, SchemaChanged, Unavailable
from connectors.records import Receipt, Record

TARGETS = (
    "salesforce.Contact", "salesforce.Lead", "salesforce.Task", "salesforce.ContentNote", "salesforce.ContentDocumentLink",
    "salesforce.CampaignMember", "salesforce.Account",
)  # fmt: skip
RECORDS = ("salesforce.Contact", "salesforce.Lead")
"""What a lead becomes; the others hang on it."""
TASK = "salesforce.Task"
OPERATIONS = ("upsert", "update", "create")
BY_OCCASION = ("salesforce.Task", "salesforce.ContentNote", "salesforce.ContentDocumentLink")
"""What was written is remembered by its handoff, not by its id."""
ALREADY_THERE = frozenset({"DUPLICATE_VALUE"})
"""A membership or link that is there already: which one it is, is found out."""
MOST_ATTEMPTS = 12
"""Tries of what passes by itself, such as a row that somebody else has locked: the last about an hour after the first. With three of ten
writes locked, six left seven in ten thousand to the next day."""
CLOSED = frozenset({"API_CURRENTLY_DISABLED", "SERVER_UNAVAILABLE", "REQUEST_LIMIT_EXCEEDED"})
"""The org takes nobody's writes just now: no fault of a record, however long it lasts."""
CLOSED_FOR = timedelta(minutes=5)
DELETED = "ENTITY_IS_DELETED"
MOVED_ON = frozenset({"CANNOT_UPDATE_CONVERTED_LEAD", DELETED})
"""The record changed under us: the mirror will say how, and the lead is decided again."""
DELETED_AGAIN_AFTER = timedelta(hours=1)
"""What was deleted for good leaves no trace for the mirror; without it the lead would be decided alike in every cycle."""
SETTLE_AFTER = timedelta(seconds=2)
OWNER_LEFT = "inactive_owner_or_user"
OWNER_AGAIN_AFTER = timedelta(minutes=10)
"""The owner left between the reading of the users and the write: another is found as soon as that was read."""
REFUSED_AGAIN_AFTER = timedelta(hours=24)
"""A refused lead is tried again once a day: somebody may have mended the org instead of the lead."""


def push(context: Context) -> None:
    """Send everything that is ready, target by target."""
    with context.writing() as connection:
        stuck = outbox.overdue_to_unknown(connection, context.now())
    context.add("found in unknown state", stuck)
    to_do = _to_do(context)
    for target in TARGETS:
        if target not in to_do:
            continue
        if target not in RECORDS:
            with context.writing() as connection:
                landings.let_follow(connection, target, context.now())
        find_out(context, target)
        while not context.stopping() and _push_batch(context, target):
            pass
        to_do = _to_do(context)


def _to_do(context: Context) -> set[str]:
    with context.reading() as connection:
        return outbox.targets_to_do(connection)


def _push_batch(context: Context, target: str) -> bool:
    batches = context.settings.bridge.batches
    with context.writing() as connection:
        ready = outbox.ready_count(connection, target, context.now())
        limit = max(batches.push * 5, 1) if ready < batches.bulk_from else 10_000
        fence = context.lease.fence if context.lease else 0
        claimed = outbox.claim(connection, target, limit, context.holder, context.now(), fence)
    if not claimed:
        return False
    groups = [group for verb in OPERATIONS if (group := [one for one in claimed if one.operation == verb])]
    for number, group in enumerate(groups):
        try:
            _push_group(context, target, group)
        except RemoteError as problem:
            tried = not isinstance(problem, Unavailable)
            _keep_ready(context, [one for rest in groups[number:] for one in rest], tried=tried)
            raise
    context.progress("release and push", len(claimed), None)
    return True


def _push_group(context: Context, target: str, group: Sequence[Delivery]) -> None:
    """Deliveries of one operation: sent and settled before the next ones go, so that what is wrong with one cannot undo another."""
    if target == TASK and group[0].operation == "create":
        group = _not_yet_there(context, group)
        if not group:
            return
    context.ask_leave()
    try:
        receipts = _call(context, group[0].operation, target.partition(".")[2], group)
    except SchemaChanged as problem:
        _hold_for_schema(context, group, problem)
        return
    except OutcomeUnknown:
        receipts = [Receipt("unknown")] * len(group)
    _settle(context, target, group, receipts)


def _keep_ready(context: Context, group: Sequence[Delivery], *, tried: bool) -> None:
    """These were not sent; they go when the system is well again."""
    kept = [Settlement(one.id, "ready", reason="system_unavailable", tried=tried) for one in group]
    with context.writing() as connection:
        outbox.settle(connection, kept, context.now())


def _call(context: Context, operation: str, object_name: str, group: Sequence[Delivery]) -> list[Receipt]:
    salesforce = context.salesforce
    if operation == "create":
        return salesforce.create(object_name, [followers.as_sent(one.payload) for one in group])
    if operation == "update":
        return salesforce.update(
            object_name, [{**followers.as_sent(one.payload), "Id": one.remote_id} for one in group]
        )
    if len(group) >= context.settings.bridge.batches.bulk_from:
        try:
            return _by_job(context, object_name, group)
        except (NotAllowed, Refused):
            # No job was made: not every edition and user has Bulk, and it has a limit of its own.
            context.add("sent without a Bulk job, which Salesforce refused", len(group))
    return salesforce.upsert(object_name, EXTERNAL_ID, [dict(one.payload) for one in group])


def _by_job(context: Context, object_name: str, group: Sequence[Delivery], job: str = "") -> list[Receipt]:
    """One Bulk job for all of them, or the one begun before a crash. Its id is kept before anything is uploaded.

    A job whose end was not seen goes on in Salesforce: its deliveries are unknown, and the job is asked for them.
    """
    begun: list[str] = []

    def remember(job_id: str) -> None:
        with context.writing() as connection:
            outbox.keep_job(connection, [one.id for one in group], job_id)
        begun.append(job_id)

    rows = [dict(one.payload) for one in group]
    try:
        return context.salesforce.upsert_bulk(object_name, EXTERNAL_ID, rows, remember=remember, job_id=job)
    except SchemaChanged:
        raise
    except RemoteError:
        if not begun:
            raise
        return [Receipt("unknown")] * len(group)


def _settle(context: Context, target: str, claimed: Sequence[Delivery], receipts: Sequence[Receipt]) -> None:
    now = context.now()
    pairs = list(zip(claimed, receipts, strict=True))
    settlements = [_settlement(one, receipt, now) for one, receipt in pairs]
    done = [(one, receipt) for one, receipt in pairs if receipt.outcome in ("created", "updated")]
    context.made |= {str(receipt.id) for _, receipt in done if receipt.outcome == "created"}
    refused = [(one, item) for one, item in zip(claimed, settlements, strict=True) if item.state == "refused"]
    moved = [(one.lead_id, receipt.code) for one, receipt in pairs if receipt.code in MOVED_ON and not _is_text(one)]
    with context.writing() as connection:
        outbox.settle(connection, settlements, now)
        written_values.remember(connection, [_written(target, one, receipt) for one, receipt in done], now)
        leads.hand_over(connection, _handovers(target, done))
        unsent = [one for one, _ in refused if target in RECORDS]
        leads.hand_over(connection, [{"lead_id": one.lead_id, "handover": "refused"} for one in unsent])
        leads.tell(connection, [_event(target, one, receipt) for one, receipt in done], now, context.run_id)
        leads.tell(
            connection,
            [Event(one.lead_id, "push", "refused", item.reason, item.note) for one, item in refused],
            now,
            context.run_id,
        )
        due.mark(connection, [lead_id for lead_id, code in moved if code != DELETED], now)
        due.look_again(connection, [lead_id for lead_id, code in moved if code == DELETED], now + DELETED_AGAIN_AFTER)
        left = [one.lead_id for one, item in refused if item.reason == OWNER_LEFT]
        due.look_again(connection, left, now + OWNER_AGAIN_AFTER)
        due.look_again(connection, [one.lead_id for one, _ in refused], now + REFUSED_AGAIN_AFTER)
    _count(context, target, pairs, len(refused))


def _settlement(one: Delivery, receipt: Receipt, now: datetime) -> Settlement:
    if receipt.outcome in ("created", "updated"):
        return Settlement(one.id, "sent", receipt.id or one.remote_id, receipt.outcome)
    if receipt.outcome == "unknown":
        return Settlement(one.id, "unknown", reason="answer_lost", retry_at=now + SETTLE_AFTER)
    if receipt.code in ALREADY_THERE and one.target in ("salesforce.CampaignMember", "salesforce.ContentDocumentLink"):
        return Settlement(one.id, "unknown", reason="already_there")
    if receipt.code in MOVED_ON:
        return Settlement(one.id, "cancelled", reason="moved_on_in_salesforce", note=receipt.message)
    tried = receipt.sent and receipt.code not in CLOSED
    if receipt.outcome == "retry" and (one.attempts < MOST_ATTEMPTS or not tried):
        pause = CLOSED_FOR if receipt.code in CLOSED else timedelta(seconds=2**one.attempts)
        return Settlement(one.id, "ready", reason=receipt.code.lower(), retry_at=now + pause, tried=tried)
    return Settlement(one.id, "refused", reason=(receipt.code or receipt.outcome).lower(), note=_note(receipt))


def _is_text(one: Delivery) -> bool:
    """A new text for what hangs on a record. Sales may delete a task: nothing is to be decided anew for that."""
    return one.target not in RECORDS and one.operation == "update"


def _note(receipt: Receipt) -> str:
    fields = f" ({', '.join(receipt.fields)})" if receipt.fields else ""
    matches = f" Looks like {', '.join(receipt.matches)}." if receipt.matches else ""
    return f"Salesforce refused it: {receipt.message}{fields}.{matches}"


def _written(target: str, one: Delivery, receipt: Receipt) -> Mapping[str, Any]:
    remote_id = one.about if target in BY_OCCASION else receipt.id or one.remote_id or one.about
    return {"target": target, "remote_id": remote_id, "lead_id": one.lead_id, "values": dict(one.payload)}


def _handovers(target: str, done: Iterable[tuple[Delivery, Receipt]]) -> list[Mapping[str, Any]]:
    """What deliveries tell of where their leads stand; notes, memberships and account texts tell nothing."""
    if target in RECORDS:
        return [_handover(target, one, receipt) for one, receipt in done]
    if target == TASK:
        return [
            {
                "lead_id": one.lead_id,
                "handover": "sent",
                "object": _kind_of(one.payload.get("WhoId")),
                "sales_id": one.payload.get("WhoId"),
            }
            for one, _ in done
            if one.operation == "create"
        ]
    return []


def _kind_of(who_id: Any) -> str | None:
    """Lead or Contact, by the beginning of the id; None for a task about no person."""
    return None if not who_id else "Lead" if str(who_id).startswith("00Q") else "Contact"


def _handover(target: str, one: Delivery, receipt: Receipt) -> Mapping[str, Any]:
    return {
        "lead_id": one.lead_id,
        "handover": "sent",
        "object": target.partition(".")[2],
        "sales_id": receipt.id or one.remote_id,
    }


def _event(target: str, one: Delivery, receipt: Receipt) -> Event:
    what = target.partition(".")[2]
    done = "created" if receipt.outcome == "created" else "updated"
    return Event(
        one.lead_id,
        "push",
        done,
        f"{what.lower()}_{done}",
        f"{what} {receipt.id or one.remote_id} {done} in Salesforce.",
    )


def _count(context: Context, target: str, pairs: Sequence[tuple[Delivery, Receipt]], refused: int) -> None:
    what = target.partition(".")[2]
    context.add(f"{what}s created", sum(receipt.outcome == "created" for _, receipt in pairs))
    context.add(f"{what}s updated", sum(receipt.outcome == "updated" for _, receipt in pairs))
    context.add("answers lost", sum(receipt.outcome == "unknown" for _, receipt in pairs))
    context.add("refused by Salesforce", refused)


def _hold_for_schema(context: Context, claimed: Sequence[Delivery], problem: SchemaChanged) -> None:
    """A field is gone: the deliveries that use it wait for a person, the others go with the next batch.

    What none of them names is the object itself: all of them wait.
    """
    names = set(problem.names)
    note = f"Salesforce does not have {', '.join(sorted(names)) or 'a field we write'} (any more); mend the mapping or the permission."
    held = [one for one in claimed if names & set(one.payload)] or list(claimed)
    free = [one for one in claimed if one not in held]
    settlements = [Settlement(one.id, "refused", reason="field_gone", note=note) for one in held]
    settlements += [Settlement(one.id, "ready", reason="field_gone_elsewhere") for one in free]
    with context.writing() as connection:
        outbox.settle(connection, settlements, context.now())
        unsent = [one for one in held if one.target in RECORDS]
        leads.hand_over(connection, [{"lead_id": one.lead_id, "handover": "refused"} for one in unsent])
        due.look_again(connection, [one.lead_id for one in held], context.now() + REFUSED_AGAIN_AFTER)
        leads.tell(
            connection,
            [Event(one.lead_id, "push", "refused", "field_gone", note) for one in held],
            context.now(),
            context.run_id,
        )
    context.add("refused by Salesforce", len(held))


def find_out(context: Context, target: str) -> None:
    """Unknown outcomes: look in Salesforce by our external id (tasks: by person and owner) before anything is sent again."""
    with context.reading() as connection:
        unknown = outbox.unknown(connection, target, 2000, context.now())
    if not unknown:
        return
    object_name = target.partition(".")[2]
    concerned = [one.lead_id for one in unknown]
    unknown = _from_jobs(context, target, unknown)
    made = _records_made(context, object_name, unknown) if target in RECORDS else {}
    there = {of: record.id for of, record in made.items()}
    there |= {} if target in RECORDS else followers.there(context, object_name, unknown)
    removed = {of for of, record in made.items() if record.gone}
    missing = [one for one in unknown if one.id not in there]
    with context.writing() as connection:
        again = [Settlement(one.id, "ready", reason="not_there_after_all") for one in missing]
        outbox.settle(connection, again, context.now())
        found = [(one, there[one.id]) for one in unknown if one.id in there]
        _keep_found(context, connection, target, found, removed)
        _hear_at_once(context, connection, [(one, made[one.id]) for one in unknown if one.id in removed])
        # What was decided meanwhile found its place in the outbox taken.
        due.mark(connection, concerned, context.now())
    context.add("outcomes found out", len(unknown))


def _not_yet_there(context: Context, group: Sequence[Delivery]) -> Sequence[Delivery]:
    """Tasks but for those that Salesforce has although nothing here knows of them: the database was lost, or is a restored backup. No task of
    ours hangs on a record that this very run made, so most cost no question."""
    asked = [one for one in group if not context.made & {one.payload.get("WhoId"), one.payload.get("WhatId")}]
    there = followers.there(context, "Task", asked) if asked else {}
    if there:
        with context.writing() as connection:
            _keep_found(context, connection, TASK, [(one, there[one.id]) for one in group if one.id in there])
        context.add("tasks found in Salesforce", len(there))
    return [one for one in group if one.id not in there]


def _keep_found(
    context: Context,
    connection: Connection,
    target: str,
    found: Sequence[tuple[Delivery, str]],
    removed: Collection[int] = (),
) -> None:
    """These deliveries arrived, each as the record with this id. Of the `removed` ones Sales has deleted or merged the record since."""
    done = [(one, Receipt("created" if one.operation != "update" else "updated", id_)) for one, id_ in found]
    settlements = [
        Settlement(one.id, "cancelled", id_, "moved_on_in_salesforce")
        if one.id in removed
        else Settlement(one.id, "sent", id_, "found_out")
        for one, id_ in found
    ]
    now = context.now()
    outbox.settle(connection, settlements, now)
    written_values.remember(connection, [_written(target, one, receipt) for one, receipt in done], now)
    leads.hand_over(connection, _handovers(target, done))
    leads.tell(connection, [_event(target, one, receipt) for one, receipt in done], now, context.run_id)


def _from_jobs(context: Context, target: str, unknown: Sequence[Delivery]) -> list[Delivery]:
    """What Bulk jobs of before a crash say of their rows is settled; returns the deliveries that no job knows of."""
    left = [one for one in unknown if one.job is None]
    for job in dict.fromkeys(one.job for one in unknown if one.job is not None):
        group = [one for one in unknown if one.job == job]
        try:
            receipts = _by_job(context, target.partition(".")[2], group, job)
        except SchemaChanged as problem:
            _hold_for_schema(context, group, problem)
            continue
        told = [(one, receipt) for one, receipt in zip(group, receipts, strict=True) if receipt.outcome != "unknown"]
        _settle(context, target, [one for one, _ in told], [receipt for _, receipt in told])
        left += [one for one, receipt in zip(group, receipts, strict=True) if receipt.outcome == "unknown"]
    return left


def _hear_at_once(context: Context, connection: Connection, gone: Sequence[tuple[Delivery, Record]]) -> None:
    """What Sales did with records of which we did not know yet that they are ours: deleted them, or merged them into others."""
    survivors = knowledge.sales_survivors(connection, [record for _, record in gone])
    rows, events = follow_up.news_of([(one.lead_id, record) for one, record in gone], survivors)
    leads.heard_from_sales(connection, rows)
    leads.tell(connection, events, context.now(), context.run_id)


def _records_made(context: Context, object_name: str, unknown: Sequence[Delivery]) -> dict[int, Record]:
    """Delivery → the record it made; one that Sales removed since was made all the same, and is not made again.

    An update that did not arrive is sent again.
    """
    keyed = {str(one.payload.get(EXTERNAL_ID)): one for one in unknown if one.operation == "upsert"}
    fields = ("Id", "MasterRecordId")
    found = context.salesforce.find_by(object_name, EXTERNAL_ID, list(keyed), fields, gone=True) if keyed else {}
    return {
        keyed[key].id: min((_found(context, object_name, row) for row in rows), key=lambda record: record.gone)
        for key, rows in found.items()
        if key in keyed and rows
    }


def _found(context: Context, object_name: str, row: Mapping[str, Any]) -> Record:
    into = row.get("MasterRecordId")
    links = {knowledge.MERGED_INTO: (str(into),)} if into else {}
    gone = row.get("IsDeleted") in (True, "true")
    return Record("salesforce", object_name.lower(), str(row["Id"]), {}, context.now(), gone, (), links)
