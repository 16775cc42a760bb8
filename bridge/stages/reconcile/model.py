"""The scoring model: how features become log-odds, and how each answer is taken apart again.

A sum of small decision trees, trained by `benchmarks/matching/train.py` and kept in `model.json`. Following a pair down a tree, each step changes the
expected log-odds; the change is owed to the feature that was asked. Summed over trees that gives an exact waterfall: start + what each
feature added = the log-odds. `weights` rescales whole pieces of evidence (what `leadbridge match learn` adjusts).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np
import orjson
from numpy.typing import NDArray

from bridge.stages.reconcile.columns import Floats
from bridge.stages.reconcile.features import GROUP_OF
from bridge.stages.reconcile.groups import Runs

BLOCK = 4_000  # pairs that go down all trees at once
FIRST_TREES = 30
HOPELESS = -6.0  # log-odds after the first trees below which the rest is not asked


@dataclass(frozen=True, slots=True)
class Model:
    """All trees in one set of arrays. A leaf is its own child; a node's right child stands right behind its left one;
    the value of a node is the change of expected log-odds since its tree's root."""

    version: str
    features: tuple[str, ...]
    start: float
    roots: NDArray[np.int32]
    depth: int
    feature: NDArray[np.int16]
    threshold: Floats
    child: NDArray[np.int32]
    value: Floats
    shares: Floats  # nodes × groups: `value` divided among the groups of features asked on the way
    calibration: Mapping[str, float]

    def log_odds(self, values: Floats) -> Floats:
        """The log-odds of each row of `values` (pairs × features). Hopeless pairs leave after the first trees."""
        result = self._sum(values, self.roots[:FIRST_TREES]) + np.float32(self.start)
        hopeful = np.flatnonzero(result > HOPELESS)
        result[hopeful] += self._sum(values[hopeful], self.roots[FIRST_TREES:])
        return result

    def _sum(self, values: Floats, roots: NDArray[np.int32]) -> Floats:
        result = np.zeros(len(values), dtype=np.float32)
        if len(roots) == 0:
            return result
        for begin in range(0, len(values), BLOCK):
            part = values[begin : begin + BLOCK]
            result[begin : begin + BLOCK] = self.value[self._leaves(part, roots)].sum(1)
        return result

    def _leaves(self, values: Floats, roots: NDArray[np.int32]) -> NDArray[np.int32]:
        rows = np.arange(len(values))[:, None]
        node = np.broadcast_to(roots, (len(values), len(roots)))
        for _ in range(self.depth):
            node = self.child[node] + (values[rows, self.feature[node]] > self.threshold[node])
        return node

    def contributions(self, values: Floats) -> Floats:
        """What each group of features added, per row (rows × groups); each row's sum is `log_odds` less `start`."""
        added: Floats = self.shares[self._leaves(values, self.roots)].sum(1)
        return added

    def calibrated(self, odds: Floats, rivals: Floats, same_domain: Floats) -> Floats:
        """Log-odds that this candidate, and no rival, is the right one."""
        line = self.calibration
        total: Floats = (
            line["log_odds"] * odds + line["rivals"] * rivals + line["same_domain"] * (same_domain > 0) + line["start"]
        )
        return total


def rivals_of(lead: NDArray[np.int64], odds: NDArray[Any]) -> NDArray[Any]:
    """How much the other candidates of the same lead claim: log(1 + the sum of their odds), for each pair (sorted by lead)."""
    if len(lead) == 0:
        return odds
    claims = np.exp(np.minimum(odds.astype(np.float64), 30))
    others = Runs(lead).total(claims) - claims
    rivals: NDArray[Any] = np.log1p(np.maximum(others, 0))
    return rivals


def load_model(path: Path | None = None) -> Model:
    """The model of the house, or the one at `path`."""
    if path is not None:
        return parse_model(path.read_bytes(), GROUP_OF)
    return _house_model()


@lru_cache(maxsize=1)
def _house_model() -> Model:
    return parse_model(resources.files(__package__).joinpath("model.json").read_bytes(), GROUP_OF)


def parse_model(text: bytes, group_of: NDArray[np.int64]) -> Model:
    """A model from its JSON; `group_of` says which group of evidence each feature belongs to."""
    data: Mapping[str, Any] = orjson.loads(text)
    return Model(
        data["version"],
        tuple(data["features"]),
        float(data["start"]),
        np.array(data["roots"], dtype=np.int32),
        int(data["depth"]),
        np.array(data["feature"], dtype=np.int16),
        np.array([np.inf if limit is None else limit for limit in data["threshold"]], dtype=np.float32),
        np.array(data["child"], dtype=np.int32),
        np.array(data["value"], dtype=np.float32),
        _shares(data, group_of),
        data["calibration"],
    )


def _shares(data: Mapping[str, Any], group_of: NDArray[np.int64]) -> Floats:
    feature, child, value = data["feature"], data["child"], data["value"]
    shares = np.zeros((len(value), int(group_of.max()) + 1), dtype=np.float32)
    for node, below in enumerate(child):  # a parent stands before its children
        for kid in (below, below + 1) if below != node else ():
            shares[kid] = shares[node]
            shares[kid, group_of[feature[node]]] += value[kid] - value[node]
    return shares


def dump_model(model: Model) -> bytes:
    """A model as JSON, to be read by `parse_model`."""
    threshold = [None if np.isinf(limit) else float(limit) for limit in model.threshold.tolist()]
    return orjson.dumps(
        {
            "version": model.version, "features": model.features, "start": model.start, "roots": model.roots, "depth": model.depth,
            "feature": model.feature.tolist(), "threshold": threshold, "child": model.child, "value": model.value.tolist(),
            "calibration": dict(model.calibration),
        },
        option=orjson.OPT_SERIALIZE_NUMPY,
    )  # fmt: skip
