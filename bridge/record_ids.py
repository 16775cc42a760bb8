"""Ids of Salesforce records: reports write 15 characters, exports and the API 18, the last three of which tell the capitals of the others."""

from __future__ import annotations

from collections.abc import Callable

_CHECK = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"
SHORT, LONG = 15, 18


def long_id(id_: str) -> str:
    """The 18 characters of an id of 15; any other text as it is."""
    if len(id_) != SHORT or not (id_.isascii() and id_.isalnum()):
        return id_
    parts = (id_[at : at + 5] for at in range(0, SHORT, 5))
    return id_ + "".join(_CHECK[sum(1 << at for at, sign in enumerate(part) if sign.isupper())] for part in parts)


def short_id(id_: str) -> str:
    """The 15 characters of an id of 18; any other text as it is."""
    return id_[:SHORT] if len(id_) == LONG and long_id(id_[:SHORT]) == id_ else id_


def as_known(id_: str, is_known: Callable[[str], bool]) -> str:
    """An id in the length in which it is known; as it is when it is known in none."""
    return next((one for one in (id_, long_id(id_), short_id(id_)) if is_known(one)), id_)
