"""A directory in memory, for files and backfills: the same answers as the one in the database, from numpy arrays."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice

import numpy as np

from bridge.frozen import frozen
from bridge.index_rows import IndexRow, Ruling
from bridge.stages.reconcile.columns import AccountColumns, account_columns
from bridge.stages.reconcile.groups import begins
from bridge.stages.reconcile.values import Keys, Numbers

BLOCK = 5_000  # rows taken in at once
MANY = 50_000  # keys that are put in order before they are looked up


@frozen
class IndexBlock:
    """Many entries as they are sent between processes: entry i has the next `many[i]` of `keys`."""

    ids: list[str]
    names: list[str]
    payloads: list[bytes]
    many: Numbers
    keys: Keys


def index_block(rows: Iterable[IndexRow]) -> IndexBlock:
    """These entries as a block."""
    ids, names, payloads, keys = [], [], [], []
    for row in rows:
        ids.append(row.id)
        names.append(row.name)
        payloads.append(row.payload)
        keys.append(row.keys)
    many = np.array(list(map(len, keys)), dtype=np.int64)
    flat = np.fromiter(chain.from_iterable(keys), dtype=np.int64, count=int(many.sum()))
    return IndexBlock(ids, names, payloads, many, flat)


def each_once(blocks: Iterable[IndexBlock]) -> Iterator[tuple[IndexBlock, int]]:
    """These blocks without entries that have no id, or one that has come before; with each, how many were left out."""
    seen = {""}
    for block in blocks:
        kept = []
        for i, id_ in enumerate(block.ids):
            if id_ not in seen:
                seen.add(id_)
                kept.append(i)
        left_out = len(block.ids) - len(kept)
        yield (_only(block, kept) if left_out else block), left_out


def _only(block: IndexBlock, kept: Sequence[int]) -> IndexBlock:
    stays = np.zeros(len(block.ids), dtype=bool)
    stays[kept] = True
    ids, names = ([column[i] for i in kept] for column in (block.ids, block.names))
    payloads = [block.payloads[i] for i in kept]
    return IndexBlock(ids, names, payloads, block.many[stays], block.keys[stays.repeat(block.many)])


class MemoryDirectory:
    """Built once from rows or blocks of them, then read only; safe to share between forked processes."""

    def __init__(
        self,
        rows: Iterable[IndexRow] = (),
        rulings: Mapping[int, Sequence[Ruling]] | None = None,
        *,
        blocks: Iterable[IndexBlock] = (),
    ) -> None:
        self._ids: list[str] = []
        self._names: list[str] = []
        self._payloads: list[bytes] = []
        keys, many = [], []
        for block in chain(blocks, _blocks(rows)):
            self._ids += block.ids
            self._names += block.names
            self._payloads += block.payloads
            keys.append(block.keys)
            many.append(block.many)
        flat = np.concatenate(keys) if keys else np.zeros(0, dtype=np.int64)
        del keys
        order = np.argsort(flat, kind="stable")
        owners = np.arange(len(self._ids), dtype=np.int32)
        self._numbers = owners.repeat(np.concatenate(many))[order] if many else owners
        flat = flat[order]
        del order
        starts = begins(flat)
        self._keys = flat[starts]
        self._starts = np.append(starts, [len(flat), len(flat)])  # one more, for when there are no keys
        self._rulings = rulings or {}
        self._number_of: dict[str, int] | None = None
        self._columns: AccountColumns | None = None

    @property
    def columns(self) -> AccountColumns:
        """All accounts as columns (made at the first call; make it before forking)."""
        if self._columns is None:
            self._columns = account_columns(self._payloads, self)
        return self._columns

    @property
    def size(self) -> int:
        """How many entries there are."""
        return len(self._ids)

    def counts(self, keys: Keys, *, listing: bool = False) -> Numbers:
        """How many entries have each of `keys`."""
        if len(keys) > MANY:
            distinct, at = np.unique(keys, return_inverse=True)
            return self._counts_of(distinct)[at]
        return self._counts_of(keys)

    def _counts_of(self, keys: Keys) -> Numbers:
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
        ids, names, payloads = self._ids, self._names, self._payloads
        return [IndexRow(ids[number], names[number], (), payloads[number]) for number in numbers.tolist()]

    def payloads(self, numbers: Numbers) -> Sequence[bytes]:
        """The packed profiles of these entries, in that order."""
        return [self._payloads[number] for number in numbers.tolist()]

    def number_of(self, id_: str) -> int | None:
        """The number of the entry with this id; None when there is none."""
        if self._number_of is None:
            self._number_of = {id_: number for number, id_ in enumerate(self._ids)}
        return self._number_of.get(id_)

    def has(self, id_: str) -> bool:
        """Whether an entry with this id is there."""
        return self.number_of(id_) is not None

    def rulings(self, fingerprints: Sequence[int]) -> Mapping[int, Sequence[Ruling]]:
        """What people said about these look-alikes."""
        return {print_: self._rulings[print_] for print_ in fingerprints if print_ in self._rulings}

    def _find(self, keys: Keys) -> tuple[Numbers, np.ndarray[tuple[int], np.dtype[np.bool_]]]:
        if len(self._keys) == 0:
            return np.zeros(len(keys), dtype=np.int64), np.zeros(len(keys), dtype=bool)
        at = np.minimum(np.searchsorted(self._keys, keys), len(self._keys) - 1)
        return at, self._keys[at] == keys


def _blocks(rows: Iterable[IndexRow]) -> Iterator[IndexBlock]:
    walk = iter(rows)
    while some := list(islice(walk, BLOCK)):
        yield index_block(some)
