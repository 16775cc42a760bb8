"""Decide: one batch of due leads through clean, reconcile, qualify and route, and what follows for the outbox; one Decision each.

    known facts ─combine─▶ values ─clean─▶ facts ─reconcile─▶ account, person ─qualify─▶ verdict ─route─▶ owner, landing ─plan─▶ deliveries

The same facts and rules give the same decisions, so dry run, preview and what-if are this function with its result thrown away.
Reading goes through the connection handed in; nothing is written here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from bridge.deciding import brief as briefs
from bridge.deciding.derive import derive, derive_sales, last_activity
from bridge.deciding.offering import NO_PART, Part, acted_at, asked_at, offer, part_of, waited_too_long
from bridge.deciding.planning import Addressee, changes, salesforce_write
from bridge.deciding.prepare import Candidate, Found, organisation_id, prepare
from bridge.deciding.rules import Rules
from bridge.deciding.sales_view import SalesView, look_up_sales
from bridge.decisions import (
    EXTERNAL_ID,
    Assignment,
    Cleaned,
    Cleaning,
    Decision,
    Landing,
    Outcome,
    Qualification,
    Verdict,
)
from bridge.frozen import frozen
from bridge.stages.qualify import listed_facts, qualify
from bridge.stages.route import Roster, Turns, assign
from bridge.stages.route.landing import QUEUE, TOLD, choose_landing, for_owner, told_instead
from bridge.staging import handoffs, knowledge, leads, members
from bridge.staging.leads import Standing
from bridge.staging.outbox import Planned
from bridge.values import plain

NOWHERE = Landing("none")
WHICH_ACCOUNT = "Somebody must say whether it is."
ALONE = knowledge.Neighbours(1, "")


SHORT = 60


@frozen
class Around:
    """What is known of a lead beside its own records: where it stands, who else is at the organisation, and the handoff it is or would be part of."""

    standing: Standing
    near: knowledge.Neighbours
    handoff: handoffs.Standing | None
    survivor: members.Survivor | None = None
    """Whom their contacts were merged into, when all of them were."""

    def joins(self, lead_id: str, rules: Rules) -> bool:
        """Somebody else stands for the organisation and Sales has them: no further lead."""
        one = self.handoff
        return rules.handoff.others == "chart" and one is not None and one.there and one.primary_lead_id != lead_id

    def stands_for(self, lead_id: str) -> bool:
        """The primary's brief is written with the whole handoff."""
        return self.handoff is not None and self.handoff.primary_lead_id == lead_id


@frozen
class Decided:
    """A decision with what it asks for: deliveries to Salesforce, and the organisation it belongs to."""

    decision: Decision
    organisation_id: str | None
    organisation_name: str
    changed_at: datetime
    watched: Mapping[str, Any]
    planned: tuple[Planned, ...] = ()
    part: Part = NO_PART


def decide(
    connection: Connection,
    lead_ids: Sequence[str],
    rules: Rules,
    roster: Roster,
    turns: Turns,
    now: datetime,
    given: dict[str, str] | None = None,
) -> list[Decided]:
    """Decide these leads. Leads without a single record left are skipped. `given` as in `conclude`."""
    candidates = prepare(connection, lead_ids, rules.facts, rules.match)
    return conclude(connection, candidates, rules, roster, turns, now, given)


def conclude(
    connection: Connection,
    candidates: Sequence[Candidate],
    rules: Rules,
    roster: Roster,
    turns: Turns,
    now: datetime,
    given: dict[str, str] | None = None,
) -> list[Decided]:
    """The second half, one batch after the other: what was decided before says who owns an organisation and whose turn it is.

    `given`: organisation → owner, from batch to batch where nothing of them is kept (a rehearsal); it is added to.
    """
    given = {} if given is None else given
    ids = [one.known.lead_id for one in candidates]
    standings = leads.standings(connection, ids)
    organisations = {one.known.lead_id: organisation_id(one.found) or f"lead:{one.known.lead_id}" for one in candidates}
    grouped = (id_ for id_ in organisations.values() if not id_.startswith("lead:"))
    near = knowledge.neighbours(connection, grouped, rules.versions)
    open_now = handoffs.standing_for(connection, standings.values(), organisations, now)
    sales = look_up_sales(connection, ids, standings, [one.found for one in candidates])
    merged = members.survivors(connection, [one.known.lead_id for one in candidates if _is_gone(one)])
    decided = []
    for one in candidates:
        organisation, standing = organisations[one.known.lead_id], standings[one.known.lead_id]
        known, handoff = near.get(organisation, ALONE), open_now.get(one.known.lead_id)
        # Whoever stands for the organisation says whose it is; without one, who came before.
        owner = (handoff.owner_id if handoff is not None else "") or given.get(organisation, known.owner_id)
        around = Around(standing, knowledge.Neighbours(known.people, owner), handoff, merged.get(one.known.lead_id))
        made = _decide_one(one, one.found, around, sales, rules, roster, turns, now)
        assigned = made.decision.assignment
        if assigned is not None:  # who comes next goes to the same owner
            given[organisation] = assigned.owner_id
        decided.append(made)
    return decided


def _decide_one(
    one: Candidate,
    found: Found,
    around: Around,
    sales: SalesView,
    rules: Rules,
    roster: Roster,
    turns: Turns,
    now: datetime,
) -> Decided:
    standing, near = around.standing, around.near
    facts = one.cleaning.values
    facts |= derive(one.known, one.combined, facts, now)
    facts |= derive_sales(
        found.account,
        sales.account(found.account),
        sales.person(standing, found.person),
        sales.has_open_deal(found.account),
    )
    facts["people_at_organisation"] = max(1, near.people)
    facts["changed_facts"] = _changed(standing.watched, facts)
    judged = _judge(one, found, facts, around, rules, now)
    if judged.verdict is Verdict.qualified and standing.expired_at:
        judged = waited_too_long(judged, standing.expired_at, acted_at(one.known, one.combined), rules, now)
        if rules.capacity.expired.team:
            facts["overflow_team"] = rules.capacity.expired.team
    assignment, landing = None, NOWHERE
    if judged.verdict is Verdict.qualified:
        policy = rules.landing.of(judged.segment)
        landing = choose_landing(
            sales.ours(standing),
            sales.linked(found.person),
            found.person,
            found.account,
            policy.known_account or "lead",
            asked_at(one.known, one.combined, facts),
        )
        other = sales.take(landing.id, one.known.lead_id) if landing.id and landing.kind != "none" else None
        if other is not None:
            landing = Landing("none", landing.object, landing.id, "shared_sales_record", _shared(landing, other))
        if landing.kind == "none":
            judged = _held(judged, landing.reason, landing.sentence)
        else:
            landing = told_instead(landing, facts, found.account, sales.open_deal(found.account)[0], policy)
            if landing.reason == "customer_service" and rules.landing.service_team:
                facts |= {"overflow_team": rules.landing.service_team, "for_service": True}
            assignment = (
                _has_it(landing, standing, found, sales, roster)
                or _deal_owner(landing, sales, found, roster)
                or _assign(facts, judged, standing, near, sales.account_owner(found.account), roster, turns, rules, now)
            )
            landing = for_owner(landing, assignment.owner_id, found.account)
            if not assignment.owner_id:
                judged, assignment, landing = _held(judged, assignment.reason, assignment.sentence), None, NOWHERE
            elif landing.kind == "touch_contact" and assignment.owner_id.startswith(QUEUE) and not standing.sales_id:
                judged = _held(judged, "contact_without_owner", _nobody_to_tell(landing))
                assignment, landing = None, NOWHERE
    return _conclude(one, found, facts, judged, assignment, landing, around, sales, rules, now)


def _nobody_to_tell(landing: Landing) -> str:
    return f"The owner of Sales' contact {landing.id} has left, and no rule names a person: give the contact an owner in Salesforce."


def _shared(landing: Landing, other: str) -> str:
    return f"Sales' {landing.object.lower()} {landing.id} is lead {other} already; perhaps they are one person. Somebody must look first."


def _is_gone(one: Candidate) -> bool:
    return all(contact.gone for contact in one.known.contacts)


def _judge(
    one: Candidate, found: Found, facts: Mapping[str, Any], around: Around, rules: Rules, now: datetime
) -> Qualification:
    judged = qualify(facts, rules.definition, now)
    if _is_gone(one):
        return _gone(replace(judged, wake=None), around)
    if judged.verdict is Verdict.qualified and found.account.outcome is Outcome.review:
        return _held(judged, found.account.reason or "two_close_accounts", f"{found.account.sentence} {WHICH_ACCOUNT}")
    if one.cleaning.missing and judged.verdict is Verdict.qualified:
        name = one.cleaning.missing[0]
        cleaned = one.cleaning.fields.get(name)
        return _held(judged, f"bad_{name}", cleaned.note if cleaned else f"{name} is needed and missing.")
    return judged


def _gone(judged: Qualification, around: Around) -> Qualification:
    """All their contacts have left HubSpot. Two records of Sales' whose contacts became one there are for a person: no program merges them."""
    standing, survivor = around.standing, around.survivor
    mine, theirs = standing.sales_id, survivor.sales_id if survivor is not None else None
    if mine and theirs and mine != theirs and standing.handover != "removed":
        said = f"Merged in HubSpot; Sales has two records, {mine} and {theirs}: merge them in Salesforce, or delete {mine}."
        return _held(judged, "merged_with_two_records", said)
    said = (
        f"Merged in HubSpot: goes on as lead {survivor.lead_id}." if survivor is not None else "No longer in HubSpot."
    )
    return replace(judged, verdict=Verdict.rejected, reason="gone_from_hubspot", sentence=said, rule="gone")


def _doubts(judged: Qualification, found: Found) -> list[str]:
    """What a person has to say before a held lead can go: which account, and whether Sales has this person."""
    if judged.verdict is not Verdict.held:
        return []
    account, person = found.account, found.person
    asks = [f"Account: is it {account.name}?"] if account.outcome is Outcome.review else []
    return [*asks, *([f"Person: is it {person.name or person.id}?"] if person.outcome is Outcome.review else [])]


def _held(judged: Qualification, reason: str, sentence: str) -> Qualification:
    return replace(judged, verdict=Verdict.held, reason=reason, sentence=sentence, rule="a person must look")


def _has_it(landing: Landing, standing: Standing, found: Found, sales: SalesView, roster: Roster) -> Assignment | None:
    """Who has the record in Salesforce: nobody but Sales takes it from them. None for a new record or an owner who has left."""
    customer = landing.reason == "customer_request"
    if landing.reason in TOLD and not customer:
        return None
    owner_id = sales.account_owner(found.account) if customer else sales.owner(landing)
    if not owner_id and not customer and landing.id and landing.id == standing.sales_id:
        owner_id = standing.owner_id or ""  # sent just now, not mirrored yet
    user = roster.find(owner_id) if owner_id else None
    if user is None or not user.active:
        return None
    what = "account" if customer else landing.object.lower()
    said = f"{user.name} has this {what} in Salesforce already."
    return Assignment(user.id, user.name, "owner in Salesforce", "has_it_already", said)


def _deal_owner(landing: Landing, sales: SalesView, found: Found, roster: Roster) -> Assignment | None:
    """Who has the open opportunity, when it is they who are told; None for others and for an owner who has left."""
    if landing.reason != "open_opportunity":
        return None
    user = roster.find(sales.open_deal(found.account)[1])
    if user is None or not user.active:
        return None
    said = f"{user.name} has the open opportunity of {found.account.name}."
    return Assignment(user.id, user.name, "open opportunity", "opportunity_owner", said)


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
    around: Around,
    sales: SalesView,
    rules: Rules,
    now: datetime,
) -> Decided:
    lead_id = one.known.lead_id
    planned: tuple[Planned, ...] = ()
    extra: dict[str, Any] = {"losers": one.combined.losers[:20]} if one.combined.losers else {}
    part = part_of(one.known, one.combined, facts, judged, around.standing.handoff_id)
    extra |= {
        "role": (part.role.name, part.role.source),
        "level": facts.get("job_level"),
        "department": facts.get("department"),
    }
    active = last_activity(one.combined.values)
    extra |= {"active": active.date().isoformat() if active else "", "uses_product": facts.get("uses_product")}
    if judged.verdict in (Verdict.held, Verdict.research):
        extra["questions"] = [
            *_doubts(judged, found),
            *briefs.open_questions(judged.answers, judged.missing, rules.ask),
        ]
    if assignment is not None and landing.kind == "create_lead" and around.joins(lead_id, rules):
        landing = Landing("join", "", None, "joins_handoff", "Colleagues are with Sales already: joins their handoff.")
    elif assignment is not None:
        offered = offer(one.combined, facts, found.account, judged, assignment, landing, rules, now)
        offered["bridge.lead_id"] = lead_id
        if (
            landing.kind == "create_lead" and rules.handoff.others == "chart"
        ):  # sent only with the whole handoff's brief
            offered["bridge.brief"] = judged.sentence
        elif landing.kind.startswith("create") or not around.stands_for(lead_id):
            offered |= briefs.of_person(one.known, facts, found.account, judged, part.role, rules)
        cleaning = rules.contact(offered) if landing.object == "Contact" else rules.lead(offered)
        if cleaning.missing and landing.kind.startswith("create"):
            judged = _held(
                judged, f"missing_{cleaning.missing[0]}".lower(), f"Salesforce needs {', '.join(cleaning.missing)}."
            )
            assignment, landing = None, NOWHERE
        else:
            planned = _plan(lead_id, cleaning, judged, assignment, landing, sales, rules)
        extra["notes"] = {name: _noted(cleaned) for name, cleaned in cleaning.notes.items()}
    decision = Decision(
        lead_id, judged.verdict, judged.reason, judged.sentence, one.cleaning, found.account, found.person, judged, assignment, landing,
        {"rules": rules.versions}, now, extra,
    )  # fmt: skip
    compared = (*rules.definition.compared, *rules.routing.compared, *(judged.wake.facts if judged.wake else ()))
    watched = {name: plain(facts.get(name)) for name in compared}
    return Decided(
        decision,
        organisation_id(found),
        found.organisation.name or found.account.name,
        one.combined.changed_at,
        watched,
        planned,
        part,
    )


def _plan(
    lead_id: str,
    cleaning: Cleaning,
    judged: Qualification,
    assignment: Assignment,
    landing: Landing,
    sales: SalesView,
    rules: Rules,
) -> tuple[Planned, ...]:
    target = sales.target(lead_id, landing)
    blanks_only = landing.kind == "touch_contact" and target.record is not None and not target.written
    wins = rules.wins.get(landing.object, {})
    empty, by_type = rules.empty.get(landing.object, {}), rules.by_type.get(landing.object, {})
    fields = changes(cleaning, target, wins, empty, blanks_only, by_type)
    to = Addressee(lead_id, assignment.owner_id, assignment.team, judged.priority)
    write = salesforce_write(landing, fields, target, to, EXTERNAL_ID)
    return () if write is None else (write,)


def _noted(cleaned: Cleaned) -> str:
    """Why a field of Salesforce holds something else than the source, and what that was where it is short."""
    said, was = cleaned.note or cleaned.reason, str(cleaned.original)
    return f"{said} (was {was})" if cleaned.original is not None and len(was) <= SHORT else said
