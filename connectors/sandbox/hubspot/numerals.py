"""Numbers as callers write them into paths and bodies: what no id and no cursor can be is none, however long it is and whatever script it has."""

from __future__ import annotations

LONGEST = 19
"""Digits of the largest number of 64 bits."""


def is_number(text: str) -> bool:
    """Whether it may be an id or a cursor.

    >>> [is_number(one) for one in ("101", "", "x1", "²", "9" * 20)]
    [True, False, False, False, False]
    """
    return text.isascii() and text.isdigit() and len(text) <= LONGEST
