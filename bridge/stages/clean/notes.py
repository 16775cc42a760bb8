"""Readable text out of HTML: lists, line breaks, links and tables kept, no tag left, no word lost or glued to its neighbour.

Plain text passes through, also with a lonely `<` in it. Reading what was read changes nothing. The walk over the tree is our own:
`inscriptis` glues words around tables and rules and loses what is nested deeply, measured on the mixtures in its test.
"""

from __future__ import annotations

import html

import regex
from selectolax.lexbor import LexborHTMLParser, LexborNode

# Only these make a text HTML, Word's and Outlook's own (`<o:p>`) among them: "budget <5k and >3k" or "<your name>" are not.
_TAGS = (
    "a|abbr|address|article|aside|b|big|blockquote|body|br|button|center|code|dd|del|details|div|dl|dt|em|fieldset|figure|font|footer|form|"
    "h[1-6]|head|header|hr|html|i|iframe|img|input|ins|label|li|link|main|mark|marquee|meta|nav|object|ol|option|p|pre|q|s|script|section|"
    "select|small|span|strike|strong|style|sub|summary|sup|svg|table|tbody|td|template|textarea|tfoot|th|thead|title|tr|tt|u|ul|video|(?:o|w|v|m|st1):[a-z][a-z0-9]*"
)
_ATTRIBUTES = r"(?:\s+[a-zA-Z_:@*\"'][^<>]*|[\s/]*)"
_COMPARED = r"(?![abipqsu]\s+[^<>=]*>)"  # "a <b and c> d": a tag of one letter has no attributes without `=`
_KNOWN = rf"{_COMPARED}/?(?:{_TAGS}){_ATTRIBUTES}|!doctype[^<>]*"
_TAG = regex.compile(rf"<({_KNOWN})>", regex.I)
_COMMENTS = (("<!--", "-->"), ("<?xml", "?>"), ("<![", "]>"))
_CODE = (("<script", "</script>"), ("<style", "</style>"))
MOST_TAGS = 20_000  # a parser's work on nested tags grows with their square; a text with more of them is read without its structure
_ENTITY = regex.compile(r"&(?:#\d{1,7}|#x[0-9a-f]{1,6}|[a-z][a-z0-9]{1,30});", regex.I)
_LONELY = regex.compile(rf"<(?!(?:{_KNOWN})>)", regex.I)
_BLOCK = regex.compile(r"<(?:p|br|div|li|tr|table|h[1-6]|pre|blockquote|hr|dd|dt|section|article)[\s/>]", regex.I)
_CELL_END = regex.compile(r"(?=</t[dh]\s*>)", regex.I)
_BLANKS = regex.compile(r"[^\S\u00a0]+")

_UNSEEN = frozenset({"script", "style", "template", "head", "title", "noscript", "svg", "object", "iframe", "video"})
_APART = frozenset({"p", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "table", "pre", "hr", "dl", "figure"})
_ON_A_LINE = frozenset(
    {
        "div", "section", "article", "aside", "header", "footer", "nav", "main", "address", "form", "fieldset", "details", "summary", "center",
        "dt", "dd", "tr", "option", "ul", "ol", "li", "tbody", "thead", "tfoot", "caption", "figcaption", "legend", "textarea", "select",
    }
)  # fmt: skip
_WITH_A_GAP = frozenset({"button", "input", "label", "img"})
_RAISED = str.maketrans("0123456789+-−", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻")
_EXPONENT = regex.compile(r"[+−-]?[0-9]{1,3}")
_START = regex.compile(r"[0-9]{1,4}")
_LINKS = ("http://", "https://", "mailto:", "tel:")


def looks_like_html(text: str) -> bool:
    """True when a known tag, a comment or a character entity is in the text."""
    return (
        bool(_TAG.search(text))
        or _without_comments(text) != text
        or any(html.unescape(entity[0]) != entity[0] for entity in _ENTITY.finditer(text))
    )


def readable(text: str) -> str:
    """`text` without HTML. What was typed as `&lt;b&gt;` stays visible, in angle quotes, so that nothing takes it for a tag again."""
    text = _without_comments(text)
    if is_overgrown(text):
        text = str(_TAG.sub("\n", _without(text, _CODE)))
    elif _TAG.search(text):
        text = _rendered(text)
    while (plain := html.unescape(text)) != text:  # doubly escaped texts: &amp;amp;
        text = plain
    if _without_comments(text) != text:
        text = text.replace("<!", "‹!").replace("<?", "‹?")
    return str(_TAG.sub(lambda tag: f"‹{tag[1]}›", text))


def is_overgrown(text: str) -> bool:
    """True when `text` has more tags than a parser should be given."""
    return text.count("<") > MOST_TAGS


def _without_comments(text: str) -> str:
    return _without(text, _COMMENTS)


def _without(text: str, pairs: tuple[tuple[str, str], ...]) -> str:
    """`text` without what stands between two signs. A search, not a pattern: nothing but `<!--` must not cost more than its length."""
    for opening, closing in pairs:
        if opening not in text:
            continue
        kept: list[str] = []
        at = 0
        while (start := text.find(opening, at)) >= 0 and (end := text.find(closing, start + len(opening))) >= 0:
            kept.append(text[at:start])
            at = end + len(closing)
        text = "".join(kept) + text[at:]
    return text


def _rendered(text: str) -> str:
    text = _CELL_END.sub(" ", _LONELY.sub("&lt;", text))
    if not _BLOCK.search(text):  # typed line by line, with a stray <b>: the lines are meant
        text = text.replace("\n", "<br>")
    page = _Page()
    body = LexborHTMLParser(text).body
    if body is not None:
        page.walk(body)
    return page.text()


def _raised(text: str) -> str:
    """`10<sup>6</sup>` is no 106, and `m<sup>2</sup>` no m2."""
    return text.translate(_RAISED) if _EXPONENT.fullmatch(text.strip()) else text


def _before_first(node: LexborNode) -> int:
    """The number before the first of a list: 2 where it starts with 3."""
    start = (node.attributes.get("start") or "").strip()
    return int(start) - 1 if _START.fullmatch(start) else 0


class _Page:
    """What has been written so far, and which break is due before the next word."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.breaks = 0
        self.gap = False
        self.bullet = ""
        self.lists: list[int | None] = []  # the number of the last item of each open list; None: bullets
        self.cells: list[int] = []  # cells written in each open row
        self.verbatim = 0
        self.links: list[tuple[int, str]] = []

    def text(self) -> str:
        return "".join(self.parts)

    def walk(self, root: LexborNode) -> None:
        """Depth first without recursion, so that no nesting is too deep."""
        node: LexborNode | None = root.first_child
        while node is not None:
            below = node.first_child if self.enter(node) else None
            if below is not None:
                node = below
                continue
            while True:
                self.leave(node)
                if node.next is not None:
                    node = node.next
                    break
                parent = node.parent
                if parent is None or parent.mem_id == root.mem_id:
                    return
                node = parent

    def enter(self, node: LexborNode) -> bool:
        """Writes what stands before the children; False when they are not to be seen."""
        tag = node.tag
        if tag == "-text":
            text = node.text_content or ""
            self.write(_raised(text) if node.parent is not None and node.parent.tag == "sup" else text)
        elif tag in _UNSEEN:
            return False
        elif tag == "br":
            self.breaks = self.breaks + 1 if not self.cells else self.breaks
            self.gap = True
        elif tag in ("ul", "ol"):
            self.due(1 if self.lists else 2)
            self.lists.append(_before_first(node) if tag == "ol" else None)
        elif tag == "li":
            self.due(1)
            self.item()
        elif tag in ("td", "th"):
            self.cell()
        else:
            self.enter_other(tag, node)
        return True

    def enter_other(self, tag: str | None, node: LexborNode) -> None:
        if tag == "tr":
            self.due(1)
            self.cells.append(0)
        elif tag == "a":
            target = (node.attributes.get("href") or "").strip()
            self.links.append((len(self.parts), target if target.startswith(_LINKS) else ""))
        elif tag in _APART:
            self.due(1 if self.lists else 2)
            self.verbatim += tag == "pre"
        elif tag in _ON_A_LINE:
            self.due(1)
        elif tag in _WITH_A_GAP:
            self.gap = True

    def leave(self, node: LexborNode) -> None:
        """Writes what stands behind the children."""
        tag = node.tag
        if tag in ("ul", "ol"):
            self.lists.pop()
            self.due(1 if self.lists else 2)
        elif tag == "tr":
            self.cells.pop()
            self.due(1)
        elif tag == "a":
            self.link()
        elif tag in _APART:
            self.due(1 if self.lists else 2)
            self.verbatim -= tag == "pre"
        elif tag in _ON_A_LINE:
            self.due(1)
        elif tag in _WITH_A_GAP:
            self.gap = True

    def due(self, breaks: int) -> None:
        """At least so many line breaks before the next word; within a cell only a blank."""
        self.gap = True
        if not self.cells:
            self.breaks = max(self.breaks, breaks)

    def item(self) -> None:
        number = self.lists[-1] if self.lists else None
        if number is not None:
            self.lists[-1] = number = number + 1
        self.bullet = f"{'  ' * max(len(self.lists), 1)}{'*' if number is None else f'{number}.'} "

    def cell(self) -> None:
        if self.cells:
            if self.cells[-1]:
                self.parts.append(" |")
            self.cells[-1] += 1
        self.gap = True

    def link(self) -> None:
        start, target = self.links.pop()
        said = "".join(self.parts[start:]).strip()
        bare = target.removeprefix("mailto:").removeprefix("tel:")
        if target and said.rstrip("/") not in (target.rstrip("/"), bare, bare.rstrip("/").partition("://")[2]):
            self.parts.append(f" ({target})" if said else target)

    def write(self, text: str) -> None:
        if self.verbatim and not self.cells:
            self.place(text.strip("\n"))
            return
        words = _BLANKS.sub(" ", text)
        bare = words.strip(" ")
        if not bare:
            self.gap = self.gap or bool(words)
            return
        self.gap = self.gap or words.startswith(" ")
        self.place(bare)
        self.gap = words.endswith(" ")

    def place(self, words: str) -> None:
        if self.parts and self.breaks:
            self.parts.append("\n" * min(self.breaks, 2))
        elif self.parts and self.gap and not self.parts[-1].endswith((" ", "\n")):
            self.parts.append(" ")
        self.parts.append(self.bullet + words)
        self.breaks, self.gap, self.bullet = 0, False, ""
