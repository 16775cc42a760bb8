"""Salesforce's side of the demo world: accounts under other spellings, their contacts, open and converted leads, opportunities."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from connectors.sandbox.world import Ref
from connectors.sandbox.worlds.crm import REPS, Rep
from connectors.sandbox.worlds.draft import Draft, user
from connectors.sandbox.worlds.organisations import Organisation, other_spelling
from connectors.sandbox.worlds.people import Person
from connectors.sandbox.worlds.pools import table

STAGES = ("Prospecting", "Qualification", "Needs Analysis", "Proposal/Price Quote", "Negotiation/Review")
LEAD_SOURCES = ("Web", "Web", "Phone Inquiry", "Partner Referral", "Purchased List", "Other")


@dataclass(frozen=True, slots=True)
class AccountFacts:
    """What an account says beside the organisation's own facts; '' and None leave it to chance."""

    name: str = ""
    website: str | None = None
    type: str = ""
    owner: str = ""
    parent: str = ""
    description: str = ""


class Crm:
    """Fills the org. One chance for all, in the order of the calls."""

    def __init__(self, draft: Draft) -> None:
        self._draft = draft
        self._rng = draft.rng("sales")
        self._industries = table("organisations")["industries"]

    def account(self, organisation: Organisation, key: str = "", facts: AccountFacts | None = None) -> str:
        """An account of the organisation; returns its key."""
        rng, draft, facts = self._rng, self._draft, facts or AccountFacts()
        key = key or f"a-{organisation.key}-{len(draft.accounts.get(organisation.key, ()))}"
        kind = (
            facts.type
            or rng.choices(("Prospect", "Customer - Direct", "Customer - Channel", "Other"), (64, 26, 5, 5))[0]
        )
        owner = facts.owner or self.rep(organisation).key
        placed = rng.random() < 0.85
        values: dict[str, Any] = {
            "Name": facts.name or other_spelling(rng, organisation)[0], "Type": kind, "OwnerId": user(owner),
            "Website": self._website(organisation) if facts.website is None else facts.website or None,
            "Phone": organisation.phone or None, "Industry": self._industries[organisation.industry]["sf"] if rng.random() < 0.8 else None,
            "BillingCity": organisation.city.name[:40] if placed else None, "BillingState": organisation.city.state or None if placed else None,
            "BillingCountry": organisation.country.name if rng.random() < 0.9 else None,
            "NumberOfEmployees": organisation.employees if rng.random() < 0.7 else None,
            "AnnualRevenue": organisation.revenue if rng.random() < 0.4 else None, "Description": facts.description or None,
            "ParentId": Ref("Account", facts.parent) if facts.parent else None,
        }  # fmt: skip
        draft.salesforce("Account", key, values, draft.ago(days=rng.uniform(120, 880)))
        draft.accounts.setdefault(organisation.key, []).append(key)
        draft.owners.setdefault(organisation.key, owner)
        if kind.startswith("Customer"):
            self.opportunity(f"{key}-won", key, organisation, "Closed Won", draft.ago(days=rng.uniform(60, 540)), owner)
        elif rng.random() < 0.12:
            self.opportunity(
                f"{key}-open",
                key,
                organisation,
                rng.choice(STAGES),
                draft.now + timedelta(days=rng.uniform(5, 120)),
                owner,
            )
        return key

    def opportunity(
        self, key: str, account: str, organisation: Organisation, stage: str, close: datetime, owner: str
    ) -> None:
        """A deal on an account; a won one is closed on `close`, an open one is to close then."""
        product = self._rng.choice(("Automation", "Analytics", "Integration"))
        values = {
            "Name": f"{organisation.short[:60]} - {product}", "AccountId": Ref("Account", account), "StageName": stage,
            "CloseDate": close.date().isoformat(), "Amount": self._rng.randrange(8000, 240000, 500), "OwnerId": user(owner),
        }  # fmt: skip
        self._draft.salesforce("Opportunity", key, values, min(close, self._draft.now) - timedelta(days=50))

    def contact(self, key: str, account: str, person: Person, **values: Any) -> str:
        """A Salesforce contact on an account; `values` win. A value of None leaves the field empty."""
        rng, owner = self._rng, self._draft.found("Account")[account].values["OwnerId"]
        made = {
            "AccountId": Ref("Account", account), "FirstName": person.first, "LastName": person.last, "Email": person.email,
            "Title": person.title.text if rng.random() < 0.85 else None,
            "Department": person.title.department.title() if rng.random() < 0.4 else None,
            "Phone": person.phone or None, "MobilePhone": person.mobile or None, "MailingCity": person.organisation.city.name[:40],
            "MailingCountry": person.country.name, "LeadSource": rng.choice(LEAD_SOURCES), "OwnerId": owner,
        }  # fmt: skip
        self._draft.salesforce("Contact", key, made | values, self._draft.ago(days=rng.uniform(30, 700)))
        return key

    def lead(self, key: str, person: Person, owner: Ref | None = None, **values: Any) -> str:
        """An open lead; `values` win."""
        rng, organisation = self._rng, person.organisation
        made = {
            "FirstName": person.first, "LastName": person.last, "Company": organisation.short[:255], "Email": person.email,
            "Title": person.title.text if rng.random() < 0.8 else None, "Phone": person.phone or None, "City": organisation.city.name[:40],
            "Country": person.country.name, "Website": organisation.domain if rng.random() < 0.3 else None, "LeadSource": rng.choice(LEAD_SOURCES),
            "Status": rng.choice(("Open - Not Contacted", "Open - Not Contacted", "Working - Contacted")),
            "OwnerId": owner or self._lead_owner(), "Rating": rng.choice(("Hot", "Warm", "Cold", None)),
        }  # fmt: skip
        self._draft.salesforce("Lead", key, made | values, self._draft.ago(days=rng.uniform(1, 260)))
        return key

    def converted_lead(self, key: str, person: Person, account: str, contact: str, opportunity: str = "") -> str:
        """A lead that Sales has converted to that account and contact."""
        when = self._draft.ago(days=self._rng.uniform(30, 420))
        return self.lead(
            key, person, owner=self._draft.found("Account")[account].values["OwnerId"], Status="Closed - Converted", IsConverted=True,
            ConvertedDate=when.date().isoformat(), ConvertedAccountId=Ref("Account", account), ConvertedContactId=Ref("Contact", contact),
            ConvertedOpportunityId=Ref("Opportunity", opportunity) if opportunity else None,
        )  # fmt: skip

    def rep(self, organisation: Organisation) -> Rep:
        """Whose account this would be: the big ones go to enterprise, the middle to mid_market, the rest by region."""
        size = organisation.employees
        team = "enterprise" if size >= 1000 else "mid_market" if size >= 250 else organisation.country.region
        former = self._rng.random() < 0.03
        return self._rng.choice([rep for rep in REPS if rep.team == team and (rep.active or former)])

    def _lead_owner(self) -> Ref:
        if self._rng.random() < 0.12:
            return Ref("Group", "q-inbound")
        return user(self._rng.choices(REPS, [rep.load for rep in REPS])[0].key)

    def _website(self, organisation: Organisation) -> str | None:
        if self._rng.random() < 0.1:
            return None
        domain = (
            organisation.former_domain
            if organisation.former_domain and self._rng.random() < 0.7
            else organisation.domain
        )
        return self._rng.choice(("http://www.{0}/", "www.{0}", "{0}", "https://{0}", "https://www.{0}/en/home")).format(
            domain
        )
