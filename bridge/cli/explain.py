"""`leadbridge explain`: why one lead stands where it stands."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Annotated

from cyclopts import Parameter
from rich.console import Console
from sqlalchemy import Connection

from bridge.app import App
from bridge.cli.output import HomeFolder, Json, console, print_json, safe
from bridge.deciding.explain import Explanation, in_words
from bridge.deciding.explain import explain as explain_lead
from bridge.deciding.showing import waiters
from bridge.errors import DONE, UsageError
from bridge.installation.home import find_home
from bridge.staging import reports
from bridge.staging.database import reading


def explain(
    lead: Annotated[
        str, Parameter(help="A lead id (lb-…), a HubSpot contact id, a Salesforce id, or an e-mail address.")
    ],
    *,
    home: HomeFolder = None,
    json: Json = False,
) -> int:
    """Show one lead's chain of reasons: cleaning, account, BANT, score, owner, what was sent, what read back, and its whole history.

    Needs no connection to HubSpot or Salesforce.
    """
    app = App(find_home(home))
    with reading(app.engine) as connection:
        found = reports.find_leads(connection, lead)
        told = [one for lead_id in found if (one := explain_lead(connection, lead_id)) is not None]
        told = _with_room(app, connection, told)
    if not told:
        raise UsageError(
            f"no lead is known by {lead!r}",
            "Give a lead id, a HubSpot contact id, a Salesforce id or an e-mail address.",
        )
    if json:
        print_json([asdict(one) for one in told])
        return DONE
    out = console()
    for one in told:
        show(out, one, app.names())
    return DONE


def _with_room(app: App, connection: Connection, told: list[Explanation]) -> list[Explanation]:
    """The same, and why each that waits for room does."""
    if not any(one.lead["verdict"] == "qualified" and one.lead["handover"] == "none" for one in told):
        return told
    queue = waiters(connection, app.settings, app.seats(), app.clock())
    why = {
        one.lead_id: f"{one.owner} {one.why}; place {one.place}, expected {one.expected or 'not known'}, expires {one.expires}"
        for one in queue
    }
    return [replace(one, waits=why.get(one.lead["id"], "")) for one in told]


def show(out: Console, told: Explanation, names: dict[str, str]) -> None:
    """One lead for a person to read."""
    out.print(
        f"[bold]{told.lead['id']}[/]"
        + (f"  Salesforce {told.lead['sales_object']} {told.lead['sales_id']}" if told.lead["sales_id"] else "")
    )
    for head, lines in in_words(told, names):
        out.print(f"[bold]{head}[/]")
        for line in lines:
            out.print(f"  {safe(line)}", soft_wrap=True)
