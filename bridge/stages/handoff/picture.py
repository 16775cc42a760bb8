"""The account chart as a picture: an SVG of plain shapes and text for browsers, wikis and the console. No script, no link, no outside font."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape

from bridge.stages.handoff.chart import Chart, Person, head, placed_in_words
from bridge.stages.handoff.roles import BLOCKER, DECISION_MAKER, INFLUENCER, UNKNOWN, USER

COLUMNS = (
    (DECISION_MAKER, "Decide"),
    (INFLUENCER, "Advise"),
    (USER, "Use it"),
    (BLOCKER, "Against"),
    (UNKNOWN, "Role unknown"),
)
COLOURS = {DECISION_MAKER: "#1f6f54", INFLUENCER: "#2f6690", USER: "#8a6d1d", BLOCKER: "#a23b3b", UNKNOWN: "#6b7280"}
CARD_HEIGHT, GAP, MARGIN, TOP = 76, 10, 20, 124
NARROWEST, WIDEST, LEAST_WIDTH = 256, 305, 660
"""Pixels: of a card, and of the whole picture."""
MOST_IN_COLUMN = 12
NO_PLACE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def picture(chart: Chart) -> str:
    """The chart as one SVG document; columns without people are left out."""
    columns = [(role, called, [one for one in chart.people if one.role == role]) for role, called in COLUMNS]
    columns = [column for column in columns if column[2]] or [(UNKNOWN, "Nobody known", [])]
    tallest = max(min(len(people), MOST_IN_COLUMN + 1) for _, _, people in columns)
    room = (LEAST_WIDTH - 2 * MARGIN + GAP) // len(columns) - GAP
    card = max(NARROWEST, min(WIDEST, room))
    width = max(2 * MARGIN + len(columns) * (card + GAP) - GAP, LEAST_WIDTH)
    height = TOP + 26 + tallest * (CARD_HEIGHT + GAP) + MARGIN
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}" role="img" '
        f'font-family="system-ui, -apple-system, Segoe UI, Roboto, sans-serif">',
        f"<title>{_said(f'Everybody known at {chart.organisation}')}</title>",
        f'<rect width="{width}" height="{height}" rx="8" fill="#f8fafc"/>',
        _text(MARGIN, 34, chart.organisation or "Organisation", 20, "#111827", "700", width - 2 * MARGIN),
        _text(MARGIN, 58, head(chart), 13, "#374151", "400", width - 2 * MARGIN),
        _text(MARGIN, 78, _where(chart), 13, "#374151", "400", width - 2 * MARGIN),
        _text(MARGIN, 98, _lacks(chart), 13, "#a23b3b", "400", width - 2 * MARGIN),
    ]
    for place, (role, called, people) in enumerate(columns):
        parts += _column(MARGIN + place * (card + GAP), card, role, called, people)
    return "\n".join([*parts, "</svg>"]) + "\n"


def _lacks(chart: Chart) -> str:
    return f"Missing: {', '.join(chart.missing)}" if chart.missing else ""


def _where(chart: Chart) -> str:
    named = ", ".join(f"{one.name}{f' ({one.stage})' if one.stage else ''}" for one in chart.deals)
    deals = f"Open {'opportunity' if len(chart.deals) == 1 else 'opportunities'}: {named}" if chart.deals else ""
    account = (
        f"Account {chart.account}{f', owner {chart.owner}' if chart.owner else ''}"
        if chart.account
        else "No account yet"
    )
    return "  ·  ".join(filter(None, (account, deals)))


def _column(left: int, width: int, role: str, called: str, people: Sequence[Person]) -> list[str]:
    number = f"{called} ({len(people)})"
    parts = [_text(left, TOP + 8, number, 13, COLOURS[role], "700", width)]
    for place, one in enumerate(people[:MOST_IN_COLUMN]):
        parts += _card(left, width, TOP + 22 + place * (CARD_HEIGHT + GAP), role, one)
    more = len(people) - MOST_IN_COLUMN
    if more > 0:
        top = TOP + 22 + MOST_IN_COLUMN * (CARD_HEIGHT + GAP)
        parts.append(_text(left, top + 20, f"and {more} more", 12, "#374151", "400", width))
    return parts


def _card(left: int, width: int, top: int, role: str, one: Person) -> list[str]:
    frame = f'stroke="{COLOURS[role]}" stroke-width="{3 if one.primary else 1}"'
    badge = " ★" if one.primary else ""
    uses = "uses the product" if one.uses_product else ""
    active = f"active {one.last_activity}" if one.last_activity else ""
    known_by = f"by {one.role_source}" if one.role_source in ("job title", "product usage") else one.role_source
    third = " · ".join(filter(None, (placed_in_words(one.level, one.department), known_by)))
    fourth = " · ".join(filter(None, (uses, one.status, active)))
    return [
        f'<rect x="{left}" y="{top}" width="{width}" height="{CARD_HEIGHT}" rx="6" fill="#ffffff" {frame}/>',
        _text(left + 10, top + 20, (one.name or one.email or one.key) + badge, 13, "#111827", "600", width - 20),
        _text(left + 10, top + 37, one.title or "no title", 11, "#374151", "400", width - 20),
        _text(left + 10, top + 53, third, 11, "#374151", "400", width - 20),
        _text(left + 10, top + 68, fourth, 10, "#6b7280", "400", width - 20),
    ]


def _text(left: int, base: int, text: str, size: int, colour: str, weight: str, room: int) -> str:
    """One line, cut to about `room` pixels."""
    most = max(int(room / (size * 0.54)), 4)
    shown = text if len(text) <= most else text[: most - 1].rstrip() + "…"
    return (
        f'<text x="{left}" y="{base}" font-size="{size}" font-weight="{weight}" fill="{colour}">{_said(shown)}</text>'
    )


def _said(text: str) -> str:
    """Text as XML takes it: escaped, without characters XML has no place for."""
    kept = NO_PLACE.sub("", text)
    return escape(kept, quote=True)
