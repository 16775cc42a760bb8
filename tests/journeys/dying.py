"""One cycle in a process that dies at a named point: `python dying.py HOME POINT [MINUTES AHEAD]`."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
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


def main() -> None:
    owner, name, end = POINTS[sys.argv[2]]
    setattr(owner, name, end)
    ahead = timedelta(minutes=float(sys.argv[3]) if len(sys.argv) > 3 else 0)
    cycle(App(Home(Path(sys.argv[1])), clock=lambda: datetime.now(UTC) + ahead, holder="dying"))


if __name__ == "__main__":
    main()
