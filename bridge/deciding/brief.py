"""The brief: what a rep reads first, on one screen. Why this lead and why now, what they asked, who they are, how they came, who else is there,
what is known of budget, authority, need and timeline, and what to ask. Plain text, pure.

A part without content is left out; nothing is said about nothing. No part holds a tag or an entity: what people wrote went through `clean`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field
from datetime import UTC, tzinfo
from typing import Any

import regex

from bridge.deciding.derive import asking
from bridge.deciding.journey import Campaign, Step, journey, newest_act, steps
from bridge.deciding.offering import full_name
from bridge.deciding.rules import Rules
from bridge.deciding.talk import Said, said
from bridge.decisions import Answer, Match, Outcome, Qualification, ScorePart
from bridge.facts import Known
from bridge.frozen import frozen
from bridge.stages.clean.conversations import conversation, shortened
from bridge.stages.clean.countries import country_of, english_name
from bridge.stages.clean.states import state_of
from bridge.stages.handoff.chart import LEVEL_WORDS, placed_in_words
from bridge.stages.handoff.roles import IN_WORDS, UNKNOWN, Role
from bridge.values import left_out

ASKED_FIELDS = ("message", "comments", "comment", "question", "need_description", "how_can_we_help")
MOST_ASKED, MOST_NOTES = 3, 4
LONGEST_QUOTE = 900
"""Characters of one text in their words; the rest stands in the note."""
LONGEST_ANSWER = 300
"""Characters of an answer; the rest stands in the note."""
LONGEST_PLAN = 40
"""Characters of an answer that the first sentence repeats."""
LONGEST_NEED = 120
"""Characters of a need that the first sentence repeats when nothing is planned."""
SOURCES: Mapping[str, str] = {"job_level": "job title", "asked_for_contact": "the form", "last_pricing_visit": "visits"}
"""What facts that the bridge works out are called in a brief."""
_ENDS = (".", "!", "?", "…", "。", "！", "？")
_BLANK_LINES = regex.compile(r"\n{2,}")
_WORDS = regex.compile(r"[\w;, ]*")
_FIRST = regex.compile(r"(?<=[.!?。！？])\s|\n")
_SPAN = regex.compile(r"\d[\d to–-]* (?:day|week|month|quarter|year)s?", regex.I)
_AMOUNT = regex.compile(r"[0-9]{4,15}(?:\.[0-9]+)?")
_RANGE = regex.compile(r"(?<=\d[a-z]?)_(?=\d)")


@frozen
class Story:
    """Everything a brief is told from. `campaigns`: form name in small letters → campaign; `chart` its short lines; `whole` leaves nothing out."""

    known: Known
    facts: Mapping[str, Any]
    account: Match
    sentence: str
    score: int
    score_parts: Sequence[ScorePart]
    answers: Sequence[Answer]
    missing: Sequence[str]
    role: Role
    ask: Mapping[str, str]
    campaigns: Mapping[str, Campaign] = field(default_factory=dict)
    chart: Sequence[str] = ()
    chart_head: str = "People there"
    whole: bool = False
    reach: bool = False
    """Say how to reach them: where no record of the person is made, the brief is all its reader has."""
    zone: tzinfo = UTC
    """Whose days and times the brief tells."""


def of_person(
    known: Known, facts: Mapping[str, Any], account: Match, judged: Qualification, role: Role, rules: Rules
) -> dict[str, str]:
    """The brief of one person by themselves, and their journey, by the names mappings use."""
    story = Story(
        known, facts, account, judged.sentence, judged.score, judged.score_parts, judged.answers, judged.missing, role, rules.ask,
        zone=rules.routing.zone,
    )  # fmt: skip
    return texts_of(story)


def texts_of(story: Story) -> dict[str, str]:
    """The brief and the journey, by the names mappings use."""
    talk = _talk(story)
    done = steps(story.known, talk, story.zone)
    came = journey(story.known, story.campaigns, story.whole, done)
    return {"bridge.brief": _written(story, talk, done, came), "bridge.journey": "\n".join(came)}


def write_brief(story: Story) -> str:
    """The brief as text with line breaks; a screen, unless `whole`."""
    return texts_of(story)["bridge.brief"]


def _talk(story: Story) -> list[Said]:
    return [said(note, story.zone) for note in story.known.notes]


def _written(story: Story, talk: Sequence[Said], done: Sequence[Step], came: Sequence[str]) -> str:
    parts = (
        ("Why now", [why_now(story, done)]),
        ("They asked", asked(story.known, story.facts, story.whole, story.zone)),
        ("Who", [_who(story), _reached(story), _company(story.facts), _account(story.account)]),
        ("How they came, newest first", came),
        (story.chart_head, story.chart),
        ("What we know", [_answer(one, story.whole) for one in story.answers if one.met is not None]),
        ("What to ask", questions(story)),
        ("What was said, newest first", notes(talk, story.whole)),
        ("Score", _score(story)),
    )
    told = ((head, [line for line in lines if line.strip()]) for head, lines in parts)
    return "\n\n".join(f"{head.upper()}\n" + "\n".join(lines) for head, lines in told if lines)


def why_now(story: Story, done: Sequence[Step]) -> str:
    """One sentence: who did what when, and what they have in mind; without that, why they are worth a call."""
    facts = story.facts
    name = full_name(facts) or str(facts.get("email") or "This person")
    title, company = str(facts.get("job_title") or ""), str(facts.get("company") or "")
    of = f" of {company}" if company and not title else ""
    who = f"{name}, {title}{f' at {company}' if company else ''}," if title else f"{name}{of}"
    reason = _reason(story)
    did = _did(story, done)
    if not did:
        return f"{who.rstrip(',')}: {reason or 'nothing they did is known yet'}."
    return f"{who} {did}: {reason}." if reason else f"{who} {did}."


def _reason(story: Story) -> str:
    """What they have in mind, else what they need, else what the rules say; empty when nobody has answered anything."""
    met = [one for one in story.answers if one.met]
    told = next((humane(one.value) for one in met if one.criterion == "need"), "")
    need = _FIRST.split(told.strip(), maxsplit=1)[0].rstrip(".。")
    if not met:
        return ""
    return _planned(story) or (f"need: {need}" if 0 < len(need) <= LONGEST_NEED else _ruled(story))


def _ruled(story: Story) -> str:
    """What the rules say, as the end of a sentence."""
    return story.sentence[:1].lower() + story.sentence[1:].rstrip(".")


def _planned(story: Story) -> str:
    """When they want it, and what may be spent."""
    return ", ".join(
        _wanted(humane(one.value)) if name == "timeline" else f"{name} {_told(one)}"
        for name in ("timeline", "budget")
        for one in story.answers
        if one.criterion == name and one.met and one.value and len(one.value) <= LONGEST_PLAN
    )


def _wanted(when: str) -> str:
    """When they want it, as said: a span, now, or their own words.

    >>> _wanted("1 to 3 months"), _wanted("now"), _wanted("Q3")
    ('wants it in 1 to 3 months', 'wants it now', 'timeline Q3')
    """
    if _SPAN.fullmatch(when):
        return f"wants it in {when}"
    return (
        f"wants it {when.casefold()}" if when.casefold() in ("now", "immediately", "this year") else f"timeline {when}"
    )


def _did(story: Story, done: Sequence[Step]) -> str:
    """What they asked for, and what they did since; else the last thing they did; empty when nothing is known."""
    last = newest_act(done)
    if story.facts.get("asked_for_contact"):
        ask = asking(story.known.submissions) or next(iter(story.known.submissions), None)
        form = str((ask.values.get("form_name") if ask else None) or story.facts.get("last_form") or "")
        day = ask.changed_at.astimezone(story.zone).date().isoformat() if ask else ""
        asked = "asked to be contacted" + (f" on {day}" if day else "") + (f' ("{form}")' if form else "")
        since = f" and {last.what} on {last.day}" if last is not None and day and last.day > day else ""
        return asked + since
    return f"{last.what} on {last.day}" if last is not None else ""


def asked(known: Known, facts: Mapping[str, Any], whole: bool = False, zone: tzinfo = UTC) -> list[str]:
    """What they wrote, in their words, newest first, each once and with its day when there are several; the need they named only when
    they wrote nothing else."""
    days: dict[str, str] = {}
    for submission in known.submissions:
        for name in ASKED_FIELDS:
            text = conversation(str(submission.values.get(name) or ""))
            days.setdefault(text, submission.changed_at.astimezone(zone).date().isoformat())
    days.setdefault(conversation(str(facts.get("message") or "")), "")
    wrote = [text for text in days if text.strip()]
    need = conversation(str(facts.get("need_description") or ""))
    wrote = wrote or [text for text in (need,) if text.strip()]
    shown = wrote if whole else [shortened(text, LONGEST_QUOTE) for text in wrote[:MOST_ASKED]]
    if len(wrote) > 1:
        shown = [_dated(days[text], quote) for text, quote in zip(wrote, shown, strict=False)]
    return [*shown, *left_out(len(wrote) - len(shown))]


def _dated(day: str, text: str) -> str:
    """Several lines stand below their day."""
    return f"{day}\n{text}" if day and "\n" in text else f"{day}  {text}" if day else text


def notes(talk: Sequence[Said], whole: bool = False) -> list[str]:
    """What was said: chats, calls, answers to surveys, tickets and colleagues' notes, newest first, each with its day."""
    told = []
    for one in sorted(talk, key=lambda one: one.at, reverse=True):
        text = one.text if whole else shortened(_BLANK_LINES.sub("\n", one.text), LONGEST_QUOTE // 2)
        if "\n" in text:
            told.append(f"{one.day}  {one.what}".rstrip() + f"\n{text}")
        elif text or one.what:
            told.append(f"{one.day}  " + _parting(one.what).join(filter(None, (one.what, text))))
    return told if whole else [*told[:MOST_NOTES], *left_out(len(told) - MOST_NOTES)]


def _parting(what: str) -> str:
    """What stands between a heading and its text; a heading that is a sentence has its full stop."""
    return " " if what.endswith(_ENDS) else ". " if ":" in what else ": "


def _reached(story: Story) -> str:
    """How to reach them."""
    return ", ".join(str(story.facts[name]) for name in ("phone", "email") if story.reach and story.facts.get(name))


def _who(story: Story) -> str:
    facts = story.facts
    placed = placed_in_words(*(str(facts.get(name) or "") for name in ("job_level", "department")))
    role = story.role
    part = "" if role.name == UNKNOWN else f"{IN_WORDS[role.name]} ({role.source})"
    title = str(facts.get("job_title") or "")
    read = f"{title} ({placed})" if title and placed else title
    return ", ".join(filter(None, (full_name(facts), read, part)))


def _company(facts: Mapping[str, Any]) -> str:
    country = country_of(str(facts.get("country") or ""))
    named = [str(facts.get("city") or ""), _state(str(facts.get("state") or ""), country)]
    place = [*dict.fromkeys(filter(None, named))]  # Tokyo is a city and a state
    place += [english_name(country)] if country else [str(facts["country"])] if facts.get("country") else []
    size = f"{facts['employees']:,} employees" if isinstance(facts.get("employees"), int) else ""
    industry = humane(str(facts.get("industry") or "")).capitalize()
    return ", ".join(filter(None, (str(facts.get("company") or ""), *place, size, industry)))


def _state(state: str, country: str | None) -> str:
    """The state's name: a code says nothing where it is a number, and little elsewhere.

    >>> _state("13", "JP"), _state("BY", "DE"), _state("Kent", "GB"), _state("NSW", None)
    ('Tokyo', 'Bayern', 'Kent', 'NSW')
    """
    found = state_of(state, country) if state and country else None
    return found.name if found is not None else state


def _account(account: Match) -> str:
    return account.sentence if account.outcome is Outcome.link else ""


def _answer(answer: Answer, whole: bool) -> str:
    value = LEVEL_WORDS.get(answer.value) or _told(answer) or ("yes" if answer.met else "no")
    source = f"from {SOURCES.get(answer.source) or humane(answer.source)}" if answer.source else ""
    value = value if whole else shortened(value, LONGEST_ANSWER)
    told = "; ".join(filter(None, ("" if answer.met else "not enough", source)))
    return f"{answer.criterion.capitalize()}: {value}" + (f" ({told})" if told else "")


def _told(answer: Answer) -> str:
    """An answer as people write it; what may be spent with its thousands apart."""
    if answer.criterion == "budget" and _AMOUNT.fullmatch(answer.value):
        return f"{round(float(answer.value)):,}"
    return humane(answer.value)


def questions(story: Story) -> list[str]:
    """What is not known, as questions; the definition's own words where it has them."""
    return open_questions(story.answers, story.missing, story.ask)


def open_questions(answers: Sequence[Answer], missing: Sequence[str], ask: Mapping[str, str]) -> list[str]:
    """One line for each criterion nobody has answered, and one for the information that is missing."""
    open_ = [one.criterion for one in answers if one.met is None]
    asks = [f"{name.capitalize()}: {ask[name]}" if name in ask else f"{name.capitalize()}?" for name in open_]
    lacking = [humane(name) for name in missing]
    return [*asks, *([f"Not known: {', '.join(lacking)}."] if lacking else [])]


def _score(story: Story) -> list[str]:
    """Why that is enough, unless the first sentence says so, and what the points are made of; nothing about nobody's answers."""
    parts = ", ".join(f"{part.rule} {part.points:+d}" for part in story.score_parts)
    if not parts and not any(one.met is not None for one in story.answers):
        return []
    sentence = story.sentence if _reason(story) != _ruled(story) else ""
    if parts:  # which say the number
        sentence = sentence.replace(f", score {story.score}", "")
    return [sentence, f"{story.score} points: {parts}" if parts else ""]


def humane(value: str) -> str:
    """A stored value as people write it.

    >>> humane("25k_100k"), humane("1_3_months"), humane("decision_maker")
    ('25k to 100k', '1 to 3 months', 'decision maker')
    """
    return _RANGE.sub(" to ", value).replace("_", " ") if _WORDS.fullmatch(value) else value
