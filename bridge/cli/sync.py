"""`leadbridge sync`: one cycle, now."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

from cyclopts import Parameter

from bridge.app import App
from bridge.cli.cycle_report import show_cycle
from bridge.cli.output import HomeFolder, Json, Progress, console, print_json
from bridge.cycle import cycle
from bridge.installation.home import find_home


def sync(
    *,
    approve: Annotated[str, Parameter(help="The HASH a pulled brake named: lets exactly that plan through.")] = "",
    home: HomeFolder = None,
    json: Json = False,
) -> int:
    """Run one cycle now: pull what changed, decide, hand over what has room, read back, report to HubSpot.

    Exit codes: 0 done, 1 something waits for a person, 2 usage or configuration, 3 a system cannot be reached, 4 a brake was pulled.
    """
    app = App(find_home(home))
    progress = Progress(quiet=json)
    report = cycle(app, progress, approved=approve)
    progress.end()
    if json:
        print_json(asdict(report) | {"exit_code": report.exit_code})
    else:
        show_cycle(console(), app, report)
    return report.exit_code
