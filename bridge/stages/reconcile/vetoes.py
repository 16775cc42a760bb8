"""What forbids linking without asking, however high the score: each veto is a named rule with its words for a person."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from rapidfuzz.fuzz import ratio

from bridge.stages.reconcile.account_profile import AccountFacts
from bridge.stages.reconcile.features import FEATURES
from bridge.stages.reconcile.lead_profile import LeadProfile

_AT = {feature: position for position, feature in enumerate(FEATURES)}
Row = Callable[[str], float]

VETOES = {
    "two_close_accounts": "another account fits almost as well",
    "country_differs": "the account is in another country and only the name speaks for it",
    "shared_domain": "several accounts use this web domain and neither name nor place tells which",
    "acronym_only": "only an abbreviation speaks for it",
    "domain_of_another": "the lead's web domain belongs to another account",
    "namesakes": "several accounts have this name and neither place nor phone tells which",
    "other_words": "each name has a telling word that the other lacks",
    "more_words": "the company has a telling word that the account's name lacks",
    "part_of_name": "only a part of the account's name is the same",
    "own_words": "its web domain spells a word that the account's name lacks",
    "kind_and_place": "only the kind of organisation and the place are the same",
    "other_kind": "the company is another kind of organisation",
    "other_school": "schools are told apart by the one word that is left over",
    "many_towns": "many towns have one of this name, and nothing says that it is the one in this town",
}
TELLING = 0.6
"""How rare a word is that tells one name from another, as a share of the rarest there is."""
ALIKE = 70  # of 100: names whose parts may stand for the whole
SAME_CITY = 0.8
SAME_LABEL = 0.95
HALF = 0.5
MOST_COVERED = 0.7
"""Of the weight of a company's words: when more of it is in the account's name, one more word makes no other company."""


def seen_in(values: Sequence[float]) -> Row:
    """Read one pair's features by name."""
    return lambda feature: values[_AT[feature]]


def vetoes_of(row: Row, gap: float, least_gap: float, *, alone_here: bool = False) -> tuple[str, ...]:
    """The vetoes against linking this pair; `gap` is the distance in log-odds to the runner-up, `alone_here` says that no other account of
    this name is in a place that fits as well."""
    same_domain, nameless = row("same_domain") > 0, row("no_company") > 0
    cover = 0.0 if nameless else min(row("lead_cover"), row("account_cover"))
    told = row("place_lead") > 0 or row("same_phone") > 0 or row("state") > 0
    found = []
    if gap < least_gap:
        found.append("two_close_accounts")
    if not same_domain and row("country") < 0 and row("label_likeness") < 1:
        found.append("country_differs")
    if same_domain and nameless and row("domain_sharing") > math.log(2.5) and not told:
        found.append("shared_domain")
    if not same_domain and cover < 0.2 and 0 < row("acronym") <= 4 and not _spelt_at_home(row):
        found.append("acronym_only")
    if not same_domain and row("foreign_domain") > 0 and row("exact") <= 0:
        found.append("domain_of_another")
    if not same_domain and row("exact") > 0 and row("namesakes") > math.log(2.5) and not (told or alone_here):
        found.append("namesakes")
    if not same_domain and cover > 0 and row("lead_rest") >= TELLING and not _explained(row, cover):
        if row("account_rest") >= TELLING:
            found.append("other_words")
        elif row("lead_cover") < MOST_COVERED:
            found.append("more_words")
    return tuple(found)


def _spelt_at_home(row: Row) -> bool:
    """Does a web domain say the abbreviation or the name, in the same city when it is an abbreviation (International Business Machines, ibm.com)?"""
    if max(row("label_name"), row("name_label")) >= SAME_LABEL:
        return True
    return row("city") >= SAME_CITY and max(row("acronym_label"), row("label_acronym")) > 2


def _explained(row: Row, cover: float) -> bool:
    """Words that the other name lacks are no riddle when only blanks differ, when one name is the other's abbreviation, when the web address
    has them, or when they share more than they do not and the city is the same."""
    if max(row("exact"), row("acronym"), row("acronym_label"), row("label_acronym"), row("web_word")) > 0:
        return True
    return max(row("label_name"), row("name_label")) >= SAME_LABEL or (cover > HALF and row("city") >= SAME_CITY)


def _doubled(profile: LeadProfile, facts: AccountFacts) -> bool:
    """Does the one say twice what the other says once ("Johnson & Johnson", "Johnson")?"""
    one, other = sorted((profile.names[0].plain, facts.names[0][2]), key=len)
    return other == one + one


def part_of_name(row: Row, profile: LeadProfile, facts: AccountFacts) -> tuple[str, ...]:
    """The veto against an account of which only a part of the name is the same ("Danske Invest - Europa", "University of Maryland - University
    College"). A name with words of its own is a former one or a brand. A single word may be another name for it ("SARTHI"), and so may a part in
    the same city, or of names that are alike as a whole."""
    if row("exact") <= 0 or row("same_domain") > 0 or not facts.names or not profile.names:
        return ()
    if _doubled(profile, facts):
        return ("part_of_name",)
    if row("city") >= SAME_CITY:
        return ()
    ours, theirs = [name.squash for name in profile.names], {squash: words for words, squash, _ in facts.names}
    whole = next(iter(theirs))
    same = next((name for name in ours if name in theirs), whole)
    alias = len(theirs[same]) == 1 if same == ours[0] else ratio(ours[0], whole) >= ALIKE
    if same == whole or alias or (same == ours[0] and not set(theirs[same]) <= set(theirs[whole])):
        return ()
    return ("part_of_name",)
