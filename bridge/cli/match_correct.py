"""`leadbridge match correct`: what a person says about a lead's account."""

from __future__ import annotations

from typing import Annotated

from cyclopts import Parameter

from bridge.app import App
from bridge.cli.output import HomeFolder, Json, console, print_json
from bridge.deciding.correcting import correct as keep
from bridge.errors import DONE, UsageError
from bridge.installation.home import find_home
from bridge.staging import records, reports
from bridge.staging.database import writing


def correct(
    lead: Annotated[
        str, Parameter(help="A lead id (lb-…), a HubSpot contact id, a Salesforce id, or an e-mail address.")
    ],
    account: Annotated[str, Parameter(help="The Salesforce id of the account.")],
    *,
    refuse: Annotated[bool, Parameter(help="This is not the account of the lead.", negative=())] = False,
    home: HomeFolder = None,
    json: Json = False,
) -> int:
    """Confirm (or refuse) the account of a lead; the next cycle decides so, for every lead with the same company, web domain and country."""
    app = App(find_home(home))
    facts = app.rules().facts
    with writing(app.engine) as connection:
        found = reports.find_leads(connection, lead)
        if not found:
            raise UsageError(
                f"no lead is known by {lead!r}", "Give a lead id, a HubSpot contact id or an e-mail address."
            )
        known = records.read(connection, "salesforce", "account", [account]).get(account)
        if known is None:
            raise UsageError(f"no account {account} is known", "Give the id as Salesforce shows it (18 letters).")
        if known.gone and not refuse:
            raise UsageError(f"account {account} was deleted in Salesforce", "Name one that is there.")
        due = keep(connection, found, account, not refuse, facts, app.clock())
    if json:
        print_json({"leads": found, "account": account, "confirmed": not refuse, "due": due})
        return DONE
    word = "not the account" if refuse else "the account"
    console().print(f"{account} is {word} of {', '.join(found)}. Decided again in the next cycle: {due}.")
    return DONE
