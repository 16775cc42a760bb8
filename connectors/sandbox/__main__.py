"""`python -m connectors.sandbox`: serves a world until it is told to stop; the first line says where, as JSON."""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
import threading
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from connectors.sandbox import worlds
from connectors.sandbox.kernel.clock import Clock
from connectors.sandbox.launch import Sandbox


def _arguments(given: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m connectors.sandbox", description=__doc__)
    parser.add_argument("--world", default="demo", choices=worlds.NAMES, help="the world to begin with")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--size", type=int, help="HubSpot contacts in a demo or big world (5,000; 1,000,000)")
    parser.add_argument("--folder", type=Path, help="where the files of a csv world lie")
    parser.add_argument(
        "--now", type=datetime.fromisoformat, help="the time in the world; it runs on from there (default: now)"
    )
    parser.add_argument("--hubspot-port", type=int, default=0)
    parser.add_argument("--salesforce-port", type=int, default=0)
    parser.add_argument("--control-port", type=int, default=0)
    parser.add_argument("--state", type=Path, help="a file to write the same JSON to, readable only by its owner")
    parser.add_argument("--no-limits", action="store_true", help="switch the call limits off")
    parser.add_argument("--light", action="store_true", help="keep only the newest calls in the ledger")
    parser.add_argument("--idle", type=float, metavar="MINUTES", help="stop after so long without a call")
    arguments = parser.parse_args(given)
    if (arguments.world == "csv") != (arguments.folder is not None):
        parser.error("--world csv and --folder go together")
    if arguments.size is not None and (arguments.size < 1 or arguments.world not in ("demo", "big")):
        parser.error("--size is a number of contacts from 1 on, for --world demo or big")
    return arguments


def _wait(sandbox: Sandbox, stopped: threading.Event, idle: float | None) -> None:
    """Until told to stop, or until nobody has called for `idle` minutes."""
    seen, quiet_since = -1, time.monotonic()
    while not stopped.wait(1.0 if idle is not None else None):
        if len(sandbox.ledger) != seen:
            seen, quiet_since = len(sandbox.ledger), time.monotonic()
        elif idle is not None and time.monotonic() - quiet_since > idle * 60:
            return


def main(given: Sequence[str] | None = None) -> int:
    """Serve until SIGTERM or SIGINT."""
    arguments = _arguments(given)
    now = arguments.now or datetime.now(UTC)
    clock = Clock()
    if arguments.now is not None:
        clock.freeze(now)
        clock.release()
    stopped = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stopped.set())
    try:
        world = worlds.make(arguments.world, arguments.seed, now, arguments.size, arguments.folder)
    except (OSError, ValueError) as wrong:
        print(wrong, file=sys.stderr)
        return 2
    with Sandbox(
        world,
        arguments.hubspot_port,
        arguments.salesforce_port,
        arguments.control_port,
        clock=clock,
        seed=arguments.seed,
        limits=not arguments.no_limits,
        light=arguments.light,
    ) as sandbox:
        line = json.dumps(sandbox.state | {"world": world.name, "seed": world.seed, "pid": os.getpid()})
        if arguments.state is not None:
            arguments.state.touch(mode=0o600)
            arguments.state.write_text(line + "\n", encoding="utf-8")
        print(line, flush=True)
        _wait(sandbox, stopped, arguments.idle)
    if arguments.state is not None:
        arguments.state.unlink(missing_ok=True)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
