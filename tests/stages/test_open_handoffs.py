"""One organisation has one open handoff: the database itself refuses a second."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Engine, insert
from sqlalchemy.exc import IntegrityError

from bridge.staging import handoffs
from bridge.staging.database import reading, writing
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


@pytest.mark.parametrize("asked", ["1", "²", "٣", "99999999999999999999", "0" * 30 + "1", "", " 1 "])
def test_whatever_is_typed_is_looked_up(engine: Engine, asked: str) -> None:
    """Digits that are no number of ours name no handoff; a long one is perhaps the number of something else."""
    opened(engine, "domain:acme.example")
    with reading(engine) as connection:
        assert handoffs.find(connection, asked) == ([1] if asked.strip() == "1" else [])
