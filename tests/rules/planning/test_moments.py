"""Moments that HubSpot's users typed may lie at the calendar's edge; no zone on earth may break on them."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from bridge.deciding.derive import moment_of
from bridge.deciding.talk import said
from connectors.records import Record

CHANGED = datetime(2026, 11, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    "edge", ["9999-12-31T23:59:59Z", "253402300799000", "0001-01-01T00:00:00Z", "9999-12-31T23:00:00-05:00"]
)
@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Pacific/Pago_Pago"])
def test_a_note_at_the_end_of_time_stands_under_the_day_it_was_changed(edge: str, zone: str) -> None:
    note = Record("hubspot", "note", "7", {"hs_note_body": "Call her", "hs_timestamp": edge}, CHANGED)
    assert moment_of(edge) is None
    assert said(note, ZoneInfo(zone)).at == CHANGED
