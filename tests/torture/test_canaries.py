"""Canaries in every value and secret, under every fault: none sings in logs, outcomes, metrics, crash output, or tables without people."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
from faults import BOUNDARIES, PARAMS
from installation import Installation
from small_world import person, small_world
from sqlalchemy import text

from bridge.daemon.jobs import JOBS, run_job
from bridge.daemon.metrics import Metrics
from bridge.staging.database import reading
from connectors.sandbox.kernel.faults import Fault

pytestmark = pytest.mark.timeout(600)

WITHOUT_PEOPLE = ("run", "run_slot", "lease", "cursor", "schema_snapshot", "backfill", "turn")
WORDS = ("zinnober", "quittenbaum", "kanarienwunsch", "9017731")


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Installation]:
    values = {
        "firstname": "Zinnober", "lastname": "Quittenbaum", "email": "zinnober.quittenbaum@zinnoberwerke.de", "phone": "+49 30 9017731",
        "need_description": "Kanarienwunsch", "company": "Zinnober Werke",
    }  # fmt: skip
    made = Installation(
        tmp_path, small_world([("canary", person(90)[1] | values)]), "sqlite:///var/leadbridge.sqlite", {}
    )
    made.configure("bridge", {"deadlines": {"call": 5}})
    made.hubspot("add_note", id=made.contact("canary"), body="<p>Zinnober has a Kanarienwunsch, call 9017731</p>")
    made.hubspot(
        "submit_form", form="Request a demo", fields={"email": values["email"], "message": "Kanarienwunsch of the form"}
    )
    yield made
    made.close()


def test_no_canary_sings(here: Installation, capfd: pytest.CaptureFixture[str]) -> None:
    stream, metrics = io.StringIO(), Metrics()
    handler = logging.StreamHandler(stream)
    handler.setLevel(logging.DEBUG)
    root, before = logging.getLogger(), logging.getLogger().level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    told: list[str] = []
    try:
        for boundary in BOUNDARIES:
            for name in ("html_200", "401", "answer_lost", "500", "row_lock"):
                if name in boundary.faults:
                    here.sandbox.faults.add(Fault(name, **boundary.call, params=PARAMS.get(name, {})))
                    here.edit("canary", need_description=f"Kanarienwunsch {boundary.name} {name}")
                    app = here.open()
                    outcome = run_job(JOBS["sync"], app, lambda: False)
                    told.append(str(outcome))
                    metrics.ran("sync", outcome, 1.0)
                    app.engine.dispose()
                    here.all_is_well()
                    here.later(minutes=6)
    finally:
        root.removeHandler(handler)
        root.setLevel(before)
    with reading(here.engine) as connection:
        tables = [str(row) for name in WITHOUT_PEOPLE for row in connection.execute(text(f"SELECT * FROM {name}"))]
    seen = capfd.readouterr()
    everything = "\n".join(
        [stream.getvalue(), *told, *tables, metrics.page(None, True).decode(), seen.out, seen.err]
    ).lower()
    assert "stopped" in everything
    assert len(told) > 15
    secrets = [value.lower() for name, value in here.environment().items() if "URL" not in name]
    assert [word for word in (*WORDS, *secrets) if word in everything] == []
