"""Briefs: a golden set that was read by eye, and what no brief may ever hold, whatever people typed."""

from __future__ import annotations

import html
from dataclasses import replace
from datetime import UTC, timedelta
from pathlib import Path
from typing import Any

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as some
from stories import (
    ACCOUNT,
    ALL,
    ASKED,
    DEMO,
    NO_ANSWER,
    STORIES,
    THEN,
    answer,
    call,
    chart,
    chat,
    form,
    known,
    note,
    story,
    ticket,
)

from bridge.deciding.brief import LONGEST_QUOTE, notes, write_brief
from bridge.deciding.journey import steps
from bridge.deciding.offering import full_name
from bridge.deciding.talk import said
from bridge.facts import Known
from bridge.stages.clean.conversations import conversation, plain, shortened
from connectors.records import Record

GOLDEN = Path(__file__).with_name("briefs")
SCREEN = 60
"""Lines of a brief on one screen."""


@pytest.mark.parametrize("name", STORIES)
def test_the_brief_is_the_one_that_was_read(name: str) -> None:
    assert write_brief(STORIES[name]) == (GOLDEN / f"{name}.txt").read_text(encoding="utf-8")


def test_there_are_forty_and_no_more_files() -> None:
    assert len(STORIES) >= 40
    assert {path.stem for path in GOLDEN.glob("*.txt")} == set(STORIES)


@pytest.mark.parametrize("name", STORIES)
def test_it_fits_a_screen(name: str) -> None:
    text = write_brief(STORIES[name])
    assert len(text.split("\n")) <= SCREEN
    assert len(text) < 5000


TYPED = some.text(max_size=300) | some.sampled_from(
    [
        "<p>a</p>",
        "&amp;",
        "<script>x</script>",
        "n/a",
        " ",
        "A. B! C?",
        "<b>&lt;i&gt;</b>",
        "line\nline",
        "👍🏽",
        "&#60;b&#62;",
        "<!-- x -->",
        "1_2_3",
    ]
)
TAG = regex.compile(r"</?(?:p|b|i|u|br|div|span|script|a|ul|li|table|td|tr|style|img)\b[^<>]*>", regex.I)


@given(TYPED, TYPED, TYPED, TYPED, some.sets(some.sampled_from(sorted(ALL))), some.integers(0, 14))
def test_no_brief_holds_a_tag_an_entity_or_a_heading_about_nothing(
    message: str, body: str, title: str, company: str, answered: set[str], people: int
) -> None:
    facts: dict[str, Any] = {"job_title": title, "company": company, "need_description": message}
    told = story(
        known((form(1, company, message=message, comment=body),), (note(2, body),)), facts, dict.fromkeys(answered, message),
        account=ACCOUNT, chart=chart(people),
    )  # fmt: skip
    text = write_brief(told)
    for part in _written_by_us(text, (message, body, title, company)):
        assert not TAG.search(part)
        assert html.unescape(part) == part
    for block in text.split("\n\n"):
        head, _, rest = block.partition("\n")
        if head.isupper() and head in HEADS:
            assert rest.strip(), head
    assert "None" not in regex.sub(
        "|".join(regex.escape(one) for one in (message, body, title, company) if one) or "$^", "", text
    )


HEADS = {
    "WHY NOW",
    "THEY ASKED",
    "WHO",
    "HOW THEY CAME, NEWEST FIRST",
    "WHAT WE KNOW",
    "WHAT TO ASK",
    "WHAT WAS SAID, NEWEST FIRST",
    "SCORE",
}


def _written_by_us(text: str, typed: tuple[str, ...]) -> list[str]:
    """The blocks that hold what people wrote in forms and notes: those are cleaned here; titles and companies come cleaned as facts."""
    return [block for block in text.split("\n\n") if block.startswith(("THEY ASKED", "WHAT WAS SAID"))]


@given(some.text(min_size=1, max_size=40), some.integers(20, 300))
def test_shortened_texts_fit_and_say_so(words: str, limit: int) -> None:
    text = words * (limit // len(words) + 1)  # left to chance, hardly one would be too long
    assert shortened(text[:limit], limit) == text[:limit]
    short = shortened(text, limit)
    assert len(short) <= limit + len(" […]")
    assert short.endswith(" […]")
    assert text.startswith(short.removesuffix(" […]"))


def test_it_is_cut_at_a_sentence() -> None:
    text = "One sentence is here. " * 100
    assert shortened(text, LONGEST_QUOTE).endswith("is here. […]")


@pytest.mark.parametrize(
    ("place", "told"),
    [
        ({"city": "Poznań", "state": "30", "country": "PL"}, "Poznań, Wielkopolskie, Poland"),
        ({"city": "Wien", "state": "9", "country": "AT"}, "Wien, Austria"),
        ({"state": "CA", "country": "US"}, "California, United States"),
        ({"state": "somewhere"}, "somewhere"),
    ],
)
def test_a_state_is_told_by_its_name_and_once(place: dict[str, str], told: str) -> None:
    assert f"\nAcme GmbH, {told}\n" in write_brief(story(known(), place))


@pytest.mark.parametrize(
    ("first", "last", "told"),
    [
        ("太郎", "山田", "山田太郎"),
        ("民준", "김", "김民준"),
        ("Taro", "Yamada", "Taro Yamada"),
        ("太郎", "Yamada", "太郎 Yamada"),
        ("", "山田", "山田"),
    ],
)
def test_names_of_east_asia_are_told_as_they_are_written_there(first: str, last: str, told: str) -> None:
    assert full_name({"first_name": first, "last_name": last}) == told


def test_what_may_be_spent_has_its_thousands_apart() -> None:
    text = write_brief(story(known((DEMO,)), ASKED, {**ALL, "budget": "157000"}))
    assert "budget 157,000." in text
    assert "Budget: 157,000 (" in text


WORDS = regex.compile(r"[\p{L}\p{N}]+")
SPOKEN = some.text(some.characters(exclude_categories=["Cs", "Cc"]), max_size=60)


@given(some.lists(some.tuples(some.sampled_from(["Ola", "Mia", "健二"]), SPOKEN), min_size=1, max_size=12))
def test_the_whole_brief_has_every_word_of_a_chat(turns: list[tuple[str, str]]) -> None:
    """Or a mark that says how many lines are folded."""
    talk = chat(2, *((place, who, text) for place, (who, text) in enumerate(turns)))
    told = "\n".join(notes([said(talk)], whole=True))
    folded = sum(int(number) for number in regex.findall(r"\[(?:signature|earlier messages): (\d+) lines?\]", told))
    lost = [
        text for _, text in turns if (words := WORDS.findall(plain(text))) and not all(word in told for word in words)
    ]
    assert len(lost) <= folded


@given(SPOKEN, SPOKEN, SPOKEN)
def test_the_whole_brief_has_every_word_of_calls_answers_and_tickets(first: str, second: str, third: str) -> None:
    talks = (call(1, first), answer(2, "9", "PROMOTER", second), ticket(3, third, first))
    told = "\n".join(notes(list(map(said, talks)), whole=True))
    for text in (first, second, third):
        assert all(word in told for word in WORDS.findall(conversation(text)))


@pytest.mark.parametrize(
    ("talk", "line"),
    [
        (call(1, "", hs_call_disposition=NO_ANSWER), "2026-11-19  Call, no answer"),
        (call(1, "Hi", hs_call_direction="INBOUND", hs_call_duration="59000"), "2026-11-19  They called: Hi"),
        (call(1, "Hi", hs_call_duration="nonsense", hs_call_disposition="an id of their own"), "2026-11-19  Call: Hi"),
        (call(1, ""), ""),
        (answer(1, "", "", ""), "2026-11-19  Answer to NPS survey"),
        (
            answer(1, "3", "DETRACTOR", "<b>Slow</b> &amp; late"),
            "2026-11-19  Answer to NPS survey: 3, detractor. Slow & late",
        ),
        (ticket(1, "", "Broken"), "2026-11-19  Ticket: Broken"),
        (ticket(1, "Export", ""), "2026-11-19  Ticket: Export"),
        (
            ticket(1, "How do we add a domain?", "We bought one."),
            "2026-11-19  Ticket: How do we add a domain? We bought one.",
        ),
        (chat(1), ""),
        (chat(1, (0, "Ola", "   ")), ""),
        (chat(1, (0, "", "Hello")), "2026-11-19  Chat (UTC time): Somebody 09:30: Hello"),
        (note(1, ""), ""),
    ],
)
def test_what_was_said_in_a_line(talk: Record, line: str) -> None:
    assert "\n".join(notes([said(talk)])) == line


def test_steps_of_one_day_stand_by_their_hour_the_newest_first() -> None:
    morning, noon, evening = (
        replace(form(3, name), changed_at=THEN - timedelta(days=3, hours=hours))
        for name, hours in (("Webinar", 6), ("Contact us", 3), ("Newsletter", 0))
    )
    told = [one.form for one in steps(Known("lb-1", (), submissions=(evening, noon, morning)), zone=UTC)]
    assert told == ["Newsletter", "Contact us", "Webinar"]
