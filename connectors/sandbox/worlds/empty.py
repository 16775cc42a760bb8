"""The empty world: a portal and an org as a newcomer finds them (people, forms, properties, queues) without a single record in them."""

from __future__ import annotations

from datetime import datetime

from connectors.sandbox.world import World
from connectors.sandbox.worlds import crm, portal
from connectors.sandbox.worlds.draft import Draft


def empty(seed: int, now: datetime) -> World:
    """Users, queues, owners, forms and the portal's own properties; nobody to sell to."""
    draft = Draft(seed, now)
    for thing in portal.portal(now):
        draft.hubspot(thing)
    crm.org(draft)
    return World("empty", seed, now, draft.hubspot_things(), draft.salesforce_things())
