"""The directory: accounts and people found by integer keys, kept up to date entry by entry.

Promise: a look-up is one query for a whole batch of keys; counts of keys (rarity of words, how many accounts share a domain) change in the
same transaction as the entries, so nothing is ever rebuilt. What the keys and the payload mean is known to reconcile alone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import orjson
from numpy.typing import NDArray
from sqlalchemy import Connection, delete, insert, select
from sqlalchemy.dialects import postgresql, sqlite

from bridge.index_rows import IndexRow, Ruling
from bridge.staging.directory_tables import ACCOUNTS, CONTACTS, PEOPLE, IndexTables, directory_ruling

Keys = NDArray[np.int64]
BATCH = 500
SIZE_KEY = -1  # no entry has it; its count is the number of entries
REMEMBERED = 500_000  # counts and rows kept by one reader before it forgets them


def upsert_accounts(connection: Connection, rows: Iterable[IndexRow]) -> int:
    """Add or replace accounts (see `bridge.stages.reconcile.account_rows`); returns how many really changed."""
    return _upsert(connection, ACCOUNTS, rows)


def remove_accounts(connection: Connection, ids: Iterable[str]) -> int:
    """Forget accounts by id; returns how many were known."""
    return _remove(connection, ACCOUNTS, ids)


def upsert_people(connection: Connection, rows: Iterable[IndexRow]) -> int:
    """Add or replace people (see `bridge.stages.reconcile.person_rows`); returns how many really changed."""
    return _upsert(connection, PEOPLE, rows)


def remove_people(connection: Connection, ids: Iterable[str]) -> int:
    """Forget people by id; returns how many were known."""
    return _remove(connection, PEOPLE, ids)


def upsert_contacts(connection: Connection, rows: Iterable[IndexRow]) -> int:
    """Add or replace HubSpot contacts (see `bridge.stages.reconcile.person_rows`); returns how many really changed."""
    return _upsert(connection, CONTACTS, rows)


def remove_contacts(connection: Connection, ids: Iterable[str]) -> int:
    """Forget HubSpot contacts by id; returns how many were known."""
    return _remove(connection, CONTACTS, ids)


def record_ruling(connection: Connection, fingerprint: int, ruling: Ruling) -> None:
    """Keep a person's answer so that the question is never asked again. The latest answer about the same pair wins."""
    statement = _insert(connection, directory_ruling).values(
        fingerprint=fingerprint, id=ruling.id, confirmed=ruling.confirmed
    )
    connection.execute(
        statement.on_conflict_do_update(
            index_elements=["fingerprint", "id"], set_={"confirmed": statement.excluded.confirmed}
        )
    )


class SqlDirectory:
    """Reads one index over one connection, in the transaction it is in. `accounts(connection)` and the like build it.

    What was read once is remembered as long as this object lives, so make a new one for each transaction. The statements go to the driver as
    they are, with one array as their parameter: a lead is looked up while somebody waits.
    """

    def __init__(self, connection: Connection, tables: IndexTables) -> None:
        self._connection = connection
        self._cursor = connection.connection.cursor()
        self._tables = tables
        self._sqlite = connection.dialect.name == "sqlite"
        self._counts: dict[int, int] = {}
        self._rows: dict[int, IndexRow] = {}
        self._ruled: bool | None = None

    @property
    def size(self) -> int:
        """How many entries there are (kept as a count of its own, so that nothing is counted by reading)."""
        return int(self.counts(np.array([SIZE_KEY], dtype=np.int64))[0])

    def counts(self, keys: Keys) -> NDArray[np.int64]:
        """How many entries have each of `keys`; 0 for a key nobody has."""
        wanted = keys.tolist()
        new = [key for key in wanted if key not in self._counts]
        if new:
            if len(self._counts) > REMEMBERED:
                self._counts.clear()
                new = wanted
            if SIZE_KEY not in self._counts:
                new = [*new, SIZE_KEY]
            self._counts.update(dict.fromkeys(new, 0))
            self._counts.update(self._fetch(self._tables.count.name, "key, entries", "key", new))
        return np.array([self._counts[key] for key in wanted], dtype=np.int64)

    def postings(self, keys: Keys) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """The entry numbers under each key, as `(starts, numbers)`."""
        wanted = keys.tolist()
        found: dict[int, list[int]] = {key: [] for key in wanted}
        for key, number in self._fetch(self._tables.key.name, "key, number", "key", wanted):
            found[key].append(number)
        lists = [found[key] for key in wanted]
        starts = np.zeros(len(lists) + 1, dtype=np.int64)
        np.cumsum([len(numbers) for numbers in lists], out=starts[1:])
        return starts, np.array([number for numbers in lists for number in numbers], dtype=np.int64)

    def rows(self, numbers: NDArray[np.int64]) -> Sequence[IndexRow]:
        """The entries with these numbers, in that order. Their keys are left out: reading does not need them."""
        wanted = numbers.tolist()
        new = [number for number in dict.fromkeys(wanted) if number not in self._rows]
        if new:
            if len(self._rows) > REMEMBERED:
                self._rows.clear()
                new = list(dict.fromkeys(wanted))
            for number, id_, name, payload in self._fetch(
                self._tables.entry.name, "number, id, name, payload", "number", new
            ):
                self._rows[number] = IndexRow(id_, name, (), payload)
        return [self._rows[number] for number in wanted]

    def rulings(self, fingerprints: Sequence[int]) -> Mapping[int, Sequence[Ruling]]:
        """What people said about these look-alikes."""
        name = directory_ruling.name
        if self._ruled is None:
            self._cursor.execute(f"SELECT 1 FROM {name} LIMIT 1")  # noqa: S608 - a name of the schema
            self._ruled = self._cursor.fetchone() is not None
        found: dict[int, list[Ruling]] = {}
        if self._ruled:
            for fingerprint, id_, confirmed in self._fetch(
                name, "fingerprint, id, confirmed", "fingerprint", fingerprints
            ):
                found.setdefault(fingerprint, []).append(Ruling(id_, bool(confirmed)))
        return found

    def _fetch(self, table: str, columns: str, key: str, wanted: Sequence[int]) -> list[tuple[Any, ...]]:
        """The rows of `table` whose `key` is among `wanted`, in one statement. Names come from the schema, never from outside."""
        if self._sqlite:
            query = f"SELECT {columns} FROM {table} WHERE {key} IN (SELECT value FROM json_each(?))"  # noqa: S608
            self._cursor.execute(query, (orjson.dumps(wanted).decode(),))
        else:
            query = f"SELECT {columns} FROM {table} WHERE {key} = ANY(%s::bigint[])"  # noqa: S608
            self._cursor.execute(query, (list(wanted),))
        return list(self._cursor.fetchall())


def accounts(connection: Connection) -> SqlDirectory:
    """The directory of accounts."""
    return SqlDirectory(connection, ACCOUNTS)


def every_account(connection: Connection) -> Iterator[IndexRow]:
    """All accounts with their keys, in the order of their numbers: for an index in memory that answers as `accounts` does."""
    entry = ACCOUNTS.entry
    columns = (entry.c.id, entry.c.name, entry.c["keys"], entry.c.payload)
    rows = connection.execution_options(yield_per=1000).execute(select(*columns).order_by(entry.c.number))
    for id_, name, keys, payload in rows:
        yield IndexRow(id_, name, _unpack(keys), payload)


def every_ruling(connection: Connection) -> dict[int, list[Ruling]]:
    """All that people said about look-alikes, by fingerprint."""
    found: dict[int, list[Ruling]] = {}
    table = directory_ruling
    for fingerprint, id_, confirmed in connection.execute(select(table.c.fingerprint, table.c.id, table.c.confirmed)):
        found.setdefault(fingerprint, []).append(Ruling(id_, confirmed))
    return found


def people(connection: Connection) -> SqlDirectory:
    """The directory of people."""
    return SqlDirectory(connection, PEOPLE)


def contacts(connection: Connection) -> SqlDirectory:
    """The directory of HubSpot contacts."""
    return SqlDirectory(connection, CONTACTS)


def _insert(connection: Connection, table):  # type: ignore[no-untyped-def]
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    return dialect.insert(table)


def _upsert(connection: Connection, tables: IndexTables, rows: Iterable[IndexRow]) -> int:
    batch = {row.id: row for row in rows}
    known = _known(connection, tables, batch)
    changed = [
        row for row in batch.values() if known.get(row.id, (0, (), b"", ""))[1:] != (row.keys, row.payload, row.name)
    ]
    _forget(connection, tables, [(known[row.id][0], known[row.id][1]) for row in changed if row.id in known])
    if not changed:
        return 0
    connection.execute(
        insert(tables.entry),
        [{"id": row.id, "name": row.name, "keys": _pack(row.keys), "payload": row.payload} for row in changed],
    )
    numbers = {id_: found[0] for id_, found in _known(connection, tables, {row.id: row for row in changed}).items()}
    pairs = [{"key": key, "number": numbers[row.id]} for row in changed for key in set(row.keys)]
    if pairs:
        connection.execute(insert(tables.key), pairs)
    _count(connection, tables, Counter([pair["key"] for pair in pairs] + [SIZE_KEY] * len(changed)))
    return len(changed)


def _remove(connection: Connection, tables: IndexTables, ids: Iterable[str]) -> int:
    known = _known(connection, tables, dict.fromkeys(ids))
    _forget(connection, tables, [(number, keys) for number, keys, _, _ in known.values()])
    return len(known)


def _known(
    connection: Connection, tables: IndexTables, ids: Mapping[str, object]
) -> dict[str, tuple[int, tuple[int, ...], bytes, str]]:
    entry, wanted = tables.entry, list(ids)
    query = select(entry.c.id, entry.c.number, entry.c["keys"], entry.c.payload, entry.c.name)
    found = {}
    for start in range(0, len(wanted), BATCH):
        for id_, number, keys, payload, name in connection.execute(
            query.where(entry.c.id.in_(wanted[start : start + BATCH]))
        ):
            found[id_] = (number, _unpack(keys), payload, name)
    return found


def _forget(connection: Connection, tables: IndexTables, entries: Sequence[tuple[int, tuple[int, ...]]]) -> None:
    lost: Counter[int] = Counter()
    for number, keys in entries:
        connection.execute(delete(tables.key).where(tables.key.c.key.in_(keys), tables.key.c.number == number))
        connection.execute(delete(tables.entry).where(tables.entry.c.number == number))
        lost.subtract({*keys, SIZE_KEY})
    _count(connection, tables, lost)


def _count(connection: Connection, tables: IndexTables, changes: Mapping[int, int]) -> None:
    if not changes:
        return
    statement = _insert(connection, tables.count)
    statement = statement.on_conflict_do_update(
        index_elements=["key"], set_={"entries": tables.count.c.entries + statement.excluded.entries}
    )
    connection.execute(statement, [{"key": key, "entries": change} for key, change in sorted(changes.items())])


def _pack(keys: tuple[int, ...]) -> bytes:
    return np.array(keys, dtype="<i8").tobytes()


def _unpack(packed: bytes) -> tuple[int, ...]:
    return tuple(np.frombuffer(packed, dtype="<i8").tolist())
