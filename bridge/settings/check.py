"""`leadbridge check`: every problem of every file, and, with the live schemas at hand, every way a mapping cannot work there.

All is named before anything is pushed: fields that do not exist or may not be written, types and choices that do not fit, fields too
short for what is mapped into them, required fields that nothing fills, values in conditions and statuses that nobody can have.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

from bridge.errors import Problem
from bridge.settings.base import did_you_mean
from bridge.settings.capacity import Capacity
from bridge.settings.condition_leaves import Finding
from bridge.settings.formats import FORMATS
from bridge.settings.live_values import check_statuses, schema_of, with_choices
from bridge.settings.loading import check_conditions, read_settings
from bridge.settings.mapping import FieldMapping
from bridge.settings.mapping import Mapping as FieldMappings
from bridge.settings.routing import Routing
from connectors.records import FieldSchema, ObjectSchema

Schemas = Mapping[str, ObjectSchema]
Steps = tuple[str | int, ...]

TEXT_TYPES = ("string", "text", "rich_text", "email", "phone", "url", "other")
SETUP = {"salesforce": "Run `leadbridge setup salesforce`.", "hubspot": "Run `leadbridge setup hubspot`."}
NEVER_MADE_BY_MAPPING = ("Account", "CampaignMember")
"""Accounts are only updated; what a membership needs beside the mapping, the bridge fills itself."""
OURS = ("LeadBridge_", "leadbridge_")
"""Fields and properties that `setup` makes."""


Takers = Callable[[Routing, Capacity], Iterable[tuple[str, Finding]]]


def check_files(
    config_dir: Path, mappings_dir: Path, schemas: Iterable[ObjectSchema] | None = None, takers: Takers | None = None
) -> list[Problem]:
    """Every problem, in the order of files and lines; empty when all is well. Without `schemas` only the files are looked at.

    `takers` says which people, departments and queues Salesforce does not have: (file, finding).
    """
    read = read_settings(config_dir, mappings_dir)
    routing, capacity = read.models["routing.yaml"], read.models["capacity.yaml"]
    if takers is not None and routing is not None and capacity is not None:
        for name, finding in takers(routing, capacity):
            read.add(name, [finding])
    if schemas is not None:
        live = {f"{schema.source}.{schema.name}": schema for schema in schemas}
        for name, mapping in read.mappings.items():
            read.add(f"{name}.yaml", check_live(mapping, live))
        check_conditions(read, with_choices(read.known, read.mappings, live))
        if capacity is not None and (lead := live.get("salesforce.Lead")) is not None:
            read.add("capacity.yaml", check_statuses(capacity, lead))
    return sorted(set(read.problems))


def check_live(mapping: FieldMappings, live: Schemas) -> Iterator[Finding]:
    """What is wrong with one mapping when its source and target look like this. Objects without a schema are left alone."""
    target = live.get(mapping.target)
    for name, field in mapping.fields.items():
        path: Steps = ("fields", name)
        source = None
        for index, origin in enumerate(field.from_):
            found = _origin(mapping, origin, live)
            if isinstance(found, Finding):
                yield Finding((*path, "from", index), found.text, found.suggestion)
            elif found is not None:
                source = found
                yield from _check_reading(field, found, path)
        if target is None:
            continue
        written = target.fields.get(name)
        if written is None:
            near = SETUP[target.source] if name.startswith(OURS) else did_you_mean(name, target.fields)
            yield Finding(path, f"{_called(target)} has no field {name}.", near, True)
        else:
            yield from _check_writing(mapping, field, written, source, path)
    if target is not None and target.source == "salesforce" and target.name not in NEVER_MADE_BY_MAPPING:
        yield from _check_required(mapping, target)


def _origin(mapping: FieldMappings, origin: str, live: Schemas) -> FieldSchema | Finding | None:
    """The live property a source name means; a finding when there is none; None when it cannot be known."""
    schema = schema_of(mapping, origin, live)
    if schema is None:
        return None
    asked = origin.partition(".")[2] or origin
    if asked in schema.fields:
        return schema.fields[asked]
    return Finding((), f"{_called(schema)} has no property {asked}.", did_you_mean(asked, schema.fields))


def _check_reading(field: FieldMapping, source: FieldSchema, path: Steps) -> Iterator[Finding]:
    facts = FORMATS[field.format]
    if source.type not in (*TEXT_TYPES, *facts.reads):
        text = f"cannot be made from {source.name}, which is of type {source.type}."
        yield Finding((*path, "format"), f"{field.format} {text}")
    if source.options and source.type == "picklist":
        for value in field.values:
            if value.casefold() not in {option.casefold() for option in source.options}:
                near = did_you_mean(value, source.options)
                yield Finding((*path, "values", value), f"{source.name} has no value {value}.", near, True)


def _check_writing(
    mapping: FieldMappings, field: FieldMapping, target: FieldSchema, source: FieldSchema | None, path: Steps
) -> Iterator[Finding]:
    creates_only = mapping.target == "salesforce.Task"
    if not target.createable and not target.updateable:
        yield Finding(path, f"{target.name} can only be read.", "Remove the line.", True)
    elif not target.createable or not (target.updateable or creates_only):
        when = "once the record is there" if target.updateable else "when the record is made"
        yield Finding(path, f"{target.name} can be written only {when}.", "Remove the line.", True)
    facts = FORMATS[field.format]
    if target.type not in facts.fits and target.type != "other":
        near = ", ".join(name for name, one in FORMATS.items() if one.fits[0] == target.type)
        text = f"{field.format} does not fit {target.name}, which is of type {target.type}."
        yield Finding((*path, "format"), text, f"Use {near}." if near else "")
    yield from _check_values(field, target, path)
    yield from _check_room(field, target, source, path)
    if mapping.target.startswith("salesforce.") and target.required and not field.required and field.constant is None:
        yield Finding(path, f"Salesforce demands {target.name}.", "Add `required: true`.", True)


def _check_values(field: FieldMapping, target: FieldSchema, path: Steps) -> Iterator[Finding]:
    """Fixed values and those of the value map must be among the choices, and short enough."""
    fixed: list[tuple[Steps, str]] = [((*path, "values", key), value) for key, value in field.values.items()]
    if field.constant is not None:
        fixed.append(((*path, "constant"), field.constant))
    if not isinstance(field.otherwise, str):
        fixed.append(((*path, "otherwise", "use"), field.otherwise.use))
    known = {option.casefold() for option in (*target.options, *target.labels)}
    for place, value in fixed:
        if target.restricted and known and value.casefold() not in known:
            near = did_you_mean(value, target.options) or f"Known: {', '.join(target.options[:12])}."
            yield Finding(place, f"'{value}' is no choice of {target.name}.", near)
        elif target.length and not target.options and len(value) > target.length:
            yield Finding(place, f"is longer than the {target.length} characters of {target.name}.")


def _check_room(field: FieldMapping, target: FieldSchema, source: FieldSchema | None, path: Steps) -> Iterator[Finding]:
    """A field must have room for what its format usually makes, unless the line says itself what happens then."""
    if not target.length or target.options or "too_long" in field.model_fields_set or field.constant is not None:
        return
    room = FORMATS[field.format].room
    longest = max((len(option) for option in source.options), default=0) if source and not field.values else 0
    if max(room, longest) > target.length:
        what = f"a value of {source.name}" if source and longest > room else field.format
        text = f"{target.name} holds {target.length} characters; {what} needs {max(room, longest)}."
        yield Finding(path, text, "Choose a longer field, or say `too_long: cut`.", True)


def _check_required(mapping: FieldMappings, target: ObjectSchema) -> Iterator[Finding]:
    for name, field in target.fields.items():
        if field.required and field.createable and name not in mapping.fields:
            yield Finding(
                ("fields",), f"Salesforce demands {name}, and nothing fills it.", f"Add a line for {name}.", True
            )


def _called(schema: ObjectSchema) -> str:
    system = {"salesforce": "Salesforce's", "hubspot": "HubSpot's"}.get(schema.source, schema.source)
    return f"{system} {schema.name}"
