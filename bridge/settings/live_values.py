"""What the live schemas say of values: which ones a fact can have, and which statuses Salesforce's leads can have."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace

from bridge.settings.base import did_you_mean
from bridge.settings.capacity import Capacity
from bridge.settings.condition_leaves import Finding
from bridge.settings.known import DERIVED, Known, facts_of
from bridge.settings.mapping import FieldMapping
from bridge.settings.mapping import Mapping as FieldMappings
from connectors.records import FieldSchema, ObjectSchema

Schemas = Mapping[str, ObjectSchema]

READABLE_OBJECTS = {"company": "hubspot.company"}
AS_STORED = {"text": ("picklist",), "picklist": ("picklist",), "multi_picklist": ("picklist", "multipicklist")}
"""Formats that leave choices as HubSpot stores them: of properties of these types."""
WORKED_OUT = frozenset(fact.name for fact in DERIVED)


def schema_of(mapping: FieldMappings, origin: str, live: Schemas) -> ObjectSchema | None:
    """What has the property that a source name means; None when that cannot be known."""
    prefix, dot, _ = origin.partition(".")
    return live.get(READABLE_OBJECTS.get(prefix, "")) if dot else live.get(mapping.source)


def with_choices(known: Known, mappings: Mapping[str, FieldMappings], live: Schemas) -> Known:
    """The facts, those that are made of closed lists alone with all values they can have."""
    found = dict(known)
    made = Counter(name for name, _ in facts_of(mappings.values()))
    for mapping in mappings.values():
        for name, field in facts_of((mapping,)):
            if name not in WORKED_OUT and made[name] == 1 and not found[name].options:
                choices = _choices(mapping, field, live)
                found[name] = replace(found[name], options=tuple(choices), called=choices)
    return found


def _choices(mapping: FieldMappings, field: FieldMapping, live: Schemas) -> dict[str, str]:
    """Value → how HubSpot shows it, of every value the line can make; empty when it may make others."""
    choices: dict[str, str] = {}
    for origin in field.from_:
        source = _source(mapping, origin, live)
        if source is None or not source.options or source.type not in AS_STORED.get(field.format, ()):
            return {}
        choices |= dict(zip(source.options, source.labels or source.options, strict=True))
    replaced = {value.casefold() for value in field.values}
    kept = {value: label for value, label in choices.items() if value.casefold() not in replaced}
    return {value: value for value in field.values.values()} | kept


def _source(mapping: FieldMappings, origin: str, live: Schemas) -> FieldSchema | None:
    schema = schema_of(mapping, origin, live)
    return None if schema is None else schema.fields.get(origin.rpartition(".")[2])


def check_statuses(capacity: Capacity, lead: ObjectSchema) -> Iterator[Finding]:
    """A status that no lead can have counts nothing; of those that count unless the file says so, one must be there."""
    field = lead.fields.get("Status")
    there = () if field is None else tuple(dict.fromkeys((*field.options, *sum(field.by_type.values(), ()))))
    if not there:
        return
    unknown = [(at, name) for at, name in enumerate(capacity.count_statuses) if name not in there]
    if "count_statuses" in capacity.model_fields_set:
        for at, name in unknown:
            near = did_you_mean(name, there) or f"Known: {', '.join(there[:12])}."
            yield Finding(("count_statuses", at), f"Salesforce's Lead has no status '{name}'.", near)
    elif len(unknown) == len(capacity.count_statuses):
        text = "none of the statuses that count as open without `count_statuses` is one of Salesforce's Lead."
        yield Finding((), text, f"Name those that do. Known: {', '.join(there[:12])}.")
