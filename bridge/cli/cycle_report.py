"""What a RevOps admin wants to see of one cycle: who came, what was decided, what went to Sales, what waits, what read back otherwise, calls."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich.console import Console

from bridge.app import App
from bridge.cli.output import safe, table
from bridge.cycle import CycleReport
from bridge.stages.pull.hubspot import NOT_READ
from bridge.stages.pull.salesforce import LOOKED_AT
from bridge.stages.pull.talk import CALLED
from bridge.staging import handoffs, reports, sales
from bridge.staging.database import reading

TO_SALES = {
    "Leads created": "leads created", "Leads updated": "leads updated", "Contacts created": "contacts created",
    "Contacts updated": "contacts updated", "Tasks created": "tasks created", "Tasks updated": "tasks updated",
    "CampaignMembers created": "campaign memberships created", "CampaignMembers updated": "campaign memberships updated",
    "ContentNotes created": "notes created", "ContentDocumentLinks created": "notes linked", "Accounts updated": "charts written on accounts",
}  # fmt: skip
WRITES = (*TO_SALES, "written back to HubSpot")
REFUSED = ("refused by Salesforce", "refused by HubSpot")
FOLLOWERS = tuple(target.partition(".")[2] for target in handoffs.FOLLOWERS)
"""Of these it may be unknown whether they arrived, while our user may not read them any more."""


def written(report: CycleReport) -> int:
    """How many records this cycle wrote, in both systems."""
    return sum(report.counts.get(name, 0) for name in WRITES)


def show_cycle(out: Console, app: App, report: CycleReport) -> None:
    """The report of one cycle on one screen."""
    counts = report.counts
    out.print(f"[bold]Cycle {report.run_id}[/] took {report.seconds:.1f} s")
    _line(
        out,
        "Pulled",
        counts,
        {
            "contacts changed": "contacts",
            "companies changed": "companies",
            "form submissions": "form submissions",
            **{name: name for name in CALLED.values()},
        },
    )
    _line(
        out,
        "Sales",
        counts,
        {f"Salesforce {kind}s changed": f"{kind}s" for kind in ("account", "contact", "lead", "user", "campaign")},
    )
    _line(
        out,
        "People",
        counts,
        {"people": "new people", "records joined to a known person": "records joined to a known person"},
    )
    _line(
        out,
        "Decided",
        counts,
        {f"verdict {name}": name for name in ("qualified", "nurture", "research", "low_value", "held", "rejected")},
    )
    _line(out, "To Sales", counts, TO_SALES)
    _line(out, "Back", counts, {"written back to HubSpot": "contacts updated in HubSpot"})
    _line(
        out,
        "Trouble",
        counts,
        {
            **{name: name for name in REFUSED},
            **{
                f"not readable: {name}": f"kind not readable ({name}: see leadbridge doctor)"
                for name in (*CALLED.values(), *LOOKED_AT.values(), *FOLLOWERS)
            },
            **{
                name: f"form not readable ({name.removeprefix(NOT_READ)})"
                for name in counts
                if name.startswith(NOT_READ)
            },
            "answers lost": "answers lost",
            "outcomes found out": "outcomes found out",
        },
    )
    if not written(report):
        out.print(f"  [green]nothing was written[/]: {_why_nothing(report)}")
    show_calls(out, report)
    if report.lost_answer:
        out.print(f"[yellow]Answers lost:[/] {safe(report.lost_answer)}")
    if report.silent:
        out.print(
            f"[red]No write to {' or '.join(report.silent)} got through.[/] The next cycle looks up what became of them."
        )
    if report.schemas_untold:
        out.print(
            f"[yellow]Fields not told:[/] {safe(report.schemas_untold)}. They serve for a day; [bold]leadbridge doctor[/] says more."
        )
    if report.not_there:
        out.print(
            f"[yellow]Went on without[/] {safe(', '.join(report.not_there))}: a mapping names it and it is not there (any more) "
            "or may only be read. "
            "[bold]leadbridge check[/] says where."
        )
    if report.stopped_by:
        next_step = "Mend that first" if report.needs_mending else "The next cycle goes on from here"
        out.print(
            f"[red]Stopped early:[/] {safe(report.stopped_by)}\n  Nothing is lost. {next_step}; [bold]leadbridge doctor[/] says more."
        )
    if report.needs_person:
        out.print(f"{report.needs_person:,} leads wait for a person: [bold]leadbridge status[/]")


def _why_nothing(report: CycleReport) -> str:
    if report.stopped_by:
        return "it stopped before"
    refused = any(report.counts.get(name) for name in REFUSED)
    return "what would have been was refused" if refused else "everything was as it should be"


def _line(out: Console, head: str, counts: Mapping[str, int], names: Mapping[str, str]) -> None:
    said = [f"{counts[name]:,} {word}" for name, word in names.items() if counts.get(name)]
    if said:
        out.print(f"  {head:<9} {safe(', '.join(said))}")


def show_calls(out: Console, report: CycleReport) -> None:
    """API calls used, of which limits."""
    for name, told in report.calls.items():
        limit = f" of {told['limit']:,} a day" if told.get("limit") else ""
        left = f", {told['remaining']:,} left today" if told.get("remaining") is not None else ""
        out.print(f"  {name + ' API':<15} {told['calls']:,} calls{limit}{left}")


def show_standing(out: Console, standing: Mapping[str, Any]) -> None:
    """How things stand after the cycle: people, verdicts by reason, what landed where, what waits for room, read-back."""
    counts = standing["counts"]
    out.print(
        f"[bold]{counts['records']:,}[/] records are [bold]{counts['people']:,}[/] people at "
        f"[bold]{counts['organisations']:,}[/] organisations ({counts['organisations with an account']:,} with a Salesforce account)"
    )
    out.print()
    out.print(table(("verdict", "reason", "people", "for example"), standing["verdicts"], right=(2,)))
    out.print()
    out.print(table(("became in Salesforce", "how many"), standing["landed"], right=(1,)))
    if standing["waiting"]:
        out.print()
        total = sum(row[2] for row in standing["waiting"])
        out.print(f"[bold]{total:,}[/] qualified leads wait for room, the best first:")
        out.print(table(("rep or queue", "team", "waiting", "open now"), standing["waiting"][:12], right=(2, 3)))
    if standing["left"]:
        out.print()
        out.print("Open leads that are with people who have left Salesforce; give them another owner there:")
        out.print(table(("who left", "open leads"), standing["left"], right=(1,)))
    out.print()
    if standing["differences"]:
        out.print("Read back from Salesforce otherwise than sent:")
        out.print(table(("object", "field", "what happened", "how often"), standing["differences"], right=(3,)))
    else:
        out.print("Read back from Salesforce: every field as sent.")


def collect_standing(app: App) -> dict[str, Any]:
    """The same as plain values."""
    names, counted, roster = app.names(), app.settings.capacity.count_statuses, app.roster()
    with reading(app.engine) as connection:
        return {
            "counts": reports.counts(connection),
            "verdicts": reports.verdicts(connection),
            "landed": [
                (landed_in_words(target, operation), number)
                for target, operation, number in reports.landings(connection)
            ],
            "waiting": [
                (names.get(owner, owner or "nobody"), team, number, open_now)
                for owner, team, number, open_now in reports.waiting_with_open(connection, counted)
            ],
            "left": sorted(
                (user.name, number)
                for owner, number in sales.open_by_owner(connection, counted, ours=True).items()
                if (user := roster.find(owner)) is not None and not user.active
            ),
            "differences": [(target.partition(".")[2], *rest) for target, *rest in reports.differences(connection)],
            "refused": [tuple(row) for row in reports.refused(connection)],
        }


def landed_in_words(target: str, operation: str) -> str:
    """What a delivery did, for a person."""
    words = {
        ("salesforce.Lead", "upsert"): "new Lead",
        ("salesforce.Lead", "update"): "update of an open Lead",
        ("salesforce.Contact", "upsert"): "new Contact on a known account",
        ("salesforce.Contact", "update"): "blanks filled on a known Contact",
        ("salesforce.Task", "create"): "task for the owner of a handoff",
        ("salesforce.Task", "update"): "later text of such a task",
        ("salesforce.CampaignMember", "create"): "membership in a campaign",
        ("salesforce.CampaignMember", "update"): "change of such a membership",
        ("salesforce.ContentNote", "create"): "note with the whole brief",
        ("salesforce.ContentDocumentLink", "create"): "link from a note to its record",
        ("salesforce.Account", "update"): "chart on an account",
    }
    return words.get((target, operation), f"{operation} {target}")
