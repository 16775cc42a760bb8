"""Ids of Salesforce records in one length: reports and formula fields write 15 characters, the API 18."""

from __future__ import annotations

_CHECK = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"
SHORT, LONG = 15, 18


def long_id(id_: str) -> str:
    """The 18 characters of an id of 15; any other text as it is."""
    if len(id_) != SHORT or not (id_.isascii() and id_.isalnum()):
        return id_
    parts = (id_[at : at + 5] for at in range(0, SHORT, 5))
    return id_ + "".join(_CHECK[sum(1 << at for at, sign in enumerate(part) if sign.isupper())] for part in parts)
