"""Accounts that stand twice: found and listed for a person, never merged.

Each account is asked about as if it were a lead, and what it finds besides itself is judged by the same comparison. Two units of one organisation
are not duplicates: another country, another city, or a parent and its child.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import numpy as np

from bridge.decisions import Evidence
from bridge.frozen import frozen
from bridge.stages.reconcile.account_profile import unpack
from bridge.stages.reconcile.accounts import candidates_of
from bridge.stages.reconcile.candidates import Pairs
from bridge.stages.reconcile.columns import lead_columns
from bridge.stages.reconcile.explain import reasons_for, waterfall
from bridge.stages.reconcile.features import compare
from bridge.stages.reconcile.groups import Runs
from bridge.stages.reconcile.lead_profile import LeadProfile, lead_profile
from bridge.stages.reconcile.local_names import had_in_many_towns
from bridge.stages.reconcile.memory import MemoryDirectory
from bridge.stages.reconcile.model import Model, load_model
from bridge.stages.reconcile.names import names_of
from bridge.stages.reconcile.values import AccountEntry, MatchSettings, Probe
from bridge.stages.reconcile.vetoes import Row, seen_in

CHUNK = 2_000
NEAR, ALIKE = 0.7, 0.92  # of the words' weight on both sides
SURE, PERHAPS = 0.9, 0.5


@frozen
class AccountDuplicate:
    """Two accounts that are one organisation: `sure`, or worth a person's eye; why, and the waterfall."""

    id: str
    other_id: str
    sure: bool
    score: float
    sentence: str
    evidence: tuple[Evidence, ...]


def find_duplicates(
    entries: Sequence[AccountEntry], directory: MemoryDirectory, model: Model | None = None
) -> Iterator[AccountDuplicate]:
    """Pairs among `entries`, each once, in the order of the first; `directory` holds exactly these, in this order."""
    model = model or load_model()
    told: set[tuple[int, int]] = set()
    names = [_whole_name(entry) for entry in entries]
    for begin in range(0, len(entries), CHUNK):
        probes = [_as_probe(entry) for entry in entries[begin : begin + CHUNK]]
        profiles = [lead_profile(probe, known=True) for probe in probes]
        pairs = _without_themselves(candidates_of(profiles, directory, MatchSettings()), begin)
        seen = compare(pairs, pairs.number, lead_columns(profiles, directory), directory.columns, directory.size)
        odds = model.log_odds(seen.values)
        for i in (odds >= math.log(PERHAPS / (1 - PERHAPS))).nonzero()[0].tolist():
            lead = int(pairs.lead[i])
            ours, theirs = begin + lead, int(pairs.number[i])
            pair = (min(ours, theirs), max(ours, theirs))
            row = seen_in(seen.values[i].tolist())
            same_name = names[ours] == names[theirs] != ""
            if pair in told or _family(entries[ours], entries[theirs]) or _told_apart(entries[ours], entries[theirs]):
                continue
            if _one_organisation(row, same_name):
                told.add(pair)
                shares = model.contributions(seen.values[i : i + 1])[0].tolist()
                yield _duplicate(
                    entries[ours], entries[theirs], probes[lead], profiles[lead], row, same_name, shares, model.start, float(odds[i]),
                    directory,
                )  # fmt: skip


def _as_probe(entry: AccountEntry) -> Probe:
    return Probe(
        entry.id, company=entry.name, website=entry.website, phone=entry.phone, country=entry.country, state=entry.state, city=entry.city
    )  # fmt: skip


def _without_themselves(pairs: Pairs, begin: int) -> Pairs:
    kept = (pairs.number != pairs.lead + begin).nonzero()[0]
    lead = pairs.lead[kept]
    return Pairs(lead, pairs.number[kept], Runs(lead), pairs.found[kept], pairs.rarest[kept])


def _whole_name(entry: AccountEntry) -> str:
    """Its name in its one form, without what stands in brackets."""
    names = names_of(entry.name)[0]
    return names[0].squash if names else ""


def _told_apart(ours: AccountEntry, theirs: AccountEntry) -> bool:
    """Both have something in brackets, and not the same ("Columbia College (SC)", "Columbia College (CA)")."""
    one, other = ours.name.partition("(")[2], theirs.name.partition("(")[2]
    return bool(one and other) and one.casefold() != other.casefold()


def _one_organisation(row: Row, same_name: bool) -> bool:
    """The same name in the same place as far as it is known; or nearly so, with a web domain that few others use or the same city."""
    if row("country") < 0 or 0 <= row("city") < 0.8:
        return False
    if same_name:
        return row("country") > 0 or row("same_domain") > 0 or row("same_phone") > 0
    cover = min(row("lead_cover"), row("account_cover"))
    few = row("same_domain") > 0 and row("domain_sharing") < math.log(3.5)
    return (few and cover >= NEAR) or (cover >= ALIKE and (row("same_domain") > 0 or row("city") >= 0.8))


def _family(ours: AccountEntry, theirs: AccountEntry) -> bool:
    return ours.parent_id == theirs.id or theirs.parent_id == ours.id


def _duplicate(
    ours: AccountEntry,
    theirs: AccountEntry,
    probe: Probe,
    profile: LeadProfile,
    row: Row,
    same_name: bool,
    shares: Sequence[float],
    start: float,
    odds: float,
    directory: MemoryDirectory,
) -> AccountDuplicate:
    other = directory.rows(np.array([directory.number_of(theirs.id)], dtype=np.int64))[0]
    facts = unpack(other.payload)
    score = 1 / (1 + math.exp(-min(odds, 30.0)))
    backed = row("verbatim") > 0 or row("same_domain") > 0 or row("city") >= 0.8
    placed = max(row("same_domain"), row("same_phone")) > 0 or row("city") >= 0.8
    own_name = placed or not had_in_many_towns(probe.company, profile)
    sure = score >= SURE and same_name and backed and own_name and row("other_domain") <= 0
    because = ", ".join(reasons_for(row, profile, facts))
    words = f"{'The same' if sure else 'Perhaps the same'} organisation as {theirs.name}: {because}."
    evidence = waterfall(probe, profile, other, facts, shares, start, odds)
    return AccountDuplicate(ours.id, theirs.id, sure, round(score, 4), words, evidence)
