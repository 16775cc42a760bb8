"""Shadow mode: what speaks for an account that somebody else gave a lead."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from bridge.decisions import Evidence
from bridge.frozen import frozen
from bridge.stages.reconcile.account_profile import unpack
from bridge.stages.reconcile.accounts import candidates_of
from bridge.stages.reconcile.candidates import with_given
from bridge.stages.reconcile.columns import lead_columns
from bridge.stages.reconcile.explain import reasons_for, waterfall
from bridge.stages.reconcile.features import FEATURES, compare
from bridge.stages.reconcile.lead_profile import lead_keys, lead_profile
from bridge.stages.reconcile.memory import MemoryDirectory
from bridge.stages.reconcile.model import Model, load_model, rivals_of
from bridge.stages.reconcile.values import MatchSettings, Probe
from bridge.stages.reconcile.vetoes import seen_in

_SAME_DOMAIN = FEATURES.index("same_domain")


@frozen
class Given:
    """What we think of the account that was given: one sentence, the score it would have had with us, its waterfall."""

    sentence: str
    score: float = 0.0
    evidence: tuple[Evidence, ...] = ()


def explain_given(
    probes: Sequence[Probe], ids: Sequence[str], directory: MemoryDirectory, model: Model | None = None
) -> list[Given]:
    """One answer per probe about the account with this id ("": none was given), compared as one candidate among all of that lead."""
    model = model or load_model()
    numbers = [directory.number_of(id_) for id_ in ids]
    told = [Given("No account was given." if not id_ else f"Account {id_} is not among the accounts.") for id_ in ids]
    leads = [lead for lead, number in enumerate(numbers) if number is not None]
    if not leads:
        return told
    profiles = [lead_profile(probes[lead]) for lead in leads]
    chosen = np.array([number for number in numbers if number is not None], dtype=np.int64)
    pairs = candidates_of(profiles, directory, MatchSettings())
    pairs = with_given(pairs, [lead_keys(profile) for profile in profiles], chosen, directory)
    seen = compare(pairs, pairs.number, lead_columns(profiles, directory), directory.columns, directory.size)
    odds = model.log_odds(seen.values)
    totals = model.calibrated(odds, rivals_of(pairs.runs, odds), seen.values[:, _SAME_DOMAIN], directory.size)
    at = (pairs.number == chosen[pairs.lead]).nonzero()[0]
    shares, values = model.contributions(seen.values[at]).tolist(), seen.values[at].tolist()
    for i, (lead, row) in enumerate(zip(leads, directory.rows(chosen), strict=True)):
        facts, total = unpack(row.payload), float(totals[at[i]])
        score = round(1 / (1 + math.exp(-max(min(total, 30.0), -30.0))), 4)
        because = ", ".join(reasons_for(seen_in(values[i]), profiles[i], facts)) or "nothing speaks for it"
        evidence = waterfall(probes[lead], profiles[i], row, facts, shares[i], model.start, total)
        told[lead] = Given(f"{row.name}: {because} (score {score:.2f}).", score, evidence)
    return told
