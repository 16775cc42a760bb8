"""`leadbridge match` and `leadbridge dedupe`: the pipeline's own matching, on files."""

from __future__ import annotations

import csv
import time
from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter
from rich.console import Console

from bridge.cli.match_files import build_directory, match_file, open_text, processors, read_rows
from bridge.cli.output import Json, console, print_json, table
from bridge.errors import DONE, UsageError
from bridge.stages.reconcile import MatchSettings, MemoryDirectory, PersonEntry, Probe, group_people, person_rows
from bridge.stages.reconcile.learning import learn_from
from bridge.stages.reconcile.model import Model, load_model

SURE = MatchSettings()
match = App(name="match", help="Find the account of every lead in a file, or learn from confirmed answers.")
Accounts = Annotated[
    Path,
    Parameter(help="CSV of accounts: account_id, name; website, country, state, city, domains, other_names if known."),
]
Workers = Annotated[int, Parameter(help="How many processes work (default: one per processor).")]
ModelFile = Annotated[
    Path | None, Parameter(name="--model", help="A model written by `match learn` instead of the one in the house.")
]


@match.default
def match_leads(
    *,
    accounts: Accounts,
    leads: Annotated[
        Path, Parameter(help="CSV of leads: lead_id; email, company, website, country, city and more if known.")
    ],
    out: Annotated[
        Path, Parameter(help="Where the answers go (.csv or .csv.gz); other columns of the leads are kept.")
    ],
    against: Annotated[
        str, Parameter(help="A column of the leads with an existing answer to compare with (shadow mode).")
    ] = "",
    confirmed: Annotated[
        Path | None,
        Parameter(help="CSV of leads with the account_id a person confirmed (decision `refused`: refused)."),
    ] = None,
    link_at: Annotated[
        float, Parameter(help="Link without asking from this probability, with web domain.")
    ] = SURE.link_at,
    link_by_name_at: Annotated[float, Parameter(help="The same, by name and place alone.")] = SURE.link_by_name_at,
    review_at: Annotated[float, Parameter(help="Propose for review from this probability.")] = SURE.review_at,
    model: ModelFile = None,
    workers: Workers = 0,
    json: Json = False,
) -> int:
    """Answer link, review or none for every lead, with the score, the evidence in words and the runner-up.

    Nothing is changed anywhere; the answers are written to a file.
    """
    settings = MatchSettings(link_at=link_at, link_by_name_at=link_by_name_at, review_at=review_at)
    chosen, started = _model(model), time.monotonic()
    directory = build_directory(accounts, confirmed, workers or processors())
    counts = match_file(leads, out, directory, against=against, settings=settings, model=chosen, workers=workers)
    seconds = time.monotonic() - started
    if json:
        print_json({"accounts": directory.size, "seconds": round(seconds, 1), **counts})
        return DONE
    show = console()
    show.print(
        f"[bold]{counts['rows']:,}[/] leads against [bold]{directory.size:,}[/] accounts in {seconds:.1f} s → {out}"
    )
    _shares(show, counts["rows"], {name: counts[name] for name in ("link", "review", "none")}, "decision")
    if against:
        names = ("same", "different", "only ours", "only given", "both none")
        _shares(show, counts["rows"], {name: counts[name] for name in names}, f"against {against}")
        show.print(
            f"Each disagreement is in {out}: our sentence and, as given_sentence, what speaks for the other answer."
        )
    return DONE


@match.command
def learn(
    *,
    accounts: Accounts,
    confirmed: Annotated[
        Path, Parameter(help="CSV of leads with account_id: the right account as a person confirmed it (empty: none).")
    ],
    out: Annotated[Path, Parameter(help="Where the new model goes, for `match --model`.")],
    json: Json = False,
) -> int:
    """Weigh the evidence anew from confirmed answers; written only when it is better on the part held back."""
    directory = build_directory(accounts, None, processors())
    rows = list(read_rows(confirmed, ("account_id",)))
    probes = [
        Probe(str(i), row.get("first_name", ""), row.get("last_name", ""), row.get("email", ""), row.get("company", ""),
              row.get("website", ""), row.get("phone", ""), row.get("country", ""), row.get("state", ""), row.get("city", ""))
        for i, row in enumerate(rows)
    ]  # fmt: skip
    learned = learn_from(probes, [row["account_id"] for row in rows], directory, load_model())
    if learned.better:
        out.write_bytes(learned.model)
    if json:
        print_json(
            {"better": learned.better, "before": learned.before, "after": learned.after, "held_back": learned.held_back}
        )
        return DONE
    show = console()
    show.print(
        table(
            ("on the part held back", "before", "now"),
            [(n, learned.before[n], learned.after[n]) for n in learned.before],
            right=(1, 2),
        )
    )
    show.print(
        f"Written to {out}."
        if learned.better
        else "Not better on the part held back: nothing was written, nothing changes."
    )
    return DONE


def dedupe(
    *,
    contacts: Annotated[
        Path,
        Parameter(help="CSV of contacts: contact_id; first_name, last_name, email, phone, company and more if known."),
    ],
    out: Annotated[Path, Parameter(help="Where the answers go (.csv or .csv.gz); other columns are kept.")],
    link_at: Annotated[float, Parameter(help="Join records from this probability.")] = SURE.link_person_at,
    json: Json = False,
) -> int:
    """Say which contacts are one person, and why. Nothing is merged anywhere; the answers are written to a file."""
    rows = list(read_rows(contacts, ("contact_id",)))
    if not rows:
        raise UsageError(f"{contacts.name} has no rows", "Give a CSV with at least one contact.")
    started = time.monotonic()
    people = [_contact(row) for row in rows]
    directory = MemoryDirectory(person_rows(people))
    probes = [
        Probe(p.id, p.first_name, p.last_name, p.email, p.company, "", p.phone, p.country, "", p.city, p.title)
        for p in people
    ]
    found = group_people(probes, directory, MatchSettings(link_person_at=link_at))
    extra = [name for name in rows[0] if name != "contact_id"]
    with open_text(out, "w") as file:
        writer = csv.writer(file)
        writer.writerow(
            [
                "contact_id",
                "person",
                "score",
                "sentence",
                "perhaps",
                *(f"given_{n}" if n in ("person", "score") else n for n in extra),
            ]
        )
        for row, one in zip(rows, found, strict=True):
            writer.writerow(
                [one.id, one.person, one.score or "", one.sentence, one.perhaps, *(row[name] for name in extra)]
            )
    persons, doubtful = len({one.person for one in found}), sum(bool(one.perhaps) for one in found)
    seconds = time.monotonic() - started
    if json:
        print_json({"contacts": len(rows), "people": persons, "doubtful": doubtful, "seconds": round(seconds, 1)})
        return DONE
    console().print(f"[bold]{len(rows):,}[/] contacts are [bold]{persons:,}[/] people in {seconds:.1f} s → {out}")
    console().print(f"{doubtful:,} have a look-alike that is worth a person's eye (column perhaps).")
    return DONE


def _contact(row: dict[str, str]) -> PersonEntry:
    names = ("first_name", "last_name", "email", "phone", "company", "title", "country", "city")
    return PersonEntry(row["contact_id"], "contact", *(row.get(name, "") for name in names))


def _model(path: Path | None) -> Model | None:
    if path is not None and not path.is_file():
        raise UsageError(f"{path} is not there", "Give the model that `leadbridge match learn` wrote.")
    return load_model(path) if path else None


def _shares(show: Console, total: int, counts: dict[str, int], head: str) -> None:
    rows = [(name, f"{count:,}", f"{count / max(total, 1):.1%}") for name, count in counts.items()]
    show.print(table((head, "leads", "share"), rows, right=(1, 2)))
