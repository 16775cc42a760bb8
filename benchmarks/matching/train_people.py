"""Train the people model and report what it is worth on people it has not seen.

python benchmarks/matching/train_people.py --world DIR --out bridge/stages/reconcile/people.json
"""

from __future__ import annotations

import argparse
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import orjson
from sklearn.ensemble import HistGradientBoostingClassifier
from train import append_tree
from worlds import rows

from bridge.stages.reconcile.memory import MemoryDirectory
from bridge.stages.reconcile.people import people_pairs
from bridge.stages.reconcile.people_features import PEOPLE_FEATURES
from bridge.stages.reconcile.person_profile import person_profile, person_rows
from bridge.stages.reconcile.values import PersonEntry

FOLDS = 5
SHAPE = {"max_iter": 80, "learning_rate": 0.12, "max_leaf_nodes": 12, "max_depth": 5, "min_samples_leaf": 30}


def read_people(folder: Path) -> tuple[list[PersonEntry], list[str]]:
    """The contacts of a world and, side by side, who each of them is."""
    who = {r["contact_id"]: r["person_id"] for r in rows(folder, "contacts_truth")}
    people = [
        PersonEntry(
            r["contact_id"],
            "lead",
            r["first_name"],
            r["last_name"],
            r["email"],
            r["phone"],
            r["company"],
            r["title"],
            r["country"],
            r["city"],
        )  # fmt: skip
        for r in rows(folder, "contacts")
    ]
    return people, [who[person.id] for person in people]


def main() -> None:
    """Train, report, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--world", type=Path, required=True)
    parser.add_argument("--out", type=Path)
    args = parser.parse_args()
    people, who = read_people(args.world)
    directory = MemoryDirectory(person_rows(people))
    pairs, _, values = people_pairs([person_profile(person) for person in people], directory, 24)
    keep = pairs.lead < pairs.number
    lead, number, values = pairs.lead[keep], pairs.number[keep], values[keep]
    label = np.array([who[a] == who[b] for a, b in zip(lead.tolist(), number.tolist(), strict=True)])
    fold = np.array([zlib.crc32(who[a].encode()) % FOLDS for a in lead.tolist()])
    odds: Any = np.zeros(len(label))
    for part in range(FOLDS):
        trees = HistGradientBoostingClassifier(early_stopping=False, random_state=1, **SHAPE).fit(
            values[fold != part], label[fold != part]
        )
        odds[fold == part] = trees.decision_function(values[fold == part])
    known = sum(n * (n - 1) // 2 for n in np.unique(who, return_counts=True)[1].tolist())
    print(f"{len(people)} records, {known} true pairs, {label.sum()} of them among the candidates; held out:")
    for limit in (0.5, 0.7, 0.8, 0.9, 0.95):
        said = odds >= np.log(limit / (1 - limit))
        right = (said & label).sum()
        print(
            f"  pairs at {limit}: precision {right / said.sum():.4f} recall {right / known:.4f} F1 {2 * right / (said.sum() + known):.4f}"
        )
    if args.out:
        trees = HistGradientBoostingClassifier(early_stopping=False, random_state=1, **SHAPE).fit(values, label)
        data: dict[str, Any] = {
            "version": "1", "features": list(PEOPLE_FEATURES), "start": float(trees._baseline_prediction.ravel()[0]), "roots": [],
            "depth": SHAPE["max_depth"], "feature": [], "threshold": [], "child": [], "value": [], "calibration": {},
        }  # fmt: skip
        for (predictor,) in trees._predictors:
            data["start"] += append_tree(predictor.nodes, data)
        args.out.write_bytes(orjson.dumps(data, option=orjson.OPT_SERIALIZE_NUMPY))


if __name__ == "__main__":
    main()
