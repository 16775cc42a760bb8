"""A whole name in the field for the first one: many forms ask for one name, and many people type theirs where the first field is."""

from __future__ import annotations

from collections.abc import Iterator

from anyascii import anyascii

SHORTEST = 3
"""Letters of a family name that an address can bear out."""
_PARTICLES = frozenset(
    {"da", "das", "de", "del", "della", "den", "der", "di", "do", "dos", "du", "la", "le", "ter", "van", "von", "zu"}
)
_AS_TWO = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe"})


def told_apart(first: str, last: str, email: str) -> tuple[str, str] | None:
    """Given and family name out of `first` where `last` is empty and the address bears the family name out; None where it does not.

    >>> told_apart("João da Silva", "", "joao.dasilva@acme.pt"), told_apart("Anna Maria", "", "anna@acme.de")
    (('João', 'da Silva'), None)
    """
    if last.strip() or " " not in first.strip():
        return None
    local = _letters(email.partition("@")[0])
    for given, family in _ways(" ".join(first.split())):
        keys = (_letters(family), _letters(family.casefold().translate(_AS_TWO)))
        if given and any(len(key) >= SHORTEST and key in local for key in keys):
            return _with_particles(given, family)
    return None


def _with_particles(given: str, family: str) -> tuple[str, str]:
    """`da` and `van` go with the family name, whatever the address leaves out."""
    words = given.split(" ")
    while len(words) > 1 and words[-1].casefold() in _PARTICLES:
        family = f"{words.pop()} {family}"
    return " ".join(words), family


def _ways(whole: str) -> Iterator[tuple[str, str]]:
    """Every way to part a name, the longest family name first; `Doe, Jane` has one."""
    if "," in whole:
        family, _, given = whole.partition(",")
        yield given.strip(), family.strip()
        return
    words = whole.split(" ")
    for at in range(1, len(words)):
        yield " ".join(words[:at]), " ".join(words[at:])


def _letters(text: str) -> str:
    return "".join(letter for letter in anyascii(text).casefold() if letter.isalpha())
