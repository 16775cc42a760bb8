"""Invents organisations: names with distinguishing words, a legal form, a domain, a place, a size; and how else their names get written."""

from __future__ import annotations

import random
import unicodedata
from dataclasses import dataclass, replace
from itertools import product

from connectors.sandbox.worlds.pools import City, Country, countries, family_names, table, written

SIZES = ((1, 9), (10, 49), (50, 249), (250, 999), (1000, 4999), (5000, 60000))
SIZE_WEIGHTS = (14, 22, 26, 18, 14, 6)
"""Shares of organisations by number of employees, bent towards the sizes that buy business software."""


@dataclass(frozen=True, slots=True)
class Organisation:
    """One organisation of the world. `name` carries the legal form, `short` does not; `native` is the name in its own script or ''."""

    key: str
    name: str
    short: str
    domain: str
    country: Country
    city: City
    industry: str
    employees: int
    revenue: int
    phone: str = ""
    native: str = ""
    target: bool = False
    former_domain: str = ""
    parent: str = ""


def ascii_word(text: str) -> str:
    """Letters and digits of a name as a domain would spell them: 'Nürnberg & Söhne' → 'nurnbergsohne'."""
    plain = (
        text.replace("ß", "ss")
        .replace("ø", "o")
        .replace("Ø", "O")
        .replace("ł", "l")
        .replace("Ł", "L")
        .replace("ı", "i")
    )
    folded = unicodedata.normalize("NFKD", plain).encode("ascii", "ignore").decode()
    return "".join(letter for letter in folded.lower() if letter.isalnum())


class Inventor:
    """Makes organisations that never repeat a name or a domain within one world."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        words = table("organisations")
        self._industries: dict[str, dict[str, str]] = words["industries"]
        self._brands = [front + back for front, back in product(words["fronts"], words["backs"])]
        self._pairs = [f"{colour} {creature}" for colour, creature in product(words["colours"], words["creatures"])]
        rng.shuffle(self._brands)
        rng.shuffle(self._pairs)
        self._chinese = [written(word) for word in words["chinese"]]
        self._arabic = [written(word) for word in words["arabic"]]
        self._domains: set[str] = set()
        self._names: set[str] = set()
        self._countries = list(countries().values())
        self._weights = [country.weight for country in self._countries]

    def invent(self, key: str, country: Country | None = None, employees: int | None = None) -> Organisation:
        """A new organisation; country and size are drawn unless given."""
        rng = self._rng
        country = country or rng.choices(self._countries, self._weights)[0]
        industry = rng.choice(list(self._industries))
        short, native, stem = self._name(country, industry)
        size = employees or rng.randint(*rng.choices(SIZES, SIZE_WEIGHTS)[0])
        legal = rng.choice(country.legal)
        return Organisation(
            key=key, name=f"{short} {legal}", short=short, native=native, domain=self._domain(stem, country), country=country,
            city=rng.choice(country.cities), industry=industry, employees=size, revenue=size * rng.randint(80, 400) * 1000,
            target=size >= 250 and rng.random() < 0.25,
            former_domain=f"{stem}-group.com" if rng.random() < 0.08 else "",
        )  # fmt: skip

    def _name(self, country: Country, industry: str) -> tuple[str, str, str]:
        """(name without legal form, name in its own script or '', stem of the domain), new to this world."""
        for _ in range(200):
            short, native, stem = self._draw(country, industry)
            if short not in self._names:
                self._names.add(short)
                return short, native, stem
        return self._coined(country, industry)

    def _coined(self, country: Country, industry: str) -> tuple[str, str, str]:
        """A brand of three parts, where a big world has used up the names of a country."""
        words, parts = self._industries[industry], table("organisations")
        line = written(words.get(country.language, words["en"])).latin
        for _ in range(2000):
            brand = (
                self._rng.choice(parts["fronts"]) + self._rng.choice(parts["backs"]) + self._rng.choice(parts["backs"])
            )
            if f"{brand} {line}" not in self._names:
                self._names.add(f"{brand} {line}")
                return f"{brand} {line}", "", ascii_word(brand)
        raise RuntimeError(
            f"no new name left for an organisation in {country.name}: add words to data/organisations.toml"
        )

    def _draw(self, country: Country, industry: str) -> tuple[str, str, str]:
        words = self._industries[industry]
        line = written(words.get(country.language, words["en"]))
        if country.language in ("zh", "ar"):
            return self._compound(country.language, line.latin, line.native)
        if country.language in ("ja", "el", "uk", "bg") and self._rng.random() < 0.6:
            family = self._rng.choice(family_names(country.names))
            extra = self._rng.choice(("", f" {self._rng.choice(country.cities).name}"))
            native = f"{family.native}{line.native}" if country.language == "ja" else f"{family.native} {line.native}"
            return f"{family.latin} {line.latin}{extra}", native, ascii_word(f"{family.latin}{line.latin}{extra}")
        kind = self._rng.random()
        if kind < 0.55 and self._brands:
            brand = self._brands.pop()
            return (brand if self._rng.random() < 0.4 else f"{brand} {line.latin}"), "", ascii_word(brand)
        if kind < 0.75 and self._pairs and country.language == "en":
            pair = self._pairs.pop()
            return f"{pair} {line.latin}", "", ascii_word(pair)
        first, second = self._rng.sample(family_names(country.names), 2)
        return f"{first.latin} & {second.latin} {line.latin}", "", ascii_word(f"{first.latin}{second.latin}")

    def _compound(self, language: str, latin: str, native: str) -> tuple[str, str, str]:
        if language == "zh":
            one, two = self._rng.sample(self._chinese, 2)
            city = self._rng.choice(("Shanghai|上海", "Shenzhen|深圳", "Hangzhou|杭州", "|"))
            place = written(city)
            name = f"{place.latin} {one.latin}{two.latin.lower()} {latin}".strip()
            return (
                name,
                f"{place.native}{one.native}{two.native}{native}有限公司",
                ascii_word(one.latin + two.latin + latin),
            )
        word = self._rng.choice(self._arabic)
        place = written(self._rng.choice(("Gulf|الخليج", "Nile|النيل", "Desert|الصحراء", "|", "Coast|الساحلية")))
        name = " ".join(part for part in (word.latin, place.latin, latin) if part)
        return (
            name,
            f"شركة {word.native} {place.native} {native}".replace("  ", " "),
            ascii_word(word.latin + place.latin + latin),
        )

    def _domain(self, stem: str, country: Country) -> str:
        for attempt in range(50):
            domain = f"{stem}{'' if attempt < 8 else attempt}.{self._rng.choice(country.tlds)}"
            if domain not in self._domains:
                self._domains.add(domain)
                return domain
        raise RuntimeError(f"no new domain left for {stem}")


def acronym(short: str) -> str:
    """The capitals of a name of several words: 'Silver Heron Logistics' → 'SHL'."""
    return "".join(word[0] for word in short.replace("&", " ").split() if word[0].isalpha()).upper()


def other_spelling(rng: random.Random, organisation: Organisation) -> tuple[str, str]:
    """How the CRM may have typed this organisation, and what kind of difference that is."""
    name, short, country = organisation.name, organisation.short, organisation.country
    choices = [
        (name, "same"),
        (name, "same"),
        (short, "no_legal_form"),
        (f"{short} {rng.choice(country.legal)}", "other_legal_form"),
        (name.upper(), "capitals"),
        (f"{short} ({country.name})", "country_added"),
        (short.replace("&", "and") if "&" in short else f"The {short}", "and_or_article"),
        (_without_accents(name), "no_accents"),
        (_typo(rng, name), "typo"),
    ]
    if len(short.replace("&", " ").split()) >= 3:
        choices.append((acronym(short), "acronym"))
    if organisation.native:
        choices += [(organisation.native, "native"), (organisation.native, "native")]
    return rng.choice(choices)


def _without_accents(text: str) -> str:
    return unicodedata.normalize("NFKD", text.replace("ß", "ss")).encode("ascii", "ignore").decode() or text


def _typo(rng: random.Random, text: str) -> str:
    """Two neighbouring letters swapped, never the first."""
    spot = rng.randrange(1, max(2, min(len(text) - 2, 10)))
    return text[:spot] + text[spot + 1 : spot + 2] + text[spot] + text[spot + 2 :]


def subsidiary(organisation: Organisation, parent: Organisation, name: str) -> Organisation:
    """The same organisation as the daughter of another, under a name of its own in the parent's country."""
    return replace(
        organisation, name=name, short=name.rsplit(" ", 1)[0], parent=parent.key, native="", former_domain=""
    )
