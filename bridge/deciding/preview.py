"""Plan: what the rules as they are now would decide and send, beside what is stored; nothing is kept, nothing is sent."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection

from bridge.deciding.decide import Decided, decide
from bridge.deciding.rehearsal import Rehearsal
from bridge.deciding.rules import Rules
from bridge.frozen import frozen
from bridge.stages.context import Context
from bridge.stages.route import Roster, Turns
from bridge.staging import asked, due, leads, sales
from bridge.staging.batches import batched
from bridge.staging.database import reading
from bridge.staging.leads import Standing

MOST_SAMPLES = 5


@frozen
class Mover:
    """A lead whose verdict would change: from and to, with both reasons."""

    lead_id: str
    before: str
    after: str
    reason: str
    sentence: str


@frozen
class OwnerMove:
    """A lead that would go to somebody else: from and to (Salesforce ids), by which rule, and why."""

    lead_id: str
    before: str
    after: str
    rule: str
    sentence: str


MOST_OWNER_MOVES = 20


@dataclass(slots=True)
class Plan:
    """How many would move from which verdict to which, samples of each move, and the writes it would ask for.

    `handoffs` would get a task; `joined` are the people in them who go with a colleague.
    """

    looked_at: int = 0
    moves: Counter[tuple[str, str]] = field(default_factory=Counter)
    samples: dict[tuple[str, str], list[Mover]] = field(default_factory=dict)
    reasons: int = 0
    owners: int = 0
    owner_moves: list[OwnerMove] = field(default_factory=list)
    writes: Counter[str] = field(default_factory=Counter)
    handoffs: int = 0
    joined: int = 0
    versions: str = ""
    stale: int = 0
    """Leads that were decided with other files than these: without any nothing needs to be approved."""
    not_read: list[str] = field(default_factory=list)
    """What the mappings name and nobody has been read with yet: it is blank in this plan, and the next cycle reads it first."""

    def add(self, standing: Standing | None, owner: str | None, one: Decided) -> None:
        """Count one lead's decision beside where it stands, and beside the owner the last decision gave it."""
        decision = one.decision
        self.looked_at += 1
        before = (standing.verdict if standing else None) or "new"
        if before != decision.verdict.value:
            move = (before, decision.verdict.value)
            self.moves[move] += 1
            kept = self.samples.setdefault(move, [])
            if len(kept) < MOST_SAMPLES:
                kept.append(Mover(decision.lead_id, *move, decision.reason, decision.sentence))
        elif standing and standing.reason != decision.reason:
            self.reasons += 1
        given = decision.assignment
        if owner and given and given.owner_id and owner != given.owner_id:
            self.owners += 1
            if len(self.owner_moves) < MOST_OWNER_MOVES:
                other = OwnerMove(decision.lead_id, owner, given.owner_id, given.rule, given.sentence)
                self.owner_moves.append(other)


def preview(context: Context, rules: Rules, roster: Roster, lead_ids: Sequence[str] | None = None) -> Plan:
    """Decide these leads (None: all) with `rules` and compare; everything is thrown away."""
    plan = Plan(versions=rules.versions)
    with context.reading() as connection:
        wanted = list(lead_ids) if lead_ids is not None else leads.every_id(connection)
        turns = Turns(sales.turns(connection))
        plan.stale = due.stale_count(connection, rules.versions)
        plan.not_read = _not_read(connection, context)
    rehearsal = Rehearsal(context, rules)
    for group in batched(wanted, context.settings.bridge.batches.decide):
        with reading(context.engine) as connection:
            _compare(connection, plan, group, rehearsal, roster, turns)
        context.progress("plan", plan.looked_at, len(wanted))
    with reading(context.engine) as connection:
        rehearsal.hand_over(connection)
    plan.writes, plan.handoffs, plan.joined = rehearsal.writes, rehearsal.handoffs, rehearsal.joined
    return plan


def _not_read(connection: Connection, context: Context) -> list[str]:
    named = {
        ("hubspot", "contact"): ("", context.contact_properties),
        ("hubspot", "company"): ("company.", context.company_properties),
        ("salesforce", "lead"): ("Lead.", context.lead_fields),
        ("salesforce", "contact"): ("Contact.", context.contact_fields),
    }
    return [
        prefix + one for kind, (prefix, fields) in named.items() for one in asked.not_read(connection, *kind, fields)
    ]


def _compare(
    connection: Connection, plan: Plan, lead_ids: Sequence[str], rehearsal: Rehearsal, roster: Roster, turns: Turns
) -> None:
    """Add one batch to the plan."""

    def decided(ids: Sequence[str]) -> list[Decided]:
        return decide(connection, ids, rehearsal.rules, roster, turns, rehearsal.now, rehearsal.owners)

    standings, owners = leads.standings(connection, lead_ids), leads.assigned(connection, lead_ids)
    made = decided(lead_ids)
    for one in made:
        plan.add(standings.get(one.decision.lead_id), owners.get(one.decision.lead_id), one)
    refused = due.refused_as_it_stands(connection, lead_ids, rehearsal.rules.versions, rehearsal.now)
    rehearsal.take(connection, [one for one in made if one.decision.lead_id not in refused], decided)
