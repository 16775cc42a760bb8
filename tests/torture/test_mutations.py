"""Every mutation can be made: its text stands once where it says, and the tests it names are there. `make mutations` makes them all."""

from __future__ import annotations

import pytest
from guards import MUTATIONS, Mutation
from mutations import ROOT


@pytest.mark.parametrize("one", MUTATIONS, ids=lambda one: one.guard)
def test_a_mutation_can_be_made(one: Mutation) -> None:
    assert (ROOT / one.file).read_text(encoding="utf-8").count(one.old) == 1
    for path in one.test.partition(" -k ")[0].split():
        assert (ROOT / path).exists(), path
