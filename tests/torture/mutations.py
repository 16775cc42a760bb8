"""`make mutations`: each guard is switched off in turn, in a copy; the test that is named for it must go red. Prints "k of k".

`python tests/torture/mutations.py [WORD…]` tries only those whose name or row is one of the words, or whose name holds one. A whole run writes its
figures into `docs/reliability.md`.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from queue import SimpleQueue

from guards import MUTATIONS, Mutation

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "reliability.md"
COPIED = ("bridge", "connectors", "config", "mappings", "tests", "docs", "benchmarks", "pyproject.toml", "README.md")
SECONDS = 300
WORKERS = 2
BEGIN, END = "<!-- mutations: made by `make mutations`, not by hand -->\n", "<!-- end of mutations -->"


def copied(folder: Path) -> None:
    """A tree of our own to spoil."""
    for name in COPIED:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        elif source.is_file():
            shutil.copy(source, folder / name)


def goes_red(folder: Path, one: Mutation) -> bool:
    """Whether its test is red while the guard is switched off."""
    with switched_off(folder / one.file, one):
        return not passes(folder, one.test)


@contextmanager
def switched_off(path: Path, one: Mutation) -> Iterator[None]:
    """The guard is off in that file as long as this lasts. What Python keeps of the file beside it is thrown away before and after."""
    whole = path.read_text(encoding="utf-8")
    if whole.count(one.old) != 1:
        raise SystemExit(f"{one.guard}: its text stands {whole.count(one.old)} times in {one.file}, instead of once")
    try:
        _write(path, whole.replace(one.old, one.new))
        yield
    finally:
        _write(path, whole)


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")
    for kept in (path.parent / "__pycache__").glob(f"{path.stem}.*.pyc"):
        kept.unlink()


def passes(folder: Path, test: str) -> bool:
    """Whether these tests are green in that tree."""
    words, _, chosen = test.partition(" -k ")
    command = [sys.executable, "-m", "pytest", "-x", "-n", "0", f"--basetemp={folder}/temp", *words.split()]
    command += ["-k", chosen] if chosen else []
    environment = {"PATH": "/usr/bin:/bin", "PYTHONPATH": str(folder), "HOME": str(folder)}
    try:
        done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, timeout=SECONDS, check=False)
    except subprocess.TimeoutExpired:  # nobody noticed in time
        return True
    if done.returncode not in (0, 1):
        raise SystemExit(f"{test} cannot be run:\n{done.stdout.decode()[-2000:]}{done.stderr.decode()[-2000:]}")
    return done.returncode == 0


def tried(chosen: Sequence[Mutation]) -> Iterator[tuple[Mutation, bool, float]]:
    """Each mutation, whether it was noticed, and seconds; several at a time, each worker in a tree of its own."""
    with tempfile.TemporaryDirectory(prefix="mutations-") as place:
        trees: SimpleQueue[Path] = SimpleQueue()
        for number in range(WORKERS):
            tree = Path(place) / str(number)
            tree.mkdir()
            copied(tree)
            trees.put(tree)

        def attempt(one: Mutation) -> tuple[Mutation, bool, float]:
            tree, began = trees.get(), time.monotonic()
            try:
                return one, goes_red(tree, one), time.monotonic() - began
            finally:
                trees.put(tree)

        with ThreadPoolExecutor(WORKERS) as pool:
            yield from pool.map(attempt, chosen)


def keep(results: Sequence[tuple[Mutation, bool, float]], commit: str, minutes: float, page: Path = PAGE) -> None:
    """Write what a whole run at that commit found into the page."""
    text = page.read_text(encoding="utf-8")
    head, rest = text.split(BEGIN)
    red = sum(noticed for _, noticed, _ in results)
    rows = sorted({one.row for one, _, _ in results}, key=lambda row: (row[0], int(row[1:])))
    said = [
        f"`make mutations` on {datetime.now(UTC):%Y-%m-%d} at commit {commit}: **{red} of {len(results)}** guards were noticed when they were "
        f"switched off, in {minutes:.0f} minutes. They answer {len(rows)} rows of the list below: {', '.join(rows)}.",
        *(f"- Not noticed: {one.row}, {one.guard}." for one, noticed, _ in results if not noticed),
    ]
    page.write_text(f"{head}{BEGIN}\n" + "\n".join(said) + f"\n\n{END}{rest.split(END)[1]}", encoding="utf-8")


def _commit() -> str:
    command = ["git", "-C", str(ROOT), "rev-parse", "--short", "HEAD"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    changed = subprocess.run(
        ["git", "-C", str(ROOT), "status", "--porcelain", "--", "bridge", "connectors", "tests"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    return (done.stdout.strip() or "unknown") + (" with changes" if changed.stdout.strip() else "")


def main(words: list[str]) -> int:
    """Try them all, or those the words name."""
    chosen = [one for one in MUTATIONS if not words or any(word in one.guard or word == one.row for word in words)]
    began, commit, results = time.monotonic(), _commit(), []
    for one, noticed, seconds in tried(chosen):
        results.append((one, noticed, seconds))
        print(f"{'red  ' if noticed else 'GREEN'} {seconds:5.1f} s {one.row:4} {one.guard}: {one.test}", flush=True)
    red = sum(noticed for _, noticed, _ in results)
    print(f"{red} of {len(chosen)} guards are noticed when they are switched off")
    if not words:
        keep(results, commit, (time.monotonic() - began) / 60)
    return 0 if red == len(chosen) else 1


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
