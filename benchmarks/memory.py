"""Memory and processor time of a process and its children. Memory is the sum of their proportional set sizes: pages they share count once."""

from __future__ import annotations

import threading
from types import TracebackType
from typing import Self

import psutil

EVERY_SECONDS = 0.5


class Watch:
    """Samples a process tree while the block runs.

    `peak` is the largest sum of memory in bytes (PSS; 0 where the system does not tell it), `children_cpu` the processor seconds of all children
    as last seen, those that have ended too.
    """

    def __init__(self, pid: int) -> None:
        self._process = psutil.Process(pid)
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._cpu: dict[int, float] = {}
        self.peak = 0

    @property
    def children_cpu(self) -> float:
        return sum(self._cpu.values())

    def _run(self) -> None:
        while not self._ended.wait(EVERY_SECONDS):
            self.peak = max(self.peak, self.now())

    def now(self) -> int:
        """The sum at this moment."""
        total = 0
        try:
            for one in (self._process, *self._process.children(recursive=True)):
                total += int(getattr(one.memory_full_info(), "pss", 0))
                if one.pid != self._process.pid:
                    times = one.cpu_times()
                    self._cpu[one.pid] = times.user + times.system
        except psutil.Error:
            return 0
        return total

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, wrong: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ended.set()
        self._thread.join()
