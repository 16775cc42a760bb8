"""An account prepared for comparison: packed once when it changes, read back for every look-up."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
import orjson
from numpy.typing import NDArray

from bridge.frozen import frozen
from bridge.index_rows import IndexRow
from bridge.stages.reconcile.domains import WEB_WORDS, domain_of_website, web_words
from bridge.stages.reconcile.keys import key_of
from bridge.stages.reconcile.names import (
    ACRONYMS,
    WIDTH,
    Name,
    account_name_keys,
    compact_key,
    names_of,
    padded,
    without_places,
    word_key,
)
from bridge.stages.reconcile.phones import phone_key
from bridge.stages.reconcile.places import city_key, country_code, country_number, suffix_country
from bridge.stages.reconcile.values import AccountEntry

DOMAINS = 6  # of an account's domains that are compared; its own website first
VARIANTS = 6
FIRST = 6
OWN = FIRST + DOMAINS + WEB_WORDS
"""How many numbers an account has itself: country, city's first word, host, label, state, phone, domains, web words (0: none)."""
EACH = WIDTH + 1 + ACRONYMS + 1
"""How many numbers each of its names has: words, these in one, acronyms (0: none), the whole name as typed."""


@frozen
class AccountProfile:
    """What comparison needs of an account. `domains[0]` is its own website's (empty: none); `learned` counts the others."""

    country: str
    city: str
    state: str
    host: str
    domains: tuple[str, ...]
    labels: tuple[str, ...]
    web: tuple[
        str, ...
    ]  # other words of its web address: "cerco" of cerco.cnrs.fr, "umr3664" of curie.fr/unite/umr3664
    phone: int  # its key; 0 when unknown
    names: tuple[Name, ...]


class AccountFacts(NamedTuple):
    """The texts of an account as stored. `label` is that of its own web domain without hyphens; a name is its words, and these without
    blanks, in their one form and as typed."""

    country: str
    city: str
    domains: list[str]
    label: str
    names: list[tuple[list[str], str, str]]


CITY, LABEL, NAMES = map(AccountFacts._fields.index, ("city", "label", "names"))


def account_rows(entries: Iterable[AccountEntry]) -> Iterator[IndexRow]:
    """What the directory stores for these accounts (hand to `bridge.staging.directory.upsert_accounts`)."""
    for entry in entries:
        profile = account_profile(entry)
        yield IndexRow(entry.id, entry.name, tuple(sorted(account_keys(profile))), pack(profile))


def account_profile(entry: AccountEntry) -> AccountProfile:
    """Prepare an account."""
    city, state, own = city_key(entry.city), city_key(entry.state), domain_of_website(entry.website)
    variants, bracket_country = names_of(entry.name)
    names = without_places(variants, city, state)
    if entry.other_names:
        several = {name.squash: name for name in names}
        for text in entry.other_names:
            variants, named = names_of(text)
            bracket_country = bracket_country or named
            for name in without_places(variants, city, state):
                several.setdefault(name.squash, name)
        names = tuple(several.values())
    domains = [own] if own else []
    domains += [domain for text in entry.domains if (domain := domain_of_website(text)) and not domain.shared]
    return AccountProfile(
        country_code(entry.country) or bracket_country or (suffix_country(own.suffix) if own else ""),
        city,
        state,
        own.host if own else "",
        tuple(dict.fromkeys([domain.name for domain in domains]))[:DOMAINS],
        tuple(dict.fromkeys([domain.label for domain in domains]))[:DOMAINS],
        web_words(entry.website, own),
        phone_key(entry.phone),
        tuple(names)[:VARIANTS],
    )


def domain_key(name: str) -> int:
    """The key of a registrable domain; how many accounts have it says what it is worth."""
    return key_of("domain", name)


def host_key(host: str) -> int:
    """The key of a full host, for units that live on a host of their own below a shared domain."""
    return key_of("host", host)


def account_keys(profile: AccountProfile) -> set[int]:
    """Everything this account is found by."""
    keys = {domain_key(name) for name in profile.domains}
    if profile.host and profile.host not in profile.domains:
        keys.add(host_key(profile.host))
    keys.update([compact_key(label.replace("-", "")) for label in (*profile.labels, *profile.web)])
    if profile.phone:
        keys.add(profile.phone)
    for name in profile.names:
        keys.update(account_name_keys(name, profile.country, profile.city))
    return keys


def pack(profile: AccountProfile) -> bytes:
    """As stored: the length of the texts, the texts as JSON, the numbers they are compared by (see EACH and OWN)."""
    label = profile.labels[0].replace("-", "") if profile.labels else ""
    names = [(name.words, name.squash, name.plain) for name in profile.names]
    texts = orjson.dumps((profile.country, profile.city, profile.domains, label, names))
    numbers: list[int] = []
    for name in profile.names:
        numbers += (
            *padded(name.word_keys, WIDTH),
            name.squash_key,
            *padded(name.acronym_keys, ACRONYMS),
            name.whole_key,
        )
    numbers += (
        country_number(profile.country),
        word_key(profile.city.split()[0]) if profile.city else 0,
        host_key(profile.host) if profile.host else 0,
        compact_key(label) if label else 0,
        word_key(profile.state) if profile.state else 0,
        profile.phone,
        *padded([domain_key(name) for name in profile.domains], DOMAINS),
        *padded([compact_key(word) for word in profile.web], WEB_WORDS),
    )
    return struct.pack(f"<I{len(texts)}s{len(numbers)}q", len(texts), texts, *numbers)


def unpack(payload: bytes) -> AccountFacts:
    """The texts of an account, as packed."""
    return AccountFacts(*orjson.loads(payload[4 : 4 + int.from_bytes(payload[:4], "little")]))


def unpack_many(payloads: Sequence[bytes]) -> tuple[list[list[Any]], NDArray[np.int64], NDArray[np.int64]]:
    """The texts of these accounts (lists in the order of AccountFacts, which take less time), the numbers of all their names one after the
    other (names × EACH), and their own (accounts × OWN)."""
    facts, each, own = [], [], []
    for payload in payloads:
        end = 4 + int.from_bytes(payload[:4], "little")
        facts.append(orjson.loads(payload[4:end]))
        each.append(payload[end : -8 * OWN])
        own.append(payload[-8 * OWN :])
    return (
        facts,
        np.frombuffer(b"".join(each), dtype="<i8").reshape(-1, EACH),
        np.frombuffer(b"".join(own), dtype="<i8").reshape(-1, OWN),
    )
