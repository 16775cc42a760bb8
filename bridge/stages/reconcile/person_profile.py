"""A person prepared for comparison: names folded, e-mail address split, phone reduced to its telling digits, and the keys that find them.

An e-mail address is a key to look under, never proof: "info@" belongs to many, and families share a phone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import fields
from functools import lru_cache
from itertools import dropwhile
from operator import attrgetter

import orjson
from nicknames import NickNamer

from bridge.frozen import frozen
from bridge.index_rows import IndexRow
from bridge.stages.reconcile.domains import domain_of_email
from bridge.stages.reconcile.keys import key_of
from bridge.stages.reconcile.names import names_of, telling
from bridge.stages.reconcile.phones import phone_digits
from bridge.stages.reconcile.places import city_key, country_code
from bridge.stages.reconcile.values import WORDS_KEPT, PersonEntry, Probe
from bridge.stages.reconcile.words import GARBAGE_WORDS, SHORT_FORMS, fold

SHORT = 3  # letters of words for nothing that are names, too ("na", "bar")
_NICKNAMES = NickNamer()
_TITLES = frozenset(
    ["dr", "prof", "professor", "dipl", "mr", "mrs", "ms", "miss", "sir", "dame", "herr", "frau", "mme", "mlle", "monsieur", "madame", "sig", "dott",
     "dottssa", "drs", "ddr", "doktor", "doctor"]
)  # fmt: skip
_DEGREES = _TITLES.union(
    ["med", "rer", "nat", "phil", "jur", "iur", "pol", "oec", "habil", "hc", "ing", "inf", "kfm", "dent", "vet", "h", "c"]
)  # fmt: skip
"""What stands before a first name; degrees only behind a title: "Phil" is a name, too."""
_PET_END = re.compile("(?:ie|[iy]|(?<=c)k)$")
_GMAIL = ("gmail.com", "googlemail.com")
_ROLES = frozenset(
    [
        "info",
        "contact",
        "office",
        "sales",
        "support",
        "admin",
        "mail",
        "hello",
        "team",
        "service",
        "enquiries",
        "enquiry",
        "inquiries",
        "marketing",
        "hr",
        "jobs",
        "press",
        "help",
        "billing",
        "accounts",
        "accounting",
        "finance",
        "reception",
        "secretary",
        "secretariat",
        "webmaster",
        "postmaster",
        "noreply",
        "kontakt",
        "buero",
        "contacto",
        "ventas",
        "vendas",
        "comercial",
        "administration",
        "direction",
        "general",
        "customerservice",
        "kundenservice",
    ]
)


@frozen
class PersonProfile:
    """What comparison needs of a person. `private`: the address is with a mail provider; `role`: a mailbox of many ("info@")."""

    first: str
    last: str
    local: str
    domain: str
    private: bool
    role: bool
    phone: str
    company: str
    title: str
    city: str
    country: str


_PACKED = attrgetter(*(field.name for field in fields(PersonProfile)))


def person_rows(entries: Iterable[PersonEntry]) -> Iterator[IndexRow]:
    """What the directory stores for these people; the id of a row is `kind:id`."""
    return (person_row(entry, person_profile(entry)) for entry in entries)


def person_row(entry: PersonEntry, profile: PersonProfile) -> IndexRow:
    """The same for one person whose profile is made already."""
    name = f"{entry.first_name} {entry.last_name}".strip() or entry.email
    return IndexRow(f"{entry.kind}:{entry.id}", name, person_keys(profile), orjson.dumps(_PACKED(profile)))


def person_profile(person: PersonEntry | Probe) -> PersonProfile:
    """Prepare a person."""
    local, _, _ = person.email.strip().lower().rpartition("@")
    local = local.partition("+")[0].removeprefix("mailto:")
    domain = domain_of_email(person.email)
    names = names_of(person.company)[0] if telling(person.company) else ()
    first, last = _untitled(fold(person.first_name)), fold(person.last_name)
    if _is_placeholder(f"{first} {last}".split()):
        first = last = ""
    return PersonProfile(
        first,
        last,
        local,
        domain.name if domain else "",
        bool(domain and domain.shared),
        re.sub(r"[^a-z]", "", local) in _ROLES,
        phone_digits(person.phone),
        names[0].squash if names else "",
        fold(person.title),
        city_key(person.city),
        country_code(person.country),
    )


def _untitled(first: str) -> str:
    """A first name without "Dr." or "Frau" before it, unless nothing else is left."""
    words = first.split()
    if len(words) < 2 or words[0] not in _TITLES:
        return first
    return " ".join(dropwhile(_DEGREES.__contains__, words)) or first


def _is_placeholder(words: list[str]) -> bool:
    """True for what stands where no name is known ("Test Test", "Not provided"); "Na Young" is somebody's name."""
    return any(len(word) > SHORT for word in words) and all(word in GARBAGE_WORDS for word in words)


def unpack_person(payload: bytes) -> PersonProfile:
    """As packed."""
    return PersonProfile(*orjson.loads(payload))


@lru_cache(maxsize=4_096)
def person_keys(profile: PersonProfile) -> tuple[int, ...]:
    """Everything this person may be found by, in order: the same for the directory and for who is looked up in it a moment later."""
    first, last = profile.first, profile.last
    keys = set()
    if profile.local and profile.domain:
        keys.add(email_key(profile))
    if profile.phone:
        keys.add(phone_key(profile))
    if first or last:
        keys.add(full_name_key(profile))
    for where in filter(None, (profile.company, "" if profile.private else profile.domain)):
        keys |= {key_of("name-at", f"{name}@{where}") for name in (first, last) if len(name) > 1}
    if profile.local and not profile.role and len(profile.local) > 5:
        keys.add(key_of("local", profile.local))
    return tuple(sorted(keys))


def email_key(profile: PersonProfile) -> int:
    """The key of the mailbox."""
    return key_of("email", mailbox(profile))


def mailbox(profile: PersonProfile) -> str:
    """The whole address without a +tag; Gmail's without dots, too, which it does not read, and by one of its two domains."""
    if profile.domain in _GMAIL:
        return f"{profile.local.replace('.', '')}@{_GMAIL[0]}"
    return f"{profile.local}@{profile.domain}"


def phone_key(profile: PersonProfile) -> int:
    """The key of the phone number's last digits."""
    return key_of("phone", profile.phone)


def full_name_key(profile: PersonProfile) -> int:
    """The key of first and last name in any order; how many people have it says how telling the name is."""
    return key_of("full-name", " ".join(sorted((profile.first, profile.last))))


@lru_cache(maxsize=WORDS_KEPT)
def first_names_agree(ours: str, theirs: str) -> float:
    """1: the same, 0.9: one is the other's nickname, 0.7: one is the other's initial, 0: neither, -1: one is not known."""
    if not ours or not theirs:
        return -1.0
    if ours == theirs:
        return 1.0
    a, b = ours.split()[0], theirs.split()[0]
    if b in _nicknames(a) or a in _nicknames(b):
        return 0.9
    if (len(a) == 1 or len(b) == 1) and a[0] == b[0]:
        return 0.7
    return 0.95 if a == b else 0.0


@lru_cache(maxsize=WORDS_KEPT)
def _nicknames(name: str) -> frozenset[str]:
    return frozenset(_NICKNAMES.nicknames_of(name)).union(SHORT_FORMS.get(name, ()))


def has_nicknames(first: str) -> bool:
    """Is it a first name we know nicknames of?"""
    return bool(_nicknames(first.partition(" ")[0]))


@lru_cache(maxsize=WORDS_KEPT)
def is_short_for(short: str, full: str) -> bool:
    """Is it the other's initial, or a nickname of it?"""
    if not short or not full:
        return False
    a, b = short.split()[0], full.split()[0]
    return a != b and (a in _nicknames(b) or (len(a) == 1 and a == b[0]))


@lru_cache(maxsize=WORDS_KEPT)
def may_be_short_for(short: str, full: str) -> bool:
    """The same, or does the other begin like it, whether or not we know the nickname ("Charlie" and Charlotte, "Nick" and Nicole)?"""
    if is_short_for(short, full):
        return True
    stem = _PET_END.sub("", short.partition(" ")[0])
    return len(stem) > 1 and short != full and full.startswith(stem)
