"""Named faults: which call gets which, chosen by system, method, path and number; seeded, so that a run can be repeated.

What the names do is told by `FAULTS`; a name that is not there is handed to the server itself (`Call.fault`), which
may know it (a locked row, a write that does nothing).
"""

from __future__ import annotations

import random
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any

FAULTS: Mapping[str, str] = {
    "status": "answers `status` with `body` and `headers` as given; the server does nothing",
    "429": "too many requests, without Retry-After",
    "429_retry_after": "too many requests with Retry-After: `seconds` (1)",
    "429_six_hours": "too many requests with Retry-After: 21600",
    "429_daily": "the day's allowance is spent",
    "429_html": "too many requests as an HTML page",
    "401": "the token is refused, as long as the fault lasts (`count`: 1 for once)",
    "403": "a right is missing",
    "423": "HubSpot: the record is locked",
    "477": "HubSpot: a migration is in progress, Retry-After in seconds",
    "500": "server error with the system's own body",
    "500_empty": "server error without a body",
    "502": "bad gateway, HTML page",
    "503": "unavailable, the system's own body",
    "503_html": "unavailable, HTML page",
    "504": "gateway timeout, HTML page",
    "html_200": "an HTML page with status 200",
    "html_error": "an HTML page with `status` (500)",
    "reset": "the connection is reset before the server acts",
    "black_hole": "no answer for `seconds` (30), then the connection closes; the server does not act",
    "timeout_before_headers": "the server acts, no answer for `seconds` (30), then the connection closes",
    "timeout_after_headers": "the server acts, headers are sent, the body never comes for `seconds` (30)",
    "truncated": "half the body under the full Content-Length, then the connection closes",
    "truncated_no_length": "half the body without a length, then the connection closes",
    "truncated_chunked": "half the body in chunks, the last chunk is missing",
    "slow_drip": "the answer comes byte by byte, one each `seconds` (0.8)",
    "duplicate_reply": "the answer comes twice: who keeps the connection finds the second where the next answer should be",
    "answer_lost": "the server acts, then the connection is reset: committed but answer lost",
    "latency": "the answer comes `seconds` (0.2) later; goes together with another fault",
    "duplicate_page": "the rows of the page before are given once more ahead of this page's own",
    "short_page": "valid JSON, but the last half of the rows is missing (a write: their results are missing)",
    "shuffled_page": "the rows come in another order",
    "wrong_total": "the total is off by `by` (7)",
}

# Of these, the ones only one system answers with.
OF_ONE_SYSTEM: Mapping[str, str] = {"423": "hubspot", "477": "hubspot"}


@dataclass(frozen=True, slots=True)
class Fault:
    """What goes wrong, and for which calls.

    `system`, `method` and `path` are shell patterns (`*`, `?`, `[…]`) on the call; the path is without its query. Among the
    calls that fit, the first `after` are left alone; `nth` picks calls by number (from 1, counted after those), `probability` by
    chance from `seed`; `count` ends the fault after so many. `params` go to the fault as its description says.
    """

    name: str
    system: str = "*"
    method: str = "*"
    path: str = "*"
    after: int = 0
    nth: tuple[int, ...] = ()
    probability: float = 1.0
    count: int | None = None
    seed: int = 0
    params: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def from_json(cls, given: Mapping[str, Any]) -> Fault:
        """A fault from JSON; raises `ValueError` with a sentence when it makes no sense. Unknown keys become parameters."""
        known = {"name", "system", "method", "path", "after", "nth", "probability", "count", "seed", "params"}
        if not isinstance(given.get("name"), str):
            raise ValueError("a fault needs a name; GET /faults lists them")
        values = {key: value for key, value in given.items() if key in known}
        nth = values.pop("nth", ())
        values["nth"] = (nth,) if isinstance(nth, int) else tuple(nth)
        for key, kind in (("after", int), ("count", int), ("seed", int), ("probability", (int, float))):
            if not isinstance(values.get(key) or 0, kind):
                raise ValueError(f"{key} has to be a number")
        extra = {key: value for key, value in given.items() if key not in known}
        values["params"] = {**values.get("params", {}), **extra}
        return cls(**values)


@dataclass(slots=True)
class _Armed:
    """A fault that has been added, with its counts."""

    id: int
    fault: Fault
    rng: random.Random
    fitting: int = 0
    fired: int = 0

    def hits(self) -> bool:
        """Count one fitting call and say whether the fault is meant for it."""
        fault = self.fault
        self.fitting += 1
        if fault.probability < 1.0 and self.rng.random() >= fault.probability:
            return False
        if fault.count is not None and self.fired >= fault.count:
            return False
        number = self.fitting - fault.after
        return number >= 1 and (not fault.nth or number in fault.nth)


class Faults:
    """The faults in force. Faults are asked in the order they were added; the first that fires wins, `latency` goes with any."""

    def __init__(self, seed: int = 0) -> None:
        self._seed = seed
        self._lock = threading.Lock()
        self._armed: list[_Armed] = []
        self._next = 1

    def __bool__(self) -> bool:
        return bool(self._armed)

    def add(self, fault: Fault) -> int:
        """Arm a fault; returns the number to remove it by."""
        with self._lock:
            number, self._next = self._next, self._next + 1
            rng = random.Random(f"{self._seed}/{fault.seed}/{number}")
            self._armed.append(_Armed(number, fault, rng))
            return number

    def remove(self, number: int) -> bool:
        """Disarm one; False if there is none of that number."""
        with self._lock:
            before = len(self._armed)
            self._armed = [armed for armed in self._armed if armed.id != number]
            return len(self._armed) < before

    def clear(self, seed: int | None = None) -> None:
        """Disarm all and start counting anew, so that the same faults added again do the same."""
        with self._lock:
            self._armed = []
            self._next = 1
            if seed is not None:
                self._seed = seed

    def listing(self) -> list[dict[str, Any]]:
        """The faults in force, with how often each fitted and fired."""
        with self._lock:
            return [
                {
                    "id": armed.id,
                    "name": armed.fault.name,
                    "system": armed.fault.system,
                    "method": armed.fault.method,
                    "path": armed.fault.path,
                    "fitting": armed.fitting,
                    "fired": armed.fired,
                }
                for armed in self._armed
            ]

    def choose(self, system: str, method: str, path: str) -> tuple[Fault | None, float]:
        """The fault for this call and the seconds of latency to add; (None, 0.0) when nothing is to go wrong."""
        if not self._armed:
            return None, 0.0
        chosen: Fault | None = None
        delay = 0.0
        with self._lock:
            for armed in self._armed:
                fault = armed.fault
                if not (
                    fnmatchcase(system, fault.system)
                    and fnmatchcase(method, fault.method)
                    and fnmatchcase(path, fault.path)
                ):
                    continue
                if not armed.hits():
                    continue
                if fault.name == "latency":
                    armed.fired += 1
                    delay += float(fault.params.get("seconds", 0.2))
                elif chosen is None:
                    armed.fired += 1
                    chosen = fault
        return chosen, delay
