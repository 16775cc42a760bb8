"""`phone`: E.164 (`+442079460018`), with the extension in the spelling `+44 20 7946 0018 ext. 12` where the field has room.

Options: `style: e164 | international | national`, `extension: keep | drop`, `keep_original: true` (a number that cannot be dialled is
written as typed). A number without country code is read in the person's region; without one it is refused, never guessed.
"""

from __future__ import annotations

from functools import lru_cache

import phonenumbers
import regex
from phonenumbers import (
    NumberParseException,
    PhoneNumber,
    PhoneNumberFormat,
    country_code_for_region,
    ndd_prefix_for_region,
)

from bridge.decisions import Cleaned
from bridge.stages.clean.answers import Change, Changes, FormatContext, done, nothing, refused, text_option, written
from bridge.stages.clean.dialling import surely_meant
from bridge.stages.clean.text import tidy

_STYLES = {
    "e164": PhoneNumberFormat.E164,
    "international": PhoneNumberFormat.INTERNATIONAL,
    "national": PhoneNumberFormat.NATIONAL,
}
_EXTENSION_WORDS = (
    r"durchwahl|dw\.?|poste|interno|int\.?|anexo|ramal|toestel|tst\.?|app\.|доб\.?|внутр\.?|wew\.?|dahili|linka|mellék|"
    r"שלוחה|内線|内线|转|轉|分机|내선"
)
_SEPARATOR = regex.compile(
    rf"\s*(?:[|\n]|;(?!\s*ext)|,(?!\s*(?:ext|x|#|{_EXTENSION_WORDS}))|[~〜](?=\s*\d{{1,4}}$)|"
    r"\s/\s|/(?=\s*[+(0]{1}\d{2,})|\b(?:or|oder|ou|and|und|et|o)\b)\s*",
    regex.I,
)
_EXTENSION_FIRST = regex.compile(rf"[,\s]*(?<!\p{{L}})(?:{_EXTENSION_WORDS})\s*:?\s*(?=\d{{1,7}}$)", regex.I)
_IN_BRACKETS = regex.compile(rf"[(（]\s*((?:ext|x|#|{_EXTENSION_WORDS})[\w.]*[\s.:#]*\d{{1,7}})\s*[)）]$", regex.I)
_DAY = regex.compile(r"(?:0?[1-9]|[12]\d|3[01])([./-])(?:0?[1-9]|[12]\d|3[01])\1(?:19|20)\d{2}")
_MEXICAN = regex.compile(r"(?:\+|00)?52\s*1(?=(?:[\s().-]*\d){10}$)")
_IN_MEXICO = regex.compile(r"0(?:1|44|45)(?=(?:[\s().-]*\d){10}$)")
_LABEL = regex.compile(
    r"^(?:tel(?:efon|ephone|éfono|efono)?|phone|mobile?|mob|cell|handy|fon|fax|office|work|home|t|m|p|ph|direct)\s*[.:]*\s*(?=[+(\d])",
    regex.I,
)
_DASHED = regex.compile(r"\s+[-–]\s*(?=\d{1,5}$)")
_LETTERS = regex.compile(r"\p{L}")
_VANITY = regex.compile(r"\+?[\d\s().-]*\d{3}[\s.-]*[A-Z](?:[A-Z\d\s-]*[A-Z\d])?", regex.I)
_EXT = regex.compile(r"[\s,;]*(?:ext(?:ension|n)?|x|#)[\s.:=#]*(\d{1,7})$", regex.I)
_APART = regex.compile(r"\d\s+/\s+\d")


def phone(raw: object, context: FormatContext) -> Cleaned:
    """One number; of several the first that can be dialled, the others in the note."""
    text, changes = tidy(raw)
    if not text:
        return nothing(raw, changes)
    if _DAY.fullmatch(text):
        return _unusable(raw, text, context, changes)
    typed, text = text, _IN_BRACKETS.sub(r" \1", text)
    if text_option(context, "style", "e164") == "e164" and (sure := surely_meant(text, context.region)) is not None:
        assumed: Changes = (_assumed(context.region),) if sure.assumed else ()
        return written(raw, text, sure.value, (*changes, *assumed))
    if len(_APART.findall(text)) == 1 and (whole := _number(text, context.region)) is not None:  # 089 / 12 34 56
        return _answer(raw, text, whole[0], context, (*changes, *whole[1]))
    parts = [part for part in _SEPARATOR.split(text) if part] if _SEPARATOR.search(text) else [text]
    for part in parts:
        found = _number(part, context.region)
        if found is None:
            continue
        number, how = found
        others = [other for other in parts if other != part]
        several = (Change("several_numbers", f"not used: {'; '.join(others)}"),) if others else ()
        return _answer(raw, text, number, context, (*changes, *how, *several))
    return _unusable(raw, typed, context, changes)


def _assumed(region: str | None) -> Change:
    return Change("region_assumed", f"read as a number of {region}")


def _number(text: str, region: str | None) -> tuple[PhoneNumber, Changes] | None:
    """The valid number in `text`, and what had to be assumed. Letters are digits only where no number is whole without them."""
    text = _EXT.sub(r" ext. \1", _EXTENSION_FIRST.sub(" ext. ", _LABEL.sub("", text)))
    how: Changes = ()
    bare = _EXT.sub("", text)
    if letter := _LETTERS.search(bare):
        if not _VANITY.fullmatch(bare.strip()):
            return _within(text, region)
        before = bare[: letter.start()].rstrip(" -–.,:/(")
        if (whole := _number(before, region)) is not None:  # whole without them: words, not digits
            return whole[0], (Change("number_found_in_text", f"found in '{text}'"), *whole[1])
        how = (Change("letters_as_digits", "letters turned into digits"),)
    number = _parsed(text, region) or _parsed(_DASHED.sub(" ext. ", text), region)
    if number is None:
        return None
    if number.country_code_source == phonenumbers.CountryCodeSource.FROM_DEFAULT_COUNTRY:
        with_code = _without_plus(text, region)
        if with_code is not None:
            return with_code, (*how, Change("region_assumed", f"{with_code.country_code} read as the code of {region}"))
        how = (*how, _assumed(region))
    return number, how


@lru_cache(maxsize=8192)
def _parsed(text: str, region: str | None) -> PhoneNumber | None:
    for candidate in _readings(text, region):
        try:
            number = phonenumbers.parse(candidate, region, keep_raw_input=True)
        except NumberParseException:
            continue
        if phonenumbers.is_valid_number(number):
            return number
    return None


def _without_plus(text: str, region: str | None) -> PhoneNumber | None:
    """`49 170 1234567` in Germany: the plus sign is lost more often (spreadsheets) than the 0 in front of a town's code 0491."""
    code = str(country_code_for_region(region)) if region else ""
    trunk = ndd_prefix_for_region(region, strip_non_digits=True) if region else ""
    if not trunk or trunk == code or not text.startswith(code):
        return None
    return _parsed(f"+{text}", region)


def _readings(text: str, region: str | None) -> tuple[str, ...]:
    """As typed; with 00 for the plus sign (the trunk prefix of most countries, but not of every region a form is filled in); without the 1 for
    mobiles and the 01, 044 and 045 that Mexico gave up in 2019 and that still stand in address books and messengers."""
    found = (text, f"+{text[2:]}") if text.startswith("00") else (text,)
    if region == "MX" or text.startswith(("+52", "0052")):
        found += (_MEXICAN.sub("+52", text),)
    return (*found, _IN_MEXICO.sub("", text)) if region == "MX" else found


def _within(text: str, region: str | None) -> tuple[PhoneNumber, Changes] | None:
    for match in phonenumbers.PhoneNumberMatcher(text, region):
        number = phonenumbers.parse(match.raw_string, region, keep_raw_input=True)
        how: Changes = (Change("number_found_in_text", f"found in '{text}'"),)
        if number.country_code_source == phonenumbers.CountryCodeSource.FROM_DEFAULT_COUNTRY:
            how = (*how, _assumed(region))
        return number, how
    return None


def _answer(raw: object, text: str, number: PhoneNumber, context: FormatContext, changes: Changes) -> Cleaned:
    style = _STYLES.get(text_option(context, "style", "e164"), PhoneNumberFormat.E164)
    extension = number.extension
    bare = PhoneNumber(
        country_code=number.country_code,
        national_number=number.national_number,
        italian_leading_zero=number.italian_leading_zero,
        number_of_leading_zeros=number.number_of_leading_zeros,
    )
    value = phonenumbers.format_number(bare, style)
    if extension:
        full = (
            value
            if style == PhoneNumberFormat.NATIONAL
            else phonenumbers.format_number(bare, PhoneNumberFormat.INTERNATIONAL)
        )
        full = f"{full} ext. {extension}"
        if text_option(context, "extension", "keep") == "keep" and _has_room(full, context):
            value = full
        else:
            changes = (*changes, Change("extension_dropped", f"extension {extension} left out"))
    if value != text:
        changes = (*changes, Change("reformatted", f"written as {value}"))
    return done(raw, value, changes)


def _has_room(text: str, context: FormatContext) -> bool:
    target = context.target
    if target is None:
        return True
    return target.type in ("phone", "string", "text", "rich_text") and (not target.length or len(text) <= target.length)


def _unusable(raw: object, text: str, context: FormatContext, changes: Changes) -> Cleaned:
    note = "cannot be dialled"
    if context.region is None and not text.startswith(("+", "00")):
        note = "no country code, and the person's country is not known"
    if context.options.get("keep_original") is True:
        return done(raw, text, (*changes, Change("not_a_phone", f"{note}; written as typed")))
    return refused(raw, "not_a_phone", note, changes)
