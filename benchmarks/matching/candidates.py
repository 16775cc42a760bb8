"""Why larger directories are harder: how often the right account is found at all, and how often another one fits just as well."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from benchmarks.matching.worlds import Truth, World, distractors
from bridge.index_rows import IndexRow
from bridge.stages.reconcile import AccountEntry, MemoryDirectory, account_rows
from bridge.stages.reconcile.accounts import candidate_features
from bridge.stages.reconcile.features import FEATURES
from bridge.stages.reconcile.lead_profile import lead_profile
from bridge.stages.reconcile.values import MatchSettings

SEED = 4711  # of the made-up accounts; the model was trained with others
HEAD = ("accounts", "leads with an account", "it is among the candidates", "freemail", "another fits at least as well")
NEAR = 0.02  # of a likeness from 0 to 1: no difference
EVIDENCE = (
    "exact", "likeness", "acronym", "country", "suffix_country", "city", "city_named", "same_domain", "label_likeness", "name_label",
    "acronym_label", "label_name",
)  # fmt: skip


def measure(world: World, accounts: int) -> tuple[str, ...]:
    """A row under HEAD for a directory of so many accounts (0: the labelled ones)."""
    ids: list[str] = []
    directory = MemoryDirectory(_noting(account_rows(_entries(world, accounts)), ids))
    truths = [world.truth[lead.id] for lead in world.leads]
    pairs, seen = candidate_features([lead_profile(lead) for lead in world.leads], directory, MatchSettings())
    right = [
        _is_right(truths[lead], ids[n]) for lead, n in zip(pairs.lead.tolist(), pairs.number.tolist(), strict=True)
    ]
    found, as_good = set(), set()
    told, is_right = _told(seen.values), np.array(right, dtype=bool)
    for start, length in zip(pairs.runs.starts.tolist(), pairs.runs.lengths.tolist(), strict=True):
        own, part = is_right[start : start + length], told[start : start + length]
        if own.any():
            found.add(int(pairs.lead[start]))
            if (part[~own] >= part[own][0] - NEAR).all(1).any():
                as_good.add(int(pairs.lead[start]))
    known = {lead for lead, truth in enumerate(truths) if truth.account}
    free = {lead for lead in known if truths[lead].slice == "freemail"}
    shares = (len(found) / len(known), len(found & free) / max(len(free), 1), len(as_good) / len(known))
    return (f"{directory.size:,}", f"{len(known):,}", *(f"{share:.1%}" for share in shares))


def _entries(world: World, accounts: int) -> Iterator[AccountEntry]:
    yield from world.accounts
    yield from distractors(world.accounts, max(accounts - len(world.accounts), 0), SEED)


def _noting(rows: Iterator[IndexRow], ids: list[str]) -> Iterator[IndexRow]:
    for row in rows:
        ids.append(row.id)
        yield row


def _is_right(truth: Truth, account: str) -> bool:
    return bool(truth.account) and (account == truth.account or account in truth.acceptable)


def _told(values: NDArray[np.float32]) -> NDArray[np.float32]:
    """What name, place and web say for each pair, the more the better."""
    at = {feature: column for column, feature in enumerate(FEATURES)}
    ours, theirs = values[:, at["lead_cover"]], values[:, at["account_cover"]]
    cover = 2 * ours * theirs / (np.abs(ours) + np.abs(theirs) + 1e-6)
    return np.column_stack([cover, *(np.maximum(values[:, at[name]], -1) for name in EVIDENCE)])
