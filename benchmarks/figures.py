"""Figures as rows of `RESULTS.md`: one section per benchmark with its command, date and machine. A partial run replaces its own sections only."""

from __future__ import annotations

import os
import platform
import re
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

INTRODUCTION = """# Figures

Made by `make bench` (`python -m benchmarks`); `python -m benchmarks NAME --size N` makes one section again. Figures of one section come from one
run, so compare within a section; CPU seconds are of the process and its children, "other load" is the machine's load average when the run began:
on two cores anything above a few tenths makes wall clock figures too low.
"""
ORDER = ("decide", "cycle", "quiet", "calls", "shared", "live")


@dataclass(frozen=True, slots=True)
class Figure:
    """One row: what was measured, what came out, and what is aimed at ("" where nothing is)."""

    what: str
    value: str
    aim: str = ""


@dataclass(frozen=True, slots=True)
class Result:
    """One benchmark's rows and what they mean."""

    name: str
    command: str
    about: str
    figures: Sequence[Figure]


def machine() -> str:
    """This machine in a line."""
    return f"{os.cpu_count()} cores, {_cpu()}, {platform.system()}, Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}"


def _cpu() -> str:
    try:
        told = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return platform.processor() or platform.machine()
    found = re.search(r"^model name\s*:\s*(.+)$", told, re.MULTILINE)
    return found[1].strip() if found else platform.machine()


def load() -> str:
    """The machine's load average over the last minute."""
    return f"{os.getloadavg()[0]:.1f}"


def keep(result: Result, other_load: str, path: Path) -> None:
    """Write the result's section into the file at `path`, leaving the other sections as they are."""
    sections = _sections(path.read_text(encoding="utf-8")) if path.exists() else {}
    sections[result.name] = _section(result, other_load)
    ranked = sorted(sections, key=lambda name: (ORDER.index(name) if name in ORDER else len(ORDER), name))
    path.write_text(INTRODUCTION + "".join(f"\n{sections[name]}" for name in ranked), encoding="utf-8")


def _sections(text: str) -> dict[str, str]:
    found = re.split(r"^## (\S+)\n", text, flags=re.MULTILINE)[1:]
    return {name: f"## {name}\n{body.rstrip()}\n" for name, body in zip(found[::2], found[1::2], strict=True)}


def _section(result: Result, other_load: str) -> str:
    today = datetime.now(UTC).date().isoformat()
    head = (
        f"## {result.name}\n\n{result.about}\n\n`{result.command}` on {today}; {machine()}; other load {other_load}.\n"
    )
    rows = "".join(f"| {one.what} | {one.value} | {one.aim} |\n" for one in result.figures)
    return f"{head}\n| what | measured | aim |\n|---|---|---|\n{rows}"
