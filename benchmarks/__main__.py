"""Measure and write `benchmarks/RESULTS.md`: `python -m benchmarks [decide|cycle|quiet|calls|shared|live|all] [--size N] [--results FILE]`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from benchmarks import calls, cycle, decide, live, quiet, shared
from benchmarks.figures import Result, keep, load

RESULTS = Path(__file__).parent / "RESULTS.md"
BENCHMARKS: dict[str, tuple[Callable[[int], Result], int]] = {
    "decide": (decide.measure, 100_000),
    "cycle": (cycle.measure, 50_000),
    "quiet": (quiet.measure, 5_200),
    "calls": (calls.measure, 1_000),
    "shared": (shared.measure, 50_000),
    "live": (live.measure, 50_000),
}


def main(given: Sequence[str] | None = None) -> int:
    """Measure what was asked for, one after the other; each section is written as soon as it is there."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("name", nargs="?", default="all", choices=(*BENCHMARKS, "all"))
    parser.add_argument("--size", type=int, help="contacts (the figures' own size unless given)")
    parser.add_argument("--results", type=Path, default=RESULTS, help="where to write")
    arguments = parser.parse_args(given)
    for name in BENCHMARKS if arguments.name == "all" else (arguments.name,):
        measure, usual = BENCHMARKS[name]
        other_load = load()
        result = measure(arguments.size or usual)
        keep(result, other_load, arguments.results)
        for figure in result.figures:
            print(
                f"{name:8} {figure.what:50} {figure.value}" + (f"   aim {figure.aim}" if figure.aim else ""), flush=True
            )
    return 0


if __name__ == "__main__":
    sys.exit(main())
