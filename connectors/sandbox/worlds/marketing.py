"""HubSpot's side of the demo world: companies, the people of each organisation as contacts, and the finished things of a contact."""

from __future__ import annotations

import random
from typing import Any

from connectors.sandbox.world import Ref, Thing
from connectors.sandbox.worlds.draft import ContactDraft, Draft, Submission, iso
from connectors.sandbox.worlds.interest import FATES, Interest
from connectors.sandbox.worlds.organisations import Organisation, other_spelling
from connectors.sandbox.worlds.people import Person
from connectors.sandbox.worlds.portal import FORMS, OWNERS

LEVELS_WORTH_A_CALL = ("c_level", "vp", "director", "director", "manager")


def company(draft: Draft, organisation: Organisation, rng: random.Random) -> None:
    """The HubSpot company of an organisation."""
    created = draft.ago(days=rng.uniform(200, 560))
    values = {
        "name": organisation.name, "domain": organisation.domain, "website": f"https://www.{organisation.domain}",
        "country": organisation.country.name, "city": organisation.city.name, "state": organisation.city.state or None,
        "industry": organisation.industry, "numberofemployees": str(organisation.employees), "annualrevenue": str(organisation.revenue),
        "phone": organisation.phone or None, "hs_is_target_account": "true" if organisation.target else "false",
        "hubspot_owner_id": Ref("owners", rng.choice(sorted(OWNERS))) if rng.random() < 0.4 else None,
    }  # fmt: skip
    add_company(draft, organisation, {name: value for name, value in values.items() if value is not None}, created)


def add_company(draft: Draft, organisation: Organisation, values: dict[str, Any], created: Any) -> None:
    """A HubSpot company with these very values, under the organisation's key."""
    thing = Thing("companies", f"h{organisation.key}", values, created_at=created, changed_at=created)
    draft.companies[organisation.key] = draft.hubspot(thing)


class Audience:
    """Makes contacts of people, draws their fate and has their story told."""

    def __init__(self, draft: Draft) -> None:
        self._draft = draft
        self._rng = draft.rng("audience")
        self._interest = Interest(draft)
        self.people: dict[str, Person] = {}

    def populate(self, organisations: list[Organisation], size: int) -> None:
        """At least one contact of each organisation, `size` in all; bigger organisations have more."""
        weights = [min(one.employees, 4000) ** 0.45 for one in organisations]
        rest = self._rng.choices(organisations, weights, k=max(0, size - len(organisations)))
        for number, organisation in enumerate(organisations + rest):
            self.stranger(f"c-{number:05d}", organisation)

    def stranger(self, key: str, organisation: Organisation) -> ContactDraft:
        """One ordinary contact."""
        rng = self._rng
        fate = self._fate(organisation)
        level = (
            rng.choice(LEVELS_WORTH_A_CALL)
            if fate in ("ready", "asking_titleless")
            else "c_level"
            if fate == "silent"
            else None
        )
        freemail = fate != "silent" and rng.random() < 0.1
        person = self._draft.registry.person(organisation, level, freemail)
        contact = self.contact(key, person, fate)
        if freemail:
            contact.values["company"] = other_spelling(rng, organisation)[0]
        return contact

    def contact(self, key: str, person: Person, fate: str, **values: Any) -> ContactDraft:
        """A contact of a known person with a story of that fate; `values` win over what the story says."""
        organisation = person.organisation
        at_work = person.email.endswith(f"@{organisation.domain}")
        contact = ContactDraft(
            key=key, values=self._typed(person), created_at=self._draft.ago(days=540 * self._rng.random() ** 1.3 + 1), fate=fate,
            company=organisation.key if at_work and organisation.key in self._draft.companies else "", organisation=organisation,
        )  # fmt: skip
        self._interest.tell(contact)
        contact.values.update(values)
        self.people[key] = person
        return self._draft.contact(contact)

    def _fate(self, organisation: Organisation) -> str:
        fate = self._rng.choices(list(FATES), list(FATES.values()))[0]
        if fate == "silent" and not organisation.target:
            return "curious"
        if fate == "small" and organisation.employees > 250:
            return "ready" if self._rng.random() < 0.4 else "warming"
        return fate

    def _typed(self, person: Person) -> dict[str, Any]:
        organisation, country, rng = person.organisation, person.country, self._rng
        city = organisation.city
        return {
            "email": person.email, "firstname": person.first, "lastname": person.last, "jobtitle": person.title.text,
            "company": organisation.name if rng.random() < 0.5 else organisation.short, "phone": person.phone or None,
            "mobilephone": person.mobile or None, "city": city.name if rng.random() < 0.6 else None,
            "state": city.state or None if rng.random() < 0.5 else None, "zip": city.postal or None if rng.random() < 0.4 else None,
            "country": country.name, "website": organisation.domain if rng.random() < 0.3 else None,
            "job_function": person.title.department if rng.random() < 0.4 else None, "hs_timezone": country.zone if rng.random() < 0.2 else None,
        }  # fmt: skip


def finish(draft: Draft, contact: ContactDraft) -> None:
    """Turn a contact draft into its things: the contact, its form submissions, its notes."""
    values = {name: value for name, value in contact.values.items() if value is not None}
    owner = values.get("hubspot_owner_id")
    if isinstance(owner, str) and owner:
        values["hubspot_owner_id"] = Ref("owners", owner)
    values.update(_conversions(contact))
    links = ((("companies", f"h{contact.company}"),)) if contact.company else ()
    made = Thing("contacts", contact.key, values, links, contact.created_at, contact.last_change(), contact.archived)
    hanging = [_submission(contact, place, one) for place, one in enumerate(contact.submissions)]
    hanging += [_note(contact, place, at, body, owner) for place, (at, body) in enumerate(contact.notes)]
    draft.finish(contact, (made, [] if contact.archived else hanging))


def _conversions(contact: ContactDraft) -> dict[str, Any]:
    if not contact.submissions:
        return {}
    ordered = sorted(contact.submissions, key=lambda one: one.at)
    first, last = ordered[0], ordered[-1]
    values = {
        "num_conversion_events": str(len(ordered)), "first_conversion_date": iso(first.at), "first_conversion_event_name": _event(first),
        "recent_conversion_date": iso(last.at), "recent_conversion_event_name": _event(last),
    }  # fmt: skip
    spoken = [one.fields["message"] for one in ordered if one.fields.get("message")]
    return values | ({"message": spoken[-1]} if spoken else {})


def _event(one: Submission) -> str:
    return f"{FORMS[one.form]}: {FORMS[one.form]}"


def _submission(contact: ContactDraft, place: int, one: Submission) -> Thing:
    typed = {"email": contact.email}
    for name in ("firstname", "lastname", "company", "jobtitle"):
        if contact.values.get(name) and one.form != "f-newsletter":
            typed[name] = str(contact.values[name])
    typed.update(one.fields)
    values = {
        "formId": Ref("forms", one.form), "submittedAt": int(one.at.timestamp() * 1000),
        "pageUrl": f"https://www.leadbridge-demo.com/{one.form[2:]}", "pageTitle": FORMS[one.form],
        "values": [{"name": name, "value": value, "objectTypeId": "0-1"} for name, value in typed.items()],
    }  # fmt: skip
    return Thing("form_submissions", f"{contact.key}-s{place}", values, (("contacts", contact.key),), one.at, one.at)


def _note(contact: ContactDraft, place: int, at: Any, body: str, owner: Any) -> Thing:
    values: dict[str, Any] = {"hs_timestamp": iso(at), "hs_note_body": body}
    if owner:
        values["hubspot_owner_id"] = Ref("owners", owner) if isinstance(owner, str) else owner
    return Thing("notes", f"{contact.key}-n{place}", values, (("contacts", contact.key),), at, at)
