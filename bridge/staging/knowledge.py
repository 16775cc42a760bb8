"""Everything staged about a batch of leads, read with one query per kind of thing: the food of `decide`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import Connection, func, or_, select

from bridge.facts import Known, further_addresses, ranked_of, without_merged
from bridge.frozen import frozen
from bridge.staging import members, records, talk
from bridge.staging.batches import batched
from bridge.staging.lookups import besides
from bridge.staging.schema import lead, record
from connectors.records import Record


def known_of(connection: Connection, lead_ids: Sequence[str]) -> dict[str, Known]:
    """Lead id → its contacts, company, owner, notes and submissions. Leads without any record left are missing."""
    contacts: dict[str, list[Record]] = defaultdict(list)
    for row in members.contacts_of(connection, lead_ids):
        contacts[row[0]].append(records.as_record(row))
    everyone = [contact for group in contacts.values() for contact in group]
    companies = records.read(connection, "hubspot", "company", filter(None, map(company_id, everyone)))
    owners = records.read(connection, "hubspot", "owner", filter(None, (owner_id(contact) for contact in everyone)))
    notes = talk.about(connection, (contact.id for contact in everyone))
    sent = records.submissions_by(connection, (email for contact in everyone for email in addresses(contact)))
    return {
        lead_id: _known(lead_id, tuple(sorted(group, key=lambda item: item.id)), companies, owners, notes, sent)
        for lead_id, group in contacts.items()
    }


def company_id(contact: Record) -> str | None:
    """HubSpot id of the contact's primary company."""
    linked = contact.links.get("company")
    return linked[0] if linked else (str(contact.values.get("associatedcompanyid") or "") or None)


def owner_id(contact: Record) -> str | None:
    """HubSpot id of the contact's owner."""
    return str(contact.values.get("hubspot_owner_id") or "") or None


def address(contact: Record) -> str | None:
    """The contact's e-mail address in lower case: what form submissions are found by."""
    return str(contact.values.get("email") or "").strip().lower() or None


def addresses(contact: Record) -> tuple[str, ...]:
    """All the contact's e-mail addresses in lower case, the present one first: HubSpot keeps former ones, and those of contacts merged into it."""
    return tuple(dict.fromkeys(filter(None, (address(contact), *further_addresses(contact.values)))))


def _known(
    lead_id: str,
    group: tuple[Record, ...],
    companies: Mapping[str, Record],
    owners: Mapping[str, Record],
    notes: Mapping[str, Sequence[Record]],
    sent: Mapping[str, Sequence[Record]],
) -> Known:
    ranked = ranked_of(group)
    company = next((companies[id_] for contact in ranked if (id_ := company_id(contact)) and id_ in companies), None)
    owner = next((owners[id_] for contact in ranked if (id_ := owner_id(contact)) and id_ in owners), None)
    written = (note for contact in group for note in notes.get(contact.id, ()))
    submitted = (item for contact in group for email in addresses(contact) for item in sent.get(email, ()))
    return Known(lead_id, without_merged(group), company, owner, _newest_first(written), _newest_first(submitted))


def _newest_first(items: Iterable[Record]) -> tuple[Record, ...]:
    distinct = {(item.kind, item.id): item for item in items}  # HubSpot numbers each kind by itself
    return tuple(sorted(distinct.values(), key=lambda item: (item.changed_at, item.kind, item.id), reverse=True))


NOT_THERE = ("none", "joined", "refused")
"""Hand-overs of leads that Sales has not."""


@frozen
class Neighbours:
    """What else is known of a lead's organisation: how many people, and who has another of its leads."""

    people: int
    owner_id: str


def neighbours(connection: Connection, organisation_ids: Iterable[str], versions: str) -> dict[str, Neighbours]:
    """Organisation → how many leads it has and who owns them: whoever has one with Sales, or was given one by the rules of `versions`.

    Who waits under older rules binds nobody, or a changed rule would move no one of an organisation that waits.
    """
    found: dict[str, Neighbours] = {}
    for group in batched(dict.fromkeys(organisation_ids), records.MOST_IN_LIST):
        counts = connection.execute(
            select(lead.c.organisation_id, func.count())
            .where(lead.c.organisation_id.in_(group))
            .group_by(lead.c.organisation_id)
        )
        found.update({row[0]: Neighbours(row[1], "") for row in counts})
        owned = connection.execute(
            select(lead.c.organisation_id, lead.c.owner_id)
            # coalesce: SQLite would go through all qualified leads by the index of verdicts, for every batch anew
            .where(
                lead.c.organisation_id.in_(group),
                lead.c.owner_id.is_not(None),
                func.coalesce(lead.c.verdict, "") == "qualified",
                or_(lead.c.versions == versions, lead.c.sales_id.is_not(None), lead.c.handover.not_in(NOT_THERE)),
            )
            .order_by(lead.c.decided_at.desc(), lead.c.id.desc())
        )
        for organisation_id, owner_id in owned:  # perhaps one that another worker's first lead made since the count
            counted = found.get(organisation_id, Neighbours(1, ""))
            found[organisation_id] = Neighbours(counted.people, owner_id)
    return found


def sales_records(connection: Connection, object_ids: Mapping[str, Iterable[str]]) -> dict[str, Record]:
    """Mirrored Salesforce records (deleted ones too) by id; `object_ids`: kind (`lead`, `contact`, `account`) → ids."""
    found: dict[str, Record] = {}
    for kind, ids in object_ids.items():
        found.update(records.read(connection, "salesforce", kind, ids))
    return found


def sales_by_key(connection: Connection, lead_ids: Iterable[str]) -> dict[str, Record]:
    """Our lead id → the living Salesforce lead or contact that carries it in its external id field."""
    found: dict[str, Record] = {}
    for group in batched(dict.fromkeys(lead_ids), records.MOST_IN_LIST):
        rows = connection.execute(
            select(record.c.key, *records.COLUMNS).where(
                record.c.key.in_(group),
                besides(record.c.source) == "salesforce",
                or_(record.c.kind == "lead", record.c.kind == "contact"),
                record.c.gone.is_(False),
            )
        )
        for row in rows:
            kept = found.get(row[0])
            if kept is None or kept.kind == "lead":  # a contact outlives the lead it was converted from
                found[row[0]] = records.as_record(row)
    return found


MERGED_INTO = "merged_into"
"""The link from a record that was merged away to the one that stayed."""


def sales_survivors(connection: Connection, records_: Iterable[Record]) -> dict[str, Record]:
    """Id of a Salesforce record that was merged away → the living record of its kind it is part of now, also after several merges.

    `records_` are looked at before what is staged. One nobody has read yet is there by its id; what was merged into a deleted
    record has no survivor.
    """
    known = {one.id: one for one in records_}
    merged = [one for one in known.values() if one.gone and one.links.get(MERGED_INTO)]
    missing = merged
    while missing:
        wanted: dict[str, set[str]] = defaultdict(set)
        for one in missing:
            into = one.links[MERGED_INTO][0]
            if into not in known:
                wanted[one.kind].add(into)
        found = sales_records(connection, wanted)
        known |= found
        missing = [one for one in found.values() if one.gone and one.links.get(MERGED_INTO)]
    ends = {one.id: _end_of(one, known) for one in merged}
    return {id_: end for id_, end in ends.items() if end is not None and not end.gone}


def _end_of(merged: Record, known: Mapping[str, Record]) -> Record | None:
    seen, end = {merged.id}, merged
    while end.gone and end.links.get(MERGED_INTO):
        into = end.links[MERGED_INTO][0]
        if into in seen:
            return None
        seen.add(into)
        end = known.get(into) or Record(merged.source, merged.kind, into, {}, merged.changed_at)
    return end


def open_deals(connection: Connection, account_ids: Iterable[str]) -> dict[str, tuple[str, str]]:
    """Account → (id, owner) of its open opportunity, for those that have one; of several, the newest."""
    found: dict[str, tuple[str, str]] = {}
    for group in batched(dict.fromkeys(account_ids), records.MOST_IN_LIST):
        rows = connection.execute(
            select(record.c.key, record.c.id, record.c["values"]).where(
                record.c.key.in_(group), besides(record.c.source) == "salesforce", record.c.kind == "opportunity"
            )
        )
        # ids grow with time in the order of their letters' codes, which a database's own order need not be
        in_time = sorted(rows, key=lambda row: str(row[1]))
        found.update((row[0], (row[1], str(row[2].get("OwnerId") or ""))) for row in in_time)
    return found
