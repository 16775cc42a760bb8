"""The outbox: one open delivery per lead, target and record; what may be taken back; and what nobody knows is found out first."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import Connection, Engine, insert, update
from sqlalchemy.exc import IntegrityError
from staged import NOW, after, concluded, decided, deliveries, make_ready, plan, row_of, states, write

from bridge.staging import due, landings, leads, outbox, releasing, written_values
from bridge.staging.database import reading, writing
from bridge.staging.outbox import Settlement
from bridge.staging.schema import delivery

LEAD, TASK = "salesforce.Lead", "salesforce.Task"


def put(connection: Connection, state: str, about: str = "", target: str = LEAD) -> None:
    connection.execute(
        insert(delivery).values(
            lead_id="L1",
            target=target,
            about=about,
            operation="upsert",
            payload={"a": 1},
            state=state,
            next_at=0,
            created_at=0,
        )
    )


@pytest.mark.parametrize("second", ["waiting", "ready", "sending", "unknown"])
@pytest.mark.parametrize("first", ["waiting", "ready", "sending", "unknown"])
def test_the_database_refuses_a_second_open_delivery(engine: Engine, first: str, second: str) -> None:
    with writing(engine) as connection:
        put(connection, first)
    with pytest.raises(IntegrityError), writing(engine) as connection:
        put(connection, second)


@pytest.mark.parametrize("first", ["sent", "verified", "differs", "refused", "cancelled"])
def test_a_closed_delivery_leaves_its_place_free(engine: Engine, first: str) -> None:
    with writing(engine) as connection:
        put(connection, first)
        put(connection, "ready")
        put(connection, "ready", about="other")
        put(connection, "ready", target=TASK)
    with reading(engine) as connection:
        assert len(deliveries(connection)) == 4


@pytest.mark.parametrize(
    ("state", "takes_it"),
    [("waiting", True), ("ready", True), ("sending", False), ("unknown", False)],
)
def test_a_new_plan_replaces_what_was_not_sent_and_leaves_what_is_in_flight(
    engine: Engine, state: str, takes_it: bool
) -> None:
    with writing(engine) as connection:
        decided(connection, ["L1"])
        plan(connection, write("L1", payload={"City": "old"}))
        connection.execute(update(delivery).values(state=state))
        plan(connection, write("L1", payload={"City": "new"}, owner_id="005B"))
        rows = deliveries(connection)
    assert len(rows) == 1
    assert rows[0].payload == {"City": "new" if takes_it else "old"}
    assert rows[0].owner_id == ("005B" if takes_it else "005A")


@pytest.mark.parametrize(
    ("state", "left"),
    [
        ("waiting", "cancelled"),
        ("ready", "cancelled"),
        ("sending", "sending"),
        ("unknown", "unknown"),
        ("sent", "sent"),
    ],
)
def test_what_is_no_longer_wanted_is_taken_back_unless_in_flight(engine: Engine, state: str, left: str) -> None:
    with writing(engine) as connection:
        plan(connection, write("L1"), write("L2"))
        connection.execute(update(delivery).values(state=state))
        outbox.cancel_others(connection, ["L1"], [], "no_longer_wanted", [LEAD, TASK])
        assert states(connection) == [left, state]


def test_another_plan_takes_back_only_what_is_not_in_it(engine: Engine) -> None:
    task = write("L1", TASK, operation="create", about="first")
    with writing(engine) as connection:
        plan(connection, write("L1"), task)
        assert outbox.cancel_others(connection, ["L1"], [task], "no_longer_wanted", [LEAD, TASK]) == 1
        assert states(connection) == ["cancelled", "ready"]


@pytest.mark.parametrize("verdict", ["nurture", "held", "rejected", "research", "low_value"])
def test_release_asks_once_more_whether_the_lead_is_qualified(engine: Engine, verdict: str) -> None:
    with writing(engine) as connection:
        decided(connection, ["L1", "L2"])
        plan(connection, write("L1"), write("L2"))
        turn(connection, "L2", verdict)
        ids = [row.id for row in deliveries(connection)]
        assert releasing.release(connection, ids, NOW) == 1
        assert states(connection) == ["ready", "waiting"]


@pytest.mark.parametrize("verdict", ["nurture", "held", "rejected", "research", "low_value"])
def test_a_lead_that_is_qualified_no_more_is_cancelled_at_the_last_moment(engine: Engine, verdict: str) -> None:
    with writing(engine) as connection:
        decided(connection, ["L1", "L2"])
        plan(connection, write("L1"), write("L2"))
        make_ready(connection)
        turn(connection, "L1", verdict)
        taken = outbox.claim(connection, LEAD, 10, "one", NOW, 1)
        assert [one.lead_id for one in taken] == ["L2"]
        first = deliveries(connection)[0]
        assert (first.lead_id, first.state, first.reason) == ("L1", "cancelled", "no_longer_qualified")


def test_a_task_whose_send_was_lost_is_not_sent_again_once_its_lead_is_not_qualified(engine: Engine) -> None:
    """While it was on its way nobody could take it back; that it is not in Salesforce was found out after the verdict had changed."""
    with writing(engine) as connection:
        decided(connection, ["L1", "L2"])
        plan(connection, *(write(lead, TASK, operation="create", about=lead) for lead in ("L1", "L2")))
        sent = outbox.claim(connection, TASK, 10, "one", NOW, 1)
        turn(connection, "L1", "rejected")
        outbox.settle(connection, [Settlement(one.id, "ready", reason="not_there_after_all") for one in sent], NOW)
        assert [one.lead_id for one in outbox.claim(connection, TASK, 10, "one", NOW, 1)] == ["L2"]
        first = deliveries(connection)[0]
        assert (first.lead_id, first.state, first.reason) == ("L1", "cancelled", "no_longer_qualified")


def turn(connection: Connection, lead_id: str, verdict: str) -> None:
    due.mark(connection, [lead_id], NOW)
    due.claim(connection, 1, "decider", after(1))
    leads.conclude(connection, "decider", after(1), [concluded(lead_id, verdict)], None)


def test_threads_never_send_the_same_delivery(engine: Engine) -> None:
    ids = [f"L{number:03d}" for number in range(120)]
    with writing(engine) as connection:
        decided(connection, ids)
        plan(connection, *(write(one) for one in ids))
        make_ready(connection)
    together = Barrier(4)

    def work(holder: str) -> list[str]:
        together.wait()
        mine: list[str] = []
        while True:
            with writing(engine) as connection:
                taken = outbox.claim(connection, LEAD, 9, holder, NOW, 1)
            if not taken:
                return mine
            mine += [one.lead_id for one in taken]

    with ThreadPoolExecutor(4) as pool:
        shares = list(pool.map(work, "abcd"))
    assert sorted(one for share in shares for one in share) == ids


def test_two_plans_at_once_leave_one_delivery(engine: Engine) -> None:
    with writing(engine) as connection:
        decided(connection, ["L1"])
    together = Barrier(4)

    def work(number: int) -> None:
        together.wait()
        with writing(engine) as connection:
            plan(connection, write("L1", payload={"n": number}))

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, range(4)))
    with reading(engine) as connection:
        assert states(connection) == ["waiting"]


def test_transactions_that_commit_in_reverse_are_both_delivered(engine: Engine) -> None:
    """Never by the highest id seen: a later id may commit first."""
    if engine.dialect.name == "sqlite":
        with writing(engine) as connection:
            decided(connection, ["L1", "L2"])
            plan(connection, write("L1"), write("L2"))
            make_ready(connection)
    else:
        with writing(engine) as connection:
            decided(connection, ["L1", "L2"])
        with engine.connect() as slow, slow.begin() as unfinished:
            plan(slow, write("L1", needs_room=False))
            with writing(engine) as connection:
                plan(connection, write("L2", needs_room=False))
                assert [one.lead_id for one in outbox.claim(connection, LEAD, 9, "one", NOW, 1)] == ["L2"]
            unfinished.commit()
    with writing(engine) as connection:
        outbox.claim(connection, LEAD, 9, "one", NOW, 1)
        assert states(connection) == ["sending", "sending"]


def test_what_a_dead_sender_held_becomes_unknown_and_not_ready(engine: Engine) -> None:
    with writing(engine) as connection:
        decided(connection, ["L1"])
        plan(connection, write("L1"))
        make_ready(connection)
        outbox.claim(connection, LEAD, 1, "dead", NOW, 1, hold_seconds=300)
        assert outbox.overdue_to_unknown(connection, after(299)) == 0
        assert outbox.overdue_to_unknown(connection, after(301)) == 1
        assert outbox.claim(connection, LEAD, 9, "next", after(301), 2) == []
        assert [one.lead_id for one in outbox.unknown(connection, LEAD, 9, after(301))] == ["L1"]


def test_a_sender_that_stops_gives_back_only_its_own_as_unknown(engine: Engine) -> None:
    with writing(engine) as connection:
        decided(connection, ["L1", "L2"])
        plan(connection, write("L1"), write("L2"))
        make_ready(connection)
        outbox.claim(connection, LEAD, 1, "one", NOW, 1)
        outbox.claim(connection, LEAD, 1, "other", NOW, 1)
        assert outbox.give_back(connection, "one") == 1
        assert sorted(states(connection)) == ["sending", "unknown"]


def test_a_retry_waits_its_time_and_counts_attempts(engine: Engine) -> None:
    with writing(engine) as connection:
        decided(connection, ["L1"])
        plan(connection, write("L1"))
        make_ready(connection)
        first = outbox.claim(connection, LEAD, 1, "one", NOW, 1)[0]
        outbox.settle(connection, [Settlement(first.id, "ready", reason="locked", retry_at=after(30))], NOW)
        assert outbox.claim(connection, LEAD, 1, "one", after(29), 1) == []
        assert outbox.claim(connection, LEAD, 1, "one", after(30), 1)[0].attempts == 2


def test_an_attempt_that_never_left_does_not_count(engine: Engine) -> None:
    with writing(engine) as connection:
        decided(connection, ["L1"])
        plan(connection, write("L1"))
        make_ready(connection)
        for _ in range(3):
            [one] = outbox.claim(connection, LEAD, 1, "one", NOW, 1)
            assert one.attempts == 1
            outbox.settle(connection, [Settlement(one.id, "ready", reason="system_unavailable", tried=False)], NOW)


def test_new_deliveries_go_before_retries_and_the_best_first(engine: Engine) -> None:
    with writing(engine) as connection:
        decided(connection, ["retry", "low", "high"])
        plan(connection, write("retry", priority=99), write("low", priority=1), write("high", priority=50))
        make_ready(connection)
        connection.execute(update(delivery).where(delivery.c.lead_id == "retry").values(attempts=3))
        order = [outbox.claim(connection, LEAD, 1, "one", NOW, 1)[0].lead_id for _ in range(3)]
    assert order == ["high", "low", "retry"]


def test_what_was_written_adds_up_field_by_field(engine: Engine) -> None:
    row = {"target": LEAD, "remote_id": "00Q1", "lead_id": "L1"}
    with writing(engine) as connection:
        written_values.remember(connection, [{**row, "values": {"City": "Bonn", "Phone": "1"}}], NOW)
        written_values.remember(connection, [{**row, "values": {"City": "Ulm"}}], after(1))
        assert written_values.last_written(connection, ["L1"]) == [("L1", LEAD, "00Q1", {"City": "Ulm", "Phone": "1"})]


def test_what_another_lead_wrote_on_the_same_record_stays_known(engine: Engine) -> None:
    """The next handoff of an account has another lead; a field it does not change must not look as if it were new."""
    target = "salesforce.Account"
    row = {"target": target, "remote_id": "001A"}
    with writing(engine) as connection:
        first = {"Chart__c": "three people", "Tier__c": "A"}
        written_values.remember(connection, [{**row, "lead_id": "L1", "values": first}], NOW)
        second = [
            {**row, "lead_id": "L2", "values": {"Chart__c": "four people"}},
            {**row, "remote_id": "001B", "lead_id": "L2", "values": {"Tier__c": "B"}},
            {"target": LEAD, "remote_id": "001A", "lead_id": "L2", "values": {"City": "Ulm"}},
        ]
        written_values.remember(connection, second, after(1))
        assert written_values.written_on(connection, target, ["001A", "001B"]) == {
            "001A": {"Chart__c": "four people", "Tier__c": "A"}, "001B": {"Tier__c": "B"},
        }  # fmt: skip
        assert written_values.written_on(connection, LEAD, ["001A"]) == {"001A": {"City": "Ulm"}}


def test_two_writes_to_one_record_in_one_batch_add_up(engine: Engine) -> None:
    row = {"target": "salesforce.Account", "remote_id": "001A"}
    with writing(engine) as connection:
        both = [
            {**row, "lead_id": "L1", "values": {"Tier__c": "A"}},
            {**row, "lead_id": "L2", "values": {"Chart__c": "x"}},
        ]
        written_values.remember(connection, both, NOW)
        assert written_values.written_on(connection, "salesforce.Account", ["001A"]) == {
            "001A": {"Tier__c": "A", "Chart__c": "x"}
        }


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        ([("upsert", 10)], 10),
        ([("upsert", 10), ("update", 50)], 10),
        ([("update", 20), ("update", 50)], 20),
        ([("update", 20), ("create", 30), ("update", 50)], 30),
        ([("upsert", 10), ("create", 70)], 70),
    ],
)
def test_the_time_of_the_handoff_is_not_that_of_a_later_update(
    engine: Engine, sent: list[tuple[str, int]], expected: int
) -> None:
    with writing(engine) as connection:
        for number, (operation, at) in enumerate(sent):
            plan(connection, write("L1", operation=operation, about=str(number), needs_room=False))
            connection.execute(
                update(delivery).where(delivery.c.about == str(number)).values(sent_at=at, state="verified")
            )
        assert outbox.handed_over(connection, ["L1", "L2"]) == {"L1": expected}


def test_the_chart_on_the_account_hands_nobody_over(engine: Engine) -> None:
    with writing(engine) as connection:
        plan(connection, write("L1", "salesforce.Account", operation="update", about="001", needs_room=False))
        connection.execute(update(delivery).values(sent_at=10, state="verified"))
        assert outbox.handed_over(connection, ["L1"]) == {}


def test_records_of_earlier_deliveries_are_known(engine: Engine) -> None:
    with writing(engine) as connection:
        plan(connection, write("L1", TASK, operation="create", about="first"))
        connection.execute(update(delivery).values(state="sent", remote_id="00T1"))
        assert landings.landed_on(connection, TASK, ["00T1", "00T2"]) == {"00T1"}
        assert landings.landed_on(connection, LEAD, ["00T1"]) == set()


def test_waiting_too_long_is_taken_back(engine: Engine) -> None:
    with writing(engine) as connection:
        decided(connection, ["L1", "L2"])
        plan(connection, write("L1"))
        plan(connection, write("L2"), now=after(100))
        assert releasing.expire(connection, after(50)) == ["L1"]
        assert states(connection) == ["cancelled", "waiting"]
        assert row_of(connection, "L1").verdict == "qualified"
