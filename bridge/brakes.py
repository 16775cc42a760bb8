"""Brakes: a run that would do more than expected stops, shows its plan, and lets exactly that plan through when it is approved."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import blake2b

from bridge.errors import BrakePulled


def fingerprint(parts: Iterable[str]) -> str:
    """A short name for exactly this plan."""
    digest = blake2b(digest_size=4)
    for part in sorted(parts):
        digest.update(part.encode() + b"\n")
    return digest.hexdigest()


def hold_change(number: int, versions: str, limit: int, approved: str) -> None:
    """Raise when a changed file would re-decide more than `limit` leads and `versions` (the files' content) is not approved."""
    if number > limit and approved != versions:
        raise BrakePulled(
            f"the changed files would decide {number:,} leads again (brake: {limit:,}); nothing was decided or sent",
            f"Look at it with: leadbridge plan. Let exactly these files through with: leadbridge sync --approve {versions}",
        )


def hold_send(lead_ids: Iterable[str], limit: int, approved: str) -> None:
    """Raise when more than `limit` new handoffs would be sent at once and exactly this set is not approved."""
    ids = list(lead_ids)
    if len(ids) <= limit:
        return
    name = fingerprint(ids)
    if approved != name:
        raise BrakePulled(
            f"{len(ids):,} new leads would go to Sales in this run (brake: {limit:,}); nothing was sent",
            f"Look at them with: leadbridge status. Let exactly these through with: leadbridge sync --approve {name}",
        )
