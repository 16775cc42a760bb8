"""What was said with people, as staged: one row for each contact it hangs on, so that it is evidence for each of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection, delete, select

from bridge.facts import TALK
from bridge.staging import erasure, records
from bridge.staging.batches import batched
from bridge.staging.copies import MOST_ABOUT, copies, copy_of, original
from bridge.staging.lookups import besides
from bridge.staging.schema import record
from connectors.records import Record


def stage(
    connection: Connection, fresh: Sequence[Record], now: datetime, about: Mapping[str, Sequence[str]]
) -> list[str]:
    """Keep `fresh` (news of one kind) for each contact it is about (record id → contact ids); returns these contacts.

    What hangs on somebody who was erased is kept for nobody: it may tell of them.
    """
    contacts = {one.id: tuple(dict.fromkeys(about.get(one.id, ())))[:MOST_ABOUT] for one in fresh}
    erased = erasure.blocked(connection, "contact", [each for ids in contacts.values() for each in ids])
    rows: list[Record] = []
    keys: dict[str, str] = {}
    for one in fresh:
        ids = contacts[one.id]
        if erased.intersection(ids):
            continue
        rows.append(one)
        for place, contact in enumerate(ids):
            copy = one if place == 0 else replace(one, id=copy_of(one.id, place))
            rows += [copy] if place else []
            keys[copy.id] = contact
    _forget_copies(connection, fresh)
    records.stage(connection, rows, now, keys)
    return list(dict.fromkeys(keys.values()))


def _forget_copies(connection: Connection, fresh: Sequence[Record]) -> None:
    """Those of earlier versions: it may hang on fewer people now."""
    for source, kind in {(one.source, one.kind) for one in fresh}:
        here = (record.c.source == source) & (record.c.kind == kind)
        ids = [one.id for one in fresh if one.kind == kind]
        staged = connection.execute(select(record.c.id).where(here, record.c.id.in_(ids))).scalars().all()
        for group in batched([copy for id_ in staged for copy in copies(id_)], records.MOST_IN_LIST):
            connection.execute(delete(record).where(here, record.c.id.in_(group)))


def about_nobody(connection: Connection, known: Sequence[Record]) -> list[Record]:
    """Those of `known` (staged talk of one kind) that hung on nobody when they were read."""
    by_id = {one.id: one for one in known}
    found: list[Record] = []
    for group in batched(by_id, records.MOST_IN_LIST):
        here = (record.c.source == "hubspot") & (record.c.kind == by_id[group[0]].kind) & record.c.id.in_(group)
        rows = connection.execute(select(record.c.id).where(here, record.c.key.is_(None)).order_by(record.c.id))
        found += [by_id[id_] for id_ in rows.scalars()]
    return found


def about(connection: Connection, contact_ids: Iterable[str]) -> dict[str, list[Record]]:
    """HubSpot notes, calls, answers to surveys, tickets and chats by the contact they are about, under the ids HubSpot gave them."""
    found: dict[str, list[Record]] = defaultdict(list)
    for group in batched(dict.fromkeys(contact_ids), records.MOST_IN_LIST):
        rows = connection.execute(
            select(record.c.key, *records.COLUMNS).where(
                record.c.key.in_(group), besides(record.c.source) == "hubspot", record.c.kind.in_(TALK)
            )
        ).all()
        for row in rows:
            one = records.as_record(row)
            found[row[0]].append(replace(one, id=original(one.id)))
    return dict(found)
