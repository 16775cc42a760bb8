"""The models of `config/capacity.yaml` and `config/follow_up.yaml`: how much Sales can take, and by when it should have acted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Literal, Self

from pydantic import Field, model_validator

from bridge.settings.base import Settings, Texts, did_you_mean, problem
from bridge.settings.condition_leaves import Finding, twins


class Cap(Settings):
    """The most somebody can have. Without a number there is no such cap."""

    open_leads: int | None = Field(
        default=None, ge=0, description="Untouched or open leads at one time.", examples=[40]
    )
    new_per_day: int | None = Field(
        default=None,
        ge=0,
        description="New leads in one day, from midnight to midnight in `time_zone` of routing.yaml.",
        examples=[10],
    )


class Expired(Settings):
    """What becomes of a lead that waited too long for room."""

    to: Literal["nurture", "caller", "team"] = Field(
        default="nurture", description="`nurture` it again, hand it to the `caller`, or to another `team`."
    )
    team: str | None = Field(default=None, description="The team of routing.yaml that takes it, for `to: team`.")

    @model_validator(mode="after")
    def _names_the_team(self) -> Self:
        if (self.to == "team") != (self.team is not None):
            raise problem("needs `team` with `to: team`, and only then")
        return self


class Capacity(Settings):
    """How much Sales can take. What has no room waits upstream, best first, and is released as room appears."""

    rep: Cap = Field(default_factory=Cap, description="Each rep, unless `reps` says otherwise.")
    teams: dict[str, Cap] = Field(
        default_factory=dict, description="Whole teams by name, beside the caps of their reps."
    )
    reps: dict[str, Cap] = Field(default_factory=dict, description="Single reps, named as in routing.yaml.")
    count_statuses: Texts = Field(
        min_length=1,
        default=("Open - Not Contacted", "Working - Contacted", "New", "Open", "Working"),
        description="Salesforce lead statuses that count as open.",
    )
    segments: dict[str, Cap] = Field(default_factory=dict, description="Whole segments by name, over all reps.")
    expires_after: int = Field(default=30, ge=1, le=3650, description="Days a lead waits for room.")
    expired: Expired = Field(default_factory=Expired, description="What becomes of it then.")

    def cap_of(self, rep: Cap | None, team: str) -> Cap:
        """The tightest cap of one rep: their own or everybody's, and the team's."""
        own = rep or self.rep
        whole = self.teams.get(team)
        return (
            own
            if whole is None
            else Cap(open_leads=own.open_leads, new_per_day=_least(own.new_per_day, whole.new_per_day))
        )


def _least(one: int | None, other: int | None) -> int | None:
    known = [number for number in (one, other) if number is not None]
    return min(known, default=None)


class FollowUp(Settings):
    """By when Sales should have acted on a handoff, and what happens when it has not."""

    first_touch: int = Field(default=24, ge=1, description="Hours until the first touch is due.")
    hot_first_touch: int = Field(default=4, ge=1, description="The same for hot leads.")
    remind_after: int = Field(
        default=24, ge=1, description="Hours without a touch until the owner is reminded. Nobody is reminded yet."
    )
    escalate_after: int = Field(
        default=72, ge=1, description="Hours without a touch until it goes to another rep. Nothing goes yet."
    )
    count_weekends: bool = Field(default=False, description="`false`: Saturdays and Sundays do not count.")


def check_capacity(
    capacity: Capacity, teams: Iterable[str], segments: Iterable[str] | None = None
) -> Iterator[Finding]:
    """A rep has one cap; teams must be those of routing.yaml, segments those of definition.yaml (None: it cannot be read)."""
    known = tuple(teams)
    yield from twins(capacity.reps, ("reps",))
    if capacity.expired.team is not None and capacity.expired.team not in known:
        near = did_you_mean(capacity.expired.team, known)
        yield Finding(("expired", "team"), f"there is no team '{capacity.expired.team}' in routing.yaml.", near)
    for name in capacity.segments if segments is not None else ():
        if name not in (all_segments := tuple(segments or ())):
            near = did_you_mean(name, all_segments)
            yield Finding(("segments", name), f"there is no segment '{name}' in definition.yaml.", near, True)
    for name in capacity.teams:
        if name not in known:
            near = did_you_mean(name, known)
            yield Finding(("teams", name), f"there is no team '{name}' in routing.yaml.", near, True)


def check_follow_up(follow_up: FollowUp) -> Iterator[Finding]:
    """A reminder comes before an escalation."""
    if follow_up.escalate_after <= follow_up.remind_after:
        yield Finding(("escalate_after",), f"must be more than remind_after ({follow_up.remind_after}).")
