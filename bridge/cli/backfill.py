"""`leadbridge backfill`: read many contacts at once."""

from __future__ import annotations

import signal
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter

from bridge.app import App
from bridge.backfill import Outcome, Request
from bridge.backfill import backfill as run_backfill
from bridge.cli.csv_files import read_lines
from bridge.cli.cycle_report import REFUSED
from bridge.cli.output import HomeFolder, Json, Progress, asked_for, complain, console, print_json
from bridge.cycle import holding_lease
from bridge.errors import DONE, NEEDS_PERSON, UsageError
from bridge.installation.home import find_home
from bridge.staging import members, reports
from bridge.staging.database import reading
from bridge.stopping import stop_signals

ID_COLUMNS = ("hs_object_id", "id", "record id", "record id - contact", "contact id", "vid")
EMAIL_COLUMNS = ("email", "e-mail")
PATIENCE = 5
"""Seconds after which a backfill that was told to stop ends in the middle of a page or a call."""
WHAT_A_LIST_IS = "Give a CSV with a column hs_object_id or email, or a text file with one id a line."


def backfill(
    *,
    all_: Annotated[bool, Parameter(name="--all", negative="", help="Every contact.")] = False,
    since: Annotated[
        str,
        Parameter(help="Contacts changed since this day or time, e.g. 2026-10-01 (UTC when no zone is given)."),
    ] = "",
    ids: Annotated[str, Parameter(help="HubSpot contact ids, separated by commas.")] = "",
    list_: Annotated[
        Path | None,
        Parameter(name="--list", help="A CSV or text file with HubSpot ids (or addresses of known people)."),
    ] = None,
    send: Annotated[
        bool,
        Parameter(
            negative="",
            help="Really decide and hand over. Without it nothing is sent, and nothing kept of the contacts.",
        ),
    ] = False,
    approve: Annotated[str, Parameter(help="The HASH a pulled brake named.")] = "",
    home: HomeFolder = None,
    json: Json = False,
) -> int:
    """Read many contacts, whatever was read before; decide them and, with --send, hand over as a cycle does.

    A dry run unless --send is given: it says what would happen, sends nothing and keeps nothing of the contacts. Interrupted or killed, the same
    command goes on where it stopped. Assignment rules of the org are not run.
    """
    app = App(find_home(home), backfilling=True)
    named, unknown = _named(app, ids, list_)
    if not named and (list_ is not None or unknown):
        what = "the ids name nobody we know" if list_ is None else f"{list_} names nobody we know"
        first = f" (first: {unknown[0]!r})" if unknown else ""
        raise UsageError(what + first, WHAT_A_LIST_IS)
    request = Request(all_, _moment(since), tuple(named))
    progress, stop = Progress(quiet=json), _Stop()
    with holding_lease(app) as lease, app.run("backfill", progress, stop, lease) as context:
        context.approved = approve
        outcome = run_backfill(app, context, app.workplan(), request, send=send)
    with reading(app.engine) as connection:
        needs_person = reports.needs_person(connection) if send else 0
    progress.end()
    _show(outcome, unknown, dict(context.counts), needs_person, json)
    if stop.asked and not json:
        goes_on = "it goes on where it stopped" if send else "a dry run begins anew"
        complain("Stopped by you.", f"Run the command again; {goes_on}.")
    return NEEDS_PERSON if unknown or outcome.missing or stop.asked or needs_person else DONE


class _Stop:
    """Stops between two pages when the user asks for it once, but within `PATIENCE` seconds; at once when they ask a second time."""

    def __init__(self) -> None:
        self.asked = False
        for number in (*stop_signals(), signal.SIGALRM):
            signal.signal(number, self._ask)

    def _ask(self, *_: Any) -> None:
        if self.asked:
            raise KeyboardInterrupt
        self.asked = True
        signal.alarm(PATIENCE)

    def __call__(self) -> bool:
        return self.asked


def _moment(text: str) -> datetime | None:
    """The day or time meant, in UTC where no zone is given; None for none."""
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        raise UsageError(
            f"{text!r} is no day or time", "Write e.g. 2026-10-01, 2026-10-01T08:30 or 2026-10-01T08:30+02:00."
        ) from None
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)


def _named(app: App, ids: str, path: Path | None) -> tuple[list[str], list[str]]:
    """The ids asked for, and what could not be understood."""
    words = [word.strip() for word in ids.split(",") if word.strip()]
    if path is not None:
        words += _listed(path)
    numbers = [word for word in words if word.isascii() and word.isdigit()]
    others = [word for word in words if not (word.isascii() and word.isdigit())]
    if others:
        with reading(app.engine) as connection:
            known = members.contacts_by_email(connection, [word.lower() for word in others])
        numbers += [id_ for word in others for id_ in known.get(word.lower(), ())]
        others = [word for word in others if word.lower() not in known]
    return list(dict.fromkeys(numbers)), others


def _listed(path: Path) -> list[str]:
    if not path.is_file():
        raise UsageError(
            f"there is no file {path}",
            WHAT_A_LIST_IS,
        )
    rows = read_lines(path)
    head = [cell.lower() for cell in rows[0]] if rows else []
    columns = [head.index(name) for name in (*ID_COLUMNS, *EMAIL_COLUMNS) if name in head]
    if not columns:
        return [row[0] for row in rows if row[0]]
    named = [next((row[at] for at in columns if len(row) > at and row[at]), "") for row in rows[1:]]
    return [
        name or f"row {number}" for number, (name, row) in enumerate(zip(named, rows[1:], strict=True), 2) if any(row)
    ]


def _show(outcome: Outcome, unknown: list[str], counts: dict[str, int], needs_person: int, json: bool) -> None:
    if json:
        told = {
            "read": outcome.read, "changed": outcome.changed, "resumed_at": outcome.resumed_at, "sent": outcome.sent, "missing": outcome.missing,
            "verdicts": outcome.verdicts, "writes": outcome.writes, "not_understood": unknown, "counts": counts,
            "handoffs": outcome.handoffs, "joined": outcome.joined, "needs_person": needs_person,
        }  # fmt: skip
        print_json(told)
        return
    out = console()
    resumed = f" (went on after {outcome.resumed_at:,})" if outcome.resumed_at else ""
    out.print(f"[bold]{outcome.read:,}[/] contacts read{resumed}, {outcome.changed:,} of them new or changed.")
    if not outcome.sent:
        said = ", ".join(f"{number:,} {name}" for name, number in outcome.verdicts.most_common())
        out.print(f"They would be decided: {said or 'none'}.")
        if outcome.writes:
            out.print(asked_for(outcome.writes, outcome.handoffs, outcome.joined))
        out.print("Nothing was sent, and nothing of these contacts kept. Do it with --send.")
    else:
        said = ", ".join(
            f"{number:,} {name.removeprefix('verdict ')}"
            for name, number in counts.items()
            if name.startswith("verdict ")
        )
        out.print(f"Decided: {said or 'none'}.")
        done = ", ".join(
            f"{number:,} {name}" for name, number in counts.items() if name.endswith(("created", "updated", "released"))
        )
        out.print(f"To Sales: {done or 'nothing'}.")
        if refused := sum(counts.get(name, 0) for name in REFUSED):
            out.print(f"[red]{refused:,} refused[/] by Salesforce or HubSpot: [bold]leadbridge status[/] says why.")
        if needs_person:
            out.print(f"{needs_person:,} leads wait for a person: [bold]leadbridge status[/]")
    if outcome.missing:
        are = "id is" if len(outcome.missing) == 1 else "ids are"
        out.print(f"{len(outcome.missing):,} {are} not in HubSpot (any more): {', '.join(outcome.missing[:10])}")
    if unknown:
        lines = "1 line names" if len(unknown) == 1 else f"{len(unknown):,} lines name"
        out.print(f"{lines} nobody we know (first: {unknown[0]!r}); give HubSpot ids for them.")
