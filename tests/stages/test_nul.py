"""NUL characters, which HubSpot can hold and PostgreSQL cannot: left out where records are staged, on both engines alike."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine
from staged import NOW, contact, take

from bridge.staging import records
from bridge.staging.database import reading, to_json, writing


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({"a": "x\0y"}, '{"a":"xy"}'),
        ({"\0": ["\0", {"b": "\0\0c"}]}, '{"":["",{"b":"c"}]}'),
        ({"a": "\\u0000 as typed"}, '{"a":"\\\\u0000 as typed"}'),
        ({"a": "\\\0"}, '{"a":"\\\\"}'),
        ({"a": "nothing of it"}, '{"a":"nothing of it"}'),
    ],
)
def test_json_without_nul(value: object, text: str) -> None:
    assert to_json(value) == text


def test_a_record_with_nul_is_staged_and_known_again(engine: Engine) -> None:
    odd = contact("1", lastname="O\0Neil", email="a\0@acme.example")
    with writing(engine) as connection:
        assert take(connection, odd) == 1
        assert take(connection, odd, now=NOW) == 0
    with reading(engine) as connection:
        kept = records.read(connection, "hubspot", "contact", ["1"])["1"]
        assert kept.values["lastname"] == "ONeil"
        assert records.submissions_by(connection, ["a@acme.example"]) == {}
