"""What a command takes: seconds, processor seconds, and the memory of all its processes."""

from __future__ import annotations

import os
import resource
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.memory import Watch

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True)
class Taken:
    """Wall clock and processor seconds, and the largest sum of memory in MB (PSS: pages shared by processes count once)."""

    seconds: float
    cpu: float
    memory: float


def run(command: Sequence[str | Path]) -> Taken:
    """Run a command to its end. Raises CalledProcessError when it fails."""
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    before, started = _children_cpu(), time.perf_counter()
    with subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        with Watch(process.pid) as watch:
            _, wrong = process.communicate()
        if process.returncode:
            raise subprocess.CalledProcessError(process.returncode, list(map(str, command)), stderr=wrong.decode())
    return Taken(time.perf_counter() - started, _children_cpu() - before, watch.peak / 1e6)


def _children_cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
