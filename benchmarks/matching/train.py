"""Train the account model and report what it is worth on leads it has not seen.

    python benchmarks/matching/train.py --world DIR --out bridge/stages/reconcile/model.json [--figures FIGURES.json] [--folds FOLDER]

Leads are split into five parts by their account, so that nothing about an account is both learned and tested. The figures printed are those of
the parts held back; the model written is trained on everything. Larger worlds with made-up accounts, and smaller ones from which accounts were
taken away, teach it what the number of accounts means. Needs scikit-learn (requirements.txt here); half an hour and 8 GB with the sizes it has.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import orjson
from boosting import DEPTH, Trees, grow
from sklearn.linear_model import LogisticRegression
from worlds import FOLDS, Truth, World, distractors, fewer, fold_of, read_world

from bridge.stages.reconcile.account_profile import account_rows
from bridge.stages.reconcile.accounts import OWN_DOMAIN, candidate_features
from bridge.stages.reconcile.features import FEATURES
from bridge.stages.reconcile.groups import Runs
from bridge.stages.reconcile.lead_profile import lead_profile
from bridge.stages.reconcile.memory import MemoryDirectory
from bridge.stages.reconcile.model import SMALLEST, rivals_of
from bridge.stages.reconcile.names import names_of
from bridge.stages.reconcile.values import AccountEntry, MatchSettings
from bridge.stages.reconcile.vetoes import seen_in, vetoes_of

SAME_DOMAIN, PROVIDER = FEATURES.index("same_domain"), FEATURES.index("provider")
RARE = {"same_phone": 3.0, "state": 0.7}  # log-odds of what the labelled world has none of


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
    namesake: Any  # a made-up account with the very name of a real one: nobody could tell which of the two is right


def sample(world: World, size: int, leads: int) -> Sample:
    """The candidate pairs of at most `leads` leads in a world of `size` accounts (0: as it is)."""
    small = 0 < size < len(world.accounts)
    part = fewer(world, size, seed=size) if small else world
    accounts = (
        part.accounts
        if small
        else [*part.accounts, *distractors(part.accounts, max(size - len(part.accounts), 0), size)]
    )
    rows = list(account_rows(accounts))
    directory = MemoryDirectory(rows)
    probes = random.Random(size).sample(part.leads, min(leads, len(part.leads)))
    truths = [part.truth[probe.id] for probe in probes]
    pairs, seen = candidate_features([lead_profile(probe) for probe in probes], directory, MatchSettings())
    ids = np.array([row.id for row in rows])[pairs.number]
    namesake = _namesakes(accounts, len(part.accounts))[pairs.number]
    label, weight = np.zeros(len(ids)), np.ones(len(ids))
    for i, (lead, account) in enumerate(zip(pairs.lead.tolist(), ids.tolist(), strict=True)):
        truth = truths[lead]
        if account == truth.account or account in truth.acceptable:
            label[i], weight[i] = (1, 1) if truth.account else (0, 0)
    fold = np.array([fold_of(world, probe) for probe in probes])
    return Sample(seen.values, label, weight, pairs.lead, fold[pairs.lead], truths, ids, directory.size, namesake)


def _namesakes(accounts: list[AccountEntry], real: int) -> Any:
    """Which accounts behind the first `real` ones say the same name as one of those, legal forms and small words aside."""
    known = {name.squash for account in accounts[:real] for name in names_of(account.name)[0]}
    made_up = [any(name.squash in known for name in names_of(account.name)[0]) for account in accounts[real:]]
    return np.array([False] * real + made_up)


def without_namesakes(one: Sample, odds: Any) -> tuple[Sample, Any]:
    """The same leads where no made-up account has the name of a real one."""
    kept = ~one.namesake
    columns = (one.values, one.label, one.weight, one.lead, one.fold)
    left = Sample(*(column[kept] for column in columns), one.truths, one.account[kept], one.size, one.namesake[kept])
    return left, odds[kept]


def fit(samples: list[Sample], without: int = -1) -> Trees:
    """Trees on all samples but one fold. Pairs of which either answer is right teach nothing."""
    chosen = [(s.fold != without) & (s.weight > 0) for s in samples]
    before = np.cumsum([0, *(len(s.truths) for s in samples)])  # a lead of each sample is a lead of its own
    return grow(
        np.concatenate([s.values[c] for s, c in zip(samples, chosen, strict=True)]),
        np.concatenate([s.label[c] > 0 for s, c in zip(samples, chosen, strict=True)]),
        np.concatenate([s.lead[c] + n for s, c, n in zip(samples, chosen, before.tolist(), strict=False)]),
    )


def held_out(samples: list[Sample]) -> tuple[list[Any], list[Trees]]:
    """Log-odds of every pair by trees that have not seen its fold, and these trees, fold by fold."""
    odds, blind = [np.zeros(len(s.label)) for s in samples], []
    for fold in range(FOLDS):
        trees = fit(samples, fold)
        for one, result in zip(samples, odds, strict=True):
            result[one.fold == fold] = trees.decision_function(one.values[one.fold == fold])
        blind.append(trees)
    return odds, blind


def best_of(one: Sample, odds: Any) -> tuple[Any, Any]:
    """Each lead's best pair, and what calibration looks at: log-odds, rivals, same domain, size."""
    order = np.lexsort((-odds, one.lead))
    best = order[np.r_[True, one.lead[order][1:] != one.lead[order][:-1]]]
    size = np.full(len(best), np.log(max(one.size, SMALLEST) + 1.0))
    rivals = rivals_of(Runs(one.lead), odds)[best]
    return best, np.column_stack([odds[best], rivals, one.values[best, SAME_DOMAIN], size])


def calibrate(samples: list[Sample], odds: list[Any]) -> dict[str, float]:
    """Turn held-out log-odds into probabilities of the best candidate being right."""
    parts = [(one, *best_of(one, o)) for one, o in zip(samples, odds, strict=True)]
    line = LogisticRegression(C=10, max_iter=1000).fit(
        np.concatenate([looks for _, _, looks in parts]),
        np.concatenate([one.label[best] for one, best, _ in parts]),
        np.concatenate([one.weight[best] for one, best, _ in parts]),
    )
    names = ("log_odds", "rivals", "same_domain", "size", "start")
    return dict(zip(names, [*line.coef_[0], line.intercept_[0]], strict=True))


HEAD = (
    "accounts",
    "F1",
    "domain",
    "freemail",
    "linked, domain: precision / recall",
    "linked, freemail",
    "asked",
    "linked though absent",
)


def report(one: Sample, odds: Any, line: dict[str, float], settings: MatchSettings) -> tuple[str, ...]:
    """Best answers and those linked without asking, per slice, on held-out leads; decided as `match_accounts` does. A row under HEAD."""
    answer = decided(one, odds, line, settings)
    asked = sum(outcome == "review" for _, outcome in answer.values()) / len(one.truths)
    best = [f"{_figures(one.truths, answer, part, 'best')[2]:.4f}" for part in ("all", "domain", "freemail")]
    linked = [_figures(one.truths, answer, part, "auto") for part in ("domain", "freemail")]
    return (
        f"{one.size:,}",
        *best,
        *(f"{precision:.4f} / {recall:.4f}" for precision, recall, _ in linked),
        f"{asked:.1%}",
        ", ".join(_absent(one.truths, answer)),
    )


def _absent(truths: list[Truth], answer: dict[int, tuple[str, str]]) -> Iterator[str]:
    """Of the leads without an account, by what makes them hard: the share that is linked all the same."""
    for kind in sorted({truth.kind for truth in truths if truth.kind.startswith("N_")}):
        of = [lead for lead, truth in enumerate(truths) if truth.kind == kind and not truth.account]
        wrong = sum(_is_wrong(truths[lead], *answer.get(lead, ("", "none"))) for lead in of)
        yield f"{kind.removeprefix('N_').replace('_', ' ')} {wrong / max(len(of), 1):.1%}"


def decided(one: Sample, odds: Any, line: dict[str, float], settings: MatchSettings) -> dict[int, tuple[str, str]]:
    """Lead → account and outcome."""
    same, own = one.values[:, SAME_DOMAIN] > 0, one.values[:, PROVIDER] == 2
    total = line["log_odds"] * odds + line["rivals"] * rivals_of(Runs(one.lead), odds) + line["same_domain"] * same
    score = 1 / (1 + np.exp(-(total + line["size"] * np.log(max(one.size, SMALLEST) + 1.0) + line["start"])))
    order = np.lexsort((-odds, one.lead))
    runs = Runs(one.lead[order])
    found: dict[int, tuple[str, str]] = {}
    for start, length in zip(runs.starts.tolist(), runs.lengths.tolist(), strict=True):
        best, second = order[start], order[start + 1] if length > 1 else None
        gap = 20.0 if second is None else float(odds[best] - odds[second])
        vetoes = vetoes_of(seen_in(one.values[best].tolist()), gap, settings.gap)
        likely = score[best] + (score[second] if second is not None and gap < settings.gap else 0.0)
        needed = settings.link_at if same[best] else settings.link_by_name_at - OWN_DOMAIN * own[best]
        outcome = "link" if score[best] >= needed and not vetoes else "review"
        if likely < settings.review_at and "shared_domain" not in vetoes:
            outcome = "none"
        found[int(one.lead[best])] = (str(one.account[best]), outcome)
    return found


def _is_wrong(truth: Truth, account: str, outcome: str) -> bool:
    return outcome == "link" and account not in truth.acceptable


def _figures(
    truths: list[Truth], answer: dict[int, tuple[str, str]], part: str, mode: str
) -> tuple[float, float, float]:
    """Precision, recall and F1 of the best answers, or (`auto`) of those linked without asking."""
    right = said = known = 0
    for lead, truth in enumerate(truths):
        if part not in ("all", truth.slice):
            continue
        account, outcome = answer.get(lead, ("", "none"))
        counted = outcome == "link" if mode == "auto" else outcome != "none"
        good = account == truth.account or account in truth.acceptable
        known += bool(truth.account)
        said += counted and (bool(truth.account) or not good)
        right += counted and bool(truth.account) and good
    return right / max(said, 1), right / max(known, 1), 2 * right / max(said + known, 1)


def export(trees: Trees, line: dict[str, float], version: str) -> dict[str, Any]:
    """The trees as plain arrays (see `bridge/stages/reconcile/model.py`)."""
    data: dict[str, Any] = {
        "version": version, "features": list(FEATURES), "start": trees.start,
        "roots": [], "depth": DEPTH, "feature": [], "threshold": [], "child": [], "value": [],
        "calibration": {name: round(float(number), 5) for name, number in line.items()},
        "rare": RARE,
    }  # fmt: skip
    for predictor in trees.predictors:
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
    parser.add_argument("--out", type=Path, help="where the model goes")
    parser.add_argument("--figures", type=Path, help="where the figures go, as JSON")
    parser.add_argument("--folds", type=Path, help="a folder for the models that have not seen a fold each")
    parser.add_argument("--sizes", type=int, nargs="*", default=[0, 300_000, 1_000_000, 20_000, 4_000])
    parser.add_argument("--version", default="1")
    args = parser.parse_args()
    world = read_world(args.world)
    samples = [sample(world, size, 10_000) for size in args.sizes]
    odds, blind = held_out(samples)
    line = calibrate(samples, odds)
    for fold, trees in enumerate(blind) if args.folds else ():
        _write(args.folds / f"{fold}.json", trees, line, args.version)
    rows = []
    for one, some in zip(samples, odds, strict=True):
        rows.append(report(one, some, line, MatchSettings()))
        if one.namesake.any():
            size, *figures = report(*without_namesakes(one, some), line, MatchSettings())
            rows.append((f"{size}, no made-up namesakes", *figures))
    print(*map(" | ".join, [HEAD, *rows]), sep="\n")
    if args.figures:
        args.figures.write_bytes(orjson.dumps({"head": HEAD, "rows": rows}))
    if args.out:
        _write(args.out, fit(samples), line, args.version)


def _write(path: Path, trees: Trees, line: dict[str, float], version: str) -> None:
    path.write_bytes(orjson.dumps(export(trees, line, version), option=orjson.OPT_SERIALIZE_NUMPY))


if __name__ == "__main__":
    main()
