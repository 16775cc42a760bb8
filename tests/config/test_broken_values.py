"""Unknown and missing keys, values of the wrong kind, addresses that must not be used."""

from __future__ import annotations

from typing import Any

import pytest

DEFINITION = "config/definition.yaml"
ROUTING = "config/routing.yaml"
BRIDGE = "config/bridge.yaml"
FOLLOW_UP = "config/follow_up.yaml"
LEAD = "mappings/contact_to_lead.yaml"

# name, file, what is there, what stands there instead (all of the file when nothing is there), line:column, key, words
CASES = [
    ("unknown key", BRIDGE, "  send: 500", "  sned: 500", "10:3", "brakes.sned", "did you mean 'send'?"),
    ("unknown block", DEFINITION, "hot: {field", "hott: {field", "22:1", "hott", "did you mean 'hot'?"),
    ("missing key", ROUTING, "fallback_queue: Inbound Leads\n", "", "1:1", "fallback_queue", "is missing."),
    (
        "missing key in a list",
        DEFINITION,
        "points: 20, when: {field: job_level, at_least: director}",
        "when: {field: job_level, at_least: director}",
        "20:5",
        "score[0].points",
        "is missing.",
    ),
    (
        "unknown key in a mapping line",
        LEAD,
        "default_region: from_country",
        "region: from_country",
        "6:39",
        "fields.Phone.region",
        "did you mean 'default_region'?",
    ),
    (
        "missing block",
        DEFINITION,
        "  timeline: {ask: When?, met: {field: purchase_timeframe, equals: now}}\n",
        "",
        "14:1",
        "bant.timeline",
        "is missing.",
    ),
    (
        "number as a word",
        BRIDGE,
        "  send: 500",
        "  send: lots",
        "10:9",
        "brakes.send",
        "must be a whole number, found 'lots'.",
    ),
    (
        "octal",
        FOLLOW_UP,
        "first_touch: 24",
        "first_touch: 024",
        "1:14",
        "first_touch",
        "must be a whole number, found '024'.",
    ),
    (
        "sexagesimal",
        FOLLOW_UP,
        "remind_after: 24",
        "remind_after: 1:30",
        "2:15",
        "remind_after",
        "must be a whole number, found '1:30'.",
    ),
    (
        "yes for true",
        FOLLOW_UP,
        "count_weekends: false",
        "count_weekends: yes",
        "4:17",
        "count_weekends",
        "must be true or false, found 'yes'.",
    ),
    (
        "number for a text",
        DEFINITION,
        "version: 2026-11",
        "version: 2026",
        "1:10",
        "version",
        "must be a text, found '2026'.",
    ),
    (
        "out of range",
        BRIDGE,
        "{look_back: 10}",
        "{look_back: -1}",
        "8:19",
        "pull.look_back",
        "must be at least 0, found '-1'.",
    ),
    (
        "too many a call",
        BRIDGE,
        "brakes:",
        "batches: {push: 500}\nbrakes:",
        "9:17",
        "batches.push",
        "must be at most 200, found '500'.",
    ),
    (
        "word out of a list",
        BRIDGE,
        "  tier: professional",
        "  tier: profesional",
        "3:9",
        "hubspot.tier",
        "did you mean 'professional'?",
    ),
    (
        "old Salesforce",
        BRIDGE,
        '  api_version: "66.0"',
        "  api_version: 59.0",
        "5:16",
        "salesforce.api_version",
        "59.0 is too old.",
    ),
    (
        "login by password",
        BRIDGE,
        "  login: client_credentials",
        "  login: password",
        "6:10",
        "salesforce.login",
        "must be client_credentials or jwt, found 'password'.",
    ),
    (
        "foreign host",
        BRIDGE,
        "  tier: professional",
        "  tier: professional\n  base_url: https://api.hubapi.com.evil.example",
        "4:13",
        "hubspot.base_url",
        "'https://api.hubapi.com.evil.example' is no address of that system.",
    ),
    (
        "no https",
        BRIDGE,
        "  tier: professional",
        "  tier: professional\n  base_url: api-eu1.hubapi.com",
        "4:13",
        "hubspot.base_url",
        "is no address with https:// before it.",
    ),
    (
        "plain http",
        BRIDGE,
        "  domain: acme.my",
        "  domain: acme.my\n  base_url: http://acme.my.salesforce.com",
        "8:13",
        "salesforce.base_url",
        "'http://acme.my.salesforce.com' is no address of that system.",
    ),
    (
        "password in the address",
        BRIDGE,
        "brakes:",
        "database: {url: 'postgresql://me:pw@db/leads'}\nbrakes:",
        "9:17",
        "database.url",
        "holds a password.",
    ),
    ("empty", BRIDGE, "", "", "1:1", "bridge.yaml", "is empty."),
    ("empty lines", LEAD, "", "\n \n", "1:1", "contact_to_lead.yaml", "is empty."),
    (
        "no time at all",
        BRIDGE,
        "brakes:",
        "deadlines: {cycle: 1}\nbrakes:",
        "9:20",
        "deadlines.cycle",
        "must be at least 60",
    ),
]


@pytest.mark.parametrize(
    ("file", "old", "new", "at", "key", "words"), [case[1:] for case in CASES], ids=[case[0] for case in CASES]
)
def test_is_refused_where_it_is_wrong(files: Any, file: str, old: str, new: str, at: str, key: str, words: str) -> None:
    files.edit(file, old, new)
    files.expect(file, at, key, words)
