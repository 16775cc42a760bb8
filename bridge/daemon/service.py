"""The daemon from start to end: threads, signals, and leaving nothing in its hands."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime, timedelta

from sqlalchemy.exc import SQLAlchemyError

from bridge.app import App
from bridge.daemon.clock import Clock
from bridge.daemon.giving_back import give_back_within
from bridge.daemon.jobs import JOBS, Job, Outcome
from bridge.daemon.logs import log_level, logger, set_up_logs
from bridge.daemon.metrics import Metrics
from bridge.daemon.probes import ProbeServer, probes
from bridge.daemon.pulse import Pulse
from bridge.daemon.redaction import known_secrets
from bridge.daemon.signs import Signs
from bridge.daemon.watchdog import Watchdog
from bridge.daemon.worker import Worker
from bridge.errors import DONE
from bridge.settings.schedule import Schedule
from bridge.staging.outages import no_answer, outage_of
from bridge.stopping import stop_signals

DRAIN_SECONDS = 7.0
GIVE_BACK_SECONDS = 2.0
"""Together less than the 10 s after which Docker and Kubernetes kill."""


class Daemon:
    """One worker with its clock, pulse, watchdog and probes."""

    def __init__(
        self, app: App, schedule: Schedule, jobs: Mapping[str, Job] = JOBS, host: str = "127.0.0.1", port: int = 8787
    ) -> None:
        """Opens the database and the port. Raises RemoteDown or UsageError when it cannot have one of them."""
        self._app, self._schedule = app, schedule
        deadline = app.settings.bridge.deadlines.cycle
        beat = time.monotonic()
        self._signs = Signs(app.clock(), beat, beat)
        self._metrics = Metrics()
        _open_database(app)
        self._server = ProbeServer(probes(self._signs, schedule, deadline, self._metrics, app.clock), host, port)
        self._worker = Worker(app, schedule, jobs, self._signs, self._ran)
        self._clock = Clock(schedule, self._worker.due, self._signs)
        self._pulse = Pulse(app, self._signs, self._metrics, self._again)
        self._watchdog = Watchdog(app, self._signs, deadline)

    @property
    def port(self) -> int:
        """Where the probes answer."""
        return self._server.port

    def start(self) -> None:
        """All threads; returns at once."""
        self._server.start()
        self._pulse.start()
        self._worker.start()
        self._clock.start()
        self._watchdog.start()

    def stop(self) -> bool:
        """Take no slot, let the running job end, give back what is left. False when the job had to be left behind."""
        self._signs.stopping = True
        self._watchdog.stop()
        self._clock.stop()
        drained = self._worker.stop(DRAIN_SECONDS)
        self._pulse.stop()
        given = give_back_within(GIVE_BACK_SECONDS, self._app.engine, self._app.holder)
        if given is None:
            logger().error("not_given_back", says="the database does not answer; claims run out by themselves")
        else:
            logger().info("given_back", **asdict(given))
        if drained:
            self._server.stop()
        return drained

    def _again(self, job: str) -> None:
        if job in self._schedule.jobs:
            self._worker.due(job, missed=True)

    def _ran(self, job: str, outcome: Outcome, started_at: datetime, seconds: float) -> None:
        self._metrics.ran(job, outcome, seconds)
        self._pulse.look_again(started_at, started_at + timedelta(seconds=seconds))


def serve(app: App, host: str, port: int, jobs: Mapping[str, Job] = JOBS, schedule: Schedule | None = None) -> int:
    """Run until SIGTERM, SIGINT or SIGHUP; returns the exit code. A job that does not end in time is left behind: then the process ends here."""
    set_up_logs(log_level(), known_secrets(app.secrets))
    signals = stop_signals()
    daemon = Daemon(app, schedule or app.settings.schedule, jobs, host, port)
    # Before the threads begin, so that only `sigwait` below gets them; not before the tables are brought up to date, which may take long.
    signal.pthread_sigmask(signal.SIG_BLOCK, signals)
    daemon.start()
    logger().info("daemon_started", holder=app.holder, host=host, port=daemon.port, jobs=list(jobs))
    number = signal.sigwait(signals)
    logger().info("daemon_stopping", signal=signal.Signals(number).name)
    drained = daemon.stop()
    logger().info("daemon_stopped", drained=drained)
    if not drained:
        sys.stderr.flush()
        os._exit(DONE)
    app.engine.dispose()
    return DONE


def _open_database(app: App) -> None:
    try:
        app.engine.connect().close()
    except SQLAlchemyError as problem:
        raise outage_of(problem) or no_answer(problem) from None
