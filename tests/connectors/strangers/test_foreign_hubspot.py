"""Our HubSpot client against a server that reads the published documents otherwise than we do."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from itertools import count, cycle

import pytest
from foreign_hubspot import ForeignHubSpot
from foreign_server import Call, Reply

from connectors.errors import NotAllowed, SchemaChanged, Unavailable
from connectors.http import Clock
from connectors.hubspot import HubSpot
from connectors.hubspot.rows import changed_at, to_time
from connectors.records import Record

T0 = 1_700_000_000_000
CLOCK = (("Date", "Thu, 26 Nov 2026 20:00:00 GMT"),)
WANTED = ("email", "firstname", "visits", "agreed", "fax")


class NoSleep(Clock):
    def sleep(self, seconds: float) -> None:
        return


class Skipping(Clock):
    """Sleeping moves its hands and nothing else."""

    skipped = 0.0

    def monotonic(self) -> float:
        return super().monotonic() + self.skipped

    def sleep(self, seconds: float) -> None:
        self.skipped += seconds


@pytest.fixture
def opened() -> Iterator[list[ForeignHubSpot]]:
    servers: list[ForeignHubSpot] = []
    yield servers
    for server in servers:
        server.close()


def client(server: ForeignHubSpot) -> HubSpot:
    return HubSpot("pat-x", base_url=f"{server.url}/", limits=False, clock=NoSleep(), deadline=5.0)


def filled(server: ForeignHubSpot, count: int, *, crowd: int = 0) -> ForeignHubSpot:
    """`count` contacts in an order that is not that of their changes; the last `crowd` of them share one millisecond."""
    times = [T0 + number * 1000 for number in range(count)]
    times[count - crowd :] = [T0 + count * 1000] * crowd
    random.Random(5).shuffle(times)
    for number, at in reversed(list(enumerate(times, start=100))):
        server.add(number, at, email=f"n{number}@example.com", visits=number, agreed=True)
    return server


@pytest.mark.parametrize("sorted_search", [True, False])
@pytest.mark.parametrize("string_sorts", [False, True])
def test_everything_that_changed_comes_although_the_search_is_odd(opened, sorted_search, string_sorts):
    server = filled(ForeignHubSpot(sorted_search=sorted_search, string_sorts=string_sorts), 730)
    opened.append(server)
    records = [record for page in client(server).changed("contact", WANTED) for record in page.records]
    assert sorted({int(record.id) for record in records}) == list(range(100, 830))


def test_each_page_of_an_unordered_search_can_be_gone_on_from(opened):
    server = filled(ForeignHubSpot(sorted_search=False), 730)
    opened.append(server)
    found: set[int] = set()
    position = None
    for _ in range(200):
        page = next(client(server).changed("contact", WANTED, position), None)
        assert page is not None
        found |= {int(record.id) for record in page.records}
        if page.last:
            break
        position = dict(page.position)
    assert found == set(range(100, 830))


def test_a_crowd_in_one_millisecond_that_comes_unordered_is_an_outage_not_a_loss(opened):
    server = filled(ForeignHubSpot(sorted_search=False), 300, crowd=250)
    opened.append(server)
    with pytest.raises(Unavailable) as caught:
        list(client(server).changed("contact", WANTED))
    assert caught.value.code == "UNSORTED"


def test_values_are_texts_whatever_type_they_came_in(opened):
    server = ForeignHubSpot()
    opened.append(server)
    server.add(1, T0, email="a@example.com", visits=12, agreed=True)
    [page] = client(server).changed("contact", WANTED)
    values = page.records[0].values
    assert values == {"email": "a@example.com", "firstname": None, "visits": "12", "agreed": "true", "fax": None}


def test_a_property_nobody_has_a_value_in_is_no_missing_property(opened):
    server = filled(ForeignHubSpot(), 3)
    opened.append(server)
    hubspot = client(server)
    assert len([record for page in hubspot.changed("contact", WANTED) for record in page.records]) == 3
    assert len(hubspot.read("contact", ["100", "101"], WANTED)) == 2
    assert sum(page.records != () for page in hubspot.everything("contact", WANTED)) == 1
    assert sum(call.path.endswith("/properties/2026-09/contacts") for call in server.calls) == 1


def test_a_property_that_is_gone_is_named_all_the_same(opened):
    server = filled(ForeignHubSpot(), 3)
    opened.append(server)
    server.properties.remove("fax")
    with pytest.raises(SchemaChanged) as caught:
        list(client(server).changed("contact", WANTED))
    assert caught.value.names == ("fax",)


def test_the_list_goes_from_page_to_page_and_one_that_does_not_is_an_outage(opened):
    good, stuck = filled(ForeignHubSpot(), 250), filled(ForeignHubSpot(stuck=True), 250)
    opened += [good, stuck]
    assert sum(len(page.records) for page in client(good).everything("contact", WANTED)) == 250
    with pytest.raises(Unavailable, match="does not move on"):
        list(client(stuck).everything("contact", WANTED))


def test_ids_that_are_numbers_and_a_207_without_a_category(opened):
    server = filled(ForeignHubSpot(), 3)
    opened.append(server)
    there, gone = client(server).read("contact", ["101", "999"], WANTED)
    assert (there.id, there.gone, gone.id, gone.gone) == ("101", False, "999", True)
    [receipt] = client(server).write("contact", [("101", {"firstname": "Zoe"})])
    assert (receipt.outcome, receipt.id) == ("updated", "101")


def test_a_portal_that_tells_little(opened):
    server = filled(ForeignHubSpot(), 1)
    opened.append(server)
    hubspot = client(server)
    assert hubspot.account().portal_id == 4711
    assert [owner.id for owner in hubspot.owners()] == ["7"]
    assert (hubspot.usage.remaining, hubspot.server_now()) == (None, None)


@pytest.mark.parametrize(
    "body",
    [
        {"results": None},
        {"results": [{"properties": {}}]},
        {"results": [{"id": "x1", "properties": {}}]},
        {"results": [{"id": 5}]},
        {"results": {"id": 5}},
        [],
        "text",
        None,
        b"\xff\xfe",
        b"<html>down</html>",
    ],
)
@pytest.mark.parametrize("ask", ["changed", "everything", "read", "owners", "schema", "account"])
def test_an_answer_of_another_shape_is_an_outage(opened, body, ask):
    server = ForeignHubSpot()
    opened.append(server)
    server.reply = lambda _call: Reply(body)
    hubspot = client(server)
    asks = {
        "changed": lambda: list(hubspot.changed("contact", WANTED)),
        "everything": lambda: list(hubspot.everything("contact", WANTED)),
        "read": lambda: hubspot.read("contact", ["5"], WANTED),
        "owners": hubspot.owners,
        "schema": lambda: hubspot.schema("contact"),
        "account": hubspot.account,
    }
    if (
        ask == "owners"
        and isinstance(body, dict)
        and body.get("results") in ([{"id": 5}], [{"id": "x1", "properties": {}}])
    ):
        return  # an owner needs no more than an id
    with pytest.raises(Unavailable):
        asks[ask]()


@pytest.mark.parametrize("body", [None, {}, {"message": "no"}, {"error": 1, "category": None}, [1], b"no"])
@pytest.mark.parametrize(
    ("status", "error"), [(401, NotAllowed), (403, NotAllowed), (500, Unavailable), (429, Unavailable)]
)
def test_errors_that_say_nothing_mean_what_their_status_means(opened, body, status, error):
    server = ForeignHubSpot()
    opened.append(server)
    server.reply = lambda _call: Reply(body, status)
    with pytest.raises((error, Unavailable) if body == b"no" else error):
        client(server).account()


def test_a_call_goes_out_as_the_openapi_document_requires(opened):
    """`after`, `filterGroups`, `limit`, `properties` and `sorts` are all required there."""
    server = filled(ForeignHubSpot(), 1)
    opened.append(server)
    list(client(server).changed("contact", WANTED))
    search: Call = next(call for call in server.calls if call.path.endswith("/search"))
    assert set(search.body) == {"after", "filterGroups", "limit", "properties", "sorts"}


def test_an_empty_first_answer_does_not_hide_what_is_there(opened):
    server = filled(ForeignHubSpot(), 5)
    opened.append(server)
    server.reply = lambda _call: Reply({"results": [], "total": 0}, headers=CLOCK)
    [page] = client(server).changed("contact", WANTED)
    server.reply = server.answer
    [page] = client(server).changed("contact", WANTED, page.position)
    assert len(page.records) == 5


def test_data_that_calls_itself_a_page_is_data(opened):
    server = ForeignHubSpot()
    opened.append(server)
    server.reply = lambda _call: Reply({"portalId": 5}, headers=(("Content-Type", "text/html; charset=utf-8"),))
    assert client(server).account().portal_id == 5


@pytest.mark.parametrize("policy", ["TEN_SECONDLY_ROLLING", ""])
def test_a_window_of_ten_seconds_that_is_full_is_waited_for(opened, policy):
    server = filled(ForeignHubSpot(), 1)
    opened.append(server)
    clock, good = Skipping(), server.answer
    full = Reply({"message": "You have reached your limit.", "policyName": policy}, 429)
    server.reply = lambda call: full if clock.skipped < 10.0 else good(call)
    hubspot = HubSpot("pat-x", base_url=server.url, limits=False, clock=clock)
    assert hubspot.account().portal_id == 4711


def test_a_conversation_without_an_id_is_an_outage(opened):
    server = ForeignHubSpot()
    opened.append(server)
    server.reply = lambda _call: Reply({"results": [{"status": "OPEN"}]})
    with pytest.raises(Unavailable):
        list(client(server).chats(datetime(2026, 11, 22, tzinfo=UTC)))


@pytest.mark.parametrize(
    "cursors", [cycle("A"), cycle("AB"), map(str, count(1))], ids=["same", "in a circle", "ever new"]
)
@pytest.mark.parametrize("empty", [False, True], ids=["a row", "nothing"])
@pytest.mark.parametrize(
    "ask",
    [
        lambda hubspot: hubspot.owners(),
        lambda hubspot: hubspot.forms(),
        lambda hubspot: list(hubspot.submissions(["7"], None)),
        lambda hubspot: list(hubspot.chats(datetime(2026, 1, 1, tzinfo=UTC))),
        lambda hubspot: hubspot.said([Record("hubspot", "chat", "7", {}, datetime(2026, 1, 1, tzinfo=UTC))]),
        lambda hubspot: list(hubspot.everything("contact", WANTED)),
        lambda hubspot: hubspot.links("contact", "note", ["7"]),
    ],
    ids=["owners", "forms", "submissions", "chats", "messages", "contacts", "links"],
)
def test_pages_that_come_again_are_an_outage_not_an_end(
    opened, ask: Callable[[HubSpot], object], empty: bool, cursors: Iterator[str]
):
    server = ForeignHubSpot()
    opened.append(server)

    def page(call: Call) -> Reply:
        following = {"next": {"after": next(cursors)}}
        if empty and "associations" not in call.path:
            return Reply({"results": [], "paging": following})
        row = {
            "id": "7",
            "properties": dict.fromkeys(WANTED, "1"),
            "createdAt": "2026-11-01T00:00:00Z",
            "submittedAt": T0,
            "from": {"id": "7"},
            "to": [{"toObjectId": 9}],
        }
        if "associations" in call.path:
            return Reply({"results": [{**row, "paging": following}]})
        return Reply({"results": [row], "paging": following})

    server.reply = page
    with pytest.raises(Unavailable, match=r"does not move on|do not move on"):
        ask(client(server))


@pytest.mark.parametrize("odd", [10**15, "9999-12-31T23:59:59-05:00", "0001-01-01T00:00:00+05:00"])
def test_a_time_outside_the_calendar_is_none_and_the_next_one_counts(odd: object):
    assert to_time(odd) is None
    row = {"id": "7", "properties": {"lastmodifieddate": odd}, "updatedAt": "2026-11-01T00:00:00Z"}
    assert changed_at("contact", row) == datetime(2026, 11, 1, tzinfo=UTC)


@pytest.mark.parametrize("date", ["Fri, 31 Dec 9999 23:59:59 GMT", "Fri, 31 Dec 9999 23:59:59 -0500"])
def test_a_clock_at_the_end_of_time_is_no_clock(opened, date: str):
    server = ForeignHubSpot()
    opened.append(server)
    server.reply = lambda _call: Reply({"portalId": "4711"}, headers=(("Date", date),))
    asked = client(server)
    assert asked.account().portal_id == 4711
    assert asked.server_now() is None


def test_a_row_without_its_properties_is_an_outage_not_a_contact_without_values(opened):
    server = filled(ForeignHubSpot(), 1)
    opened.append(server)
    row = {"id": "100", "properties": None, "updatedAt": "2026-11-01T00:00:00Z"}
    server.reply = lambda call: Reply({"results": [row]}) if call.path.endswith("/search") else server.answer(call)
    with pytest.raises(Unavailable, match="without its properties"):
        list(client(server).changed("contact", ["email"]))


def test_an_answer_a_form_left_empty_is_no_word_of_the_person(opened):
    server = ForeignHubSpot()
    opened.append(server)
    values: list[object] = [
        {"name": "message"},
        {"name": "message", "value": "Call me"},
        {"name": "topics", "value": "a"},
        {"name": "topics", "value": None},
        {"name": "topics", "value": 7},
        {"name": "phone", "value": None},
        {"value": "nameless"},
    ]
    row = {"id": "7", "submittedAt": T0, "values": values}
    server.reply = lambda _call: Reply({"results": [row]})
    [record] = client(server).submissions(["7"], None)
    told = {name: record.values[name] for name in ("message", "topics", "phone")}
    assert told == {"message": "Call me", "topics": "a;7", "phone": None}
