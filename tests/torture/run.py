"""`make torture`: the whole chamber. `python tests/torture/run.py kills --database both --a-point 250 --seed 1 --workers 2 --minutes 30`.

Each seed is one installation and one chapter; as many chapters as there are workers run beside each other, each in a process of its own.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from contextlib import ExitStack
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parent / "journeys"), str(HERE.parent)]

import book  # noqa: E402
import ends  # noqa: E402
import faults  # noqa: E402
import kills  # noqa: E402
import machine  # noqa: E402
import migrating  # noqa: E402
import warm  # noqa: E402
from databases import Databases, databases  # noqa: E402

Chapter = Callable[[book.Run, int, str], None]
CHAPTERS: dict[str, tuple[str, Chapter]] = {
    "kills": ("kills (SIGKILL)", kills.chapter),
    "bulk": ("kills within Bulk jobs", kills.by_job),
    "migrations": ("kills within migrations", migrating.chapter),
    "ends": ("ends (SIGTERM)", ends.chapter),
    "alone": ("faults, each alone", faults.alone),
    "pairs": ("faults, two at one boundary", faults.pairs),
    "random": ("random cycles: acts, faults, kills", machine.chapter),
}
KINDS = ("sqlite", "postgresql")
USED = "processor seconds"


def parsed(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=[*CHAPTERS, "report"])
    parser.add_argument("--database", choices=[*KINDS, "both"], default="sqlite")
    parser.add_argument("--trials", type=int, help="go on until there are so many on each database")
    parser.add_argument("--a-point", type=int, help="go on until there are so many at each point on each database")
    parser.add_argument(
        "--only", default="", help="kills: at points whose names have one of these in them, parted by commas"
    )
    parser.add_argument("--chapters", type=int, default=1 << 30, help="stop after so many seeds")
    parser.add_argument("--minutes", type=float, default=1e9, help="begin no chapter after so long")
    parser.add_argument("--seed", type=int, default=1, help="of the first chapter; the following count on")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1, help="chapters beside each other")
    parser.add_argument("--book", type=Path, default=book.BOOK)
    return parser.parse_args(arguments)


def one(what: str, database: str, url: str, seed: int, only: str = "") -> book.Run:
    """One chapter, in a process of its own."""
    run = book.Run(CHAPTERS[what][0], database, str(seed), "")
    before = time.process_time() + warm.used()
    try:
        if only:
            kills.at(run, seed, url, only.split(","))
        else:
            CHAPTERS[what][1](run, seed, url)
    except Exception:
        run.problems.append(f"seed {seed}: it broke off: {traceback.format_exc()}")
    run.add(USED, time.process_time() + warm.used() - before)
    return run


@dataclass
class Campaign:
    """What was asked for, on one database."""

    asked: argparse.Namespace
    run: book.Run
    fresh: Databases
    began: float = field(default_factory=time.monotonic)
    seed: int = 0

    def wanted(self) -> bool:
        """False when there is enough, or no time for more."""
        asked, trials = self.asked, self.run.trials
        enough = asked.trials is not None or asked.a_point is not None
        enough = enough and (asked.trials is None or self.run.total >= asked.trials)
        enough = enough and (asked.a_point is None or min(trials.values(), default=0) >= asked.a_point)
        in_time = time.monotonic() < self.began + asked.minutes * 60
        return not enough and in_time and self.seed < asked.chapters

    def begin(self, pool: ProcessPoolExecutor) -> Future[book.Run]:
        """The next seed's chapter."""
        number = self.asked.seed + self.seed
        self.seed += 1
        return pool.submit(one, self.asked.what, self.run.database, self.fresh.new(), number, self.asked.only)

    def ended(self, chapter: book.Run) -> None:
        """It is added, kept and told."""
        self.run.take(chapter)
        self.run.seeds = f"{self.asked.seed} to {self.asked.seed + self.seed - 1}"
        of_server = self.fresh.used()
        if of_server:
            self.run.figures["processor seconds of PostgreSQL"] = round(of_server, 1)
        used = self.run.figures[USED] + of_server
        took, total = time.monotonic() - self.began, max(self.run.total, 1)
        book.keep(self.run, self.asked.book)
        print(
            f"{self.run.database}, seed {chapter.seeds}: {self.run.total:,} trials, {len(self.run.problems)} problems, {took:.0f} s, "
            f"{total / took:.1f} a second, {used / total:.3f} processor seconds each, fewest at a point {min(self.run.trials.values(), default=0)}",
            flush=True,
        )


def main(arguments: Sequence[str]) -> int:
    asked = parsed(arguments)
    if asked.what == "report":
        book.show(asked.book)
        return 0
    with ExitStack() as stack:
        campaigns = [
            Campaign(
                asked, book.Run(CHAPTERS[asked.what][0], kind, "", _told(asked)), stack.enter_context(databases(kind))
            )
            for kind in (KINDS if asked.database == "both" else (asked.database,))
        ]
        pool = stack.enter_context(ProcessPoolExecutor(asked.workers, mp_context=get_context("spawn")))
        _all_of(campaigns, pool, asked.workers)
    problems = [f"{one.run.database}: {problem}" for one in campaigns for problem in one.run.problems]
    print("\n".join(problems))
    return 1 if problems else 0


def _all_of(campaigns: Sequence[Campaign], pool: ProcessPoolExecutor, workers: int) -> None:
    """Chapters of all databases in turn, so many at a time, until there is enough of each."""
    turns = _turns(campaigns)
    at_work: dict[Future[book.Run], Campaign] = {}
    while True:
        while len(at_work) < workers and (campaign := next(turns, None)) is not None:
            at_work[campaign.begin(pool)] = campaign
        if not at_work:
            return
        done, _ = wait(at_work, return_when=FIRST_COMPLETED)
        for future in done:
            at_work.pop(future).ended(future.result())
        turns = _turns(sorted(campaigns, key=lambda one: one.seed))


def _turns(campaigns: Sequence[Campaign]) -> Iterator[Campaign]:
    while any(wanted := [one.wanted() for one in campaigns]):
        yield from (one for one, more in zip(campaigns, wanted, strict=True) if more)


def _told(asked: argparse.Namespace) -> str:
    limits: Mapping[str, object] = {
        "--only": f"'{asked.only}'" if asked.only else None, "--trials": asked.trials, "--a-point": asked.a_point,
        "--chapters": asked.chapters if asked.chapters < 1 << 30 else None,
    }  # fmt: skip
    told = [f"{name} {value}" for name, value in limits.items() if value is not None]
    words = ["python tests/torture/run.py", asked.what, "--database", asked.database, *told, "--seed", str(asked.seed)]
    return " ".join(words)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
