"""Which entries of the directory are worth comparing with: those that share the rarest keys.

Two look-ups for a whole batch: how common each key is, and who has the rare ones. Common keys ("university") are left out as long as there
are rarer ones; what remains is ranked by the sum of the keys' rarity.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from bridge.stages.reconcile.values import Directory, Numbers

KEY_CAP = 500  # a key that more entries have is never expanded
BUDGET = 700  # entries looked at per lead, rarest keys first


@dataclass(frozen=True, slots=True)
class Pairs:
    """Leads and candidates side by side: pair i compares lead `lead[i]` with entry number `number[i]`, sorted by lead."""

    lead: Numbers
    number: Numbers


def find_candidates(keys: Sequence[Sequence[int]], directory: Directory, limit: int) -> Pairs:
    """At most `limit` candidates for each lead's keys."""
    lead = np.repeat(np.arange(len(keys)), [len(some) for some in keys])
    flat = np.array([key for some in keys for key in some], dtype=np.int64)
    distinct, position = np.unique(flat, return_inverse=True)
    counts = directory.counts(distinct)[position]
    keep = (counts > 0) & (counts <= KEY_CAP)
    lead, position, counts = lead[keep], position[keep], counts[keep]
    order = np.lexsort((counts, lead))
    lead, position, counts = lead[order], position[order], counts[order]
    keep = _running_sum(lead, counts) <= BUDGET
    lead, position, counts = lead[keep], position[keep], counts[keep]
    return _rank(lead, position, counts, distinct, directory, limit)


def _rank(
    lead: Numbers, position: Numbers, counts: Numbers, distinct: Numbers, directory: Directory, limit: int
) -> Pairs:
    wanted, at = np.unique(position, return_inverse=True)
    starts, numbers = directory.postings(distinct[wanted])
    lengths = (starts[1:] - starts[:-1])[at]
    ends = np.cumsum(lengths)
    total = int(ends[-1]) if len(ends) else 0
    flat = np.arange(total) + np.repeat(starts[:-1][at] - (ends - lengths), lengths)
    rarity = np.log((directory.size + 1) / counts).astype(np.float32)
    pair_lead, pair_number = np.repeat(lead, lengths), numbers[flat]
    weight = np.repeat(rarity, lengths)
    both = pair_lead * np.int64(1 << 40) + pair_number
    order = np.argsort(both, kind="stable")
    both, weight = both[order], weight[order]
    first = np.flatnonzero(np.r_[True, both[1:] != both[:-1]]) if total else np.zeros(0, dtype=np.int64)
    sums = np.add.reduceat(weight, first) if total else weight
    both = both[first]
    pair_lead, pair_number = both >> 40, both & ((1 << 40) - 1)
    order = np.lexsort((pair_number, -sums, pair_lead))
    pair_lead, pair_number = pair_lead[order], pair_number[order]
    keep = _running_sum(pair_lead, np.ones(len(pair_lead), dtype=np.int64)) <= limit
    return Pairs(pair_lead[keep], pair_number[keep])


def _running_sum(group: Numbers, values: Numbers) -> Numbers:
    """The sum of `values` so far within each run of equal `group`."""
    if len(group) == 0:
        return values
    total = np.cumsum(values)
    begins = np.flatnonzero(np.r_[True, group[1:] != group[:-1]])
    before = np.zeros(len(group), dtype=np.int64)
    before[begins] = total[begins] - values[begins]
    return total - np.maximum.accumulate(before)
