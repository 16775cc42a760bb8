"""`leadbridge match`: which account each lead of a file belongs to, by the pipeline's own matching; and learning from confirmed answers."""

from __future__ import annotations

import time
from collections.abc import Mapping
from itertools import islice
from pathlib import Path
from typing import Annotated

import orjson
from cyclopts import App, Parameter
from rich.console import Console

from bridge.cli.csv_files import read_rows, refuse_unwritable, written
from bridge.cli.match_files import build_directory, is_refused, lead_of, match_file, processors
from bridge.cli.output import Json, console, print_json, safe, table
from bridge.errors import DONE, UsageError
from bridge.record_ids import as_known
from bridge.stages.reconcile import MatchSettings
from bridge.stages.reconcile.features import FEATURES
from bridge.stages.reconcile.learning import learn_from
from bridge.stages.reconcile.model import load_model, model_text

SURE = MatchSettings()
AGREEMENTS = ("same", "different", "only ours", "only given", "both none")
SHOWN = 5  # disagreements shown besides the file
match = App(name="match", help="Find the account of every lead in a file, or learn from confirmed answers.")
match.command(
    "bridge.cli.match_correct:correct",
    name="correct",
    help="Say which account is the right one of a lead, or which is not; never asked again.",
)
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
    contacts: Annotated[
        Path | None,
        Parameter(help="CSV of people known at the accounts: account_id, email. Their web domains are evidence."),
    ] = None,
    link_at: Annotated[
        float, Parameter(help="Link without asking from this probability, with web domain.")
    ] = SURE.link_at,
    link_by_name_at: Annotated[
        float, Parameter(help="The same, by name and place alone; .06 less beside a web domain of the company's own.")
    ] = SURE.link_by_name_at,
    review_at: Annotated[float, Parameter(help="Propose for review from this probability.")] = SURE.review_at,
    model: ModelFile = None,
    workers: Workers = 0,
    json: Json = False,
) -> int:
    """Answer link, review or none for every lead, with the score, the evidence in words and the runner-up.

    Nothing is changed anywhere; the answers are written to a file.
    """
    if workers < 0:
        raise UsageError(f"--workers {workers} cannot be", "Give how many processes work, or leave it out.")
    _refuse_beyond({"link-at": link_at, "link-by-name-at": link_by_name_at, "review-at": review_at})
    refuse_unwritable(out, accounts, leads, confirmed, contacts)
    settings = MatchSettings(link_at=link_at, link_by_name_at=link_by_name_at, review_at=review_at)
    chosen, started = load_model(_there(model)) if model else None, time.monotonic()
    directory = build_directory(accounts, confirmed, workers or processors(), contacts)
    counts = match_file(leads, out, directory, against=against, settings=settings, model=chosen, workers=workers)
    seconds = time.monotonic() - started
    if json:
        counted = {name: counts[name] for name in ("rows", "link", "review", "none", *(AGREEMENTS if against else ()))}
        print_json({"accounts": directory.size, "seconds": round(seconds, 1), **counted})
        return DONE
    show = console()
    show.print(
        f"[bold]{counts['rows']:,}[/] leads against [bold]{directory.size:,}[/] accounts in {seconds:.1f} s → {out}"
    )
    _shares(show, counts["rows"], {name: counts[name] for name in ("link", "review", "none")}, "decision")
    if against:
        _shares(show, counts["rows"], {name: counts[name] for name in AGREEMENTS}, f"against {against}")
        _disagreements(show, out)
    return DONE


@match.command
def learn(
    *,
    accounts: Accounts,
    confirmed: Annotated[
        Path, Parameter(help="CSV of leads with account_id: the right account as a person confirmed it (empty: none).")
    ],
    out: Annotated[Path, Parameter(help="Where the new model goes, for `match --model`.")],
    model: ModelFile = None,
    json: Json = False,
) -> int:
    """Weigh the evidence anew from confirmed answers; written only when it is better on the part held back."""
    refuse_unwritable(out, accounts, confirmed, model)
    directory = build_directory(accounts, None, processors())
    rows = [row for row in read_rows(confirmed, ("account_id",)) if not is_refused(row, confirmed)]
    probes = [lead_of({**row, "lead_id": str(i)}) for i, row in enumerate(rows)]
    right = [as_known(row["account_id"].strip(), directory.has) for row in rows]
    learned = learn_from(probes, right, directory, model_text(_there(model)))
    if learned.better:
        with written(out):
            out.write_bytes(learned.model)
    if json:
        print_json(
            {
                "better": learned.better,
                "before": learned.before,
                "after": learned.after,
                "held_back": learned.held_back,
                "weights": learned.weights,
            }
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
    if learned.better:
        weights = sorted(learned.weights.items(), key=lambda one: one[1], reverse=True)
        show.print(table(("evidence", "weight"), weights, right=(1,)))
    show.print(
        f"Written to {out}."
        if learned.better
        else "Not better on the part held back: nothing was written, nothing changes."
    )
    return DONE


def _there(path: Path | None) -> Path | None:
    """The path of a model, which is there and is one. Raises UsageError."""
    if path is None:
        return None
    if not path.is_file():
        raise UsageError(f"{path} is not there", "Give the model that `leadbridge match learn` wrote.")
    try:
        data = orjson.loads(path.read_bytes())
    except orjson.JSONDecodeError:
        data = None
    if not isinstance(data, dict) or data.get("features") != list(FEATURES):
        raise UsageError(
            f"{path} is no model of this version", "Give what `leadbridge match learn` wrote, or learn again."
        )
    return path


def _refuse_beyond(given: Mapping[str, float]) -> None:
    """Raises UsageError unless all are probabilities."""
    for name, value in given.items():
        if not 0 <= value <= 1:
            raise UsageError(f"--{name} {value:g} is no probability", "Give a number from 0 to 1, such as 0.8.")


def _disagreements(show: Console, out: Path) -> None:
    """The first few disagreements with both explanations; all of them are in the file."""
    rows = (row for row in read_rows(out, ("agreement",)) if row["agreement"] in ("different", "only given"))
    for row in islice(rows, SHOWN):
        show.print(f"\n[bold]{safe(row['lead_id'])}[/] {row['agreement']}")
        show.print(f"  ours:  {safe(row['sentence'])}", soft_wrap=True)
        show.print(f"  given: {safe(row['given_sentence'])}", soft_wrap=True)
    show.print(
        f"\nEvery disagreement is in {out} with both explanations (sentence, given_sentence) and both waterfalls."
    )


def _shares(show: Console, total: int, counts: dict[str, int], head: str) -> None:
    rows = [(name, f"{count:,}", f"{count / max(total, 1):.1%}") for name, count in counts.items()]
    show.print(table((head, "leads", "share"), rows, right=(1, 2)))
