"""What a command takes: seconds, processor seconds, and the memory of all its processes; and where it is stopped."""

from __future__ import annotations

import os
import resource
import subprocess
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import psutil

from benchmarks.memory import Watch

ROOT = Path(__file__).parents[2]
LOOK_EVERY = 0.5  # seconds


@dataclass(frozen=True, slots=True)
class Taken:
    """Wall clock and processor seconds, and the largest sum of memory in MB (PSS: pages shared by processes count once)."""

    seconds: float
    cpu: float
    memory: float


@dataclass(frozen=True, slots=True)
class Bounds:
    """What a command may take at most: seconds by the clock, and MB of all its processes."""

    seconds: float = float("inf")
    memory: float = float("inf")


class Stopped(Exception):
    """A command did not come to its end; the text says why, `taken` what it took until then."""

    def __init__(self, why: str, taken: Taken) -> None:
        super().__init__(why)
        self.taken = taken


def run(command: Sequence[str | Path], bounds: Bounds | None = None) -> Taken:
    """Run a command to its end. Raises Stopped when it went beyond its bounds, was killed, or failed."""
    bounds = bounds or Bounds()
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    before, started = _children_cpu(), time.perf_counter()
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=said)
        with process, Watch(process.pid) as watch:
            why = _wait(process, watch, bounds, started)
        taken = Taken(time.perf_counter() - started, _children_cpu() - before, watch.peak / 1e6)
        if why or process.returncode:
            raise Stopped(why or _failure(process.returncode, said), taken)
    return taken


def _wait(process: subprocess.Popen[bytes], watch: Watch, bounds: Bounds, started: float) -> str:
    """Wait for the end; why it was stopped before ("" when it was not)."""
    while True:
        try:
            process.wait(LOOK_EVERY)
        except subprocess.TimeoutExpired:
            why = _beyond(time.perf_counter() - started, watch.peak / 1e6, bounds)
            if not why:
                continue
            _end(process.pid)
            return why
        return ""


def _beyond(seconds: float, memory: float, bounds: Bounds) -> str:
    if seconds > bounds.seconds:
        return f"stopped after {bounds.seconds:,.0f} s"
    return f"stopped above {bounds.memory:,.0f} MB" if memory > bounds.memory else ""


def _end(pid: int) -> None:
    """End a process and those it started."""
    first = psutil.Process(pid)
    for one in (*first.children(recursive=True), first):
        one.kill()


def _failure(code: int, said: IO[bytes]) -> str:
    if code < 0:
        return f"killed by signal {-code}{': out of memory, most likely' if code == -9 else ''}"
    said.seek(0)
    lines = said.read().decode(errors="replace").strip().splitlines() or [f"exit code {code}"]
    return f"failed: {lines[-1]}"


def _children_cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
