"""Conditions are typed against the known facts when the file loads."""

from __future__ import annotations

from typing import Any

import pytest

DEFINITION = "config/definition.yaml"
ROUTING = "config/routing.yaml"

# name, file, what is there, what stands there instead (all of the file when nothing is there), line:column, key, words
CASES = [
    (
        "unknown fact",
        DEFINITION,
        "{field: employees, at_least: 1000}",
        "{field: employes, at_least: 1000}",
        "11:19",
        "segments[1].when.field",
        "did you mean 'employees'?",
    ),
    (
        "compare a text",
        DEFINITION,
        "{field: budget_range, in: [high, low]}",
        "{field: country, at_least: DE}",
        "15:48",
        "bant.budget.met.at_least",
        "cannot be asked of 'country', which is a text.",
    ),
    (
        "text for a number",
        DEFINITION,
        "at_least: 1000",
        "at_least: thousand",
        "11:40",
        "segments[1].when.at_least",
        "must be a number, found 'thousand'; 'employees' is a number.",
    ),
    (
        "unknown level",
        DEFINITION,
        "matches_level: director",
        "matches_level: directer",
        "16:73",
        "bant.authority.met.matches_level",
        "did you mean 'director'?",
    ),
    (
        "never that value",
        DEFINITION,
        "{field: email_kind, equals: disposable}",
        "{field: email_kind, equals: disposible}",
        "24:39",
        "verdicts[0].when.equals",
        "did you mean 'disposable'?",
    ),
    (
        "value outside the map",
        DEFINITION,
        "in: [high, low]",
        "in: [high, lower]",
        "15:64",
        "bant.budget.met.in[1]",
        "did you mean 'low'?",
    ),
    (
        "yes for a boolean",
        DEFINITION,
        "{field: asked_for_contact, equals: true}",
        "{field: asked_for_contact, equals: yes}",
        "22:41",
        "hot.equals",
        "must be true or false, found 'yes'; 'asked_for_contact' is",
    ),
    (
        "number for a text fact",
        DEFINITION,
        "equals: now}",
        "equals: 3}",
        "18:67",
        "bant.timeline.met.equals",
        "must be a text; 'purchase_timeframe' is a text.",
    ),
    (
        "unknown operator",
        DEFINITION,
        "contains: analytics",
        "containing: analytics",
        "17:52",
        "bant.need.met.containing",
        "did you mean 'contains'?",
    ),
    (
        "date with equals",
        DEFINITION,
        "within_days: 30",
        "equals: 2026-01-01",
        "21:67",
        "score[1].when.equals",
        "cannot be asked of 'last_pricing_visit', which is a date or time.",
    ),
    (
        "operator without field",
        DEFINITION,
        "{field: product_interest, contains: analytics}",
        "{contains: analytics}",
        "17:26",
        "bant.need.met",
        "`contains` needs a `field` to ask about.",
    ),
    (
        "field without operator",
        DEFINITION,
        "{field: product_interest, contains: analytics}",
        "{field: product_interest}",
        "17:26",
        "bant.need.met",
        "says nothing about 'product_interest'.",
    ),
    (
        "score too early",
        DEFINITION,
        "{field: employees, at_least: 1000}",
        "{score_at_least: 10}",
        "11:28",
        "segments[1].when.score_at_least",
        "'score' is not known yet here.",
    ),
    (
        "unknown segment",
        ROUTING,
        "{segment: enterprise}",
        "{segment: enterprize}",
        "8:40",
        "rules[0].when.segment",
        "did you mean 'enterprise'?",
    ),
    (
        "list for equals",
        DEFINITION,
        "equals: now}",
        "equals: [now, soon]}",
        "18:67",
        "bant.timeline.met.equals",
        "must be one value.",
    ),
    (
        "list of no values",
        DEFINITION,
        "{field: email_kind, equals: disposable}",
        "{field: email, matches: []}",
        "24:35",
        "verdicts[0].when.matches",
        "must not be empty, found an empty list.",
    ),
    (
        "unlike an empty text",
        DEFINITION,
        "{field: email_kind, equals: disposable}",
        '{field: country, not_equals: ""}',
        "24:40",
        "verdicts[0].when.not_equals",
        "must not be an empty text. Blanks are asked for with is_empty or is_filled.",
    ),
    (
        "text that every text holds",
        DEFINITION,
        "{field: email_kind, equals: disposable}",
        '{field: country, contains: [U, ""]}',
        "24:42",
        "verdicts[0].when.contains[1]",
        "must not be an empty text.",
    ),
    (
        "segment of none",
        ROUTING,
        "{segment: enterprise}",
        "{segment: []}",
        "8:40",
        "rules[0].when.segment",
        "must not be empty, found an empty list.",
    ),
    (
        "placeholder that is none",
        DEFINITION,
        "score {score}",
        "score { score }",
        "31:15",
        "verdicts[1].sentence",
        "has a brace around no fact.",
    ),
    (
        "template injection",
        DEFINITION,
        "score {score}",
        "score {__class__}",
        "31:15",
        "verdicts[1].sentence",
        "there is no fact '__class__'.",
    ),
    (
        "format injection",
        DEFINITION,
        "score {score}",
        "score {scroe}",
        "31:15",
        "verdicts[1].sentence",
        "did you mean 'score'?",
    ),
]


@pytest.mark.parametrize(
    ("file", "old", "new", "at", "key", "words"), [case[1:] for case in CASES], ids=[case[0] for case in CASES]
)
def test_is_refused_where_it_is_wrong(files: Any, file: str, old: str, new: str, at: str, key: str, words: str) -> None:
    files.edit(file, old, new)
    files.expect(file, at, key, words)
