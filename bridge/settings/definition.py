"""The model of `config/definition.yaml`: what a qualified lead is. Marketing and Sales sign it; every verdict names its version.

Read from the top: lists make facts, segments sort, mandatory information, BANT and score judge, verdicts decide (first rule that holds).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal, Self

from pydantic import Field, field_validator, model_validator

from bridge.settings.base import Settings, Texts, problem
from bridge.settings.condition_leaves import Finding, check_condition, check_fact
from bridge.settings.conditions import Condition
from bridge.settings.known import Known, KnownFact

VerdictName = Literal["qualified", "nurture", "research", "low_value", "held", "rejected"]
PLACEHOLDER = re.compile(r"\{(\w*)\}")
DOMAIN = re.compile(r"(?:[a-z0-9-]+\.)+[a-z0-9-]{2,}", re.IGNORECASE)
MISSING = "missing"
"""In a sentence `{missing}` names the mandatory information that is not there; in a reason code the first of it."""


class TestPatterns(Settings):
    """Who is a test entry: `*` is any text, `?` one character."""

    __test__ = False

    email: Texts = Field(default=(), description="Patterns of addresses.", examples=[["*@test.*", "test@*"]])
    name: Texts = Field(default=(), description="Patterns of first, last or full names.", examples=[["test*", "asdf*"]])
    company: Texts = Field(default=(), description="Patterns of company names.", examples=[["test company"]])


class TargetAccounts(Settings):
    """Which organisations we want."""

    domains: Texts = Field(default=(), description="Web domains of wanted organisations.", examples=[["acme.example"]])
    when: Condition | None = Field(default=None, description="Or any organisation this holds for.")


class Lists(Settings):
    """Lists the definition is fed with; they make the facts is_competitor, is_test, is_student and target_account."""

    competitor_domains: Texts = Field(default=(), description="Web and e-mail domains of competitors.")
    test_patterns: TestPatterns = Field(default=TestPatterns(), description="Test entries.")
    student_emails: Texts = Field(default=(), description="Patterns of student addresses.", examples=[["*@student.*"]])
    target_accounts: TargetAccounts = Field(default=TargetAccounts(), description="Organisations we want.")


class Segment(Settings):
    """One segment; the first that holds is the lead's. The last has no `when` and takes the rest."""

    name: str = Field(pattern=r"^[a-z][a-z0-9_]*$", description="Small letters, digits and _.", examples=["enterprise"])
    when: Condition | None = Field(default=None, description="Who belongs to it.")
    mandatory: Texts | None = Field(
        default=None, description="Mandatory information here, instead of the general list."
    )


class Criterion(Settings):
    """One of the four BANT criteria: met, not met or unknown, and by which fact."""

    ask: str = Field(min_length=1, description="What a caller asks.", examples=["Who else has to agree?"])
    met: Condition = Field(description="The criterion is met when this holds.")
    not_met: Condition | None = Field(
        default=None,
        description="It is known not to be met when this holds. Without it: when every fact `met` speaks of is known "
        "and `met` does not hold; with a blank among them it is unknown.",
    )


class Bant(Settings):
    """Budget, authority, need, timeline."""

    budget: Criterion = Field(description="Is there money for it?")
    authority: Criterion = Field(description="Can this person decide?")
    need: Criterion = Field(description="Do they need what we sell?")
    timeline: Criterion = Field(description="Do they want it soon?")


class ScoreRule(Settings):
    """Points for something we like, or minus points. The parts are kept and shown."""

    name: str = Field(min_length=1, description="What the points are for, in words.", examples=["Visited pricing"])
    points: int = Field(ge=-1000, le=1000, description="Whole number, may be negative.", examples=[20])
    when: Condition = Field(description="When the points are given.")


class WakeRule(Settings):
    """When a lead that must wait is looked at again. New facts always lead to a new decision; this adds to them."""

    after_days: int | None = Field(default=None, ge=1, le=3650, description="After so many days.", examples=[90])
    or_when: Condition | None = Field(default=None, description="Or as soon as one of the facts named here changes.")

    @model_validator(mode="after")
    def _wakes_at_all(self) -> Self:
        if self.after_days is None and self.or_when is None:
            raise problem("never wakes", "Give after_days or or_when.")
        return self


class VerdictRule(Settings):
    """One rule; the first that holds decides. The last says `otherwise` instead of `when` and `verdict`."""

    when: Condition | None = Field(default=None, description="When this rule decides.")
    verdict: VerdictName | None = Field(default=None, description="What becomes of the lead.")
    otherwise: VerdictName | None = Field(
        default=None, description="The verdict when no rule before it held; last rule only."
    )
    reason: str = Field(description="Stable short code; may hold `{missing}`.", examples=["no_{missing}"])
    sentence: str = Field(min_length=1, description="The reason in words; may hold facts such as `{score}`.")
    wake: WakeRule | None = Field(default=None, description="When it is looked at again; needed for nurture.")

    @field_validator("reason")
    @classmethod
    def _is_a_code(cls, reason: str) -> str:
        if not re.fullmatch(r"[a-z][a-z0-9_]*", reason.replace("{missing}", "x")):
            raise problem(f"'{reason}' is no code", "Use small letters, digits and _, e.g. no_{missing}.")
        return reason

    @model_validator(mode="after")
    def _is_one_kind(self) -> Self:
        if self.otherwise is not None and (self.when is not None or self.verdict is not None):
            raise problem("has `otherwise` beside `when` or `verdict`", "The last rule has `otherwise` alone.")
        if self.otherwise is None and (self.when is None or self.verdict is None):
            raise problem("needs `when` and `verdict`", "Only the last rule says `otherwise`.")
        if self.outcome == "nurture" and self.wake is None:
            raise problem("nurtures for ever", "Add `wake: {after_days: 90}`.")
        if self.outcome == "qualified" and self.wake is not None:
            raise problem("wakes a qualified lead", "Leave `wake` out.")
        return self

    @property
    def outcome(self) -> VerdictName:
        verdict = self.verdict or self.otherwise
        assert verdict is not None
        return verdict


class Definition(Settings):
    """What a qualified lead is."""

    version: str = Field(
        min_length=1, description="Named by every verdict; change it with the content.", examples=["2026-11"]
    )
    signed_by: Texts = Field(min_length=1, description="Who has agreed.", examples=[["marketing", "sales"]])
    lists: Lists = Field(default=Lists(), description="Competitors, test entries, target accounts.")
    segments: tuple[Segment, ...] = Field(min_length=1, description="Ordered; the first that holds.")
    mandatory: Texts = Field(
        description="Facts without which a lead is not handed over.", examples=[["email", "company"]]
    )
    bant: Bant = Field(description="Budget, authority, need, timeline.")
    score: tuple[ScoreRule, ...] = Field(default=(), description="Points; every rule that holds adds its own.")
    hot: Condition | None = Field(default=None, description="Acts that go first and at once.")
    verdicts: tuple[VerdictRule, ...] = Field(
        min_length=1,
        description="Ordered; the first that holds decides.",
        examples=[
            [{"otherwise": "nurture", "reason": "not_ready", "sentence": "Not ready.", "wake": {"after_days": 90}}]
        ],
    )


def check_definition(definition: Definition, known: Known) -> Iterator[Finding]:
    """Everything wrong that one value alone does not show: unknown facts, wrong types, rules that are never reached."""
    lists = definition.lists
    yield from _check_domains(lists.competitor_domains, ("lists", "competitor_domains"))
    yield from _check_domains(lists.target_accounts.domains, ("lists", "target_accounts", "domains"))
    target = lists.target_accounts.when
    if target is not None:
        facts = {name: fact for name, fact in known.items() if name != "target_account"}
        yield from check_condition(target, facts, "facts", ("lists", "target_accounts", "when"))
    yield from _check_segments(definition, known)
    yield from _check_mandatory(definition.mandatory, known, ("mandatory",))
    for name, criterion in ((name, getattr(definition.bant, name)) for name in Bant.model_fields):
        yield from check_condition(criterion.met, known, "score", ("bant", name, "met"))
        if criterion.not_met is not None:
            yield from check_condition(criterion.not_met, known, "score", ("bant", name, "not_met"))
    for index, rule in enumerate(definition.score):
        yield from check_condition(rule.when, known, "segment", ("score", index, "when"))
    if definition.hot is not None:
        yield from check_condition(definition.hot, known, "score", ("hot",))
    yield from _check_verdicts(definition, known)


def _check_domains(domains: tuple[str, ...], path: tuple[str | int, ...]) -> Iterator[Finding]:
    """A link, an address or a pattern would never be the domain of anybody."""
    for index, name in enumerate(domains):
        if not DOMAIN.fullmatch(name):
            near = "Write it alone, rival.example; what stands below it counts. One of other letters as xn--…"
            yield Finding((*path, index), f"'{name}' is no web domain.", near)


def _check_segments(definition: Definition, known: Known) -> Iterator[Finding]:
    names: set[str] = set()
    last = len(definition.segments) - 1
    for index, segment in enumerate(definition.segments):
        path = ("segments", index)
        if segment.name in names:
            yield Finding((*path, "name"), f"'{segment.name}' is here twice.")
        names.add(segment.name)
        if segment.when is not None:
            yield from check_condition(segment.when, known, "facts", (*path, "when"))
            if index == last:
                yield Finding(path, "is the last segment and must take the rest.", "Add a last segment without `when`.")
        elif index != last:
            yield Finding(path, "takes everybody, so the segments after it are never reached.", "Put it last.")
        yield from _check_mandatory(segment.mandatory or (), known, (*path, "mandatory"))


def _check_mandatory(names: tuple[str, ...], known: Known, path: tuple[str | int, ...]) -> Iterator[Finding]:
    for index, name in enumerate(names):
        yield from check_fact(name, known, "facts", (*path, index))


def _check_verdicts(definition: Definition, known: Known) -> Iterator[Finding]:
    last = len(definition.verdicts) - 1
    for index, rule in enumerate(definition.verdicts):
        path = ("verdicts", index)
        if rule.when is not None:
            yield from check_condition(rule.when, known, "answers", (*path, "when"))
        if rule.wake is not None and rule.wake.or_when is not None:
            yield from check_condition(rule.wake.or_when, known, "answers", (*path, "wake", "or_when"))
        if rule.otherwise is None and index == last:
            yield Finding(path, "is the last rule and must decide the rest.", "Add `- {otherwise: nurture, …}`.")
        elif rule.otherwise is not None and index != last:
            yield Finding(
                (*path, "otherwise"), "decides everybody, so the rules after it are never reached.", "Put it last."
            )
        yield from _check_placeholders(rule, known, (*path, "sentence"))


def _check_placeholders(rule: VerdictRule, known: Known, path: tuple[str | int, ...]) -> Iterator[Finding]:
    names: dict[str, KnownFact | None] = {**known, MISSING: None}
    for name in PLACEHOLDER.findall(rule.sentence):
        if name not in names:
            yield from check_fact(name, known, "answers", path)
    if set("{}") & set(PLACEHOLDER.sub("", rule.sentence)):
        yield Finding(
            path, "has a brace around no fact.", "Write a fact as {score}, with nothing else between the braces."
        )
