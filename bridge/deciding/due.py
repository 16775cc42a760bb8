"""Deciding as a stage: claim due leads, decide them, and keep decision, deliveries and history in one transaction.

When many are due, processes of their own clean and reconcile (`batches.workers`); this one qualifies, routes and writes, batch after batch
in the order of the claims, so that owners and turns come out the same with any number of workers.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from bridge.brakes import hold_change
from bridge.collecting import collecting_seldom
from bridge.deciding.crew import Crew
from bridge.deciding.decide import Decided, conclude
from bridge.deciding.gather import gather_in
from bridge.deciding.prepare import Candidate, accounts_in_memory, prepare
from bridge.deciding.rules import Rules
from bridge.decisions import Cleaned, Evidence, Match, Verdict
from bridge.frozen import frozen
from bridge.stages.context import Context
from bridge.stages.route import Roster, Turns, takes_leads
from bridge.staging import due, leads, organisations, outbox, sales
from bridge.staging.clock import to_ms
from bridge.staging.leads import Concluded
from bridge.values import plain

CREW_FROM = 2_000
"""Due leads from which on starting processes pays: it costs about two seconds."""


def decide_due(context: Context, rules: Rules, roster: Roster) -> None:
    """Decide every lead that is due, batch by batch."""
    with context.writing() as connection:
        context.add("leads woken", due.wake(connection, context.now()))
        context.add("leads due by an owner who is not there", _without_owner(context, connection, rules, roster))
        stale = due.stale_count(connection, rules.versions)
        hold_change(stale, rules.versions, context.settings.bridge.brakes.change, context.approved)
        if stale:
            context.add("leads due by new rules", due.mark_all(connection, context.now(), rules.versions))
        total = due.count(connection, context.now())
    workers = context.settings.bridge.batches.workers
    done = 0
    with ExitStack() as stack:
        stack.enter_context(collecting_seldom())
        if workers and total >= CREW_FROM:
            start: Start = stack.enter_context(Crew(workers, context.engine, rules, total)).start
            ahead = workers + 1
        else:
            start, ahead = _alone(context, rules, total), 1
        for batch in _batches(context, start, ahead):
            _conclude(context, batch, rules, roster)
            done += len(batch.lead_ids)
            context.progress("decide", done, max(total, done))


def _without_owner(context: Context, connection: Connection, rules: Rules, roster: Roster) -> int:
    """Who waits for somebody who has left, is away by now or may own no leads, or for a queue that is gone, waits for somebody else."""
    now = context.now()
    owners = outbox.waiting_owners(connection)
    gone = [one for one in owners if not takes_leads(one, roster, rules.routing, now)]
    return due.waiting_for(connection, gone, now)


Start = Callable[[Sequence[str]], Callable[[], list[Candidate]]]
"""Has a batch prepared; what it answers waits for it."""


@frozen
class Batch:
    """Leads claimed at a time, and how to get at them prepared."""

    lead_ids: Sequence[str]
    claimed_at: datetime
    candidates: Callable[[], list[Candidate]]


def _alone(context: Context, rules: Rules, leads_to_come: int) -> Start:
    """Batches prepared in this process, when they are asked for."""
    with context.reading() as connection:
        accounts = accounts_in_memory(connection, leads_to_come)

    def prepared(lead_ids: Sequence[str]) -> list[Candidate]:
        with context.reading() as connection:
            return prepare(connection, lead_ids, rules.facts, rules.match, accounts)

    return lambda lead_ids: lambda: prepared(lead_ids)


def _batches(context: Context, start: Start, ahead: int) -> Iterator[Batch]:
    """Due leads as batches in the order of their claims, `ahead` of them under way at a time."""
    waiting: deque[Batch] = deque()
    more = True
    while more or waiting:
        more = more and not context.stopping()
        while more and len(waiting) < ahead:
            batch = _claim(context, start)
            if batch is None:
                more = False
            else:
                waiting.append(batch)
        if waiting:
            yield waiting.popleft()


def _claim(context: Context, start: Start) -> Batch | None:
    claimed_at = context.now()
    with context.writing() as connection:
        lead_ids = due.claim(connection, context.settings.bridge.batches.decide, context.holder, claimed_at)
    return Batch(lead_ids, claimed_at, start(lead_ids)) if lead_ids else None


def _conclude(context: Context, batch: Batch, rules: Rules, roster: Roster) -> None:
    candidates = batch.candidates()
    with context.reading() as connection:
        turns = Turns(sales.turns(connection))
        decided = conclude(connection, candidates, rules, roster, turns, batch.claimed_at)
    with context.writing() as connection:
        keep(context, connection, batch.lead_ids, decided, batch.claimed_at)
        sales.keep_turns(connection, turns.counts)


def keep(
    context: Context, connection: Connection, lead_ids: Sequence[str], decided: Sequence[Decided], claimed_at: datetime
) -> None:
    """One transaction: decisions, the outbox's part of them, organisations, history."""
    kept = set(
        leads.conclude(connection, context.holder, claimed_at, [concluded(one) for one in decided], context.run_id)
    )
    fresh = [one for one in decided if one.decision.lead_id in kept]
    back = [one.decision.lead_id for one in fresh if one.decision.landing.kind != "none"]
    leads.come_back(connection, back, claimed_at, context.run_id)
    organisations.keep(
        connection,
        [(one.organisation_id, one.organisation_name, account_of(one)) for one in fresh if one.organisation_id],
        claimed_at,
    )
    planned = gather_in(connection, fresh, context.settings.bridge.handoff, claimed_at, context.run_id)
    decided_ids = [one.decision.lead_id for one in fresh]
    taken_back = outbox.cancel_others(connection, decided_ids, planned, "no_longer_wanted", outbox.RECORDS)
    context.add("taken back before sending", taken_back)
    outbox.plan(connection, planned, claimed_at, context.run_id)
    empty = set(lead_ids) - {one.decision.lead_id for one in decided}
    leads.drop_empty(connection, context.holder, empty)
    context.add("decided", len(fresh))
    for verdict, number in Counter(one.decision.verdict.value for one in fresh).items():
        context.add(f"verdict {verdict}", number)


def account_of(one: Decided) -> str | None:
    """The linked account's id."""
    account = one.decision.account
    return account.id if account.outcome.value == "link" else None


def concluded(one: Decided) -> Concluded:
    """A decision as staging keeps it."""
    decision = one.decision
    judged, owner = decision.qualification, decision.assignment
    wake = judged.wake.at if judged.wake else None
    return Concluded(
        decision.lead_id,
        decision.verdict.value,
        decision.reason,
        decision.sentence,
        judged.segment,
        judged.score,
        judged.priority,
        account_of(one),
        one.organisation_id,
        owner.owner_id if owner else None,
        owner.team if owner else "",
        to_ms(wake) if wake and decision.verdict is Verdict.nurture else None,
        one.watched,
        to_ms(one.changed_at),
        decision.versions["rules"],
        as_kept(one),
        one.part.role.name,
        one.part.placed,
    )


def as_kept(one: Decided) -> dict[str, Any]:
    """The whole trail, JSON-able: what explain, review and reports read."""
    decision = one.decision
    judged, fields = decision.qualification, decision.cleaning.fields
    return {
        "facts": {name: plain(cleaned.value) for name, cleaned in fields.items() if cleaned.value is not None},
        "cleaned": {name: _cleaned(cleaned) for name, cleaned in fields.items() if cleaned.reason},
        "account": _match(decision.account),
        "person": _match(decision.person),
        "segment": judged.segment,
        "score": judged.score,
        "score_parts": [(part.rule, part.points, part.saw) for part in judged.score_parts],
        "answers": [(answer.criterion, answer.met, answer.value, answer.source) for answer in judged.answers],
        "missing": judged.missing,
        "rule": judged.rule,
        "version": judged.version,
        "wake": {"at": judged.wake.at, "facts": judged.wake.facts} if judged.wake else None,
        "assignment": decision.assignment,
        "landing": decision.landing,
        "extra": decision.extra,
    }


def _cleaned(cleaned: Cleaned) -> dict[str, Any]:
    return {
        "value": plain(cleaned.value),
        "original": plain(cleaned.original),
        "reason": cleaned.reason,
        "note": cleaned.note,
    }


def _match(match: Match) -> dict[str, Any]:
    kept: dict[str, Any] = {"outcome": match.outcome.value, "reason": match.reason, "sentence": match.sentence}
    if match.id:
        kept |= {"id": match.id, "name": match.name, "score": round(match.score, 4), "gap": round(match.gap, 2)}
        kept["evidence"] = [_evidence(item) for item in match.evidence]
    if match.runner_up:
        kept |= {"runner_up": match.runner_up, "runner_up_score": round(match.runner_up_score, 4)}
    if match.vetoes:
        kept["vetoes"] = match.vetoes
    return kept


def _evidence(item: Evidence) -> tuple[str, float, str, str]:
    return (item.name, round(item.weight, 2), item.ours, item.theirs)
