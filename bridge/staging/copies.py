"""The ids under which talk that hangs on several contacts is kept: its own for the first of them, a copy's for each of the others."""

from __future__ import annotations

MOST_ABOUT = 20
"""Contacts a piece of talk is kept for; of what hangs on more, the first ones."""
_COPY = "@"


def copy_of(id_: str, place: int) -> str:
    """The id of the row for the contact at this place, counted from 0.

    >>> copy_of("17", 0), copy_of("17", 2)
    ('17', '17@2')
    """
    return f"{id_}{_COPY}{place}" if place else id_


def copies(id_: str) -> list[str]:
    """Every id a copy of it may have."""
    return [copy_of(id_, place) for place in range(1, MOST_ABOUT)]


def original(id_: str) -> str:
    """The id HubSpot gave it.

    >>> original("17@2"), original("17")
    ('17', '17')
    """
    return id_.split(_COPY)[0]
