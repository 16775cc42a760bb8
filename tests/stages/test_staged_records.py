"""Records and cursor: unchanged content makes no work, newer is never replaced by older, rows and cursor are kept together or not at all."""

from __future__ import annotations

import random

import pytest
from sqlalchemy import Engine
from staged import NOW, after, contact, decided, row_of, take

from bridge.staging import due, records
from bridge.staging.database import reading, writing
from connectors.records import Record


def test_the_same_content_is_no_news(engine: Engine) -> None:
    with writing(engine) as connection:
        assert take(connection, contact("1", city="Bonn")) == 1
        assert take(connection, contact("1", city="Bonn", at=after(60))) == 0
        assert take(connection, contact("1", city="Ulm", at=after(90))) == 1


@pytest.mark.parametrize(
    "echo",
    [
        {"leadbridge_status": "sent"},
        {"leadbridge_owner": "Anna", "leadbridge_sent_at": "2026-11-22T12:00:00.000Z"},
        {"lastmodifieddate": "2026-11-22T12:00:00.000Z"},
        {"hs_lastmodifieddate": "2026-11-22T12:00:00.000Z"},
        {"SystemModstamp": "2026-11-22T12:00:00.000Z", "LastModifiedById": "005X"},
        {"city": ""},
        {"city": None},
    ],
    ids=lambda echo: next(iter(echo)),
)
def test_our_own_echo_and_version_stamps_are_no_news(engine: Engine, echo: dict[str, object]) -> None:
    with writing(engine) as connection:
        take(connection, contact("1"))
        assert take(connection, contact("1", at=after(60), **echo)) == 0


@pytest.mark.parametrize("gap", [1, 1000])
def test_an_older_version_never_replaces_a_newer_one(engine: Engine, gap: int) -> None:
    with writing(engine) as connection:
        take(connection, contact("1", at=after(gap), city="new"))
        assert take(connection, contact("1", at=NOW, city="old")) == 0
        records.stage(connection, [contact("1", at=NOW, city="old")], NOW)
        assert records.read(connection, "hubspot", "contact", ["1"])["1"].values["city"] == "new"


def test_any_order_of_a_thousand_versions_ends_the_same(engine: Engine) -> None:
    versions = [contact(str(number % 20), at=after(number), city=f"city {number}") for number in range(1000)]
    random.Random(1).shuffle(versions)
    with writing(engine) as connection:
        for begin in range(0, 1000, 125):
            take(connection, *versions[begin : begin + 125])
        found = records.read(connection, "hubspot", "contact", map(str, range(20)))
    assert {one.values["city"] for one in found.values()} == {f"city {number}" for number in range(980, 1000)}


def test_two_versions_in_one_page_leave_the_newer(engine: Engine) -> None:
    with writing(engine) as connection:
        take(connection, contact("1", at=after(9), city="new"), contact("1", at=NOW, city="old"))
        assert records.read(connection, "hubspot", "contact", ["1"])["1"].values["city"] == "new"


def test_an_exception_keeps_neither_rows_nor_cursor(engine: Engine) -> None:
    with writing(engine) as connection:
        records.move(connection, "hubspot", "contact", {"at": 1}, NOW)

    def page() -> None:
        with writing(engine) as connection:
            take(connection, contact("1"), contact("2"))
            records.move(connection, "hubspot", "contact", {"at": 2}, NOW)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        page()
    with reading(engine) as connection:
        assert records.position(connection, "hubspot", "contact") == {"at": 1}
        assert records.count(connection, "hubspot", "contact") == 0


def test_what_is_gone_is_news_and_counts_no_more(engine: Engine) -> None:
    with writing(engine) as connection:
        take(connection, contact("1"), contact("2"))
        assert take(connection, contact("1", gone=True)) == 1
        assert records.count(connection, "hubspot", "contact") == 1


def test_merged_away_records_retire_and_resolve_to_the_survivor(engine: Engine) -> None:
    with writing(engine) as connection:
        take(connection, contact("1"), contact("2"), contact("3", former=("1", "2")))
        assert records.survivors(connection, "hubspot", "contact", ["1", "2", "3"]) == {"1": "3", "2": "3"}
        assert records.retire(connection, "hubspot", "contact", ["1", "2"]) == 2
        assert records.retire(connection, "hubspot", "contact", ["1", "2"]) == 0
        assert records.count(connection, "hubspot", "contact") == 1


def test_values_no_json_can_hold_are_kept_readable(engine: Engine) -> None:
    strange = {"half": "\ud83d", "huge": "x" * 1_000_000, "deep": {"a": [{"b": None}]}, "big": 2**70}
    with writing(engine) as connection:
        take(connection, contact("1", **strange))
        kept = records.read(connection, "hubspot", "contact", ["1"])["1"].values
    assert len(kept["huge"]) == 1_000_000
    assert kept["deep"] == {"a": [{"b": None}]}


def test_a_changed_record_makes_its_lead_due_and_only_that(engine: Engine) -> None:
    with writing(engine) as connection:
        take(connection, contact("1"), contact("2"))
        decided(connection, ["L1", "L2"])
        records.belong(connection, {"1": "L1", "2": "L2"})
        assert due.count(connection, after(60)) == 0
        assert due.by_contact(connection, ["1"], after(30)) == 1
        assert row_of(connection, "L1").due_at is not None
        assert row_of(connection, "L2").due_at is None


def test_kinds_and_sources_do_not_mix(engine: Engine) -> None:
    with writing(engine) as connection:
        take(connection, contact("1", city="Bonn"))
        take(connection, Record("salesforce", "contact", "1", {"City": "Ulm"}, NOW))
        assert records.read(connection, "hubspot", "contact", ["1"])["1"].values["city"] == "Bonn"
        assert records.read(connection, "salesforce", "contact", ["1"])["1"].values == {"City": "Ulm"}
