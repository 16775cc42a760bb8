"""Rules that are never reached, never end, or name nobody; times that are none."""

from __future__ import annotations

from typing import Any

import pytest

DEFINITION = "config/definition.yaml"
ROUTING = "config/routing.yaml"
SCHEDULE = "config/schedule.yaml"
CAPACITY = "config/capacity.yaml"
FOLLOW_UP = "config/follow_up.yaml"
BRIDGE = "config/bridge.yaml"

# name, file, what is there, what stands there instead (all of the file when nothing is there), line:column, key, words
CASES = [
    (
        "last segment has when",
        DEFINITION,
        "  - name: other\n",
        "",
        "10:5",
        "segments[1]",
        "is the last segment and must take the rest.",
    ),
    (
        "otherwise not last",
        DEFINITION,
        "  - when: {bant_at_least: 3, mandatory: complete}\n    verdict: qualified",
        "  - otherwise: qualified",
        "28:16",
        "verdicts[1].otherwise",
        "decides everybody, so the rules after it are never reached.",
    ),
    ("nurture for ever", DEFINITION, "    wake: {after_days: 90}\n", "", "32:5", "verdicts[2]", "nurtures for ever."),
    (
        "bad reason",
        DEFINITION,
        "reason: not_ready",
        "reason: Not ready",
        "33:13",
        "verdicts[2].reason",
        "'Not ready' is no code.",
    ),
    (
        "unknown mandatory",
        DEFINITION,
        "mandatory: [email, job_title]",
        "mandatory: [email, jobtitle]",
        "13:20",
        "mandatory[1]",
        "did you mean 'job_title'?",
    ),
    ("unknown team", ROUTING, "team: emea}", "team: emeaa}", "8:59", "rules[0].team", "did you mean 'emea'?"),
    ("unknown capacity team", CAPACITY, "  emea:", "  emae:", "3:3", "teams.emae", "did you mean 'emea'?"),
    (
        "two takers",
        ROUTING,
        "team: partners}",
        "team: partners, queue: Partners}",
        "9:5",
        "rules[1]",
        "needs one of `team`, `user` and `queue`.",
    ),
    (
        "absence backwards",
        ROUTING,
        "until: 2027-01-04",
        "until: 2026-01-04",
        "11:5",
        "absent[0]",
        "ends before it begins.",
    ),
    ("no day", ROUTING, "from: 2026-12-21", "from: 21.12.2026", "11:37", "absent[0].from", "'21.12.2026' is no day."),
    ("unknown zone", SCHEDULE, "Europe/Berlin", "Europe/Belin", "1:12", "time_zone", "did you mean 'Europe/Berlin'?"),
    (
        "numeric weekday",
        SCHEDULE,
        "30 1 * * mon",
        "30 1 * * 1",
        "4:17",
        "jobs.sweep.cron",
        "the weekday '1' is a number; programs count weekdays differently.",
    ),
    ("weekday misspelled", SCHEDULE, "30 1 * * mon", "30 1 * * mno", "4:17", "jobs.sweep.cron", "did you mean 'mon'?"),
    (
        "hour out of range",
        SCHEDULE,
        "30 1 * * mon",
        "30 25 * * mon",
        "4:17",
        "jobs.sweep.cron",
        "the hour '25' must lie between 0 and 23.",
    ),
    ("four parts", SCHEDULE, "30 1 * * mon", "30 1 * mon", "4:17", "jobs.sweep.cron", "has 4 parts instead of 5."),
    (
        "no interval",
        SCHEDULE,
        "every: 5m",
        "every: 5 minutes",
        "3:17",
        "jobs.sync.every",
        "'5 minutes' is no interval.",
    ),
    (
        "every and cron",
        SCHEDULE,
        "{every: 5m}",
        '{every: 5m, cron: "0 * * * *"}',
        "3:9",
        "jobs.sync",
        "needs `every` or `cron`, and not both.",
    ),
    (
        "hours backwards",
        SCHEDULE,
        "30 1 * * mon",
        "0 18-8 * * *",
        "4:17",
        "jobs.sweep.cron",
        "the hour '18-8' ends before it begins. Write 18-23,0-8 for both sides.",
    ),
    (
        "weekdays backwards",
        SCHEDULE,
        "30 1 * * mon",
        "30 1 * * fri-mon",
        "4:17",
        "jobs.sweep.cron",
        "the weekdays 'fri-mon' end before they begin.",
    ),
    (
        "step over the hour",
        SCHEDULE,
        "30 1 * * mon",
        "*/90 * * * *",
        "4:17",
        "jobs.sweep.cron",
        "the minute '*/90' steps over all but its first. Leave the step out, or use `every`.",
    ),
    (
        "30 February",
        SCHEDULE,
        "30 1 * * mon",
        "30 1 30 feb *",
        "4:17",
        "jobs.sweep.cron",
        "the day '30' never comes in the month 'feb'.",
    ),
    (
        "service without a team",
        BRIDGE,
        "pull: {look_back: 10}",
        "landing: {customer: service}",
        "8:21",
        "landing.customer",
        "is for the service team, and none is named.",
    ),
    (
        "service of a segment without a team",
        BRIDGE,
        "pull: {look_back: 10}",
        "landing: {segments: {enterprise: {customer: service}}}",
        "8:45",
        "landing.segments.enterprise.customer",
        "is for the service team, and none is named.",
    ),
    (
        "unknown service team",
        BRIDGE,
        "pull: {look_back: 10}",
        "landing: {customer: service, service_team: emeaa}",
        "8:44",
        "landing.service_team",
        "there is no team 'emeaa' in routing.yaml. did you mean 'emea'?",
    ),
    (
        "landing of an unknown segment",
        BRIDGE,
        "pull: {look_back: 10}",
        "landing: {segments: {enterprize: {known_account: contact}}}",
        "8:22",
        "landing.segments.enterprize",
        "there is no segment 'enterprize' in definition.yaml. did you mean 'enterprise'?",
    ),
    (
        "two lanes with one list",
        BRIDGE,
        "pull: {look_back: 10}",
        "handoff: {lists: {room: Waiting, nobody: waiting}}",
        "8:18",
        "handoff.lists",
        "two lanes have the list 'Waiting'.",
    ),
    (
        "no time of day",
        ROUTING,
        "fallback_queue:",
        'hours: {jane@acme.example: {from: "25:00"}}\nfallback_queue:',
        "12:35",
        "hours.jane@acme.example.from",
        "'25:00' is no time of day. Write hours and minutes, e.g. 08:30.",
    ),
    (
        "no country",
        ROUTING,
        "{field: country, equals: DE}",
        "{field: country, in: [DE, UK]}",
        "9:53",
        "rules[1].when.in[1]",
        "'country' is never 'UK'. Write the two letters of ISO 3166, e.g. DE, GB, US.",
    ),
    ("unknown job", SCHEDULE, "  sync:", "  snyc:", "3:3", "jobs.snyc", "did you mean 'sync'?"),
    (
        "escalation first",
        FOLLOW_UP,
        "escalate_after: 72",
        "escalate_after: 12",
        "3:17",
        "escalate_after",
        "must be more than remind_after (24).",
    ),
]


@pytest.mark.parametrize(
    ("file", "old", "new", "at", "key", "words"), [case[1:] for case in CASES], ids=[case[0] for case in CASES]
)
def test_is_refused_where_it_is_wrong(files: Any, file: str, old: str, new: str, at: str, key: str, words: str) -> None:
    files.edit(file, old, new)
    files.expect(file, at, key, words)
