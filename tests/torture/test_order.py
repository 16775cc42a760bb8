"""Who goes first: those who come in now, before what is tried again and before a backfill, with any number of workers."""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from threading import Barrier

import pytest
from installation import Installation
from small_world import people, small_world
from sqlalchemy import Engine, select, update

from bridge import backfill as backfilling
from bridge.backfill import Request, backfill
from bridge.cycle import holding_lease
from bridge.staging import due, leads, outbox, records, releasing, runs
from bridge.staging.database import open_engine, reading, writing
from bridge.staging.leads import Concluded
from bridge.staging.migrate import migrate
from bridge.staging.outbox import Planned
from bridge.staging.schema import delivery, run

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
LEAD, WORKERS = "salesforce.Lead", 3


@pytest.fixture
def engine(database_url: str) -> Iterable[Engine]:
    made = open_engine(database_url)
    migrate(made)
    yield made
    made.dispose()


def planned(engine: Engine, kind: str, ids: Iterable[str], priority: int) -> None:
    """Qualified leads, planned by a run of that kind, that wait for room."""
    ids = list(ids)
    with writing(engine) as connection:
        run_id = runs.begin(connection, kind, NOW)
        leads.create(connection, ids, NOW)
        due.claim(connection, len(ids), "decider", NOW)
        kept = [
            Concluded(one, "qualified", "bant", "So it is.", "small", 50, priority, None, None, "005A", "", None, {}, 0, "v1", {})
            for one in ids
        ]  # fmt: skip
        leads.conclude(connection, "decider", NOW, kept, run_id)
        writes = [
            Planned(one, LEAD, "upsert", {"LastName": one}, needs_room=True, owner_id="005A", priority=priority)
            for one in ids
        ]
        outbox.plan(connection, writes, NOW, run_id)


def test_new_leads_go_before_retries_and_before_a_backfill_whoever_sends(engine: Engine) -> None:
    """The backfill's are of more worth and were there first; what is tried again was there first as well."""
    planned(engine, "backfill", ("old1", "old2", "old3"), priority=900)
    planned(engine, "cycle", ("again1", "again2", "again3"), priority=500)
    planned(engine, "cycle", ("new1", "new2", "new3"), priority=1)
    with writing(engine) as connection:
        connection.execute(update(delivery).values(state="ready"))
        connection.execute(update(delivery).where(delivery.c.lead_id.like("again%")).values(attempts=2))
    together, taken = Barrier(WORKERS), []

    def work(holder: str) -> list[str]:
        mine = []
        for _ in range(3):
            together.wait(30)
            with writing(engine) as connection:
                mine += [one.lead_id for one in outbox.claim(connection, LEAD, 1, holder, NOW, 1)]
        return mine

    with ThreadPoolExecutor(WORKERS) as pool:
        taken = list(pool.map(work, "abc"))
    rounds = [{mine[number].rstrip("123") for mine in taken} for number in range(3)]
    assert rounds == [{"new"}, {"again"}, {"old"}]
    assert len({one for mine in taken for one in mine}) == 9


def test_room_is_given_to_new_leads_before_those_of_a_backfill(engine: Engine) -> None:
    planned(engine, "backfill", ("old1", "old2"), priority=900)
    planned(engine, "cycle", ("new1", "new2"), priority=1)
    with reading(engine) as connection:
        assert [row.lead_id for row in releasing.waiting(connection)] == ["new1", "new2", "old1", "old2"]


def test_a_lead_of_a_backfill_that_comes_in_again_is_new(engine: Engine) -> None:
    planned(engine, "backfill", ("old1", "old2"), priority=5)
    with writing(engine) as connection:
        run_id = runs.begin(connection, "cycle", NOW)
        again = Planned("old2", LEAD, "upsert", {"LastName": "Roe"}, needs_room=True, owner_id="005A", priority=5)
        outbox.plan(connection, [again], NOW, run_id)
        assert [row.lead_id for row in releasing.waiting(connection)] == ["old2", "old1"]


@pytest.mark.parametrize("share", [25, 10**9], ids=["whole cycles", "newcomers only"])
def test_those_who_come_in_during_a_backfill_do_not_wait_for_its_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, share: int
) -> None:
    """Five minutes pass with each page; somebody comes in after each. Also where there is no time for a second whole cycle."""
    monkeypatch.setattr(backfilling, "WHOLE_CYCLES_SHARE", share)
    monkeypatch.setattr(backfilling, "SEND_EVERY_PAGES", 1000)
    here = Installation(tmp_path, small_world(people(range(250))), "sqlite:///var/leadbridge.sqlite", {})
    here.configure("bridge", {"pull": {"look_back": 1}})
    here.configure("capacity", {"rep": {"open_leads": None, "new_per_day": None}})
    try:
        app = here.open()
        with writing(app.engine) as connection:  # an installation that reads what changes from now on
            records.move(connection, "hubspot", "contact", app.hubspot.position_at(app.clock()), app.clock())
        arrived: dict[str, str] = {}

        def passes(step: str, done: int, total: int | None) -> None:
            if step == "backfill":
                here.later(seconds=301)
                values = people([1000 + done])[0][1]
                arrived[values["email"]] = here.arrive(values)

        with holding_lease(app) as lease, app.run("backfill", passes, lease=lease) as context:
            backfill(app, context, app.workplan(), Request(everything=True), send=True)
            with reading(app.engine) as connection:
                kinds = list(connection.execute(select(run.c.kind).order_by(run.c.id)).scalars())
            assert kinds == ["backfill", "cycle", "cycle", "cycle"]
        sent = here.leads()
        assert len(sent) == 253
        assert set(arrived) <= set(sent)
        live = here.rows(delivery, delivery.c.target == LEAD, delivery.c.run_id > 1)
        assert {row.lead_id.rpartition("-")[2] for row in live} == set(arrived.values())
    finally:
        here.close()
