"""Chats and other conversations: threads with a visitor, and their messages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from connectors.sandbox.hubspot.problems import invalid, not_found

INBOX, CHANNEL, CHANNEL_ACCOUNT = "481001", "1000", "593001"
CHANNELS = {"1000": "LIVE_CHAT", "1001": "FB_MESSENGER", "1002": "EMAIL", "1003": "FORM"}
_FIRST_THREAD = 8_100_001
# A longer text is cut in messages, and read whole from the message's original content.
LONGEST_TEXT = 10_000


@dataclass(slots=True)
class Conversations:
    """Threads by id with their messages, the oldest first. `full` keeps the texts of messages that were cut."""

    threads: dict[str, dict[str, Any]] = field(default_factory=dict)
    messages: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    full: dict[str, str] = field(default_factory=dict)
    actors: dict[str, dict[str, Any]] = field(default_factory=dict)

    def open(self, contact_id: str, at: str, values: Mapping[str, Any] | None = None) -> str:
        """Begin a thread with a contact; gives its id."""
        given = values or {}
        id = str(_FIRST_THREAD + len(self.threads))
        self.threads[id] = {
            "id": id,
            "createdAt": at,
            "status": str(given.get("status", "OPEN")),
            "inboxId": str(given.get("inboxId", INBOX)),
            "originalChannelId": str(given.get("originalChannelId", CHANNEL)),
            "originalChannelAccountId": str(given.get("originalChannelAccountId", CHANNEL_ACCOUNT)),
            "associatedContactId": contact_id,
            "spam": False,
            "archived": False,
        }
        for key in ("assignedTo", "closedAt"):
            if given.get(key):
                self.threads[id][key] = str(given[key])
        if given.get("associatedTicketId"):
            self.threads[id]["threadAssociations"] = {"associatedTicketId": str(given["associatedTicketId"])}
        self.messages[id] = []
        return id

    def say(self, thread: str, at: str, text: str, values: Mapping[str, Any] | None = None) -> str:
        """Add a message: `direction` INCOMING (the default) is the visitor's; `name` and `email` tell who speaks."""
        given = values or {}
        shown = self.find(thread)
        incoming = str(given.get("direction", "INCOMING")) == "INCOMING"
        actor = str(given.get("actorId") or (f"V-{shown['associatedContactId']}" if incoming else "A-5001"))
        self._know(actor, given)
        id = f"{thread}-{len(self.messages[thread]) + 1:04d}"
        sender: dict[str, Any] = {"actorId": actor}
        if given.get("name"):
            sender["name"] = str(given["name"])
        if given.get("email"):
            sender["deliveryIdentifier"] = {"type": "HS_EMAIL_ADDRESS", "value": str(given["email"])}
        message: dict[str, Any] = {
            "id": id,
            "conversationsThreadId": thread,
            "createdAt": at,
            "updatedAt": at,
            "createdBy": actor,
            "client": {"clientType": "HUBSPOT"},
            "senders": [sender],
            "recipients": [],
            "archived": False,
            "text": text[:LONGEST_TEXT],
            "richText": str(given.get("richText") or f"<p>{text[:LONGEST_TEXT]}</p>"),
            "attachments": [],
            "truncationStatus": "TRUNCATED" if len(text) > LONGEST_TEXT else "NOT_TRUNCATED",
            "status": {"statusType": "RECEIVED" if incoming else "SENT"},
            "direction": "INCOMING" if incoming else "OUTGOING",
            "channelId": shown["originalChannelId"],
            "channelAccountId": shown["originalChannelAccountId"],
            "type": "MESSAGE",
        }
        self.full[id] = text
        self.messages[thread].append(_as_type(message, str(given.get("type", "MESSAGE"))))
        shown["latestMessageTimestamp"] = at
        shown["latestMessageReceivedTimestamp" if incoming else "latestMessageSentTimestamp"] = at
        return id

    def find(self, id: str, archived: bool | None = None) -> dict[str, Any]:
        """A thread; raises 404."""
        found = self.threads.get(id)
        if found is None or (archived is not None and found["archived"] != archived):
            raise not_found(f"Thread {id} does not exist")
        return found

    def message(self, thread: str, id: str) -> dict[str, Any]:
        """A message; raises 404."""
        self.find(thread)
        for one in self.messages[thread]:
            if one["id"] == id:
                return one
        raise not_found(f"Message {id} does not exist in thread {thread}")

    def _know(self, actor: str, given: Mapping[str, Any]) -> None:
        kind = {"A": "AGENT", "V": "VISITOR", "B": "BOT", "S": "SYSTEM"}.get(actor[:1])
        if kind is None:
            raise invalid(f"Invalid actor id {actor}")
        shown: dict[str, Any] = {"id": actor, "type": kind}
        if kind != "SYSTEM":
            shown |= {
                key: str(given[key])
                for key in ("name", "email")
                if given.get(key) and not (kind == "BOT" and key == "email")
            }
        self.actors[actor] = self.actors.get(actor, {}) | shown


def _as_type(message: dict[str, Any], type_: str) -> dict[str, Any]:
    """The message as another type that has fewer parts: a comment is for colleagues only."""
    dropped: tuple[str, ...]
    if type_ == "COMMENT":
        dropped = ("truncationStatus", "status", "direction", "channelId", "channelAccountId")
        return {key: value for key, value in message.items() if key not in dropped} | {"type": "COMMENT"}
    if type_ == "WELCOME_MESSAGE":
        dropped = ("truncationStatus", "status", "direction", "attachments")
        return {key: value for key, value in message.items() if key not in dropped} | {"type": "WELCOME_MESSAGE"}
    return message
