"""Who waited for room is looked up in HubSpot once more before they go: polling tells of no deletion, and the sweep comes only at night."""

from __future__ import annotations

from datetime import timedelta

from bridge.stages.context import Context
from bridge.stages.pull.sweep import believe, mark_gone
from bridge.staging import handoffs, members, records, releasing


def look_again(context: Context) -> None:
    """Take back what was released of people whom HubSpot does not have any more. A call for every hundred who waited longer than `pull.look_back`."""
    now = context.now()
    before = now - timedelta(minutes=context.settings.bridge.pull.look_back)
    with context.reading() as connection:
        waited = releasing.released_of_before(connection, before, now)
        known = map(records.as_record, members.contacts_of(connection, waited))
        contacts = [one.id for one in known if not one.gone]
    if not contacts:
        return
    gone = [one.id for one in context.hubspot.read("contact", contacts, ("email",)) if one.gone]
    if not gone:
        return
    believe(context, len(gone), len(contacts), "contacts that waited for room are not in HubSpot any more")
    with context.reading() as connection:
        left = list(records.read(connection, "hubspot", "contact", gone).values())
    mark_gone(context, left)
    with context.writing() as connection:
        handoffs.take_back(connection, members.left_hubspot(connection, waited), "gone_from_hubspot")
