"""Readable text out of HTML: lists, line breaks, links and tables kept, no tag left, no word lost.

Plain text passes through, also with a lonely `<` in it. Reading what was read changes nothing.
"""

from __future__ import annotations

import html
from collections import Counter

import regex
from inscriptis import get_text
from inscriptis.css_profiles import CSS_PROFILES
from inscriptis.model.config import ParserConfig
from inscriptis.model.html_document_state import HtmlDocumentState
from inscriptis.model.tag import CustomHtmlTagHandlerMapping
from selectolax.lexbor import LexborHTMLParser

# Only these make a text HTML: "budget <5k and >3k" or "<your name>" are not.
_TAGS = (
    "a|abbr|address|article|aside|b|big|blockquote|body|br|button|center|code|dd|del|details|div|dl|dt|em|fieldset|figure|font|footer|form|"
    "h[1-6]|head|header|hr|html|i|iframe|img|input|ins|label|li|link|main|mark|meta|nav|object|ol|option|p|pre|q|s|script|section|select|"
    "small|span|strike|strong|style|sub|summary|sup|svg|table|tbody|td|template|textarea|tfoot|th|thead|title|tr|tt|u|ul|video"
)
_TAG = regex.compile(rf"<(/?(?:{_TAGS})(?=[\s/>])[^<>]*/?|!--.*?--|!doctype[^<>]*)>", regex.I | regex.S)
_ENTITY = regex.compile(r"&(?:#\d{1,7}|#x[0-9a-f]{1,6}|[a-z][a-z0-9]{1,30});", regex.I)
_LONELY = regex.compile(rf"<(?!/?(?:{_TAGS})[\s/>]|!--|!doctype)", regex.I)
_BLOCK = regex.compile(r"<(?:p|br|div|li|tr|table|h[1-6]|pre|blockquote|hr|dd|dt|section|article)[\s/>]", regex.I)
_CELL_END = regex.compile(r"(?=</t[dh]\s*>)", regex.I)
_WORD = regex.compile(r"\w+")
_LINE_END_BLANKS = regex.compile(r"[^\S\n]+$", regex.M)
_MANY_BREAKS = regex.compile(r"\n{3,}")
_LINK_SAYS_ITSELF = regex.compile(r"(?:mailto:|tel:)?(\S+) \((?:mailto:|tel:)?(?:https?://)?\1/?\)")
_UNSEEN = ("script", "style", "template", "head", "title", "noscript", "svg")


def looks_like_html(text: str) -> bool:
    """True when a known tag or a character entity is in the text."""
    return bool(_TAG.search(text)) or any(html.unescape(entity[0]) != entity[0] for entity in _ENTITY.finditer(text))


def readable(text: str) -> str:
    """`text` without HTML. What was typed as `&lt;b&gt;` stays visible, in angle quotes, so that nothing takes it for a tag again."""
    if _TAG.search(text):
        text = _rendered(text)
    for _ in range(5):  # doubly escaped texts: &amp;amp;
        text, before = html.unescape(text), text
        if text == before:
            break
    return str(_TAG.sub(lambda tag: f"‹{tag[1]}›", text))


def _rendered(text: str) -> str:
    text = _CELL_END.sub(" ", _LONELY.sub("&lt;", text))
    if not _BLOCK.search(text):  # typed line by line, with a stray <b>: the lines are meant
        text = text.replace("\n", "<br>")
    shown = get_text(text, _CONFIG).strip("\n")
    plain = _plain(text)
    if Counter(_WORD.findall(plain)) - Counter(_WORD.findall(shown)):  # e.g. nested deeper than the renderer follows
        shown = plain
    shown = _LINK_SAYS_ITSELF.sub(r"\1", shown)
    return str(_MANY_BREAKS.sub("\n\n", _LINE_END_BLANKS.sub("", shown)))


def _plain(text: str) -> str:
    """Every word, one block a line; no lists or tables."""
    tree = LexborHTMLParser(text)
    for node in tree.css(",".join(_UNSEEN)):
        node.decompose()
    return tree.body.text(separator="\n", strip=True) if tree.body else ""


def _link_starts(state: HtmlDocumentState, attributes: dict[str, str]) -> None:
    target = attributes.get("href", "").strip()
    state.link_target = target if target.startswith(("http://", "https://", "mailto:", "tel:")) else ""


def _link_ends(state: HtmlDocumentState) -> None:
    if state.link_target:
        state.tags[-1].write(f" ({state.link_target})")
        state.link_target = ""


_CONFIG = ParserConfig(
    css=CSS_PROFILES["strict"],
    table_cell_separator=" | ",
    custom_html_tag_handler_mapping=CustomHtmlTagHandlerMapping({"a": _link_starts}, {"a": _link_ends}),
)
