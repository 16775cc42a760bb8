"""Each fault looks from outside as it should: told by what a plain client sees and by what the ledger holds."""

from __future__ import annotations

from typing import Any

import orjson
import pytest
import requests
import urllib3

from connectors.sandbox.kernel.canned import answer_for
from connectors.sandbox.kernel.faults import FAULTS, Fault, Faults
from connectors.sandbox.kernel.pages import PAGE_FAULTS
from connectors.sandbox.kernel.wire import AFTER, BEFORE

LIST = "/crm/v3/objects/contacts?limit=10"


def arm(caller: Any, name: str, **more: Any) -> None:
    assert caller.control("POST", "/faults", {"name": name, "system": "hubspot", **more})["_status"] == 201


@pytest.mark.parametrize(
    ("name", "status", "says"),
    [
        ("429", 429, b"TEN_SECONDLY_ROLLING"),
        ("429_retry_after", 429, b"RATE_LIMIT"),
        ("429_six_hours", 429, b"RATE_LIMIT"),
        ("429_daily", 429, b'"policyName":"DAILY"'),
        ("429_html", 429, b"<html>"),
        ("401", 401, b"EXPIRED_AUTHENTICATION"),
        ("403", 403, b"MISSING_SCOPES"),
        ("423", 423, b"LOCKED"),
        ("477", 477, b"MIGRATION_IN_PROGRESS"),
        ("500", 500, b"SERVER_ERROR"),
        ("500_empty", 500, b""),
        ("502", 502, b"<html>"),
        ("503", 503, b"SERVER_ERROR"),
        ("503_html", 503, b"<html>"),
        ("504", 504, b"Gateway Time-out"),
        ("html_200", 200, b"<html>"),
        ("html_error", 500, b"<html>"),
    ],
)
def test_answers_in_the_servers_place(caller: Any, name: str, status: int, says: bytes) -> None:
    arm(caller, name, count=1)
    answer = caller.hubspot("POST", "/crm/v3/objects/contacts", {"properties": {"email": "new@example.com"}})
    assert answer.status == status
    assert says in answer.data
    last = caller.sandbox.ledger.since()[-1]
    assert (last.fault, last.status, last.handled, last.effects) == (name, status, 0, ())
    assert caller.hubspot("GET", LIST).status == 200


def test_retry_after_is_sent_only_where_the_name_says_so(caller: Any) -> None:
    for name, value in (("429", None), ("429_retry_after", "7"), ("429_six_hours", "21600")):
        arm(caller, name, count=1, **({"seconds": 7} if name == "429_retry_after" else {}))
        assert caller.hubspot("GET", LIST).headers.get("retry-after") == value


def test_reset_is_a_reset_and_the_server_did_not_act(caller: Any) -> None:
    arm(caller, "reset", method="POST")
    with pytest.raises(urllib3.exceptions.ProtocolError) as caught:
        caller.hubspot("POST", "/crm/v3/objects/contacts", {"properties": {"email": "new@example.com"}})
    assert isinstance(caught.value.args[1], ConnectionResetError)
    assert caller.sandbox.hubspot.account.portal.store("contacts").by_unique("email", "new@example.com") is None


def test_answer_lost_is_a_reset_after_the_server_acted(caller: Any) -> None:
    arm(caller, "answer_lost", method="POST", path="*/objects/contacts")
    with pytest.raises(urllib3.exceptions.ProtocolError):
        caller.hubspot("POST", "/crm/v3/objects/contacts", {"properties": {"email": "new@example.com"}})
    assert caller.sandbox.hubspot.account.portal.store("contacts").by_unique("email", "new@example.com") is not None
    last = caller.sandbox.ledger.since()[-1]
    assert (last.status, last.handled, last.fault) == (0, 201, "answer_lost")
    assert [(effect.what, effect.kind) for effect in last.effects] == [("created", "contacts")]


@pytest.mark.parametrize(("name", "acts"), [("black_hole", False), ("timeout_before_headers", True)])
def test_silence_lasts_longer_than_the_client_waits(caller: Any, name: str, acts: bool) -> None:
    arm(caller, name, method="POST", seconds=20)
    with pytest.raises(urllib3.exceptions.ReadTimeoutError):
        caller.hubspot("POST", "/crm/v3/objects/contacts", {"properties": {"email": "new@example.com"}}, timeout=0.3)
    made = caller.sandbox.hubspot.account.portal.store("contacts").by_unique("email", "new@example.com")
    assert (made is not None) is acts


def test_silence_ends_with_the_connection(caller: Any) -> None:
    arm(caller, "black_hole", seconds=0.1)
    with pytest.raises(urllib3.exceptions.ProtocolError):
        caller.hubspot("GET", LIST)


def test_headers_come_and_the_body_does_not(caller: Any) -> None:
    arm(caller, "timeout_after_headers", seconds=20)
    url = caller.sandbox.hubspot_url + LIST
    headers = {"authorization": f"Bearer {caller.sandbox.hubspot.credentials['access_token']}"}
    answer = requests.get(url, headers=headers, stream=True, timeout=0.3)
    assert answer.status_code == 200
    assert int(answer.headers["content-length"]) > 100
    with pytest.raises(requests.exceptions.ConnectionError, match="Read timed out"):
        _ = answer.content


@pytest.mark.parametrize("name", ["truncated", "truncated_chunked"])
def test_cut_answers_that_a_client_notices(caller: Any, name: str) -> None:
    arm(caller, name)
    with pytest.raises(urllib3.exceptions.ProtocolError, match=r"IncompleteRead|Connection broken|InvalidChunkLength"):
        caller.hubspot("GET", LIST)


def test_a_cut_answer_without_a_length_looks_complete_and_is_not_json(caller: Any) -> None:
    arm(caller, "truncated_no_length")
    answer = caller.hubspot("GET", LIST)
    assert answer.status == 200
    assert "content-length" not in answer.headers
    with pytest.raises(orjson.JSONDecodeError):
        orjson.loads(answer.data)


def test_dripping_keeps_each_read_within_its_timeout(caller: Any) -> None:
    arm(caller, "slow_drip", seconds=0.001)
    assert caller.hubspot("GET", "/crm/v3/objects/contacts?limit=1", timeout=1.0).status == 200


def test_page_faults_keep_the_json_valid(caller: Any) -> None:
    arm(caller, "short_page", nth=[2])
    arm(caller, "duplicate_page", nth=[3])
    arm(caller, "wrong_total", method="POST", by=5)
    arm(caller, "shuffled_page", nth=[5])

    def ids(path: str) -> list[str]:
        return [row["id"] for row in orjson.loads(caller.hubspot("GET", path).data)["results"]]

    first = ids(LIST)
    assert len(first) == 10
    assert ids(f"{LIST}&after=111") == [str(n) for n in range(111, 116)]
    again = ids(f"{LIST}&after=121")
    assert again == [str(n) for n in range(111, 131)]
    found = orjson.loads(caller.hubspot("POST", "/crm/v3/objects/contacts/search", {"limit": 1}).data)
    assert found["total"] == 45
    shuffled = ids(LIST)
    assert sorted(shuffled) == first
    assert shuffled != first


def test_latency_goes_with_another_fault(caller: Any) -> None:
    arm(caller, "latency", seconds=0.01)
    arm(caller, "500", count=1)
    assert caller.hubspot("GET", LIST).status == 500
    assert caller.hubspot("GET", LIST).status == 200


def test_every_name_is_acted_out_somewhere() -> None:
    params = {"status": 418}
    for name in FAULTS:
        answered = any(answer_for(system, name, params) is not None for system in ("hubspot", "salesforce"))
        assert answered or name in BEFORE | AFTER | PAGE_FAULTS | {"latency"}, name


@pytest.mark.parametrize("name", [name for name in FAULTS if name[0].isdigit() and name not in ("423", "477")])
def test_salesforce_answers_are_lists_or_pages(name: str) -> None:
    answer = answer_for("salesforce", name, {})
    assert answer is not None
    if b"json" in dict(answer.headers).get(b"content-type", b""):
        assert set(orjson.loads(answer.body)[0]) == {"message", "errorCode"}


def test_a_fault_is_chosen_by_system_method_path_number_and_count() -> None:
    faults = Faults()
    faults.add(Fault("500", "hubspot", "GET", "/crm/*", after=1, nth=(2, 3), count=2))
    calls = [("hubspot", "GET", "/crm/a")] * 6 + [
        ("hubspot", "POST", "/crm/a"),
        ("salesforce", "GET", "/crm/a"),
        ("hubspot", "GET", "/x"),
    ]
    fired = [faults.choose(*call)[0] is not None for call in calls]
    assert fired == [False, False, True, True, False, False, False, False, False]


def test_chance_is_the_same_for_the_same_seed() -> None:
    def fired(seed: int) -> list[bool]:
        faults = Faults(seed)
        faults.add(Fault("500", probability=0.3, seed=5))
        return [faults.choose("hubspot", "GET", "/")[0] is not None for _ in range(200)]

    assert fired(1) == fired(1)
    assert fired(1) != fired(2)
    assert 30 < sum(fired(1)) < 90


def test_clearing_starts_the_chances_anew() -> None:
    faults = Faults(3)

    def run() -> list[bool]:
        faults.clear()
        faults.add(Fault("500", probability=0.5))
        return [faults.choose("hubspot", "GET", "/")[0] is not None for _ in range(50)]

    assert run() == run()
