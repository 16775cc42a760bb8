"""The zone of the machine does not matter: the same world gives the same outbox on both sides of the date line."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import orjson
import pytest
from installation import Installation
from small_world import person, small_world

from bridge.staging.schema import delivery, lead

ZONES = ("Pacific/Kiritimati", "Etc/GMT+12")
PEOPLE = 4
ENDS_OF_DAYS = ("2026-11-22T23:59:59Z", "2026-11-23T00:00:01Z", "2026-03-08T07:30:00Z", "2026-10-25T01:30:00Z")


def outbox(folder: Path, zone: str) -> list[dict[str, Any]]:
    """What a bridge on a machine in that zone plans and decides, by address; ids of Salesforce and times of now left out."""
    world = small_world(
        [person(number, need_description=f"Before {ENDS_OF_DAYS[number % 4]}") for number in range(PEOPLE)]
    )
    here = Installation(folder, world, "sqlite:///var/leadbridge.sqlite", {})
    try:
        here.app.engine.dispose()
        command = [sys.executable, "-m", "bridge", "sync", "--json", "--home", str(folder)]
        done = subprocess.run(command, env={**os.environ, "TZ": zone}, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        assert orjson.loads(done.stdout)["counts"]["Leads created"] == PEOPLE
        here.app = here.open()
        planned = here.rows(delivery)
        names = {row.id: row for row in here.rows(lead)}
        return [
            {"target": row.target, "lead": row.lead_id, "operation": row.operation, "verdict": names[row.lead_id].verdict,
             "payload": {name: value for name, value in row.payload.items() if isinstance(value, (str, int, float, bool)) and name not in MOMENTS}}
            for row in sorted(planned, key=lambda one: (one.target, one.lead_id, one.id))
        ]  # fmt: skip
    finally:
        here.close()


MOMENTS = frozenset({"WhoId", "WhatId", "OwnerId", "leadbridge_sent_at"})


@pytest.mark.timeout(300)
def test_the_outbox_is_the_same_in_every_zone(tmp_path: Path) -> None:
    made = []
    for number, zone in enumerate(ZONES):
        folder = tmp_path / str(number)
        folder.mkdir()
        made.append(outbox(folder, zone))
    assert len(made[0]) >= 3 * PEOPLE
    assert made[1:] == made[:1] * (len(ZONES) - 1)
