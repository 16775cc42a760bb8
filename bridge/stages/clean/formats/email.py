"""`email`: one address that can work, in lower case (as HubSpot and Salesforce keep it), in ASCII."""

from __future__ import annotations

import html

import regex
from email_validator import EmailNotValidError, validate_email

from bridge.decisions import Cleaned
from bridge.stages.clean.answers import Change, Changes, FormatContext, done, nothing, refused, shown
from bridge.stages.clean.countries import key_of
from bridge.stages.clean.domains import host_of
from bridge.stages.clean.emails import kind_of
from bridge.stages.clean.text import tidy
from bridge.stages.clean.words import words

# What needs no library: plain letters, no doubled dots, a dot in the domain. Everything else goes to email-validator.
_PLAIN = regex.compile(
    r"[a-z0-9](?:[a-z0-9_+-]|\.(?=[a-z0-9_+-])){0,63}@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,24}"
)
_MAILTO = regex.compile(r"^(?:mailto|e-?mail|mail):", regex.I)
_WRAPPED = regex.compile(r"<\s*(?:mailto:)?([^<>\s]+@[^<>\s]+)\s*>")
_BETWEEN = regex.compile(
    r"[;,|/\s]+(?:(?:or|and|und|oder|et|ou|y|o)[;,|/\s]+)?", regex.I
)  # "or" between two, not of oriol@
_WORDS_BEFORE = regex.compile(r"(?P<words>[\p{L}._'-]+(?: [\p{L}._'-]+){0,2}) (?P<address>[^\s@<>;,|/]+@[^\s@<>;,|/]+)")
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "ae", "Ö": "oe", "Ü": "ue"})
_LABELS = words("""
    email mail mailto address adresse at work office business private privat home my mine is contact via to or and
    und oder et ou y o correo courriel
""")  # words, too, between two addresses
# The reserved endings of RFC 2606 and RFC 6762: never deliverable.
_RESERVED = frozenset({"test", "invalid", "local", "localhost", "example", "onion", "internal", "lan"})
# Misspellings that are registered domains of somebody else: the address "works", but hardly for the person who typed it.
_TYPOS = {
    "gmial.com": "gmail.com", "gmai.com": "gmail.com", "gamil.com": "gmail.com", "gnail.com": "gmail.com", "gmail.co": "gmail.com",
    "gmal.com": "gmail.com", "gmail.cm": "gmail.com", "hotmial.com": "hotmail.com", "hotmai.com": "hotmail.com", "hotmal.com": "hotmail.com",
    "hotmail.co": "hotmail.com", "yaho.com": "yahoo.com", "yahooo.com": "yahoo.com", "yahoo.co": "yahoo.com", "outlok.com": "outlook.com",
    "outloo.com": "outlook.com", "outlook.co": "outlook.com", "iclod.com": "icloud.com", "icloud.co": "icloud.com", "gmx.ed": "gmx.de",
    "googlemail.co": "googlemail.com", "gmil.com": "gmail.com", "yhoo.com": "yahoo.com", "gmaill.com": "gmail.com", "webd.e": "web.de",
}  # fmt: skip


def email(raw: object, context: FormatContext) -> Cleaned:
    """The address, out of `mailto:`, `Name <a@b>` or a list (then the first that works, the others in the note)."""
    text, changes = tidy(raw)
    if "&" in text and (plain := html.unescape(text).strip()) != text:
        text, changes = plain, (*changes, Change("html_removed", "HTML turned into text"))
    if not text:
        return nothing(raw, changes)
    address = usable(text.lower())
    if address is not None:
        return _answer(raw, text, address, changes)
    if (odd := _perhaps_blank_within(text)) is not None:
        return refused(raw, "not_an_email", f"'{shown(odd)}' may be one address with a blank in it", changes)
    candidates = _candidates(text)
    works = [(typed, address) for typed in candidates if (address := usable(typed.lower())) is not None]
    if not works:
        return refused(raw, "not_an_email", _why(candidates[0] if candidates else text), changes)
    others = [typed for typed in candidates if typed != works[0][0]]
    if others:
        changes = (*changes, Change("several_emails", f"not used: {', '.join(shown(other) for other in others)}"))
    return _answer(raw, text, works[0][1], changes)


def usable(address: str) -> str | None:
    """The address as it can be written, or None. `address` is in lower case already."""
    if address.find("@") > 64 or len(address) > 254:  # RFC 5321, section 4.5.3.1
        return None
    if _PLAIN.fullmatch(address):
        written = address
    else:
        try:
            written = validate_email(address, check_deliverability=False, allow_smtputf8=False).ascii_email or ""
        except EmailNotValidError:
            return None
    domain = written.rpartition("@")[2]
    if domain.rpartition(".")[2] in _RESERVED or host_of(domain) is None:
        return None
    return written


def _perhaps_blank_within(text: str) -> str | None:
    """What may be one address typed with a blank: `jane doe@acme.io` is hardly doe@acme.io. A label, or a name that the address spells, may stand
    before it (`work: j@acme.io`, `jane jane.doe@acme.io`, `Jane Doe j@acme.io`), and anything before a mailbox of nobody in person."""
    match = _WORDS_BEFORE.match(text)
    if match is None or kind_of(match["address"].lower()) == "role":
        return None
    before = match["words"].split()
    if len(before) > 1 and match["words"] != match["words"].lower():  # Dr. Hans Meyer hm@acme.io
        return None
    local, spelt = key_of(match["address"].partition("@")[0]), [key_of(word.translate(_UMLAUTS)) for word in before]
    if any(word in local for word in spelt if len(word) > 1) or not spelt[-1] or spelt[-1].replace(" ", "") in _LABELS:
        return None
    return str(match[0])


def _candidates(text: str) -> list[str]:
    wrapped = _WRAPPED.findall(text)
    pieces = wrapped or _BETWEEN.split(text)
    stripped = (_MAILTO.sub("", piece.strip("<>()[]\"',;:")).partition("?")[0].rstrip(".") for piece in pieces)
    return list(dict.fromkeys(piece for piece in stripped if "@" in piece.strip("@")))


def _answer(raw: object, typed: str, address: str, changes: Changes) -> Cleaned:
    meant = _TYPOS.get(address.rpartition("@")[2])
    if meant:
        changes = (*changes, Change("likely_typo", f"did they mean {meant}?"))
    if address != typed:
        changes = (*changes, Change("reformatted", f"written as {address}"))
    return done(raw, address, changes)


def _why(text: str) -> str:
    domain = text.rpartition("@")[2].lower()
    if "@" not in text:
        return "no @ in it"
    if "." not in domain:
        return "no domain after the @"
    ending = domain.rpartition(".")[2]
    if host_of(domain) is None:
        return f"nothing can be delivered to .{shown(ending)}" if ending else "no domain after the @"
    return "cannot be delivered as it stands"
