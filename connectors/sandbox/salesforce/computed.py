"""Fields that are worked out from others when they are read: names, addresses, what a campaign member shows of its person."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from connectors.sandbox.salesforce.store import Getter, Table, Virtual

TableOf = Callable[[str], Table]


def _full_name(table: Table) -> Getter:
    first_name, last_name = table.getter("FirstName"), table.getter("LastName")

    def name(row: int) -> Any:
        first, last = first_name(row), last_name(row)
        if not first:
            return last
        return f"{first} {last}" if last else first

    return name


def _address(prefix: str) -> Virtual:
    parts = ("City", "Country", "GeocodeAccuracy", "Latitude", "Longitude", "PostalCode", "State", "Street")

    def bind(table: Table) -> Getter:
        gets = [(part[0].lower() + part[1:], table.getter(prefix + part)) for part in parts]

        def address(row: int) -> dict[str, Any] | None:
            made = {key: get(row) for key, get in gets}
            return made if any(value is not None for value in made.values()) else None

        return address

    return bind


def _photo(table: Table) -> Getter:
    id_of = table.columns["Id"]
    return lambda row: f"/services/images/photo/{id_of[row]}"


def _is_set(name: str, yes: Any, no: Any) -> Virtual:
    def bind(table: Table) -> Getter:
        get = table.getter(name)
        return lambda row: no if get(row) is None else yes

    return bind


def _high_priority(table: Table) -> Getter:
    get = table.getter("Priority")
    return lambda row: get(row) == "High"


_PERSON: Mapping[str, Virtual] = {"Name": _full_name, "PhotoUrl": _photo}
_ACTIVITY: Mapping[str, Virtual] = {"WhoCount": _is_set("WhoId", 1, 0), "WhatCount": _is_set("WhatId", 1, 0)}
_OF_OBJECT: Mapping[str, Mapping[str, Virtual]] = {
    "Lead": {**_PERSON, "Address": _address("")},
    "Contact": {
        **_PERSON,
        "MailingAddress": _address("Mailing"),
        "OtherAddress": _address("Other"),
        "IsEmailBounced": _is_set("EmailBouncedReason", True, False),
    },
    "Account": {"BillingAddress": _address("Billing"), "ShippingAddress": _address("Shipping"), "PhotoUrl": _photo},
    "User": {"Name": _full_name},
    "Task": {**_ACTIVITY, "IsHighPriority": _high_priority},
    "Event": _ACTIVITY,
}


def virtual_fields(name: str, table_of: TableOf) -> Mapping[str, Virtual]:
    """The computed fields of an object. `table_of` gives the tables of others."""
    if name == "Case":
        pairs = {"ContactPhone": "Phone", "ContactMobile": "MobilePhone", "ContactEmail": "Email", "ContactFax": "Fax"}
        return {shown: _of_person(table_of, source, None) for shown, source in pairs.items()}
    if name == "CampaignMember":
        return _member_fields(table_of)
    if name == "Campaign":
        return _campaign_counts(table_of)
    return _OF_OBJECT.get(name, {})


def _campaign_counts(table_of: TableOf) -> Mapping[str, Virtual]:
    """How many members and opportunities a campaign has."""

    def counted(child: str, counts: Callable[[Table, int], Any]) -> Virtual:
        def bind(table: Table) -> Getter:
            ids = table.columns["Id"]

            def value(row: int) -> int:
                held = table_of(child)
                rows = (one for one in held.with_value("CampaignId", ids[row]) if one not in held.deleted)
                return sum(1 for one in rows if counts(held, one))

            return value

        return bind

    def converted(members: Table, row: int) -> bool:
        leads, lead = table_of("Lead"), members.value(row, "LeadId")
        place = None if lead is None else leads.row_of(lead)
        return place is not None and bool(leads.value(place, "IsConverted"))

    return {
        "NumberOfLeads": counted("CampaignMember", lambda members, row: members.value(row, "LeadId")),
        "NumberOfConvertedLeads": counted("CampaignMember", converted),
        "NumberOfContacts": counted("CampaignMember", lambda members, row: members.value(row, "ContactId")),
        "NumberOfResponses": counted("CampaignMember", lambda members, row: members.value(row, "HasResponded")),
        "NumberOfOpportunities": counted("Opportunity", lambda _deals, _row: True),
        "NumberOfWonOpportunities": counted("Opportunity", lambda deals, row: deals.value(row, "IsWon")),
    }


def _of_person(table_of: TableOf, contact_field: str, lead_field: str | None) -> Virtual:
    """A field of the contact or, where there is none, of the lead."""

    def bind(table: Table) -> Getter:
        contact_id = table.getter("ContactId")
        lead_id = table.getter("LeadId") if lead_field is not None else lambda _row: None

        def value(row: int) -> Any:
            for name, id18, source in (("Contact", contact_id(row), contact_field), ("Lead", lead_id(row), lead_field)):
                if id18 is not None and source is not None:
                    place = table_of(name).row_of(id18)
                    return None if place is None else table_of(name).value(place, source)
            return None

        return value

    return bind


def _member_fields(table_of: TableOf) -> Mapping[str, Virtual]:
    same = (
        "Salutation",
        "Name",
        "FirstName",
        "LastName",
        "Title",
        "Email",
        "Phone",
        "Fax",
        "MobilePhone",
        "LeadSource",
        "Description",
    )

    def company(table: Table) -> Getter:
        company_or_account = _of_person(table_of, "AccountId", "Company")(table)
        contact_id = table.getter("ContactId")

        def value(row: int) -> Any:
            found = company_or_account(row)
            if found is None or contact_id(row) is None:
                return found
            place = table_of("Account").row_of(found)
            return None if place is None else table_of("Account").value(place, "Name")

        return value

    def person(table: Table) -> Getter:
        contact_id, lead_id = table.getter("ContactId"), table.getter("LeadId")
        return lambda row: contact_id(row) or lead_id(row)

    made: dict[str, Virtual] = {name: _of_person(table_of, name, name) for name in same}
    made |= {
        name: _of_person(table_of, f"Mailing{name}", name)
        for name in ("Street", "City", "State", "PostalCode", "Country")
    }
    made["CompanyOrAccount"] = company
    made["LeadOrContactId"] = person
    made["LeadOrContactOwnerId"] = _of_person(table_of, "OwnerId", "OwnerId")
    made["Type"] = _is_set("ContactId", "Contact", "Lead")
    return made
