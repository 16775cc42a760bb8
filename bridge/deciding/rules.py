"""The rules of a run, compiled once: mappings against the live schemas, the definition, routing, and the policy for known accounts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import field
from hashlib import blake2b
from typing import Any

from bridge.deciding.planning import Choices
from bridge.decisions import Cleaning
from bridge.frozen import frozen
from bridge.settings.capacity import Capacity, FollowUp
from bridge.settings.connections import Landing as LandingPolicy
from bridge.settings.handoff import Handoff
from bridge.settings.known import CRITERIA
from bridge.settings.loading import Settings
from bridge.settings.mapping import Mapping as FieldMappings
from bridge.stages.clean.engine import compile_mapping
from bridge.stages.qualify import CompiledDefinition, compile_definition
from bridge.stages.reconcile import MatchSettings
from bridge.stages.route import CompiledRouting, compile_routing
from connectors.errors import NAMES
from connectors.records import ObjectSchema

Apply = Callable[[Mapping[str, Any]], Cleaning]
Schemas = Mapping[tuple[str, str], ObjectSchema]


def nothing(values: Mapping[str, Any]) -> Cleaning:
    """What is not mapped."""
    return Cleaning("", {})


CONTACT_BASICS = (
    "email", "firstname", "lastname", "phone", "mobilephone", "company", "jobtitle", "website", "city", "state", "zip", "country",
    "lifecyclestage", "hubspot_owner_id", "associatedcompanyid", "createdate", "hs_email_optout", "hs_email_hard_bounce_reason_enum",
    "num_conversion_events", "recent_conversion_event_name", "recent_conversion_date", "notes_last_updated", "hs_merged_object_ids",
    "hs_analytics_last_visit_timestamp", "hs_email_last_open_date", "hs_email_last_click_date", "hs_analytics_source", "hs_buying_role",
    "hs_additional_emails",
)  # fmt: skip
STAGES = (
    "subscriber",
    "lead",
    "marketingqualifiedlead",
    "salesqualifiedlead",
    "opportunity",
    "customer",
    "evangelist",
    "other",
)
COMPANY_BASICS = (
    "name",
    "domain",
    "country",
    "state",
    "city",
    "industry",
    "numberofemployees",
    "annualrevenue",
    "hs_is_target_account",
)


@frozen
class Rules:
    """`facts`, `lead`, `contact`, `task` and `status` turn values into cleaned target fields. `facts_mapping` is what `facts` was compiled from.
    `versions` stands for the content of all files."""

    definition: CompiledDefinition
    routing: CompiledRouting
    facts: Apply
    lead: Apply
    contact: Apply
    task: Apply
    status: Apply
    wins: Mapping[str, Mapping[str, str]]
    empty: Mapping[str, Mapping[str, str]]
    match: MatchSettings
    follow_up: FollowUp
    versions: str
    facts_mapping: FieldMappings | None = None
    handoff: Handoff = field(default_factory=Handoff)
    capacity: Capacity = field(default_factory=Capacity)
    landing: LandingPolicy = field(default_factory=LandingPolicy)
    account: Apply = nothing
    member: Apply = nothing
    late: Mapping[str, Apply] = field(default_factory=dict)
    """Object → the fields of its mapping that are drawn from a whole handoff: brief, chart, journey."""
    ask: Mapping[str, str] = field(default_factory=dict)
    """BANT criterion → the question a caller or a rep asks."""
    by_type: Mapping[str, Choices] = field(default_factory=dict)
    """Object → what the picklists of records of each record type take."""


def compile_rules(settings: Settings, schemas: Schemas) -> Rules:
    """Everything `decide` needs, for these files and these live schemas."""
    mapped = {name: settings.mapping_to(f"salesforce.{name}") for name in ("Lead", "Contact", "Task")}
    schema = {name: schemas.get(("salesforce", name)) for name in (*mapped, "Account", "CampaignMember")}
    return Rules(
        compile_definition(settings.definition, settings.known),
        compile_routing(settings.routing, settings.known),
        cleaner_of(settings.mapping_to("facts"), None),
        cleaner_of(mapped["Lead"], schemas.get(("salesforce", "Lead"))),
        cleaner_of(mapped["Contact"], schemas.get(("salesforce", "Contact"))),
        cleaner_of(mapped["Task"], schemas.get(("salesforce", "Task"))),
        cleaner_of(settings.mapping_to("hubspot.contact"), schemas.get(("hubspot", "contact"))),
        {
            name: {field: line.wins for field, line in mapping.fields.items()}
            for name, mapping in mapped.items()
            if mapping
        },
        {
            name: {field: line.empty for field, line in mapping.fields.items()}
            for name, mapping in mapped.items()
            if mapping
        },
        MatchSettings(),
        settings.follow_up,
        _digest(settings),
        settings.mapping_to("facts"),
        settings.bridge.handoff,
        settings.capacity,
        settings.bridge.landing,
        cleaner_of(settings.mapping_to("salesforce.Account"), schema["Account"]),
        cleaner_of(settings.mapping_to("salesforce.CampaignMember"), schema["CampaignMember"]),
        {name: cleaner_of(late_of(mapping), schema[name]) for name, mapping in mapped.items()},
        {name: ask for name in CRITERIA if (ask := getattr(settings.definition.bant, name).ask)},
        {name: _by_type(schema[name]) for name in mapped},
    )


def _by_type(schema: ObjectSchema | None) -> Choices:
    fields = schema.fields if schema is not None else {}
    return {
        name: {number: frozenset(values) for number, values in one.by_type.items()}
        for name, one in fields.items()
        if one.by_type
    }


LATE = frozenset({"bridge.brief", "bridge.journey", "bridge.chart", "bridge.people"})
"""What is written of a handoff as a whole."""


def late_of(mapping: FieldMappings | None) -> FieldMappings | None:
    """The lines of a mapping that are drawn from a whole handoff; None when there are none."""
    if mapping is None:
        return None
    lines = {name: line for name, line in mapping.fields.items() if line.from_ and LATE.issuperset(line.from_)}
    return mapping.model_copy(update={"fields": lines}) if lines else None


def cleaner_of(mapping: FieldMappings | None, schema: ObjectSchema | None) -> Apply:
    """A mapping compiled against its live schema; without a mapping nothing comes out."""
    if mapping is None:
        return lambda values: Cleaning("", {})
    return compile_mapping(mapping, schema)


def _digest(settings: Settings) -> str:
    """One short name for everything a decision depends on: the content of the files, and of the others what they say of landing, handoff and expiry.

    What these leave as usual adds nothing.
    """
    relevant = {
        name: version
        for name, version in settings.versions.items()
        if name.endswith(("definition.yaml", "routing.yaml")) or "_to_" in name
    }
    policies = {
        "landing": settings.bridge.landing.model_dump(exclude_defaults=True),
        "handoff": settings.bridge.handoff.model_dump(include={"others"}, exclude_defaults=True),
        "expired": settings.capacity.expired.model_dump(exclude_defaults=True),
    }
    relevant |= {name: repr(policy) for name, policy in policies.items() if policy}
    return blake2b(repr(sorted(relevant.items())).encode(), digest_size=6).hexdigest()


KINDS = ("contact", "company")


def properties_for(settings: Settings, schemas: Schemas, kind: str) -> tuple[str, ...]:
    """HubSpot properties to read of `contact` or `company`: what the mappings name and what the pipeline itself looks at, as far as they exist."""
    named = set(_named(settings.mappings.values(), kind))
    basics = (
        COMPANY_BASICS
        if kind == "company"
        else (*CONTACT_BASICS, *(f"hs_lifecyclestage_{stage}_date" for stage in STAGES))
    )
    schema = schemas.get(("hubspot", kind))
    known = schema.fields if schema is not None else None
    return tuple(name for name in sorted(named | set(basics)) if known is None or name in known)


def _named(mappings: Iterable[FieldMappings], kind: str) -> Iterable[str]:
    for mapping in mappings:
        if mapping.source != "hubspot.contact":
            continue
        for line in mapping.fields.values():
            for name in line.from_:
                record, dot, field = name.rpartition(".")
                if (kind == "contact" and not dot) or (kind == "company" and record == "company"):
                    yield field


def target_fields(settings: Settings, schemas: Schemas, object_name: str) -> tuple[str, ...]:
    """Salesforce fields to mirror of Lead or Contact: what the mapping writes, as far as they exist."""
    mapping = settings.mapping_to(f"salesforce.{object_name}")
    schema = schemas.get(("salesforce", object_name))
    names = mapping.fields if mapping is not None else ()
    return tuple(name for name in names if schema is None or name in schema.fields)


def names_not_there(settings: Settings, schemas: Schemas) -> tuple[str, ...]:
    """What the mappings name and the live schemas do not have or let only be read; it is left out of a cycle.

    As `HubSpot contact.fax`, `Salesforce Lead.Fax__c`.
    """
    named = [("hubspot", kind, name) for kind in KINDS for name in _named(settings.mappings.values(), kind)]
    for object_name in ("Lead", "Contact"):
        mapping = settings.mapping_to(f"salesforce.{object_name}")
        named += [("salesforce", object_name, name) for name in (mapping.fields if mapping is not None else ())]
    gone = [
        f"{NAMES[source]} {kind}.{name}"
        for source, kind, name in named
        if (schema := schemas.get((source, kind))) is not None
        and not (schema.takes(name) if source == "salesforce" else name in schema.fields)
    ]
    return tuple(dict.fromkeys(gone))
