"""The engine: one mapping applied to one person's values.

`compile_mapping` looks everything up once (formats, live fields, value maps); what it returns is called once per lead. `apply` does both
for a single lead, or takes a `Memo` that remembers compiled mappings between calls. Values that come again (countries, industries,
titles) are answered from a bounded memory per line; long texts and what is not a text are never remembered.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from bridge.decisions import Cleaned, Cleaning
from bridge.stages.clean.addresses import states_within, without_country
from bridge.stages.clean.answers import EMPTY, shown
from bridge.stages.clean.line import Line, compile_line
from bridge.stages.clean.region import region_of
from connectors.records import ObjectSchema

if TYPE_CHECKING:
    from bridge.settings.mapping import Mapping as FieldMappings

Cleaner = Callable[[Mapping[str, Any]], Cleaning]


@dataclass(slots=True)
class Memo:
    """Compiled mappings by identity; give the same one to every `apply` of a run."""

    cleaners: dict[tuple[int, int], tuple[object, object, Cleaner]] = field(default_factory=dict)

    def cleaner(self, mapping: FieldMappings, schema: ObjectSchema | None) -> Cleaner:
        key = (id(mapping), id(schema))
        known = self.cleaners.get(key)
        if known is None:  # mapping and schema are kept beside it, so their ids cannot be given to others
            known = self.cleaners[key] = (mapping, schema, compile_mapping(mapping, schema))
        return known[2]


def closed_fields(mapping: FieldMappings, schema: ObjectSchema | None) -> tuple[str, ...]:
    """Fields that a mapping fills and need not fill, and that Salesforce does not have, hides or lets only be read."""
    if schema is None or schema.source != "salesforce":
        return ()
    return tuple(name for name, line in mapping.fields.items() if not line.required and not schema.takes(name))


def apply(
    mapping: FieldMappings, values: Mapping[str, Any], schema: ObjectSchema | None = None, *, memo: Memo | None = None
) -> Cleaning:
    """`values` (flat: `lastname`, `company.domain`, `bridge.brief`) through every line of `mapping`, fitted to the live `schema`."""
    return memo.cleaner(mapping, schema)(values) if memo is not None else compile_mapping(mapping, schema)(values)


def compile_mapping(mapping: FieldMappings, schema: ObjectSchema | None = None) -> Cleaner:
    """A function from a person's values to a `Cleaning`. Fields without any source value are not in its `fields`, unless a blank clears them.

    What Salesforce does not take is left out, unless it is required: one field of an org must not cost its leads.
    """
    left_out = closed_fields(mapping, schema)
    lines = tuple(compile_line(name, line, schema) for name, line in mapping.fields.items() if name not in left_out)
    wants_region = any(line.in_region for line in lines)
    name = mapping.name
    within = states_within(mapping.fields, schema)
    required = {line.target for line in lines if line.required}

    def clean(values: Mapping[str, Any]) -> Cleaning:
        region = region_of(values) if wants_region else None
        fields: dict[str, Cleaned] = {}
        missing: list[str] = []
        for line in lines:
            cleaned = line.constant or EMPTY
            if cleaned is EMPTY:
                for source in line.sources:
                    raw = values.get(source)
                    if raw is None or raw == "":
                        continue
                    cleaned = line.clean(raw, region)
                    if cleaned.value is None:
                        cleaned = _first_usable(line, values, region)
                    break
            if cleaned is not EMPTY or line.clears:
                fields[line.target] = cleaned
            if cleaned.value is None and (line.required or cleaned.reason in line.holds_on):
                missing.append(line.target)
        if within:
            alone = without_country(fields, within)
            fields |= alone
            missing += sorted(required.intersection(alone))
        return Cleaning(name, fields, tuple(missing), within)

    return clean


def _first_usable(line: Line, values: Mapping[str, Any], region: str | None) -> Cleaned:
    """The first source that gives a value; what was passed over is told in its note."""
    passed: list[tuple[str, Cleaned]] | None = None
    for source in line.sources:
        raw = values.get(source)
        if raw is None or raw == "":
            continue
        cleaned = line.clean(raw, region)
        if cleaned.value is not None:
            return cleaned if passed is None else _after(passed, cleaned)
        if cleaned.reason:
            passed = [*(passed or ()), (source, cleaned)]
    if passed is None:
        return EMPTY
    first = passed[0][1]
    return (
        first if len(passed) == 1 else replace(first, note="; ".join(f"{source}: {bad.note}" for source, bad in passed))
    )


def _after(passed: list[tuple[str, Cleaned]], cleaned: Cleaned) -> Cleaned:
    skipped = "; ".join(f"passed over {source} ('{shown(str(bad.original))}'): {bad.note}" for source, bad in passed)
    note = f"{cleaned.note}; {skipped}" if cleaned.note else skipped
    return replace(cleaned, reason="used_fallback", note=note)
