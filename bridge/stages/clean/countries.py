"""Which country a text means: ISO codes, names in the languages below, and the aliases people type. Never a fuzzy guess.

Codes and official names come from pycountry, names in other languages from babel (CLDR); the aliases are what both lack.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache

import pycountry
import regex
from babel import Locale

from bridge.territories import territories
from connectors.records import FieldSchema

LANGUAGES = (
    "en", "de", "fr", "es", "it", "pt", "nl", "pl", "cs", "sk", "hu", "ro", "sv", "da", "nb", "fi", "et", "lt", "lv", "tr", "el", "bg",
    "ru", "uk", "ar", "he", "hi", "ja", "ko", "zh", "zh_Hant", "id", "vi", "th", "ca", "hr", "sl", "sr",
)  # fmt: skip

ALIASES = {
    "GB": "uk|u.k.|u k|united kingdom of great britain|great britain|britain|gb|gbr|england|scotland|wales|northern ireland|cymru|alba|"
    "grossbritannien|großbritannien|grande bretagne|gran bretaña|gran bretagna|inglaterra|angleterre|inghilterra|schottland|the uk|uk gb",
    "US": "usa|u.s.a.|u.s.|us of a|united states of america|the united states|the us|the usa|america|estados unidos de america|eeuu|ee.uu.|"
    "ee uu|etats unis|etats unis d amerique|vereinigte staaten von amerika|stati uniti d america|états-unis|amerika|usa united states|"
    "united states usa|unites states|united state|unitedstates|eua|sua|vs",
    "AE": "الإمارات|uae|u.a.e.|united arab emirates|emirates|vae|eau|dubai|abu dhabi",
    "RU": "russia|russian federation|russland|rossiya",
    "TR": "turkey|türkiye|turkiye|republic of turkey|türkei",
    "CI": "ivory coast|cote d ivoire|cote divoire|elfenbeinküste",
    "SZ": "swaziland|eswatini",
    "CZ": "czech republic|czechia|the czech republic",
    "NL": "holland|the netherlands|netherlands the|pays bas|niederlande|hollande",
    "MK": "macedonia|fyrom|north macedonia|republic of macedonia",
    "KR": "south korea|republic of korea|korea republic of|korea south|rok|s korea|korea (south)",
    "KP": "north korea|dprk|korea north",
    "VN": "vietnam|viet nam",
    "LA": "laos|lao pdr",
    "SY": "syria",
    "IR": "iran|persia",
    "TW": "taiwan|taiwan roc|chinese taipei|taiwan province of china",
    "CN": "china|prc|p.r. china|pr china|mainland china|people s republic of china|peoples republic of china|china mainland|p.r.c.",
    "HK": "hong kong|hongkong|hong kong sar|hk sar|hong kong china",
    "MO": "macau|macao",
    "MM": "burma|myanmar",
    "CD": "drc|dr congo|democratic republic of congo|congo kinshasa|zaire|congo drc|congo democratic republic|democratic republic of the congo",
    "CG": "republic of the congo|congo brazzaville|republic of congo",
    "TZ": "tanzania",
    "VE": "venezuela",
    "BO": "bolivia",
    "MD": "moldova",
    "BN": "brunei",
    "CV": "cape verde",
    "TL": "east timor",
    "VA": "vatican|vatican city|holy see",
    "PS": "palestine|palestinian territories",
    "BA": "bosnia|bosnia herzegovina|bosnia and herzegovina|bosnien",
    "SK": "slovak republic|slovakia",
    "CH": "swiss|switzerland|confederation helvetique|helvetia",
    "IE": "eire|republic of ireland|rep of ireland|ireland republic of|southern ireland",
    "FM": "micronesia",
    "ZA": "rsa|south africa|republic of south africa",
    "SA": "ksa|k.s.a.|kingdom of saudi arabia|saudi|saudi arabia",
    "NZ": "nz|aotearoa|new zeland",
    "AU": "aus|oz|commonwealth of australia",
    "DE": "brd|federal republic of germany|fed rep of germany|germany de|deutschland de|d|west germany|bundesrepublik deutschland|allemagne|alemania",
    "FR": "la france|metropolitan france|république française",
    "ES": "españa|espana|kingdom of spain",
    "BR": "brasil",
    "MX": "méxico|mejico|mexique",
    "AT": "österreich|oesterreich|osterreich|autriche",
    "JP": "nippon|nihon",
    "PH": "the philippines|philippine|pilipinas",
    "XK": "xk|xkx|kosovo|kosova",
    "BS": "the bahamas|bahamas the",
    "GM": "the gambia|gambia the",
    "KY": "caymans",
    "VG": "bvi",
    "VI": "usvi|us virgin islands",
    "FO": "faroe islands",
    "FK": "falklands|falkland islands",
    "GR": "hellas|greece gr",
    "IN": "bharat|india in",
    "IT": "italia it",
    "ST": "sao tome",
    "TT": "trinidad",
    "RE": "reunion",
    "CW": "curacao",
    "PF": "french polynesia|tahiti",
    "BY": "belorussia|byelorussia",
    "LK": "ceylon",
    "SG": "s pore|spore|republic of singapore",
}

NAMES = {  # where CLDR's English name is not what an address carries
    "HK": "Hong Kong", "MO": "Macao", "MM": "Myanmar", "CI": "Côte d'Ivoire", "CG": "Congo", "CD": "Democratic Republic of the Congo",
    "CC": "Cocos (Keeling) Islands", "VI": "US Virgin Islands",
}  # fmt: skip

# Typed for two countries, or for none at all ("not available").
AMBIGUOUS = frozenset(
    {"na", "n a", "congo", "korea", "guyana guiana", "virgin islands", "st martin", "saint martin", "samoa american"}
)

_NOISE = regex.compile(r"[^\p{L}\p{N}]+")


def key_of(text: str) -> str:
    """Spelling laid aside: case, accents, punctuation, `the` and `&`."""
    plain = unicodedata.normalize("NFKD", text.casefold().replace("&", " and ").replace("ß", "ss"))
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter)) if not plain.isascii() else plain
    return str(_NOISE.sub(" ", plain)).strip().removeprefix("the ")


@lru_cache(maxsize=1)
def _table() -> dict[str, str]:
    table = {
        code.lower(): country.alpha_2 for country in pycountry.countries for code in (country.alpha_2, country.alpha_3)
    }
    for code, aliases in ALIASES.items():
        for alias in aliases.split("|"):
            table.setdefault(key_of(alias), code)
    for country in pycountry.countries:
        for name in (country.name, getattr(country, "official_name", ""), getattr(country, "common_name", "")):
            if name:
                table.setdefault(key_of(name), country.alpha_2)
    for language in LANGUAGES:
        for code, name in territories(language):
            if len(code) == 2 and code.isalpha() and (code == "XK" or pycountry.countries.get(alpha_2=code)):
                table.setdefault(key_of(name), code)
    for word in AMBIGUOUS:
        table.pop(key_of(word), None)
    table.pop("", None)
    return table


@lru_cache(maxsize=4096)
def country_of(text: str) -> str | None:
    """ISO 3166 alpha-2 of the country `text` names, or None."""
    table = _table()
    key = key_of(text)
    found = table.get(key) if len(key) > 3 or not _accented_code(text, key) else None
    if found is None and "(" in text:  # "Germany (DE)", "Korea (South)"
        outside, _, inside = text.partition("(")
        both = (table.get(key_of(outside)), table.get(key_of(inside)))
        found = both[0] if both[0] and (both[1] in (None, both[0])) else None
    return found


def _accented_code(text: str, key: str) -> bool:
    """Is it a code only without its accents? `ČR` is the Czechs' own for their country, and not Costa Rica's."""
    if text.isascii() or key.upper() not in _codes():
        return False
    return not unicodedata.normalize("NFKC", text).replace("İ", "I").isascii()


@lru_cache(maxsize=1)
def _codes() -> frozenset[str]:
    return frozenset(code for country in pycountry.countries for code in (country.alpha_2, country.alpha_3))


@lru_cache(maxsize=512)
def english_name(code: str) -> str:
    """The country's usual English name."""
    return NAMES.get(code) or str(Locale.parse("en").territories.get(code, code))


@lru_cache(maxsize=64)
def _options_by_country(options: tuple[str, ...], labels: tuple[str, ...]) -> dict[str, str]:
    found: dict[str, str] = {}
    for index, option in enumerate(options):
        label = labels[index] if index < len(labels) else ""
        code = country_of(option) or (country_of(label) if label else None)
        if code:
            found.setdefault(code, option)
    return found


def option_for_country(code: str, target: FieldSchema) -> str | None:
    """The stored value of the picklist option that means this country."""
    return _options_by_country(target.options, target.labels).get(code)
