"""Questions: nothing of a value becomes part of one, and none is too long for a URL."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from stub_org import Asked, StubOrg, Told

from connectors.errors import Refused
from connectors.salesforce import soql

EMPTY = {"totalSize": 0, "done": True, "records": []}


@pytest.mark.parametrize(
    ("value", "quoted"),
    [
        ("O'Brien", r"'O\'Brien'"),
        ("\\' OR Name != ''", r"'\\\' OR Name != \'\''"),
        ("x' OR Id != null --", r"'x\' OR Id != null --'"),
        ("100%_", "'100%_'"),
        ("a\nb\tc", r"'a\nb\tc'"),
        ("{0} {name:literal}", "'{0} {name:literal}'"),
        (None, "null"),
        (True, "true"),
        (["a", "b'"], r"('a','b\'')"),
        (datetime(2026, 11, 22, 5, 0, tzinfo=timezone(timedelta(hours=1))), "2026-11-22T04:00:00+00:00"),
    ],
)
def test_a_value_stays_a_value(org: StubOrg, value: object, quoted: str) -> None:
    org.answers = lambda asked: Told(200, EMPTY)
    org.client().query("SELECT Id FROM Lead WHERE LastName = {}", value)
    assert org.asked[0].query["q"] == f"SELECT Id FROM Lead WHERE LastName = {quoted}"


@pytest.mark.parametrize("name", ["Lead", "LeadBridge_Id__c", "Owner.Name", "ns__Field__c", "A__r.B__r.C__c"])
def test_a_name_is_taken_as_it_is(name: str) -> None:
    assert soql.name(name) == name


@pytest.mark.parametrize(
    "name",
    [
        "",
        "Id FROM User",
        "Id,Name",
        "Lead--",
        "1Lead",
        "Lead'",
        "Leäd",
        "Lead\n",
        "a." * 9 + "b",
        "Lead/../User",
        "{0}",
    ],
)
def test_a_name_that_is_none_is_refused(org: StubOrg, name: str) -> None:
    client = org.client()
    for act in (
        lambda: client.schema(name),
        lambda: client.read("Lead", ["00Q000000000001AAA"], [name]),
        lambda: client.read(name, ["00Q000000000001AAA"], ["Id"]),
        lambda: client.find_by("Lead", name, ["1"], ["Id"]),
        lambda: client.upsert("Lead", name, [{name: "1"}]),
        lambda: client.upsert(name, "Ext__c", [{"Ext__c": "1"}]),
        lambda: list(client.changed("lead", [name])),
    ):
        with pytest.raises(Refused):
            act()
    assert org.asked == []


def test_a_field_named_twice_is_asked_for_once() -> None:
    assert soql.names(["Id", "Email", "email", "ID"]) == ("Id", "Email")


def test_a_time_keeps_its_milliseconds_and_needs_a_zone() -> None:
    assert soql.literal(datetime(2026, 1, 2, 3, 4, 5, 678_900, tzinfo=UTC)) == "2026-01-02T03:04:05.678Z"
    with pytest.raises(ValueError, match="zone"):
        soql.literal(datetime.fromisoformat("2026-01-02T00:00:00"))


@pytest.mark.parametrize(
    "text", ["2026-11-22T04:00:00.123+0000", "2026-11-22T04:00:00.123Z", "2026-11-22T05:00:00.123+01:00"]
)
def test_salesforces_times_become_utc(text: str) -> None:
    assert soql.moment(text) == datetime(2026, 11, 22, 4, 0, 0, 123_000, tzinfo=UTC)


def test_long_lists_of_values_are_asked_in_pieces_short_enough_for_a_url(org: StubOrg) -> None:
    values = [f"Ünïcödé'{number:05d}" * 4 for number in range(1000)]
    lengths: list[int] = []

    def answers(asked: Asked) -> Told:
        lengths.append(len(asked.raw))
        return Told(200, EMPTY)

    org.answers = answers
    org.client().find_by("Lead", "LeadBridge_Id__c", values, ["Email"])
    assert max(lengths) < 16_384
    assert sum(asked.query["q"].count("00") > 0 for asked in org.asked) == len(org.asked)
    asked_for = "".join(asked.query["q"] for asked in org.asked)
    assert all(f"{number:05d}" in asked_for for number in range(1000))
