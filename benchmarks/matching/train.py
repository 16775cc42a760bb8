"""Train the account model and report what it is worth on leads it has not seen.

    python benchmarks/matching/train.py --world DIR --out bridge/stages/reconcile/model.json [--report-only]

Leads are split into five parts by their account, so that nothing about an account is both learned and tested. The figures printed are those of
the parts held back; the model written is trained on everything. A second world with made-up accounts teaches it that more accounts mean more
chance likeness. Needs scikit-learn (requirements.txt here).
"""

from __future__ import annotations

import argparse
import random
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import orjson
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from worlds import Truth, World, distractors, read_world

from bridge.stages.reconcile.account_profile import account_rows
from bridge.stages.reconcile.accounts import candidate_features
from bridge.stages.reconcile.features import FEATURES
from bridge.stages.reconcile.lead_profile import lead_profile
from bridge.stages.reconcile.memory import MemoryDirectory
from bridge.stages.reconcile.model import rivals_of
from bridge.stages.reconcile.values import MatchSettings

FOLDS = 5
SHAPE = {"max_iter": 150, "learning_rate": 0.12, "max_leaf_nodes": 20, "max_depth": 6, "min_samples_leaf": 40}
SAME_DOMAIN = FEATURES.index("same_domain")


@dataclass
class Sample:
    """Every candidate pair of a world with its label; `weight` 0 where either answer is right."""

    values: Any
    label: Any
    weight: Any
    lead: Any
    fold: Any
    truths: list[Truth]
    account: Any
    size: int


def sample(world: World, size: int, leads: int, seed: int) -> Sample:
    """The candidate pairs of `leads` leads in a world of `size` accounts."""
    extra = distractors(world.accounts, max(size - len(world.accounts), 0), seed)
    rows = list(account_rows([*world.accounts, *extra]))
    directory = MemoryDirectory(rows)
    probes = random.Random(seed).sample(world.leads, min(leads, len(world.leads)))
    truths = [world.truth[probe.id] for probe in probes]
    pairs, seen = candidate_features([lead_profile(probe) for probe in probes], directory, MatchSettings())
    ids = np.array([row.id for row in rows])[pairs.number]
    label, weight = np.zeros(len(ids)), np.ones(len(ids))
    for i, (lead, account) in enumerate(zip(pairs.lead.tolist(), ids.tolist(), strict=True)):
        truth = truths[lead]
        if account == truth.account or account in truth.acceptable:
            label[i], weight[i] = (1, 1) if truth.account else (0, 0)
    fold = np.array([zlib.crc32((t.account or p.id).encode()) % FOLDS for t, p in zip(truths, probes, strict=True)])
    return Sample(seen.values, label, weight, pairs.lead, fold[pairs.lead], truths, ids, directory.size)


def fit(samples: list[Sample], without: int = -1) -> HistGradientBoostingClassifier:
    """Trees on all samples but one fold."""
    chosen = [s.fold != without for s in samples]
    return HistGradientBoostingClassifier(early_stopping=False, l2_regularization=3, random_state=1, **SHAPE).fit(
        np.concatenate([s.values[c] for s, c in zip(samples, chosen, strict=True)]),
        np.concatenate([s.label[c] for s, c in zip(samples, chosen, strict=True)]),
        sample_weight=np.concatenate([s.weight[c] for s, c in zip(samples, chosen, strict=True)]),
    )


def held_out(samples: list[Sample]) -> list[Any]:
    """Log-odds of every pair by trees that have not seen its fold."""
    odds = [np.zeros(len(s.label)) for s in samples]
    for fold in range(FOLDS):
        trees = fit(samples, fold)
        for one, result in zip(samples, odds, strict=True):
            result[one.fold == fold] = trees.decision_function(one.values[one.fold == fold])
    return odds


def best_of(one: Sample, odds: Any) -> tuple[Any, Any]:
    """Each lead's best pair, and what calibration looks at: log-odds, rivals, same domain."""
    order = np.lexsort((-odds, one.lead))
    best = order[np.r_[True, one.lead[order][1:] != one.lead[order][:-1]]]
    rivals = rivals_of(one.lead, odds)[best]
    return best, np.column_stack([odds[best], rivals, one.values[best, SAME_DOMAIN]])


def calibrate(samples: list[Sample], odds: list[Any]) -> dict[str, float]:
    """Turn held-out log-odds into probabilities of the best candidate being right."""
    parts = [(one, *best_of(one, o)) for one, o in zip(samples, odds, strict=True)]
    line = LogisticRegression(C=10, max_iter=1000).fit(
        np.concatenate([looks for _, _, looks in parts]),
        np.concatenate([one.label[best] for one, best, _ in parts]),
        np.concatenate([one.weight[best] for one, best, _ in parts]),
    )
    slope, rivals, domain = line.coef_[0]
    return {"log_odds": slope, "rivals": rivals, "same_domain": domain, "start": line.intercept_[0]}


def report(one: Sample, odds: Any, line: dict[str, float], settings: MatchSettings) -> None:
    """Best and automatic answers per slice on held-out leads."""
    best, looks = best_of(one, odds)
    total = looks @ [line["log_odds"], line["rivals"], line["same_domain"]] + line["start"]
    score = 1 / (1 + np.exp(-total))
    sure = np.where(looks[:, 2] > 0, settings.link_at, settings.link_by_name_at)
    answer = dict(zip(one.lead[best].tolist(), zip(one.account[best], score, score >= sure, strict=True), strict=True))
    print(f"{one.size} accounts, {len(one.truths)} leads, held out")
    for part in ("all", "domain", "freemail"):
        for mode in ("best", "auto"):
            print(f"  {part:9} {mode}: {_figures(one.truths, answer, part, mode, settings)}")


def _figures(truths: list[Truth], answer: dict[int, Any], part: str, mode: str, settings: MatchSettings) -> str:
    right = said = known = 0
    for lead, truth in enumerate(truths):
        if part not in ("all", truth.slice):
            continue
        account, score, linked = answer.get(lead, ("", 0.0, False))
        counted = linked if mode == "auto" else score >= settings.review_at
        good = account == truth.account or account in truth.acceptable
        known += bool(truth.account)
        said += counted and (bool(truth.account) or not good)
        right += counted and bool(truth.account) and good
    return f"precision {right / said:.4f} recall {right / known:.4f} F1 {2 * right / (said + known):.4f}"


def export(trees: HistGradientBoostingClassifier, line: dict[str, float], version: str) -> dict[str, Any]:
    """The trees as plain arrays (see `bridge/stages/reconcile/model.py`)."""
    data: dict[str, Any] = {
        "version": version, "features": list(FEATURES), "start": float(trees._baseline_prediction.ravel()[0]),
        "roots": [], "depth": SHAPE["max_depth"], "feature": [], "threshold": [], "child": [], "value": [],
        "calibration": {name: round(float(number), 5) for name, number in line.items()},
    }  # fmt: skip
    for (predictor,) in trees._predictors:
        data["start"] += append_tree(predictor.nodes, data)
    return data


def append_tree(nodes: Any, data: dict[str, Any]) -> float:
    """Append one tree, each value less its root's; returns the root's."""
    means: dict[int, float] = {}

    def mean(at: int) -> float:
        node = nodes[at]
        if not node["is_leaf"]:
            left, right = int(node["left"]), int(node["right"])
            total = nodes[left]["count"] * mean(left) + nodes[right]["count"] * mean(right)
            means[at] = total / (nodes[left]["count"] + nodes[right]["count"])
        else:
            means[at] = float(node["value"])
        return means[at]

    root = mean(0)
    place, queue = {0: len(data["feature"])}, [0]
    data["roots"].append(place[0])
    for name, blank in (("feature", 0), ("threshold", None), ("child", 0), ("value", 0.0)):
        data[name] += [blank] * len(nodes)
    free = place[0] + 1
    while queue:
        at = queue.pop(0)
        node, here = nodes[at], place[at]
        data["value"][here], data["child"][here] = round(float(means[at] - root), 5), here
        if not node["is_leaf"]:
            left, right = int(node["left"]), int(node["right"])
            place[left], place[right], data["child"][here] = free, free + 1, free
            free += 2
            data["feature"][here], data["threshold"][here] = int(node["feature_idx"]), float(node["num_threshold"])
            queue += [left, right]
    return root


def main() -> None:
    """Train, report, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--world", type=Path, required=True)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--sizes", type=int, nargs="*", default=[0, 300_000])
    parser.add_argument("--version", default="1")
    args = parser.parse_args()
    world = read_world(args.world)
    samples = [sample(world, size, 10_000 if not size else 5_000, seed=size) for size in args.sizes]
    odds = held_out(samples)
    line = calibrate(samples, odds)
    for one, some in zip(samples, odds, strict=True):
        report(one, some, line, MatchSettings())
    if args.out:
        args.out.write_bytes(orjson.dumps(export(fit(samples), line, args.version), option=orjson.OPT_SERIALIZE_NUMPY))


if __name__ == "__main__":
    main()
