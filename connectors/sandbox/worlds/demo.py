"""The demo world: at least 5,000 HubSpot contacts of 1,200 organisations, 2,000 Salesforce accounts, and every mess a bridge meets."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from connectors.sandbox.world import World
from connectors.sandbox.worlds import crm, marketing, portal
from connectors.sandbox.worlds.draft import Draft
from connectors.sandbox.worlds.organisations import Organisation
from connectors.sandbox.worlds.people import Person
from connectors.sandbox.worlds.sales import AccountFacts, Crm


@dataclass(frozen=True, slots=True)
class Sizes:
    """How many of everything, for a number of HubSpot contacts. The fixed instances of each mess come on top."""

    contacts: int
    organisations: int
    accounts: int
    crm_contacts: int
    open_leads: int
    converted_leads: int


def sizes(contacts: int = 5200) -> Sizes:
    """The demo's proportions: 1,260 organisations, 2,000 accounts, 4,000 contacts, 600 open and 300 converted leads per 5,200."""
    share = contacts / 5200
    return Sizes(contacts, *(max(10, round(count * share)) for count in (1260, 2000, 4000, 600, 300)))


def demo(seed: int, now: datetime, contacts: int | None = None) -> World:
    """The demo world. `contacts` scales everything but the fixed instances."""
    draft = build(seed, now, sizes(contacts or 5200))
    for contact in draft.contacts.values():
        marketing.finish(draft, contact)
    return World("demo", seed, now, draft.hubspot_things(), draft.salesforce_things())


def build(seed: int, now: datetime, wanted: Sizes) -> Draft:
    """The draft of the demo world, complete, with its contacts still open to inspection."""
    draft = Draft(seed, now)
    for thing in portal.portal(now):
        draft.hubspot(thing)
    crm.org(draft)
    crm.campaigns(draft)
    sales, audience = Crm(draft), marketing.Audience(draft)
    known = _organisations(draft, "o", wanted.organisations)
    rng = draft.rng("companies")
    for organisation in known:
        if rng.random() < 0.9:
            marketing.company(draft, organisation, rng)
    audience.populate(known, wanted.contacts)
    _accounts(draft, sales, known, wanted)
    _people_in_both(draft, sales, audience, wanted)
    _others_in_salesforce(draft, sales, wanted)
    return draft


def _organisations(draft: Draft, prefix: str, count: int) -> list[Organisation]:
    made = [draft.inventor.invent(f"{prefix}-{number:04d}") for number in range(count)]
    draft.organisations.update({one.key: one for one in made})
    return made


def _accounts(draft: Draft, sales: Crm, known: list[Organisation], wanted: Sizes) -> None:
    """Two thirds of marketing's organisations have an account, some have two; the rest are accounts marketing never heard of."""
    rng = draft.rng("accounts")
    for organisation in known:
        if rng.random() < 0.62:
            sales.account(organisation)
            if rng.random() < 0.06:
                country = rng.choice(("UK", "DACH", "Americas", "APAC"))
                sales.account(organisation, facts=AccountFacts(name=f"{organisation.short} ({country})", website=f"www.{organisation.domain}"))
    missing = wanted.accounts - len(draft.found("Account"))
    for organisation in _organisations(draft, "x", missing):
        sales.account(organisation)


def _people_in_both(draft: Draft, sales: Crm, audience: Any, wanted: Sizes) -> None:
    """HubSpot people whom Sales knows already: as contact, as converted lead, as open lead."""
    rng = draft.rng("both")
    people = [(key, person) for key, person in audience.people.items()]
    rng.shuffle(people)
    with_account = [(key, one) for key, one in people if one.organisation.key in draft.accounts]
    for number, (_, person) in enumerate(with_account[: wanted.crm_contacts // 6]):
        account = draft.accounts[person.organisation.key][0]
        contact = sales.contact(f"s-{number:04d}", account, person, **_drift(rng, person))
        if number < wanted.converted_leads * 2 // 5:
            sales.converted_lead(f"v-{number:04d}", person, account, contact)
    strangers = [(key, one) for key, one in people if one.organisation.key not in draft.accounts]
    for number, (_, person) in enumerate(strangers[: wanted.open_leads // 5]):
        sales.lead(f"l-{number:04d}", person, **_drift(rng, person))


def _drift(rng: Any, person: Person) -> dict[str, Any]:
    """How Sales' copy of a person differs: another address, a nickname's initial, no phone, an older title."""
    kind = rng.random()
    if kind < 0.55:
        return {}
    if kind < 0.7:
        return {"Email": None}
    if kind < 0.8:
        return {"FirstName": f"{person.first[0]}."}
    if kind < 0.9:
        return {"Phone": None, "Title": "Manager"}
    return {"LastName": person.last.upper(), "Phone": None}


def _others_in_salesforce(draft: Draft, sales: Crm, wanted: Sizes) -> None:
    """Contacts and leads that marketing never met."""
    rng = draft.rng("others")
    organisations = [one for one in draft.organisations.values() if one.key in draft.accounts]
    for number in range(wanted.crm_contacts - len(draft.found("Contact"))):
        organisation = rng.choice(organisations)
        account = rng.choice(draft.accounts[organisation.key])
        person = draft.registry.person(organisation)
        contact = sales.contact(f"t-{number:04d}", account, person)
        if number < wanted.converted_leads * 3 // 5:
            sales.converted_lead(f"w-{number:04d}", person, account, contact)
    fresh = [draft.inventor.invent(f"y-{number:04d}") for number in range(wanted.open_leads // 3)]
    open_leads = sum(1 for thing in draft.found("Lead").values() if not thing.values.get("IsConverted"))
    for number in range(wanted.open_leads - open_leads):
        sales.lead(f"m-{number:04d}", draft.registry.person(rng.choice(fresh)))
