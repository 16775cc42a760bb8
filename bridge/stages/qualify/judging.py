"""One lead judged, in the order the definition is read: lists, segment, score, BANT, mandatory information, verdict."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from bridge.decisions import Answer, Qualification, ScorePart, Wake
from bridge.settings.compiled import Facts, is_blank
from bridge.stages.qualify.compiled import (
    CompiledCriterion,
    CompiledDefinition,
    CompiledRule,
    CompiledScore,
    CompiledSegment,
    Template,
)
from bridge.stages.qualify.lists import listed_facts

ANSWERS = "answers"
"""Key in the facts under which people's answers stand: criterion → `Answer`. They count before any field."""

HOT_FIRST = 1000
IN_WORDS: Mapping[str, str] = {"email": "e-mail address", "phone": "phone number"}
"""Facts whose names are no words for what is missing."""
MOST_SHOWN = 80


def qualify(facts: Facts, definition: CompiledDefinition, now: datetime) -> Qualification:
    """The verdict on one lead. `now` is aware, UTC; `facts` may hold people's answers under `answers`."""
    seen: dict[str, object] = {**facts, **listed_facts(facts, definition, now)}
    segment = _segment(seen, definition, now)
    seen["segment"] = segment.name
    parts = _score(seen, definition.score, now)
    score = sum([part.points for part in parts])
    seen["score"] = score
    answers = _answers(seen, definition, now)
    met = 0
    for answer in answers:
        seen[answer.criterion] = answer.met is True
        met += answer.met is True
    seen["bant"] = met
    missing = tuple([name for name in segment.mandatory if is_blank(seen.get(name))])
    hot = definition.hot is not None and definition.hot(seen, now)
    seen["complete"] = not missing
    seen["hot"] = hot
    rule = _first_rule(seen, definition.rules, now)
    seen["missing"] = in_words(missing)
    return Qualification(
        verdict=rule.verdict,
        reason=rule.reason.replace("{missing}", missing[0] if missing else "nothing"),
        sentence=_say(rule.sentence, seen),
        segment=segment.name,
        score=score,
        score_parts=parts,
        answers=answers,
        missing=missing,
        version=definition.version,
        rule=rule.name,
        wake=_wake(rule, now),
        priority=priority(hot, score),
    )


def priority(hot: bool, score: int) -> int:
    """Hot acts first, then the score: 0 to 1999, higher goes first."""
    return (HOT_FIRST if hot else 0) + max(0, min(score, HOT_FIRST - 1))


def in_words(names: tuple[str, ...]) -> str:
    """
    >>> in_words(("job_title", "country", "email"))
    'job title, country and e-mail address'
    """
    words = [IN_WORDS.get(name) or name.replace("_", " ") for name in names]
    return f"{', '.join(words[:-1])} and {words[-1]}" if len(words) > 1 else "".join(words)


def _segment(facts: Facts, definition: CompiledDefinition, now: datetime) -> CompiledSegment:
    for segment in definition.segments[:-1]:
        if segment.holds is None or segment.holds(facts, now):
            return segment
    return definition.segments[-1]


def _score(facts: Facts, rules: tuple[CompiledScore, ...], now: datetime) -> tuple[ScorePart, ...]:
    parts = []
    for rule in rules:
        if rule.when.holds(facts, now):
            name, value = rule.when.saw(facts, now)
            parts.append(ScorePart(rule.name, rule.points, f"{name} {shown(value)}" if name else ""))
    return tuple(parts)


def _answers(facts: Facts, definition: CompiledDefinition, now: datetime) -> tuple[Answer, ...]:
    given = facts.get(ANSWERS)
    people: Mapping[str, Any] = given if isinstance(given, Mapping) else {}
    return tuple(_answer(criterion, people.get(criterion.name), facts, now) for criterion in definition.criteria)


def _answer(criterion: CompiledCriterion, said: object, facts: Facts, now: datetime) -> Answer:
    """A person's answer first; then "known not", then "known so"; unknown while a fact that could tell is blank."""
    if isinstance(said, Answer) and said.met is not None:
        return said
    if criterion.not_met is not None and criterion.not_met.holds(facts, now):
        field, value = criterion.not_met.saw(facts, now)
        return Answer(criterion.name, False, shown(value), field)
    if criterion.met.holds(facts, now):
        field, value = criterion.met.saw(facts, now)
        return Answer(criterion.name, True, shown(value), field)
    asked = criterion.met.fields
    if criterion.not_met is None and not any(is_blank(facts.get(field)) for field in asked):
        return Answer(criterion.name, False, shown(facts.get(asked[0])), asked[0])
    return Answer(criterion.name, None)


def _first_rule(facts: Facts, rules: tuple[CompiledRule, ...], now: datetime) -> CompiledRule:
    for rule in rules[:-1]:
        if rule.holds is None or rule.holds(facts, now):
            return rule
    return rules[-1]


def _wake(rule: CompiledRule, now: datetime) -> Wake | None:
    if rule.wake_days is None and not rule.wake_facts:
        return None
    at = None if rule.wake_days is None else now + timedelta(days=rule.wake_days)
    return Wake(at, rule.wake_facts)


def _say(sentence: Template, facts: Facts) -> str:
    return "".join(text + (shown(facts.get(name)) or "unknown" if name else "") for text, name in sentence)


def shown(value: object) -> str:
    """A fact as people read it: days without the time, yes and no, lists with commas, long texts cut."""
    if isinstance(value, str):
        text = value
    elif value is None:
        return ""
    elif isinstance(value, bool):
        return "yes" if value else "no"
    elif isinstance(value, date):
        return value.isoformat()[:10]
    elif isinstance(value, tuple | list | set | frozenset):
        text = ", ".join(str(item) for item in value)
    else:
        text = str(value)
    return text if len(text) <= MOST_SHOWN else f"{text[: MOST_SHOWN - 1]}…"
