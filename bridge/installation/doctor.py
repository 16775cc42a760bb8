"""Doctor: what keeps leadbridge from working here, one finding each, with how to mend it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy.exc import DBAPIError

from bridge.app import App
from bridge.deciding.rules import properties_for, target_fields
from bridge.errors import BridgeError
from bridge.frozen import frozen
from bridge.installation.setup import SALESFORCE_FIELDS, lane_lists, optional_fields
from bridge.installation.setup import missing as missing_setup
from bridge.settings.connections import is_here
from bridge.stages.pull.salesforce import (
    ACCOUNT_FIELDS,
    CAMPAIGN_FIELDS,
    CONTACT_FIELDS,
    LEAD_FIELDS,
    OPPORTUNITY_FIELDS,
    USER_FIELDS,
)
from bridge.staging.database import ping
from bridge.staging.outages import outage_of
from connectors.errors import NotAllowed, RemoteError, SchemaChanged
from connectors.salesforce.administration import Need

MOST_CLOCK_SKEW_SECONDS = 120


@frozen
class Finding:
    """One thing looked at: `ok`, or what is wrong and `mend`: what to do."""

    area: str
    what: str
    ok: bool
    mend: str = ""


def examine(app: App) -> Iterator[Finding]:
    """Look at settings, database, both systems, rights, fields, clocks. Each part by itself: one that fails does not hide the others."""
    settings_fine = False
    for area, look in (
        ("settings", _settings),
        ("database", _database),
        ("HubSpot", _hubspot),
        ("Salesforce", _salesforce),
        ("fields", _fields),
        ("lists", _lists),
        ("clock", _clock),
    ):
        if area != "settings" and not settings_fine:
            return
        try:
            findings = list(look(app))
        except (BridgeError, RemoteError, DBAPIError) as problem:
            told = outage_of(problem) or problem
            if isinstance(told, DBAPIError):
                raise
            hint = told.hint if isinstance(told, BridgeError) else ""
            findings = [Finding(area, str(told), False, hint or "Mend this first, then run the doctor again.")]
        settings_fine = settings_fine or (area == "settings" and all(one.ok for one in findings))
        yield from findings


def _settings(app: App) -> Iterator[Finding]:
    files = len(app.settings.versions)
    yield Finding("settings", f"{files} YAML files can be read and agree with each other", True)
    _ = app.secrets
    yield Finding("settings", "the secrets that are set can be read", True)


def _database(app: App) -> Iterator[Finding]:
    ping(app.engine)
    yield Finding("database", f"{app.engine.dialect.name} answers and has the newest schema", True)


def _hubspot(app: App) -> Iterator[Finding]:
    portal = app.portal
    yield Finding("HubSpot", f"portal {portal.portal_id}, time zone {portal.time_zone}", True)
    writes = app.settings.mapping_to("hubspot.contact") is not None
    talk = app.settings.bridge.pull.talk
    lacking = app.hubspot.access(write_back=writes, lists=bool(lane_lists(app)), talk=talk)
    for need in lacking:
        yield Finding(
            "HubSpot",
            f"scope {need.scope} is missing, needed to {need.purpose}",
            False,
            "Add the scope to the service key or private app.",
        )
    if not lacking:
        yield Finding("HubSpot", "every scope that is needed is there", True)
    schema = app.hubspot.schema("contact")
    wanted = {name for name in properties_for(app.settings, {}, "contact") if name not in schema.fields}
    mapped = wanted & {
        name for mapping in app.settings.mappings.values() for line in mapping.fields.values() for name in line.from_
    }
    for name in sorted(mapped):
        yield Finding(
            "HubSpot",
            f"contact property {name} does not exist",
            False,
            "Make it in HubSpot, or take it out of the mapping.",
        )


def _lists(app: App) -> Iterator[Finding]:
    """Lists of our names that hold other people than those of their lane. Those that are missing are told by `_fields`."""
    for one in lane_lists(app):
        try:
            found = app.hubspot.list_named("contact", one.name)
        except SchemaChanged:  # its property is missing, which is told by `_fields`
            continue
        except NotAllowed:
            return  # the scope that is missing is told with the others
        if found is not None and not found.follows(one.property, one.value):
            yield Finding(
                "lists", f"HubSpot's list {one.name} does not hold whoever has {one.property} = {one.value}", False,
                "Rename that list, or give the lane another name under handoff.lists in config/bridge.yaml; then leadbridge setup --apply.",
            )  # fmt: skip


def _salesforce(app: App) -> Iterator[Finding]:
    organisation = app.salesforce.organisation()
    kind = "sandbox" if organisation.sandbox else "production org"
    yield Finding("Salesforce", f"{organisation.name}, a {kind}; calls run as {app.who.username}", True)
    ours = {(name, field.name) for name, field in (*SALESFORCE_FIELDS, *optional_fields(app))}
    lacking = app.salesforce.access(list(_needs(app)))
    for one in lacking:
        if (one.object_name, one.field) in ours:
            continue  # told by `_fields`, which knows how to mend it
        what = f"{one.object_name}.{one.field}" if one.field else one.object_name
        yield Finding(
            "Salesforce", f"the right to {one.right} {what} is missing", False,
            f"Give it in the permission set of {app.who.username} (object or field permissions).",
        )  # fmt: skip
    if not lacking:
        yield Finding("Salesforce", "every object and field right that is needed is there", True)


def _needs(app: App) -> Iterator[Need]:
    yield Need("Account", reads=ACCOUNT_FIELDS)
    yield Need("User", reads=USER_FIELDS)
    yield Need("Campaign", reads=CAMPAIGN_FIELDS)
    yield Need("Opportunity", reads=OPPORTUNITY_FIELDS)
    lead, contact = target_fields(app.settings, {}, "Lead"), target_fields(app.settings, {}, "Contact")
    yield Need("Lead", reads=LEAD_FIELDS, writes=lead, create=True, edit=True)
    yield Need("Contact", reads=CONTACT_FIELDS, writes=contact, create=True, edit=True)
    task = app.settings.mapping_to("salesforce.Task")
    if task is not None:
        yield Need("Task", writes=tuple(task.fields), create=True)
    account = app.settings.mapping_to("salesforce.Account")
    if account is not None:
        yield Need("Account", writes=tuple(account.fields), edit=True)
    member = app.settings.mapping_to("salesforce.CampaignMember")
    if member is not None:
        yield Need("CampaignMember", writes=tuple(member.fields), create=True)
    if app.settings.bridge.handoff.note != "never":
        yield Need("ContentNote", writes=("Title", "Content"), create=True)


def _fields(app: App) -> Iterator[Finding]:
    lacking = missing_setup(app)
    for one in lacking:
        if not one.sure:
            continue  # the scope to look is told to be missing
        hidden = f", or {app.who.username} may not see and edit it" if one.system == "salesforce" else ""
        what = f"{one.system} {one.name} does not exist{hidden}"
        yield Finding("fields", what, False, "leadbridge setup --apply makes it and gives the right to it.")
    if not lacking:
        yield Finding("fields", "all fields, properties and lists of ours are there", True)


def _clock(app: App) -> Iterator[Finding]:
    set_to = app.settings.bridge
    hubspot = app.secrets.hubspot_base_url or set_to.hubspot.base_url
    salesforce = app.secrets.salesforce_base_url or set_to.salesforce.base_url or ""
    for name, address, theirs in (
        ("HubSpot", hubspot, app.hubspot.server_now()),
        ("Salesforce", salesforce, app.salesforce.server_now()),
    ):
        if isinstance(theirs, datetime):
            skew = abs((theirs - app.clock()).total_seconds())
            near, put_on = skew <= MOST_CLOCK_SKEW_SECONDS, is_here(address)
            why = "; the sandbox's clock can be put on, nothing is to be done" if put_on and not near else ""
            mend = "" if near or put_on else "Set this machine's clock (NTP): sign-ins and look-backs depend on it."
            yield Finding("clock", f"{skew:.0f} s from {name}'s clock{why}", near or put_on, mend)
