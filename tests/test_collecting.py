"""Garbage is collected seldom while a cycle runs, and as before afterwards, whatever ended it."""

from __future__ import annotations

import gc
import weakref

import pytest

from bridge import collecting
from bridge.collecting import SELDOM, collecting_seldom


def test_what_was_there_is_left_alone_and_all_is_as_before_afterwards() -> None:
    before = gc.get_threshold()
    with collecting_seldom():
        assert gc.get_threshold() == SELDOM
        assert gc.get_freeze_count() > 0
    assert gc.get_threshold() == before
    assert gc.get_freeze_count() == 0


def test_an_inner_block_does_not_end_the_outer_one() -> None:
    with collecting_seldom():
        with collecting_seldom():
            pass
        assert gc.get_threshold() == SELDOM
        assert gc.get_freeze_count() > 0


def test_an_error_leaves_nothing_changed() -> None:
    before = gc.get_threshold()
    with pytest.raises(ValueError, match="stopped"), collecting_seldom():
        raise ValueError("stopped")
    assert (gc.get_threshold(), gc.get_freeze_count()) == (before, 0)


class _Ring:
    """Something that only a search for cycles finds."""

    def __init__(self) -> None:
        self.itself = self


def test_what_many_cycles_leave_behind_is_found_in_a_daemon_that_makes_little(monkeypatch: pytest.MonkeyPatch) -> None:
    left: list[weakref.ref[_Ring]] = []

    def cycle() -> None:
        with collecting_seldom():
            ring = _Ring()
            left.append(weakref.ref(ring))

    for _ in range(20):
        cycle()
    assert sum(one() is not None for one in left) > 0, "it is not searched for each time"
    monkeypatch.setattr(collecting, "WHOLE_SECONDS", 0.0)
    cycle()
    assert sum(one() is not None for one in left) == 1, "but for the newest"
