"""Faults and chance with fixed seeds; `make torture` does them all."""

from __future__ import annotations

import faults
import kills
import machine
import pytest
from book import Run

pytestmark = pytest.mark.timeout(600)
"""Seconds each on a quiet machine; a busy one may take its time."""

SQLITE = "sqlite:///var/leadbridge.sqlite"


def test_faults_at_every_boundary_lose_nothing_and_double_nothing() -> None:
    run = Run("alone", "sqlite", "1", "make test")
    faults.chapter(run, 1, SQLITE, faults.ALONE[::18])
    assert run.problems == []
    assert run.total == len(faults.ALONE[::18])
    assert run.figures["calls spoilt"] > run.total / 2


def test_whatever_happens_in_any_order_everything_is_as_it_ought_to_be() -> None:
    run = Run("random", "sqlite", "7", "make test")
    machine.chapter(run, 7, SQLITE, examples=2, steps=15, shrink=True)
    assert run.problems == []


def test_a_bulk_job_is_taken_up_after_a_kill() -> None:
    run = Run("bulk", "sqlite", "2", "make test")
    kills.by_job(run, 2, SQLITE, rounds=1, kills=4)
    assert run.problems == []
    assert run.total == 4
