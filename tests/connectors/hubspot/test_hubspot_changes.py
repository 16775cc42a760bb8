"""Incremental reads lose nothing: not at the cap, not on equal times, not behind the index, not while people edit."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import timedelta
from random import Random
from typing import Any

import pytest
from full_size import full
from people import NOON, company, contact, contacts, names, rows

from connectors.errors import Refused, SchemaChanged, Unavailable
from connectors.http import Answer
from connectors.hubspot.changes import PAGE, begin, changed
from connectors.hubspot.known import Known
from connectors.hubspot.rows import changed_at
from connectors.records import Page
from connectors.sandbox.kernel.faults import Fault

NAME = ("firstname", "email")


def ids(count):
    return sorted(f"N{number}" for number in range(count))


def test_everything_comes_once_in_order_of_change(portal, client):
    hubspot = client(portal(*contacts(1_050)))
    pages = list(hubspot.changed("contact", NAME))
    assert names(pages) == [f"N{number}" for number in range(1_050)]
    assert [page.last for page in pages] == [False] * 5 + [True]
    assert hubspot.usage.by_purpose == {"search": 6}


@pytest.mark.parametrize("api", ["2026-09"])
def test_more_records_than_the_cap_of_search(portal, client):
    """25,000 records, and no request at or past the 10,000 at which search ends: it would be refused."""
    sandbox = portal(*contacts(25_000, step=timedelta(milliseconds=7)))
    assert sorted(names(client(sandbox).changed("contact", NAME))) == ids(25_000)
    assert {call.status for call in sandbox.ledger.since(0) if call.path.endswith("/search")} == {200}


def test_25_000_records_of_one_millisecond(portal, client):
    sandbox = portal(*contacts(25_000, step=timedelta(0)), contact(25_000, NOON - timedelta(minutes=30)))
    hubspot = client(sandbox)
    assert sorted(names(hubspot.changed("contact", NAME))) == ids(25_001)
    assert hubspot.usage.calls <= math.ceil(25_000 / PAGE) + 5


@pytest.mark.parametrize("api", ["2026-09"])
@pytest.mark.parametrize("crowd", [99, 100, 101, 199, 200, 201, 400, 500])
def test_a_crowd_of_one_millisecond_over_a_page_edge(portal, client, crowd):
    at = NOON - timedelta(minutes=90)
    before = [contact(number, at - timedelta(seconds=200 - number)) for number in range(130)]
    same = [contact(130 + number, at) for number in range(crowd)]
    after = [contact(130 + crowd + number, at + timedelta(seconds=1 + number)) for number in range(130)]
    hubspot = client(portal(*before, *same, *after))
    assert sorted(names(hubspot.changed("contact", NAME))) == ids(260 + crowd)


def test_a_run_without_changes_is_one_call(portal, client):
    hubspot = client(portal(*contacts(500)))
    *_, last = hubspot.changed("contact", NAME)
    spent = hubspot.usage.calls
    (page,) = hubspot.changed("contact", NAME, last.position)
    assert (page.records, page.last, hubspot.usage.calls) == ((), True, spent + 1)


def test_a_run_goes_on_where_it_was_interrupted(portal, client):
    sandbox = portal(*contacts(1_000))
    seen: list[str] = []
    page = Page((), {})
    while not page.last:
        page = next(iter(client(sandbox).changed("contact", NAME, page.position or None)))
        seen += [record.values["firstname"] for record in page.records]
    assert sorted(set(seen)) == ids(1_000)
    assert len(seen) <= 1_010


def test_an_interrupted_crowd_goes_on_inside_its_millisecond(portal, client):
    sandbox = portal(*contacts(1_000, step=timedelta(0)))
    seen: list[str] = []
    page = Page((), {})
    while not page.last:
        page = next(iter(client(sandbox).changed("contact", NAME, page.position or None)))
        seen += [record.values["firstname"] for record in page.records]
    assert sorted(seen) == ids(1_000)


def test_records_edited_while_reading_are_not_lost_and_push_none_out(portal, client):
    sandbox = portal(*contacts(1_000))
    hubspot = client(sandbox)
    edited = [sandbox.hubspot.id_of("contacts", f"c{number}") for number in (0, 5, 399, 990)]
    seen: dict[str, str] = {}
    for number, page in enumerate(hubspot.changed("contact", NAME)):
        seen |= {record.id: record.values["firstname"] for record in page.records}
        position = page.position
        if number == 1:
            sandbox.clock.advance(60)
            for id in edited:
                sandbox.hubspot.acts["edit"]("contacts", id, {"firstname": "Edited"})
    seen |= {record.id: record.values["firstname"] for record in rows(hubspot.changed("contact", NAME, position))}
    assert len(seen) == 1_000
    assert {seen[id] for id in edited} == {"Edited"}


def test_a_run_ends_although_the_portal_is_edited_faster_than_it_reads(portal, client):
    sandbox = portal(*contacts(600))
    everybody = [sandbox.hubspot.id_of("contacts", f"c{number}") for number in range(600)]
    for number, _page in enumerate(client(sandbox).changed("contact", NAME)):
        sandbox.clock.advance(2)
        for id in everybody[:300]:
            sandbox.hubspot.acts["edit"]("contacts", id, {"firstname": f"Again{number}"})
        assert number < 20


@pytest.mark.parametrize(("look_back", "found"), [(timedelta(minutes=10), True), (timedelta(0), False)])
def test_what_the_index_shows_late_is_found_by_looking_back(portal, client, look_back, found):
    """Without the look-back the record is lost: that is what it is for."""
    sandbox = portal(*contacts(10))
    sandbox.hubspot.acts["index_lag"](low=90, high=90)
    late = sandbox.hubspot.acts["create"]("contacts", {"firstname": "Late"})
    sandbox.clock.advance(5)
    hubspot = client(sandbox)
    *_, last = hubspot.changed("contact", NAME)
    sandbox.clock.advance(3600)
    again = rows(hubspot.changed("contact", NAME, last.position, look_back=look_back))
    assert (late in {record.id for record in again}) is found


@pytest.mark.parametrize("api", ["2026-09"])
@pytest.mark.parametrize(("look_back", "missed"), [(timedelta(minutes=10), False), (timedelta(0), True)])
def test_edits_that_the_index_shows_up_to_two_minutes_late(portal, client, look_back, missed):
    """A run every minute while people edit and each edit shows after a delay of its own: none is missed, and without the look-back some are."""
    edits, a_minute = full(1_000, 10_000), full(100, 500)
    sandbox = portal(*contacts(200))
    sandbox.hubspot.acts["index_lag"](low=0, high=120)
    hubspot, chance = client(sandbox), Random(3)
    everybody = [sandbox.hubspot.id_of("contacts", f"c{number}") for number in range(200)]
    newest: dict[str, str] = {}
    seen: dict[str, set[str]] = {}
    position = None
    for number in range(edits // a_minute + 4):
        for edit in range(a_minute if number < edits // a_minute else 0):
            id, name = chance.choice(everybody), f"Edit{number}-{edit}"
            sandbox.hubspot.acts["edit"]("contacts", id, {"firstname": name})
            newest[id] = name
            sandbox.clock.advance(60 / a_minute)
        if number >= edits // a_minute:
            sandbox.clock.advance(60)
        for page in hubspot.changed("contact", NAME, position, look_back=look_back):
            position = page.position
            for record in page.records:
                seen.setdefault(record.id, set()).add(str(record.values["firstname"]))
    assert len(newest) > 150
    assert any(name not in seen.get(id, set()) for id, name in newest.items()) is missed


def test_companies_have_their_own_property_of_change(portal, client):
    hubspot = client(portal(*(company(number) for number in range(3))))
    records = rows(hubspot.changed("company", ("name", "domain")))
    assert {record.values["name"] for record in records} == {"Company 0", "Company 1", "Company 2"}
    assert {record.changed_at for record in records} == {NOON - timedelta(days=1)}


def test_records_are_as_they_came(portal, client):
    (record,) = rows(client(portal(contact(1, NOON - timedelta(hours=2)))).changed("contact", ("email", "phone")))
    assert (record.source, record.kind, record.gone) == ("hubspot", "contact", False)
    assert record.values == {"email": "n1@example.com", "phone": None}
    assert record.changed_at == NOON - timedelta(hours=2)


def test_a_property_that_does_not_exist_is_named(portal, client):
    with pytest.raises(SchemaChanged) as caught:
        list(client(portal(*contacts(3))).changed("contact", ("email", "no_such_property")))
    assert caught.value.names == ("no_such_property",)


def test_a_position_from_the_future_is_refused(portal, client):
    position = {"until": None, "time": int((NOON + timedelta(hours=1)).timestamp() * 1000), "id": None}
    with pytest.raises(Refused, match="future"):
        list(client(portal(*contacts(3))).changed("contact", NAME, position))


@pytest.mark.parametrize("api", ["2026-09"])
@pytest.mark.parametrize("hours", [-2, 2, 24 * 365])
def test_the_clock_of_this_machine_does_not_matter(portal, client, hours, hasty):
    hasty.now = lambda: NOON + timedelta(hours=hours)
    hubspot = client(portal(*contacts(450)))
    *_, last = hubspot.changed("contact", NAME)
    assert hubspot.usage.calls == 3
    assert abs(last.position["time"] / 1000 - NOON.timestamp()) < 2


@pytest.mark.parametrize(
    "name", ["short_page", "shuffled_page", "duplicate_page", "wrong_total", "reset", "html_200", "500"]
)
def test_spoilt_pages_lose_nothing(portal, client, name):
    sandbox = portal(*contacts(900))
    sandbox.faults.add(Fault(name, path="*/search", nth=(2, 4)))
    assert sorted(set(names(client(sandbox).changed("contact", NAME)))) == ids(900)


def test_a_page_shorter_than_the_total_says_is_not_the_last():
    """A good document that leaves rows out and names no next page."""
    everybody = [
        {"id": str(number), "properties": {"lastmodifieddate": f"2026-01-01T00:00:0{number}Z", "firstname": "x"}}
        for number in range(1, 7)
    ]

    def search(body: Mapping[str, Any]) -> Answer:
        low = int(body["filterGroups"][0]["filters"][0]["value"])
        left = [row for row in everybody if changed_at("contact", row).timestamp() * 1000 >= low]
        return Answer(200, {}, b"", {"results": left[:2], "total": len(left)})  # type: ignore[arg-type]

    pages = changed(search, "contact", ("firstname",), begin(None, None, timedelta(0)), Known(lambda _kind: ()))
    assert [record.id for record in rows(pages)] == ["1", "2", "3", "4", "5", "6"]


def test_a_search_that_does_not_move_is_reported():
    """A server that gives the same full page for ever."""
    stuck = [
        {"id": str(number), "properties": {"lastmodifieddate": "2026-01-01T00:00:00Z", "firstname": "x"}}
        for number in range(PAGE)
    ]
    body = {"results": stuck, "total": 100_000, "paging": {"next": {"after": "200"}}}

    def search(_body: object) -> Answer:
        return Answer(200, {}, b"", body)  # type: ignore[arg-type]

    with pytest.raises(Unavailable, match="does not move"):
        list(changed(search, "contact", ("firstname",), begin(None, None, timedelta(0)), Known(lambda _kind: ())))


def test_a_search_that_tells_of_records_and_gives_none_is_asked_again(portal, client):
    """Half a page of one record is none: its document says that somebody changed, and leaves them out."""
    sandbox = portal(contact(1, NOON - timedelta(minutes=90)))
    sandbox.faults.add(Fault("short_page", path="*/search", count=1))
    assert names(client(sandbox).changed("contact", NAME)) == ["N1"]


def test_records_that_are_counted_and_not_shown_stop_nobody_and_are_not_passed(portal, client):
    """A deleted record may be counted for longer than it is shown. Whoever is there is read; the next run begins before it again."""
    sandbox = portal(contact(1, NOON - timedelta(minutes=90)), contact(2, NOON - timedelta(minutes=80)))
    number = sandbox.faults.add(Fault("wrong_total", path="*/search", params={"by": 1}))
    hubspot = client(sandbox)
    pages = list(hubspot.changed("contact", NAME))
    assert (names(pages), pages[-1].last) == (["N1", "N2"], True)
    sandbox.faults.remove(number)
    assert names(hubspot.changed("contact", NAME, pages[-1].position)) == ["N1", "N2"]


def test_what_was_counted_and_never_shown_is_held_for_a_day(portal, client):
    sandbox = portal(contact(1, NOON - timedelta(days=3)))
    sandbox.faults.add(Fault("wrong_total", path="*/search", params={"by": 1}))
    hubspot = client(sandbox)
    (*_, last) = hubspot.changed("contact", NAME)
    assert names(hubspot.changed("contact", NAME, last.position)) == []


def test_a_whole_page_that_is_counted_and_not_shown_ends_the_reading(portal, client):
    sandbox = portal(contact(1, NOON - timedelta(minutes=90)))
    empty = {"status": 200, "body": {"total": PAGE, "results": []}}
    sandbox.faults.add(Fault("status", path="*/search", params=empty))
    with pytest.raises(Unavailable, match="tells of 200 changed contact") as raised:
        list(client(sandbox).changed("contact", NAME))
    assert raised.value.code == "ROWS_MISSING"
