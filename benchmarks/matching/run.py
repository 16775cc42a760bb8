"""Every figure of the matching, peers beside us, as one table: `figures.md`.

python -m benchmarks.matching.run --world DIR [--only SECTION …] [--small]

Each method is a command of its own that reads the files, answers them and writes its answers; what is measured is the whole command. A peer that
takes too long or too much memory is stopped and the table says so. See README.md.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import orjson

from benchmarks.figures import load
from benchmarks.matching import absent, candidates, held_out, one
from benchmarks.matching.environment import USUAL, python_of_peers
from benchmarks.matching.measuring import Bounds, Stopped, Taken, run
from benchmarks.matching.scoring import Answers, figures, pairs, read_answers
from benchmarks.matching.table import SECTIONS, keep, table
from benchmarks.matching.worlds import World, larger, read_people, read_world
from bridge.index_rows import FORMAT
from bridge.stages.reconcile import MemoryDirectory, Probe, group_people, person_rows

PEERS = (
    "exact e-mail host", "registrable domain, then exact name", "rapidfuzz token_sort", "3-gram tf-idf, domain, country",
    "Splink 5 on DuckDB (EM)",
)  # fmt: skip
SPLINK = PEERS[-1]


@dataclass(frozen=True, slots=True)
class Sizes:
    """How large everything is: accounts and leads of the files, of the races with Splink, and of one lead at a time."""

    files: tuple[int, int] = (200_000, 1_000_000)
    races: tuple[tuple[int, int], ...] = ((1_000_000, 100_000), (1_000_000, 1_000_000))
    one: tuple[int, int] = (1_000_000, 2_000)
    absent: tuple[int, ...] = (400, 3_000, 20_000)  # accounts
    unseen: tuple[int, ...] = (4_000, 20_000, 0, 300_000, 1_000_000)  # accounts; 0: the labelled ones


SMALL = Sizes((3_000, 3_000), ((3_000, 2_000),), (3_000, 200), (400,), (2_000, 0))
TRAIN = Path(__file__).with_name("train.py")


@dataclass(frozen=True, slots=True)
class Task:
    """What a section works with."""

    folder: Path
    world: World
    sizes: Sizes
    peers: Path
    sqlite: Path
    postgres: str
    bounds: Bounds  # of a peer


def ours(folder: Path, answers: Path) -> Taken:
    """`leadbridge match` on the files in `folder`."""
    accounts, leads = (_file(folder, name) for name in ("accounts", "leads"))
    command = (sys.executable, "-m", "bridge", "match", "--accounts", accounts, "--leads", leads, "--out", answers)
    return run(command)


def theirs(method: str, task: Task, folder: Path, answers: Path) -> Taken:
    """A peer on the files in `folder`. Raises Stopped."""
    return run((python_of_peers(task.peers), "-m", "benchmarks.matching.peers", method, folder, answers), task.bounds)


def quality(task: Task) -> Iterator[str]:
    """Best answers on the labelled leads; the rate is that of the whole command, reading and preparing the accounts included."""
    head = ("method", "precision", "recall", "F1", "domain F1", "freemail F1", "seconds", "leads/s")
    lines = []
    with tempfile.TemporaryDirectory() as name:
        answers = Path(name) / "answers.csv"
        taken = ours(task.folder, answers)
        lines.append(_quality_line("**leadbridge**, best answer", task.world, read_answers(answers), taken))
        sure = read_answers(answers, decision="link")
        lines.append(_quality_line("**leadbridge**, linked without asking", task.world, sure, None))
        for method in PEERS:
            try:
                taken = theirs(method, task, task.folder, answers)
                lines.append(_quality_line(method, task.world, read_answers(answers), taken))
            except Stopped as stopped:
                lines.append((method, str(stopped), *[""] * (len(head) - 2)))
            print(" · ".join(lines[-1]), flush=True)
    yield f"{len(task.world.leads):,} labelled leads, {len(task.world.accounts):,} accounts. leadbridge's model was trained on the development"
    yield "world: figures on that world are in sample (see README.md)."
    yield ""
    yield table(head, lines)


def strangers(task: Task) -> Iterator[str]:
    """Small directories, most leads of companies that are not there."""
    yield "Some of the labelled accounts, the leads of these, and leads of the others: what is linked without asking (in sample, like `quality`)."
    yield "Not right by domain is mostly another unit of the same organisation; this world has many on one domain."
    yield ""
    yield table(absent.HEAD, [absent.measure(task.world, size) for size in task.sizes.absent])


def people(task: Task) -> Iterator[str]:
    """Pairs of contacts that are joined."""
    persons, who = read_people(task.folder)
    probes = [
        Probe(p.id, p.first_name, p.last_name, p.email, p.company, "", p.phone, p.country, "", p.city, p.title)
        for p in persons
    ]
    started = time.perf_counter()
    found = group_people(probes, MemoryDirectory(person_rows(persons)))
    seconds = time.perf_counter() - started
    said, known, right = (
        pairs(keys)
        for keys in ([f.person for f in found], who, [f"{f.person} {w}" for f, w in zip(found, who, strict=True)])
    )
    yield f"{len(persons):,} labelled contacts, one process; the model was trained on the development world's."
    yield ""
    cells = (f"{right / said:.4f}", f"{right / known:.4f}", f"{2 * right / (said + known):.4f}", f"{seconds:.0f}")
    yield table(("precision", "recall", "F1", "seconds"), [cells])


def files(task: Task) -> Iterator[str]:
    """`leadbridge match` on large files."""
    accounts, leads = task.sizes.files
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        larger(task.world, accounts, leads, folder)
        taken = ours(folder, folder / "answers.csv")
    yield f"`leadbridge match`, {leads:,} leads against {accounts:,} accounts; everything included, memory of all its processes together."
    yield ""
    yield table(
        ("what", "measured", "aim"),
        [
            ("the whole command", f"{taken.seconds:,.0f} s", "≤ 240 s"),
            ("processor time, all processes", f"{taken.cpu:,.0f} s", ""),
            ("memory at most, all processes", f"{taken.memory:,.0f} MB", "≤ 2,000 MB"),
            ("leads a second", f"{leads / taken.seconds:,.0f}", ""),
        ],
    )


def splink(task: Task) -> Iterator[str]:
    """The races at a million accounts."""
    yield "The same files, one after the other; everything included. An index or weights are made once, for few leads or many."
    for accounts, leads in task.sizes.races:
        yield ""
        yield from _race(task, accounts, leads)


def _race(task: Task, accounts: int, leads: int) -> Iterator[str]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        larger(task.world, accounts, leads, folder)
        fast = ours(folder, folder / "ours.csv")
        print(f"leadbridge {fast.seconds:.0f} s", flush=True)
        quality = [_f1(task.world, folder / "ours.csv")]
        try:
            slow, end = theirs(SPLINK, task, folder, folder / "theirs.csv"), ""
            quality.append(_f1(task.world, folder / "theirs.csv"))
        except Stopped as stopped:
            slow, end = stopped.taken, f"{SPLINK} did not end: {stopped}. Its rate is at most that of the table."
            quality.append("–")
    yield f"{leads:,} leads against {accounts:,} accounts:"
    yield ""
    rows = [
        (method, f"{taken.seconds:,.0f}", f"{taken.cpu:,.0f}", f"{taken.memory:,.0f}", f"{leads / taken.seconds:,.0f}", f1)
        for method, taken, f1 in zip(("**leadbridge**", SPLINK), (fast, slow), quality, strict=True)
    ]  # fmt: skip
    yield table(("method", "seconds", "processor seconds", "MB", "leads/s", "F1 of the labelled leads"), rows)
    if end:
        yield f"\n{end}"
    clock, cpu = slow.seconds / fast.seconds, slow.cpu / fast.cpu
    yield f"\nleadbridge's rate is {clock:.1f} times Splink's by the clock, {cpu:.1f} times by processor time (aim: 5 by the clock)."


def single(task: Task) -> Iterator[str]:
    """One lead at a time."""
    accounts, leads = task.sizes.one
    rows = [(f.what, f.value, f.aim) for f in one.measure(task.world, accounts, leads, f"sqlite:///{task.sqlite}")]
    with one.postgres(task.postgres) as url:
        rows += [(f.what, f.value, f.aim) for f in one.measure(task.world, accounts, leads, url)] if url else []
    yield f"One lead at {accounts:,} accounts in one process: from its cleaned facts to the decision, in a read transaction that is open."
    yield ""
    yield table(("what", "measured", "aim"), rows)


def among(task: Task) -> Iterator[str]:
    """Why larger directories are harder."""
    yield "How often the labelled leads' right account is among those that are compared, and how often another one there fits at least as well by"
    yield "every count of name, place and web: no method could tell these two apart by what the lead says."
    yield ""
    yield table(candidates.HEAD, [candidates.measure(task.world, size) for size in (0, task.sizes.one[0])])


def unseen(task: Task) -> Iterator[str]:
    """What the trainer prints: worlds of several sizes, leads held out of training."""
    with tempfile.TemporaryDirectory() as name:
        written = Path(name) / "figures.json"
        sizes = ("--sizes", *map(str, task.sizes.unseen))
        made = ("--figures", written, "--folds", name)
        run((python_of_peers(task.peers), TRAIN, "--world", task.folder, *made, *sizes))
        found = orjson.loads(written.read_bytes())
        found["rows"].append(held_out.row(task.world, Path(name)))
    yield "Leads held out of training by account (five parts), on the labelled world, and on smaller and larger ones made of it (`worlds.py`)."
    yield ""
    yield table(found["head"], found["rows"])
    yield ""
    yield "The last line is the labelled world through the whole of matching; the others leave out the vetoes that look at the words themselves."


MEASURE: dict[str, Callable[[Task], Iterator[str]]] = {
    "quality": quality, "unseen": unseen, "absent": strangers, "candidates": among, "people": people, "files": files, "splink": splink, "one": single,
}  # fmt: skip


def _file(folder: Path, name: str) -> Path:
    packed = folder / f"{name}.csv.gz"
    return packed if packed.exists() else folder / f"{name}.csv"


def _f1(world: World, answers: Path) -> str:
    return f"{figures(world, read_answers(answers))[2]:.3f}"


def _quality_line(name: str, world: World, answers: Answers, taken: Taken | None) -> tuple[str, ...]:
    parts = [*figures(world, answers), *(figures(world, answers, part)[2] for part in ("domain", "freemail"))]
    rate = (f"{taken.seconds:,.0f}", f"{len(world.leads) / taken.seconds:,.0f}") if taken else ("", "")
    return (name, *(f"{part:.3f}" for part in parts), *rate)


def main(given: Sequence[str] | None = None) -> int:
    """Measure what was asked for, one after the other; each section is written as soon as it is there."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.matching.run", description=__doc__)
    parser.add_argument("--world", type=Path, required=True, help="the labelled world's folder")
    parser.add_argument("--only", nargs="*", default=list(SECTIONS), choices=SECTIONS, metavar="SECTION")
    parser.add_argument("--peer-minutes", type=float, default=60, help="a peer is stopped after so long")
    parser.add_argument("--peer-memory", type=float, default=12_000, help="a peer is stopped above so many MB")
    parser.add_argument("--small", action="store_true", help="small worlds: to see that it runs")
    parser.add_argument("--peers", type=Path, default=USUAL, help="the environment of the peers, made if need be")
    index = Path(tempfile.gettempdir()) / f"leadbridge-one-{FORMAT}.sqlite"
    parser.add_argument(
        "--sqlite", type=Path, default=index, help="the index for one lead at a time, filled if need be"
    )
    parser.add_argument("--postgres", default="", help="an empty PostgreSQL database for one lead at a time")
    parser.add_argument("--out", type=Path, default=Path(__file__).with_name("figures.md"))
    args = parser.parse_args(given)
    sizes = SMALL if args.small else Sizes()
    bounds = Bounds(args.peer_minutes * 60, args.peer_memory)
    task = Task(args.world, read_world(args.world), sizes, args.peers, args.sqlite, args.postgres, bounds)
    wrong = 0
    for name in args.only:
        other_load = load()
        try:
            body = "\n".join(MEASURE[name](task))
        except Stopped as stopped:
            print(f"{name}: {stopped}; its last figures are kept", file=sys.stderr, flush=True)
            wrong = 1
            continue
        keep(name, body, f"--only {name}{' --small' if args.small else ''}", other_load, args.out)
        print(f"{name}: written to {args.out}", flush=True)
    return wrong


if __name__ == "__main__":
    sys.exit(main())
