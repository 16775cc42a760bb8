"""Which fields each kind was read with. A field that is asked for anew was never read of the records that are staged already: they look blank."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete

from bridge.staging import records
from bridge.staging.schema import cursor


def is_as_before(connection: Connection, source: str, kind: str, fields: Iterable[str]) -> bool:
    """Was this kind read with just these fields?"""
    return _fields(connection, source, kind) == sorted(set(fields))


def position(
    connection: Connection, source: str, kind: str, fields: Iterable[str], now: datetime
) -> Mapping[str, Any] | None:
    """Where reading this kind goes on: None, which is the beginning, when `fields` has one that the staged records were read without."""
    asked, stands = sorted(set(fields)), records.position(connection, source, kind)
    known = _fields(connection, source, kind)
    records.move(connection, source, _name(kind), {"fields": asked}, now)
    if stands is None or set(asked) <= set(known):
        return stands
    connection.execute(delete(cursor).where(cursor.c.source == source, cursor.c.kind == kind))
    return None


def not_read(connection: Connection, source: str, kind: str, fields: Iterable[str]) -> list[str]:
    """Those of `fields` that the staged records were read without."""
    if records.position(connection, source, kind) is None:
        return []
    return sorted(set(fields) - set(_fields(connection, source, kind)))


def _fields(connection: Connection, source: str, kind: str) -> list[str]:
    return list((records.position(connection, source, _name(kind)) or {}).get("fields", ()))


def _name(kind: str) -> str:
    return f"{kind} fields"
