"""Where people of Salesforce belong: a lead to the organisation its address or company names, for it has no account."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bridge.decisions import EXTERNAL_ID
from bridge.stages.reconcile import Probe, group_organisations
from connectors.records import Record


def lead_places(leads: Sequence[Record]) -> list[tuple[str, str]]:
    """(lead, organisation) of the open leads that Sales has on its own; ours and converted ones are known otherwise."""
    own = [
        one for one in leads if not one.gone and not one.values.get(EXTERNAL_ID) and not one.values.get("IsConverted")
    ]
    probes = [
        Probe(one.id, email=_text(one, "Email"), company=_text(one, "Company"), country=_text(one, "Country"))
        for one in own
    ]
    found = zip(own, group_organisations(probes), strict=True)
    return [(one.id, match.id) for one, match in found if match.id]


def organisations_of_accounts(accounts: Iterable[Record]) -> dict[str, tuple[str, ...]]:
    """Account → what its people would be grouped by if it were none: its web domain, and its name with its country."""
    found: dict[str, tuple[str, ...]] = {}
    for one in accounts:
        ways = (
            Probe(one.id, website=_text(one, "Website")),
            Probe(one.id, company=_text(one, "Name"), country=_text(one, "BillingCountry")),
            Probe(one.id, company=_text(one, "Name")),
        )
        found[one.id] = tuple(dict.fromkeys(match.id for match in group_organisations(ways) if match.id))
    return found


def _text(one: Record, name: str) -> str:
    return str(one.values.get(name) or "")
