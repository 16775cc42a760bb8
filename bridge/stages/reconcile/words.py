"""Words of organisation names: one token per idea in any language, legal forms, small words, and what people type when they have no company.

`words.json` holds the tables. The phrases (other scripts) are applied longest first, before a name is written in Latin letters.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from functools import lru_cache
from importlib import resources

from anyascii import anyascii
from cleanco.termdata import terms_by_type
from rapidfuzz.distance import OSA

from bridge.stages.reconcile.values import WHOLE_KEPT, WORDS_KEPT

_TABLES = json.loads(resources.files(__package__).joinpath("words.json").read_text(encoding="utf-8"))
SAME: dict[str, str] = _TABLES["same"]
GENERIC = frozenset(_TABLES["generic"])
STOP = frozenset(_TABLES["stop"])
_CLEANCO = {re.sub(r"[^a-z0-9]", "", term) for terms in terms_by_type.values() for term in terms}
WEAK_LEGAL = frozenset(_TABLES["weak_legal"]) | {term for term in _CLEANCO if len(term) <= 2}
LEGAL = frozenset(_TABLES["legal"]) | {term for term in _CLEANCO if 3 <= len(term) <= 5}
LEADING_LEGAL = frozenset(_TABLES["leading_legal"])
GARBAGE = frozenset(_TABLES["garbage"])
GARBAGE_WORDS = frozenset(_TABLES["garbage_words"])
FAMILIES = frozenset(_TABLES["families"])
"""Frequent family names: one alone is what many firms are called."""
KINDS = frozenset(
    ["university", "college", "institute", "hospital", "academy", "laboratory", "ministry", "foundation", "museum", "clinic", "bank", "school",
     "highschool", "government", "department", "faculty"]
)  # fmt: skip
"""Kinds of organisation: the word alone, in any language, names none of them."""
SHORT_FORMS: dict[str, list[str]] = _TABLES["nicknames"]
"""First names, and how friends say them where English is not spoken."""
_STEMS: dict[str, str] = _TABLES["stems"]
_STEM_LENGTHS = tuple(sorted({len(stem) for stem in _STEMS}, reverse=True))
_ENDS: dict[str, str] = _TABLES["ends"]
_ENDING = re.compile("^(uni|[a-z]{4,}?)s?(" + "|".join(sorted(_ENDS, key=len, reverse=True)) + ")$")
_SLAVIC = re.compile(r"^([a-z]{4,}?)(skiyi|skiy|skii|skyi|skyy|skaya|skaia|skoye|skoe|skogo|ska|sky|ski|skyj)$")
_PHRASES: dict[str, str] = _TABLES["phrases"]
_PHRASE = re.compile("|".join(re.escape(phrase) for phrase in _PHRASES))
SHORTEST = 7  # letters of a word whose typing errors are mended: shorter ones are too near to each other; one more in other languages
END = SHORTEST // 2  # letters at one end of a word that are as they should be when the slip is at the other
LONGEST = 40  # and of the longest: leaving out each letter of a picture pasted as text would take all memory
MENDED = frozenset(
    [
        "academy", "agriculture", "association", "college", "communications", "company", "construction", "department", "development",
        "economics", "education", "electronics", "engineering", "environment", "foundation", "hospital", "industry", "institute", "insurance",
        "international", "laboratory", "library", "management", "mathematics", "medical", "ministry", "museum", "observatory", "pharmaceutical",
        "polytechnic", "psychology", "research", "science", "security", "society", "software", "technical", "technology", "university", "veterinary",
    ]
)  # fmt: skip
"""Forms whose typing errors are mended, in any language: words that seldom have a neighbour with another meaning."""
NEIGHBOURED = frozenset(
    ["medicale", "private", "societas", "technikon", "universita", "univerza"]
)  # "Medicare" is no typing error
SPELT_RIGHT = frozenset(["collage", "corporacion"])  # "Corporación Universitaria" is more than a legal form
_DOTTED = re.compile(r"\b(?:[a-z]\.\s?){2,}(?:[a-z]\b)?")
_SINGLES = re.compile(r"\b(?:[a-z] ){1,}[a-z]\b")
_APOSTROPHES = re.compile(r"['’‘`´ʼ]")
_JOINED = re.compile(r"\b([a-z]{1,2})&([a-z]{1,2})\b")
_NOT_WORD = re.compile(r"[^a-z0-9]+")


def fold(text: str) -> str:
    """Latin letters and digits in lower case, one blank between words; known words of other scripts are translated."""
    if not text.isascii():
        text = anyascii(_PHRASE.sub(lambda found: _PHRASES[found.group()], text))
    words = text.lower().split()
    if not "".join(words).isalnum():
        words = _without_marks(text.lower()).split()
    text = " ".join(words)
    # single letters in a row are one word ("I B M"); looked for only when there is one
    return _SINGLES.sub(lambda found: found.group().replace(" ", ""), text) if 1 in map(len, words) else text


def _without_marks(text: str) -> str:
    """Without punctuation: "AT&T" is one word, "R & D" has an "and", "I.B.M." has no dots."""
    if "&" in text:
        text = _JOINED.sub(r"\1\2", _APOSTROPHES.sub("", text)).replace("&", " and ")
    text = _APOSTROPHES.sub("", text).replace("+", " plus ")
    if "." in text:
        text = _DOTTED.sub(lambda found: found.group().replace(".", "").replace(" ", "") + " ", text)
    return _NOT_WORD.sub(" ", text)


@lru_cache(maxsize=WHOLE_KEPT)
def words_of(text: str) -> tuple[str, ...]:
    """The folded words of a name, as typed, small words and legal forms included."""
    return tuple(fold(text).split())


@lru_cache(maxsize=WHOLE_KEPT)
def core(words: tuple[str, ...]) -> tuple[str, ...]:
    """The words that carry identity: without legal forms and small words, each in its one form ("Universität" is "university")."""
    kept = _without_legal(words)
    return _identity(kept, [word for word in kept if word not in STOP])


def _identity(kept: Sequence[str], small: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys([part for word in small for part in one_form(word)] or kept))


@lru_cache(maxsize=WORDS_KEPT)
def one_form(word: str) -> tuple[str, ...]:
    """The one form of a word in any language; a compound gives two ("Landesinstitut" is "landes institute", and
    "Universitätsklinikum" a hospital, not the university). A well-known word with one typing error is that word ("Univeristy")."""
    if word in SAME:
        return (SAME[word],)
    if len(word) < 6 or word in GENERIC:
        return (word,)
    meant = mistyped(word)
    if meant:
        return (SAME.get(meant, meant),)
    compound = _ENDING.match(word)
    parts = (SAME.get(compound[1], compound[1]), _ENDS[compound[2]]) if compound else None
    if compound and parts and compound[1] in SAME and parts[0] != parts[1]:
        return parts
    for length in _STEM_LENGTHS:
        if length < len(word) and word[:length] in _STEMS:
            return (_STEMS[word[:length]],)
    if parts:
        return parts
    place = _SLAVIC.match(word)
    return (SAME.get(place[1], place[1]),) if place else (word,)


@lru_cache(maxsize=WORDS_KEPT)
def mistyped(word: str) -> str:
    """The well-known word that this one is but for one letter wrong, missing, too many or exchanged with its neighbour; empty when it is none,
    or when it may be several that mean different things."""
    if not SHORTEST <= len(word) <= LONGEST or word in SPELT_RIGHT:
        return ""
    if word in SAME or word in GENERIC or word in LEGAL or word in STOP:
        return ""
    heads, tails = _ends()
    if word[:END] not in heads and word[-END:] not in tails:
        return ""
    near = {known for text in _less_one(word) for known in _near().get(text, ()) if _is_slip(word, known)}
    return min(near) if len({SAME.get(known, known) for known in near}) == 1 else ""


def _is_slip(word: str, known: str) -> bool:
    """Another first letter makes another word ("rational"), unless the first two were exchanged; so does an "s" or a vowel more at the end."""
    if OSA.distance(word, known, score_cutoff=1) != 1:
        return False
    ends = word[:-1] == known or known[:-1] == word
    return not ends and (word[0] == known[0] or word[:2] == known[1::-1])


@lru_cache(maxsize=1)
def _well_known() -> tuple[str, ...]:
    return tuple(sorted(word for word in {*SAME, *MENDED, *LEGAL} if _is_mended(word)))


@lru_cache(maxsize=1)
def _ends() -> tuple[frozenset[str], frozenset[str]]:
    """The first and the last letters of well-known words: one slip leaves the ones or the others as they are."""
    return frozenset(word[:END] for word in _well_known()), frozenset(word[-END:] for word in _well_known())


@lru_cache(maxsize=1)
def _near() -> dict[str, tuple[str, ...]]:
    """What is left of each well-known word when one letter or none is left out."""
    near: dict[str, list[str]] = {}
    for known in _well_known():
        for text in _less_one(known):
            near.setdefault(text, []).append(known)
    return {text: tuple(known) for text, known in near.items()}


def _is_mended(known: str) -> bool:
    if known in NEIGHBOURED or not (known in LEGAL or SAME.get(known, known) in MENDED):
        return False
    return len(known) >= SHORTEST + (known in SAME)


def _less_one(word: str) -> set[str]:
    return {word, *(word[:at] + word[at + 1 :] for at in range(len(word)))}


def plain(words: tuple[str, ...]) -> tuple[str, ...]:
    """The words as typed without legal forms and small words: what a web domain is usually made of."""
    kept = _without_legal(words)
    return tuple([word for word in kept if word not in STOP]) or kept


def forms_of(words: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """`core`, `plain` and what the words may be shortened to: first letters with and without small words (two letters or more)."""
    kept = _without_legal(words)
    small = tuple([word for word in kept if word not in STOP])
    initials = "".join([word[0] for word in kept])
    found = (initials, "".join([word[0] for word in small])) if len(small) < len(kept) else (initials,)
    shorter = tuple([short for short in dict.fromkeys(found) if 2 <= len(short) <= 10])
    return _identity(kept, small), small or kept, shorter


@lru_cache(maxsize=WHOLE_KEPT)
def _without_legal(words: tuple[str, ...]) -> tuple[str, ...]:
    """Legal forms go wherever they stand; short ones that are also words ("as", "co", "se") only at the end or the front."""
    words = tuple([meant if (meant := mistyped(word)) in LEGAL else word for word in words])
    end = len(words)
    while end > 1 and (words[end - 1] in WEAK_LEGAL or words[end - 1] in LEGAL or words[end - 1] == "and"):
        end -= 1
    start = 1 if end > 1 and words[0] in LEADING_LEGAL else 0
    return tuple([word for word in words[start:end] if word not in LEGAL or word in WEAK_LEGAL]) or words


@lru_cache(maxsize=WHOLE_KEPT)
def is_garbage(text: str) -> bool:
    """True for what people type instead of a company: "n/a", "self", "student", "-", "asdf", "Krankenhaus"."""
    words = words_of(text)
    if not words or text.strip().casefold() in GARBAGE or GARBAGE_WORDS.issuperset(words):
        return True
    if len(words) == 1 and len(kinds := core(words)) == 1 and kinds[0] in KINDS:
        return True
    squashed = "".join(words)
    return (len(set(squashed)) <= 1 and "&" not in text) or squashed.isdigit()
