"""Trees that learn which of a lead's candidates is the right one, or that none is.

Two rounds on the same trees. The first looks at pairs: right or wrong. The second looks at leads: the candidates and "none" share one certainty
between them, so a tree is grown for what tells the right account from those that are nearly as good. Grown by scikit-learn's histogram grower,
which its estimators do not offer with such a loss.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.ensemble._hist_gradient_boosting.binning import _BinMapper
from sklearn.ensemble._hist_gradient_boosting.common import G_H_DTYPE
from sklearn.ensemble._hist_gradient_boosting.grower import TreeGrower

DEPTH = 6
SHAPE = {"max_leaf_nodes": 20, "max_depth": DEPTH, "min_samples_leaf": 40, "l2_regularization": 3.0}
BY_PAIR, BY_LEAD = (100, 0.12), (60, 0.1)  # trees, learning rate
START = -3.0  # log-odds of any pair before the first tree
BINS = 256
LEAST = 1e-6  # a pair's weight in a leaf, however sure it is


@dataclass(frozen=True)
class Trees:
    """A sum of trees; `predictors` are scikit-learn's."""

    start: float
    predictors: list[Any]

    def decision_function(self, values: Any) -> Any:
        """The log-odds of each row."""
        rows = np.ascontiguousarray(values, dtype=np.float64)
        none, columns = np.zeros((0, 8), dtype=np.uint32), np.zeros(rows.shape[1], dtype=np.uint32)  # no categories
        return self.start + sum(predictor.predict(rows, none, columns, 2) for predictor in self.predictors)


def grow(values: Any, right: Any, lead: Any) -> Trees:
    """Trees for these pairs: their features, whether they are right, and the lead each is of (equal ones side by side)."""
    mapper = _BinMapper(n_bins=BINS, random_state=1)
    binned = mapper.fit_transform(values.astype(np.float64))
    new = np.r_[True, lead[1:] != lead[:-1]]
    starts, run = np.flatnonzero(new), np.cumsum(new) - 1
    odds, predictors = np.full(len(right), START), []
    for (count, rate), by_lead in ((BY_PAIR, False), (BY_LEAD, True)):
        for _ in range(count):
            wanted, now = _among_lead(odds, right, starts, run) if by_lead else (right, 1 / (1 + np.exp(-odds)))
            slope, bend = (now - wanted).astype(G_H_DTYPE), (now * (1 - now) + LEAST).astype(G_H_DTYPE)
            bins = mapper.n_bins_non_missing_
            tree = TreeGrower(binned, slope, bend, n_bins=BINS, n_bins_non_missing=bins, shrinkage=rate, **SHAPE)
            tree.grow()
            for leaf in tree.finalized_leaves:
                odds[leaf.sample_indices] += leaf.value
            predictors.append(tree.make_predictor(mapper.bin_thresholds_))
    return Trees(START, predictors)


def _among_lead(odds: Any, right: Any, starts: Any, run: Any) -> tuple[Any, Any]:
    """What each pair should have of its lead's certainty (right ones share it as they do now), and what it has; "none" has the odds 1."""
    claim = np.exp(np.minimum(odds, 30))
    has = claim / (1 + np.add.reduceat(claim, starts))[run]
    good = np.where(right, claim, 0)
    wanted = good / np.maximum(np.add.reduceat(good, starts), 1e-300)[run]
    return wanted, has
