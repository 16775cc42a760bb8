"""Many of a kind: lost answers, locked rows, writes without effect, rows that show late, a backfill under assignment rules, a full disk."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from full_size import full
from installation import Installation
from small_world import people, small_world
from sqlalchemy import event, text
from sqlalchemy.exc import OperationalError

from bridge.backfill import Request, backfill
from bridge.cycle import cycle, holding_lease
from bridge.staging import records
from bridge.staging.database import reading
from bridge.staging.schema import delivery, read_back
from connectors.salesforce.client import Salesforce

pytestmark = pytest.mark.timeout(3600)

ROOM = {"capacity": {"rep": {"open_leads": None, "new_per_day": None}}}
NO_BRAKES = {"brakes": {"send": 1_000_000, "change": 1_000_000, "recall": 1_000_000}}
NO_BULK = 1_000_000
LEAD = "salesforce.Lead"
WRITES = {"system": "salesforce", "path": "/services/data/*/composite/sobjects*", "method": "P[AO][TS][CT]*"}

Opened = Callable[..., Installation]


@pytest.fixture
def install(tmp_path: Path) -> Iterator[Opened]:
    made: list[Installation] = []

    def opened(number: int, **bridge: Mapping[str, Any]) -> Installation:
        settings = {**ROOM, "bridge": {**NO_BRAKES, **bridge}}
        made.append(
            Installation(tmp_path, small_world(people(range(number))), "sqlite:///var/leadbridge.sqlite", settings)
        )
        return made[-1]

    yield opened
    for one in made:
        one.close()


def cycles(here: Installation, number: int) -> int:
    """Cycles, seven minutes apart, until every lead is in Salesforce and read back; how many it took."""
    for done in range(1, number + 1):
        here.cycle()
        here.later(minutes=7)
        if not here.rows(delivery, delivery.c.state.in_(("waiting", "ready", "sending", "unknown", "sent"))):
            return done
    raise AssertionError(f"not done after {number} cycles")


def test_lost_answers_make_no_twins(install: Opened) -> None:
    """Half of all writes are done and their answer is lost; small batches, so that there are many."""
    number = full(40, 10_000)
    here = install(number, batches={"push": 1, "bulk_from": NO_BULK})
    here.goes_wrong("answer_lost", **WRITES, probability=0.5, seed=5)
    taken = cycles(here, full(40, 400))
    lost = sum(one["fired"] for one in here.sandbox.faults.listing())
    print(f"{taken} cycles, {lost:,} answers lost")
    assert lost >= full(8, 1_600), "answers to calls with five leads or tasks each"
    addresses = [row["Email"] for row in here.query("SELECT Email FROM Lead")]
    assert len(addresses) == len(set(addresses)) == number
    about = [row["WhoId"] for row in here.query("SELECT WhoId FROM Task")]
    assert len(about) == len(set(about)) == number


def test_locked_rows_are_delivered_within_five_tries(install: Opened) -> None:
    """Of a hundred deliveries ninety-nine need five tries at most when three of ten writes find the row locked."""
    number = full(120, 5_000)
    here = install(number, batches={"bulk_from": NO_BULK})
    here.goes_wrong("row_lock", **WRITES, seed=7, params={"share": 0.3})
    cycles(here, 20)
    tries = sorted(row.attempts for row in here.rows(delivery, delivery.c.target == LEAD))
    assert len(here.leads()) == len(tries) == number
    assert tries[-1] > 1, "some rows were locked"
    assert tries[int(len(tries) * 0.99) - 1] <= 5
    assert not here.rows(delivery, delivery.c.state == "refused")


def test_every_write_without_effect_is_named(install: Opened) -> None:
    """Salesforce says of some that they are written, and they are not: each of them is told, and nobody else."""
    number = full(150, 10_000)
    here = install(number)
    here.cycle()
    here.later(minutes=7)
    for index in range(number):
        here.edit(f"p{index}", city=f"Burg {index}")
    here.sales("rules", ignored_writes=0.05 if number < 1000 else 0.01)
    here.cycle()
    here.sales("rules", ignored_writes=0.0)
    wanted = {f"Burg {index}" for index in range(number)}
    there = {row["City"] for row in here.query("SELECT City FROM Lead")}
    ignored = wanted - there
    assert ignored, "some writes were ignored"
    lost = {row.sent for row in here.rows(read_back, read_back.c.field == "City") if row.outcome != "normalised"}
    assert lost == ignored


@pytest.mark.parametrize("late", [1, 10, 30])
def test_rows_that_show_late_are_not_taken_for_lost(install: Opened, late: int) -> None:
    here = install(10)
    here.sales("rules", late_seconds=late)
    here.cycle()
    here.later(seconds=late + 5)
    here.cycle()
    here.cycle()
    assert len(here.leads()) == 10
    assert here.rows(read_back, read_back.c.outcome != "normalised") == []
    assert {row.state for row in here.rows(delivery, delivery.c.target == LEAD)} == {"verified"}


def test_what_is_written_and_not_there_yet_is_asked_for_again(install: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    """Salesforce's first answer knows none of the records that it has just made."""
    here = install(3)
    real, asked = Salesforce.read, []

    def late(client: Salesforce, object_name: str, ids: Any, fields: Any) -> Any:
        asked.append(object_name)
        return dict.fromkeys(ids) if len(asked) < 3 else real(client, object_name, ids, fields)

    monkeypatch.setattr(Salesforce, "read", late)
    here.cycle()
    assert len(asked) < 3
    here.cycle()
    here.cycle()
    assert here.rows(read_back, read_back.c.outcome != "normalised") == []
    assert {row.state for row in here.rows(delivery)} == {"verified"}


def test_a_backfill_sets_off_no_assignment_rule(install: Opened) -> None:
    """There is one for every lead, and it would write a mail to each new owner."""
    number = full(60, 5_000)
    here = install(number)
    here.sales("rules", assignment_rules=[{"object": "Lead", "owner": "admin@leadbridge.example", "email": True}])
    before = len(here.sandbox.ledger)
    app = here.open()
    with holding_lease(app) as lease, app.run("backfill", lease=lease) as context:
        backfill(app, context, app.workplan(), Request(everything=True), send=True)
    app.engine.dispose()
    assert len(here.leads()) == number
    assert [one.path for one in here.sandbox.ledger.since(before) if "emails" in one.notes] == []
    assert "assigned" not in {what for _, what, _, _ in here.effects(before)}


def test_a_disk_that_is_full_at_any_write_of_a_cycle_loses_nothing(install: Opened) -> None:
    """The file may grow by so many pages, from none on until a cycle comes through: no push without its row, no cursor without its rows."""
    here = install(6)
    pages, failed = 0, 0
    while True:
        here.app.engine.dispose()
        here.app = here.open()
        with reading(here.engine) as connection:
            size = int(connection.execute(text("PRAGMA page_count")).scalar_one())
        _grow_no_more(here, size + pages)
        if not _is_full(here):
            break
        failed += 1
        pages += 2
        here.later(minutes=6)
        _nothing_ahead_of_its_row(here)
    assert failed >= 5, "it was full at several writes"
    here.later(minutes=6)
    here.cycle()
    assert len(here.leads()) == 6
    assert len(here.query("SELECT Id FROM Lead")) == len(here.query("SELECT Id FROM Task")) == 6


def _grow_no_more(here: Installation, pages: int) -> None:
    here.engine.dispose()
    event.listen(here.engine, "connect", lambda connection, _: connection.execute(f"PRAGMA max_page_count={pages}"))


def _is_full(here: Installation) -> bool:
    """A cycle ends at the full disk."""
    try:
        cycle(here.app)
    except OperationalError as problem:
        return "full" in str(problem)
    return False


def _nothing_ahead_of_its_row(here: Installation) -> None:
    here.app.engine.dispose()
    here.app = here.open()
    known = {row.lead_id for row in here.rows(delivery, delivery.c.target == LEAD)}
    assert {row["LeadBridge_Id__c"] for row in here.query("SELECT LeadBridge_Id__c FROM Lead")} <= known
    with reading(here.engine) as connection:
        moved = records.position(connection, "hubspot", "contact") is not None
        assert records.count(connection, "hubspot", "contact") == (6 if moved else 0)
