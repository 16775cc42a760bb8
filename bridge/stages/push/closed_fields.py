"""Fields that Salesforce does not take: what is held for them, and when it is tried again.

A field may be dropped, hidden or closed while a cycle runs. What need not be written is left out from the next cycle on.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import timedelta

from bridge.stages.context import Context
from bridge.staging import due, leads, outbox, sales
from bridge.staging.leads import Event
from bridge.staging.outbox import RECORDS, Delivery, Settlement
from connectors.errors import RemoteError, SchemaChanged
from connectors.records import Receipt

REFUSED_AGAIN_AFTER = timedelta(hours=24)
"""A refused lead is tried again once a day: somebody may have mended the org instead of the lead."""
SCHEMA_AGAIN_AFTER = timedelta(minutes=10)
"""A field was dropped, hidden or closed since the schemas were read: they are read again, and what need not be written is left out."""
CLOSED_FIELD = frozenset({"INVALID_FIELD", "INVALID_FIELD_FOR_INSERT_UPDATE"})


def hold_for_schema(context: Context, claimed: Sequence[Delivery], problem: SchemaChanged) -> None:
    """A field is gone: the deliveries that use it wait for a person, the others go with the next batch.

    What none of them names is the object itself: all of them wait.
    """
    names = set(problem.names)
    what = ", ".join(sorted(names)) or "a field we write"
    note = f"Salesforce does not have {what} (any more), or lets it only be read; mend the mapping or the permission."
    held = [one for one in claimed if names & set(one.payload)] or list(claimed)
    free = [one for one in claimed if one not in held]
    soon = _left_out_next_time(context, claimed[0].target, names)
    settlements = [Settlement(one.id, "refused", reason="field_gone", note=note) for one in held]
    settlements += [Settlement(one.id, "ready", reason="field_gone_elsewhere") for one in free]
    with context.writing() as connection:
        outbox.settle(connection, settlements, context.now())
        sales.forget_schemas(connection)
        leads.refuse(connection, [one.lead_id for one in held if one.target in RECORDS])
        after = SCHEMA_AGAIN_AFTER if soon else REFUSED_AGAIN_AFTER
        due.look_again(connection, [one.lead_id for one in held], context.now() + after)
        leads.tell(
            connection,
            [Event(one.lead_id, "push", "refused", "field_gone", note) for one in held],
            context.now(),
            context.run_id,
        )
    context.add("refused by Salesforce", len(held))


def for_closed_fields(context: Context, target: str, pairs: Sequence[tuple[Delivery, Receipt]]) -> list[str]:
    """Leads refused only for fields that the next cycle leaves out."""
    refused = [(one, receipt) for one, receipt in pairs if receipt.code in CLOSED_FIELD]
    names = {name for _, receipt in refused for name in receipt.fields}
    return [one.lead_id for one, _ in refused] if refused and _left_out_next_time(context, target, names) else []


def _left_out_next_time(context: Context, target: str, names: Collection[str]) -> bool:
    """Whether the live schema closes all these fields to us, and the mapping can do without them."""
    mapping = context.settings.mapping_to(target)
    if (
        mapping is None
        or not names
        or any(name not in mapping.fields or mapping.fields[name].required for name in names)
    ):
        return False
    try:
        live = context.salesforce.schema(target.partition(".")[2])
    except RemoteError:
        return False
    return not any(live.takes(name) for name in names)
