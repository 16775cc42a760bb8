"""Which entries of the directory are worth comparing with: those that share the rarest keys.

Two look-ups for a whole batch: how common each key is, and who has the rare ones. Common keys ("university") are left out as long as there
are rarer ones; what remains is ranked by the sum of the keys' rarity.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bridge.stages.reconcile.groups import Runs, begins
from bridge.stages.reconcile.values import Directory, Numbers

Floats = NDArray[np.float32]
KEY_CAP = 500  # a key that more entries have is never expanded
STRONG = 4.0
BUDGET = 700  # entries looked at per lead, rarest keys first


@dataclass(frozen=True, slots=True)
class Pairs:
    """Leads and candidates side by side: pair i compares lead `lead[i]` with entry number `number[i]`, sorted by lead."""

    lead: Numbers
    number: Numbers


def find_candidates(
    keys: Sequence[Sequence[int]],
    directory: Directory,
    limit: int,
    strong: frozenset[int] | set[int] = frozenset(),
    least_share: float = 0.0,
) -> Pairs:
    """At most `limit` candidates for each lead's keys, none with less than `least_share` of the best one's sum.

    A `strong` key counts STRONG times its rarity.
    """
    lead = np.repeat(np.arange(len(keys)), [len(some) for some in keys])
    flat = np.array([key for some in keys for key in some], dtype=np.int64)
    distinct, position = np.unique(flat, return_inverse=True)
    counts = directory.counts(distinct)[position]
    keep = (counts > 0) & (counts <= KEY_CAP)
    lead, position, counts = lead[keep], position[keep], counts[keep]
    order = np.lexsort((counts, lead))
    lead, position, counts = lead[order], position[order], counts[order]
    keep = Runs(lead).running(counts) <= BUDGET
    lead, position, counts = lead[keep], position[keep], counts[keep]
    rarity = np.log((directory.size + 1) / counts).astype(np.float32)
    if strong:
        boosts = np.array([STRONG if key in strong else 1.0 for key in distinct.tolist()], dtype=np.float32)
        rarity = rarity * boosts[position]
    return _rank(lead, position, rarity, distinct, directory, limit, least_share)


def _rank(
    lead: Numbers,
    position: Numbers,
    rarity: Floats,
    distinct: Numbers,
    directory: Directory,
    limit: int,
    least_share: float,
) -> Pairs:
    wanted, at = np.unique(position, return_inverse=True)
    starts, numbers = directory.postings(distinct[wanted])
    lengths = (starts[1:] - starts[:-1])[at]
    ends = np.cumsum(lengths)
    total = int(ends[-1]) if len(ends) else 0
    flat = np.arange(total) + np.repeat(starts[:-1][at] - (ends - lengths), lengths)
    pair_lead, pair_number = np.repeat(lead, lengths), numbers[flat]
    weight = np.repeat(rarity, lengths)
    both = pair_lead * np.int64(1 << 40) + pair_number
    order = np.argsort(both, kind="stable")
    both, weight = both[order], weight[order]
    first = begins(both)
    sums = np.add.reduceat(weight, first) if total else weight
    both = both[first]
    pair_lead, pair_number = both >> 40, both & ((1 << 40) - 1)
    order = np.lexsort((pair_number, -sums, pair_lead))
    pair_lead, pair_number = pair_lead[order], pair_number[order]
    runs, sums = Runs(pair_lead), sums[order]
    keep = (runs.running(np.ones(len(pair_lead), dtype=np.int64)) <= limit) & (sums >= least_share * runs.best(sums))
    return Pairs(pair_lead[keep], pair_number[keep])
