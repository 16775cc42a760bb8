"""Addresses of an org with state and country picklists: it takes a state only beside the country it belongs to, and refuses the record else."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace

from bridge.decisions import Cleaned
from connectors.records import ObjectSchema


def states_within(names: Collection[str], schema: ObjectSchema | None) -> dict[str, str]:
    """State field → the country field beside it, of the fields a mapping writes; empty for an org without such picklists."""
    fields = schema.fields if schema is not None else {}
    found = {}
    for name in names:
        plain = name.removesuffix("Code")
        prefix = plain.removesuffix("State")
        codes = fields.get(f"{prefix}CountryCode")
        if prefix == plain or f"{plain}Code" not in fields or codes is None or not codes.options:
            continue
        tail = name.removeprefix(plain)
        countries = (f"{prefix}Country{tail}", f"{prefix}CountryCode", f"{prefix}Country")
        found[name] = next((one for one in countries if one in names), countries[0])
    return found


def without_country(fields: Mapping[str, Cleaned], within: Mapping[str, str]) -> dict[str, Cleaned]:
    """The states that have no country beside them, without their value."""
    return {
        state: replace(
            fields[state], value=None, reason="unknown_state", note="no country stands beside it", kept=False
        )
        for state, country in within.items()
        if state in fields
        and fields[state].value is not None
        and (country not in fields or fields[country].value is None)
    }
