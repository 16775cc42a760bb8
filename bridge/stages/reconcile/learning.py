"""Learning from confirmed answers: how sure this customer may be of each score.

The trees stay as they are; how log-odds, rivals and a shared web domain become a probability is fitted anew (logistic regression, held close to what
was).
Part of the answers is held back: only a model that is better there is offered.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bridge.errors import UsageError
from bridge.stages.reconcile.accounts import candidate_features
from bridge.stages.reconcile.features import FEATURES
from bridge.stages.reconcile.groups import begins
from bridge.stages.reconcile.lead_profile import lead_profile
from bridge.stages.reconcile.memory import MemoryDirectory
from bridge.stages.reconcile.model import Model, dump_model, rivals_of
from bridge.stages.reconcile.values import MatchSettings, Probe

LEAST = 100  # confirmed answers below this teach nothing
HELD_BACK = 0.3
_SAME_DOMAIN = FEATURES.index("same_domain")
Looks = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Learned:
    """What learning gave: the model as JSON, and log loss and right answers before and after on the part held back."""

    better: bool
    model: bytes
    before: Mapping[str, float]
    after: Mapping[str, float]
    held_back: int


def learn_from(probes: Sequence[Probe], accounts: Sequence[str], directory: MemoryDirectory, model: Model) -> Learned:
    """Fit the calibration to confirmed answers: `accounts[i]` is the right account of `probes[i]` ("": none). Raises UsageError if too few."""
    if len(probes) < LEAST:
        raise UsageError(f"{len(probes)} confirmed answers teach nothing reliable", f"Confirm at least {LEAST}.")
    looks, right, lead = _best_candidates(probes, accounts, directory, model)
    held = np.array(
        [zlib.crc32(f"{probes[i].email}{probes[i].company}".encode()) % 100 < HELD_BACK * 100 for i in lead.tolist()]
    )
    old = np.array([model.calibration[name] for name in ("log_odds", "rivals", "same_domain", "start")])
    new = _fit(looks[~held], right[~held], old)
    before, after = _figures(looks[held], right[held], old), _figures(looks[held], right[held], new)
    better = after["log loss"] < before["log loss"] - 0.0005
    line = dict(zip(("log_odds", "rivals", "same_domain", "start"), (round(float(x), 5) for x in new), strict=True))
    version = f"{model.version}+{len(probes)} confirmed"
    return Learned(
        better, dump_model(replace(model, calibration=line, version=version)), before, after, int(held.sum())
    )


def _best_candidates(
    probes: Sequence[Probe], accounts: Sequence[str], directory: MemoryDirectory, model: Model
) -> tuple[Looks, NDArray[np.bool_], NDArray[np.int64]]:
    pairs, seen = candidate_features([lead_profile(probe) for probe in probes], directory, MatchSettings())
    odds = model.log_odds(seen.values)
    order = np.lexsort((pairs.number, -odds, pairs.lead))
    best = order[begins(pairs.lead[order])]
    rivals = rivals_of(pairs.lead, odds)[best]
    same = seen.values[best, _SAME_DOMAIN] > 0
    ids = [row.id for row in directory.rows(pairs.number[best])]
    right = np.array([id_ == accounts[lead] for id_, lead in zip(ids, pairs.lead[best].tolist(), strict=True)])
    return np.column_stack([odds[best], rivals, same, np.ones(len(best))]).astype(float), right, pairs.lead[best]


def _fit(looks: Looks, right: NDArray[np.bool_], old: NDArray[np.float64], rounds: int = 25) -> NDArray[np.float64]:
    """Logistic regression by Newton's method, held to the old weights by a prior worth some twenty answers."""
    weights, prior = old.copy(), 20.0 / np.maximum(np.abs(old), 0.3) ** 2
    for _ in range(rounds):
        chance = 1 / (1 + np.exp(-np.clip(looks @ weights, -30, 30)))
        slope = looks.T @ (right - chance) - prior * (weights - old)
        bend = (looks * (chance * (1 - chance))[:, None]).T @ looks + np.diag(prior)
        step = np.linalg.solve(bend, slope)
        weights = weights + step
        if np.abs(step).max() < 1e-6:
            break
    return weights


def _figures(looks: Looks, right: NDArray[np.bool_], weights: NDArray[Any]) -> dict[str, float]:
    chance = np.clip(1 / (1 + np.exp(-np.clip(looks @ weights, -30, 30))), 1e-6, 1 - 1e-6)
    said = chance >= 0.5
    loss = -np.mean(np.where(right, np.log(chance), np.log(1 - chance)))
    return {
        "log loss": round(float(loss), 4),
        "precision": round(float((said & right).sum() / max(said.sum(), 1)), 4),
        "recall of found": round(float((said & right).sum() / max(right.sum(), 1)), 4),
    }
