"""A name prepared for comparison: its variants, their words, and the keys they are found by."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import groupby, pairwise

from bridge.frozen import frozen
from bridge.stages.reconcile.keys import key_of
from bridge.stages.reconcile.places import country_code
from bridge.stages.reconcile.values import WHOLE_KEPT, WORDS_KEPT
from bridge.stages.reconcile.words import GENERIC, core, forms_of, is_garbage, words_of

COMPACT, DELETION, HERE = 1.3, 0.2, 3.0
"""What kinds of keys count for finding candidates: whole names and acronyms; a word less a letter; a word in a city. A word or a pair: 1."""
WIDTH = 10  # words of a name that are compared; the longest names lose their tail
ACRONYMS = 2
_BRACKET = re.compile(r"[\(\[（【]([^\)\]）】]*)[\)\]）】]?")
_PARTS = re.compile(r"\s[-–—|/]\s|[:;|]\s|\s[–—]\s?")
ORGANISATIONS = frozenset(
    [
        "university",
        "college",
        "institute",
        "hospital",
        "center",
        "academy",
        "laboratory",
        "ministry",
        "foundation",
        "company",
        "polytechnic",
        "museum",
        "clinic",
        "bank",
        "agency",
    ]
)
DEPARTMENTS = frozenset(
    [
        "department",
        "faculty",
        "division",
        "section",
        "unit",
        "school",
        "group",
        "laboratory",
        "chair",
        "center",
        "program",
    ]
)
"""Words for a part of an organisation."""
PLACED = 3  # words of an organisation that may need its place to be told from others: "University of California, Davis"
_SOUNDS = (
    ("ph", "f"),
    ("sch", "s"),
    ("sh", "s"),
    ("ch", "k"),
    ("ck", "k"),
    ("c", "k"),
    ("q", "k"),
    ("x", "ks"),
    ("w", "v"),
    ("z", "s"),
    ("j", "y"),
)
_SILENT = str.maketrans("", "", "aeiouyh")
_ONCE = re.compile(
    r"ex[-\u2010\u2011–] ?[A-Z]"
    r"|(?i:former(?:ly)?|previously|retired from|ehemals|früher(?: bei)?|anciennement|ancien(?:ne)? (?:de|chez)) \S"
)
_SHORT = re.compile(r"^[A-Z0-9][A-Za-z0-9&\-']{1,9}$")


@frozen
class Name:
    """One way of saying a name: its identity words (at most WIDTH), the same without blanks, as typed without blanks, and its acronyms.

    The keys of these are made with it: candidates are found by them and words compared by them.
    """

    words: tuple[str, ...]
    squash: str
    plain: str
    acronyms: tuple[str, ...]
    short: bool  # typed as one short capitalised word: may itself be an acronym
    word_keys: tuple[int, ...]
    squash_key: int
    acronym_keys: tuple[int, ...]
    whole_key: int  # of all words, legal forms and small words too


@lru_cache(maxsize=WHOLE_KEPT)
def names_of(text: str) -> tuple[tuple[Name, ...], str]:
    """The variants of a name as typed, the main one first (at most four), and the country a bracket names ("Samsung (Korea)" → KR)."""
    country, main, pieces = "", text.strip(), []
    if _BRACKET.search(text):
        main = _BRACKET.sub(" ", text).strip()
        for bracket in _BRACKET.findall(text):
            code = country_code(bracket)
            if code:
                country = code
            elif len(bracket.strip()) > 1:
                pieces.append(bracket)
    parts = _PARTS.split(main)
    if len(parts) > 1:
        parts = [part for part in parts if len(part.strip()) > 2 and not country_code(part)]
        pieces += parts if 1 < len(parts) < 4 else []
    whole = _name(main or text.strip())
    if not pieces:
        return (whole,) if whole else (), country
    found = [whole, *(_name(piece.strip()) for piece in pieces)]
    names: dict[str, Name] = {}
    for name in found:
        if name is not None:
            names.setdefault(name.squash, name)
    return tuple(names.values())[:4], country


def without_places(names: Sequence[Name], *places: str) -> Sequence[Name]:
    """These variants but for those that say where it is and nothing else: "FAM - São Paulo" of São Paulo is not called "São Paulo"."""
    if len(names) < 2:
        return names
    where = {"".join(core(words_of(place))) for place in places if place}
    return [name for name in names if name is names[0] or name.squash not in where]


@lru_cache(maxsize=WHOLE_KEPT)
def typed_names_of(text: str) -> tuple[tuple[Name, ...], str]:
    """As `names_of`, for what a person typed: in an address ("Department of Physics, Yale University, New Haven, USA") each part that names
    an organisation is a variant too, alone and with the part behind it ("University of California, Davis"); the last may name the country."""
    names, country = names_of(text)
    parts = [part.strip(" .;[]") for part in text.split(",")]
    if len(parts) < 2:
        return names, country
    if not country:
        country = country_code(parts[-1]) if len(parts[-1]) > 3 or parts[-1] in ("USA", "UK") else ""
    variants = {name.squash: name for name in names}
    for said in _said_in(parts):
        name = _name(said)
        if name is not None:
            variants.setdefault(name.squash, name)
    return tuple(variants.values())[:6], country


def _said_in(parts: Sequence[str]) -> list[str]:
    """What the parts of an address may name: the first, those with a word for an organisation, what follows a department; then short ones of
    these with the part behind them, when it may be a place."""
    alone, together = [], []
    inside = False  # the part before is a department
    for part, behind in zip(parts, [*parts[1:], ""], strict=True):
        words = set(core(words_of(part))) if len(part) > 3 else set()
        within, organisation = bool(words & DEPARTMENTS), bool(words & ORGANISATIONS)
        if words and (part is parts[0] or organisation or (inside and not within)):
            alone.append(part)
            if organisation and not within and len(words) <= PLACED and _may_be_place(behind):
                together.append(f"{part} {behind}")
        inside = within and not organisation
    return [*alone, *together]


def _may_be_place(text: str) -> bool:
    return text.replace(" ", "").isalpha() and not country_code(text)


def _name(text: str) -> Name | None:
    words = words_of(text)
    identity, plain, shorter = forms_of(words)
    if not identity:
        return None
    short = len(identity) == 1 and len(identity[0]) <= 10 and bool(_SHORT.match(text))
    squash = "".join(identity)
    return Name(
        identity[:WIDTH], squash, "".join(plain), shorter, short,
        tuple(map(word_key, identity[:WIDTH])), compact_key(squash), tuple(map(compact_key, shorter)), key_of("whole", "".join(words)),
    )  # fmt: skip


def account_name_keys(name: Name, country: str, city: str) -> Iterable[int]:
    """The keys an account is found by because it has this name."""
    return _shared_keys(name, country, city)


def probe_name_keys(name: Name, country: str, city: str) -> dict[int, float]:
    """The keys a lead's company is looked up by, and what each counts: as for accounts; each of its words as a whole name or acronym of its
    own; and the city it comes from as if it were one more word of the name."""
    keys = _shared_keys(name, country, city)
    if name.short and country:
        keys[key_of("initials", name.squash + country)] = 1.0
    place = city.partition(" ")[0]
    if place and place not in name.words:
        keys[word_key(place)] = 1.0
        for word in name.words:
            keys[key_of("pair", _pair(word, place))] = 1.0
    for word in name.words:
        if word not in GENERIC and len(word) > 2:
            keys[compact_key(word)] = COMPACT
    return keys


@lru_cache(maxsize=WORDS_KEPT)
def word_key(word: str) -> int:
    """The key of one word; how many accounts have it is its rarity."""
    return key_of("word", word)


def compact_key(text: str) -> int:
    """The key of a name without blanks, an acronym, or the label of a domain: one kind, so that each finds the others."""
    return key_of("compact", text)


def padded(keys: Sequence[int], width: int) -> Sequence[int]:
    """Exactly `width` keys: the rest left out, or zeros behind."""
    return (*keys, *(0,) * (width - len(keys))) if len(keys) < width else keys[:width]


def _shared_keys(name: Name, country: str, city: str) -> dict[int, float]:
    words, keys = name.words, dict.fromkeys(name.word_keys, 1.0)
    for pair in _pairs(words) if len(words) > 1 else ():
        keys[key_of("pair", pair)] = 1.0
    telling = [word for word in words if word not in GENERIC]
    for text in _deletions(telling):
        keys[key_of("deletion", text)] = DELETION
    for short, key in zip(name.acronyms, name.acronym_keys, strict=True):
        if len(short) > 2:
            keys[key] = COMPACT
        else:
            keys[key_of("initials", short + country)] = 1.0
    keys[name.squash_key] = COMPACT
    keys[name.squash_key if name.plain == name.squash else compact_key(name.plain)] = COMPACT
    if city:
        for word in words[:5]:
            keys[key_of("here", f"{word}@{city}")] = HERE
    if country:
        for word in telling[:3]:
            bone = skeleton(word)
            if len(bone) > 2:
                keys[key_of("skeleton", bone + country)] = 1.0
    return keys


@lru_cache(maxsize=WORDS_KEPT)
def skeleton(word: str) -> str:
    """The consonants of a word, sounds that are written in several ways made one: other transliterations still find it."""
    for written, sound in _SOUNDS:
        word = word.replace(written, sound)
    return "".join([letter for letter, _ in groupby(word.translate(_SILENT))])


def _pairs(words: tuple[str, ...]) -> set[str]:
    near = [*pairwise(words), *zip(words, words[2:], strict=False)]
    return {_pair(a, b) for a, b in near}


def _pair(a: str, b: str) -> str:
    return f"{a} {b}" if a <= b else f"{b} {a}"


def _deletions(telling: Sequence[str]) -> Iterable[str]:
    """The only longer one of a name's telling words, and what it becomes when one letter is left out: a typing error still finds it."""
    long = [word for word in telling if len(word) > 3]
    if len(long) != 1 or len(long[0]) > 14:
        return ()
    word = long[0]
    return {word, *[word[:i] + word[i + 1 :] for i in range(len(word))]}


def telling(text: str) -> bool:
    """False for an empty company and for what people type when they have none, a bracket with where they were or would be aside
    ("Retired (Ford Motor Company)"), and for where they once were ("ex-IBM")."""
    if not text.strip() or once_at(text) or is_garbage(text):
        return False
    main = _BRACKET.sub(" ", text).strip() if _BRACKET.search(text) else ""
    return not (main and is_garbage(main))


def once_at(text: str) -> bool:
    """Does it read like where somebody once was ("ex-IBM")? So does a company such as "ex-Cell-O"."""
    return bool(_ONCE.match(text.strip()))
