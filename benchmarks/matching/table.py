"""Sections of `figures.md`, each with its command, date and machine. A partial run replaces its own sections only."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.figures import machine

SECTIONS = ("quality", "unseen", "absent", "candidates", "people", "files", "splink", "one")
INTRODUCTION = """# Figures of the matching

Made by `python -m benchmarks.matching.run --world DIR`. "Other load" is the machine's load average when the section began: on two cores anything
above a few tenths makes wall clock figures too low, and processor times too high.
"""


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table in Markdown."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def keep(name: str, body: str, options: str, other_load: str, path: Path) -> None:
    """Write one section into the file at `path`, leaving the others as they are."""
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    found = re.split(r"^## (\S+)\n", text, flags=re.MULTILINE)[1:]
    sections = dict(zip(found[::2], found[1::2], strict=True))
    command = f"`python -m benchmarks.matching.run --world DIR {options}`"
    today = datetime.now(UTC).date().isoformat()
    sections[name] = f"\n{command} on {today}; {machine()}; other load {other_load}.\n\n{body}\n"
    told = "\n".join(f"## {one}\n{sections[one].rstrip()}\n" for one in SECTIONS if one in sections)
    path.write_text(f"{INTRODUCTION}\n{told}", encoding="utf-8")
