"""Invents people of an organisation: name, title, e-mail, phones as they are written in that country."""

from __future__ import annotations

import random
from dataclasses import dataclass

from connectors.sandbox.worlds.organisations import Organisation, ascii_word
from connectors.sandbox.worlds.pools import Country, Title, Written, family_names, given_names, titles

LEVELS = ("c_level", "vp", "director", "manager", "staff")
LEVEL_WEIGHTS = (10, 10, 25, 30, 25)
FREEMAIL = ("gmail.com", "hotmail.com", "yahoo.com", "outlook.com", "icloud.com")
FREEMAIL_OF = {
    "DE": ("gmx.de", "web.de", "t-online.de"), "FR": ("orange.fr", "free.fr"), "IN": ("rediffmail.com",), "CN": ("163.com", "qq.com"),
    "JP": ("yahoo.co.jp",), "UA": ("ukr.net",), "BR": ("uol.com.br",), "IT": ("libero.it",), "PL": ("wp.pl",), "GB": ("btinternet.com",),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Person:
    """One human being as the world knows them; what systems hold of them is drawn from this and roughened."""

    first: str
    last: str
    native_first: str
    native_last: str
    title: Title
    email: str
    phone: str
    mobile: str
    organisation: Organisation
    country: Country


class Registry:
    """Hands out people, e-mail addresses and phone numbers that nobody else in this world has."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self._emails: set[str] = set()
        self._numbers: set[str] = set()
        self._names: set[tuple[str, str]] = set()

    def reserve(self, first: str, last: str, email: str) -> None:
        """Keep a name and an address for somebody who is already there."""
        self._names.add(_same(first, last))
        self._emails.add(email)

    def person(self, organisation: Organisation, level: str | None = None, freemail: bool = False) -> Person:
        """Somebody who works there; at `freemail` with a private address."""
        rng, country = self._rng, organisation.country
        foreign = rng.random() < 0.08
        pool = rng.choice(("english", "indian", "german", "spanish")) if foreign else country.names
        first, last = self._name(pool)
        level = level or rng.choices(LEVELS, LEVEL_WEIGHTS)[0]
        local_titles = titles(level, country.language) if rng.random() < 0.6 else ()
        domain = rng.choice(FREEMAIL_OF.get(country.code, ()) + FREEMAIL) if freemail else organisation.domain
        return Person(
            first=first.latin, last=last.latin, native_first=first.native, native_last=last.native,
            title=rng.choice(local_titles or titles(level, "en")), email=self.email(first.latin, last.latin, domain),
            phone=self._desk_phone(organisation), mobile=self.number(country, mobile=True) if rng.random() < 0.45 else "",
            organisation=organisation, country=country,
        )  # fmt: skip

    def _name(self, pool: str) -> tuple[Written, Written]:
        """A name that is still free, if one is found soon: namesakes are rare, as they are in life."""
        for _ in range(12):
            first, last = self._rng.choice(given_names(pool)), self._rng.choice(family_names(pool))
            name = _same(first.latin, last.latin)
            if name not in self._names:
                break
        self._names.add(name)
        return first, last

    def email(self, first: str, last: str, domain: str) -> str:
        """A free address of this person at a domain."""
        one, two = ascii_word(first) or "x", ascii_word(last) or "y"
        forms = [f"{one}.{two}", f"{one[0]}{two}", f"{one}_{two}", f"{one}{two}", f"{two}.{one}"]
        start = 0 if self._rng.random() < 0.7 else self._rng.randrange(len(forms))
        for form in forms[start:] + forms[:start] + [f"{one}.{two}{number}" for number in range(2, 500)]:
            address = f"{form}@{domain}"
            if address not in self._emails:
                self._emails.add(address)
                return address
        raise RuntimeError(f"no free address left at {domain}")

    def number(self, country: Country, mobile: bool = False) -> str:
        """A phone number in the national way of writing it, given to nobody else."""
        for _ in range(400):
            pattern = self._rng.choice(country.mobiles if mobile else country.phones)
            number = "".join(str(self._rng.randrange(10)) if letter == "#" else letter for letter in pattern)
            digits = country.code + "".join(filter(str.isdigit, number))
            if digits not in self._numbers:
                self._numbers.add(digits)
                return number
        return ""

    def _desk_phone(self, organisation: Organisation) -> str:
        kind = self._rng.random()
        if kind < 0.25:
            return ""
        if kind < 0.5 and organisation.phone:
            return f"{organisation.phone} {self._rng.choice(('ext. ', 'x', '- ', 'Durchwahl ', 'ext '))}{self._rng.randint(10, 899)}"
        return self.number(organisation.country)


def _same(first: str, last: str) -> tuple[str, str]:
    """What two spellings of one name have in common: neither case nor accents nor what was pasted in."""
    return (ascii_word(first) or first, ascii_word(last) or last)


def international(country: Country, number: str) -> str:
    """The same number with the calling code in front: '030 23125 123' → '+49 30 23125 123'."""
    plain = number.lstrip("(")
    if country.drops_zero and plain.startswith("0"):
        return f"+{country.dial} {plain[1:].replace(')', '')}"
    return f"+{country.dial} {number}"
