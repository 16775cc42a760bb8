"""Write back: HubSpot learns each lead's status, reason, Salesforce id and owner, so that marketing sees what became of its people.

Only what is new is written; these properties are ours alone, and pull leaves them out of what counts as a change.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from bridge.decisions import Cleaning
from bridge.stages.context import Context
from bridge.staging import leads, outbox, written_values
from bridge.staging.leads import Telling
from bridge.staging.outbox import Delivery, Planned, Settlement
from bridge.values import plain, same
from connectors.errors import OutcomeUnknown, RemoteError, Unavailable
from connectors.records import Receipt

TARGET = "hubspot.contact"
BATCH = 1000
FIRST_AGAIN = 128
"""Half of it, and half of that with each further try, are the contacts in the first call that tells some again."""
NOT_NAMED = "NOT_NAMED"
"""The code of a good answer that does not speak of a contact."""
MOST_TRIES = 6
"""So many answers that do not speak of a contact, or say that HubSpot failed at it, refuse it. An answer that was lost says nothing of it: an
outage may last for any number of cycles."""


Apply = Callable[[Mapping[str, Any]], Cleaning]


def write_back(context: Context, status: Apply) -> None:
    """Tell HubSpot everything it does not know yet."""
    names = context.seats().names
    _plan_again_what_was_lost(context)
    while not context.stopping():
        with context.writing() as connection:
            untold = leads.untold(connection, BATCH)
            if not untold:
                break
            known: dict[tuple[str, str], Mapping[str, Any]] = {
                (lead_id, remote_id): values
                for lead_id, target, remote_id, values in written_values.last_written(
                    connection, [one.lead_id for one in untold]
                )
                if target == TARGET
            }
            under_way = outbox.open_for(connection, [one.lead_id for one in untold])
            planned = [plan for one in untold for plan in _plans(one, status, names, known, under_way)]
            outbox.plan(connection, planned, context.now(), context.run_id)
            leads.told(connection, [one.lead_id for one in untold])
    while not context.stopping() and _send_batch(context):
        pass


def _plan_again_what_was_lost(context: Context) -> None:
    """Nobody knows whether these were written. They are sent again without looking: the same values written twice are written once.

    What became of their leads meanwhile found its place in the outbox taken, so they are told anew.
    """
    with context.writing() as connection:
        outbox.overdue_to_unknown(connection, context.now())
        leads.untell(connection, outbox.unknown_to_ready(connection, TARGET))


def _plans(
    one: Telling,
    status: Apply,
    names: Mapping[str, str],
    known: Mapping[tuple[str, str], Mapping[str, Any]],
    under_way: Mapping[tuple[str, str, str], tuple[str, Mapping[str, Any]]],
) -> list[Planned]:
    values = status_values(one, names)
    cleaning: Cleaning = status(values)
    said = {name: plain(value) for name, value in cleaning.values.items()}
    plans = []
    for contact_id in one.contact_ids:
        before = known.get((one.lead_id, contact_id), {})
        _, perhaps = under_way.get((one.lead_id, TARGET, contact_id), ("", {}))  # it may stand there already
        fresh = {name: value for name, value in said.items() if name in perhaps or not same(value, before.get(name))}
        unsaid = [*perhaps, *(name for name in before if before[name] not in (None, ""))]
        fresh |= {name: "" for name in unsaid if name not in said}
        if fresh:
            plans.append(Planned(one.lead_id, TARGET, "update", fresh, contact_id, contact_id, priority=one.priority))
    return plans


def status_values(one: Telling, owner_names: Mapping[str, str]) -> dict[str, Any]:
    """What a write-back mapping may use."""
    return {
        "bridge.lead_id": one.lead_id,
        "bridge.status": status_of(one),
        "bridge.verdict": one.verdict,
        "bridge.reason": one.reason,
        "bridge.verdict_sentence": one.sentence,
        "bridge.score": one.score,
        "bridge.segment": one.segment,
        "bridge.salesforce_id": one.sales_id,
        "bridge.account_id": one.account_id,
        "bridge.owner_id": one.owner_id,
        "bridge.owner_name": owner_names.get(one.owner_id or "", "") or None,
        "bridge.sent_at": one.sent_at,
        "bridge.lane": lane_of(one),
        "bridge.questions": "\n".join(one.questions) or None,
        "bridge.version": one.versions,
    }


def status_of(one: Telling) -> str:
    """One word for where the lead stands: its verdict, or what became of it after that."""
    if one.handover in ("converted", "removed", "refused"):
        return one.handover
    if one.verdict == "qualified" and one.handover == "joined":
        return "joined"
    if one.verdict == "qualified":
        return "sent" if one.handover in ("sent", "verified") else "waiting"
    return one.verdict or "new"


LANES: Mapping[str, str] = {"low_value": "automation", "research": "research", "nurture": "nurture", "held": "caller"}
"""Verdict → who has the lead: HubSpot's own automation or partners, somebody who finds out more, nurturing, the caller."""


def lane_of(one: Telling) -> str:
    """Who has the lead now, in one word; marketing's lists and workflows are made on it."""
    status = status_of(one)
    if status in ("sent", "joined", "converted"):
        return "sales"
    if status == "waiting":
        return "room"
    if status in ("removed", "refused"):
        return "caller" if status == "refused" else "nobody"
    return LANES.get(one.verdict or "", "nobody")


def _send_batch(context: Context) -> bool:
    with context.writing() as connection:
        fence = context.lease.fence if context.lease else 0
        claimed = outbox.claim(connection, TARGET, BATCH, context.holder, context.now(), fence)
    if not claimed:
        return False
    parts = _apart(claimed)
    for number, part in enumerate(parts):
        context.ask_leave()
        try:
            receipts = _call(context, part)
        except RemoteError as problem:
            tried = not isinstance(problem, Unavailable)
            left = [one for rest in parts[number:] for one in rest]
            kept = [Settlement(one.id, "ready", reason="system_unavailable", tried=tried) for one in left]
            with context.writing() as connection:
                outbox.settle(connection, kept, context.now())
            raise
        _settle(context, part, receipts)
    return True


def _apart(claimed: Sequence[Delivery]) -> list[list[Delivery]]:
    """What was tried before goes by itself and after the rest, the most often tried last: one may keep a whole call from being answered."""
    again = sorted((one for one in claimed if one.attempts > 1), key=lambda one: one.attempts)
    return [part for part in ([one for one in claimed if one.attempts <= 1], again) if part]


def _call(context: Context, part: Sequence[Delivery]) -> list[Receipt]:
    tries = part[-1].attempts - 1
    rows = [(one.about, _strings(one.payload)) for one in part]
    try:
        return context.hubspot.write("contact", rows, at_first=max(1, FIRST_AGAIN >> tries) if tries > 0 else 0)
    except OutcomeUnknown as lost:
        return [Receipt("unknown", message=str(lost))] * len(part)


def _settle(context: Context, claimed: Sequence[Delivery], receipts: Sequence[Receipt]) -> None:
    settlements, done = [], []
    for one, receipt in zip(claimed, receipts, strict=True):
        if receipt.outcome in ("created", "updated"):
            settlements.append(Settlement(one.id, "verified", one.about, "written"))
            done.append(one)
        elif receipt.outcome in ("unknown", "retry") and (one.attempts < MOST_TRIES or not _speaks(receipt)):
            reason = receipt.code.lower() or "answer_lost"
            settlements.append(Settlement(one.id, "unknown", reason=reason, tried=receipt.sent))
        else:
            settlements.append(
                Settlement(one.id, "refused", reason=receipt.code.lower() or "refused", note=receipt.message)
            )
    with context.writing() as connection:
        outbox.settle(connection, settlements, context.now())
        rows = [
            {"target": TARGET, "remote_id": one.about, "lead_id": one.lead_id, "values": one.payload} for one in done
        ]
        written_values.remember(connection, rows, context.now())
    context.hear("hubspot", [(one.attempts, receipt) for one, receipt in zip(claimed, receipts, strict=True)])
    context.add("written back to HubSpot", len(done))
    context.add("refused by HubSpot", sum(item.state == "refused" for item in settlements))
    context.progress("write back", len(done), None)


def _speaks(receipt: Receipt) -> bool:
    """Whether HubSpot answered for this contact's batch, and did not write it."""
    return receipt.code == NOT_NAMED or (receipt.outcome == "retry" and receipt.sent)


def _strings(payload: Mapping[str, Any]) -> dict[str, str]:
    return {name: _text(value) for name, value in payload.items()}


def _text(value: Any) -> str:
    """A value as HubSpot takes it: every one is a text, a yes or no the word of its checkbox."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)
