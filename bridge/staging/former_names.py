"""Names that accounts had before they were renamed: people go on using them for years."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from sqlalchemy import Connection, delete, select
from sqlalchemy.dialects import postgresql, sqlite

from bridge.staging.batches import batched
from bridge.staging.records import MOST_IN_LIST
from bridge.staging.schema import former_name


def keep(connection: Connection, rows: Sequence[tuple[str, str]]) -> None:
    """Rows of (account, a name it no longer has)."""
    if rows:
        insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
        connection.execute(
            insert(former_name).on_conflict_do_nothing(),
            [{"account_id": account, "name": name} for account, name in sorted(set(rows))],
        )


def of(connection: Connection, account_ids: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Account → its former names, for those that have some."""
    found: dict[str, list[str]] = defaultdict(list)
    for group in batched(dict.fromkeys(account_ids), MOST_IN_LIST):
        rows = connection.execute(
            select(former_name.c.account_id, former_name.c.name)
            .where(former_name.c.account_id.in_(group))
            .order_by(former_name.c.account_id, former_name.c.name)
        )
        for account, name in rows:
            found[account].append(name)
    return {account: tuple(names) for account, names in found.items()}


def forget(connection: Connection, account_ids: Iterable[str]) -> None:
    """These accounts are gone."""
    for group in batched(dict.fromkeys(account_ids), MOST_IN_LIST):
        connection.execute(delete(former_name).where(former_name.c.account_id.in_(group)))
