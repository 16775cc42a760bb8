"""`leadbridge demo`: the whole story on this machine: a sandbox HubSpot and Salesforce, three cycles, and one lead explained."""

from __future__ import annotations

import shutil
import time
from functools import partial
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter
from rich.console import Console

from bridge.app import App
from bridge.cli import sandbox_process
from bridge.cli.cycle_report import collect_standing, show_cycle, show_standing, written
from bridge.cli.explain import show
from bridge.cli.handoffs import tell
from bridge.cli.output import Progress, console, table
from bridge.cli.sandbox_process import RunningSandbox
from bridge.cycle import CycleReport, cycle
from bridge.deciding.explain import explain as explain_lead
from bridge.deciding.showing import show as show_handoff
from bridge.errors import DONE, BridgeError
from bridge.installation.home import Home
from bridge.installation.setup import apply_setup
from bridge.installation.starter import copy_starter
from bridge.staging import reports
from bridge.staging.database import reading

LATER_SECONDS = 900
IDLE_MINUTES = "60"
MARK = ".leadbridge-demo"
"""A folder with this file may be replaced by a demo; any other may be somebody's installation."""
EXPLAINED = "nurture_visits_pricing"
HANDED = "twenty_people_account"


def demo(
    *,
    folder: Annotated[
        Path, Parameter(help="Where the demo's installation is made; an older demo there is replaced.")
    ] = Path("demo"),
    picture: Annotated[Path | None, Parameter(help="Also save what is printed as an SVG picture.")] = None,
    seed: Annotated[int, Parameter(help="Another seed makes another world; the same seed the same one.")] = 7,
) -> int:
    """Show the whole job on this machine, without any account: nothing leaves it.

    Starts a sandbox HubSpot and Salesforce on loopback with more than 5,000 contacts, runs a first cycle, a second one that has nothing to do,
    lets marketing and Sales change a few records, runs a third, explains one lead, and shows one handoff as a rep sees it. The sandbox keeps
    running for you to try commands on.
    """
    out = console(record=picture is not None)
    started = time.monotonic()
    home = _prepare(folder)
    out.rule("[bold]leadbridge demo[/]")
    sandbox = sandbox_process.start(
        folder / "sandbox.json", folder / "sandbox.log", "demo", seed, ("--idle", IDLE_MINUTES)
    )
    _keep_secrets(folder, sandbox)
    out.print(
        f"A HubSpot at {sandbox.state['hubspot_url']} and a Salesforce at {sandbox.state['salesforce_url']}, both on this machine."
    )
    app = App(home)
    made = apply_setup(app, permission_set=sandbox.state["credentials"]["salesforce"]["permission_set"])
    out.print(f"Set up: {len(made)} fields, properties and lists of ours made ({', '.join(made[:3])} …).")
    first = _cycle(out, app, sandbox, "First cycle: everything is new")
    show_standing(out, collect_standing(app))
    _cycle(out, app, sandbox, "Second cycle: nothing has changed", must_write=False)
    _edits(out, sandbox)
    third = _cycle(out, app, sandbox, "Third cycle: what those edits did")
    _effects(out, app, third)
    _explained(out, app, sandbox)
    _handed(out, app, sandbox)
    _next(out, folder, first, time.monotonic() - started)
    if picture is not None:
        out.save_svg(str(picture), title="leadbridge demo")
    return DONE


def _prepare(folder: Path) -> Home:
    """An empty installation there. Raises BridgeError, before anything is touched, where something else than a demo would be lost."""
    if folder.exists() and not (folder / MARK).exists() and any(folder.iterdir()):
        raise BridgeError(
            f"{folder} holds something that no demo made",
            "Name another folder with --folder. A demo of an earlier version you may remove by hand.",
        )
    sandbox_process.stop(folder / "sandbox.json")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    (folder / MARK).write_text("Made by leadbridge demo; the next one here replaces the folder.\n", encoding="utf-8")
    copy_starter(folder)
    return Home(folder)


def _keep_secrets(folder: Path, sandbox: RunningSandbox) -> None:
    """The sandbox's credentials as an admin would mount them: one file each."""
    secrets = folder / "secrets"
    secrets.mkdir(mode=0o700)
    for name, value in sandbox.environment.items():
        path = secrets / name.lower()
        path.touch(mode=0o600)
        path.write_text(value, encoding="utf-8")


def _cycle(out: Console, app: App, sandbox: RunningSandbox, title: str, *, must_write: bool = True) -> CycleReport:
    out.print()
    out.rule(f"[bold]{title}[/]", align="left")
    sandbox.advance(LATER_SECONDS)
    before = sandbox.act("world", "writes") if not must_write else 0
    progress = Progress()
    report = cycle(app, progress)
    progress.end()
    show_cycle(out, app, report)
    if not must_write:
        writes = sandbox.act("world", "writes") - before
        out.print(f"  The sandbox's own account of this cycle: [bold]{writes}[/] records written.")
        if writes or written(report):
            raise BridgeError(
                "the second cycle wrote something", "This is a defect: please report it with demo/sandbox.log."
            )
    out.print()
    return report


def _edits(out: Console, sandbox: RunningSandbox) -> None:
    from connectors.sandbox.worlds import edits

    out.rule("[bold]Marketing edits ten records, Sales changes one[/]", align="left")
    all_edits = (*edits.marketing(), edits.sales())
    for edit in all_edits:
        system = edit.mark.system
        for step in edit.steps:
            sandbox.act(system, step.act, **step.with_ids(partial(sandbox.id_of, system)))
    out.print(
        table(
            ("where", "what happens", "what should follow"),
            [(_called(one.mark.system), one.says, one.expect) for one in all_edits],
        )
    )


def _called(system: str) -> str:
    return {"hubspot": "HubSpot", "salesforce": "Salesforce"}[system]


def _effects(out: Console, app: App, report: CycleReport) -> None:
    """Exactly what the third cycle did, lead by lead."""
    with reading(app.engine) as connection:
        events = reports.events_of_run(connection, report.run_id)
    out.print(f"What this cycle did, step by step ({len(events)} events):")
    out.print(table(("lead", "step", "outcome", "why"), [(row[0], row[1], row[2], row[4]) for row in events]))


def _explained(out: Console, app: App, sandbox: RunningSandbox) -> None:
    from connectors.sandbox.worlds.landmarks import MARKS

    mark = MARKS[EXPLAINED]
    contact = sandbox.id_of(mark.system, mark.kind, mark.key)
    out.print()
    out.rule("[bold]One lead explained[/]", align="left")
    with reading(app.engine) as connection:
        found = reports.find_leads(connection, contact)
        told = explain_lead(connection, found[0]) if found else None
    if told is not None:
        show(out, told, app.names())


def _handed(out: Console, app: App, sandbox: RunningSandbox) -> None:
    """One handoff as the rep sees it: twenty people of one company."""
    from connectors.sandbox.worlds.landmarks import MARKS

    mark = MARKS[HANDED]
    account = sandbox.id_of(mark.system, mark.kind, mark.key)
    names = app.names()
    with reading(app.engine) as connection:
        found = show_handoff(connection, account, names)
    out.print()
    out.rule("[bold]One handoff, as the rep sees it: twenty people of one company[/]", align="left")
    for one in found[:1]:
        tell(out, one, names)


def _next(out: Console, folder: Path, first: CycleReport, seconds: float) -> None:
    decided = first.counts.get("decided", 0)
    out.print()
    out.rule(
        f"[bold]Done in {seconds:.0f} s[/]: {decided:,} decisions, the sandbox keeps running until nobody calls it for an hour",
        align="left",
    )
    rows = [
        (f"leadbridge status --home {folder}", "how things stand"),
        (f"leadbridge explain LEAD --home {folder}", "any other lead, by id or e-mail address"),
        (
            f"leadbridge handoffs show ORGANISATION --home {folder}",
            "what the rep receives of any company; --svg draws its chart",
        ),
        (f"leadbridge handoffs waiting --home {folder}", "who waits for room, why, and until when"),
        (f"leadbridge sync --home {folder}", "one more cycle"),
        (f"leadbridge plan --home {folder}", "what a change of config or mappings would do, before it does"),
        (f"leadbridge check --home {folder}", "every YAML file against the live schemas"),
        (f"leadbridge sandbox act --home {folder}", "let marketing or Sales do something in the sandbox"),
        (f"leadbridge sandbox stop --home {folder}", "stop the sandbox"),
    ]
    out.print("Try next (the command is in .venv/bin):")
    out.print(table(("", ""), [(f"  {command}", what) for command, what in rows]))
