"""Reindex: the directories made anew from what is staged, when this version looks people and accounts up by other keys than the last one did.

It is the first step of every cycle and backfill and one small question when there is nothing to do. A worker that dies in the middle costs
nothing: the next one goes on, and what stands is not written again.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sqlalchemy import Connection

from bridge.deciding.identify import as_entry
from bridge.errors import BridgeError
from bridge.index_rows import FORMAT
from bridge.stages.context import Context
from bridge.stages.pull.accounts import account_entries, employer
from bridge.stages.pull.places import lead_places
from bridge.stages.pull.salesforce import contact_entry, lead_entry
from bridge.stages.reconcile import account_rows, person_rows
from bridge.staging import charts, directory, members, records
from connectors.records import Record

PLACE = ("directory", "format")

Keep = Callable[[Connection, Sequence[Record]], None]


def reindex(context: Context) -> None:
    """Make the directories as this version reads them; nothing when they are."""
    with context.reading() as connection:
        position = records.position(connection, *PLACE)
    if position == {"format": FORMAT}:
        return
    if position != {"making": FORMAT}:
        with context.writing() as connection:
            directory.clear(connection)
            records.move(connection, *PLACE, {"making": FORMAT}, context.now())
    for source, kind, keep in KINDS:
        _make(context, source, kind, keep)
    with context.writing() as connection:
        records.move(connection, *PLACE, {"format": FORMAT}, context.now())


def refuse_old(connection: Connection) -> None:
    """For those who only look: raises BridgeError while the directories are of another version. An empty installation has none to be old."""
    position = records.position(connection, *PLACE)
    if position == {"format": FORMAT}:
        return
    if position is not None or records.position(connection, "salesforce", "account") is not None:
        raise BridgeError(
            "the directory of accounts and people was made by another version of leadbridge",
            "Run `leadbridge sync`, or let the daemon run once: it is made anew from what is staged.",
        )


def _make(context: Context, source: str, kind: str, keep: Keep) -> None:
    done = 0
    with context.reading() as connection:
        total = records.count(connection, source, kind)
        for batch in records.every(connection, source, kind):
            with context.writing() as writer:
                keep(writer, batch)
            done += len(batch)
            context.progress(f"index {kind}s anew", done, total)
    context.add(f"{kind}s indexed anew", done)


def _accounts(connection: Connection, batch: Sequence[Record]) -> None:
    directory.upsert_accounts(connection, account_rows(account_entries(connection, batch)))


def _who_is_where(connection: Connection, batch: Sequence[Record]) -> None:
    at = [(one.id, employer(one)) for one in batch if employer(one)]
    charts.keep_people(connection, at, {one.id for one in batch} - {contact for contact, _ in at})


def _contacts(connection: Connection, batch: Sequence[Record]) -> None:
    employers = records.read(connection, "salesforce", "account", set(map(employer, batch)))
    names = {id_: str(account.values.get("Name") or "") for id_, account in employers.items()}
    directory.upsert_people(connection, person_rows(contact_entry(one, names) for one in batch))


def _leads(connection: Connection, batch: Sequence[Record]) -> None:
    directory.upsert_people(connection, person_rows(map(lead_entry, batch)))
    places = lead_places(batch)
    charts.keep_people(connection, places, {one.id for one in batch} - {lead_id for lead_id, _ in places})


def _people(connection: Connection, batch: Sequence[Record]) -> None:
    """Only those who have a person: `identify` takes the others in."""
    known = members.of_contacts(connection, [one.id for one in batch])
    directory.upsert_contacts(connection, person_rows(as_entry(one) for one in batch if one.id in known))


KINDS: tuple[tuple[str, str, Keep], ...] = (
    ("salesforce", "contact", _who_is_where),  # first: an account's web domains are those of its contacts too
    ("salesforce", "account", _accounts),
    ("salesforce", "contact", _contacts),
    ("salesforce", "lead", _leads),
    ("hubspot", "contact", _people),
)
