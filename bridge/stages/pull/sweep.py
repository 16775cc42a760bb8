"""The nightly sweep: what incremental reading cannot see. Archived contacts, and contacts that HubSpot no longer has at all.

A short or empty listing is never taken as mass deletion: when more of the staged contacts would vanish at once than `brakes` in
`config/bridge.yaml` believes (a tenth, and ten), nothing is changed and the run says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bridge.errors import BrakePulled
from bridge.stages.context import Context
from bridge.stages.pull.hubspot import take_in
from bridge.staging import due, records
from bridge.staging.batches import batched
from connectors.records import Record


def sweep(context: Context) -> None:
    """Read every living and archived contact by the list endpoint, which is not the search index; mark what is gone."""
    seen: set[str] = set()
    for page in context.hubspot.everything("contact", context.contact_properties, None):
        seen.update(one.id for one in page.records)
        fresh = take_in(context, page, "contact_sweep")
        context.add("found only by sweep", len(fresh))
    archived = {
        one.id: one
        for page in context.hubspot.everything("contact", context.contact_properties, None, archived=True)
        for one in page.records
    }
    _mark_gone(context, seen, archived)


def _mark_gone(context: Context, seen: set[str], archived: dict[str, Record]) -> None:
    with context.reading() as connection:
        staged = {one.id: one for group in records.every(connection, "hubspot", "contact") for one in group}
    vanished = [one for id_, one in staged.items() if id_ not in seen]
    unexplained = [one for one in vanished if one.id not in archived]
    believe(context, len(unexplained), len(staged), "staged contacts were not in HubSpot's list")
    for group in batched(vanished, 500):
        mark_gone(context, group)


def believe(context: Context, vanished: int, of: int, said: str) -> None:
    """Raises BrakePulled when more of them vanish at once than `brakes` believes."""
    brakes = context.settings.bridge.brakes
    if vanished > max(brakes.vanish_count, brakes.vanish_percent / 100 * of):
        raise BrakePulled(
            f"{vanished} of {of} {said}; nothing was changed",
            "Look whether HubSpot answers in full (`leadbridge doctor`). When so many are gone in truth, raise brakes.vanish_percent in "
            "config/bridge.yaml until the next sweep is done.",
        )


def mark_gone(context: Context, contacts: Sequence[Record]) -> None:
    """These contacts are archived or deleted in HubSpot: their leads are decided again without them."""
    gone = list(_as_gone(contacts))
    with context.writing() as connection:
        records.stage(connection, gone, context.now())
        due.by_contact(connection, [one.id for one in gone], context.now())
    context.add("contacts gone", len(gone))


def _as_gone(contacts: Iterable[Record]) -> Iterable[Record]:
    for one in contacts:
        yield Record(one.source, one.kind, one.id, one.values, one.changed_at, True, (), one.links)
