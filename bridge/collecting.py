"""Python's search for cyclic garbage, made seldom while leads are worked on by the hundred."""

from __future__ import annotations

import gc
import time
from collections.abc import Iterator
from contextlib import contextmanager

SELDOM = (100_000, 20, 100)
WHOLE_SECONDS = 600.0
"""What is set aside counts as old afterwards, and Python may never search it again: a daemon does so itself, so often."""
_searched = [time.monotonic()]


@contextmanager
def collecting_seldom() -> Iterator[None]:
    """A batch is hundreds of thousands of small objects that go by themselves: searching them for cycles costs a tenth of the time.

    What was there before (libraries, rules) is not searched at all meanwhile. Within another such block nothing changes.
    """
    usual = gc.get_threshold()
    if usual == SELDOM:
        yield
        return
    if time.monotonic() - _searched[0] >= WHOLE_SECONDS:
        gc.collect()
        _searched[0] = time.monotonic()
    gc.set_threshold(*SELDOM)
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()
        gc.set_threshold(*usual)
