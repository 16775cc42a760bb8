"""A lead prepared for comparison, and the keys its candidates are looked up by."""

from __future__ import annotations

import re
from functools import lru_cache

from bridge.frozen import frozen
from bridge.stages.reconcile.account_profile import domain_key, host_key
from bridge.stages.reconcile.domains import Domain, domain_of_email, domain_of_website, is_page_of_a_market
from bridge.stages.reconcile.keys import key_of
from bridge.stages.reconcile.names import (
    COMPACT,
    Name,
    compact_key,
    names_of,
    once_at,
    probe_name_keys,
    telling,
    typed_names_of,
    without_places,
    word_key,
)
from bridge.stages.reconcile.phones import phone_key
from bridge.stages.reconcile.places import city_key, country_code, suffix_country
from bridge.stages.reconcile.values import Probe
from bridge.stages.reconcile.words import core, words_of

VARIANTS = 6
DOMAIN, PHONE = 4.0, 3.0  # what a web domain or a phone number in common counts for finding candidates
_LABEL_TAIL = re.compile(
    r"(group|ltd|inc|corp|llc|gmbh|ag|co|u|uni|univ|university|edu|hq|usa|us|uk|online|bank|global|intl|holdings|plc|app)$"
)
_AT_WORD = re.compile(r"\s*[(\[{]\s*(?:at|AT|@)\s*[)\]}]\s*")
_BEHIND = re.compile(r"[\s(;,>].*$", re.DOTALL)
_LABEL_HEAD = re.compile(r"^(uni|univ|the|my|get|e|go|try|institut|hospital)")


@frozen
class LeadProfile:
    """What comparison needs of a lead. `domains` are those that say who somebody works for; `provider` is the mail provider's, if any."""

    country: str
    city: str
    suffix_country: str
    domains: tuple[Domain, ...]
    provider: str
    names: tuple[Name, ...]
    typed: tuple[str, ...]  # the words of the company as typed, in their one form, for places named in it
    garbage: bool
    state: str
    phone: int  # its key; 0 when unknown


@lru_cache(maxsize=1024)
def lead_profile(probe: Probe, known: bool = False) -> LeadProfile:
    """Prepare a lead. Remembered for about a batch: its account and its organisation are looked for with the same profile. `known`: its company
    is one, though it reads like where somebody once was."""
    mail = domain_of_email(_address(probe.email))
    texts = (probe.website, probe.hubspot_company_domain)
    found = [domain_of_website(text) for text in texts if text and not is_page_of_a_market(text)]
    domains = {domain.name: domain for domain in (*found, mail) if domain is not None and not domain.shared}
    company = probe.company
    if not domains and (typed := _domain_typed(company)) is not None and not typed.shared:
        domains[typed.name] = typed
    names: dict[str, Name] = {}
    named, city, state = "", city_key(probe.city), city_key(probe.state)
    said, hubspot = telling(company), probe.hubspot_company_name
    for text, tells in ((company, said), (hubspot, bool(hubspot) and telling(hubspot))):
        if tells or (known and once_at(text)):
            variants, country = typed_names_of(text)
            named = named or country
            for name in without_places(variants, city, state):
                names.setdefault(name.squash, name)
    suffixes = [suffix_country(domain.suffix) for domain in domains.values()]
    return LeadProfile(
        country_code(probe.country) or named,
        city,
        next(filter(None, suffixes), ""),
        tuple(domains.values()),
        mail.name if mail and mail.shared else "",
        tuple(names.values())[:VARIANTS],
        core(words_of(company)),
        not said and not known and bool(company.strip()),
        state,
        phone_key(probe.phone),
    )


def once_key(probe: Probe) -> int:
    """Where a company reads like where somebody once was: the key of an account of that very name ("ex-Cell-O"); else 0."""
    names = names_of(probe.company)[0] if once_at(probe.company) else ()
    return names[0].squash_key if names else 0


def _domain_typed(company: str) -> Domain | None:
    """The domain of a company that was typed as web address or e-mail address and nothing else ("www.acme.io", "jo@acme.io", "jane doe@acme.io")."""
    text = _AT_WORD.sub("@", company.strip(), count=1)
    if "@" in text:
        return domain_of_email(text)
    return domain_of_website(text) if "." in text and " " not in text else None


def _address(text: str) -> str:
    """An address as it is meant: "jo (at) acme.io", "jo@acme.io (work)"."""
    text = text if "@" in text else _AT_WORD.sub("@", text, count=1)
    if text.count("@") != 1:
        return text
    local, _, host = text.partition("@")
    return f"{local}@{_BEHIND.sub('', host.strip())}"


def lead_keys(profile: LeadProfile) -> dict[int, float]:
    """Everything this lead may be found by, and what each counts; its web domains alone make a candidate worth comparing."""
    keys: dict[int, float] = {}
    for domain in profile.domains:
        for text in label_readings(domain):
            keys[word_key(text)] = 1.0
            keys[compact_key(text)] = COMPACT
        if len(domain.label) == 2:
            keys[key_of("initials", domain.label + (profile.country or profile.suffix_country))] = 1.0
    country = profile.country or profile.suffix_country
    for name in profile.names:
        keys.update(probe_name_keys(name, country, profile.city))
    for domain in profile.domains:
        keys[domain_key(domain.name)] = keys[host_key(domain.host)] = DOMAIN
    if profile.phone:
        keys[profile.phone] = PHONE
    return keys


def label_readings(domain: Domain) -> set[str]:
    """What the label of a web domain may stand for: itself, its parts, itself without usual heads and tails ("d2lgroup" is "d2l")."""
    label = domain.label.replace("-", "")
    readings = {label, *domain.label.split("-"), _LABEL_TAIL.sub("", label), _LABEL_HEAD.sub("", label)}
    country = domain.suffix.rpartition(".")[2]
    if len(country) == 2 and label.endswith(country):
        readings.add(label[:-2])
    return {text for text in readings if len(text) > 2}
