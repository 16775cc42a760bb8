"""The spine: what each stage says about a lead. Pure values; explain, review, reports and console read only these.

A stage returns its own value (`Cleaning`, `Match`, `Qualification`, `Assignment`); `decide` puts them together into one `Decision`.
Every outcome carries a stable short `reason` code (one line each in `docs/reasons.md`) and a `sentence` a marketer understands.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from datetime import datetime
from enum import StrEnum
from typing import Any

from bridge.frozen import frozen

EXTERNAL_ID = "LeadBridge_Id__c"
"""The Unique External ID field on Lead and Contact that holds a lead's id of ours; `leadbridge setup salesforce` creates it."""


class Verdict(StrEnum):
    """What becomes of a lead."""

    qualified = "qualified"
    nurture = "nurture"
    research = "research"
    low_value = "low_value"
    held = "held"
    rejected = "rejected"


class Outcome(StrEnum):
    """How sure a match is: linked without asking, a person is asked, or nothing fits."""

    link = "link"
    review = "review"
    none = "none"


@frozen
class Cleaned:
    """One value after cleaning.

    `value` is what may be written (None: nothing). `original` is what was typed. `reason` is empty when all is well, else a code such
    as `unknown_picklist_value`, `not_a_phone`, `cut_to_length`; `note` says it in words. `kept` is False when the value could not be used.
    """

    value: Any
    original: Any = None
    reason: str = ""
    note: str = ""
    kept: bool = True


@frozen
class Cleaning:
    """One mapping applied to one person: target field → cleaned value; `missing` are required fields without a value.

    `within`: state field → country field, where the org takes a state only of the country that stands beside it.
    """

    mapping: str
    fields: Mapping[str, Cleaned]
    missing: tuple[str, ...] = ()
    within: Mapping[str, str] = field(default_factory=dict)

    @property
    def values(self) -> dict[str, Any]:
        return {name: cleaned.value for name, cleaned in self.fields.items() if cleaned.value is not None}

    @property
    def notes(self) -> dict[str, Cleaned]:
        """Only the fields that something happened to."""
        return {name: cleaned for name, cleaned in self.fields.items() if cleaned.reason}


@frozen
class Evidence:
    """One reason for or against a match: what was compared, both values, and its weight in log-odds (natural log)."""

    name: str
    weight: float
    ours: str = ""
    theirs: str = ""


@frozen
class Match:
    """Which account (or person, or organisation) this is, how sure, and why.

    `score` is a calibrated probability 0..1; `gap` the distance of its log-odds to the runner-up's; `vetoes` name what forbade a link.
    """

    outcome: Outcome
    id: str | None = None
    name: str = ""
    score: float = 0.0
    gap: float = 0.0
    evidence: tuple[Evidence, ...] = ()
    vetoes: tuple[str, ...] = ()
    runner_up: str | None = None
    runner_up_score: float = 0.0
    reason: str = "no_candidate"
    sentence: str = ""


@frozen
class Answer:
    """One criterion's answer: `met` True, False or None (unknown); `value` and its `source` (a field, a form, a caller)."""

    criterion: str
    met: bool | None
    value: str = ""
    source: str = ""


@frozen
class ScorePart:
    """Points one rule gave, with what it saw."""

    rule: str
    points: int
    saw: str = ""


@frozen
class Wake:
    """When a nurtured lead is looked at again: at a time, or when one of these facts changes."""

    at: datetime | None = None
    facts: tuple[str, ...] = ()


@frozen
class Qualification:
    """Is this lead worth a salesperson's time, by which rule of which version."""

    verdict: Verdict
    reason: str
    sentence: str
    segment: str
    score: int
    score_parts: tuple[ScorePart, ...]
    answers: tuple[Answer, ...]
    missing: tuple[str, ...]
    version: str
    rule: str = ""
    wake: Wake | None = None
    priority: int = 0


@frozen
class Assignment:
    """Who gets it (`owner_id`: a Salesforce user or queue), which rule said so, and why the earlier rules did not apply."""

    owner_id: str
    owner_name: str
    rule: str
    reason: str
    sentence: str
    skipped: tuple[tuple[str, str], ...] = ()
    team: str = ""


@frozen
class Landing:
    """What the lead becomes in Salesforce: `create_lead`, `update_lead`, `create_contact`, `touch_contact`, `none`; and on which record."""

    kind: str
    object: str = ""
    id: str | None = None
    reason: str = ""
    sentence: str = ""


@frozen
class Decision:
    """One lead's whole trail, with the versions of mapping and definition used."""

    lead_id: str
    verdict: Verdict
    reason: str
    sentence: str
    cleaning: Cleaning
    account: Match
    person: Match
    qualification: Qualification
    assignment: Assignment | None
    landing: Landing
    versions: Mapping[str, str]
    decided_at: datetime
    extra: Mapping[str, Any] = field(default_factory=dict)
