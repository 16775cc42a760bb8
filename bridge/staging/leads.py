"""Leads: who is due for a decision, who holds which, and what was concluded. The only writer of a lead's verdict is `conclude`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, bindparam, case, func, insert, or_, select, update

from bridge.staging import outbox
from bridge.staging.batches import batched
from bridge.staging.clock import from_ms, to_ms
from bridge.staging.records import COLUMNS, MOST_IN_LIST
from bridge.staging.schema import alias, event, lead, record


@dataclass(frozen=True, slots=True)
class Concluded:
    """One decision as it is kept: the columns people ask for, and the whole trail as JSON-able `decision`."""

    lead_id: str
    verdict: str
    reason: str
    sentence: str
    segment: str
    score: int
    priority: int
    account_id: str | None
    organisation_id: str | None
    owner_id: str | None
    team: str
    wake_at: int | None
    watched: Mapping[str, Any]
    changed_at: int
    versions: str
    decision: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a lead stands before it is decided again."""

    lead_id: str
    verdict: str | None
    reason: str | None
    handover: str
    sales_object: str | None
    sales_id: str | None
    sales_status: str | None
    owner_id: str | None
    team: str | None
    account_id: str | None
    organisation_id: str | None
    watched: Mapping[str, Any] | None


@dataclass(frozen=True, slots=True)
class Event:
    """One step in a lead's history, forward or backward."""

    lead_id: str
    step: str
    outcome: str
    reason: str = ""
    sentence: str = ""


def create(connection: Connection, lead_ids: Sequence[str], now: datetime) -> None:
    """New leads, due at once."""
    if lead_ids:
        stamp = to_ms(now)
        connection.execute(
            insert(lead),
            [
                {"id": lead_id, "due_at": stamp, "created_at": stamp, "handover": "none", "priority": 0, "told": True}
                for lead_id in lead_ids
            ],
        )


def _due(stamp: int) -> dict[str, Any]:
    """Facts have changed: decide again. Whoever is deciding with the old facts loses the claim, so that their decision is not kept."""
    return {"due_at": stamp, "claimed_by": None, "claimed_until": None}


def mark_due(connection: Connection, lead_ids: Iterable[str], now: datetime) -> int:
    """These leads are to be decided again. Returns how many there were."""
    total = 0
    for group in batched(dict.fromkeys(lead_ids), MOST_IN_LIST):
        total += connection.execute(update(lead).where(lead.c.id.in_(group)).values(_due(to_ms(now)))).rowcount
    return total


def look_again(connection: Connection, lead_ids: Iterable[str], at: datetime) -> None:
    """These leads are to be decided again at that time, unless they are due before."""
    for group in batched(dict.fromkeys(lead_ids), MOST_IN_LIST):
        later = and_(lead.c.id.in_(group), or_(lead.c.due_at.is_(None), lead.c.due_at > to_ms(at)))
        connection.execute(update(lead).where(later).values(due_at=to_ms(at)))


def mark_all_due(connection: Connection, now: datetime, versions: str) -> int:
    """Every lead decided under other rules than `versions` is due again."""
    later = or_(lead.c.due_at.is_(None), lead.c.due_at > to_ms(now))
    stale = and_(later, lead.c.versions.is_not(None), lead.c.versions != versions)
    return connection.execute(update(lead).where(stale).values(due_at=to_ms(now))).rowcount


def stale_count(connection: Connection, versions: str) -> int:
    """How many leads were decided under other rules than `versions`."""
    stale = and_(lead.c.versions.is_not(None), lead.c.versions != versions)
    return int(connection.execute(select(func.count()).select_from(lead).where(stale)).scalar_one())


def every_id(connection: Connection) -> list[str]:
    """The ids of all leads, in order."""
    return list(connection.execute(select(lead.c.id).order_by(lead.c.id)).scalars())


def wake(connection: Connection, now: datetime) -> int:
    """Nurtured leads whose time has come are due again."""
    stamp = to_ms(now)
    return connection.execute(update(lead).where(lead.c.wake_at <= stamp).values(due_at=stamp, wake_at=None)).rowcount


def due_by_contact(connection: Connection, contact_ids: Iterable[str], now: datetime) -> int:
    """Leads that these HubSpot contacts are part of are due again."""
    stamp, total = to_ms(now), 0
    for group in batched(dict.fromkeys(contact_ids), MOST_IN_LIST):
        members = select(record.c.lead_id).where(
            record.c.source == "hubspot",
            record.c.kind == "contact",
            record.c.id.in_(group),
            record.c.lead_id.is_not(None),
        )
        total += connection.execute(update(lead).where(lead.c.id.in_(members)).values(_due(stamp))).rowcount
    return total


def due_by_company(connection: Connection, company_ids: Iterable[str], now: datetime) -> int:
    """Leads whose HubSpot contact works at one of these HubSpot companies are due again."""
    stamp, total = to_ms(now), 0
    for group in batched(dict.fromkeys(company_ids), MOST_IN_LIST):
        members = select(record.c.lead_id).where(
            record.c.key.in_(group),
            record.c.source == "hubspot",
            record.c.kind == "contact",
            record.c.lead_id.is_not(None),
        )
        total += connection.execute(update(lead).where(lead.c.id.in_(members)).values(_due(stamp))).rowcount
    return total


def due_by_account(connection: Connection, account_ids: Iterable[str], now: datetime) -> int:
    """Leads matched to one of these Salesforce accounts are due again."""
    stamp, total = to_ms(now), 0
    for group in batched(dict.fromkeys(account_ids), MOST_IN_LIST):
        total += connection.execute(update(lead).where(lead.c.account_id.in_(group)).values(_due(stamp))).rowcount
    return total


def due_by_email(connection: Connection, emails: Iterable[str], now: datetime) -> int:
    """Leads with a HubSpot contact of one of these addresses (lower case) are due again."""
    stamp, total = to_ms(now), 0
    for group in batched(dict.fromkeys(emails), MOST_IN_LIST):
        members = select(record.c.lead_id).where(
            record.c.email.in_(group), record.c.kind == "contact", record.c.lead_id.is_not(None)
        )
        total += connection.execute(update(lead).where(lead.c.id.in_(members)).values(_due(stamp))).rowcount
    return total


def due_without_account(connection: Connection, domains: Iterable[str], now: datetime) -> int:
    """Leads of organisations with one of these web domains that had no account so far are due again: now there may be one."""
    stamp, total = to_ms(now), 0
    for group in batched({f"domain:{domain}" for domain in domains if domain}, MOST_IN_LIST):
        waits = and_(lead.c.organisation_id.in_(group), lead.c.account_id.is_(None))
        total += connection.execute(update(lead).where(waits).values(_due(stamp))).rowcount
    return total


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
            .where(alias.c.source == "hubspot", alias.c.kind == "contact", alias.c.id.in_(group))
        )
        for contact_id, lead_id, sales_id, created_at in rows:
            rank = (sales_id is None, created_at, lead_id)
            found[contact_id] = min(rank, found.get(contact_id, rank))
    return {contact_id: rank[2] for contact_id, rank in found.items()}


def by_sales_id(connection: Connection, sales_ids: Iterable[str]) -> dict[str, str]:
    """Salesforce record id → our lead, for those that are ours."""
    found: dict[str, str] = {}
    for group in batched(dict.fromkeys(sales_ids), MOST_IN_LIST):
        rows = connection.execute(select(lead.c.sales_id, lead.c.id).where(lead.c.sales_id.in_(group)))
        found.update((row.sales_id, row.id) for row in rows)
    return found


def claim(connection: Connection, limit: int, holder: str, now: datetime, hold_seconds: int = 300) -> list[str]:
    """Take up to `limit` due leads, the hottest first, for `holder` alone. A claim not concluded in time falls free again."""
    stamp = to_ms(now)
    free = and_(lead.c.due_at <= stamp, or_(lead.c.claimed_until.is_(None), lead.c.claimed_until < stamp))
    chosen = select(lead.c.id).where(free).order_by(lead.c.due_at, lead.c.id).limit(limit)
    if connection.dialect.name == "postgresql":
        chosen = chosen.with_for_update(skip_locked=True)
    ids = list(connection.execute(chosen).scalars())
    for group in batched(ids, MOST_IN_LIST):
        connection.execute(
            update(lead)
            .where(lead.c.id.in_(group))
            .values(claimed_by=holder, claimed_until=stamp + hold_seconds * 1000)
        )
    return ids


def give_back(connection: Connection, holder: str) -> int:
    """Free what `holder` claimed and did not conclude."""
    return connection.execute(
        update(lead).where(lead.c.claimed_by == holder).values(claimed_by=None, claimed_until=None)
    ).rowcount


def due_count(connection: Connection, now: datetime) -> int:
    """How many leads wait for a decision."""
    return int(
        connection.execute(select(func.count()).select_from(lead).where(lead.c.due_at <= to_ms(now))).scalar_one()
    )


STANDING = (
    lead.c.id, lead.c.verdict, lead.c.reason, lead.c.handover, lead.c.sales_object, lead.c.sales_id, lead.c.sales_status, lead.c.owner_id,
    lead.c.team, lead.c.account_id, lead.c.organisation_id, lead.c.watched,
)  # fmt: skip


def standings(connection: Connection, lead_ids: Iterable[str]) -> dict[str, Standing]:
    """Where these leads stand now."""
    found: dict[str, Standing] = {}
    for group in batched(dict.fromkeys(lead_ids), MOST_IN_LIST):
        for row in connection.execute(select(*STANDING).where(lead.c.id.in_(group))):
            found[row[0]] = Standing(*tuple(row))
    return found


def contacts_of(connection: Connection, lead_ids: Iterable[str]) -> list[Any]:
    """Rows (lead_id, source, kind, id, changed_at, values, links, gone) of the HubSpot contacts these leads are made of."""
    rows: list[Any] = []
    for group in batched(dict.fromkeys(lead_ids), MOST_IN_LIST):
        rows.extend(connection.execute(select(record.c.lead_id, *COLUMNS).where(record.c.lead_id.in_(group))))
    return rows


def conclude(
    connection: Connection, holder: str, claimed_at: datetime, concluded: Sequence[Concluded], run_id: int | None
) -> list[str]:
    """Keep these decisions if `holder` still has the claim, each with its event when the verdict or its reason changed. Returns the ids kept.

    A lead whose facts changed after `claimed_at` stays due.
    """
    held = _still_held(connection, [item.lead_id for item in concluded], holder)
    kept = [item for item in concluded if item.lead_id in held]
    if not kept:
        return []
    stamp = to_ms(claimed_at)
    connection.execute(_conclude_statement(stamp), [_columns(item, stamp) for item in kept])
    changed = [item for item in kept if held[item.lead_id] != (item.verdict, item.reason)]
    tell(
        connection,
        [Event(item.lead_id, "decide", item.verdict, item.reason, item.sentence) for item in changed],
        claimed_at,
        run_id,
    )
    return [item.lead_id for item in kept]


def _still_held(connection: Connection, ids: Sequence[str], holder: str) -> dict[str, tuple[str | None, str | None]]:
    held: dict[str, tuple[str | None, str | None]] = {}
    for group in batched(ids, MOST_IN_LIST):
        rows = connection.execute(
            select(lead.c.id, lead.c.verdict, lead.c.reason)
            .where(lead.c.id.in_(group), lead.c.claimed_by == holder)
            .order_by(lead.c.id)
            .with_for_update()
        )
        held.update((row.id, (row.verdict, row.reason)) for row in rows)
    return held


def _conclude_statement(stamp: int) -> Any:
    names = (
        "verdict", "reason", "sentence", "segment", "score", "priority", "account_id", "organisation_id", "owner_id", "team", "wake_at",
        "watched", "changed_at", "versions", "decision", "decided_at",
    )  # fmt: skip
    values: dict[str, Any] = {name: bindparam(f"new_{name}", type_=lead.c[name].type) for name in names}
    values |= {
        "told": False,
        "claimed_by": None,
        "claimed_until": None,
        "due_at": case((lead.c.due_at > stamp, lead.c.due_at), else_=None),
    }
    return update(lead).where(lead.c.id == bindparam("lead_id")).values(values)


def _columns(item: Concluded, stamp: int) -> dict[str, Any]:
    return {
        "lead_id": item.lead_id,
        "new_verdict": item.verdict,
        "new_reason": item.reason,
        "new_sentence": item.sentence,
        "new_segment": item.segment,
        "new_score": item.score,
        "new_priority": item.priority,
        "new_account_id": item.account_id,
        "new_organisation_id": item.organisation_id,
        "new_owner_id": item.owner_id,
        "new_team": item.team,
        "new_wake_at": item.wake_at,
        "new_watched": item.watched,
        "new_changed_at": item.changed_at,
        "new_versions": item.versions,
        "new_decision": item.decision,
        "new_decided_at": stamp,
    }


def tell(connection: Connection, events: Sequence[Event], now: datetime, run_id: int | None) -> None:
    """Write history: one row per step a lead took, in order."""
    if events:
        stamp = to_ms(now)
        connection.execute(
            insert(event),
            [
                {
                    "lead_id": item.lead_id, "at": stamp, "step": item.step, "outcome": item.outcome, "reason": item.reason,
                    "sentence": item.sentence, "run_id": run_id,
                }
                for item in events
            ],
        )  # fmt: skip


def read_back(connection: Connection, lead_ids: Iterable[str]) -> None:
    """What was sent of these leads is verified; what Sales did with them since stays as it is."""
    for group in batched(dict.fromkeys(lead_ids), MOST_IN_LIST):
        sent = and_(lead.c.id.in_(group), lead.c.handover == "sent")
        connection.execute(update(lead).where(sent).values(handover="verified", told=False))


def hand_over(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Set `handover`, `sales_object`, `sales_id` of leads: rows with lead_id, handover and, where known, the Salesforce record."""
    if rows:
        connection.execute(
            update(lead)
            .where(lead.c.id == bindparam("lead_id"))
            .values(
                handover=bindparam("new_handover"),
                told=False,
                sales_object=func.coalesce(
                    bindparam("new_object", type_=lead.c.sales_object.type), lead.c.sales_object
                ),
                sales_id=func.coalesce(bindparam("new_sales_id", type_=lead.c.sales_id.type), lead.c.sales_id),
            ),
            [
                {
                    "lead_id": row["lead_id"],
                    "new_handover": row["handover"],
                    "new_object": row.get("object"),
                    "new_sales_id": row.get("sales_id"),
                }
                for row in rows
            ],
        )


def heard_from_sales(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """What Sales did with leads of ours: rows with lead_id, sales_status and, where the record moved on, handover, object and sales_id."""
    if rows:
        connection.execute(
            update(lead)
            .where(lead.c.id == bindparam("lead_id"))
            .values(
                sales_status=bindparam("new_status"),
                told=False,
                handover=func.coalesce(bindparam("new_handover", type_=lead.c.handover.type), lead.c.handover),
                sales_object=func.coalesce(bindparam("new_object", type_=lead.c.sales_object.type), lead.c.sales_object),
                sales_id=func.coalesce(bindparam("new_sales_id", type_=lead.c.sales_id.type), lead.c.sales_id),
            ),
            [
                {
                    "lead_id": row["lead_id"], "new_status": row["sales_status"], "new_handover": row.get("handover"),
                    "new_object": row.get("object"), "new_sales_id": row.get("sales_id"),
                }
                for row in rows
            ],
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Telling:
    """What HubSpot is to know about a lead, and the contacts it is told on."""

    lead_id: str
    contact_ids: tuple[str, ...]
    verdict: str | None
    reason: str | None
    sentence: str | None
    segment: str | None
    score: int | None
    priority: int
    handover: str
    sales_id: str | None
    sales_status: str | None
    account_id: str | None
    owner_id: str | None
    versions: str | None
    sent_at: str | None


def untold(connection: Connection, limit: int) -> list[Telling]:
    """Leads whose standing HubSpot has not been told, with their living contacts."""
    names = (
        "verdict", "reason", "sentence", "segment", "score", "priority", "handover", "sales_id", "sales_status", "account_id", "owner_id",
        "versions",
    )  # fmt: skip
    rows = connection.execute(
        select(lead.c.id, *(lead.c[name] for name in names))
        .where(lead.c.told.is_(False))
        .order_by(lead.c.id)
        .limit(limit)
    ).all()
    contacts: dict[str, list[str]] = {}
    for group in batched([row[0] for row in rows], MOST_IN_LIST):
        members = select(record.c.lead_id, record.c.id).where(record.c.lead_id.in_(group), record.c.gone.is_(False))
        for lead_id, contact_id in connection.execute(members.order_by(record.c.id)):
            contacts.setdefault(lead_id, []).append(contact_id)
    sent = {
        lead_id: from_ms(at).isoformat(timespec="milliseconds")
        for lead_id, at in outbox.handed_over(connection, [row[0] for row in rows]).items()
    }
    return [
        Telling(
            row[0], tuple(contacts.get(row[0], ())), sent_at=sent.get(row[0]), **dict(zip(names, row[1:], strict=True))
        )
        for row in rows
    ]


def told(connection: Connection, lead_ids: Iterable[str]) -> None:
    """HubSpot knows, or the outbox holds what it is to be told."""
    for group in batched(lead_ids, MOST_IN_LIST):
        connection.execute(update(lead).where(lead.c.id.in_(group)).values(told=True))


def drop_empty(connection: Connection, holder: str, lead_ids: Iterable[str]) -> None:
    """Leads without any record left (erased people) are due no more."""
    for group in batched(lead_ids, MOST_IN_LIST):
        connection.execute(
            update(lead)
            .where(lead.c.id.in_(group), lead.c.claimed_by == holder)
            .values(due_at=None, claimed_by=None, claimed_until=None)
        )
