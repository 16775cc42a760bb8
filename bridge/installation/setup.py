"""Setup: the fields, properties and lists of ours that both systems need, found missing first, made only when asked."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from bridge.app import App
from bridge.decisions import EXTERNAL_ID
from bridge.errors import UsageError
from bridge.frozen import frozen
from connectors.errors import NotAllowed, SchemaChanged
from connectors.records import FieldSchema

GROUP = ("leadbridge", "leadbridge")
PERMISSION_SET = "LeadBridge"
SYSTEMS = ("salesforce", "hubspot")

SALESFORCE_FIELDS: tuple[tuple[str, FieldSchema], ...] = tuple(
    (name, FieldSchema(EXTERNAL_ID, "LeadBridge Id", "string", length=80, unique=True, external_id=True, custom=True))
    for name in ("Lead", "Contact")
)
OPTIONAL_FIELDS: dict[str, FieldSchema] = {
    field.name: field
    for field in (
        FieldSchema("LeadBridge_Account__c", "LeadBridge account", "reference", refers_to=("Account",), custom=True),
        FieldSchema("LeadBridge_Summary__c", "LeadBridge: who is known here", "text", length=32768, custom=True),
        FieldSchema("LeadBridge_Brief__c", "LeadBridge brief", "text", length=32768, custom=True),
        FieldSchema("LeadBridge_Score__c", "LeadBridge score", "integer", precision=6, custom=True),
        FieldSchema("LeadBridge_Segment__c", "LeadBridge segment", "string", length=80, custom=True),
        FieldSchema("LeadBridge_Role__c", "LeadBridge role in the decision", "string", length=40, custom=True),
        FieldSchema("LeadBridge_People__c", "LeadBridge people known", "integer", precision=6, custom=True),
    )
}
"""Fields that are made on every object whose mapping names them."""
HUBSPOT_PROPERTIES: tuple[FieldSchema, ...] = (
    FieldSchema("leadbridge_status", "leadbridge: status", "string"),
    FieldSchema("leadbridge_reason", "leadbridge: reason", "string"),
    FieldSchema("leadbridge_salesforce_id", "leadbridge: Salesforce id", "string"),
    FieldSchema("leadbridge_owner", "leadbridge: owner in Sales", "string"),
    FieldSchema("leadbridge_lane", "leadbridge: who has it now", "string"),
    FieldSchema("leadbridge_questions", "leadbridge: what to ask", "text"),
    FieldSchema("leadbridge_sent_at", "leadbridge: handed to Sales at", "datetime"),
)


@frozen
class Missing:
    """Something to be made: in which system, its name there, and how to make it (True when it had to be).

    `sure` is False where the right to look is missing; trying to make it says which right.
    """

    system: str
    name: str
    make: Callable[[], bool]
    sure: bool = True


def missing(app: App, systems: Sequence[str] = SYSTEMS, permission_set: str = PERMISSION_SET) -> list[Missing]:
    """What is not there yet. Reads the live schemas, changes nothing."""
    unknown = set(systems) - set(SYSTEMS)
    if unknown:
        raise UsageError(
            f"there is no system {', '.join(sorted(unknown))}", "Say salesforce, hubspot, or nothing for both."
        )
    found: list[Missing] = []
    if "salesforce" in systems:
        found += _missing_fields(app, permission_set)
    if "hubspot" in systems:
        found += [*_missing_properties(app), *_missing_lists(app)]
    return found


def _missing_fields(app: App, permission_set: str) -> list[Missing]:
    found = []
    wanted = (*SALESFORCE_FIELDS, *optional_fields(app))
    live = {name: app.salesforce.schema(name).fields for name in dict.fromkeys(name for name, _ in wanted)}
    for object_name, field in wanted:
        there = live[object_name].get(field.name)
        if there is None or not there.createable:

            def make(object_name: str = object_name, field: FieldSchema = field) -> bool:
                return app.salesforce.create_field(object_name, field, permission_set=permission_set)

            found.append(Missing("salesforce", f"{object_name}.{field.name}", make))
    return found


def optional_fields(app: App) -> list[tuple[str, FieldSchema]]:
    """(object, field) of ours that the mappings name beside the external id."""
    return [
        (mapping.target.partition(".")[2], OPTIONAL_FIELDS[name])
        for mapping in app.settings.mappings.values()
        if mapping.target.startswith("salesforce.")
        for name in mapping.fields
        if name in OPTIONAL_FIELDS
    ]


def _missing_properties(app: App) -> list[Missing]:
    there = app.hubspot.schema("contact").fields
    found = []
    for field in HUBSPOT_PROPERTIES:
        if field.name not in there:

            def make(field: FieldSchema = field) -> bool:
                app.hubspot.ensure_group("contact", *GROUP)
                return app.hubspot.create_property("contact", field, GROUP[0])

            found.append(Missing("hubspot", f"contact.{field.name}", make))
    return found


@frozen
class LaneList:
    """One list of HubSpot: whoever has `value` in `property`."""

    name: str
    property: str
    value: str


def lane_lists(app: App) -> list[LaneList]:
    """The lists of the lanes, on whichever property the lane is written to; none when it is written to none."""
    mapping = app.settings.mapping_to("hubspot.contact")
    lines = mapping.fields.items() if mapping is not None else ()
    held = next((name for name, line in lines if "bridge.lane" in line.from_), "")
    named = app.settings.bridge.handoff.lists.named()
    return [LaneList(name, held, lane) for lane, name in named.items()] if held else []


def _missing_lists(app: App) -> list[Missing]:
    """Lists that are not there; all of them where the right to look is missing."""
    found = []
    for one in lane_lists(app):
        sure = True
        try:
            if app.hubspot.list_named("contact", one.name) is not None:
                continue
        except SchemaChanged:  # it is there, and asks for a property that is not
            continue
        except NotAllowed as refused:
            if refused.status == 401:
                raise
            sure = False

        def make(one: LaneList = one) -> bool:
            return app.hubspot.create_list("contact", one.name, one.property, one.value)

        found.append(Missing("hubspot", f"list {one.name}", make, sure))
    return found


def apply_setup(app: App, systems: Sequence[str] = SYSTEMS, permission_set: str = PERMISSION_SET) -> list[str]:
    """Make everything that is missing; returns `system name` of each."""
    made = []
    for one in missing(app, systems, permission_set):
        one.make()
        made.append(f"{one.system} {one.name}")
    return made
