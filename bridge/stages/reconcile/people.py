"""Which person already known a lead is."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from bridge.decisions import Match, Outcome
from bridge.staging.directory import IndexRow
from bridge.stages.reconcile.values import MatchSettings, PeopleDirectory, PersonEntry, Probe


def person_rows(entries: Iterable[PersonEntry]) -> Iterator[IndexRow]:
    """What the directory stores for these people; the id of a row is `kind:id`."""
    for entry in entries:
        key = zlib.crc32(f"{entry.email}{entry.last_name}".casefold().encode())
        yield IndexRow(f"{entry.kind}:{entry.id}", f"{entry.first_name} {entry.last_name}", (key,), b"")


def match_people(
    probes: Sequence[Probe], directory: PeopleDirectory, settings: MatchSettings | None = None
) -> list[Match]:
    """The known person each probe is; the id of a match is `kind:id`. A probe never matches the entry `kind:<its own id>` (itself).

    The directory holds either Salesforce people (kinds salesforce.lead, salesforce.contact) or HubSpot contacts (kind hubspot.contact): the
    pipeline first puts a batch of new HubSpot contacts into `staging.directory.contacts` and then asks which of the others each one is.
    """
    answers = []
    for probe in probes:
        key = zlib.crc32(f"{probe.email}{probe.last_name}".casefold().encode())
        _, numbers = directory.postings(np.array([key], dtype=np.int64))
        rows = directory.rows(numbers)
        known = len(rows) == 1 and bool(probe.email)
        answers.append(
            Match(Outcome.link, rows[0].id, rows[0].name, 0.95, reason="sure", sentence=f"The same person as {rows[0].name}.")
            if known
            else Match(Outcome.none)
        )
    return answers
