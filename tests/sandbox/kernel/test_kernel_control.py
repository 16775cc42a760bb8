"""The control port: what it lists, what it switches, and what it says to a request that makes no sense."""

from __future__ import annotations

from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any

import orjson
import pytest
import urllib3

from connectors.sandbox.launch import Sandbox

LIST = "/crm/v3/objects/contacts?limit=1"


def test_it_lists_what_can_be_done(caller: Any) -> None:
    index = caller.control("GET", "/")
    assert "POST /faults" in index["ways"]
    assert {"edit", "merge", "unsubscribe", "limits", "index_lag"} <= set(index["acts"]["hubspot"])
    assert all(act["does"] for act in index["acts"]["hubspot"].values())


def test_faults_of_a_systems_own_are_known_too() -> None:
    with Sandbox(systems=("salesforce",)) as sandbox, urllib3.PoolManager() as pool:
        url = f"{sandbox.control_url}/faults"
        assert {"answer_lost", "row_lock", "query_timeout"} <= set(pool.request("GET", url).json()["known"])
        assert pool.request("POST", url, json={"name": "row_lock", "system": "salesforce"}).status == 201


def test_a_fault_of_one_system_is_not_taken_for_the_other() -> None:
    with Sandbox() as sandbox, urllib3.PoolManager() as pool:
        url = f"{sandbox.control_url}/faults"
        for name, wrong, right in (("row_lock", "hubspot", "salesforce"), ("423", "salesforce", "hubspot")):
            refused = pool.request("POST", url, json={"name": name, "system": wrong})
            assert (refused.status, f"{name} is a fault of {right} alone" in refused.json()["error"]) == (400, True)
            assert pool.request("POST", url, json={"name": name}).status == 201
        in_force = pool.request("GET", url).json()["in_force"]
        assert [(one["name"], one["system"]) for one in in_force] == [("row_lock", "salesforce"), ("423", "hubspot")]


def test_an_act_with_arguments_of_another_type_is_told_what_it_takes(caller: Any) -> None:
    answer = caller.control("POST", "/act/hubspot/edit", {"kind": "contacts", "id": "101", "properties": 5})
    assert "it takes (kind: 'str'" in answer["error"]


def test_the_ledger_is_read_from_a_number_on(caller: Any) -> None:
    for _ in range(3):
        caller.hubspot("GET", LIST)
    first = caller.control("GET", "/ledger")
    assert first["count"] == len(caller.sandbox.ledger)
    caller.hubspot("PATCH", "/crm/v3/objects/contacts/101", {"properties": {"phone": "1"}})
    later = caller.control("GET", f"/ledger?since={first['count']}")
    assert [(one["method"], one["status"]) for one in later["entries"]] == [("PATCH", 200)]
    assert later["entries"][0]["effects"] == [
        {"what": "updated", "kind": "contacts", "id": "101", "values": {"phone": "1"}, "before": {"phone": None}}
    ]


def test_a_light_ledger_counts_and_forgets(caller: Any) -> None:
    caller.control("POST", "/ledger", {"light": True})
    before = len(caller.sandbox.ledger)
    caller.hubspot("PATCH", "/crm/v3/objects/contacts/101", {"properties": {"phone": "1"}})
    assert len(caller.sandbox.ledger) == before + 1
    assert caller.sandbox.ledger.since()[-1].effects == ()


def test_the_clock_is_frozen_moved_and_released(caller: Any) -> None:
    at = "2026-03-01T10:00:00+00:00"
    assert caller.control("POST", "/clock/freeze", {"at": at})["frozen"] is True
    caller.control("POST", "/clock/advance", {"seconds": 90})
    assert datetime.fromisoformat(caller.control("GET", "/clock")["now"]) == datetime.fromisoformat(
        "2026-03-01T10:01:30+00:00"
    )
    dated = parsedate_to_datetime(caller.hubspot("GET", LIST).headers["date"])
    assert dated == datetime.fromisoformat("2026-03-01T10:01:30+00:00")
    caller.control("POST", "/clock/release")
    assert caller.control("GET", "/clock")["frozen"] is False
    assert caller.control("GET", "/clock")["now"].startswith("2026-03-01T10:01:3")


def test_an_act_is_a_line_of_the_ledger(caller: Any) -> None:
    for path in ("/act/hubspot/unsubscribe", "/act/unsubscribe"):
        answer = caller.pool.request("POST", caller.sandbox.control_url + path, body=orjson.dumps({"id": "105"}))
        assert (answer.status, orjson.loads(answer.data)) == (200, "105")
    last = caller.sandbox.ledger.since()[-1]
    assert (last.method, last.path) == ("ACT", "/act/unsubscribe")
    assert last.effects[0].values == {"hs_email_optout": "true"}


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "says"),
    [
        ("POST", "/faults", {}, 400, "needs a name"),
        ("POST", "/faults", {"name": "500", "count": "many"}, 400, "count has to be a number"),
        ("POST", "/faults", {"name": "anser_lost"}, 400, "no fault is called anser_lost"),
        ("DELETE", "/faults/99", None, 404, "no fault 99"),
        ("POST", "/clock/stop", {}, 404, "freeze, advance and release"),
        ("POST", "/act/dance", {}, 404, "nobody here can dance"),
        ("POST", "/act/unsubscribe", {"who": "105"}, 400, "it takes"),
        ("POST", "/act/unsubscribe", {"id": "9"}, 409, "Object not found"),
        ("POST", "/limits", {"system": "hubspot", "tier": "gold"}, 409, "no tier gold"),
        ("POST", "/index-lag", {"system": "salesforce"}, 404, "nobody here"),
    ],
)
def test_requests_that_make_no_sense_are_told_why(
    caller: Any, method: str, path: str, body: Any, status: int, says: str
) -> None:
    answer = caller.control(method, path, body)
    assert answer["_status"] == status
    assert says in answer.get("error", "")
