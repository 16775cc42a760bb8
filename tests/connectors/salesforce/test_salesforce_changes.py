"""Readings of changes when the org answers oddly, and what a record says of merges and deletions."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest
from stub_org import Asked, StubOrg, Told

from connectors.errors import NotAllowed, Refused, SchemaChanged, Unavailable
from connectors.records import Record
from connectors.salesforce import Following, Salesforce

NOW = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)
DATE = {"Date": format_datetime(NOW, usegmt=True)}


def number(index: int, prefix: str = "00Q") -> str:
    return f"{prefix}{index:012d}AAA"


def lead(index: int, minute: float = 0, **values: Any) -> dict[str, Any]:
    at = (NOW - timedelta(hours=1) + timedelta(minutes=minute)).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "+0000"
    return {"attributes": {"type": "Lead"}, "Id": number(index), "SystemModstamp": at, "IsDeleted": False, **values}


def page(*rows: dict[str, Any], total: int | None = None, done: bool = True) -> Told:
    size = len(rows) if total is None else total
    return Told(200, {"totalSize": size, "done": done, "records": list(rows)}, DATE)


def script(org: StubOrg, *answers: Told) -> None:
    left = iter(answers)
    org.answers = lambda asked: next(left)


def ids(client: Salesforce, **options: Any) -> list[str]:
    return [record.id for one in client.changed("lead", ["Email"], **options) for record in one.records]


def describe(*fields: str) -> Told:
    return Told(
        200, {"name": "Lead", "createable": True, "fields": [{"name": name, "type": "string"} for name in fields]}
    )


def test_no_changes_are_one_call_and_one_empty_page(org: StubOrg) -> None:
    script(org, page())
    pages = list(org.client().changed("lead", ["Email"], {"at": "2026-11-22T03:00:00.000Z"}))
    assert [(one.records, one.last) for one in pages] == [((), True)]
    assert len(org.asked) == 1
    assert org.asked[0].path.endswith("/queryAll")
    assert (
        "SystemModstamp >= 2026-11-22T02:50:00.000Z ORDER BY SystemModstamp, Id LIMIT 2000" in org.asked[0].query["q"]
    )


def test_a_reading_ends_at_the_orgs_clock_when_it_began(org: StubOrg) -> None:
    later = {"Date": format_datetime(NOW + timedelta(hours=1), usegmt=True)}
    script(org, page(lead(1), lead(2)), Told(200, {"totalSize": 1, "done": True, "records": [lead(3)]}, later))
    pages = list(org.client().changed("lead", [], page=2))
    assert [one.last for one in pages] == [False, True]
    assert pages[0].position["id"] == number(2)
    assert pages[1].position == {"at": "2026-11-22T03:59:55.000Z"}


def test_a_page_in_the_middle_goes_on_exactly_behind_it(org: StubOrg) -> None:
    script(org, page(lead(1), lead(2, 0.00002)), page())
    list(org.client().changed("lead", [], page=2))
    assert (
        "(SystemModstamp > 2026-11-22T03:00:00.001Z OR (SystemModstamp = 2026-11-22T03:00:00.001Z "
        "AND Id > '00Q000000000002AAA'))" in org.asked[1].query["q"]
    )


def test_a_stored_middle_goes_on_without_looking_back(org: StubOrg) -> None:
    script(org, page(lead(1), lead(2)), page())
    first = next(iter(org.client().changed("lead", [], page=2)))
    list(org.client().changed("lead", [], first.position, page=2))
    assert f"Id > '{number(2)}'" in org.asked[1].query["q"]
    assert first.position["began"] == "2026-11-22T03:59:55.000Z"


@pytest.mark.parametrize(
    ("answers", "seen"),
    [
        ([page(lead(1), total=2), page(lead(2))], [1, 2]),  # valid JSON with rows missing
        ([page(lead(2), lead(1)), page(lead(2), lead(3)), page()], [2, 1, 3]),  # rows in another order
        (
            [page(lead(1), lead(2)), page(lead(1), lead(2), lead(3)), page()],
            [1, 2, 3],
        ),  # rows of the page before once more
        ([page(lead(1), total=9), page(lead(2), total=9), page(total=9)], [1, 2]),  # a total that is wrong
        (
            [page(lead(1), lead(2)), page(lead(1, 5))],
            [1, 2],
        ),  # edited while we read: it comes again in the next reading
        ([page(lead(1), done=False), page(lead(2))], [1, 2]),  # fewer rows than asked for, and not done
    ],
)
def test_odd_pages_lose_no_row_and_come_to_an_end(org: StubOrg, answers: list[Told], seen: list[int]) -> None:
    script(org, *answers)
    assert ids(org.client(), page=2) == [number(index) for index in seen]


def test_an_org_that_gives_the_page_before_again_is_not_at_its_end(org: StubOrg) -> None:
    """The rows behind that page would be passed over for good."""
    script(org, page(lead(1), lead(2)), page(lead(1), lead(2)), page(lead(3)))
    with pytest.raises(Unavailable, match="nothing was skipped"):
        ids(org.client(), page=2)


@pytest.mark.parametrize(
    ("date", "at"),
    [
        ("Sun, 22 Nov 2026 04:00:00 GMT", "2026-11-22T03:59:55.000Z"),
        ("Sun, 22 Nov 2026 04:00:00 -0000", "2026-11-22T03:59:55.000Z"),
        ("Fri, 31 Dec 9999 23:59:59 GMT", "2026-11-22T03:00:00.000Z"),  # no clock: where the rows stand
        ("noon", "2026-11-22T03:00:00.000Z"),
    ],
)
def test_whatever_clock_the_org_shows_a_reading_comes_to_its_end(org: StubOrg, date: str, at: str) -> None:
    script(org, Told(200, {"totalSize": 1, "done": True, "records": [lead(0)]}, {"Date": date}))
    pages = list(org.client().changed("lead", [], {"at": "2026-11-21T04:00:00.000Z"}))
    assert pages[-1].position == {"at": at}


def test_a_position_from_the_future_is_refused(org: StubOrg) -> None:
    script(org, page())
    with pytest.raises(Refused, match="ahead of Salesforce's own clock"):
        ids(org.client(), position={"at": "2027-11-22T04:00:00.000Z"})


def test_a_row_without_its_time_is_an_outage(org: StubOrg) -> None:
    script(org, page({"Id": number(1)}))
    with pytest.raises(Unavailable):
        ids(org.client())


def one_page(org: StubOrg, kind: str, *rows: dict[str, Any]) -> list[Record]:
    script(org, page(*rows))
    return [record for one in org.client().changed(kind, []) for record in one.records]


def test_a_deleted_record_is_gone(org: StubOrg) -> None:
    (record,) = one_page(org, "lead", lead(1, IsDeleted=True))
    assert (record.gone, record.links) == (True, {})


def test_a_merge_is_told_by_both_sides(org: StubOrg) -> None:
    loser = lead(1, IsDeleted=True, MasterRecordId=number(3))
    before = lead(2, IsDeleted=True, MasterRecordId=number(1))
    records = {record.id: record for record in one_page(org, "lead", before, loser, lead(3))}
    assert records[number(1)].links["merged_into"] == (number(3),)
    assert records[number(1)].gone
    assert set(records[number(3)].former_ids) == {number(1), number(2)}


def test_two_records_that_name_each_other_as_survivor_come_to_an_end(org: StubOrg) -> None:
    rows = [lead(one, IsDeleted=True, MasterRecordId=number(other)) for one, other in ((1, 2), (2, 1))]
    assert [record.links["merged_into"] for record in one_page(org, "lead", *rows)] == [(number(2),), (number(1),)]


def test_a_converted_lead_names_what_became_of_it(org: StubOrg) -> None:
    became: dict[str, Any] = {"ConvertedAccountId": number(1, "001"), "ConvertedContactId": number(1, "003")}
    (record,) = one_page(org, "lead", lead(1, IsConverted=True, OwnerId=number(1, "005"), **became))
    assert record.links == {
        "account": (number(1, "001"),),
        "contact": (number(1, "003"),),
        "owner": (number(1, "005"),),
    }
    assert record.values["IsConverted"] is True
    assert "attributes" not in record.values
    assert record.changed_at == NOW - timedelta(hours=1)


@pytest.mark.parametrize(
    ("kind", "has", "has_not"),
    [
        ("account", "IsDeleted, MasterRecordId", "IsConverted"),
        ("contact", "AccountId", "IsConverted"),
        (
            "lead",
            "IsConverted, ConvertedDate, ConvertedAccountId, ConvertedContactId, ConvertedOpportunityId",
            "AccountId",
        ),
        ("user", "IsActive FROM User", "IsDeleted"),
        ("group", "FROM Group WHERE Type = 'Queue'", "IsDeleted"),
        ("campaign", "IsDeleted", "MasterRecordId"),
        ("opportunity", "AccountId", "MasterRecordId"),
    ],
)
def test_each_kind_asks_for_what_its_object_has(org: StubOrg, kind: str, has: str, has_not: str) -> None:
    one_page(org, kind)
    assert has in org.asked[0].query["q"]
    assert not re.search(rf"\b{has_not}\b", org.asked[0].query["q"])


def test_an_unknown_kind_is_refused(org: StubOrg) -> None:
    with pytest.raises(Refused, match="account, contact"):
        list(org.client().changed("leads", []))


def no_column(name: str) -> Told:
    return Told(400, [{"errorCode": "INVALID_FIELD", "message": f"No such column '{name}' on entity 'Lead'."}])


def test_every_field_that_is_gone_is_named_though_the_org_names_one(org: StubOrg) -> None:
    script(org, no_column("A__c"), describe("Id", "SystemModstamp", "IsDeleted", "MasterRecordId", "Email"))
    with pytest.raises(SchemaChanged) as raised:
        list(org.client().changed("lead", ["A__c", "Email", "B__c", "Owner.Name"]))
    assert raised.value.names == ("A__c", "B__c")


def test_a_field_of_ours_that_is_hidden_is_done_without_and_remembered(org: StubOrg) -> None:
    lead_fields = ("Id", "SystemModstamp", "IsDeleted", "MasterRecordId", "OwnerId", "IsConverted", "ConvertedDate")
    seen = describe(*lead_fields, "ConvertedAccountId", "ConvertedContactId", "Email")
    script(org, no_column("ConvertedOpportunityId"), seen, page(lead(1)), page())
    client = org.client()
    assert ids(client) == [number(1)]
    assert ids(client) == []
    assert len(org.asked) == 4
    assert "ConvertedOpportunityId" not in org.asked[3].query["q"]


def test_a_refusal_for_another_reason_stays_one(org: StubOrg) -> None:
    script(org, Told(403, [{"errorCode": "INSUFFICIENT_ACCESS", "message": "no"}]))
    with pytest.raises(NotAllowed):
        ids(org.client())


def test_more_fields_than_a_url_holds_are_fetched_by_id(org: StubOrg) -> None:
    fields = [f"A_Field_With_A_Long_Name_{index:03d}__c" for index in range(600)]

    def answers(asked: Asked) -> Told:
        assert len(asked.raw) < 16_384
        wanted = asked.query["q"][7:].split(" FROM ")[0].split(", ") if asked.query else asked.json["fields"]
        row = lead(1) | {name: f"v{name}" for name in wanted if name.startswith("A_")}
        return page(row, lead(2, IsDeleted=True)) if asked.query else Told(200, [row])

    org.answers = answers
    (one,) = org.client().changed("lead", fields)
    assert {name: one.records[0].values.get(name) for name in fields} == {name: f"v{name}" for name in fields}
    assert org.asked[1].json["ids"] == [number(1)]
    assert len(org.asked) == 2


def composite(asked: Asked, **bodies: Told) -> Told:
    parts = [
        {"referenceId": part["referenceId"], "httpStatusCode": told.status, "body": told.body}
        for part in asked.json["compositeRequest"]
        for told in [bodies.get(part["referenceId"], page())]
    ]
    return Told(200, {"compositeResponse": parts}, DATE)


KINDS = ("account", "contact", "lead", "user", "campaign", "group", "opportunity")


def test_seven_kinds_without_changes_are_two_calls(org: StubOrg) -> None:
    org.answers = composite
    pages = org.client().changed_many([Following(kind, ()) for kind in KINDS])
    assert tuple(pages) == KINDS
    assert {kind: [one.last for one in of] for kind, of in pages.items()} == {kind: [True] for kind in KINDS}
    assert [len(asked.json["compositeRequest"]) for asked in org.asked] == [5, 2]
    assert {part["method"] for part in org.asked[0].json["compositeRequest"]} == {"GET"}


def test_what_is_wrong_with_one_kind_is_raised_by_its_own_pages(org: StubOrg) -> None:
    def answers(asked: Asked) -> Told:
        if asked.path.endswith("composite"):
            return composite(asked, lead=no_column("A__c"), contact=page(lead(1)))
        return describe("Id", "SystemModstamp") if "describe" in asked.path else no_column("A__c")

    org.answers = answers
    pages = org.client().changed_many([Following("lead", ("A__c",)), Following("contact", ())])
    assert [record.id for one in pages["contact"] for record in one.records] == [number(1)]
    with pytest.raises(SchemaChanged):
        list(pages["lead"])


def test_an_org_without_composite_is_asked_one_by_one(org: StubOrg) -> None:
    missing = Told(404, [{"errorCode": "NOT_FOUND", "message": "The requested resource does not exist"}])
    org.answers = lambda asked: missing if asked.path.endswith("composite") else page(lead(1))
    pages = org.client().changed_many([Following("lead", ()), Following("contact", ())])
    assert [len(one.records) for of in pages.values() for one in of] == [1, 1]


@pytest.mark.parametrize(
    "closed",
    [
        Told(403, [{"errorCode": "FUNCTIONALITY_NOT_ENABLED", "message": "no"}]),
        Told(404, b"404 page not found", {"Content-Type": "text/plain"}),
        Told(404),
        Told(405),
    ],
)
def test_a_composite_call_that_is_closed_to_us_is_done_without(org: StubOrg, closed: Told) -> None:
    org.answers = lambda asked: closed if asked.path.endswith("composite") else page(lead(1))
    pages = org.client().changed_many([Following("lead", ()), Following("contact", ())])
    assert [len(one.records) for of in pages.values() for one in of] == [1, 1]
    assert sum(asked.path.endswith("composite") for asked in org.asked) == 1


def test_a_record_named_by_15_characters_is_the_one_named_by_18(org: StubOrg) -> None:
    short, whole = "001A0000006Vm9u", "001A0000006Vm9uIAC"
    names = {"OwnerId": short, "MasterRecordId": short, "JigsawContactId": short, "Code__c": short}
    script(org, page(lead(1, ConvertedAccountId=short, **names) | {"Id": short}))
    (one,) = (record for page in org.client().changed("lead", ["Code__c"]) for record in page.records)
    assert (one.id, one.links["account"], one.links["owner"], one.links["merged_into"]) == (whole, *[(whole,)] * 3)
    assert (one.values["OwnerId"], one.values["ConvertedAccountId"]) == (whole, whole)
    assert (one.values["JigsawContactId"], one.values["Code__c"]) == (short, short)
