"""Files that are not the YAML the bridge reads: tabs, duplicate keys, tags, bombs, wrong encodings."""

from __future__ import annotations

from typing import Any

import pytest

DEFINITION = "config/definition.yaml"
ROUTING = "config/routing.yaml"
SCHEDULE = "config/schedule.yaml"
BRIDGE = "config/bridge.yaml"
CAPACITY = "config/capacity.yaml"
FOLLOW_UP = "config/follow_up.yaml"
LEAD = "mappings/contact_to_lead.yaml"
TENFOLD = "".join(f"{name}: &{name} [{', '.join([f'*{of}'] * 10)}]\n" for of, name in zip("abcd", "bcde", strict=True))
BOMB = f"a: &a [{', '.join('x' * 10)}]\n{TENFOLD}"

# name, file, what is there, what stands there instead (all of the file when nothing is there), line:column, key, words
CASES = [
    (
        "duplicate key",
        DEFINITION,
        "mandatory: [email, job_title]",
        "mandatory: [email]\nmandatory: [email, job_title]",
        "14:1",
        "mandatory",
        "is here twice; the first is in line 13.",
    ),
    ("tab", CAPACITY, "  emea:", "\temea:", "3:1", "line", "starts with a character YAML does not allow here."),
    (
        "colon in text",
        DEFINITION,
        "sentence: A throw-away address.",
        "sentence: Note: a throw-away address.",
        "27:19",
        "line",
        "has a second `: ` in one line, or is indented further than",
    ),
    (
        "quote never closed",
        SCHEDULE,
        '"30 1 * * mon"',
        '"30 1 * * mon',
        "4:17",
        "line",
        "has a quote that is never closed.",
    ),
    (
        "bracket never closed",
        DEFINITION,
        "signed_by: [marketing, sales]",
        "signed_by: [marketing, sales",
        "2:12",
        "line",
        "opens a bracket that is never closed.",
    ),
    (
        "brace never closed",
        LEAD,
        "values: {COMPUTER_SOFTWARE: Technology}",
        "values: {COMPUTER_SOFTWARE: Technology",
        "9:13",
        "line",
        "opens a bracket that is never closed.",
    ),
    ("no colon", FOLLOW_UP, "remind_after: 24", "remind_after 24", "2:1", "line", "has no `:` after a key."),
    (
        "indented unlike",
        CAPACITY,
        "teams:\n  emea: {new_per_day: 20}",
        "teams:\n  emea: {new_per_day: 20}\n amer: {new_per_day: 5}",
        "4:2",
        "line",
        "is indented unlike its neighbours, or has text after a",
    ),
    (
        "unknown alias",
        DEFINITION,
        "mandatory: [email, job_title]",
        "mandatory: *usual",
        "13:12",
        "line",
        "uses an alias (*name) that nothing above defines.",
    ),
    (
        "python tag",
        BRIDGE,
        "  domain: acme.my",
        "  domain: !!python/object/apply:os.system [ls]",
        "7:11",
        "salesforce.domain",
        "has the tag tag:yaml.org,2002:python/object/apply:os.system.",
    ),
    ("include", BRIDGE, "pull: {look_back: 10}", "pull: !include pull.yaml", "8:7", "pull", "has the tag !include."),
    (
        "merge key",
        BRIDGE,
        "  tier: professional",
        "  tier: professional\n  <<: {api: v3}",
        "4:3",
        "hubspot.<<",
        "merge keys (<<) are not used here.",
    ),
    (
        "second document",
        FOLLOW_UP,
        "count_weekends: false",
        "---\ncount_weekends: false",
        "4:1",
        "line",
        "holds a second document (---).",
    ),
    ("brackets in brackets", FOLLOW_UP, "", "a: " + "[" * 200_000, "1:503", "line", "is nested too deep."),
    ("dashes behind dashes", FOLLOW_UP, "", "- " * 200_000, "1:1001", "line", "is nested too deep."),
    ("alias bomb", FOLLOW_UP, "", BOMB, "1:35", "e[7][8][8][8][9]", "holds too much: too many values, or too deep."),
    (
        "alias loop",
        CAPACITY,
        "teams:\n  emea: {new_per_day: 20}",
        "teams: &t\n  emea: *t",
        "2:8",
        "teams.emea",
        "contains itself through an alias.",
    ),
    (
        "too big",
        CAPACITY,
        "",
        "# " + "x" * 1_000_001,
        "1:1",
        "capacity.yaml",
        "is 1,000,003 bytes; the most is 1,000,000.",
    ),
    ("not UTF-8", ROUTING, "Inbound Leads", "Inbound L\udce9ads", "12:26", "routing.yaml", "is not UTF-8 text here."),
    (
        "invisible character",
        ROUTING,
        "Inbound Leads",
        "Inbound\u200b\u0007 Leads",
        "12:25",
        "routing.yaml",
        "holds an invisible character, U+0007.",
    ),
    (
        "list instead of block",
        SCHEDULE,
        "",
        "- sync: {every: 5m}\n",
        "1:1",
        "file",
        "must be a block of `key: value` lines, found a list.",
    ),
]


@pytest.mark.parametrize(
    ("file", "old", "new", "at", "key", "words"), [case[1:] for case in CASES], ids=[case[0] for case in CASES]
)
def test_is_refused_where_it_is_wrong(files: Any, file: str, old: str, new: str, at: str, key: str, words: str) -> None:
    files.edit(file, old, new)
    files.expect(file, at, key, words)
