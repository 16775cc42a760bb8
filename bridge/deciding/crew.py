"""Processes that prepare batches of leads while this one concludes them.

Each worker reads through a connection of its own and writes nothing. Batches come back in the order they were given, so that conclusions are drawn
in that order: with one worker or many the decisions are the same. A worker that dies takes the crew down, not the run: what it held is prepared here.
Workers come from a server process without threads (`forkserver`), so that a daemon with threads may have them; they end with the crew.
"""

from __future__ import annotations

import gc
import io
import multiprocessing
import pickle
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import fields
from functools import partial
from multiprocessing import forkserver
from operator import attrgetter
from types import TracebackType
from typing import Any, Self

from sqlalchemy import Engine

from bridge.crashes import keep_words_out
from bridge.deciding.prepare import Candidate, Found, accounts_in_memory, prepare
from bridge.deciding.rules import Apply, Rules, cleaner_of
from bridge.decisions import Cleaned, Cleaning, Evidence, Match
from bridge.facts import Combined, Known, Loser
from bridge.frozen import frozen
from bridge.settings.mapping import Mapping as FieldMappings
from bridge.stages.reconcile import MatchSettings, MemoryDirectory
from bridge.staging.database import open_engine, reading
from bridge.workers import work_for_a_leader
from connectors.records import Record

WORKER_CACHE_MB = 8
"""A worker reads each record once; what it looks up again and again is the directory's upper levels."""
SENT = (Candidate, Cleaned, Cleaning, Evidence, Found, Combined, Known, Loser, Match, Record)


def muster() -> None:
    """Let the process that workers are forked from begin: it takes some two seconds to be ready, and nobody waits for it."""
    multiprocessing.get_context("forkserver").set_forkserver_preload(["bridge.deciding.crew_server"])
    forkserver.ensure_running()


class Crew:
    """`number` workers for these rules and about so many leads, from entering the block to leaving it.

    What preparing raises is raised where a batch is waited for.
    """

    def __init__(self, number: int, engine: Engine, rules: Rules, leads_to_come: int) -> None:
        muster()
        context = multiprocessing.get_context("forkserver")
        url = engine.url.render_as_string(hide_password=False)
        begin = partial(_begin, url, rules.facts_mapping, rules.match, -(-leads_to_come // number))
        self._pool = ProcessPoolExecutor(number, context, initializer=begin)
        self._engine = engine
        self._rules = rules

    def start(self, lead_ids: Sequence[str]) -> Callable[[], list[Candidate]]:
        """Have a batch prepared; the answer waits for it."""
        try:
            future = self._pool.submit(_work, list(lead_ids))
        except BrokenProcessPool:
            return lambda: self._here(lead_ids)
        return lambda: self._wait(future, lead_ids)

    def _wait(self, future: Future[bytes], lead_ids: Sequence[str]) -> list[Candidate]:
        try:
            packed = future.result()
        except BrokenProcessPool:
            return self._here(lead_ids)
        found: list[Candidate] = pickle.loads(packed)
        return found

    def _here(self, lead_ids: Sequence[str]) -> list[Candidate]:
        with reading(self._engine) as connection:
            return prepare(connection, lead_ids, self._rules.facts, self._rules.match)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, wrong: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._pool.shutdown(wait=True, cancel_futures=True)


@frozen
class _Tools:
    """What a worker has for as long as it lives."""

    engine: Engine
    facts: Apply
    match: MatchSettings
    accounts: MemoryDirectory | None


_tools: list[_Tools] = []


def _begin(url: str, facts_mapping: FieldMappings | None, match: MatchSettings, leads_to_come: int) -> None:
    """A worker's first act."""
    work_for_a_leader()
    keep_words_out()
    gc.set_threshold(50_000, 20, 100)
    engine = open_engine(url, cache_mb=WORKER_CACHE_MB)
    with reading(engine) as connection:
        accounts = accounts_in_memory(connection, leads_to_come)
    _tools.append(_Tools(engine, cleaner_of(facts_mapping, None), match, accounts))
    gc.freeze()


def _work(lead_ids: Sequence[str]) -> bytes:
    tools = _tools[0]
    with reading(tools.engine) as connection:
        return pack(prepare(connection, lead_ids, tools.facts, tools.match, tools.accounts))


def pack(candidates: Sequence[Candidate]) -> bytes:
    """Candidates as bytes for `pickle.loads`. Dataclasses go by their plain constructor: five times as fast as pickle's way with frozen ones."""
    buffer = io.BytesIO()
    pickler = pickle.Pickler(buffer, pickle.HIGHEST_PROTOCOL)
    pickler.dispatch_table = {kind: _taking_apart(kind) for kind in SENT}
    pickler.dump(list(candidates))
    return buffer.getvalue()


def _taking_apart(kind: type[Any]) -> Callable[[Any], tuple[type[Any], tuple[Any, ...]]]:
    values = attrgetter(*(one.name for one in fields(kind)))
    return lambda thing: (kind, values(thing))
