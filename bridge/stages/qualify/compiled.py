"""The definition compiled for speed: conditions are closures, lists are sets, sentences are cut at their placeholders."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from bridge.decisions import Verdict
from bridge.frozen import frozen
from bridge.settings.compiled import CompiledCondition, Test, compile_condition, glob
from bridge.settings.condition_leaves import facts_compared
from bridge.settings.conditions import Condition
from bridge.settings.definition import PLACEHOLDER, Bant, Definition, Lists, Segment, VerdictRule, WakeRule
from bridge.settings.known import Known

Fits = Callable[[str], bool]
Template = tuple[tuple[str, str], ...]
"""A sentence as (text, name of the fact that follows it) pairs; the last name is empty."""


@frozen
class CompiledLists:
    """Tests for what the lists say; None where a list is empty."""

    competitors: frozenset[str]
    test_email: Fits | None
    test_name: Fits | None
    test_company: Fits | None
    student_email: Fits | None
    target_domains: frozenset[str]
    target: Test | None


@frozen
class CompiledSegment:
    """One segment: `holds` None takes everybody."""

    name: str
    holds: Test | None
    mandatory: tuple[str, ...]


@frozen
class CompiledCriterion:
    """One BANT criterion."""

    name: str
    ask: str
    met: CompiledCondition
    not_met: CompiledCondition | None


@frozen
class CompiledScore:
    """One score rule."""

    name: str
    points: int
    when: CompiledCondition


@frozen
class CompiledRule:
    """One verdict rule: `holds` None decides the rest."""

    name: str
    holds: Test | None
    verdict: Verdict
    reason: str
    sentence: Template
    wake_days: int | None
    wake_facts: tuple[str, ...]


@frozen
class CompiledDefinition:
    """A definition ready to judge by."""

    version: str
    lists: CompiledLists
    segments: tuple[CompiledSegment, ...]
    criteria: tuple[CompiledCriterion, ...]
    score: tuple[CompiledScore, ...]
    hot: Test | None
    rules: tuple[CompiledRule, ...]
    compared: tuple[str, ...] = ()
    """Facts a condition asks `changed` of."""


def compile_definition(definition: Definition, known: Known) -> CompiledDefinition:
    """Compile a definition that loading has checked against `known`."""

    def whole(condition: Condition) -> CompiledCondition:
        return compile_condition(condition, known)

    def test(condition: Condition | None) -> Test | None:
        return None if condition is None else whole(condition).holds

    bant = definition.bant
    return CompiledDefinition(
        version=definition.version,
        lists=_lists(definition.lists, test),
        segments=tuple(_segment(segment, definition, test) for segment in definition.segments),
        criteria=tuple(
            CompiledCriterion(
                name,
                getattr(bant, name).ask,
                whole(getattr(bant, name).met),
                None if getattr(bant, name).not_met is None else whole(getattr(bant, name).not_met),
            )
            for name in Bant.model_fields
        ),
        score=tuple(CompiledScore(rule.name, rule.points, whole(rule.when)) for rule in definition.score),
        hot=test(definition.hot),
        rules=tuple(_rule(rule, test(rule.when), whole) for rule in definition.verdicts),
        compared=tuple(dict.fromkeys(name for one in _conditions(definition) for name in facts_compared(one))),
    )


def _conditions(definition: Definition) -> Iterator[Condition]:
    """Every condition that decides something."""
    criteria = [getattr(definition.bant, name) for name in Bant.model_fields]
    asked = [definition.lists.target_accounts.when, definition.hot]
    asked += [segment.when for segment in definition.segments]
    asked += [rule.when for rule in definition.score]
    asked += [rule.when for rule in definition.verdicts]
    asked += [one for criterion in criteria for one in (criterion.met, criterion.not_met)]
    yield from (one for one in asked if one is not None)


def _segment(
    segment: Segment, definition: Definition, test: Callable[[Condition | None], Test | None]
) -> CompiledSegment:
    mandatory = definition.mandatory if segment.mandatory is None else segment.mandatory
    return CompiledSegment(segment.name, test(segment.when), mandatory)


def _rule(rule: VerdictRule, holds: Test | None, whole: Callable[[Condition], CompiledCondition]) -> CompiledRule:
    wake = rule.wake or WakeRule.model_construct(after_days=None, or_when=None)
    return CompiledRule(
        rule.reason,
        holds,
        Verdict(rule.outcome),
        rule.reason,
        cut_at_placeholders(rule.sentence),
        wake.after_days,
        () if wake.or_when is None else whole(wake.or_when).fields,
    )


def _lists(lists: Lists, test: Callable[[Condition | None], Test | None]) -> CompiledLists:
    patterns = lists.test_patterns
    return CompiledLists(
        competitors=_domains(lists.competitor_domains),
        test_email=_fits(patterns.email),
        test_name=_fits(patterns.name),
        test_company=_fits(patterns.company),
        student_email=_fits(lists.student_emails),
        target_domains=_domains(lists.target_accounts.domains),
        target=test(lists.target_accounts.when),
    )


def _fits(patterns: tuple[str, ...]) -> Fits | None:
    return glob(patterns) if patterns else None


def _domains(domains: tuple[str, ...]) -> frozenset[str]:
    return frozenset(domain.casefold().removeprefix("www.") for domain in domains)


def cut_at_placeholders(sentence: str) -> Template:
    """
    >>> cut_at_placeholders("Score {score}.")
    (('Score ', 'score'), ('.', ''))
    """
    pieces = PLACEHOLDER.split(sentence)
    return tuple(zip(pieces[::2], [*pieces[1::2], ""], strict=True))
