"""The matching's benchmark runs in small and writes its sections; a section made again leaves the others alone. No figure is judged."""

from __future__ import annotations

import csv
import sys
from pathlib import Path

import pytest

from benchmarks.matching.measuring import Bounds, Stopped, run
from benchmarks.matching.run import main
from benchmarks.matching.table import keep, table
from benchmarks.matching.worlds import World, larger, read_accounts, read_leads

ACCOUNTS = [
    ("a1", "Acme Trading"),
    ("a2", "Globex Systems"),
    ("a3", "Initech Solar Energy"),
    ("a4", "University of Bonn"),
]
COLUMNS = {
    "accounts": ("account_id", "name", "website", "phone", "country", "state", "city"),
    "leads": ("lead_id", "first_name", "last_name", "email", "company", "website", "phone", "country", "city"),
    "truth": ("lead_id", "account_id", "acceptable_ids", "kind", "slice"),
    "contacts": ("contact_id", "first_name", "last_name", "email", "phone", "company", "title", "country", "city"),
    "contacts_truth": ("contact_id", "person_id"),
}


@pytest.fixture
def world(tmp_path: Path) -> Path:
    """A labelled world of four accounts."""
    rows: dict[str, list[tuple[str, ...]]] = {
        "accounts": [
            (id_, name, f"{name.split()[0].lower()}.example.com", "", "DE", "", "Bonn") for id_, name in ACCOUNTS
        ],
        "leads": [(f"l{id_}", "Ann", "Lee", "ann@gmail.com", name, "", "", "DE", "Bonn") for id_, name in ACCOUNTS],
        "truth": [(f"l{id_}", id_, "", "plain", "freemail") for id_, _ in ACCOUNTS],
        "contacts": [(f"c{n}", "Ada", "Roe", "ada@acme.example.com", "", "Acme", "", "DE", "Bonn") for n in range(2)],
        "contacts_truth": [("c0", "p"), ("c1", "p")],
    }
    for name, lines in rows.items():
        with (tmp_path / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([COLUMNS[name], *lines])
    return tmp_path


def test_sections_are_written_with_their_command(world: Path) -> None:
    out = world / "figures.md"
    small = ["--small", "--sqlite", str(world / "one.sqlite"), "--out", str(out)]
    assert main(["--world", str(world), "--only", "people", "files", "candidates", *small]) == 0
    text = out.read_text(encoding="utf-8")
    for section, row in (
        ("people", "| 1.0000 | 1.0000 | 1.0000 |"),
        ("files", "| memory at most, all processes |"),
        ("candidates", "| 4 | 4 | 100.0% | 100.0% | 0.0% |"),
    ):
        assert f"## {section}\n" in text
        assert f"--only {section} --small`" in text
        assert row in text


def test_a_section_made_again_leaves_the_others_alone(tmp_path: Path) -> None:
    out = tmp_path / "figures.md"
    for name, value in (("one", "1"), ("files", "2"), ("one", "3")):
        keep(name, table(("what", "measured"), [("something", value)]), f"--only {name}", "0.1", out)
    text = out.read_text(encoding="utf-8")
    assert text.index("## files") < text.index("## one")
    assert "| something | 2 |" in text
    assert "| something | 3 |" in text
    assert "| something | 1 |" not in text


def test_larger_worlds_have_the_asked_sizes_and_the_labelled_rows(world: Path, tmp_path: Path) -> None:
    small = World(read_accounts(world), read_leads(world), {})
    folder = tmp_path / "large"
    folder.mkdir()
    larger(small, 50, 30, folder)
    accounts, leads = read_accounts(folder), read_leads(folder)
    assert (len(accounts), len({one.id for one in accounts})) == (50, 50)
    assert (len(leads), len({one.id for one in leads})) == (30, 30)
    assert accounts[:4] == small.accounts


@pytest.mark.parametrize(
    ("bounds", "script", "why"),
    [
        (Bounds(seconds=1), "import time; time.sleep(60)", "stopped after 1 s"),
        (Bounds(memory=200), "import time; held = b'x' * 400_000_000; time.sleep(60)", "stopped above 200 MB"),
        (Bounds(), "import os; os.kill(os.getpid(), 9)", "out of memory"),
        (Bounds(), "raise SystemExit('no such table')", "failed: no such table"),
    ],
)
def test_what_does_not_end_by_itself_is_stopped_and_says_why(bounds: Bounds, script: str, why: str) -> None:
    with pytest.raises(Stopped, match=why):
        run((sys.executable, "-c", script), bounds)


def test_a_peer_that_fails_is_named_in_the_table(world: Path, tmp_path: Path) -> None:
    out, python = tmp_path / "figures.md", tmp_path / "peers" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text(f'#!/bin/sh\ncase "$1" in -m) kill -9 $$;; esac\necho "{tmp_path}"\n', encoding="utf-8")
    python.chmod(0o755)
    given = [
        "--world",
        str(world),
        "--only",
        "quality",
        "--small",
        "--out",
        str(out),
        "--peers",
        str(tmp_path / "peers"),
    ]
    assert main(given) == 0
    text = out.read_text(encoding="utf-8")
    assert "| **leadbridge**, best answer | 1.000 | 1.000 | 1.000 |" in text
    assert "| Splink 5 on DuckDB (EM) | killed by signal 9: out of memory, most likely |" in text
