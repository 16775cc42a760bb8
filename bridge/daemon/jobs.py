"""What the daemon can do: the jobs that a schedule may name, and what became of one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import field
from datetime import timedelta
from typing import Any, Literal

from bridge.app import App
from bridge.cycle import MENDED_BY_HAND, Busy, CycleReport, cycle
from bridge.errors import BrakePulled, BridgeError, RemoteDown
from bridge.frozen import frozen
from bridge.pipeline import CYCLE, Step
from bridge.stages.context import Superseded
from bridge.stages.pull.sweep import sweep
from bridge.staging import runs
from bridge.staging.database import writing
from bridge.staging.outages import outage_of
from connectors.errors import RemoteError

OutcomeName = Literal["done", "needs_person", "stopped", "busy", "remote_down", "brake", "configuration", "failed"]
WELL: tuple[OutcomeName, ...] = ("done", "needs_person")

NOT_THERE = "A mapping names it and it is not there (any more) or may only be read; `leadbridge check` says where."
LOST = "The next run looks up what became of it, and sends nothing twice. If it comes again and again, no write gets through."
UNTOLD = "They serve for a day; if they are not told by then, runs stop. `leadbridge doctor` says more."
KEPT = timedelta(days=90)
SILENT = timedelta(days=1)

SWEEP: tuple[tuple[str, Step], ...] = (
    CYCLE[0],
    ("sweep", lambda context, plan: sweep(context)),
)
FOLLOW_UP: tuple[tuple[str, Step], ...] = tuple(
    one for one in CYCLE if one[0] in ("index", "pull Salesforce", "write back")
)


@frozen
class Outcome:
    """What became of a job: a closed word, counts and calls for the log, and a sentence where a person should know more."""

    name: OutcomeName
    run_id: int | None = None
    counts: Mapping[str, int] = field(default_factory=dict)
    calls: Mapping[str, int] = field(default_factory=dict)
    says: str = ""
    hint: str = ""

    @property
    def well(self) -> bool:
        """The slot's work is done."""
        return self.name in WELL


Job = Callable[[App, Callable[[], bool]], Outcome]
"""A job gets the opened installation and a question: "should I stop?"."""


def _cycle_job(steps: tuple[tuple[str, Step], ...], kind: str) -> Job:
    def run(app: App, stopping: Callable[[], bool]) -> Outcome:
        return _told(cycle(app, stopping=stopping, steps=steps, kind=kind), stopping())

    return run


def _told(report: CycleReport, stopped: bool) -> Outcome:
    calls = {system: int(told["calls"]) for system, told in report.calls.items()}
    name: OutcomeName = "needs_person" if report.needs_person or report.not_there else "done"
    if report.stopped_by:
        name = "configuration" if report.needs_mending else "remote_down"
    elif stopped:
        name = "stopped"
    elif report.silent:
        name = "remote_down"
    says, hint = _said(report)
    return Outcome(name, report.run_id, report.counts, calls, says, hint)


def _said(report: CycleReport) -> tuple[str, str]:
    """What a person should know of it, and what helps."""
    told = {report.stopped_by: "", report.lost_answer: LOST, report.schemas_untold: UNTOLD}
    if report.not_there:
        told[f"went on without {', '.join(report.not_there)}"] = NOT_THERE
    return "; ".join(filter(None, told)), " ".join(filter(None, (told[one] for one in told if one)))


def housekeeping(app: App, stopping: Callable[[], bool]) -> Outcome:
    """Forget runs and slots older than 90 days; close runs whose process died. Leads, their history and the outbox are kept."""
    now = app.clock()
    with writing(app.engine) as connection:
        abandoned = runs.abandon(connection, now - SILENT, now)
        counts = runs.prune(connection, now - KEPT) | {"abandoned": abandoned}
    return Outcome("done", counts=counts)


JOBS: Mapping[str, Job] = {
    "sync": _cycle_job(CYCLE, "cycle"),
    "sweep": _cycle_job(SWEEP, "sweep"),
    "follow_up": _cycle_job(FOLLOW_UP, "follow_up"),
    "housekeeping": housekeeping,
}


def run_job(job: Job, app: App, stopping: Callable[[], bool]) -> Outcome:
    """Run it; whatever it raises becomes an outcome. Messages of our own errors hold no personal data; of others only kind and place are told."""
    try:
        return job(app, stopping)
    except (Busy, Superseded) as problem:
        return Outcome("busy", says=str(problem))
    except BrakePulled as problem:
        return Outcome("brake", says=str(problem), hint=problem.hint)
    except RemoteDown as problem:
        return Outcome("remote_down", says=str(problem), hint=problem.hint)
    except RemoteError as problem:
        return Outcome("configuration" if isinstance(problem, MENDED_BY_HAND) else "remote_down", says=problem.told)
    except BridgeError as problem:
        return Outcome("configuration", says=str(problem), hint=problem.hint)
    except Exception as problem:
        if outage := outage_of(problem):
            return Outcome("remote_down", says=str(outage), hint=outage.hint)
        return Outcome("failed", says=f"{type(problem).__name__} in {place_of(problem)}")


def place_of(problem: BaseException) -> str:
    """The innermost file and line of an error, without its words: those may quote what a source sent."""
    trace: Any = problem.__traceback__
    if trace is None:
        return "an unknown place"
    while trace.tb_next is not None:
        trace = trace.tb_next
    code = trace.tb_frame.f_code
    return f"{'/'.join(code.co_filename.split('/')[-2:])}:{trace.tb_lineno}"
