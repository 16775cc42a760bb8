"""Answers against the truth: precision, recall and F1 of leads, and pairs of people."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

from benchmarks.matching.worlds import World

Answers = dict[str, str]


def read_answers(answers: Path, decision: str = "") -> Answers:
    """Lead → account, of all answers or of those with this decision."""
    with answers.open(encoding="utf-8", newline="") as file:
        return {
            row["lead_id"]: row["account_id"] for row in csv.DictReader(file) if decision in ("", row.get("decision"))
        }


def figures(world: World, answers: Answers, part: str = "all") -> tuple[float, float, float]:
    """Precision, recall and F1 of a slice; neutral answers are left out of precision."""
    right = said = known = 0
    for lead in world.leads:
        account, truth = answers.get(lead.id, ""), world.truth[lead.id]
        if part not in ("all", truth.slice):
            continue
        good = account == truth.account or account in truth.acceptable
        known += bool(truth.account)
        said += bool(account) and (bool(truth.account) or not good)
        right += bool(account) and bool(truth.account) and good
    return right / max(said, 1), right / max(known, 1), 2 * right / max(said + known, 1)


def pairs(keys: list[str]) -> int:
    """How many pairs have the same key."""
    return sum(n * (n - 1) // 2 for n in Counter(keys).values())
