"""`leadbridge init`: a new installation's folder with commented starter files."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from bridge.cli.output import Json, console, print_json
from bridge.errors import DONE
from bridge.installation.starter import copy_starter


def init(
    folder: Annotated[Path, Parameter(help="Where to make it.")] = Path("."),
    *,
    json: Json = False,
) -> int:
    """Make config/ and mappings/ with commented starter files. Files that are there already stay as they are."""
    written = copy_starter(folder)
    if json:
        print_json({"written": [str(path) for path in written]})
        return DONE
    out = console()
    for path in written:
        out.print(f"wrote {path}")
    if not written:
        out.print("Everything is there already; nothing was changed.")
    out.print(
        "\nNext: set LEADBRIDGE_HUBSPOT_TOKEN and the LEADBRIDGE_SALESFORCE_… variables, edit config/bridge.yaml, then run"
    )
    out.print(
        "  leadbridge check      the YAML files\n  leadbridge doctor     connections and rights\n  leadbridge setup      our fields, dry run first"
    )
    return DONE
