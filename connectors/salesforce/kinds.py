"""The kinds of records mirrored from Salesforce: which object each is, and what is asked for beside the fields one wants."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Kind:
    """`object_name` as Salesforce calls it. `always` are fields read whatever was asked; `links` says which of them name which
    kind of record; `deletable` objects have IsDeleted, `mergeable` ones MasterRecordId. `only` narrows the rows.
    """

    object_name: str
    always: tuple[str, ...] = ()
    links: Mapping[str, str] = field(default_factory=dict)
    deletable: bool = True
    mergeable: bool = False
    only: str = ""

    @property
    def fields(self) -> tuple[str, ...]:
        """What is always read, the key of the reading order first."""
        marks = (*(("IsDeleted",) if self.deletable else ()), *(("MasterRecordId",) if self.mergeable else ()))
        return ("Id", "SystemModstamp", *marks, *self.always)


KINDS: Mapping[str, Kind] = {
    "account": Kind("Account", ("OwnerId", "ParentId"), {"OwnerId": "owner", "ParentId": "parent"}, mergeable=True),
    "contact": Kind("Contact", ("OwnerId", "AccountId"), {"OwnerId": "owner", "AccountId": "account"}, mergeable=True),
    "lead": Kind(
        "Lead",
        (
            "OwnerId",
            "IsConverted",
            "ConvertedDate",
            "ConvertedAccountId",
            "ConvertedContactId",
            "ConvertedOpportunityId",
        ),
        {
            "OwnerId": "owner",
            "ConvertedAccountId": "account",
            "ConvertedContactId": "contact",
            "ConvertedOpportunityId": "opportunity",
        },
        mergeable=True,
    ),
    "user": Kind("User", ("IsActive",), deletable=False),
    "group": Kind("Group", ("Type", "DeveloperName"), deletable=False, only="Type = 'Queue'"),
    "campaign": Kind("Campaign", ("OwnerId", "ParentId"), {"OwnerId": "owner", "ParentId": "parent"}),
    "opportunity": Kind("Opportunity", ("OwnerId", "AccountId"), {"OwnerId": "owner", "AccountId": "account"}),
}
