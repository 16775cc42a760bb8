"""The models of `config/capacity.yaml` and `config/follow_up.yaml`: how much Sales can take, and by when it should have acted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pydantic import Field

from bridge.settings.base import Settings, Texts, did_you_mean
from bridge.settings.condition_leaves import Finding


class Cap(Settings):
    """The most somebody can have. Without a number there is no such cap."""

    open_leads: int | None = Field(
        default=None, ge=0, description="Untouched or open leads at one time.", examples=[40]
    )
    new_per_day: int | None = Field(default=None, ge=0, description="New leads in one day.", examples=[10])


class Capacity(Settings):
    """How much Sales can take. What has no room waits upstream, best first, and is released as room appears."""

    rep: Cap = Field(default_factory=Cap, description="Each rep, unless `reps` says otherwise.")
    teams: dict[str, Cap] = Field(
        default_factory=dict, description="Whole teams by name, beside the caps of their reps."
    )
    reps: dict[str, Cap] = Field(default_factory=dict, description="Single reps, named as in routing.yaml.")
    count_statuses: Texts = Field(
        default=("Open - Not Contacted", "Working - Contacted", "New", "Open", "Working"),
        description="Salesforce lead statuses that count as open.",
    )
    expires_after: int = Field(
        default=30, ge=1, le=3650, description="Days a lead waits for room before it is nurtured again."
    )


class FollowUp(Settings):
    """By when Sales should have acted on a handoff, and what happens when it has not."""

    first_touch: int = Field(default=24, ge=1, description="Hours until the first touch is due.")
    hot_first_touch: int = Field(default=4, ge=1, description="The same for hot leads.")
    remind_after: int = Field(default=24, ge=1, description="Hours without a touch until the owner is reminded.")
    escalate_after: int = Field(default=72, ge=1, description="Hours without a touch until it goes to another rep.")
    count_weekends: bool = Field(default=False, description="`false`: Saturdays and Sundays do not count.")


def check_capacity(capacity: Capacity, teams: Iterable[str]) -> Iterator[Finding]:
    """Teams must be those of routing.yaml."""
    known = tuple(teams)
    for name in capacity.teams:
        if name not in known:
            near = did_you_mean(name, known)
            yield Finding(("teams", name), f"there is no team '{name}' in routing.yaml.", near, True)


def check_follow_up(follow_up: FollowUp) -> Iterator[Finding]:
    """A reminder comes before an escalation."""
    if follow_up.escalate_after <= follow_up.remind_after:
        yield Finding(("escalate_after",), f"must be more than remind_after ({follow_up.remind_after}).")
