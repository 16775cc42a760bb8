"""What forbids joining two people without asking, and what speaks for one person, in words."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import OSA

from bridge.stages.reconcile.people_features import PEOPLE_FEATURES
from bridge.stages.reconcile.person_profile import PersonProfile, first_names_agree, has_nicknames

AT = {feature: position for position, feature in enumerate(PEOPLE_FEATURES)}
ONE_COMPANY, TWO_COMPANIES = 1, 5
"""The feature `domains` where both have an address of a company: of one and the same, or each of their own."""
SAME_COMPANY = 0.9  # how alike the names of two such companies are that are one, mistyped: a word of the trade makes strangers alike
HALF = 0.5  # more: the same first name, its initial or nickname
ALIKE = 0.7  # less: another company
_PARTS = re.compile("[._-]")
LONG = 7  # letters of a first name that may have two wrong
DIGITS = "0123456789"
GENERATIONS = frozenset(["jr", "jnr", "jun", "junior", "sr", "snr", "senior", "ii", "iii", "iv", "filho", "neto"])
_WOMEN = (
    ("ov", "ova"), ("ev", "eva"), ("in", "ina"), ("sky", "skaya"), ("skiy", "skaya"), ("ski", "ska"), ("cki", "cka"), ("opoulos", "opoulou"),
)  # fmt: skip
"""How last names of men and of women of one family end."""
PERSON_VETOES = {
    "other_first_name": "the first names differ (a shared mailbox or a family's phone?)",
    "other_last_name": "the last names differ (a shared mailbox, or a new name?)",
    "other_phone_and_email": "both phone and e-mail address differ",
    "two_companies": "they write from two companies whose names differ",
    "other_company_and_name": "they write from two companies, and the last names are not quite the same",
    "own_addresses": "each has an address that spells the name it stands with",
    "numbered_addresses": "the company numbered their addresses, as it does for namesakes",
    "other_generation": "one is called Jr., Sr. or III and the other is not",
    "initial_of_several": "the initial or nickname fits several people",
    "name_alone": "only the name speaks for it",
    "name_in_address": "the companies differ, and the addresses say no more than the name",
}


def doubt_of(vetoes: Sequence[str]) -> str:
    """The end of a sentence about a pair that is not joined for these."""
    return "; but " + ", and ".join(PERSON_VETOES[veto] for veto in vetoes) if vetoes else ""


def person_vetoes(values: NDArray[np.float32], ours: PersonProfile, theirs: PersonProfile) -> tuple[str, ...]:
    """What forbids joining two records without asking."""
    row: Mapping[str, float] = {feature: float(values[at]) for feature, at in AT.items()}
    found = []
    if row["swapped"] < 0.8 and _first_names_differ(row, ours.first, theirs.first, spelt=_spells_first(ours, theirs)):
        found.append("other_first_name")
    if (0 <= row["last_likeness"] < 0.8 and row["swapped"] < 0.8) or _last_names_differ(row, ours.last, theirs.last):
        found.append("other_last_name")
    if (
        row["phone"] < 0
        and row["email"] < 0
        and row["domains"] in (ONE_COMPANY, TWO_COMPANIES)
        and row["local_likeness"] < 0.9
    ):
        found.append("other_phone_and_email")
    if row["domains"] == TWO_COMPANIES and row["phone"] <= 0 and 0 <= row["last_likeness"] < 1:
        found.append("other_company_and_name")
    if row["domains"] == TWO_COMPANIES and row["phone"] <= 0 and 0 <= row["company"] < SAME_COMPANY:
        found.append("two_companies")
    one_company = row["domains"] == ONE_COMPANY and row["email"] < 0
    if one_company and _numbered(ours.local, theirs.local) and not ours.role:
        found.append("numbered_addresses")
    if row["email"] < 0 and _spelt_apart(ours, theirs, last_names=one_company and row["phone"] <= 0):
        found.append("own_addresses")
    if row["email"] <= 0 and generation(ours) != generation(theirs):
        found.append("other_generation")
    other_company = 0 <= row["company"] < SAME_COMPANY
    besides = ("email", "phone") if other_company else ("email", "phone", "title", "city")
    near = row["local_likeness"] if other_company else max(row["company"], row["local_likeness"])
    alone = max(row[same] for same in besides) <= 0
    if alone and near < ALIKE:
        found.append("name_alone")
    elif alone and other_company and only_name(ours) and only_name(theirs):
        found.append("name_in_address")
    return tuple(found)


def _numbered(ours: str, theirs: str) -> bool:
    """Are they the same but for a number at the end, first and last name in any order: wei.zhang@, zhang.wei3@?"""
    a, b = ours.strip(DIGITS), theirs.strip(DIGITS)
    return a == b or ((a, b) != (ours, theirs) and sorted(_PARTS.split(a)) == sorted(_PARTS.split(b)))


def _spells_first(ours: PersonProfile, theirs: PersonProfile) -> bool:
    """Does an address begin or go on like one of the first names? Else it may be a family's."""
    return any(
        name[:3] and name[:3] in local for name in (ours.first, theirs.first) for local in (ours.local, theirs.local)
    )


def _first_names_differ(row: Mapping[str, float], ours: str, theirs: str, *, spelt: bool) -> bool:
    """Two first names, neither nicknames nor typing errors of each other; or the same and two different ones behind ("Jean-Paul", "Jean-Pierre")."""
    if row["first"] != 0:
        a, b = ours.split()[1:2], theirs.split()[1:2]
        return (
            bool(a and b)
            and min(len(a[0]), len(b[0])) > 1
            and first_names_agree(a[0], b[0]) == 0
            and not _slip(a[0], b[0])
        )
    if row["first_likeness"] < 0.8:
        return True
    return not (row["email"] > 0 and spelt) and (_man_and_woman(ours, theirs) or not _slip(ours, theirs))


def _last_names_differ(row: Mapping[str, float], ours: str, theirs: str) -> bool:
    """Two last names that only begin alike: of two mothers (Pérez López, Pérez Gómez), or a man's and a woman's with other first names."""
    a, b = ours.split(), theirs.split()
    if len(a) > 1 and len(b) > 1 and a[0] == b[0] and generation_of(a) == generation_of(b):
        return min(len(a[1]), len(b[1])) > 2 and not _slip(" ".join(a[1:]), " ".join(b[1:]))
    return row["first"] != 1 and any(
        his.endswith(man) and hers == his.removesuffix(man) + woman
        for his, hers in ((ours, theirs), (theirs, ours))
        for man, woman in _WOMEN
    )


def are_two_names(ours: str, theirs: str, *, one_mailbox: bool) -> bool:
    """Are these first names of two people, not one mistyped? In one mailbox Roseann is Roseanna; else a name that has nicknames is itself."""
    if first_names_agree(ours, theirs) != 0:
        return False
    named = has_nicknames(ours) and has_nicknames(theirs)
    return not _slip(ours, theirs) or (not one_mailbox and (named or _man_and_woman(ours, theirs)))


def _slip(ours: str, theirs: str) -> bool:
    """Are they so near that one may be a typing error of the other, or has a title before it? Most errors are not at the ends."""
    if not set(ours.split()).isdisjoint(theirs.split()):
        return True
    return OSA.distance(ours, theirs) <= (1 if _ends_differ(ours, theirs) and min(len(ours), len(theirs)) < LONG else 2)


def _ends_differ(ours: str, theirs: str) -> bool:
    return ours[:1] != theirs[:1] or ours[-1:] != theirs[-1:]


def _man_and_woman(ours: str, theirs: str) -> bool:
    """Do the names differ by the ending that makes a woman's of a man's: Daniel and Daniela, Mario and Maria, Peter and Petra, Andreas and Andrea?"""
    short, long = sorted((ours, theirs), key=len)
    if long == f"{short}s" and short.endswith("ea"):
        return True
    if len(short) == len(long):
        return (
            (ours[:-1] == theirs[:-1] and {ours[-1:], theirs[-1:]} == {"o", "a"})
            or (ours[:-2] == theirs[:-2] and {ours[-2:], theirs[-2:]} == {"er", "ra"})
            or _end_in_vowels(ours, theirs)
        )
    return long[:-1] == short and long[-1] in "ae" and short[-1] not in "aeiouy"


def _end_in_vowels(ours: str, theirs: str) -> bool:
    """Are they short and differ by the vowel at the end alone: Yuki and Yuko, Lena and Lene?"""
    return ours[:-1] == theirs[:-1] and len(ours) <= 4 and {ours[-1:], theirs[-1:]} <= set("aeiou")


def generation(person: PersonProfile) -> str:
    """What tells a son from his father: "jr", "iii" …; empty when nothing does."""
    return generation_of(person.last.split())


def generation_of(last: Sequence[str]) -> str:
    """The same, of the words of a last name."""
    return next((word for word in reversed(last[1:]) if word in GENERATIONS), "")


def _spelt_apart(ours: PersonProfile, theirs: PersonProfile, *, last_names: bool) -> bool:
    """Do both addresses spell names that differ: hanna.becker@ and anna.becker@, thomas.becker@ and thomas.beckert@?"""
    if ours.first == theirs.last or ours.last == theirs.first:
        return False
    if _initials_of_one(ours, theirs) or _initials_of_one(theirs, ours):
        return True
    named = has_nicknames(ours.first) and has_nicknames(theirs.first)
    others = first_names_agree(ours.first, theirs.first) == 0 and (named or _ends_differ(ours.first, theirs.first))
    firsts = (ours.first, theirs.first) if others else ("", "")
    return any(
        a != b and min(len(a), len(b)) > 2 and a in ours.local and b in theirs.local
        for a, b in (firsts, (ours.last, theirs.last) if last_names else ("", ""))
    )


def _initials_of_one(double: PersonProfile, single: PersonProfile) -> bool:
    """Does the one address begin with a double name's initials, the other with the first of the two: mc.martin@ of Marie-Claire, marie.martin@?"""
    names = double.first.split()
    if len(names) != 2 or names[0] != single.first or len(names[0]) < 3:
        return False
    initials = names[0][0] + names[1][0]
    return single.local.startswith(names[0]) and _PARTS.split(double.local)[0] in (initials, initials + double.last)


def only_name(person: PersonProfile) -> bool:
    """Is the address nothing but first and last name: rajesh.kumar@ and rajeshkumar@ may be anybody called so?"""
    local = "".join(letter for letter in person.local if letter.isalnum())
    first, last = person.first.replace(" ", ""), person.last.replace(" ", "")
    return bool(first and last) and local in (first + last, last + first)


def is_initial(first: str) -> bool:
    """True for a first name of which only the initial is known."""
    return len(first) == 1


def namesakes(values: NDArray[np.float32], vetoes: Sequence[str]) -> bool:
    """True when only the name speaks for it and the companies differ: nobody need look at these."""
    return "name_alone" in vetoes and 0 <= values[AT["company"]] < ALIKE


def elsewhere(values: NDArray[np.float32]) -> bool:
    """True for namesakes at two companies: other address, no phone in common, other company. The same name alone joins nobody."""
    row: Mapping[str, float] = {feature: float(values[at]) for feature, at in AT.items()}
    return row["email"] < 0 and row["phone"] <= 0 and 0 <= row["company"] < ALIKE


def person_reasons(values: NDArray[np.float32]) -> list[str]:
    """What speaks for one person, in words."""
    row: Mapping[str, float] = {feature: float(values[at]) for feature, at in AT.items()}
    words = []
    if row["full_name"] > 0 and row["last_likeness"] >= 0:
        words.append("same name" if row["last_likeness"] == 1 else "same name with first and last exchanged")
    elif row["first"] > HALF or row["first_likeness"] >= 0.8:
        words.append("nickname or initial of the same name" if HALF < row["first"] < 0.95 else "nearly the same name")
    if row["email"] > 0:
        words.append("same mailbox, used by many" if row["role"] > 0 else "same e-mail address")
    elif row["local_likeness"] >= 0.85:
        words.append("nearly the same e-mail address")
    if row["phone"] > 0:
        words.append("same phone")
    if row["company"] >= 0.85:
        words.append("same company")
    return words or ["several small agreements"]
