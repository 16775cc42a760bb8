"""`leadbridge plan`: what the files as they are now would change, before they do."""

from __future__ import annotations

from dataclasses import asdict

from bridge.app import App
from bridge.cli.output import HomeFolder, Json, Progress, asked_for, console, print_json, table
from bridge.deciding.preview import preview
from bridge.errors import DONE
from bridge.installation.home import find_home


def plan(*, home: HomeFolder = None, json: Json = False) -> int:
    """Show what the YAML files as they are now would change: who moves from which verdict to which, with samples, and what would be written.

    Nothing is kept and nothing is sent. When a file was changed, the last line names the HASH that `leadbridge sync --approve` takes.
    """
    app = App(find_home(home))
    progress = Progress(quiet=json)
    with app.looking(progress) as context:
        made = preview(context, app.rules(), app.roster())
    progress.end()
    if json:
        moves = [
            {"from": before, "to": after, "people": number} for (before, after), number in made.moves.most_common()
        ]
        samples = [asdict(one) for group in made.samples.values() for one in group]
        print_json(
            {
                "looked_at": made.looked_at,
                "moves": moves,
                "samples": samples,
                "owners": made.owners,
                "owner_moves": [asdict(one) for one in made.owner_moves],
                "writes": made.writes,
                "handoffs": made.handoffs,
                "joined": made.joined,
                "hash": made.versions,
                "not_read": made.not_read,
            }
        )
        return DONE
    out = console()
    out.print(
        f"[bold]{made.looked_at:,}[/] people decided again with the files as they are now; nothing was kept or sent."
    )
    if not made.moves:
        out.print("Nobody would move to another verdict.")
    else:
        rows = [(before, after, number) for (before, after), number in made.moves.most_common()]
        out.print(table(("from", "to", "people"), rows, right=(2,)))
        out.print()
        movers = [one for group in made.samples.values() for one in group]
        out.print(
            table(
                ("for example", "from", "to", "why"),
                [(one.lead_id, one.before, one.after, one.sentence) for one in movers],
            )
        )
    out.print(
        f"\n{made.reasons:,} would keep their verdict for another reason, {made.owners:,} would get another owner."
    )
    if made.owner_moves:
        names = app.names()
        changes = [
            (one.lead_id, names.get(one.before, one.before), names.get(one.after, one.after), one.sentence)
            for one in made.owner_moves
        ]
        out.print(table(("would get another owner", "from", "to", "why"), changes))
        if made.owners > len(changes):
            out.print(f"… and {made.owners - len(changes):,} more")
    if made.writes:
        out.print(asked_for(made.writes, made.handoffs, made.joined))
    if made.not_read:
        out.print(f"Not read yet, so blank in all this: {', '.join(made.not_read)}. The next cycle reads them first.")
    if made.stale:
        out.print(f"Let exactly these files through with: leadbridge sync --approve {made.versions}")
    else:
        out.print("Everybody was decided with these files already: there is nothing to approve.")
    return DONE
