"""Small directories that know few of the leads: what is linked without asking when most leads come from companies that are no accounts."""

from __future__ import annotations

import random
from collections import Counter

from benchmarks.matching.worlds import World
from bridge.decisions import Outcome
from bridge.stages.reconcile import MemoryDirectory, account_rows, match_accounts

SEED = 5
OTHERS = 8_000  # leads of companies that are not there
HEAD = ("accounts", "leads", "of an account", "linked by domain: right / not", "linked by name: right / not", "asked")


def measure(world: World, accounts: int) -> tuple[str, ...]:
    """A row under HEAD for so many of the labelled accounts, drawn by chance, and the leads of the others beside theirs.

    What is linked by domain and not right is mostly another unit of the same organisation: several share a domain in this world.
    """
    chance = random.Random(SEED)
    some = chance.sample(world.accounts, min(accounts, len(world.accounts)))
    ids = {account.id for account in some}
    right = {
        lead: ({truth.account} | truth.acceptable) & ids for lead, truth in world.truth.items()
    }  # of the accounts that are there
    known = [lead for lead in world.leads if right[lead.id]]
    unknown = [lead for lead in world.leads if not right[lead.id]]
    leads = [*known, *chance.sample(unknown, min(OTHERS, len(unknown)))]
    matches = match_accounts(leads, MemoryDirectory(account_rows(some)))
    told = Counter(
        (match.reason, match.id in right[lead.id])
        for lead, match in zip(leads, matches, strict=True)
        if match.outcome is Outcome.link
    )
    asked = sum(match.outcome is Outcome.review for match in matches)
    cells = (f"{told[reason, True]:,} / {told[reason, False]:,}" for reason in ("same_domain", "same_name"))
    return (f"{len(some):,}", f"{len(leads):,}", f"{len(known):,}", *cells, f"{asked / len(leads):.1%}")
