"""Conversations: the threads of a portal's inboxes and what was said in them. The official client has no methods for them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from connectors.hubspot.official import Official
from connectors.hubspot.rows import EPOCH, SOURCE, Pages, results_of, shaped, to_time
from connectors.records import Record

PATH = "/conversations/v3/conversations"
THREADS, MESSAGES, ACTORS = 500, 100, 100
"""Of each on a page: what HubSpot gives at most (it names no limit for actors)."""
SPOKEN = frozenset({"MESSAGE", "COMMENT", "WELCOME_MESSAGE"})
"""Messages somebody said; the others tell of assignments and changes of status."""
KINDS: Mapping[str, str] = {
    "A": "Colleague",
    "V": "Visitor",
    "B": "Bot",
    "L": "Bot",
    "I": "Program",
    "E": "Visitor",
    "S": "System",
}
"""What to call an actor without a name, by the first letter of its id."""


class Threads:
    """The conversations of one portal. A thread's record carries no messages until `said` has read them."""

    def __init__(self, official: Official) -> None:
        self._official = official

    def since(self, when: datetime) -> Iterator[list[Record]]:
        """Threads with a message after `when`, up to 500 a page, the oldest message first; spam and the bin are left out.

        `links` name the contact; `changed_at` is the time of the newest message.
        """
        asked = {"sort": "latestMessageTimestamp", "latestMessageTimestampAfter": _iso(when), "limit": THREADS}
        after, pages = None, Pages("conversations")
        while True:
            body = self._official.get(f"{PATH}/threads", **asked, after=after)
            with shaped("the conversations"):
                threads = [_thread(row) for row in results_of(body, "the conversations") if not row.get("spam")]
            following = pages.after(body)
            yield threads
            if following is None:
                return
            after = following

    def said(self, threads: Sequence[Record]) -> list[Record]:
        """The same threads with their `messages`: `{at, who, text, ours}` each, the oldest first; a cut text is read whole.

        At least one call a thread: HubSpot has none for several.
        """
        spoken = {thread.id: sorted(self._messages(thread.id), key=_when) for thread in threads}
        names = self._names(row for rows in spoken.values() for row in rows)
        return [
            Record(
                SOURCE, "chat", one.id, {**one.values, "messages": [self._told(row, names) for row in spoken[one.id]]}, one.changed_at,
                links=one.links,
            )
            for one in threads
        ]  # fmt: skip

    def _messages(self, thread_id: str) -> Iterator[Mapping[str, Any]]:
        after, pages = None, Pages("messages of a conversation")
        while True:
            path = f"{PATH}/threads/{quote(thread_id, safe='')}/messages"
            body = self._official.get(path, limit=MESSAGES, after=after)
            rows = results_of(body, "the messages of a conversation")
            yield from (row for row in rows if row.get("type") in SPOKEN and not row.get("archived"))
            after = pages.after(body)
            if after is None:
                return

    def _names(self, rows: Iterator[Mapping[str, Any]]) -> dict[str, str]:
        """Actor → its name, for those whose messages do not say it."""
        lacking = sorted({actor for row in rows for actor, name in [_sender(row)] if actor and not name})
        found: dict[str, str] = {}
        for start in range(0, len(lacking), ACTORS):
            body = self._official.read_some(f"{PATH}/actors/batch/read", lacking[start : start + ACTORS])
            for actor in results_of(body, "the actors of conversations"):
                found[str(actor.get("id"))] = str(actor.get("name") or "")
        return found

    def _told(self, row: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
        actor, name = _sender(row)
        who = name or names.get(actor, "") or KINDS.get(actor[:1], "Somebody")
        if row["type"] == "COMMENT":
            who += " (to colleagues)"
        text = str(row.get("text") or row.get("richText") or "")
        if row.get("truncationStatus") == "TRUNCATED":
            thread, id = quote(str(row["conversationsThreadId"]), safe=""), quote(str(row["id"]), safe="")
            whole = self._official.get(f"{PATH}/threads/{thread}/messages/{id}/original-content")
            text = str(whole.get("text") or whole.get("richText") or text)
        when = to_time(row.get("createdAt"))
        ours = actor[:1] != "V" if actor else row.get("direction") != "INCOMING"
        return {"at": _iso(when) if when else "", "who": who, "text": text, "ours": ours}


def _when(row: Mapping[str, Any]) -> datetime:
    """HubSpot's documents name no order for who asks for none."""
    return to_time(row.get("createdAt")) or EPOCH


def _sender(row: Mapping[str, Any]) -> tuple[str, str]:
    """Who said it: the actor's id, and the name as the message tells it."""
    senders = [one for one in row.get("senders") or () if isinstance(one, Mapping)]
    sender: Mapping[str, Any] = senders[0] if senders else {}
    return str(sender.get("actorId") or row.get("createdBy") or ""), str(sender.get("name") or "")


def _thread(row: Mapping[str, Any]) -> Record:
    newest = to_time(row.get("latestMessageTimestamp")) or to_time(row.get("createdAt")) or EPOCH
    contact = str(row.get("associatedContactId") or "")
    values = {"status": row.get("status"), "created_at": row.get("createdAt"), "channel": row.get("originalChannelId")}
    return Record(SOURCE, "chat", str(row["id"]), values, newest, links={"contact": (contact,)} if contact else {})


def _iso(when: datetime) -> str:
    return when.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
