"""Erasing a person for good, and seeing to it that no run and no backfill brings them back.

What is kept of them is a keyed hash of each contact id and address: enough to know them again, not enough to know who they are without the key,
which lies in the same database.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from typing import Any

from sqlalchemy import (
    Column,
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
    type_coerce,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.dialects.postgresql import JSON as POSTGRES_JSON

from bridge.facts import TALK
from bridge.staging import directory
from bridge.staging.batches import batched
from bridge.staging.clock import to_ms
from bridge.staging.copies import copies, original
from bridge.staging.database import to_json
from bridge.staging.schema import (
    alias,
    delivery,
    erasure,
    event,
    handoff,
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
INSTEAD = "[erased]"
MENTIONS: tuple[Column[Any], ...] = (
    event.c.sentence, lead.c.sentence, lead.c.decision, delivery.c.payload, delivery.c.before, delivery.c.note, written.c["values"],
    read_back.c.sent, read_back.c.found, handoff.c.brief, handoff.c.chart,
)  # fmt: skip
"""Where others' rows may tell of a person: colleagues in a brief, the other one of a doubtful match."""


@dataclass(frozen=True, slots=True)
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
    contact = (record.c.source == "hubspot") & (record.c.kind == "contact")
    asked = or_(record.c.id == wanted, record.c.email == wanted.lower(), record.c.lead_id == wanted)
    named = connection.execute(select(record.c.lead_id).where(contact, asked, record.c.lead_id.is_not(None))).scalars()
    lead_ids = sorted({*named, *connection.execute(select(lead.c.id).where(lead.c.id == wanted)).scalars()})
    rows = connection.execute(
        select(record.c.id, record.c.email, record.c["values"]).where(
            contact, or_(asked, record.c.lead_id.in_(lead_ids))
        )
    ).all()
    emails = {row.email for row in rows if row.email} | ({wanted.lower()} if "@" in wanted else set())
    ids = {row.id for row in rows}
    former = connection.execute(select(alias.c.former_id).where(alias.c.id.in_(ids))).scalars()
    typed = [(row[2].get("firstname"), row[2].get("lastname")) for row in rows]
    return Person(
        tuple(lead_ids), tuple(sorted({*ids, *former})), tuple(sorted(emails)), _names([*typed, *_cleaned(connection, lead_ids)]),
        tuple(sorted(_in_salesforce(connection, lead_ids, emails))),
    )  # fmt: skip


def _cleaned(connection: Connection, lead_ids: Sequence[str]) -> list[tuple[Any, Any]]:
    """First and last names as decisions have them: charts and briefs tell these, not what was typed."""
    decisions = connection.execute(select(lead.c.decision).where(lead.c.id.in_(lead_ids))).scalars()
    facts = [(one or {}).get("facts", {}) for one in decisions]
    return [(one.get("first_name"), one.get("last_name")) for one in facts]


def _names(parts: Iterable[tuple[Any, Any]]) -> tuple[str, ...]:
    """Whole names in every way they are written, the family's first without a space too; one name alone is many people's."""
    whole = [(str(first), str(last)) for first, last in parts if first and last]
    return tuple(sorted({name for first, last in whole for name in (f"{first} {last}", f"{last}{first}")}))


def _in_salesforce(connection: Connection, lead_ids: Sequence[str], emails: Collection[str]) -> set[str]:
    found = set(
        connection.execute(
            select(lead.c.sales_id).where(lead.c.id.in_(lead_ids), lead.c.sales_id.is_not(None))
        ).scalars()
    )
    ours = delivery.c.lead_id.in_(lead_ids) & delivery.c.target.in_(("salesforce.Lead", "salesforce.Contact"))
    found |= set(
        connection.execute(select(delivery.c.remote_id).where(ours, delivery.c.remote_id.is_not(None))).scalars()
    )
    people = (record.c.source == "salesforce") & record.c.kind.in_(("lead", "contact"))
    found |= set(connection.execute(select(record.c.id).where(people, record.c.key.in_(lead_ids))).scalars())
    for email in emails:
        told = func.lower(cast(record.c["values"], Text)).contains(f'"{email}"', autoescape=True)
        found |= set(connection.execute(select(record.c.id).where(people, told)).scalars())
    return found


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
    homes = list(connection.execute(select(lead.c.organisation_id).where(lead.c.id.in_(person.lead_ids))).scalars())
    forget(lead, lead.c.id.in_(person.lead_ids))
    for table, name in ((handoff, handoff.c.organisation_id), (organisation, organisation.c.id)):
        forget(table, name.in_(homes) & ~exists().where(lead.c.organisation_id == name))
    directory.remove_contacts(connection, [f"hubspot.contact:{one}" for one in person.contact_ids])
    directory.remove_people(
        connection, [f"salesforce.{kind}:{one}" for kind in ("lead", "contact") for one in person.salesforce_ids]
    )
    connection.execute(
        update(handoff)
        .where(or_(handoff.c.primary_lead_id.in_(person.lead_ids), handoff.c.alarm_lead_id.in_(person.lead_ids)))
        .values(brief=None, chart=None, due_at=to_ms(now))
    )
    for column in MENTIONS:
        for words in (*person.emails, *person.names):
            gone["mentions"] = gone.get("mentions", 0) + _unsay(connection, column, words)
    return {name: number for name, number in gone.items() if number}


def rehearse(engine: Engine, person: Person, now: datetime) -> dict[str, int]:
    """How many rows of each table `erase` would delete; nothing is kept of it."""
    with engine.connect().execution_options(writing=True) as connection:
        transaction = connection.begin()
        try:
            return dict(erase(connection, person, now))
        finally:
            transaction.rollback()


def _unsay(connection: Connection, column: Column[Any], words: str) -> int:
    if not isinstance(column.type, Text):
        words = to_json(words)[1:-1]  # as it stands within a text of JSON
    said = func.replace(cast(column, Text), words, INSTEAD)
    value: Any = cast(said, POSTGRES_JSON) if connection.dialect.name == "postgresql" else type_coerce(said, Text)
    if isinstance(column.type, Text):
        value = said
    named = cast(column, Text).contains(words, autoescape=True)
    return connection.execute(update(column.table).where(named).values({column: value})).rowcount


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
