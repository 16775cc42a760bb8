"""What was said with somebody, as a brief tells it: notes, calls, answers to surveys, tickets and chats, each with its day and what it is. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, tzinfo
from typing import Any

from bridge.deciding.derive import moment_of
from bridge.frozen import frozen
from bridge.stages.clean.conversations import Turn, conversation, folded, plain, transcript
from connectors.records import Record

OUTCOMES: Mapping[str, str] = {  # HubSpot's own outcomes of calls, by the ids they have in every portal
    "9d9162e7-6cf3-4944-bf63-4dff82258764": "busy",
    "f240bbac-87c9-4f6e-bf70-924b57d47db7": "connected",
    "a4c4c377-d246-4b32-a13b-75a56a4cd0ff": "left a message",
    "b2cf5968-551e-4856-9783-52b3da59a7d0": "left a voicemail",
    "73a0d17f-1163-4015-bdd5-ec830791da20": "no answer",
    "17b47fee-58de-441e-a44c-c6300d46f273": "wrong number",
}
SPOKE = "connected"
WORDS: Mapping[str, str] = {"PROMOTER": "promoter", "PASSIVE": "passive", "DETRACTOR": "detractor"}


@frozen
class Said:
    """`what` it is, in a few words; `text` what was said (may be empty); `step`: what the person did, for the journey; empty: nothing."""

    at: datetime
    what: str
    text: str
    step: str = ""

    @property
    def day(self) -> str:
        """ISO."""
        return self.at.date().isoformat()


def said(record: Record, zone: tzinfo = UTC) -> Said:
    """One piece of talk; its day and the times of a chat are those of `zone`."""
    told = _TELLERS.get(record.kind, _note)(record.values, record, zone)
    return replace(told, at=told.at.astimezone(zone))


def _note(values: Mapping[str, Any], record: Record, _: tzinfo) -> Said:
    body = conversation(str(values.get("hs_note_body") or values.get("body") or ""))
    return Said(_at(values.get("hs_timestamp"), record), "Note" if body.strip() else "", body)


def _call(values: Mapping[str, Any], record: Record, _: tzinfo) -> Said:
    inbound = values.get("hs_call_direction") == "INBOUND"
    outcome = OUTCOMES.get(str(values.get("hs_call_disposition") or ""), "")
    minutes = _whole(values.get("hs_call_duration")) // 60_000
    lasted = f"{minutes} {'minute' if minutes == 1 else 'minutes'}" if minutes else ""
    what = ", ".join(filter(None, ("They called" if inbound else "Call", lasted, outcome)))
    title, body = (
        conversation(str(values.get("hs_call_title") or "")),
        conversation(str(values.get("hs_call_body") or "")),
    )
    text = "\n".join(dict.fromkeys(filter(None, (title, body))))
    step = "called us" if inbound else "spoke with us on the phone" if outcome == SPOKE else ""
    return Said(_at(values.get("hs_timestamp"), record), what if text or outcome or lasted else "", text, step)


def _answer(values: Mapping[str, Any], record: Record, _: tzinfo) -> Said:
    name = plain(str(values.get("hs_survey_name") or values.get("hs_survey_type") or ""))
    rating = str(values.get("hs_value") or "")
    group = WORDS.get(str(values.get("hs_response_group") or ""), "")
    judged = ", ".join(filter(None, (rating, group)))
    what = f"Answer to {name or 'a survey'}" + (f": {judged}" if judged else "")
    step = (f'answered "{name}"' if name else "answered a survey") + (f" with {rating}" if rating else "")
    return Said(
        _at(values.get("hs_submission_timestamp"), record),
        what,
        conversation(str(values.get("hs_content") or "")),
        step,
    )


def _ticket(values: Mapping[str, Any], record: Record, _: tzinfo) -> Said:
    subject = plain(str(values.get("subject") or ""))
    what = f"Ticket: {subject}" if subject else "Ticket"
    step = f'wrote the ticket "{subject}"' if subject else "wrote a ticket"
    return Said(_at(values.get("createdate"), record), what, conversation(str(values.get("content") or "")), step)


def _chat(values: Mapping[str, Any], record: Record, zone: tzinfo) -> Said:
    messages = [one for one in values.get("messages") or () if plain(str(one.get("text") or "")).strip()]
    began = str(messages[0].get("at") or "") if messages else values.get("created_at")
    step = "chatted with us" if any(not one.get("ours") for one in messages) else ""
    return Said(_at(began, record), f"Chat ({zone} time)" if messages else "", transcript(_turns(messages, zone)), step)


def _turns(messages: Iterable[Mapping[str, Any]], zone: tzinfo) -> Iterable[Turn]:
    """The day stands with the first turn of each later day; days and times are those of `zone`."""
    day = ""
    for one in messages:
        told = moment_of(one.get("at"))
        at = told.astimezone(zone) if told is not None else None
        today = at.date().isoformat() if at else day
        time = "" if at is None else f"{at:%H:%M}" if today == day or not day else f"{at:%Y-%m-%d %H:%M}"
        day = today
        yield Turn(
            plain(str(one.get("who") or "Somebody")), time, folded(plain(str(one["text"]))).replace("\n", "\n  ")
        )


def _at(told: Any, record: Record) -> datetime:
    """When it was, as the record tells; the version's time when it tells none."""
    return moment_of(told) or record.changed_at


def _whole(value: Any) -> int:
    try:
        return int(float(str(value)))
    except (TypeError, ValueError, OverflowError):
        return 0


_TELLERS = {"note": _note, "call": _call, "feedback_submission": _answer, "ticket": _ticket, "chat": _chat}
