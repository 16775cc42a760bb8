"""All commands on one page, and what becomes of errors: a sentence, what to do next, and an exit code."""

from __future__ import annotations

import errno
import importlib
import os
import sys
import traceback
from collections.abc import Sequence

from cyclopts import App, CycloptsError

from bridge import __version__
from bridge.cli.output import complain, print_json
from bridge.crashes import told
from bridge.errors import NEEDS_PERSON, REMOTE, USAGE, BridgeError

COMMANDS: tuple[tuple[str, str, str], ...] = (
    ("demo", "bridge.cli.demo:demo", "The whole job on this machine, without any account."),
    ("init", "bridge.cli.init:init", "Make config/ and mappings/ with commented starter files."),
    ("setup", "bridge.cli.setup:setup", "Make the fields and properties leadbridge needs; a dry run first."),
    ("check", "bridge.cli.check:check", "All problems of all YAML files, as file:line:col with a suggestion."),
    ("doctor", "bridge.cli.doctor:doctor", "What is missing in both systems, and how to get it."),
    ("sync", "bridge.cli.sync:sync", "One cycle now: pull, decide, hand over, read back, report."),
    ("daemon", "bridge.cli.daemon:daemon", "Run the schedule until SIGTERM or Ctrl-C."),
    ("backfill", "bridge.cli.backfill:backfill", "Many contacts at once; a dry run unless --send."),
    ("plan", "bridge.cli.plan:plan", "What the files as they are now would change."),
    ("explain", "bridge.cli.explain:explain", "Why one lead stands where it stands."),
    ("erase", "bridge.cli.erase:erase", "Remove a person from everything, for good."),
    ("handoffs", "bridge.cli.handoffs:handoffs", "What Sales receives of one organisation; who waits for room."),
    ("status", "bridge.cli.status:status", "How things stand: verdicts, what waits, the last runs."),
    ("sandbox", "bridge.cli.sandbox:sandbox", "Stand-ins for HubSpot and Salesforce on this machine."),
    ("match", "bridge.cli.match:match", "The account of every lead in a file; learn from answers."),
    ("dedupe", "bridge.cli.dedupe:dedupe", "Which contacts are one person, which accounts one organisation."),
)
"""Name, where it lives, what the list of commands says of it. Only the one that is called is imported, so that the command starts fast."""


HELP = "leadbridge COMMAND --help shows what a command takes."
GOES_ON = "Run the command again; it goes on where it stopped."
ON_FILES = (["match"], ["dedupe"])
BEGINS_ANEW = "Run the command again; it begins anew."


def application(names: Sequence[str] | None = None) -> App:
    """The command line with these commands (None: all, imported when they are called)."""
    app = App(
        name="leadbridge",
        help="Hands Sales the leads worth a salesperson's time: once each, complete, readable, while they are hot.",
        version=__version__,
        suppress_keyboard_interrupt=False,
    )
    for number, (name, place, summary) in enumerate(COMMANDS):
        if names is None:
            app.command(place, name=name, help=summary, sort_key=number)
        elif name in names:
            module, _, attribute = place.partition(":")
            app.command(getattr(importlib.import_module(module), attribute), name=name)
    return app


def run(arguments: Sequence[str]) -> int:
    """Run one command; returns its exit code. What nobody expected is told by kind and place, with LEADBRIDGE_DEBUG by all places."""
    wanted = [name for name, *_ in COMMANDS if arguments and arguments[0] == name]
    try:
        result = application(wanted or None)(
            arguments, exit_on_error=False, print_error=True, result_action="return_value"
        )
    except CycloptsError as problem:  # said on standard error already
        if "--json" in arguments:
            print_json({"error": str(problem), "hint": HELP, "exit_code": USAGE})
        return USAGE
    except BridgeError as problem:
        ended = str(problem), problem.hint, problem.exit_code
    except KeyboardInterrupt:
        ended = "Stopped by you.", BEGINS_ANEW if arguments[:1] in ON_FILES else GOES_ON, NEEDS_PERSON
    except Exception as problem:
        ended = _unexpected(problem)
    else:
        return result if isinstance(result, int) else 0
    message, hint, code = ended
    complain(message, hint)
    if "--json" in arguments:
        print_json({"error": message, "hint": hint, "exit_code": code})
    return code


def _unexpected(problem: Exception) -> tuple[str, str, int]:
    """What is said, what is to be done, and the exit code."""
    from bridge.staging.outages import outage_of
    from connectors.errors import NotAllowed, Refused, RemoteError, SchemaChanged

    if os.environ.get("LEADBRIDGE_DEBUG"):
        print(told(problem), file=sys.stderr)
    if outage := outage_of(problem):
        return str(outage), outage.hint, outage.exit_code
    if isinstance(problem, RemoteError):
        mend = isinstance(problem, (NotAllowed, SchemaChanged, Refused))
        next_step = "Mend that, then run the command again" if mend else "Run the command again later"
        hint = f"Nothing is lost. {next_step}; `leadbridge doctor` says more."
        return problem.told, hint, USAGE if mend else REMOTE
    if isinstance(problem, OSError) and problem.errno in (errno.ENOSPC, errno.EDQUOT):
        where = problem.filename or "what was printed could not be written"
        return f"{where}: {problem.strerror}", "Make room, then run the command again.", USAGE
    if isinstance(problem, OSError) and problem.filename and problem.strerror:
        return f"{problem.filename}: {problem.strerror}", "See that the path is right and that you may use it.", USAGE
    where = traceback.extract_tb(problem.__traceback__)[-1]
    return (
        f"leadbridge itself failed: {type(problem).__name__} in {os.path.basename(where.filename)}:{where.lineno}",
        "Nothing is lost. Run it with LEADBRIDGE_DEBUG=1 to see where, and report that.",
        NEEDS_PERSON,
    )
