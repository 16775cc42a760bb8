"""Length: the limit holds however the system counts, and no grapheme is torn."""

from __future__ import annotations

import pytest
import regex
from cleaning_cases import cleaned

from bridge.decisions import Cleaned
from bridge.stages.clean.formats import FormatContext
from bridge.stages.clean.formats.html import cut_rich_text
from bridge.stages.clean.limits import (
    MARK,
    cut,
    escaped_bytes,
    fit,
    measure_of,
    plain_bytes,
    units_with_breaks,
    utf16_units,
)
from connectors.records import FieldSchema

FAMILY = "👨\u200d👩\u200d👧"


@pytest.mark.parametrize(
    ("text", "units", "in_text_area", "in_bytes"),
    [
        ("abc", 3, 3, 3),
        ("äöü", 3, 3, 6),
        ("日本", 2, 2, 6),
        ("😀", 2, 2, 4),
        (FAMILY, 8, 8, 18),
        ("a&b", 3, 3, 7),
        ("a\nb", 3, 4, 4),
        ("<>", 2, 2, 8),
        ('"', 1, 1, 6),
        ("", 0, 0, 0),
    ],
)
def test_ways_to_count(text: str, units: int, in_text_area: int, in_bytes: int) -> None:
    assert (utf16_units(text), units_with_breaks(text), escaped_bytes(text)) == (units, in_text_area, in_bytes)


@pytest.mark.parametrize(
    ("text", "limit", "shorter"),
    [
        ("abcdef", 5, "abcd…"),
        ("abcdef", 2, "a…"),
        ("abcdef", 1, ""),
        ("ab cdef", 4, "ab…"),
        ("abc😀def", 5, "abc…"),
        ("abc😀def", 6, "abc😀…"),
        (f"ab{FAMILY}cd", 10, "ab…"),
        (f"ab{FAMILY}cd", 11, f"ab{FAMILY}…"),
        ("e\u0301e\u0301e\u0301x", 6, "e\u0301e\u0301…"),
        ("🇩🇪🇫🇷🇮🇹", 9, "🇩🇪🇫🇷…"),
        ("क्षत्रियक्षत्रिय", 6, "क्ष…"),
        (FAMILY, 5, ""),
        ("日本語日本語", 4, "日本語…"),
    ],
)
def test_cut_at_a_grapheme(text: str, limit: int, shorter: str) -> None:
    assert cut(text, limit) == shorter
    graphemes = regex.findall(r"\X", text)
    assert (
        regex.findall(r"\X", shorter.removesuffix(MARK))
        == graphemes[: len(regex.findall(r"\X", shorter.removesuffix(MARK)))]
    )


CITY = FieldSchema("City", "City", "string", 40)


@pytest.mark.parametrize("letter", ["x", "é", "日", "&", "😀", "🇩🇪", FAMILY, "e\u0301", "\u0928\u093f"])
@pytest.mark.parametrize("count", ["characters", "bytes"])
def test_around_the_limit(letter: str, count: str) -> None:
    """Emoji, CJK and `&` at limit - 1, limit and limit + 1: whatever comes out is accepted in that way of counting."""
    measure = measure_of(FormatContext(options={"count": count}, target=CITY), "text")
    for extra in (-1, 0, 1):
        text = letter * (40 // measure(letter)) + "x" * (40 % measure(letter) + extra)
        text = text if extra >= 0 else text[:-1]
        answer = fit(Cleaned(text, text), CITY, measure)
        assert measure(answer.value) <= 40
        assert (answer.reason == "cut_to_length") is (measure(text) > 40)
        assert answer.value == text or answer.value.endswith(MARK)


def test_the_note_tells_both_lengths() -> None:
    answer = fit(Cleaned("x" * 50, "x" * 50), CITY, utf16_units)
    assert answer.note == "50 long where the field holds 40, cut"
    assert answer.original == "x" * 50
    assert answer.kept


def test_without_a_cutter_there_is_no_value() -> None:
    answer = fit(Cleaned("x" * 50, "x" * 50), CITY, utf16_units, None)
    assert (answer.value, answer.reason, answer.kept) == (None, "too_long", False)


def test_no_limit_known_is_no_limit() -> None:
    assert fit(Cleaned("x" * 5000), FieldSchema("A", "A", "string"), utf16_units).value == "x" * 5000


@pytest.mark.parametrize(
    ("text", "limit", "shorter"),
    [
        ("<p>Hello world</p>", 14, "<p>Hello…</p>"),
        ("<p>Hello</p>", 12, "<p>Hello…</p>"),
        ("<p>AT&amp;T and more</p>", 15, "<p>AT&amp;…</p>"),
        ("<ul><li>one</li><li>two</li></ul>", 30, "<ul><li>one</li></ul>…"),
        ("<p>x</p>", 5, ""),
    ],
)
def test_rich_text_is_cut_with_its_tags_closed(text: str, limit: int, shorter: str) -> None:
    found = cut_rich_text(text, limit, utf16_units)
    assert len(found) <= limit
    if shorter:
        assert cleaned("rich_text", found).value == found
        assert MARK in found
    else:
        assert found == ""


def test_html_is_counted_with_its_entities_as_they_are() -> None:
    assert plain_bytes("<p>&amp;é</p>\n") == 16
