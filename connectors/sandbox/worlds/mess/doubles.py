"""People who stand in HubSpot twice or three times, merged records, deleted ones, families, shared mailboxes."""

from __future__ import annotations

import random
from typing import Any

from connectors.sandbox.worlds.draft import ContactDraft, Draft
from connectors.sandbox.worlds.fixed import merge
from connectors.sandbox.worlds.marketing import Audience
from connectors.sandbox.worlds.organisations import ascii_word
from connectors.sandbox.worlds.people import Person


def again(draft: Draft, audience: Audience, count: int) -> dict[str, str]:
    """That many second (now and then third) records of ordinary people; returns new key → key of the first record."""
    rng = draft.rng("doubles")
    known = [key for key in audience.people if draft.contacts[key].fate != "silent"]
    first_of: dict[str, str] = {}
    for number in range(count):
        first = rng.choice(known)
        person = audience.people[first]
        contact = audience.contact(
            f"d-{number:04d}", person, rng.choice(("warming", "curious", "ready")), **_changes(draft, rng, person)
        )
        contact.company = contact.company if contact.email.endswith(person.organisation.domain) else ""
        first_of[contact.key] = first
    return first_of


def _changes(draft: Draft, rng: random.Random, person: Person) -> dict[str, Any]:
    """What differs in the second record. HubSpot allows an address once, so the address always does."""
    domain, phone = person.organisation.domain, person.mobile or person.phone or None
    kind = rng.random()
    if kind < 0.35:
        address = draft.registry.email(person.first, person.last, "gmail.com")
        return {"email": address, "mobilephone": phone, "jobtitle": None}
    if kind < 0.6:
        return {"email": draft.registry.email(person.first[0], person.last, domain), "phone": None}
    if kind < 0.8:
        return {"email": None, "phone": phone, "firstname": person.first.upper(), "lastname": person.last.upper()}
    if kind < 0.9:
        return {"email": draft.registry.email(person.last, person.first, domain), "firstname": f"{person.first[0]}."}
    return {"email": f"{ascii_word(person.first)}+{ascii_word(domain)[:12]}{rng.randint(2, 99999)}@{domain}"}


def merged(draft: Draft, first_of: dict[str, str], count: int) -> None:
    """Marketing has merged some of the doubles into the first record already."""
    taken: set[str] = set()
    for key, first in first_of.items():
        if len(taken) >= count * 2:
            return
        if key in taken or first in taken:
            continue
        taken |= {key, first}
        merge(draft, first, key, 5 + len(taken))


def archived(draft: Draft, audience: Audience, count: int) -> None:
    """Contacts that marketing has deleted; they come on top of the living ones."""
    rng = draft.rng("archived")
    organisations = [one for one in draft.organisations.values() if one.key.startswith("o-")]
    for number in range(count):
        person = draft.registry.person(rng.choice(organisations))
        contact = audience.contact(f"z-{number:04d}", person, "curious")
        contact.archived = True
        del audience.people[contact.key]


def families(draft: Draft, audience: Audience, count: int) -> list[ContactDraft]:
    """Small firms whose two owners share name and phone; every other pair also has an info@ mailbox that one of them uses."""
    rng = draft.rng("families")
    ordinary = [one for one in draft.organisations.values() if one.key.startswith("o-")]
    small = [one for one in ordinary if one.employees < 30 and one.country.language in ("en", "de", "it")]
    made = []
    for number, organisation in enumerate(rng.sample(small, min(count, len(small)))):
        pair = [draft.registry.person(organisation, "c_level") for _ in range(2)]
        phone = draft.registry.number(organisation.country)
        for place, person in enumerate(pair):
            values: dict[str, Any] = {"lastname": pair[0].last, "phone": phone}
            values["email"] = draft.registry.email(person.first, pair[0].last, organisation.domain)
            if place == 0 and number % 2:
                values["email"] = f"info@{organisation.domain}"
            made.append(audience.contact(f"k-{number:03d}-{place}", person, rng.choice(("small", "warming")), **values))
            del audience.people[made[-1].key]
    return made
