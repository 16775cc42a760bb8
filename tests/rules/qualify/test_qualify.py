"""Verdicts by the starter definition, and what a verdict says: segment, score parts, answers with sources, what is missing, wake."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from bridge.decisions import Answer, Qualification, ScorePart, Verdict, Wake
from bridge.settings.loading import Settings, load_settings
from bridge.stages.qualify import CompiledDefinition, compile_definition, listed_facts, qualify
from bridge.stages.qualify.judging import in_words, priority, shown

ROOT = Path(__file__).parents[3]
NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
DAY = timedelta(days=1)

READY: dict[str, Any] = {
    "first_name": "Jane",
    "last_name": "Doe",
    "email": "jane@acme.example",
    "email_kind": "business",
    "company": "Acme",
    "domain": "acme.example",
    "job_title": "Director of IT",
    "job_level": "director",
    "country": "DE",
    "employees": 300,
    "budget_range": "25k_100k",
    "purchase_timeframe": "1_3_months",
    "need_description": "One place for orders",
    "decision_role": "decision_maker",
    "days_since_activity": 3,
}


@cache
def starter() -> tuple[Settings, CompiledDefinition]:
    settings = load_settings(ROOT / "config", ROOT / "mappings")
    return settings, compile_definition(settings.definition, settings.known)


def judged(**facts: Any) -> Qualification:
    """READY with these facts instead; None takes one away."""
    seen = {name: value for name, value in {**READY, **facts}.items() if value is not None}
    return qualify(seen, starter()[1], NOW)


VERDICTS = [
    ("ready", {}, "qualified", "bant"),
    ("hot", {"asked_for_contact": True, "purchase_timeframe": "now"}, "qualified", "hot"),
    ("test entry by address", {"email": "test@acme.example"}, "rejected", "test_entry"),
    ("test entry by name", {"first_name": "Asdf", "last_name": "asdfasdf"}, "rejected", "test_entry"),
    ("test entry by company", {"company": "Test Company Ltd"}, "rejected", "test_entry"),
    ("Tester is a name", {"last_name": "Tester"}, "qualified", "bant"),
    ("competitor", {"email": "a@syncmonger.io"}, "rejected", "competitor"),
    ("competitor's subdomain", {"email": "a@uk.syncmonger.io"}, "rejected", "competitor"),
    ("competitor by web domain", {"domain": "syncmonger.io"}, "rejected", "competitor"),
    ("not quite a competitor", {"email": "a@notsyncmonger.io"}, "qualified", "bant"),
    ("student by title", {"job_title": "Student", "job_level": "student"}, "rejected", "student"),
    ("student by address", {"email": "a@student.uni.example"}, "rejected", "student"),
    ("throw-away address", {"email_kind": "disposable"}, "rejected", "disposable_address"),
    ("unsubscribed", {"unsubscribed": True}, "rejected", "unsubscribed"),
    ("bounced", {"bounced": True}, "rejected", "bounced"),
    ("no title", {"job_title": None, "job_level": None}, "held", "no_job_title"),
    ("no country", {"country": None}, "held", "no_country"),
    ("no company nor country", {"company": None, "country": None}, "held", "no_company"),
    ("target account needs no title", {"marketing_target": True, "job_title": None}, "qualified", "bant"),
    ("silent CFO", {"marketing_target": True, "job_level": "c_level", "budget_range": None, "purchase_timeframe": None,
                    "need_description": None}, "research", "silent_executive"),
    ("silent CFO elsewhere", {"job_level": "c_level", "budget_range": None, "purchase_timeframe": None,
                              "need_description": None}, "nurture", "not_ready"),
    ("talkative CFO", {"marketing_target": True, "job_level": "c_level"}, "qualified", "bant"),
    ("small deal", {"budget_range": "under_5k"}, "low_value", "small_deal"),
    ("small deal by size", {"expected_deal_size": 1200}, "low_value", "small_deal"),
    ("small deal of a big one", {"budget_range": "under_5k", "employees": 5000, "asked_for_contact": True}, "qualified", "bant"),
    ("two of four", {"budget_range": None, "decision_role": None, "job_level": "staff"}, "nurture", "not_ready"),
    ("nothing but an address", dict.fromkeys(READY, None) | {"email": "x@y.example"}, "nurture", "not_ready"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("facts", "verdict", "reason"), [row[1:] for row in VERDICTS], ids=[row[0] for row in VERDICTS]
)
def test_verdict(facts: dict[str, Any], verdict: str, reason: str) -> None:
    found = judged(**facts)
    assert (found.verdict, found.reason) == (Verdict(verdict), reason)
    assert found.version == "2026-11"


SEGMENTS = [
    ({"marketing_target": True, "employees": 5}, "target_account"),
    ({"employees": 1000}, "enterprise"),
    ({"employees": 999}, "mid_market"),
    ({"employees": 99}, "small_business"),
    ({"employees": None}, "unknown_size"),
]


@pytest.mark.parametrize(("facts", "segment"), SEGMENTS)
def test_the_first_segment_that_holds(facts: dict[str, Any], segment: str) -> None:
    assert judged(**facts).segment == segment


def test_the_score_is_the_sum_of_its_parts_and_they_say_what_they_saw() -> None:
    found = judged(asked_for_contact=True, last_pricing_visit=NOW - 3 * DAY)
    assert found.score == sum(part.points for part in found.score_parts)
    assert ScorePart("Visited pricing in the last 30 days", 20, "last_pricing_visit 2026-11-19") in found.score_parts
    assert ScorePart("Director or above", 20, "job_level director") in found.score_parts


def test_points_can_be_taken_away() -> None:
    old = judged(days_since_activity=200)
    assert ScorePart("Nothing heard for half a year", -20, "days_since_activity 200") in old.score_parts
    assert old.score == judged().score - 20


ANSWERS = [
    ("met", {"budget_range": "over_100k"}, Answer("budget", True, "over_100k", "budget_range")),
    ("met another way", {"budget_range": None, "expected_deal_size": 9000}, Answer("budget", True, "9000", "expected_deal_size")),
    ("known not to be", {"budget_range": "none"}, Answer("budget", False, "none", "budget_range")),
    ("nobody knows", {"budget_range": None}, Answer("budget", None)),
    ("title tells", {"decision_role": None}, Answer("authority", True, "director", "job_level")),
    ("title does not tell", {"decision_role": None, "job_level": "staff"}, Answer("authority", None)),
    ("researcher cannot decide", {"decision_role": "researcher", "job_level": "vp"}, Answer("authority", False, "researcher", "decision_role")),
    ("no plan", {"purchase_timeframe": "no_plan"}, Answer("timeline", False, "no_plan", "purchase_timeframe")),
]  # fmt: skip


@pytest.mark.parametrize(("facts", "answer"), [row[1:] for row in ANSWERS], ids=[row[0] for row in ANSWERS])
def test_every_criterion_answers_with_its_source(facts: dict[str, Any], answer: Answer) -> None:
    assert answer in judged(**facts).answers


def test_what_a_person_said_counts_before_the_fields() -> None:
    said = Answer("budget", False, "frozen until May", "caller Ana, 2026-11-20")
    found = judged(answers={"budget": said})
    assert said in found.answers
    assert judged(answers={"budget": Answer("budget", None)}).answers == judged().answers


def test_a_callers_answers_can_change_the_verdict() -> None:
    unknown = {"budget_range": None, "decision_role": None, "job_level": "staff", "asked_for_contact": True}
    before = judged(**unknown)
    yes = {name: Answer(name, True, "yes", "caller") for name in ("budget", "authority")}
    assert (before.verdict, judged(**unknown, answers=yes).verdict) == (Verdict.nurture, Verdict.qualified)


def test_a_no_needs_every_fact_when_the_definition_names_no_no() -> None:
    none_of_them = {"need_description": None, "product_interest": None, "asked_for_contact": False}
    answers = {answer.criterion: answer for answer in judged(**none_of_them).answers}
    assert answers["need"].met is None


def test_a_nurtured_lead_wakes_by_date_or_by_what_it_does() -> None:
    found = judged(budget_range=None, decision_role=None, job_level="staff")
    assert found.wake == Wake(NOW + 90 * DAY, ("last_pricing_visit", "forms_count", "purchase_timeframe"))
    assert judged().wake is None


@pytest.mark.parametrize(
    "email", ["noreply@acme.de", "No-Reply-Orders@acme.de", "donotreply@acme.de", "MAILER-DAEMON@mx1.acme.de"]
)
def test_nobody_calls_a_machine(email: str) -> None:
    assert (judged(email=email).verdict, judged(email=email).reason) == (Verdict.rejected, "nobody_there")
    assert judged(email=f"jane.{email}").verdict is Verdict.qualified


@pytest.mark.parametrize(
    "message",
    [
        "Hi, we offer SEO services and link building.",
        "I am applying as a sales engineer. My CV is attached.",
        "Hiermit bewerbe mich ich als Entwickler.",
        "I'm a journalist and write about your funding round.",
        "Ich schreibe meine Masterarbeit über CRM.",
    ],
)
def test_words_that_are_no_buyers_are_read_by_a_person_first(message: str) -> None:
    found = judged(message=message, asked_for_contact=True, purchase_timeframe="now")
    assert (found.verdict, found.reason) == (Verdict.held, "perhaps_no_buyer")
    assert judged(message="We need our orders in one place.", asked_for_contact=True).verdict is Verdict.qualified


def test_a_request_of_two_months_ago_is_not_told_as_new() -> None:
    """Hot by what they did since: the sentence must not say that they have just asked."""
    hot = judged(asked_for_contact=True, last_pricing_visit=NOW - DAY, purchase_timeframe="1_3_months")
    assert hot.reason == "hot"
    assert hot.sentence.startswith("Asked to be contacted, and wants it now or looked at the prices this week;")


def test_hot_goes_first_then_the_score() -> None:
    hot = judged(asked_for_contact=True, purchase_timeframe="now", job_level="staff", need_description=None)
    best = judged(employees=5000, last_pricing_visit=NOW - 20 * DAY)
    assert hot.priority > best.priority > judged().priority
    assert (priority(False, -5), priority(False, 5000), priority(True, 0)) == (0, 999, 1000)


def test_sentences_are_filled_with_facts_and_with_nothing_else() -> None:
    assert judged(email="a@syncmonger.io").sentence == "Works for a competitor (a@syncmonger.io)."
    held = judged(job_title=None, country=None)
    assert held.sentence == "Worth a call, but we do not know the job title and country."
    assert held.missing == ("job_title", "country")
    assert judged(email=None).sentence == "Worth a call, but we do not know the e-mail address."
    tricky = judged(email="{score}{0}@syncmonger.io")
    assert tricky.sentence == "Works for a competitor ({score}{0}@syncmonger.io)."


def test_a_fact_given_beats_the_list() -> None:
    definition = starter()[1]
    assert listed_facts({"email": "test@x.example"}, definition, NOW)["is_test"] is True
    assert listed_facts({"email": "test@x.example", "is_test": False}, definition, NOW)["is_test"] is False


@pytest.mark.parametrize("odd", [None, "", 0, [], {}, object(), b"x", float("nan"), "x" * 100_000])
def test_odd_facts_never_raise(odd: object) -> None:
    settings, definition = starter()
    found = qualify(dict.fromkeys((*settings.known, "answers", "changed_facts"), odd), definition, NOW)
    assert found.verdict in Verdict


def test_the_same_facts_give_the_same_answer() -> None:
    assert judged() == judged()


def test_values_are_shown_as_people_read_them() -> None:
    said = [shown(value) for value in (None, True, NOW, ("a", "b"), 1.5, "x" * 100)]
    assert said == ["", "yes", "2026-11-22", "a, b", "1.5", "x" * 79 + "…"]
    assert in_words(()) == ""
