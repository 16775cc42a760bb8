"""The model of `handoff:` in `config/bridge.yaml`: which people are one handoff, and what Sales receives beside the record."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from bridge.settings.base import Settings, problem


class LaneLists(Settings):
    """Names of the HubSpot lists of the lanes, one list a lane. `leadbridge setup` makes them; an empty name makes none."""

    sales: str = Field(default="leadbridge: with Sales", description="Handed over, or part of a handoff.")
    room: str = Field(default="leadbridge: waiting for room in Sales", description="Qualified, waits for room.")
    caller: str = Field(default="leadbridge: for the caller", description="Something is missing; a person asks.")
    research: str = Field(default="leadbridge: to be researched", description="Senior people who say little.")
    automation: str = Field(default="leadbridge: automation and partners", description="Low value.")
    nurture: str = Field(default="leadbridge: nurture", description="Not ready yet.")
    nobody: str = Field(default="leadbridge: with nobody", description="Rejected, or removed by Sales.")

    @model_validator(mode="after")
    def _are_different(self) -> Self:
        names = [name.casefold() for name in self.named().values()]
        twice = next((name for name in self.named().values() if names.count(name.casefold()) > 1), None)
        if twice is not None:
            raise problem(f"two lanes have the list '{twice}'", "Give each lane a name of its own, or an empty one.")
        return self

    def named(self) -> dict[str, str]:
        """Lane → the name of its list, of those that are wanted."""
        return {lane: name for lane in type(self).model_fields if (name := str(getattr(self, lane)).strip())}


class Handoff(Settings):
    """One organisation's people are one handoff: one owner, one task, one chart."""

    window: int = Field(
        default=30, ge=1, le=3650, description="Days in which qualified people of one organisation join its handoff."
    )
    others: Literal["chart", "lead"] = Field(
        default="chart",
        description="New people beside the best placed one: `chart` names them there, `lead` makes each a lead as well.",
    )
    alarm: tuple[Literal["decision_maker", "hot_act"], ...] = Field(
        default=("decision_maker", "hot_act"),
        description="What gives the owner a second task; anything else updates the first.",
    )
    hot_again: int = Field(
        default=7,
        ge=0,
        le=3650,
        description="Days in which further hot acts change the text of a hot task; after that one makes another.",
    )
    note: Literal["when_cut", "always", "never"] = Field(
        default="when_cut", description="The whole brief as a linked note: when the field could not hold it, or always."
    )
    lists: LaneLists = Field(
        default_factory=LaneLists, description="Names of the HubSpot lists of the lanes; an empty name makes none."
    )
    campaigns: dict[str, str] = Field(
        default_factory=dict,
        description="Form → Salesforce campaign (name or id); a form named like a campaign needs no line.",
        examples=[{"Request a demo": "Pricing page retargeting"}],
    )
