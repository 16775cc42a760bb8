"""What happens in the demo's third cycle: ten edits as marketing would make them, and one as Sales would, as data.

Each is chosen so that its effect is plain: one lead, one reason. `expect` says it in words; nothing here decides it. The edits are made of steps
that the sandbox's control port performs as they stand, once `step.given` has ids in place of its `Ref`s (`with_ids`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from connectors.sandbox.world import Ref
from connectors.sandbox.worlds.landmarks import MARKS, Landmark, rows


@dataclass(frozen=True, slots=True)
class Step:
    """One act of a person: its name at the control port and what it is given; a `Ref` in it stands for the id of that thing."""

    act: str
    given: Mapping[str, Any]

    def with_ids(self, id_of: Callable[[str, str], str]) -> dict[str, Any]:
        """What to send: every `Ref` replaced by the id that `id_of(kind, key)` knows."""
        return {name: _resolved(value, id_of) for name, value in self.given.items()}


@dataclass(frozen=True, slots=True)
class Edit:
    """One edit of one landmark: the steps that make it, in order; what it is, and what should follow, in words."""

    landmark: str
    steps: tuple[Step, ...]
    says: str
    expect: str

    @property
    def mark(self) -> Landmark:
        """The record it is about; its `system` is where the steps are done."""
        return MARKS[self.landmark]


def marketing() -> tuple[Edit, ...]:
    """Ten edits in HubSpot."""
    return (
        _typed("held_no_title", {"jobtitle": "Director of Procurement"},
               "Michael Aldridge's job title is added", "held for the missing title → qualified: a new lead for the owner of Brightwater"),
        _pricing_visit(),
        Edit("will_unsubscribe", (Step("unsubscribe", {"id": _ref("will_unsubscribe")}),),
             "Elizabeth Fitzgerald unsubscribes", "qualified → rejected; HubSpot learns why"),
        _typed("renamed_company", {"name": "Tamarind Coast Resorts Ltd"},
               "the company Tamarind Coast Hotels is renamed", "the organisation and its people show the new name; no new lead"),
        _typed("phone_junk", {"phone": "(404) 555-0172"},
               "Diane Prescott's phone is mended", "Phone of the existing record is filled; nothing else changes"),
        _demo_request(),
        _typed("held_no_country", {"country": "United States"},
               "Rebecca Sinclair's country is added", "held for the missing country → qualified"),
        Edit("will_bounce", (Step("bounce", {"id": _ref("will_bounce"), "reason": "UNKNOWN_USER"}),),
             "the mail to Henry Jefferson bounces for good", "qualified → rejected; HubSpot learns why"),
        _typed("low_value", {"budget_range": "over_100k", "expected_deal_size": "130000", "purchase_timeframe": "now"},
               "Megan Dunmore's project grows", "low value → qualified"),
        _typed("will_step_back", {"purchase_timeframe": "no_plan", "budget_range": "none", "need_description": "", "product_interest": ""},
               "Hélène Garnier says that the plan is off", "qualified → nurture: a step back, with its reason"),
    )  # fmt: skip


def sales() -> Edit:
    """One change in Salesforce."""
    return Edit(
        "known_open_lead", (Step("reassign", {"record": _ref("known_open_lead"), "owner": Ref("User", "u-cooper")}),),
        "Sales gives Meiling Chen's open lead to another rep",
        "the bridge keeps the new owner and does not take the lead back; the room it leaves goes to the next waiting lead",
    )  # fmt: skip


def _typed(landmark: str, properties: Mapping[str, str], says: str, expect: str) -> Edit:
    given = {"kind": MARKS[landmark].kind, "id": _ref(landmark), "properties": properties}
    return Edit(landmark, (Step("edit", given),), says, expect)


def _pricing_visit() -> Edit:
    name = "nurture_visits_pricing"
    answers = {"purchase_timeframe": "now", "budget_range": "25k_100k"}
    steps = (
        Step("visit", {"id": _ref(name), "url": "https://www.leadbridge-demo.com/pricing"}),
        Step("edit", {"kind": "contacts", "id": _ref(name), "properties": answers}),
    )
    return Edit(
        name,
        steps,
        "Daniel Kowalski comes back to the pricing page, says when and how much",
        "nurture → qualified: woken by the visit",
    )


def _demo_request() -> Edit:
    name = "nurture_asks_demo"
    fields = {
        "email": rows("worth")[name]["email"], "message": "We decided to replace our system. Can you show us the approval flow this week?",
        "purchase_timeframe": "now", "need_description": "Approvals in purchasing, today by e-mail", "product_interest": "automation",
    }  # fmt: skip
    step = Step("submit_form", {"form": Ref("forms", "f-demo"), "fields": fields})
    return Edit(name, (step,), "Christopher Brooks asks for a demo", "nurture → qualified, while hot")


def _ref(landmark: str) -> Ref:
    return Ref(MARKS[landmark].kind, MARKS[landmark].key)


def _resolved(value: Any, id_of: Callable[[str, str], str]) -> Any:
    if isinstance(value, Ref):
        return id_of(value.kind, value.key)
    if isinstance(value, Mapping):
        return {name: _resolved(part, id_of) for name, part in value.items()}
    return value
