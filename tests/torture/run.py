"""`make torture`: the whole chamber. `python tests/torture/run.py kills --database sqlite --trials 1000 --seed 1 --minutes 30`."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parent / "journeys")]

import book  # noqa: E402
import ends  # noqa: E402
import faults  # noqa: E402
import kills  # noqa: E402
import machine  # noqa: E402
from databases import databases  # noqa: E402

Chapter = Callable[[book.Run, int, str], None]
CHAPTERS: dict[str, tuple[str, Chapter]] = {
    "kills": ("kills (SIGKILL)", kills.chapter),
    "ends": ("ends (SIGTERM)", ends.chapter),
    "bulk": ("kills within Bulk jobs", kills.by_job),
    "alone": ("faults, each alone", faults.alone),
    "pairs": ("faults, two at one boundary", faults.pairs),
    "random": ("random cycles: acts, faults, kills", machine.chapter),
}


def parsed(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=[*CHAPTERS, "report"])
    parser.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite")
    parser.add_argument("--trials", type=int, default=1 << 30, help="stop after so many")
    parser.add_argument("--chapters", type=int, default=1 << 30, help="stop after so many seeds")
    parser.add_argument("--minutes", type=float, default=1e9, help="stop after so long")
    parser.add_argument("--seed", type=int, default=1, help="of the first chapter; the following count on")
    parser.add_argument("--book", type=Path, default=book.BOOK)
    return parser.parse_args(arguments)


def main(arguments: Sequence[str]) -> int:
    asked = parsed(arguments)
    if asked.what == "report":
        book.show(asked.book)
        return 0
    what, chapter = CHAPTERS[asked.what]
    run = book.Run(what, asked.database, "", " ".join(["python tests/torture/run.py", *_told(asked)]))
    until, seed = time.monotonic() + asked.minutes * 60, asked.seed
    with databases(asked.database) as fresh:
        while run.total < asked.trials and seed < asked.seed + asked.chapters and time.monotonic() < until:
            chapter(run, seed, fresh())
            run.seeds = f"{asked.seed} to {seed}"
            book.keep(run, asked.book)
            print(f"seed {seed}: {run.total} trials, {len(run.problems)} problems, {run.seconds:.0f} s", flush=True)
            seed += 1
    print("\n".join(run.problems))
    return 1 if run.problems else 0


def _told(asked: argparse.Namespace) -> list[str]:
    end = ["--chapters", str(asked.chapters)] if asked.chapters < 1 << 30 else ["--trials", str(asked.trials)]
    return [asked.what, "--database", asked.database, *end, "--seed", str(asked.seed)]


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
