"""Which language somebody is likely to speak: what HubSpot holds, else the small words of what they wrote, else their country's language.

Country shares come from CLDR (babel). Never a guess where a country has several languages or a text is short.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

import regex
from babel import Locale, UnknownLocaleError
from babel.languages import get_territory_language_info

SMALL_WORDS: Mapping[str, frozenset[str]] = {
    language: frozenset(words.split())
    for language, words in {
        "en": "the and you we is are for with this that have would please our your can of to how",
        "de": "der die das und wir ist sind nicht mit für ein eine bitte sie ich haben auf uns wie kann",
        "fr": "le les des et nous vous est sont pour avec une pas que dans notre votre sur je merci du",
        "es": "el los las y nosotros usted es son para con una que por nuestro favor su como gracias del",
        "it": "il gli della e noi voi è sono per con una che non nostro vostro grazie come di del vorrei",
        "pt": "os das e nós você é são para com uma que não nosso por obrigado como do da gostaria em",
        "nl": "het een en wij jullie is zijn voor met dat niet onze uw graag ik hebben op van bedankt naar",
    }.items()
}
_LANGUAGES_OF: Mapping[str, tuple[str, ...]] = {
    word: tuple(language for language, words in SMALL_WORDS.items() if word in words)
    for word in frozenset().union(*SMALL_WORDS.values())
}
MOST_READ = 2_000
LEAST_WORDS = 4
"""Small words that must be there before a text says anything."""
SAME: Mapping[str, str] = {"nb": "no", "nn": "no", "iw": "he", "in": "id"}
_WORD = regex.compile(r"\p{L}+")


def code_of(text: str) -> str:
    """A language as two letters from `de`, `de-at`, `pt_BR` or an English or own name; empty when it is none.

    >>> code_of("fr-ca"), code_of("German"), code_of("Deutsch"), code_of("x")
    ('fr', 'de', 'de', '')
    """
    word = text.strip().casefold()
    short = regex.split(r"[-_]", word)[0]
    if len(short) == 2:
        return SAME.get(short, short) if called(short) else ""
    return _names().get(word, "")


@lru_cache(maxsize=256)
def called(code: str) -> str:
    """The English name of a language; empty for an unknown code."""
    try:
        return str(Locale.parse(code).get_display_name("en") or "")
    except (UnknownLocaleError, ValueError):
        return ""


@lru_cache(maxsize=1)
def _names() -> dict[str, str]:
    found = {str(name).casefold(): code for code, name in Locale.parse("en").languages.items() if len(code) == 2}
    for code in ("de", "fr", "es", "it", "pt", "nl"):
        found[str(Locale.parse(code).get_display_name(code)).casefold()] = code
    return found


@lru_cache(maxsize=512)
def of_country(country: str) -> str:
    """The language nearly everybody of a country speaks; empty where there are several.

    >>> of_country("AT"), of_country("MX"), of_country("CH")
    ('de', 'es', '')
    """
    shares: dict[str, float] = {}
    for name, told in get_territory_language_info(country.upper()).items():
        if told["official_status"]:
            code = SAME.get(name.partition("_")[0], name.partition("_")[0])
            shares[code] = max(shares.get(code, 0.0), float(told["population_percent"] or 0))
    first, second = ([*sorted(shares.items(), key=lambda one: -one[1]), ("", 0.0), ("", 0.0)])[:2]
    return first[0] if first[1] >= 80 and first[1] >= 1.9 * second[1] and len(first[0]) == 2 else ""


def of_text(text: str) -> str:
    """The language of a text by its small words; empty when there are too few, or two languages are close.

    >>> of_text("Bitte rufen Sie uns an, wir haben eine Frage und ist das für uns?")
    'de'
    >>> of_text("Demo, Paris")
    ''
    """
    counted = dict.fromkeys(SMALL_WORDS, 0)
    for word in _WORD.findall(text[:MOST_READ]):
        for language in _LANGUAGES_OF.get(word.casefold(), ()):
            counted[language] += 1
    hits = sorted(((number, language) for language, number in counted.items()), reverse=True)
    (most, language), (next_most, _) = hits[:2]
    return language if most >= LEAST_WORDS and most >= 2 * next_most else ""


def spoken(told: str, wrote: str, country: str) -> tuple[str, str]:
    """(language, where it is known from) of one person; both empty when nothing says.

    >>> spoken("", "", "FR")
    ('fr', 'their country')
    """
    for language, source in (
        (code_of(told) if told else "", "their language in HubSpot"),
        (of_text(wrote) if wrote else "", "what they wrote"),
        (of_country(country) if country else "", "their country"),
    ):
        if language:
            return language, source
    return "", ""
