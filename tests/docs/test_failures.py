"""The list of failures in docs/reliability.md is whole, and what it names is there."""

from __future__ import annotations

import re
import runpy
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT / "tests" / "torture")]

from guards import MUTATIONS  # noqa: E402

PAGE = (ROOT / "docs" / "reliability.md").read_text(encoding="utf-8").partition("## Failures and their guards")[2]
HOW_MANY = {"A": 14, "B": 7, "C": 7, "D": 7, "E": 13, "F": 3, "G": 7, "H": 4, "I": 4, "J": 3, "K": 4}
ROWS = {
    cells[0].removesuffix(" **M**"): cells
    for line in PAGE.splitlines()
    if re.match(r"\| [A-K]\d", line)
    for cells in [[cell.strip() for cell in line.strip("|").split(" | ")]]
}
NAMED = sorted({(row, name) for row, cells in ROWS.items() for name in re.findall(r"`(tests/[^`]+)`", cells[-1])})


def test_no_row_is_missing_and_none_stands_twice() -> None:
    wanted = [f"{letter}{number}" for letter, count in HOW_MANY.items() for number in range(1, count + 1)]
    assert re.findall(r"^\| ([A-K]\d+)", PAGE, re.MULTILINE) == wanted


@pytest.mark.parametrize(("row", "named"), NAMED)
def test_a_named_test_is_there(row: str, named: str) -> None:
    path, _, test = named.partition("::")
    assert (ROOT / path).is_file(), row
    assert not test or f"def {test}(" in (ROOT / path).read_text(encoding="utf-8"), row


@pytest.mark.parametrize("row", ROWS)
def test_a_row_has_a_test_or_says_why_not(row: str) -> None:
    _, failure, guard, tests = ROWS[row]
    assert failure
    assert guard
    if tests == "—":
        assert re.search(r"\b(none|no)\b", guard), "without a test the guard has to say why"
    else:
        assert any(one == row for one, _ in NAMED)


def test_the_mark_of_a_mutation_is_true() -> None:
    marked = {row for row, cells in ROWS.items() if cells[0].endswith("**M**")}
    assert marked == {one.row for one in MUTATIONS}


def test_the_number_of_broken_files_is_the_number_of_cases() -> None:
    cases = sum(
        len(runpy.run_path(str(path))["CASES"]) for path in (ROOT / "tests" / "config").glob("test_broken_*.py")
    )
    assert cases >= 60
    assert ROWS["H1"][-1].startswith(f"{cases} files, each refused")
