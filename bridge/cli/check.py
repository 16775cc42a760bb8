"""`leadbridge check`: every problem of every YAML file at once."""

from __future__ import annotations

from dataclasses import asdict
from functools import partial
from typing import Annotated

from cyclopts import Parameter

from bridge.app import App
from bridge.cli.output import HomeFolder, Json, console, print_json, remark, safe
from bridge.deciding.takers import unknown_takers
from bridge.errors import DONE, USAGE, BridgeError, ConfigError, Problem
from bridge.installation.home import Home, find_home
from bridge.settings.check import Takers, check_files
from connectors.errors import RemoteError
from connectors.records import ObjectSchema


def check(
    *,
    offline: Annotated[
        bool, Parameter(negative="", help="Do not ask HubSpot and Salesforce for their live schemas.")
    ] = False,
    home: HomeFolder = None,
    json: Json = False,
) -> int:
    """Check every YAML file and print all problems as file:line:col with a suggestion, and the names of our variables in the environment; also
    against the live schemas, people and queues when they can be reached.

    Exit code 2 when anything is wrong.
    """
    found = find_home(home)
    schemas, takers, why = (None, None, "") if offline else _live(found)
    problems = [*check_files(found.config, found.mappings, schemas, takers), *_environment(found)]
    if json:
        print_json({"problems": [asdict(one) for one in problems], "against_live_schemas": schemas is not None})
        return USAGE if problems else DONE
    out = console()
    for one in problems:
        out.print(safe(str(one)), soft_wrap=True)
    if why and problems:
        remark("the live schemas were not asked", "Mend these first; what does not fit the live schemas is told then.")
    elif why:
        remark(
            f"the live schemas could not be read: {why}", "The files alone were checked; leadbridge doctor says more."
        )
    if not problems:
        against = "and fit the live schemas" if schemas is not None else "(the live schemas were not asked)"
        out.print(f"All files are right {against}.")
    return USAGE if problems else DONE


def _environment(home: Home) -> list[Problem]:
    """What is wrong with the variables and files of secrets that are there; none needs to be."""
    try:
        _ = App(home).secrets
    except ConfigError as wrong:
        return wrong.problems
    return []


def _live(home: Home) -> tuple[list[ObjectSchema] | None, Takers | None, str]:
    """The live schemas and people; None, and why, when the files or the systems do not allow asking."""
    app = App(home)
    try:
        roster = app.live_roster()
        return list(app.live_schemas().values()), partial(unknown_takers, roster=roster), ""
    except (BridgeError, RemoteError) as problem:
        return None, None, str(problem).splitlines()[0]
