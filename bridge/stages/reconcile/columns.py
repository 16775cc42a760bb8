"""Profiles of many accounts or leads as columns, so that a whole batch of pairs is compared at once.

Names are rows of their own: the names of owner i are `starts[i]` up to `starts[i + 1]`. Words are compared by key (0: no word), weighed by
rarity, and kept as text for the typing errors.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bridge.stages.reconcile.account_profile import AccountProfile, domain_key, host_key
from bridge.stages.reconcile.lead_profile import LeadProfile
from bridge.stages.reconcile.names import WIDTH, Name, compact_key, word_key
from bridge.stages.reconcile.values import Directory, Keys

Texts = NDArray[Any]  # of str
Floats = NDArray[np.float32]
LEAD_DOMAINS = 3
TYPED = 20
ACCOUNT_DOMAINS = 6


@dataclass(frozen=True, slots=True)
class NameColumns:
    """The names of all owners, one after the other."""

    starts: Keys
    words: NDArray[np.int64]  # names × WIDTH
    weights: Floats  # names × WIDTH, 0 where there is no word
    texts: Texts  # names × WIDTH
    squash: Texts
    plain: Texts
    squash_key: Keys
    acronyms: NDArray[np.int64]  # names × 2
    namesakes: Floats  # log(1 + entries with this very name)


@dataclass(frozen=True, slots=True)
class PlaceColumns:
    """Where owners are: country as a number (0: unknown), city as text and as the key of its first word."""

    country: NDArray[np.int16]
    suffix_country: NDArray[np.int16]
    city: Texts
    city_word: Keys


@dataclass(frozen=True, slots=True)
class AccountColumns:
    """Many accounts."""

    names: NameColumns
    places: PlaceColumns
    domains: NDArray[np.int64]  # accounts × ACCOUNT_DOMAINS
    host: Keys
    label: Texts
    label_key: Keys


@dataclass(frozen=True, slots=True)
class LeadColumns:
    """Many leads. `domain_sharing` tells how many accounts have each of the lead's domains (the logarithm of one more)."""

    names: NameColumns
    places: PlaceColumns
    domains: NDArray[np.int64]  # leads × LEAD_DOMAINS
    domain_sharing: Floats
    host: NDArray[np.int64]
    label: Texts  # of the first domain
    label_key: Keys
    typed: NDArray[np.int64]  # leads × TYPED, the keys of all words typed as company
    provider: NDArray[np.bool_]
    garbage: NDArray[np.bool_]


def account_columns(profiles: Sequence[AccountProfile], directory: Directory) -> AccountColumns:
    """Columns of these accounts; one look-up for the rarity of their words."""
    labels = [profile.labels[0] if profile.labels else "" for profile in profiles]
    return AccountColumns(
        _names([profile.names for profile in profiles], directory),
        _places([(profile.country, profile.country, profile.city) for profile in profiles]),
        _padded([[domain_key(name) for name in profile.domains] for profile in profiles], ACCOUNT_DOMAINS),
        np.array([host_key(profile.host) if profile.host else 0 for profile in profiles], dtype=np.int64),
        _texts([label.replace("-", "") for label in labels]),
        np.array([compact_key(label.replace("-", "")) if label else 0 for label in labels], dtype=np.int64),
    )


def lead_columns(profiles: Sequence[LeadProfile], directory: Directory) -> LeadColumns:
    """Columns of these leads; one look-up for the rarity of their words and domains."""
    domains = _padded([[domain_key(domain.name) for domain in p.domains] for p in profiles], LEAD_DOMAINS)
    labels = [p.domains[0].label.replace("-", "") if p.domains else "" for p in profiles]
    return LeadColumns(
        _names([profile.names for profile in profiles], directory),
        _places([(p.country, p.suffix_country, p.city) for p in profiles]),
        domains,
        np.log1p(_counts(domains, directory)),
        _padded([[host_key(domain.host) for domain in p.domains] for p in profiles], LEAD_DOMAINS),
        _texts(labels),
        np.array([compact_key(label) if label else 0 for label in labels], dtype=np.int64),
        _padded([[word_key(word) for word in p.typed] for p in profiles], TYPED),
        np.array([bool(profile.provider) for profile in profiles]),
        np.array([profile.garbage for profile in profiles]),
    )


def country_number(code: str) -> int:
    """A country code as a small number; 0 for none."""
    return (ord(code[0]) - 64) * 27 + ord(code[1]) - 64 if len(code) == 2 else 0


def rarity(counts: NDArray[Any], size: int) -> Floats:
    """The weight of words by how many of `size` entries have them (inverse document frequency, natural log)."""
    weight: Floats = np.log((size + 1.0) / (counts + 0.5)).astype(np.float32)
    return weight


def _names(owners: Sequence[Sequence[Name]], directory: Directory) -> NameColumns:
    names = [name for owner in owners for name in owner]
    starts = np.zeros(len(owners) + 1, dtype=np.int64)
    np.cumsum([len(owner) for owner in owners], out=starts[1:])
    words = _padded([[word_key(word) for word in name.words] for name in names], WIDTH)
    squash_key = np.array([compact_key(name.squash) for name in names], dtype=np.int64)
    counts = _counts(np.column_stack([words, squash_key]), directory)
    blank = ("",) * WIDTH
    return NameColumns(
        starts,
        words,
        np.where(words != 0, rarity(counts[:, :WIDTH], directory.size), np.float32(0)),
        _texts([(name.words + blank)[:WIDTH] for name in names], WIDTH),
        _texts([name.squash for name in names]),
        _texts([name.plain for name in names]),
        squash_key,
        _padded([[compact_key(short) for short in name.acronyms] for name in names], 2),
        np.log1p(counts[:, WIDTH]).astype(np.float32),
    )


def _places(rows: Sequence[tuple[str, str, str]]) -> PlaceColumns:
    return PlaceColumns(
        np.array([country_number(country) for country, _, _ in rows], dtype=np.int16),
        np.array([country_number(suffix) for _, suffix, _ in rows], dtype=np.int16),
        _texts([city for _, _, city in rows]),
        np.array([word_key(city.split()[0]) if city else 0 for _, _, city in rows], dtype=np.int64),
    )


def _counts(keys: NDArray[np.int64], directory: Directory) -> Floats:
    distinct, position = np.unique(keys, return_inverse=True)
    counts: Floats = directory.counts(distinct)[position].reshape(keys.shape).astype(np.float32)
    counts[keys == 0] = 0
    return counts


def _padded(rows: Sequence[Sequence[int]], width: int) -> NDArray[np.int64]:
    zeros = (0,) * width
    flat = [(*row, *zeros)[:width] for row in rows]
    return np.array(flat, dtype=np.int64).reshape(len(rows), width)


def _texts(rows: Sequence[Any], width: int = 0) -> Texts:
    shape = (len(rows), width) if width else (len(rows),)
    texts = np.empty(shape, dtype=object)
    if len(rows):
        texts[:] = rows
    return texts
