"""Which lead a HubSpot contact or a Salesforce record belongs to."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, and_, exists, func, select

from bridge.frozen import frozen
from bridge.staging.batches import batched
from bridge.staging.lookups import besides
from bridge.staging.records import COLUMNS, MOST_IN_LIST
from bridge.staging.schema import alias, is_contact, lead, record

IDENTIFIER_LOCK = 7_305_112_045  # any number, the same for every worker


def one_identifier(connection: Connection) -> None:
    """Wait until no other transaction identifies people (SQLite has one writer anyway)."""
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_xact_lock(IDENTIFIER_LOCK)))


def of_contacts(connection: Connection, contact_ids: Iterable[str]) -> dict[str, str]:
    """HubSpot contact id → its lead, for those that have one."""
    found: dict[str, str] = {}
    for group in batched(dict.fromkeys(contact_ids), MOST_IN_LIST):
        rows = connection.execute(
            select(record.c.id, record.c.lead_id).where(
                record.c.source == "hubspot",
                record.c.kind == "contact",
                record.c.id.in_(group),
                record.c.lead_id.is_not(None),
            )
        )
        found.update((row.id, row.lead_id) for row in rows)
    return found


def contacts_by_email(connection: Connection, emails: Iterable[str]) -> dict[str, list[str]]:
    """E-mail address (lower case) → ids of the staged HubSpot contacts that have it."""
    found: dict[str, list[str]] = {}
    for group in batched(dict.fromkeys(emails), MOST_IN_LIST):
        rows = connection.execute(
            select(record.c.email, record.c.id).where(record.c.email.in_(group), record.c.kind == "contact")
        )
        for email, id_ in rows:
            found.setdefault(email, []).append(id_)
    return found


def of_former_contacts(connection: Connection, contact_ids: Iterable[str]) -> dict[str, str]:
    """HubSpot contact id → the lead of a contact that was merged into it; of several, the one Sales has, then the oldest."""
    found: dict[str, tuple[bool, int, str]] = {}
    for group in batched(dict.fromkeys(contact_ids), MOST_IN_LIST):
        rows = connection.execute(
            select(alias.c.id, lead.c.id, lead.c.sales_id, lead.c.created_at)
            .join(
                record,
                and_(
                    record.c.id == alias.c.former_id, record.c.source == alias.c.source, record.c.kind == alias.c.kind
                ),
            )
            .join(lead, lead.c.id == record.c.lead_id)
            .where(besides(alias.c.source) == "hubspot", alias.c.kind == "contact", alias.c.id.in_(group))
        )
        for contact_id, lead_id, sales_id, created_at in rows:
            rank = (sales_id is None, created_at, lead_id)
            found[contact_id] = min(rank, found.get(contact_id, rank))
    return {contact_id: rank[2] for contact_id, rank in found.items()}


@frozen
class Survivor:
    """The lead that goes on after a merge in HubSpot, and its record in Salesforce, if it has one."""

    lead_id: str
    sales_id: str | None


def survivors(connection: Connection, lead_ids: Iterable[str]) -> dict[str, Survivor]:
    """Lead → the other lead that one of its contacts was merged into; of several the one Sales has, then the oldest."""
    found: dict[str, tuple[tuple[bool, int, str], Survivor]] = {}
    lost, kept = record.alias(), record.alias()
    for group in batched(dict.fromkeys(lead_ids), MOST_IN_LIST):
        rows = connection.execute(
            select(lost.c.lead_id, lead.c.id, lead.c.sales_id, lead.c.created_at)
            .join(alias, is_contact(lost) & is_contact(alias) & (alias.c.former_id == lost.c.id))
            .join(kept, is_contact(kept) & (kept.c.id == alias.c.id))
            .join(lead, lead.c.id == kept.c.lead_id)
            .where(lost.c.lead_id.in_(group), lost.c.lead_id != lead.c.id)
        )
        for lead_id, other, sales_id, created_at in rows:
            one = (sales_id is None, created_at, other), Survivor(other, sales_id)
            found[lead_id] = min(one, found.get(lead_id, one), key=lambda pair: pair[0])
    return {lead_id: one for lead_id, (_, one) in found.items()}


def by_sales_id(connection: Connection, sales_ids: Iterable[str]) -> dict[str, list[str]]:
    """Salesforce record id → our leads, the oldest first, for those that are ours. Several where Sales merged or converted them into one."""
    found: dict[str, list[str]] = {}
    for group in batched(dict.fromkeys(sales_ids), MOST_IN_LIST):
        rows = connection.execute(
            select(lead.c.sales_id, lead.c.id).where(lead.c.sales_id.in_(group)).order_by(lead.c.created_at, lead.c.id)
        )
        for row in rows:
            found.setdefault(row.sales_id, []).append(row.id)
    return found


def left_hubspot(connection: Connection, lead_ids: Iterable[str]) -> set[str]:
    """Those of these leads of which no contact lives any more: deleted, or merged into somebody else's."""
    found: set[str] = set()
    for group in batched(dict.fromkeys(lead_ids), MOST_IN_LIST):
        living = exists().where(record.c.lead_id == lead.c.id, record.c.gone.is_(False))
        found.update(connection.execute(select(lead.c.id).where(lead.c.id.in_(group), ~living)).scalars())
    return found


def contacts_of(connection: Connection, lead_ids: Iterable[str]) -> list[Any]:
    """Rows (lead_id, source, kind, id, changed_at, values, links, gone) of the HubSpot contacts these leads are made of."""
    rows: list[Any] = []
    for group in batched(dict.fromkeys(lead_ids), MOST_IN_LIST):
        rows.extend(connection.execute(select(record.c.lead_id, *COLUMNS).where(record.c.lead_id.in_(group))).all())
    return rows
