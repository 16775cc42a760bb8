"""Our Salesforce client against a server that reads the published guides otherwise than we do."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from foreign_salesforce import ForeignSalesforce
from foreign_server import Reply

from connectors.errors import NotAllowed, RemoteError, SchemaChanged, Unavailable
from connectors.http import Clock
from connectors.salesforce import ClientCredentials, Salesforce


class NoSleep(Clock):
    def sleep(self, seconds: float) -> None:
        return


@pytest.fixture
def opened() -> Iterator[list[ForeignSalesforce]]:
    servers: list[ForeignSalesforce] = []
    yield servers
    for server in servers:
        server.close()


def client(server: ForeignSalesforce) -> Salesforce:
    credentials = ClientCredentials("key", "secret", "acme.my")
    return Salesforce(credentials, base_url=f"{server.url}/", clock=NoSleep(), deadline=5.0)


def filled(server: ForeignSalesforce, count: int = 8) -> ForeignSalesforce:
    for number in range(count):
        server.add(number, f"2026-11-2{number}T08:00:00.000+0000", Email=f"n{number}@example.com")
    return server


@pytest.mark.parametrize(
    "instance", ["https://acme.my.salesforce.com/site/", "http://localhost:{port}", "127.0.0.1:{port}/"]
)
def test_a_login_that_names_its_host_in_another_way(opened, instance):
    server = filled(ForeignSalesforce())
    opened.append(server)
    server.instance = instance.format(port=server.url.rpartition(":")[2])
    assert len(client(server).query("SELECT Id FROM Lead")) == 8


@pytest.mark.parametrize("next_page", ["absolute", "relative", "bare"])
def test_every_way_to_name_the_next_page_stays_with_our_org(opened, next_page):
    server = filled(ForeignSalesforce(next_page=next_page))
    opened.append(server)
    assert [row["Email"] for row in client(server).query("SELECT Id FROM Lead")] == [
        f"n{n}@example.com" for n in range(8)
    ]


def test_more_rows_without_a_way_to_them_is_an_outage(opened):
    server = filled(ForeignSalesforce(next_page="none"))
    opened.append(server)
    with pytest.raises(Unavailable, match="more rows"):
        client(server).query("SELECT Id FROM Lead")


def test_changes_come_whole_from_short_pages_without_a_composite_call_a_clock_or_a_done(opened):
    server = filled(ForeignSalesforce())
    opened.append(server)
    pages = client(server).changed("lead", ("Email",))
    found = [record.values["Email"] for page in pages for record in page.records]
    assert found == [f"n{n}@example.com" for n in range(8)]


def test_changes_out_of_order_are_an_outage_not_a_loss(opened):
    server = filled(ForeignSalesforce())
    opened.append(server)
    server.ordered = False
    with pytest.raises(Unavailable) as caught:
        list(client(server).changed("lead", ("Email",)))
    assert caught.value.code == "UNSORTED"


def test_a_field_left_out_of_a_row_is_empty(opened):
    server = ForeignSalesforce()
    opened.append(server)
    server.add(1, "2026-11-21T08:00:00Z")
    id = server.leads[0]["Id"]
    assert client(server).read("Lead", [id, "00Q000000000009AAA"], ["Email"]) == {
        id: {"Id": id, "Email": None, "SystemModstamp": "2026-11-21T08:00:00Z"},
        "00Q000000000009AAA": None,
    }


def test_a_describe_that_says_the_least(opened):
    server = ForeignSalesforce()
    opened.append(server)
    schema = client(server).schema("Lead")
    assert (schema.name, schema.createable, schema.fields["Email"].updateable) == ("Lead", True, True)
    assert not schema.fields["Sum__c"].updateable


@pytest.mark.parametrize(
    ("header", "left"),
    [
        ("api-usage=45/15000", 14955),
        ("API-USAGE = 45/15000", 14955),
        ("per-app-api-usage=17/250(appName=x); api-usage=45/15000", 14955),
        ("per-app-api-usage=17/250(appName=x)", None),
        ("", None),
    ],
)
def test_usage_is_read_wherever_it_stands(opened, header, left):
    server = ForeignSalesforce()
    opened.append(server)
    server.usage = (("SFORCE-LIMIT-INFO", header),) if header else ()
    salesforce = client(server)
    salesforce.read("Lead", ["00Q000000000009AAA"], ["Email"])
    assert salesforce.usage.remaining == left


@pytest.mark.parametrize(
    "reply",
    [
        Reply(None, 204),
        Reply({"success": True}),
        Reply([{"success": "maybe"}]),
        Reply([]),
        Reply(None, 200),
        Reply(b"<html>thanks</html>", 200),
        Reply([{"id": "00Q000000000001AAA"}]),
    ],
)
def test_a_write_whose_answer_names_nothing_is_unknown(opened, reply):
    server = ForeignSalesforce()
    opened.append(server)
    server.writes = reply
    [receipt] = client(server).upsert(
        "Lead", "LeadBridge_Id__c", [{"LeadBridge_Id__c": "lb-1", "Email": "a@example.com"}]
    )
    assert receipt.outcome == "unknown"
    assert sum(call.method == "PATCH" for call in server.calls) == 1


def test_an_update_need_not_repeat_the_id(opened):
    server = ForeignSalesforce()
    opened.append(server)
    [receipt] = client(server).update("Lead", [{"Id": "00Q000000000001AAA", "Email": "a@example.com"}])
    assert (receipt.outcome, receipt.id) == ("updated", "00Q000000000001AAA")


@pytest.mark.parametrize("result", [{"success": False, "errors": [{"statusCode": "STRING_TOO_LONG"}]}])
def test_an_error_with_a_code_alone_refuses_the_record(opened, result):
    server = ForeignSalesforce()
    opened.append(server)
    server.writes = Reply([result])
    [receipt] = client(server).upsert("Lead", "LeadBridge_Id__c", [{"LeadBridge_Id__c": "lb-1"}])
    assert (receipt.outcome, receipt.code, receipt.id) == ("refused", "STRING_TOO_LONG", None)


@pytest.mark.parametrize(
    "body", [None, [], "text", {"records": 5}, {"records": [{"Id": 5}]}, {"records": [7]}, b"\xff"]
)
@pytest.mark.parametrize("ask", ["changed", "query", "schema", "limits", "read"])
def test_an_answer_of_another_shape_is_an_outage(opened, body: Any, ask: str):
    server = ForeignSalesforce()
    opened.append(server)
    login = server.answer
    server.reply = lambda call: login(call) if "oauth2" in call.path else Reply(body)
    salesforce = client(server)
    harmless = {"limits": isinstance(body, dict), "query": body == {"records": [{"Id": 5}]}, "read": body == []}
    asks = {
        "changed": lambda: list(salesforce.changed("lead", ("Email",))),
        "query": lambda: salesforce.query("SELECT Id FROM Lead"),
        "schema": lambda: salesforce.schema("Lead"),
        "limits": salesforce.limits,
        "read": lambda: salesforce.read("Lead", ["00Q000000000009AAA"], ["Email"]),
    }
    if harmless.get(ask):
        asks[ask]()
        return
    with pytest.raises(Unavailable):
        asks[ask]()


@pytest.mark.parametrize(
    ("status", "error"), [(403, NotAllowed), (404, RemoteError), (500, Unavailable), (503, Unavailable)]
)
@pytest.mark.parametrize("body", [{}, {"message": "no"}, [], [{"message": "no"}], None])
def test_errors_without_a_code_mean_what_their_status_means(opened, status, error, body):
    server = ForeignSalesforce()
    opened.append(server)
    login = server.answer
    server.reply = lambda call: login(call) if "oauth2" in call.path else Reply(body, status)
    with pytest.raises((error, Unavailable) if body is None else error):
        client(server).limits()


def test_an_empty_first_answer_does_not_hide_what_is_there(opened):
    server = ForeignSalesforce()
    opened.append(server)
    server.usage = (("Date", "Thu, 26 Nov 2026 20:00:00 GMT"),)
    [page] = client(server).changed("lead", ("Email",))
    filled(server, 2)
    pages = list(client(server).changed("lead", ("Email",), page.position))
    assert sum(len(page.records) for page in pages) == 2


def test_who_we_are_is_read_whatever_kind_the_answer_says_it_is(opened):
    server = ForeignSalesforce()
    opened.append(server)
    login = server.answer
    server.reply = lambda call: login(call) if call.path.endswith("token") else Reply({"user_id": "005000000000001AAA"})
    assert client(server).user().id == "005000000000001AAA"


@pytest.mark.parametrize(
    ("second", "outcome"),
    [
        ({"compositeResponse": [None]}, "refused"),
        ({"compositeResponse": "none"}, "refused"),
        ([], "refused"),
        ({"compositeResponse": [{"referenceId": "row0", "httpStatusCode": 200, "body": None}]}, "unknown"),
    ],
)
def test_a_second_look_at_duplicates_that_says_nothing_loses_no_receipt(opened, second: Any, outcome: str):
    server = ForeignSalesforce()
    opened.append(server)
    first = {"success": False, "errors": [{"statusCode": "DUPLICATES_DETECTED", "message": "Use one of these?"}]}
    other, server.writes = server.answer, Reply([first])
    server.reply = lambda call: Reply(second) if call.path.endswith("/composite") else other(call)
    [receipt] = client(server).upsert("Lead", "LeadBridge_Id__c", [{"LeadBridge_Id__c": "lb-1"}])
    assert receipt.outcome == outcome


def test_a_field_named_without_a_list_is_that_field(opened):
    server = ForeignSalesforce()
    opened.append(server)
    error = {"statusCode": "REQUIRED_FIELD_MISSING", "message": "Required", "fields": "LastName"}
    server.writes = Reply([{"success": False, "errors": [error]}])
    [receipt] = client(server).upsert("Lead", "LeadBridge_Id__c", [{"LeadBridge_Id__c": "lb-1"}])
    assert receipt.fields == ("LastName",)


@pytest.mark.parametrize(
    ("told", "gone"), [("false", False), ("true", True), (False, False), (True, True), (None, False)]
)
def test_what_is_deleted_may_be_told_in_words(opened, told: Any, gone: bool):
    server = ForeignSalesforce()
    opened.append(server)
    server.add(1, "2026-11-21T08:00:00Z")
    server.leads[0]["IsDeleted"] = told
    records = [one for page in client(server).changed("lead", ("Email",)) for one in page.records]
    assert [one.gone for one in records] == [gone]


@pytest.mark.parametrize("begins", [b"", b"\xef\xbb\xbf"])
def test_an_error_that_repeats_half_a_sign_is_read_all_the_same(opened, begins: bytes):
    server = ForeignSalesforce()
    opened.append(server)
    told = b'[{"errorCode":"INVALID_FIELD","message":"No such column \'Fax__c\' (value too large: M\xc3)"}]'
    server.writes = Reply(begins + told, 400)
    with pytest.raises(SchemaChanged) as caught:
        client(server).upsert("Lead", "LeadBridge_Id__c", [{"LeadBridge_Id__c": "lb-1", "Fax__c": "M"}])
    assert caught.value.names == ("Fax__c",)
