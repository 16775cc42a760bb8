"""A directory in memory, for files and backfills: the same answers as the one in the database, from numpy arrays."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from bridge.index_rows import IndexRow, Ruling
from bridge.stages.reconcile.account_profile import unpack
from bridge.stages.reconcile.columns import AccountColumns, account_columns
from bridge.stages.reconcile.values import Keys, Numbers


class MemoryDirectory:
    """Built once from rows, then read only; safe to share between forked processes."""

    def __init__(self, rows: Iterable[IndexRow], rulings: Mapping[int, Sequence[Ruling]] | None = None) -> None:
        self._rows: list[IndexRow] = []
        blocks: list[Keys] = []
        lengths: list[int] = []
        for row in rows:
            blocks.append(np.array(row.keys, dtype=np.int64))
            lengths.append(len(row.keys))
            self._rows.append(IndexRow(row.id, row.name, (), row.payload))
        keys = np.concatenate(blocks) if blocks else np.zeros(0, dtype=np.int64)
        numbers = np.repeat(np.arange(len(lengths), dtype=np.int32), lengths)
        del blocks
        order = np.argsort(keys, kind="stable")
        keys = keys[order]
        self._numbers = numbers[order]
        self._keys, starts = np.unique(keys, return_index=True)
        self._starts = np.append(starts, [len(keys), len(keys)]).astype(
            np.int64
        )  # one more, for when there are no keys
        self._rulings = rulings or {}
        self._number_of: dict[str, int] | None = None
        self._columns: AccountColumns | None = None

    @property
    def columns(self) -> AccountColumns:
        """All accounts as columns (made at the first call; make it before forking)."""
        if self._columns is None:
            self._columns = account_columns([unpack(row.payload) for row in self._rows], self)
        return self._columns

    @property
    def size(self) -> int:
        """How many entries there are."""
        return len(self._rows)

    def counts(self, keys: Keys) -> Numbers:
        """How many entries have each of `keys`."""
        at, known = self._find(keys)
        return np.where(known, self._starts[at + 1] - self._starts[at], 0)

    def postings(self, keys: Keys) -> tuple[Numbers, Numbers]:
        """The entry numbers under each key, as `(starts, numbers)`."""
        at, known = self._find(keys)
        first = self._starts[at]
        lengths = np.where(known, self._starts[at + 1] - first, 0)
        starts = np.zeros(len(keys) + 1, dtype=np.int64)
        np.cumsum(lengths, out=starts[1:])
        flat = np.arange(starts[-1], dtype=np.int64) + np.repeat(first - starts[:-1], lengths)
        return starts, self._numbers[flat].astype(np.int64)

    def rows(self, numbers: Numbers) -> Sequence[IndexRow]:
        """The entries with these numbers, in that order."""
        return [self._rows[number] for number in numbers.tolist()]

    def number_of(self, id_: str) -> int | None:
        """The number of the entry with this id; None when there is none."""
        if self._number_of is None:
            self._number_of = {row.id: number for number, row in enumerate(self._rows)}
        return self._number_of.get(id_)

    def rulings(self, fingerprints: Sequence[int]) -> Mapping[int, Sequence[Ruling]]:
        """What people said about these look-alikes."""
        return {print_: self._rulings[print_] for print_ in fingerprints if print_ in self._rulings}

    def _find(self, keys: Keys) -> tuple[Numbers, np.ndarray[tuple[int], np.dtype[np.bool_]]]:
        if len(self._keys) == 0:
            return np.zeros(len(keys), dtype=np.int64), np.zeros(len(keys), dtype=bool)
        at = np.minimum(np.searchsorted(self._keys, keys), len(self._keys) - 1)
        return at, self._keys[at] == keys
