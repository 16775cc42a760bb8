"""Three workers at the same steps of one database, without the lease that keeps them apart in daily life: one organisation stays one handoff,
and no rep's queue goes over its cap."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from conftest import Install
from installation import Installation
from small_world import people
from test_journey_handoff import colleague

from bridge.app import App
from bridge.pipeline import CYCLE, Workplan
from bridge.stages.context import Context
from bridge.staging.schema import delivery, handoff, lead

WORKERS, CAP = 3, 4
FIRMS = ("alpenglanz", "rosenwerk", "talbrunn")
STEPS = dict(CYCLE)
READING = ("pull Salesforce", "pull HubSpot", "identify")


def at_once(here: Installation, steps: tuple[str, ...]) -> None:
    """Three workers do these steps side by side; each begins a step when all have ended the one before."""
    barrier = Barrier(WORKERS, timeout=120)

    def work(number: int) -> None:
        app = here.open(holder=f"worker {number}")
        try:
            with app.run("test") as context:
                plan = app.workplan()
                for name in steps:
                    barrier.wait()
                    STEPS[name](context, plan)
        finally:
            app.engine.dispose()

    with ThreadPoolExecutor(WORKERS) as pool:
        for done in [pool.submit(work, number) for number in range(WORKERS)]:
            done.result()


def alone(here: Installation, steps: tuple[str, ...]) -> None:
    app: App = here.open(holder="alone")
    with app.run("test") as context:
        do: Callable[[Context, Workplan], None]
        plan = app.workplan()
        for do in (STEPS[name] for name in steps):
            do(context, plan)
    app.engine.dispose()


def open_by_owner(here: Installation) -> Counter[str]:
    return Counter(row["OwnerId"] for row in here.query("SELECT OwnerId FROM Lead WHERE IsConverted = false"))


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_three_workers_keep_organisations_whole_and_queues_within_their_caps(
    install: Install, request: pytest.FixtureRequest, database: str
) -> None:
    url = request.getfixturevalue("postgres_url") if database == "postgresql" else ""
    firms = [
        (f"{firm}-{number}", {**colleague(number, f"{firm}.de")[1], "company": firm.title()})
        for place, firm in enumerate(FIRMS)
        for number in range(place * 6, place * 6 + 6)
    ]
    here = install(
        [*firms, *people(range(20))], database_url=url,
        bridge={"batches": {"decide": 3, "workers": 0}}, capacity={"rep": {"open_leads": CAP, "new_per_day": 100}},
    )  # fmt: skip
    alone(here, READING)
    at_once(here, ("decide", "hand over", "release and push", "verify"))
    handoffs = here.rows(handoff)
    assert len(handoffs) == len({row.organisation_id for row in handoffs}) == 3 + 20, "one each"
    for one in (row for row in handoffs if row.organisation_id.partition(":")[2].removesuffix(".de") in FIRMS):
        members = here.rows(lead, lead.c.handoff_id == one.id)
        assert len(members) == 6
        going = here.rows(
            delivery, delivery.c.target == "salesforce.Lead", delivery.c.operation == "upsert",
            delivery.c.lead_id.in_([row.id for row in members]), delivery.c.state != "cancelled",
        )  # fmt: skip
        assert [row.lead_id for row in going] == [one.primary_lead_id]
    assert set(open_by_owner(here).values()) == {CAP}, "two reps, both full, neither over"
    for _ in range(2):
        first = here.query("SELECT Id FROM Lead WHERE IsConverted = false ORDER BY Id")[0]["Id"]
        here.sales("convert", record=first)
        here.later(hours=1)
        alone(here, READING)
        at_once(here, ("decide", "hand over", "release and push", "verify"))
        assert max(open_by_owner(here).values()) == CAP
        assert sum(open_by_owner(here).values()) == 2 * CAP, "the place that came free is taken once"
    sent = [row.lead_id for row in here.rows(lead, lead.c.sales_id.is_not(None))]
    tasks = here.query("SELECT WhoId FROM Task")
    assert len(tasks) == len({one["WhoId"] for one in tasks}) == len(sent), "one task each"
