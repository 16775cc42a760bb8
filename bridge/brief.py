"""The brief: what a rep reads first. Why this lead, what they asked, who they are, how they came. Plain text, pure.

A part without content is left out; nothing is said about nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from bridge.decisions import Match, Outcome, Qualification
from bridge.derive import moment_of
from bridge.facts import Known
from bridge.stages.clean.notes import readable
from connectors.records import Record

ASKED_FIELDS = ("message", "comments", "comment", "question", "need_description", "how_can_we_help")
STAGES = (
    "subscriber",
    "lead",
    "marketingqualifiedlead",
    "salesqualifiedlead",
    "opportunity",
    "customer",
    "evangelist",
    "other",
)
MOST_STEPS = 8


def write_brief(known: Known, facts: Mapping[str, Any], account: Match, judged: Qualification) -> str:
    """The brief as text with line breaks; at most a screen."""
    parts = (
        ("Why now", [judged.sentence]),
        ("They asked", asked(known, facts)),
        ("Who", [_who(facts), _where(facts, account)]),
        ("BANT", [_answer(answer.criterion, answer.value, answer.source) for answer in judged.answers if answer.met]),
        ("Not known, ask", [", ".join(answer.criterion for answer in judged.answers if answer.met is None)]),
        ("Score", [_score(judged)]),
        ("Journey, newest first", journey(known)),
    )
    return "\n\n".join(
        f"{head.upper()}\n" + "\n".join(lines) for head, said in parts if (lines := [line for line in said if line])
    )


def asked(known: Known, facts: Mapping[str, Any]) -> list[str]:
    """What they wrote, in their words, newest first, each once."""
    texts = [
        readable(str(submission.values[name]))
        for submission in known.submissions
        for name in ASKED_FIELDS
        if submission.values.get(name)
    ]
    texts.append(str(facts.get("need_description") or ""))
    return list(dict.fromkeys(text for text in texts if text.strip()))[:4]


def journey(known: Known) -> list[str]:
    """Dated steps, newest first: forms sent, lifecycle stages entered, notes taken."""
    steps = [
        (_day(item.changed_at.isoformat()), f"sent form {item.values.get('form_name') or item.id}")
        for item in known.submissions
    ]
    steps += [
        (_day(note.values.get("hs_timestamp") or note.changed_at.isoformat()), "note in HubSpot")
        for note in known.notes
    ]
    steps += list(_stages(known.contacts))
    newest = sorted((step for step in steps if step[0]), reverse=True)[:MOST_STEPS]
    return [f"{day}  {what}" for day, what in dict.fromkeys(newest)]


def _stages(contacts: Sequence[Record]) -> Iterable[tuple[str, str]]:
    for contact in contacts:
        for stage in STAGES:
            day = _day(contact.values.get(f"hs_lifecyclestage_{stage}_date"))
            if day:
                yield day, f"became {stage}"


def _day(value: Any) -> str:
    moment = moment_of(value)
    return moment.date().isoformat() if moment else ""


def _who(facts: Mapping[str, Any]) -> str:
    name = " ".join(str(facts[part]) for part in ("first_name", "last_name") if facts.get(part))
    return ", ".join(filter(None, (name, str(facts.get("job_title") or ""), str(facts.get("company") or ""))))


def _where(facts: Mapping[str, Any], account: Match) -> str:
    if account.outcome is Outcome.link:
        return account.sentence
    return ", ".join(str(facts[part]) for part in ("city", "state", "country") if facts.get(part))


def _answer(criterion: str, value: str, source: str) -> str:
    said = f"{criterion.capitalize()}: {value or 'yes'}"
    return f"{said} ({source})" if source else said


def _score(judged: Qualification) -> str:
    parts = ", ".join(f"{part.rule} {part.points:+d}" for part in judged.score_parts)
    return f"{judged.score}: {parts}" if parts else ""
