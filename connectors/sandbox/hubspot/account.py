"""Everything behind the HubSpot stand-in's doors, in one place for the handlers."""

from __future__ import annotations

from dataclasses import dataclass

from connectors.sandbox.hubspot.auth import Auth
from connectors.sandbox.hubspot.limits import Limits
from connectors.sandbox.hubspot.portal import Portal
from connectors.sandbox.kernel.clock import Clock


@dataclass(slots=True)
class Account:
    """A portal and who may use it how much."""

    clock: Clock
    portal: Portal
    auth: Auth
    limits: Limits
