"""Whom a dry run has met: its pages are rolled back one by one, so that somebody new on several of them would be as many people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import Engine

from bridge.deciding.identify import as_entry, as_probe
from bridge.decisions import Outcome
from bridge.stages.reconcile import match_people, person_rows
from bridge.staging import directory
from connectors.records import Record


def met_before(scratch: Engine, contacts: Sequence[Record], lead_of: Mapping[str, str]) -> set[str]:
    """Those of these new leads of which a contact surely is somebody's of an earlier page. The contacts of the others are remembered."""
    with scratch.begin() as connection:
        matches = match_people([as_probe(one) for one in contacts], directory.contacts(connection))
        known = {lead_of[one.id] for one, match in zip(contacts, matches, strict=True) if match.outcome is Outcome.link}
        fresh = [one for one in contacts if lead_of[one.id] not in known]
        directory.upsert_contacts(connection, person_rows(as_entry(one) for one in fresh))
    return known
