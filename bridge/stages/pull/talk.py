"""What was said with people: notes, calls, answers to surveys, tickets and chats. Whose talk is new becomes due.

Each kind is found by its own search: one call of links for many records, instead of asking contact by contact. Chats have no search and are
read thread by thread, the longest silent first; a run that ends in the middle goes on from there.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from bridge.stages.context import Context
from bridge.staging import due, records, talk
from bridge.staging.batches import batched
from connectors.errors import NotAllowed, Refused, RemoteError, SchemaChanged
from connectors.records import Record

PROPERTIES: Mapping[str, tuple[str, ...]] = {
    "note": ("hs_note_body", "hs_timestamp"),
    "call": ("hs_call_title", "hs_call_body", "hs_call_direction", "hs_call_disposition", "hs_call_duration", "hs_timestamp"),
    "feedback_submission": (
        "hs_survey_name", "hs_survey_type", "hs_value", "hs_response_group", "hs_content", "hs_submission_timestamp",
    ),
    "ticket": ("subject", "content", "createdate"),
}  # fmt: skip
CALLED: Mapping[str, str] = {
    "note": "notes", "call": "calls", "feedback_submission": "answers to surveys", "ticket": "tickets", "chat": "chats",
}  # fmt: skip
"""What each kind is called in reports."""
CHATS = 50
"""Chats read and kept at once."""


def pull_talk(context: Context, every_kind: bool = True) -> None:
    """New and changed talk of every kind; otherwise notes and at most one of the others, so that a quiet cycle costs little.

    A kind the token may not read, or the portal does not have, stops nothing: the report names it.
    """
    pull_notes(context)
    for kind in context.settings.bridge.pull.talk if every_kind else _in_turn(context):
        if context.stopping():
            return
        _unless_closed(context, kind)


def _in_turn(context: Context) -> Sequence[str]:
    """One of those that were not read for `pull.talk_minutes`."""
    pull = context.settings.bridge.pull
    lately = context.now() - timedelta(minutes=pull.talk_minutes)
    with context.reading() as connection:
        read_at = {kind: records.read_at(connection, "hubspot", kind) for kind in pull.talk}
        turn = int((records.position(connection, "hubspot", "talk") or {}).get("turn", 0))
    waiting = [kind for kind, at in read_at.items() if at is None or at <= lately]
    if not waiting:
        return ()
    with context.writing() as connection:
        records.move(connection, "hubspot", "talk", {"turn": turn + 1}, context.now())
    return (waiting[turn % len(waiting)],)


def pull_notes(context: Context) -> None:
    """New and changed notes."""
    _pull(context, "note")


def _unless_closed(context: Context, kind: str) -> None:
    try:
        _pull_chats(context) if kind == "chat" else _pull(context, kind)
    except (NotAllowed, SchemaChanged, Refused) as problem:
        if _concerns_everything(problem):
            raise
        context.add(f"not readable: {CALLED[kind]}")


def _concerns_everything(problem: RemoteError) -> bool:
    return problem.status == 401 or problem.code == "POSITION_IN_FUTURE"


def _pull(context: Context, kind: str) -> None:
    with context.reading() as connection:
        position = records.position(connection, "hubspot", kind)
    look_back = timedelta(minutes=context.settings.bridge.pull.look_back)
    for page in context.hubspot.changed(kind, PROPERTIES[kind], position, look_back=look_back):
        with context.reading() as connection:
            fresh, _ = records.news(connection, page.records)
            new = {one.id for one in fresh}
            lonely = talk.about_nobody(connection, [one for one in page.records if one.id not in new])
        asked = [one.id for one in (*fresh, *lonely)]
        about = context.hubspot.links(kind, "contact", asked) if asked else {}
        fresh += [one for one in lonely if about.get(one.id)]  # written down first, hung on somebody later
        with context.writing() as connection:
            concerned = talk.stage(connection, fresh, context.now(), about)
            due.by_contact(connection, concerned, context.now())
            records.move(connection, "hubspot", kind, page.position, context.now())
        context.add(CALLED[kind], len(fresh))


def _pull_chats(context: Context) -> None:
    """Conversations with messages that are not staged yet."""
    pull = context.settings.bridge.pull
    with context.reading() as connection:
        position = records.position(connection, "hubspot", "chat")
    since = context.now() - timedelta(days=pull.chat_days)
    if position is not None:
        since = datetime.fromisoformat(str(position["since"])) - timedelta(minutes=pull.look_back)
    done = 0
    for page in context.hubspot.chats(since):
        for group in batched(page, CHATS):
            _take_in(context, group)
            done += len(group)
            context.progress("chats", done, None)
            if context.stopping():
                return
    if not done:  # read all the same
        with context.writing() as connection:
            records.move(connection, "hubspot", "chat", position or {"since": since.isoformat()}, context.now())


def _take_in(context: Context, threads: Sequence[Record]) -> None:
    with context.reading() as connection:
        staged = records.read(connection, "hubspot", "chat", [one.id for one in threads])
    fresh = context.hubspot.said([one for one in threads if _is_news(one, staged)])
    about = {one.id: one.links.get("contact", ()) for one in fresh}
    with context.writing() as connection:
        concerned = talk.stage(connection, fresh, context.now(), about)
        due.by_contact(connection, concerned, context.now())
        records.move(connection, "hubspot", "chat", {"since": _newest(threads).isoformat()}, context.now())
    context.add(CALLED["chat"], len(fresh))


def _is_news(thread: Record, staged: Mapping[str, Record]) -> bool:
    known = staged.get(thread.id)
    return known is None or known.changed_at < thread.changed_at or known.links != thread.links


def _newest(threads: Iterable[Record]) -> datetime:
    return max(one.changed_at for one in threads)
