"""Room: caps per rep, per team and per day, overrides, queues; and two who release at once never give more than there is."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from threading import Barrier, Event
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import Engine, insert, update
from staged import NOW, after, decided, plan, row_of, states, write

from bridge.settings.capacity import Cap, Capacity
from bridge.stages.context import Context, Seats
from bridge.stages.release import Room, release
from bridge.staging import outbox, releasing, runs, waiting
from bridge.staging.database import reading, writing
from bridge.staging.schema import delivery, open_lead

TEAMS = {"A": ("emea",), "B": ("emea",), "C": ("amer",)}
ANY = {"open_leads": None, "new_per_day": None}


def cap(open_leads: int | None = None, new_per_day: int | None = None) -> Cap:
    return Cap(open_leads=open_leads, new_per_day=new_per_day)


@pytest.mark.parametrize(
    ("rep", "teams", "caps", "open_now", "today", "asked", "given"),
    [
        (cap(), {}, {}, {}, {}, "A" * 50, 50),
        (cap(3), {}, {}, {}, {}, "AAAAA", 3),
        (cap(3), {}, {}, {"A": 2}, {}, "AAAAA", 1),
        (cap(3), {}, {}, {"A": 3}, {}, "AAAAA", 0),
        (cap(3), {}, {}, {"A": 9}, {}, "AAAAA", 0),
        (cap(0), {}, {}, {}, {}, "AB", 0),
        (cap(None, 2), {}, {}, {}, {}, "AAAA", 2),
        (cap(None, 2), {}, {}, {}, {"A": 1}, "AAAA", 1),
        (cap(None, 2), {}, {}, {"A": 99}, {"A": 2}, "AAAA", 0),
        (cap(5, 2), {}, {}, {"A": 4}, {}, "AAAA", 1),
        (cap(5, 2), {}, {}, {}, {}, "AABB", 4),
        (cap(5, 2), {}, {"A": cap(1)}, {}, {}, "AAABBB", 3),
        (cap(1), {}, {"A": cap(4)}, {}, {}, "AAAAAB", 5),
        (cap(1), {}, {"A": cap()}, {}, {}, "AAAAAAAABB", 9),
        (cap(), {"emea": cap(3)}, {}, {}, {}, "AABBC", 4),
        (cap(), {"emea": cap(3)}, {}, {"A": 1, "B": 1, "C": 7}, {}, "AABBCC", 3),
        (cap(), {"emea": cap(None, 3)}, {}, {"A": 90}, {"B": 2}, "AABB", 1),
        (cap(2), {"emea": cap(3)}, {}, {}, {}, "AAABBB", 3),
        (cap(1), {"emea": cap(9)}, {}, {}, {}, "AAABBB", 2),
        (cap(1), {}, {}, {}, {}, "QQQQQ", 5),
        (cap(1), {}, {"Q": cap(2)}, {"Q": 50}, {"Q": 9}, "QQQQQ", 5),
        (cap(0), {"emea": cap(0)}, {}, {}, {}, "QABQ", 2),
        (cap(1), {}, {}, {}, {}, "XX", 1),
    ],
)
def test_room_as_a_table(
    rep: Cap, teams: Mapping[str, Cap], caps: Mapping[str, Cap], open_now: Mapping[str, int], today: Mapping[str, int], asked: str, given: int
) -> None:  # fmt: skip
    capacity = Capacity(rep=rep, teams=dict(teams))
    room = Room(capacity, caps, TEAMS, open_now, today, frozenset("Q"))
    assert sum(room.take(owner) for owner in asked) == given


def context_of(
    engine: Engine,
    now: datetime = NOW,
    holder: str = "one",
    seen: Any = None,
    zone: str = "UTC",
    segments: Any = None,
    **rep: Any,
) -> Context:
    capacity = Capacity(rep=Cap(**(rep or {"open_leads": 5})), teams={}, segments=segments or {})

    def seats() -> Seats:
        if seen is not None:
            seen()
        return Seats({}, {}, frozenset({"00GQ"}), {})

    nobody: Any = None
    settings: Any = SimpleNamespace(capacity=capacity, routing=SimpleNamespace(time_zone=zone))
    return Context(engine, nobody, nobody, (), (), (), (), lambda: "", settings, seats, lambda: now, holder)


def wait_for_room(engine: Engine, number: int, owner: str = "005A", begin: int = 0) -> None:
    ids = [f"L{begin + index:03d}" for index in range(number)]
    with writing(engine) as connection:
        decided(connection, ids)
        plan(connection, *(write(one, owner_id=owner, priority=begin + place) for place, one in enumerate(ids)))


def released(engine: Engine) -> list[str]:
    with reading(engine) as connection:
        return sorted(row.lead_id for row in connection.execute(delivery.select().where(delivery.c.state == "ready")))


def test_the_best_go_first(engine: Engine) -> None:
    wait_for_room(engine, 9)
    assert release(context_of(engine)) == 5
    assert released(engine) == ["L004", "L005", "L006", "L007", "L008"]
    assert release(context_of(engine)) == 0


def test_who_waits_is_told_in_the_order_in_which_they_go(engine: Engine) -> None:
    """Whoever came in by themselves goes before whom a backfill brought, however good those are."""
    with writing(engine) as connection:
        old = runs.begin(connection, outbox.BACKFILL, NOW)
        decided(connection, ["good", "fresh", "best"])
        outbox.plan(connection, [write("good", priority=80), write("best", priority=99)], NOW, old)
        plan(connection, write("fresh", priority=10))
        told = [row.lead_id for row in waiting.rows(connection)]
        assert told == [row.lead_id for row in releasing.waiting(connection)] == ["fresh", "best", "good"]


@pytest.mark.parametrize(
    ("state", "handover", "mirrored", "left"),
    [
        ("ready", "none", False, 4),
        ("sending", "none", False, 4),
        ("unknown", "none", False, 4),
        ("sent", "sent", False, 4),
        ("verified", "verified", False, 4),
        ("verified", "verified", True, 4),
        ("verified", "converted", False, 5),
        ("refused", "refused", False, 5),
        ("cancelled", "none", False, 5),
    ],
)
def test_what_is_on_its_way_takes_room_once(
    engine: Engine, state: str, handover: str, mirrored: bool, left: int
) -> None:
    from bridge.staging import leads

    wait_for_room(engine, 9)
    with writing(engine) as connection:
        connection.execute(update(delivery).where(delivery.c.lead_id == "L008").values(state=state))
        leads.hand_over(connection, [{"lead_id": "L008", "handover": handover, "object": "Lead"}])
        if mirrored:
            row = {"id": "00Q8", "owner_id": "005A", "status": "Open - Not Contacted", "lead_id": "L008"}
            connection.execute(insert(open_lead).values(row))
    assert release(context_of(engine)) == left


@pytest.mark.parametrize(
    ("state", "handover", "status", "left"),
    [
        ("ready", "none", None, 4),
        ("sent", "sent", None, 4),
        ("verified", "verified", None, 4),
        ("differs", "verified", None, 4),
        ("verified", "verified", "Open", 4),
        ("sent", "sent", "Nurtured", 5),
        ("verified", "verified", "Nurtured", 5),
        ("verified", "converted", None, 5),
        ("refused", "refused", None, 5),
    ],
)
def test_a_segment_has_open_what_was_read_back_and_is_not_mirrored_yet(
    engine: Engine, state: str, handover: str, status: str | None, left: int
) -> None:
    """A backfill reads back and releases again and again before it reads Salesforce anew."""
    from bridge.staging import leads

    wait_for_room(engine, 9)
    with writing(engine) as connection:
        connection.execute(update(delivery).where(delivery.c.lead_id == "L008").values(state=state))
        leads.hand_over(connection, [{"lead_id": "L008", "handover": handover, "object": "Lead"}])
        if status is not None:
            row = {"id": "00Q8", "owner_id": "005A", "status": status, "lead_id": "L008"}
            connection.execute(insert(open_lead).values(row))
    assert release(context_of(engine, open_leads=None, segments={"small": cap(5)})) == left


@pytest.mark.parametrize(
    ("zone", "hours_ago", "left"),
    [
        ("UTC", 12, 2), ("UTC", 1, 2), ("UTC", 13, 3),
        ("America/Los_Angeles", 3, 2), ("America/Los_Angeles", 5, 3),  # it is 4 in the morning there
        ("Asia/Tokyo", 20, 2), ("Asia/Tokyo", 22, 3),  # it is 9 in the evening there
    ],
)  # fmt: skip
def test_the_day_begins_at_midnight_of_the_teams_zone(engine: Engine, zone: str, hours_ago: int, left: int) -> None:
    wait_for_room(engine, 9)
    sent_at = after(-hours_ago * 3600)
    with writing(engine) as connection:
        values = {"state": "verified", "sent_at": int(sent_at.timestamp() * 1000)}
        connection.execute(update(delivery).where(delivery.c.lead_id == "L008").values(values))
    assert release(context_of(engine, zone=zone, new_per_day=3)) == left


def test_a_lead_without_owner_waits(engine: Engine) -> None:
    with writing(engine) as connection:
        decided(connection, ["L1"])
        plan(connection, write("L1", owner_id=None))
    assert release(context_of(engine)) == 0


def test_two_who_release_at_once_keep_the_cap(engine: Engine) -> None:
    wait_for_room(engine, 40)
    together = Barrier(3)

    def work(holder: str) -> int:
        together.wait()
        return release(context_of(engine, holder=holder))

    with ThreadPoolExecutor(3) as pool:
        assert sum(pool.map(work, "abc")) == 5
    assert len(released(engine)) == 5


def test_better_leads_that_arrive_between_two_releases_do_not_break_the_cap(engine: Engine) -> None:
    """One has looked at the room and not yet let go; meanwhile better leads arrive, and another looks as well."""
    wait_for_room(engine, 6)
    looked, go_on = Event(), Event()

    def hold() -> None:
        looked.set()
        go_on.wait(3)

    with ThreadPoolExecutor(2) as pool:
        slow = pool.submit(release, context_of(engine, holder="slow", seen=hold))
        assert looked.wait(10)
        if engine.dialect.name == "postgresql":  # SQLite lets nobody write meanwhile
            wait_for_room(engine, 6, begin=500)
        quick = pool.submit(release, context_of(engine, holder="quick"))
        if engine.dialect.name == "postgresql":
            quick_done = _finished(quick)
            assert not quick_done, "the second looks only when the first is done"
        go_on.set()
        assert slow.result(20) + quick.result(20) == 5
    assert len(released(engine)) == 5


def _finished(future: Any) -> bool:
    try:
        future.result(0.3)
    except TimeoutError:
        return False
    return True


def test_what_waited_too_long_is_decided_again(engine: Engine) -> None:
    wait_for_room(engine, 2)
    context = context_of(engine, now=after(31 * 86_400))
    assert release(context) == 0
    with reading(engine) as connection:
        assert states(connection) == ["cancelled", "cancelled"]
        assert releasing.waiting(connection) == []


def test_who_waited_too_long_is_not_searched_for_among_all_others(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[object] = []

    class Searched(list[str]):
        def __contains__(self, one: object) -> bool:
            asked.append(one)
            return super().__contains__(one)

    expire = releasing.expire
    monkeypatch.setattr(releasing, "expire", lambda *given: Searched(expire(*given)))
    wait_for_room(engine, 3)
    release(context_of(engine, now=after(31 * 86_400)))
    assert asked == []


def test_a_segment_has_a_cap_of_its_own() -> None:
    capacity = Capacity(rep=cap(), segments={"small": cap(3, 2), "big": cap()})
    room = Room(capacity, {}, {}, {}, {}, frozenset())
    room.segments = {"small": (2, 0)}
    assert [room.take("A", one) for one in ("small", "small", "big", "", "big")] == [True, False, True, True, True]


def test_the_cap_of_each_team_that_a_rep_is_in_holds() -> None:
    capacity = Capacity(rep=cap(), teams={"emea": cap(3), "french": cap(2)})
    room = Room(capacity, {}, {"A": ("emea", "french"), "B": ("french",), "C": ("emea",)}, {}, {}, frozenset())
    assert [room.take(owner) for owner in "ABABCCC"] == [True, True, False, False, True, True, False]
    lack = room.lack("A")
    assert lack is not None
    assert (lack.whose, lack.name) == ("team", "emea")


def test_the_cap_in_the_way_is_named() -> None:
    capacity = Capacity(rep=cap(5, 2), teams={"emea": cap(9)}, segments={"small": cap(None, 1)})
    room = Room(capacity, {}, TEAMS, {"A": 5, "B": 4, "C": 0}, {"C": 1}, frozenset("Q"))
    room.segments = {"small": (0, 1)}

    def why(owner: str, segment: str = "") -> tuple[str, str, int | None]:
        lack = room.lack(owner, segment)
        return ("", "", None) if lack is None else (lack.whose, lack.why, lack.a_day)

    assert why("A") == ("rep", "has 5 open leads, the cap is 5", None)
    assert why("B") == ("team", "has room, but team emea has 9 open leads, the cap is 9", None)
    assert why("C", "small") == ("segment", "has room, but segment small gets 1 new leads a day at most", 1)
    assert why("C") == why("Q") == ("", "", None)
    assert room.take("C")
    assert why("C") == ("rep", "gets 2 new leads a day at most", 2)


def test_what_waited_too_long_is_remembered(engine: Engine) -> None:
    wait_for_room(engine, 1)
    release(context_of(engine, now=after(31 * 86_400)))
    with reading(engine) as connection:
        assert row_of(connection, "L000").expired_at == int(after(31 * 86_400).timestamp() * 1000)
