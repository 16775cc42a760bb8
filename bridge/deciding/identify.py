"""Identify: which HubSpot contacts are one person. Each person is one lead.

A new contact joins the lead of a contact it surely is (reconcile says `link`), or that HubSpot merged into it; else it becomes a lead of its own.
A `review` never merges: both stay apart, and the pair is kept in the history for a person to look at.
The id of a lead, `lb-<portal>-<contact>`, comes from its first contact, so that a lost staging database makes the same ids again.
One identifier at a time: two workers could otherwise make two leads of one person.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection

from bridge.decisions import Match, Outcome
from bridge.frozen import frozen
from bridge.stages.context import Context
from bridge.stages.reconcile import PersonEntry, Probe, match_people, person_profile, person_row
from bridge.staging import directory, due, leads, members, records
from bridge.staging.leads import Event
from connectors.records import Record

BATCH = 500
KIND = "hubspot.contact"


@frozen
class Identified:
    """Which lead each contact belongs to, the leads that are new, and the events to tell."""

    lead_of: Mapping[str, str]
    new: Sequence[str]
    events: Sequence[Event]


def identify(context: Context, portal_id: str) -> None:
    """Find the person behind every contact that has none yet."""
    while not context.stopping():
        with context.writing() as connection:
            members.one_identifier(connection)
            seen, new = identify_batch(connection, context.now(), portal_id, context.run_id)
        if not seen:
            return
        context.add("people", new)
        context.add("records joined to a known person", seen - new)
        context.progress("identify", seen, None)


def identify_batch(
    connection: Connection, now: datetime, portal_id: str, run_id: int | None, among: Sequence[str] | None = None
) -> tuple[int, int]:
    """One batch of contacts without a person, or those of `among` (contact ids); returns how many there were and how many new leads they made."""
    batch = records.unidentified(connection, BATCH) if among is None else records.unidentified_of(connection, among)
    if not batch:
        return 0, 0
    found = _identify(connection, batch, portal_id)
    leads.create(connection, found.new, now)
    records.belong(connection, found.lead_of)
    due.mark(connection, set(found.lead_of.values()) - set(found.new), now)  # the new ones are due at once
    leads.tell(connection, found.events, now, run_id)
    return len(batch), len(found.new)


def _identify(connection: Connection, batch: Sequence[Record], portal_id: str) -> Identified:
    probes = [as_probe(one) for one in batch]
    profiles = [person_profile(probe) for probe in probes]
    directory.upsert_contacts(connection, map(person_row, map(_entry, probes), profiles))
    matches = match_people(probes, directory.contacts(connection), profiles=profiles)
    inherited = members.of_former_contacts(connection, [one.id for one in batch])
    links = {
        one.id: match.id.removeprefix(f"{KIND}:")
        for one, match in zip(batch, matches, strict=True)
        if match.outcome is Outcome.link and match.id
    }
    known = members.of_contacts(connection, links.values())
    pairs = sorted(zip(batch, matches, strict=True), key=lambda pair: _age(pair[0]))
    eldest = _eldest([one.id for one, _ in pairs], links)
    lead_of_eldest: dict[str, str] = {}
    for one, _ in pairs:
        there = inherited.get(one.id) or known.get(links.get(one.id, ""))
        if there is not None:
            lead_of_eldest.setdefault(eldest[one.id], there)
    lead_of: dict[str, str] = {}
    new: list[str] = []
    events: list[Event] = []
    for one, match in pairs:
        lead_id = lead_of_eldest.get(eldest[one.id])
        if lead_id is None:
            lead_id = lead_of_eldest[eldest[one.id]] = f"lb-{portal_id}-{one.id}"
            new.append(lead_id)
            events.append(Event(lead_id, "identify", "new", "new_person", f"First seen as HubSpot contact {one.id}."))
        else:
            events.append(_joined(lead_id, one, match))
        if match.outcome is Outcome.review:
            events.append(_perhaps(lead_id, match))
        lead_of[one.id] = lead_id
    return Identified(lead_of, new, events)


def _eldest(ids: Sequence[str], links: Mapping[str, str]) -> dict[str, str]:
    """Contact → the first of `ids` that it is linked with, however many steps away: who links whom depends on chance, who is one person must not."""
    head = {id_: id_ for id_ in ids}
    rank = {id_: place for place, id_ in enumerate(ids)}

    def find(id_: str) -> str:
        while head[id_] != id_:
            head[id_] = id_ = head[head[id_]]
        return id_

    for one, other in links.items():
        if other in head:
            first, second = sorted((find(one), find(other)), key=rank.__getitem__)
            head[second] = first
    return {id_: find(id_) for id_ in ids}


def _perhaps(lead_id: str, match: Match) -> Event:
    other = (match.id or "").removeprefix(f"{KIND}:")
    return Event(lead_id, "identify", "review", "maybe_same_person", f"Perhaps the same person as contact {other}.")


def _joined(lead_id: str, one: Record, match: Match) -> Event:
    why = match.sentence if match.outcome is Outcome.link else "HubSpot merged them, or another of their records is."
    return Event(
        lead_id, "identify", "joined", "same_person", f"HubSpot contact {one.id} is the same person. {why}".strip()
    )


def _age(one: Record) -> tuple[int, str]:
    return (int(one.id) if one.id.isdigit() else 0, one.id)


def as_entry(one: Record) -> PersonEntry:
    """A HubSpot contact as the directory of contacts keeps it."""
    return _entry(as_probe(one))


def _entry(probe: Probe) -> PersonEntry:
    return PersonEntry(
        probe.id, KIND, probe.first_name, probe.last_name, probe.email, probe.phone, probe.company, probe.title, probe.country, probe.city
    )  # fmt: skip


def as_probe(one: Record) -> Probe:
    """A HubSpot contact as typed, to be recognised by."""
    values = one.values

    def get(name: str) -> str:
        return str(values.get(name) or "")

    return Probe(
        one.id, get("firstname"), get("lastname"), get("email"), get("company"), get("website"), get("phone") or get("mobilephone"),
        get("country"), get("state"), get("city"), get("jobtitle"),
    )  # fmt: skip
