"""Briefs: a golden set that was read by eye, and what no brief may ever hold, whatever people typed."""

from __future__ import annotations

import html
from pathlib import Path
from typing import Any

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as some
from stories import ACCOUNT, ALL, STORIES, chart, form, known, note, story

from bridge.deciding.brief import LONGEST_QUOTE, shortened, write_brief

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
    "NOTES, NEWEST FIRST",
    "SCORE",
}


def _written_by_us(text: str, typed: tuple[str, ...]) -> list[str]:
    """The blocks that hold what people wrote in forms and notes: those are cleaned here; titles and companies come cleaned as facts."""
    return [block for block in text.split("\n\n") if block.startswith(("THEY ASKED", "NOTES"))]


@given(some.text(min_size=1, max_size=3000), some.integers(20, 1000))
def test_shortened_texts_fit_and_say_so(text: str, limit: int) -> None:
    short = shortened(text, limit)
    assert len(short) <= max(limit, 1) + len(" […]")
    if short != text:
        assert short.endswith(" […]")
        assert text.startswith(short.removesuffix(" […]"))


def test_it_is_cut_at_a_sentence() -> None:
    text = "One sentence is here. " * 100
    assert shortened(text, LONGEST_QUOTE).endswith("is here. […]")
