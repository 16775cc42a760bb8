"""Writes against answers no well-behaved org gives, and every outcome a record can have."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from stub_org import Asked, StubOrg, Told

from connectors.errors import BudgetSpent, NotAllowed, Refused, SchemaChanged
from connectors.records import Receipt
from connectors.salesforce.codes import complaints
from connectors.salesforce.receipts import failure, receipt

KEY = "LeadBridge_Id__c"
OTHER = "00Q000000000009AAA"


def good(number: int, **more: Any) -> dict[str, Any]:
    return {"id": f"00Q{number:012d}AAA", "success": True, "errors": [], **more}


def bad(code: str, message: str = "m", *fields: str) -> dict[str, Any]:
    return {"success": False, "errors": [{"statusCode": code, "message": message, "fields": list(fields)}]}


def leads(count: int) -> list[dict[str, Any]]:
    return [{KEY: str(number), "LastName": f"N{number}"} for number in range(count)]


def echo(asked: Asked) -> Told:
    """Every record is created, under an id that tells its key."""
    return Told(200, [good(int(record[KEY]), created=True) for record in asked.json["records"]])


@pytest.mark.parametrize(
    ("result", "expected"),
    [
        (good(1, created=True), Receipt("created", "00Q000000000001AAA")),
        (good(1, created=False), Receipt("updated", "00Q000000000001AAA")),
        (good(1), Receipt("updated", "00Q000000000001AAA")),
    ],
)
def test_a_success(result: dict[str, Any], expected: Receipt) -> None:
    assert receipt(result, created="updated") == expected


@pytest.mark.parametrize(
    "result", [None, {}, "x", {"success": True}, {"success": "yes"}, {"success": False, "errors": []}]
)
def test_a_result_that_says_nothing_is_unknown(result: Any) -> None:
    assert receipt(result, created="created").outcome == "unknown"


@pytest.mark.parametrize(
    ("code", "message", "outcome", "matches"),
    [
        ("UNABLE_TO_LOCK_ROW", "unable to obtain exclusive access to this record or 1 records: 00Q000000000009AAA", "retry", ()),
        ("CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY", "LeadTrigger: caused by: System.DmlException: UNABLE_TO_LOCK_ROW, unable to obtain", "retry", ()),
        ("CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY", "LeadTrigger: System.NullPointerException", "refused", ()),
        ("CANNOT_EXECUTE_FLOW_TRIGGER", "Error details: UNABLE_TO_LOCK_ROW: unable to obtain exclusive access", "retry", ()),
        ("UNKNOWN_EXCEPTION", "GACK", "retry", ()),
        ("ALL_OR_NONE_OPERATION_ROLLED_BACK", "Record rolled back", "retry", ()),
        ("PROCESSING_HALTED", "halted", "retry", ()),
        ("STRING_TOO_LONG", "First Name: data value too large: Canary (max length=40)", "refused", ()),
        ("REQUIRED_FIELD_MISSING", "Required fields are missing: [LastName]", "refused", ()),
        ("FIELD_CUSTOM_VALIDATION_EXCEPTION", "Phone must be valid", "refused", ()),
        ("CANNOT_UPDATE_CONVERTED_LEAD", "cannot reference converted lead", "refused", ()),
        ("ENTITY_IS_DELETED", "entity is deleted", "refused", ()),
        ("INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id", "refused", ()),
        ("A_CODE_OF_NEXT_YEAR", "?", "refused", ()),
        ("DUPLICATE_VALUE", f"duplicate value found: {KEY} duplicates value on record with id: {OTHER}", "retry", (OTHER,)),
        ("DUPLICATE_VALUE", f"duplicate value found: Other__c duplicates value on record: {OTHER}", "refused", (OTHER,)),
        ("DUPLICATE_EXTERNAL_ID", f"more than one record found: [{OTHER}]", "refused", (OTHER,)),
    ],
)  # fmt: skip
def test_a_failure(code: str, message: str, outcome: str, matches: tuple[str, ...]) -> None:
    told = failure(complaints(bad(code, message)["errors"]), KEY)
    assert (told.outcome, told.code, told.matches) == (outcome, code, matches)
    assert "Canary" not in told.message


def test_a_record_with_one_lasting_fault_is_not_tried_again() -> None:
    errors = [*bad("UNABLE_TO_LOCK_ROW")["errors"], *bad("STRING_TOO_LONG", "too long", "City")["errors"]]
    told = failure(complaints(errors))
    assert (told.outcome, told.code, told.fields) == ("refused", "STRING_TOO_LONG", ("City",))


@pytest.mark.parametrize(
    ("verb", "method", "path"),
    [
        ("create", "POST", "composite/sobjects"),
        ("update", "PATCH", "composite/sobjects"),
        ("upsert", "PATCH", f"composite/sobjects/Lead/{KEY}"),
    ],
)
def test_what_goes_out(org: StubOrg, verb: str, method: str, path: str) -> None:
    org.answers = lambda asked: Told(200, [good(1)])
    row: dict[str, Any] = {"Id": "00Q000000000001AAA"} if verb == "update" else {KEY: "7"}
    row |= {"LastName": "Ng", "Title": None, "AnnualRevenue": Decimal("0.10"), "DoNotCall": True}
    row |= {"When__c": datetime(2026, 1, 2, 3, 4, tzinfo=UTC), "Day__c": date(2026, 1, 2), "Many__c": ["a", "b"]}
    args = ("Lead", KEY, [row]) if verb == "upsert" else ("Lead", [row])
    getattr(org.client(), verb)(*args)
    asked = org.asked[0]
    assert (asked.method, asked.path) == (method, f"/services/data/v66.0/{path}")
    assert asked.json["allOrNone"] is False
    record = asked.json["records"][0]
    assert record.pop("attributes") == {"type": "Lead"}
    assert record == {
        **({"id": "00Q000000000001AAA"} if verb == "update" else {KEY: "7"}),
        "LastName": "Ng",
        "Title": None,
        "AnnualRevenue": 0.1,
        "DoNotCall": True,
        "When__c": "2026-01-02T03:04:00.000Z",
        "Day__c": "2026-01-02",
        "Many__c": "a;b",
    }
    assert b'"AnnualRevenue":0.10' in asked.body
    assert asked.headers["sforce-auto-assign"] == "FALSE"
    assert asked.headers["sforce-duplicate-rule-header"].startswith("allowSave=false")


def test_what_the_caller_allows_is_said(org: StubOrg) -> None:
    org.answers = lambda asked: Told(200, [good(1)])
    org.client().create("Lead", leads(1), auto_assign=True, allow_duplicates=True)
    assert org.asked[0].headers["sforce-auto-assign"] == "TRUE"
    assert org.asked[0].headers["sforce-duplicate-rule-header"].startswith("allowSave=true")


def test_five_thousand_rows_keep_their_order_at_200_a_call(org: StubOrg) -> None:
    org.answers = echo
    receipts = org.client().upsert("Lead", KEY, leads(5000))
    assert [one.id for one in receipts] == [good(number)["id"] for number in range(5000)]
    assert [len(asked.json["records"]) for asked in org.asked] == [200] * 25


APEX = "LeadTrigger: System.LimitException: Too many SOQL queries: 101"


@pytest.mark.parametrize(
    "code", ["CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY", "CANNOT_EXECUTE_FLOW_TRIGGER", "APEX_ERROR", "LIMIT_EXCEEDED"]
)
def test_what_is_too_much_at_once_for_an_automation_of_the_org_goes_in_smaller_calls(org: StubOrg, code: str) -> None:
    def answers(asked: Asked) -> Told:
        records = asked.json["records"]
        return echo(asked) if len(records) <= 30 else Told(200, [bad(code, APEX)] * len(records))

    org.answers = answers
    receipts = org.client().upsert("Lead", KEY, leads(1000))
    assert [one.id for one in receipts] == [good(number)["id"] for number in range(1000)]
    assert len(org.asked) == 75  # 200 rows are halved 3 times


def test_one_record_that_is_too_much_by_itself_is_refused_and_stops_no_other(org: StubOrg) -> None:
    def answers(asked: Asked) -> Told:
        records = asked.json["records"]
        if any(record[KEY] == "7" for record in records):
            return Told(200, [bad("CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY", APEX)] * len(records))
        return echo(asked)

    org.answers = answers
    receipts = org.client().upsert("Lead", KEY, leads(20))
    assert [index for index, one in enumerate(receipts) if one.outcome != "created"] == [7]
    assert (receipts[7].outcome, receipts[7].code) == ("refused", "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY")


def test_a_call_takes_no_more_records_than_it_is_told(org: StubOrg) -> None:
    org.answers = echo
    assert {one.outcome for one in org.client(rows_a_call=25).upsert("Lead", KEY, leads(60))} == {"created"}
    assert [len(asked.json["records"]) for asked in org.asked] == [25, 25, 10]


def test_rows_of_which_one_spoils_each_call_go_in_small_calls_that_grow(org: StubOrg) -> None:
    def answers(asked: Asked) -> Told:
        return Told(lose=True) if any(row[KEY] == "7" for row in asked.json["records"]) else echo(asked)

    org.answers = answers
    receipts = org.client(rows_a_call=8).upsert("Lead", KEY, leads(30), at_first=1)
    assert [len(one.json["records"]) for one in org.asked if "Lead" in one.path] == [1, 2, 4, 8, 1, 2, 4, 8]
    assert [index for index, one in enumerate(receipts) if one.outcome == "unknown"] == list(range(7, 15))


def test_huge_values_make_smaller_calls(org: StubOrg) -> None:
    org.answers = echo
    rows = [row | {"Description": "x" * 2_000_000} for row in leads(6)]
    assert {one.outcome for one in org.client().upsert("Lead", KEY, rows)} == {"created"}
    assert max(len(asked.body) for asked in org.asked) < 6_000_000


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ({"LastName": "Ng"}, "NO_KEY"),
        ({KEY: " ", "LastName": "Ng"}, "NO_KEY"),
        ({KEY: "8", "AnnualRevenue": float("nan")}, "BAD_VALUE"),
        ({KEY: "8", "AnnualRevenue": Decimal("Infinity")}, "BAD_VALUE"),
        ({KEY: "8", "LastName": "lone \ud800"}, "BAD_VALUE"),
        ({KEY: "8", "When__c": datetime.fromisoformat("2026-01-02T00:00:00")}, "BAD_VALUE"),
        ({KEY: "8", "LastName": object()}, "BAD_VALUE"),
        ({KEY: "8", "NumberOfEmployees": 1 << 70}, "BAD_VALUE"),
    ],
)
def test_a_row_that_cannot_be_sent_stops_no_other(org: StubOrg, row: dict[str, Any], code: str) -> None:
    org.answers = echo
    receipts = org.client().upsert("Lead", KEY, [leads(1)[0], row, {KEY: "9", "LastName": "Z"}])
    assert [one.outcome for one in receipts] == ["created", "refused", "created"]
    assert receipts[1].code == code


def test_a_key_given_twice_goes_once_and_waits_for_the_next_call(org: StubOrg) -> None:
    org.answers = echo
    receipts = org.client().upsert("Lead", KEY, [{KEY: "1"}, {KEY: " 1"}, {KEY: "2"}])
    assert [(one.outcome, one.code) for one in receipts] == [("created", ""), ("retry", "SAME_KEY"), ("created", "")]


def test_with_one_result_missing_none_can_be_told_apart(org: StubOrg) -> None:
    org.answers = lambda asked: Told(200, echo(asked).body[:-1])
    assert {one.outcome for one in org.client().upsert("Lead", KEY, leads(5))} == {"unknown"}


def test_a_result_that_is_none_is_unknown_alone(org: StubOrg) -> None:
    org.answers = lambda asked: Told(200, [good(1), None, good(3)])
    assert [one.outcome for one in org.client().create("Lead", leads(3))] == ["created", "unknown", "created"]


def test_a_call_lost_in_the_middle_leaves_the_other_receipts(org: StubOrg) -> None:
    org.answers = lambda asked: Told(lose=True) if len(org.asked) == 2 else echo(asked)
    receipts = org.client().upsert("Lead", KEY, leads(600))
    assert [one.outcome for one in receipts] == ["created"] * 200 + ["unknown"] * 200 + ["created"] * 200


def test_a_stop_in_the_middle_leaves_the_rest_for_later(org: StubOrg) -> None:
    spent = [{"errorCode": "REQUEST_LIMIT_EXCEEDED", "message": "TotalRequests Limit exceeded."}]
    org.answers = lambda asked: Told(403, spent) if len(org.asked) >= 2 else echo(asked)
    client = org.client()
    receipts = client.upsert("Lead", KEY, leads(600))
    assert [(one.outcome, one.code) for one in receipts[199:201]] == [
        ("created", ""),
        ("retry", "REQUEST_LIMIT_EXCEEDED"),
    ]
    assert {one.outcome for one in receipts[200:]} == {"retry"}
    assert len(org.asked) == 2
    with pytest.raises(BudgetSpent):
        client.upsert("Lead", KEY, leads(1))


@pytest.mark.parametrize(
    ("status", "body", "error"),
    [
        (400, [{"errorCode": "INVALID_FIELD", "message": "No such column 'Foo__c' on sobject of type Lead"}], SchemaChanged),
        (404, [{"errorCode": "NOT_FOUND", "message": "The requested resource does not exist"}], SchemaChanged),
        (403, [{"errorCode": "INSUFFICIENT_ACCESS", "message": "no"}], NotAllowed),
    ],
)  # fmt: skip
def test_a_whole_call_refused_first_is_raised(org: StubOrg, status: int, body: Any, error: type[Exception]) -> None:
    org.answers = lambda asked: Told(status, body)
    with pytest.raises(error):
        org.client().upsert("Lead", KEY, leads(3))
    assert [asked.path for asked in org.asked if asked.method != "GET"] == [
        f"/services/data/v66.0/composite/sobjects/Lead/{KEY}"
    ]


def test_a_column_every_record_is_refused_for_is_the_schemas_fault(org: StubOrg) -> None:
    one = bad("INVALID_FIELD_FOR_INSERT_UPDATE", "Unable to create/update fields: Foo__c. Please check", "Foo__c")
    org.answers = lambda asked: Told(200, [one] * len(asked.json["records"]))
    with pytest.raises(SchemaChanged) as raised:
        org.client().upsert("Lead", KEY, leads(3))
    assert raised.value.names == ("Foo__c",)


def test_a_column_that_goes_away_in_the_middle_loses_no_receipt(org: StubOrg) -> None:
    gone = [{"errorCode": "INVALID_FIELD", "message": "No such column 'Foo__c' on sobject of type Lead"}]
    org.answers = lambda asked: Told(400, gone) if len(org.asked) >= 2 else echo(asked)
    receipts = org.client().upsert("Lead", KEY, leads(400))
    assert [one.outcome for one in receipts] == ["created"] * 200 + ["retry"] * 200
    assert receipts[-1].fields == ("Foo__c",)


@pytest.mark.parametrize("status", [409, 410, 413, 414])
def test_a_call_refused_as_a_whole_in_the_middle_loses_no_receipt(org: StubOrg, status: int) -> None:
    """Tasks have no key: a receipt that is lost is a task that is made a second time."""
    no = [{"errorCode": "A_CODE_OF_NEXT_YEAR", "message": "no"}]
    org.answers = lambda asked: Told(status, no) if len(org.asked) == 2 else echo(asked)
    receipts = org.client().create("Task", leads(600))
    assert [one.outcome for one in receipts] == ["created"] * 200 + ["retry"] * 400
    assert not any(one.sent for one in receipts[200:])
    org.answers = lambda asked: Told(status, no)
    with pytest.raises(Refused):
        org.client().create("Task", leads(600))


def test_one_record_the_org_cannot_even_read_is_found_and_left_out(org: StubOrg) -> None:
    def answers(asked: Asked) -> Told:
        if any(record[KEY] == "123" for record in asked.json["records"]):
            return Told(400, [{"errorCode": "JSON_PARSER_ERROR", "message": "Unexpected character"}])
        return echo(asked)

    org.answers = answers
    receipts = org.client().upsert("Lead", KEY, leads(200))
    assert [index for index, one in enumerate(receipts) if one.outcome != "created"] == [123]
    assert (receipts[123].outcome, receipts[123].code) == ("refused", "JSON_PARSER_ERROR")
    assert len(org.asked) == 17  # 200 rows are halved 8 times


def test_a_call_that_is_wrong_as_a_whole_is_not_taken_apart(org: StubOrg) -> None:
    org.answers = lambda asked: Told(400, [{"errorCode": "A_CODE_OF_NEXT_YEAR", "message": "no"}])
    with pytest.raises(Refused):
        org.client().upsert("Lead", KEY, leads(1000))
    assert len(org.asked) < 20


def detected(*ids: str) -> list[dict[str, Any]]:
    records = [{"record": {"attributes": {"type": "Lead"}, "Id": number}} for number in ids]
    result = {"allowSave": False, "duplicateRule": "Standard", "matchResults": [{"matchRecords": records}]}
    return [{"errorCode": "DUPLICATES_DETECTED", "message": "Use one of these records?", "duplicateResult": result}]


def test_the_records_a_duplicate_rule_meant_are_asked_for_in_one_more_call(org: StubOrg) -> None:
    def answers(asked: Asked) -> Told:
        if asked.path.endswith("/composite"):
            parts = asked.json["compositeRequest"]
            bodies = [detected(f"00Q0000000{part['url'].split('/')[-1]:>05}AAA") for part in parts]
            told = [
                {"referenceId": part["referenceId"], "httpStatusCode": 400, "body": body}
                for part, body in zip(parts, bodies, strict=True)
            ]
            return Told(200, {"compositeResponse": told})
        odd = [int(record[KEY]) % 10 == 3 for record in asked.json["records"]]
        entries = zip(odd, echo(asked).body, strict=True)
        return Told(200, [bad("DUPLICATES_DETECTED") if refused else one for refused, one in entries])

    org.answers = answers
    receipts = org.client().upsert("Lead", KEY, leads(50))
    refused = {index: one for index, one in enumerate(receipts) if one.outcome == "refused"}
    assert {index: one.matches for index, one in refused.items()} == {
        index: (f"00Q0000000{index:05}AAA",) for index in (3, 13, 23, 33, 43)
    }
    assert len(org.asked) == 2
    part = org.asked[1].json["compositeRequest"][0]
    assert (part["method"], part["url"]) == ("PATCH", f"/services/data/v66.0/sobjects/Lead/{KEY}/3")
    assert part["httpHeaders"]["Sforce-Auto-Assign"] == "FALSE"
    assert KEY not in part["body"]


@pytest.mark.parametrize(
    ("second", "outcome"),
    [
        (Told(lose=True), "unknown"),
        (Told(403, [{"errorCode": "INSUFFICIENT_ACCESS", "message": "no"}]), "refused"),
        (Told(200, {"compositeResponse": []}), "refused"),
        (
            Told(200, {"compositeResponse": [{"referenceId": "row0", "httpStatusCode": 201, "body": good(1)}]}),
            "created",
        ),
    ],
)
def test_the_second_look_tells_what_it_did(org: StubOrg, second: Told, outcome: str) -> None:
    org.answers = lambda asked: second if asked.path.endswith("/composite") else Told(200, [bad("DUPLICATES_DETECTED")])
    assert [one.outcome for one in org.client().create("Lead", leads(1))] == [outcome]


def test_no_rows_make_no_call(org: StubOrg) -> None:
    assert org.client().upsert("Lead", KEY, []) == []
    assert (org.asked, org.logins) == ([], 0)
