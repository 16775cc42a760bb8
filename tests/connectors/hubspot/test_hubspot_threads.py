"""Conversations: threads by the time of their newest message, and what was said in them, whole and by whom."""

from __future__ import annotations

from datetime import timedelta

import pytest
from people import NOON, contacts

from connectors.errors import NotAllowed
from connectors.hubspot.official import Official

LONG = "word " * 4_000


def chats(client, since=NOON - timedelta(days=1)):
    return [one for page in client.chats(since) for one in page]


def opened(sandbox, number, *messages):
    contact = sandbox.hubspot.id_of("contacts", f"c{number}")
    return sandbox.hubspot.acts["chat"](id=contact, messages=list(messages)), contact


def test_what_was_said_is_told_whole_with_names(portal, client):
    sandbox = portal(*contacts(2))
    thread, contact = opened(
        sandbox, 0, {"text": "Hello", "name": "Kim"}, {"text": "Hi", "direction": "OUTGOING"}, {"text": LONG},
        {"text": "Call them", "direction": "OUTGOING", "name": "Mia", "type": "COMMENT"}, {"text": "Welcome", "actorId": "B-1", "name": "Otto"},
    )  # fmt: skip
    hubspot = client(sandbox)
    (found,) = chats(hubspot)
    assert (found.kind, found.id, found.links, found.changed_at) == ("chat", thread, {"contact": (contact,)}, NOON)
    assert "messages" not in found.values
    (told,) = hubspot.said([found])
    assert [(one["who"], one["ours"]) for one in told.values["messages"]] == [
        ("Kim", False), ("Mia", True), ("Kim", False), ("Mia (to colleagues)", True), ("Otto", True),
    ]  # fmt: skip
    assert told.values["messages"][2]["text"] == LONG
    assert {one["at"] for one in told.values["messages"]} == {"2026-11-22T12:00:00.000Z"}
    assert hubspot.usage.by_purpose == {"chats": 3, "batch_read": 1}


def test_what_was_said_stands_in_the_order_of_time_whatever_order_it_comes_in(portal, client, monkeypatch):
    """HubSpot's documents name no order of messages for who asks for none."""
    sandbox = portal(*contacts(1))
    opened(sandbox, 0, {"text": "first"}, {"text": "second"}, {"text": "third"})
    asked = Official.get

    def the_other_way(self, path, **query):
        body = asked(self, path, **query)
        if path.endswith("/messages"):
            timed = [{**row, "createdAt": f"2026-11-22T12:0{minute}:00Z"} for minute, row in enumerate(body["results"])]
            return {**body, "results": timed[::-1]}
        return body

    monkeypatch.setattr(Official, "get", the_other_way)
    hubspot = client(sandbox)
    (told,) = hubspot.said(chats(hubspot))
    assert [one["text"] for one in told.values["messages"]] == ["first", "second", "third"]


def test_only_threads_with_news_come_the_oldest_first(portal, client):
    sandbox = portal(*contacts(3))
    ids = []
    for number in range(3):
        ids.append(opened(sandbox, number, {"text": f"Hello {number}"})[0])
        sandbox.clock.advance(60)
    assert [one.id for one in chats(client(sandbox))] == ids
    assert [one.id for one in chats(client(sandbox), NOON + timedelta(seconds=30))] == ids[1:]
    assert chats(client(sandbox), NOON + timedelta(minutes=5)) == []


def test_nothing_asked_is_no_call(portal, client):
    hubspot = client(portal(*contacts(1)))
    assert (hubspot.said([]), hubspot.usage.calls) == ([], 0)


@pytest.mark.parametrize("kind", ["ticket", "chat"])
def test_the_scope_of_each_kind_is_looked_at(portal, client, kind):
    sandbox = portal(*contacts(1))
    scope = {"ticket": "tickets", "chat": "conversations.read"}[kind]
    sandbox.hubspot.acts["revoke_scope"](scope)
    assert client(sandbox).access() == []
    assert [need.scope for need in client(sandbox).access(talk=("call", "feedback_submission", "ticket", "chat"))] == [
        scope
    ]


def test_without_the_right_nothing_is_given(portal, client):
    sandbox = portal(*contacts(1))
    sandbox.hubspot.acts["revoke_scope"]("conversations.read")
    with pytest.raises(NotAllowed):
        chats(client(sandbox))
