"""Cutting long lists into what one statement or one call can take."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

Item = TypeVar("Item")


def batched(items: Iterable[Item], size: int) -> Iterator[tuple[Item, ...]]:
    """`items` in tuples of at most `size`, in order."""
    iterator = iter(items)
    while batch := tuple(islice(iterator, size)):
        yield batch
