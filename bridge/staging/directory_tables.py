"""The tables of the directory: accounts and people, found by integer keys.

Each index (`account`, `person`) is three tables: the entries, the keys they are found by (clustered by key, so that one look-up is one
range read), and how many entries have each key. `directory_ruling` holds what people confirmed or refused.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import BigInteger, Boolean, Column, Integer, LargeBinary, Table, Text

from bridge.staging.metadata import metadata

NUMBER = BigInteger().with_variant(Integer, "sqlite")


@dataclass(frozen=True, slots=True)
class IndexTables:
    """The three tables of one index."""

    entry: Table
    key: Table
    count: Table


def _index_tables(kind: str) -> IndexTables:
    entry = Table(
        f"directory_{kind}",
        metadata,
        Column("number", NUMBER, primary_key=True, autoincrement=True),
        Column("id", Text, nullable=False, unique=True),
        Column("name", Text, nullable=False),
        Column("keys", LargeBinary, nullable=False),
        Column("payload", LargeBinary, nullable=False),
    )
    key = Table(
        f"directory_{kind}_key",
        metadata,
        Column("key", BigInteger, primary_key=True, autoincrement=False),
        Column("number", BigInteger, primary_key=True, autoincrement=False),
        sqlite_with_rowid=False,
    )
    count = Table(
        f"directory_{kind}_count",
        metadata,
        Column("key", NUMBER, primary_key=True, autoincrement=False),
        Column("entries", BigInteger, nullable=False),
    )
    return IndexTables(entry, key, count)


ACCOUNTS = _index_tables("account")
PEOPLE = _index_tables("person")
"""Salesforce leads and contacts."""
CONTACTS = _index_tables("contact")
"""HubSpot contacts: which of them are one person."""

directory_ruling = Table(
    "directory_ruling",
    metadata,
    Column("fingerprint", BigInteger, primary_key=True, autoincrement=False),
    Column("id", Text, primary_key=True),
    Column("confirmed", Boolean, nullable=False),
)
