"""Faults and chance with fixed seeds; `make torture` does them all."""

from __future__ import annotations

from contextlib import nullcontext
from types import SimpleNamespace

import faults
import kills
import machine
import pytest
from book import Run
from chamber import Ended

pytestmark = pytest.mark.timeout(600)
"""Seconds each on a quiet machine; a busy one may take its time."""

SQLITE = "sqlite:///var/leadbridge.sqlite"


def test_faults_at_every_boundary_lose_nothing_and_double_nothing() -> None:
    run = Run("alone", "sqlite", "1", "make test")
    faults.chapter(run, 1, SQLITE, faults.ALONE[::18])
    assert run.problems == []
    assert run.total == len(faults.ALONE[::18])
    assert run.figures["calls spoilt"] > run.total / 2


@pytest.mark.parametrize("seed", machine.KEPT)
def test_whatever_happens_in_any_order_everything_is_as_it_ought_to_be(seed: int) -> None:
    run = Run("random", "sqlite", str(seed), "make test")
    machine.chapter(run, seed, SQLITE, examples=2, steps=15, shrink=True)
    assert run.problems == []


def test_what_goes_wrong_by_chance_is_told_as_its_shortest_way(monkeypatch: pytest.MonkeyPatch) -> None:
    """A world in which the third thing that somebody does breaks something that no recovery mends."""
    monkeypatch.setattr(machine, "chamber", lambda *_: nullcontext(Brittle()))
    run = Run("random", "sqlite", "1", "make test")
    machine.chapter(run, 1, SQLITE, examples=200, steps=30, shrink=True)
    assert len(run.problems) == 1
    told = run.problems[0]
    assert "broken" in told
    assert told.count("state.") <= 5, "its beginning, three deeds at most, its end"
    assert "something_goes_wrong" not in told, "what does not matter is left out"


class Brittle:
    """What the machine needs of a chamber."""

    def __init__(self) -> None:
        self.acts = 0
        self.here = SimpleNamespace(
            query=lambda _: [], sandbox=SimpleNamespace(faults=SimpleNamespace(add=lambda _: None, clear=lambda: None))
        )

    def act(self) -> None:
        self.acts += 1

    def busy(self) -> None:
        """Nothing comes of it."""

    def review(self) -> bool:
        return False

    def run(self, _: str = "") -> Ended:
        return Ended(killed=False, ended="done", seen={"a point": 1})

    def never(self) -> list[str]:
        return []

    def unstaged(self) -> list[str]:
        return []

    def recover(self, _: int = 2) -> tuple[list[str], int]:
        return (["broken"] if self.acts > 2 else []), 1


def test_a_bulk_job_is_taken_up_after_a_kill() -> None:
    run = Run("bulk", "sqlite", "2", "make test")
    kills.by_job(run, 2, SQLITE, rounds=1, kills=4)
    assert run.problems == []
    assert run.total == 4
