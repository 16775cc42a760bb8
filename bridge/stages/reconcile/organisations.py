"""Leads without an account that belong to one organisation: a stable key for each, and why.

A business web domain says it best; without one, the company's name in its one form together with the country. Mail providers' domains and
what people type when they have no company never make an organisation.
"""

from __future__ import annotations

from collections.abc import Sequence

from bridge.decisions import Evidence, Match, Outcome
from bridge.stages.reconcile.domains import domain_of_email
from bridge.stages.reconcile.lead_profile import LeadProfile, lead_profile
from bridge.stages.reconcile.values import MatchSettings, Probe

DOMAIN_WEIGHT, NAME_WEIGHT, COUNTRY_WEIGHT = (
    4.0,
    2.0,
    1.0,
)  # in log-odds; a domain alone is enough, a name needs no rival


def group_organisations(probes: Sequence[Probe], settings: MatchSettings | None = None) -> list[Match]:
    """The organisation of each probe: the id is a stable key (`domain:acme.io` or `name:acme:US`), `none` when nothing says which."""
    return [_organisation(probe, lead_profile(probe)) for probe in probes]


def _organisation(probe: Probe, profile: LeadProfile) -> Match:
    name = probe.company if profile.names else ""
    mail = domain_of_email(probe.email)
    own = mail if mail is not None and not mail.shared else profile.domains[0] if profile.domains else None
    if own is not None:
        source = probe.email.rpartition("@")[2] if own is mail else probe.website or probe.hubspot_company_domain
        return Match(
            Outcome.link, f"domain:{own.name}", name or probe.hubspot_company_name or own.name, 0.98, 20.0,
            (Evidence("web domain", DOMAIN_WEIGHT, source, own.name),), reason="same_domain",
            sentence=f"Belongs to the organisation with the web domain {own.name}.",
        )  # fmt: skip
    if profile.names:
        squash, country = profile.names[0].squash, profile.country
        evidence = [Evidence("company name", NAME_WEIGHT, name, squash)]
        if country:
            evidence.append(Evidence("country", COUNTRY_WEIGHT, probe.country, country))
        shown = name or probe.hubspot_company_name
        return Match(
            Outcome.link, f"name:{squash}:{country}", shown, 0.95 if country else 0.88, 20.0, tuple(evidence), reason="same_name",
            sentence=f"Belongs to the organisation called {shown}{f' in {country}' if country else ''}; no web domain of its own is known.",
        )  # fmt: skip
    words = (
        "What was typed as company names none." if profile.garbage else "Neither a company nor its web domain is known."
    )
    return Match(Outcome.none, reason="no_company", sentence=words)
