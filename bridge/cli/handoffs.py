"""`leadbridge handoffs`: what Sales receives of one organisation, and who waits for room."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

from cyclopts import App as Commands
from cyclopts import Parameter
from rich.console import Console

from bridge.app import App
from bridge.cli.output import HomeFolder, Json, console, print_json, safe, table
from bridge.deciding.showing import Shown, as_plain, show, waiters
from bridge.errors import DONE, UsageError
from bridge.installation.home import find_home
from bridge.stages.handoff.chart import Person, head, placed_in_words, top
from bridge.stages.handoff.picture import picture as chart_picture
from bridge.stages.handoff.roles import IN_WORDS
from bridge.staging.clock import from_ms
from bridge.staging.database import reading

handoffs = Commands(
    name="handoffs", help="What Sales receives: one organisation's people as one handoff; and who waits for room."
)


@handoffs.command(name="show")
def show_handoff(
    what: Annotated[
        str, Parameter(help="An organisation (name, web domain, account id), a lead, or a handoff's number.")
    ],
    *,
    svg: Annotated[Path | None, Parameter(help="Also save the account chart as an SVG picture.")] = None,
    picture: Annotated[Path | None, Parameter(help="Also save what is printed as an SVG picture.")] = None,
    home: HomeFolder = None,
    json: Json = False,
) -> int:
    """Show a handoff as the rep sees it: the brief, and the chart of everyone known at the organisation.

    Needs no connection to HubSpot or Salesforce.
    """
    app = App(find_home(home))
    with reading(app.engine) as connection:
        found = show(connection, what, app.names())
    if not found:
        raise UsageError(
            f"no organisation, lead or handoff is known by {what!r}",
            "Give a company's name, a web domain, a Salesforce account id, a lead id or a handoff's number.",
        )
    if svg is not None:
        svg.write_text(chart_picture(found[0].chart), encoding="utf-8")
    if json:
        print_json([as_plain(one) for one in found])
        return DONE
    out = console(record=picture is not None)
    for one in found:
        tell(out, one, app.names())
    if picture is not None:
        out.save_svg(str(picture), title=f"leadbridge handoffs show {what}")
    if svg is not None:
        out.print(f"The chart of {safe(found[0].chart.organisation)} is in {svg}.")
    return DONE


def tell(out: Console, one: Shown, names: dict[str, str]) -> None:
    """One handoff for a person to read."""
    kept = one.handoff
    if kept is None:
        out.print(f"[bold]{safe(one.chart.organisation)}[/]: nobody of it was handed over yet.")
    else:
        owner = names.get(kept.owner_id or "", kept.owner_id or "nobody")
        until = from_ms(kept.closes_at).date()
        people = f"{one.members} {'person' if one.members == 1 else 'people'}"
        tasks = f"{kept.alarms} {'task' if kept.alarms == 1 else 'tasks'}"
        out.print(
            f"[bold]Handoff {kept.id}: {safe(one.chart.organisation)}[/], {people} of it, owner {safe(owner)}, {kept.state} until {until}, {tasks}"
        )
        out.print()
        out.print(safe(one.brief), soft_wrap=not out.record)
    out.print(f"\n[bold]Account chart[/]  {safe(head(one.chart))}")
    for line in top(one.chart)[1:]:
        out.print(f"  {safe(line)}")
    head_of = (
        "name",
        "title",
        "level and department",
        "part in the decision",
        "taken from",
        "uses it",
        "status",
        "last active",
    )
    rows = [_row(person) for person in one.chart.people]
    told = [number for number in range(len(head_of)) if any(row[number] for row in rows)]
    out.print(table([head_of[number] for number in told], [[row[number] for number in told] for row in rows]))


def _row(one: Person) -> tuple[str, ...]:
    uses = {True: "yes", False: "no", None: ""}[one.uses_product]
    name = f"{one.name or one.email or one.key}{' *' if one.primary else ''}"
    return (
        name,
        one.title,
        placed_in_words(one.level, one.department),
        IN_WORDS[one.role],
        one.role_source,
        uses,
        one.status,
        one.last_activity,
    )


@handoffs.command(name="waiting")
def waiting(*, home: HomeFolder = None, json: Json = False) -> int:
    """Show who waits for room in Sales' queues, why, and the day they can be expected to go. The best first, as they would be released.

    Needs no connection to HubSpot or Salesforce.
    """
    app = App(find_home(home))
    with reading(app.engine) as connection:
        found = waiters(connection, app.settings, app.seats(), app.clock())
    if json:
        print_json([asdict(one) for one in found])
        return DONE
    out = console()
    if not found:
        out.print("Nobody waits: everybody who is qualified has room.")
        return DONE
    out.print(f"[bold]{len(found)}[/] wait for room, the best first:")
    rows = [
        (
            one.lead_id,
            one.organisation,
            one.owner,
            one.place,
            one.since,
            one.why,
            one.expected or "not known",
            one.expires,
        )
        for one in found
    ]
    out.print(table(("lead", "organisation", "for", "place", "since", "why", "expected", "expires"), rows, right=(3,)))
    if any(not one.expected for one in found):
        out.print(
            "not known: the queue is full and its owner has closed no lead of ours in the last 28 days, "
            "the team or segment has too many open ones, or a cap is 0."
        )
    return DONE
