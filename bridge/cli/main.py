"""All commands on one page, and what becomes of errors: a sentence, what to do next, and an exit code."""

from __future__ import annotations

import importlib
import os
import traceback
from collections.abc import Sequence

from cyclopts import App, CycloptsError

from bridge import __version__
from bridge.cli.output import complain
from bridge.errors import NEEDS_PERSON, REMOTE, USAGE, BridgeError

COMMANDS: tuple[tuple[str, str], ...] = (
    ("demo", "bridge.cli.demo:demo"),
    ("init", "bridge.cli.init:init"),
    ("setup", "bridge.cli.setup:setup"),
    ("check", "bridge.cli.check:check"),
    ("doctor", "bridge.cli.doctor:doctor"),
    ("sync", "bridge.cli.sync:sync"),
    ("daemon", "bridge.cli.daemon:daemon"),
    ("backfill", "bridge.cli.backfill:backfill"),
    ("plan", "bridge.cli.plan:plan"),
    ("explain", "bridge.cli.explain:explain"),
    ("status", "bridge.cli.status:status"),
    ("sandbox", "bridge.cli.sandbox:sandbox"),
    ("match", "bridge.cli.match:match"),
    ("dedupe", "bridge.cli.match:dedupe"),
)
"""Name → where it lives; only the one that is called is imported, so that the command starts fast."""


def application(names: Sequence[str] | None = None) -> App:
    """The command line with these commands (None: all)."""
    app = App(
        name="leadbridge",
        help="Hands Sales the leads worth a salesperson's time: once each, complete, readable, while they are hot.",
        version=__version__,
    )
    for name, place in COMMANDS:
        if names is None or name in names:
            module, _, attribute = place.partition(":")
            app.command(getattr(importlib.import_module(module), attribute), name=name)
    return app


def run(arguments: Sequence[str]) -> int:
    """Run one command; returns its exit code and never shows a traceback unless LEADBRIDGE_DEBUG is set."""
    wanted = [name for name, _ in COMMANDS if arguments and arguments[0] == name]
    try:
        result = application(wanted or None)(
            arguments, exit_on_error=False, print_error=True, result_action="return_value"
        )
    except CycloptsError:
        return USAGE
    except BridgeError as problem:
        complain(str(problem), problem.hint)
        return problem.exit_code
    except KeyboardInterrupt:
        complain("Stopped by you.", "Run the command again; it goes on where it stopped.")
        return NEEDS_PERSON
    except Exception as problem:
        return _unexpected(problem)
    return result if isinstance(result, int) else 0


def _unexpected(problem: Exception) -> int:
    from connectors.errors import RemoteError

    if os.environ.get("LEADBRIDGE_DEBUG"):
        traceback.print_exc()
    if isinstance(problem, RemoteError):
        complain(
            f"{problem.system or 'A remote system'}: {problem}",
            "Nothing is lost; run the command again, or ask `leadbridge doctor`.",
        )
        return REMOTE
    where = traceback.extract_tb(problem.__traceback__)[-1]
    complain(
        f"leadbridge itself failed: {type(problem).__name__} in {os.path.basename(where.filename)}:{where.lineno}",
        "Nothing is lost. Run it with LEADBRIDGE_DEBUG=1 to see where, and report that.",
    )
    return NEEDS_PERSON
