"""Conversations: inboxes, channels, threads, messages and the actors who speak."""

from __future__ import annotations

from typing import Any

from connectors.sandbox.hubspot.account import Account
from connectors.sandbox.hubspot.batch_api import batch_answer
from connectors.sandbox.hubspot.conversations import CHANNEL, CHANNEL_ACCOUNT, CHANNELS, INBOX
from connectors.sandbox.hubspot.http import Answer, Request, first, flag, names_of, nothing, number, ok
from connectors.sandbox.hubspot.numerals import is_number
from connectors.sandbox.hubspot.problems import Problem, invalid, not_found
from connectors.sandbox.hubspot.router import DATES, Route, versions
from connectors.sandbox.hubspot.values import moment_text

THREADS_PAGE, MESSAGES_PAGE = 500, 500


def _paged(rows: list[Any], start: int, size: int) -> Answer:
    answer: dict[str, Any] = {"results": rows[start : start + size]}
    if start + size < len(rows):
        answer["paging"] = {"next": {"after": str(start + size)}}
    return ok(answer)


def _start(text: str) -> int:
    if not is_number(text):
        raise invalid(f"Invalid value for after: '{text}'")
    return int(text)


def list_threads(account: Account, request: Request) -> Answer:
    """GET …/threads, by id or by the time of the latest message."""
    asked = request.parameters()
    size = number(asked, "limit", 100, 1, THREADS_PAGE)
    inboxes, after_time = names_of(asked, "inboxId"), first(asked, "latestMessageTimestampAfter")
    contact, status = first(asked, "associatedContactId"), first(asked, "threadStatus")
    ticket = number(asked, "associatedTicketId", 0, 0, 2**63 - 1)
    if "latestMessageTimestampAfter" in asked and moment_text(after_time) is None:
        raise invalid(f"Invalid value for latestMessageTimestampAfter: '{after_time}' is not a date-time")
    if status not in ("", "OPEN", "CLOSED"):
        raise invalid(f"Invalid value for threadStatus: '{status}' is not one of OPEN, CLOSED")
    sort = first(asked, "sort", "id")
    if after_time and "latestMessageTimestamp" not in sort:
        raise invalid("latestMessageTimestampAfter needs sort=latestMessageTimestamp")
    rows = [
        one
        for one in account.conversations.threads.values()
        if one["archived"] == flag(asked, "archived")
        and not ticket  # no thread here belongs to a ticket
        and (not contact or one["associatedContactId"] == contact)
        and (not status or one["status"] == status)
        and (not inboxes or one["inboxId"] in inboxes)
        and (not after_time or str(one.get("latestMessageTimestamp", "")) > after_time)
    ]
    if sort.lstrip("-") == "latestMessageTimestamp":
        rows.sort(key=lambda one: str(one.get("latestMessageTimestamp", "")), reverse=sort.startswith("-"))
    return _paged(rows, _start(first(asked, "after", "0") or "0"), size)


def get_thread(account: Account, request: Request) -> Answer:
    """GET …/threads/{thread}."""
    return ok(account.conversations.find(request.names["thread"], flag(request.parameters(), "archived")))


def update_thread(account: Account, request: Request) -> Answer:
    """PATCH …/threads/{thread}: status, and out of the bin."""
    thread = account.conversations.find(request.names["thread"])
    given = request.json()
    kept: dict[str, Any] = {name: given[name] for name in ("status", "archived") if name in given}
    request.call.changed("updated", "threads", thread["id"], kept, {name: thread[name] for name in kept})
    if given.get("status") in ("OPEN", "CLOSED"):
        thread["status"] = given["status"]
        if given["status"] == "CLOSED":
            thread["closedAt"] = account.portal.now()
    if given.get("archived") is False:
        thread["archived"] = False
    return ok(thread)


def archive_thread(account: Account, request: Request) -> Answer:
    """DELETE …/threads/{thread}."""
    account.conversations.find(request.names["thread"])["archived"] = True
    request.call.changed("deleted", "threads", request.names["thread"])
    return nothing()


def assign_thread(account: Account, request: Request) -> Answer:
    """PUT …/threads/{thread}/assignee."""
    thread = account.conversations.find(request.names["thread"])
    before, actor = thread.get("assignedTo", ""), str(request.json().get("actorId", ""))
    thread["assignedTo"] = actor
    request.call.changed("updated", "threads", thread["id"], {"assignedTo": actor}, {"assignedTo": before})
    return ok(thread)


def unassign_thread(account: Account, request: Request) -> Answer:
    """DELETE …/threads/{thread}/assignee."""
    before = account.conversations.find(request.names["thread"]).pop("assignedTo", "")
    request.call.changed("updated", "threads", request.names["thread"], {"assignedTo": ""}, {"assignedTo": before})
    return nothing()


def list_messages(account: Account, request: Request) -> Answer:
    """GET …/threads/{thread}/messages: the oldest first, or by `sort=-createdAt` the newest."""
    asked = request.parameters()
    account.conversations.find(request.names["thread"])
    rows = list(account.conversations.messages[request.names["thread"]])
    if first(asked, "sort") == "-createdAt":
        rows.reverse()
    return _paged(rows, _start(first(asked, "after", "0") or "0"), number(asked, "limit", 20, 1, MESSAGES_PAGE))


def get_message(account: Account, request: Request) -> Answer:
    """GET …/threads/{thread}/messages/{message}."""
    return ok(account.conversations.message(request.names["thread"], request.names["message"]))


def get_whole_message(account: Account, request: Request) -> Answer:
    """GET …/messages/{message}/original-content."""
    message = account.conversations.message(request.names["thread"], request.names["message"])
    text = account.conversations.full[message["id"]]
    return ok({"text": text, "richText": f"<p>{text}</p>"})


def send_message(account: Account, request: Request) -> Answer:
    """POST …/threads/{thread}/messages."""
    given = request.json()
    if not given.get("text"):
        raise invalid("Invalid input JSON: Some required fields were not set: [text]")
    thread = request.names["thread"]
    account.conversations.find(thread)
    more = {
        "direction": "OUTGOING",
        "actorId": given.get("senderActorId"),
        "richText": given.get("richText"),
        "type": given.get("type", "MESSAGE"),
    }
    id = account.conversations.say(thread, account.portal.now(), str(given["text"]), more)
    request.call.changed("created", "messages", id, {"thread": thread})
    return ok(account.conversations.message(thread, id), 201)


def get_actor(account: Account, request: Request) -> Answer:
    """GET …/actors/{actor}."""
    found = account.conversations.actors.get(request.names["actor"])
    if found is None:
        raise not_found(f"Actor {request.names['actor']} does not exist")
    return ok(found)


def read_actors(account: Account, request: Request) -> Answer:
    """POST …/actors/batch/read."""
    results: list[Any] = []
    errors: list[Any] = []
    inputs = request.json().get("inputs")
    if not isinstance(inputs, list) or not all(isinstance(id, str) for id in inputs):
        raise invalid("Invalid input JSON: inputs has to be a list of actor ids")
    for id in inputs:
        found = account.conversations.actors.get(id)
        if found is None:
            errors.append(Problem(404, f"Actor {id} does not exist", "OBJECT_NOT_FOUND").in_batch([id]))
        else:
            results.append(found)
    return batch_answer(account, request, results, errors)


def _check_limit(request: Request) -> None:
    asked = request.parameters()
    flag(asked, "archived")
    for name in ("limit", "defaultPageLength"):
        number(asked, name, THREADS_PAGE, 1, THREADS_PAGE)


def _inbox(account: Account) -> dict[str, Any]:
    born = account.portal.born
    return {
        "id": INBOX,
        "name": "Conversations Inbox",
        "type": "INBOX",
        "archived": False,
        "createdAt": born,
        "updatedAt": born,
    }


def _channel_account(account: Account) -> dict[str, Any]:
    return {
        "id": CHANNEL_ACCOUNT, "name": "Website chat", "channelId": CHANNEL, "inboxId": INBOX, "active": True, "authorized": True,
        "archived": False, "createdAt": account.portal.born,
    }  # fmt: skip


def list_inboxes(account: Account, request: Request) -> Answer:
    """GET …/inboxes."""
    _check_limit(request)
    return ok({"results": [_inbox(account)], "total": 1})


def get_inbox(account: Account, request: Request) -> Answer:
    """GET …/inboxes/{inbox}."""
    if request.names["inbox"] != INBOX:
        raise not_found(f"Inbox {request.names['inbox']} does not exist")
    return ok(_inbox(account))


def list_channels(account: Account, request: Request) -> Answer:
    """GET …/channels."""
    _check_limit(request)
    return ok({"results": [{"id": id, "name": name} for id, name in CHANNELS.items()], "total": len(CHANNELS)})


def get_channel(account: Account, request: Request) -> Answer:
    """GET …/channels/{channel}."""
    id = request.names["channel"]
    if id not in CHANNELS:
        raise not_found(f"Channel {id} does not exist")
    return ok({"id": id, "name": CHANNELS[id]})


def list_channel_accounts(account: Account, request: Request) -> Answer:
    """GET …/channel-accounts."""
    _check_limit(request)
    return ok({"results": [_channel_account(account)], "total": 1})


def get_channel_account(account: Account, request: Request) -> Answer:
    """GET …/channel-accounts/{id}."""
    if request.names["id"] != CHANNEL_ACCOUNT:
        raise not_found(f"Channel account {request.names['id']} does not exist")
    return ok(_channel_account(account))


def _at(rest: str) -> tuple[str, ...]:
    return versions("conversations/conversations", rest)


_READ, _WRITE = ("conversations.read",), ("conversations.write",)
_ASSIGNEE = (
    "/conversations/conversations/v3/threads/{thread}/assignee",
    *(f"/conversations/conversations/{date}/threads/{{thread}}/assignee" for date in DATES),
)
_THREAD, _MESSAGES = _at("/threads/{thread}"), _at("/threads/{thread}/messages")
ROUTES = (
    Route("GET", _at("/threads"), list_threads, _READ),
    Route("GET", _THREAD, get_thread, _READ),
    Route("PATCH", _THREAD, update_thread, _WRITE),
    Route("DELETE", _THREAD, archive_thread, _WRITE),
    Route("PUT", _ASSIGNEE, assign_thread, _WRITE),
    Route("DELETE", _ASSIGNEE, unassign_thread, _WRITE),
    Route("GET", _MESSAGES, list_messages, _READ),
    Route("POST", _MESSAGES, send_message, _WRITE),
    Route("GET", _at("/threads/{thread}/messages/{message}"), get_message, _READ),
    Route("GET", _at("/threads/{thread}/messages/{message}/original-content"), get_whole_message, _READ),
    Route("GET", _at("/actors/{actor}"), get_actor, _READ),
    Route("POST", _at("/actors/batch/read"), read_actors, _READ),
    Route("GET", _at("/inboxes"), list_inboxes, _READ),
    Route("GET", _at("/inboxes/{inbox}"), get_inbox, _READ),
    Route("GET", _at("/channels"), list_channels, _READ),
    Route("GET", _at("/channels/{channel}"), get_channel, _READ),
    Route("GET", _at("/channel-accounts"), list_channel_accounts, _READ),
    Route("GET", _at("/channel-accounts/{id}"), get_channel_account, _READ),
)
