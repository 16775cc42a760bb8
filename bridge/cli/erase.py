"""`leadbridge erase`: a person is removed from everything leadbridge keeps, and never taken in again."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

from cyclopts import Parameter

from bridge.app import App
from bridge.cli.output import HomeFolder, Json, console, print_json
from bridge.cycle import holding_lease
from bridge.errors import DONE, NEEDS_PERSON
from bridge.installation.home import find_home
from bridge.staging import erasure
from bridge.staging.database import reading, writing


def erase(
    person: Annotated[str, Parameter(help="A HubSpot contact id, a lead id (lb-…) or an e-mail address.")],
    *,
    yes: Annotated[bool, Parameter(negative="", help="Do it. Without this it is only shown what would go.")] = False,
    home: HomeFolder = None,
    json: Json = False,
) -> int:
    """Remove a person from everything leadbridge keeps: records, decisions, deliveries, history, mentions. No run and no backfill brings them back.

    Needs no connection. What HubSpot and Salesforce have of them is named, for you to delete there.
    """
    app = App(find_home(home))
    if not yes:
        with reading(app.engine) as connection:
            found = erasure.find(connection, person)
        return _tell(found, {}, json)
    with holding_lease(app):
        with writing(app.engine) as connection:
            found = erasure.find(connection, person)
            gone = dict(erasure.erase(connection, found, app.clock()))
        erasure.compact(app.engine)
    return _tell(found, gone, json)


def _tell(found: erasure.Person, gone: dict[str, int], json: bool) -> int:
    if json:
        print_json({"erased": bool(gone), "rows": gone, **asdict(found), "emails": len(found.emails), "names": None})
        return DONE if gone else NEEDS_PERSON
    out = console()
    rows = ", ".join(f"{name} {number}" for name, number in gone.items())
    out.print(f"Erased: {rows or 'nothing was kept'}." if gone else "Nothing is erased yet: add --yes to do it.")
    for system, ids in (("HubSpot: contact", found.contact_ids), ("Salesforce:", found.salesforce_ids)):
        for one in ids:
            out.print(f"  still in {system} {one}; delete it there")
    return DONE if gone else NEEDS_PERSON
