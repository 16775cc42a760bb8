"""What each format makes, which options it has, and which fields it suits. The clean stage does the work."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field

from bridge.frozen import frozen

ANY = ("any text",)
YES_NO = ("true", "false")

LINE = ("string", "text", "rich_text")
CHOICE = (*LINE, "picklist", "multipicklist")
NUMBERS = ("integer", "number", "currency", "percent")

COUNT = {"count": ("bytes",)}
"""Every format that makes text: count as Salesforce counts some fields, by bytes with entities."""


@frozen
class FormatFacts:
    """`fits`: types of the live schema it may be written to. `room`: characters a field should have at least.
    `reads`: types of the live schema it can be made from, apart from text. `options`: option → values it can have."""

    sentence: str
    fits: tuple[str, ...]
    room: int = 0
    reads: tuple[str, ...] = ()
    options: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


SPLIT = {"split": YES_NO, **COUNT}
DATES = {"formats": ANY, "zone": ANY}
NUMBER = {"locale": ("en", "de", "fr", "ch", "es", "pt", "machine"), "currency": ANY, "round": YES_NO}
PHONE = {"style": ("e164", "international", "national"), "extension": ("keep", "drop"), "keep_original": YES_NO}
TEXT_READS = ("picklist", "multipicklist", "number", "integer", "boolean", "date", "datetime", "id", "reference")

FORMATS: dict[str, FormatFacts] = {
    "person_name": FormatFacts("A name as its owner writes it.", LINE, options=COUNT),
    "first_name": FormatFacts("Given names.", LINE, options=SPLIT),
    "last_name": FormatFacts("The family name.", LINE, options=SPLIT),
    "full_name": FormatFacts("The whole name, given names first.", LINE, options=COUNT),
    "email": FormatFacts("One e-mail address, small letters in the domain.", ("email", *LINE), 80),
    "phone": FormatFacts("One number, +442079460018.", ("phone", *LINE), 16, ("number", "integer"), PHONE),
    "country_code": FormatFacts("The country as DE.", CHOICE, 2, ("picklist",)),
    "country_name": FormatFacts("The country as the org's picklist wants it, else in English.", CHOICE, 20, ("picklist",)),
    "state_code": FormatFacts("State or province as CA.", CHOICE, 2, ("picklist",)),
    "state_name": FormatFacts("State or province as the org wants it, else in English.", CHOICE, 20, ("picklist",)),
    "postal_code": FormatFacts("A postal code as the country writes it.", LINE, 10, ("number", "integer")),
    "website": FormatFacts("A company's site.", ("url", *LINE), 80),
    "domain": FormatFacts("A registered domain, acme.io.", ("url", *LINE), 40, (), {"shared": ("keep",)}),
    "url": FormatFacts("Any link.", ("url", *LINE), 80),
    "date": FormatFacts("A day.", ("date", "string", "text"), 10, ("date", "datetime"), DATES),
    "datetime": FormatFacts("A moment, kept in UTC.", ("datetime", "date", "string", "text"), 24, ("date", "datetime"), DATES),
    "integer": FormatFacts("A whole number.", (*NUMBERS, "string", "text"), 0, (*NUMBERS, "picklist"), NUMBER),
    "decimal": FormatFacts("An exact number.", (*NUMBERS[1:], "string", "text"), 0, (*NUMBERS, "picklist"), NUMBER),
    "money": FormatFacts("An exact amount.", (*NUMBERS[1:], "string", "text"), 0, (*NUMBERS, "picklist"), NUMBER),
    "boolean": FormatFacts("True or false.", ("boolean", "picklist", "string", "text"), 0, ("boolean", "picklist", "number")),
    "picklist": FormatFacts("One choice, by value or label.", CHOICE, 0, TEXT_READS),
    "multi_picklist": FormatFacts("Several choices, a;b;c.", CHOICE, 0, ("picklist", "multipicklist")),
    "text": FormatFacts("One line of text.", (*CHOICE, "phone", "url", "email"), 0, TEXT_READS, {"html": ("keep",), **COUNT}),
    "long_text": FormatFacts("Readable text with its line breaks, made from HTML if need be.", LINE, 1000, TEXT_READS, COUNT),
    "rich_text": FormatFacts("HTML with a few allowed tags.", ("rich_text",), 1000, (), COUNT),
    "company_name": FormatFacts("A company's name; fillers such as n/a are refused.", LINE, options=COUNT),
    "job_title": FormatFacts("A job title; fillers are refused.", LINE, options=COUNT),
    "identifier": FormatFacts("An id, as it is.", ("id", "reference", *LINE), 18, ("number", "integer", "id", "reference")),
}  # fmt: skip
