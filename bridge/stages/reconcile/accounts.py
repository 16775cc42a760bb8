"""Which account a lead belongs to: candidates, comparison, score, and a decision with gap and veto."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

from bridge.decisions import Match, Outcome
from bridge.frozen import frozen
from bridge.index_rows import IndexRow, Ruling
from bridge.stages.reconcile.account_profile import unpack
from bridge.stages.reconcile.candidates import Pairs, find_candidates
from bridge.stages.reconcile.columns import AccountColumns, Floats, account_columns, lead_columns
from bridge.stages.reconcile.explain import reasons_for, sentence, waterfall
from bridge.stages.reconcile.features import FEATURES, Seen, compare
from bridge.stages.reconcile.groups import Runs
from bridge.stages.reconcile.keys import question_key
from bridge.stages.reconcile.lead_profile import LeadProfile, lead_keys, lead_profile, once_key
from bridge.stages.reconcile.local_names import had_in_many_towns
from bridge.stages.reconcile.memory import MemoryDirectory
from bridge.stages.reconcile.model import Model, load_model, rivals_of
from bridge.stages.reconcile.name_vetoes import another_organisation, name_vetoes, place_besides
from bridge.stages.reconcile.values import AccountDirectory, MatchSettings, Probe
from bridge.stages.reconcile.vetoes import SAME_CITY, Row, part_of_name, seen_in, vetoes_of

CHUNK = 2_000
BIG = 100_000  # accounts
LEAST_SHARE = 0.25  # of the best candidate's rarity sum; those below are not compared
_SAME_DOMAIN = FEATURES.index("same_domain")
_NAMESAKES = tuple(map(FEATURES.index, ("exact", "country", "city", "namesakes")))
MOST_NAMESAKES = math.log(17)  # of one name: so few are surely among those that are compared
_WORDS_BESIDES = frozenset(["more_words", "other_words", "kind_and_place"])
_REFUSED = np.float32(-50)
OWN_DOMAIN = 0.06
"""Who writes from a web domain of their company's own is linked by name at so much less: of 3,971 such leads that training had not seen .937 instead
of .933 are linked, at a precision of .9936 instead of .9938; behind mail providers the same would cost .007 of precision."""
ONE_ACCOUNT = math.log(2.5)  # more than log(1 + 1), less than log(1 + 2)


@frozen
class _Best:
    """A lead's best candidate and its runner-up, with all that a decision and its explanation need."""

    probe: Probe
    profile: LeadProfile
    account: IndexRow
    values: list[float]
    shares: list[float]
    total: float  # calibrated log-odds
    gap: float
    alone_here: bool  # no other account of this name is in a place that fits as well
    second: IndexRow | None
    second_score: float


def match_accounts(
    probes: Sequence[Probe],
    directory: AccountDirectory,
    settings: MatchSettings | None = None,
    model: Model | None = None,
) -> list[Match]:
    """The account of each probe, in order: linked, to be reviewed, or none."""
    settings, model = settings or MatchSettings(), model or load_model()
    matches: list[Match] = []
    for begin in range(0, len(probes), CHUNK):
        matches += _match_chunk(probes[begin : begin + CHUNK], directory, settings, model)
    return matches


def fingerprint(probe: Probe) -> int:
    """What makes two leads the same question, so that a person's answer is remembered (see `staging.directory.record_ruling`)."""
    return _fingerprint(probe, lead_profile(probe))


def candidate_features(
    profiles: Sequence[LeadProfile], directory: AccountDirectory, settings: MatchSettings
) -> tuple[Pairs, Seen]:
    """All candidates of these leads, laid side by side."""
    pairs = candidates_of(profiles, directory, settings)
    accounts, at = _columns(pairs, directory)
    return pairs, compare(pairs, at, lead_columns(profiles, directory), accounts, directory.size)


def candidates_of(profiles: Sequence[LeadProfile], directory: AccountDirectory, settings: MatchSettings) -> Pairs:
    """The accounts worth comparing with each of these leads."""
    keys = [lead_keys(profile) for profile in profiles]
    return find_candidates(keys, directory, partial(_how_many, settings.candidates), LEAST_SHARE)


def _how_many(candidates: int, size: int) -> int:
    """The more accounts, the more look alike: twice as many are compared at ten times BIG."""
    return round(candidates * (1 + math.log10(max(size / BIG, 1))))


def _fingerprint(probe: Probe, profile: LeadProfile) -> int:
    """Company, web domain and country; of a name that many towns have, the town, too. Who names neither company nor domain asks for himself alone."""
    if not profile.names and not profile.domains:
        return question_key(f"question of:{probe.id}")
    names = profile.names[0].squash if profile.names else ""
    domains = ",".join(sorted(domain.name for domain in profile.domains))
    town = f"|{profile.city}" if not domains and had_in_many_towns(probe.company, profile) else ""
    return question_key(f"question:{names}|{domains}|{profile.country}{town}")


def _columns(pairs: Pairs, directory: AccountDirectory) -> tuple[AccountColumns, NDArray[np.int64]]:
    """The accounts of all pairs as columns, and each pair's row in them."""
    if isinstance(directory, MemoryDirectory):
        return directory.columns, pairs.number
    if len(pairs.runs.starts) == 1:  # the candidates of one lead: each comes once
        distinct, at = pairs.number, np.arange(len(pairs.number))
    else:
        distinct, at = np.unique(pairs.number, return_inverse=True)
    return account_columns(directory.payloads(distinct), directory), at


def _match_chunk(
    probes: Sequence[Probe], directory: AccountDirectory, settings: MatchSettings, model: Model
) -> list[Match]:
    profiles = [lead_profile(probe) for probe in probes]
    prints = [_fingerprint(probe, profile) for probe, profile in zip(probes, profiles, strict=True)]
    profiles = _with_known(probes, profiles, directory)
    pairs, seen = candidate_features(profiles, directory, settings)
    odds = model.log_odds(seen.values)
    rulings = directory.rulings(prints)
    if rulings:
        odds = _without_refused(odds, pairs, prints, rulings, directory)
    bests = _bests(probes, profiles, pairs, seen, odds, directory, model)
    matches = [
        _decide(best, settings, model) if best else _nothing(profile)
        for best, profile in zip(bests, profiles, strict=True)
    ]
    return [
        _obey(match, rulings[print_], directory) if print_ in rulings else match
        for match, print_ in zip(matches, prints, strict=True)
    ]


def _with_known(probes: Sequence[Probe], profiles: list[LeadProfile], directory: AccountDirectory) -> list[LeadProfile]:
    """ "ex-IBM" is no company; "ex-Cell-O" is one where an account is called so."""
    asked = {at: key for at, probe in enumerate(probes) if (key := once_key(probe))}
    if not asked:
        return profiles
    counts = directory.counts(np.array(list(asked.values()), dtype=np.int64))
    found = {at for at, count in zip(asked, counts.tolist(), strict=True) if count}
    return [lead_profile(probes[at], known=True) if at in found else one for at, one in enumerate(profiles)]


def _without_refused(
    odds: NDArray[np.float32],
    pairs: Pairs,
    prints: Sequence[int],
    rulings: Mapping[int, Sequence[Ruling]],
    directory: AccountDirectory,
) -> NDArray[np.float32]:
    refused = {
        (lead, ruling.id)
        for lead, print_ in enumerate(prints)
        for ruling in rulings.get(print_, ())
        if not ruling.confirmed
    }
    rows = directory.rows(pairs.number)
    gone = [(lead, row.id) in refused for lead, row in zip(pairs.lead.tolist(), rows, strict=True)]
    return np.where(gone, _REFUSED, odds)


def _bests(
    probes: Sequence[Probe],
    profiles: Sequence[LeadProfile],
    pairs: Pairs,
    seen: Seen,
    odds: NDArray[np.float32],
    directory: AccountDirectory,
    model: Model,
) -> list[_Best | None]:
    """Each lead's best candidate (None: there is none)."""
    bests: list[_Best | None] = [None] * len(probes)
    if len(odds) == 0:
        return bests
    order = np.lexsort((pairs.number, -odds, pairs.lead))
    runs = pairs.runs
    alone = runs.lengths == 1
    best, second = order[runs.starts], order[np.minimum(runs.starts + 1, len(order) - 1)]
    totals = model.calibrated(odds, rivals_of(runs, odds), seen.values[:, _SAME_DOMAIN], directory.size)
    gaps = np.where(alone, 20.0, odds[best] - odds[second])
    values = seen.values[best]
    columns = (
        pairs.lead[best],
        odds[best] > _REFUSED,
        values,
        model.contributions(values),
        totals[best],
        gaps,
        _alone_here(runs, seen.values, best),
        alone,
        totals[second],
    )
    rows, seconds = directory.rows(pairs.number[best]), directory.rows(pairs.number[second])
    told = zip(rows, seconds, *(column.tolist() for column in columns), strict=True)
    for row, next_, lead, hopeful, seen_, shares, total, gap, here, only, next_total in told:
        if hopeful:
            bests[lead] = _Best(
                probes[lead], profiles[lead], row, seen_, shares, total, gap, here,
                None if only else next_, 0.0 if only else _probability(next_total),
            )  # fmt: skip
    return bests


def _alone_here(runs: Runs, values: Floats, best: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Of each lead: is its best candidate in its country, and no other one of that name there, or in its city as the best one is? Only where
    all of that name were compared."""
    exact, country, city, known = (values[:, at] for at in _NAMESAKES)
    here = city >= SAME_CITY
    rival = (exact > 0) & (country >= 0) & (here | ~here[best].repeat(runs.lengths))
    rival[best] = False
    others = np.add.reduceat(rival, runs.starts)
    found: NDArray[np.bool_] = (others == 0) & (country[best] > 0) & (known[best] <= MOST_NAMESAKES)
    return found


def _decide(best: _Best, settings: MatchSettings, model: Model) -> Match:
    row = seen_in(best.values)
    score = _probability(best.total)
    facts = unpack(best.account.payload)
    vetoes = (
        *vetoes_of(row, best.gap, settings.gap, alone_here=best.alone_here),
        *part_of_name(row, best.profile, facts),
    )
    by_name = settings.link_by_name_at - (OWN_DOMAIN if best.profile.domains else 0.0)
    needed = settings.link_at if row("same_domain") > 0 else by_name
    likely = score + (best.second_score if best.gap < settings.gap else 0.0)  # of a tie, that it is one of the two
    likely = max(likely, settings.review_at if _alone_on_domain(row) else 0.0)
    if likely >= settings.review_at:  # else it is none in any case
        vetoes += name_vetoes(best.values, best.probe.company, best.account.name, best.profile, facts)
        if not _WORDS_BESIDES.isdisjoint(vetoes) and place_besides(best.profile, facts):
            vetoes = tuple(veto for veto in vetoes if veto not in _WORDS_BESIDES)
        vetoes = tuple(dict.fromkeys(vetoes))
    outcome, reason = _outcome(score, likely, needed, vetoes, settings, row("same_domain") > 0)
    another = another_organisation(best.values, vetoes, best.profile, facts)
    if another:
        outcome, reason = Outcome.none, "too_unlike"
    name, second = best.account.name, best.second
    if outcome is Outcome.none:
        unlike = "in another country" if "country_differs" in vetoes and row("exact") > 0 else "too unlike"
        unlike = "another organisation by name and web domain" if another else unlike
        words = f"No account fits; the nearest, {name}, is {unlike}."
    else:
        reasons = reasons_for(row, best.profile, facts)
        words = sentence(outcome.value, name, reasons, vetoes, second.name if second else "")
    return Match(
        outcome, None if outcome is Outcome.none else best.account.id, name, round(score, 4), round(best.gap, 3),
        waterfall(best.probe, best.profile, best.account, facts, best.shares, model.start, best.total), vetoes,
        second.id if second else None, round(best.second_score, 4), reason, words,
    )  # fmt: skip


def _alone_on_domain(row: Row) -> bool:
    """A person looks at the only account on the lead's own web domain, however little else fits: a subsidiary abroad, a former name."""
    return row("same_domain") > 0 and row("domain_sharing") < ONE_ACCOUNT


def _outcome(
    score: float, likely: float, needed: float, vetoes: Sequence[str], settings: MatchSettings, same_domain: bool
) -> tuple[Outcome, str]:
    """The decision and its reason code."""
    if likely < settings.review_at and "shared_domain" not in vetoes:
        return Outcome.none, "too_unlike"
    if score >= needed and not vetoes:
        return Outcome.link, "same_domain" if same_domain else "same_name"
    return Outcome.review, vetoes[0] if vetoes else "not_sure"


def _nothing(profile: LeadProfile) -> Match:
    if profile.garbage and not profile.domains:
        return Match(
            Outcome.none,
            reason="no_company",
            sentence="What was typed as company names none, and the e-mail address is private.",
        )
    if not profile.names and not profile.domains:
        return Match(
            Outcome.none, reason="no_company", sentence="Neither a company nor a company's web domain is known."
        )
    return Match(Outcome.none, reason="no_candidate", sentence="No account has a similar name or the same web domain.")


def _obey(match: Match, rulings: Sequence[Ruling], directory: AccountDirectory) -> Match:
    """What a person confirmed is linked, whatever the score says; what they refused is not proposed again."""
    confirmed = next((ruling.id for ruling in rulings if ruling.confirmed), None)
    if confirmed is None:
        return match
    words = "A person confirmed this account for the same company, web domain and country."
    same = match.id == confirmed
    return replace(
        match, outcome=Outcome.link, id=confirmed, name=match.name if same else "", score=1.0, vetoes=(), reason="confirmed", sentence=words,
        evidence=match.evidence if same else (),
    )  # fmt: skip


def _probability(log_odds: float) -> float:
    return 1 / (1 + math.exp(-max(min(log_odds, 30.0), -30.0)))
