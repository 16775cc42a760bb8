"""Everything behind the HubSpot stand-in's doors, in one place for the handlers."""

from __future__ import annotations

from dataclasses import dataclass, field

from connectors.sandbox.hubspot.auth import Auth
from connectors.sandbox.hubspot.conversations import Conversations
from connectors.sandbox.hubspot.exports import Exports
from connectors.sandbox.hubspot.forms import Forms
from connectors.sandbox.hubspot.limits import Limits
from connectors.sandbox.hubspot.lists import Lists
from connectors.sandbox.hubspot.owners import Owners
from connectors.sandbox.hubspot.portal import Portal
from connectors.sandbox.hubspot.webhooks import Webhooks
from connectors.sandbox.kernel.clock import Clock


@dataclass(slots=True)
class Account:
    """A portal, who may use it how much, and what else is in it beside CRM objects."""

    clock: Clock
    portal: Portal
    auth: Auth
    limits: Limits
    forms: Forms
    lists: Lists
    webhooks: Webhooks
    owners: Owners = field(default_factory=Owners)
    conversations: Conversations = field(default_factory=Conversations)
    exports: Exports = field(default_factory=Exports)
