"""Which fields are written: one owner per field, blanks, what we wrote before, and what the org made of it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from bridge.deciding.planning import Addressee, Target, changes, salesforce_write
from bridge.decisions import Cleaned, Cleaning, Landing
from connectors.records import Record

KEY = "LeadBridge_Id__c"
TO = Addressee("L1", "005A", "emea", 7)


def target(stands: Any, written: Any = "never") -> Target:
    values = {} if stands == "missing" else {"City": stands}
    record = Record("salesforce", "lead", "00Q1", values, datetime(2026, 11, 1, tzinfo=UTC))
    return Target(record, {} if written == "never" else {"City": written})


@pytest.mark.parametrize(
    ("wins", "value", "stands", "written", "sent"),
    [
        ("source", "Bonn", "Ulm", "never", "Bonn"),
        ("source", "Bonn", "Bonn", "never", None),
        ("source", "Bonn", " Bonn ", "never", None),
        ("source", "Bonn", None, "never", "Bonn"),
        ("source", "Bonn", "missing", "never", "Bonn"),
        ("source", "Bonn", "Ulm", "Bonn", None),  # an automation changed it: never fought
        ("source", "Bonn", None, "Bonn", None),  # Sales cleared it
        ("source", "Bonn", "Ulm", "Ulm", "Bonn"),
        ("source", "Bonn", "Kiel", "Ulm", "Bonn"),
        ("crm", "Bonn", None, "never", None),
        ("crm", "Bonn", "Ulm", "never", None),
        ("crm", "Bonn", "Ulm", "Ulm", None),
        ("crm_unless_blank", "Bonn", None, "never", "Bonn"),
        ("crm_unless_blank", "Bonn", "", "never", "Bonn"),
        ("crm_unless_blank", "Bonn", "Ulm", "never", None),
        ("crm_unless_blank", "Bonn", "Ulm", "Ulm", None),
        ("crm_unless_blank", "Bonn", None, "Ulm", "Bonn"),
        ("newest", "Bonn", "Ulm", "never", None),
        ("newest", "Bonn", "Ulm", "Ulm", "Bonn"),
        ("newest", "Bonn", "Kiel", "Ulm", None),
        ("newest", "Bonn", None, "never", "Bonn"),
        ("source", 5, 5.0, "never", None),
        ("source", Decimal("5.50"), 5.5, "never", None),
        ("source", date(2026, 11, 22), "2026-11-22", "never", None),
        ("source", ("a", "b"), "a;b", "never", None),
        ("source", True, True, "never", None),
        ("source", True, 1, "never", True),
    ],
)
def test_who_wins_as_a_table(wins: str, value: Any, stands: Any, written: Any, sent: Any) -> None:
    found = changes(Cleaning("m", {"City": Cleaned(value)}), target(stands, written), {"City": wins}, {}, False)
    assert found == ({} if sent is None else {"City": sent})


@pytest.mark.parametrize(
    ("empty", "reason", "stands", "blanks_only", "sent"),
    [
        ("leave", "", "Ulm", False, {}),
        ("clear", "", "Ulm", False, {"City": None}),
        ("clear", "", None, False, {}),
        ("clear", "", "", False, {}),
        ("clear", "not_a_city", "Ulm", False, {}),  # what could not be read does not wipe what is there
        ("clear", "", "Ulm", True, {}),
    ],
)
def test_an_empty_value(empty: str, reason: str, stands: Any, blanks_only: bool, sent: dict[str, Any]) -> None:
    cleaning = Cleaning("m", {"City": Cleaned(None, "??" if reason else None, reason)})
    assert changes(cleaning, target(stands), {}, {"City": empty}, blanks_only) == sent


@pytest.mark.parametrize(
    ("wins", "written", "sent"),
    [
        ("source", "never", True),
        ("source", "Ulm", True),
        ("source", None, False),  # we cleared it, and somebody filled it since
        ("crm", "Ulm", False),
        ("crm_unless_blank", "Ulm", False),
        ("newest", "Ulm", True),
        ("newest", "Bonn", False),
    ],
)
def test_a_blank_clears_only_what_the_bridge_may_write_over(wins: str, written: Any, sent: bool) -> None:
    cleaning = Cleaning("m", {"City": Cleaned(None)})
    there = target("Ulm", written)
    assert changes(cleaning, there, {"City": wins}, {"City": "clear"}, False) == ({"City": None} if sent else {})


@pytest.mark.parametrize(("stands", "sent"), [(None, {"City": "Bonn"}), ("", {"City": "Bonn"}), ("Ulm", {})])
def test_a_touched_contact_gets_blanks_filled_only(stands: Any, sent: dict[str, Any]) -> None:
    cleaning = Cleaning("m", {"City": Cleaned("Bonn")})
    assert changes(cleaning, target(stands), {"City": "source"}, {}, True) == sent


def test_a_new_record_gets_every_value_there_is() -> None:
    cleaning = Cleaning("m", {"City": Cleaned("Bonn"), "Phone": Cleaned(None), "Title": Cleaned("CEO")})
    found = changes(cleaning, Target(None, {}), {"City": "crm"}, {"Phone": "clear"}, False)
    assert found == {"City": "Bonn", "Title": "CEO"}


@pytest.mark.parametrize(
    ("kind", "object_name", "needs_room"), [("create_lead", "Lead", True), ("create_contact", "Contact", False)]
)
def test_creating_is_an_upsert_on_our_id_with_an_owner(kind: str, object_name: str, needs_room: bool) -> None:
    made = salesforce_write(Landing(kind, object_name), {"LastName": "Roe"}, Target(None, {}), TO, KEY)
    assert made is not None
    assert (made.operation, made.needs_room, made.about) == ("upsert", needs_room, "")
    assert made.payload == {"LastName": "Roe", "OwnerId": "005A", KEY: "L1"}


@pytest.mark.parametrize(
    ("stands", "payload"),
    [("", {"City": "Bonn", KEY: "L1"}), ("L1", {"City": "Bonn"}), ("another", {"City": "Bonn"})],
)
def test_an_open_record_is_adopted_once_and_keeps_its_owner(stands: str, payload: dict[str, Any]) -> None:
    record = Record("salesforce", "lead", "00Q1", {KEY: stands, "City": "Ulm"}, datetime(2026, 11, 1, tzinfo=UTC))
    made = salesforce_write(Landing("update_lead", "Lead", "00Q1"), {"City": "Bonn"}, Target(record, {}), TO, KEY)
    assert made is not None
    assert (made.operation, made.remote_id, made.payload) == ("update", "00Q1", payload)
    assert made.before is not None
    assert made.before["City"] == "Ulm"


def test_nothing_to_change_is_no_write() -> None:
    record = Record("salesforce", "lead", "00Q1", {KEY: "L1"}, datetime(2026, 11, 1, tzinfo=UTC))
    assert salesforce_write(Landing("update_lead", "Lead", "00Q1"), {}, Target(record, {}), TO, KEY) is None
    assert salesforce_write(Landing("none", "Lead", "00Q1"), {"City": "Bonn"}, Target(record, {}), TO, KEY) is None


@pytest.mark.parametrize(
    ("country", "state", "stands", "sent"),
    [
        ("US", "CA", {}, {"Country": "US", "State": "CA"}),
        ("US", "CA", {"Country": "US"}, {"State": "CA"}),
        ("US", "CA", {"Country": "DE"}, {"Country": "US", "State": "CA"}),
        ("US", "CA", {"Country": "DE", "State": "BY"}, {"Country": "US", "State": "CA"}),
        ("US", None, {"Country": "DE", "State": "BY"}, {}),
        ("US", "CA", {"State": "CA"}, {"Country": "US"}),
        (None, "CA", {}, {}),
        (None, "CA", {"Country": "US"}, {}),
    ],
)
def test_a_state_stands_with_its_own_country_where_the_org_asks_for_it(
    country: str | None, state: str | None, stands: dict[str, Any], sent: dict[str, Any]
) -> None:
    record = Record("salesforce", "lead", "00Q1", stands, datetime(2026, 11, 1, tzinfo=UTC))
    fields = {"Country": Cleaned(country), "State": Cleaned(state)}
    cleaning = Cleaning("m", fields, within={"State": "Country"})
    assert changes(cleaning, Target(record, {}), {}, {}, False) == sent


def test_a_country_sales_keeps_is_given_no_state_of_another() -> None:
    record = Record("salesforce", "lead", "00Q1", {"Country": "DE"}, datetime(2026, 11, 1, tzinfo=UTC))
    cleaning = Cleaning("m", {"Country": Cleaned("US"), "State": Cleaned("CA")}, within={"State": "Country"})
    assert changes(cleaning, Target(record, {}), {"Country": "crm"}, {}, False) == {}


@pytest.mark.parametrize(
    ("record_type", "value", "sent"),
    [
        ("012A", "Bonn", True),
        ("012A", "Ulm", False),
        ("012A", "Bonn;Kiel", True),
        ("012A", "Bonn;Ulm", False),
        ("012B", "Ulm", True),
        (None, "Ulm", True),
    ],
)
def test_what_the_records_own_type_does_not_take_is_left_as_it_stands(
    record_type: str | None, value: str, sent: bool
) -> None:
    values = {"City": None, "RecordTypeId": record_type}
    there = Target(Record("salesforce", "lead", "00Q1", values, datetime(2026, 11, 1, tzinfo=UTC)), {})
    choices = {"City": {"012A": frozenset({"Bonn", "Kiel"})}}
    found = changes(Cleaning("m", {"City": Cleaned(value), "Name": Cleaned("x")}), there, {}, {}, False, choices)
    assert found == ({"City": value, "Name": "x"} if sent else {"Name": "x"})
