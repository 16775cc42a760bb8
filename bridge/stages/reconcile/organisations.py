"""Leads without an account that belong to one organisation."""

from __future__ import annotations

from collections.abc import Sequence

from bridge.decisions import Match, Outcome
from bridge.stages.reconcile.values import MatchSettings, Probe


def group_organisations(probes: Sequence[Probe], settings: MatchSettings | None = None) -> list[Match]:
    """The organisation of each probe: the id is a stable key (`domain:acme.io` or `name:acme:US`), `none` when nothing says which."""
    answers = []
    for probe in probes:
        domain, name = probe.email.rpartition("@")[2].casefold(), probe.company.casefold().strip()
        key = f"domain:{domain}" if domain else f"name:{name}:{probe.country}" if name else ""
        answers.append(
            Match(Outcome.link, key, probe.company or domain, 0.9, reason="sure") if key else Match(Outcome.none)
        )
    return answers
