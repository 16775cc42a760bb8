"""What the directory stores and what people ruled about it: plain values that matching makes and staging keeps."""

from __future__ import annotations

from bridge.frozen import frozen

LISTED = 500
"""A key that no more entries have lists them; of a more common one ("university") it is only known how many have it."""

FORMAT = 8
"""Which keys and profiles the directories hold. To be raised when either changes for the same record: then every installation makes them anew."""


@frozen
class IndexRow:
    """One entry as the directory stores it: its id, its name for people to read, the keys that find it, its packed profile."""

    id: str
    name: str
    keys: tuple[int, ...]
    payload: bytes


@frozen
class Ruling:
    """What a person said about one look-alike: `confirmed` or refused, for the entry `id`."""

    id: str
    confirmed: bool
