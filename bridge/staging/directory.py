"""The directory: accounts and people found by integer keys, kept up to date entry by entry.

Promise: what changes in an index (entries, how many have each key) changes in one transaction and only for the entries and keys concerned, so
nothing is ever rebuilt. What the keys and the payload mean is known to reconcile alone. How it is read: `directory_reading`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

import numpy as np
from sqlalchemy import Connection, bindparam, delete, insert, select
from sqlalchemy.dialects import postgresql, sqlite

from bridge.frozen import frozen
from bridge.index_rows import IndexRow, Ruling
from bridge.staging import directory_keys
from bridge.staging.batches import batched
from bridge.staging.directory_keys import Pairs, Whole, pack_keys, unpack_keys
from bridge.staging.directory_reading import SqlDirectory
from bridge.staging.directory_tables import ACCOUNTS, CONTACTS, PEOPLE, IndexTables, directory_ruling

BATCH = 500


def accounts(connection: Connection) -> SqlDirectory:
    """The directory of accounts."""
    return SqlDirectory(connection, ACCOUNTS)


def people(connection: Connection) -> SqlDirectory:
    """The directory of people."""
    return SqlDirectory(connection, PEOPLE)


def contacts(connection: Connection) -> SqlDirectory:
    """The directory of HubSpot contacts."""
    return SqlDirectory(connection, CONTACTS)


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
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    statement = dialect.insert(directory_ruling).values(
        fingerprint=fingerprint, id=ruling.id, confirmed=ruling.confirmed
    )
    connection.execute(
        statement.on_conflict_do_update(
            index_elements=["fingerprint", "id"], set_={"confirmed": statement.excluded.confirmed}
        )
    )
    for tables in (ACCOUNTS, PEOPLE, CONTACTS):
        directory_keys.note(connection, tables, rulings=1)


def every_account(connection: Connection, size: int = 1000) -> Iterator[Sequence[tuple[str, str, bytes, bytes]]]:
    """All accounts, so many at a time, in the order of their numbers, as (id, name, packed keys, payload).

    For an index in memory that answers as `accounts` does.
    """
    entry = ACCOUNTS.entry
    query = select(entry.c.id, entry.c.name, entry.c["keys"], entry.c.payload).order_by(entry.c.number)
    for some in connection.execute(query.execution_options(yield_per=size)).partitions():
        yield [(row[0], row[1], row[2], row[3]) for row in some]


def follow_merged(connection: Connection, merged: Mapping[str, str]) -> None:
    """What people confirmed of accounts that were merged away holds for the accounts they were merged into (`merged`: former id → survivor)."""
    table = directory_ruling
    confirmed: set[str] = set()
    for group in batched(merged, BATCH):
        theirs = table.c.id.in_(group) & table.c.confirmed.is_(True)
        confirmed.update(connection.execute(select(table.c.id).where(theirs)).scalars())
    for former in sorted(confirmed):
        survivor, seen = former, {former}
        while (into := merged.get(survivor)) and into not in seen:
            survivor = into
            seen.add(into)
        theirs = (table.c.id == former) & table.c.confirmed.is_(True)
        for question in connection.execute(select(table.c.fingerprint).where(theirs)).scalars().all():
            record_ruling(connection, question, Ruling(survivor, True))
        connection.execute(delete(table).where(theirs))


def every_ruling(connection: Connection) -> dict[int, list[Ruling]]:
    """All that people said about look-alikes, by fingerprint; of accounts that are there."""
    found: dict[int, list[Ruling]] = {}
    table = directory_ruling
    there = table.c.confirmed.is_(False) | table.c.id.in_(select(ACCOUNTS.entry.c.id))
    rulings = select(table.c.fingerprint, table.c.id, table.c.confirmed).where(there)
    for fingerprint, id_, confirmed in connection.execute(rulings):
        found.setdefault(fingerprint, []).append(Ruling(id_, confirmed))
    return found


def clear(connection: Connection) -> None:
    """Forget all accounts, people and contacts; what people ruled about them stays."""
    for tables in (ACCOUNTS, PEOPLE, CONTACTS):
        connection.execute(delete(tables.entry))
        directory_keys.clear(connection, tables)


@frozen
class _Known:
    """An entry as it is stored now."""

    number: int
    name: str
    keys: Whole
    payload: bytes


def _upsert(connection: Connection, tables: IndexTables, rows: Iterable[IndexRow]) -> int:
    batch = {row.id: row for row in rows}
    known = _known(connection, tables, batch)
    new = [row for row in batch.values() if row.id not in known]
    changed = [row for row in batch.values() if row.id in known and not _same(row, known[row.id])]
    if not new and not changed:
        return 0
    numbers = _insert(connection, tables, new) | {row.id: known[row.id].number for row in changed}
    _update(connection, tables, changed, numbers)
    before = [known[row.id].keys for row in changed]
    after = [np.array(row.keys, dtype=np.int64) for row in changed]
    at = [numbers[row.id] for row in changed]
    lost = Pairs.of([np.setdiff1d(old, now) for old, now in zip(before, after, strict=True)], at)
    won = [np.setdiff1d(now, old) for old, now in zip(before, after, strict=True)]
    won += [np.array(row.keys, dtype=np.int64) for row in new]
    directory_keys.remove(connection, tables, lost)
    directory_keys.add(connection, tables, Pairs.of(won, [*at, *(numbers[row.id] for row in new)]))
    directory_keys.note(connection, tables, entries=len(new))
    return len(new) + len(changed)


def _remove(connection: Connection, tables: IndexTables, ids: Iterable[str]) -> int:
    known = _known(connection, tables, dict.fromkeys(ids))
    if known:
        numbers = [one.number for one in known.values()]
        for some in batched(numbers, BATCH):
            connection.execute(delete(tables.entry).where(tables.entry.c.number.in_(some)))
        directory_keys.remove(connection, tables, Pairs.of([one.keys for one in known.values()], numbers))
        directory_keys.note(connection, tables, entries=-len(known))
    return len(known)


def _same(row: IndexRow, known: _Known) -> bool:
    return (row.name, row.payload, pack_keys(row.keys)) == (known.name, known.payload, pack_keys(known.keys.tolist()))


def _known(connection: Connection, tables: IndexTables, ids: Mapping[str, object]) -> dict[str, _Known]:
    entry = tables.entry
    query = select(entry.c.id, entry.c.number, entry.c.name, entry.c["keys"], entry.c.payload)
    found = {}
    for some in batched(ids, BATCH):
        for id_, number, name, keys, payload in connection.execute(query.where(entry.c.id.in_(some))):
            found[id_] = _Known(number, name, unpack_keys(keys), payload)
    return found


def _insert(connection: Connection, tables: IndexTables, rows: Sequence[IndexRow]) -> dict[str, int]:
    """Id → the number each new entry was given."""
    if not rows:
        return {}
    entry = tables.entry
    values = [{"id": row.id, "name": row.name, "keys": pack_keys(row.keys), "payload": row.payload} for row in rows]
    given = connection.execute(
        insert(entry).returning(entry.c.id, entry.c.number, sort_by_parameter_order=True), values
    )
    return {row[0]: row[1] for row in given}


def _update(connection: Connection, tables: IndexTables, rows: Sequence[IndexRow], numbers: Mapping[str, int]) -> None:
    if rows:
        entry = tables.entry
        statement = entry.update().where(entry.c.number == bindparam("at"))
        connection.execute(
            statement.values(name=bindparam("n"), keys=bindparam("k"), payload=bindparam("p")),
            [{"at": numbers[row.id], "n": row.name, "k": pack_keys(row.keys), "p": row.payload} for row in rows],
        )
