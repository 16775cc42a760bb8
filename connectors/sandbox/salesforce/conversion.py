"""What Sales does with a lead that no REST call does: converting it, and merging records that mean the same."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from connectors.sandbox.salesforce.incoming import Caller
from connectors.sandbox.salesforce.org import Org
from connectors.sandbox.salesforce.schema import SObject
from connectors.sandbox.salesforce.store import Table
from connectors.sandbox.salesforce.writes import Writer

# Lead field → field of the account, the contact: the mapping a new org has.
_TO_ACCOUNT = {
    "Company": "Name", "Street": "BillingStreet", "City": "BillingCity", "State": "BillingState", "PostalCode": "BillingPostalCode",
    "Country": "BillingCountry", "Phone": "Phone", "Fax": "Fax", "Website": "Website", "Industry": "Industry", "Rating": "Rating",
    "AnnualRevenue": "AnnualRevenue", "NumberOfEmployees": "NumberOfEmployees", "LeadSource": "AccountSource", "OwnerId": "OwnerId",
}  # fmt: skip
_TO_CONTACT = {
    "LastName": "LastName", "FirstName": "FirstName", "Salutation": "Salutation", "Title": "Title", "Email": "Email", "Phone": "Phone",
    "MobilePhone": "MobilePhone", "Fax": "Fax", "LeadSource": "LeadSource", "Description": "Description", "Street": "MailingStreet",
    "City": "MailingCity", "State": "MailingState", "PostalCode": "MailingPostalCode", "Country": "MailingCountry", "OwnerId": "OwnerId",
}  # fmt: skip
_DAYS_TO_CLOSE = 90


class Desk:
    """Converts and merges on behalf of a person in the org. Raises `Refusal`s of the rows it writes, `LookupError` for what is not there."""

    def __init__(self, org: Org, caller: Caller) -> None:
        self._org = org
        self._caller = caller
        self._writer = Writer(org, caller)

    def convert(
        self, lead: str, account: str | None, contact: str | None, opportunity: str | None
    ) -> dict[str, str | None]:
        """Turn a lead into an account and contact, new or existing ones, and an opportunity of that name if one is given."""
        org = self._org
        leads = org.table("Lead")
        row = leads.row_of(lead)
        if row is None or row in leads.deleted:
            raise LookupError(f"there is no lead {lead}")
        if leads.value(row, "IsConverted"):
            raise ValueError(f"the lead {lead} has been converted already")
        with org.attempt():
            account = account or self._account_of(row, contact)
            contact = contact or self._made(
                "Contact", self._mapped(row, _TO_CONTACT, "Contact") | {"AccountId": account}
            )
            deal = self._deal(row, account, contact, opportunity) if opportunity else None
            self._close(row, lead, account, contact, deal)
        return {"account": account, "contact": contact, "opportunity": deal}

    def _account_of(self, row: int, contact: str | None) -> str:
        """The account of the contact that was chosen, or a new one."""
        held = self._org.value(contact, "AccountId") if contact else None
        return str(held) if held else self._made("Account", self._mapped(row, _TO_ACCOUNT, "Account"))

    def _mapped(self, row: int, pairs: dict[str, str], target: str) -> dict[str, Any]:
        """A lead's values under the other object's names; custom fields go to one of the same name."""
        leads, other = self._org.table("Lead"), self._org.schema.get(target)
        custom = [field.name for field in leads.sobject.fields.values() if field.custom and other.find(field.name)]
        named = pairs | {name: name for name in custom}
        values = {name: leads.value(row, source) for source, name in named.items()}
        owner = values.get("OwnerId")
        if owner is not None and not str(owner).startswith("005"):
            # A queue can own neither account nor contact.
            values["OwnerId"] = self._caller.user
        return {name: value for name, value in values.items() if value is not None}

    def _deal(self, row: int, account: str, contact: str, name: str) -> str:
        close = self._org.clock.now().date() + timedelta(days=_DAYS_TO_CLOSE)
        leads = self._org.table("Lead")
        values = {
            "Name": name, "AccountId": account, "ContactId": contact, "StageName": "Prospecting",
            "CloseDate": close.isoformat(),
            "LeadSource": leads.value(row, "LeadSource"), "CampaignId": self._campaign(row),
        }  # fmt: skip
        return self._made("Opportunity", {key: value for key, value in values.items() if value is not None})

    def _campaign(self, row: int) -> str | None:
        """The campaign the lead was last put into."""
        members, lead = self._org.table("CampaignMember"), self._org.table("Lead").columns["Id"][row]
        rows = [one for one in members.with_value("LeadId", lead) if one not in members.deleted]
        return members.value(max(rows), "CampaignId") if rows else None

    def _close(self, row: int, lead: str, account: str, contact: str, deal: str | None) -> None:
        """Mark the lead as converted and hand over what hung on it."""
        org, leads = self._org, self._org.table("Lead")
        statuses = org.table("LeadStatus")
        status = next(
            statuses.value(one, "MasterLabel") for one in statuses.rows() if statuses.value(one, "IsConverted")
        )
        values = {
            "Status": status, "IsConverted": True, "ConvertedDate": org.now()[:10], "ConvertedAccountId": account,
            "ConvertedContactId": contact, "ConvertedOpportunityId": deal, "IsUnreadByOwner": False,
        }  # fmt: skip
        before = {name: leads.value(row, name) for name in values}
        leads.update(row, values | self._touched())
        for name in ("Task", "Event"):
            table = org.table(name)
            for one in list(table.with_value("WhoId", lead)):
                self._changed(table, one, {"WhoId": contact, "AccountId": account})
        members = org.table("CampaignMember")
        for one in list(members.with_value("LeadId", lead)):
            self._changed(members, one, {"ContactId": contact})
        org.tell(self._caller.call, "converted", leads, row, values, before)

    def merge(self, master: str, losers: list[str], fill_blanks: bool) -> str:
        """Merge up to two records into a third of the same kind: the others go to the bin and say where they went."""
        found = self._org.find(master)
        if found is None or found.row in found.table.deleted:
            raise LookupError(f"there is no record {master}")
        if not found.sobject.described["mergeable"] or not 1 <= len(losers) <= 2 or master in losers:
            raise ValueError("two or three leads, contacts or accounts can be merged into one of them")
        with self._org.attempt():
            for loser in losers:
                self._swallow(found.sobject, found.row, loser, fill_blanks)
            found.table.update(found.row, self._touched())
            self._org.tell(self._caller.call, "merged", found.table, found.row, {"losers": losers})
        return master

    def _swallow(self, sobject: SObject, row: int, loser: str, fill_blanks: bool) -> None:
        table = self._org.table(sobject.name)
        gone = table.row_of(loser)
        if gone is None or gone in table.deleted:
            raise LookupError(f"there is no {sobject.name} {loser}")
        master = table.columns["Id"][row]
        self._reparent(sobject, loser, master)
        before = table.held(gone)
        table.update(gone, {"MasterRecordId": master} | self._touched())
        table.delete(gone)
        if fill_blanks:
            names = [
                field.name
                for field in sobject.fields.values()
                if field.updateable and table.value(row, field.name) is None
            ]
            filled = {name: value for name in names if (value := table.value(gone, name)) is not None}
            if filled:
                self._org.change(self._caller.call, "updated", table, row, filled)
        self._org.tell(self._caller.call, "deleted", table, gone, {"MasterRecordId": master}, before)

    def _reparent(self, sobject: SObject, loser: str, master: str) -> None:
        """Give the children of the loser to the master."""
        for child in sobject.described["childRelationships"]:
            kind = self._org.schema.find(child["childSObject"])
            field = kind.find(child["field"]) if kind is not None else None
            if kind is None or field is None or field.name.startswith(("Converted", "MasterRecord")):
                continue
            table = self._org.table(kind.name)
            if table.is_virtual(field.name):
                continue
            for one in list(table.with_value(field.name, loser)):
                self._org.change(self._caller.call, "updated", table, one, {field.name: master})
                table.update(one, {"SystemModstamp": self._org.now()})

    def _made(self, name: str, values: dict[str, Any]) -> str:
        return self._writer.create(self._org.schema.get(name), values).id

    def _touched(self) -> dict[str, Any]:
        now = self._org.now()
        return {"LastModifiedDate": now, "LastModifiedById": self._caller.user, "SystemModstamp": now}

    def _changed(self, table: Table, row: int, values: dict[str, Any]) -> None:
        """Change a row that hangs on another."""
        self._org.change(self._caller.call, "updated", table, row, values)
        table.update(row, self._touched())
