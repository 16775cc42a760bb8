"""One organisation has one open handoff: the database itself refuses a second."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Engine, insert
from sqlalchemy.exc import IntegrityError

from bridge.staging.database import writing
from bridge.staging.schema import handoff


def opened(engine: Engine, organisation: str, state: str = "open") -> None:
    row: dict[str, Any] = {
        "organisation_id": organisation, "state": state, "primary_lead_id": "L1", "opened_at": 0, "closes_at": 1, "alarmed_at": 0, "alarms": 1,
        "alarm_reason": "opened",
    }  # fmt: skip
    with writing(engine) as connection:
        connection.execute(insert(handoff).values(row))


def test_a_second_open_handoff_of_an_organisation_is_refused(engine: Engine) -> None:
    opened(engine, "domain:acme.example", "closed")
    opened(engine, "domain:acme.example")
    opened(engine, "domain:other.example")
    with pytest.raises(IntegrityError):
        opened(engine, "domain:acme.example")
