"""Train the people model and report what it is worth on people it has not seen.

python benchmarks/matching/train_people.py --world DIR --out bridge/stages/reconcile/people.json
"""

from __future__ import annotations

import argparse
import random
import zlib
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import orjson
from sklearn.ensemble import HistGradientBoostingClassifier
from train import append_tree
from worlds import read_people

from bridge.stages.reconcile.memory import MemoryDirectory
from bridge.stages.reconcile.people import people_pairs
from bridge.stages.reconcile.people_features import PEOPLE_FEATURES
from bridge.stages.reconcile.person_profile import person_profile, person_rows
from bridge.stages.reconcile.values import PersonEntry

FOLDS = 5
SHAPE = {"max_iter": 80, "learning_rate": 0.12, "max_leaf_nodes": 12, "max_depth": 5, "min_samples_leaf": 30}


@dataclass
class PeopleSample:
    """The candidate pairs of a set of people with their labels."""

    values: Any
    label: Any
    fold: Any
    known: int


def sample_people(people: list[PersonEntry], who: list[str]) -> PeopleSample:
    """Every candidate pair among these people, once."""
    directory = MemoryDirectory(person_rows(people))
    pairs, _, values = people_pairs([person_profile(person) for person in people], directory, 24)
    keep = pairs.lead < pairs.number
    sides = list(zip(pairs.lead[keep].tolist(), pairs.number[keep].tolist(), strict=True))
    label = np.array([who[a] == who[b] for a, b in sides])
    fold = np.array([zlib.crc32(who[a].encode()) % FOLDS for a, _ in sides])
    known = sum(n * (n - 1) // 2 for n in np.unique(who, return_counts=True)[1].tolist())
    return PeopleSample(values[keep], label, fold, known)


def with_gaps(person: PersonEntry, chance: random.Random) -> PersonEntry:
    """The same person with fields left empty, as forms and lists leave them."""
    fields = (("company", 0.4), ("phone", 0.4), ("city", 0.5), ("country", 0.4), ("title", 0.5))
    return replace(person, **{field: "" for field, share in fields if chance.random() < share})


def samples_of(people: list[PersonEntry], who: list[str]) -> list[PeopleSample]:
    """All people as they are, all with gaps, and a few hundred persons with and without gaps."""
    chance = random.Random(1)
    few = set(chance.sample(sorted(set(who)), 600))
    small = [i for i, one in enumerate(who) if one in few]
    gaps = [with_gaps(person, chance) for person in people]
    return [
        sample_people(people, who),
        sample_people(gaps, who),
        *(sample_people([some[i] for i in small], [who[i] for i in small]) for some in (people, gaps)),
    ]


def fit_people(samples: list[PeopleSample], without: int = -1) -> HistGradientBoostingClassifier:
    """Trees on all samples but one fold."""
    return HistGradientBoostingClassifier(early_stopping=False, random_state=1, **SHAPE).fit(
        np.concatenate([s.values[s.fold != without] for s in samples]),
        np.concatenate([s.label[s.fold != without] for s in samples]),
    )


def report(samples: list[PeopleSample]) -> None:
    """Pairs right and found, on people held out."""
    odds: list[Any] = [np.zeros(len(s.label)) for s in samples]
    for part in range(FOLDS):
        trees = fit_people(samples, part)
        for one, result in zip(samples, odds, strict=True):
            result[one.fold == part] = trees.decision_function(one.values[one.fold == part])
    for one, result in zip(samples, odds, strict=True):
        print(f"{one.known} true pairs, {one.label.sum()} of them among the candidates; held out:")
        for limit in (0.5, 0.8, 0.9, 0.95):
            said = result >= np.log(limit / (1 - limit))
            right = (said & one.label).sum()
            precision, recall, f1 = right / said.sum(), right / one.known, 2 * right / (said.sum() + one.known)
            print(f"  pairs at {limit}: precision {precision:.4f} recall {recall:.4f} F1 {f1:.4f}")


def main() -> None:
    """Train, report, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--world", type=Path, required=True)
    parser.add_argument("--out", type=Path)
    args = parser.parse_args()
    samples = samples_of(*read_people(args.world))
    report(samples)
    if args.out:
        trees = fit_people(samples)
        data: dict[str, Any] = {
            "version": "1",
            "features": list(PEOPLE_FEATURES),
            "start": float(trees._baseline_prediction.ravel()[0]),
            "roots": [],
            "depth": SHAPE["max_depth"],
            "feature": [],
            "threshold": [],
            "child": [],
            "value": [],
            "calibration": {},
        }
        for (predictor,) in trees._predictors:
            data["start"] += append_tree(predictor.nodes, data)
        args.out.write_bytes(orjson.dumps(data, option=orjson.OPT_SERIALIZE_NUMPY))


if __name__ == "__main__":
    main()
