"""What a process does first that works for another one: who stops it, and when it ends."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from bridge.stopping import stop_signals


@contextmanager
def signals_wait() -> Iterator[None]:
    """Workers are forked: one that is told to stop before its first act (`work_for_a_leader`) would do as this process does."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, stop_signals())
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def work_for_a_leader() -> None:
    """Ctrl-C and a terminal that closes are for the process that leads: it ends its workers in good order, or at once by SIGTERM."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT, signal.SIGHUP, signal.SIGTERM})
    threading.Thread(target=_end_with_the_leader, daemon=True).start()


def _end_with_the_leader() -> None:
    """A leader that was killed cannot send its workers home; they would wait for ever."""
    leader = multiprocessing.parent_process()
    if leader is not None:
        leader.join()
        os._exit(0)
