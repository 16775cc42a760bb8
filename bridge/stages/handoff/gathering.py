"""Which qualified people are one handoff, who stands for it, and when its owner is told a second time. Pure.

The best placed person in the decision is the primary, as long as nothing has been sent; then it stays whoever it is, unless they are rejected, or
removed by Sales, while the handoff is open: then a qualified colleague takes over. Somebody who joins later changes the task; another alarm is raised
for who takes over, for the first decision maker of a handoff that had none, and for a hot act: once, as long as the newest task is a hot one and
not too old.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from bridge.frozen import frozen
from bridge.stages.handoff.roles import DECISION_MAKER

OPENED, NEW_DECISION_MAKER, HOT_ACT, TAKES_OVER = "opened", "new_decision_maker", "hot_act", "takes_over"


@frozen
class Member:
    """Somebody who is part of a handoff, or comes to it.

    `placed` as in `roles.placed`. `there` says that Sales has them, or is being sent them at this moment; `refused` that Salesforce took
    them not. `hot_at`: when they last did something hot (milliseconds), 0 for never. `joins`: new in this handoff.
    `unwanted`: rejected, or removed by Sales.
    """

    lead_id: str
    placed: int
    role: str
    qualified: bool
    there: bool
    refused: bool = False
    hot_at: int = 0
    joins: bool = False
    unwanted: bool = False


@frozen
class Now:
    """What a handoff is before its people are looked at again; `primary` is empty for one that is being opened."""

    primary: str
    told: bool
    alarmed_at: int
    hot_until: int = 0
    """While the newest task is a hot one: until when (milliseconds) further hot acts only change its text."""
    open: bool = True
    """People still join; afterwards it stays as Sales has it."""


@frozen
class Gathered:
    """Who stands for the handoff, and why its owner is told again (empty: they are not) because of whom."""

    primary: str
    alarm: str = ""
    alarm_lead: str = ""


def gather(now: Now, members: Sequence[Member], alarms: Collection[str]) -> Gathered:
    """Look at all members of one handoff; `alarms` are the kinds that are wanted (`decision_maker`, `hot_act`)."""
    primary = _primary(now, members)
    if not now.told:
        return Gathered(primary)
    if primary != now.primary and any(one.there for one in members if one.lead_id == now.primary):
        acted = next(one.hot_at for one in members if one.lead_id == primary) > now.alarmed_at
        return Gathered(primary, HOT_ACT if acted and HOT_ACT in alarms else TAKES_OVER, primary)
    if "decision_maker" in alarms:
        had = any(one.role == DECISION_MAKER for one in members if not one.joins)
        fresh = [one for one in members if one.joins and one.role == DECISION_MAKER and one.qualified]
        if fresh and not had:
            return Gathered(primary, NEW_DECISION_MAKER, max(fresh, key=_rank).lead_id)
    if "hot_act" in alarms:
        hot = [one for one in members if one.qualified and one.hot_at > max(now.alarmed_at, now.hot_until)]
        if hot:
            return Gathered(primary, HOT_ACT, max(hot, key=lambda one: (one.hot_at, one.lead_id)).lead_id)
    return Gathered(primary)


def _primary(now: Now, members: Sequence[Member]) -> str:
    present = now.primary
    by_id = {one.lead_id: one for one in members}
    holder = by_id.get(present)
    if holder is not None and holder.there and not (holder.unwanted and now.open):
        return present
    fit = [one for one in members if one.qualified and not one.refused] or [one for one in members if one.qualified]
    if not fit:
        return present or max(members, key=_rank).lead_id
    if holder is not None and holder.there:
        return max(fit, key=lambda one: (one.there, *_rank(one))).lead_id  # whom Sales has needs no further record
    best = max(fit, key=_rank)
    if holder is not None and holder in fit and holder.placed >= best.placed:
        return present
    return best.lead_id


def _rank(one: Member) -> tuple[int, bool, str]:
    """Who Sales has already comes first among equals; then an order that is the same every time."""
    return (one.placed, one.there, one.lead_id)
