"""Stops calling a system that is down or whose day is spent, and lets one probe through now and then."""

from __future__ import annotations

import threading
from datetime import datetime

from connectors.errors import BudgetSpent, Unavailable
from connectors.http.clock import Clock

#: Failures in a row that open the breaker, and the seconds it then stays open.
FAILURES, PAUSE = 5, 30.0
#: Seconds between two probes while the day's calls are used up.
PROBE = 3600.0


class Breaker:
    """Counts failures in a row; `check` raises while it is open. One call passes when the pause is over: it closes or
    re-opens it.
    """

    def __init__(self, system: str, *, clock: Clock, failures: int = FAILURES, pause: float = PAUSE) -> None:
        self._system = system
        self._clock = clock
        self._failures = failures
        self._pause = pause
        self._lock = threading.Lock()
        self._in_a_row = 0
        self._open_until = 0.0
        self._spent: BudgetSpent | None = None

    def check(self) -> None:
        """Raises `BudgetSpent` or `Unavailable` (code `PAUSED`) when nothing should be sent now."""
        with self._lock:
            now = self._clock.monotonic()
            if now < self._open_until:
                if self._spent is not None:
                    spent = self._spent
                    raise BudgetSpent(
                        str(spent), resets_at=spent.resets_at, system=spent.system, status=spent.status, code=spent.code
                    )
                left = self._open_until - now
                message = f"{self._system} failed {self._in_a_row} times in a row; the next try is in {left:.0f} s"
                raise Unavailable(message, system=self._system, code="PAUSED")
            if self._spent is not None:
                self._open_until = now + PROBE  # this one call is the probe
            elif self._in_a_row >= self._failures:
                self._open_until = now + self._pause

    def answered(self) -> None:
        with self._lock:
            self._in_a_row, self._open_until, self._spent = 0, 0.0, None

    def failed(self) -> None:
        with self._lock:
            self._in_a_row += 1
            if self._in_a_row >= self._failures:
                self._open_until = self._clock.monotonic() + self._pause

    def spent(self, error: BudgetSpent) -> None:
        with self._lock:
            self._spent = error
            self._open_until = self._clock.monotonic() + min(PROBE, _seconds_until(error.resets_at, self._clock.now()))


def _seconds_until(when: datetime | None, now: datetime) -> float:
    return PROBE if when is None else max(1.0, (when - now).total_seconds())
