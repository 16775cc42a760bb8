"""Bodies of the wrong shape are refused with 400, wrong methods with 405; what nobody thought of is a 500 of Salesforce's kind."""

from __future__ import annotations

from typing import Any

import pytest
from org_clients import Rest, errors_of

LEAD = {"LastName": "x", "Company": "y"}
ONE = {"method": "GET", "url": "/services/data/v65.0/limits", "referenceId": "a"}
BAD = [
    ("composite/sobjects/Lead", {"ids": 5, "fields": ["Id"]}),
    ("composite/sobjects/Lead", {"ids": ["00Q000000000000"], "fields": [5]}),
    ("composite/sobjects/Lead", {"ids": ["00Q000000000000"], "fields": "Id"}),
    ("composite/sobjects", {"records": [None]}),
    ("composite/tree/Account", {"records": [{"attributes": {"type": "Account", "referenceId": "a"}, "Name": "x", "Contacts": {"records": [5]}}]}),
    ("composite", {"compositeRequest": [{**ONE, "httpHeaders": 5}]}),
    ("composite", {"compositeRequest": [{**ONE, "referenceId": {}}]}),
    ("composite", {"compositeRequest": [{**ONE, "referenceId": "not a name"}]}),
    ("composite/batch", {"batchRequests": [5]}),
]  # fmt: skip


@pytest.mark.parametrize(("path", "body"), BAD, ids=[f"{one[0]} {one[1]}"[:80] for one in BAD])
def test_a_wrong_shape_is_refused(rest: Rest, path: str, body: Any) -> None:
    answer = rest("POST", path, json=body)
    assert answer.status_code == 400
    assert set(errors_of(answer)) <= {"JSON_PARSER_ERROR", "INVALID_REQUEST"}


def test_records_that_do_not_say_what_they_are_fail_alone(rest: Rest) -> None:
    records = [{"attributes": None, **LEAD}, {"attributes": "Lead", **LEAD}, {"attributes": {"type": "Lead"}, **LEAD}]
    results = rest("POST", "composite/sobjects", json={"records": records}).json()
    assert [one["success"] for one in results] == [False, False, True]
    tree = rest("POST", "composite/tree/Lead", json={"records": [{"attributes": None, **LEAD}]})
    assert (tree.status_code, tree.json()["hasErrors"]) == (400, True)


def test_a_wrong_method_is_told_the_right_ones(rest: Rest) -> None:
    for method, path, allowed in (
        ("PUT", "sobjects/Lead", "GET, HEAD, POST"),
        ("OPTIONS", "sobjects/Lead/describe", "GET, HEAD"),
        ("POST", "sobjects/Lead/deleted", "GET, HEAD"),
    ):
        answer = rest(method, path)
        assert (answer.status_code, errors_of(answer)) == (405, ["METHOD_NOT_ALLOWED"])
        assert answer.headers["Allow"] == allowed


def test_what_nobody_thought_of_is_answered_in_salesforces_words(rest: Rest, monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(*_: object) -> None:
        raise RuntimeError("unheard of")

    monkeypatch.setattr(rest.org._router, "_with_session", breaks)
    answer = rest("GET", "limits")
    assert answer.status_code == 500
    assert answer.json() == [{"message": "An unexpected error occurred.", "errorCode": "UNKNOWN_EXCEPTION"}]


def test_an_assignment_rule_whose_queue_is_gone_leaves_the_owner(rest: Rest) -> None:
    rest.rules(assignment_rules=[{"object": "Lead", "when": "", "owner": "no such queue"}])
    made = rest("POST", "sobjects/Lead", json=LEAD)
    assert made.status_code == 201
    assert rest.query("SELECT Owner.Type FROM Lead")[0]["Owner"]["Type"] == "User"
