"""The brief: what a rep reads first, on one screen. Why this lead and why now, what they asked, who they are, how they came, who else is there,
what is known of budget, authority, need and timeline, and what to ask. Plain text, pure.

A part without content is left out; nothing is said about nothing. No part holds a tag or an entity: what people wrote went through `clean`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import regex

from bridge.deciding.derive import moment_of
from bridge.deciding.offering import full_name
from bridge.deciding.rules import Rules
from bridge.decisions import Answer, Match, Outcome, Qualification, ScorePart
from bridge.facts import Known
from bridge.stages.clean.conversations import conversation
from bridge.stages.handoff.roles import IN_WORDS, UNKNOWN, Role
from connectors.records import Record

ASKED_FIELDS = ("message", "comments", "comment", "question", "need_description", "how_can_we_help")
STAGES: Mapping[str, str] = {
    "subscriber": "subscribed", "lead": "became a lead", "marketingqualifiedlead": "became a marketing qualified lead",
    "salesqualifiedlead": "became a sales qualified lead", "opportunity": "became an opportunity", "customer": "became a customer",
    "evangelist": "became an evangelist", "other": "moved to another stage",
}  # fmt: skip
MOST_STEPS, MOST_ASKED, MOST_NOTES = 8, 3, 2
LONGEST_QUOTE = 900
"""Characters of one text in their words; the rest stands in the note."""
_RANGE = regex.compile(r"(?<=\d[a-z]?)_(?=\d)")
_SENTENCE_END = regex.compile(r"(?<=[.!?…。！？])\s|\n")


@dataclass(frozen=True, slots=True)
class Campaign:
    """A campaign of Salesforce: what it was about."""

    id: str
    name: str
    about: str = ""


@dataclass(frozen=True, slots=True)
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
    chart_head: str = "Who else is there"
    whole: bool = False
    reach: bool = False
    """Say how to reach them: where no record of the person is made, the brief is all its reader has."""


def of_person(
    known: Known, facts: Mapping[str, Any], account: Match, judged: Qualification, role: Role, rules: Rules
) -> dict[str, str]:
    """The brief of one person by themselves, and their journey, by the names mappings use."""
    story = Story(
        known, facts, account, judged.sentence, judged.score, judged.score_parts, judged.answers, judged.missing, role, rules.ask
    )  # fmt: skip
    return {"bridge.brief": write_brief(story), "bridge.journey": "\n".join(journey(known))}


def write_brief(story: Story) -> str:
    """The brief as text with line breaks; a screen, unless `whole`."""
    parts = (
        ("Why now", [why_now(story)]),
        ("They asked", asked(story.known, story.facts, story.whole)),
        ("Who", [_who(story), _reached(story), _company(story.facts), _account(story.account)]),
        ("How they came, newest first", journey(story.known, story.campaigns, story.whole)),
        (story.chart_head, story.chart),
        ("What we know", [_answer(one) for one in story.answers if one.met is not None]),
        ("What to ask", questions(story)),
        ("Notes, newest first", notes(story.known, story.whole)),
        ("Score", [_score(story)]),
    )
    told = ((head, [line for line in lines if line.strip()]) for head, lines in parts)
    return "\n\n".join(f"{head.upper()}\n" + "\n".join(lines) for head, lines in told if lines)


def why_now(story: Story) -> str:
    """One sentence: who did what when, and why that is enough."""
    facts = story.facts
    name = full_name(facts) or str(facts.get("email") or "This person")
    title, company = str(facts.get("job_title") or ""), str(facts.get("company") or "")
    of = f" of {company}" if company and not title else ""
    who = f"{name}, {title}{f' at {company}' if company else ''}," if title else f"{name}{of}"
    newest = story.known.submissions[0] if story.known.submissions else None
    form = str((newest.values.get("form_name") if newest else None) or facts.get("last_form") or "")
    did = (
        "asked to be contacted"
        if facts.get("asked_for_contact")
        else "sent in a form"
        if form or newest
        else "shows interest"
    )
    day = f" on {_day(newest.changed_at.isoformat())}" if newest else ""
    by = f' ("{form}")' if form else ""
    reason = story.sentence.rstrip(".")
    return f"{who} {did}{day}{by}: {reason[:1].lower()}{reason[1:]}." if reason else f"{who} {did}{day}{by}."


def asked(known: Known, facts: Mapping[str, Any], whole: bool = False) -> list[str]:
    """What they wrote, in their words, newest first, each once."""
    texts = [
        conversation(str(submission.values[name]))
        for submission in known.submissions
        for name in ASKED_FIELDS
        if submission.values.get(name)
    ]
    texts += [conversation(str(facts[name])) for name in ("message", "need_description") if facts.get(name)]
    said = [text for text in dict.fromkeys(texts) if text.strip()]
    return said if whole else [shortened(text, LONGEST_QUOTE) for text in said[:MOST_ASKED]]


def notes(known: Known, whole: bool = False) -> list[str]:
    """What colleagues, callers and chats put down, newest first, with its day."""
    told = []
    for note in known.notes:
        text = conversation(str(note.values.get("hs_note_body") or note.values.get("body") or ""))
        if text.strip():
            day = _day(note.values.get("hs_timestamp") or note.changed_at.isoformat())
            said = text if whole else shortened(text, LONGEST_QUOTE // 2)
            told.append(f"{day}\n{said}" if "\n" in said else f"{day}  {said}")
    return told if whole else told[:MOST_NOTES]


def shortened(text: str, limit: int) -> str:
    """`text` up to the last whole sentence or line within `limit` characters, with a mark when something was left out."""
    if len(text) <= limit:
        return text
    ends = [match.start() for match in _SENTENCE_END.finditer(text, 0, limit)]
    good = [end for end in ends if end >= limit // 3]
    end = good[-1] if good else text.rfind(" ", limit // 2, limit)
    return text[: end if end > 0 else limit].rstrip() + " […]"


def journey(known: Known, campaigns: Mapping[str, Campaign] | None = None, whole: bool = False) -> list[str]:
    """Dated steps, newest first: forms sent with the campaign's own brief, lifecycle stages entered, visits of the pricing page."""
    steps = []
    for item in known.submissions:
        form = str(item.values.get("form_name") or "")
        steps.append((_day(item.changed_at.isoformat()), f"sent the form {form}" if form else "sent in a form", form))
    steps += [(day, what, "") for day, what in _stages(known.contacts)]
    steps += [(day, "visited pricing", "") for day in _visits(known.contacts)]
    newest = list(dict.fromkeys(sorted((step for step in steps if step[0]), reverse=True)))
    lines: list[str] = []
    told: set[str] = set()
    for day, what, form in newest if whole else newest[:MOST_STEPS]:
        lines.append(f"{day}  {what}")
        campaign = (campaigns or {}).get(form.casefold()) if form else None
        if campaign is not None and campaign.id not in told:
            told.add(campaign.id)
            about = conversation(campaign.about)
            lines.append(
                f"  Campaign {campaign.name}" + (f": {about if whole else shortened(about, 300)}" if about else "")
            )
    return lines


def _stages(contacts: Sequence[Record]) -> Iterable[tuple[str, str]]:
    for contact in contacts:
        for stage, words in STAGES.items():
            day = _day(contact.values.get(f"hs_lifecyclestage_{stage}_date"))
            if day:
                yield day, words


def _visits(contacts: Sequence[Record]) -> Iterable[str]:
    return (day for contact in contacts if (day := _day(contact.values.get("last_pricing_visit"))))


def _day(value: Any) -> str:
    moment = moment_of(value)
    return moment.date().isoformat() if moment else ""


def _reached(story: Story) -> str:
    """How to reach them."""
    return ", ".join(str(story.facts[name]) for name in ("phone", "email") if story.reach and story.facts.get(name))


def _who(story: Story) -> str:
    facts = story.facts
    level, department = (str(facts.get(name) or "") for name in ("job_level", "department"))
    placed = [word.replace("_", " ") for word in (level, department) if word not in ("", "unknown")]
    role = story.role
    part = "" if role.name == UNKNOWN else f"{IN_WORDS[role.name]} ({role.source})"
    title = str(facts.get("job_title") or "")
    read = f"{title} ({', '.join(placed)})" if title and placed else title
    return ", ".join(filter(None, (full_name(facts), read, part)))


def _company(facts: Mapping[str, Any]) -> str:
    place = [str(facts[part]) for part in ("city", "state", "country") if facts.get(part)]
    size = f"{facts['employees']:,} employees" if isinstance(facts.get("employees"), int) else ""
    industry = humane(str(facts.get("industry") or "")).capitalize()
    return ", ".join(filter(None, (str(facts.get("company") or ""), *place, size, industry)))


def _account(account: Match) -> str:
    return account.sentence if account.outcome is Outcome.link else ""


def _answer(answer: Answer) -> str:
    said = humane(answer.value) or ("yes" if answer.met else "no")
    source = f" (from {humane(answer.source)})" if answer.source else ""
    return f"{answer.criterion.capitalize()}: {said if answer.met else f'not met, {said}'}{source}"


def questions(story: Story) -> list[str]:
    """What is not known, as questions; the definition's own words where it has them."""
    return open_questions(story.answers, story.missing, story.ask)


def open_questions(answers: Sequence[Answer], missing: Sequence[str], ask: Mapping[str, str]) -> list[str]:
    """One line for each criterion nobody has answered, and one for the information that is missing."""
    open_ = [one.criterion for one in answers if one.met is None]
    asks = [f"{name.capitalize()}: {ask[name]}" if name in ask else f"{name.capitalize()}?" for name in open_]
    lacking = [humane(name) for name in missing]
    return [*asks, *([f"Not known: {', '.join(lacking)}."] if lacking else [])]


def _score(story: Story) -> str:
    parts = ", ".join(f"{part.rule} {part.points:+d}" for part in story.score_parts)
    return f"{story.score}: {parts}" if parts else ""


def humane(value: str) -> str:
    """A stored value as people write it.

    >>> humane("25k_100k"), humane("1_3_months"), humane("decision_maker")
    ('25k to 100k', '1 to 3 months', 'decision maker')
    """
    return _RANGE.sub(" to ", value).replace("_", " ") if regex.fullmatch(r"[\w;, ]*", value) else value
