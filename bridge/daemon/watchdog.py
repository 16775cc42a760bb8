"""The watchdog: a process that hangs gives back what it holds and ends, so that its supervisor starts a fresh one. It asks nobody, it only looks."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from dataclasses import asdict

from bridge.app import App
from bridge.daemon.giving_back import give_back_within
from bridge.daemon.logs import logger
from bridge.daemon.signs import Signs, sick
from bridge.errors import REMOTE

LOOK_SECONDS = 1.0
GIVE_BACK_SECONDS = 5.0
ASLEEP_SECONDS = 10.0
"""The watchdog itself was not there for so long: the whole process slept, its host or somebody stopped it, and no thread of it hangs for that."""


class Watchdog:
    """Looks every second; `end` is called with the exit code and does not come back."""

    def __init__(self, app: App, signs: Signs, deadline: float, end: Callable[[int], None] = os._exit) -> None:
        self._app, self._signs, self._deadline, self._end = app, signs, deadline, end
        self._stopped = threading.Event()
        self._looked, self._awake_since = float("inf"), float("-inf")
        self._thread = threading.Thread(target=self._watch, name="watchdog", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopped.set()

    def _watch(self) -> None:
        while not self._stopped.wait(LOOK_SECONDS):
            if reason := self.hangs(time.monotonic()):
                self._bite(reason)
                return

    def hangs(self, beat: float) -> str:
        """Why this process must end; empty when it need not. Time in which all of it slept does not count."""
        if beat - self._looked > ASLEEP_SECONDS:
            self._awake_since = beat
        self._looked = beat
        running, awake = self._signs.running, self._awake_since
        if running is not None and beat - max(running.since, awake) > self._deadline:
            return f"{running.job} has been running for more than {self._deadline:.0f} s"
        if beat - max(self._signs.pulse_beat, awake) > self._deadline:
            return f"one look at the database has taken more than {self._deadline:.0f} s"
        return "; ".join(sick(self._signs, beat, awake))

    def _bite(self, reason: str) -> None:
        logger().error(
            "hung", says=reason, hint="It gives back what it holds and ends; its supervisor starts it again."
        )
        given = give_back_within(GIVE_BACK_SECONDS, self._app.engine, self._app.holder)
        if given is None:
            logger().error("not_given_back", says="the database does not answer; claims run out by themselves")
        else:
            logger().info("given_back", **asdict(given))
        self._end(REMOTE)
