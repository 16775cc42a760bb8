"""A lead that is asked about alone has the same candidates as among others, where budget, limit and the least share cut them."""

from __future__ import annotations

from random import Random

import pytest

from bridge.index_rows import IndexRow
from bridge.stages.reconcile import MemoryDirectory
from bridge.stages.reconcile.candidates import BUDGET, KEY_CAP, Pairs, find_candidates

ENTRIES = 2_000
HAVE = {
    **dict.fromkeys(range(10), KEY_CAP + 1),
    **dict.fromkeys(range(10, 60), BUDGET // 3),
    **dict.fromkeys(range(60, 200), 12),
}
"""Key → how many entries have it: some are too common, some fill the budget, some are rare."""


@pytest.fixture(scope="module")
def directory() -> MemoryDirectory:
    chance = Random(7)
    keys: list[set[int]] = [set() for _ in range(ENTRIES)]
    for key, entries in HAVE.items():
        for number in chance.sample(range(ENTRIES), entries):
            keys[number].add(key)
    return MemoryDirectory([IndexRow(str(number), "", tuple(sorted(some)), b"") for number, some in enumerate(keys)])


def of_first(pairs: Pairs) -> list[tuple[int, float, float]]:
    """Number, sum and rarest of the first lead's candidates, the best first."""
    mine = pairs.lead == 0
    return list(zip(pairs.number[mine].tolist(), pairs.found[mine].tolist(), pairs.rarest[mine].tolist(), strict=True))


@pytest.mark.parametrize(("limit", "least_share"), [(5, 0.0), (40, 0.3), (10_000, 0.0), (10_000, 0.6)])
def test_alone_and_among_others_the_candidates_are_the_same(
    directory: MemoryDirectory, limit: int, least_share: float
) -> None:
    chance = Random(limit)
    for _ in range(100):
        asked = {key: chance.choice((0.5, 1.0, 2.0)) for key in chance.sample(range(210), chance.randint(0, 12))}
        other = dict.fromkeys(chance.sample(range(210), 5), 1.0)
        alone = find_candidates([asked], directory, lambda _: limit, least_share)
        among = find_candidates([asked, other], directory, lambda _: limit, least_share)
        assert of_first(alone) == of_first(among)
        assert len(of_first(alone)) <= limit
