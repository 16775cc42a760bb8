"""A real daemon process with a stand-in for its sync job: `python stub_daemon.py HOME RECORD WHAT [SECONDS [DEADLINE]]`, a cycle every SECONDS
with so many to its deadline, fewer than the settings allow.

quick: writes its holder into RECORD. deaf: claims a lead, a delivery and the lease, and does not hear that it should stop. polite: claims
them and stops when told. blurt: lets canaries loose in every way a library can.
"""

from __future__ import annotations

import logging
import os
import secrets
import sys
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from bridge.app import App
from bridge.daemon.jobs import Outcome
from bridge.daemon.service import serve
from bridge.errors import BridgeError
from bridge.installation.home import Home
from bridge.settings.schedule import Job, Schedule
from bridge.staging import due, outbox, runs
from bridge.staging.database import writing

HOME, RECORD, WHAT = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
EVERY = timedelta(seconds=float(sys.argv[4]) if len(sys.argv) > 4 else 3600)


def note(word: str) -> None:
    with RECORD.open("a") as out:
        out.write(f"{word}\n")


def quick(app: App, stopping: Callable[[], bool]) -> Outcome:
    note(app.holder)
    return Outcome("done")


def take_hold(app: App) -> None:
    with writing(app.engine) as connection:
        lease = runs.take_lease(connection, "cycle", app.holder, app.clock(), 3600)
        assert lease is not None
        due.claim(connection, 10, app.holder, app.clock())
        outbox.claim(connection, "salesforce.Lead", 10, app.holder, app.clock(), lease.fence)
    note("holding")


def deaf(app: App, stopping: Callable[[], bool]) -> Outcome:
    take_hold(app)
    time.sleep(300)
    return Outcome("done")


def polite(app: App, stopping: Callable[[], bool]) -> Outcome:
    take_hold(app)
    while not stopping():
        time.sleep(0.02)
    note("stopped")
    return Outcome("stopped")


def blurt(app: App, stopping: Callable[[], bool]) -> Outcome:
    words = (
        "canary.person@example.com pat-na1-c0ffee00-cafe-babe-c0de-c0ffee00cafe Bearer canary0token0canary "
        + os.environ["CANARY"]
    )
    try:
        raise ValueError(words)
    except ValueError:
        logging.getLogger("urllib3.connectionpool").exception("retrying %s", words)
        logging.getLogger("uvicorn.error").error("failed for %s", words)
    thread = threading.Thread(target=lambda: (_ for _ in ()).throw(RuntimeError(words)))
    thread.start()
    thread.join()
    note("blurted")
    raise (BridgeError if len(RECORD.read_text().splitlines()) > 1 else KeyError)(words)


JOB = {"quick": quick, "deaf": deaf, "polite": polite, "blurt": blurt}[WHAT]

if __name__ == "__main__":
    app = App(Home(HOME), holder=f"{os.getpid()}:{secrets.token_hex(3)}")
    if len(sys.argv) > 5:
        app.settings.bridge.deadlines.__dict__["cycle"] = float(sys.argv[5])
    sys.exit(serve(app, "127.0.0.1", 0, {"sync": JOB}, Schedule(jobs={"sync": Job(every=EVERY)})))
