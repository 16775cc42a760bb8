"""Push: send what may go, each record's own result written down.

The claim is committed before the call, the receipt after it; a crash between the two leaves `sending`, which becomes `unknown`, and an unknown
outcome is found out (`finding_out`) before anything is sent again. One bad record never stops the others, also when it is one for which
Salesforce gives the whole call no answer.
"""

from __future__ import annotations

from collections.abc import Sequence

from bridge.decisions import EXTERNAL_ID
from bridge.stages.context import Context
from bridge.stages.push import followers
from bridge.stages.push.bulk import by_job
from bridge.stages.push.closed_fields import hold_for_schema
from bridge.stages.push.finding_out import UNANSWERED, find_out, not_yet_there
from bridge.stages.push.settling import TASK, settle
from bridge.staging import landings, outbox
from bridge.staging.outbox import RECORDS, Delivery, Settlement
from connectors.errors import (
    BudgetSpent,
    NotAllowed,
    OutcomeUnknown,
    RateLimited,
    Refused,
    RemoteError,
    SchemaChanged,
    Unavailable,
)
from connectors.records import Receipt

TARGETS = (
    "salesforce.Contact", "salesforce.Lead", "salesforce.Task", "salesforce.ContentNote", "salesforce.ContentDocumentLink",
    "salesforce.CampaignMember", "salesforce.Account",
)  # fmt: skip
OPERATIONS = ("upsert", "update", "create")
UNPROCESSED = "unprocessed"
"""Why a record goes once more: its Bulk job ended before its turn."""
NOT_BY_JOB = (UNANSWERED, UNPROCESSED)
"""What a Bulk job may never take: these go in calls of their own."""


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
    groups = [group for verb in OPERATIONS for group in _apart([one for one in claimed if one.operation == verb])]
    for number, group in enumerate(groups):
        try:
            _push_group(context, target, group)
        except RemoteError as problem:
            tried = not isinstance(problem, Unavailable)
            _keep_ready(context, [one for rest in groups[number:] for one in rest], tried=tried)
            raise
    context.progress("release and push", len(claimed), None)
    return True


def _apart(group: Sequence[Delivery]) -> list[list[Delivery]]:
    """Those whose last try brought nothing go by themselves and after the others: one of them may be why. The most often tried go last."""
    fruitless = sorted((one for one in group if one.reason in NOT_BY_JOB), key=lambda one: one.attempts)
    return [part for part in ([one for one in group if one.reason not in NOT_BY_JOB], fruitless) if part]


def _push_group(context: Context, target: str, group: Sequence[Delivery]) -> None:
    """Deliveries of one operation: sent and settled before the next ones go, so that what is wrong with one cannot undo another."""
    if target == TASK and group[0].operation == "create":
        group = not_yet_there(context, group)
        if not group:
            return
    context.ask_leave()
    try:
        receipts = _call(context, group[0].operation, target.partition(".")[2], group)
    except SchemaChanged as problem:
        hold_for_schema(context, group, problem)
        return
    except OutcomeUnknown as lost:
        receipts = [Receipt("unknown", message=str(lost))] * len(group)
    settle(context, target, group, receipts)


def _keep_ready(context: Context, group: Sequence[Delivery], *, tried: bool) -> None:
    """These were not sent; they go when the system is well again."""
    kept = [Settlement(one.id, "ready", reason="system_unavailable", tried=tried) for one in group]
    with context.writing() as connection:
        outbox.settle(connection, kept, context.now())


def _call(context: Context, operation: str, object_name: str, group: Sequence[Delivery]) -> list[Receipt]:
    salesforce, at_first = context.salesforce, _at_first(context, group)
    if operation == "create":
        rows = [followers.as_sent(one.payload) for one in group]
        return salesforce.create(object_name, rows, at_first=at_first)
    if operation == "update":
        rows = [{**followers.as_sent(one.payload), "Id": one.remote_id} for one in group]
        return salesforce.update(object_name, rows, at_first=at_first)
    if len(group) >= context.settings.bridge.batches.bulk_from and group[0].reason not in NOT_BY_JOB:
        try:
            return by_job(context, object_name, group)
        except (BudgetSpent, RateLimited):
            raise
        except (NotAllowed, Refused, Unavailable):
            # No job was made: not every edition and user has Bulk, it has a limit of its own, and servers that may fail alone.
            context.add("sent without a Bulk job, which Salesforce did not make", len(group))
    return salesforce.upsert(object_name, EXTERNAL_ID, [dict(one.payload) for one in group], at_first=at_first)


def _at_first(context: Context, group: Sequence[Delivery]) -> int:
    """Records in the first call: half as many with each try that got no answer, so that what spoils a call soon stands alone."""
    if group[0].reason not in NOT_BY_JOB:
        return 0
    tries = max(one.attempts for one in group) - 1
    return max(1, context.settings.bridge.batches.push >> tries)
