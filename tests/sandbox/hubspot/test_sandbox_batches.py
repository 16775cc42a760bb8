"""Batches: sizes, all or nothing, and what failed in part: 207, in the date-based versions the status of success, as their documents have it."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest


def partly(objects: str, status: int = 200) -> int:
    return 207 if "v3" in objects else status


def ids(*values: str) -> list[dict[str, str]]:
    return [{"id": value} for value in values]


def test_reading_a_batch_names_what_is_missing(hub: Any, objects: str) -> None:
    p1, p2 = hub.id("contacts", "p1"), hub.id("contacts", "p2")
    status, answer = hub("POST", f"{objects}/contacts/batch/read", {"inputs": ids(p1, p2), "properties": ["email"]})
    assert (status, answer["status"], len(answer["results"])) == (200, "COMPLETE", 2)
    status, answer = hub("POST", f"{objects}/contacts/batch/read", {"inputs": ids(p1, "999"), "properties": ["email"]})
    assert status == partly(objects)
    assert answer["numErrors"] == 1
    assert answer["errors"][0]["category"] == "OBJECT_NOT_FOUND"
    assert answer["errors"][0]["context"]["ids"] == ["999"]
    assert [row["id"] for row in answer["results"]] == [p1]


def test_reading_by_a_unique_property(hub: Any, objects: str) -> None:
    body = {
        "idProperty": "email",
        "inputs": ids("p1@example.com", "P2@example.com", "nobody@example.com"),
        "properties": [],
    }
    status, answer = hub("POST", f"{objects}/contacts/batch/read", body)
    assert (status, len(answer["results"]), answer["errors"][0]["context"]["ids"]) == (
        partly(objects),
        2,
        ["nobody@example.com"],
    )
    assert hub("POST", f"{objects}/contacts/batch/read", {**body, "idProperty": "phone"})[0] == 400


def test_a_batch_holds_a_hundred_with_history_fifty(hub: Any, objects: str) -> None:
    many = ids(*(str(n) for n in range(1, 102)))
    status, answer = hub("POST", f"{objects}/contacts/batch/read", {"inputs": many, "properties": []})
    assert (status, answer["category"]) == (400, "VALIDATION_ERROR")
    body = {"inputs": many[:51], "properties": [], "propertiesWithHistory": ["email"]}
    assert hub("POST", f"{objects}/contacts/batch/read", body)[0] == 400
    assert hub("POST", f"{objects}/contacts/batch/read", {**body, "inputs": many[:50]})[0] == partly(objects)
    assert hub("POST", f"{objects}/contacts/batch/read", {"inputs": []})[0] == 400
    assert hub("POST", f"{objects}/contacts/batch/update", {"inputs": many})[0] == 400


def test_creating_is_all_or_nothing_without_trace_ids(hub: Any, objects: str) -> None:
    new, taken = {"properties": {"email": "a@example.com"}}, {"properties": {"email": "p1@example.com"}}
    status, answer = hub("POST", f"{objects}/contacts/batch/create", {"inputs": [new, taken]})
    assert (status, answer["category"]) == (409, "CONFLICT")
    assert hub.id("contacts", "p1") in answer["message"]
    assert hub("GET", f"{objects}/contacts/a@example.com?idProperty=email")[0] == 404
    assert hub("POST", f"{objects}/contacts/batch/create", {"inputs": [new, {"properties": {"nosuch": "1"}}]})[0] == 400
    status, answer = hub(
        "POST", f"{objects}/contacts/batch/create", {"inputs": [new, {"properties": {"email": "b@example.com"}}]}
    )
    assert (status, len(answer["results"])) == (201, 2)
    assert (
        hub("POST", f"{objects}/contacts/batch/create", {"inputs": [{"properties": {"email": "c@example.com"}}] * 2})[0]
        == 400
    )


def test_with_trace_ids_each_input_stands_alone(hub: Any, objects: str) -> None:
    inputs = [
        {"properties": {"email": "a@example.com"}, "objectWriteTraceId": "t1"},
        {"properties": {"email": "p1@example.com"}, "objectWriteTraceId": "t2"},
    ]
    status, answer = hub("POST", f"{objects}/contacts/batch/create", {"inputs": inputs})
    assert status == partly(objects, 201)
    assert [row["objectWriteTraceId"] for row in answer["results"]] == ["t1"]
    assert answer["errors"][0]["category"] == "CONFLICT"
    assert answer["errors"][0]["context"]["objectWriteTraceId"] == ["t2"]


def test_updating_writes_what_it_can(hub: Any, objects: str) -> None:
    p1 = hub.id("contacts", "p1")
    inputs = [{"id": p1, "properties": {"phone": "1"}}, {"id": "999", "properties": {"phone": "2"}}]
    status, answer = hub("POST", f"{objects}/contacts/batch/update", {"inputs": inputs})
    assert (status, answer["numErrors"]) == (partly(objects), 1)
    assert answer["results"][0]["properties"]["phone"] == "1"
    assert (
        hub(
            "POST",
            f"{objects}/contacts/batch/update",
            {"inputs": [inputs[0], {"id": p1, "properties": {"nosuch": "1"}}]},
        )[0]
        == 400
    )
    assert hub("POST", f"{objects}/contacts/batch/update", {"inputs": [inputs[0], inputs[0]]})[0] == 400


def test_upserting_says_which_are_new(hub: Any, objects: str) -> None:
    inputs = [
        {"id": "p1@example.com", "idProperty": "email", "properties": {"phone": "1"}},
        {"id": "new@example.com", "idProperty": "email", "properties": {"phone": "2", "email": "new@example.com"}},
    ]
    status, answer = hub("POST", f"{objects}/contacts/batch/upsert", {"inputs": inputs})
    assert status == 200
    assert [row["new"] for row in answer["results"]] == [False, True]
    assert [row["properties"]["email"] for row in answer["results"]] == ["p1@example.com", "new@example.com"]
    inputs[0]["idProperty"] = "phone"
    assert hub("POST", f"{objects}/contacts/batch/upsert", {"inputs": inputs})[0] == 400


def test_archiving_passes_over_what_is_not_there(hub: Any, objects: str) -> None:
    p1 = hub.id("contacts", "p1")
    assert hub("POST", f"{objects}/contacts/batch/archive", {"inputs": ids(p1, "999")})[0] == 204
    assert hub("GET", f"{objects}/contacts/{p1}")[0] == 404


@pytest.mark.parametrize("odd", ["9" * 20, "9" * 5000, "\u00b2"])
def test_what_no_id_can_be_is_not_there(hub: Any, objects: str, odd: str) -> None:
    p1 = hub.id("contacts", "p1")
    status, answer = hub("POST", f"{objects}/contacts/batch/read", {"inputs": ids(p1, odd), "properties": []})
    assert (status in (200, 207), [row["id"] for row in answer["results"]]) == (True, [p1])
    assert hub("GET", f"{objects}/contacts/{quote(odd)}")[0] == 404
    assert hub("GET", f"{objects}/contacts?after={quote(odd)}")[0] == 400


def test_creating_with_links(hub: Any, objects: str) -> None:
    spec = {"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": 1}
    link = {"to": {"id": hub.id("companies", "bolt")}, "types": [spec]}
    status, made = hub(
        "POST", f"{objects}/contacts", {"properties": {"email": "n@example.com"}, "associations": [link]}
    )
    assert status == 201
    row = hub("GET", f"{objects}/contacts/{made['id']}?properties=associatedcompanyid&associations=companies")[1]
    assert row["properties"]["associatedcompanyid"] == hub.id("companies", "bolt")
    assert row["associations"]["companies"]["results"][0]["id"] == hub.id("companies", "bolt")
    for wrong in ({"to": {"id": "999"}, "types": [spec]}, {"to": {"id": "1"}, "types": []}, {"types": [spec]}):
        assert hub("POST", f"{objects}/contacts", {"properties": {}, "associations": [wrong]})[0] == 400
