"""What has been done in Salesforce: calls on the leads that are being worked, and who was in which campaign."""

from __future__ import annotations

from datetime import datetime, timedelta

from connectors.sandbox.world import Ref, Thing
from connectors.sandbox.worlds.draft import Draft

CALLS = (
    "Called, no answer",
    "Left a voicemail",
    "Spoke for five minutes, wants an offer",
    "Wrong person, gave me a name",
    "Call back next month",
)


def calls(draft: Draft) -> None:
    """One or two finished calls on every worked lead that a person owns; a reminder that is due on some."""
    rng = draft.rng("calls")
    for lead in list(draft.found("Lead").values()):
        if lead.values["Status"] != "Working - Contacted" or lead.values["OwnerId"].kind != "User":
            continue
        task = {"WhoId": Ref("Lead", lead.key), "OwnerId": lead.values["OwnerId"], "Priority": "Normal"}
        for number in range(rng.randint(1, 2)):
            at = _after(draft, lead, rng.random())
            done = {
                "Subject": "Call",
                "Status": "Completed",
                "ActivityDate": at.date().isoformat(),
                "Description": rng.choice(CALLS),
            }
            draft.salesforce("Task", f"{lead.key}-call{number}", task | done, at)
        if rng.random() < 0.3:
            due = draft.now + timedelta(days=rng.randint(1, 14))
            todo = {"Subject": "Call", "Status": "Not Started", "ActivityDate": due.date().isoformat()}
            draft.salesforce("Task", f"{lead.key}-due", task | todo, _after(draft, lead, 0.9))


def members(draft: Draft) -> None:
    """Every fifth contact and lead was in a campaign that ran after they were there; half of them answered."""
    rng = draft.rng("members")
    campaigns = list(draft.found("Campaign").values())
    for field, kind in (("ContactId", "Contact"), ("LeadId", "Lead")):
        for thing in list(draft.found(kind).values()):
            if rng.random() > 0.2:
                continue
            campaign = rng.choice(campaigns)
            values = {
                field: Ref(kind, thing.key),
                "CampaignId": Ref("Campaign", campaign.key),
                "Status": rng.choice(("Sent", "Responded")),
            }
            joined = max(_after(draft, thing, 0.5), campaign.created_at or draft.now)
            draft.salesforce("CampaignMember", f"{campaign.key}-{thing.key}", values, joined)


def _after(draft: Draft, thing: Thing, share: float) -> datetime:
    start = thing.created_at or draft.now
    return start + (draft.now - start) * share
