"""`integer`, `decimal`, `money`: exact numbers, `Decimal` from end to end.

Read: a sign before or behind, (1,200) as minus, `500,-` as 500, k / M / million and their like, a currency sign or code, a percent sign.
Refused: ranges, words, `5 10`, `5 mil` without a locale, and `1.234` or `1,234` while nobody says which sign stands for decimals.
Options: `locale: en | de | fr | ch | es | pt | machine` (machine: point for decimals, no grouping), `currency: EUR` (any other one is
refused), `round: false` (refuse instead of rounding half up).
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal, InvalidOperation, localcontext

import regex

from bridge.decisions import Cleaned
from bridge.stages.clean.answers import Change, Changes, FormatContext, done, nothing, refused, text_option
from bridge.stages.clean.text import tidy
from bridge.stages.clean.words import words

DECIMAL_POINTS = {
    "machine": ".", "en": ".", "us": ".", "gb": ".", "ch": ".", "ie": ".", "au": ".", "in": ".", "jp": ".", "mx": ".",
    "de": ",", "fr": ",", "es": ",", "it": ",", "nl": ",", "pt": ",", "br": ",", "at": ",", "pl": ",", "se": ",", "dk": ",", "no": ",", "fi": ",",
}  # fmt: skip
MULTIPLIERS = {
    "k": 3, "tsd": 3, "thousand": 3, "tausend": 3, "mille": 3, "m": 6, "mn": 6, "mm": 6, "mio": 6, "million": 6, "millions": 6,
    "millionen": 6, "millones": 6, "milioni": 6, "b": 9, "bn": 9, "mrd": 9, "billion": 9, "billions": 9, "milliard": 9, "milliarden": 9,
    "milliards": 9,
}  # fmt: skip
# A million in English, a thousand in Spanish and Portuguese.
_MIL = {"en": 6, "us": 6, "gb": 6, "ie": 6, "au": 6, "es": 3, "mx": 3, "pt": 3, "br": 3}
_LONG_SCALE = words("de at fr es mx it nl pt pl se dk no fi")  # there a billion is a million millions
SYMBOLS = {
    "€": "EUR", "£": "GBP", "¥": "JPY", "₹": "INR", "₩": "KRW", "₽": "RUB", "₺": "TRY", "zł": "PLN", "us$": "USD", "r$": "BRL", "a$": "AUD",
    "c$": "CAD", "s$": "SGD", "hk$": "HKD", "nz$": "NZD", "mx$": "MXN", "$": "$",
}  # fmt: skip
_DOLLARS = words("USD CAD AUD NZD SGD HKD MXN ARS CLP COP TWD")
CODES = words("""
    EUR USD GBP JPY CHF INR CAD AUD NZD SEK NOK DKK PLN CZK HUF RON TRY BRL MXN CNY KRW SGD HKD ZAR RUB ILS AED SAR
    THB
""")
_RANGE = regex.compile(
    r"\d[\d.,\s'kKmM€$£]*\s*(?:-|–|—|to|bis|à|until|\.\.+)\s*[€$£]?\s*\d|[<>≤≥~]|\d\s*\+$|^(?:up to|over|under|about|ca\.?|max|min)\b",
    regex.I,
)
_NUMBER = regex.compile(
    r"(?P<sign>[-+−]?)(?P<number>\d[\d.,'’\s]*|[.,]\d+)(?P<after>[-−]?)\s*(?P<word>\p{L}*)\.?\s*(?P<percent>%?)"
)
_MACHINE = regex.compile(r"-?[0-9]{1,40}")  # no sign that could stand for thousands
_CODE = regex.compile(r"(?<!\p{L})[A-Za-z]{3}(?!\p{L})")
_BLANKS = regex.compile(r"[\s'’]")
_APART = regex.compile(r"\d{1,3}(?:[\s'’]\d{3})+(?:[.,]\d+)?")  # thousands in threes; `5 10` are two numbers
_ROUND = regex.compile(r"(?<=\d)[.,]\s?[-–—−]{1,2}$")  # `500,-` and `500.–` are 500 and no minus
BIGGEST_INTEGER = 2_147_483_647  # what a 32-bit integer field holds when its schema names no digits


def integer(raw: object, context: FormatContext) -> Cleaned:
    """An `int`; decimals are refused unless they are zero."""
    cleaned = _number(raw, context, "integer")
    if not isinstance(cleaned.value, Decimal):
        return cleaned
    changes = (Change(cleaned.reason, cleaned.note),) if cleaned.reason else ()
    if cleaned.value != cleaned.value.to_integral_value():
        return refused(raw, "not_a_whole_number", "has decimals", changes)
    return done(raw, int(cleaned.value), changes)


def decimal(raw: object, context: FormatContext) -> Cleaned:
    """A `Decimal`, rounded half up to the field's scale with a reason."""
    return _number(raw, context, "decimal")


def money(raw: object, context: FormatContext) -> Cleaned:
    """A `Decimal` amount; the currency goes into the note."""
    return _number(raw, context, "money")


def _number(raw: object, context: FormatContext, kind: str) -> Cleaned:
    if isinstance(raw, bool):
        return refused(raw, "not_a_number", "yes or no, not a number")
    if isinstance(raw, int | float | Decimal):
        exact = Decimal(repr(raw)) if isinstance(raw, float) else Decimal(raw)
        return (
            _fitted(raw, exact, context, (), kind) if exact.is_finite() else refused(raw, "not_a_number", "not finite")
        )
    text, changes = tidy(raw)
    if not text:
        return nothing(raw, changes)
    return _from_text(raw, text, context, changes, kind)


def _from_text(raw: object, text: str, context: FormatContext, changes: Changes, kind: str) -> Cleaned:
    if _MACHINE.fullmatch(text):
        return _fitted(raw, Decimal(text), context, changes, kind)
    bare, currency = _without_currency(text)
    bare = _ROUND.sub("", bare)
    if _RANGE.search(bare):
        return refused(raw, "number_range", "a range or a limit, not one number", changes)
    minus = bare.startswith("(") and bare.endswith(")")
    match = _NUMBER.fullmatch(bare[1:-1].strip() if minus else bare)
    locale = _locale(context)
    zeros = _zeros(match["word"].lower(), locale) if match is not None else None
    if match is None or zeros is None or (match["percent"] and kind == "money"):
        return refused(raw, "not_a_number", "not a number", changes)
    if zeros < 0:
        return refused(raw, "ambiguous_number", f"{match['word']} means another number in another language", changes)
    wanted = text_option(context, "currency").upper()
    if currency and wanted and currency != wanted and not (currency == "$" and wanted in _DOLLARS):
        return refused(raw, "other_currency", f"in {currency}, the field holds {wanted}", changes)
    number = match["number"].strip()
    if _BLANKS.search(number) and not _APART.fullmatch(number):
        return refused(raw, "ambiguous_number", "several numbers, or one with odd gaps", changes)
    plain = _plain(number, locale)
    if plain is None:
        return refused(raw, "ambiguous_number", "point or comma may be decimal or thousands; name the locale", changes)
    try:
        value = Decimal(plain)
    except InvalidOperation:  # digits of a script that this Python does not know yet
        return refused(raw, "not_a_number", "not a number", changes)
    if match["word"]:
        value = value.scaleb(zeros)
        changes = (*changes, Change("multiplier_read", f"{text} read as {value:f}"))
    if currency:
        changes = (*changes, Change("currency_read", f"typed in {currency}"))
    negative = minus or "-" in (match["sign"], match["after"]) or "−" in (match["sign"], match["after"])
    return _fitted(raw, -value if negative else value, context, changes, kind)


def _locale(context: FormatContext) -> str:
    """`de` of `de` and `de_DE`; `machine` stays."""
    named = text_option(context, "locale").lower()
    return named if named == "machine" else named[-2:]


def _zeros(word: str, locale: str) -> int | None:
    """The zeros that a word behind a number stands for; -1 when that depends on the language, None when it is no such word."""
    if word == "mil":
        return _MIL.get(locale, -1)
    if word in ("billion", "billions") and locale in _LONG_SCALE:
        return -1
    return MULTIPLIERS.get(word) if word else 0


def _without_currency(text: str) -> tuple[str, str]:
    """The rest and the currency, by sign, by code, or by both where they agree: `$5,000 USD`."""
    sign = next((symbol for symbol in SYMBOLS if symbol in text.lower()), "")
    found = SYMBOLS.get(sign, "")
    if sign:
        at = text.lower().index(sign)
        text = (text[:at] + text[at + len(sign) :]).strip()
    for code in _CODE.findall(text):
        named = code.upper()
        if named in CODES and (found in ("", named) or (found == "$" and named in _DOLLARS)):
            return text.replace(code, "", 1).strip(), named
    return (text if sign else text.replace("( ", "(")), found


def _plain(number: str, locale: str) -> str | None:
    """The number with a point for decimals and nothing between thousands; None when it can be read in two ways."""
    number = _BLANKS.sub("", number)
    point = DECIMAL_POINTS.get(locale) or _decimal_sign(number)
    if point is None:
        return None
    grouping = "," if point == "." else "."
    whole, _, part = number.partition(point)
    if point in part or grouping in part or not _well_grouped(whole, grouping):
        return None
    return f"{whole.replace(grouping, '') or '0'}.{part}" if part else whole.replace(grouping, "") or None


def _decimal_sign(number: str) -> str | None:
    """Point or comma for decimals, from the number alone; None when both readings make sense."""
    signs = [sign for sign in number if sign in ".,"]
    if not signs:
        return "."
    if len(set(signs)) == 2:
        return signs[-1]
    sign, other = signs[0], "," if signs[0] == "." else "."
    if len(signs) > 1:
        return other
    whole, _, part = number.partition(sign)
    groups = len(part) == 3 and 1 <= len(whole) <= 3 and not whole.startswith("0")
    return None if groups else sign


def _well_grouped(whole: str, grouping: str) -> bool:
    """Thousands in threes; Indian lakh and crore in twos before the last three. None begins with a zero: `0.500` is a half, not five hundred."""
    parts = whole.split(grouping)
    if len(parts) == 1:
        return True
    return (
        1 <= len(parts[0]) <= 3
        and parts[0][0] != "0"
        and len(parts[-1]) == 3
        and all(len(part) in (2, 3) for part in parts[1:-1])
    )


def _fitted(raw: object, value: Decimal, context: FormatContext, changes: Changes, kind: str) -> Cleaned:
    """`value` within the field's digits: `precision` in all, `scale` of them behind the point."""
    target = context.target
    scale = target.scale if target is not None and target.precision and kind != "integer" else None
    try:
        with localcontext() as exact:
            exact.prec = 60
            if scale is not None and -value.as_tuple().exponent > scale:  # type: ignore[operator] # finite, so a number
                rounded = value.quantize(Decimal(1).scaleb(-scale), rounding=ROUND_HALF_UP)
                if rounded != value:
                    if context.options.get("round") is False:
                        return refused(raw, "number_too_big", f"more than {scale} decimals", changes)
                    changes = (*changes, Change("rounded", f"{value:f} rounded to {rounded:f}"))
                value = rounded
    except InvalidOperation:
        return refused(raw, "number_too_big", "more digits than any field holds", changes)
    limit = 10 ** (target.precision - target.scale) if target is not None and target.precision else 10**18
    if kind == "integer" and (target is None or not target.precision):
        limit = BIGGEST_INTEGER + 1
    if abs(value) >= limit:
        return refused(raw, "number_too_big", "more digits than the field holds", changes)
    return done(raw, value, changes)
