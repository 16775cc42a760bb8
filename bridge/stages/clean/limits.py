"""How long a text is for the field it goes into, and how it is cut.

The field's `length` must hold however the system counts. Salesforce documents characters for the screens but says that multi-line text
fields may be counted through the API in bytes, with `&` as `&amp;` (help article 000382141); its describe gives `byteLength` as three
times `length`, which is what UTF-16 units need at most. So by default a text is measured in UTF-16 units (never fewer than code
points), a line break in a multi-line field as two (CR LF), and with the mapping option `count: bytes` in UTF-8 bytes of the text with
HTML entities.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from html import escape

import regex

from bridge.decisions import Cleaned
from bridge.stages.clean.answers import FormatContext, text_option
from connectors.records import FieldSchema

MARK = "…"
CUTTABLE = frozenset(
    {
        "person_name",
        "first_name",
        "last_name",
        "full_name",
        "text",
        "long_text",
        "rich_text",
        "company_name",
        "job_title",
    }
)
"""Formats whose value still means the same when its end is missing. A cut address, number or code would be wrong."""

_GRAPHEME = regex.compile(r"\X")
Measure = Callable[[str], int]
Cutter = Callable[[str, int, Measure], str]


def utf16_units(text: str) -> int:
    """Length in UTF-16 units: 2 for characters beyond the basic plane, such as most emoji."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def units_with_breaks(text: str) -> int:
    """UTF-16 units with each line break as two."""
    return utf16_units(text) + text.count("\n")


def escaped_bytes(text: str) -> int:
    """UTF-8 bytes of the text with `& < > " '` as HTML entities and each line break as two."""
    return len(escape(text).encode("utf-8", "surrogatepass")) + text.count("\n")


def plain_bytes(text: str) -> int:
    """UTF-8 bytes of HTML, which carries its entities already, with each line break as two."""
    return len(text.encode("utf-8", "surrogatepass")) + text.count("\n")


def measure_of(context: FormatContext, format_name: str) -> Measure:
    """The way to count for this field and mapping line."""
    if text_option(context, "count") == "bytes":
        return plain_bytes if format_name == "rich_text" else escaped_bytes
    target = context.target
    return units_with_breaks if target is not None and target.type in ("text", "rich_text") else utf16_units


def cut(text: str, limit: int, measure: Measure = utf16_units) -> str:
    """The longest beginning of whole graphemes that fits `limit` together with the mark. Empty when not even one fits."""
    room = limit - measure(MARK)
    kept: list[str] = []
    for grapheme in _GRAPHEME.findall(text[: limit + 1]):
        room -= measure(grapheme)
        if room < 0:
            break
        kept.append(grapheme)
    whole = "".join(kept).rstrip()
    return whole + MARK if whole else ""


def fit(cleaned: Cleaned, target: FieldSchema, measure: Measure, cutter: Cutter | None = cut) -> Cleaned:
    """`cleaned` as it may go into `target`: too long texts go through `cutter`; without one, or when nothing is left, there is no value."""
    text = cleaned.value
    if (
        not isinstance(text, str) or not target.length or len(text) * 6 < target.length
    ):  # no way of counting makes more of a character
        return cleaned
    length = measure(text)
    if length <= target.length:
        return cleaned
    note = f"{length} long where the field holds {target.length}"
    shorter = cutter(text, target.length, measure) if cutter is not None else ""
    if not shorter:
        return _with(cleaned, None, "too_long", note)
    return _with(cleaned, shorter, "cut_to_length", f"{note}, cut")


def _with(cleaned: Cleaned, value: str | None, reason: str, note: str) -> Cleaned:
    notes = f"{cleaned.note}; {note}" if cleaned.note else note
    return replace(cleaned, value=value, reason=reason, note=notes, kept=value is not None)
