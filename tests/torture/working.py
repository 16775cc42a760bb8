"""A worker as a process of its own: `python working.py HOME HOLDER SECONDS [backfill]` runs cycles, or one backfill, whenever it gets the lease."""

from __future__ import annotations

import sys
import time
from pathlib import Path

from bridge.app import App
from bridge.backfill import Request, backfill
from bridge.cycle import Busy, cycle, holding_lease
from bridge.installation.home import Home


def main(home: str, holder: str, seconds: str, work: str = "cycle") -> None:
    app = App(Home(Path(home)), holder=holder, backfilling=work == "backfill")
    app.settings, app.secrets, app.engine  # noqa: B018 # opened before the start
    print("ready", flush=True)
    sys.stdin.readline()
    until, done = time.monotonic() + float(seconds), 0
    while time.monotonic() < until:
        try:
            if work == "backfill":
                with holding_lease(app) as lease, app.run("backfill", lease=lease) as context:
                    backfill(app, context, app.workplan(), Request(everything=True), send=True)
                    done = 1
                    break
            else:
                report = cycle(app)
                assert not report.stopped_by, report.stopped_by
                done += 1
                time.sleep(0.01)
        except Busy:
            time.sleep(0.01)
    print(done, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
