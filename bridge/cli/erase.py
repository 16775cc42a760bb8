"""`leadbridge erase`: a person is removed from everything leadbridge keeps, and never taken in again."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

from cyclopts import Parameter

from bridge.app import App
from bridge.cli.output import HomeFolder, Json, console, print_json
from bridge.cycle import holding_lease
from bridge.errors import DONE, NEEDS_PERSON, UsageError
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
            found = _known(erasure.find(connection, person), person)
        return _tell(found, erasure.rehearse(app.engine, found, app.clock()), done=False, json=json)
    with holding_lease(app):
        with writing(app.engine) as connection:
            found = _known(erasure.find(connection, person), person)
            gone = dict(erasure.erase(connection, found, app.clock()))
        erasure.compact(app.engine)
    return _tell(found, gone, done=True, json=json)


def _known(found: erasure.Person, person: str) -> erasure.Person:
    if not (found.lead_ids or found.contact_ids or found.emails):
        raise UsageError(
            f"nobody is known by {person!r}",
            "Give a HubSpot contact id, a lead id (lb-…) or an e-mail address. Who was erased is known no more.",
        )
    return found


def _tell(found: erasure.Person, rows: dict[str, int], *, done: bool, json: bool) -> int:
    if json:
        print_json({"erased": done, "rows": rows, **asdict(found), "emails": len(found.emails), "names": None})
        return DONE if done else NEEDS_PERSON
    out = console()
    counted = ", ".join(f"{name} {number}" for name, number in rows.items())
    if done:
        out.print(f"Erased: {counted}." if rows else "Nothing was kept of them; this address is not taken in any more.")
    elif rows:
        out.print(f"Would go: {counted}.\nNothing is erased yet: add --yes to do it.")
    else:
        out.print("Nothing is kept of them. With --yes this address is not taken in any more.")
    for system, ids in (("HubSpot: contact", found.contact_ids), ("Salesforce:", found.salesforce_ids)):
        for one in ids:
            out.print(f"  still in {system} {one}; delete it there")
    return DONE if done else NEEDS_PERSON
