"""The one outbox: what is meant to be written, what was tried, what came of it.

waiting ─room─▶ ready ─claim─▶ sending ─answer─▶ sent ─read back─▶ verified | differs
                   ▲              │├─ refused: a person must look      └─ cancelled: no longer wanted (only before sending)
                   └── retry ─────┤└─ no answer, or a crash ─▶ unknown ─found out─▶ sent | ready
Waiting, ready, sending and unknown are open; a lead has at most one open delivery per target and record (unique index).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, bindparam, case, exists, func, or_, select, text, update
from sqlalchemy.dialects import postgresql, sqlite

from bridge.frozen import frozen
from bridge.staging.batches import batched
from bridge.staging.clock import to_ms
from bridge.staging.lookups import in_work
from bridge.staging.records import MOST_IN_LIST
from bridge.staging.schema import ABOUT_ONE, REFUSED, delivery, lead, run

RECORDS = ("salesforce.Contact", "salesforce.Lead")
"""What a lead becomes; everything else in Salesforce hangs on it."""
WRITE_BACK = "hubspot.contact"
"""What HubSpot is told takes nobody's room."""
OPEN = ("waiting", "ready", "sending", "unknown")
CHANGEABLE = ("waiting", "ready")
# The same as text without parameters: the partial index wants its own words, and many rows at once take no lists.
OPEN_STATES = "state IN ('waiting', 'ready', 'sending', 'unknown')"
CHANGEABLE_STATES = "state IN ('waiting', 'ready')"


@frozen
class Planned:
    """One intended write."""

    lead_id: str
    target: str
    operation: str
    payload: Mapping[str, Any]
    about: str = ""
    remote_id: str | None = None
    before: Mapping[str, Any] | None = None
    needs_room: bool = False
    owner_id: str | None = None
    team: str = ""
    priority: int = 0
    reason: str = ""
    follows: bool = False
    """Waits until its lead has a record in Salesforce; keys of the payload that begin with @ are filled with its id then."""


@frozen
class Delivery:
    """One row of the outbox in somebody's hands."""

    id: int
    lead_id: str
    target: str
    about: str
    operation: str
    remote_id: str | None
    payload: Mapping[str, Any]
    before: Mapping[str, Any] | None
    attempts: int
    owner_id: str | None
    sent_at: int | None
    job: str | None = None
    reason: str = ""


@frozen
class Settlement:
    """What became of a delivery: its new state, the record it landed on, and why. Not `tried`: this attempt does not count."""

    delivery_id: int
    state: str
    remote_id: str | None = None
    reason: str = ""
    note: str = ""
    retry_at: datetime | None = None
    tried: bool = True


DELIVERY = (
    delivery.c.id, delivery.c.lead_id, delivery.c.target, delivery.c.about, delivery.c.operation, delivery.c.remote_id, delivery.c.payload,
    delivery.c.before, delivery.c.attempts, delivery.c.owner_id, delivery.c.sent_at, delivery.c.job,
    delivery.c.reason,
)  # fmt: skip


def plan(connection: Connection, planned: Sequence[Planned], now: datetime, run_id: int | None) -> None:
    """Put these into the outbox. An open one that was not sent yet takes the new payload; one in flight is left as it is."""
    if not planned:
        return
    stamp = to_ms(now)
    rows = [
        {
            "lead_id": item.lead_id, "target": item.target, "about": item.about, "operation": item.operation, "remote_id": item.remote_id,
            "payload": dict(item.payload), "before": None if item.before is None else dict(item.before),
            "state": "waiting" if item.needs_room or item.follows else "ready", "reason": item.reason,
            "needs_room": item.needs_room, "owner_id": item.owner_id,
            "team": item.team, "priority": item.priority, "next_at": stamp, "created_at": stamp, "run_id": run_id, "attempts": 0, "fence": 0,
            "note": "",
        }
        for item in planned
    ]  # fmt: skip
    statement = postgresql.insert(delivery) if connection.dialect.name == "postgresql" else sqlite.insert(delivery)
    fresh = statement.excluded
    connection.execute(
        statement.on_conflict_do_update(
            index_elements=[delivery.c.lead_id, delivery.c.target, delivery.c.about],
            index_where=text(OPEN_STATES),
            set_={
                name: fresh[name]
                for name in (
                    "operation",
                    "remote_id",
                    "payload",
                    "before",
                    "owner_id",
                    "team",
                    "priority",
                    "needs_room",
                    "reason",
                    "run_id",
                )
            }
            | {"state": fresh.state, "next_at": fresh.next_at},
            where=text("delivery." + CHANGEABLE_STATES),
        ),
        rows,
    )


def cancel_others(
    connection: Connection, lead_ids: Iterable[str], planned: Iterable[Planned], reason: str, targets: Sequence[str]
) -> int:
    """Take back what is not sent yet of these leads and not among `planned`: a person who has become a contact is no new lead any more."""
    wanted = {(item.lead_id, item.target, item.about) for item in planned}
    stale: list[int] = []
    for group in batched(dict.fromkeys(lead_ids), MOST_IN_LIST):
        rows = connection.execute(
            select(delivery.c.id, delivery.c.lead_id, delivery.c.target, delivery.c.about).where(
                delivery.c.lead_id.in_(group), delivery.c.target.in_(targets), delivery.c.state.in_(CHANGEABLE)
            )
        )
        stale += [row[0] for row in rows if (row[1], row[2], row[3]) not in wanted]
    total = 0
    for ids in batched(stale, MOST_IN_LIST):
        statement = update(delivery).where(delivery.c.id.in_(ids), delivery.c.state.in_(CHANGEABLE))
        total += connection.execute(statement.values(state="cancelled", reason=reason)).rowcount
    return total


def open_for(
    connection: Connection, lead_ids: Iterable[str]
) -> dict[tuple[str, str, str], tuple[str, Mapping[str, Any]]]:
    """(lead, target, about) → (state, payload) of every open delivery of these leads."""
    found: dict[tuple[str, str, str], tuple[str, Mapping[str, Any]]] = {}
    for group in batched(dict.fromkeys(lead_ids), MOST_IN_LIST):
        rows = connection.execute(
            select(delivery.c.lead_id, delivery.c.target, delivery.c.about, delivery.c.state, delivery.c.payload).where(
                delivery.c.lead_id.in_(group), delivery.c.state.in_(OPEN)
            )
        )
        for row in rows:
            found[row.lead_id, row.target, row.about] = (row.state, row.payload)
    return found


def amend(connection: Connection, rows: Sequence[tuple[str, str, str, Mapping[str, Any]]]) -> None:
    """Add fields to writes that were not sent yet: rows of (lead, target, about, fields). What is in flight stays as it is."""
    known = open_for(connection, [row[0] for row in rows]) if rows else {}
    merged = [
        {
            "of_lead": lead_id,
            "of_target": target,
            "of_about": about,
            "merged": {**known[lead_id, target, about][1], **fields},
        }
        for lead_id, target, about, fields in rows
        if (lead_id, target, about) in known
    ]
    if merged:
        connection.execute(
            update(delivery)
            .where(
                delivery.c.lead_id == bindparam("of_lead"),
                delivery.c.target == bindparam("of_target"),
                delivery.c.about == bindparam("of_about"),
                or_(*(delivery.c.state == state for state in CHANGEABLE)),
            )
            .values(payload=bindparam("merged", type_=delivery.c.payload.type)),
            merged,
        )


def open_about(connection: Connection, remote_ids: Iterable[str]) -> dict[str, str]:
    """Salesforce record id → the lead that is about to write to it."""
    found: dict[str, str] = {}
    for group in batched(dict.fromkeys(remote_ids), MOST_IN_LIST):
        rows = connection.execute(
            select(delivery.c.about, delivery.c.lead_id).where(
                delivery.c.about.in_(group), text(ABOUT_ONE), delivery.c.state.in_(OPEN)
            )
        )
        found.update((row[0], row[1]) for row in rows)
    return found


BACKFILL = "backfill"
# A run's kind does not change, and backfills are few.
_of_backfills = delivery.c.run_id.in_(select(run.c.id).where(run.c.kind == BACKFILL))
LIVE_FIRST = case((_of_backfills, 1), else_=0)
"""Whoever comes in now goes before whoever was there all along."""


def handed_over(connection: Connection, lead_ids: Iterable[str]) -> dict[str, int]:
    """Lead → when (ms) it was last handed to Sales: made there or told by a task; of a record Sales had already, when it was first written to.

    The chart on the account is nobody's handoff: it is written there while its people still wait for room.
    """
    found: dict[str, int] = {}
    handed = func.max(case((delivery.c.operation != "update", delivery.c.sent_at)))
    for group in batched(dict.fromkeys(lead_ids), MOST_IN_LIST):
        rows = connection.execute(
            select(delivery.c.lead_id, func.coalesce(handed, func.min(delivery.c.sent_at)))
            .where(
                delivery.c.lead_id.in_(group),
                delivery.c.target.not_in(("hubspot.contact", "salesforce.Account")),
                delivery.c.sent_at.is_not(None),
            )
            .group_by(delivery.c.lead_id)
        )
        found.update((row[0], row[1]) for row in rows)
    return found


def targets_to_do(connection: Connection) -> set[str]:
    """Targets to which a delivery waits, may go, or is to be found out."""
    to_do = select(delivery.c.target).where(in_work("waiting", "ready", "unknown"))
    return set(connection.execute(to_do.distinct()).scalars())


def ready_count(connection: Connection, target: str, now: datetime) -> int:
    """How many deliveries to this target may go now."""
    ready = and_(in_work("ready"), delivery.c.target == target, delivery.c.next_at <= to_ms(now))
    return int(connection.execute(select(func.count()).select_from(delivery).where(ready)).scalar_one())


def ready_handoffs(connection: Connection) -> list[str]:
    """Leads whose first hand-over to Sales would go now."""
    ready = and_(in_work("ready"), delivery.c.operation == "upsert", delivery.c.target != "hubspot.contact")
    return list(connection.execute(select(delivery.c.lead_id).where(ready)).scalars())


def unknown_to_ready(connection: Connection, target: str) -> list[str]:
    """Send these again without looking: only for writes that are the same when done twice. Returns the leads."""
    lost = and_(in_work("unknown"), delivery.c.target == target)
    return list(
        connection.execute(update(delivery).where(lost).values(state="ready").returning(delivery.c.lead_id)).scalars()
    )


def claim(
    connection: Connection, target: str, limit: int, holder: str, now: datetime, fence: int, hold_seconds: int = 300
) -> list[Delivery]:
    """Take deliveries that may go now: what is new before what is tried again, a backfill's last, each with the best first.

    New leads whose verdict is no longer `qualified` are cancelled here, at the last moment, and so are new tasks and notes about them.
    """
    stamp = to_ms(now)
    if target != WRITE_BACK:
        _cancel_unfit(connection, target)
    chosen = (
        select(delivery.c.id)
        .where(in_work("ready"), delivery.c.target == target, delivery.c.next_at <= stamp)
        .order_by(LIVE_FIRST, delivery.c.attempts, delivery.c.priority.desc(), delivery.c.id)
        .limit(limit)
    )
    if connection.dialect.name == "postgresql":
        chosen = chosen.with_for_update(skip_locked=True)
    ids = list(connection.execute(chosen).scalars())
    taken: list[Delivery] = []
    for group in batched(ids, MOST_IN_LIST):
        connection.execute(
            update(delivery)
            .where(delivery.c.id.in_(group))
            .values(
                state="sending",
                attempts=delivery.c.attempts + 1,
                claimed_by=holder,
                claimed_until=stamp + hold_seconds * 1000,
                fence=fence,
            )
        )
        taken.extend(
            Delivery(*row)
            for row in connection.execute(select(*DELIVERY).where(delivery.c.id.in_(group)).order_by(delivery.c.id))
        )
    return taken


def _cancel_unfit(connection: Connection, target: str) -> None:
    unfit = ~exists().where(lead.c.id == delivery.c.lead_id, lead.c.verdict == "qualified")
    new = or_(delivery.c.needs_room.is_(True), delivery.c.operation == "create")
    connection.execute(
        update(delivery)
        .where(in_work("ready"), delivery.c.target == target, new, unfit)
        .values(state="cancelled", reason="no_longer_qualified")
    )


def keep_job(connection: Connection, delivery_ids: Sequence[int], job: str) -> None:
    """These travel by a Bulk job; it is asked for them when its end was not seen."""
    for group in batched(delivery_ids, MOST_IN_LIST):
        connection.execute(update(delivery).where(delivery.c.id.in_(group)).values(job=job))


def overdue_to_unknown(connection: Connection, now: datetime) -> int:
    """Deliveries whose sender died while sending: nobody knows what became of them."""
    stuck = and_(in_work("sending"), delivery.c.claimed_until < to_ms(now))
    return connection.execute(
        update(delivery).where(stuck).values(state="unknown", claimed_by=None, reason="sender_died")
    ).rowcount


def give_back(connection: Connection, holder: str) -> int:
    """What `holder` was sending when it stopped: find out before a second try."""
    held = and_(in_work("sending"), delivery.c.claimed_by == holder)
    return connection.execute(
        update(delivery).where(held).values(state="unknown", claimed_by=None, reason="sender_stopped")
    ).rowcount


def unknown(connection: Connection, target: str, limit: int, now: datetime) -> list[Delivery]:
    """Deliveries whose outcome must be found out."""
    rows = connection.execute(
        select(*DELIVERY)
        .where(in_work("unknown"), delivery.c.target == target, delivery.c.next_at <= to_ms(now))
        .order_by(delivery.c.id)
        .limit(limit)
    )
    return [Delivery(*row) for row in rows]


def settle(connection: Connection, settlements: Sequence[Settlement], now: datetime) -> None:
    """Write down what became of deliveries."""
    if not settlements:
        return
    stamp = to_ms(now)
    connection.execute(
        update(delivery)
        .where(delivery.c.id == bindparam("delivery_id"))
        .values(
            state=bindparam("new_state"),
            remote_id=func.coalesce(bindparam("new_remote", type_=delivery.c.remote_id.type), delivery.c.remote_id),
            reason=bindparam("new_reason"),
            note=bindparam("new_note"),
            next_at=bindparam("new_next"),
            sent_at=func.coalesce(bindparam("new_sent", type_=delivery.c.sent_at.type), delivery.c.sent_at),
            verified_at=func.coalesce(bindparam("new_verified", type_=delivery.c.verified_at.type), delivery.c.verified_at),
            attempts=delivery.c.attempts - bindparam("new_untried"),
            claimed_by=None,
            claimed_until=None,
            job=case((bindparam("new_state") == "unknown", delivery.c.job)),
        ),
        [
            {
                "delivery_id": item.delivery_id, "new_state": item.state, "new_remote": item.remote_id, "new_reason": item.reason,
                "new_note": item.note[:2000], "new_next": to_ms(item.retry_at or now), "new_sent": stamp if item.state == "sent" else None,
                "new_verified": stamp if item.state in ("verified", "differs") else None, "new_untried": int(not item.tried),
            }
            for item in settlements
        ],
    )  # fmt: skip


OWNER_REFUSED = "owner_refused"
"""Why a record was refused: Salesforce does not let its owner own it."""


def refused_owners(connection: Connection, since: datetime) -> set[str]:
    """Whom Salesforce did not let own a record of ours since then."""
    refused = and_(text(f"delivery.{REFUSED}"), delivery.c.reason == OWNER_REFUSED, delivery.c.next_at >= to_ms(since))
    return set(
        connection.execute(select(delivery.c.owner_id).where(refused, delivery.c.owner_id.is_not(None))).scalars()
    )


def waiting_owners(connection: Connection) -> set[str]:
    """Who is to get new leads that were not sent yet."""
    new = and_(in_work("waiting", "ready"), delivery.c.needs_room.is_(True), delivery.c.owner_id.is_not(None))
    return set(connection.execute(select(delivery.c.owner_id).where(new).distinct()).scalars())


def to_verify(connection: Connection, target: str, limit: int) -> list[Delivery]:
    """Deliveries that were sent and not read back yet."""
    rows = connection.execute(
        select(*DELIVERY).where(in_work("sent"), delivery.c.target == target).order_by(delivery.c.id).limit(limit)
    )
    return [Delivery(*row) for row in rows]
