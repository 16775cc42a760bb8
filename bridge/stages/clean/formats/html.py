"""`long_text`: HTML into readable text with its lines; `rich_text`: HTML with the tags a rich text field shows, nothing that runs."""

from __future__ import annotations

import html

import nh3
import regex

from bridge.decisions import Cleaned
from bridge.stages.clean.answers import Change, FormatContext, done, nothing, refused
from bridge.stages.clean.limits import MARK, Measure
from bridge.stages.clean.notes import is_overgrown, looks_like_html, readable
from bridge.stages.clean.text import tidy

ALLOWED_TAGS = {
    "a", "b", "blockquote", "br", "code", "dd", "div", "dl", "dt", "em", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "i", "li", "ol", "p",
    "pre", "s", "span", "strike", "strong", "sub", "sup", "table", "tbody", "td", "th", "thead", "tr", "u", "ul",
}  # fmt: skip
_UNFINISHED = regex.compile(r"<[^>]*\Z|&[#\w]*\Z|[\u200d\p{M}\ufe0f]+\Z")
_TAG_NAME = regex.compile(r"<([a-zA-Z][a-zA-Z0-9]*)")


def long_text(raw: object, context: FormatContext) -> Cleaned:
    """Text of several lines: HTML made readable, lists, line breaks, links and tables kept."""
    text, changes = tidy(raw, lines=True)
    if ("<" in text or "&" in text) and looks_like_html(text):
        text = tidy(readable(text), lines=True).text
        changes = (*changes, Change("html_removed", "HTML turned into text"))
    if not text.strip():
        return nothing(raw, changes)
    return done(raw, text, changes)


def rich_text(raw: object, context: FormatContext) -> Cleaned:
    """HTML of allowed tags and links only (http, https, mailto, tel); plain text gets its line breaks as tags."""
    text, changes = tidy(raw, lines=True)
    if not text.strip():
        return nothing(raw, changes)
    if is_overgrown(text):
        text = tidy(readable(text), lines=True).text
        changes = (*changes, Change("html_removed", "too many tags; turned into text"))
    if not looks_like_html(text):
        return done(raw, html.escape(text, quote=False).replace("\n", "<br>"), changes)
    safe = sanitised(text)
    lost = sorted({tag.lower() for tag in _TAG_NAME.findall(text)} - ALLOWED_TAGS)
    if lost:
        changes = (*changes, Change("tags_removed", f"taken out: {', '.join(lost)}"))
    return (
        done(raw, safe, changes)
        if safe.strip()
        else refused(raw, "tags_removed", "nothing was left after cleaning", changes)
    )


def sanitised(text: str) -> str:
    """Only allowed tags, closed; links open in no frame of ours; no style, script, event or comment."""
    return nh3.clean(
        text,
        tags=ALLOWED_TAGS,
        attributes={"a": {"href", "title"}, "td": {"colspan", "rowspan"}, "th": {"colspan", "rowspan"}},
        url_schemes={"http", "https", "mailto", "tel"},
        link_rel="noopener noreferrer",
        strip_comments=True,
    ).strip()


def cut_rich_text(text: str, limit: int, measure: Measure) -> str:
    """The longest beginning of `text` that, with its tags closed and the mark, fits `limit`. Empty when nothing does."""
    low, high = 0, min(len(text), limit)
    best = ""
    while low <= high:
        middle = (low + high) // 2
        shorter = sanitised(_UNFINISHED.sub("", text[:middle]).rstrip() + MARK)
        if measure(shorter) <= limit:
            best, low = shorter, middle + 1
        else:
            high = middle - 1
    if not readable(best).strip(f"{MARK} \n"):
        return ""
    return best
