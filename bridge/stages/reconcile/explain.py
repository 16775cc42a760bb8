"""A match in words and weights: the waterfall of evidence, and one sentence for a rep."""

from __future__ import annotations

import math
from collections.abc import Sequence

from bridge.decisions import Evidence
from bridge.index_rows import IndexRow
from bridge.stages.reconcile.account_profile import AccountFacts
from bridge.stages.reconcile.features import GROUPS
from bridge.stages.reconcile.lead_profile import LeadProfile
from bridge.stages.reconcile.values import Probe
from bridge.stages.reconcile.vetoes import VETOES, Row


def waterfall(
    probe: Probe,
    profile: LeadProfile,
    account: IndexRow,
    facts: AccountFacts,
    shares: Sequence[float],
    start: float,
    total: float,
) -> tuple[Evidence, ...]:
    """Start, what each kind of evidence added, and what the other candidates took away; the sum is `total`, the log-odds of the score."""
    ours_domains = ", ".join(domain.name for domain in profile.domains) or profile.provider
    theirs_domains = ", ".join(facts.domains)
    ours_place = ", ".join(filter(None, (probe.city, probe.country)))
    theirs_place = ", ".join(filter(None, (facts.city, facts.country)))
    company = probe.company or probe.hubspot_company_name
    values = {
        "company name": (company, account.name),
        "acronym": (company, account.name),
        "web domain": (ours_domains, theirs_domains),
        "web domain against name": (ours_domains or company, theirs_domains or account.name),
        "place": (ours_place, theirs_place),
        "phone": (probe.phone, "the same"),
        "state": (probe.state, ""),
    }
    parts = [Evidence("start", round(start, 3))]
    for group, weight in zip(GROUPS, shares, strict=True):
        if abs(weight) >= 0.005:
            parts.append(Evidence(group, round(weight, 3), *values.get(group, ())))
    rest = total - sum(part.weight for part in parts)
    return (*parts, Evidence("certainty among all candidates", round(rest, 3)))


def reasons_for(row: Row, profile: LeadProfile, facts: AccountFacts) -> list[str]:
    """What speaks for the account, strongest first, in words."""
    words = [_domain_words(row, profile, facts), _name_words(row), _place_words(row)]
    return [part for part in (*words, "same phone number" if row("same_phone") > 0 else "") if part]


def sentence(outcome: str, name: str, reasons: Sequence[str], vetoes: Sequence[str], runner_up: str) -> str:
    """One sentence for a rep."""
    because = ", ".join(reasons)
    if outcome == "link":
        return f"Matched to {name}: {because}." if because else f"Matched to {name}."
    doubts = [VETOES[veto] for veto in vetoes]
    if runner_up and "two_close_accounts" in vetoes:
        doubts[vetoes.index("two_close_accounts")] = f"{runner_up} fits almost as well"
    but = "; but " + ", and ".join(doubts) if doubts else ""
    return f"Perhaps the account {name}: {because}{but}." if because else f"Perhaps the account {name}{but}."


def _domain_words(row: Row, profile: LeadProfile, facts: AccountFacts) -> str:
    if row("same_domain") > 0:
        name = next((domain.name for domain in profile.domains if domain.name in facts.domains), "")
        others = round(math.expm1(row("domain_sharing"))) - 1
        used = (
            "used by no other account"
            if others < 1
            else f"shared with {others} other account{'s' if others > 1 else ''}"
        )
        return f"same web domain ({name}, {used})"
    if row("label_likeness") >= 0.999:
        return "same web name under another ending"
    if row("label_acronym") > 0 or row("label_name") >= 1.9:
        return "its web domain fits the account's name"
    if row("web_word") > 0:
        return "the company as typed stands in the account's web address"
    if row("name_label") >= 0.999 or row("acronym_label") > 1:
        return "the company as typed fits the account's web domain"
    return ""


def _name_words(row: Row) -> str:
    if row("no_company") > 0:
        return ""
    cover = min(row("lead_cover"), row("account_cover"))
    if row("exact") > 0:
        return "same name"
    if row("acronym") > 0 and cover < 0.5:
        return "one is the other's abbreviation"
    if row("typing") >= 0.72 and cover >= 0.6:
        return "same name but for a typing error"
    if cover >= 0.9:
        return "nearly the same name"
    if cover >= 0.5:
        return "similar name"
    if row("account_cover") >= 0.9:
        return "the company as typed contains the account's name"
    return "some words of the name" if row("lead_cover") > 0.3 else ""


def _place_words(row: Row) -> str:
    city, country = row("city") >= 0.9 or row("city_named") > 0, row("country")
    if country < 0:
        return "another country"
    if city and country > 0:
        return "same city and country"
    return "same city" if city else "same country" if country > 0 else ""
