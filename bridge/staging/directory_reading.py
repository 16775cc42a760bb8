"""Reading an index of the directory while somebody waits: three short statements for a lead or a whole batch of them.

The statements go to the driver as they are, with one array as their parameter. How common each key is stays known in this process until the
index changes; a transaction that writes trusts only what it read itself.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
import orjson
from numpy.typing import NDArray
from sqlalchemy import Connection, Engine

from bridge.index_rows import LISTED, IndexRow, Ruling
from bridge.staging.directory_keys import CHANGES, RULINGS, SIZE
from bridge.staging.directory_tables import ACCOUNTS, IndexTables, directory_ruling

Keys = NDArray[np.int64]
REMEMBERED = 200_000  # counts, and rows, kept before they are forgotten (20 MB of counts)
_STANDING = (SIZE, CHANGES, RULINGS)


_remembered: WeakKeyDictionary[Engine, dict[str, dict[int, int]]] = WeakKeyDictionary()
"""How many entries have each key, as of one state of each index (its name → the counts)."""


class SqlDirectory:
    """Reads one index over one connection, in the transaction it is in. `directory.accounts(connection)` and the like build it.

    What was read is remembered as long as this object lives, so make a new one for each transaction.
    """

    def __init__(self, connection: Connection, tables: IndexTables) -> None:
        self._cursor: Any = connection.connection.cursor()
        self._tables = tables
        self._sqlite = connection.dialect.name == "sqlite"
        writing = connection.get_execution_options().get("writing", False)
        self._shared = {} if writing else _remembered.setdefault(connection.engine, {})
        self._counts = self._shared.get(tables.key.name) or {}
        self._current = False  # whether `_counts` were seen to be of the index as it is
        self._lists: dict[int, bytes] = {}
        self._rows: dict[int, tuple[str, str, bytes]] = {}  # id, name, payload

    @property
    def size(self) -> int:
        """How many entries there are (kept as a count of its own, so that nothing is counted by reading)."""
        return self._standing(SIZE)

    def counts(self, keys: Keys, *, listing: bool = False) -> NDArray[np.int64]:
        """How many entries have each of `keys`; 0 for a key nobody has. `listing`: `postings` of the rare ones will be asked for next."""
        wanted: list[int] = keys.tolist()
        new = self._unknown(wanted, listing)
        while new or not self._current:
            self._learn(new, listing)
            new = self._unknown(wanted, listing)  # some, when what was remembered turned out to be of the past
        return np.fromiter(map(self._counts.__getitem__, wanted), np.int64, len(wanted))

    def postings(self, keys: Keys) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """The entry numbers under each key, as `(starts, numbers)`. Keys that more than LISTED entries have list none."""
        wanted: list[int] = keys.tolist()
        self._learn(self._unknown(wanted, listing=True), listing=True)
        lists = list(map(self._lists.__getitem__, wanted))
        starts = np.array([0, *map(len, lists)], dtype=np.int64).cumsum()
        return starts // 4, np.frombuffer(b"".join(lists), dtype="<i4").astype(np.int64)

    def rows(self, numbers: NDArray[np.int64]) -> Sequence[IndexRow]:
        """The entries with these numbers, in that order. Their keys are left out: reading does not need them."""
        return [IndexRow(id_, name, (), payload) for id_, name, payload in self._entries(numbers)]

    def payloads(self, numbers: NDArray[np.int64]) -> Sequence[bytes]:
        """The packed profiles of these entries, in that order; their rows are at hand then."""
        return [payload for _, _, payload in self._entries(numbers)]

    def _entries(self, numbers: NDArray[np.int64]) -> list[tuple[str, str, bytes]]:
        wanted: list[int] = numbers.tolist()
        new = list(dict.fromkeys(number for number in wanted if number not in self._rows))
        if new:
            if len(self._rows) > REMEMBERED:
                self._rows.clear()
                new = list(dict.fromkeys(wanted))
            columns = "number, id, name, payload"
            for number, id_, name, payload in self._fetch(self._tables.entry.name, columns, "number", new):
                self._rows[number] = id_, name, payload
        return [self._rows[number] for number in wanted]

    def rulings(self, fingerprints: Sequence[int]) -> Mapping[int, Sequence[Ruling]]:
        """What people said about these look-alikes. An account that was confirmed and is there no more links nobody."""
        found: dict[int, list[Ruling]] = {}
        if self._standing(RULINGS):
            columns = "fingerprint, id, confirmed"
            there = f"(NOT confirmed OR id IN (SELECT id FROM {ACCOUNTS.entry.name}))"  # noqa: S608 - names of the schema
            rows = self._fetch(directory_ruling.name, columns, "fingerprint", fingerprints, there)
            for fingerprint, id_, confirmed in rows:
                found.setdefault(fingerprint, []).append(Ruling(id_, bool(confirmed)))
        return found

    def _standing(self, key: int) -> int:
        if not self._current:
            self._learn([], listing=False)
        return self._counts[key]

    def _unknown(self, keys: list[int], listing: bool) -> list[int]:
        return list(set(keys).difference(self._lists if listing else self._counts))

    def _learn(self, keys: list[int], listing: bool) -> None:
        """Read the rows of these keys; the first time the standing ones too, which say whether what was remembered still holds."""
        name = self._tables.key.name
        if self._current and not keys:
            return
        wanted = keys if self._current else [*keys, *_STANDING]
        columns = f"key, entries, CASE WHEN entries <= {LISTED} THEN numbers END" if listing else "key, entries"
        found = dict.fromkeys(wanted, 0)
        lists = dict.fromkeys(wanted, b"") if listing else {}
        for row in self._fetch(name, columns, "key", wanted):
            found[row[0]] = row[1]
            if listing:
                lists[row[0]] = row[2] or b""
        if not self._current and self._counts.get(CHANGES) != found[CHANGES]:
            self._counts = self._shared[name] = {}
        elif len(self._counts) > REMEMBERED:
            self._counts = self._shared[name] = {key: self._counts[key] for key in _STANDING}
        self._counts.update(found)
        self._lists.update(lists)
        self._current = True

    def _fetch(
        self, table: str, columns: str, key: str, wanted: Sequence[int], where: str = "TRUE"
    ) -> list[tuple[Any, ...]]:
        """The rows of `table` whose `key` is among `wanted` and of which `where` is true, in one statement.

        Names come from the schema, never from outside. The numbers go as one text: psycopg takes longer over an array of them than PostgreSQL over
        finding the rows.
        """
        numbers = orjson.dumps(wanted).decode()
        if self._sqlite:
            query = f"SELECT {columns} FROM {table} WHERE {key} IN (SELECT value FROM json_each(?)) AND {where}"  # noqa: S608 - names of the schema
            return list(self._cursor.execute(query, (numbers,)))
        query = f"SELECT {columns} FROM {table} WHERE {key} = ANY(%s::bigint[]) AND {where}"  # noqa: S608 - names of the schema
        return list(self._cursor.execute(query, (f"{{{numbers[1:-1]}}}",), binary=True).fetchall())
