"""How many calls HubSpot takes: ten-secondly and daily by tier, secondly on search, with the documented headers and bodies."""

from __future__ import annotations

import time
import uuid
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from connectors.sandbox.hubspot.problems import Problem
from connectors.sandbox.kernel.clock import Clock

Headers = tuple[tuple[bytes, bytes], ...]


@dataclass(frozen=True, slots=True)
class Tier:
    """The calls an account may make in ten seconds and in a day."""

    ten_seconds: int
    day: int


TIERS: Mapping[str, Tier] = {
    "free": Tier(100, 250_000),
    "starter": Tier(100, 250_000),
    "professional": Tier(190, 625_000),
    "enterprise": Tier(190, 1_000_000),
}
# An OAuth app has a ten-secondly limit of its own, whatever the tier, and is not shown the day's count.
OAUTH_TEN_SECONDS = 110
SEARCHES_A_SECOND = 5
_PAUSE_NOTICE = "publicapi:private-apps:api-calls-per-10-seconds"


@dataclass(slots=True)
class Limits:
    """Counts calls and refuses those above the limits. Windows run on real time, the day on the sandbox's clock."""

    clock: Clock
    enabled: bool = True
    tier: str = "professional"
    used: int = 0
    _day: date = date.min
    _calls: deque[float] = field(default_factory=deque)
    _searches: deque[float] = field(default_factory=deque)

    def set(self, enabled: bool | None = None, tier: str | None = None, daily_used: int | None = None) -> None:
        """Change the limits; raises `ValueError` for an unknown tier."""
        if tier is not None and tier not in TIERS:
            raise ValueError(f"no tier {tier}; there are {', '.join(TIERS)}")
        self.enabled = self.enabled if enabled is None else enabled
        self.tier = tier or self.tier
        if daily_used is not None:
            self._day = self.clock.now().date()
            self.used = daily_used

    def resets_at(self) -> datetime:
        """When the day's count begins anew: midnight in the portal's zone, which is UTC here."""
        tomorrow = self.clock.now().date() + timedelta(days=1)
        return datetime(tomorrow.year, tomorrow.month, tomorrow.day, tzinfo=UTC)

    def count(self, oauth: bool, search: bool) -> Headers:
        """Count a call and give the headers its answer carries; raises 429."""
        if not self.enabled:
            return ()
        today = self.clock.now().date()
        if today != self._day:
            self._day, self.used = today, 0
        tier = TIERS[self.tier]
        most = OAUTH_TEN_SECONDS if oauth else tier.ten_seconds
        now = time.monotonic()
        _forget(self._calls, now - 10)
        if self.used >= tier.day:
            raise _refusal("DAILY", "You have reached your daily limit.", daily=True)
        if len(self._calls) >= most:
            raise _refusal("TEN_SECONDLY_ROLLING", "You have reached your ten_secondly_rolling limit.")
        if search:
            self._count_search(now)
        self._calls.append(now)
        self.used += 1
        return () if search else self._headers(oauth, most, tier)

    def _count_search(self, now: float) -> None:
        _forget(self._searches, now - 1)
        if len(self._searches) >= SEARCHES_A_SECOND:
            raise _refusal("SECONDLY", "You have reached your secondly limit.")
        self._searches.append(now)

    def _headers(self, oauth: bool, most: int, tier: Tier) -> Headers:
        secondly = max(1, most // 10)
        shown = {
            "max": most,
            "remaining": most - len(self._calls),
            "interval-milliseconds": 10_000,
            "secondly": secondly,
            "secondly-remaining": max(0, secondly - 1),
        }
        if not oauth:
            shown |= {"daily": tier.day, "daily-remaining": tier.day - self.used}
        return tuple((f"x-hubspot-ratelimit-{name}".encode(), str(value).encode()) for name, value in shown.items())


def _forget(times: deque[float], before: float) -> None:
    while times and times[0] <= before:
        times.popleft()


def _refusal(policy: str, message: str, daily: bool = False) -> Problem:
    """429. Real ones carry no `category`, though the documents require it."""
    more = {"errorType": "RATE_LIMIT", "policyName": policy}
    more |= {"requestId": uuid.uuid4().hex} if daily else {"groupName": _PAUSE_NOTICE}
    return Problem(429, message, None, more=more)
