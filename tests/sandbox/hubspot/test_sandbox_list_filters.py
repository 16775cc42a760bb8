"""Lists that fill themselves follow filters on properties of every type and on other lists; a search of lists can be sorted."""

from __future__ import annotations

from typing import Any

import pytest

LISTS = "/crm/v3/lists"
# The type of operation that the published documents want for an operator or for one of its arguments.
KINDS = {
    "IS_KNOWN": "ALL_PROPERTY", "IS_UNKNOWN": "ALL_PROPERTY", "IS_GREATER_THAN_OR_EQUAL_TO": "NUMBER", "values": "MULTISTRING",
    "year": "DATE", "timestamp": "DATETIME", "numberOfDays": "ROLLING_DATE_RANGE", "lowerBound": "RANGED_DATE",
}  # fmt: skip


def branch(filters: list[Any], kind: str = "AND") -> dict[str, Any]:
    inner = {"filterBranchType": kind, "filterBranchOperator": "AND", "filters": filters, "filterBranches": []}
    return {"filterBranchType": "OR", "filterBranchOperator": "OR", "filters": [], "filterBranches": [inner]}


def on(name: str, operator: str, **more: Any) -> dict[str, Any]:
    kind = next((kind for key, kind in KINDS.items() if key in (operator, *more)), "STRING")
    operation = {"operationType": kind, "operator": operator, "includeObjectsWithNoValueSet": False} | more
    if kind in ("DATETIME", "ROLLING_DATE_RANGE", "RANGED_DATE"):
        operation["requiresTimeZoneConversion"] = False
    return {"filterType": "PROPERTY", "property": name, "operation": operation}


def asked(hub: Any, tree: dict[str, Any], name: str = "L") -> tuple[int, Any]:
    body = {"name": name, "objectTypeId": "0-1", "processingType": "DYNAMIC", "filterBranch": tree}
    status, made = hub("POST", LISTS, body)
    return status, made


def size(hub: Any, tree: dict[str, Any]) -> int:
    status, made = asked(hub, tree)
    assert status == 200, made
    return int(hub("GET", f"{LISTS}/{made['list']['listId']}/memberships")[1]["total"])


# Thirty people: p0, p3, … (ten) in Chile, the others in Norway; the odd ones are called Pat; p7 has a budget and a last name of its own.
@pytest.mark.parametrize(
    ("filters", "count"),
    [
        ([on("country", "IS_EQUAL_TO", value="chile")], 10),
        ([on("country", "IS_NOT_EQUAL_TO", value="Chile")], 20),
        ([on("country", "CONTAINS", values=["hil", "xyz"])], 10),
        ([on("country", "DOES_NOT_CONTAIN", values=["hil"])], 20),
        ([on("country", "STARTS_WITH", value="nor")], 20),
        ([on("country", "ENDS_WITH", value="way")], 20),
        ([on("country", "IS_ANY_OF", values=["Chile", "Norway"]), on("firstname", "IS_EQUAL_TO", value="Pat")], 15),
        ([on("country", "IS_NONE_OF", values=["Chile"])], 20),
        ([on("budget", "IS_ANY_OF", values=["big"])], 1),
        ([on("budget", "IS_UNKNOWN")], 29),
        ([on("budget", "IS_KNOWN")], 1),
        ([on("budget", "IS_NONE_OF", values=["big"])], 0),
        ([on("budget", "IS_NONE_OF", values=["big"], includeObjectsWithNoValueSet=True)], 29),
        ([on("createdate", "IS_KNOWN")], 30),
        ([on("hs_lifecyclestage_lead_date", "IS_AFTER", timestamp=1794528000000)], 30),
        ([on("hs_lifecyclestage_lead_date", "IS_BEFORE", year=2026, month="NOVEMBER", day=15)], 30),
        ([on("hs_lifecyclestage_lead_date", "IS_EQUAL_TO", year=2026, month="NOVEMBER", day=13)], 0),
        ([on("hs_lifecyclestage_lead_date", "IS_LESS_THAN_X_DAYS_AGO", numberOfDays=10)], 30),
        ([on("hs_lifecyclestage_lead_date", "IS_MORE_THAN_X_DAYS_AGO", numberOfDays=10)], 0),
        ([on("hs_lifecyclestage_lead_date", "IS_BETWEEN", lowerBound=1794096000000, upperBound=1794700800000)], 30),
        ([on("num_conversion_events", "IS_GREATER_THAN_OR_EQUAL_TO", value=1)], 0),
        ([{"filterType": "IN_LIST", "listId": "1", "operator": "IN_LIST"}], 2),
        ([{"filterType": "IN_LIST", "listId": "1", "operator": "NOT_IN_LIST"}], 28),
        ([{"filterType": "PAGE_VIEW", "operator": "HAS_PAGEVIEW_EQ", "pageUrl": "x", "enableTracking": False}], 0),
    ],
)
def test_filters(hub: Any, filters: list[Any], count: int) -> None:
    hub.act("edit", kind="contacts", id=hub.id("contacts", "p7"), properties={"budget": "big"})
    assert size(hub, branch(filters)) == count


def test_branches_may_say_not(hub: Any) -> None:
    both = [on("country", "IS_EQUAL_TO", value="Chile"), on("firstname", "IS_EQUAL_TO", value="Pat")]
    assert [size(hub, branch(both, kind)) for kind in ("AND",)] == [5]
    for number, (kind, count) in enumerate((("NOT_ALL", 25), ("NOT_ANY", 10))):
        status, made = asked(hub, branch(both, kind), f"N{number}")
        assert (status, made["list"]["size"]) == (200, count)


@pytest.mark.parametrize(
    "one",
    [
        on("nope", "IS_KNOWN"),
        on("country", "IS_PRETTY", value="x"),
        on("createdate", "IS_EQUAL_TO", operationType="CALENDAR_DATE", timeUnit="DAY"),
        {"filterType": "IN_LIST", "listId": "999", "operator": "IN_LIST"},
    ],
)
def test_what_no_list_can_follow_is_refused_when_it_is_made(hub: Any, one: dict[str, Any]) -> None:
    status, answer = asked(hub, branch([one]))
    assert (status in (400, 404), answer["category"] in ("VALIDATION_ERROR", "OBJECT_NOT_FOUND")) == (True, True)
    assert hub("POST", f"{LISTS}/search", {"query": "L"})[1]["total"] == 0


def test_members_who_were_there_first_joined_when_they_last_changed(hub: Any) -> None:
    id = asked(hub, branch([on("country", "IS_EQUAL_TO", value="Chile")]))[1]["list"]["listId"]
    made = hub("GET", f"{LISTS}/{id}/memberships")[1]["results"][0]["membershipTimestamp"]
    hub.sandbox.clock.advance(60)
    hub.act("edit", kind="contacts", id=hub.id("contacts", "p1"), properties={"country": "Chile"})
    order = hub("GET", f"{LISTS}/{id}/memberships/join-order")[1]["results"]
    assert order[-1]["recordId"] == hub.id("contacts", "p1")
    assert order[-1]["membershipTimestamp"] > made == order[0]["membershipTimestamp"]


def test_lists_are_found_by_kind_and_sorted(hub: Any) -> None:
    for name, kind in (("Beta", "0-2"), ("Alpha", "0-1")):
        hub("POST", LISTS, {"name": name, "objectTypeId": kind, "processingType": "MANUAL"})

    def names(**asked_for: Any) -> list[str]:
        return [one["name"] for one in hub("POST", f"{LISTS}/search", asked_for)[1]["lists"]]

    assert names() == ["Trade show", "Beta", "Alpha"]
    assert names(sort="HS_LIST_NAME") == ["Alpha", "Beta", "Trade show"]
    assert names(sort="-HS_LIST_NAME", objectTypeId="0-1") == ["Trade show", "Alpha"]
    assert names(objectTypeId="0-2") == ["Beta"]
    assert hub("POST", f"{LISTS}/search", {"sort": "HS_MOOD"})[0] == 400
