"""What is seen when a lead and an account are laid side by side: one row of numbers per pair.

The order of FEATURES is the order of the columns; `GROUP_OF` says which of the GROUPS of evidence each belongs to
when it is explained.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import JaroWinkler
from rapidfuzz.fuzz import ratio
from rapidfuzz.process import cpdist

from bridge.stages.reconcile.candidates import Pairs
from bridge.stages.reconcile.columns import AccountColumns, Floats, LeadColumns, NameColumns, Texts
from bridge.stages.reconcile.groups import Runs, begins

NAME_FEATURES = (
    "exact", "lead_cover", "account_cover", "information", "lead_rest", "account_rest", "likeness", "beginning",
    "acronym", "lead_words", "account_words", "namesakes", "first_word", "typing",
)  # fmt: skip
DOMAIN_FEATURES = (
    "same_domain", "domain_sharing", "same_host", "other_domain", "foreign_domain", "no_domain", "label_likeness", "label_name",
    "label_acronym", "name_label", "acronym_label", "provider",
)  # fmt: skip
PLACE_FEATURES = ("country", "suffix_country", "city", "city_named", "lead_city_named")
CONTEXT_FEATURES = ("size", "no_company", "name_lead", "rivals_on_domain", "place_lead")
GROUPS = (
    "company name", "acronym", "web domain", "web domain against name", "place", "how many accounts there are", "other candidates",
)  # fmt: skip
_GROUP_OF = {
    "acronym": 1, "label_likeness": 3, "label_name": 3, "label_acronym": 3, "name_label": 3, "acronym_label": 3,
    "size": 5, "no_company": 0, "name_lead": 6, "rivals_on_domain": 2, "place_lead": 6,
}  # fmt: skip
FEATURES = (*NAME_FEATURES, *DOMAIN_FEATURES, *PLACE_FEATURES, *CONTEXT_FEATURES)
GROUP_OF = np.array(
    [
        _GROUP_OF.get(feature, 0 if feature in NAME_FEATURES else 2 if feature in DOMAIN_FEATURES else 4)
        for feature in FEATURES
    ]
)
UNKNOWN = np.float32(-1)


@dataclass(frozen=True, slots=True)
class Seen:
    """The numbers of each pair, and which of the names on both sides they are about (-1: the lead has none)."""

    values: Floats
    lead_name: NDArray[np.int64]
    account_name: NDArray[np.int64]


def compare(pairs: Pairs, at: NDArray[np.int64], leads: LeadColumns, accounts: AccountColumns, size: int) -> Seen:
    """Lay pairs side by side; `at[i]` is the row of pair i's account in `accounts`, `size` the number of accounts there are."""
    log_size = np.log(size + 1.0)
    names, lead_name, account_name = _best_names(pairs.lead, at, leads.names, accounts.names, log_size)
    domains = _domains(pairs.lead, at, leads, accounts, lead_name, account_name)
    places = _places(pairs.lead, at, leads, accounts, lead_name, account_name)
    context = _context(pairs.lead, names, domains, places, lead_name < 0, log_size)
    return Seen(np.column_stack([names, domains, places, context]).astype(np.float32), lead_name, account_name)


def _best_names(
    lead: NDArray[np.int64], at: NDArray[np.int64], ours: NameColumns, theirs: NameColumns, log_size: float
) -> tuple[Floats, NDArray[np.int64], NDArray[np.int64]]:
    """Compare every name of the one with every name of the other, and keep the best."""
    many_ours, many_theirs = ours.starts[lead + 1] - ours.starts[lead], theirs.starts[at + 1] - theirs.starts[at]
    many = many_ours * many_theirs
    pair = np.repeat(np.arange(len(lead)), many)
    turn = np.arange(len(pair)) - np.repeat(np.cumsum(many) - many, many)
    i = ours.starts[lead][pair] + turn // many_theirs[pair]
    j = theirs.starts[at][pair] + turn % many_theirs[pair]
    seen = _name_pairs(i, j, ours, theirs, log_size)
    exact, lead_cover, account_cover, acronym, alike = seen[:, 0], seen[:, 1], seen[:, 2], seen[:, 8], seen[:, 6]
    quality = (
        exact + 2 * lead_cover * account_cover / (lead_cover + account_cover + 1e-6) + 0.8 * (acronym > 0) + 0.3 * alike
    )
    order = np.lexsort((-quality, pair))
    first = order[begins(pair[order])]
    result = np.full((len(lead), len(NAME_FEATURES)), UNKNOWN, dtype=np.float32)
    lead_name = np.full(len(lead), -1, dtype=np.int64)
    account_name = np.full(len(lead), -1, dtype=np.int64)
    result[pair[first]] = seen[first]
    lead_name[pair[first]] = i[first]
    account_name[pair[first]] = j[first]
    return result, lead_name, account_name


def _name_pairs(
    i: NDArray[np.int64], j: NDArray[np.int64], ours: NameColumns, theirs: NameColumns, log_size: float
) -> Floats:
    our_words, their_words = ours.words[i], theirs.words[j]
    our_weight, their_weight = ours.weights[i], theirs.weights[j]
    same = (our_words[:, :, None] == their_words[:, None, :]) & (our_words != 0)[:, :, None]
    our_share, their_share = same.any(2).astype(np.float32), same.any(1).astype(np.float32)
    typing = _typing_errors(i, j, ours, theirs, our_share, their_share)
    our_total, their_total = our_weight.sum(1) + 1e-6, their_weight.sum(1) + 1e-6
    common = (our_weight * our_share).sum(1)
    acronym = _acronym(i, j, ours, theirs)
    squash_ours, squash_theirs = ours.squash[i], theirs.squash[j]
    return np.column_stack(
        [
            ours.squash_key[i] == theirs.squash_key[j],
            common / our_total,
            (their_weight * their_share).sum(1) / their_total,
            np.minimum(common, (their_weight * their_share).sum(1)) / log_size,
            (our_weight * (1 - our_share)).max(1, initial=0) / log_size,
            (their_weight * (1 - their_share)).max(1, initial=0) / log_size,
            cpdist(squash_ours, squash_theirs, scorer=ratio) / 100,
            cpdist(squash_ours, squash_theirs, scorer=JaroWinkler.similarity),
            acronym,
            (our_words != 0).sum(1),
            (their_words != 0).sum(1),
            theirs.namesakes[j],
            same[:, 0, 0] if len(i) else np.zeros(0),
            typing,
        ]
    ).astype(np.float32)


def _typing_errors(
    i: NDArray[np.int64],
    j: NDArray[np.int64],
    ours: NameColumns,
    theirs: NameColumns,
    our_share: Floats,
    their_share: Floats,
) -> Floats:
    """The rarest words left over on both sides, compared letter by letter, twice; near ones count as shared in part (changes the shares)."""
    rows = np.arange(len(i))
    likeness = np.zeros(len(i), dtype=np.float32)
    ours_left, theirs_left = ours.weights[i] * (1 - our_share), theirs.weights[j] * (1 - their_share)
    for turn in range(2):
        a, b = ours_left.argmax(1), theirs_left.argmax(1)
        open_ = np.flatnonzero((ours_left[rows, a] > 0) & (theirs_left[rows, b] > 0))
        if len(open_) == 0:
            break
        a, b = a[open_], b[open_]
        alike = np.asarray(cpdist(ours.texts[i[open_], a], theirs.texts[j[open_], b], scorer=ratio)) / 100
        near = np.where(alike >= 0.72, alike**2, 0).astype(np.float32)
        our_share[open_, a], their_share[open_, b] = near, near
        ours_left[open_, a], theirs_left[open_, b] = 0, 0
        if turn == 0:
            likeness[open_] = alike
    return likeness


def _acronym(i: NDArray[np.int64], j: NDArray[np.int64], ours: NameColumns, theirs: NameColumns) -> Floats:
    """How long the acronym is that one side is of the other (0: it is not)."""
    ours_is = (theirs.acronyms[j] == ours.squash_key[i][:, None]).any(1)
    theirs_is = (ours.acronyms[i] == theirs.squash_key[j][:, None]).any(1)
    length = np.where(ours_is, _lengths(ours.squash[i]), np.where(theirs_is, _lengths(theirs.squash[j]), 0))
    return length.astype(np.float32)


def _lengths(texts: Texts) -> NDArray[np.int64]:
    return np.fromiter(map(len, texts), dtype=np.int64, count=len(texts))


def _domains(
    lead: NDArray[np.int64], at: NDArray[np.int64], leads: LeadColumns, accounts: AccountColumns,
    lead_name: NDArray[np.int64], account_name: NDArray[np.int64],
) -> Floats:  # fmt: skip
    ours, theirs = leads.domains[lead], accounts.domains[at]
    equal = (ours[:, :, None] == theirs[:, None, :]).any(2) & (ours != 0)
    same = equal.any(1)
    sharing = np.where(equal, leads.domain_sharing[lead], 0).max(1)
    host = (leads.host[lead] == accounts.host[at][:, None]).any(1) & (accounts.host[at] != 0)
    has_ours, has_theirs = (ours != 0).any(1), theirs[:, 0] != 0
    foreign = np.where(equal, 0, leads.domain_sharing[lead]).max(1)
    alike, named, initials = _labels(lead, at, leads, accounts, account_name)
    name_label, acronym_label = _own_label(lead_name, at, leads, accounts)
    return np.column_stack(
        [
            same,
            np.where(same, sharing, UNKNOWN),
            host,
            has_ours & has_theirs & ~same,
            foreign,
            ~has_theirs,
            np.where(has_ours, alike, UNKNOWN),
            np.where(has_ours, named, UNKNOWN),
            np.where(has_ours, initials, UNKNOWN),
            name_label,
            acronym_label,
            np.where(has_ours, 2, leads.provider[lead]),
        ]
    ).astype(np.float32)


def _labels(
    lead: NDArray[np.int64],
    at: NDArray[np.int64],
    leads: LeadColumns,
    accounts: AccountColumns,
    account_name: NDArray[np.int64],
) -> tuple[Floats, Floats, Floats]:
    """The label of the lead's (first) domain against the account's label, the account's name and the account's acronyms."""
    label = leads.label[lead]
    some = np.where(account_name >= 0, account_name, accounts.names.starts[at])
    has_name = accounts.names.starts[at + 1] > accounts.names.starts[at]
    some = np.minimum(some, max(len(accounts.names.plain) - 1, 0))
    if len(accounts.names.plain) == 0 or len(lead) == 0:
        zero = np.zeros(len(lead), dtype=np.float32)
        return zero, zero, zero
    alike = np.asarray(cpdist(label, accounts.label[at], scorer=JaroWinkler.similarity), dtype=np.float32)
    plain = accounts.names.plain[some]
    named = np.asarray(cpdist(label, plain, scorer=JaroWinkler.similarity), dtype=np.float32)
    begins = np.fromiter(
        (len(a) > 2 and (b.startswith(a) or a.startswith(b)) for a, b in zip(label, plain, strict=True)),
        dtype=bool,
        count=len(lead),
    )
    keys = leads.label_key[lead]
    initials = (accounts.names.acronyms[some] == keys[:, None]).any(1) & (keys != 0)
    return (
        alike,
        np.where(has_name, named + begins, 0).astype(np.float32),
        np.where(initials, _lengths(label), 0).astype(np.float32),
    )


def _own_label(
    lead_name: NDArray[np.int64], at: NDArray[np.int64], leads: LeadColumns, accounts: AccountColumns
) -> tuple[Floats, Floats]:
    """The company as typed, and its acronyms, against the label of the account's own domain ("IFAE" and ifae.es)."""
    if len(leads.names.plain) == 0 or len(at) == 0:
        return np.full(len(at), UNKNOWN), np.zeros(len(at), dtype=np.float32)
    known = (lead_name >= 0) & (accounts.label_key[at] != 0)
    name = np.maximum(lead_name, 0)
    alike = np.asarray(
        cpdist(leads.names.plain[name], accounts.label[at], scorer=JaroWinkler.similarity), dtype=np.float32
    )
    short = (leads.names.acronyms[name] == accounts.label_key[at][:, None]).any(1) & known
    return np.where(known, alike, UNKNOWN), np.where(short, _lengths(accounts.label[at]), 0).astype(np.float32)


def _places(
    lead: NDArray[np.int64], at: NDArray[np.int64], leads: LeadColumns, accounts: AccountColumns,
    lead_name: NDArray[np.int64], account_name: NDArray[np.int64],
) -> Floats:  # fmt: skip
    ours, theirs = leads.places, accounts.places
    cities = (
        np.asarray(cpdist(ours.city[lead], theirs.city[at], scorer=ratio), dtype=np.float32) / 100
        if len(lead)
        else np.zeros(0)
    )
    both = (ours.city[lead] != "") & (theirs.city[at] != "")
    return np.column_stack(
        [
            _agree(ours.country[lead], theirs.country[at]),
            _agree(ours.suffix_country[lead], theirs.country[at]),
            np.where(both, cities, UNKNOWN),
            (leads.typed[lead] == theirs.city_word[at][:, None]).any(1) & (theirs.city_word[at] != 0),
            _named(ours.city_word[lead], accounts.names.words, account_name),
        ]
    ).astype(np.float32)


def _agree(ours: NDArray[np.int16], theirs: NDArray[np.int16]) -> Floats:
    """1: the same, -1: different, 0: not known on one side."""
    return np.where((ours == 0) | (theirs == 0), 0, np.where(ours == theirs, 1, -1)).astype(np.float32)


def _named(place: NDArray[np.int64], words: NDArray[np.int64], name: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Is the place one of the name's words?"""
    if len(words) == 0:
        return np.zeros(len(place), dtype=bool)
    found: NDArray[np.bool_] = (words[np.maximum(name, 0)] == place[:, None]).any(1) & (place != 0) & (name >= 0)
    return found


def _context(
    lead: NDArray[np.int64],
    names: Floats,
    domains: Floats,
    places: Floats,
    nameless: NDArray[np.bool_],
    log_size: float,
) -> Floats:
    """How this candidate stands among the others of the same lead."""
    both = (
        2 * names[:, 1] * names[:, 2] / (np.abs(names[:, 1]) + np.abs(names[:, 2]) + 1e-6)
        + names[:, 0]
        + 0.8 * (names[:, 8] > 0)
    )
    both = np.where(nameless, 0, both)
    place = places[:, 0] + np.maximum(places[:, 2], 0) + places[:, 3]
    runs, same = Runs(lead), domains[:, 0]
    return np.column_stack(
        [
            np.full(len(lead), log_size),
            nameless,
            both - runs.best_other(both),
            runs.total(same),
            place - runs.best_other(np.where(same == runs.best(same), place, -2)),
        ]
    ).astype(np.float32)
