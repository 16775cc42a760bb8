"""Who may work: one leader at a time, an old one's writes are refused, a slot is taken once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import Engine
from staged import NOW, after

from bridge.stages.context import Context, Superseded
from bridge.staging import records, runs
from bridge.staging.database import reading, writing


def take(engine: Engine, holder: str, now: datetime = NOW, seconds: int = 60) -> runs.Lease | None:
    with writing(engine) as connection:
        return runs.take_lease(connection, "cycle", holder, now, seconds)


def context_of(engine: Engine, lease: runs.Lease | None) -> Context:
    nobody: Any = None
    return Context(engine, nobody, nobody, (), (), (), (), lambda: "", nobody, nobody, lambda: NOW, "one", lease=lease)


def test_only_one_holds_the_lease_and_the_fence_grows(engine: Engine) -> None:
    first = take(engine, "one")
    assert first is not None
    assert take(engine, "two", after(59)) is None
    assert take(engine, "one", after(59)) == first, "asking again keeps it"
    second = take(engine, "two", after(200))
    assert second is not None
    assert second.fence > first.fence


def test_a_worker_that_slept_writes_nothing_any_more(engine: Engine) -> None:
    old = context_of(engine, take(engine, "one"))
    with old.writing() as connection:
        records.move(connection, "hubspot", "contact", {"by": "old"}, NOW)
    new = context_of(engine, take(engine, "two", after(61)))
    with new.writing() as connection:
        records.move(connection, "hubspot", "contact", {"by": "new"}, NOW)
    with pytest.raises(Superseded), old.writing() as connection:
        records.move(connection, "hubspot", "contact", {"by": "old"}, NOW)
    with reading(engine) as connection:
        assert records.position(connection, "hubspot", "contact") == {"by": "new"}


def test_a_lease_given_back_is_free_at_once_for_its_holder_only(engine: Engine) -> None:
    first = take(engine, "one")
    assert first is not None
    with writing(engine) as connection:
        runs.give_lease_back(connection, runs.Lease("cycle", "stranger", first.fence))
    assert take(engine, "two") is None
    with writing(engine) as connection:
        runs.give_lease_back(connection, first)
    assert take(engine, "two", after(1)) is not None


def test_many_ask_at_once_and_one_gets_it(engine: Engine) -> None:
    together = Barrier(4)

    def ask(holder: str) -> bool:
        together.wait()
        return take(engine, holder) is not None

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(ask, "abcd")) == 1


def test_a_slot_is_run_once_whoever_asks(engine: Engine) -> None:
    together = Barrier(4)

    def ask(holder: str) -> bool:
        together.wait()
        with writing(engine) as connection:
            return runs.take_slot(connection, "sync", NOW, holder, NOW)

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(ask, "abcd")) == 1
    with writing(engine) as connection:
        assert runs.take_slot(connection, "sync", after(60), "a", NOW)
        assert runs.take_slot(connection, "sweep", NOW, "a", NOW)
