"""Sliding-window rate limits, shared by every thread of the process that uses the same account."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from connectors.http.clock import Clock


@dataclass(frozen=True, slots=True)
class Window:
    """At most `calls` in any `seconds`."""

    calls: int
    seconds: float


class Limiter:
    """Hands out times to call at. `lanes` name the windows a kind of call must respect, e.g. `{"search": (Window(5, 1),
    …)}`.

    A thread reserves its time under the lock and sleeps outside of it, so nobody is overtaken and nobody wakes in vain.
    Windows are stretched by `margin`: what leaves evenly may arrive unevenly.
    """

    def __init__(
        self, lanes: Mapping[str, Sequence[Window]], *, clock: Clock | None = None, margin: float = 0.05
    ) -> None:
        self._clock = clock or Clock()
        self._lock = threading.Lock()
        self._held_until = 0.0
        stretched = {window: window.seconds * (1 + margin) for windows in lanes.values() for window in windows}
        self._times: dict[Window, deque[float]] = {window: deque(maxlen=window.calls) for window in stretched}
        self._stretched = stretched
        self._lanes = {lane: tuple(windows) for lane, windows in lanes.items()}

    def wait(self, lane: str = "general") -> float:
        """Blocks until a call may leave; returns the seconds waited. A lane without windows only honours `hold`."""
        with self._lock:
            now = self._clock.monotonic()
            at = max(now, self._held_until)
            windows = self._lanes.get(lane, ())
            for window in windows:
                times = self._times[window]
                if len(times) == window.calls:
                    at = max(at, times[0] + self._stretched[window])
            for window in windows:
                self._times[window].append(at)
        if at > now:
            self._clock.sleep(at - now)
        return at - now

    def others(self, lane: str, calls: int, seconds_ago: float) -> None:
        """Another process made so many calls of this lane, the last of them that long ago: they count as if made here."""
        with self._lock:
            at = self._clock.monotonic() - seconds_ago
            for window in self._lanes.get(lane, ()):
                times = self._times[window]
                known = sorted([*times, *[at] * min(calls, window.calls)])
                times.clear()
                times.extend(known)

    def hold(self, seconds: float) -> None:
        """The system said that we are too fast: nobody calls for that long."""
        with self._lock:
            self._held_until = max(self._held_until, self._clock.monotonic() + seconds)


_shared: dict[str, Limiter] = {}
_shared_lock = threading.Lock()


def shared_limiter(key: str, lanes: Mapping[str, Sequence[Window]]) -> Limiter:
    """The process's one limiter for `key` (system, address, fingerprint of the account; never the token itself)."""
    with _shared_lock:
        if key not in _shared:
            _shared[key] = Limiter(lanes)
        return _shared[key]
