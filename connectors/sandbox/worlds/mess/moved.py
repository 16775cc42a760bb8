"""People and firms with a past: contacts who changed employer, customers that left, firms known by their parent only."""

from __future__ import annotations

from datetime import timedelta

from connectors.sandbox.worlds.draft import Draft
from connectors.sandbox.worlds.marketing import Audience, company
from connectors.sandbox.worlds.organisations import Organisation, subsidiary
from connectors.sandbox.worlds.sales import AccountFacts, Crm

DAUGHTERS = ("Robotics", "Renewables", "Ventures", "Digital", "Services", "Labs", "Mobility", "Packaging")


def employers(draft: Draft, sales: Crm, audience: Audience, count: int) -> None:
    """HubSpot people whom Salesforce still has at another firm, with the same mobile."""
    rng = draft.rng("moved")
    movers = [(key, one) for key, one in audience.people.items() if one.mobile]
    elsewhere = [key for key in draft.accounts if key.startswith("x-")]
    for number, (_, person) in enumerate(rng.sample(movers, min(count, len(movers)))):
        former = draft.organisations[rng.choice(elsewhere)]
        address = draft.registry.email(person.first, person.last, former.domain)
        sales.contact(
            f"e-{number:03d}", draft.accounts[former.key][0], person, Email=address, Title="Manager", Phone=None
        )


def former_customers(draft: Draft, sales: Crm, organisations: list[Organisation]) -> None:
    """Accounts that were customers: type Other, the last deal won long ago, a note that says so."""
    rng = draft.rng("former")
    for organisation in organisations:
        facts = AccountFacts(type="Other", description="Former customer: contract ended, not renewed.")
        key = sales.account(organisation, facts=facts)
        close = draft.now - timedelta(days=rng.uniform(400, 800))
        if f"{key}-open" not in draft.found("Opportunity"):
            sales.opportunity(f"{key}-won", key, organisation, "Closed Won", close, draft.owners[organisation.key])


def daughters(draft: Draft, audience: Audience, parents: list[Organisation]) -> dict[str, AccountFacts]:
    """Firms with a name and a domain of their own, two contacts each, of which Salesforce will have the parent's account only.

    Returns parent's key → what its account is to say.
    """
    rng = draft.rng("daughters")
    facts = {}
    for number, parent in enumerate(parents):
        invented = draft.inventor.invent(f"p-{number:03d}", parent.country, max(20, parent.employees // 5))
        name = f"{invented.short.split(' ')[0]} {rng.choice(DAUGHTERS)} {parent.country.legal[0]}"
        daughter = subsidiary(invented, parent, name)
        draft.organisations[daughter.key] = daughter
        company(draft, daughter, rng)
        for place in range(2):
            audience.stranger(f"p-{number:03d}-{place}", daughter)
        facts[parent.key] = AccountFacts(description=f"Owns {name} ({daughter.domain}).")
    return facts
