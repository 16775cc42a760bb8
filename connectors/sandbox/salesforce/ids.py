"""Record ids as Salesforce makes them: 15 characters in base 62 with the object's prefix, and three that guard their case."""

from __future__ import annotations

import re

_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_VALUE = {digit: number for number, digit in enumerate(_DIGITS)}
# Two digits at once: an id is read for every row of a page.
_PAIRS = {first + second: _VALUE[first] * 62 + _VALUE[second] for first in _DIGITS for second in _DIGITS}
_CHECK = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"
# Between prefix and number stand the org's instance characters.
_INSTANCE = "Lb0"
_NUMBER_LENGTH = 9
# Capitals are ones, all else noughts.
_CAPITALS = str.maketrans({digit: "1" if digit.isupper() else "0" for digit in _DIGITS})
_SHAPE = re.compile(r"[0-9A-Za-z]{15}(?:[0-9A-Za-z]{3})?\Z", re.ASCII)


def checksum(id15: str) -> str:
    """The three characters that say which of the fifteen are capitals."""
    bits = int(id15.translate(_CAPITALS)[::-1], 2)
    return _CHECK[bits & 31] + _CHECK[bits >> 5 & 31] + _CHECK[bits >> 10]


def _base62(number: int, width: int) -> str:
    digits = []
    for _ in range(width):
        number, rest = divmod(number, 62)
        digits.append(_DIGITS[rest])
    return "".join(reversed(digits))


def make(prefix: str, number: int) -> str:
    """The id of an object's record by its number, from 0; ids of one object sort as their numbers do."""
    id15 = prefix[:3] + _INSTANCE + _base62(number, _NUMBER_LENGTH)
    return id15 + checksum(id15)


def number_of(id18: str) -> int:
    """The number an id was made from."""
    number = _PAIRS[id18[11:13]] * 3_844 + _PAIRS[id18[13:15]]
    if id18[6:11] != "00000":
        high = 0
        for digit in id18[6:11]:
            high = high * 62 + _VALUE[digit]
        number += high * 62**4
    return number


def whole(text: object) -> str | None:
    """An id of 18 characters from one of 15 or 18; None where it is no id or its checksum is wrong."""
    if not isinstance(text, str) or not _SHAPE.match(text):
        return None
    if len(text) == 15:
        return text + checksum(text)
    return text if checksum(text[:15]) == text[15:].upper() else None


class Maker:
    """Makes the ids of one object faster than one by one: only the last characters change."""

    def __init__(self, prefix: str) -> None:
        self._prefix = prefix
        self._block = -1
        self._head = ""
        self._check = ""

    def make(self, number: int) -> str:
        """The same as `make(prefix, number)`."""
        block, low = divmod(number, 62**4)
        if block != self._block:
            self._block = block
            self._head = self._prefix[:3] + _INSTANCE + _base62(block, _NUMBER_LENGTH - 4)
            self._check = checksum(self._head[:10] + "00000")[:2]
        low, d = divmod(low, 62)
        low, c = divmod(low, 62)
        a, b = divmod(low, 62)
        tail = _DIGITS[a] + _DIGITS[b] + _DIGITS[c] + _DIGITS[d]
        bits = (
            ("A" <= self._head[10] <= "Z")
            | (10 <= a < 36) << 1
            | (10 <= b < 36) << 2
            | (10 <= c < 36) << 3
            | (10 <= d < 36) << 4
        )
        return self._head + tail + self._check + _CHECK[bits]
