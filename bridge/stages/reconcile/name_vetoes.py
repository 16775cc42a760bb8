"""What forbids linking by name alone, seen in the words themselves: organisations of one place or one founder that are told apart by a small word."""

from __future__ import annotations

from collections.abc import Iterable, Sequence, Set
from functools import lru_cache

import pycountry
from rapidfuzz.fuzz import ratio

from bridge.stages.reconcile.account_profile import AccountFacts
from bridge.stages.reconcile.features import FEATURES
from bridge.stages.reconcile.lead_profile import LeadProfile
from bridge.stages.reconcile.local_names import (
    DESCRIBED,
    TRADES,
    another_in_town,
    only_a_family_name,
    only_common_words,
    stands_in_many_towns,
)
from bridge.stages.reconcile.places import country_code
from bridge.stages.reconcile.values import WORDS_KEPT
from bridge.stages.reconcile.vetoes import TELLING
from bridge.stages.reconcile.words import FAMILIES, GENERIC, core, plain, words_of

NEAR = 72  # of 100: letters in common of two words of which one may be a typing error
STEM = 4  # letters of a word that may be cut short: "Mass General"
SMALL = frozenset(["group", "company"])  # said or left out at will
LEAST_SHORT = 3  # letters of an abbreviation that explains a name: "DB" is Deutsche Bank and Deutsche Bundesbank
MOST_LEFT = 2  # words besides: more are another institution in front ("University of Ottawa Research Centre on …")
_KINDS = {
    "university": "school", "college": "school", "school": "school", "academy": "school", "institute": "school", "polytechnic": "school",
    "hospital": "hospital", "clinic": "hospital", "bank": "bank", "foundation": "foundation", "church": "church", "museum": "museum",
    "council": "authority", "county": "authority", "state": "authority", "city": "authority", "ministry": "authority",
    "society": "society", "association": "society",
}  # fmt: skip
_SCHOOLS = frozenset(word for word, kind in _KINDS.items() if kind == "school")
_RANKS = frozenset(
    ["state", "national", "central", "royal", "federal", "technical", "medical", "public", "catholic", "metropolitan", "hospital", "clinic", "bank",
     "museum", "foundation", "library", "press", "school"]
)  # fmt: skip
"""Words that tell two of one kind and place apart: "Bank of India" and "State Bank of India"."""
_OTHER_DOMAIN = FEATURES.index("other_domain")
_SAID_BY_NAME = frozenset(["other_words", "more_words", "kind_and_place", "other_kind", "other_school"])
_BUSINESSES = frozenset(
    ["bank", "insurance", "energy", "gas", "oil", "health", "capital", "finance", "realestate", "investment", "fund", "shipping", "aviation", "steel",
     "mining", "foundation", "museum", "school", "hospital", "clinic", "club", "library"]
)  # fmt: skip
"""Words for what a firm of a group does: "Siemens Energy" is not Siemens."""
_EXACT, _SAME_DOMAIN, _SAME_PHONE = map(FEATURES.index, ("exact", "same_domain", "same_phone"))
_SAME_HOST, _ACRONYM, _LEAD_REST, _ACCOUNT_REST = map(
    FEATURES.index, ("same_host", "acronym", "lead_rest", "account_rest")
)
_SHORT = tuple(map(FEATURES.index, ("acronym", "acronym_label", "label_acronym", "web_word")))


def name_vetoes(
    values: list[float], company: str, account: str, profile: LeadProfile, facts: AccountFacts
) -> tuple[str, ...]:
    """The vetoes against an account for which only the name speaks, `company` and the `account`'s name as typed; none where blanks, initials
    or the web address explain the difference."""
    if not profile.names or not facts.names:
        return ()
    if values[_SAME_DOMAIN] > 0:
        return ("other_words",) if _another_unit(values, profile, facts) else ()
    found = ["own_words"] if _own_words(company, profile, facts) else []
    found += ["part_of_name"] if _town_for_country(company, account, profile, facts) else []
    if not _explained(values, profile, facts):
        found += ["kind_and_place"] if _kind_and_place(profile, facts) else []
        found += ["other_kind"] if _other_kind(profile, facts) or _zoo(company) != _zoo(account) else []
        found += ["other_school"] if _other_school(profile, facts) else []
        found += ["part_of_name"] if _mistyped_part(profile, facts) else []
        found += ["other_words"] if _one_family(profile, facts) or _another_family(profile, facts) else []
        found += ["more_words"] if _other_business(profile, facts) else []
    if values[_SAME_PHONE] <= 0:
        if not _explained(values, profile, facts) and _another_in_town(company, account, profile, facts):
            found.append("more_words")
        if stands_in_many_towns(company, profile, facts):
            found.append("many_towns")
    return tuple(found)


def place_besides(profile: LeadProfile, facts: AccountFacts) -> bool:
    """Is the account's whole name there, and all else only where it is ("Oxfam GB"), or do only blanks differ?"""
    if not profile.names or not facts.names:
        return False
    ours = set(profile.names[0].words)
    town = {*core(words_of(facts.city))}
    for words, _, text in facts.names:
        left = ours - set(words)
        if text == profile.names[0].plain or (
            set(words) <= ours and all(word in town or _is_country(word, facts.country) for word in left)
        ):
            return True
    return False


def _is_country(word: str, country: str) -> bool:
    return bool(country) and (len(word) > 2 or word in ("uk", "gb", "us")) and country_code(word) == country


def _explained(values: list[float], profile: LeadProfile, facts: AccountFacts) -> bool:
    """Is it the same name but for blanks, or an abbreviation, or does the web address say so?"""
    if values[_EXACT] > 0 or max(values[at] for at in _SHORT) >= LEAST_SHORT:
        return True
    return any(text == profile.names[0].plain for _, _, text in facts.names)


def _zoo(text: str) -> bool:
    """Is it a zoo? Behind "sp." the word is a legal form."""
    words = words_of(text)
    return "zoo" in words and {"sp", "spolka"}.isdisjoint(words)


def _other_business(profile: LeadProfile, facts: AccountFacts) -> bool:
    """Does the company say what it does, where the account's name says nothing of it?"""
    lefts = [_left(ours, theirs) for ours, theirs in _pairs(profile, facts)]
    return bool(lefts) and all(left and left <= _BUSINESSES for left in lefts)


def _one_family(profile: LeadProfile, facts: AccountFacts) -> bool:
    """Is a frequent family's name, or what many firms are called, all that they share, and has each a word besides?"""
    town = {*core(words_of(profile.city)), *core(words_of(facts.city))}
    pairs = [(ours, theirs, _left(ours, theirs), _left(theirs, ours)) for ours, theirs in _pairs(profile, facts)]
    return bool(pairs) and all(only_a_family_name(*pair) or only_common_words(*pair, town) for pair in pairs)


def _town_for_country(company: str, account: str, profile: LeadProfile, facts: AccountFacts) -> bool:
    """Was the town's own name taken for the country's, and is all else what many of a kind are called ("Banco de Brasília", "Banco do Brasil")?"""
    typed, theirs = set(plain(words_of(company))), set(plain(words_of(account)))
    towns = {*words_of(profile.city), *words_of(facts.city)}
    country = facts.country or profile.country
    taken = {
        word
        for word in (typed & towns) - theirs
        if not _is_country(word, country) and any(_is_country(form, country) for form in core((word,)))
    }
    return bool(taken) and set(core(tuple(typed - taken))) <= GENERIC


def _another_family(profile: LeadProfile, facts: AccountFacts) -> bool:
    """Is a frequent family's name spelt as another's is, and all else what many are called ("Schmitt & Partner", "Schmidt & Partner")?"""
    pairs = [(set(name.words), set(words)) for name in profile.names for words, _, _ in facts.names]
    return bool(pairs) and all(_spelt_otherwise(ours, theirs) for ours, theirs in pairs)


def _spelt_otherwise(ours: Set[str], theirs: Set[str]) -> bool:
    left, lacking = ours - theirs, theirs - ours
    if len(left) != 1 or len(lacking) != 1 or not _alike(*left, *lacking):
        return False
    return not FAMILIES.isdisjoint(left | lacking) and (ours & theirs) <= GENERIC | TRADES


def _mistyped_part(profile: LeadProfile, facts: AccountFacts) -> bool:
    """Is the company one word, which only by a typing error is a part of the account's name ("Charity", "Charité – Universitätsmedizin Berlin")?"""
    if any(len(name.words) > 1 for name in profile.names) or len(facts.names[0][0]) < 2:
        return False
    word, theirs = profile.names[0].words[0], {known for words, _, _ in facts.names for known in words}
    return word not in theirs and any(_is_slip(word, known) for known in theirs)


def _is_slip(word: str, known: str) -> bool:
    near = len(word) > STEM and abs(len(word) - len(known)) <= 1 and ratio(word, known) >= NEAR
    return near and not _begins_alike(word, known)


def _another_in_town(company: str, account: str, profile: LeadProfile, facts: AccountFacts) -> bool:
    """Is it a kind of which a town has several, and has the lead's a word besides ("Hotel Goldener Adler", "Hotel Adler")?"""
    lefts = [_left(ours, theirs) for ours, theirs in _pairs(profile, facts)]
    return bool(lefts) and all(another_in_town(company, account, profile, facts, left) for left in lefts)


def _another_unit(values: list[float], profile: LeadProfile, facts: AccountFacts) -> bool:
    """Has the lead a host of its own below the domain they share, and each name a word that the other lacks ("Fraunhofer IAO" at
    iao.fraunhofer.de, "Fraunhofer IPA" at ipa.fraunhofer.de)?"""
    if values[_SAME_HOST] > 0 or values[_ACRONYM] > 0 or min(values[_LEAD_REST], values[_ACCOUNT_REST]) < TELLING:
        return False
    own = any(
        domain.host not in (domain.name, f"www.{domain.name}")
        for domain in profile.domains
        if domain.name in facts.domains
    )
    return own and not _explained(values, profile, facts)


def another_organisation(values: list[float], vetoes: Sequence[str], profile: LeadProfile, facts: AccountFacts) -> bool:
    """True when its own web domain and its name both say that it is not this account, which has another domain: nobody need look at it ("HDFC
    Life" at hdfclife.com). With the words in front it may be the account's full name ("John Deere" of Deere & Company)."""
    if values[_OTHER_DOMAIN] <= 0 or "own_words" not in vetoes or _SAID_BY_NAME.isdisjoint(vetoes):
        return False
    return not any(name.squash.endswith(squash) for name in profile.names for _, squash, _ in facts.names)


def _own_words(company: str, profile: LeadProfile, facts: AccountFacts) -> bool:
    """Does the lead's own web domain spell a word of its company that the account's names lack ("Red Hat Society" at redhatsociety.com)? What
    is spelt twice is no typing error ("Charity" at charity.org is not Charité)."""
    theirs = {word for words, _, _ in facts.names for word in words} | SMALL
    labels = [domain.label.replace("-", "") for domain in profile.domains]
    spelt = [word for word in plain(words_of(company)) if len(word) >= STEM and any(word in label for label in labels)]
    lacking = [word for word in spelt if not set(core((word,))) <= theirs]
    return any(not any(_begins_alike(word, known) for known in theirs) for word in lacking)


def _kind_and_place(profile: LeadProfile, facts: AccountFacts) -> bool:
    """Is what they share only what many of that place are called ("Banco Central do Brasil", "Banco do Brasil"), and something is left over?"""
    towns = {*core(words_of(profile.city)), *core(words_of(facts.city))}
    country = facts.country or profile.country
    places = towns | _regions(country) | {word for word in profile.names[0].words if _is_country(word, country)}
    codes = _codes(country)
    compared = False
    for ours, theirs in _pairs(profile, facts):
        left, lacking = _left(ours, theirs, shortest=2) - codes, _left(theirs, ours)
        shared = {word for word in ours - left if len(word) > 2}
        if (
            shared - GENERIC - places
            or len(shared - places) >= DESCRIBED
            or not (left - towns - SMALL or lacking - GENERIC - towns or _ranked(shared, lacking))
        ):
            return False
        compared = True
    return compared


def _ranked(shared: Set[str], lacking: Set[str]) -> bool:
    """Does the account's name go on with a word that tells it from the one of this kind that was typed?"""
    return not shared.isdisjoint(_KINDS) and not lacking.isdisjoint(_RANKS)


def _other_kind(profile: LeadProfile, facts: AccountFacts) -> bool:
    """Is the lead's a foundation, a school, a hospital …, and the account none ("Dr. Reddy's Foundation" of the laboratories)?"""
    compared = False
    for ours, theirs in _pairs(profile, facts):
        if ours != set(profile.names[0].words):
            continue
        kinds = {_KINDS[word] for word in ours if word in _KINDS}
        if not kinds or len(_left(ours, theirs)) > MOST_LEFT or any(kinds & _kinds_like(word) for word in theirs):
            return False
        compared = True
    return compared


@lru_cache(maxsize=WORDS_KEPT)
def _kinds_like(word: str) -> frozenset[str]:
    """The kinds of organisation that this word, or the one it is a typing error of, stands for."""
    return frozenset(kind for known, kind in _KINDS.items() if _alike(known, word))


def _other_school(profile: LeadProfile, facts: AccountFacts) -> bool:
    """Does a school's name have one more word, of those that tell schools apart ("Northeastern State University", "Northeastern University")?"""
    lefts = [_left(ours, theirs) for ours, theirs in _pairs(profile, facts) if ours & theirs & _SCHOOLS]
    return bool(lefts) and all(len(left) == 1 and left <= GENERIC - _SCHOOLS - SMALL for left in lefts)


def _pairs(profile: LeadProfile, facts: AccountFacts) -> Iterable[tuple[set[str], set[str]]]:
    """The words of each name of the one with those of each name of the other, where they share any."""
    for name in profile.names:
        for words, _, _ in facts.names:
            if not set(words).isdisjoint(name.words):
                yield set(name.words), set(words)


def _left(ours: Set[str], theirs: Set[str], shortest: int = 3) -> set[str]:
    """The words of the one that are none of the other's, typing errors and words cut short aside."""
    others = theirs - ours
    return {
        word for word in ours - theirs if len(word) >= shortest and not any(_alike(word, other) for other in others)
    }


def _alike(word: str, other: str) -> bool:
    return _begins_alike(word, other) or ratio(word, other) >= NEAR


def _begins_alike(word: str, other: str) -> bool:
    return min(len(word), len(other)) >= STEM and (word.startswith(other) or other.startswith(word))


@lru_cache(maxsize=256)
def _regions(country: str) -> frozenset[str]:
    """The words in the names of a country's states and provinces."""
    regions = [region.name for region in pycountry.subdivisions if region.country_code == country]
    return frozenset(word for name in regions for word in core(words_of(name)))


@lru_cache(maxsize=256)
def _codes(country: str) -> frozenset[str]:
    """The short forms of a country and its states, as they stand behind a name ("City of Houston, TX")."""
    codes = [region.code.rpartition("-")[2] for region in pycountry.subdivisions if region.country_code == country]
    return frozenset(code.lower() for code in (*codes, country, "UK", "USA"))
