"""The sandbox's own time: real by default; can be frozen, set and moved forward or back."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta


class Clock:
    """`now()` is the time both servers stamp on records and answers, always UTC."""

    def __init__(self, at: datetime | None = None) -> None:
        """Run with real time, or stand still at `at` until told otherwise."""
        self._lock = threading.Lock()
        self._offset = timedelta()
        self._frozen: datetime | None = at.astimezone(UTC) if at is not None else None

    @property
    def frozen(self) -> bool:
        """Whether the clock stands still."""
        return self._frozen is not None

    def now(self) -> datetime:
        """The sandbox's time."""
        frozen = self._frozen
        return frozen if frozen is not None else datetime.now(UTC) + self._offset

    def now_ms(self) -> int:
        """The same in whole milliseconds since 1970."""
        return int(self.now().timestamp() * 1000)

    def freeze(self, at: datetime | None = None) -> datetime:
        """Stand still, at `at` or where the clock is."""
        with self._lock:
            self._frozen = at.astimezone(UTC) if at is not None else self.now()
            return self._frozen

    def advance(self, seconds: float) -> datetime:
        """Move by `seconds` (negative: back), frozen or not."""
        with self._lock:
            step = timedelta(seconds=seconds)
            if self._frozen is not None:
                self._frozen += step
            else:
                self._offset += step
        return self.now()

    def release(self) -> datetime:
        """Run on from the present reading; a clock that was moved stays moved."""
        with self._lock:
            if self._frozen is not None:
                self._offset = self._frozen - datetime.now(UTC)
                self._frozen = None
        return self.now()


def iso_ms(at: datetime) -> str:
    """`2026-11-22T04:24:26.123Z`: UTC, three digits of milliseconds; such strings sort as the times do."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03d}Z"
