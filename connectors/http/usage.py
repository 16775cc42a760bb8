"""What a client has called, and what the system says is left of the day."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Budget:
    """The day's allowance as an answer told it; None where it said nothing."""

    limit: int | None = None
    remaining: int | None = None


class Usage:
    """Counters for reports. `calls` counts requests that were put on the wire, retries too."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._by_purpose: Counter[str] = Counter()
        self.limit_per_day: int | None = None
        self.remaining: int | None = None
        self.retries = 0
        self.seconds_waited = 0.0

    @property
    def calls(self) -> int:
        return sum(self.by_purpose.values())

    @property
    def by_purpose(self) -> Mapping[str, int]:
        with self._lock:
            return dict(self._by_purpose)

    def count(self, purpose: str, *, retry: bool, waited: float) -> None:
        with self._lock:
            self._by_purpose[purpose] += 1
            self.retries += retry
            self.seconds_waited += waited

    def learn(self, budget: Budget) -> None:
        with self._lock:
            if budget.limit is not None:
                self.limit_per_day = budget.limit
            if budget.remaining is not None:
                self.remaining = budget.remaining
