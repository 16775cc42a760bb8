"""What is seen when a lead and an account are laid side by side: one row of numbers per pair.

The order of FEATURES is the order of the columns; `GROUP_OF` says which of the GROUPS of evidence each belongs to
when it is explained. While they are made each feature is a row of its own (`_AT` says which), written in place.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import JaroWinkler, Prefix
from rapidfuzz.fuzz import ratio
from rapidfuzz.process import cpdist

from bridge.frozen import frozen
from bridge.stages.reconcile.candidates import Pairs
from bridge.stages.reconcile.columns import AccountColumns, Floats, LeadColumns, NameColumns, Texts
from bridge.stages.reconcile.groups import Runs, begins
from bridge.stages.reconcile.names import WIDTH

NAME_FEATURES = (
    "exact", "lead_cover", "account_cover", "information", "lead_rest", "account_rest", "likeness", "beginning",
    "acronym", "lead_words", "account_words", "namesakes", "first_word", "typing", "verbatim",
)  # fmt: skip
DOMAIN_FEATURES = (
    "same_domain", "domain_sharing", "same_host", "other_domain", "foreign_domain", "no_domain", "label_likeness", "label_name",
    "label_acronym", "name_label", "acronym_label", "provider", "web_word",
)  # fmt: skip
PLACE_FEATURES = ("country", "suffix_country", "city", "city_named", "lead_city_named")
CONTEXT_FEATURES = (
    "size", "no_company", "name_lead", "rivals_on_domain", "place_lead", "found", "rarest", "found_lead", "whole_lead",
)  # fmt: skip
RARE_FEATURES = ("same_phone", "state")  # the labelled world has none: they weigh what `model.RARE_WEIGHTS` says
GROUPS = (
    "company name", "acronym", "web domain", "web domain against name", "place", "rarity of what they share", "other candidates",
    "phone", "state",
)  # fmt: skip
_GROUP_OF = {
    "acronym": 1, "label_likeness": 3, "label_name": 3, "label_acronym": 3, "name_label": 3, "acronym_label": 3,
    "web_word": 3, "found": 5, "rarest": 5, "found_lead": 6, "whole_lead": 6, "same_phone": 7, "state": 8,
    "size": 5, "no_company": 0, "name_lead": 6, "rivals_on_domain": 2, "place_lead": 6,
}  # fmt: skip
FEATURES = (*NAME_FEATURES, *DOMAIN_FEATURES, *PLACE_FEATURES, *CONTEXT_FEATURES, *RARE_FEATURES)
GROUP_OF = np.array(
    [
        _GROUP_OF.get(feature, 0 if feature in NAME_FEATURES else 2 if feature in DOMAIN_FEATURES else 4)
        for feature in FEATURES
    ]
)
UNKNOWN = np.float32(-1)
_AT = {feature: row for row, feature in enumerate(FEATURES)}
_BLOCK = 2_000  # name pairs whose words are compared at once: what fits a processor's cache


@frozen
class Seen:
    """The numbers of each pair, and which of the names on both sides they are about (-1: the lead has none)."""

    values: Floats
    lead_name: NDArray[np.int64]
    account_name: NDArray[np.int64]


@frozen
class _Sides:
    """Pairs in the making: which lead and which account (by row) each is of, and the two names compared (-1: none)."""

    lead: NDArray[np.int64]
    at: NDArray[np.int64]
    leads: LeadColumns
    accounts: AccountColumns
    lead_name: NDArray[np.int64]
    account_name: NDArray[np.int64]


def compare(pairs: Pairs, at: NDArray[np.int64], leads: LeadColumns, accounts: AccountColumns, size: int) -> Seen:
    """Lay pairs side by side; `at[i]` is the row of pair i's account in `accounts`, `size` the number of accounts there are."""
    log_size = np.log(size + 1.0)
    values = np.empty((len(FEATURES), len(at)), dtype=np.float32)
    if len(at) == 0:
        return Seen(values.T, at, at)
    lead_name, account_name = _best_names(pairs.lead, at, leads.names, accounts.names, log_size, values)
    sides = _Sides(pairs.lead, at, leads, accounts, lead_name, account_name)
    _domains(sides, values)
    _labels(sides, values)
    _own_label(sides, values)
    _web_word(sides, values)
    _places(sides, values)
    _context(pairs, lead_name < 0, log_size, values)
    phone = leads.phone[pairs.lead]
    values[_AT["same_phone"]] = (phone == accounts.phone[at]) & (phone != 0)
    return Seen(np.ascontiguousarray(values.T), lead_name, account_name)


def _best_names(
    lead: NDArray[np.int64],
    at: NDArray[np.int64],
    ours: NameColumns,
    theirs: NameColumns,
    log_size: float,
    values: Floats,
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Compare every name of the one with every name of the other, and keep the best; its features go into `values`."""
    first_ours, first_theirs = ours.starts[lead], theirs.starts[at]
    many_theirs = theirs.starts[at + 1] - first_theirs
    many = (ours.starts[lead + 1] - first_ours) * many_theirs
    if many.min() == 1 == many.max():  # most often: one name each
        _name_pairs(first_ours, first_theirs, ours, theirs, log_size, values)
        return first_ours, first_theirs
    pair = np.arange(len(lead)).repeat(many)
    turn = np.arange(len(pair)) - (many.cumsum() - many).repeat(many)
    i = first_ours[pair] + turn // many_theirs[pair]
    j = first_theirs[pair] + turn % many_theirs[pair]
    seen = np.empty((len(NAME_FEATURES), len(pair)), dtype=np.float32)
    _name_pairs(i, j, ours, theirs, log_size, seen)
    quality = (
        seen[_AT["exact"]]
        + 2 * seen[_AT["lead_cover"]] * seen[_AT["account_cover"]] / (seen[_AT["lead_cover"]] + seen[_AT["account_cover"]] + 1e-6)
        + 0.8 * (seen[_AT["acronym"]] > 0)
        + 0.3 * seen[_AT["likeness"]]
    )  # fmt: skip
    best = (quality == Runs(pair).best(quality)).nonzero()[0]
    first = best[begins(pair[best])]
    of = pair[first]
    values[: len(NAME_FEATURES)] = UNKNOWN
    values[: len(NAME_FEATURES), of] = seen[:, first]
    lead_name, account_name = np.full(len(lead), -1), np.full(len(lead), -1)
    lead_name[of], account_name[of] = i[first], j[first]
    return lead_name, account_name


def _name_pairs(
    i: NDArray[np.int64], j: NDArray[np.int64], ours: NameColumns, theirs: NameColumns, log_size: float, seen: Floats
) -> None:
    """Compare name i[k] with name j[k]; `seen` takes the features."""
    if len(i) == 0:
        return
    our_weight, their_weight = ours.weights[i], theirs.weights[j]
    our_share, their_share = _shared_words(ours.words, theirs.words, i, j, seen[_AT["first_word"]])
    seen[_AT["typing"]] = _typing_errors(i, j, ours, theirs, our_weight, their_weight, our_share, their_share)
    our_shared, their_shared = our_weight * our_share, their_weight * their_share
    common, theirs_common = our_shared.sum(1), their_shared.sum(1)
    exact = ours.squash_key[i] == theirs.squash_key[j]
    seen[_AT["exact"]] = exact
    seen[_AT["verbatim"]] = ours.whole_key[i] == theirs.whole_key[j]
    seen[_AT["lead_cover"]] = common / (our_weight.sum(1) + 1e-6)
    seen[_AT["account_cover"]] = theirs_common / (their_weight.sum(1) + 1e-6)
    seen[_AT["information"]] = np.minimum(common, theirs_common) / log_size
    seen[_AT["lead_rest"]] = (our_weight * (1 - our_share)).max(1) / log_size
    seen[_AT["account_rest"]] = (their_weight * (1 - their_share)).max(1) / log_size
    squash_ours, squash_theirs = ours.squash[i], theirs.squash[j]
    seen[_AT["likeness"]] = cpdist(squash_ours, squash_theirs, scorer=ratio) / 100
    seen[_AT["beginning"]] = cpdist(squash_ours, squash_theirs, scorer=JaroWinkler.similarity)
    seen[_AT["acronym"]] = _acronym(i, j, ours, theirs)
    seen[_AT["lead_words"]] = np.count_nonzero(our_weight, axis=1)
    seen[_AT["account_words"]] = np.count_nonzero(their_weight, axis=1)
    seen[_AT["namesakes"]] = theirs.namesakes[j]


def _shared_words(
    ours: NDArray[np.int64], theirs: NDArray[np.int64], i: NDArray[np.int64], j: NDArray[np.int64], first_word: Floats
) -> tuple[Floats, Floats]:
    """Which words of name i[k] are words of name j[k], and the other way round (0 or 1; anything where there is no word)."""
    our_share, their_share = np.empty((len(i), WIDTH), np.float32), np.empty((len(i), WIDTH), np.float32)
    for begin in range(0, len(i), _BLOCK):
        part = slice(begin, begin + _BLOCK)
        same = np.ascontiguousarray(ours[i[part]].T)[:, None] == np.ascontiguousarray(theirs[j[part]].T)
        our_share[part], their_share[part] = same.any(1).T, same.any(0).T
        first_word[part] = same[0, 0]
    return our_share, their_share


def _typing_errors(
    i: NDArray[np.int64],
    j: NDArray[np.int64],
    ours: NameColumns,
    theirs: NameColumns,
    our_weight: Floats,
    their_weight: Floats,
    our_share: Floats,
    their_share: Floats,
) -> Floats:
    """The rarest words left over on both sides, compared letter by letter, twice; near ones count as shared in part (changes the shares)."""
    rows = np.arange(len(i))
    likeness = np.zeros(len(i), dtype=np.float32)
    ours_left, theirs_left = our_weight * (1 - our_share), their_weight * (1 - their_share)
    for turn in range(2):
        a, b = ours_left.argmax(1), theirs_left.argmax(1)
        open_ = ((ours_left[rows, a] > 0) & (theirs_left[rows, b] > 0)).nonzero()[0]
        if len(open_) == 0:
            break
        a, b = a[open_], b[open_]
        words = ours.texts[ours.first[i[open_]] + a], theirs.texts[theirs.first[j[open_]] + b]
        alike = cpdist(*words, scorer=ratio) / 100
        near = np.where(alike >= 0.72, alike**2, np.float32(0))
        our_share[open_, a], their_share[open_, b] = near, near
        ours_left[open_, a], theirs_left[open_, b] = 0, 0
        if turn == 0:
            likeness[open_] = alike
    return likeness


def _acronym(i: NDArray[np.int64], j: NDArray[np.int64], ours: NameColumns, theirs: NameColumns) -> Floats:
    """How long the acronym is that one side is of the other (0: it is not)."""
    ours_is = (theirs.acronyms[j] == ours.squash_key[i][:, None]).any(1)
    theirs_is = (ours.acronyms[i] == theirs.squash_key[j][:, None]).any(1)
    length = np.zeros(len(i), dtype=np.float32)
    for is_, texts in ((theirs_is, theirs.squash[j]), (ours_is, ours.squash[i])):
        _write_lengths(length, is_, texts)
    return length


def _write_lengths(length: Floats, where: NDArray[np.bool_], texts: Texts) -> None:
    some = where.nonzero()[0]
    if len(some):
        length[some] = list(map(len, texts[some]))


def _domains(sides: _Sides, values: Floats) -> None:
    ours, theirs = sides.leads.domains[sides.lead], sides.accounts.domains[sides.at]
    equal = (ours[:, :, None] == theirs[:, None, :]).any(2) & (ours != 0)
    same = equal.any(1)
    host, sharing = sides.accounts.host[sides.at], sides.leads.domain_sharing[sides.lead]
    has_ours, has_theirs = ours[:, 0] != 0, theirs[:, 0] != 0
    values[_AT["same_domain"]] = same
    values[_AT["domain_sharing"]] = np.where(same, np.where(equal, sharing, 0).max(1), UNKNOWN)
    values[_AT["same_host"]] = (sides.leads.host[sides.lead] == host[:, None]).any(1) & (host != 0)
    values[_AT["other_domain"]] = has_ours & has_theirs & ~same
    values[_AT["foreign_domain"]] = np.where(equal, 0, sharing).max(1)
    values[_AT["no_domain"]] = ~has_theirs
    values[_AT["provider"]] = np.where(has_ours, 2, sides.leads.provider[sides.lead])


def _labels(sides: _Sides, values: Floats) -> None:
    """The label of the lead's (first) domain against the account's label, the account's name and the account's acronyms."""
    rows = [_AT["label_likeness"], _AT["label_name"], _AT["label_acronym"]]
    values[rows] = UNKNOWN
    some = sides.leads.domains[sides.lead, 0].nonzero()[0]
    if len(some) == 0:
        return
    lead, at, names = sides.lead[some], sides.at[some], sides.accounts.names
    label, theirs, key = sides.leads.label[lead], sides.accounts.label[at], sides.leads.label_key[lead]
    values[rows[0], some] = cpdist(label, theirs, scorer=JaroWinkler.similarity)
    name, has_name = sides.account_name[some], names.starts[at + 1] > names.starts[at]
    values[rows[1], some] = values[rows[2], some] = 0
    name = np.where(name >= 0, name, names.starts[at])[has_name]
    some, label, key = some[has_name], label[has_name], key[has_name]
    if len(some) == 0:
        return
    plain = names.plain[name]
    common, length = cpdist(label, plain, scorer=Prefix.similarity), list(map(len, label))
    begins = (common == np.minimum(length, list(map(len, plain)))) & (np.array(length) > 2)
    values[rows[1], some] = cpdist(label, plain, scorer=JaroWinkler.similarity) + begins
    initials = np.zeros(len(some), dtype=np.float32)
    _write_lengths(initials, (names.acronyms[name] == key[:, None]).any(1), label)
    values[rows[2], some] = initials


def _own_label(sides: _Sides, values: Floats) -> None:
    """The company as typed, and its acronyms, against the label of the account's own domain ("IFAE" and ifae.es)."""
    values[_AT["name_label"]] = UNKNOWN
    key = sides.accounts.label_key[sides.at]
    known = ((sides.lead_name >= 0) & (key != 0)).nonzero()[0]
    length = np.zeros(len(key), dtype=np.float32)
    if len(known):
        name, names, label = sides.lead_name[known], sides.leads.names, sides.accounts.label[sides.at[known]]
        values[_AT["name_label"], known] = cpdist(names.plain[name], label, scorer=JaroWinkler.similarity)
        short = np.zeros(len(known), dtype=np.float32)
        _write_lengths(short, (names.acronyms[name] == key[known][:, None]).any(1), label)
        length[known] = short
    values[_AT["acronym_label"]] = length


def _web_word(sides: _Sides, values: Floats) -> None:
    """How long the company as typed is when it, or its acronym, stands in the account's web address (0: it does not)."""
    values[_AT["web_word"]] = 0
    some = ((sides.lead_name >= 0) & (sides.accounts.web[sides.at, 0] != 0)).nonzero()[0]
    if len(some) == 0:
        return
    name, names, web = sides.lead_name[some], sides.leads.names, sides.accounts.web[sides.at[some]]
    keys = np.column_stack([names.squash_key[name], names.acronyms[name]])
    there = ((web[:, :, None] == keys[:, None, :]) & (keys != 0)[:, None, :]).any((1, 2)).nonzero()[0]
    values[_AT["web_word"], some[there]] = [min(len(text), 15) for text in names.squash[name[there]]]


def _places(sides: _Sides, values: Floats) -> None:
    ours, theirs, lead, at = sides.leads.places, sides.accounts.places, sides.lead, sides.at
    country, our_word, their_word = theirs.country[at], ours.city_word[lead], theirs.city_word[at]
    said = np.array([ours.country[lead], ours.suffix_country[lead], ours.state[lead]])
    agree = _agree(said, np.array([country, country, theirs.state[at]]))
    values[_AT["country"]], values[_AT["suffix_country"]] = agree[0], agree[1]
    values[_AT["city"]] = UNKNOWN
    both = ((our_word != 0) & (their_word != 0)).nonzero()[0]
    if len(both):
        values[_AT["city"], both] = cpdist(ours.city[lead[both]], theirs.city[at[both]], scorer=ratio) / 100
    values[_AT["city_named"]] = (sides.leads.typed[lead] == their_word[:, None]).any(1) & (their_word != 0)
    values[_AT["state"]] = agree[2] * (agree[0] >= 0)
    values[_AT["lead_city_named"]] = _named(our_word, sides.accounts.names.words, sides.account_name)


def _agree(ours: NDArray[np.int64], theirs: NDArray[np.int64]) -> Floats:
    """1: the same, -1: different, 0: not known on one side."""
    agree: Floats = np.where(ours == theirs, np.float32(1), UNKNOWN) * ((ours != 0) & (theirs != 0))
    return agree


def _named(place: NDArray[np.int64], words: NDArray[np.int64], name: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Is the place one of the name's words?"""
    if len(words) == 0:
        return np.zeros(len(place), dtype=bool)
    found: NDArray[np.bool_] = (words[np.maximum(name, 0)] == place[:, None]).any(1) & (place != 0) & (name >= 0)
    return found


def _context(pairs: Pairs, nameless: NDArray[np.bool_], log_size: float, values: Floats) -> None:
    """How this candidate stands among the others of the same lead."""
    ours, theirs = values[_AT["lead_cover"]], values[_AT["account_cover"]]
    both = (
        2 * ours * theirs / (np.abs(ours) + np.abs(theirs) + 1e-6)
        + values[_AT["exact"]]
        + 0.8 * (values[_AT["acronym"]] > 0)
    )
    both[nameless] = 0
    place = values[_AT["country"]] + np.maximum(values[_AT["city"]], 0) + values[_AT["city_named"]]
    same, runs = values[_AT["same_domain"]], pairs.runs
    whole = both + 0.2 * values[_AT["verbatim"]] + 0.5 * place + 2 * same
    values[_AT["found"]], values[_AT["rarest"]] = pairs.found, pairs.rarest
    values[_AT["found_lead"]] = pairs.found - runs.best_other(pairs.found)
    values[_AT["whole_lead"]] = whole - runs.best_other(whole)
    values[_AT["size"]] = log_size
    values[_AT["no_company"]] = nameless
    values[_AT["name_lead"]] = both - runs.best_other(both)
    values[_AT["rivals_on_domain"]] = runs.total(same)
    values[_AT["place_lead"]] = place - runs.best_other(np.where(same == runs.best(same), place, -2))
