"""HubSpot as the bridge sees it: records that changed, records by id, links, forms, properties, and writes with a
receipt each.

The official client (hubspot-api-client) builds and signs the requests; `connectors.http` sends them. Both path styles are spoken:
`v3` (with v4 associations) and the dated one, `2026-09`.
"""

from connectors.hubspot.access import Need
from connectors.hubspot.client import HubSpot
from connectors.hubspot.portal import Portal

__all__ = ["HubSpot", "Need", "Portal"]
