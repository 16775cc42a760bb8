"""Settle: what became of each write, kept in one transaction with all that follows from it for its lead."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from bridge.stages.context import Context
from bridge.stages.push.closed_fields import REFUSED_AGAIN_AFTER, SCHEMA_AGAIN_AFTER, for_closed_fields
from bridge.staging import due, leads, outbox, sales, written_values
from bridge.staging.leads import Event
from bridge.staging.outbox import RECORDS, Delivery, Settlement
from connectors.records import Receipt

TASK = "salesforce.Task"
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
MAY_NOT_OWN = frozenset({"TRANSFER_REQUIRES_READ", "OP_WITH_INVALID_USER_TYPE_EXCEPTION"})
"""The owner has no right to read such records (any more), or is of a kind of user that owns none."""
SETTLE_AFTER = timedelta(seconds=2)
AGAIN_AFTER: Mapping[str, timedelta] = {
    "inactive_owner_or_user": timedelta(minutes=10),
    outbox.OWNER_REFUSED: timedelta(minutes=10),
    "storage_limit_exceeded": timedelta(hours=1),
    "insufficient_access_or_readonly": timedelta(hours=1),
}
"""Refusals that wait less than a day. The owner left between the reading of the users and the write, or may not own such a record (any more):
another is found as soon as that is known.
The org is full, or a right was taken from our user: somebody makes room or gives it back, and nothing is wrong with the lead."""


def settle(context: Context, target: str, claimed: Sequence[Delivery], receipts: Sequence[Receipt]) -> None:
    """Keep each record's own result: `receipts` of the deliveries `claimed`, in their order."""
    now = context.now()
    pairs = list(zip(claimed, receipts, strict=True))
    settlements = [_settlement(one, receipt, now) for one, receipt in pairs]
    done = [(one, receipt) for one, receipt in pairs if receipt.outcome in ("created", "updated")]
    context.made |= {str(receipt.id) for _, receipt in done if receipt.outcome == "created"}
    refused = [(one, item) for one, item in zip(claimed, settlements, strict=True) if item.state == "refused"]
    closed = for_closed_fields(context, target, pairs)
    moved = [(one.lead_id, receipt.code) for one, receipt in pairs if receipt.code in MOVED_ON and not _is_text(one)]
    with context.writing() as connection:
        outbox.settle(connection, settlements, now)
        written_values.remember(connection, [_written(target, one, receipt) for one, receipt in done], now)
        leads.hand_over(connection, _handovers(target, done))
        leads.refuse(connection, [one.lead_id for one, _ in refused if target in RECORDS])
        leads.tell(connection, [_event(target, one, receipt) for one, receipt in done], now, context.run_id)
        leads.tell(
            connection,
            [Event(one.lead_id, "push", "refused", item.reason, item.note) for one, item in refused],
            now,
            context.run_id,
        )
        due.mark(connection, [lead_id for lead_id, code in moved if code != DELETED], now)
        due.look_again(connection, [lead_id for lead_id, code in moved if code == DELETED], now + DELETED_AGAIN_AFTER)
        for reason, after in AGAIN_AFTER.items():
            due.look_again(connection, [one.lead_id for one, item in refused if item.reason == reason], now + after)
        if closed:
            sales.forget_schemas(connection)
            due.look_again(connection, closed, now + SCHEMA_AGAIN_AFTER)
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
    reason = outbox.OWNER_REFUSED if _owner_is_at_fault(one, receipt) else (receipt.code or receipt.outcome).lower()
    return Settlement(one.id, "refused", reason=reason, note=_note(one, receipt))


def _owner_is_at_fault(one: Delivery, receipt: Receipt) -> bool:
    """Of a new record. Not who has left: the mirror tells that."""
    not_theirs = receipt.code == "INVALID_CROSS_REFERENCE_KEY" and "OwnerId" in receipt.fields
    return one.target in RECORDS and one.operation == "upsert" and (receipt.code in MAY_NOT_OWN or not_theirs)


def _is_text(one: Delivery) -> bool:
    """A new text for what hangs on a record. Sales may delete a task: nothing is to be decided anew for that."""
    return one.target not in RECORDS and one.operation == "update"


def _note(one: Delivery, receipt: Receipt) -> str:
    if receipt.code == "INSUFFICIENT_ACCESS_OR_READONLY":
        what = "edit" if one.operation == "update" or one.remote_id else "create"
        kind = one.target.partition(".")[2]
        return f"Salesforce does not let the integration user {what} this {kind}. Give it that right; `leadbridge doctor` says more."
    if _owner_is_at_fault(one, receipt):
        return f"Salesforce does not let {one.owner_id} own it: {receipt.message} Somebody else gets it; mend their rights or the queue."
    fields = f" ({', '.join(receipt.fields)})" if receipt.fields else ""
    matches = f" Looks like {', '.join(receipt.matches)}." if receipt.matches else ""
    return f"Salesforce refused it: {receipt.message}{fields}.{matches}"


def keep_found(
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
    context.hear("salesforce", [(one.attempts, receipt) for one, receipt in done])


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
    context.hear("salesforce", [(one.attempts, receipt) for one, receipt in pairs])
    context.add("refused by Salesforce", refused)
