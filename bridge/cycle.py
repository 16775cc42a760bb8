"""One whole cycle as a command or the daemon runs it: a lease, a stored run, the steps, a report."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from bridge.app import App
from bridge.deciding.rules import names_not_there
from bridge.errors import DONE, NEEDS_PERSON, REMOTE, USAGE, RemoteDown
from bridge.frozen import frozen
from bridge.pipeline import CYCLE, Step, run_cycle
from bridge.stages.context import quiet
from bridge.staging import reports, runs, set_back
from bridge.staging.clock import to_ms
from bridge.staging.database import reading, writing
from connectors.errors import NAMES, NotAllowed, Refused, RemoteError, SchemaChanged
from connectors.hubspot.dialect import LONGEST_WINDOW

MENDED_BY_HAND = (NotAllowed, SchemaChanged, Refused)
"""Errors that come again until somebody changes something."""
LEASE = "cycle"
LEASE_SECONDS, RENEW_SECONDS = 180, 45


@frozen
class CycleReport:
    """What one cycle did: its number, counts by what happened, calls by system, seconds, and what waits for a person."""

    run_id: int
    counts: Mapping[str, int]
    calls: Mapping[str, Mapping[str, Any]]
    seconds: float
    needs_person: int
    stopped_by: str = ""
    needs_mending: bool = False
    """What stopped it stays until somebody mends it: a right, a token, a property or a setting."""
    lost_answer: str = ""
    """What came instead of the answer to a write; the next cycle looks up what became of it."""
    silent: tuple[str, ...] = ()
    """The systems to which no write got through, although some left: the cycle did not end well."""
    not_there: tuple[str, ...] = ()
    """Properties and fields the mappings name and the systems do not have; the cycle went on without them."""
    schemas_untold: str = ""
    """Why a system did not tell its fields, and of when those are that served instead."""

    @property
    def exit_code(self) -> int:
        """Done, needs a person, or a remote system stopped it or took no write: because it is not well, or something must be mended first."""
        if self.stopped_by:
            return USAGE if self.needs_mending else REMOTE
        if self.silent:
            return REMOTE
        return NEEDS_PERSON if self.needs_person or self.not_there else DONE


class Busy(RemoteDown):
    """Another worker runs the cycle now."""


def cycle(
    app: App,
    progress: Callable[[str, int, int | None], None] = quiet,
    stopping: Callable[[], bool] = lambda: False,
    steps: tuple[tuple[str, Step], ...] = CYCLE,
    kind: str = "cycle",
    approved: str = "",
) -> CycleReport:
    """Run one cycle. Raises Busy when another worker holds the lease; a remote failure ends the cycle early and is told in the report."""
    started, before = app.clock(), _calls(app)
    needs_mending = False
    not_there: tuple[str, ...] = ()
    with holding_lease(app) as lease:
        plan = app.workplan()
        with app.run(kind, progress, stopping, lease) as context:
            context.approved = approved
            try:
                run_cycle(context, plan, steps)
            except RemoteError as problem:
                context.stopped_by = problem.told
                needs_mending = isinstance(problem, MENDED_BY_HAND)
                if isinstance(problem, SchemaChanged):
                    app.read_schemas_anew()
            else:
                not_there = names_not_there(app.settings, app.schemas())
            run_id, counts, stopped_by = context.run_id or 0, context.report(), context.stopped_by
            lost_answer, silent = context.lost_answer, tuple(NAMES[system] for system in context.silent)
    with reading(app.engine) as connection:
        needs_person = reports.needs_person(connection)
    took = (app.clock() - started).total_seconds()
    calls = _difference(before, _calls(app))
    return CycleReport(
        run_id,
        counts,
        calls,
        took,
        needs_person,
        stopped_by=stopped_by,
        needs_mending=needs_mending,
        lost_answer=lost_answer,
        silent=silent,
        not_there=not_there,
        schemas_untold=app.schemas_untold,
    )


@contextmanager
def holding_lease(app: App) -> Iterator[runs.Lease]:
    """The right to write, while the block runs; a worker that dies loses it within `LEASE_SECONDS`.

    Raises Busy when another worker has it.
    """
    with writing(app.engine) as connection:
        before = runs.holder(connection, LEASE)
        shown = set_back.newest(connection, LEASE_SECONDS)
        lease = runs.take_lease(connection, LEASE, app.holder, app.clock(), LEASE_SECONDS)
        left = runs.held_for(connection, LEASE, app.clock())
        if lease is not None:
            set_back.set_right(connection, shown, app.clock())
        if lease is not None and before not in ("", app.holder):
            runs.abandon(connection, app.clock(), app.clock())  # every run holds the lease: none of those goes on
    if lease is None:
        hint = f"Wait for it to end. If it was killed or lost its database, its hold ends by itself in {left} s."
        raise Busy(f"another worker is running a cycle now ({before})", hint)
    if before not in ("", app.holder):
        _mind_what_others_called(app)
    ended = threading.Event()
    renewing = threading.Thread(target=_renew, args=(app, ended), name="lease", daemon=True)
    renewing.start()
    try:
        yield lease
    finally:
        ended.set()
        renewing.join(timeout=5)
        with writing(app.engine) as connection:
            runs.give_lease_back(connection, lease)


def _mind_what_others_called(app: App) -> None:
    """HubSpot's windows are one for all workers: what the one before called a moment ago counts. What a run says of its calls is never too little."""
    now = app.clock()
    with reading(app.engine) as connection:
        ended = runs.ended_since(connection, now - timedelta(seconds=LONGEST_WINDOW))
    for at, report in ended:
        app.hubspot.others_called(report.get("calls", {}).get("hubspot", {}), max(0.0, (to_ms(now) - at) / 1000))


def _renew(app: App, ended: threading.Event) -> None:
    """Keep the lease alive while its holder is; a database that cannot be reached for a moment is asked again."""
    while not ended.wait(RENEW_SECONDS):
        try:
            with writing(app.engine) as connection:
                runs.renew_leases(connection, app.holder, app.clock(), LEASE_SECONDS)
        except SQLAlchemyError:
            continue


def _calls(app: App) -> dict[str, dict[str, Any]]:
    return {
        name: {"calls": usage.calls, "limit": usage.limit_per_day, "remaining": usage.remaining}
        for name, usage in (("HubSpot", app.hubspot.usage), ("Salesforce", app.salesforce.usage))
    }


def _difference(
    before: Mapping[str, Mapping[str, Any]], after: Mapping[str, Mapping[str, Any]]
) -> dict[str, dict[str, Any]]:
    return {name: {**told, "calls": told["calls"] - before[name]["calls"]} for name, told in after.items()}
