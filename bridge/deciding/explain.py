"""Explain: one lead's chain of reasons in words a marketer understands, from what was stored; nothing is worked out again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection

from bridge.frozen import frozen
from bridge.staging import reports
from bridge.staging.clock import from_ms


@frozen
class Explanation:
    """The lead's row, its decision as kept, its history oldest first, its deliveries and what read back otherwise; `waits`: why it waits for room."""

    lead: Mapping[str, Any]
    decision: Mapping[str, Any]
    history: Sequence[Mapping[str, Any]]
    deliveries: Sequence[Mapping[str, Any]]
    differences: Sequence[Mapping[str, Any]]
    waits: str = ""


def explain(connection: Connection, lead_id: str) -> Explanation | None:
    """Everything known about why this lead stands where it stands; None for an unknown lead."""
    row = reports.lead_row(connection, lead_id)
    if row is None:
        return None
    lead = dict(row._mapping)
    decision = lead.pop("decision") or {}
    return Explanation(
        lead,
        decision,
        [dict(one._mapping) for one in reports.history(connection, lead_id)],
        [dict(one._mapping) for one in reports.deliveries_of(connection, lead_id)],
        [dict(one._mapping) for one in reports.differences_of(connection, lead_id)],
    )


Section = tuple[str, list[str]]


def in_words(told: Explanation, names: Mapping[str, str]) -> Iterator[Section]:
    """(heading, lines) from top to bottom; headings without lines are left out. `names`: Salesforce id → name."""
    decision = told.decision
    parts: list[Section] = [
        ("Verdict", _verdict(told)),
        ("Who", _facts(decision)),
        ("Cleaned", [_cleaned(name, item) for name, item in decision.get("cleaned", {}).items()]),
        ("Cleaned for Salesforce", [f"{name}: {note}" for name, note in decision.get("extra", {}).get("notes", {}).items()]),
        ("Account", _match(decision.get("account", {}))),
        ("Known in Sales", _match(decision.get("person", {}))),
        ("BANT", [_answer(*answer) for answer in decision.get("answers", ())]),
        ("Score", [f"{decision.get('score')} = " + ", ".join(f"{rule} {points:+d}" for rule, points, _ in decision.get("score_parts", ()))]),
        ("Missing", [", ".join(decision.get("missing", ()))]),
        ("Owner", _owner(decision.get("assignment"), names)),
        ("Lands as", _landing(decision.get("landing") or {})),
        ("Values that lost", [_loser(one) for one in decision.get("extra", {}).get("losers", ())]),
        ("Deliveries", [_delivery(one) for one in told.deliveries]),
        ("Read back", [_difference(one) for one in told.differences]),
        ("History", [f"{_day(one['at'])}  {one['step']}: {one['outcome']}. {one['sentence']}" for one in told.history]),
    ]  # fmt: skip
    for head, lines in parts:
        said = [line for line in lines if line.strip()]
        if said:
            yield head, said


def _cleaned(name: str, item: Mapping[str, Any]) -> str:
    return f"{name}: {item['note'] or item['reason']} (was {_short(item['original'])})"


def _loser(one: Mapping[str, Any]) -> str:
    return f"{one['name']}: {_short(one['value'])} (contact {one['contact_id']}), kept {_short(one['kept'])}"


def _difference(one: Mapping[str, Any]) -> str:
    where = f"{one['target'].partition('.')[2]}.{one['field']}"
    return f"{where}: {one['outcome']}; sent {_short(one['sent'])}, found {_short(one['found'])}"


def _verdict(told: Explanation) -> list[str]:
    lead = told.lead
    if not lead["verdict"]:
        return ["not decided yet"]
    lines = [f"{lead['verdict']} ({lead['reason']}): {lead['sentence']}"]
    rule, version = told.decision.get("rule"), told.decision.get("version")
    if rule:
        lines.append(f"by rule '{rule}' of definition {version}, segment {lead['segment']}")
    handover = f"waits for room: {told.waits}" if told.waits else lead["handover"]
    lines.append(f"hand-over: {handover}" + (f", Sales says: {lead['sales_status']}" if lead["sales_status"] else ""))
    if lead["wake_at"]:
        waits_for = ", ".join((told.decision.get("wake") or {}).get("facts") or ()) or "its facts"
        lines.append(f"looked at again on {_day(lead['wake_at'])[:10]}, or when {waits_for} change")
    return lines


def _facts(decision: Mapping[str, Any]) -> list[str]:
    facts = decision.get("facts", {})
    name = " ".join(str(facts[part]) for part in ("first_name", "last_name") if facts.get(part))
    rest = [str(facts[part]) for part in ("job_title", "company", "city", "country") if facts.get(part)]
    reach = [str(facts[part]) for part in ("email", "phone") if facts.get(part)]
    return [", ".join([part for part in (name, *rest) if part]), ", ".join(reach)]


def _match(match: Mapping[str, Any]) -> list[str]:
    if not match:
        return []
    lines = [match.get("sentence") or f"{match.get('outcome')}: {match.get('reason')}"]
    if match.get("evidence"):
        lines.append(
            f"{match['outcome']} to {match.get('name')} ({match.get('id')}), probability {match.get('score')}, gap {match.get('gap')}"
        )
        lines += [f"  {weight:+6.2f}  {name}{_pair(ours, theirs)}" for name, weight, ours, theirs in match["evidence"]]
        lines.append(f"  {sum(one[1] for one in match['evidence']):+6.2f}  total, in log-odds")
    if match.get("runner_up"):
        lines.append(f"  runner-up {match['runner_up']} ({match.get('runner_up_score')})")
    lines += [f"  veto: {veto}" for veto in match.get("vetoes", ())]
    return lines


def _pair(ours: str, theirs: str) -> str:
    return f": {_short(ours)} | {_short(theirs)}" if ours or theirs else ""


def _answer(criterion: str, met: bool | None, value: str, source: str) -> str:
    word = {True: "yes", False: "no", None: "not known"}[met]
    said = f" {_short(value)}" if value else ""
    return f"{criterion}: {word}{said}{f' (from {source})' if source else ''}"


def _owner(assignment: Mapping[str, Any] | None, names: Mapping[str, str]) -> list[str]:
    if not assignment:
        return []
    name = assignment["owner_name"] or names.get(assignment["owner_id"], assignment["owner_id"])
    skipped = [f"  not {rule}: {why}" for rule, why in assignment.get("skipped", ())]
    return [f"{name}. {assignment['sentence']}", *skipped]


def _landing(landing: Mapping[str, Any]) -> list[str]:
    return [landing["sentence"]] if landing.get("sentence") else []


def _delivery(one: Mapping[str, Any]) -> str:
    remote = f" {one['remote_id']}" if one["remote_id"] else ""
    reason = f" ({one['reason']})" if one["reason"] else ""
    tries = f", {one['attempts']} tries" if one["attempts"] > 1 else ""
    note = f". {one['note']}" if one["note"] else ""
    return f"{_day(one['created_at'])}  {one['operation']} {one['target']}{remote}: {one['state']}{reason}{tries}{note}"


def _day(ms: int) -> str:
    return from_ms(ms).strftime("%Y-%m-%d %H:%M:%S")


def _short(value: Any) -> str:
    text = " ".join(str("nothing" if value in (None, "") else value).split())
    return text if len(text) <= 80 else text[:79] + "…"
