"""A warm process that forks a bridge for every run it is asked for, and tells how each ended: `python dying.py`.

It reads one JSON object a line: which installation to open, or what to run, how far the clock is ahead, and where and how the fork is to die. It
answers with one: how the run ended and which points it came by. A fork is a process of its own: it opens its own database and connections, and
`SIGKILL` ends it for good.
"""

from __future__ import annotations

import gc
import json
import os
import re
import signal
import sys
import time
import traceback
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import NullPool

from bridge import points
from bridge.app import App
from bridge.backfill import Request, backfill
from bridge.cycle import cycle, holding_lease
from bridge.daemon.jobs import JOBS, SWEEP, Job, Outcome
from bridge.daemon.service import serve
from bridge.errors import BridgeError
from bridge.installation.home import Home
from bridge.pipeline import CYCLE
from bridge.staging.migrate import migrate
from connectors.errors import RemoteError
from connectors.http.clock import Clock
from connectors.http.message import Answer
from connectors.http.message import Request as Call
from connectors.http.wire import Wire

NUMBERS = re.compile(r"/(v?\d[\w.-]*|[a-z0-9]{15,18}|00\w{13,16}|75\w{13,16})(?=/|$)", re.IGNORECASE)
SLEPT = [0.0]


def name_of(call: Call) -> str:
    """A call without what differs from one to the next: `PATCH composite/sobjects/Lead/LeadBridge_Id__c`."""
    path = NUMBERS.sub("", call.url.split("://", 1)[-1].partition("/")[2].partition("?")[0].join(("/", "")))
    return f"{call.method} {path.removeprefix('/services').removeprefix('/data').strip('/')}"


class Watch:
    """Counts the points a run comes by and ends the process, or has it sleep, at one of them."""

    def __init__(self, point: str, nth: int, deed: Callable[[], None]) -> None:
        self.point, self.nth, self.deed = point, nth, deed
        self.seen: Counter[str] = Counter()

    def __call__(self, name: str) -> None:
        self.seen[name] += 1
        if name == self.point and self.seen[name] == self.nth:
            self.deed()


def die() -> None:
    """For good, at once."""
    os.kill(os.getpid(), signal.SIGKILL)


def sleep() -> None:
    """Until somebody wakes it."""
    os.kill(os.getpid(), signal.SIGSTOP)


def tell(tells: int, **told: Any) -> None:
    """A line to whoever forked this."""
    os.write(tells, json.dumps(told).encode() + b"\n")


def ask_to_end(process: int, tells: int) -> None:
    """`SIGTERM`, and when it was sent."""
    tell(tells, asked_at=time.monotonic())
    os.kill(process, signal.SIGTERM)


def lose_the_database(app: App) -> None:
    """PostgreSQL ends every session of this database."""
    others = text(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    engine = create_engine(app.engine.url, poolclass=NullPool)
    with engine.connect() as connection:
        connection.execute(others)


def watch(point: str, nth: int, deed: Callable[[], None]) -> Watch:
    """Watch the bridge's own points, and every call before it goes and after it was answered."""
    watcher = Watch(point, nth, deed)
    points.watcher = watcher
    send = Wire.send

    def watched(wire: Wire, call: Call, seconds: float, max_bytes: int) -> Answer:
        name = name_of(call)
        watcher(f"{name}: before it is sent")
        answer = send(wire, call, seconds, max_bytes)
        watcher(f"{name}: answered, not read")
        return answer

    Wire.send = watched  # type: ignore[method-assign]
    return watcher


def wait_for_nothing() -> None:
    """Waits between calls take no time, and the clock that waits look at believes they did."""
    Clock.sleep = lambda _, seconds: SLEPT.__setitem__(0, SLEPT[0] + seconds)  # type: ignore[method-assign]
    Clock.monotonic = lambda _: time.monotonic() + SLEPT[0]  # type: ignore[method-assign]


def daemon(app: App) -> str:
    """A daemon until it is asked to end; it asks itself to when a cycle was done and nobody had."""

    def once(job: Job) -> Job:
        def done(opened: App, stopping: Callable[[], bool]) -> Outcome:
            outcome = job(opened, stopping)
            os.kill(os.getpid(), signal.SIGTERM)
            return outcome

        return done

    sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115 # the fork's own, to its end
    serve(app, "127.0.0.1", 0, {**JOBS, "sync": once(JOBS["sync"])})
    return "drained"


def run(app: App, asked: dict[str, Any]) -> str:
    """One run of what was asked for; the word for how it ended."""
    try:
        if asked["work"] == "daemon":
            return daemon(app)
        if asked["work"] == "backfill":
            with holding_lease(app) as lease:
                plan = app.workplan()
                with app.run("backfill", lease=lease) as context:
                    backfill(app, context, plan, Request(everything=True), send=True)
            return "done"
        report = cycle(app, steps=SWEEP if asked["work"] == "sweep" else CYCLE, kind=asked["work"])
        return f"stopped: {report.stopped_by}" if report.stopped_by else "done"
    except (BridgeError, RemoteError) as problem:
        return f"{type(problem).__name__}: {problem}"
    except SQLAlchemyError as problem:
        return f"database: {type(problem).__name__}"


def opened(asked: dict[str, Any], warm: App) -> App:
    """The installation opened anew. What was read from files and compiled from statements is the warm one's; clients and connections are its own."""
    ahead = timedelta(seconds=asked["ahead"])
    app = App(warm.home, clock=lambda: datetime.now(UTC) + ahead, holder=asked["holder"])
    app.__dict__.update(settings=warm.settings, secrets=warm.secrets, engine=warm.engine, parsed=warm.parsed)
    migrate(app.engine)
    return app


def warmed(asked: dict[str, Any], warm: App) -> dict[str, Any]:
    """A cycle in the warm process itself: what it imports, compiles and caches, its forks share."""
    ended = run(opened(asked, warm), asked)
    warm.engine.dispose()
    gc.collect()
    gc.freeze()
    return {"killed": False, "ended": ended, "seen": {}}


def forked(asked: dict[str, Any], warm: App, tells: int) -> None:
    """The child's life."""
    gc.disable()
    deeds: dict[str, Callable[[], None]] = {
        "die": die,
        "sleep": sleep,
        "lose": lambda: lose_the_database(app),
        "end": lambda: ask_to_end(os.getpid(), tells),
    }
    watcher = watch(asked["point"], asked["nth"], deeds[asked["deed"]])
    app = opened(asked, warm)
    ended = run(app, asked)
    tell(tells, ended=ended, seen=watcher.seen)
    os._exit(0)


def answer(asked: dict[str, Any], warm: App, asleep: list[tuple[int, int]]) -> dict[str, Any]:
    """Fork, wait, kill when a time was given, and tell. One that fell asleep stays so until it is asked to `wake`."""
    if asked["deed"] == "warm":
        return warmed(asked, warm)
    if asked["work"] == "wake":
        child, reads = asleep.pop()
        os.kill(child, signal.SIGCONT)
        return told(child, reads)
    child, reads, tells = fork(asked, warm)
    if asked["after"]:
        time.sleep(asked["after"])
        if asked["deed"] == "end":
            ask_to_end(child, tells)
        else:
            os.kill(child, signal.SIGKILL)
    os.close(tells)
    if asked["deed"] == "sleep":
        changed = os.waitid(os.P_PID, child, os.WSTOPPED | os.WEXITED | os.WNOWAIT)
        if changed is not None and changed.si_code == os.CLD_STOPPED:
            asleep.append((child, reads))
            return {"killed": False, "ended": "asleep", "seen": {}}
    return told(child, reads)


def fork(asked: dict[str, Any], warm: App) -> tuple[int, int, int]:
    """A child at work, and both ends of the pipe it tells its end through."""
    reads, tells = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reads)
        try:
            forked(asked, warm, tells)
        except BaseException:
            tell(tells, ended="crashed", trace=traceback.format_exc())
            os._exit(1)
    return child, reads, tells


def told(child: int, reads: int) -> dict[str, Any]:
    """How a child ended, when it has; with the seconds from being asked to, if it was."""
    with os.fdopen(reads, "rb") as pipe:
        lines = [json.loads(line) for line in pipe.read().splitlines()]
    _, status = os.waitpid(child, 0)
    words: dict[str, Any] = {"ended": "left behind" if os.WIFEXITED(status) else "killed", "seen": {}}
    for line in lines:
        words |= line
    if "asked_at" in words:
        words["took"] = time.monotonic() - words.pop("asked_at")
    killed = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
    return {**words, "killed": killed}


def opened_warm(asked: dict[str, Any]) -> App:
    """An installation to fork bridges for. `bulk_from`: from so many records on a Bulk job is made, fewer than the settings allow, so that a
    trial stays small."""
    gc.unfreeze()
    app = App(Home(Path(asked["home"])), holder="warm")
    if asked["bulk_from"]:
        app.settings.bridge.batches.__dict__["bulk_from"] = asked["bulk_from"]
    return app


def close(warm: App | None, asleep: list[tuple[int, int]]) -> None:
    """The installation goes, and whoever sleeps in it."""
    while asleep:
        child, reads = asleep.pop()
        os.kill(child, signal.SIGKILL)
        told(child, reads)
    if warm is not None:
        warm.engine.dispose()


def main() -> None:
    wait_for_nothing()
    warm: App | None = None
    asleep: list[tuple[int, int]] = []
    for line in sys.stdin:
        asked = json.loads(line)
        said: dict[str, Any] = {"ended": asked["work"]}
        if asked["work"] == "open":
            warm = opened_warm(asked)
        elif asked["work"] == "close":
            close(warm, asleep)
        elif asked["work"] == "used":
            said["used"] = sum(os.times()[:4])
        elif warm is not None:
            said = answer(asked, warm, asleep)
        print(json.dumps(said), flush=True)
    close(None, asleep)


if __name__ == "__main__":
    main()
