"""Named points of a run, where a test may watch or end the process. Nothing happens there otherwise, and nothing is computed.

Every write transaction has two points of its own, before and after its commit, named after the function that opened it.
"""

from __future__ import annotations

import sys
from collections.abc import Callable

watcher: Callable[[str], None] | None = None
PASSED_THROUGH = ("contextlib", "bridge.points", "bridge.staging.database", "bridge.stages.context")


def reach(name: str) -> None:
    """The run is at this point now."""
    if watcher is not None:
        watcher(name)


def at_work() -> str:
    """The function of the bridge that is at work, as `module.function`; empty while nobody watches."""
    if watcher is None:
        return ""
    frame = sys._getframe(1)
    while frame.f_back is not None and frame.f_globals.get("__name__") in PASSED_THROUGH:
        frame = frame.f_back
    return f"{str(frame.f_globals.get('__name__')).rpartition('.')[2]}.{frame.f_code.co_name}"
