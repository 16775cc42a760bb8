"""A rehearsal of what a cycle does with decisions: the same gathering and the same outbox, on a scratch database that is thrown away.

`plan` and the dry backfill decide people batch by batch; here their decisions are kept and gathered as in a cycle, so that twenty people of one
company count as the one lead and the one task they will be. Counted as if there were room for all; notes, campaign memberships and later changes
of texts come with the handoffs and are not counted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from sqlalchemy import Connection, Engine

from bridge.deciding import following
from bridge.deciding.decide import Decided
from bridge.deciding.due import keep
from bridge.deciding.rules import Rules
from bridge.decisions import Verdict
from bridge.stages.context import Context
from bridge.staging import handoffs, knowledge, landings, leads, outbox, rehearsing
from bridge.staging.handoffs import Handoff

EVERY = 1 << 31
DecideAgain = Callable[[Sequence[str]], Sequence[Decided]]


@dataclass
class Rehearsal:
    """One dry run. `writes` counts what Salesforce would get, `handoffs` those that would get a task."""

    context: Context
    rules: Rules
    scratch: Engine = field(default_factory=rehearsing.open_scratch)
    owners: dict[str, str] = field(default_factory=dict)
    """Organisation → who was given its people in this rehearsal."""
    writes: Counter[str] = field(default_factory=Counter)
    handoffs: int = 0
    _part_of: dict[str, int] = field(default_factory=dict)
    """Lead → the handoff it is in beside the one that stands for it."""
    _tasked: set[tuple[str, int]] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.now = self.context.now()
        self._keeper = replace(self.context, holder=rehearsing.HOLDER, run_id=None, counts={})

    @property
    def joined(self) -> int:
        """How many people go with a colleague in the handoffs that would get a task; not who joined one that Sales was told of."""
        told = {number for _, number in self._tasked}
        return sum(number in told for number in self._part_of.values())

    def take(self, source: Connection, decided: Sequence[Decided], again: DecideAgain) -> None:
        """Keep and gather these decisions. `again` decides leads once more: those who came to stand for a handoff after all."""
        self._keep(source, decided)
        with self.scratch.begin() as scratch:
            more = rehearsing.to_decide_again(scratch)
        if more:
            self._keep(source, again(more))

    def _keep(self, source: Connection, decided: Sequence[Decided]) -> None:
        concerned = [one for one in decided if one.decision.verdict is Verdict.qualified or one.part.handoff_id]
        ids = [one.decision.lead_id for one in concerned]
        if not ids:
            return
        organisations = [one.organisation_id or f"lead:{one.decision.lead_id}" for one in concerned]
        with self.scratch.begin() as scratch:
            parts = [one.part.handoff_id for one in concerned if one.part.handoff_id]
            rehearsing.copy_in(source, scratch, ids, organisations, parts)
            known = rehearsing.handoff_of(scratch, ids)
            now_part_of = [
                replace(one, part=replace(one.part, handoff_id=known.get(one.decision.lead_id))) for one in concerned
            ]
            keep(self._keeper, scratch, ids, now_part_of, self.now)
            standings = leads.standings(scratch, ids)
            self._part_of |= {
                lead_id: number
                for lead_id, number in rehearsing.handoff_of(scratch, ids).items()
                if number is not None and standings[lead_id].handover == "joined"
            }

    def hand_over(self, source: Connection) -> None:
        """Count what would be sent of all that was taken, and go on as if it had been."""
        with self.scratch.begin() as scratch:
            self.writes += rehearsing.planned(scratch, outbox.RECORDS, self.now)
            changed = handoffs.due(scratch, self.now, EVERY)
            told = self._tasks(source, scratch, changed) if self.rules.task({}).fields else []
            rehearsing.as_if_sent(scratch, told, self.now)

    def _tasks(self, source: Connection, scratch: Connection, changed: Sequence[Handoff]) -> list[int]:
        """The handoffs that have a task now; those that would get a new one are counted."""
        primaries = leads.standings(scratch, [one.primary_lead_id for one in changed])
        landed, waiting = landings.landed_for(scratch, primaries), outbox.open_for(scratch, primaries)
        there: dict[str, list[str]] = {"lead": [], "contact": []}
        for one in primaries.values():
            if one.sales_id and one.sales_object in ("Lead", "Contact"):
                there[one.sales_object.lower()].append(one.sales_id)
        records = knowledge.sales_records(source, there)
        told = []
        for task in rehearsing.waiting_tasks(scratch):
            self.writes["salesforce.Task"] += 1
            self._tasked.add(task)
        for each in changed:
            primary, about = primaries.get(each.primary_lead_id), following.occasion(each)
            if primary is None or primary.verdict != "qualified":
                continue
            key = ("salesforce.Task", about)
            new = (
                key not in landed
                and (each.primary_lead_id, *key) not in waiting
                and (about, each.id) not in self._tasked
            )
            if new and following.owner_of(each, records.get(primary.sales_id or "")):
                self.writes["salesforce.Task"] += 1
                self._tasked.add((about, each.id))
            if not new or (about, each.id) in self._tasked:
                told.append(each.id)
        self.handoffs = len({number for _, number in self._tasked})
        return told
