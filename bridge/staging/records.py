"""Records as they came, with their cursor in the same transaction. Unchanged content makes no work."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from hashlib import blake2b
from typing import Any

import orjson
from sqlalchemy import Connection, bindparam, delete, func, select, text, update
from sqlalchemy.dialects import postgresql, sqlite

from bridge.decisions import EXTERNAL_ID
from bridge.frozen import frozen
from bridge.staging import erasure
from bridge.staging.batches import batched
from bridge.staging.clock import from_ms, to_ms
from bridge.staging.database import to_json
from bridge.staging.schema import alias, cursor, record
from connectors.records import Record

OURS = "leadbridge_"
PEOPLE = frozenset({"contact", "lead", "form_submission"})
VOLATILE = frozenset(
    {
        "lastmodifieddate", "hs_lastmodifieddate", "hs_object_id", "SystemModstamp", "LastModifiedDate", "LastModifiedById",
        "LastViewedDate", "LastReferencedDate", "attributes",
    }
)  # fmt: skip
MOST_IN_LIST = 900  # SQLite's oldest limit on bound parameters is 999


@frozen
class Staged:
    """What staging a batch did: the records whose content is new, and how many were known already."""

    changed: tuple[Record, ...]
    unchanged: int


def content_hash(values: Mapping[str, Any], links: Mapping[str, tuple[str, ...]], gone: bool) -> bytes:
    """16 bytes over what a record says, leaving out version stamps and the properties we write ourselves (our own echo)."""
    said = {
        name: value
        for name, value in values.items()
        if name not in VOLATILE and not name.startswith(OURS) and value not in (None, "")
    }
    parts = [said, {kind: list(ids) for kind, ids in links.items() if ids}, gone]
    try:
        text = orjson.dumps(parts, option=orjson.OPT_SORT_KEYS | orjson.OPT_NON_STR_KEYS)
    except TypeError:
        text = to_json(parts).encode()
    return blake2b(text, digest_size=16).digest()


def news(connection: Connection, records: Iterable[Record]) -> tuple[list[Record], int]:
    """Those of `records` (one source and kind) whose content differs from what is staged, and the number of the others."""
    fresh: list[Record] = []
    same = 0
    for group in batched(records, MOST_IN_LIST):
        known, erased = _known(connection, group), _erased(connection, group)
        for item in group:
            if item.id in erased:
                same += 1
                continue
            stored = known.get(item.id)
            changed_at = to_ms(item.changed_at)
            if stored and (stored[0] == content_hash(item.values, item.links, item.gone) or stored[1] > changed_at):
                same += 1
            else:
                fresh.append(item)
    return fresh, same


def _erased(connection: Connection, group: Sequence[Record]) -> set[str]:
    """Those of these that are of people who were erased: they are not taken in again."""
    people = [one for one in group if one.kind in PEOPLE]
    emails = {one.id: _address(one) for one in people}
    blocked = erasure.blocked(connection, "email", emails.values())
    ids = {one.id: str(one.values.get(EXTERNAL_ID) or one.id).rpartition("-")[2] for one in people}
    gone = erasure.blocked(connection, "contact", ids.values())
    return {one.id for one in people if emails[one.id] in blocked or ids[one.id] in gone}


def _address(item: Record) -> str:
    return str(item.values.get("email") or item.values.get("Email") or "").strip().lower()


def _known(connection: Connection, group: Sequence[Record]) -> dict[str, tuple[bytes, int]]:
    if not group:
        return {}
    rows = connection.execute(
        select(record.c.id, record.c.hash, record.c.changed_at).where(
            record.c.source == group[0].source,
            record.c.kind == group[0].kind,
            record.c.id.in_([item.id for item in group]),
        )
    )
    return {row.id: (bytes(row.hash), row.changed_at) for row in rows}


def stage(
    connection: Connection, records: Sequence[Record], now: datetime, keys: Mapping[str, str] | None = None
) -> None:
    """Keep `records` (already known to be news). An older version never replaces a newer one. `keys`: record id → its `key` column."""
    newest: dict[tuple[str, str], Record] = {}
    for item in records:
        other = newest.get((item.kind, item.id))
        if other is None or item.changed_at >= other.changed_at:
            newest[item.kind, item.id] = item
    rows = [
        {
            "source": item.source,
            "kind": item.kind,
            "id": item.id,
            "changed_at": to_ms(item.changed_at),
            "hash": content_hash(item.values, item.links, item.gone),
            "values": dict(item.values),
            "links": {kind: list(ids) for kind, ids in item.links.items()},
            "gone": item.gone,
            "key": (keys or {}).get(item.id),
            "email": _email(item),
            "staged_at": to_ms(now),
        }
        for item in newest.values()
    ]
    if rows:
        connection.execute(_upsert(connection), rows)
    _keep_aliases(connection, records)


def _email(item: Record) -> str | None:
    if item.source != "hubspot" or item.kind not in ("contact", "form_submission"):
        return None
    return str(item.values.get("email") or "").replace("\0", "").strip().lower() or None


def _upsert(connection: Connection) -> Any:
    insert = postgresql.insert(record) if connection.dialect.name == "postgresql" else sqlite.insert(record)
    fresh = insert.excluded
    return insert.on_conflict_do_update(
        index_elements=[record.c.source, record.c.kind, record.c.id],
        set_={name: fresh[name] for name in ("changed_at", "hash", "values", "links", "gone", "staged_at", "email")}
        | {"key": func.coalesce(fresh.key, record.c.key)},
        where=fresh.changed_at >= record.c.changed_at,
    )


def _keep_aliases(connection: Connection, records: Sequence[Record]) -> None:
    rows = [
        {"source": item.source, "kind": item.kind, "former_id": former, "id": item.id}
        for item in records
        for former in item.former_ids
        if former != item.id
    ]
    if not rows:
        return
    insert = postgresql.insert(alias) if connection.dialect.name == "postgresql" else sqlite.insert(alias)
    connection.execute(
        insert.on_conflict_do_update(
            index_elements=[alias.c.source, alias.c.kind, alias.c.former_id], set_={"id": insert.excluded.id}
        ),
        rows,
    )


def survivors(connection: Connection, source: str, kind: str, ids: Sequence[str]) -> dict[str, str]:
    """Former id → the id it resolves to now, for those of `ids` that were merged away."""
    found: dict[str, str] = {}
    for group in batched(ids, MOST_IN_LIST):
        rows = connection.execute(
            select(alias.c.former_id, alias.c.id).where(
                alias.c.source == source, alias.c.kind == kind, alias.c.former_id.in_(group)
            )
        )
        found.update((row.former_id, row.id) for row in rows)
    return found


def retire(connection: Connection, source: str, kind: str, ids: Iterable[str]) -> int:
    """These records live no more (merged into another); what they said stays. Returns how many lived."""
    total = 0
    for group in batched(dict.fromkeys(ids), MOST_IN_LIST):
        statement = update(record).where(
            record.c.source == source, record.c.kind == kind, record.c.id.in_(group), record.c.gone.is_(False)
        )
        total += connection.execute(statement.values(gone=True)).rowcount
    return total


def read(connection: Connection, source: str, kind: str, ids: Iterable[str]) -> dict[str, Record]:
    """The staged records of these ids."""
    found: dict[str, Record] = {}
    for group in batched(dict.fromkeys(ids), MOST_IN_LIST):
        rows = connection.execute(
            select(*COLUMNS).where(record.c.source == source, record.c.kind == kind, record.c.id.in_(group))
        ).all()
        found.update((row[2], as_record(row)) for row in rows)
    return found


def submissions_by(connection: Connection, emails: Iterable[str]) -> dict[str, list[Record]]:
    """HubSpot form submissions by the address (lower case) they were sent from."""
    found: dict[str, list[Record]] = defaultdict(list)
    for group in batched(dict.fromkeys(emails), MOST_IN_LIST):
        rows = connection.execute(
            select(record.c.email, *COLUMNS).where(record.c.email.in_(group), record.c.kind == "form_submission")
        ).all()
        for row in rows:
            found[row[0]].append(as_record(row))
    return dict(found)


COLUMNS = (
    record.c.source,
    record.c.kind,
    record.c.id,
    record.c.changed_at,
    record.c["values"],
    record.c.links,
    record.c.gone,
)


def as_record(row: Any) -> Record:
    """A row that ends with `COLUMNS` as the connector's record."""
    source, kind, id_, changed_at, values, links, gone = row[-7:]
    return Record(
        source, kind, id_, values, from_ms(changed_at), gone, (), {name: tuple(ids) for name, ids in links.items()}
    )


def every(connection: Connection, source: str, kind: str, size: int = 1000) -> Iterator[list[Record]]:
    """All live records of a kind in batches, by id. For small kinds and for building an index."""
    after = ""
    while True:
        rows = connection.execute(
            select(*COLUMNS)
            .where(record.c.source == source, record.c.kind == kind, record.c.id > after, record.c.gone.is_(False))
            .order_by(record.c.id)
            .limit(size)
        ).all()
        if not rows:
            return
        yield [as_record(row) for row in rows]
        if len(rows) < size:
            return
        after = rows[-1].id


def count(connection: Connection, source: str, kind: str) -> int:
    """How many live records of a kind are staged."""
    statement = (
        select(func.count())
        .select_from(record)
        .where(record.c.source == source, record.c.kind == kind, record.c.gone.is_(False))
    )
    return int(connection.execute(statement).scalar_one())


def forget(connection: Connection, source: str, kind: str, ids: Sequence[str]) -> None:
    """Delete these records for good (privacy deletion)."""
    for group in batched(ids, MOST_IN_LIST):
        connection.execute(
            delete(record).where(record.c.source == source, record.c.kind == kind, record.c.id.in_(group))
        )


def belong(connection: Connection, lead_of: Mapping[str, str]) -> None:
    """HubSpot contact records → the lead (person) they are part of."""
    if lead_of:
        connection.execute(
            update(record)
            .where(record.c.source == "hubspot", record.c.kind == "contact", record.c.id == bindparam("contact"))
            .values(lead_id=bindparam("lead")),
            [{"contact": contact, "lead": lead_id} for contact, lead_id in lead_of.items()],
        )


def unidentified(connection: Connection, limit: int) -> list[Record]:
    """HubSpot contacts that no person has been found for yet, oldest first."""
    without = _WITHOUT_PERSON[connection.dialect.name]
    rows = connection.execute(select(*COLUMNS).where(text(without)).order_by(record.c.staged_at).limit(limit)).all()
    return [as_record(row) for row in rows]


def unidentified_of(connection: Connection, ids: Iterable[str]) -> list[Record]:
    """Those of these HubSpot contacts that no person has been found for yet."""
    found: list[Record] = []
    for group in batched(dict.fromkeys(ids), MOST_IN_LIST):
        here = (record.c.source == "hubspot") & (record.c.kind == "contact") & record.c.id.in_(group)
        rows = connection.execute(select(*COLUMNS).where(here, record.c.lead_id.is_(None)).order_by(record.c.id)).all()
        found += [as_record(row) for row in rows]
    return found


_WITHOUT_PERSON = {
    "postgresql": "lead_id IS NULL AND source = 'hubspot' AND kind = 'contact'",
    "sqlite": "lead_id IS NULL AND likelihood(source = 'hubspot', 0.9) AND kind = 'contact'",
}
"""In the words of `ix_record_unidentified`; without the likelihood SQLite goes through all contacts by the primary key, for every batch anew."""


def position(connection: Connection, source: str, kind: str) -> Mapping[str, Any] | None:
    """Where reading this kind goes on, or None at the very beginning."""
    row = connection.execute(select(cursor.c.position).where(cursor.c.source == source, cursor.c.kind == kind)).first()
    return None if row is None else dict(row.position)


def read_at(connection: Connection, source: str, kind: str) -> datetime | None:
    """When this kind was last read, None for never."""
    found = connection.execute(select(cursor.c.at).where(cursor.c.source == source, cursor.c.kind == kind)).scalar()
    return None if found is None else from_ms(found)


def move(connection: Connection, source: str, kind: str, to: Mapping[str, Any], now: datetime) -> None:
    """Put the cursor on; call it in the transaction that stages the records before it."""
    insert = postgresql.insert(cursor) if connection.dialect.name == "postgresql" else sqlite.insert(cursor)
    connection.execute(
        insert.on_conflict_do_update(
            index_elements=[cursor.c.source, cursor.c.kind],
            set_={"position": insert.excluded.position, "at": insert.excluded.at},
        ),
        {"source": source, "kind": kind, "position": dict(to), "at": to_ms(now)},
    )
