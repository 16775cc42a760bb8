"""Whatever happens on the wire, reads come through or raise the right error, within their time, and leave no trace of
secrets.
"""

from __future__ import annotations

import logging
import threading

import pytest
from people import NOON, contact, contacts, names

from connectors.errors import BudgetSpent, NotAllowed, OutcomeUnknown, RateLimited, Refused, Unavailable
from connectors.http import Clock
from connectors.hubspot import HubSpot
from connectors.sandbox.kernel.faults import Fault

NAME = ("firstname",)


@pytest.fixture
def api() -> str:
    """The wire does not care for paths: one style is enough here."""
    return "2026-09"


ALL = sorted(f"N{number}" for number in range(450))


@pytest.mark.parametrize(
    "fault",
    [
        "429",
        "429_retry_after",
        "429_html",
        "423",
        "500",
        "500_empty",
        "502",
        "503",
        "503_html",
        "504",
        "html_200",
        "reset",
        "answer_lost",
        "truncated",
        "truncated_no_length",
        "truncated_chunked",
    ],
)
def test_a_read_survives(portal, client, fault):
    sandbox = portal(*contacts(450))
    sandbox.faults.add(Fault(fault, path="*/search", nth=(1, 3)))
    hubspot = client(sandbox)
    assert sorted(names(hubspot.changed("contact", NAME))) == ALL
    assert hubspot.usage.retries == 2


def test_a_drip_ends_with_the_deadline_and_the_next_call_works(portal, client):
    sandbox = portal(*contacts(5))
    sandbox.faults.add(Fault("slow_drip", path="*/search", count=1, params={"seconds": 0.1}))
    hubspot = client(sandbox, deadline=3.0, clock=Clock())
    ended: list[BaseException] = []

    def read() -> None:
        try:
            list(hubspot.changed("contact", NAME))
        except Unavailable as error:
            ended.append(error)

    thread = threading.Thread(target=read, daemon=True)
    thread.start()
    thread.join(60)
    assert len(ended) == 1
    assert len(names(hubspot.changed("contact", NAME))) == 5


def test_six_hours_of_retry_after_go_to_the_caller(portal, client, hasty):
    sandbox = portal(*contacts(5))
    sandbox.faults.add(Fault("429_six_hours"))
    hubspot = client(sandbox)
    with pytest.raises(RateLimited) as caught:
        list(hubspot.changed("contact", NAME))
    assert (caught.value.retry_after, hubspot.usage.calls, hasty.slept) == (21_600, 1, [])


def test_a_moving_account_goes_to_the_caller(portal, client):
    sandbox = portal(*contacts(5))
    sandbox.faults.add(Fault("477"))
    with pytest.raises(RateLimited, match="moved") as caught:
        list(client(sandbox).changed("contact", NAME))
    assert caught.value.retry_after == 86_400


def test_a_spent_day_is_not_asked_again(portal, client):
    sandbox = portal(*contacts(5))
    sandbox.faults.add(Fault("429_daily"))
    hubspot = client(sandbox)
    for _ in range(20):
        with pytest.raises(BudgetSpent):
            list(hubspot.changed("contact", NAME))
    assert hubspot.usage.calls == 1


def test_a_refused_token_is_tried_once(portal, client):
    sandbox = portal(*contacts(5))
    sandbox.faults.add(Fault("401"))
    hubspot = client(sandbox)
    with pytest.raises(NotAllowed, match="token"):
        list(hubspot.changed("contact", NAME))
    assert hubspot.usage.calls == 1


def test_a_missing_scope_is_named(portal, client):
    sandbox = portal(*contacts(5))
    sandbox.hubspot.account.auth.scopes.discard("crm.objects.contacts.read")
    with pytest.raises(NotAllowed, match=r"crm\.objects\.contacts\.read"):
        list(client(sandbox).changed("contact", NAME))


def test_html_for_a_refused_token_is_an_outage(portal, client):
    sandbox = portal(*contacts(5))
    sandbox.faults.add(Fault("html_error", params={"status": 401}))
    with pytest.raises(Unavailable):
        list(client(sandbox).changed("contact", NAME))


def test_the_position_of_the_page_before_a_failure_still_holds(portal, client):
    sandbox = portal(*contacts(900))
    fault = sandbox.faults.add(Fault("503", path="*/search", after=2))
    hubspot = client(sandbox)
    pages = hubspot.changed("contact", NAME)
    read = [next(pages), next(pages)]
    with pytest.raises(Unavailable):
        next(pages)
    sandbox.faults.remove(fault)
    seen = names(read) + names(client(sandbox).changed("contact", NAME, read[-1].position))
    assert sorted(set(seen)) == sorted(f"N{number}" for number in range(900))


def test_a_write_with_a_lost_answer_is_unknown_and_sent_once(portal, client):
    sandbox = portal(*contacts(3))
    sandbox.faults.add(Fault("answer_lost", path="*/batch/update"))
    hubspot = client(sandbox)
    rows = [(sandbox.hubspot.id_of("contacts", f"c{number}"), {"city": "Bonn"}) for number in range(3)]
    receipts = hubspot.write("contact", rows)
    assert [receipt.outcome for receipt in receipts] == ["unknown"] * 3
    assert hubspot.usage.by_purpose == {"write": 1}


def test_the_limits_of_the_tier_are_kept(portal, client):
    """Search is five a second: eleven pages, no refusal."""
    sandbox = portal(*contacts(2_100), limits=True)
    hubspot = client(sandbox, limits=True, clock=None)
    assert len(names(hubspot.changed("contact", NAME))) == 2_100
    assert hubspot.usage.retries == 0
    assert hubspot.usage.by_purpose == {"search": 11}


def test_what_is_left_of_the_day_is_known(portal, client):
    sandbox = portal(*contacts(2), limits=True)
    sandbox.hubspot.acts["limits"](daily_used=1_000)
    hubspot = client(sandbox)
    hubspot.read("contact", [sandbox.hubspot.id_of("contacts", "c1")], NAME)
    assert (hubspot.usage.limit_per_day, hubspot.usage.remaining) == (625_000, 623_999)


def test_a_real_daily_limit_ends_the_calls(portal, client):
    sandbox = portal(*contacts(2), limits=True)
    sandbox.hubspot.acts["limits"](daily_used=625_000)
    hubspot = client(sandbox)
    for _ in range(3):
        with pytest.raises(BudgetSpent):
            list(hubspot.changed("contact", NAME))
    assert hubspot.usage.calls == 1


def test_one_connection_serves_many_calls(portal, client):
    """The official client alone opens one for each api object."""
    sandbox = portal(*contacts(10))
    hubspot = client(sandbox)
    id = sandbox.hubspot.id_of("contacts", "c1")
    for _ in range(10):
        hubspot.read("contact", [id], NAME)
        list(hubspot.changed("contact", NAME))
    pools = hubspot._remote._transport._pools.pools  # type: ignore[attr-defined]
    (pool,) = (pools.get(key) for key in pools.keys())  # noqa: SIM118
    assert pool.num_connections == 1


@pytest.mark.parametrize(
    "url", ["https://evil.example.com", "http://api.hubapi.com", "https://api.hubapi.com.evil.com"]
)
def test_the_token_goes_to_hubspot_only(url):
    with pytest.raises(Refused, match="not an address"):
        HubSpot("canary", base_url=url)


@pytest.mark.parametrize("token", ["", " ", "pat-ca\nnary", "pat canary", "pät-canary", "pat-\x00canary"])
def test_a_token_that_cannot_be_one_is_refused_unseen(token):
    with pytest.raises(NotAllowed) as caught:
        HubSpot(token)
    assert "canary" not in str(caught.value)


def test_a_line_end_after_the_token_does_no_harm(portal, client):
    sandbox = portal(*contacts(1))
    token = sandbox.state["credentials"]["hubspot"]["access_token"] + "\n"
    hubspot = HubSpot(token, base_url=sandbox.hubspot_url, limits=False)
    assert len(names(hubspot.changed("contact", NAME))) == 1


@pytest.mark.parametrize("fault", ["401", "403", "429", "500", "html_200", "truncated", "reset", "status"])
def test_no_secret_and_no_person_in_messages_or_logs(portal, client, caplog, fault):
    caplog.set_level(logging.DEBUG)
    sandbox = portal(*contacts(3))
    body = {"status": "error", "category": "VALIDATION_ERROR", "message": "Email address canary@example.com is invalid"}
    sandbox.faults.add(Fault(fault, params={"status": 400, "body": body} if fault == "status" else {}))
    hubspot = client(sandbox)
    told = []
    for call in (
        lambda: list(hubspot.changed("contact", ("email",))),
        lambda: hubspot.write("contact", [("1", {"email": "canary@example.com"})]),
    ):
        try:
            told += [str(receipt) for receipt in call()]
        except (Unavailable, NotAllowed, Refused, OutcomeUnknown) as error:
            told.append(str(error) + repr(error))
    assert told
    everything = " ".join(told) + caplog.text
    assert "canary" not in everything
    assert "pat-eu1" not in everything
    assert "@example.com" not in everything


def test_values_with_bad_unicode_spoil_no_page(portal, client):
    sandbox = portal(contact(1, NOON))
    body = (
        b'{"total":1,"results":[{"id":"1","archived":false,"properties":{"firstname":"J\xf6rg \\ud83d",'
        b'"lastmodifieddate":"2026-11-22T10:00:00.000Z"}}]}'
    )
    sandbox.faults.add(Fault("status", path="*/search", params={"status": 200, "body": body}))
    (name,) = names(client(sandbox).changed("contact", NAME))
    assert name == "J\N{REPLACEMENT CHARACTER}rg ?"


@pytest.mark.parametrize("body", [[], {"results": None}, {"results": [1]}, {}, "text", None])
def test_a_wrong_shape_is_an_outage_not_an_empty_portal(portal, client, body):
    sandbox = portal(*contacts(3))
    sandbox.faults.add(Fault("status", params={"status": 200, "body": b"null" if body is None else body}))
    with pytest.raises(Unavailable):
        list(client(sandbox).changed("contact", NAME))
    with pytest.raises(Unavailable):
        client(sandbox).read("contact", ["1"], NAME)
