"""Which entries of the directory are worth comparing with: those that share the rarest keys.

Two look-ups for a whole batch: how common each key is, and who has the rare ones. Common keys ("university") are left out as long as there
are rarer ones; what remains is ranked by the sum of the keys' rarity, each times what its kind of key counts.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from bridge.frozen import frozen
from bridge.index_rows import LISTED
from bridge.stages.reconcile.groups import Runs, begins
from bridge.stages.reconcile.values import Directory, Numbers

Floats = NDArray[np.float32]
KEY_CAP = LISTED  # a key that more entries have is never expanded
BUDGET = 700  # entries looked at per lead, rarest keys first
STEEPNESS = 1.5  # one rare key in common says more than several half as rare


@frozen
class Pairs:
    """Leads and candidates side by side: pair i compares lead `lead[i]` with entry number `number[i]`, sorted by lead.

    `found[i]` is the sum of what the keys in common say, `rarest[i]` the largest of them; a key that one entry alone has says 1.
    """

    lead: Numbers
    number: Numbers
    runs: Runs  # of equal leads
    found: Floats
    rarest: Floats


def find_candidates(
    keys: Sequence[Mapping[int, float]], directory: Directory, limit: Callable[[int], int], least_share: float = 0.0
) -> Pairs:
    """At most `limit(size)` candidates for each lead's keys (key → what its kind counts) in a directory of this size, none with less than
    `least_share` of the best one's sum. The size is asked for after the keys: the directory reads both at once."""
    if len(keys) == 1:
        return _find_for_one(keys[0], directory, limit, least_share)
    lead = np.arange(len(keys)).repeat(list(map(len, keys)))
    flat = np.fromiter(chain.from_iterable(keys), dtype=np.int64, count=len(lead))
    counted = np.fromiter(chain.from_iterable([some.values() for some in keys]), dtype=np.float32, count=len(lead))
    distinct, position = np.unique(flat, return_inverse=True)
    counts = directory.counts(distinct, listing=True)[position]
    kept = ((counts > 0) & (counts <= KEY_CAP)).nonzero()[0]
    kept = kept[np.lexsort((counts[kept], lead[kept]))]
    kept = kept[Runs(lead[kept]).running(counts[kept]) <= BUDGET]
    says = counted[kept] * rarity_of(counts[kept], directory.size)
    return _rank(lead[kept], position[kept], says, distinct, directory, limit(directory.size), least_share)


def with_given(pairs: Pairs, keys: Sequence[Mapping[int, float]], given: Numbers, directory: Directory) -> Pairs:
    """The same candidates and, for lead i, also the entry numbered `given[i]` (-1: none is given)."""
    lead = np.repeat(np.arange(len(keys)), list(map(len, keys)))
    flat = np.fromiter(chain.from_iterable(keys), dtype=np.int64, count=len(lead))
    counted = np.fromiter((worth for some in keys for worth in some.values()), dtype=np.float32, count=len(lead))
    counts = directory.counts(flat)
    kept = ((counts > 0) & (counts <= KEY_CAP) & (given[lead] >= 0)).nonzero()[0]
    starts, numbers = directory.postings(flat[kept])
    has = np.repeat(kept, np.diff(starts))[numbers == np.repeat(given[lead[kept]], np.diff(starts))]
    says = counted[has] * rarity_of(counts[has], directory.size)
    found, rarest = np.zeros(len(keys), dtype=np.float32), np.zeros(len(keys), dtype=np.float32)
    np.add.at(found, lead[has], says)
    np.maximum.at(rarest, lead[has], says)
    known = set(zip(pairs.lead.tolist(), pairs.number.tolist(), strict=True))
    new = np.array(
        [i for i, number in enumerate(given.tolist()) if number >= 0 and (i, number) not in known], dtype=np.int64
    )
    order = np.argsort(np.concatenate([pairs.lead, new]), kind="stable")
    both = np.concatenate([pairs.lead, new])[order]
    return Pairs(
        both,
        np.concatenate([pairs.number, given[new]])[order],
        Runs(both),
        np.concatenate([pairs.found, found[new]])[order],
        np.concatenate([pairs.rarest, rarest[new]])[order],
    )


def rarity_of(counts: Numbers, size: int) -> Floats:
    """What a key says that `counts` of `size` entries have: 1 when one alone has it, 0 when all have."""
    share = np.log((size + 1) / counts) / np.log(size + 1)
    rarity: Floats = (np.maximum(share, 0) ** STEEPNESS).astype(np.float32)
    return rarity


def _find_for_one(
    keys: Mapping[int, float], directory: Directory, limit: Callable[[int], int], least_share: float
) -> Pairs:
    """The same for one lead alone, while somebody waits: no key comes twice, and all that is found is of one run."""
    flat = np.fromiter(keys, dtype=np.int64, count=len(keys))
    counted = np.fromiter(keys.values(), dtype=np.float32, count=len(keys))
    counts = directory.counts(flat, listing=True)
    kept = ((counts > 0) & (counts <= KEY_CAP)).nonzero()[0]
    kept = kept[counts[kept].argsort(kind="stable")]
    kept = kept[counts[kept].cumsum() <= BUDGET]
    starts, numbers = directory.postings(flat[kept])
    says = counted[kept] * rarity_of(counts[kept], directory.size)
    order = numbers.argsort(kind="stable")
    numbers, says = numbers[order], says.repeat(starts[1:] - starts[:-1])[order]
    first = begins(numbers)
    found, rarest = says, says
    if len(first):
        found, rarest = np.add.reduceat(says, first), np.maximum.reduceat(says, first)
        best = (found >= least_share * found.max()).nonzero()[0]
        best = best[(-found[best]).argsort(kind="stable")][: limit(directory.size)]
        numbers, found, rarest = numbers[first[best]], found[best], rarest[best]
    lead = np.zeros(len(numbers), dtype=np.int64)
    return Pairs(lead, numbers, Runs(lead), found, rarest)


def _rank(
    lead: Numbers,
    position: Numbers,
    says: Floats,
    distinct: Numbers,
    directory: Directory,
    limit: int,
    least_share: float,
) -> Pairs:
    wanted, at = np.unique(position, return_inverse=True)
    starts, numbers = directory.postings(distinct[wanted])
    lengths = (starts[1:] - starts[:-1])[at]
    ends = lengths.cumsum()
    flat = np.arange(lengths.sum()) + (starts[:-1][at] - (ends - lengths)).repeat(lengths)
    both = (lead << 40).repeat(lengths) + numbers[flat]
    order = both.argsort(kind="stable")
    both, says = both[order], says.repeat(lengths)[order]
    first = begins(both)
    found = np.add.reduceat(says, first) if len(first) else says
    rarest = np.maximum.reduceat(says, first) if len(first) else says
    both = both[first]
    kept = (found >= least_share * Runs(both >> 40).best(found)).nonzero()[0]
    kept = kept[np.lexsort((both[kept], -found[kept], both[kept] >> 40))]
    runs = Runs(both[kept] >> 40)
    if len(runs.lengths) and runs.lengths.max() > limit:
        kept = kept[runs.running(np.ones(len(kept), dtype=np.int64)) <= limit]
        runs = Runs(both[kept] >> 40)
    return Pairs(both[kept] >> 40, both[kept] & ((1 << 40) - 1), runs, found[kept], rarest[kept])
