"""The demo world: at least 5,000 HubSpot contacts of 1,200 organisations, 2,000 Salesforce accounts, and every mess a bridge meets."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from connectors.sandbox.world import World
from connectors.sandbox.worlds import activity, crm, fixed, marketing, portal, service
from connectors.sandbox.worlds.draft import Draft
from connectors.sandbox.worlds.mess import contact_points, content, doubles, junk, moved, names
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

    def some(self, count: int) -> int:
        """`count` of the full demo world's, as many as that is in this one, at least one."""
        return max(1, round(count * self.contacts / FULL))


FULL = 5200
"""HubSpot contacts of the full demo world, fixed instances and deleted ones not counted."""


def sizes(contacts: int = FULL) -> Sizes:
    """The demo's proportions: 1,260 organisations, 2,000 accounts, 4,000 contacts, 600 open and 300 converted leads per 5,200."""
    share = contacts / FULL
    return Sizes(contacts, *(max(10, round(count * share)) for count in (1260, 2000, 4000, 600, 300)))


def demo(seed: int, now: datetime, contacts: int | None = None) -> World:
    """The demo world. `contacts` scales everything but the fixed instances."""
    draft = build(seed, now, sizes(contacts or FULL))
    for contact in draft.contacts.values():
        marketing.finish(draft, contact)
    return World("demo", seed, now, draft.hubspot_things(), draft.salesforce_things(), crm.RULES)


def build(seed: int, now: datetime, wanted: Sizes) -> Draft:
    """The draft of the demo world, complete, with its contacts still open to inspection."""
    draft = Draft(seed, now)
    for thing in portal.portal(now):
        draft.hubspot(thing)
    crm.org(draft)
    crm.campaigns(draft)
    fixed.build(draft)
    sales, audience = Crm(draft), marketing.Audience(draft)
    known = _organisations(draft, "o", wanted.organisations)
    rng = draft.rng("companies")
    for organisation in known:
        if rng.random() < 0.9:
            marketing.company(draft, organisation, rng)
    parents = known[: wanted.some(30)]
    facts = moved.daughters(draft, audience, parents)
    _audience(draft, audience, known, wanted)
    _accounts(draft, sales, known, wanted, facts)
    _people_in_both(draft, sales, audience, wanted)
    moved.employers(draft, sales, audience, wanted.some(40))
    _others_in_salesforce(draft, sales, wanted)
    activity.calls(draft)
    activity.members(draft)
    service.conversing(draft)
    service.lists(draft)
    _roughen(draft, audience)
    return draft


def _organisations(draft: Draft, prefix: str, count: int) -> list[Organisation]:
    rng, made = draft.rng(f"phones/{prefix}"), []
    for number in range(count):
        organisation = draft.inventor.invent(f"{prefix}-{number:04d}")
        if rng.random() < 0.6:
            organisation = replace(organisation, phone=draft.registry.number(organisation.country))
        made.append(organisation)
    draft.organisations.update({one.key: one for one in made})
    return made


def _audience(draft: Draft, audience: marketing.Audience, known: list[Organisation], wanted: Sizes) -> None:
    """The contacts: ordinary people, doubles, families, junk; and on top the deleted ones."""
    pairs, doubled, useless = wanted.some(24), round(wanted.contacts * 0.03), round(wanted.contacts * 0.07)
    audience.populate(known, wanted.contacts - pairs * 2 - doubled - useless - len(audience.people))
    first_of = doubles.again(draft, audience, doubled)
    doubles.merged(draft, first_of, wanted.some(12))
    doubles.families(draft, audience, pairs)
    junk.crowd(draft, useless)
    doubles.archived(draft, audience, wanted.some(40))


def _accounts(
    draft: Draft, sales: Crm, known: list[Organisation], wanted: Sizes, facts: dict[str, AccountFacts]
) -> None:
    """Two thirds of marketing's organisations have an account, some have two; the rest are accounts marketing never heard of."""
    rng = draft.rng("accounts")
    former = known[wanted.some(30) : wanted.some(30) + wanted.some(25)]
    moved.former_customers(draft, sales, former)
    for organisation in known:
        if organisation.key in draft.accounts:
            continue
        if organisation.key in facts or rng.random() < 0.62:
            sales.account(organisation, facts=facts.get(organisation.key))
            if rng.random() < 0.04:
                country = rng.choice(("UK", "DACH", "Americas", "APAC"))
                sales.account(
                    organisation,
                    facts=AccountFacts(name=f"{organisation.short} ({country})", website=f"www.{organisation.domain}"),
                )
    missing = wanted.accounts - len(draft.found("Account"))
    for organisation in _organisations(draft, "x", max(1, missing)):
        sales.account(organisation)


def _people_in_both(draft: Draft, sales: Crm, audience: marketing.Audience, wanted: Sizes) -> None:
    """HubSpot people whom Sales knows already: as contact, as converted lead, as open lead; a few of them twice."""
    rng = draft.rng("both")
    people = [one for key, one in audience.people.items() if not key.startswith("d-")]
    rng.shuffle(people)
    with_account = [one for one in people if one.organisation.key in draft.accounts][: wanted.crm_contacts // 6]
    for number, person in enumerate(with_account):
        account = draft.accounts[person.organisation.key][0]
        contact = sales.contact(f"s-{number:04d}", account, person, **_drift(rng, person))
        if number < wanted.converted_leads * 2 // 5:
            sales.converted_lead(f"v-{number:04d}", person, account, contact)
        if number % 25 == 0:
            sales.contact(f"s-{number:04d}-again", draft.accounts[person.organisation.key][-1], person, Phone=None)
    strangers = [one for one in people if one.organisation.key not in draft.accounts]
    for number, person in enumerate(strangers[: wanted.open_leads // 5]):
        sales.lead(f"l-{number:04d}", person, **_drift(rng, person))


def _roughen(draft: Draft, audience: marketing.Audience) -> None:
    """Every ordinary contact goes through every family of mess."""
    rng = draft.rng("mess")
    for key, person in audience.people.items():
        contact = draft.contacts[key]
        contact_points.roughen(rng, contact, person)
        content.roughen(draft, rng, contact)
        names.roughen(rng, contact, person)


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
