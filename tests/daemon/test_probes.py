"""Probes that tell the truth: when they say no, and that they say it over a real socket."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import requests

from bridge.daemon.jobs import Outcome
from bridge.daemon.metrics import Metrics
from bridge.daemon.probes import ProbeServer, probes
from bridge.daemon.signs import Running, Signs, sick, unready
from bridge.daemon.watchdog import Watchdog
from bridge.errors import UsageError
from bridge.settings.schedule import Job, Schedule
from bridge.staging.measures import Standing

EVERY_5M = Schedule(jobs={"sync": Job(every="5m")})
OFFICE = Schedule(jobs={"sync": Job(cron="*/10 8-17 * * mon-fri")})


def well(clock, **changed: object) -> Signs:
    """Signs of a daemon that started a day ago and is well; the beat is 1000 s."""
    signs = Signs(clock() - timedelta(days=1), 1000.0, 1000.0, 1000.0, last_success=clock() - timedelta(minutes=4))
    for name, value in changed.items():
        setattr(signs, name, value)
    return signs


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({}, None),
        ({"clock_beat": 930.0}, "the clock has not ticked for 70 s"),
        ({"worker_alive": False}, "the worker's thread has died"),
        ({"stopping": True}, "it is stopping"),
        ({"database_beat": None}, "the database has not answered yet"),
        ({"database_beat": 960.0}, "the database has not answered for 40 s"),
        ({"running": Running("sync", 500.0)}, None),
        ({"running": Running("sweep", 300.0)}, "sweep has been running for 700 s; 600 s are allowed"),
    ],
)
def test_ready_and_why_not(clock, changed: dict[str, object], reason: str | None) -> None:
    assert unready(well(clock, **changed), EVERY_5M, 600, clock(), 1000.0) == ([reason] if reason else [])


@pytest.mark.parametrize(("pulse_beat", "hangs"), [(1000.0, False), (500.0, False), (390.0, True)])
def test_a_look_at_the_database_that_does_not_end_is_a_hang(clock, pulse_beat: float, hangs: bool) -> None:
    nobody: Any = None
    watchdog = Watchdog(nobody, well(clock, pulse_beat=pulse_beat), 600)
    assert ("one look at the database has taken more than 600 s" in watchdog.hangs(1000.0)) is hangs


def test_a_process_that_slept_as_a_whole_does_not_hang(clock):
    """A laptop's lid, `docker pause`, SIGSTOP: no thread could say a word meanwhile, the watchdog neither."""
    nobody: Any = None
    signs = well(clock, running=Running("sync", 1000.0))
    watchdog = Watchdog(nobody, signs, 600)
    assert watchdog.hangs(1000.5) == ""
    assert watchdog.hangs(5000.0) == ""
    assert watchdog.hangs(5001.0) == ""
    for beat in range(5002, 5062):
        reason = watchdog.hangs(float(beat))
    assert "the clock has not ticked" in reason, "it is awake, and the clock still says nothing"
    signs.clock_beat = 5061.0
    for beat in range(5062, 5602):
        signs.clock_beat = signs.pulse_beat = float(beat)
        reason = watchdog.hangs(float(beat))
    assert reason == "sync has been running for more than 600 s"


@pytest.mark.parametrize("changed", [{"database_beat": None}, {"stopping": True}, {"last_success": None}])
def test_what_is_wrong_elsewhere_is_no_sickness(clock, changed: dict[str, object]) -> None:
    assert sick(well(clock, **changed), 1000.0) == []


@pytest.mark.parametrize(
    ("schedule", "now", "last_success", "started", "ready"),
    [
        (EVERY_5M, "2026-11-23T12:00", "2026-11-23T11:45", "2026-11-22T00:00", True),
        (EVERY_5M, "2026-11-23T12:00", "2026-11-23T11:44", "2026-11-22T00:00", False),
        (EVERY_5M, "2026-11-23T12:00", None, "2026-11-23T11:50", True),  # it has just started
        (EVERY_5M, "2026-11-23T12:00", None, "2026-11-23T11:40", False),
        (EVERY_5M, "2026-11-23T12:00", "2026-11-20T12:00", "2026-11-23T11:50", True),
        (OFFICE, "2026-11-22T12:00", "2026-11-20T17:41", "2026-11-01T00:00", True),  # a Sunday: nothing was due
        (OFFICE, "2026-11-22T12:00", "2026-11-20T17:11", "2026-11-01T00:00", False),
        (Schedule(jobs={"sweep": Job(every="1d")}), "2026-11-22T12:00", None, "2026-11-01T00:00", True),
    ],
)
def test_three_intervals_without_a_success(clock, schedule: Schedule, now, last_success, started, ready: bool) -> None:
    def utc(text: str | None):
        return text and clock().fromisoformat(text).replace(tzinfo=clock().tzinfo)

    signs = well(clock, last_success=utc(last_success), started_at=utc(started))
    reasons = unready(signs, schedule, 600, utc(now), 1000.0)
    assert (reasons == []) is ready
    assert ready or reasons[0].startswith("no sync has ended well within three intervals; ")


@pytest.fixture
def served(clock) -> Iterator[tuple[str, Signs, Metrics]]:
    signs, metrics = well(clock), Metrics()
    signs.clock_beat = signs.database_beat = time.monotonic()
    server = ProbeServer(probes(signs, EVERY_5M, 600, metrics, clock), "127.0.0.1", 0)
    server.start()
    yield f"http://127.0.0.1:{server.port}", signs, metrics
    server.stop()


def get(url: str) -> requests.Response:
    with requests.Session() as session:
        session.trust_env = False
        return session.get(url, timeout=10)


def test_the_pages(served, clock) -> None:
    url, _, _ = served
    assert get(f"{url}/healthz").json() == {"healthy": True, "reasons": []}
    assert get(f"{url}/readyz").json() == {
        "ready": True, "last_success": "2026-11-22T11:56:00+00:00", "running": None, "reasons": [],
    }  # fmt: skip
    clock.advance(minutes=12)
    late = get(f"{url}/readyz")
    assert (late.status_code, late.json()["ready"]) == (503, False)
    assert get(f"{url}/healthz").status_code == 200
    assert "leadbridge_ready 0.0" in get(f"{url}/metrics").text
    assert get(f"{url}/anything").status_code == 404


def test_figures(served) -> None:
    url, _, metrics = served
    metrics.ran("sync", Outcome("done", counts={"decided": 3, "verdict qualified": 2}, calls={"HubSpot": 7}), 2.0)
    metrics.handed_over([42.0, 4000.0])
    metrics.stands(Standing({"held": 4}, {("salesforce.Lead", "waiting"): 5, ("salesforce.Lead", "sent"): 6}, 7, 8))
    lines = get(f"{url}/metrics").text.splitlines()
    for line in (
        'leadbridge_runs_total{job="sync",outcome="done"} 1.0',
        'leadbridge_decided_total{verdict="qualified"} 2.0',
        'leadbridge_api_calls_total{system="hubspot"} 7.0',
        'leadbridge_handover_seconds_bucket{le="60.0"} 1.0',
        "leadbridge_handover_seconds_count 2.0",
        'leadbridge_leads{verdict="held"} 4.0',
        'leadbridge_leads{verdict="qualified"} 0.0',
        'leadbridge_deliveries{state="sent",target="salesforce.Lead"} 6.0',
        "leadbridge_waiting 5.0",
        "leadbridge_due 7.0",
        "leadbridge_needs_person 8.0",
        "leadbridge_ready 1.0",
    ):
        assert line in lines


def test_a_port_that_is_taken_is_said(served) -> None:
    url, signs, metrics = served
    page = probes(signs, EVERY_5M, 600, metrics, lambda: signs.started_at)
    for port in (int(url.rsplit(":", 1)[1]), 70_000):
        with pytest.raises(UsageError, match="cannot be listened on"):
            ProbeServer(page, "127.0.0.1", port)
