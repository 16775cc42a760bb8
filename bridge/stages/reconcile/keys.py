"""Numbers that stand for texts: what entries of a directory are found by, and what people's answers are remembered by."""

from __future__ import annotations

from hashlib import blake2b

from xxhash import xxh3_64_intdigest


def key_of(kind: str, text: str) -> int:
    """A 63-bit number that stands for `text` as a key of this kind in a directory; the same on every machine."""
    return xxh3_64_intdigest(f"{kind}:{text}".encode()) >> 1


def question_key(text: str) -> int:
    """A 63-bit number that stands for a question for good: answers are kept by it, whatever format the directories have."""
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "big") >> 1
