"""Values that do not fit: too long, unknown to the picklist, dates in other forms, no company where a company should be."""

from __future__ import annotations

import random

from connectors.sandbox.worlds.draft import ContactDraft, Draft

NO_COMPANY = ("n/a", "N/A", "self", "-", "none", "Self employed", "private", "x", ".", "freelance")
INDUSTRIES = ("IT", "Tech / SaaS", "manufacturing", "Sonstiges", "Other (please specify)", "Retail & Wholesale")


def roughen(draft: Draft, rng: random.Random, contact: ContactDraft) -> None:
    """Spoil something else in about a tenth of the contacts."""
    values, kind = contact.values, rng.random()
    if kind < 0.004:
        values["city"] = (
            f"{values.get('city') or 'Springfield'}, industrial estate north, gate 4, behind the railway station"
        )
    elif kind < 0.007:
        values["jobtitle"] = (
            f"{values.get('jobtitle') or 'Manager'} and acting " + "deputy of everything else that comes up, " * 4
        )
    elif kind < 0.009:
        values["company"] = f"{values.get('company')} " * 20
    elif kind < 0.05:
        values["industry"] = rng.choice(INDUSTRIES)
    elif kind < 0.055:
        values["purchase_timeframe"] = rng.choice(("ASAP", "next year", "Q2"))
    elif kind < 0.065 and values.get("last_pricing_visit"):
        values["last_pricing_visit"] = str(int(draft.ago(days=rng.uniform(1, 60)).timestamp() * 1000))
    elif kind < 0.085:
        day = draft.ago(days=-rng.uniform(20, 300))
        forms = ("%d.%m.%Y", "%m/%d/%Y", "%d/%m/%y", "%Y-%m-%d", "%d %B %Y")
        values["wanted_by"] = (
            day.strftime(rng.choice(forms)) if rng.random() < 0.8 else rng.choice(("soon", "Q3", "after budget"))
        )
    elif kind < 0.1 and not contact.company:
        values["company"] = rng.choice(NO_COMPANY)
    if rng.random() < 0.01:
        values["hs_lifecyclestage_lead_date"] = str(int(contact.created_at.timestamp() * 1000))
