"""People change employers, and organisations get accounts: a handoff goes with whoever stands for it, and who is left behind leaves it.

Without it those who come in at the former organisation would join a handoff whose chart is of another one, and Sales would never see them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from bridge.frozen import frozen
from bridge.staging import due, handoffs
from bridge.staging.handoffs import Handoff


@frozen
class Moved:
    """The handoffs by id as they are now, and the leads that are part of theirs no more."""

    handoffs: Mapping[int, Handoff]
    left: frozenset[str]


def follow(
    connection: Connection,
    found: Sequence[Handoff],
    organisations: Mapping[str, str],
    parts: Mapping[str, int],
    now: datetime,
) -> Moved:
    """Settle whose handoffs go elsewhere. `organisations`: lead just decided → organisation; `parts`: lead → the handoff it is part of."""
    by_id = {one.id: one for one in found}
    moved = _moved(found, organisations, parts)
    if moved:
        handoffs.rehome(connection, moved)
        by_id |= {id_: replace(by_id[id_], organisation_id=home) for id_, home in moved.items()}
    strays = {
        lead_id: id_
        for lead_id, id_ in parts.items()
        if id_ in by_id
        and by_id[id_].primary_lead_id != lead_id
        and by_id[id_].organisation_id != organisations[lead_id]
    }
    if not moved and not strays:
        return Moved(by_id, frozenset())
    members = [row for row in handoffs.members(connection, {*moved, *strays.values()}) if not row.there]
    behind = [row.lead_id for row in members if row.handoff_id in moved and row.lead_id not in organisations]
    due.mark(connection, behind, now)
    settled = handoffs.settled(connection, set(strays.values()), now)
    absent = {row.lead_id for row in members if row.handoff_id in settled}
    return Moved(by_id, frozenset(absent.intersection(strays)))


def _moved(found: Sequence[Handoff], organisations: Mapping[str, str], parts: Mapping[str, int]) -> dict[int, str]:
    """Handoff → organisation, for those whose primary is at another one now."""
    going = [
        one
        for one in found
        if one.state == "open"
        and parts.get(one.primary_lead_id) == one.id
        and organisations.get(one.primary_lead_id, one.organisation_id) != one.organisation_id
    ]
    taken = {one.organisation_id for one in found if one.state == "open"} - {one.organisation_id for one in going}
    moved: dict[int, str] = {}
    for one in going:
        home = organisations[one.primary_lead_id]
        # Where another handoff is open already this one is its primary's alone.
        moved[one.id] = f"lead:{one.primary_lead_id}:{one.id}" if home in taken else home
        taken.add(home)
    return moved
