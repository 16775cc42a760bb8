"""Every way an org says no, named by what helps; pages, drips and lost answers."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest
from stub_org import Asked, StubOrg, Told

from connectors.errors import (
    BudgetSpent,
    NotAllowed,
    OutcomeUnknown,
    RateLimited,
    Refused,
    RemoteError,
    SchemaChanged,
    Unavailable,
)
from connectors.http import Clock
from connectors.records import FieldSchema
from connectors.salesforce import Salesforce
from connectors.salesforce.codes import complaints, ids_in, names_in

PAGE = "<html><body>We are down for maintenance</body></html>"
NO_COLUMN = (
    "\nSELECT Id, Foo__c FROM Lead\n           ^\nERROR at Row:1:Column:12\n"
    "No such column 'Foo__c' on entity 'Lead'. If you are attempting to use a custom field, be sure to append the '__c'."
)
NO_TYPE = "\nselect count() from XYZZY\n   ^\nERROR at Row:1:Column:21\nsObject type 'XYZZY' is not supported."


def entry(code: str, message: str = "m") -> list[dict[str, str]]:
    return [{"errorCode": code, "message": message}]


@pytest.mark.parametrize(
    ("status", "body", "error"),
    [
        (403, entry("REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded."), BudgetSpent),
        (403, entry("REQUEST_LIMIT_EXCEEDED", "ConcurrentRequests (Concurrent API) Limit exceeded."), RateLimited),
        (429, entry("REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded."), RateLimited),
        (429, PAGE, RateLimited),
        (420, PAGE, RateLimited),
        (403, entry("INSUFFICIENT_ACCESS"), NotAllowed),
        (403, entry("API_DISABLED_FOR_ORG"), NotAllowed),
        (403, entry("SOMETHING_NEW"), NotAllowed),
        (400, entry("INVALID_FIELD", NO_COLUMN), SchemaChanged),
        (400, entry("INVALID_TYPE", NO_TYPE), SchemaChanged),
        (404, entry("NOT_FOUND", "The requested resource does not exist"), SchemaChanged),
        (400, entry("MALFORMED_QUERY"), Refused),
        (400, entry("SOMETHING_NEW"), Refused),
        (410, entry("UNSUPPORTED_API_VERSION"), Refused),
        (414, PAGE, Refused),
        (431, "", Refused),
        (400, entry("QUERY_TIMEOUT"), Unavailable),
        (400, entry("INVALID_QUERY_LOCATOR"), Unavailable),
        (500, entry("UNKNOWN_EXCEPTION"), Unavailable),
        (500, None, Unavailable),
        (503, entry("SERVER_UNAVAILABLE"), Unavailable),
        (200, PAGE, Unavailable),
        (200, None, Unavailable),
        (401, PAGE, Unavailable),
        (403, PAGE, Unavailable),
        (404, PAGE, Unavailable),
        (502, PAGE, Unavailable),
        (503, PAGE, Unavailable),
        (400, {"odd": "shape"}, Refused),
    ],
)
def test_an_answer_becomes_the_error_that_says_what_helps(
    org: StubOrg, status: int, body: Any, error: type[RemoteError]
) -> None:
    org.answers = lambda asked: Told(status, body)
    with pytest.raises(error) as raised:
        org.client().limits()
    assert type(raised.value) is error
    assert raised.value.system == "salesforce"


@pytest.mark.parametrize("body", [PAGE, None, entry("SERVER_UNAVAILABLE")])
def test_a_read_is_tried_again_until_the_org_is_well(org: StubOrg, body: Any) -> None:
    org.answers = lambda asked: Told(503, body) if len(org.asked) < 3 else Told(200, {"A": {"Max": 2, "Remaining": 1}})
    client = org.client()
    assert client.limits()["A"].remaining == 1
    assert len(org.asked) == 3
    assert client.usage.retries == 2


def test_after_the_days_calls_are_spent_no_further_call_leaves(org: StubOrg) -> None:
    org.answers = lambda asked: Told(403, entry("REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded."))
    client = org.client()
    for _ in range(5):
        with pytest.raises(BudgetSpent):
            client.limits()
    assert len(org.asked) == 1


def test_a_reserve_is_left_to_others(org: StubOrg) -> None:
    org.answers = lambda asked: Told(200, {}, {"Sforce-Limit-Info": "api-usage=14990/15000"})
    client = org.client(reserve=100)
    client.limits()
    with pytest.raises(BudgetSpent):
        client.limits()
    assert len(org.asked) == 1


def test_usage_tells_calls_and_the_day(org: StubOrg) -> None:
    info = "api-usage=45/15000; per-app-api-usage=17/250(appName=bridge)"
    org.answers = lambda asked: Told(200, {}, {"Sforce-Limit-Info": info})
    client = org.client()
    client.limits()
    assert (client.usage.limit_per_day, client.usage.remaining) == (15000, 14955)
    assert client.usage.by_purpose == {"login": 1, "limits": 1}


def test_a_dripping_answer_ends_with_the_deadline(org: StubOrg) -> None:
    org.answers = lambda asked: Told(200, {"A": {"Max": 1, "Remaining": 1}}, drip=0.2)
    client = org.client(deadline=1.0, clock=Clock())
    started = time.monotonic()
    with pytest.raises(Unavailable):
        client.limits()
    assert time.monotonic() - started < 5


@pytest.mark.parametrize(
    "told",
    [
        Told(lose=True),
        Told(200, PAGE),
        Told(503, PAGE),
        Told(500),
        Told(500, entry("UNKNOWN_EXCEPTION")),
        Told(200, {"not": "a list"}),
        Told(200, []),
    ],
)
def test_a_write_without_an_answer_is_unknown_and_never_repeated(org: StubOrg, told: Told) -> None:
    org.answers = lambda asked: told
    receipts = org.client().create("Lead", [{"LastName": "Ng"}, {"LastName": "O'Neil"}])
    assert [one.outcome for one in receipts] == ["unknown", "unknown"]
    assert len(org.asked) == 1


def test_a_field_that_cannot_be_made_for_sure_says_so(org: StubOrg) -> None:
    org.answers = lambda asked: Told(lose=True)
    with pytest.raises(OutcomeUnknown, match="read back"):
        org.client().create_field("Lead", FieldSchema("X__c", "X", "string", length=40))


def test_messages_hold_no_values(org: StubOrg) -> None:
    org.answers = lambda asked: Told(400, entry("SOMETHING_NEW", "canary@example.com is wrong"))
    with pytest.raises(Refused) as raised:
        org.client().query("SELECT Id FROM Lead WHERE Email = {}", "canary@example.com")
    assert "canary" not in str(raised.value)
    assert "secret" not in repr(raised.value)


@pytest.mark.parametrize(
    ("message", "names"),
    [
        (NO_COLUMN, ("Foo__c",)),
        (NO_TYPE, ("XYZZY",)),
        ("Provided external ID field does not exist or is not accessible: Ext__c", ("Ext__c",)),
        ("InvalidBatch : Field name not found : Foo__c", ("Foo__c",)),
        (
            "Unable to create/update fields: A__c, B__c. Please check the security settings of this field.",
            ("A__c", "B__c"),
        ),
        ("nothing of the kind", ()),
    ],
)
def test_the_names_in_a_message_about_the_schema(message: str, names: tuple[str, ...]) -> None:
    assert names_in(complaints(entry("INVALID_FIELD", message))) == names


def test_the_ids_in_a_message() -> None:
    words = "duplicate value found: LeadBridge_Id__c duplicates value on record with id: 00Q5f00000ABcdE"
    assert ids_in(words) == ("00Q5f00000ABcdE",)
    assert ids_in("unable to obtain exclusive access to this record") == ()


@pytest.mark.parametrize("ask", [lambda client: client.schema("Lead"), lambda client: client.organisation()])
def test_a_version_the_org_does_not_speak_is_told_as_that(org: StubOrg, ask: Callable[[Salesforce], object]) -> None:
    def answers(asked: Asked) -> Told:
        if asked.path.rstrip("/") == "/services/data":
            return Told(200, [{"label": "Spring '25", "version": "63.0"}, {"label": "Summer '26", "version": "67.0"}])
        return Told(404, [{"errorCode": "NOT_FOUND", "message": "The requested resource does not exist"}])

    org.answers = answers
    with pytest.raises(Refused, match=r"API versions 63\.0 to 67\.0, not 68\.0"):
        ask(org.client(version="68.0"))
    with pytest.raises(SchemaChanged, match="Lead"):
        org.client(version="67.0").schema("Lead")
