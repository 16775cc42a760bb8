"""Which leads are due for a decision, and who holds which: every change of facts ends here."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, func, or_, select, update

from bridge.staging.batches import batched
from bridge.staging.clock import to_ms
from bridge.staging.lookups import besides, in_work, still_refused
from bridge.staging.outbox import RECORDS
from bridge.staging.records import MOST_IN_LIST
from bridge.staging.schema import delivery, lead, record


def _due(stamp: int) -> dict[str, Any]:
    """Facts have changed: decide again. Whoever is deciding with the old facts loses the claim, so that their decision is not kept."""
    return {"due_at": stamp, "claimed_by": None, "claimed_until": None}


def mark(connection: Connection, lead_ids: Iterable[str], now: datetime) -> int:
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


def mark_all(connection: Connection, now: datetime, versions: str) -> int:
    """Every lead decided under other rules than `versions` is due again."""
    later = or_(lead.c.due_at.is_(None), lead.c.due_at > to_ms(now))
    stale = and_(later, lead.c.versions.is_not(None), lead.c.versions != versions)
    return connection.execute(update(lead).where(stale).values(due_at=to_ms(now))).rowcount


def stale_count(connection: Connection, versions: str) -> int:
    """How many leads were decided under other rules than `versions`."""
    stale = and_(lead.c.versions.is_not(None), lead.c.versions != versions)
    return int(connection.execute(select(func.count()).select_from(lead).where(stale)).scalar_one())


def refused_as_it_stands(connection: Connection, lead_ids: Iterable[str], versions: str, now: datetime) -> set[str]:
    """Those of these that Salesforce refused under these rules, themselves or a change of them, and that are not due: the next cycle sends nothing
    of them.
    """
    found: set[str] = set()
    later = or_(lead.c.due_at.is_(None), lead.c.due_at > to_ms(now))
    change = select(delivery.c.id).where(
        delivery.c.lead_id == lead.c.id, delivery.c.target.in_(RECORDS), still_refused()
    )
    same = and_(or_(lead.c.handover == "refused", change.exists()), lead.c.versions == versions, later)
    for group in batched(dict.fromkeys(lead_ids), MOST_IN_LIST):
        found.update(connection.execute(select(lead.c.id).where(lead.c.id.in_(group), same)).scalars())
    return found


def wake(connection: Connection, now: datetime) -> int:
    """Nurtured leads whose time has come are due again."""
    stamp = to_ms(now)
    return connection.execute(update(lead).where(lead.c.wake_at <= stamp).values(due_at=stamp, wake_at=None)).rowcount


def by_contact(connection: Connection, contact_ids: Iterable[str], now: datetime) -> int:
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


def by_company(connection: Connection, company_ids: Iterable[str], now: datetime) -> int:
    """Leads whose HubSpot contact works at one of these HubSpot companies are due again."""
    stamp, total = to_ms(now), 0
    for group in batched(dict.fromkeys(company_ids), MOST_IN_LIST):
        members = select(record.c.lead_id).where(
            record.c.key.in_(group),
            besides(record.c.source) == "hubspot",
            record.c.kind == "contact",
            record.c.lead_id.is_not(None),
        )
        total += connection.execute(update(lead).where(lead.c.id.in_(members)).values(_due(stamp))).rowcount
    return total


def by_account(connection: Connection, account_ids: Iterable[str], now: datetime) -> int:
    """Leads matched to one of these Salesforce accounts are due again."""
    stamp, total = to_ms(now), 0
    for group in batched(dict.fromkeys(account_ids), MOST_IN_LIST):
        total += connection.execute(update(lead).where(lead.c.account_id.in_(group)).values(_due(stamp))).rowcount
    return total


def by_email(connection: Connection, emails: Iterable[str], now: datetime) -> int:
    """Leads with a HubSpot contact of one of these addresses (lower case) are due again."""
    stamp, total = to_ms(now), 0
    for group in batched(dict.fromkeys(emails), MOST_IN_LIST):
        members = select(record.c.lead_id).where(
            record.c.email.in_(group), record.c.kind == "contact", record.c.lead_id.is_not(None)
        )
        total += connection.execute(update(lead).where(lead.c.id.in_(members)).values(_due(stamp))).rowcount
    return total


def waiting_for(connection: Connection, owner_ids: Iterable[str], now: datetime) -> int:
    """Leads that are to go to one of these owners and were not sent yet are due again."""
    stamp, total = to_ms(now), 0
    for group in batched(dict.fromkeys(owner_ids), MOST_IN_LIST):
        open_ = and_(delivery.c.owner_id.in_(group), in_work("waiting", "ready"))
        waits = lead.c.id.in_(select(delivery.c.lead_id).where(open_))
        total += connection.execute(update(lead).where(waits).values(_due(stamp))).rowcount
    return total


def with_value(connection: Connection, object_name: str, properties: Sequence[str], now: datetime) -> int:
    """Leads that are with Sales as such a record, or on their way, and whose contact has one of these properties (none named: all) are due again."""
    open_ = and_(in_work("waiting", "ready"), delivery.c.target == f"salesforce.{object_name}")
    there = and_(lead.c.sales_object == object_name, lead.c.handover.in_(("sent", "verified")))
    concerned = or_(there, lead.c.id.in_(select(delivery.c.lead_id).where(open_)))
    if properties:
        values = [func.coalesce(record.c["values"][name].as_string(), "") for name in properties]
        filled = select(record.c.id).where(record.c.lead_id == lead.c.id, or_(*(value != "" for value in values)))
        concerned = and_(concerned, filled.exists())
    due = update(lead).where(concerned, lead.c.verdict == "qualified").values(_due(to_ms(now)))
    return connection.execute(due).rowcount


def held_for(connection: Connection, reason: str, now: datetime) -> int:
    """Leads that are held for this reason are due again."""
    held = and_(lead.c.verdict == "held", lead.c.reason == reason)
    return connection.execute(update(lead).where(held).values(_due(to_ms(now)))).rowcount


_LACKS_ACCOUNT = and_(lead.c.organisation_id.is_not(None), lead.c.account_id.is_(None))


def anybody_without_account(connection: Connection) -> bool:
    """Some lead's organisation has no account so far."""
    return connection.execute(select(lead.c.id).where(_LACKS_ACCOUNT).limit(1)).first() is not None


def without_account(connection: Connection, organisation_ids: Iterable[str], now: datetime) -> int:
    """Leads of these organisations that had no account so far are due again: now there may be one."""
    stamp, total = to_ms(now), 0
    for group in batched(dict.fromkeys(organisation_ids), MOST_IN_LIST):
        waits = and_(lead.c.organisation_id.in_(group), lead.c.account_id.is_(None))
        total += connection.execute(update(lead).where(waits).values(_due(stamp))).rowcount
    return total


def claim(connection: Connection, limit: int, holder: str, now: datetime, hold_seconds: int = 300) -> list[str]:
    """Take up to `limit` due leads, the longest due first, for `holder` alone. A claim not concluded in time falls free again."""
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
        update(lead)
        .where(lead.c.claimed_by == holder, lead.c.due_at.is_not(None))
        .values(claimed_by=None, claimed_until=None)
    ).rowcount


def count(connection: Connection, now: datetime) -> int:
    """How many leads wait for a decision."""
    return int(
        connection.execute(select(func.count()).select_from(lead).where(lead.c.due_at <= to_ms(now))).scalar_one()
    )
