"""The keys of an index as entries come and go: how many have each, and which while they are few.

Promise: changes go through the rows of the keys concerned and nothing else, in the caller's transaction, in the order of the keys.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np
import orjson
from numpy.typing import NDArray
from sqlalchemy import Connection, delete, select

from bridge.frozen import frozen
from bridge.index_rows import LISTED
from bridge.staging.batches import batched
from bridge.staging.directory_tables import IndexTables

SIZE, CHANGES, RULINGS = -1, -2, -3
"""Keys that no entry has: how many entries there are, how often the index changed, how often a person ruled about it."""
KEPT = 2 * LISTED
"""A list is given up when it grows beyond, and made again when so many are LISTED: a key at the border does not change its mind all the time."""
BATCH = 20_000  # keys read at once

Whole = NDArray[np.int64]


@frozen
class Pairs:
    """Keys and numbers side by side: entry number `number[i]` has `key[i]`. Sorted by key."""

    key: Whole
    number: Whole

    @staticmethod
    def of(keys: Sequence[Whole], numbers: Sequence[int]) -> Pairs:
        """All keys of these entries, each once."""
        if not keys:
            return Pairs(np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64))
        own = [np.unique(some) for some in keys]
        key, number = np.concatenate(own), np.repeat(np.array(numbers, dtype=np.int64), list(map(len, own)))
        order = np.argsort(key, kind="stable")
        return Pairs(key[order], number[order])

    def groups(self) -> Iterator[tuple[int, int, bytes]]:
        """Each key with how many entries are here and their packed numbers."""
        keys, starts = np.unique(self.key, return_index=True)
        borders, packed = [*starts.tolist(), len(self.key)], self.number.astype("<i4").tobytes()
        for key, (start, end) in zip(keys.tolist(), pairwise(borders), strict=True):
            yield key, end - start, packed[4 * start : 4 * end]


def pack_keys(keys: Sequence[int]) -> bytes:
    """The keys of an entry as stored with it."""
    return np.array(keys, dtype="<i8").tobytes()


def unpack_keys(packed: bytes) -> Whole:
    """As packed."""
    return np.frombuffer(packed, dtype="<i8")


def add(connection: Connection, tables: IndexTables, pairs: Pairs) -> None:
    """Entries with these keys came."""
    _add(connection, tables, [(key, many, numbers if many <= KEPT else None) for key, many, numbers in pairs.groups()])


def note(connection: Connection, tables: IndexTables, entries: int = 0, rulings: int = 0) -> None:
    """Say that the index changed, and by how many entries and rulings."""
    _add(connection, tables, [(RULINGS, rulings, None), (CHANGES, 1, None), (SIZE, entries, None)])


def clear(connection: Connection, tables: IndexTables) -> None:
    """All entries are gone; that the index changed stays known."""
    key = tables.key.c.key
    connection.execute(delete(tables.key).where(key.not_in((CHANGES, RULINGS))))
    note(connection, tables)


def _add(connection: Connection, tables: IndexTables, changes: Sequence[tuple[int, int, bytes | None]]) -> None:
    name = tables.key.name
    listing = f"{name}.numbers IS NULL OR excluded.numbers IS NULL OR {name}.entries + excluded.entries > {KEPT}"
    if connection.dialect.name == "sqlite":
        source, joined = "VALUES (?, ?, ?)", f"CAST({name}.numbers || excluded.numbers AS BLOB)"
        parameters: list[tuple[object, ...]] = list(changes)
    else:
        source, joined = (
            "SELECT * FROM unnest(%s::bigint[], %s::bigint[], %s::bytea[])",
            f"{name}.numbers || excluded.numbers",
        )
        parameters = [tuple(list(column) for column in zip(*changes, strict=True))] if changes else []
    if parameters:
        connection.exec_driver_sql(
            f"INSERT INTO {name} (key, entries, numbers) {source} ON CONFLICT (key) DO UPDATE SET "
            f"entries = {name}.entries + excluded.entries, numbers = CASE WHEN {listing} THEN NULL ELSE {joined} END",
            parameters,
        )


def remove(connection: Connection, tables: IndexTables, pairs: Pairs) -> None:
    """Entries with these keys are gone (their own rows too, before this is called)."""
    gone = {key: (many, numbers) for key, many, numbers in pairs.groups()}
    changed, few = [], []
    for key, entries, numbers in _rows(connection, tables, list(gone)):
        many, without = gone[key]
        left = entries - many
        if numbers is not None:
            numbers = _without(numbers, without)
        elif 0 < left <= LISTED:
            few.append(key)
        changed.append((left, numbers, key))
    _write(connection, tables, changed)
    if few:
        _list_again(connection, tables, few)


def _rows(connection: Connection, tables: IndexTables, keys: Sequence[int]) -> Iterator[tuple[int, int, bytes | None]]:
    """The rows of these keys, locked until the transaction ends."""
    sqlite = connection.dialect.name == "sqlite"
    among = "IN (SELECT value FROM json_each(?))" if sqlite else "= ANY(%s::bigint[]) ORDER BY key FOR UPDATE"
    for some in batched(keys, BATCH):
        query = f"SELECT key, entries, numbers FROM {tables.key.name} WHERE key {among}"  # noqa: S608 - names of the schema
        wanted = orjson.dumps(some).decode() if sqlite else list(some)
        yield from map(tuple, connection.exec_driver_sql(query, (wanted,)))


def _without(numbers: bytes, gone: bytes) -> bytes:
    left = np.frombuffer(numbers, dtype="<i4")
    return left[~np.isin(left, np.frombuffer(gone, dtype="<i4"))].tobytes()


def _write(connection: Connection, tables: IndexTables, changed: Sequence[tuple[int, bytes | None, int]]) -> None:
    name, mark = tables.key.name, "?" if connection.dialect.name == "sqlite" else "%s"
    gone = [(key,) for entries, _, key in changed if entries <= 0]
    left = [row for row in changed if row[0] > 0]
    if gone:
        connection.exec_driver_sql(f"DELETE FROM {name} WHERE key = {mark}", gone)  # noqa: S608 - names of the schema
    if left:
        connection.exec_driver_sql(f"UPDATE {name} SET entries = {mark}, numbers = {mark} WHERE key = {mark}", left)  # noqa: S608 - names of the schema


def _list_again(connection: Connection, tables: IndexTables, keys: Sequence[int]) -> None:
    """Make the lists of these keys from the entries: after a common key became rare, which takes hundreds of removals."""
    found: dict[int, list[int]] = {key: [] for key in keys}
    wanted = np.array(sorted(keys), dtype=np.int64)
    query = select(tables.entry.c.number, tables.entry.c["keys"]).execution_options(yield_per=1000)
    for number, packed in connection.execute(query):
        own = unpack_keys(packed)
        for key in own[np.isin(own, wanted)].tolist():
            found[key].append(number)
    _write(
        connection,
        tables,
        [(len(some), np.array(some, dtype="<i4").tobytes(), key) for key, some in sorted(found.items())],
    )
