"""The book of runs: each run of the chamber adds a line, and `docs/reliability.md` shows what the lines add up to."""

from __future__ import annotations

import json
import subprocess
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
BOOK = ROOT / "docs" / "reliability-runs.json"
PAGE = ROOT / "docs" / "reliability.md"
BEGIN, END = "<!-- figures: made by `make torture`, not by hand -->", "<!-- end of figures -->"


@dataclass
class Run:
    """One line: what was done with which seeds, how often, and what was wrong."""

    what: str
    database: str
    seeds: str
    command: str
    trials: Counter[str] = field(default_factory=Counter)
    figures: dict[str, float] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    seconds: float = 0.0
    began: str = field(default_factory=lambda: datetime.now(UTC).isoformat(timespec="seconds"))
    commit: str = ""

    @property
    def total(self) -> int:
        return sum(self.trials.values())

    def add(self, name: str, number: float) -> None:
        """Add to a figure."""
        self.figures[name] = round(self.figures.get(name, 0) + number, 3)


def commit() -> str:
    """The commit that is tried, as told by git or, in a copy without it, by a file."""
    told = ROOT / ".commit"
    if told.is_file():
        return told.read_text(encoding="utf-8").strip()
    done = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    return done.stdout.strip()


def keep(run: Run, book: Path) -> None:
    """Write the run down, instead of an earlier line of the same run."""
    lines = [
        one for one in read(book) if (one["what"], one["database"], one["began"]) != (run.what, run.database, run.began)
    ]
    lines.append({**vars(run), "trials": dict(run.trials), "commit": run.commit or commit()})
    book.write_text(json.dumps(lines, indent=1) + "\n", encoding="utf-8")


def read(book: Path) -> list[dict[str, Any]]:
    """All lines so far."""
    return list(json.loads(book.read_text(encoding="utf-8"))) if book.is_file() else []


def show(book: Path = BOOK, page: Path = PAGE) -> None:
    """Write the figures into the page."""
    before, _, rest = page.read_text(encoding="utf-8").partition(BEGIN)
    _, _, after = rest.partition(END)
    page.write_text(f"{before}{BEGIN}\n\n{figures(read(book))}\n{END}{after}", encoding="utf-8")


def figures(lines: Iterable[Mapping[str, Any]]) -> str:
    """The lines as tables."""
    lines = list(lines)
    told = [
        "| what | database | trials | wrong | bound (3/n) | seeds | minutes | date | commit |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for one in lines:
        total = sum(one["trials"].values())
        bound = f"{3 / total:.2%}" if total and not one["problems"] else ""
        minutes = f"{one['seconds'] / 60:.1f}"
        row = (
            one["what"],
            one["database"],
            f"{total:,}",
            str(len(one["problems"])),
            bound,
            one["seeds"],
            minutes,
            one["began"][:16],
            one["commit"],
        )
        told.append("| " + " | ".join(row) + " |")
    told += ["", *(_sums(lines)), "", "Commands, in the order of the table:", ""]
    told += [f"- `{one['command']}`" for one in lines]
    told += _points(lines)
    wrong = [f"- {one['what']}, {one['database']}: {text}" for one in lines for text in one["problems"]]
    if wrong:
        told += ["", "What was wrong:", "", *wrong]
    return "\n".join(told) + "\n"


def _sums(lines: Iterable[Mapping[str, Any]]) -> list[str]:
    """Further figures of each run."""
    rows = []
    for one in lines:
        if one["figures"]:
            said = ", ".join(f"{name} {value:,.10g}" for name, value in one["figures"].items())
            rows.append(f"- {one['what']}, {one['database']}, {one['seeds']}: {said}")
    return rows


def _points(lines: Iterable[Mapping[str, Any]]) -> list[str]:
    """Kills at each point, both databases."""
    counted: dict[str, Counter[str]] = {}
    for one in lines:
        if one["what"].startswith("kills"):
            for name, number in one["trials"].items():
                counted.setdefault(name, Counter())[one["database"]] += number
    if not counted:
        return []
    told = ["", f"Kills by point ({len(counted)} points):", "", "| point | SQLite | PostgreSQL |", "|---|---|---|"]
    return told + [
        f"| {name} | {counts['sqlite']} | {counts['postgresql']} |" for name, counts in sorted(counted.items())
    ]
