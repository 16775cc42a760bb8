"""Warm processes that fork bridges, as a chamber speaks to them; a chamber that goes leaves its own to the next one.

What such a process has imported and compiled stays; the installation, its database and its clients are each chamber's own.
"""

from __future__ import annotations

import atexit
import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

PROGRAM = Path(__file__).parent / "dying.py"
SAME_ORDER = {"PYTHONHASHSEED": "0"}
"""Sets are walked through in the same order each time, so that a seed repeats by itself."""
_idle: list[Warm] = []


class Warm:
    """One such process. `ask()` has it do something and waits for how that ended."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, str(PROGRAM)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, **SAME_ORDER},
        )
        atexit.register(self.end)

    def ask(self, asked: Mapping[str, Any]) -> dict[str, Any]:
        """Raises AssertionError, with the trace, when what was asked for crashed."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(asked) + "\n")
        self._process.stdin.flush()
        told: dict[str, Any] = json.loads(self._process.stdout.readline())
        if told["ended"] == "crashed":
            raise AssertionError(told["trace"])
        return told

    def end(self) -> None:
        """It ends, and what it had asleep with it."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait(timeout=30)
        self._process.stdout.close()
        atexit.unregister(self.end)


def used() -> float:
    """Processor seconds that those without an installation have used, their forks among them."""
    return sum(float(one.ask({"work": "used"})["used"]) for one in _idle)


def take(folder: Path, bulk_from: int | None) -> Warm:
    """One that works on this installation from now on."""
    warm = _idle.pop() if _idle else Warm()
    warm.ask({"work": "open", "home": str(folder), "bulk_from": bulk_from})
    return warm


def give_back(warm: Warm) -> None:
    """The installation goes away."""
    warm.ask({"work": "close"})
    _idle.append(warm)
