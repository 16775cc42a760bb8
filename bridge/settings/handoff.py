"""The model of `handoff:` in `config/bridge.yaml`: which people are one handoff, and what Sales receives beside the record."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from bridge.settings.base import Settings


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
    note: Literal["when_cut", "always", "never"] = Field(
        default="when_cut", description="The whole brief as a linked note: when the field could not hold it, or always."
    )
    campaigns: dict[str, str] = Field(
        default_factory=dict,
        description="Form → Salesforce campaign (name or id); a form named like a campaign needs no line.",
        examples=[{"Request a demo": "Pricing page retargeting"}],
    )
