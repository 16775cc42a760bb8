"""The pulse: every few seconds, is the database there, when did a sync last end well; keeps what this worker holds; reads figures now and then.

A lease is kept short and renewed, so that after a crash another worker goes on within two minutes and not at the end of the cycle's deadline.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import datetime

from sqlalchemy.exc import SQLAlchemyError

from bridge.app import App
from bridge.daemon.logs import logger
from bridge.daemon.metrics import Metrics
from bridge.daemon.signs import Signs
from bridge.staging import measures, runs
from bridge.staging.clock import from_ms
from bridge.staging.database import reading, writing
from bridge.staging.outages import in_the_log

BEAT_SECONDS = 5.0
LEASE_SECONDS = 120
FIGURES_SECONDS = 60.0


class Pulse:
    """A thread that asks the database; probes and watchdog only look at what it found, so that they never wait.

    `left_behind(job)` is told of jobs whose worker died at them.
    """

    def __init__(self, app: App, signs: Signs, metrics: Metrics, left_behind: Callable[[str], None]) -> None:
        self._app, self._signs, self._metrics, self._left_behind = app, signs, metrics, left_behind
        self._wake, self._stopped = threading.Event(), threading.Event()
        self._figures_beat = float("-inf")
        self._answered = True
        self._spans: list[tuple[datetime, datetime]] = []
        self._thread = threading.Thread(target=self._go_on, name="pulse", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopped.set()
        self._wake.set()

    def look_again(self, since: datetime, until: datetime) -> None:
        """A run ended: read the figures now, and how long the leads took that were handed over in this span."""
        self._spans.append((since, until))
        self._figures_beat = float("-inf")
        self._wake.set()

    def _go_on(self) -> None:
        while not self._stopped.is_set():
            self.beat()
            self._wake.wait(BEAT_SECONDS)
            self._wake.clear()

    def beat(self) -> None:
        """One look at the database. Errors are a sign, not an end."""
        self._signs.pulse_beat = time.monotonic()
        try:
            self._look()
        except SQLAlchemyError as problem:
            if self._answered:
                logger().error("database_down", **in_the_log(problem))
            self._answered = False
            return
        if not self._answered:
            logger().info("database_back")
        self._answered = True
        self._signs.database_beat = time.monotonic()

    def _look(self) -> None:
        now = self._app.clock()
        with reading(self._app.engine) as connection:
            success = runs.last_success(connection)
        self._signs.last_success = None if success is None else from_ms(success)
        if self._signs.running is not None:
            with writing(self._app.engine) as connection:
                runs.renew_leases(connection, self._app.holder, now, LEASE_SECONDS)
        if time.monotonic() - self._figures_beat >= FIGURES_SECONDS:
            self._find_left_behind(now)
            self._read_figures(now)

    def _find_left_behind(self, now: datetime) -> None:
        """A job whose worker died at it is due again, here or at another worker."""
        with reading(self._app.engine) as connection:
            jobs = runs.left_behind(connection, now)
        for job in jobs:
            self._left_behind(job)

    def _read_figures(self, now: datetime) -> None:
        self._figures_beat = time.monotonic()
        with reading(self._app.engine) as connection:
            self._metrics.stands(measures.standing(connection, now))
            while self._spans:
                self._metrics.handed_over(measures.handover_seconds(connection, *self._spans.pop()))
