"""Fields that Salesforce takes since its schema was read anew: the leads whose value was left out until then are decided again, and nobody else."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from bridge.settings.loading import Settings
from bridge.stages.clean.engine import closed_fields
from bridge.staging import due
from connectors.records import ObjectSchema


def decide_for_opened(
    connection: Connection,
    settings: Settings,
    target: str,
    before: ObjectSchema | None,
    now: ObjectSchema,
    at: datetime,
) -> None:
    """`target`: the object as mappings name it ("salesforce.Lead"); `before`: its schema as it was known, None for not at all."""
    mapping = settings.mapping_to(target)
    if mapping is None or before is None:
        return
    for field in sorted(set(closed_fields(mapping, before)) - set(closed_fields(mapping, now))):
        origins = mapping.fields[field].from_
        own = origins if origins and not any("." in origin for origin in origins) else ()
        due.with_value(connection, target.partition(".")[2], own, at)
