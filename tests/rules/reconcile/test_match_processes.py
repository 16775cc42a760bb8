"""Files answered by several processes: the same answers in the same order as by one, whatever stands in the cells."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from bridge.cli import match_files
from bridge.cli.csv_files import read_chunks
from bridge.cli.match_files import build_directory, match_file


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, Path]:
    """Accounts and leads that fill several chunks; a cell with a line break, an empty line, a row that is too short."""
    monkeypatch.setattr(match_files, "CHUNK", 4)
    monkeypatch.setattr(match_files, "BUILD_CHUNK", 3)
    accounts, leads = tmp_path / "accounts.csv", tmp_path / "leads.csv"
    with accounts.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(
            [("account_id", "name", "website", "country")]
            + [(f"a{i}", f"Company{i} Trading", f"company{i}.de", "DE") for i in range(20)]
        )
    with leads.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("lead_id", "email", "company", "note"))
        writer.writerows((f"l{i}", f"x@company{i % 20}.de", f"Company{i % 20}", "two\nlines") for i in range(30))
        file.write("\r\nl30,x@company3.de\r\n")
    return accounts, leads


def test_two_processes_answer_as_one(files: tuple[Path, Path], tmp_path: Path) -> None:
    accounts, leads = files
    told = []
    for workers in (1, 2):
        out = tmp_path / f"answers{workers}.csv"
        counts = match_file(leads, out, build_directory(accounts, None, workers), workers=workers)
        assert counts["rows"] == 31
        told.append(out.read_bytes())
    assert told[0] == told[1]
    with (tmp_path / "answers2.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["lead_id"] for row in rows] == [f"l{i}" for i in range(31)]
    assert [row["account_id"] for row in rows[:20]] == [f"a{i}" for i in range(20)]
    assert [rows[0]["note"], rows[30]["note"]] == ["two\nlines", ""]


def test_chunks_that_are_not_mine_are_passed_over(files: tuple[Path, Path]) -> None:
    chunks = list(read_chunks(files[1], ("lead_id",), 10, lambda number: number % 2 == 1))
    assert [[row["lead_id"] for row in chunk] for chunk in chunks] == [[f"l{i}" for i in range(10, 20)], ["l30"]]
