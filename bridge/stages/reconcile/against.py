"""Shadow mode: what speaks for an account that somebody else gave a lead."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from bridge.stages.reconcile.account_profile import unpack
from bridge.stages.reconcile.candidates import Pairs
from bridge.stages.reconcile.columns import lead_columns
from bridge.stages.reconcile.explain import reasons_for
from bridge.stages.reconcile.features import compare
from bridge.stages.reconcile.lead_profile import lead_profile
from bridge.stages.reconcile.memory import MemoryDirectory
from bridge.stages.reconcile.model import load_model
from bridge.stages.reconcile.values import Probe
from bridge.stages.reconcile.vetoes import seen_in


def explain_given(probes: Sequence[Probe], ids: Sequence[str], directory: MemoryDirectory) -> list[str]:
    """One sentence per probe about the account with this id ("": no account was given)."""
    numbers = [directory.number_of(id_) for id_ in ids]
    leads = [lead for lead, number in enumerate(numbers) if number is not None]
    told = ["No account was given." if not id_ else f"Account {id_} is not among the accounts." for id_ in ids]
    if not leads:
        return told
    profiles = [lead_profile(probes[lead]) for lead in leads]
    chosen = np.array([number for number in numbers if number is not None], dtype=np.int64)
    pairs = Pairs(np.arange(len(leads)), chosen)
    seen = compare(pairs, chosen, lead_columns(profiles, directory), directory.columns, directory.size)
    odds = load_model().log_odds(seen.values)
    for i, (lead, row) in enumerate(zip(leads, directory.rows(chosen), strict=True)):
        reasons = reasons_for(seen_in(seen.values[i]), profiles[i], unpack(row.payload))
        because = ", ".join(reasons) or "nothing speaks for it"
        told[lead] = f"{row.name}: {because} (log-odds {odds[i]:+.1f})."
    return told
