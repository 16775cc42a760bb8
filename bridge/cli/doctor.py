"""`leadbridge doctor`: what keeps leadbridge from working here, and how to mend it."""

from __future__ import annotations

from dataclasses import asdict

from bridge.app import App
from bridge.cli.output import HomeFolder, Json, console, print_json, safe
from bridge.errors import DONE, NEEDS_PERSON
from bridge.installation.doctor import examine
from bridge.installation.home import find_home


def doctor(*, home: HomeFolder = None, json: Json = False) -> int:
    """Look at settings, database, both systems, scopes, permissions, fields and clocks; say what is missing and how to get it.

    Exit code 1 when something must be mended.
    """
    app = App(find_home(home))
    findings = []
    out = console()
    for one in examine(app):
        findings.append(one)
        if not json:
            mark = "[green]ok[/]  " if one.ok else "[red]mend[/]"
            out.print(f"{mark} {one.area}: {safe(one.what)}")
            if one.mend and not one.ok:
                out.print(f"       {safe(one.mend)}")
    if json:
        print_json([asdict(one) for one in findings])
    return DONE if all(one.ok for one in findings) else NEEDS_PERSON
