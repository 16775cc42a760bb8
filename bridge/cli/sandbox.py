"""`leadbridge sandbox`: a HubSpot and a Salesforce on this machine, and the hands of the people who work in them."""

from __future__ import annotations

import os
import signal
from pathlib import Path
from typing import Annotated, Any, Literal

from cyclopts import App, Parameter

from bridge.cli import sandbox_acts, sandbox_process
from bridge.cli.output import Json, console, print_json, table
from bridge.cli.sandbox_process import RunningSandbox
from bridge.errors import DONE, REMOTE, RemoteDown, UsageError

sandbox = App(
    name="sandbox",
    help="Stand-ins for HubSpot and Salesforce on this machine: serve them, and act in them as marketing, Sales or an admin would.",
)

WorldName = Annotated[
    Literal["demo", "empty", "big", "csv"],
    Parameter(help="What they begin with: 5,000 contacts, nothing, a million, the files of --folder."),
]
Size = Annotated[int | None, Parameter(help="HubSpot contacts of a demo or big world.")]
Folder = Annotated[
    Path | None,
    Parameter(
        help="Where the files of a csv world lie (contacts.csv, companies.csv, accounts.csv …); makes the world csv."
    ),
]
Seed = Annotated[int, Parameter(help="The same seed makes the same world.")]
Port = Annotated[int, Parameter(help="0 takes a free port.")]
NoLimits = Annotated[bool, Parameter(negative="", help="Switch the call limits of both systems off.")]
KeepIn = Annotated[
    Path | None,
    Parameter(
        name="--home", help="Folder to keep sandbox.json and secrets/ in; given, the secrets files are written too."
    ),
]
State = Annotated[Path | None, Parameter(help="The running sandbox's file (default: sandbox.json in --home).")]


@sandbox.default
def serve(
    *,
    world: WorldName = "demo",
    seed: Seed = 7,
    size: Size = None,
    folder: Folder = None,
    hubspot_port: Port = 0,
    salesforce_port: Port = 0,
    control_port: Port = 0,
    no_limits: NoLimits = False,
    home: KeepIn = None,
) -> int:
    """Serve until Ctrl-C. Prints the addresses and the lines to export, or writes the secrets files with --home."""
    given = (*_world(world, size, folder), *_ports(hubspot_port, salesforce_port, control_port))
    running = _start("csv" if folder else world, seed, given, no_limits, home)
    _tell(running, home)
    console().print("\nCtrl-C stops it.")
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        sandbox_process.wait(running)
    except KeyboardInterrupt:
        sandbox_process.stop(_state(None, home))
    return DONE


@sandbox.command
def start(
    *,
    world: WorldName = "demo",
    seed: Seed = 7,
    size: Size = None,
    folder: Folder = None,
    hubspot_port: Port = 0,
    salesforce_port: Port = 0,
    control_port: Port = 0,
    no_limits: NoLimits = False,
    home: KeepIn = None,
    json: Json = False,
) -> int:
    """Start a sandbox that goes on in the background. One that runs in the same folder is stopped first."""
    given = (*_world(world, size, folder), *_ports(hubspot_port, salesforce_port, control_port))
    running = _start("csv" if folder else world, seed, given, no_limits, home)
    if json:
        print_json(dict(running.state))
    else:
        _tell(running, home)
    return DONE


@sandbox.command
def stop(*, home: KeepIn = None, state: State = None, json: Json = False) -> int:
    """Stop the sandbox of this folder."""
    stopped = sandbox_process.stop(_state(state, home))
    if json:
        print_json({"stopped": stopped})
    else:
        console().print("Stopped." if stopped else "No sandbox was running here.")
    return DONE


@sandbox.command
def status(*, home: KeepIn = None, state: State = None, json: Json = False) -> int:
    """Show whether a sandbox runs in this folder, and where. Exit code 3 when none does."""
    running = sandbox_process.find(_state(state, home))
    if json:
        print_json({"running": running is not None} | ({} if running is None else _addresses(running)))
    elif running is None:
        console().print("No sandbox runs here. Start one with: leadbridge sandbox start")
    else:
        console().print(table(("", ""), _addresses(running).items()))
    return REMOTE if running is None else DONE


@sandbox.command
def act(
    system: Annotated[str, Parameter(help="hubspot, salesforce or world.")] = "",
    name: Annotated[str, Parameter(help="What is done, e.g. edit, convert, merge.")] = "",
    /,
    *given: Annotated[
        str, Parameter(help="Arguments as key=value; key.part=value for a part; JSON where a list or object is due.")
    ],
    list_: Annotated[
        bool, Parameter(name="--list", negative="", help="List what can be done, with its arguments.")
    ] = False,
    home: KeepIn = None,
    state: State = None,
    json: Json = False,
) -> int:
    """Do by hand what people do in HubSpot and Salesforce.

    For example: leadbridge sandbox act hubspot edit kind=contacts id=1001 properties.jobtitle="VP Sales"

    Or: leadbridge sandbox act salesforce convert record=00Q000000000001AAA
    """
    running = _running(_state(state, home))
    known = running.acts()
    if list_ or not system:
        chosen = {one: acts for one, acts in known.items() if system in ("", one)}
        if json:
            print_json(chosen)
        else:
            rows = [
                (one, act, told["asks"].replace("'", "").rpartition(" -> ")[0], told["does"])
                for one, acts in chosen.items()
                for act, told in acts.items()
            ]
            console().print(table(("system", "act", "arguments", "what it does"), rows))
        return DONE
    result = running.act(system, name, **sandbox_acts.arguments(known, system, name, given))
    if json or isinstance(result, dict | list):
        print_json(result)
    else:
        console().print("Done." if result is None else str(result), markup=False)
    return DONE


def _state(state: Path | None, home: Path | None) -> Path:
    return state or (home or Path(os.environ.get("LEADBRIDGE_HOME") or ".")) / "sandbox.json"


def _running(state: Path) -> RunningSandbox:
    found = sandbox_process.find(state)
    if found is None:
        raise RemoteDown(
            f"no sandbox runs at {state}", "Start one with leadbridge sandbox start, or name its folder with --home."
        )
    return found


def _world(world: str, size: int | None, folder: Path | None) -> tuple[str, ...]:
    """The options of a world; raises UsageError for those that do not go together."""
    if world == "csv" and folder is None:
        raise UsageError("a csv world needs its files", "Name their folder with --folder.")
    if folder is not None:
        if size is not None or world not in ("demo", "csv"):
            raise UsageError("--folder makes a csv world", "Leave out --size and any other --world.")
        if not folder.is_dir():
            raise UsageError(f"there is no folder {folder}", "It holds contacts.csv and the files beside it.")
        return ("--folder", str(folder.resolve()))
    if size is None:
        return ()
    if size < 1 or world == "empty":
        raise UsageError("--size is a number of contacts from 1 on", "It goes with --world demo or big.")
    return ("--size", str(size))


def _ports(*ports: int) -> tuple[str, ...]:
    names = ("--hubspot-port", "--salesforce-port", "--control-port")
    return tuple(part for name, port in zip(names, ports, strict=True) if port for part in (name, str(port)))


def _start(world: str, seed: int, options: tuple[str, ...], no_limits: bool, home: Path | None) -> RunningSandbox:
    state = _state(None, home)
    if home is not None:
        sandbox_process.refuse_real_secrets(home)
    if not state.parent.is_dir():
        if home is None:
            raise UsageError(f"there is no folder {state.parent}", "Set LEADBRIDGE_HOME to one that is there.")
        home.mkdir(parents=True)
    given = (*options, "--no-limits") if no_limits else options
    running = sandbox_process.start(state, state.parent / "sandbox.log", world, seed, given)
    if home is not None:
        sandbox_process.keep_secrets(home, running)
    return running


def _addresses(running: RunningSandbox) -> dict[str, Any]:
    names = ("hubspot_url", "salesforce_url", "control_url", "world", "seed", "pid")
    return {name: running.state.get(name, "") for name in names}


def _tell(running: RunningSandbox, home: Path | None) -> None:
    out = console()
    out.print(table(("", ""), _addresses(running).items()))
    if home is not None:
        out.print(
            f"\nIts credentials are in {home / 'secrets'}: leadbridge … --home {home} works against it.", markup=False
        )
        return
    out.print("\nFor leadbridge to work against it:")
    for name, value in running.environment.items():
        print(f"export {name}={value}")
