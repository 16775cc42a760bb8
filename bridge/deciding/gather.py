"""Gathering: the qualified people of a batch become handoffs, or join them, in the transaction that keeps their decisions.

Under the lock of the handoffs concerned it is settled who stands for each; only that person's write stays in the plan, so that no worker ever sees
two of one organisation on their way. Whoever comes to stand for a handoff without a write of their own is decided again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from bridge.deciding.decide import Decided
from bridge.deciding.moving import follow
from bridge.decisions import Verdict
from bridge.frozen import frozen
from bridge.settings.handoff import Handoff as Policy
from bridge.stages.handoff.gathering import (
    HOT_ACT,
    NEW_DECISION_MAKER,
    OPENED,
    TAKES_OVER,
    Gathered,
    Member,
    Now,
    gather,
)
from bridge.staging import due, handoffs, leads
from bridge.staging.clock import to_ms
from bridge.staging.handoffs import Handoff
from bridge.staging.leads import Event
from bridge.staging.outbox import Planned

DAY = 24 * 3600 * 1000
SAID: Mapping[str, tuple[str, str]] = {
    OPENED: ("handoff_opened", "Opens the handoff of {organisation}."),
    "joined": ("handoff_joined", "Colleagues are with Sales already: joins handoff {number} of {organisation}."),
    "stands": ("handoff_stands", "Stands for handoff {number} of {organisation} now."),
    NEW_DECISION_MAKER: (
        "handoff_new_decision_maker",
        "The first decision maker of handoff {number}: its owner gets another task.",
    ),
    TAKES_OVER: (
        "handoff_takes_over",
        "Stands for handoff {number} in place of somebody Sales is not to have any more: its owner gets another task.",
    ),
    HOT_ACT: ("handoff_hot_act", "Acted while hot: the owner of handoff {number} gets another task."),
}
"""What a step of gathering is called, and its sentence."""


@frozen
class Comer:
    """Somebody just decided, and the handoff they are part of (None: one is to be opened)."""

    one: Decided
    organisation: str
    handoff: Handoff | None

    @property
    def lead_id(self) -> str:
        return self.one.decision.lead_id

    @property
    def qualified(self) -> bool:
        return self.one.decision.verdict is Verdict.qualified


def gather_in(
    connection: Connection, fresh: Sequence[Decided], policy: Policy, now: datetime, run_id: int | None
) -> list[Planned]:
    """Settle the handoffs of these decisions, kept in this transaction just before; returns the writes that stay."""
    planned = [plan for one in fresh for plan in one.planned]
    concerned = [one for one in fresh if one.decision.verdict is Verdict.qualified or one.part.handoff_id]
    if not concerned:
        return planned
    comers = _placed(connection, concerned, now)
    opened = _open(connection, [one for one in comers if one.handoff is None], policy, now)
    comers = [Comer(one.one, one.organisation, one.handoff or opened[one.organisation]) for one in comers]
    joins = [one for one in comers if one.handoff is not None and one.one.part.handoff_id != one.handoff.id]
    handoffs.join(connection, [{"lead_id": one.lead_id, "handoff_id": one.handoff.id} for one in joins if one.handoff])
    settled = _settle(connection, comers, {one.lead_id for one in joins}, policy, now)
    return _keep(connection, settled, comers, planned, policy, now, run_id)


def _placed(connection: Connection, concerned: Sequence[Decided], now: datetime) -> list[Comer]:
    """Each with the handoff they stay in or join; those who are not qualified and in none are left out."""
    organisations = {one.decision.lead_id: one.organisation_id or f"lead:{one.decision.lead_id}" for one in concerned}
    found = handoffs.of(
        connection, [one.part.handoff_id for one in concerned if one.part.handoff_id], organisations.values(), lock=True
    )
    parts = {one.decision.lead_id: one.part.handoff_id for one in concerned if one.part.handoff_id}
    moved = follow(connection, found, organisations, parts, now)
    by_id, stamp = moved.handoffs, to_ms(now)
    current = {one.organisation_id: one for one in by_id.values() if one.state == "open" and one.closes_at > stamp}
    comers = []
    for one in concerned:
        organisation = organisations[one.decision.lead_id]
        qualified = one.decision.verdict is Verdict.qualified
        own = None if one.decision.lead_id in moved.left else by_id.get(one.part.handoff_id or 0)
        if own is not None and own.closes_at <= stamp and qualified and one.part.acted_at > own.alarmed_at:
            own = None  # the window is over and they came back: that is a new handoff
        if own is not None or qualified:
            comers.append(Comer(one, organisation, own or current.get(organisation)))
    return comers


def _open(connection: Connection, comers: Sequence[Comer], policy: Policy, now: datetime) -> dict[str, Handoff]:
    """A handoff for each organisation that has none; the best placed of its comers stands for it."""
    best: dict[str, Comer] = {}
    for one in comers:
        known = best.get(one.organisation)
        if known is None or (one.one.part.placed, one.lead_id) > (known.one.part.placed, known.lead_id):
            best[one.organisation] = one
    rows = [(organisation, one.lead_id, *_owner(one.one)) for organisation, one in best.items()]
    handoffs.open_all(connection, rows, now, policy.window)
    return {one.organisation_id: one for one in handoffs.of(connection, (), best, lock=True)} if best else {}


def _owner(one: Decided) -> tuple[str | None, str]:
    given = one.decision.assignment
    return (given.owner_id, given.team) if given is not None else (None, "")


@frozen
class Settled:
    """One handoff, its members as staging has them, and what gathering said."""

    handoff: Handoff
    members: tuple[handoffs.Member, ...]
    gathered: Gathered


def _settle(
    connection: Connection, comers: Sequence[Comer], joiners: set[str], policy: Policy, now: datetime
) -> list[Settled]:
    touched = {one.handoff.id: one.handoff for one in comers if one.handoff is not None}
    hot = {one.lead_id: one.one.part.hot_at for one in comers if one.one.part.hot}
    grouped: dict[int, list[handoffs.Member]] = {}
    for row in handoffs.members(connection, touched):
        grouped.setdefault(row.handoff_id, []).append(row)
    settled = []
    for id_, rows in sorted(grouped.items()):
        one = touched[id_]
        members = [
            Member(
                row.lead_id, row.placed, row.role, row.verdict == "qualified", row.there, row.handover == "refused",
                hot.get(row.lead_id, 0), row.lead_id in joiners, row.unwanted,
            )
            for row in rows
        ]  # fmt: skip
        quiet = policy.hot_again * DAY if one.alarm_reason == HOT_ACT else 0
        until = one.alarmed_at + quiet if quiet else 0
        stands = Now(one.primary_lead_id, one.told_at is not None, one.alarmed_at, until, one.closes_at > to_ms(now))
        settled.append(Settled(one, tuple(rows), gather(stands, members, policy.alarm)))
    return settled


def _keep(
    connection: Connection,
    settled: Sequence[Settled],
    comers: Sequence[Comer],
    planned: Sequence[Planned],
    policy: Policy,
    now: datetime,
    run_id: int | None,
) -> list[Planned]:
    by_lead = {one.lead_id: one for one in comers}
    making = {plan.lead_id for plan in planned if plan.operation == "upsert" and plan.target == "salesforce.Lead"}
    aside: set[str] = set()
    again: list[str] = []
    stands: list[dict[str, Any]] = []
    changes: list[dict[str, Any]] = []
    events: list[Event] = []
    for one in settled:
        primary = one.gathered.primary
        comer = by_lead.get(primary)
        owner, team = _owner(comer.one) if comer and comer.qualified else (None, "")
        owner, team = owner or one.handoff.owner_id, team or one.handoff.team or ""
        for row in one.members:
            if row.lead_id == primary or row.there or row.verdict != "qualified":
                continue
            if policy.others == "chart":
                aside.add(row.lead_id)
                if row.handover != "joined":
                    stands.append({"lead_id": row.lead_id, "handover": "joined", "owner_id": owner, "team": team})
                    events.append(_event(row.lead_id, "joined", one.handoff))
        holder = next((row for row in one.members if row.lead_id == primary), None)
        if holder is not None and not holder.there:
            if holder.handover == "joined":
                stands.append({"lead_id": primary, "handover": "none", "owner_id": owner, "team": team})
                events.append(_event(primary, "stands", one.handoff))
            if not (holder.planned or primary in making) and _has_no_write(comer):
                again.append(primary)
        events += [*_openings(one, comer), *_alarm(one)]
        hot = any(member.lead_id in by_lead and by_lead[member.lead_id].one.part.hot for member in one.members)
        changes.append(_change(one, owner, team, hot, now))
    handoffs.take_back(connection, aside, "joins_handoff")
    handoffs.stand(connection, stands)
    handoffs.change(connection, changes)
    due.mark(connection, again, now)
    leads.tell(connection, events, now, run_id)
    return [plan for plan in planned if plan.lead_id not in aside or plan.lead_id not in making]


def _has_no_write(comer: Comer | None) -> bool:
    """Not decided in this batch, or decided to join: only a decision that knows they stand for the handoff plans their write."""
    return comer is None or comer.one.decision.landing.kind == "join"


def _openings(one: Settled, primary: Comer | None) -> list[Event]:
    if one.handoff.told_at is not None or one.handoff.due_at != one.handoff.opened_at:
        return []
    fresh = primary is not None and primary.one.part.handoff_id != one.handoff.id
    return [_event(one.gathered.primary, OPENED, one.handoff)] if fresh else []


def _alarm(one: Settled) -> list[Event]:
    return [_event(one.gathered.alarm_lead, one.gathered.alarm, one.handoff)] if one.gathered.alarm else []


def _event(lead_id: str, what: str, one: Handoff) -> Event:
    reason, sentence = SAID[what]
    return Event(
        lead_id, "gather", what, reason, sentence.format(number=one.id, organisation=called(one.organisation_id))
    )


def called(organisation_id: str) -> str:
    """An organisation's id as people may read it.

    >>> called("domain:acme.io"), called("name:acme:US"), called("lead:lb-1")
    ('acme.io', 'acme (US)', 'one person')
    """
    kind, _, rest = organisation_id.partition(":")
    if kind == "name":
        name, _, country = rest.partition(":")
        return f"{name} ({country})" if country else name
    return {"lead": "one person", "account": f"account {rest}"}.get(kind, rest)


def _change(one: Settled, owner: str | None, team: str, hot: bool, now: datetime) -> dict[str, Any]:
    """The handoff's new row. One that nobody was told of yet and that somebody hot is part of has a hot task from the start."""
    kept, gathered = one.handoff, one.gathered
    names = ("id", "organisation_id", "alarms", "alarm_reason", "alarm_lead_id", "alarmed_at")
    row: dict[str, Any] = {name: getattr(kept, name) for name in names}
    row |= {"primary_lead_id": gathered.primary, "owner_id": owner, "team": team, "due_at": to_ms(now)}
    if kept.told_at is None and hot:
        row["alarm_reason"] = HOT_ACT
    if gathered.alarm:
        row |= {
            "alarms": kept.alarms + 1, "alarm_reason": gathered.alarm, "alarm_lead_id": gathered.alarm_lead, "alarmed_at": to_ms(now),
        }  # fmt: skip
    return row
