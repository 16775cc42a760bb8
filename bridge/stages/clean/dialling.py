"""Quick answers for plain numbers, from the tables of `phonenumbers`; whoever gets none must ask the library itself.

Most systems hand numbers over as `+442079460018`, most people type `020 7946 0018` or `+44 20 7946 0018`. An answer is given only where the
library could not give another: the country code's first region needs no leading digits, nothing at the front can be taken for two things, and
the number fits one of the region's kinds.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

import regex
from phonenumbers import COUNTRY_CODE_TO_REGION_CODE, PhoneMetadata, country_code_for_region

_E164 = regex.compile(r"\+[1-9][0-9]{6,14}")
_PLAIN = regex.compile(r"(?:\+[1-9]|[0-9]|\([0-9])[0-9 .()-]{4,28}[0-9]")
_NOT_DIGITS = regex.compile(r"[^0-9]")
_KINDS = (
    "fixed_line",
    "mobile",
    "toll_free",
    "premium_rate",
    "shared_cost",
    "personal_number",
    "voip",
    "pager",
    "uan",
    "voicemail",
)


_ready = lru_cache(maxsize=4096)(re.compile)


class Kind(NamedTuple):
    """One kind of number of a region: its pattern, made ready when it is first asked, and its lengths."""

    pattern: str
    lengths: tuple[int, ...]

    def fits(self, number: str) -> bool:
        return len(number) in self.lengths and _ready(self.pattern).fullmatch(number) is not None


class Plan(NamedTuple):
    """What numbers of a country code look like: `general` for all, one of `kinds` besides, and what may be a trunk prefix."""

    general: Kind
    kinds: tuple[Kind, ...]
    trunk: regex.Pattern[str] | None
    abroad: regex.Pattern[str] | None
    code: str
    region: str

    def dials(self, number: str) -> bool:
        """A valid number of this plan, without country code and trunk prefix."""
        return self.general.fits(number) and any(kind.fits(number) for kind in self.kinds)


@lru_cache(maxsize=512)
def _plan(code: int) -> Plan | None:
    region = COUNTRY_CODE_TO_REGION_CODE.get(code, ("001",))[0]
    if region == "001":
        return None
    table = PhoneMetadata.metadata_for_region(region)
    if table is None or table.leading_digits is not None:
        return None
    general = _kind(table.general_desc)
    kinds = tuple(kind for name in _KINDS if (kind := _kind(getattr(table, name))) is not None)
    trunk = table.national_prefix_for_parsing
    if general is None:
        return None
    abroad = table.international_prefix
    return Plan(
        general, kinds, regex.compile(trunk) if trunk else None, regex.compile(abroad) if abroad else None, str(code), region
    )  # fmt: skip


def _kind(description: object) -> Kind | None:
    pattern = getattr(description, "national_number_pattern", None)
    lengths = tuple(length for length in getattr(description, "possible_length", None) or () if length > 0)
    return Kind(pattern, lengths) if pattern and lengths else None


def surely_dialable(text: str) -> bool:
    """True when `text` is a valid number in E.164 and is written just so by the library."""
    if not _E164.fullmatch(text):
        return False
    for digits in (1, 2, 3):  # no country code begins with another one
        code = int(text[1 : digits + 1])
        if code in COUNTRY_CODE_TO_REGION_CODE:
            plan, number = _plan(code), text[digits + 1 :]
            if plan is None or (plan.trunk is not None and plan.trunk.match(number)):
                return False
            return plan.dials(number)
    return False


class Dialable(NamedTuple):
    """A number in E.164, and whether its country code was the region's and not typed."""

    value: str
    assumed: bool


def surely_meant(text: str, region: str | None) -> Dialable | None:
    """The number that digits, blanks, dots, dashes and brackets surely mean; None: ask the library.

    >>> surely_meant("(020) 7946 0018", "GB"), surely_meant("+44 20 7946-0018", None), surely_meant("020 7946 0018", None)
    (Dialable(value='+442079460018', assumed=True), Dialable(value='+442079460018', assumed=False), None)
    """
    if not _PLAIN.fullmatch(text):
        return None
    digits = _NOT_DIGITS.sub("", text)
    if text[0] == "+":
        value = f"+{digits}"
        return Dialable(value, False) if surely_dialable(value) else None
    plan = _plan_of(region) if region else None
    if plan is None or digits.startswith(plan.code) or (plan.abroad is not None and plan.abroad.match(digits)):
        return None
    trunk = plan.trunk.match(digits) if plan.trunk is not None else None
    if trunk is not None:
        if any(trunk.groups()):
            return None  # what the prefix becomes is for the library
        digits = digits[trunk.end() :]
    return Dialable(f"+{plan.code}{digits}", True) if plan.dials(digits) else None


@lru_cache(maxsize=512)
def _plan_of(region: str) -> Plan | None:
    """The plan of a region that is the first of its country code."""
    plan = _plan(country_code_for_region(region))
    return plan if plan is not None and plan.region == region else None
