"""Text as it is: `text` (one line), `job_title`, `company_name`, `identifier`."""

from __future__ import annotations

import regex

from bridge.decisions import Cleaned
from bridge.stages.clean.answers import Change, FormatContext, done, nothing, refused
from bridge.stages.clean.notes import looks_like_html, readable
from bridge.stages.clean.text import Tidied, tidy
from bridge.stages.clean.words import words

PLACEHOLDERS = words("""
    n/a na n.a. n.a none null nil nan undefined unknown unbekannt inconnu desconocido sconosciuto tbd tba xxx xx x -
    -- --- . .. ... _ ? ?? #n/a (none) (blank) blank keine k.a. k/a test123
""") | {
    "not applicable",
    "not provided",
    "not available",
    "no title",
    "no company",
    "keine angabe",
    "[object object]",
    "not specified",
}

_SALESFORCE_ID = regex.compile(r"[A-Za-z0-9]{15}(?:[A-Za-z0-9]{3})?")
_MAIL = regex.compile(r"[^\s@<>]+@[^\s@<>]+\.[A-Za-z]{2,}")


def one_line(raw: object) -> Tidied:
    """Hygiene for one line, HTML turned into words."""
    text, changes = tidy(raw)
    if not (("<" in text or "&" in text) and looks_like_html(text)):
        return Tidied(text, changes)
    again = tidy(readable(text))
    return Tidied(again.text, (*changes, Change("html_removed", "HTML turned into text"), *again.changes))


def is_placeholder(text: str) -> bool:
    """True for fillers such as `n/a` or `---`."""
    return len(text) < 20 and text.casefold() in PLACEHOLDERS


def text(raw: object, context: FormatContext) -> Cleaned:
    """One line of text; option `html: keep` leaves tags alone."""
    line, changes = tidy(raw) if context.options.get("html") == "keep" else one_line(raw)
    return done(raw, line, changes) if line else nothing(raw, changes)


def job_title(raw: object, context: FormatContext) -> Cleaned:
    """One line; a filler is refused."""
    line, changes = one_line(raw)
    if not line:
        return nothing(raw, changes)
    if is_placeholder(line):
        return refused(raw, "placeholder", f"'{line}' says nothing", changes)
    return done(raw, line, changes)


def company_name(raw: object, context: FormatContext) -> Cleaned:
    """One line, spelling as typed (IBM and adidas both know why); fillers and e-mail addresses are refused."""
    line, changes = one_line(raw)
    if not line:
        return nothing(raw, changes)
    if is_placeholder(line):
        return refused(raw, "placeholder", f"'{line}' says nothing", changes)
    if "@" in line and _MAIL.fullmatch(line):
        return refused(raw, "email_in_company", "an e-mail address, not a company", changes)
    return done(raw, line, changes)


def identifier(raw: object, context: FormatContext) -> Cleaned:
    """An id exactly as it is, without blanks around it; for id and reference fields of Salesforce it must look like one."""
    line, changes = tidy(raw)
    if not line:
        return nothing(raw, changes)
    target = context.target
    if target is not None and target.type in ("id", "reference") and not _SALESFORCE_ID.fullmatch(line):
        return refused(raw, "not_an_id", "ids have 15 or 18 letters and digits", changes)
    return done(raw, line, changes)
