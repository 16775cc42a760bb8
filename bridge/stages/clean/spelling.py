"""The usual spelling of a person's name that was typed in capitals or small letters only.

A name with both kinds of letters is as its owner wants it and is left alone; so are scripts without capitals.
"""

from __future__ import annotations

import regex

from bridge.stages.clean.words import words

PARTICLES = words("""
    van von vom der den des de del du da do das dos zu zum zur af av ten ter te 't 's op y e i la las los lo bin
    ibn bint und et
""")
_AFTER_DE = frozenset({"la", "las", "los", "lo"})  # `de la Cruz`, but `La Rosa`
_CONJUNCTIONS = frozenset(
    {"y", "e", "i", "und", "et", "bin", "ibn", "bint", "lo", "op", "te"}
)  # small only between two names
_ROMAN = frozenset({"ii", "iii", "iv", "vi", "vii", "viii"})
_SUFFIXES = {"jr": "Jr", "jr.": "Jr.", "sr": "Sr", "sr.": "Sr."}
# "Mac" begins many names that are not Mac plus a name (Mackey, Macron, Machado), so these are listed.
_MAC = words("""
    macdonald mackenzie macleod macgregor macarthur macintyre macpherson macmillan macdougall mackinnon maclean
    macneil macneill macfarlane maccarthy macaulay macinnes macintosh mackintosh maclachlan maclaren macnamara
    macnab macphail macqueen macrae mactavish maccallum macbride maccormack macdermott macduff macewan macfadden
    macgowan macguire mackay maclaughlin macnally macsweeney macauley macgill
""")
# Two capitals are initials (JP, TJ) unless they are one of the names that short.
_SHORT_NAMES = words("""
    li bo al ed jo ty cy yu wu lu xu hu ma an ai su na mi di ng vi ha ho le om io oz lo lê la ay ko ri ra sa ye he
    du fu gu mo bi ba oh do vo to ta ly ðo pi ip au ou si so ki ji pu qi ge ke re xi ya zu in un im el ab pa ka va
    da de
""")
_ELIDED = words("""
    o d l n m dell dall degl all nell sant de di
""")  # O'Neil, d'Angelo, Dell'Aquila; but Ta'ir
_APOSTROPHE = regex.compile(r"(['’ʼ`´])")
_INITIALS = regex.compile(r"(?:\p{L}\.-?)+\p{L}?\.?")


def one_case(text: str) -> bool:
    """True when all letters that have a case have the same one."""
    letters = text.replace("ß", "")
    return letters.isupper() or letters.islower()


def usual(text: str) -> str:
    """`text` in the usual spelling. Calling it on its own answer changes nothing where that has both kinds of letters."""
    words = text.split(" ")
    spelt: list[str] = []
    for index, word in enumerate(words):
        spelt.append(_word(word, [before.lower() for before in words[:index]], last=index == len(words) - 1))
    return " ".join(spelt)


def _word(word: str, before: list[str], *, last: bool) -> str:
    small = _lower(word)
    if small in PARTICLES and not last and _stays_small(small, before):
        return small
    if before and small in _ROMAN:
        return small.upper()
    if before and small in _SUFFIXES:
        return _SUFFIXES[small]
    if _INITIALS.fullmatch(word) and "." in word:
        return word.upper()
    return "-".join(_part(part) for part in word.split("-"))


def _stays_small(small: str, before: list[str]) -> bool:
    if small in _AFTER_DE:
        return bool(before) and before[-1] == "de"
    return bool(before) if small in _CONJUNCTIONS else True


def _part(part: str) -> str:
    """One part of a double name, with Mc, Mac, O' and D'."""
    small = _lower(part)
    if _APOSTROPHE.search(part):
        pieces = _APOSTROPHE.split(part)
        if pieces[0].lower() in _ELIDED and len(pieces[2]) > 1:
            return _capital(pieces[0]) + "".join(
                piece if index % 2 else _capital(piece) for index, piece in enumerate(pieces[1:], 1)
            )
        return _capital(part)
    if small.startswith("mc") and len(small) > 4:
        return f"Mc{_capital(part[2:])}"
    if small in _MAC:
        return f"Mac{_capital(part[3:])}"
    if small.startswith("ij") and len(small) > 3:
        return f"IJ{_lower(part[2:])}"
    return _capital(part)


def _capital(part: str) -> str:
    first = next((index for index, letter in enumerate(part) if letter.isalpha()), 0)
    head = part[first : first + 1]
    return (
        part[:first]
        + (head if head == "İ" else head.title() if len(head.title()) == 1 else head)
        + _lower(part[first + 1 :], inside=True)
    )


def _lower(part: str, *, inside: bool = False) -> str:
    """Small letters; the Turkish İ stays one letter, a final Greek sigma is written as such."""
    small = part.replace("İ", "i")
    return f"x{small}".lower()[1:] if inside else small.lower()


def is_initials(text: str) -> bool:
    """`JP`, `TJ`: two capitals that stand for two names."""
    return len(text) == 2 and text.isascii() and text.isupper() and text.lower() not in _SHORT_NAMES
