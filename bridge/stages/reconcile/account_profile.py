"""An account prepared for comparison: packed once when it changes, read back for every look-up."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import orjson

from bridge.index_rows import IndexRow
from bridge.stages.reconcile.domains import Domain, domain_of_website
from bridge.stages.reconcile.names import Name, account_name_keys, compact_key, key_of, names_of
from bridge.stages.reconcile.places import city_key, country_code, suffix_country
from bridge.stages.reconcile.values import AccountEntry

DOMAINS = 6  # of an account's domains that are compared; its own website first
VARIANTS = 6


@dataclass(frozen=True, slots=True)
class AccountProfile:
    """What comparison needs of an account. `domains[0]` is its own website's (empty: none); `learned` counts the others."""

    country: str
    city: str
    state: str
    host: str
    domains: tuple[str, ...]
    labels: tuple[str, ...]
    names: tuple[Name, ...]


def account_rows(entries: Iterable[AccountEntry]) -> Iterator[IndexRow]:
    """What the directory stores for these accounts (hand to `bridge.staging.directory.upsert_accounts`)."""
    for entry in entries:
        profile = account_profile(entry)
        yield IndexRow(entry.id, entry.name, tuple(sorted(_keys(profile))), pack(profile))


def account_profile(entry: AccountEntry) -> AccountProfile:
    """Prepare an account."""
    names: dict[str, Name] = {}
    bracket_country = ""
    for text in (entry.name, *entry.other_names):
        variants, named = names_of(text)
        bracket_country = bracket_country or named
        for name in variants:
            names.setdefault(name.squash, name)
    own = domain_of_website(entry.website)
    learned = [domain for text in entry.domains if (domain := domain_of_website(text)) and not domain.shared]
    domains: dict[str, Domain] = {domain.name: domain for domain in [*([own] if own else []), *learned]}
    country = country_code(entry.country) or bracket_country or (suffix_country(own.suffix) if own else "")
    return AccountProfile(
        country,
        city_key(entry.city),
        city_key(entry.state),
        own.host if own else "",
        tuple(domains)[:DOMAINS],
        tuple(dict.fromkeys(domain.label for domain in domains.values()))[:DOMAINS],
        tuple(names.values())[:VARIANTS],
    )


def domain_key(name: str) -> int:
    """The key of a registrable domain; how many accounts have it says what it is worth."""
    return key_of("domain", name)


def host_key(host: str) -> int:
    """The key of a full host, for units that live on a host of their own below a shared domain."""
    return key_of("host", host)


def _keys(profile: AccountProfile) -> set[int]:
    keys = {domain_key(name) for name in profile.domains}
    if profile.host and profile.host not in profile.domains:
        keys.add(host_key(profile.host))
    keys |= {compact_key(label.replace("-", "")) for label in profile.labels}
    for name in profile.names:
        keys |= account_name_keys(name, profile.country)
    return keys


def pack(profile: AccountProfile) -> bytes:
    """As stored."""
    names = [(name.words, name.squash, name.plain, name.acronyms, name.short) for name in profile.names]
    return orjson.dumps(
        (profile.country, profile.city, profile.state, profile.host, profile.domains, profile.labels, names)
    )


def unpack(payload: bytes) -> AccountProfile:
    """As packed."""
    country, city, state, host, domains, labels, names = orjson.loads(payload)
    return AccountProfile(
        country,
        city,
        state,
        host,
        tuple(domains),
        tuple(labels),
        tuple(Name(tuple(words), squash, plain, tuple(short), typed) for words, squash, plain, short, typed in names),
    )
