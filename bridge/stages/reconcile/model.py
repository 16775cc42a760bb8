"""The scoring model: how features become log-odds, and how each answer is taken apart again.

A sum of small decision trees, trained by `benchmarks/matching/train.py` and kept in `model.json`. Following a pair down a tree, each step changes the
expected log-odds; the change is owed to the feature that was asked. Summed over trees that gives an exact waterfall: start + what each
feature added = the log-odds. `weights` rescales whole groups of evidence (what `leadbridge match learn` adjusts). What the labelled world does
not have (a phone number in common, the state) weighs what `rare` says, beside the trees.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np
import orjson
from numpy.typing import NDArray

from bridge.frozen import frozen
from bridge.stages.reconcile.columns import Floats
from bridge.stages.reconcile.features import GROUP_OF, GROUPS
from bridge.stages.reconcile.groups import Runs, Whole

BLOCK = 400  # pairs that go down all trees at once: what fits a processor's cache
FEW = 24  # pairs that go down all trees at once, the hopeless too
FIRST_TREES = 30
SMALLEST = 4_000  # accounts; smaller directories are as sure as the smallest it was trained on
HOPELESS = -7.0  # log-odds after the first trees below which the rest is not asked


@frozen
class Model:
    """All trees in one set of arrays. A leaf is its own child; a node's right child stands right behind its left one;
    the value of a node is the change of expected log-odds since its tree's root."""

    version: str
    features: tuple[str, ...]
    start: float
    roots: Whole
    depth: int
    feature: Whole
    threshold: Floats
    child: Whole
    value: Floats
    shares: Floats  # nodes × groups: `value` divided among the groups of features asked on the way
    calibration: Mapping[str, float]
    weights: Mapping[str, float]  # group → what its evidence is multiplied by; 1 when it is not named
    rare: Floats  # of RARE_FEATURES, in log-odds

    def log_odds(self, values: Floats) -> Floats:
        """The log-odds of each row of `values` (pairs × features). Hopeless pairs leave after the first trees."""
        if len(values) <= FEW:
            return self._log_odds_of_few(values)
        result = self._sum(values, self.roots[:FIRST_TREES]) + np.float32(self.start)
        hopeful = (result > HOPELESS).nonzero()[0]
        result[hopeful] += self._sum(values[hopeful], self.roots[FIRST_TREES:])
        return self._with_rare(result, values)

    def _log_odds_of_few(self, values: Floats) -> Floats:
        """The same in one go: for a single lead asking all trees takes less than parting the pairs."""
        added = self.value.take(self._leaves(values, self.roots), mode="clip")
        result: Floats = added[:, :FIRST_TREES].sum(1) + np.float32(self.start)
        rest = added[:, FIRST_TREES:].sum(1)
        hopeful = result > HOPELESS
        result[hopeful] += rest[hopeful]
        return self._with_rare(result, values)

    def _with_rare(self, odds: Floats, values: Floats) -> Floats:
        if len(self.rare):
            odds += values[:, -len(self.rare) :] @ self.rare
        return odds

    def _sum(self, values: Floats, roots: Whole) -> Floats:
        result = np.zeros(len(values), dtype=np.float32)
        for begin in range(0, len(values) if len(roots) else 0, BLOCK):
            part = values[begin : begin + BLOCK]
            result[begin : begin + BLOCK] = self.value.take(self._leaves(part, roots), mode="clip").sum(1)
        return result

    def _leaves(self, values: Floats, roots: Whole) -> Whole:
        """The leaf each row reaches in each tree. Every index is known to be in range: "clip" saves numpy the look."""
        if len(values) == 1 and len(roots) == len(self.roots):
            return self._leaves_of_one(values[0])[None]
        flat, count = values.ravel(), values.shape[1]
        rows = (np.arange(len(values)) * count)[:, None]
        node = roots[None].repeat(len(values), 0)
        feature, threshold, child = self.feature, self.threshold, self.child
        for _ in range(self.depth):
            asked = flat.take(rows + feature.take(node, mode="clip"), mode="clip")
            node = child.take(node, mode="clip") + (asked > threshold.take(node, mode="clip"))
        return node

    def _leaves_of_one(self, row: Floats) -> Whole:
        """The same for one row and all trees: every node is asked at once, then each tree is walked down by the answers."""
        below = self.child + (row.take(self.feature, mode="clip") > self.threshold)
        node = self.roots
        for _ in range(self.depth):
            node = below.take(node, mode="clip")
        return node

    def contributions(self, values: Floats) -> Floats:
        """What each group of features added, per row (rows × groups); each row's sum is `log_odds` less `start`."""
        added = np.empty((len(values), self.shares.shape[1]), dtype=np.float32)
        for begin in range(0, len(values), BLOCK):
            part = values[begin : begin + BLOCK]
            added[begin : begin + BLOCK] = self.shares.take(self._leaves(part, self.roots), axis=0).sum(1)
        if len(self.rare):
            added[:, -len(self.rare) :] += values[:, -len(self.rare) :] * self.rare
        return added

    def calibrated(self, odds: Floats, rivals: Floats, same_domain: Floats, size: int) -> Floats:
        """Log-odds that this candidate, and no rival, is the right one; `size` is the number of accounts there are."""
        line = self.calibration
        total: Floats = (
            line["log_odds"] * odds
            + line["rivals"] * rivals
            + line["same_domain"] * (same_domain > 0)
            + line["size"] * np.float32(np.log(max(size, SMALLEST) + 1.0))
            + line["start"]
        )
        return total


def rivals_of(runs: Runs, odds: NDArray[Any]) -> NDArray[Any]:
    """How much the other candidates of the same lead claim: log(1 + the sum of their odds), for each pair (`runs`: of equal leads)."""
    claims = np.exp(np.minimum(odds.astype(np.float64), 30))
    others = runs.total(claims) - claims
    rivals: NDArray[Any] = np.log1p(np.maximum(others, 0))
    return rivals


def model_text(path: Path | None = None) -> bytes:
    """The model of the house, or the one at `path`, as JSON."""
    return resources.files(__package__).joinpath("model.json").read_bytes() if path is None else path.read_bytes()


def load_model(path: Path | None = None) -> Model:
    """The model of the house, or the one at `path`."""
    return _house_model() if path is None else parse_model(model_text(path), GROUP_OF, GROUPS)


@lru_cache(maxsize=1)
def _house_model() -> Model:
    return parse_model(model_text(), GROUP_OF, GROUPS)


def parse_model(text: bytes, group_of: NDArray[np.int64], groups: Sequence[str]) -> Model:
    """A model from its JSON; `group_of` says which of the `groups` of evidence each feature belongs to."""
    data: Mapping[str, Any] = orjson.loads(text)
    weights = data.get("weights", {})
    shares = _shares(data, group_of) * np.array([weights.get(group, 1.0) for group in groups], dtype=np.float32)
    return Model(
        data["version"],
        tuple(data["features"]),
        float(data["start"]),
        np.array(data["roots"], dtype=np.int64),
        int(data["depth"]),
        np.array(data["feature"], dtype=np.int64),
        np.array([np.inf if limit is None else limit for limit in data["threshold"]], dtype=np.float32),
        np.array(data["child"], dtype=np.int64),
        shares.sum(1),
        shares,
        data["calibration"],
        weights,
        np.array(list(data.get("rare", {}).values()), dtype=np.float32),
    )


def _shares(data: Mapping[str, Any], group_of: NDArray[np.int64]) -> Floats:
    feature, child, value = data["feature"], data["child"], data["value"]
    shares = np.zeros((len(value), int(group_of.max()) + 1), dtype=np.float32)
    for node, below in enumerate(child):  # a parent stands before its children
        for kid in (below, below + 1) if below != node else ():
            shares[kid] = shares[node]
            shares[kid, group_of[feature[node]]] += value[kid] - value[node]
    return shares


def with_weights(text: bytes, weights: Mapping[str, float], calibration: Mapping[str, float], version: str) -> bytes:
    """The model in `text` (JSON, see `parse_model`) with other weights and another calibration."""
    data = orjson.loads(text)
    return orjson.dumps(data | {"weights": weights, "calibration": calibration, "version": version})
