"""Matching whole files: rows come in by CSV (`.gz` too), answers go out in the same order, all processors work, memory stays bounded.

The workers are forked after the directory is built and share it; each takes every n-th chunk of the file, so nothing is sent between them.
"""

from __future__ import annotations

import csv
import gc
import os
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import count
from operator import itemgetter
from pathlib import Path
from typing import Any

from bridge.cli.csv_files import Row, open_text, read_chunks, read_rows, written
from bridge.cli.match_workers import Turn, in_turns
from bridge.cli.output import remark
from bridge.collecting import collecting_seldom
from bridge.decisions import Evidence, Match
from bridge.errors import UsageError
from bridge.frozen import frozen
from bridge.index_rows import Ruling
from bridge.record_ids import as_known, short_id
from bridge.stages.reconcile import (
    AccountEntry,
    MatchSettings,
    MemoryDirectory,
    Probe,
    account_rows,
    domains_of_contacts,
    fingerprint,
    match_accounts,
)
from bridge.stages.reconcile.against import Given, explain_given
from bridge.stages.reconcile.memory import IndexBlock, each_once, index_block
from bridge.stages.reconcile.model import Model

CHUNK = 4_000
BUILD_CHUNK = 5_000
ANSWER = (
    "lead_id", "account_id", "decision", "score", "account_name", "reason", "sentence", "evidence", "gap", "vetoes",
    "runner_up", "runner_up_score",
)  # fmt: skip
AGAINST = ("agreement", "given_sentence", "given_score", "given_evidence")
ACCOUNT_COLUMNS = ("account_id", "name")
NO_ACCOUNTS = "Give a CSV with at least one account that has an account_id."
LEAD_COLUMNS = ("lead_id",)
TELLING_COLUMNS = ("company", "email", "website", "hubspot_company_domain", "hubspot_company_name")
"""At least one of them says where a lead works."""
REFUSED = frozenset(["refused", "refuse", "rejected", "reject", "wrong", "none", "no"])
CONFIRMED = frozenset(["", "confirmed", "confirm", "accepted", "right", "link", "yes"])
"""What the column `decision` of a file of confirmed answers says of the account beside it."""
_shared: dict[str, Any] = {}  # what forked workers inherit


@frozen
class Known:
    """What is known of accounts besides their own rows: the websites of parents, and the addresses of contacts, by account id (15 characters)."""

    websites: Mapping[str, str]
    emails: Mapping[str, Sequence[str]]


def account_of(row: Mapping[str, str], known: Known) -> AccountEntry:
    """An account from a row; `domains` and `other_names` may list more, parted by `|`. Without a website it has its parent's."""
    get, id_, website = row.get, row["account_id"], row.get("website", "")
    emails = known.emails.get(short_id(id_), ()) if known.emails else ()
    learned = domains_of_contacts(emails, website) if emails else ()
    above = known.websites.get(short_id(get("parent_id", "")), "") if known.websites and not website else ""
    return AccountEntry(
        id_, row["name"], website, get("phone", ""), get("country", ""), get("state", ""), get("city", ""), get("parent_id", ""),
        (*_listed(get("domains", "")), *learned, *([above] if above else ())), _listed(get("other_names", "")),
    )  # fmt: skip


def lead_of(row: Mapping[str, str]) -> Probe:
    """A lead from a row."""
    return Probe(
        row["lead_id"],
        *(
            row.get(name, "")
            for name in (
                "first_name", "last_name", "email", "company", "website", "phone", "country", "state", "city", "title",
                "hubspot_company_domain", "hubspot_company_name",
            )
        ),
    )  # fmt: skip


def known_of(accounts: Path, contacts: Path | None) -> Known:
    """What the files tell of accounts besides their own rows."""
    websites: dict[str, str] = {}
    emails: dict[str, list[str]] = {}
    if "parent_id" in next(read_rows(accounts, ACCOUNT_COLUMNS), {}):
        parents = {short_id(row["parent_id"]) for row in read_rows(accounts, ACCOUNT_COLUMNS)}
        rows = ((short_id(row["account_id"]), row) for row in read_rows(accounts, ACCOUNT_COLUMNS))
        websites = {id_: row.get("website", "") for id_, row in rows if id_ in parents}
    for row in read_rows(contacts, ("account_id", "email")) if contacts else ():
        emails.setdefault(short_id(row["account_id"]), []).append(row["email"])
    return Known(websites, emails)


def entries_of(path: Path) -> list[AccountEntry]:
    """All accounts in a file, each id once."""
    known = known_of(path, None)
    rows = [account_of(row, known) for row in read_rows(path, ACCOUNT_COLUMNS)]
    entries = {entry.id: entry for entry in reversed(rows) if entry.id}
    tell_left_out(path, len(rows) - len(entries))
    return list(reversed(entries.values()))


@collecting_seldom()
def build_directory(path: Path, confirmed: Path | None, workers: int, contacts: Path | None = None) -> MemoryDirectory:
    """The directory of all accounts in a file; `confirmed` holds leads with the account a person confirmed (or `refused`), `contacts` the
    people known at the accounts."""
    rulings = _rulings(confirmed) if confirmed else {}
    _shared.update(accounts=path, known=known_of(path, contacts))
    blocks = [block for found in in_turns(_index, workers) for block in found]
    left_out: list[int] = []
    directory = MemoryDirectory(rulings=rulings, blocks=_each_once(blocks, left_out))
    if not directory.size:
        raise UsageError(f"{path.name} has no accounts", NO_ACCOUNTS)
    tell_left_out(path, sum(left_out))
    if confirmed:
        _drop_unknown(confirmed, rulings, directory)
    return directory


def is_refused(row: Mapping[str, str], path: Path) -> bool:
    """Does a row of confirmed answers say that its account is not the right one? Raises UsageError for words that say neither."""
    said = row.get("decision", "").strip().casefold()
    if said not in REFUSED and said not in CONFIRMED:
        raise UsageError(
            f"{path.name}: nobody can tell whether decision {row['decision']!r} confirms",
            "Write confirmed (or nothing) or refused, and leave out rows that nobody decided.",
        )
    return said in REFUSED


def _rulings(path: Path) -> dict[int, list[Ruling]]:
    """What people said, by question, the latest word first."""
    said: dict[int, dict[str, Ruling]] = {}
    for row in read_rows(path, ("account_id",)):
        answers, account = said.setdefault(fingerprint(lead_of({"lead_id": "", **row})), {}), row["account_id"]
        answers.pop(account, None)
        answers[account] = Ruling(account, not is_refused(row, path))
    return {print_: list(reversed(answers.values())) for print_, answers in said.items()}


def _drop_unknown(path: Path, rulings: dict[int, list[Ruling]], directory: MemoryDirectory) -> None:
    """Nothing is linked to an account that is not there, whoever confirmed it."""
    dropped = 0
    for answers in rulings.values():
        named = [Ruling(as_known(one.id, directory.has), one.confirmed) for one in answers if one.id]
        answers[:] = [one for one in named if directory.has(one.id)]
        dropped += len(named) - len(answers)
    if dropped:
        remark(f"{dropped:,} answers of {path.name} were left out: their account is not among the accounts.")


def _each_once(blocks: Iterable[tuple[int, IndexBlock]], left_out: list[int]) -> Iterator[IndexBlock]:
    for block, less in each_once(block for _, block in sorted(blocks, key=itemgetter(0))):
        left_out.append(less)
        yield block


def tell_left_out(path: Path, rows: int, column: str = "account_id") -> None:
    """Say that so many rows of a file were not looked at."""
    if rows:
        remark(f"{rows:,} rows of {path.name} were left out: they have no {column}, or one that stands above already.")


@collecting_seldom()
def match_file(
    leads: Path,
    out: Path,
    directory: MemoryDirectory,
    *,
    against: str = "",
    settings: MatchSettings | None = None,
    model: Model | None = None,
    workers: int = 0,
    progress: Callable[[str, int, int | None], None] | None = None,
) -> Counter[str]:
    """Answer every row of `leads` into `out`; returns how many rows had each decision (and each agreement)."""
    directory.columns  # noqa: B018 - made before forking, so that the workers share it
    head = next(read_rows(leads, (*LEAD_COLUMNS, *([against] if against else []))), {})
    if head and not set(TELLING_COLUMNS) & set(head):
        raise UsageError(
            f"{leads.name} says of nobody where they work: it has no column {', '.join(TELLING_COLUMNS[:2])} or {TELLING_COLUMNS[2]}",
            f"Rename the columns that are meant. It has: {', '.join(head)}.",
        )
    extra = [name for name in head if name != "lead_id"]
    columns = [
        *ANSWER,
        *(AGAINST if against else ()),
        *(f"given_{n}" if n in (*ANSWER, *AGAINST) else n for n in extra),
    ]
    gc.collect()
    gc.freeze()  # the directory lives as long as the process: it is neither searched for garbage nor copied by that
    _shared.update(directory=directory, leads=leads, against=against, settings=settings, model=model, extra=extra)
    workers = workers or processors()
    total: Counter[str] = Counter()
    with written(out), tempfile.TemporaryDirectory(dir=out.parent if out.parent.is_dir() else None) as folder:
        _shared["folder"] = folder
        for one in in_turns(_work, workers):
            total += one
            if progress:
                progress("match", total["rows"], None)
        _join(out, columns, Path(folder))
    return total


def processors() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def evidence_words(evidence: Sequence[Evidence]) -> str:
    """The waterfall on one line, with its sum."""
    parts = []
    for item in evidence:
        seen = f" ({item.ours} ~ {item.theirs})" if item.ours or item.theirs else ""
        parts.append(f"{item.name} {item.weight:+.2f}{seen}")
    return "; ".join(parts) + f" = {sum(item.weight for item in evidence):+.2f}" if parts else ""


def _index(turn: Turn) -> list[tuple[int, IndexBlock]]:
    """Every n-th chunk of the accounts, prepared, each with its number."""
    known = _shared["known"]
    return [
        (number, index_block(account_rows(account_of(row, known) for row in chunk)))
        for number, chunk in _chunks("accounts", ACCOUNT_COLUMNS, BUILD_CHUNK, turn)
    ]


def _chunks(file: str, columns: Sequence[str], size: int, turn: Turn) -> Iterator[tuple[int, list[Row]]]:
    """The chunks of a file whose turn it is, each with its number."""
    mine, of = turn
    numbers = count(mine, of)
    for chunk in read_chunks(_shared[file], columns, size, lambda number: number % of == mine):
        yield next(numbers), chunk


def _work(turn: Turn) -> Counter[str]:
    """Every n-th chunk of the leads, each into a file of its own."""
    total: Counter[str] = Counter()
    for number, chunk in _chunks("leads", LEAD_COLUMNS, CHUNK, turn):
        total += _answer(chunk, Path(_shared["folder"]) / f"{number:08d}.csv")
    return total


def _answer(rows: Sequence[Row], path: Path) -> Counter[str]:
    probes = [lead_of(row) for row in rows]
    matches = match_accounts(probes, _shared["directory"], _shared["settings"], _shared["model"])
    given = [as_known(row[_shared["against"]].strip(), _shared["directory"].has) for row in rows if _shared["against"]]
    told = _told(probes, given, matches) if given else {}
    counts: Counter[str] = Counter(rows=len(rows))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        for i, (row, match) in enumerate(zip(rows, matches, strict=True)):
            counts[match.outcome.value] += 1
            cells = [*_cells(row["lead_id"], match)]
            if given:
                agreement = _agreement(match, given[i])
                counts[agreement] += 1
                other = told.get(i, Given(""))
                cells += [agreement, other.sentence, other.score or "", evidence_words(other.evidence)]
            writer.writerow([*cells, *(row.get(name, "") for name in _shared["extra"])])
    return counts


def _cells(lead: str, match: Match) -> tuple[Any, ...]:
    return (
        lead, match.id or "", match.outcome.value, match.score, match.name, match.reason, match.sentence, evidence_words(match.evidence), match.gap,
        " ".join(match.vetoes), match.runner_up or "", match.runner_up_score,
    )  # fmt: skip


def _told(probes: Sequence[Probe], given: Sequence[str], matches: Sequence[Match]) -> dict[int, Given]:
    """What speaks for the answers that are not ours."""
    apart = [i for i, match in enumerate(matches) if _agreement(match, given[i]) in ("different", "only given")]
    told = explain_given([probes[i] for i in apart], [given[i] for i in apart], _shared["directory"], _shared["model"])
    return dict(zip(apart, told, strict=True))


def _agreement(match: Match, given: str) -> str:
    """How our answer stands to the existing one: `same`, `different`, `only ours`, `only given`, `both none`."""
    if not match.id:
        return "only given" if given else "both none"
    if not given:
        return "only ours"
    return "same" if match.id == given else "different"


def _join(out: Path, columns: Sequence[str], folder: Path) -> None:
    with open_text(out, "w") as file:
        csv.writer(file).writerow(columns)
        for part in sorted(folder.glob("*.csv")):
            with part.open(encoding="utf-8", newline="") as answers:
                shutil.copyfileobj(answers, file, 1 << 20)


def _listed(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split("|") if part.strip()) if text else ()
