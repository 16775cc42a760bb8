"""`leadbridge status`: how things stand, from the staging database alone."""

from __future__ import annotations

from bridge.app import App
from bridge.cli.cycle_report import collect_standing, show_standing
from bridge.cli.output import HomeFolder, Json, console, print_json, table
from bridge.errors import DONE, NEEDS_PERSON
from bridge.installation.home import find_home
from bridge.staging import reports, runs
from bridge.staging.clock import from_ms
from bridge.staging.database import reading


def status(*, home: HomeFolder = None, json: Json = False) -> int:
    """Show how things stand: people, verdicts by reason, what waits for room or for a person, read-back, the last runs.

    Needs no connection to HubSpot or Salesforce. Exit code 1 when something waits for a person.
    """
    app = App(find_home(home))
    with reading(app.engine) as connection:
        waiting_for_person = reports.needs_person(connection)
        latest = runs.latest(connection, 5)
    standing = collect_standing(app)
    if json:
        print_json(standing | {"needs_person": waiting_for_person, "runs": [row._asdict() for row in latest]})
        return NEEDS_PERSON if waiting_for_person else DONE
    out = console()
    show_standing(out, standing)
    if standing["refused"]:
        out.print()
        out.print("Refused; mend the cause and the lead goes by itself:")
        out.print(table(("lead", "target", "reason", "what to do"), standing["refused"]))
    out.print()
    rows = [(row.id, row.kind, from_ms(row.started_at).strftime("%Y-%m-%d %H:%M:%S"), row.outcome) for row in latest]
    out.print(table(("run", "kind", "started (UTC)", "outcome"), rows, right=(0,)))
    if waiting_for_person:
        out.print(
            f"\n{waiting_for_person:,} leads wait for a person (held or refused). See one with: leadbridge explain LEAD"
        )
    return NEEDS_PERSON if waiting_for_person else DONE
