"""Runs, slots and leases: what was done when, and who may do it now."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, bindparam, delete, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from bridge.frozen import frozen
from bridge.staging.clock import to_ms
from bridge.staging.schema import lease, run, run_slot


@frozen
class Lease:
    """The right to write, until it expires; `fence` grows with each new holder, and an older one is refused."""

    name: str
    holder: str
    fence: int


def begin(connection: Connection, kind: str, now: datetime) -> int:
    """A new run; returns its number."""
    result = connection.execute(insert(run).values(kind=kind, started_at=to_ms(now), outcome="running"))
    key = result.inserted_primary_key
    assert key is not None
    return int(key[0])


def end(connection: Connection, run_id: int, outcome: str, report: Mapping[str, Any], now: datetime) -> None:
    """Close a run with its report."""
    connection.execute(
        update(run).where(run.c.id == run_id).values(ended_at=to_ms(now), outcome=outcome, report=dict(report))
    )


def latest(connection: Connection, limit: int = 10) -> list[Any]:
    """The newest runs first: rows of (id, kind, started_at, ended_at, outcome, report)."""
    return list(connection.execute(select(run).order_by(run.c.id.desc()).limit(limit)))


def last_success(connection: Connection) -> int | None:
    """When (ms) a cycle last ended well: a slot of `sync`, one by hand, or one that a backfill made for those who came in meanwhile."""
    newest = select(run.c.ended_at).where(run.c.kind == "cycle", run.c.outcome == "done").order_by(run.c.id.desc())
    by_slot, of_any = last_ended_slot(connection, "sync"), connection.execute(newest.limit(1)).scalar()
    return max((one for one in (by_slot, of_any) if one is not None), default=None)


CLOCKS_APART_MS = 5 * 60 * 1000
"""Workers' clocks may be so far apart."""
SILENT = timedelta(minutes=2)
"""A slot that was taken so long ago, whose holder has no lease and told no end, was left behind by a worker that died."""


def take_slot(connection: Connection, job: str, slot: datetime, holder: str, now: datetime) -> bool:
    """True for exactly one caller per job and slot (slot in UTC), and for one more when the first died at it."""
    statement = postgresql.insert(run_slot) if connection.dialect.name == "postgresql" else sqlite.insert(run_slot)
    taken = statement.on_conflict_do_update(
        index_elements=[run_slot.c.job, run_slot.c.slot],
        set_={"holder": holder, "at": to_ms(now)},
        where=_left_behind(now),
    ).returning(run_slot.c.slot)
    row = {"job": job, "slot": to_ms(slot), "holder": holder, "at": to_ms(now)}
    return connection.execute(taken, row).first() is not None  # rowcount is not told for inserts on PostgreSQL


def forget_to_come(connection: Connection, job: str, after: datetime) -> int:
    """Slots later than this were taken by a clock that was set back since: their time comes again. Returns how many."""
    return connection.execute(delete(run_slot).where(run_slot.c.job == job, run_slot.c.slot > to_ms(after))).rowcount


def left_behind(connection: Connection, now: datetime) -> list[str]:
    """The jobs whose newest slot was left behind by a worker that died."""
    newest = select(run_slot.c.job, func.max(run_slot.c.slot).label("slot")).group_by(run_slot.c.job).subquery()
    of_it = (run_slot.c.job == newest.c.job) & (run_slot.c.slot == newest.c.slot)
    found = select(run_slot.c.job).join(newest, of_it).where(_left_behind(now)).order_by(run_slot.c.job)
    return list(connection.execute(found).scalars())


def _left_behind(now: datetime) -> ColumnElement[bool]:
    at_work = select(lease.c.holder).where(lease.c.expires_at >= to_ms(now))
    silent = (run_slot.c.holder != "") & (run_slot.c.at < to_ms(now - SILENT))
    return run_slot.c.ended_at.is_(None) & silent & run_slot.c.holder.not_in(at_work)


def end_slot(connection: Connection, job: str, slot: datetime, now: datetime) -> None:
    """The slot's work ended well."""
    connection.execute(
        update(run_slot).where(run_slot.c.job == job, run_slot.c.slot == to_ms(slot)).values(ended_at=to_ms(now))
    )


def let_slot_go(connection: Connection, job: str, slot: datetime, holder: str) -> None:
    """The slot's work failed and its worker told so: nobody is at it any more, and it is not tried again."""
    mine = (run_slot.c.job == job, run_slot.c.slot == to_ms(slot), run_slot.c.holder == holder)
    connection.execute(update(run_slot).where(*mine).values(holder=""))


def give_slot_back(connection: Connection, job: str, slot: datetime, holder: str) -> None:
    """The slot's work was not done: whoever asks next may take it."""
    mine = (run_slot.c.job == job, run_slot.c.slot == to_ms(slot), run_slot.c.holder == holder)
    connection.execute(delete(run_slot).where(*mine, run_slot.c.ended_at.is_(None)))


def last_slot(connection: Connection, job: str) -> int | None:
    """The newest slot (ms) of a job that anybody took."""
    return connection.execute(select(func.max(run_slot.c.slot)).where(run_slot.c.job == job)).scalar()


def take_lease(connection: Connection, name: str, holder: str, now: datetime, seconds: int) -> Lease | None:
    """The lease, if it is free, expired, or ours already; a new holder gets a higher fence. None when somebody else holds it.

    One that would hold for longer than it could have been taken for was taken by a clock that was set back since: it is free, too.
    """
    statement = postgresql.insert(lease) if connection.dialect.name == "postgresql" else sqlite.insert(lease)
    stamp, until = to_ms(now), to_ms(now + timedelta(seconds=seconds))
    connection.execute(
        statement.on_conflict_do_nothing(index_elements=[lease.c.name]),
        {"name": name, "holder": "", "fence": 0, "expires_at": 0},
    )
    row = connection.execute(select(lease).where(lease.c.name == name).with_for_update()).one()
    if row.holder == holder and row.expires_at >= stamp:
        fence = row.fence
    elif row.expires_at < stamp or row.expires_at > until + CLOCKS_APART_MS:
        fence = row.fence + 1
    else:
        return None
    connection.execute(update(lease).where(lease.c.name == name).values(holder=holder, fence=fence, expires_at=until))
    return Lease(name, holder, int(fence))


_MINE = select(lease.c.holder, lease.c.fence).where(lease.c.name == bindparam("of")).with_for_update(read=True)
"""Asked in every transaction, so it is put together once."""


def still_holds(connection: Connection, held: Lease) -> bool:
    """False once somebody with a higher fence took over; check it in each write transaction."""
    # Nobody takes over before the transaction that asked this has ended.
    row = connection.execute(_MINE, {"of": held.name}).first()
    return row is not None and row.holder == held.holder and row.fence == held.fence


def holder(connection: Connection, name: str) -> str:
    """Who has or last had this lease; empty when nobody ever did."""
    return connection.execute(select(lease.c.holder).where(lease.c.name == name)).scalar() or ""


def held_for(connection: Connection, name: str, now: datetime) -> int:
    """Whole seconds until this lease runs out if nobody renews it."""
    until = connection.execute(select(lease.c.expires_at).where(lease.c.name == name)).scalar() or 0
    return max(0, -(-(until - to_ms(now)) // 1000))


def ended_since(connection: Connection, since: datetime) -> list[tuple[int, Mapping[str, Any]]]:
    """When (ms) runs ended that did not before then, and their reports."""
    rows = connection.execute(select(run.c.ended_at, run.c.report).where(run.c.ended_at >= to_ms(since)))
    return [(row[0], row[1] or {}) for row in rows]


def give_lease_back(connection: Connection, held: Lease) -> None:
    """Let the next one have it at once."""
    connection.execute(
        update(lease)
        .where(lease.c.name == held.name, lease.c.holder == held.holder, lease.c.fence == held.fence)
        .values(expires_at=0)
    )


def renew_leases(connection: Connection, holder: str, now: datetime, seconds: int) -> int:
    """Everything `holder` still holds now runs until `seconds` from now; what ran out or was given back stays so. Returns how many."""
    held = (lease.c.holder == holder) & (lease.c.expires_at >= to_ms(now))
    until = to_ms(now + timedelta(seconds=seconds))
    return connection.execute(update(lease).where(held).values(expires_at=until)).rowcount


def give_leases_back(connection: Connection, holder: str) -> int:
    """Let the next one have at once whatever `holder` holds. Returns how many."""
    held = (lease.c.holder == holder) & (lease.c.expires_at > 0)
    return connection.execute(update(lease).where(held).values(expires_at=0)).rowcount


def last_ended_slot(connection: Connection, job: str) -> int | None:
    """When (ms) a slot of this job last ended well, whoever ran it."""
    return connection.execute(select(func.max(run_slot.c.ended_at)).where(run_slot.c.job == job)).scalar()


def abandon(connection: Connection, before: datetime, now: datetime) -> int:
    """Runs that began before then and never told their end: their process died. Returns how many."""
    silent = (run.c.outcome == "running") & (run.c.started_at < to_ms(before))
    return connection.execute(update(run).where(silent).values(outcome="abandoned", ended_at=to_ms(now))).rowcount


def prune(connection: Connection, before: datetime) -> dict[str, int]:
    """Forget slots taken and runs ended before then. Returns how many of each."""
    stamp = to_ms(before)
    slots = connection.execute(delete(run_slot).where(run_slot.c.at < stamp)).rowcount
    ended = connection.execute(delete(run).where(run.c.ended_at < stamp)).rowcount
    return {"slots": slots, "runs": ended}
