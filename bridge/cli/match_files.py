"""Matching whole files: rows come in by CSV (`.gz` too), answers go out in the same order, all processors work, memory stays bounded.

The workers are forked after the directory is built and share it; each takes every n-th chunk of the file, so nothing is sent between them.
"""

from __future__ import annotations

import csv
import gzip
import multiprocessing
import os
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import IO, Any

from bridge.decisions import Match
from bridge.errors import UsageError
from bridge.index_rows import IndexRow, Ruling
from bridge.stages.reconcile import (
    AccountEntry,
    MatchSettings,
    MemoryDirectory,
    Probe,
    account_rows,
    fingerprint,
    match_accounts,
)
from bridge.stages.reconcile.against import explain_given
from bridge.stages.reconcile.model import Model

CHUNK = 4_000
BUILD_CHUNK = 5_000
ANSWER = (
    "lead_id", "account_id", "decision", "score", "account_name", "reason", "sentence", "evidence", "gap", "vetoes",
    "runner_up", "runner_up_score",
)  # fmt: skip
AGAINST = ("agreement", "given_sentence")
ACCOUNT_COLUMNS = ("account_id", "name")
LEAD_COLUMNS = ("lead_id",)
Row = dict[str, str]
_shared: dict[str, Any] = {}  # what forked workers inherit


def open_text(path: Path, mode: str = "r") -> IO[str]:
    """A CSV file, gzipped when its name ends in `.gz`."""
    if path.suffix == ".gz":
        return gzip.open(path, mode + "t", encoding="utf-8-sig" if mode == "r" else "utf-8", newline="")  # type: ignore[return-value]
    return path.open(mode, encoding="utf-8-sig" if mode == "r" else "utf-8", newline="")


def read_rows(path: Path, needed: Sequence[str]) -> Iterator[Row]:
    """The rows of a CSV file. Raises UsageError when it is not there or lacks a column."""
    if not path.is_file():
        raise UsageError(f"{path} is not there", "Give the path of a CSV file, plain or .gz.")
    with open_text(path) as file:
        reader = csv.DictReader(file)
        missing = [name for name in needed if name not in (reader.fieldnames or ())]
        if missing:
            has = ", ".join(reader.fieldnames or ())
            raise UsageError(f"{path.name} has no column {' or '.join(missing)}", f"It has: {has}.")
        yield from ({name: value or "" for name, value in row.items() if name} for row in reader)


def account_of(row: Mapping[str, str]) -> AccountEntry:
    """An account from a row; `domains` and `other_names` may list more, parted by `|`."""
    return AccountEntry(
        row["account_id"], row["name"], row.get("website", ""), row.get("phone", ""), row.get("country", ""), row.get("state", ""),
        row.get("city", ""), row.get("parent_id", ""), _listed(row.get("domains", "")), _listed(row.get("other_names", "")),
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


def build_directory(path: Path, confirmed: Path | None, workers: int) -> MemoryDirectory:
    """The directory of all accounts in a file; `confirmed` holds leads with the account a person confirmed (or `refused`)."""
    rulings: dict[int, list[Ruling]] = {}
    if confirmed is not None:
        for row in read_rows(confirmed, ("account_id",)):
            said = row.get("decision", "link") not in ("refused", "none", "no")
            rulings.setdefault(fingerprint(lead_of({"lead_id": "", **row})), []).append(Ruling(row["account_id"], said))
    chunks = _chunks(read_rows(path, ACCOUNT_COLUMNS), BUILD_CHUNK)
    if workers == 1:
        return MemoryDirectory((row for chunk in chunks for row in _index(chunk)), rulings)
    with multiprocessing.get_context("fork").Pool(workers) as pool:
        return MemoryDirectory((row for rows in pool.imap(_index, chunks) for row in rows), rulings)


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
    extra = [name for name in head if name != "lead_id"]
    columns = [
        *ANSWER,
        *(AGAINST if against else ()),
        *(f"given_{n}" if n in (*ANSWER, *AGAINST) else n for n in extra),
    ]
    _shared.update(directory=directory, leads=leads, against=against, settings=settings, model=model, extra=extra)
    workers = workers or processors()
    total: Counter[str] = Counter()
    with tempfile.TemporaryDirectory(dir=out.parent if out.parent.is_dir() else None) as folder:
        _shared["folder"] = folder
        if workers == 1:
            total = _work((0, 1))
        else:
            with multiprocessing.get_context("fork").Pool(workers) as pool:
                for one in pool.imap_unordered(_work, [(turn, workers) for turn in range(workers)]):
                    total += one
                    if progress:
                        progress("match", total["rows"], None)
        _join(out, columns, Path(folder))
    return total


def processors() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def evidence_words(match: Match) -> str:
    """The waterfall on one line."""
    parts = []
    for item in match.evidence:
        seen = f" ({item.ours} ~ {item.theirs})" if item.ours or item.theirs else ""
        parts.append(f"{item.name} {item.weight:+.2f}{seen}")
    return "; ".join(parts)


def _index(rows: Iterable[Row]) -> list[IndexRow]:
    return list(account_rows(account_of(row) for row in rows))


def _work(turn: tuple[int, int]) -> Counter[str]:
    """Every n-th chunk of the leads, each into a file of its own."""
    mine, of = turn
    total: Counter[str] = Counter()
    for number, chunk in enumerate(_chunks(read_rows(_shared["leads"], LEAD_COLUMNS), CHUNK)):
        if number % of == mine:
            total += _answer(chunk, Path(_shared["folder"]) / f"{number:08d}.csv")
    return total


def _answer(rows: Sequence[Row], path: Path) -> Counter[str]:
    probes = [lead_of(row) for row in rows]
    matches = match_accounts(probes, _shared["directory"], _shared["settings"], _shared["model"])
    given = [row[_shared["against"]] for row in rows] if _shared["against"] else []
    told = explain_given(probes, given, _shared["directory"]) if given else []
    counts: Counter[str] = Counter(rows=len(rows))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        for i, (row, match) in enumerate(zip(rows, matches, strict=True)):
            counts[match.outcome.value] += 1
            cells = [*_cells(row["lead_id"], match)]
            if given:
                agreement = _agreement(match, given[i])
                counts[agreement] += 1
                cells += [agreement, told[i] if agreement not in ("same", "both none") else ""]
            writer.writerow([*cells, *(row.get(name, "") for name in _shared["extra"])])
    return counts


def _cells(lead: str, match: Match) -> tuple[Any, ...]:
    return (
        lead, match.id or "", match.outcome.value, match.score, match.name, match.reason, match.sentence, evidence_words(match), match.gap,
        " ".join(match.vetoes), match.runner_up or "", match.runner_up_score,
    )  # fmt: skip


def _agreement(match: Match, given: str) -> str:
    """How our answer stands to the existing one: `same`, `different`, `only ours`, `only given`, `both none`."""
    if not match.id:
        return "only given" if given else "both none"
    if not given:
        return "only ours"
    return "same" if match.id == given else "different"


def _chunks(rows: Iterable[Row], size: int) -> Iterator[list[Row]]:
    walk = iter(rows)
    while chunk := list(islice(walk, size)):
        yield chunk


def _join(out: Path, columns: Sequence[str], folder: Path) -> None:
    with open_text(out, "w") as file:
        csv.writer(file).writerow(columns)
        for part in sorted(folder.glob("*.csv")):
            with part.open(encoding="utf-8", newline="") as answers:
                shutil.copyfileobj(answers, file, 1 << 20)


def _listed(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split("|") if part.strip())
