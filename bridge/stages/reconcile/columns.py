"""Profiles of many accounts or leads as columns, so that a whole batch of pairs is compared at once.

Names are rows of their own: the names of owner i are `starts[i]` up to `starts[i + 1]`. Words are compared by key (0: no word), weighed by
rarity, and kept as text for the typing errors.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bridge.frozen import frozen
from bridge.stages.reconcile.account_profile import (
    CITY,
    DOMAINS,
    EACH,
    FIRST,
    LABEL,
    NAMES,
    domain_key,
    host_key,
    unpack_many,
)
from bridge.stages.reconcile.lead_profile import LeadProfile
from bridge.stages.reconcile.names import ACRONYMS, WIDTH, compact_key, padded, word_key
from bridge.stages.reconcile.places import country_number
from bridge.stages.reconcile.values import Directory, Keys

Texts = NDArray[Any]  # of str
Floats = NDArray[np.float32]
Table = NDArray[np.int64]
LEAD_DOMAINS = 3
LEAD_FIRST = 7  # numbers of a lead before its domains
TYPED = 20
FEW = 1_000  # accounts whose texts are not worth sharing
UNPACKED = 2_000  # accounts unpacked at a time


@frozen
class NameColumns:
    """The names of all owners, one after the other. The text of word w of name n is `texts[first[n] + w]`."""

    starts: Keys
    words: Table  # names × WIDTH
    weights: Floats  # names × WIDTH, 0 where there is no word
    first: Keys
    texts: Texts
    squash: Texts
    plain: Texts
    squash_key: Keys
    acronyms: Table  # names × ACRONYMS
    whole_key: Keys
    namesakes: Floats  # log(1 + entries with this very name)


@frozen
class PlaceColumns:
    """Where owners are: country as a number (0: unknown), city as text and as the key of its first word, state as a key."""

    country: Keys
    suffix_country: Keys
    city: Texts
    city_word: Keys
    state: Keys


@frozen
class AccountColumns:
    """Many accounts."""

    names: NameColumns
    places: PlaceColumns
    domains: Table  # accounts × DOMAINS
    host: Keys
    label: Texts
    label_key: Keys
    phone: Keys
    web: Table  # accounts × WEB_WORDS


@frozen
class LeadColumns:
    """Many leads. `domain_sharing` tells how many accounts have each of the lead's domains (the logarithm of one more)."""

    names: NameColumns
    places: PlaceColumns
    domains: Table  # leads × LEAD_DOMAINS
    domain_sharing: Floats
    host: Table
    label: Texts  # of the first domain
    label_key: Keys
    typed: Table  # leads × TYPED, the keys of all words typed as company
    provider: Keys  # 1: the address is a mail provider's
    phone: Keys


def account_columns(payloads: Sequence[bytes], directory: Directory) -> AccountColumns:
    """Columns of these accounts, as packed; one look-up for the rarity of their words. Unpacked some at a time, so that little lies about."""
    columns: list[list[str]] = [[], [], [], [], []]
    labels, cities, texts, squash, plain = columns
    lengths: list[int] = []
    many, each, own = [], [], []
    known: dict[str, str] | None = {} if len(payloads) > FEW else None
    for start in range(0, max(len(payloads), 1), UNPACKED):
        facts, numbers, theirs = unpack_many(payloads[start : start + UNPACKED])
        names = [name for some in facts for name in some[NAMES]]
        labels += _shared([some[LABEL] for some in facts], known)
        cities += _shared([some[CITY] for some in facts], known)
        texts += _shared([word for name in names for word in name[0]], known)
        squash += _shared([name[1] for name in names], known)
        plain += _shared([name[2] for name in names], known)
        lengths += [len(name[0]) for name in names]
        many.append(np.array([len(some[NAMES]) for some in facts], dtype=np.int64))
        each.append(numbers)
        own.append(theirs)
    table = np.concatenate(own)
    return AccountColumns(
        _name_columns(np.concatenate(many), np.concatenate(each), lengths, texts, squash, plain, directory),
        PlaceColumns(table[:, 0], table[:, 0], _texts(cities), table[:, 1], table[:, 4]),
        table[:, FIRST : FIRST + DOMAINS],
        table[:, 2],
        _texts(labels),
        table[:, 3],
        table[:, 5],
        table[:, FIRST + DOMAINS :],
    )


def lead_columns(profiles: Sequence[LeadProfile], directory: Directory) -> LeadColumns:
    """Columns of these leads; one look-up for the rarity of their words, one for their domains."""
    labels = [p.domains[0].label.replace("-", "") if p.domains else "" for p in profiles]
    numbers = np.array(
        [_lead_numbers(profile, label) for profile, label in zip(profiles, labels, strict=True)], dtype=np.int64
    ).reshape(len(profiles), LEAD_FIRST + 2 * LEAD_DOMAINS + TYPED)
    hosts, typed = LEAD_FIRST + LEAD_DOMAINS, LEAD_FIRST + 2 * LEAD_DOMAINS
    domains = numbers[:, LEAD_FIRST:hosts]
    return LeadColumns(
        _lead_names(profiles, directory),
        PlaceColumns(numbers[:, 0], numbers[:, 1], _texts([p.city for p in profiles]), numbers[:, 2], numbers[:, 5]),
        domains,
        np.log1p(_counts(domains, directory)),
        numbers[:, hosts:typed],
        _texts(labels),
        numbers[:, 3],
        numbers[:, typed:],
        numbers[:, 4],
        numbers[:, 6],
    )


def _lead_numbers(profile: LeadProfile, label: str) -> tuple[int, ...]:
    return (
        country_number(profile.country),
        country_number(profile.suffix_country),
        word_key(profile.city.split()[0]) if profile.city else 0,
        compact_key(label) if label else 0,
        bool(profile.provider),
        word_key(profile.state) if profile.state else 0,
        profile.phone,
        *padded([domain_key(domain.name) for domain in profile.domains], LEAD_DOMAINS),
        *padded([host_key(domain.host) for domain in profile.domains], LEAD_DOMAINS),
        *padded([word_key(word) for word in profile.typed], TYPED),
    )


def rarity(counts: NDArray[Any], size: int) -> Floats:
    """The weight of words by how many of `size` entries have them (inverse document frequency, natural log)."""
    weight: Floats = np.log((size + 1.0) / (counts + 0.5)).astype(np.float32)
    return weight


def _lead_names(profiles: Sequence[LeadProfile], directory: Directory) -> NameColumns:
    names = [name for profile in profiles for name in profile.names]
    each = [
        (*padded(name.word_keys, WIDTH), name.squash_key, *padded(name.acronym_keys, ACRONYMS), name.whole_key)
        for name in names
    ]
    return _name_columns(
        np.array([len(profile.names) for profile in profiles], dtype=np.int64),
        np.array(each, dtype=np.int64).reshape(len(names), EACH),
        [len(name.words) for name in names],
        [word for name in names for word in name.words],
        [name.squash for name in names],
        [name.plain for name in names],
        directory,
    )


def _name_columns(
    many: Keys,
    each: Table,
    lengths: Sequence[int],
    texts: Sequence[str],
    squash: Sequence[str],
    plain: Sequence[str],
    directory: Directory,
) -> NameColumns:
    starts = np.concatenate([[0], many]).cumsum()
    size = np.array(lengths, dtype=np.int64)
    counts = _counts(each[:, : WIDTH + 1], directory)
    words = each[:, :WIDTH]
    return NameColumns(
        starts,
        words,
        rarity(counts[:, :WIDTH], directory.size) * (words != 0),
        size.cumsum() - size,
        _texts(texts),
        _texts(squash),
        _texts(plain),
        each[:, WIDTH],
        each[:, WIDTH + 1 : WIDTH + 1 + ACRONYMS],
        each[:, WIDTH + 1 + ACRONYMS],
        np.log1p(counts[:, WIDTH]),
    )


def _counts(keys: Table, directory: Directory) -> Floats:
    """How many entries have each key (0 for the key 0)."""
    counts = np.zeros(keys.shape, dtype=np.float32)
    some = keys != 0
    counts[some] = directory.counts(keys[some])
    return counts


def _shared(texts: list[str], known: dict[str, str] | None) -> list[str]:
    """The same texts, each but once in memory; as they are without `known`."""
    return texts if known is None else [known.setdefault(text, text) for text in texts]


def _texts(rows: Sequence[str]) -> Texts:
    texts = np.empty(len(rows), dtype=object)
    texts[:] = rows
    return texts
