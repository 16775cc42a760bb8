"""Each benchmark runs in small and writes its section: rows, command and machine. No figure is judged."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.__main__ import main
from benchmarks.figures import Figure, Result, keep

ROWS = {
    "decide": (
        120,
        ("leads decided a second", "resident memory at most, all processes", "identify, contacts a second (apart)"),
    ),
    "cycle": (60, ("the cycle", "floor: its HubSpot calls at 190 per 10 s", "step: decide", "step: write back")),
    "quiet": (300, ("HTTP calls, both systems", "processor time")),
    "shared": (150, ("leads, one worker", "of them more than once, 4 workers", "contacts a second, 4 workers")),
    "live": (150, ("95 of 100 within, without a backfill", "95 of 100 within, beside a backfill", "the backfill took")),
    "calls": (
        20,
        ("one form each: HTTP calls, both systems", "one or two forms each: HTTP calls per 1,000 new qualified leads"),
    ),
}


@pytest.mark.parametrize("name", ROWS)
def test_benchmark_writes_its_section(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    size, rows = ROWS[name]
    results = tmp_path / "RESULTS.md"
    assert main([name, "--size", str(size), "--results", str(results)]) == 0
    text = results.read_text(encoding="utf-8")
    assert f"## {name}\n" in text
    assert f"`python -m benchmarks {name} --size {size}`" in text
    assert "cores" in text
    told = capsys.readouterr().out
    for row in rows:
        assert row in told
        measured = next(line for line in text.splitlines() if line.startswith(f"| {row} |")).split("|")[2]
        assert any(letter.isdigit() for letter in measured), row


def test_a_section_made_again_leaves_the_others_alone(tmp_path: Path) -> None:
    path = tmp_path / "RESULTS.md"
    for name, value in (("quiet", "1"), ("decide", "2"), ("quiet", "3")):
        keep(
            Result(name, f"python -m benchmarks {name}", "About it.", [Figure("something", value, "≤ 9")]), "0.1", path
        )
    text = path.read_text(encoding="utf-8")
    assert text.index("## decide") < text.index("## quiet")
    assert text.count("## ") == 2
    assert "| something | 2 | ≤ 9 |" in text
    assert "| something | 3 | ≤ 9 |" in text
    assert "| something | 1 |" not in text
