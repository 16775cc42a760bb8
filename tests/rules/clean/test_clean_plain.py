"""One line of text, job titles, companies, ids; and the hygiene every format begins with."""

from __future__ import annotations

from typing import Any

import pytest
from cleaning_cases import check, cleaned

from bridge.stages.clean.text import MOST_READ, tidy
from connectors.records import FieldSchema

LINES: list[tuple[Any, str | None, str]] = [
    ("Hello", "Hello", ""),
    ("  Hello   world ", "Hello world", ""),
    ("Hello\nworld", "Hello world", ""),
    ("Hello\r\n\tworld", "Hello world", ""),
    ("Hello\u00a0world", "Hello world", ""),
    ("Hello\u3000world", "Hello world", ""),
    ("Mu\u0308nchen", "München", ""),
    ("MÃ¼nchen", "München", "mended_text"),
    ("donâ€™t", "don’t", "mended_text"),
    ("â€œquotedâ€\x9d", "“quoted”", "mended_text"),
    ("SÃ£o Paulo", "São Paulo", "mended_text"),
    ("“curly” ‘quotes’", "“curly” ‘quotes’", ""),
    ("Äpfel für 5 €", "Äpfel für 5 €", ""),
    ("naïve café", "naïve café", ""),
    ("Ελληνικά", "Ελληνικά", ""),
    ("日本語テキスト", "日本語テキスト", ""),
    ("ｆｕｌｌ ｗｉｄｔｈ", "ｆｕｌｌ ｗｉｄｔｈ", ""),
    ("مرحبا بالعالم", "مرحبا بالعالم", ""),
    ("می\u200cخواهم", "می\u200cخواهم", ""),
    ("👨\u200d👩\u200d👧 family", "👨\u200d👩\u200d👧 family", ""),
    ("🇩🇪 👍🏽", "🇩🇪 👍🏽", ""),
    ("a\x00b", "ab", "invisible_removed"),
    ("a\x07b\x1b", "ab", "invisible_removed"),
    ("zero\u200bwidth", "zerowidth", "invisible_removed"),
    ("soft\u00adhyphen", "softhyphen", "invisible_removed"),
    ("\ufeffbom", "bom", "invisible_removed"),
    ("\u202eevil\u202c", "evil", "invisible_removed"),
    ("a\u200db", "ab", "invisible_removed"),
    ("\ud83d\ude00", "😀", "mended_text"),
    ("half \ud83d", "half", "mended_text"),
    ("lost \ufffd letter", "lost \ufffd letter", "unreadable_characters"),
    (b"M\xc3\xbcnchen", "München", ""),
    (b"bad \xff byte", "bad \ufffd byte", "unreadable_characters"),
    ("<b>bold</b> claim", "bold claim", "html_removed"),
    ("AT&amp;T", "AT&T", "html_removed"),
    ("AT&T", "AT&T", ""),
    ("a < b and c > d", "a < b and c > d", ""),
    ("&lt;script&gt;", "‹script›", "html_removed"),
    (12, "12", ""),
    (12.0, "12", ""),
    (12.5, "12.5", ""),
    (True, "true", ""),
    (["a", "b"], "a;b", ""),
    ("", None, ""),
    (None, None, ""),
    ("\u200b", None, "invisible_removed"),
    ({"a": 1}, None, "not_text"),
]


@pytest.mark.parametrize(("raw", "value", "reason"), LINES)
def test_text(raw: Any, value: str | None, reason: str) -> None:
    check("text", raw, value, reason)


def test_tags_stay_when_asked() -> None:
    assert cleaned("text", "<b>x</b>", options={"html": "keep"}).value == "<b>x</b>"


def test_five_megabytes_do_not_stall() -> None:
    answer = cleaned("text", "ü x" * 2_000_000)
    assert answer.reason == "cut_to_length"
    assert len(answer.value) <= MOST_READ


TITLES = [
    ("CEO", "CEO", ""),
    ("  Head  of Sales ", "Head of Sales", ""),
    ("HEAD OF SALES", "HEAD OF SALES", ""),
    ("head of sales", "head of sales", ""),
    ("Geschäftsführer", "Geschäftsführer", ""),
    ("GeschÃ¤ftsfÃ¼hrer", "Geschäftsführer", "mended_text"),
    ("VP, R&D", "VP, R&D", ""),
    ("VP, R&amp;D", "VP, R&D", "html_removed"),
    ("<p>CTO</p>", "CTO", "html_removed"),
    ("CTO\nEMEA", "CTO EMEA", ""),
    ("Director / Owner", "Director / Owner", ""),
    ("C.E.O.", "C.E.O.", ""),
    ("部長", "部長", ""),
    ("Διευθυντής", "Διευθυντής", ""),
    ("مدير", "مدير", ""),
    ("IT", "IT", ""),
    ("Sales 🚀", "Sales 🚀", ""),
    ("Man\u00adager", "Manager", "invisible_removed"),
    ("Test Engineer", "Test Engineer", ""),
    ("no", "no", ""),
    (3, "3", ""),
    ("n/a", None, "placeholder"),
    ("N/A", None, "placeholder"),
    ("none", None, "placeholder"),
    ("-", None, "placeholder"),
    ("...", None, "placeholder"),
    ("unknown", None, "placeholder"),
    ("xxx", None, "placeholder"),
    ("keine Angabe", None, "placeholder"),
    ("null", None, "placeholder"),
    ("[object Object]", None, "placeholder"),
    ("", None, ""),
    ({"t": "CEO"}, None, "not_text"),
]


@pytest.mark.parametrize(("raw", "value", "reason"), TITLES)
def test_job_title(raw: Any, value: str | None, reason: str) -> None:
    check("job_title", raw, value, reason)


COMPANIES = [
    ("Acme Inc.", "Acme Inc.", ""),
    ("  Acme   Inc. ", "Acme Inc.", ""),
    ("IBM", "IBM", ""),
    ("adidas", "adidas", ""),
    ("Müller & Söhne GmbH", "Müller & Söhne GmbH", ""),
    ("AT&amp;T", "AT&T", "html_removed"),
    ("Johnson &amp;amp; Johnson", "Johnson & Johnson", "html_removed"),
    ("NestlÃ©", "Nestlé", "mended_text"),
    ("トヨタ自動車株式会社", "トヨタ自動車株式会社", ""),
    ("ООО Ромашка", "ООО Ромашка", ""),
    ("AS Roma", "AS Roma", ""),
    ("3M", "3M", ""),
    ("Yahoo!", "Yahoo!", ""),
    ("E.ON", "E.ON", ""),
    ("booking.com", "booking.com", ""),
    ("Acme\u200b", "Acme", "invisible_removed"),
    ("Acme\nInc.", "Acme Inc.", ""),
    ("<b>Acme</b>", "Acme", "html_removed"),
    ("L'Oréal", "L'Oréal", ""),
    ("Acme™", "Acme™", ""),
    (360, "360", ""),
    ("self-employed", "self-employed", ""),
    ("Co", "Co", ""),
    ("n/a", None, "placeholder"),
    ("None", None, "placeholder"),
    ("--", None, "placeholder"),
    ("no company", None, "placeholder"),
    ("tbd", None, "placeholder"),
    ("x", None, "placeholder"),
    ("jane@acme.com", None, "email_in_company"),
    ("", None, ""),
    ([{"c": 1}], None, "not_text"),
]


@pytest.mark.parametrize(("raw", "value", "reason"), COMPANIES)
def test_company_name(raw: Any, value: str | None, reason: str) -> None:
    check("company_name", raw, value, reason)


OWNER = FieldSchema("OwnerId", "Owner", "reference", 18)
IDS: list[tuple[Any, FieldSchema | None, str | None, str]] = [
    ("L-123", None, "L-123", ""),
    (" L-123 ", None, "L-123", ""),
    ("00123", None, "00123", ""),
    ("abcDEF", None, "abcDEF", ""),
    ("a/b:c#d", None, "a/b:c#d", ""),
    ("550e8400-e29b-41d4-a716-446655440000", None, "550e8400-e29b-41d4-a716-446655440000", ""),
    ("{ab}", None, "{ab}", ""),
    ("a&amp;b", None, "a&amp;b", ""),
    ("<id>", None, "<id>", ""),
    ("ü-1", None, "ü-1", ""),
    ("id\u200b1", None, "id1", "invisible_removed"),
    ("\ufeff77", None, "77", "invisible_removed"),
    ("7\x00", None, "7", "invisible_removed"),
    (12345678901234567890, None, "12345678901234567890", ""),
    (1.0, None, "1", ""),
    (0, None, "0", ""),
    ("1e5", None, "1e5", ""),
    ("+4", None, "+4", ""),
    ("=1+1", None, "=1+1", ""),
    ("0055g00000ABCDE", OWNER, "0055g00000ABCDE", ""),
    ("0055g00000ABCDEAAA", OWNER, "0055g00000ABCDEAAA", ""),
    (" 0055g00000ABCDEAAA ", OWNER, "0055g00000ABCDEAAA", ""),
    ("0055g00000ABCDEAA", OWNER, None, "not_an_id"),
    ("0055g00000ABCDEAAAA", OWNER, None, "not_an_id"),
    ("0055g00000-BCDE", OWNER, None, "not_an_id"),
    ("Jane Doe", OWNER, None, "not_an_id"),
    ("jane@acme.com", OWNER, None, "not_an_id"),
    ("0055g00000ÄBCDE", OWNER, None, "not_an_id"),
    ("", OWNER, None, ""),
    (None, None, None, ""),
    ({"id": 1}, None, None, "not_text"),
]


@pytest.mark.parametrize(("raw", "target", "value", "reason"), IDS)
def test_identifier(raw: Any, target: FieldSchema | None, value: str | None, reason: str) -> None:
    check("identifier", raw, value, reason, target=target)


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("a\r\nb\rc\u2028d", "a\nb\nc\nd"),
        ("a  b \n\n\n\n c", "a b\n\n c"),
        ("  * one\n  * two", "  * one\n  * two"),
        ("\n\n  hello \n", "hello"),
        ("a\tb", "a b"),
    ],
)
def test_lines_are_kept_where_they_mean_something(raw: str, text: str) -> None:
    assert tidy(raw, lines=True).text == text
    assert tidy(text, lines=True) == (text, ())
