"""Search: operators, limits, order, and an index that lags behind."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from conftest import NOW

from connectors.sandbox.world import Thing, World


def where(name: str, operator: str, value: Any = None, high: Any = None, values: Any = None) -> dict[str, Any]:
    given = {"propertyName": name, "operator": operator, "value": value, "highValue": high, "values": values}
    return {key: one for key, one in given.items() if one is not None}


def found(hub: Any, objects: str, *filters: dict[str, Any], **more: Any) -> set[str]:
    body = {"filterGroups": [{"filters": list(filters)}], "limit": 200, "properties": ["email"], **more}
    status, answer = hub("POST", f"{objects}/contacts/search", body)
    assert status == 200, answer
    assert answer["total"] == len(answer["results"])
    return {row["properties"]["email"].split("@")[0] for row in answer["results"]}


def people(*numbers: int) -> set[str]:
    return {f"p{n}" for n in numbers}


EVERYBODY = people(*range(30))
CHILE = people(*range(0, 30, 3))


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ([], EVERYBODY),
        ([where("country", "EQ", "chile")], CHILE),
        ([where("country", "NEQ", "Chile")], EVERYBODY - CHILE),
        ([where("country", "IN", values=["chile"])], CHILE),
        ([where("country", "IN", values=["Chile"])], set()),
        ([where("country", "NOT_IN", values=["chile", "x"])], EVERYBODY - CHILE),
        ([where("lifecyclestage", "EQ", "lead")], EVERYBODY),
        ([where("lifecyclestage", "EQ", "LEAD")], set()),
        ([where("phone", "HAS_PROPERTY")], set()),
        ([where("phone", "NOT_HAS_PROPERTY"), where("country", "EQ", "Chile")], CHILE),
        ([where("email", "EQ", "P7@example.com")], people(7)),
        ([where("email", "IN", values=["p7@example.com", "p8@example.com"])], people(7, 8)),
        ([where("email", "CONTAINS_TOKEN", "p1*")], people(1, *range(10, 20))),
        ([where("email", "CONTAINS_TOKEN", "example.com")], EVERYBODY),
        ([where("lastname", "CONTAINS_TOKEN", "nr 7")], people(7)),
        ([where("lastname", "NOT_CONTAINS_TOKEN", "7")], EVERYBODY - people(7)),
        ([where("associatedcompanyid", "GT", "0")], people(0, 1, 2, 3, 4)),
        ([where("associatedcompanyid", "BETWEEN", "102", "103")], set()),
        ([where("lastname", "LT", "nr 11")], people(0, 1, 10)),
        ([where("createdate", "LTE", "2026-11-13T09:00:00Z")], EVERYBODY),
        ([where("hs_lifecyclestage_lead_date", "GTE", "2026-11-14")], EVERYBODY),
        ([where("hs_lifecyclestage_lead_date", "GT", "2026-11-15")], set()),
    ],
)  # fmt: skip
def test_operators(hub: Any, objects: str, filters: list[dict[str, Any]], expected: set[str]) -> None:
    assert found(hub, objects, *filters) == expected


def test_times_of_change_are_cut_at_both_edges(hub: Any, objects: str) -> None:
    start = NOW - timedelta(days=1)

    def at(minute: int) -> str:
        return str(int((start + timedelta(minutes=minute)).timestamp() * 1000))

    name = "lastmodifieddate"
    assert found(hub, objects, where(name, "BETWEEN", at(3), at(5))) == people(3, 4, 5)
    assert found(hub, objects, where(name, "GT", at(3)), where(name, "LT", at(6))) == people(4, 5)
    assert found(
        hub, objects, where(name, "GTE", at(3)), where(name, "LTE", at(5)), where("country", "EQ", "chile")
    ) == people(3)
    assert found(hub, objects, where(name, "EQ", at(9))) == people(9)


def test_groups_are_alternatives(hub: Any, objects: str) -> None:
    groups = [{"filters": [where("email", "EQ", f"p{n}@example.com")]} for n in (1, 2)]
    groups.append({"filters": [where("country", "EQ", "Chile"), where("firstname", "EQ", "pat")]})
    status, answer = hub("POST", f"{objects}/contacts/search", {"filterGroups": groups, "limit": 100})
    assert status == 200
    assert {row["properties"]["email"] for row in answer["results"]} == {
        f"p{n}@example.com" for n in (1, 2, 3, 9, 15, 21, 27)
    }


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ({"limit": 201}, "limit"),
        ({"after": "9999", "limit": 2}, "10000"),
        ({"after": "x"}, "after"),
        ({"filterGroups": [{"filters": [where("nosuch", "EQ", "1")]}]}, "nosuch"),
        ({"filterGroups": [{"filters": [where("email", "LIKE", "1")]}]}, "LIKE"),
        ({"filterGroups": [{"filters": [where("email", "EQ")]}]}, "requires a value"),
        ({"filterGroups": [{"filters": [where("email", "IN")]}]}, "list of values"),
        ({"filterGroups": [{"filters": [where("createdate", "BETWEEN", "1")]}]}, "highValue"),
        ({"filterGroups": [{"filters": [where("createdate", "GT", "soon")]}]}, "not a valid date"),
        ({"filterGroups": [{"filters": [where("num_conversion_events", "GT", "few")]}]}, "not a valid number"),
        ({"filterGroups": [{"filters": [where("email", "HAS_PROPERTY")] * 7}]}, "filters in a group is 6"),
        ({"filterGroups": [{"filters": [where("email", "HAS_PROPERTY")]}] * 6}, "filter groups is 5"),
        ({"filterGroups": [{"filters": [where("email", "HAS_PROPERTY")] * 5}] * 4}, "18"),
        ({"sorts": ["email", "phone"]}, "one sort"),
        ({"sorts": ["nosuch"]}, "nosuch"),
        ({"query": "x" * 3001}, "3000"),
        ({"properties": "email"}, "properties"),
    ],
)
def test_what_search_refuses(hub: Any, objects: str, body: dict[str, Any], says: str) -> None:
    status, answer = hub("POST", f"{objects}/contacts/search", body)
    assert (status, answer["category"]) == (400, "VALIDATION_ERROR")
    assert says in answer["message"]


def test_the_last_page_of_ten_thousand_is_given(hub: Any, objects: str) -> None:
    assert hub("POST", f"{objects}/contacts/search", {"after": "9800", "limit": 200})[0] == 200
    assert hub("POST", f"{objects}/contacts/search", {"after": "", "filterGroups": []})[0] == 200


@pytest.mark.parametrize(
    ("sort", "first"),
    [
        ("hs_object_id", "p0"),
        ({"propertyName": "hs_object_id", "direction": "DESCENDING"}, "p29"),
        ("-lastmodifieddate", "p29"),
        ("lastname", "p0"),
        ({"propertyName": "associatedcompanyid", "direction": "ASCENDING"}, "p0"),
    ],
)
def test_order_holds_across_pages(hub: Any, objects: str, sort: Any, first: str) -> None:
    seen: list[str] = []
    after = "0"
    while after:
        _, page = hub(
            "POST", f"{objects}/contacts/search", {"sorts": [sort], "limit": 7, "after": after, "properties": ["email"]}
        )
        seen += [row["properties"]["email"].split("@")[0] for row in page["results"]]
        after = page.get("paging", {}).get("next", {}).get("after")
    assert seen[0] == first
    assert len(seen) == len(set(seen)) == 30


def test_free_text_looks_at_the_beginnings_of_words(hub: Any, objects: str) -> None:
    status, answer = hub("POST", f"{objects}/contacts/search", {"query": "pat nr", "limit": 100})
    assert (status, answer["total"]) == (200, 15)


def test_the_defaults_are_ten_rows_and_the_documented_properties(hub: Any, objects: str) -> None:
    _, answer = hub("POST", f"{objects}/contacts/search", {})
    assert len(answer["results"]) == 10
    shown = {"createdate", "email", "firstname", "hs_object_id", "lastmodifieddate", "lastname"}
    assert set(answer["results"][0]["properties"]) == shown


def test_the_index_lags_behind_and_shows_the_old_values(start: Callable[..., Any], objects: str) -> None:
    hub = start(lag=(10, 10))
    p1 = hub.id("contacts", "p1")
    hub("PATCH", f"{objects}/contacts/{p1}", {"properties": {"country": "Peru"}})
    hub("POST", f"{objects}/contacts", {"properties": {"email": "p99@example.com", "country": "Peru"}})
    hub("DELETE", f"{objects}/contacts/{hub.id('contacts', 'p2')}")
    peru = where("country", "EQ", "Peru")
    assert found(hub, objects, peru) == set()
    assert "p2" in found(hub, objects, where("country", "EQ", "Norway"))
    assert found(hub, objects, where("email", "EQ", "p99@example.com")) == set()
    assert hub("GET", f"{objects}/contacts/{p1}?properties=country")[1]["properties"]["country"] == "Peru"
    hub.sandbox.clock.advance(11)
    assert found(hub, objects, peru) == people(1, 99)
    assert "p2" not in found(hub, objects, where("country", "EQ", "Norway"))


def test_a_later_write_does_not_show_before_its_time(start: Callable[..., Any], objects: str) -> None:
    hub = start(lag=(10, 10))
    path = f"{objects}/contacts/{hub.id('contacts', 'p1')}"
    hub("PATCH", path, {"properties": {"country": "Peru"}})
    hub.sandbox.clock.advance(6)
    hub("PATCH", path, {"properties": {"country": "Fiji"}})
    hub.sandbox.clock.advance(6)
    assert found(hub, objects, where("country", "EQ", "Peru")) == people(1)
    assert found(hub, objects, where("country", "EQ", "Fiji")) == set()
    hub.sandbox.clock.advance(6)
    assert found(hub, objects, where("country", "EQ", "Peru")) == set()
    assert found(hub, objects, where("country", "EQ", "Fiji")) == people(1)


def test_merged_and_archived_records_are_not_found(hub: Any, objects: str) -> None:
    hub(
        "POST",
        f"{objects}/contacts/merge",
        {"primaryObjectId": hub.id("contacts", "p1"), "objectIdToMerge": hub.id("contacts", "p2")},
    )
    hub("DELETE", f"{objects}/contacts/{hub.id('contacts', 'p3')}")
    assert found(hub, objects) == EVERYBODY - people(2, 3)


def test_a_walk_by_id_through_one_moment_misses_nobody(start: Callable[..., Any], objects: str) -> None:
    count = 450
    things = [Thing("contacts", f"c{n}", {"email": f"c{n}@example.com"}, created_at=NOW) for n in range(count)]
    hub = start(World("one moment", 1, NOW, things))
    seen: list[str] = []
    last = "0"
    while True:
        filters = [
            where("lastmodifieddate", "LTE", str(int(NOW.timestamp() * 1000))),
            where("hs_object_id", "GT", last),
        ]
        body = {"filterGroups": [{"filters": filters}], "sorts": ["hs_object_id"], "limit": 200}
        _, page = hub("POST", f"{objects}/contacts/search", body)
        if not page["results"]:
            break
        assert page["total"] == count - len(seen)
        seen += [row["id"] for row in page["results"]]
        last = seen[-1]
    assert len(seen) == len(set(seen)) == count


def test_results_kept_for_paging_follow_writes(hub: Any, objects: str) -> None:
    chile = where("country", "EQ", "Chile")
    assert found(hub, objects, chile, sorts=["-lastname"]) == CHILE
    hub("PATCH", f"{objects}/contacts/{hub.id('contacts', 'p0')}", {"properties": {"country": "Peru"}})
    hub(
        "PATCH",
        f"{objects}/contacts/{hub.id('contacts', 'p1')}",
        {"properties": {"country": "Chile", "lastname": "Aa"}},
    )
    assert found(hub, objects, chile, sorts=["-lastname"]) == (CHILE - people(0)) | people(1)
    hub.act("drop_property", kind="contacts", name="country")
    assert hub("POST", f"{objects}/contacts/search", {"filterGroups": [{"filters": [chile]}]})[0] == 400


@pytest.mark.parametrize("seed", range(5))
def test_after_the_lag_search_shows_what_is_there(start: Callable[..., Any], seed: int) -> None:
    hub = start(lag=(0, 10))
    rng = random.Random(seed)
    store = hub.sandbox.hubspot.account.portal.store("contacts")
    where_chile = [where("country", "EQ", "Chile")]
    for _ in range(150):
        ids = [str(row.id) for row in store.live_rows()]
        what = rng.choice(("edit", "edit", "edit", "edit", "create", "archive", "merge", "wait", "ask"))
        if what == "edit":
            hub.act("edit", kind="contacts", id=rng.choice(ids), properties={"country": rng.choice(("Chile", "Peru"))})
        elif what == "create":
            hub.act("create", kind="contacts", properties={"country": "Chile"})
        elif what == "archive" and len(ids) > 10:
            hub.act("archive", kind="contacts", id=rng.choice(ids))
        elif what == "merge" and len(ids) > 10:
            first, second = rng.sample(ids, 2)
            hub.act("merge", kind="contacts", primary=first, other=second)
        elif what == "wait":
            hub.sandbox.clock.advance(rng.uniform(0, 5))
        elif what == "ask":
            assert (
                hub("POST", "/crm/v3/objects/contacts/search", {"filterGroups": [{"filters": where_chile}]})[0] == 200
            )
    hub.sandbox.clock.advance(11)
    for filters, holds in (([], lambda row: True), (where_chile, lambda row: row.get("country") == "Chile")):
        body = {"filterGroups": [{"filters": filters}], "limit": 200, "sorts": ["-lastmodifieddate"]}
        found = hub("POST", "/crm/v3/objects/contacts/search", body)[1]
        expected = sorted(
            (row for row in store.live_rows() if holds(row)), key=lambda row: (row.changed, row.id), reverse=True
        )
        assert [row["id"] for row in found["results"]] == [str(row.id) for row in expected]
