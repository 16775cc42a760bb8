"""Two bridges on one database: a leader that fell asleep and wakes up late writes nothing and doubles nothing."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from chamber import Chamber, chamber

pytestmark = pytest.mark.timeout(600)

Chambers = Callable[..., Chamber]

ASLEEP = (
    "cycle.holding_lease: after commit", "hubspot.take_in: after commit", "due._claim: after commit", "due._conclude: after commit",
    "delivering._push_batch: after commit", "settling.settle: after commit", "write_back._send_batch: after commit",
    "PATCH composite/sobjects/Lead/LeadBridge_Id__c: answered, not read", "PATCH composite/sobjects: answered, not read",
    "POST crm/objects/contacts/batch/update: answered, not read",
)  # fmt: skip


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_a_leader_that_wakes_up_late_writes_nothing(chambers: Chambers, database: str) -> None:
    here = chambers(11, database)
    here.busy()
    here.known()
    here.run()
    for point in ASLEEP:
        here.busy()
        here.edit(city=f"Burg {here.number}")
        first = here.run(point, deed="sleep")
        assert first.ended == "asleep", point
        here.edit(city=f"Tal {here.number}")
        assert here.settle() == ["done", "done"], point
        before = len(here.here.sandbox.ledger)
        woken = here.wake()
        assert woken.ended.startswith("Superseded: another worker took over"), point
        assert here.here.effects(before) == [], point
        assert here.settle() == ["done", "done"]
        assert here.judge().all == [], point


@pytest.mark.parametrize(
    "point", ["PATCH composite/sobjects/Lead/LeadBridge_Id__c: answered, not read", "POST composite/sobjects: answered, not read"]
)  # fmt: skip
def test_a_leader_that_wakes_up_between_two_calls_of_one_batch_sends_no_more(point: str) -> None:
    """205 leads go by two calls, and so do their tasks: the second call is asked for as the first one was."""
    with chamber(15, batches={"push": 200, "decide": 500, "workers": 1, "bulk_from": 10_000}) as here:
        for _ in range(205):
            here.arrive()
        assert here.run(point, deed="sleep").ended == "asleep"
        assert here.settle() == ["done", "done"]
        before = len(here.here.sandbox.ledger)
        assert here.wake().ended.startswith("Superseded: another worker took over")
        assert here.here.effects(before) == []
        assert here.settle() == ["done", "done"]
        assert here.judge().all == []


def test_a_leader_that_falls_asleep_in_a_transaction_does_not_stop_the_others(chambers: Chambers) -> None:
    here = chambers(12, "postgresql", "options=-c%20idle_in_transaction_session_timeout%3D1500")
    here.run()
    for point in ("hubspot.take_in: before commit", "due._conclude: before commit", "settling.settle: before commit"):
        here.busy()
        assert here.run(point, deed="sleep").ended == "asleep", point
        assert here.settle() == ["done", "done"], point
        before = len(here.here.sandbox.ledger)
        assert here.wake().ended != "done", point
        assert here.here.effects(before) == [], point
        assert here.judge().all == [], point


def test_a_database_that_ends_every_session_costs_a_cycle_and_nothing_else(chambers: Chambers) -> None:
    here = chambers(13, "postgresql")
    here.run()
    for point in (
        "hubspot.take_in: before commit", "due._conclude: before commit", "delivering._push_batch: before commit", "settling.settle: before commit",
        "write_back._settle: before commit", "PATCH composite/sobjects/Lead/LeadBridge_Id__c: answered, not read",
    ):  # fmt: skip
        here.busy()
        lost = here.run(point, deed="lose")
        assert lost.ended in (
            "done",
            "database: OperationalError",
            "database: InternalError",
            "database: PendingRollbackError",
        ), point
        assert here.settle() == ["done", "done"], point
        assert here.judge().all == [], point


def test_a_backfill_that_dies_goes_on_where_it_was_and_the_newest_value_wins(chambers: Chambers) -> None:
    here = chambers(14)
    for _ in range(250):
        here.arrive()
    before = len(here.here.sandbox.ledger)
    for point, nth in (
        ("hubspot.take_in: after commit", 1),
        ("backfill.backfill: after commit", 2),
        ("hubspot.take_in: before commit", 1),
    ):
        assert here.run(point, nth, work="backfill").killed, point
        for contact in here.contacts[:3] + here.contacts[150:153]:
            here.here.hubspot("edit", kind="contacts", id=contact, properties={"city": f"Furt {here.runs}"})
    assert here.run(work="backfill").ended == "done"
    calls = here.here.sandbox.ledger.since(before)
    pages = sum(one.method == "GET" and one.path.endswith("/contacts") and one.system == "hubspot" for one in calls)
    assert pages <= 3 + 3, "three pages, and at most one again for each death"
    assert here.settle() == ["done", "done"]
    assert here.judge().all == []
