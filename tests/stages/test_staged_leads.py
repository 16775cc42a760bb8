"""Leads: each is in one holder's hands, claims fall free, and what changed while it was decided stays due."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import Connection, Engine
from sqlalchemy import event as hooks
from staged import NOW, after, concluded, decided, row_of

from bridge.staging import due, knowledge, leads
from bridge.staging.database import reading, writing
from bridge.staging.schema import event


def test_two_holders_never_get_the_same_lead(engine: Engine) -> None:
    with writing(engine) as connection:
        leads.create(connection, [f"L{number}" for number in range(10)], NOW)
    with writing(engine) as connection:
        one = due.claim(connection, 6, "one", NOW)
    with writing(engine) as connection:
        other = due.claim(connection, 6, "other", NOW)
    assert (len(one), len(other)) == (6, 4)
    assert not set(one) & set(other)


def test_threads_share_the_work_without_overlap(engine: Engine) -> None:
    with writing(engine) as connection:
        leads.create(connection, [f"L{number:03d}" for number in range(200)], NOW)
    together = Barrier(4)

    def work(holder: str) -> list[str]:
        together.wait()
        mine: list[str] = []
        while True:
            with writing(engine) as connection:
                ids = due.claim(connection, 7, holder, NOW)
            if not ids:
                return mine
            mine += ids

    with ThreadPoolExecutor(4) as pool:
        shares = list(pool.map(work, ["a", "b", "c", "d"]))
    assert sorted(one for share in shares for one in share) == [f"L{number:03d}" for number in range(200)]


def test_a_claim_not_concluded_in_time_falls_free(engine: Engine) -> None:
    with writing(engine) as connection:
        leads.create(connection, ["L1"], NOW)
        due.claim(connection, 5, "dead", NOW, hold_seconds=300)
        assert due.claim(connection, 5, "next", after(299)) == []
        assert due.claim(connection, 5, "next", after(301)) == ["L1"]


def test_a_holder_who_lost_the_claim_writes_nothing(engine: Engine) -> None:
    with writing(engine) as connection:
        leads.create(connection, ["L1"], NOW)
        due.claim(connection, 5, "slow", NOW)
        due.claim(connection, 5, "quick", after(400))
        assert leads.conclude(connection, "slow", NOW, [concluded("L1", "rejected")], None) == []
        assert leads.conclude(connection, "quick", after(400), [concluded("L1", "nurture")], None) == ["L1"]
        assert row_of(connection, "L1").verdict == "nurture"


def test_give_back_frees_only_ones_own(engine: Engine) -> None:
    with writing(engine) as connection:
        leads.create(connection, ["L1", "L2"], NOW)
        due.claim(connection, 1, "one", NOW)
        due.claim(connection, 1, "other", NOW)
        assert due.give_back(connection, "one") == 1
        assert due.claim(connection, 5, "third", NOW) == ["L1"]


@pytest.mark.parametrize("moment", [-5, 0, 5], ids=["stamped before the claim", "at the claim", "after the claim"])
def test_facts_that_change_while_a_lead_is_decided_keep_it_due(engine: Engine, moment: int) -> None:
    with writing(engine) as connection:
        leads.create(connection, ["L1"], after(-60))
        due.claim(connection, 5, "one", NOW)
    with writing(engine) as connection:
        due.mark(connection, ["L1"], after(moment))
    with writing(engine) as connection:
        leads.conclude(connection, "one", NOW, [concluded("L1")], None)
    with writing(engine) as connection:
        assert due.claim(connection, 5, "two", after(600)) == ["L1"]


def test_a_lead_that_is_decided_is_due_no_more(engine: Engine) -> None:
    with writing(engine) as connection:
        decided(connection, ["L1"])
        assert due.claim(connection, 5, "two", after(9999)) == []
        assert row_of(connection, "L1").told is False


def test_history_tells_changes_of_verdict_and_nothing_else(engine: Engine) -> None:
    with writing(engine) as connection:
        leads.create(connection, ["L1"], NOW)
        for number, verdict in enumerate(("nurture", "nurture", "qualified", "nurture")):
            due.mark(connection, ["L1"], after(number))
            due.claim(connection, 1, "one", after(number))
            leads.conclude(connection, "one", after(number), [concluded("L1", verdict)], None)
        told = [row.outcome for row in connection.execute(event.select().order_by(event.c.id))]
    assert told == ["nurture", "qualified", "nurture"]


def test_the_hottest_come_first_and_the_future_waits(engine: Engine) -> None:
    with writing(engine) as connection:
        leads.create(connection, ["late"], after(-10))
        leads.create(connection, ["early"], after(-90))
        leads.create(connection, ["tomorrow"], after(86_400))
        assert due.claim(connection, 1, "one", NOW) == ["early"]
        assert due.claim(connection, 9, "one", NOW) == ["late"]


def test_looking_again_never_puts_off_what_is_due(engine: Engine) -> None:
    with writing(engine) as connection:
        decided(connection, ["L1", "L2"])
        due.mark(connection, ["L1"], after(5))
        due.look_again(connection, ["L1", "L2"], after(100))
        assert due.claim(connection, 5, "one", after(10)) == ["L1"]
        assert due.claim(connection, 5, "one", after(101)) == ["L2"]


def test_nurtured_leads_wake_when_their_time_has_come(engine: Engine) -> None:
    with writing(engine) as connection:
        leads.create(connection, ["L1", "L2"], NOW)
        due.claim(connection, 5, "one", NOW)
        stamp = int(after(60).timestamp() * 1000)
        leads.conclude(
            connection, "one", NOW, [concluded("L1", "nurture", wake_at=stamp), concluded("L2", "nurture")], None
        )
        assert due.wake(connection, after(59)) == 0
        assert due.wake(connection, after(60)) == 1
        assert due.wake(connection, after(61)) == 0
        assert due.claim(connection, 5, "one", after(61)) == ["L1"]


def test_other_rules_make_every_lead_due_once(engine: Engine) -> None:
    with writing(engine) as connection:
        decided(connection, ["L1", "L2"])
        due.look_again(connection, ["L2"], after(86_400))
        assert due.mark_all(connection, after(1), "v1") == 0
        assert due.stale_count(connection, "v2") == 2
        assert due.mark_all(connection, after(1), "v2") == 2


@pytest.mark.parametrize(
    ("before", "after_verify"),
    [("sent", "verified"), ("converted", "converted"), ("removed", "removed"), ("refused", "refused")],
)
def test_reading_back_does_not_hide_what_sales_did(engine: Engine, before: str, after_verify: str) -> None:
    with writing(engine) as connection:
        decided(connection, ["L1"])
        leads.hand_over(connection, [{"lead_id": "L1", "handover": before}])
        leads.read_back(connection, ["L1"])
    with reading(engine) as connection:
        assert row_of(connection, "L1").handover == after_verify


def test_an_organisation_that_another_worker_makes_meanwhile_stops_nobody(engine: Engine) -> None:
    """Between counting who is there and asking whose they are, another worker decides the first of them."""
    organisation = "domain:acme.example"
    with writing(engine) as connection:
        leads.create(connection, ["L1"], NOW)
        due.claim(connection, 1, "other", NOW)
    meanwhile: list[str] = []

    def decide(_: Connection, cursor: object, statement: str, *rest: object) -> None:
        if "count(" in statement and not meanwhile:
            meanwhile.append(statement)
            with writing(engine) as connection:
                leads.conclude(connection, "other", NOW, [concluded("L1", organisation_id=organisation)], None)

    with reading(engine) as connection:
        hooks.listen(connection, "after_cursor_execute", decide)
        near = knowledge.neighbours(connection, [organisation], "v1")
    assert meanwhile
    expected = knowledge.Neighbours(1, "005A")  # in PostgreSQL; SQLite reads as of its beginning
    assert near == ({organisation: expected} if engine.dialect.name == "postgresql" else {})
