"""Learning from confirmed answers: what each kind of evidence is worth to this customer, and how sure they may be of a score.

The trees stay as they are. The weight of each group of evidence, of rivals and of a shared web domain is fitted anew (logistic regression on the best
candidate of each lead, held close to what was). Part of the answers is held back: only a model that is better there is offered.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bridge.errors import UsageError
from bridge.frozen import frozen
from bridge.stages.reconcile.accounts import candidate_features
from bridge.stages.reconcile.features import FEATURES, GROUP_OF, GROUPS
from bridge.stages.reconcile.groups import begins
from bridge.stages.reconcile.lead_profile import LeadProfile, lead_profile
from bridge.stages.reconcile.memory import MemoryDirectory
from bridge.stages.reconcile.model import SMALLEST, parse_model, rivals_of, with_weights
from bridge.stages.reconcile.values import MatchSettings, Probe

LEAST = 100  # confirmed answers below this teach nothing
HELD_BACK = 0.3
BETTER = 0.0005  # of log loss, on the part held back
FIRMNESS = 30.0  # answers that the old weights are worth
_SAME_DOMAIN = FEATURES.index("same_domain")
_LINE = ("rivals", "same_domain", "start")
Looks = NDArray[np.float64]


@frozen
class Learned:
    """What learning gave: the model as JSON, log loss and right answers before and after on the part held back, and the new weight of each
    group of evidence (1: as before)."""

    better: bool
    model: bytes
    before: Mapping[str, float]
    after: Mapping[str, float]
    held_back: int
    weights: Mapping[str, float]


@frozen
class _Best:
    """The best candidate of each lead that has one: what speaks for it, whether it is right, and whether the lead is held back."""

    looks: Looks  # groups of evidence, then _LINE
    fixed: Looks  # what no weight changes
    right: NDArray[np.bool_]
    held: NDArray[np.bool_]


def learn_from(probes: Sequence[Probe], accounts: Sequence[str], directory: MemoryDirectory, text: bytes) -> Learned:
    """Fit the weights of the model in `text` to confirmed answers: `accounts[i]` is the right account of `probes[i]` ("": none).

    Raises UsageError if there are too few, or too few of one kind.
    """
    if len(probes) < LEAST:
        raise UsageError(f"{len(probes)} confirmed answers teach nothing reliable", f"Confirm at least {LEAST}.")
    model = parse_model(text, GROUP_OF, GROUPS)
    line = model.calibration
    best = _best_candidates(probes, accounts, directory, text)
    taught = best.right[~best.held]
    if len(taught) == 0 or taught.all() or not taught.any():
        raise UsageError("All answers are alike", "Give confirmed and refused ones, or leads without an account.")
    old = np.array([line["log_odds"]] * len(GROUPS) + [line[name] for name in _LINE])
    new = _fit(best.looks[~best.held], best.fixed[~best.held], taught, old)
    held = (best.looks[best.held], best.fixed[best.held], best.right[best.held])
    before, after = _figures(*held, old), _figures(*held, new)
    scale = new[: len(GROUPS)] / line["log_odds"]
    weights = {
        group: round(float(model.weights.get(group, 1.0) * one), 4) for group, one in zip(GROUPS, scale, strict=True)
    }
    calibration = dict(line) | {name: round(float(one), 5) for name, one in zip(_LINE, new[len(GROUPS) :], strict=True)}
    return Learned(
        after["log loss"] < before["log loss"] - BETTER,
        with_weights(text, weights, calibration, f"{model.version}+{len(probes)} confirmed"),
        before, after, int(best.held.sum()), weights,
    )  # fmt: skip


def _best_candidates(
    probes: Sequence[Probe], accounts: Sequence[str], directory: MemoryDirectory, text: bytes
) -> _Best:
    model = parse_model(text, GROUP_OF, GROUPS)
    profiles = [lead_profile(probe) for probe in probes]
    pairs, seen = candidate_features(profiles, directory, MatchSettings())
    odds = model.log_odds(seen.values)
    order = np.lexsort((pairs.number, -odds, pairs.lead))
    best = order[begins(pairs.lead[order])]
    leads = pairs.lead[best].tolist()
    line, values = model.calibration, seen.values[best]
    rivals, same = rivals_of(pairs.runs, odds)[best], values[:, _SAME_DOMAIN] > 0
    looks = np.column_stack([model.contributions(values), rivals, same, np.ones(len(best))]).astype(float)
    fixed = np.full(
        len(best), line["log_odds"] * model.start + line["size"] * np.log(max(directory.size, SMALLEST) + 1.0)
    )
    ids = [row.id for row in directory.rows(pairs.number[best])]
    right = np.array([id_ == accounts[lead] for id_, lead in zip(ids, leads, strict=True)])
    return _Best(looks, fixed, right, np.array([_is_held_back(profiles[lead]) for lead in leads]))


def _is_held_back(profile: LeadProfile) -> bool:
    """By company, so that nothing about one is both learned and tested."""
    name = profile.domains[0].name if profile.domains else profile.names[0].squash if profile.names else ""
    return zlib.crc32(name.encode()) % 100 < HELD_BACK * 100


def _fit(
    looks: Looks, fixed: Looks, right: NDArray[np.bool_], old: NDArray[np.float64], rounds: int = 50
) -> NDArray[np.float64]:
    """Logistic regression by Newton's method, held to the old weights by a prior worth FIRMNESS answers; a step that leads up is halved."""
    prior = FIRMNESS / np.maximum(np.abs(old), 0.3) ** 2

    def cost(weights: NDArray[np.float64]) -> float:
        odds = looks @ weights + fixed
        return float(np.logaddexp(0, np.where(right, -odds, odds)).sum() + (prior * (weights - old) ** 2).sum() / 2)

    weights = old.copy()
    for _ in range(rounds):
        chance = 1 / (1 + np.exp(-np.clip(looks @ weights + fixed, -30, 30)))
        slope = looks.T @ (right - chance) - prior * (weights - old)
        bend = (looks * (chance * (1 - chance))[:, None]).T @ looks + np.diag(prior)
        step, before = np.linalg.solve(bend, slope), cost(weights)
        while cost(weights + step) > before and np.abs(step).max() > 1e-7:
            step = step / 2
        weights = weights + step
        if np.abs(step).max() < 1e-6:
            break
    return weights


def _figures(looks: Looks, fixed: Looks, right: NDArray[np.bool_], weights: NDArray[Any]) -> dict[str, float]:
    chance = np.clip(1 / (1 + np.exp(-np.clip(looks @ weights + fixed, -30, 30))), 1e-6, 1 - 1e-6)
    said = chance >= 0.5
    loss = -np.mean(np.where(right, np.log(chance), np.log(1 - chance)))
    return {
        "log loss": round(float(loss), 4),
        "precision": round(float((said & right).sum() / max(said.sum(), 1)), 4),
        "recall of found": round(float((said & right).sum() / max(right.sum(), 1)), 4),
    }
