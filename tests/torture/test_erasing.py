"""A person who is erased is nowhere any more, not in the file, not in its log, and no backfill brings them back."""

from __future__ import annotations

import contextlib
import io
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from installation import Installation
from small_world import people, person, small_world
from sqlalchemy import text

from bridge.backfill import Request, backfill
from bridge.cli import main
from bridge.cycle import holding_lease
from bridge.staging.database import reading
from bridge.staging.metadata import metadata
from bridge.staging.schema import delivery, lead, record

pytestmark = pytest.mark.timeout(600)

CANARIES = (
    "Zinnober",
    "Quittenbaum",
    "zinnober.quittenbaum",
    "kanarienwerke",
    "901 77 31",
    "9017731",
    "Kanarienwunsch",
)


@pytest.fixture
def here(tmp_path: Path, database_url: str) -> Iterator[Installation]:
    """Five people, and one whom everything of is a canary: also a colleague at the same firm, a note and a form of theirs."""
    values = person(90)[1] | {
        "firstname": "Zinnober", "lastname": "Quittenbaum", "email": "Zinnober.Quittenbaum@kanarienwerke.de", "phone": "+49 30 901 77 31",
        "need_description": "Kanarienwunsch", "company": "Abc Werke",
    }  # fmt: skip
    domain = values["email"].split("@")[1]
    colleague = person(91)[1] | {"company": "Abc Werke", "email": f"someone.else@abc-{domain[:2]}.de"}
    world = small_world([*people(range(5)), ("canary", values), ("colleague", colleague)], [])
    made = Installation(tmp_path, world, database_url, {"bridge": {"database": {"url": database_url}}})
    made.hubspot("add_note", id=made.contact("canary"), body="<p>Zinnober wants a Kanarienwunsch</p>")
    made.hubspot("submit_form", form="Request a demo", fields={"email": values["email"], "message": "Kanarienwunsch"})
    yield made
    made.close()


def said_by(here: Installation) -> str:
    """Everything that every table holds, as text."""
    with reading(here.engine) as connection:
        rows = [
            str(tuple(row)) for name in metadata.tables for row in connection.execute(text(f'SELECT * FROM "{name}"'))
        ]
    return "\n".join(rows)


def command(here: Installation, *words: str) -> tuple[int, str]:
    out = io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
    with contextlib.redirect_stdout(out):
        ended = main.run([*words, "--home", str(here.folder)])
    out.flush()
    assert sys.stdout is not out
    return ended, out.buffer.getvalue().decode()  # type: ignore[attr-defined]


def test_an_erased_person_is_nowhere_and_stays_away(here: Installation) -> None:
    here.cycle()
    here.edit("canary", city="Kanarienwunsch")
    here.cycle()
    before = said_by(here)
    assert all(word.lower() in before.lower() for word in ("Zinnober", "Kanarienwunsch", "kanarienwerke"))
    lead_id = here.lead_of("canary").id
    sent = here.lead_of("canary").sales_id
    here.app.engine.dispose()
    shown, _ = command(here, "erase", "zinnober.quittenbaum@kanarienwerke.de")
    assert shown == 1, "without --yes nothing happens"
    ended, said = command(here, "erase", "zinnober.quittenbaum@kanarienwerke.de", "--yes")
    assert ended == 0, said
    assert str(sent) in said, "what Salesforce has of them is named"
    here.app = here.open()
    assert [word for word in CANARIES if word.lower() in said_by(here).lower()] == []
    files = [one.read_bytes().lower() for one in here.folder.rglob("*.sqlite*")]
    files += [one.read_bytes().lower() for one in here.folder.parent.glob("*.sqlite*")]
    assert [word for word in CANARIES for data in files if word.lower().encode() in data] == []
    here.edit("canary", city="Kanarienwunsch 2")
    here.sales("edit", record=str(sent), values={"City": "Kanarienwunsch 3"})
    here.later(minutes=1)
    before_ledger = len(here.sandbox.ledger)
    here.cycle()
    app = here.open()
    with holding_lease(app) as lease:
        plan = app.workplan()
        with app.run("backfill", lease=lease) as context:
            outcome = backfill(app, context, plan, Request(everything=True), send=True)
    app.engine.dispose()
    assert outcome.read == 7
    assert here.effects(before_ledger) == []
    assert here.rows(lead, lead.c.id == lead_id) == []
    assert here.rows(delivery, delivery.c.lead_id == lead_id) == []
    assert here.rows(record, record.c.email == "zinnober.quittenbaum@kanarienwerke.de") == []
    assert [word for word in CANARIES if word.lower() in said_by(here).lower()] == []
    assert len(here.rows(lead)) == 6


def test_an_address_nobody_has_is_blocked_all_the_same(here: Installation) -> None:
    here.app.engine.dispose()
    assert command(here, "erase", "zinnober.quittenbaum@kanarienwerke.de", "--yes")[0] in (0, 1)
    here.cycle()
    assert len(here.leads()) == 6
    assert "zinnober.quittenbaum" not in said_by(here).lower()
    assert not here.rows(record, record.c.kind == "contact", record.c.id == here.contact("canary"))
