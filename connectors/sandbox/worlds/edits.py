"""What happens in the demo's third cycle: ten edits as marketing would make them, and one as Sales would, as data.

Each is chosen so that its effect is plain: one lead, one reason. `expect` says it in words; nothing here decides it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from connectors.sandbox.world import Ref
from connectors.sandbox.worlds.draft import iso
from connectors.sandbox.worlds.landmarks import MARKS, Landmark


@dataclass(frozen=True, slots=True)
class Edit:
    """One edit of one landmark.

    `act` is `update` (write `values` to the record) or `submit_form` (the person fills in `form` at `at`: `fields` is what was typed, `values`
    are the contact properties that this changes). In `values` a `Ref` stands for the id of that thing.
    """

    landmark: str
    act: str
    values: Mapping[str, str | Ref]
    says: str
    expect: str
    form: str = ""
    at: datetime | None = None
    fields: Mapping[str, str] = field(default_factory=dict)

    @property
    def mark(self) -> Landmark:
        """The record it is about."""
        return MARKS[self.landmark]


def marketing(now: datetime) -> tuple[Edit, ...]:
    """Ten edits in HubSpot, made at `now`."""
    return (
        Edit("held_no_title", "update", {"jobtitle": "Director of Procurement"},
             "Michael Aldridge's job title is added", "held for the missing title → qualified, joins the handoff of Brightwater"),
        Edit("nurture_visits_pricing", "update",
             {"last_pricing_visit": iso(now), "hs_analytics_num_page_views": "15", "purchase_timeframe": "now", "budget_range": "25k_100k"},
             "Daniel Kowalski comes back to the pricing page and says when and how much", "nurture → qualified: woken by the visit"),
        Edit("will_unsubscribe", "update", {"hs_email_optout": "true"},
             "Elizabeth Fitzgerald unsubscribes", "qualified → rejected: her untouched lead is recalled"),
        Edit("renamed_company", "update", {"name": "Tamarind Coast Resorts Ltd"},
             "the company Tamarind Coast Hotels is renamed", "the organisation and its people show the new name; no new lead, no new handoff"),
        Edit("phone_junk", "update", {"phone": "(404) 555-0172"},
             "Diane Prescott's phone is mended", "Phone of the existing record is filled; nothing else changes"),
        _demo_request(now),
        Edit("held_no_country", "update", {"country": "United States"},
             "Rebecca Sinclair's country is added", "held for the missing country → qualified"),
        Edit("will_bounce", "update", {"hs_email_hard_bounce_reason_enum": "UNKNOWN_USER"},
             "the mail to Henry Jefferson bounces for good", "qualified → rejected: his untouched lead is recalled"),
        Edit("low_value", "update", {"budget_range": "over_100k", "expected_deal_size": "130000", "purchase_timeframe": "now"},
             "Megan Dunmore's project grows", "low value → qualified"),
        Edit("will_step_back", "update", {"purchase_timeframe": "no_plan", "budget_range": "none", "need_description": "", "product_interest": ""},
             "Hélène Garnier says that the plan is off", "qualified → nurture: a step back, with its reason"),
    )  # fmt: skip


def _demo_request(now: datetime) -> Edit:
    at = now - timedelta(minutes=1)
    comment = "We decided to replace our system. Can you show us the approval flow this week?"
    values = {
        "recent_conversion_date": iso(at), "recent_conversion_event_name": "Request a demo: Request a demo", "num_conversion_events": "2",
        "message": comment, "purchase_timeframe": "now", "need_description": "Approvals in purchasing, today by e-mail",
        "product_interest": "automation",
    }  # fmt: skip
    return Edit(
        "nurture_asks_demo", "submit_form", values, "Christopher Brooks asks for a demo", "nurture → qualified, while hot",
        form="f-demo", at=at, fields={"message": comment, "purchase_timeframe": "now"},
    )  # fmt: skip


def sales(now: datetime) -> Edit:
    """One change in Salesforce."""
    return Edit(
        "known_open_lead", "update", {"OwnerId": Ref("User", "u-cooper")}, "Sales gives Meiling Chen's open lead to another rep",
        "the bridge keeps the new owner and tells HubSpot; it does not take the lead back", at=now,
    )  # fmt: skip
