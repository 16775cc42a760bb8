"""What forbids joining two people without asking, and what speaks for one person, in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from bridge.stages.reconcile.people_features import PEOPLE_FEATURES
from bridge.stages.reconcile.person_profile import PersonProfile, first_names_agree

AT = {feature: position for position, feature in enumerate(PEOPLE_FEATURES)}
ONE_COMPANY, TWO_COMPANIES = 1, 5
"""The feature `domains` where both have an address of a company: of one and the same, or each of their own."""
SAME_COMPANY = 0.9  # how alike the names of two such companies are that are one, mistyped: a word of the trade makes strangers alike
PERSON_VETOES = {
    "other_first_name": "the first names differ (a shared mailbox or a family's phone?)",
    "other_last_name": "the last names differ (a shared mailbox, or a new name?)",
    "other_phone_and_email": "both phone and e-mail address differ",
    "two_companies": "they write from two companies whose names differ",
    "other_company_and_name": "they write from two companies, and the last names are not quite the same",
    "own_addresses": "each has an address of the company that spells the name it stands with",
    "name_alone": "only the name speaks for it",
}


def doubt_of(vetoes: Sequence[str]) -> str:
    """The end of a sentence about a pair that is not joined for these."""
    return "; but " + ", and ".join(PERSON_VETOES[veto] for veto in vetoes) if vetoes else ""


def person_vetoes(values: NDArray[np.float32], ours: PersonProfile, theirs: PersonProfile) -> tuple[str, ...]:
    """What forbids joining two records without asking."""
    row: Mapping[str, float] = {feature: float(values[at]) for feature, at in AT.items()}
    found = []
    if row["first"] == 0 and row["first_likeness"] < 0.8 and row["swapped"] < 0.8:
        found.append("other_first_name")
    if 0 <= row["last_likeness"] < 0.8 and row["swapped"] < 0.8:
        found.append("other_last_name")
    if (
        row["phone"] < 0
        and row["email"] < 0
        and row["domains"] in (ONE_COMPANY, TWO_COMPANIES)
        and row["local_likeness"] < 0.9
    ):
        found.append("other_phone_and_email")
    if row["domains"] == TWO_COMPANIES and row["phone"] <= 0 and 0 <= row["last_likeness"] < 1:
        found.append("other_company_and_name")
    if row["domains"] == TWO_COMPANIES and row["phone"] <= 0 and 0 <= row["company"] < SAME_COMPANY:
        found.append("two_companies")
    if row["domains"] == ONE_COMPANY and row["email"] < 0 and row["phone"] <= 0 and _spelt_apart(ours, theirs):
        found.append("own_addresses")
    if (
        max(row[same] for same in ("email", "phone", "title", "city")) <= 0
        and max(row["company"], row["local_likeness"]) < 0.7
    ):
        found.append("name_alone")
    return tuple(found)


def _spelt_apart(ours: PersonProfile, theirs: PersonProfile) -> bool:
    """Do both addresses spell names that differ: thomas.becker@ and thomas.beckert@?"""
    if ours.first == theirs.last or ours.last == theirs.first:
        return False
    firsts = (ours.first, theirs.first) if first_names_agree(ours.first, theirs.first) == 0 else ("", "")
    return any(
        a != b and min(len(a), len(b)) > 2 and a in ours.local and b in theirs.local
        for a, b in (firsts, (ours.last, theirs.last))
    )


def elsewhere(values: NDArray[np.float32]) -> bool:
    """True for namesakes at two companies: other address, no phone in common, other company. The same name alone joins nobody."""
    row: Mapping[str, float] = {feature: float(values[at]) for feature, at in AT.items()}
    return row["email"] < 0 and row["phone"] <= 0 and 0 <= row["company"] < 0.7


def person_reasons(values: NDArray[np.float32]) -> list[str]:
    """What speaks for one person, in words."""
    row: Mapping[str, float] = {feature: float(values[at]) for feature, at in AT.items()}
    words = []
    if row["full_name"] > 0 and row["last_likeness"] >= 0:
        words.append("same name" if row["last_likeness"] == 1 else "same name with first and last exchanged")
    elif row["first"] >= 0.7 or row["first_likeness"] >= 0.8:
        words.append("nickname or initial of the same name" if 0.5 < row["first"] < 0.95 else "nearly the same name")
    if row["email"] > 0:
        words.append("same mailbox, used by many" if row["role"] > 0 else "same e-mail address")
    elif row["local_likeness"] >= 0.85:
        words.append("nearly the same e-mail address")
    if row["phone"] > 0:
        words.append("same phone")
    if row["company"] >= 0.85:
        words.append("same company")
    return words or ["several small agreements"]
