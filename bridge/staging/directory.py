"""The directory: accounts and people found by integer keys, kept up to date entry by entry.

Promise: a look-up is one query for a whole batch of keys; counts of keys (rarity of words, how many accounts share a domain) change in the
same transaction as the entries, so nothing is ever rebuilt. What the keys and the payload mean is known to reconcile alone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, bindparam, delete, func, insert, select
from sqlalchemy.dialects import postgresql, sqlite

from bridge.staging.directory_tables import ACCOUNTS, CONTACTS, PEOPLE, IndexTables, directory_ruling

Keys = NDArray[np.int64]
BATCH = 500


@dataclass(frozen=True, slots=True)
class IndexRow:
    """One entry as the directory stores it: its id, its name for people to read, the keys that find it, its packed profile."""

    id: str
    name: str
    keys: tuple[int, ...]
    payload: bytes


@dataclass(frozen=True, slots=True)
class Ruling:
    """What a person said about one look-alike: `confirmed` or refused, for the entry `id`."""

    id: str
    confirmed: bool


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
    """Reads one index over one connection. `accounts(connection)` and `people(connection)` build it."""

    def __init__(self, connection: Connection, tables: IndexTables) -> None:
        self._connection = connection
        self._tables = tables
        self._size: int | None = None

    @property
    def size(self) -> int:
        """How many entries there are (read once per directory)."""
        if self._size is None:
            query = select(func.count()).select_from(self._tables.entry)
            self._size = int(self._connection.execute(query).scalar_one())
        return self._size

    def counts(self, keys: Keys) -> NDArray[np.int64]:
        """How many entries have each of `keys`; 0 for a key nobody has."""
        table = self._tables.count
        query = select(table.c.key, table.c.entries).where(table.c.key.in_(bindparam("keys", expanding=True)))
        found = {key: entries for key, entries in self._in_batches(query, keys)}
        return np.array([found.get(key, 0) for key in keys.tolist()], dtype=np.int64)

    def postings(self, keys: Keys) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """The entry numbers under each key, as `(starts, numbers)`."""
        table = self._tables.key
        query = select(table.c.key, table.c.number).where(table.c.key.in_(bindparam("keys", expanding=True)))
        found: dict[int, list[int]] = {}
        for key, number in self._in_batches(query, keys):
            found.setdefault(key, []).append(number)
        lists = [found.get(key, []) for key in keys.tolist()]
        starts = np.zeros(len(lists) + 1, dtype=np.int64)
        np.cumsum([len(numbers) for numbers in lists], out=starts[1:])
        return starts, np.array([number for numbers in lists for number in numbers], dtype=np.int64)

    def rows(self, numbers: NDArray[np.int64]) -> Sequence[IndexRow]:
        """The entries with these numbers, in that order. Their keys are left out: reading does not need them."""
        table = self._tables.entry
        query = select(table.c.number, table.c.id, table.c.name, table.c.payload).where(
            table.c.number.in_(bindparam("keys", expanding=True))
        )
        found = {
            number: IndexRow(id_, name, (), payload) for number, id_, name, payload in self._in_batches(query, numbers)
        }
        return [found[number] for number in numbers.tolist()]

    def rulings(self, fingerprints: Sequence[int]) -> Mapping[int, Sequence[Ruling]]:
        """What people said about these look-alikes."""
        table = directory_ruling
        query = select(table.c.fingerprint, table.c.id, table.c.confirmed).where(
            table.c.fingerprint.in_(bindparam("keys", expanding=True))
        )
        found: dict[int, list[Ruling]] = {}
        for fingerprint, id_, confirmed in self._in_batches(query, np.array(fingerprints, dtype=np.int64)):
            found.setdefault(fingerprint, []).append(Ruling(id_, confirmed))
        return found

    def _in_batches(self, query, keys):  # type: ignore[no-untyped-def]
        distinct = np.unique(keys).tolist()
        for start in range(0, len(distinct), BATCH):
            yield from self._connection.execute(query, {"keys": distinct[start : start + BATCH]})


def accounts(connection: Connection) -> SqlDirectory:
    """The directory of accounts."""
    return SqlDirectory(connection, ACCOUNTS)


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
        _count(connection, tables, Counter(pair["key"] for pair in pairs))
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
        lost.subtract(set(keys))
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
