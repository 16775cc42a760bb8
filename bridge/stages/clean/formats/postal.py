"""`postal_code`: in the spelling of its country where that is known; otherwise as typed."""

from __future__ import annotations

import regex

from bridge.decisions import Cleaned
from bridge.stages.clean.answers import Change, FormatContext, nothing, refused, written
from bridge.stages.clean.formats.plain import is_placeholder
from bridge.stages.clean.text import tidy

# Country → how its codes look without blanks and hyphens, and how they are written (groups joined).
PATTERNS: dict[str, tuple[regex.Pattern[str], str]] = {
    country: (regex.compile(pattern), joint)
    for countries, pattern, joint in (
        ("US PR GU VI AS MP", r"(\d{5})(\d{4})?", "-"),
        ("GB JE GG IM", r"([A-Z]{1,2}\d[A-Z\d]?)(\d[A-Z]{2})", " "),
        ("CA", r"([A-Z]\d[A-Z])(\d[A-Z]\d)", " "),
        ("NL", r"(\d{4})([A-Z]{2})", " "),
        ("IE", r"([A-Z]\d[\dW])([A-Z\d]{4})", " "),
        ("SE GR CZ SK", r"(\d{3})(\d{2})", " "),
        ("PL", r"(\d{2})(\d{3})", "-"),
        ("PT", r"(\d{4})(\d{3})?", "-"),
        ("JP", r"(\d{3})(\d{4})", "-"),
        ("BR", r"(\d{5})(\d{3})", "-"),
        ("IN", r"(\d{6})", ""),
        ("DE FR ES IT FI TR MX UA KR TH MY ID EE", r"(\d{5})", ""),
        ("AT CH BE DK NO LU AU NZ HU BG SI CY ZA PH", r"(\d{4})", ""),
        ("CN RU RO SG KZ", r"(\d{6})", ""),
        ("IL", r"(\d{7}|\d{5})", ""),
    )
    for country in countries.split(" ")
}  # fmt: skip
_COUNTRY_PREFIX = regex.compile(r"^(?:D|DE|A|AT|CH|F|FR|I|IT|E|ES|B|BE|NL|L|LU|DK|S|SE|N|NO|PL|CZ|SK)[- ](?=\d)")


def postal_code(raw: object, context: FormatContext) -> Cleaned:
    """The code in capitals, grouped as its country writes it. One that does not look right stays as typed, with a reason."""
    text, changes = tidy(raw)
    if not text:
        return nothing(raw, changes)
    if is_placeholder(text) or not regex.search(r"[\p{L}\p{N}]", text):
        return refused(raw, "not_a_postal_code", f"'{text}' is no postal code", changes)
    code = text.upper().removesuffix(".0")
    pattern = PATTERNS.get(context.region or "")
    if pattern is None:
        return written(raw, text, code, changes)
    match = pattern[0].fullmatch(regex.sub(r"[\s.-]", "", _COUNTRY_PREFIX.sub("", code)))
    if match is None:
        return written(
            raw, text, code, (*changes, Change("unlikely_postal_code", f"not how codes of {context.region} look"))
        )
    return written(raw, text, pattern[1].join(group for group in match.groups() if group), changes)
