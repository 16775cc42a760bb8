"""Every answer of one lead at a time, kept in a file, so that a faster way can be held against the way before it.

python -m benchmarks.matching.same --world DIR --url URL --out FILE [--against FILE] [--leads N]

Write the answers before a change and compare after it: decision, account, score, gap, evidence, vetoes, runner-up and the sentence must be equal.
Each lead is asked alone, in the transaction of all (`URL` is a database that `one.py` filled), and once more in batches.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from itertools import zip_longest
from pathlib import Path

import orjson

from benchmarks.matching.worlds import read_world
from bridge.stages.reconcile import Probe, match_accounts
from bridge.staging import directory
from bridge.staging.database import open_engine, reading

BATCH = 200
SHOWN = 5


def answers(url: str, probes: Sequence[Probe]) -> Iterator[bytes]:
    """Each lead's answer as a line: asked alone, then all of them in batches."""
    with reading(open_engine(url)) as connection:
        for size in (1, BATCH):
            for begin in range(0, len(probes), size):
                some = probes[begin : begin + size]
                for probe, match in zip(some, match_accounts(some, directory.accounts(connection)), strict=True):
                    yield orjson.dumps([probe.id, size, asdict(match)])


def main() -> int:
    """Write the answers; with `--against`, fail when one is different."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.matching.same", description=__doc__)
    parser.add_argument("--world", type=Path, required=True)
    parser.add_argument("--url", required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--against", type=Path)
    parser.add_argument("--leads", type=int, default=1_000_000, help="only the first so many")
    args = parser.parse_args()
    found = list(answers(args.url, read_world(args.world).leads[: args.leads]))
    args.out.write_bytes(b"\n".join(found))
    if args.against is None:
        return 0
    before = args.against.read_bytes().split(b"\n")
    different = [pair for pair in zip_longest(before, found) if pair[0] != pair[1]]
    for then, now in different[:SHOWN]:
        print(f"then: {then and then.decode()}\nnow:  {now and now.decode()}\n")
    print(f"{len(found):,} answers, {len(different):,} different")
    return 1 if different else 0


if __name__ == "__main__":
    sys.exit(main())
