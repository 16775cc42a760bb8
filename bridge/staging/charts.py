"""What is known of everybody at an organisation, from both systems: the rows an account chart is drawn from."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, delete, select
from sqlalchemy.dialects import postgresql, sqlite

from bridge.frozen import frozen
from bridge.staging.batches import batched
from bridge.staging.lookups import besides
from bridge.staging.records import COLUMNS, MOST_IN_LIST, as_record, read
from bridge.staging.schema import lead, organisation, record, sales_person
from connectors.records import Record


@frozen
class Known:
    """One lead of an organisation with its decision as kept."""

    lead_id: str
    organisation_id: str
    account_id: str | None
    role: str
    verdict: str
    handover: str
    sales_object: str | None
    sales_id: str | None
    sales_status: str | None
    owner_id: str | None
    handoff_id: int | None
    decision: Mapping[str, Any]
    reason: str = ""
    sentence: str = ""


_KNOWN = (
    lead.c.id, lead.c.organisation_id, lead.c.account_id, lead.c.role, lead.c.verdict, lead.c.handover, lead.c.sales_object, lead.c.sales_id,
    lead.c.sales_status, lead.c.owner_id, lead.c.handoff_id, lead.c.decision,
    lead.c.reason, lead.c.sentence,
)  # fmt: skip


def people(connection: Connection, organisation_ids: Iterable[str], lead_ids: Iterable[str]) -> dict[str, list[Known]]:
    """Organisation → its decided leads; leads asked for by id stand under `lead:<id>` when they have no organisation."""
    found: dict[str, list[Known]] = defaultdict(list)
    seen: set[str] = set()
    for column, keys in ((lead.c.organisation_id, organisation_ids), (lead.c.id, lead_ids)):
        for group in batched(dict.fromkeys(keys), MOST_IN_LIST):
            rows = connection.execute(
                select(*_KNOWN).where(column.in_(group), lead.c.decision.is_not(None)).order_by(lead.c.id)
            )
            for row in rows:
                if row[0] not in seen:
                    seen.add(row[0])
                    one = _known(row)
                    found[one.organisation_id].append(one)
    return dict(found)


def _known(row: Any) -> Known:
    lead_id, organisation_id, account_id, role, verdict = row[:5]
    return Known(lead_id, organisation_id or f"lead:{lead_id}", account_id, role or "unknown", verdict or "", *row[5:])


def names(connection: Connection, organisation_ids: Iterable[str]) -> dict[str, tuple[str, str | None]]:
    """Organisation id → its name and account."""
    found: dict[str, tuple[str, str | None]] = {}
    for group in batched(dict.fromkeys(organisation_ids), MOST_IN_LIST):
        statement = select(organisation.c.id, organisation.c.name, organisation.c.account_id)
        found.update(
            (row[0], (row[1], row[2])) for row in connection.execute(statement.where(organisation.c.id.in_(group)))
        )
    return found


def people_at(connection: Connection, places: Iterable[str]) -> dict[str, list[Record]]:
    """Account or organisation → the living contacts and leads Sales has there on its own."""
    place_of: dict[str, str] = {}
    for group in batched(dict.fromkeys(places), MOST_IN_LIST):
        rows = connection.execute(select(sales_person).where(sales_person.c.place.in_(group)))
        place_of.update((row.person_id, row.place) for row in rows)
    people = [one for kind in ("contact", "lead") for one in read(connection, "salesforce", kind, place_of).values()]
    found: dict[str, list[Record]] = defaultdict(list)
    for one in sorted(people, key=lambda person: person.id):
        if not one.gone:
            found[place_of[one.id]].append(one)
    return dict(found)


def deals_of(connection: Connection, account_ids: Iterable[str]) -> dict[str, list[Record]]:
    """Account → its open opportunities."""
    found: dict[str, list[Record]] = defaultdict(list)
    for group in batched(dict.fromkeys(account_ids), MOST_IN_LIST):
        rows = connection.execute(
            select(record.c.key, *COLUMNS)
            .where(record.c.key.in_(group), besides(record.c.source) == "salesforce", record.c.kind == "opportunity", record.c.gone.is_(False))
            .order_by(record.c.id)
        )  # fmt: skip
        for row in rows:
            found[row[0]].append(as_record(row))
    return dict(found)


def keep_people(connection: Connection, rows: Sequence[tuple[str, str]], gone: Iterable[str]) -> None:
    """Contacts with the account they are at, leads with the organisation they belong to, and those who are at none (any more)."""
    for group in batched(dict.fromkeys(gone), MOST_IN_LIST):
        connection.execute(delete(sales_person).where(sales_person.c.person_id.in_(group)))
    if rows:
        statement = (
            postgresql.insert(sales_person) if connection.dialect.name == "postgresql" else sqlite.insert(sales_person)
        )
        connection.execute(
            statement.on_conflict_do_update(
                index_elements=[sales_person.c.person_id],
                set_={"place": statement.excluded.place},
                where=sales_person.c.place != statement.excluded.place,
            ),
            [{"person_id": person, "place": place} for person, place in sorted(rows)],
        )
