"""The book of runs: each run of the chamber adds a line, and `docs/reliability.md` shows what the lines add up to."""

from __future__ import annotations

import json
import subprocess
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
BOOK = ROOT / "docs" / "reliability-runs.json"
PAGE = ROOT / "docs" / "reliability.md"
BY_TIME = "at any time"
WHOLE_CYCLES = "kills (SIGKILL)"
CYCLES = "cycles"
"""Trials in which nobody was killed."""
MOST_TOLD = 3
"""Findings of one row of the table that the page shows; all of them stand in the book."""
TRIED = ("bridge", "connectors", "config", "mappings")
WHERE: Mapping[str, tuple[str, ...]] = {
    "before a commit": (": before commit",),
    "after a commit": (": after commit",),
    "before a call is sent": (": before it is sent",),
    "between send and receipt": (": answered, not read",),
    "in the middle of a batch": (
        "due._c",
        "._push_batch",
        "verify._verify_batch",
        "write_back._send_batch",
        "hubspot.take_in",
    ),
    "in migrations": ("migrat",),
    "in Bulk jobs": ("Bulk: ",),
    "while writing back": ("write_back.", "contacts/batch/update"),
    "at any time": (BY_TIME,),
}
"""Where a kill may fall, and what the names of such points have in them; a point may be of several."""
RENAMED: Mapping[str, str] = {
    "push.push": "delivering.push",
    "push._push_batch": "delivering._push_batch",
    "push._keep_ready": "delivering._keep_ready",
    "push._settle": "settling.settle",
    "push.find_out": "finding_out.find_out",
    "push.remember": "bulk.remember",
    "push._not_yet_there": "finding_out.not_yet_there",
    "push._hold_for_schema": "closed_fields.hold_for_schema",
}
"""Functions that have moved since: what opened a transaction → what it is called today."""
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
    version: str = ""

    @property
    def total(self) -> int:
        return sum(self.trials.values())

    def add(self, name: str, number: float) -> None:
        """Add to a figure; of one that is called the longest, the longer one stays."""
        before = self.figures.get(name, 0.0)
        self.figures[name] = round(max(before, number) if name.startswith("longest") else before + number, 3)

    def take(self, other: Run) -> None:
        """Add what another one of the same kind did."""
        self.trials.update(other.trials)
        for name, number in other.figures.items():
            self.add(name, number)
        self.problems += other.problems
        self.seconds += other.seconds


def commit() -> str:
    """The commit that is tried, as told by git or, in a copy without it, by a file."""
    told = ROOT / ".commit"
    if told.is_file():
        return told.read_text(encoding="utf-8").strip()
    done = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    return done.stdout.strip()


def version() -> str:
    """What is tried, whatever else a commit changed: a hash of the bridge's own files."""
    told = sha256()
    for folder in TRIED:
        for path in sorted((ROOT / folder).rglob("*")):
            if path.is_file() and path.suffix in (".py", ".yaml", ".lark"):
                told.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes() + b"\0")
    return told.hexdigest()[:8]


def keep(run: Run, book: Path) -> None:
    """Write the run down, instead of an earlier line of the same run."""
    lines = [
        one for one in read(book) if (one["what"], one["database"], one["began"]) != (run.what, run.database, run.began)
    ]
    lines.append(
        {**vars(run), "trials": dict(run.trials), "commit": run.commit or commit(), "version": run.version or version()}
    )
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
    """The lines as tables; runs of one version of the bridge are added up."""
    sums = added_up(lines)
    told = [
        "| what | database | trials | wrong | bound (3/n) | seeds | minutes | dates | version | command |",
        "|---|---|---|---|---|---|---|---|---|---|",
    ]
    for one in sums:
        total = sum(one["trials"].values())
        bound = f"{3 / total:.2%}" if total and not one["problems"] else ""
        row = (
            one["what"], one["database"], f"{total:,}", str(len(one["problems"])), bound, ", ".join(one["seeds"]),
            f"{one['seconds'] / 60:.0f}", " to ".join(sorted({one["first"][:10], one["last"][:10]})), one["name"], f"`{one['command']}`",
        )  # fmt: skip
        told.append("| " + " | ".join(row) + " |")
    told += ["", *_sums(sums), *_kinds(sums), *_points(sums)]
    wrong = [line for one in sums for line in _wrong(one)]
    if wrong:
        told += ["", "What was wrong:", "", *wrong]
    return "\n".join(told) + "\n"


def added_up(lines: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """One line for all runs of one kind on one version: `name` is its commits, oldest first; the newest version comes first."""
    groups: dict[tuple[str, str, str], dict[str, Any]] = {}
    for one in sorted(lines, key=lambda line: str(line["began"])):
        key = (one["what"], one["database"], one.get("version") or one["commit"])
        found = groups.setdefault(
            key,
            {
                **{name: one[name] for name in ("what", "database", "command")}, "version": key[2],
                "trials": Counter(), "figures": Counter(), "problems": [], "seeds": [], "seconds": 0.0, "first": one["began"], "names": [],
            },
        )  # fmt: skip
        found["trials"].update(one["trials"])
        for name, value in one["figures"].items():
            before = found["figures"][name]
            found["figures"][name] = max(before, value) if name.startswith("longest") else before + value
        found["problems"] += one["problems"]
        found["seeds"].append(one["seeds"])
        found["seconds"] += one["seconds"]
        found["last"] = one["began"]
        found["names"].append(one["commit"])
    for one in groups.values():
        one["name"] = ", ".join(dict.fromkeys(one["names"]))
    return sorted(groups.values(), key=lambda one: str(one["last"]), reverse=True)


def _wrong(one: Mapping[str, Any]) -> list[str]:
    """What was wrong in these runs: the first findings, and how many more there are."""
    where, found = f"- {one['what']}, {one['database']}, {one['name']}", one["problems"]
    more = [f"{where}: and {len(found) - MOST_TOLD} more in {BOOK.name}"] if len(found) > MOST_TOLD else []
    return [*(f"{where}: {text}" for text in found[:MOST_TOLD]), *more]


def _sums(sums: Iterable[Mapping[str, Any]]) -> list[str]:
    """Further figures of each kind."""
    rows = []
    for one in sums:
        if one["figures"]:
            said = ", ".join(f"{name} {value:,.10g}" for name, value in one["figures"].items())
            rows.append(f"- {one['what']}, {one['database']}, {one['name']}: {said}")
    return rows


def _kinds(sums: Iterable[Mapping[str, Any]]) -> list[str]:
    """Kills by what the point is, on the version that was tried most; a point may be of several kinds."""
    rows = [one for one in sums if one["what"].startswith(("kills", "random"))]
    if not rows:
        return []
    tried = Counter[str]()
    for one in rows:
        tried[one["version"]] += sum(one["trials"].values())
    most = tried.most_common(1)[0][0]
    rows = [one for one in rows if one["version"] == most]
    kills = [
        (name, one["database"], number)
        for one in rows
        for name, number in one["trials"].items()
        if not name.startswith(CYCLES)
    ]
    told = [
        "",
        f"Kills on the version that was tried most ({rows[-1]['name']}), by where they fell: {sum(number for *_, number in kills):,} in all, "
        "rows with a finding among them; a point may be of several kinds.",
        "",
    ]
    told += ["| where | points | SQLite | PostgreSQL |", "|---|---|---|---|"]
    for where, parts in WHERE.items():
        here = [(name, database, number) for name, database, number in kills if any(part in name for part in parts)]
        by = {
            kind: sum(number for _, database, number in here if database == kind) for kind in ("sqlite", "postgresql")
        }
        told.append(f"| {where} | {len({name for name, *_ in here})} | {by['sqlite']:,} | {by['postgresql']:,} |")
    return told


def _points(sums: Sequence[Mapping[str, Any]]) -> list[str]:
    """Kills at each point, both databases, of the rows without a finding; those with one are told below."""
    counted: dict[str, Counter[str]] = {}
    for one in sums:
        if one["what"].startswith(("kills", "random")) and not one["problems"]:
            for name, number in one["trials"].items():
                if not name.startswith(CYCLES):
                    counted.setdefault(_of_today(name), Counter())[one["database"]] += number
    if not counted:
        return []
    total = sum(counts.total() for counts in counted.values())
    today = _points_of_today(sums) & set(counted)
    fewest = min(counted[name].total() for name in today or counted)
    told = [
        f"Kills in the rows without a finding, those of random cycles among them: {total:,}, none with a consequence: below {3 / total:.4%}; "
        f"at each of the {len(today)} points that a cycle of the version killed last comes by, {fewest} or more.", "",
        f"Kills by point ({len(counted)} points, those of older versions among them):", "", "| point | SQLite | PostgreSQL |", "|---|---|---|",
    ]  # fmt: skip
    return ["", *told] + [
        f"| {name} | {counts['sqlite']} | {counts['postgresql']} |" for name, counts in sorted(counted.items())
    ]


def _points_of_today(sums: Iterable[Mapping[str, Any]]) -> set[str]:
    """The points that a whole cycle of the version killed last comes by."""
    kills = [one for one in sums if one["what"] == WHOLE_CYCLES]
    return {_of_today(name) for one in kills if one["version"] == kills[0]["version"] for name in one["trials"]}


def _of_today(point: str) -> str:
    """The point as it is called today."""
    *before, opened, where = point.rsplit(": ", 2) if ": " in point else (point, "")
    return ": ".join([*before, RENAMED.get(opened, opened), where]) if where else point
