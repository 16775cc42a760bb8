"""The tables of the directory: accounts and people, found by integer keys.

Each index (`account`, `person`, `contact`) is two tables: the entries, and the keys they are found by. A key's row says how many entries have
it and, while they are few, which: one look-up gives the rarity of a word and all who have it. `directory_ruling` holds what people confirmed
or refused.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Integer, LargeBinary, Table, Text

from bridge.frozen import frozen
from bridge.staging.metadata import metadata

NUMBER = BigInteger().with_variant(Integer, "sqlite")


@frozen
class IndexTables:
    """The tables of one index. `numbers` of a key are those of its entries, four bytes each in any order; NULL: too many to list."""

    entry: Table
    key: Table


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
        Column("key", NUMBER, primary_key=True, autoincrement=False),
        Column("entries", BigInteger, nullable=False),
        Column("numbers", LargeBinary),
    )
    return IndexTables(entry, key)


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
