"""Quality and rate of leadbridge and its peers on one labelled world, as a table.

python benchmarks/matching/run.py --world DIR [--leads 10000] [--only NAME …]
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

from peers import METHODS, Answers
from train_people import read_people
from worlds import World, read_world

from bridge.decisions import Outcome
from bridge.stages.reconcile import MemoryDirectory, Probe, account_rows, group_people, match_accounts, person_rows

HEAD = "| method | precision | recall | F1 | domain F1 | freemail F1 | leads/s |\n|---|---|---|---|---|---|---|"


def ours(world: World) -> tuple[Answers, Answers]:
    """Best answers and those linked without asking."""
    matches = match_accounts(world.leads, MemoryDirectory(account_rows(world.accounts)))
    best = [(match.id or "", match.score) for match in matches]
    auto = [(match.id or "" if match.outcome is Outcome.link else "", match.score) for match in matches]
    return best, auto


def figures(world: World, answers: Answers, part: str = "all") -> tuple[float, float, float]:
    """Precision, recall and F1; neutral answers are left out of precision."""
    right = said = known = 0
    for lead, (account, _) in zip(world.leads, answers, strict=True):
        truth = world.truth[lead.id]
        if part not in ("all", truth.slice):
            continue
        good = account == truth.account or account in truth.acceptable
        known += bool(truth.account)
        said += bool(account) and (bool(truth.account) or not good)
        right += bool(account) and bool(truth.account) and good
    return right / max(said, 1), right / max(known, 1), 2 * right / max(said + known, 1)


def line(name: str, world: World, answers: Answers, seconds: float) -> str:
    """One row of the table."""
    precision, recall, f1 = figures(world, answers)
    parts = [figures(world, answers, part)[2] for part in ("domain", "freemail")]
    rate = f"{len(world.leads) / seconds:,.0f}" if seconds else ""
    return f"| {name} | {precision:.3f} | {recall:.3f} | {f1:.3f} | {parts[0]:.3f} | {parts[1]:.3f} | {rate} |"


def people(folder: Path) -> str:
    """Pairwise figures of `group_people` on the contacts."""
    persons, who = read_people(folder)
    probes = [
        Probe(p.id, p.first_name, p.last_name, p.email, p.company, "", p.phone, p.country, "", p.city, p.title)
        for p in persons
    ]
    started = time.monotonic()
    found = group_people(probes, MemoryDirectory(person_rows(persons)))
    seconds = time.monotonic() - started
    pairs = [
        _pairs(keys)
        for keys in ([f.person for f in found], who, [f"{f.person} {w}" for f, w in zip(found, who, strict=True)])
    ]
    said, known, right = pairs
    return f"Contacts: precision {right / said:.4f}, recall {right / known:.4f}, F1 {2 * right / (said + known):.4f}, {seconds:.0f} s."


def _pairs(keys: list[str]) -> int:
    sizes: dict[str, int] = {}
    for key in keys:
        sizes[key] = sizes.get(key, 0) + 1
    return sum(n * (n - 1) // 2 for n in sizes.values())


def main() -> None:
    """Run every method, print and write the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--world", type=Path, required=True)
    parser.add_argument("--leads", type=int, default=10_000)
    parser.add_argument("--only", nargs="*", default=list(METHODS))
    parser.add_argument("--out", type=Path, default=Path(__file__).with_name("figures.md"))
    args = parser.parse_args()
    whole = read_world(args.world)
    world = World(whole.accounts, whole.leads[: args.leads], whole.truth)
    started = time.monotonic()
    best, auto = ours(world)
    lines = [HEAD, line("**leadbridge**, best answer", world, best, time.monotonic() - started)]
    lines.append(line("**leadbridge**, linked without asking", world, auto, 0.0))
    for name in args.only:
        started = time.monotonic()
        answers = METHODS[name](world)
        lines.append(line(name, world, answers, time.monotonic() - started))
        print(lines[-1], flush=True)
    head = f"{len(world.leads):,} leads, {len(world.accounts):,} accounts, directory built included, one process.\n"
    seen = (
        "leadbridge's model was trained on the development world; figures on that world are in sample (see README).\n"
    )
    args.out.write_text("\n".join(["# Figures", "", head, seen, *lines, "", people(args.world), ""]), encoding="utf-8")
    print(args.out.read_text(encoding="utf-8"))


if __name__ == "__main__":
    main()
