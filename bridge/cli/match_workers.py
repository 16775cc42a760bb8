"""Processes that go through a file together: forked from this one when all is ready, so that they share what it made."""

from __future__ import annotations

import gc
import multiprocessing
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from typing import TypeVar

from bridge.errors import BridgeError
from bridge.workers import signals_wait, work_for_a_leader

Made = TypeVar("Made")
Turn = tuple[int, int]
"""Which of how many: a worker takes every n-th chunk of the file."""


def in_turns(work: Callable[[Turn], Made], workers: int) -> Iterator[Made]:
    """What `work` makes of each turn, in the order they are done. One turn alone is done here, several in a process each.

    Raises what `work` raises, and BridgeError when a process was ended from outside. When it ends early, the other processes end at once.
    """
    if workers == 1:
        yield work((0, 1))
        return
    others = set(multiprocessing.active_children())
    pool = ProcessPoolExecutor(workers, multiprocessing.get_context("fork"), initializer=_begin)
    try:
        with signals_wait():
            turns = [pool.submit(work, (turn, workers)) for turn in range(workers)]
        for done in as_completed(turns):
            yield done.result()
    except BaseException as wrong:
        for process in set(multiprocessing.active_children()) - others:
            process.terminate()
        if isinstance(wrong, BrokenProcessPool):
            raise BridgeError(
                "one of the processes that go through the file was ended from outside: the memory may have been full",
                "Give --workers 1 (each process takes memory of its own), or run it where there is more memory. Nothing was written.",
            ) from wrong
        raise
    finally:
        pool.shutdown()


def _begin() -> None:
    """A worker's first act. What it makes is seldom part of a ring."""
    work_for_a_leader()
    gc.freeze()
    gc.set_threshold(100_000, 50, 100)
