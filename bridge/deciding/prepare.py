"""The first half of deciding: what follows from one lead's own records and the directories. Needs no other lead's decision.

    known facts ─combine─▶ values ─clean─▶ facts ─reconcile─▶ account, person, organisation

Reading goes through the connection handed in; nothing is written. This half may run in processes of its own (see `bridge.deciding.crew`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from sqlalchemy import Connection

from bridge.deciding.rules import Apply
from bridge.decisions import Cleaning, Match, Outcome
from bridge.facts import Combined, Known, combine
from bridge.frozen import frozen
from bridge.stages.reconcile import (
    MatchSettings,
    MemoryDirectory,
    Probe,
    group_organisations,
    match_accounts,
    match_people,
)
from bridge.stages.reconcile.memory import IndexBlock
from bridge.staging import directory, directory_keys, knowledge

FEWEST_LEADS, MOST_ACCOUNTS, ACCOUNTS_A_LEAD = 2_000, 100_000, 25
"""When the accounts are taken into memory: so many leads at least, so many accounts at most, and so many accounts for each lead at most."""


@frozen
class Found:
    """What reconcile says of one lead."""

    account: Match
    person: Match
    organisation: Match


@frozen
class Candidate:
    """A lead half way: its records, their values, its cleaned facts, and what reconcile found."""

    known: Known
    combined: Combined
    cleaning: Cleaning
    found: Found


def accounts_in_memory(connection: Connection, leads_to_come: int) -> MemoryDirectory | None:
    """The directory of accounts in memory, if so many leads repay making it (1.5 s and 160 MB for 50,000 accounts; a lead then costs a third)."""
    number = directory.accounts(connection).size
    if leads_to_come < FEWEST_LEADS or number > MOST_ACCOUNTS or number > ACCOUNTS_A_LEAD * leads_to_come:
        return None
    found = MemoryDirectory((), directory.every_ruling(connection), blocks=_blocks(connection))
    _ = found.columns  # made now, not in the middle of the first batch
    return found


def _blocks(connection: Connection) -> Iterator[IndexBlock]:
    for some in directory.every_account(connection):
        ids, names, packed, payloads = (list(column) for column in zip(*some, strict=True))
        keys = directory_keys.unpack_keys(b"".join(packed)).astype(np.int64)
        many = np.array([len(one) for one in packed], dtype=np.int64) // keys.itemsize
        yield IndexBlock(ids, names, payloads, many, keys)


def prepare(
    connection: Connection,
    lead_ids: Sequence[str],
    facts: Apply,
    settings: MatchSettings,
    accounts: MemoryDirectory | None = None,
) -> list[Candidate]:
    """These leads in order, but for those without a single record left. `accounts`: the directory in memory, else it is read as needed."""
    by_lead = knowledge.known_of(connection, lead_ids)
    known = [by_lead[lead_id] for lead_id in lead_ids if lead_id in by_lead]
    combined = [combine(one) for one in known]
    cleaned = [facts(one.values) for one in combined]
    probes = [
        account_probe(one.lead_id, cleaning.values, values.values)
        for one, cleaning, values in zip(known, cleaned, combined, strict=True)
    ]
    matches = zip(
        match_accounts(probes, directory.accounts(connection) if accounts is None else accounts, settings),
        match_people(probes, directory.people(connection), settings),
        group_organisations(probes, settings),
        strict=True,
    )
    return [
        Candidate(one, values, cleaning, Found(*found))
        for one, values, cleaning, found in zip(known, combined, cleaned, matches, strict=True)
    ]


def account_probe(lead_id: str, facts: Mapping[str, Any], values: Mapping[str, Any]) -> Probe:
    """A lead as its account is looked up: its cleaned facts, and HubSpot's company as it came."""

    def get(name: str) -> str:
        return str(facts.get(name) or "")

    def typed(name: str) -> str:
        return str(values.get(name) or "")

    return Probe(
        lead_id, get("first_name"), get("last_name"), get("email") or typed("email"), get("company"), get("website"), get("phone"),
        get("country"), get("state"), get("city"), get("job_title"), typed("company.domain"), typed("company.name"),
    )  # fmt: skip


def organisation_id(found: Found) -> str | None:
    """The organisation's stable id: its account when it has one, else what groups it."""
    return f"account:{found.account.id}" if found.account.outcome is Outcome.link else found.organisation.id
