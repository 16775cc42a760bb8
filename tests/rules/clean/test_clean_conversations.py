"""Comments, transcripts, notes and mails made readable; no word lost, history and signatures folded, nothing folded that is not one."""

from __future__ import annotations

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as some

from bridge.stages.clean.conversations import conversation, folded, plain, turns
from bridge.stages.clean.notes import looks_like_html

QUOTES = [
    (
        "Thursday works.\n\nOn Mon, 16 Nov 2026 at 10:00 Tom wrote:\n> When?\n> Tom",
        "Thursday works.\n[earlier messages: 3 lines]",
    ),
    ("Passt.\n\nAm 16.11.2026 um 10:00 schrieb Tom:\n> Wann?", "Passt.\n[earlier messages: 2 lines]"),
    ("D'accord.\n\nLe 16 nov. 2026 à 10:00, Tom a écrit :\n> Quand ?", "D'accord.\n[earlier messages: 2 lines]"),
    ("Vale.\n\nEl 16 nov 2026 a las 10:00, Tom escribió:\n> ¿Cuándo?", "Vale.\n[earlier messages: 2 lines]"),
    (
        "Yes.\n-----Original Message-----\nFrom: Tom\nSent: Monday\nTo: Ann\nSubject: When",
        "Yes.\n[earlier messages: 5 lines]",
    ),
    ("Yes.\n\nFrom: Tom\nSent: Monday\nSubject: When\n\nWhen?", "Yes.\n[earlier messages: 4 lines]"),
    ("Please call.\n\n--\nMax Huber\nAcme GmbH", "Please call.\n[signature: 3 lines]"),
    ("Please call.\nSent from my iPhone", "Please call.\n[signature: 1 line]"),
    ("Bitte anrufen.\nVon meinem iPhone gesendet", "Bitte anrufen.\n[signature: 1 line]"),
    ("> only a quote", "> only a quote"),
    ("-- \nMax", "-- \nMax"),
    ("To: be or not to be, that is our wish.", "To: be or not to be, that is our wish."),
    ("We need:\n> 5 seats\nand a price", "We need:\n> 5 seats\nand a price"),
    ("From: Berlin\nTo: Paris\nby train", "From: Berlin\nTo: Paris\nby train"),
    ("a\n\n\nb", "a\n\n\nb"),
]


@pytest.mark.parametrize(("text", "shown"), QUOTES)
def test_history_and_signatures_are_folded(text: str, shown: str) -> None:
    assert folded(text) == shown


CHATS = [
    ("[10:01] Ann: Hi\n[10:02] Bot: Hello", "Ann 10:01: Hi\nBot 10:02: Hello"),
    ("(10:01:33) Ann: Hi\n(10:02:00) Bot: Hello", "Ann 10:01: Hi\nBot 10:02: Hello"),
    ("Ann (10:01): Hi\nBot (10:02): Hello", "Ann 10:01: Hi\nBot 10:02: Hello"),
    ("10:01 - Ann: Hi\n10:02 - Bot: Hello", "Ann 10:01: Hi\nBot 10:02: Hello"),
    (
        "[2026-11-20T10:01:33Z] Ann: Hi\n[2026-11-20T10:02:00Z] Bot: Hello",
        "Ann 2026-11-20 10:01: Hi\nBot 2026-11-20 10:02: Hello",
    ),
    ("[10:01] Ann: Hi\nstill me\n[10:02] Bot: Hello", "Ann 10:01: Hi\n  still me\nBot 10:02: Hello"),
    ("<p>[10:01] <b>Ann</b>: 1 &lt; 2</p><p>[10:02] Bot: yes &amp; no</p>", "Ann 10:01: 1 < 2\nBot 10:02: yes & no"),
    ("[10:01] 山田: はい\n[10:02] علي: نعم", "山田 10:01: はい\nعلي 10:02: نعم"),
    ("[10:01] Ann: 👨‍👩‍👧‍👦\n[10:02] Bot: 👍🏽", "Ann 10:01: 👨‍👩‍👧‍👦\nBot 10:02: 👍🏽"),
]


@pytest.mark.parametrize(("raw", "shown"), CHATS)
def test_a_transcript_is_a_line_a_turn(raw: str, shown: str) -> None:
    assert conversation(raw) == shown


@pytest.mark.parametrize(
    "text", ["", "Hello", "Call me at 10:00: thanks", "[10:01] Ann: the only turn", "Note: a\nNote: b"]
)
def test_what_is_no_transcript_stays_as_it_is(text: str) -> None:
    assert conversation(text) == text


WORDS = regex.compile(r"[\p{L}\p{N}]+")
LINE = some.text(some.characters(exclude_categories=["Cs", "Cc"]), max_size=30)


@given(some.lists(LINE, max_size=8).map("\n".join))
def test_no_word_is_lost_without_a_word(text: str) -> None:
    """Every line is there, or counted in a mark; the whole text is always to be had."""
    kept = plain(text)
    shown = conversation(text)
    lost = [line for line in kept.split("\n") if WORDS.search(line) and WORDS.findall(line)[0] not in shown]
    counted = sum(
        int(number) for number in regex.findall(r"^\[(?:signature|earlier messages): (\d+) lines?\]$", shown, regex.M)
    )
    assert len(lost) <= counted


@given(
    some.text(max_size=200),
    some.sampled_from(["<p>{}</p>", "<ul><li>{}</li></ul>", "<div>{}<br></div>", "<b>{}</b> &amp; more", "{}"]),
)
def test_no_tag_is_left_and_reading_again_changes_nothing(text: str, frame: str) -> None:
    shown = plain(frame.format(text))
    assert not regex.search(r"</?(?:p|ul|li|div|br|b)>", shown)
    assert plain(shown) == shown or looks_like_html(shown)


@given(
    some.lists(
        some.tuples(
            some.sampled_from(["Ann", "Bot", "山田"]),
            LINE.map(str.strip).filter(lambda one: bool(one) and ":" not in one),
        ),
        min_size=2,
        max_size=9,
    )
)
def test_every_turn_of_a_transcript_is_kept(said: list[tuple[str, str]]) -> None:
    text = "\n".join(f"[10:{place:02}] {who}: {what}" for place, (who, what) in enumerate(said))
    assert len(turns(text)) == len(said)
    assert [one.speaker for one in turns(text)] == [who for who, _ in said]
