"""Erasing a person for good, and seeing to it that no run and no backfill brings them back.

What is kept of them is a keyed hash of each contact id and address: enough to know them again, not enough to know who they are without the key,
which lies in the same database.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from hashlib import blake2b
from typing import Any

from sqlalchemy import (
    Connection,
    Engine,
    Table,
    Text,
    cast,
    delete,
    exists,
    func,
    insert,
    or_,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from bridge.facts import TALK, further_addresses
from bridge.frozen import frozen
from bridge.staging import directory
from bridge.staging.batches import batched
from bridge.staging.clock import to_ms
from bridge.staging.copies import copies, original
from bridge.staging.mentions import unsay
from bridge.staging.schema import (
    alias,
    delivery,
    erasure,
    event,
    handoff,
    is_contact,
    lead,
    metadata,
    open_lead,
    organisation,
    read_back,
    record,
    sales_person,
    written,
)  # fmt: skip

MOST = 900
TELLING = ("salesforce.Lead", "salesforce.Contact", "salesforce.Task", "salesforce.ContentNote")
"""What we made in Salesforce that tells of a person."""


@frozen
class Person:
    """Everything one person is known by here."""

    lead_ids: tuple[str, ...]
    contact_ids: tuple[str, ...]
    emails: tuple[str, ...]
    names: tuple[str, ...]
    salesforce_ids: tuple[str, ...]


def find(connection: Connection, text: str) -> Person:
    """Who is meant by a lead id, a HubSpot contact id or an e-mail address. An address nobody has is a person without anything else."""
    wanted = text.strip()
    contact = is_contact(record)
    lead_ids, ids = _whole(connection, *_meant(connection, wanted))
    asked = or_(record.c.id == wanted, record.c.email == wanted.lower(), record.c.id.in_(ids))
    rows = connection.execute(
        select(record.c.id, record.c.email, record.c["values"]).where(
            contact, or_(asked, record.c.lead_id.in_(lead_ids))
        )
    ).all()
    decisions = connection.execute(select(lead.c.decision).where(lead.c.id.in_(lead_ids))).scalars()
    facts = [(one or {}).get("facts") or {} for one in decisions]
    emails = {row.email for row in rows if row.email} | ({wanted.lower()} if "@" in wanted else set())
    emails |= {email for row in rows for email in further_addresses(row[2])}
    emails |= {str(one["email"]).lower() for one in facts if one.get("email")}
    typed = [(row[2].get("firstname"), row[2].get("lastname")) for row in rows]
    names = {
        name
        for pair in (*typed, *((one.get("first_name"), one.get("last_name")) for one in facts))
        for name in _called(*pair)
    }
    return Person(
        tuple(sorted(lead_ids)), tuple(sorted({*ids, *(row.id for row in rows)})), tuple(sorted(emails)), tuple(sorted(names)),
        tuple(sorted(_in_salesforce(connection, sorted(lead_ids), emails))),
    )  # fmt: skip


def _meant(connection: Connection, wanted: str) -> tuple[set[str], set[str]]:
    """The leads and HubSpot contacts that carry this id or address, in HubSpot or on the record that Sales has of them."""
    contact = is_contact(record)
    asked = or_(record.c.id == wanted, record.c.email == wanted.lower(), record.c.lead_id == wanted)
    rows = connection.execute(select(record.c.id, record.c.lead_id).where(contact, asked)).all()
    decided = cast(lead.c.decision, Text).contains(f'"email":"{wanted.lower()}"', autoescape=True)
    told = connection.execute(select(lead.c.id).where(or_(lead.c.id == wanted, decided))).scalars()
    lead_ids = {*told, *(row.lead_id for row in rows if row.lead_id)}
    if "@" in wanted:
        rows = [*rows, *_contacts_once_at(connection, wanted.lower())]
        lead_ids |= {row.lead_id for row in rows if row.lead_id}
        there = _sales_people_of(connection, wanted.lower())
        ours = or_(lead.c.sales_id.in_(there), lead.c.id.in_(key for key in there.values() if key))
        lead_ids |= set(connection.execute(select(lead.c.id).where(ours)).scalars())
    return lead_ids, {row.id for row in rows}


def _contacts_once_at(connection: Connection, email: str) -> list[Any]:
    """(id, lead) of the HubSpot contacts that have this address beside their present one."""
    contact = is_contact(record)
    told = func.lower(cast(record.c["values"], Text)).contains(email, autoescape=True)
    rows = connection.execute(select(record.c.id, record.c.lead_id, record.c["values"]).where(contact, told)).all()
    return [row for row in rows if email in further_addresses(row[2])]


def _whole(connection: Connection, lead_ids: set[str], contact_ids: set[str]) -> tuple[set[str], set[str]]:
    """With every lead and contact that HubSpot merged into these, or these into: what was kept of them is this person's."""
    leads, contacts, more = set(lead_ids), set(contact_ids), True
    while more:
        here = is_contact(record)
        theirs = or_(record.c.lead_id.in_(leads), record.c.id.in_(contacts))
        rows = connection.execute(select(record.c.id, record.c.lead_id).where(here, theirs)).all()
        known = contacts | {row.id for row in rows}
        merged = is_contact(alias)
        pairs = connection.execute(
            select(alias.c.id, alias.c.former_id).where(
                merged, or_(alias.c.id.in_(known), alias.c.former_id.in_(known))
            )
        ).all()
        known |= {id_ for pair in pairs for id_ in pair}
        found = leads | {row.lead_id for row in rows if row.lead_id}
        more = (known, found) != (contacts, leads)
        leads, contacts = found, known
    return leads, contacts


def _called(first: object, last: object) -> set[str]:
    """How texts may name somebody of this first and last name; nothing where one of them is missing: it alone is too common a word."""
    if not (first and last):
        return set()
    return {f"{first} {last}", *(() if f"{first}{last}".isascii() else (f"{last}{first}",))}


def _in_salesforce(connection: Connection, lead_ids: Sequence[str], emails: Collection[str]) -> set[str]:
    found = set(
        connection.execute(
            select(lead.c.sales_id).where(lead.c.id.in_(lead_ids), lead.c.sales_id.is_not(None))
        ).scalars()
    )
    ours = delivery.c.lead_id.in_(lead_ids) & delivery.c.target.in_(TELLING)
    found |= set(
        connection.execute(select(delivery.c.remote_id).where(ours, delivery.c.remote_id.is_not(None))).scalars()
    )
    people = (record.c.source == "salesforce") & record.c.kind.in_(("lead", "contact"))
    found |= set(connection.execute(select(record.c.id).where(people, record.c.key.in_(lead_ids))).scalars())
    for email in emails:
        found |= set(_sales_people_of(connection, email))
    return found


def _sales_people_of(connection: Connection, email: str) -> dict[str, str | None]:
    """Salesforce's leads and contacts that have this address (lower case) in one of their fields → the lead whose id they carry."""
    people = (record.c.source == "salesforce") & record.c.kind.in_(("lead", "contact"))
    told = func.lower(cast(record.c["values"], Text)).contains(f'"{email}"', autoescape=True)
    return {row.id: row.key for row in connection.execute(select(record.c.id, record.c.key).where(people, told))}


def _talk_with(connection: Connection, contact_ids: Sequence[str]) -> dict[str, list[str]]:
    """Kind → the rows of talk that hangs on one of these contacts, those of the others it hangs on as well."""
    theirs = select(record.c.kind, record.c.id).where(
        record.c.source == "hubspot", record.c.kind.in_(TALK), record.c.key.in_(contact_ids)
    )
    found: dict[str, set[str]] = {}
    for kind, id_ in connection.execute(theirs):
        found.setdefault(kind, set()).update((original(id_), *copies(original(id_))))
    return {kind: sorted(ids) for kind, ids in found.items()}


def erase(connection: Connection, person: Person, now: datetime) -> Mapping[str, int]:
    """Delete everything about them, and block them. Returns how many rows of each table went; call `compact` after the commit."""
    gone: dict[str, int] = {}

    def forget(table: Table, where: Any) -> None:
        gone[table.name] = gone.get(table.name, 0) + connection.execute(delete(table).where(where)).rowcount

    hubspot, people = record.c.source == "hubspot", record.c.source == "salesforce"
    _block(connection, "contact", person.contact_ids, now)
    _block(connection, "email", person.emails, now)
    mine = select(delivery.c.id).where(delivery.c.lead_id.in_(person.lead_ids))
    forget(read_back, read_back.c.delivery_id.in_(mine))
    for table in (delivery, event, written, open_lead):
        forget(table, table.c.lead_id.in_(person.lead_ids))
    forget(record, hubspot & (record.c.kind == "contact") & record.c.id.in_(person.contact_ids))
    for kind, ids in _talk_with(connection, person.contact_ids).items():
        forget(record, hubspot & (record.c.kind == kind) & record.c.id.in_(ids))
    forget(record, hubspot & (record.c.kind == "form_submission") & record.c.email.in_(person.emails))
    forget(record, people & record.c.kind.in_(("lead", "contact")) & record.c.id.in_(person.salesforce_ids))
    forget(alias, or_(alias.c.id.in_(person.contact_ids), alias.c.former_id.in_(person.contact_ids)))
    forget(sales_person, sales_person.c.person_id.in_(person.salesforce_ids))
    theirs = connection.execute(
        select(lead.c.organisation_id, lead.c.handoff_id).where(lead.c.id.in_(person.lead_ids))
    ).all()
    homes = [row.organisation_id for row in theirs if row.organisation_id]
    forget(lead, lead.c.id.in_(person.lead_ids))
    for table, name in ((handoff, handoff.c.organisation_id), (organisation, organisation.c.id)):
        forget(table, name.in_(homes) & ~exists().where(lead.c.organisation_id == name))
    directory.remove_contacts(connection, [f"hubspot.contact:{one}" for one in person.contact_ids])
    directory.remove_people(
        connection, [f"salesforce.{kind}:{one}" for kind in ("lead", "contact") for one in person.salesforce_ids]
    )
    mentions, told = unsay(connection, person.emails, person.names)
    if mentions:
        gone["mentions"] = mentions
    led = or_(handoff.c.primary_lead_id.in_(person.lead_ids), handoff.c.alarm_lead_id.in_(person.lead_ids))
    connection.execute(update(handoff).where(led).values(brief=None, chart=None, due_at=to_ms(now)))
    shown = or_(
        handoff.c.id.in_({*told, *(row.handoff_id for row in theirs if row.handoff_id)}),
        handoff.c.organisation_id.in_(homes) & (handoff.c.state == "open"),
    )
    # Sales gets their texts without this person.
    connection.execute(update(handoff).where(shown).values(due_at=to_ms(now)))
    return {name: number for name, number in gone.items() if number}


def rehearse(engine: Engine, person: Person, now: datetime) -> dict[str, int]:
    """How many rows of each table `erase` would delete; nothing is kept of it."""
    with engine.connect().execution_options(writing=True) as connection:
        transaction = connection.begin()
        try:
            return dict(erase(connection, person, now))
        finally:
            transaction.rollback()


def _block(connection: Connection, kind: str, values: Iterable[str], now: datetime) -> None:
    key = _key(connection)
    if key is None:
        key = secrets.token_bytes(32)
        connection.execute(insert(erasure).values(kind="key", digest=key, at=to_ms(now)))
    rows = [{"kind": kind, "digest": _digest(key, kind, value), "at": to_ms(now)} for value in dict.fromkeys(values)]
    if rows:
        made = postgresql.insert(erasure) if connection.dialect.name == "postgresql" else sqlite.insert(erasure)
        connection.execute(made.on_conflict_do_nothing(), rows)


def blocked(connection: Connection, kind: str, values: Iterable[str]) -> set[str]:
    """Those of these contact ids (`contact`) or addresses (`email`) that were erased."""
    wanted = {value.strip().lower() if kind == "email" else value for value in values if value}
    key = _key(connection) if wanted else None
    if key is None:
        return set()
    found: set[str] = set()
    for group in batched(sorted(wanted), MOST):
        digests = {_digest(key, kind, value): value for value in group}
        known = select(erasure.c.digest).where(erasure.c.kind == kind, erasure.c.digest.in_(list(digests)))
        found.update(digests[bytes(one)] for one in connection.execute(known).scalars())
    return found


def _key(connection: Connection) -> bytes | None:
    found = connection.execute(select(erasure.c.digest).where(erasure.c.kind == "key")).scalar()
    return None if found is None else bytes(found)


def _digest(key: bytes, kind: str, value: str) -> bytes:
    return blake2b(f"{kind}:{value.strip().lower()}".encode(), key=key, digest_size=16).digest()


def compact(engine: Engine) -> None:
    """Let nothing of deleted rows stay in the files: SQLite's free pages and WAL, PostgreSQL's dead rows (its own WAL is its administrator's)."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if connection.dialect.name == "postgresql":
            for table in metadata.sorted_tables:
                connection.exec_driver_sql(f'VACUUM FULL "{table.name}"')
            return
    raw = engine.raw_connection()
    try:
        for statement in ("PRAGMA wal_checkpoint(TRUNCATE)", "VACUUM", "PRAGMA wal_checkpoint(TRUNCATE)"):
            raw.cursor().execute(statement).fetchall()
    finally:
        raw.close()
