"""The HubSpot account itself."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Portal:
    """`time_zone` is an IANA name: dates of the portal mean its midnight, and its day's calls begin there."""

    portal_id: int
    time_zone: str
    currency: str
    ui_domain: str
