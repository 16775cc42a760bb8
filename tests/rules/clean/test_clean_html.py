"""Long and rich text: every word stays, no tag in the one, nothing that runs in the other."""

from __future__ import annotations

import pytest
import regex
from cleaning_cases import check, cleaned

from bridge.stages.clean.notes import looks_like_html, readable

LONG = [
    ("Hello", "Hello", ""),
    ("Hello\nworld", "Hello\nworld", ""),
    ("Hello\r\nworld", "Hello\nworld", ""),
    ("a\n\n\n\nb", "a\n\nb", ""),
    ("budget <5k and >3k", "budget <5k and >3k", ""),
    ("I <3 you", "I <3 you", ""),
    ("10<sup>6</sup> users on 500 m<sup>2</sup>, see<sup>a</sup>", "10⁶ users on 500 m², seea", "html_removed"),
    ('<ol start="3"><li>SSO</li><li>SCIM</li></ol>', "3. SSO\n  4. SCIM", "html_removed"),
    ("if a <b and c> d", "if a <b and c> d", ""),
    ('<a href="http://x.de">here</a> and <p class=x>there', "here (http://x.de) and\n\nthere", "html_removed"),
    ("call <your name>", "call <your name>", ""),
    ("if a<b & c>d", "if a<b & c>d", ""),
    ("<p>Hello</p>", "Hello", "html_removed"),
    ("<p>Hello</p><p>world</p>", "Hello\n\nworld", "html_removed"),
    ("Hello<br>world<br/>again", "Hello\nworld\nagain", "html_removed"),
    ("<div>Hello</div><div>world</div>", "Hello\nworld", "html_removed"),
    ("line 1\nline <b>2</b>\nline 3", "line 1\nline 2\nline 3", "html_removed"),
    ("<ul><li>one</li><li>two</li></ul>", "  * one\n  * two", "html_removed"),
    ("<ol><li>one</li><li>two</li></ol>", "  1. one\n  2. two", "html_removed"),
    ("<p>Need:</p><ul><li>SSO</li><li>API</li></ul>", "Need:\n\n  * SSO\n  * API", "html_removed"),
    ('<a href="https://acme.com/x">our page</a>', "our page (https://acme.com/x)", "html_removed"),
    ('<a href="https://acme.com">https://acme.com</a>', "https://acme.com", "html_removed"),
    ('<a href="mailto:jane@acme.com">jane@acme.com</a>', "jane@acme.com", "html_removed"),
    ('<a href="javascript:alert(1)">click</a>', "click", "html_removed"),
    (
        "<table><tr><td>Seats</td><td>20</td></tr><tr><td>Plan</td><td>Pro</td></tr></table>",
        "Seats | 20\nPlan | Pro",
        "html_removed",
    ),
    ("<td>a</td><td>b</td>", "a b", "html_removed"),
    ("AT&amp;T", "AT&T", "html_removed"),
    ("AT&amp;amp;T", "AT&T", "html_removed"),
    ("a&nbsp;b", "a b", "html_removed"),
    ("5 &lt; 6 &gt; 4", "5 < 6 > 4", "html_removed"),
    ("<p>use &lt;br&gt; for a break</p>", "use ‹br› for a break", "html_removed"),
    ("&lt;script&gt;alert(1)&lt;/script&gt;", "‹script›alert(1)‹/script›", "html_removed"),
    ("hi<script>alert(1)</script> there", "hi there", "html_removed"),
    ("<style>p{color:red}</style>hi", "hi", "html_removed"),
    ("a<!-- hidden -->b", "ab", "html_removed"),
    ("<img src=x onerror=alert(1)>hi", "hi", "html_removed"),
    ("<p title='a>b'>q</p>", "q", "html_removed"),
    ("<P>UPPER</P>", "UPPER", "html_removed"),
    ("<p>unclosed <b>bold", "unclosed bold", "html_removed"),
    ("</p>stray", "stray", "html_removed"),
    ("<html><head><title>t</title></head><body>b</body></html>", "b", "html_removed"),
    ("<h2>Title</h2>text", "Title\n\ntext", "html_removed"),
    ("<p>Grüße aus München</p>", "Grüße aus München", "html_removed"),
    ("<p>donâ€™t</p>", "don’t", "html_removed mended_text"),
    ("<p>日本語</p><p>العربية</p>", "日本語\n\nالعربية", "html_removed"),
    ("<p>👨\u200d👩\u200d👧</p>", "👨\u200d👩\u200d👧", "html_removed"),
    ("<p></p>", None, "html_removed"),
    ("&nbsp;", None, "html_removed"),
    ("", None, ""),
]


@pytest.mark.parametrize(("raw", "value", "reason"), LONG)
def test_long_text(raw: str, value: str | None, reason: str) -> None:
    check("long_text", raw, value, reason.rpartition(" ")[2])


def test_no_word_is_lost_however_deep() -> None:
    deep = "<div>" * 3000 + "deep words" + "</div>" * 3000
    assert cleaned("long_text", deep).value == "deep words"


def test_words_survive_every_mixture() -> None:
    """Blocks, lists, tables and links in all orders of three: each word once, no tag."""
    parts = (
        "<p>alpha <b>beta</b></p>", "<ul><li>gamma</li><li>delta <i>epsilon</i></li></ul>", "<table><tr><th>zeta</th><td>eta</td></tr></table>",
        'theta <a href="https://x.example">iota</a>', "<blockquote>kappa</blockquote>", "lambda<br>mu", "<div><span>nu</span></div>",
    )  # fmt: skip
    for first in parts:
        for second in parts:
            for third in parts:
                text = cleaned("long_text", first + second + third).value
                wanted = regex.findall(r"[a-z]{2,}", regex.sub(r"<[^>]*>", " ", first + second + third))
                found = [word for word in regex.findall(r"[a-z]{2,}", text) if word not in ("https", "example")]
                assert found == wanted
                assert not looks_like_html(text)
                assert readable(text) == text


RICH = [
    ("Hello", "Hello", ""),
    ("Hello\nworld", "Hello<br>world", ""),
    ("a < b", "a &lt; b", ""),
    ("<p>Hello</p>", "<p>Hello</p>", ""),
    ("<p>Hello <b>you</b></p>", "<p>Hello <b>you</b></p>", ""),
    ("<ul><li>a</li></ul>", "<ul><li>a</li></ul>", ""),
    ("<p>unclosed", "<p>unclosed</p>", ""),
    ("a<br>b", "a<br>b", ""),
    ("<table><tbody><tr><td>1</td></tr></tbody></table>", "<table><tbody><tr><td>1</td></tr></tbody></table>", ""),
    ('<a href="https://acme.com">x</a>', '<a href="https://acme.com" rel="noopener noreferrer">x</a>', ""),
    ('<a href="mailto:j@acme.com">x</a>', '<a href="mailto:j@acme.com" rel="noopener noreferrer">x</a>', ""),
    ('<a href="javascript:alert(1)">x</a>', '<a rel="noopener noreferrer">x</a>', ""),
    ('<a href="data:text/html,x">x</a>', '<a rel="noopener noreferrer">x</a>', ""),
    (
        '<a href="https://acme.com" onclick="x()" target="_blank">x</a>',
        '<a href="https://acme.com" rel="noopener noreferrer">x</a>',
        "",
    ),
    ('<p style="color:red" class="a" id="b">x</p>', "<p>x</p>", ""),
    ("<p onmouseover=alert(1)>x</p>", "<p>x</p>", ""),
    ("hi<script>alert(1)</script>", "hi", "tags_removed"),
    ("hi<style>p{}</style>", "hi", "tags_removed"),
    ("<img src=x onerror=alert(1)>hi", "hi", "tags_removed"),
    ("<iframe src='https://evil.example'></iframe>hi", "hi", "tags_removed"),
    ("<svg onload=alert(1)>hi</svg>", "hi", "tags_removed"),
    ("<form><input value=1>hi</form>", "hi", "tags_removed"),
    ("<font color=red>hi</font>", "hi", "tags_removed"),
    ("<div><marquee>hi</marquee></div>", "<div>hi</div>", "tags_removed"),
    ("a<!-- c -->b", "ab", ""),
    ("AT&amp;T", "AT&amp;T", ""),
    ("<p>AT&T</p>", "<p>AT&amp;T</p>", ""),
    ("<p>&lt;script&gt;</p>", "<p>&lt;script&gt;</p>", ""),
    ("<p>日本語 👍🏽</p>", "<p>日本語 👍🏽</p>", ""),
    ("<p>donâ€™t</p>", "<p>don’t</p>", "mended_text"),
    ("<script>alert(1)</script>", None, "tags_removed"),
    ("   ", None, ""),
    ({"h": 1}, None, "not_text"),
]


@pytest.mark.parametrize(("raw", "value", "reason"), RICH)
def test_rich_text(raw: object, value: str | None, reason: str) -> None:
    check("rich_text", raw, value, reason)
