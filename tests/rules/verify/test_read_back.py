"""What a value that reads back is: equal, normalised, changed by the org, or lost. And which fields are told with which words."""

from __future__ import annotations

from typing import Any

import pytest

from bridge.stages.verify import compare, outcome_of, sentence

CASES: tuple[tuple[Any, Any, str], ...] = (
    ("Bonn", "Bonn", "equal"),
    ("", None, "equal"),
    (None, "", "equal"),
    (None, None, "equal"),
    (5, 5, "equal"),
    (True, True, "equal"),
    ("Zoë", "Zoë", "equal"),
    (" Bonn ", "Bonn", "normalised"),
    ("Bonn\t", "Bonn", "normalised"),
    ("a\nb", "a\r\nb", "normalised"),
    ("a\rb", "a\nb", "normalised"),
    (5, 5.0, "normalised"),
    ("5", 5, "normalised"),
    (48000, 48000.0, "normalised"),
    ("Roe@Acme.example", "roe@acme.example", "normalised"),
    ("WWW.acme.example", "www.acme.example", "normalised"),
    ("2026-11-22T12:00:00+00:00", "2026-11-22T12:00:00.000+0000", "normalised"),
    ("2026-11-22T14:00:00+02:00", "2026-11-22T12:00:00.000+0000", "normalised"),
    ("2026-11-22T12:00:00.000Z", "2026-11-22T12:00:00.000+0000", "normalised"),
    ("2026-11-22T12:00:00.123000+00:00", "2026-11-22T12:00:00.000+0000", "normalised"),
    ("Web;Mail;Phone", "Mail;Phone;Web", "normalised"),
    ("Web; Mail", "Mail;Web", "normalised"),
    ("00Q000000000001", "00Q000000000001AAA", "normalised"),
    ("00Q000000000001AAA", "00Q000000000001", "normalised"),
    ("Bonn", "Ulm", "changed_by_org"),
    ("Web", "Other", "changed_by_org"),
    ("Bonn", "bonn", "changed_by_org"),
    ("Web;Mail;Phone", "Mail;Web", "changed_by_org"),
    ("Web;Mail", "Mail;Mail", "changed_by_org"),
    (5, 6, "changed_by_org"),
    (5, "many", "changed_by_org"),
    (True, False, "changed_by_org"),
    (None, "Ulm", "changed_by_org"),
    ("2026-11-22", "2026-11-23", "changed_by_org"),
    ("2026-11-22T12:00:00+00:00", "2026-11-22T12:00:01.000+0000", "changed_by_org"),
    ("00Q000000000001AAA", "00Q000000000002AAA", "changed_by_org"),
    ("roe@acme.example", "doe@acme.example", "changed_by_org"),
    ("Bonn", None, "lost"),
    ("Bonn", "", "lost"),
    (5, None, "lost"),
    (0, None, "lost"),
    (True, None, "lost"),
    (False, None, "lost"),
)


@pytest.mark.parametrize(("sent", "found", "outcome"), CASES)
def test_outcomes_as_a_table(sent: Any, found: Any, outcome: str) -> None:
    assert outcome_of(sent, found) == outcome


def test_only_what_differs_is_told_with_both_values() -> None:
    rows = compare({"City": "Bonn", "Phone": "1", "Title": "CEO"}, {"City": "Ulm", "Phone": "1"})
    assert rows == [
        {"field": "City", "outcome": "changed_by_org", "sent": "Bonn", "found": "Ulm"},
        {"field": "Title", "outcome": "lost", "sent": "CEO", "found": None},
    ]
    said = sentence(rows)
    assert said == "Read back otherwise than sent: City (changed by the org), Title (not there)."
