"""What a mapping may name with `bridge.`: everything the bridge itself makes of one lead for Sales."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Any

import regex

from bridge.deciding.derive import asking, moment_of
from bridge.deciding.rules import Rules
from bridge.decisions import Assignment, Landing, Match, Outcome, Qualification, Verdict, Wake
from bridge.facts import Combined, Known
from bridge.frozen import frozen
from bridge.stages.handoff.roles import NO_ROLE, Role, placed, role_of
from bridge.staging.clock import to_ms

HOT_FROM = 1000
"""Priorities from which on a lead is hot (see `stages.qualify.judging.priority`)."""

FIRST_OF_WEEKEND = 5
"""Saturday, as Python counts."""
MOST_NAMED = 50
"""Characters of a company or form in a task's subject."""
_FAMILY_FIRST = regex.compile(r"[\p{Han}\p{Hangul}\p{Hiragana}\p{Katakana}ー]+")
NURTURED_FOR = timedelta(days=90)
"""Until a lead that had no room is looked at again by itself."""


@frozen
class Part:
    """A person's part in a handoff: the role in the decision, how well placed, the last act (milliseconds, 0: none), whether they are
    hot, and the last hot act.
    """

    role: Role = NO_ROLE
    placed: int = 0
    acted_at: int = 0
    hot: bool = False
    handoff_id: int | None = None
    hot_at: int = 0


NO_PART = Part()


def part_of(
    known: Known, combined: Combined, facts: Mapping[str, Any], judged: Qualification, handoff_id: int | None
) -> Part:
    """Where this person stands among those of the organisation."""
    authority = next((one for one in judged.answers if one.criterion == "authority"), None)
    person_said = authority is not None and authority.source in ("caller", "a caller", "panel")
    answered = (authority.met, authority.source) if authority is not None and person_said else (None, "")
    said = str(facts.get("decision_role") or combined.values.get("hs_buying_role") or "")
    level = str(facts.get("job_level") or "unknown")
    role = role_of(said, answered, level, facts.get("uses_product") is True)
    place = placed(role.name, level, judged.priority)
    acted, asked = acted_at(known, combined), asked_at(known, combined, facts)
    hot = judged.priority >= HOT_FROM or facts.get("asked_for_contact") is True
    return Part(role, place, acted, hot, handoff_id, asked or acted)


def acted_at(known: Known, combined: Combined) -> int:
    """When they last sent in a form, by the form or by what the contact says, in milliseconds; 0: never."""
    moments = [moment_of(combined.values.get("recent_conversion_date"))]
    moments += [one.changed_at for one in known.submissions[:1]]
    return max((to_ms(one) for one in moments if one is not None), default=0)


def asked_at(known: Known, combined: Combined, facts: Mapping[str, Any]) -> int:
    """When they asked to be contacted, in milliseconds; 0: they did not."""
    if facts.get("asked_for_contact") is not True:
        return 0
    one = asking(known.submissions)
    return acted_at(known, combined) if one is None else to_ms(one.changed_at)


def waited_too_long(
    judged: Qualification, expired_at: int, acted_at: int, rules: Rules, now: datetime
) -> Qualification:
    """What becomes of a qualified lead that had no room for too long: what the settings say, until it does something again."""
    where = rules.capacity.expired.to
    if acted_at > expired_at or where == "team":
        return judged
    if where == "caller":
        return replace(
            judged, verdict=Verdict.held, reason="waited_for_caller", rule="no room",
            sentence=f"Sales had no room for {rules.capacity.expires_after} days: a caller takes it from here.",
        )  # fmt: skip
    return replace(
        judged, verdict=Verdict.nurture, reason="waited_too_long", rule="no room", wake=Wake(now + NURTURED_FOR, ("last_form", "forms_count")),
        sentence=f"Sales had no room for {rules.capacity.expires_after} days: nurtured until it does something again.",
    )  # fmt: skip


def offer(
    combined: Combined,
    facts: Mapping[str, Any],
    account: Match,
    judged: Qualification,
    assignment: Assignment,
    landing: Landing,
    rules: Rules,
    now: datetime,
) -> dict[str, Any]:
    """All names a mapping's `from` may use for this lead, but for what is written of the whole handoff (brief, chart, journey)."""
    offered = dict(combined.values)
    offered.update({f"fact.{name}": value for name, value in facts.items()})
    offered |= {
        "bridge.score": judged.score,
        "bridge.segment": judged.segment,
        "bridge.verdict": judged.verdict.value,
        "bridge.reason": judged.reason,
        "bridge.verdict_sentence": judged.sentence,
        "bridge.account_id": account.id if account.outcome is Outcome.link else None,
        "bridge.owner_id": assignment.owner_id,
        "bridge.owner_name": assignment.owner_name,
        "bridge.salesforce_id": landing.id,
        "bridge.version": judged.version,
        "bridge.status": "sent",
        "bridge.task_subject": subject(facts, judged.reason == "hot"),
        "bridge.task_priority": "High" if judged.rule == "hot" or judged.reason == "hot" else "Normal",
        "bridge.due_on": due_on(judged.reason == "hot", rules, now),
    }
    return offered


def due_on(hot: bool, rules: Rules, now: datetime) -> str:
    """The day there (`time_zone` of the routing) by which Sales should have acted; Saturdays and Sundays count only when the settings say so."""
    zone = rules.routing.zone
    left = timedelta(hours=rules.follow_up.hot_first_touch if hot else rules.follow_up.first_touch)
    if rules.follow_up.count_weekends:
        return (now + left).astimezone(zone).date().isoformat()
    at, day = now, now.astimezone(zone).date()
    while True:
        midnight = datetime.combine(day + timedelta(days=1), time(), zone).astimezone(UTC)
        if day.weekday() < FIRST_OF_WEEKEND:
            if at + left <= midnight:
                return day.isoformat()
            left -= midnight - at
        at, day = midnight, day + timedelta(days=1)


def subject(facts: Mapping[str, Any], hot: bool, decides: bool = False) -> str:
    """One line for the owner's task; `decides`: it is there because this decision maker joined."""
    name = full_name(facts) or str(facts.get("email") or "Somebody")
    at = f" ({_within(facts['company'])})" if facts.get("company") else ""
    form = _within(facts.get("last_form") or "")
    done = f'sent "{form}"' if form else "shows interest"
    asked = (
        "asked to be contacted" if facts.get("asked_for_contact") else "joined, a decision maker" if decides else done
    )
    return f"{name}{at} {asked}" + (", hot" if hot else "")


def _within(text: object) -> str:
    """A company or form in a subject, which has room for 255 characters in all."""
    word = str(text)
    return word if len(word) <= MOST_NAMED else f"{word[: MOST_NAMED - 1].rstrip()}…"


def full_name(facts: Mapping[str, Any]) -> str:
    """First and last name; names in Chinese, Japanese or Korean script as their owners write them, the family's first.

    >>> full_name({"first_name": "Anna", "last_name": "Weiß"}), full_name({"first_name": "太郎", "last_name": "山田"})
    ('Anna Weiß', '山田太郎')
    """
    first, last = (str(facts.get(part) or "") for part in ("first_name", "last_name"))
    if first and last and _FAMILY_FIRST.fullmatch(first + last):
        return f"{last}{first}"
    return f"{first} {last}".strip()
