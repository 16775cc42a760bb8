"""Cycles in processes that die at a named point. One process imports everything and forks each of them: it is told `[HOME, POINT]`, a line each, and
tells how that one ended."""

from __future__ import annotations

import json
import os
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bridge import pipeline
from bridge.app import App
from bridge.cycle import cycle
from bridge.deciding import due as deciding
from bridge.installation.home import Home
from bridge.staging import leads, outbox, records
from connectors.hubspot.client import HubSpot
from connectors.salesforce.client import Salesforce

DIED = 9


def die(*_: Any, **__: Any) -> None:
    os._exit(DIED)


def then_die(work: Callable[..., Any]) -> Callable[..., Any]:
    def done(*given: Any, **named: Any) -> None:
        work(*given, **named)
        os._exit(DIED)

    return done


POINTS: dict[str, tuple[Any, str, Callable[..., Any]]] = {
    "rows staged, cursor not moved": (records, "move", die),
    "contacts in, not identified": (pipeline, "identify", die),
    "decided, not kept": (deciding, "keep", die),
    "planned, not committed": (outbox, "plan", then_die(outbox.plan)),
    "claimed, not sent": (Salesforce, "upsert", die),
    "sent, no receipt": (Salesforce, "upsert", then_die(Salesforce.upsert)),
    "task sent, no receipt": (Salesforce, "create", then_die(Salesforce.create)),
    "receipt written, not read back": (Salesforce, "read", die),
    "told HubSpot, not written down": (HubSpot, "write", then_die(HubSpot.write)),
    "standing taken, not told": (leads, "told", then_die(leads.told)),
}


def ended(home: str, point: str) -> int:
    """The exit code of a cycle in a fork."""
    child = os.fork()
    if child == 0:
        try:
            owner, name, end = POINTS[point]
            setattr(owner, name, end)
            cycle(App(Home(Path(home)), holder="dying"))
        except BaseException:
            traceback.print_exc()
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def main() -> None:
    for line in sys.stdin:
        print(ended(*json.loads(line)), flush=True)


if __name__ == "__main__":
    main()
