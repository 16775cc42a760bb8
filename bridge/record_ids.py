"""Ids of Salesforce records: reports write 15 characters, exports and the API 18, the last three of which tell the capitals of the others."""

from __future__ import annotations

from collections.abc import Callable

from connectors.record_ids import LONG, SHORT, long_id


def short_id(id_: str) -> str:
    """The 15 characters of an id of 18; any other text as it is."""
    return id_[:SHORT] if len(id_) == LONG and long_id(id_[:SHORT]) == id_ else id_


def as_known(id_: str, is_known: Callable[[str], bool]) -> str:
    """An id in the length in which it is known; as it is when it is known in none."""
    return next((one for one in (id_, long_id(id_), short_id(id_)) if is_known(one)), id_)
