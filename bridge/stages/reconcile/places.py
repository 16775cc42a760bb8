"""Places as evidence: countries by any of their names, cities by their folded form."""

from __future__ import annotations

import re
from functools import lru_cache

import pycountry

from bridge.stages.reconcile.values import PLACES_KEPT
from bridge.stages.reconcile.words import SAME, fold
from bridge.territories import territories

_LOCALES = ("en", "de", "fr", "es", "it", "pt", "nl", "sv", "pl", "tr", "ja", "zh", "ru")
_MORE = {
    "uk": "GB", "england": "GB", "scotland": "GB", "wales": "GB", "northern ireland": "GB", "great britain": "GB", "britain": "GB",
    "usa": "US", "us": "US", "america": "US", "united states of america": "US", "u s a": "US", "u s": "US", "uae": "AE",
    "emirates": "AE", "russia": "RU", "korea": "KR", "south korea": "KR", "north korea": "KP", "republic of korea": "KR",
    "taiwan": "TW", "taiwan r o c": "TW", "vietnam": "VN", "viet nam": "VN", "iran": "IR", "syria": "SY", "laos": "LA",
    "bolivia": "BO", "venezuela": "VE", "tanzania": "TZ", "moldova": "MD", "czech republic": "CZ", "czechia": "CZ", "turkey": "TR",
    "ivory coast": "CI", "cote divoire": "CI", "swaziland": "SZ", "macedonia": "MK", "north macedonia": "MK", "palestine": "PS",
    "hong kong": "HK", "macau": "MO", "macao": "MO", "holland": "NL", "the netherlands": "NL", "burma": "MM", "cape verde": "CV",
    "congo": "CG", "dr congo": "CD", "kosovo": "XK", "brasil": "BR", "p r china": "CN", "pr china": "CN", "prc": "CN", "roc": "TW",
}  # fmt: skip
_EVERYDAY = {
    "GB": ("Großbritannien", "Schottland", "Gran Bretaña", "Grande-Bretagne", "Gran Bretagna", "Inghilterra", "Angleterre", "Inglaterra",
           "United Kingdom (UK)", "England, UK", "Scotland, UK", "Wales, UK"),
    "US": ("Vereinigte Staaten von Amerika", "États-Unis d'Amérique", "Estados Unidos de América", "Stati Uniti d'America", "EE.UU.", "EEUU",
           "United States (US)", "United States (USA)"),
    "NL": ("Hollande", "Holanda", "Olanda", "Netherlands, The"), "DE": ("Bundesrepublik Deutschland",), "AT": ("Oesterreich",),
    "CZ": ("Tschechische Republik", "Česká republika", "Česko"), "SK": ("Slovensko",), "BY": ("Weißrussland",), "IE": ("Éire", "Republic of Ireland"),
    "CN": ("Mainland China",), "HK": ("Hong Kong SAR",), "KR": ("대한민국",), "MX": ("Méjico",), "GR": ("Ελλάδα", "Hellas"),
    "FI": ("Suomi",), "HU": ("Magyarország",), "BG": ("България",), "RS": ("Srbija",), "HR": ("Hrvatska",), "SI": ("Slovenija",), "EE": ("Eesti",),
    "LV": ("Latvija",), "LT": ("Lietuva",), "IN": ("Bharat", "भारत"), "BA": ("Bosnia",), "TL": ("East Timor",), "VA": ("Vatican",),
}  # fmt: skip
"""What people call their own country and their neighbours' besides the names in the tables of languages; no abbreviations, which are
organisations, too ("EUA")."""
_SUFFIX_COUNTRY = {
    "uk": "GB",
    "eu": "",
    "ac": "",
    "io": "",
    "co": "",
    "me": "",
    "tv": "",
    "ai": "",
    "cc": "",
    "ly": "",
    "to": "",
    "fm": "",
    "su": "RU",
}
_CITY_TAIL = re.compile(r" (shi|ku|gun|city|municipality|cho|si|gu|town|district|county|prefecture|province)$")


@lru_cache(maxsize=1)
def _countries() -> dict[str, str]:
    table: dict[str, str] = {}
    for locale in _LOCALES:
        for code, name in territories(locale):
            if len(code) == 2 and code.isalpha():
                table.setdefault(fold(name), code)
    for country in pycountry.countries:
        names = (
            country.name,
            country.alpha_2,
            country.alpha_3,
            getattr(country, "official_name", ""),
            getattr(country, "common_name", ""),
        )
        for name in names:
            table.setdefault(fold(name), country.alpha_2)
    everyday = {fold(name): code for code, names in _EVERYDAY.items() for name in names}
    return table | everyday | _MORE


@lru_cache(maxsize=PLACES_KEPT)
def country_code(text: str) -> str:
    """ISO 3166 code of a country by any usual name or code in many languages; empty when unknown."""
    plain = text.strip()
    if len(plain) == 2 and plain.isascii() and plain.isupper() and plain != "UK":
        return plain
    return _countries().get(fold(plain), "") if plain else ""


def country_number(code: str) -> int:
    """A country code as a small number; 0 for none."""
    return (ord(code[0]) - 64) * 27 + ord(code[1]) - 64 if len(code) == 2 else 0


@lru_cache(maxsize=5_000)
def suffix_country(suffix: str) -> str:
    """The country a public suffix stands for (`ac.jp` → JP); empty for worldwide ones, and for those sold as such (`io`, `co`)."""
    last = suffix.rpartition(".")[2]
    if len(last) != 2:
        return ""
    return _SUFFIX_COUNTRY.get(last, last.upper())


@lru_cache(maxsize=PLACES_KEPT)
def city_key(text: str) -> str:
    """A city's folded name without "City", "-shi", "-ku"; names that differ by language are one (Wien, Vienna)."""
    plain = _CITY_TAIL.sub("", fold(text))
    return " ".join(SAME.get(word, word) for word in plain.split())
