"""No window is ever exceeded, by however many threads; and only the hosts on the list are spoken to."""

from __future__ import annotations

import threading

import pytest
from throwaway import QuietClock

from connectors.errors import Refused
from connectors.http import Hosts, Limiter, Window, shared_limiter

SEARCH, GENERAL = Window(5, 1.0), Window(20, 10.0)
LANES = {"search": (SEARCH, GENERAL), "general": (GENERAL,)}


class StillClock(QuietClock):
    """Time stands still; sleeping only notes when the sleeper would wake."""

    def __init__(self) -> None:
        super().__init__()
        self.wakes: list[float] = []
        self._lock = threading.Lock()

    def sleep(self, seconds: float) -> None:
        with self._lock:
            self.wakes.append(self.passed + seconds)


def most_within(times: list[float], seconds: float) -> int:
    return max(sum(1 for other in times if start <= other < start + seconds) for start in times)


@pytest.mark.parametrize("threads", [1, 8])
@pytest.mark.parametrize(("lane", "windows"), [("search", (SEARCH, GENERAL)), ("general", (GENERAL,))])
def test_no_window_is_exceeded(threads, lane, windows):
    clock = StillClock()
    limiter = Limiter(LANES, clock=clock)
    times: list[float] = []

    def work() -> None:
        for _ in range(80 // threads):
            times.append(clock.passed + limiter.wait(lane))

    workers = [threading.Thread(target=work) for _ in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert len(times) == 80
    for window in windows:
        assert most_within(times, window.seconds) <= window.calls


def test_what_another_process_called_counts_here_too():
    clock = StillClock()
    limiter = Limiter(LANES, clock=clock)
    limiter.others("search", 5, 0.4)
    limiter.others("general", 400, 2.0)
    assert limiter.wait("general") == pytest.approx(10.5 - 2.0)
    calm = Limiter(LANES, clock=clock)
    calm.others("search", 4, 0.4)
    assert [calm.wait("search") for _ in range(3)] == pytest.approx([0, 1.05 - 0.4, 1.05 - 0.4])
    assert calm.wait("general") == 0


def test_lanes_share_their_common_window():
    clock = StillClock()
    limiter = Limiter(LANES, clock=clock)
    times = [clock.passed + limiter.wait(lane) for lane in ["search", "general"] * 30]
    assert most_within(times, GENERAL.seconds) <= GENERAL.calls


def test_nobody_waits_while_there_is_room():
    limiter = Limiter(LANES, clock=StillClock())
    assert [limiter.wait() for _ in range(20)] == [0.0] * 20


def test_a_hold_stops_everybody():
    limiter = Limiter(LANES, clock=StillClock())
    limiter.hold(4)
    assert limiter.wait("general") == 4
    assert limiter.wait("a lane without windows") == 4


def test_one_account_has_one_limiter_in_the_process():
    assert shared_limiter("test a", LANES) is shared_limiter("test a", LANES)
    assert shared_limiter("test a", LANES) is not shared_limiter("test b", LANES)


HUBSPOT = ("api.hubapi.com", "api-*.hubapi.com")
SALESFORCE = ("*.salesforce.com",)


@pytest.mark.parametrize(
    ("patterns", "url", "allowed"),
    [
        (HUBSPOT, "https://api.hubapi.com/crm", True),
        (HUBSPOT, "https://API.hubapi.com:443/crm", True),
        (HUBSPOT, "https://api-eu1.hubapi.com/crm", True),
        (HUBSPOT, "http://api.hubapi.com/crm", False),
        (HUBSPOT, "https://api.hubapi.com:8443/crm", False),
        (HUBSPOT, "https://api.hubapi.com.evil.com/crm", False),
        (HUBSPOT, "https://evil.com/api.hubapi.com", False),
        (HUBSPOT, "https://api.hubapi.com@evil.com/", False),
        (HUBSPOT, "https://user:pw@api.hubapi.com/", False),
        (HUBSPOT, "https://evil.com#api.hubapi.com", False),
        (HUBSPOT, "https://169.254.169.254/latest", False),
        (HUBSPOT, "http://127.0.0.1:80/", False),
        (HUBSPOT, "http://localhost/", False),
        (HUBSPOT, "https://api.hubapi.com:nonsense/", False),
        (HUBSPOT, "file:///etc/passwd", False),
        (HUBSPOT, "", False),
        (SALESFORCE, "https://acme.my.salesforce.com/services", True),
        (SALESFORCE, "https://login.salesforce.com/services", True),
        (SALESFORCE, "https://salesforce.com.evil.org/", False),
        (SALESFORCE, "https://notsalesforce.com/", False),
    ],
)
def test_where_credentials_may_travel(patterns, url, allowed):
    base = "https://api.hubapi.com" if patterns is HUBSPOT else "https://acme.my.salesforce.com"
    assert Hosts(base, patterns).allows(url) is allowed


@pytest.mark.parametrize(
    ("url", "allowed"),
    [
        ("http://127.0.0.1:9/x", True),
        ("http://localhost:80/x", True),
        ("http://[::1]:80/x", True),
        ("https://api.hubapi.com/x", False),
        ("http://127.0.0.1.evil.com/x", False),
        ("http://10.0.0.1/x", False),
    ],
)
def test_a_loopback_address_speaks_to_loopback_only(url, allowed):
    assert Hosts("http://127.0.0.1:8000", HUBSPOT).allows(url) is allowed


def test_a_base_address_off_the_list_is_refused_at_once():
    with pytest.raises(Refused, match="not an address"):
        Hosts("https://evil.com", HUBSPOT, system="hubspot")
