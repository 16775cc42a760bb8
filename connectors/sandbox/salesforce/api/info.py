"""What the API says of itself: versions, resources, limits, and how many calls have been made."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

from connectors.sandbox.salesforce.api.http import Reply, Request, wrong_method
from connectors.sandbox.salesforce.errors import Refusal, not_found
from connectors.sandbox.salesforce.org import Org

# All versions a present org serves: older ones are retired and answer 410. Tools fall back to old ones (the vendor's command line to 51.0).
FIRST, LAST = 31, 68
_VERSION = re.compile(r"v(\d+)\.(\d)\Z")
_SEASONS = ("Summer", "Winter", "Spring")
_RESOURCES = ("tooling", "composite", "sobjects", "query", "queryAll", "limits", "jobs", "identity")
_WINDOW_HOURS = 24


def check_version(name: str) -> None:
    """Raise 404, or 410 for a retired version, where the version is not served."""
    match = _VERSION.match(name)
    if match is None:
        raise not_found()
    number = int(match[1])
    if number < FIRST:
        raise Refusal("UNSUPPORTED_API_VERSION", f"API version {number}.0 has been retired.", status=410)
    if number > LAST or match[2] != "0":
        raise not_found()


def versions(request: Request) -> Reply:
    """`/services/data`."""
    if request.method not in ("GET", "HEAD"):
        raise wrong_method(request, "GET", "HEAD")
    listed = []
    for number in range(FIRST, LAST + 1):
        # v31.0 is Summer '14; three releases a year.
        season, year = _SEASONS[(number - FIRST) % 3], 14 + (number - FIRST + 2) // 3
        listed.append({"label": f"{season} '{year}", "url": f"/services/data/v{number}.0", "version": f"{number}.0"})
    return Reply(200, listed)


def resources(request: Request, user_url: str) -> Reply:
    """`/services/data/vNN.0`."""
    made: dict[str, str] = {name: f"{request.base}/{name}" for name in _RESOURCES}
    return Reply(200, made | {"identity": user_url})


def record_counts(org: Org, request: Request) -> Reply:
    """`limits/recordCount`: the live rows of the objects named, or of all that have any; an unknown one is passed over."""
    given = [one.strip() for one in request.query.get("sObjects", "").split(",") if one.strip()]
    named = [one for one in map(org.schema.find, given) if one is not None] if given else list(org.schema)
    counted = [
        {"count": org.table(one.name).live, "name": one.name}
        for one in named
        if org.access.allows(request.user, one, "read") and (given or org.table(one.name).live)
    ]
    return Reply(200, {"sObjects": sorted(counted, key=lambda one: str(one["name"]))})


class Limits:
    """The org's limits, and the calls of the last 24 hours, counted by the hour."""

    def __init__(self, org: Org) -> None:
        self._org = org
        self._calls: Counter[int] = Counter()

    @property
    def used(self) -> int:
        """The calls of the last 24 hours."""
        first = self._hour() - _WINDOW_HOURS
        for hour in [hour for hour in self._calls if hour <= first]:
            del self._calls[hour]
        return self._calls.total()

    def count(self, calls: int = 1) -> None:
        """Count calls; raises 403 where the day's allowance is gone, which counts nothing."""
        settings = self._org.settings
        if settings.limits and self.used + calls > settings.daily_limit:
            raise Refusal("REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded.", status=403)
        self._calls[self._hour()] += calls

    def spend(self, calls: int) -> None:
        """Count calls that others have made, past the limit too."""
        self._calls[self._hour()] += calls

    def header(self) -> str:
        """`Sforce-Limit-Info`."""
        return f"api-usage={min(self.used, self._org.settings.daily_limit)}/{self._org.settings.daily_limit}"

    def reply(self) -> Reply:
        """`/services/data/vNN.0/limits`."""
        daily = self._org.settings.daily_limit
        maxima: dict[str, tuple[int, int]] = {
            "ConcurrentAsyncGetReportInstances": (200, 200),
            "DailyApiRequests": (daily, max(0, daily - self.used)),
            "DailyAsyncApexExecutions": (250_000, 250_000),
            "DailyBulkApiBatches": (15_000, 15_000),
            "DailyBulkV2QueryFileStorageMB": (976_562, 976_562),
            "DailyBulkV2QueryJobs": (10_000, 10_000),
            "DailyGenericStreamingApiEvents": (10_000, 10_000),
            "DailyStreamingApiEvents": (10_000, 10_000),
            "DataStorageMB": (1_073, 1_000),
            "FileStorageMB": (1_073, 1_073),
            "HourlyTimeBasedWorkflow": (1_000, 1_000),
            "MassEmail": (5_000, 5_000),
            "SingleEmail": (5_000, 5_000),
        }
        made: dict[str, Any] = {name: {"Max": most, "Remaining": left} for name, (most, left) in maxima.items()}
        return Reply(200, made)

    def _hour(self) -> int:
        return int(self._org.clock.now().timestamp() // 3600)
