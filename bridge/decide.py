"""Decide: one batch of due leads through clean, reconcile, qualify and route, and what follows for the outbox; one Decision each.

    known facts ─gather─▶ values ─clean─▶ facts ─reconcile─▶ account, person ─qualify─▶ verdict ─route─▶ owner, landing ─plan─▶ deliveries

The same facts and rules give the same decisions, so dry run, preview and what-if are this function with its result thrown away.
Reading goes through the connection handed in; nothing is written here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from bridge import brief as briefs
from bridge.decisions import (
    EXTERNAL_ID,
    Assignment,
    Cleaning,
    Decision,
    Landing,
    Outcome,
    Qualification,
    Verdict,
)
from bridge.derive import derive, derive_sales, moment_of
from bridge.planning import Addressee, changes, salesforce_write, task_write
from bridge.prepare import Candidate, Found, organisation_id, prepare
from bridge.rules import Rules
from bridge.sales_view import SalesView, look_up_sales
from bridge.stages.qualify import listed_facts, qualify
from bridge.stages.route import Roster, Turns, assign
from bridge.stages.route.landing import choose_landing
from bridge.staging import knowledge, leads
from bridge.staging.leads import Standing
from bridge.staging.outbox import Planned
from bridge.values import plain

NOWHERE = Landing("none")


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision with what it asks for: deliveries to Salesforce, and the organisation it belongs to."""

    decision: Decision
    organisation_id: str | None
    organisation_name: str
    changed_at: datetime
    watched: Mapping[str, Any]
    planned: tuple[Planned, ...] = ()


def decide(
    connection: Connection, lead_ids: Sequence[str], rules: Rules, roster: Roster, turns: Turns, now: datetime
) -> list[Decided]:
    """Decide these leads. Leads without a single record left are skipped."""
    return conclude(connection, prepare(connection, lead_ids, rules.facts, rules.match), rules, roster, turns, now)


def conclude(
    connection: Connection, candidates: Sequence[Candidate], rules: Rules, roster: Roster, turns: Turns, now: datetime
) -> list[Decided]:
    """The second half, one batch after the other: what was decided before says who owns an organisation and whose turn it is."""
    standings = leads.standings(connection, [one.known.lead_id for one in candidates])
    near = knowledge.neighbours(connection, filter(None, (organisation_id(one.found) for one in candidates)))
    sales = look_up_sales(
        connection, [one.known.lead_id for one in candidates], standings, [one.found for one in candidates]
    )
    decided = []
    for one in candidates:
        standing = standings[one.known.lead_id]
        neighbours = near.get(organisation_id(one.found) or "", knowledge.Neighbours(1, ""))
        decided.append(_decide_one(one, one.found, standing, sales, neighbours, rules, roster, turns, now))
    return decided


def _decide_one(
    one: Candidate,
    found: Found,
    standing: Standing,
    sales: SalesView,
    near: knowledge.Neighbours,
    rules: Rules,
    roster: Roster,
    turns: Turns,
    now: datetime,
) -> Decided:
    facts = dict(one.cleaning.values)
    facts |= derive(one.known, one.gathered, facts, now)
    facts |= derive_sales(
        found.account,
        sales.account(found.account),
        sales.person(standing, found.person),
        sales.has_open_deal(found.account),
    )
    facts["people_at_organisation"] = max(1, near.people)
    facts["changed_facts"] = _changed(standing.watched, facts)
    judged = _judge(one, found, facts, rules, now)
    assignment, landing = None, NOWHERE
    if judged.verdict is Verdict.qualified:
        landing = choose_landing(
            sales.ours(standing), sales.linked(found.person), found.person, found.account, rules.known_account
        )
        other = sales.take(landing.id, one.known.lead_id) if landing.id and landing.kind != "none" else None
        if other is not None:
            landing = Landing("none", landing.object, landing.id, "shared_sales_record", _shared(landing, other))
        if landing.kind == "none":
            judged = _held(judged, landing.reason, landing.sentence)
        else:
            assignment = _has_it(landing, sales, roster) or _assign(
                facts, judged, standing, near, sales.account_owner(found.account), roster, turns, rules, now
            )
            if not assignment.owner_id:
                judged, assignment, landing = _held(judged, assignment.reason, assignment.sentence), None, NOWHERE
    return _conclude(one, found, facts, judged, assignment, landing, standing, sales, rules, now)


def _shared(landing: Landing, other: str) -> str:
    return f"Sales' {landing.object.lower()} {landing.id} is lead {other} already; perhaps they are one person. Somebody must look first."


def _judge(one: Candidate, found: Found, facts: Mapping[str, Any], rules: Rules, now: datetime) -> Qualification:
    judged = qualify(facts, rules.definition, now)
    if all(contact.gone for contact in one.known.contacts):
        return replace(
            judged,
            verdict=Verdict.rejected,
            reason="gone_from_hubspot",
            sentence="No longer in HubSpot.",
            rule="gone",
            wake=None,
        )
    if judged.verdict is Verdict.qualified and found.account.outcome is Outcome.review:
        return _held(judged, found.account.reason or "two_close_accounts", found.account.sentence)
    if one.cleaning.missing and judged.verdict is Verdict.qualified:
        name = one.cleaning.missing[0]
        cleaned = one.cleaning.fields.get(name)
        return _held(judged, f"bad_{name}", cleaned.note if cleaned else f"{name} is needed and missing.")
    return judged


def _held(judged: Qualification, reason: str, sentence: str) -> Qualification:
    return replace(judged, verdict=Verdict.held, reason=reason, sentence=sentence, rule="a person must look")


def _has_it(landing: Landing, sales: SalesView, roster: Roster) -> Assignment | None:
    """Who has the record in Salesforce: nobody but Sales takes it from them. None for a new record or an owner who has left."""
    owner_id = sales.owner(landing)
    user = roster.find(owner_id) if owner_id else None
    if user is None or not user.active:
        return None
    said = f"{user.name} has this {landing.object.lower()} in Salesforce already."
    return Assignment(user.id, user.name, "owner in Salesforce", "has_it_already", said)


def _assign(
    facts: Mapping[str, Any],
    judged: Qualification,
    standing: Standing,
    near: knowledge.Neighbours,
    account_owner: str,
    roster: Roster,
    turns: Turns,
    rules: Rules,
    now: datetime,
) -> Assignment:
    seen = {**facts, **listed_facts(facts, rules.definition, now), "segment": judged.segment, "score": judged.score}
    if standing.owner_id:
        seen["current_owner_id"] = standing.owner_id
    if near.owner_id:
        seen["organisation_owner_id"] = near.owner_id
    return assign(seen, account_owner or None, roster, turns, rules.routing, now)


def _changed(watched: Mapping[str, Any] | None, facts: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(name for name, value in (watched or {}).items() if plain(facts.get(name)) != value)


def _conclude(
    one: Candidate,
    found: Found,
    facts: Mapping[str, Any],
    judged: Qualification,
    assignment: Assignment | None,
    landing: Landing,
    standing: Standing,
    sales: SalesView,
    rules: Rules,
    now: datetime,
) -> Decided:
    lead_id = one.known.lead_id
    planned: tuple[Planned, ...] = ()
    extra: dict[str, Any] = {"losers": one.gathered.losers[:20]} if one.gathered.losers else {}
    if assignment is not None:
        offered = _offer(one, found, facts, judged, assignment, landing, rules, now)
        cleaning = rules.contact(offered) if landing.object == "Contact" else rules.lead(offered)
        if cleaning.missing and landing.kind.startswith("create"):
            judged = _held(
                judged, f"missing_{cleaning.missing[0]}".lower(), f"Salesforce needs {', '.join(cleaning.missing)}."
            )
            assignment, landing = None, NOWHERE
        else:
            planned = _plan(lead_id, cleaning, offered, judged, assignment, landing, standing, sales, rules)
        extra["notes"] = {name: cleaned.note or cleaned.reason for name, cleaned in cleaning.notes.items()}
    decision = Decision(
        lead_id, judged.verdict, judged.reason, judged.sentence, one.cleaning, found.account, found.person, judged, assignment, landing,
        {"rules": rules.versions}, now, extra,
    )  # fmt: skip
    watched = {name: plain(facts.get(name)) for name in judged.wake.facts} if judged.wake else {}
    return Decided(
        decision,
        organisation_id(found),
        found.organisation.name or found.account.name,
        one.gathered.changed_at,
        watched,
        planned,
    )


def _offer(
    one: Candidate,
    found: Found,
    facts: Mapping[str, Any],
    judged: Qualification,
    assignment: Assignment,
    landing: Landing,
    rules: Rules,
    now: datetime,
) -> dict[str, Any]:
    """All names a mapping's `from` may use for this lead."""
    offered = dict(one.gathered.values)
    offered.update({f"fact.{name}": value for name, value in facts.items()})
    offered |= {
        "bridge.brief": briefs.write_brief(one.known, facts, found.account, judged),
        "bridge.journey": "\n".join(briefs.journey(one.known)),
        "bridge.score": judged.score,
        "bridge.segment": judged.segment,
        "bridge.verdict": judged.verdict.value,
        "bridge.reason": judged.reason,
        "bridge.verdict_sentence": judged.sentence,
        "bridge.lead_id": one.known.lead_id,
        "bridge.account_id": found.account.id if found.account.outcome is Outcome.link else None,
        "bridge.owner_id": assignment.owner_id,
        "bridge.owner_name": assignment.owner_name,
        "bridge.salesforce_id": landing.id,
        "bridge.version": judged.version,
        "bridge.status": "sent",
        "bridge.task_subject": _subject(facts, judged),
        "bridge.task_priority": "High" if judged.rule == "hot" or judged.reason == "hot" else "Normal",
        "bridge.due_on": (now + timedelta(hours=rules.hours_to_touch(judged))).date().isoformat(),
    }
    return offered


def _subject(facts: Mapping[str, Any], judged: Qualification) -> str:
    name = " ".join(str(facts[part]) for part in ("first_name", "last_name") if facts.get(part))
    asked = "asked to be contacted" if facts.get("asked_for_contact") else "shows interest again"
    return f"{name} {asked}" + (" (hot)" if judged.reason == "hot" else "")


def _plan(
    lead_id: str,
    cleaning: Cleaning,
    offered: Mapping[str, Any],
    judged: Qualification,
    assignment: Assignment,
    landing: Landing,
    standing: Standing,
    sales: SalesView,
    rules: Rules,
) -> tuple[Planned, ...]:
    target = sales.target(lead_id, landing)
    blanks_only = landing.kind == "touch_contact" and target.record is not None and not target.written
    wins = rules.wins.get(landing.object, {})
    fields = changes(cleaning, target, wins, rules.empty.get(landing.object, {}), blanks_only)
    to = Addressee(lead_id, assignment.owner_id, assignment.team, judged.priority)
    writes = [salesforce_write(landing, fields, target, to, EXTERNAL_ID)]
    occasion = str(offered.get("recent_conversion_date") or offered.get("form.submitted_at") or "first")
    if landing.kind == "touch_contact" and (
        standing.sales_id != landing.id or sales.is_news(lead_id, moment_of(occasion))
    ):
        writes.append(task_write(landing, rules.task(offered), to, occasion, sales.tasks_done(lead_id)))
    return tuple(write for write in writes if write is not None)
