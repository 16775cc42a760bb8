"""Fields that Salesforce takes since its schema was read anew: the leads whose value was left out until then are decided again, and nobody else."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection

from bridge.settings.loading import Settings
from bridge.stages.clean.engine import closed_fields
from bridge.staging import due
from connectors.records import ObjectSchema

Schemas = Mapping[tuple[str, str], ObjectSchema]


def decide_for_opened(connection: Connection, settings: Settings, before: Schemas, now: Schemas, at: datetime) -> None:
    """`before`: the schemas as they were known, `now`: those that were read anew."""
    for (source, name), schema in now.items():
        mapping, known = settings.mapping_to(f"{source}.{name}"), before.get((source, name))
        if mapping is None or known is None:
            continue
        opened = set(closed_fields(mapping, known)) - set(closed_fields(mapping, schema))
        for field in sorted(opened):
            origins = mapping.fields[field].from_
            own = origins if origins and not any("." in origin for origin in origins) else ()
            due.with_value(connection, name, own, at)
