"""What somebody did in marketing's eyes, by what the person was made to be (`FATES`): answers, visits, forms, comments, notes."""

from __future__ import annotations

from datetime import datetime, timedelta

from connectors.sandbox.worlds.draft import ContactDraft, Draft, Submission, iso
from connectors.sandbox.worlds.pools import table
from connectors.sandbox.worlds.portal import OWNERS, PRODUCTS

FATES = {"ready": 31, "warming": 33, "curious": 16, "small": 9, "silent": 4, "gone": 4, "asking_titleless": 3}
"""What contacts are made to be, in per cent: worth a call; some answers, none urgent; reads only; too small; says nothing; may not be
written to; worth a call but for the missing title."""

SOURCES = (
    "ORGANIC_SEARCH",
    "PAID_SEARCH",
    "EMAIL_MARKETING",
    "SOCIAL_MEDIA",
    "REFERRALS",
    "OTHER_CAMPAIGNS",
    "DIRECT_TRAFFIC",
)


class Interest:
    """Gives contact drafts their story. One chance for all, in the order of the calls."""

    def __init__(self, draft: Draft) -> None:
        self._draft = draft
        self._rng = draft.rng("interest")
        self._talk = table("talk")

    def tell(self, contact: ContactDraft) -> None:
        """Fill in the story of the contact's fate."""
        values, rng = contact.values, self._rng
        values["hs_analytics_source"] = rng.choice(SOURCES)
        values["hubspot_owner_id"] = None
        getattr(self, f"_{contact.fate}")(contact)
        self._stages(contact)
        if rng.random() < 0.18:
            self._note(contact)

    def comment(self, contact: ContactDraft) -> str:
        """What a person with a need writes, now and then in their own language, now and then as HTML."""
        rng = self._rng
        language = contact.organisation.country.language if contact.organisation else "en"
        own = self._talk["own_language"].get(language)
        text = self._fill(own) if own and rng.random() < 0.5 else self.need()
        text = text if text.endswith((".", "?", "。")) else f"{text}."
        closing = rng.choice(self._talk["closings"])
        kind = rng.random()
        if kind < 0.12:
            return f"<p>{text}</p><p>{closing}</p>"
        if kind < 0.2:
            return f"{text}\r\n\r\n- {self._fill('{n} users')}\r\n- {self._fill('{a} today')}\r\n{closing}"
        return f"{text} {closing}".strip()

    def need(self) -> str:
        """One line about what is needed."""
        return self._fill(self._rng.choice(self._talk["needs"]))

    def _fill(self, text: str, first: str = "") -> str:
        one, two = self._rng.sample(self._talk["systems"], 2)
        return text.format(
            a=one, b=two, n=self._rng.randint(3, 400), m=self._rng.choice(self._talk["months"]), first=first
        )

    def _ready(self, contact: ContactDraft) -> None:
        rng, values = self._rng, contact.values
        size = rng.choice(("5k_25k", "25k_100k", "25k_100k", "over_100k"))
        values["budget_range"] = size
        values["expected_deal_size"] = str(
            {"5k_25k": 12000, "25k_100k": 45000, "over_100k": 150000}[size] + rng.randrange(0, 9000, 500)
        )
        values["purchase_timeframe"] = rng.choice(("now", "1_3_months", "1_3_months", "3_6_months"))
        values["need_description"] = self.need()
        values["product_interest"] = ";".join(rng.sample(PRODUCTS, rng.randint(1, 3)))
        values["decision_role"] = rng.choice(("decision_maker", "budget_holder", "influencer"))
        self._visits(contact, rng.randint(8, 60), priced=True)
        self._submit(
            contact, rng.choice(("f-demo", "f-demo", "f-sales", "f-pricing")), self.comment(contact), within=75
        )
        if rng.random() < 0.5:
            self._submit(contact, rng.choice(("f-ebook", "f-webinar")), "", within=300)
        if rng.random() < 0.25:
            values.pop(rng.choice(("budget_range", "decision_role")))

    def _asking_titleless(self, contact: ContactDraft) -> None:
        self._ready(contact)
        contact.values.pop("jobtitle", None)

    def _warming(self, contact: ContactDraft) -> None:
        rng, values = self._rng, contact.values
        answers = {
            "budget_range": rng.choice(("5k_25k", "25k_100k")),
            "need_description": self.need(),
            "purchase_timeframe": rng.choice(("6_12_months", "no_plan")),
            "product_interest": ";".join(rng.sample(PRODUCTS, rng.randint(1, 2))),
        }
        for name in rng.sample(sorted(answers), rng.randint(0, 2)):
            values[name] = answers[name]
        values["decision_role"] = rng.choice(("influencer", "end_user", "researcher"))
        self._visits(contact, rng.randint(2, 25), priced=rng.random() < 0.15)
        self._submit(
            contact, rng.choice(("f-ebook", "f-webinar", "f-webinar")), rng.choice(self._talk["light"]), within=400
        )
        if rng.random() < 0.4:
            self._submit(contact, "f-newsletter", "", within=400)

    def _curious(self, contact: ContactDraft) -> None:
        self._visits(contact, self._rng.randint(0, 6), priced=False)
        form = self._rng.choice(("f-newsletter", "f-ebook", "f-ebook"))
        self._submit(contact, form, self._rng.choice(self._talk["light"]), within=500)

    def _small(self, contact: ContactDraft) -> None:
        rng, values = self._rng, contact.values
        values["budget_range"] = "under_5k"
        values["expected_deal_size"] = str(rng.randrange(200, 4500, 100))
        values["purchase_timeframe"] = rng.choice(("now", "1_3_months", "6_12_months"))
        values["need_description"] = self.need()
        values["decision_role"] = rng.choice(("decision_maker", "end_user"))
        self._visits(contact, rng.randint(3, 20), priced=True)
        self._submit(contact, rng.choice(("f-pricing", "f-sales")), self.comment(contact), within=120)

    def _silent(self, contact: ContactDraft) -> None:
        contact.values["hs_analytics_source"] = "OFFLINE"
        contact.values["hs_analytics_num_page_views"] = "0"

    def _gone(self, contact: ContactDraft) -> None:
        self._warming(contact) if self._rng.random() < 0.6 else self._ready(contact)
        if self._rng.random() < 0.5:
            contact.values["hs_email_optout"] = "true"
        else:
            contact.values["hs_email_hard_bounce_reason_enum"] = self._rng.choice(
                ("UNKNOWN_USER", "UNKNOWN_USER", "MAILBOX_FULL", "CONTENT")
            )

    def _visits(self, contact: ContactDraft, pages: int, priced: bool) -> None:
        contact.values["hs_analytics_num_page_views"] = str(pages)
        contact.values["hs_analytics_num_visits"] = str(max(1, pages // 4))
        last = self._moment(contact, 120)
        contact.values["hs_analytics_last_timestamp"] = iso(last)
        contact.changed_at = max(contact.changed_at or last, last)
        if priced:
            contact.values["last_pricing_visit"] = iso(self._moment(contact, 90))

    def _submit(self, contact: ContactDraft, form: str, comment: str, within: int) -> None:
        fields = {"message": comment} if comment else {}
        contact.submissions.append(Submission(form, self._moment(contact, within), fields))

    def _note(self, contact: ContactDraft) -> None:
        text = self._fill(self._rng.choice(self._talk["notes"]), str(contact.values.get("firstname") or "the contact"))
        contact.notes.append((self._moment(contact, 200), text))
        contact.values["hubspot_owner_id"] = self._rng.choice(sorted(OWNERS))

    def _moment(self, contact: ContactDraft, within: int) -> datetime:
        """After the contact came to be, at most `within` days ago."""
        span = min(timedelta(days=within), self._draft.now - contact.created_at)
        return self._draft.now - span * self._rng.random() - timedelta(milliseconds=self._rng.randrange(1, 60_000))

    def _stages(self, contact: ContactDraft) -> None:
        values, start = contact.values, contact.created_at
        values["hs_lifecyclestage_subscriber_date"] = iso(start)
        values["lifecyclestage"] = "subscriber"
        if contact.fate in ("warming", "small", "ready", "asking_titleless", "gone"):
            values["lifecyclestage"] = "lead"
            values["hs_lifecyclestage_lead_date"] = iso(start + (self._draft.now - start) * 0.2)
        if contact.fate in ("ready", "asking_titleless"):
            values["lifecyclestage"] = "marketingqualifiedlead"
            values["hs_lifecyclestage_marketingqualifiedlead_date"] = iso(contact.last_change())
