"""Arithmetic within runs of equal values: the candidates of one lead stand side by side, and much is about how they compare."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Whole = NDArray[np.int64]
Array = NDArray[Any]


def begins(group: Whole) -> Whole:
    """Where each run of equal values begins (`group` is sorted)."""
    if len(group) == 0 or group[0] == group[-1]:
        return np.zeros(min(len(group), 1), dtype=np.int64)
    later = (group[1:] != group[:-1]).nonzero()[0]
    found = np.zeros(len(later) + 1, dtype=np.int64)
    np.add(later, 1, out=found[1:])
    return found


class Runs:
    """The runs of one grouping; every answer has one value per element."""

    def __init__(self, group: Whole) -> None:
        self.starts = begins(group)
        ends = np.empty_like(self.starts)
        ends[:-1] = self.starts[1:]
        if len(ends):
            ends[-1] = len(group)
        self.lengths = ends - self.starts

    def total(self, values: Array) -> Array:
        """The sum within the run."""
        return self._spread(np.add.reduceat(values, self.starts)) if len(values) else values

    def best(self, values: Array) -> Array:
        """The largest within the run."""
        return self._spread(np.maximum.reduceat(values, self.starts)) if len(values) else values

    def best_other(self, values: Array) -> Array:
        """The largest among the others of the run (-1: it is alone)."""
        if len(values) == 0:
            return values
        if len(self.starts) == 1:
            return _best_other(values)
        best = self.best(values)
        is_best = values == best
        alone = is_best & (self.total(is_best.astype(np.float32)) == 1)
        second = self.best(np.where(alone, -1, values))
        return np.where(alone, second, best)

    def running(self, values: Array) -> Array:
        """The sum so far within the run."""
        if len(values) == 0:
            return values
        total = values.cumsum()
        return total - self._spread(total[self.starts] - values[self.starts])

    def _spread(self, per_run: Array) -> Array:
        return per_run.repeat(self.lengths)


def _best_other(values: Array) -> Array:
    """The same of one run alone: everybody's is the best, the best one's is the second."""
    at = values.argmax()
    others = values.copy()
    others[at] = -1
    best, second = values[at], others.max()
    others.fill(best)
    others[at] = second
    return others
