"""What forbids linking without asking, however high the score: each veto is a named rule with its words for a person."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from bridge.stages.reconcile.features import FEATURES

_AT = {feature: position for position, feature in enumerate(FEATURES)}
Row = Callable[[str], float]

VETOES = {
    "two_close_accounts": "another account fits almost as well",
    "country_differs": "the account is in another country and only the name speaks for it",
    "shared_domain": "several accounts use this web domain and neither name nor place tells which",
    "acronym_only": "only an abbreviation speaks for it",
    "domain_of_another": "the lead's web domain belongs to another account",
    "namesakes": "several accounts have this name and neither place nor phone tells which",
}


def seen_in(values: Sequence[float]) -> Row:
    """Read one pair's features by name."""
    return lambda feature: values[_AT[feature]]


def vetoes_of(row: Row, gap: float, least_gap: float) -> tuple[str, ...]:
    """The vetoes against linking this pair; `gap` is the distance in log-odds to the runner-up."""
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
    if not same_domain and cover < 0.2 and 0 < row("acronym") <= 4 and max(row("label_name"), row("name_label")) < 0.95:
        found.append("acronym_only")
    if not same_domain and row("foreign_domain") > 0 and row("exact") <= 0:
        found.append("domain_of_another")
    if not same_domain and row("exact") > 0 and row("namesakes") > math.log(2.5) and not told:
        found.append("namesakes")
    return tuple(found)
