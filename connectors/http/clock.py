"""The clock connectors wait and measure by. Waits and deadlines use the monotonic side, so a wrong wall clock cannot
hurt them.
"""

from __future__ import annotations

import time
from datetime import UTC, datetime


class Clock:
    """The machine's own clock. Tests pass a subclass that does not really sleep."""

    def monotonic(self) -> float:
        return time.monotonic()

    def now(self) -> datetime:
        return datetime.now(UTC)

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds)
