"""What every org has before anybody works in it: itself, profiles, an admin, the integration user, and its lists of stages."""

from __future__ import annotations

from typing import Any

from connectors.sandbox.salesforce.org import Org
from connectors.sandbox.salesforce.special import STAGES, stamps

ADMIN = "admin@leadbridge.example"
INTEGRATION = "integration@leadbridge.example"
#: Assigned to the integration user; what is granted to it, the integration user sees.
PERMISSION_SET = "LeadBridge"
_LEAD_STATUSES = (("Open - Not Contacted", True, False), ("Working - Contacted", False, False), ("Closed - Converted", False, True),
                  ("Closed - Not Converted", False, False))  # fmt: skip


def plant(org: Org) -> str:
    """Fill a new org; returns the admin's id."""
    admin = _people(org)
    _insert(
        org, admin, "Organization", Name=org.settings.org_name, OrganizationType="Developer Edition", InstanceName="LB0", IsSandbox=False,
        DefaultLocaleSidKey="en_US", TimeZoneSidKey="GMT", LanguageLocaleKey="en_US", FiscalYearStartMonth=1, Country="US",
        DefaultAccountAccess="Edit", DefaultLeadAccess="Edit",
    )  # fmt: skip
    for place, (label, default, converted) in enumerate(_LEAD_STATUSES, 1):
        _insert(
            org,
            admin,
            "LeadStatus",
            MasterLabel=label,
            ApiName=label,
            SortOrder=place,
            IsDefault=default,
            IsConverted=converted,
        )
    for place, (stage, (probability, closed, won, category)) in enumerate(STAGES.items(), 1):
        _insert(
            org, admin, "OpportunityStage", MasterLabel=stage, ApiName=stage, IsActive=True, SortOrder=place, IsClosed=closed, IsWon=won,
            ForecastCategoryName=category, DefaultProbability=probability,
        )  # fmt: skip
    return admin


def _people(org: Org) -> str:
    """Profiles, users and the permission set of the integration user."""
    users = org.table("User")
    admin = _insert(
        org, None, "User", Username=ADMIN, FirstName="Avery", LastName="Admin", Email=ADMIN, Alias="admin", CommunityNickname="admin",
        **_locale(),
    )  # fmt: skip
    admin_profile = _insert(
        org, admin, "Profile", Name="System Administrator", UserType="Standard", PermissionsApiEnabled=True, PermissionsModifyAllData=True,
        PermissionsViewAllData=True, PermissionsCustomizeApplication=True,
    )  # fmt: skip
    _insert(org, admin, "Profile", Name="Standard User", UserType="Standard", PermissionsApiEnabled=True)
    integration_profile = _insert(
        org,
        admin,
        "Profile",
        Name="Minimum Access - API Only Integrations",
        UserType="Standard",
        PermissionsApiEnabled=True,
    )
    users.update(0, {"ProfileId": admin_profile, "CreatedById": admin, "LastModifiedById": admin})
    integration = _insert(
        org, admin, "User", Username=INTEGRATION, FirstName="Lead", LastName="Bridge", Email=INTEGRATION, Alias="lbridge",
        CommunityNickname="leadbridge", ProfileId=integration_profile, **_locale(),
    )  # fmt: skip
    for profile, name in ((admin_profile, "X00ex00000admin"), (integration_profile, "X00ex0000integr")):
        _insert(
            org, admin, "PermissionSet", Name=name, Label=name, IsOwnedByProfile=True, ProfileId=profile, Type="Profile"
        )
    held = _insert(
        org, admin, "PermissionSet", Name=PERMISSION_SET, Label="LeadBridge Integration", IsCustom=True, Type="Regular"
    )
    _insert(org, admin, "PermissionSetAssignment", PermissionSetId=held, AssigneeId=integration, IsActive=True)
    return admin


def _locale() -> dict[str, Any]:
    return {
        "IsActive": True, "TimeZoneSidKey": "GMT", "LocaleSidKey": "en_US", "LanguageLocaleKey": "en_US", "EmailEncodingKey": "UTF-8",
        "UserType": "Standard",
    }  # fmt: skip


def _insert(org: Org, user: str | None, name: str, **values: Any) -> str:
    """Put a row in past all checks."""
    table = org.table(name)
    known = {key: value for key, value in stamps(org, user or "").items() if table.sobject.find(key)}
    row = table.insert({**known, **values})
    return str(table.columns["Id"][row])
