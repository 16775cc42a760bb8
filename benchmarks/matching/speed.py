"""How fast matching is, and how much memory it takes, on worlds of any size made from the development world.

python benchmarks/matching/speed.py --world DIR --accounts 200000 --leads 1000000            files: everything included
python benchmarks/matching/speed.py --world DIR --accounts 1000000 --one 2000 [--database URL]  one lead at a time from the database
"""

from __future__ import annotations

import argparse
import csv
import itertools
import random
import resource
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from sqlalchemy import func, select
from worlds import World, distractors, read_world

from bridge.cli.match_files import build_directory, match_file, processors
from bridge.stages.reconcile import AccountEntry, Probe, account_rows, match_accounts
from bridge.staging import directory
from bridge.staging.database import open_engine, reading, writing
from bridge.staging.directory_tables import ACCOUNTS
from bridge.staging.migrate import migrate

ACCOUNT_COLUMNS = ("account_id", "name", "website", "phone", "country", "state", "city")
LEAD_COLUMNS = ("lead_id", "first_name", "last_name", "email", "company", "website", "phone", "country", "city")


def accounts_of(world: World, count: int) -> Iterator[AccountEntry]:
    """`count` accounts: the real ones, then made-up ones."""
    extra = distractors(world.accounts, max(count - len(world.accounts), 0), seed=3)
    return itertools.islice(itertools.chain(world.accounts, extra), count)


def leads_of(world: World, accounts: list[AccountEntry], count: int) -> Iterator[Probe]:
    """`count` different leads: the labelled ones, then people of any account with its name as people type it."""
    chance = random.Random(5)
    yield from itertools.islice(world.leads, count)
    for number in range(count - len(world.leads)):
        account = chance.choice(accounts)
        label = account.website.removeprefix("http://").removeprefix("https://").removeprefix("www.").split("/")[0]
        host = label if label and chance.random() < 0.55 else chance.choice(("gmail.com", "outlook.com", "qq.com"))
        words = account.name.split()
        if len(words) > 2 and chance.random() < 0.3:
            words = words[:-1]
        company = " ".join(words).lower() if chance.random() < 0.2 else " ".join(words)
        city = account.city if chance.random() < 0.5 else ""
        yield Probe(f"S{number}", "Ann", "Lee", f"p{number}@{host}", company, country=account.country, city=city)


def files(world: World, accounts: int, leads: int) -> None:
    """Read, normalise, match and write whole files."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        entries = list(accounts_of(world, accounts))
        _write(
            folder / "accounts.csv",
            ACCOUNT_COLUMNS,
            ((e.id, e.name, e.website, e.phone, e.country, e.state, e.city) for e in entries),
        )
        probes = leads_of(world, entries, leads)
        _write(
            folder / "leads.csv",
            LEAD_COLUMNS,
            (
                (p.id, p.first_name, p.last_name, p.email, p.company, p.website, p.phone, p.country, p.city)
                for p in probes
            ),
        )
        del entries
        started = time.monotonic()
        built = build_directory(folder / "accounts.csv", None, processors())
        indexed = time.monotonic() - started
        counts = match_file(folder / "leads.csv", folder / "answers.csv", built)
        seconds = time.monotonic() - started
    peak = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)) / 1024
    print(
        f"{leads:,} leads x {accounts:,} accounts on {processors()} processors: {seconds:.1f} s ({indexed:.1f} s of it the directory),"
    )
    print(f"  {leads / seconds:,.0f} leads/s, largest process {peak:,.0f} MB, {dict(counts)}")


def one_at_a_time(world: World, accounts: int, leads: int, url: str) -> None:
    """Latency of one lead from the database, everything included; the database is filled first unless it already is."""
    engine = open_engine(url)
    migrate(engine)
    with reading(engine) as connection:
        filled = connection.execute(select(func.count()).select_from(ACCOUNTS.entry)).scalar_one()
    if filled < accounts:
        started = time.monotonic()
        rows = account_rows(accounts_of(world, accounts))
        while batch := list(itertools.islice(rows, 5_000)):
            with writing(engine) as connection:
                directory.upsert_accounts(connection, batch)
        print(f"filled with {accounts:,} accounts in {time.monotonic() - started:.0f} s")
    taken = []
    with reading(engine) as connection:
        for probe in world.leads[:leads]:
            started = time.perf_counter()
            match_accounts([probe], directory.accounts(connection))
            taken.append(time.perf_counter() - started)
    p50, p90, p99 = np.percentile(np.array(taken[len(taken) // 10 :]) * 1000, [50, 90, 99])
    print(
        f"one lead at {accounts:,} accounts ({engine.dialect.name}): p50 {p50:.2f} ms, p90 {p90:.2f} ms, p99 {p99:.2f} ms"
    )


def _write(path: Path, columns: tuple[str, ...], rows: Iterator[tuple[str, ...]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        writer.writerows(rows)


def main() -> None:
    """Measure what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--world", type=Path, required=True)
    parser.add_argument("--accounts", type=int, default=200_000)
    parser.add_argument("--leads", type=int, default=1_000_000)
    parser.add_argument("--one", type=int, default=0, help="measure this many single leads from the database instead")
    parser.add_argument("--database", default="sqlite:////tmp/leadbridge-speed.sqlite")
    args = parser.parse_args()
    world = read_world(args.world)
    if args.one:
        one_at_a_time(world, args.accounts, args.one, args.database)
    else:
        files(world, args.accounts, args.leads)


if __name__ == "__main__":
    main()
