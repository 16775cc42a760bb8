"""The schemas of both systems as last seen come back as they were, also those that a newer leadbridge kept."""

from __future__ import annotations

from sqlalchemy import Engine, select, update
from staged import NOW

from bridge.staging import sales
from bridge.staging.database import reading, writing
from bridge.staging.schema import schema_snapshot
from connectors.records import FieldSchema, ObjectSchema

RATING = FieldSchema(
    "Rating", "Rating", "picklist", options=("Hot", "Cold"), labels=("Hot!", "Cold"), valid_for=(("DE",), ()), by_type={"012A": ("Hot",)}
)  # fmt: skip
LEAD = ObjectSchema("salesforce", "Lead", {"Rating": RATING})


def test_a_schema_comes_back_as_it_was_seen(engine: Engine) -> None:
    with writing(engine) as connection:
        sales.keep_schema(connection, LEAD, NOW)
    with reading(engine) as connection:
        assert sales.schemas(connection) == {("salesforce", "Lead"): LEAD}


def test_what_a_newer_leadbridge_kept_of_a_field_besides_is_left_out(engine: Engine) -> None:
    with writing(engine) as connection:
        sales.keep_schema(connection, LEAD, NOW)
        kept = connection.scalar(select(schema_snapshot.c.fields))
        kept["Rating"]["known_later"] = [1, 2]
        connection.execute(update(schema_snapshot).values(fields=kept))
    with reading(engine) as connection:
        assert sales.schemas(connection) == {("salesforce", "Lead"): LEAD}
