"""Handing over: each handoff whose people changed gets its chart and its brief, and what Sales receives beside the record is planned.

    handoff due ─▶ chart of the organisation ─▶ brief ─▶ record's own text · task · note · campaign membership · account summary

Everything goes through the outbox; what hangs on a record that is not there yet waits for it. The task of a handoff is one: later news change
its text, an alarm makes the next one. A field somebody of Sales has taken over (owner, day, status of the task) is never written again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import Connection

from bridge.deciding import following
from bridge.deciding.brief import Story, texts_of, write_brief
from bridge.deciding.charting import charts_of
from bridge.deciding.derive import derive
from bridge.deciding.following import Parcel
from bridge.deciding.journey import Campaign
from bridge.deciding.offering import due_on, subject
from bridge.deciding.rules import Rules
from bridge.decisions import Answer, Match, Outcome, ScorePart
from bridge.facts import Known, combine
from bridge.stages.context import Context
from bridge.stages.handoff.chart import Chart, lines, summary, top, whole
from bridge.stages.handoff.gathering import HOT_ACT, NEW_DECISION_MAKER
from bridge.stages.handoff.roles import Role
from bridge.staging import charts, due, handoffs, knowledge, records
from bridge.staging.clock import to_ms
from bridge.staging.handoffs import Handoff

BATCH = 200
BUSY = timedelta(seconds=20)
"""Until something that is being sent has arrived."""


def hand_over(context: Context, rules: Rules) -> None:
    """Write the briefs and plan what follows of every handoff that is due."""
    campaigns: dict[str, Campaign] | None = None
    names = context.seats().names if _any(context) else {}
    while not context.stopping():
        with context.reading() as connection:
            waiting = handoffs.due(connection, context.now(), BATCH)
            if not waiting:
                return
            campaigns = campaigns_of(connection, rules) if campaigns is None else campaigns
            parcels = parcels_of(connection, waiting, rules, names, campaigns, context.now())
        with context.writing() as connection:
            left = handoffs.still_due(connection, waiting)
            kept = [one for one in parcels if one.handoff.id in left]
            told, again = following.plan(connection, kept, rules, context.now(), context.run_id)
            later = to_ms(context.now() + BUSY)
            rows = [
                {
                    "id": one.handoff.id, "brief": one.brief, "chart": one.chart.as_kept(), "told": one.handoff.id in told,
                    "again": later if one.handoff.id in again else None,
                }
                for one in kept
            ]  # fmt: skip
            handoffs.written(connection, rows, context.now())
            lost = left - {one.handoff.id for one in kept}
            handoffs.leave(connection, lost)
            due.mark(
                connection, handoffs.qualified_of(connection, lost), context.now()
            )  # one of them stands for it then
        context.add("handoffs written", len(kept))
        if len(waiting) < BATCH:
            return


def _any(context: Context) -> bool:
    with context.reading() as connection:
        return bool(handoffs.due(connection, context.now(), 1))


def campaigns_of(connection: Connection, rules: Rules) -> dict[str, Campaign]:
    """Form name in small letters → the campaign behind it: by the settings, else the campaign of that name."""
    known = [
        Campaign(one.id, str(one.values.get("Name") or ""), str(one.values.get("Description") or ""))
        for group in records.every(connection, "salesforce", "campaign")
        for one in group
    ]
    found = {one.name.casefold(): one for one in known if one.name}
    by_key = {**found, **{one.id: one for one in known}}
    for form, key in rules.handoff.campaigns.items():
        campaign = by_key.get(key) or by_key.get(key.casefold())
        if campaign is not None:
            found[form.casefold()] = campaign
    return found


def parcels_of(
    connection: Connection,
    handed: Sequence[Handoff],
    rules: Rules,
    names: Mapping[str, str],
    campaigns: Mapping[str, Campaign],
    now: datetime,
) -> list[Parcel]:
    """Chart, brief and values of these handoffs; those whose primary is not known any more are left out."""
    primary_ids = [one.primary_lead_id for one in handed]
    alarm_ids = [one.alarm_lead_id for one in handed if one.alarm_lead_id]
    rows = [one for group in charts.people(connection, (), [*primary_ids, *alarm_ids]).values() for one in group]
    by_lead = {one.lead_id: one for one in rows}
    known = knowledge.known_of(connection, primary_ids)
    stands = [(by_lead[id_].organisation_id, id_) for one in handed if (id_ := one.primary_lead_id) in by_lead]
    drawn = _drawn(connection, stands, names)
    made = []
    for one in handed:
        primary, about = by_lead.get(one.primary_lead_id), known.get(one.primary_lead_id)
        if primary is None or about is None:
            continue
        alarm = by_lead.get(one.alarm_lead_id or "")
        made.append(
            _parcel(one, primary, about, drawn[primary.organisation_id, primary.lead_id], alarm, rules, campaigns, now)
        )
    return made


def _drawn(
    connection: Connection, stands: Iterable[tuple[str, str]], names: Mapping[str, str]
) -> dict[tuple[str, str], Chart]:
    """(organisation, primary) → its chart. An old handoff and the one after its window are of one organisation, each with a primary of its own."""
    drawn: dict[tuple[str, str], Chart] = {}
    left = set(stands)
    while left:
        once = dict(sorted(left))
        drawn |= {(id_, once[id_]): chart for id_, chart in charts_of(connection, once, names).items()}
        left -= set(once.items())
    return drawn


def _parcel(
    one: Handoff,
    primary: charts.Known,
    known: Known,
    chart: Chart,
    alarm: charts.Known | None,
    rules: Rules,
    campaigns: Mapping[str, Campaign],
    now: datetime,
) -> Parcel:
    story = story_of(primary, known, chart, rules, campaigns, now)
    texts = texts_of(story)
    decision = primary.decision
    acts = alarm if alarm is not None and one.alarms > 1 else primary
    hot = one.alarm_reason == HOT_ACT or primary.reason == "hot"
    about = dict(story.facts)
    if acts is not primary:
        about = dict(acts.decision.get("facts", {}))
        about["asked_for_contact"] = one.alarm_reason == HOT_ACT
    decides = acts is not primary and one.alarm_reason == NEW_DECISION_MAKER
    offered = {
        **{f"fact.{name}": value for name, value in story.facts.items()},
        **texts, "bridge.chart": "\n".join(lines(chart)),
        "bridge.account_summary": summary(chart), "bridge.lead_id": primary.lead_id, "bridge.account_id": chart.account_id or None,
        "bridge.score": decision.get("score"), "bridge.segment": decision.get("segment"), "bridge.verdict": primary.verdict,
        "bridge.verdict_sentence": story.sentence, "bridge.owner_id": one.owner_id, "bridge.salesforce_id": primary.sales_id,
        "bridge.version": decision.get("version"), "bridge.status": "sent", "bridge.task_subject": subject(about, acts.reason == "hot", decides),
        "bridge.task_priority": "High" if hot else "Normal", "bridge.due_on": due_on(hot, rules, now),
        "bridge.people": chart.counts["people"], "bridge.role": story.role.name,
    }  # fmt: skip
    form = str(known.submissions[0].values.get("form_name") or "") if known.submissions else ""
    campaign = campaigns.get(form.casefold())
    return Parcel(
        one, primary, chart, texts["bridge.brief"], lambda: write_brief(whole_of(story, chart)), offered, campaign
    )


def story_of(
    primary: charts.Known,
    known: Known,
    chart: Chart,
    rules: Rules,
    campaigns: Mapping[str, Campaign],
    now: datetime,
) -> Story:
    """What the brief of a handoff is told from: its primary's decision as kept, and the chart."""
    decision = primary.decision
    combined = combine(known)
    facts = dict(decision.get("facts", {}))
    facts |= derive(known, combined, facts, now)
    match = decision.get("account") or {}
    account = Match(
        Outcome(match.get("outcome") or "none"),
        match.get("id"),
        match.get("name", ""),
        sentence=match.get("sentence", ""),
    )
    role, source = (decision.get("extra") or {}).get("role") or (primary.role, "")
    return Story(
        known, facts, account, primary.sentence or "", int(decision.get("score") or 0),
        [ScorePart(*part) for part in decision.get("score_parts", ())], [Answer(*answer) for answer in decision.get("answers", ())],
        decision.get("missing", ()), Role(role, source), rules.ask, campaigns, lines(chart, primary=False), f"People at {chart.organisation}"
        if chart.organisation else "People there", reach=(decision.get("landing") or {}).get("kind") == "tell_owner", zone=rules.routing.zone,
    )  # fmt: skip


def whole_of(story: Story, chart: Chart) -> Story:
    """The same story with nothing left out: for the note."""
    people = [*top(chart), *whole(chart, primary=False)] if len(chart.people) > 1 else story.chart
    return replace(story, chart=people, whole=True)
