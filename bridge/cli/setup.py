"""`leadbridge setup`: make the fields, properties and lists of ours that both systems need."""

from __future__ import annotations

from typing import Annotated

from cyclopts import Parameter

from bridge.app import App
from bridge.cli.output import HomeFolder, Json, console, print_json, table
from bridge.errors import DONE, NEEDS_PERSON
from bridge.installation.home import find_home
from bridge.installation.setup import PERMISSION_SET, SYSTEMS, missing


def setup(
    system: Annotated[str | None, Parameter(help="salesforce or hubspot; both when left out.")] = None,
    *,
    apply: Annotated[bool, Parameter(negative="", help="Really make them. Without it nothing is changed.")] = False,
    permission_set: Annotated[
        str, Parameter(help="API name of the Salesforce permission set that is to see and edit the fields.")
    ] = PERMISSION_SET,
    home: HomeFolder = None,
    json: Json = False,
) -> int:
    """Make the Salesforce fields, HubSpot properties and HubSpot lists that leadbridge needs. Shows what is missing; makes it with --apply.

    Salesforce: LeadBridge_Id__c on Lead and Contact (text, unique, external id). HubSpot: contact properties leadbridge_status and others,
    and one list for each lane (handoff.lists in config/bridge.yaml).
    Exit code 1 when something is missing and --apply was not given.
    """
    app = App(find_home(home))
    found = missing(app, (system,) if system else SYSTEMS, permission_set)
    if apply:
        for one in found:
            one.make()
    if json:
        print_json({"missing": [{"system": one.system, "name": one.name} for one in found], "made": apply})
    elif not found:
        console().print("Everything is there; nothing to make.")
    else:
        console().print(
            table(("system", "name", "made" if apply else "missing"), [(one.system, one.name, "yes") for one in found])
        )
        if not apply:
            console().print("\nNothing was changed. Make them with: leadbridge setup --apply")
    return DONE if apply or not found else NEEDS_PERSON
