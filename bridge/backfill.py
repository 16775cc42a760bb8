"""Backfill: read many contacts at once, whatever the cursor says. Dry unless told to send; goes on where it stopped.

The position is kept with the staged rows of each page in one transaction, so a kill costs at most one page. A dry run keeps what surrounds the
contacts (Salesforce's side, companies, owners, notes, forms: facts that any cycle reads and that make nobody a lead), then stages, identifies and
decides each page inside a transaction that is rolled back: what it says is what would happen. Somebody new on several pages is decided by the first.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from bridge.app import App
from bridge.deciding.decide import Decided, decide
from bridge.deciding.identify import identify_batch
from bridge.deciding.met import met_before
from bridge.deciding.rehearsal import Rehearsal
from bridge.deciding.reindex import reindex
from bridge.errors import UsageError
from bridge.frozen import frozen
from bridge.pipeline import CYCLE, Workplan, run_cycle
from bridge.stages.context import Context
from bridge.stages.pull import pull_salesforce
from bridge.stages.pull.hubspot import (
    company_keys,
    pull_grown,
    pull_newcomers,
    pull_submissions,
    read_surroundings,
    take_in,
)
from bridge.stages.pull.talk import pull_talk
from bridge.stages.route import Roster, Turns
from bridge.staging import backfills, leads, members, records, sales
from bridge.staging.batches import batched
from connectors.records import Page, Record

SEND_EVERY_PAGES = 50
SENDS_BETWEEN = 6
"""A backfill sends what it has read at least so often between two cycles for those who come in."""
WHOLE_CYCLES_SHARE = 25
"""During a backfill whole cycles take at most one part in so many of the time."""
USUAL = timedelta(minutes=5)
"""Between two cycles, where `sync` is a cron job or none."""
AFTER_READING = tuple(step for step in CYCLE if step[0] not in ("index", "pull Salesforce", "pull HubSpot"))


@frozen
class Request:
    """What to read: exactly one of `everything`, `since`, `ids`."""

    everything: bool = False
    since: datetime | None = None
    ids: tuple[str, ...] = ()

    def as_kept(self) -> dict[str, Any]:
        """The request as it is stored, to recognise it when it goes on."""
        return {
            "everything": self.everything,
            "since": self.since.isoformat() if self.since else None,
            "ids": list(self.ids),
        }


@dataclass(slots=True)
class Outcome:
    """What a backfill read and, when dry, what it would decide."""

    read: int = 0
    changed: int = 0
    resumed_at: int = 0
    verdicts: Counter[str] = field(default_factory=Counter)
    writes: Counter[str] = field(default_factory=Counter)
    handoffs: int = 0
    joined: int = 0
    missing: tuple[str, ...] = ()
    sent: bool = False


def backfill(app: App, context: Context, plan: Workplan, request: Request, *, send: bool) -> Outcome:
    """Read what `request` names; decide and, with `send`, hand over in the same way as a cycle does."""
    if sum((request.everything, request.since is not None, bool(request.ids))) != 1:
        raise UsageError("say what to read", "One of --all, --since DATE, --ids 1,2,3 or --list FILE.")
    if request.since is not None and request.since > context.now():
        raise UsageError(f"{request.since.isoformat()} has not come yet", "Give --since a day or time in the past.")
    reindex(context)
    pull_salesforce(context)
    pull_talk(context)  # before the contacts, so that nobody is decided without what they wrote
    pull_submissions(context)
    outcome = Outcome(sent=send)
    if not send:
        _dry(context, plan, request, outcome)
        return outcome
    pull_grown(context)
    with context.writing() as connection:
        read_with = {"properties": list(context.contact_properties)}
        job = backfills.begin_or_resume(connection, request.as_kept() | read_with, context.now())
        position = records.position(connection, "hubspot", job.cursor)
    outcome.read = outcome.resumed_at = job.read
    outcome.missing = tuple((position or {}).get("missing", ()))
    expected = _expected(context, request)
    live = Live(app, context, plan)
    for number, page in enumerate(_pages(context, request, position), start=1):
        outcome.changed += len(take_in(context, page, job.cursor))
        outcome.read += sum(not one.gone for one in page.records)
        with context.writing() as connection:
            backfills.advance(connection, job.id, outcome.read)
        context.progress("backfill", outcome.read, expected)
        outcome.missing += tuple(one.id for one in page.records if one.gone)
        if number % SEND_EVERY_PAGES == 0 or page.last or live.due() or live.much_unsent():
            run_cycle(context, plan, AFTER_READING)
            live.sent()
        if live.due():
            live.run()
        if context.stopping():
            return outcome
    run_cycle(context, plan, AFTER_READING)
    with context.writing() as connection:
        backfills.end(connection, job, context.now())
    return outcome


class Live:
    """Those who come in while a backfill has the lease: handed over as often as `sync` in `config/schedule.yaml` says, so that they wait no longer.

    What the backfill has read so far is sent before, so that nothing of it is taken for theirs; it is sent several times between two such moments,
    so that little of it stands before them. Whatever else changed is read after them, and not always: HubSpot shows each contact that the
    backfill wrote to as changed, and reading all these anew may take longer than the pause between two cycles.
    """

    def __init__(self, app: App, context: Context, plan: Workplan) -> None:
        self._app, self._context, self._plan = app, context, plan
        sync = app.settings.schedule.jobs.get("sync")
        self._every = sync.every if sync is not None and sync.every is not None else USUAL
        self._since = self._sent = context.now()
        self._next = self._whole = self._since + self._every

    def due(self) -> bool:
        """The time has come for those who came in."""
        return self._context.now() >= self._next

    def much_unsent(self) -> bool:
        """The backfill has read for so long that sending it would hold up those who come in."""
        return self._context.now() - self._sent >= self._every / SENDS_BETWEEN

    def sent(self) -> None:
        """What the backfill has read so far is sent."""
        self._sent = self._context.now()

    def run(self) -> None:
        """One cycle, stored as one: newcomers first, then, when its time has come, everything. The time to the next one counts from its beginning."""
        backfilling, began = self._context, self._context.now()
        self._next += self._every * max(1, -((self._next - began) // self._every))
        with self._app.run("cycle", backfilling.progress, backfilling.stopping, backfilling.lease) as context:
            context.approved = backfilling.approved
            run_cycle(context, self._plan, (("newcomers", self._newcomers), *AFTER_READING))
            if began >= self._whole:
                started = context.now()
                run_cycle(context, self._plan)
                took = context.now() - started
                self._whole = began + max(self._every, took * WHOLE_CYCLES_SHARE)
        self.sent()

    def _newcomers(self, context: Context, _plan: Workplan) -> None:
        pull_newcomers(context, self._since)


def _expected(context: Context, request: Request) -> int | None:
    if request.ids:
        return len(request.ids)
    with context.reading() as connection:
        return records.count(connection, "hubspot", "contact") or None


def _pages(context: Context, request: Request, position: Mapping[str, Any] | None) -> Iterator[Page]:
    hubspot, properties = context.hubspot, context.contact_properties
    if request.everything:
        yield from hubspot.everything("contact", properties, position)
    elif request.since is not None:
        yield from hubspot.changed("contact", properties, position or hubspot.position_at(request.since))
    else:
        done, missing = int((position or {}).get("done", 0)), list((position or {}).get("missing", ()))
        for batch in batched(request.ids[done:], 500):
            done += len(batch)
            found = _as_known(context, hubspot.read("contact", list(batch), properties))
            missing += [one.id for one in found if one.gone]
            yield Page(tuple(found), {"done": done, "missing": missing}, done >= len(request.ids))


def _as_known(context: Context, found: Sequence[Record]) -> list[Record]:
    """Who is gone comes without values; what was known of them stays, so that they can be found and erased. An id nobody ever had stays without."""
    blank = [one.id for one in found if one.gone and not one.values]
    if not blank:
        return list(found)
    with context.reading() as connection:
        staged = records.read(connection, "hubspot", "contact", blank)
    return [
        replace(one, values=staged[one.id].values, links=staged[one.id].links)
        if one.gone and not one.values and one.id in staged
        else one
        for one in found
    ]


def _dry(context: Context, plan: Workplan, request: Request, outcome: Outcome) -> None:
    rehearsal, roster = Rehearsal(context, plan.rules()), plan.roster()
    with context.reading() as connection:
        turns = Turns(sales.turns(connection))
    expected, counted = _expected(context, request), set[str]()
    for number, page in enumerate(_pages(context, request, None), start=1):
        outcome.read += sum(not one.gone for one in page.records)
        outcome.missing += tuple(one.id for one in page.records if one.gone)
        for one in _as_if(context, page, plan.portal_id, rehearsal, roster, turns, outcome):
            if one.decision.lead_id not in counted:  # somebody's other record may stand on another page
                outcome.verdicts[one.decision.verdict.value] += 1
                counted.add(one.decision.lead_id)
        if number % SEND_EVERY_PAGES == 0 or page.last:
            with context.reading() as connection:
                rehearsal.hand_over(connection)
        context.progress("backfill (dry run)", outcome.read, expected)
        if context.stopping():
            break
    outcome.writes, outcome.handoffs, outcome.joined = rehearsal.writes, rehearsal.handoffs, rehearsal.joined


def _as_if(
    context: Context,
    page: Page,
    portal_id: str,
    rehearsal: Rehearsal,
    roster: Roster,
    turns: Turns,
    outcome: Outcome,
) -> Sequence[Decided]:
    """Decide a page inside a transaction that is rolled back, and rehearse what follows."""
    living = [one for one in page.records if not one.gone]
    read_surroundings(context, living)
    with context.engine.connect().execution_options(writing=True) as connection:
        transaction = connection.begin()
        try:
            fresh, _ = records.news(connection, living)
            outcome.changed += len(fresh)
            records.stage(connection, fresh, context.now(), company_keys(fresh))
            identify_batch(connection, context.now(), portal_id, None, [one.id for one in living])
            lead_of = members.of_contacts(connection, [one.id for one in living])

            def decided(ids: Sequence[str]) -> list[Decided]:
                return decide(connection, ids, rehearsal.rules, roster, turns, rehearsal.now, rehearsal.owners)

            met = _met_before(connection, living, lead_of, rehearsal)
            made = decided(sorted(set(lead_of.values()) - met))
            rehearsal.take(connection, made, decided)
            return made
        finally:
            transaction.rollback()


def _met_before(
    connection: Connection, contacts: Sequence[Record], lead_of: Mapping[str, str], rehearsal: Rehearsal
) -> set[str]:
    """Of the leads of these contacts that nobody has decided yet those whose person stood on an earlier page."""
    standings = leads.standings(connection, set(lead_of.values()))
    new = {lead_id for lead_id, standing in standings.items() if standing.verdict is None}
    return met_before(rehearsal.scratch, [one for one in contacts if lead_of.get(one.id) in new], lead_of)
