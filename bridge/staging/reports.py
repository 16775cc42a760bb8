"""Counts for status and reports, straight from the tables."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, func, select, text, union

from bridge.staging import sales
from bridge.staging.leads import WITH_SALES
from bridge.staging.lookups import besides, in_work, still_refused
from bridge.staging.outbox import RECORDS, WRITE_BACK
from bridge.staging.schema import (
    LEAD_REFUSED,
    delivery,
    event,
    lead,
    organisation,
    read_back,
    record,
)


def needs_person(connection: Connection) -> int:
    """Leads a person must look at: held, or refused by Salesforce, they themselves, a later change of them, or what hangs on them
    (task, note, membership)."""
    of_refused = select(lead.c.id).join(delivery, delivery.c.lead_id == lead.c.id).where(still_refused())
    asked = union(
        select(lead.c.id).where(lead.c.verdict == "held"),
        select(lead.c.id).where(text(LEAD_REFUSED)),
        of_refused.where(delivery.c.target.not_in((*RECORDS, WRITE_BACK)), lead.c.verdict == "qualified"),
        of_refused.where(delivery.c.target.in_(RECORDS), lead.c.handover.in_(WITH_SALES)),
    )
    return int(connection.execute(select(func.count()).select_from(asked.subquery())).scalar_one())


def counts(connection: Connection) -> dict[str, int]:
    """Records, people, organisations."""
    contacts = (
        select(func.count())
        .select_from(record)
        .where(record.c.kind == "contact", record.c.source == "hubspot", record.c.gone.is_(False))
    )
    people = select(func.count()).select_from(lead)
    organisations = select(func.count()).select_from(organisation)
    with_account = organisations.where(organisation.c.account_id.is_not(None))
    return {
        "records": int(connection.execute(contacts).scalar_one()),
        "people": int(connection.execute(people).scalar_one()),
        "organisations": int(connection.execute(organisations).scalar_one()),
        "organisations with an account": int(connection.execute(with_account).scalar_one()),
    }


def verdicts(connection: Connection) -> list[tuple[str, str, int, str]]:
    """(verdict, reason, how many, the first one's sentence), the most frequent first within a verdict. Counted without a look at the leads."""
    number = func.count().label("number")
    rows = connection.execute(
        select(lead.c.verdict, lead.c.reason, number, func.min(lead.c.id))
        .where(lead.c.verdict.is_not(None))
        .group_by(lead.c.verdict, lead.c.reason)
        .order_by(lead.c.verdict, number.desc(), lead.c.reason)
    ).all()
    firsts = select(lead.c.id, lead.c.sentence).where(lead.c.id.in_([row[3] for row in rows]))
    sentences = {id_: sentence or "" for id_, sentence in connection.execute(firsts)}
    return [(row[0], row[1], row[2], sentences[row[3]]) for row in rows]


def landings(connection: Connection) -> list[tuple[str, str, int]]:
    """(target, first outcome in words, how many) of everything that was sent to Salesforce. Nearly all are counted: faster in their order than by
    an index.
    """
    rows = connection.execute(
        select(delivery.c.target, delivery.c.operation, func.count())
        .where(
            besides(delivery.c.target) != "hubspot.contact",
            besides(delivery.c.state).in_(("sent", "verified", "differs")),
        )
        .group_by(delivery.c.target, delivery.c.operation)
        .order_by(delivery.c.target, delivery.c.operation)
    )
    return [(row[0], row[1], row[2]) for row in rows]


def deliveries(connection: Connection) -> list[tuple[str, str, int]]:
    """(target, state, how many) of the whole outbox."""
    rows = connection.execute(
        select(delivery.c.target, delivery.c.state, func.count())
        .group_by(delivery.c.target, delivery.c.state)
        .order_by(delivery.c.target, delivery.c.state)
    )
    return [(row[0], row[1], row[2]) for row in rows]


def waiting_with_open(connection: Connection, statuses: Sequence[str]) -> list[tuple[str, str, int, int]]:
    """(owner id, team, how many wait for room, how many leads in one of `statuses` the owner has), the longest queue first."""
    number = func.count().label("number")
    rows = connection.execute(
        select(delivery.c.owner_id, delivery.c.team, number)
        .where(in_work("waiting"), delivery.c.needs_room.is_(True))
        .group_by(delivery.c.owner_id, delivery.c.team)
        .order_by(number.desc(), delivery.c.owner_id)
    ).all()
    open_now = sales.open_by_owner(connection, statuses) if rows else {}
    return [(row[0] or "", row[1] or "", row[2], open_now.get(row[0], 0)) for row in rows]


def differences(connection: Connection) -> list[tuple[str, str, str, int]]:
    """(target, field, outcome, how many) of everything that read back otherwise than it was sent."""
    rows = connection.execute(
        select(delivery.c.target, read_back.c.field, read_back.c.outcome, func.count())
        .join(delivery, delivery.c.id == read_back.c.delivery_id)
        .group_by(delivery.c.target, read_back.c.field, read_back.c.outcome)
        .order_by(read_back.c.outcome, func.count().desc(), read_back.c.field)
    )
    return [(row[0], row[1], row[2], row[3]) for row in rows]


def refused(connection: Connection, limit: int = 20) -> list[Any]:
    """The newest deliveries that are refused still: rows of (lead id, target, reason, note)."""
    return list(
        connection.execute(
            select(delivery.c.lead_id, delivery.c.target, delivery.c.reason, delivery.c.note)
            .where(still_refused())
            .order_by(besides(delivery.c.id).desc())
            .limit(limit)
        )
    )


def events_of_run(connection: Connection, run_id: int, steps: Sequence[str] = (), limit: int = 200) -> list[Any]:
    """What happened in one run, in order: rows of (lead id, step, outcome, reason, sentence)."""
    statement = select(event.c.lead_id, event.c.step, event.c.outcome, event.c.reason, event.c.sentence).where(
        event.c.run_id == run_id
    )
    if steps:
        statement = statement.where(event.c.step.in_(steps))
    return list(connection.execute(statement.order_by(event.c.id).limit(limit)))


def history(connection: Connection, lead_id: str) -> list[Any]:
    """Every step of one lead, oldest first."""
    return list(connection.execute(select(event).where(event.c.lead_id == lead_id).order_by(event.c.id)))


def lead_row(connection: Connection, lead_id: str) -> Any:
    """The whole row of one lead, or None."""
    return connection.execute(select(lead).where(lead.c.id == lead_id)).first()


def find_leads(connection: Connection, text: str) -> list[str]:
    """Lead ids for a lead id, a HubSpot contact id, a Salesforce id or an e-mail address."""
    wanted = text.strip()
    direct = select(lead.c.id).where((lead.c.id == wanted) | (lead.c.sales_id == wanted))
    contact = select(record.c.lead_id).where(record.c.kind == "contact", record.c.lead_id.is_not(None))
    by_id = contact.where(record.c.source == "hubspot", record.c.id == wanted)
    by_email = contact.where(besides(record.c.source) == "hubspot", record.c.email == wanted.lower())
    return sorted({id_ for query in (direct, by_id, by_email) for id_ in connection.execute(query).scalars()})


def deliveries_of(connection: Connection, lead_id: str) -> list[Any]:
    """Every delivery of one lead, oldest first."""
    return list(connection.execute(select(delivery).where(delivery.c.lead_id == lead_id).order_by(delivery.c.id)))


def differences_of(connection: Connection, lead_id: str) -> list[Any]:
    """What read back otherwise for one lead: rows of (target, field, outcome, sent, found)."""
    return list(
        connection.execute(
            select(delivery.c.target, read_back.c.field, read_back.c.outcome, read_back.c.sent, read_back.c.found)
            .join(delivery, delivery.c.id == read_back.c.delivery_id)
            .where(delivery.c.lead_id == lead_id)
            .order_by(read_back.c.delivery_id, read_back.c.field)
        )
    )
