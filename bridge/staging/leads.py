"""Leads: where they stand, what was concluded, what Sales has of them. The only writer of a lead's verdict is `conclude`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, bindparam, case, func, insert, select, text, update

from bridge.frozen import frozen
from bridge.staging import outbox
from bridge.staging.batches import batched
from bridge.staging.clock import from_ms, to_ms
from bridge.staging.records import MOST_IN_LIST
from bridge.staging.schema import event, lead, record

WITH_SALES = ("sent", "verified", "converted")
"""Hand-overs of leads that Sales has."""


@frozen
class Concluded:
    """One decision as it is kept: the columns people ask for, and the whole trail as JSON-able `decision`."""

    lead_id: str
    verdict: str
    reason: str
    sentence: str
    segment: str
    score: int
    priority: int
    account_id: str | None
    organisation_id: str | None
    owner_id: str | None
    team: str
    wake_at: int | None
    watched: Mapping[str, Any]
    changed_at: int
    versions: str
    decision: Mapping[str, Any]
    role: str = ""
    placed: int = 0


@frozen
class Standing:
    """Where a lead stands before it is decided again."""

    lead_id: str
    verdict: str | None
    reason: str | None
    handover: str
    sales_object: str | None
    sales_id: str | None
    sales_status: str | None
    owner_id: str | None
    team: str | None
    account_id: str | None
    organisation_id: str | None
    watched: Mapping[str, Any] | None
    handoff_id: int | None = None
    expired_at: int | None = None


@frozen
class Event:
    """One step in a lead's history, forward or backward."""

    lead_id: str
    step: str
    outcome: str
    reason: str = ""
    sentence: str = ""


def create(connection: Connection, lead_ids: Sequence[str], now: datetime) -> None:
    """New leads, due at once."""
    if lead_ids:
        stamp = to_ms(now)
        connection.execute(
            insert(lead),
            [
                {"id": lead_id, "due_at": stamp, "created_at": stamp, "handover": "none", "priority": 0, "told": True}
                for lead_id in lead_ids
            ],
        )


def every_id(connection: Connection) -> list[str]:
    """The ids of all leads, in order."""
    return list(connection.execute(select(lead.c.id).order_by(lead.c.id)).scalars())


STANDING = (
    lead.c.id, lead.c.verdict, lead.c.reason, lead.c.handover, lead.c.sales_object, lead.c.sales_id, lead.c.sales_status, lead.c.owner_id,
    lead.c.team, lead.c.account_id, lead.c.organisation_id, lead.c.watched, lead.c.handoff_id,
    lead.c.expired_at,
)  # fmt: skip


def standings(connection: Connection, lead_ids: Iterable[str]) -> dict[str, Standing]:
    """Where these leads stand now."""
    found: dict[str, Standing] = {}
    for group in batched(dict.fromkeys(lead_ids), MOST_IN_LIST):
        for row in connection.execute(select(*STANDING).where(lead.c.id.in_(group))).all():
            found[row[0]] = Standing(*tuple(row))
    return found


def of_the_same_organisations(connection: Connection, lead_ids: Iterable[str]) -> set[str]:
    """Everybody at the organisations of these leads."""
    found: set[str] = set()
    for group in batched(dict.fromkeys(lead_ids), MOST_IN_LIST):
        theirs = select(lead.c.organisation_id).where(lead.c.id.in_(group))
        found.update(connection.execute(select(lead.c.id).where(lead.c.organisation_id.in_(theirs))).scalars())
    return found


def assigned(connection: Connection, lead_ids: Iterable[str]) -> dict[str, str]:
    """Lead → the owner its last decision gave it (a Salesforce id). `owner_id` may be another: that of the handoff it is part of."""
    owner = lead.c.decision["assignment"]["owner_id"].as_string()
    found: dict[str, str] = {}
    for group in batched(dict.fromkeys(lead_ids), MOST_IN_LIST):
        rows = connection.execute(select(lead.c.id, owner).where(lead.c.id.in_(group))).all()
        found |= {id_: given for id_, given in rows if given}
    return found


def conclude(
    connection: Connection, holder: str, claimed_at: datetime, concluded: Sequence[Concluded], run_id: int | None
) -> list[str]:
    """Keep these decisions if `holder` still has the claim, each with its event when the verdict or its reason changed. Returns the ids kept.

    A lead whose facts changed after `claimed_at` stays due.
    """
    held = _still_held(connection, [item.lead_id for item in concluded], holder)
    kept = [item for item in concluded if item.lead_id in held]
    if not kept:
        return []
    stamp = to_ms(claimed_at)
    connection.execute(_conclude_statement(stamp), [_columns(item, stamp) for item in kept])
    changed = [item for item in kept if held[item.lead_id] != (item.verdict, item.reason)]
    tell(
        connection,
        [Event(item.lead_id, "decide", item.verdict, item.reason, item.sentence) for item in changed],
        claimed_at,
        run_id,
    )
    return [item.lead_id for item in kept]


def _still_held(connection: Connection, ids: Sequence[str], holder: str) -> dict[str, tuple[str | None, str | None]]:
    held: dict[str, tuple[str | None, str | None]] = {}
    for group in batched(ids, MOST_IN_LIST):
        rows = connection.execute(
            select(lead.c.id, lead.c.verdict, lead.c.reason)
            .where(lead.c.id.in_(group), lead.c.claimed_by == holder)
            .order_by(lead.c.id)
            .with_for_update()
        )
        held.update((row.id, (row.verdict, row.reason)) for row in rows)
    return held


def _conclude_statement(stamp: int) -> Any:
    names = (
        "verdict", "reason", "sentence", "segment", "score", "priority", "account_id", "organisation_id", "owner_id", "team", "wake_at",
        "watched", "changed_at", "versions", "decision", "decided_at", "role", "placed",
    )  # fmt: skip
    values: dict[str, Any] = {name: bindparam(f"new_{name}", type_=lead.c[name].type) for name in names}
    values |= {
        "told": False,
        "claimed_by": None,
        "claimed_until": None,
        "due_at": case((lead.c.due_at > stamp, lead.c.due_at), else_=None),
    }
    return update(lead).where(lead.c.id == bindparam("lead_id")).values(values)


def _columns(item: Concluded, stamp: int) -> dict[str, Any]:
    return {
        "lead_id": item.lead_id,
        "new_verdict": item.verdict,
        "new_reason": item.reason,
        "new_sentence": item.sentence,
        "new_segment": item.segment,
        "new_score": item.score,
        "new_priority": item.priority,
        "new_account_id": item.account_id,
        "new_organisation_id": item.organisation_id,
        "new_owner_id": item.owner_id,
        "new_team": item.team,
        "new_wake_at": item.wake_at,
        "new_watched": item.watched,
        "new_changed_at": item.changed_at,
        "new_versions": item.versions,
        "new_decision": item.decision,
        "new_decided_at": stamp,
        "new_role": item.role,
        "new_placed": item.placed,
    }


def tell(connection: Connection, events: Sequence[Event], now: datetime, run_id: int | None) -> None:
    """Write history: one row per step a lead took, in order."""
    if events:
        stamp = to_ms(now)
        connection.execute(
            insert(event),
            [
                {
                    "lead_id": item.lead_id, "at": stamp, "step": item.step, "outcome": item.outcome, "reason": item.reason,
                    "sentence": item.sentence, "run_id": run_id,
                }
                for item in events
            ],
        )  # fmt: skip


def expired(connection: Connection, lead_ids: Iterable[str], now: datetime) -> None:
    """These waited too long for room."""
    for group in batched(dict.fromkeys(lead_ids), MOST_IN_LIST):
        connection.execute(update(lead).where(lead.c.id.in_(group)).values(expired_at=to_ms(now)))


def read_back(connection: Connection, lead_ids: Iterable[str]) -> None:
    """What was sent of these leads is verified; what Sales did with them since stays as it is."""
    for group in batched(dict.fromkeys(lead_ids), MOST_IN_LIST):
        sent = and_(lead.c.id.in_(group), lead.c.handover == "sent")
        connection.execute(update(lead).where(sent).values(handover="verified", told=False))


def hand_over(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Set `handover`, `sales_object`, `sales_id` of leads: rows with lead_id, handover and, where known, the Salesforce record."""
    if rows:
        connection.execute(
            update(lead)
            .where(lead.c.id == bindparam("lead_id"))
            .values(
                handover=bindparam("new_handover"),
                told=False,
                sales_object=func.coalesce(
                    bindparam("new_object", type_=lead.c.sales_object.type), lead.c.sales_object
                ),
                sales_id=func.coalesce(bindparam("new_sales_id", type_=lead.c.sales_id.type), lead.c.sales_id),
            ),
            [
                {
                    "lead_id": row["lead_id"],
                    "new_handover": row["handover"],
                    "new_object": row.get("object"),
                    "new_sales_id": row.get("sales_id"),
                }
                for row in rows
            ],
        )


def refuse(connection: Connection, lead_ids: Iterable[str]) -> None:
    """Sales did not take these leads. Whom Sales has already stays there, whatever became of a later write."""
    for group in batched(dict.fromkeys(lead_ids), MOST_IN_LIST):
        without = and_(lead.c.id.in_(group), lead.c.handover.not_in(WITH_SALES))
        connection.execute(update(lead).where(without).values(handover="refused", told=False))


def come_back(connection: Connection, lead_ids: Iterable[str], now: datetime, run_id: int | None) -> None:
    """Those of these whose record Sales removed begin anew: they are to reach Sales again."""
    for group in batched(dict.fromkeys(lead_ids), MOST_IN_LIST):
        removed = select(lead.c.id).where(lead.c.id.in_(group), lead.c.handover == "removed").order_by(lead.c.id)
        again = list(connection.execute(removed).scalars())
        if not again:
            continue
        anew = {"handover": "none", "sales_object": None, "sales_id": None, "sales_status": None, "told": False}
        connection.execute(update(lead).where(lead.c.id.in_(again)).values(anew))
        said = "Asked to be contacted after Sales removed their record: goes to Sales again."
        tell(connection, [Event(id_, "decide", "asked_again", "asked_again", said) for id_ in again], now, run_id)


def heard_from_sales(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """What Sales did with leads of ours: rows with lead_id, sales_status and, where the record moved on, handover, object and sales_id."""
    if rows:
        connection.execute(
            update(lead)
            .where(lead.c.id == bindparam("lead_id"))
            .values(
                sales_status=bindparam("new_status"),
                told=False,
                handover=func.coalesce(bindparam("new_handover", type_=lead.c.handover.type), lead.c.handover),
                sales_object=func.coalesce(bindparam("new_object", type_=lead.c.sales_object.type), lead.c.sales_object),
                sales_id=func.coalesce(bindparam("new_sales_id", type_=lead.c.sales_id.type), lead.c.sales_id),
            ),
            [
                {
                    "lead_id": row["lead_id"], "new_status": row["sales_status"], "new_handover": row.get("handover"),
                    "new_object": row.get("object"), "new_sales_id": row.get("sales_id"),
                }
                for row in rows
            ],
        )  # fmt: skip


@frozen
class Telling:
    """What HubSpot is to know about a lead, and the contacts it is told on."""

    lead_id: str
    contact_ids: tuple[str, ...]
    verdict: str | None
    reason: str | None
    sentence: str | None
    segment: str | None
    score: int | None
    priority: int
    handover: str
    sales_id: str | None
    sales_status: str | None
    account_id: str | None
    owner_id: str | None
    versions: str | None
    sent_at: str | None
    questions: tuple[str, ...] = ()


def untold(connection: Connection, limit: int) -> list[Telling]:
    """Leads whose standing HubSpot has not been told, with their living contacts."""
    names = (
        "verdict", "reason", "sentence", "segment", "score", "priority", "handover", "sales_id", "sales_status", "account_id", "owner_id",
        "versions",
    )  # fmt: skip
    rows = connection.execute(
        select(lead.c.id, *(lead.c[name] for name in names))
        .where(text("NOT lead.told"))  # in the words of its index, else SQLite goes through all leads for every batch
        .order_by(lead.c.id)
        .limit(limit)
    ).all()
    contacts: dict[str, list[str]] = {}
    for group in batched([row[0] for row in rows], MOST_IN_LIST):
        members = select(record.c.lead_id, record.c.id).where(record.c.lead_id.in_(group), record.c.gone.is_(False))
        for lead_id, contact_id in connection.execute(members.order_by(record.c.id)):
            contacts.setdefault(lead_id, []).append(contact_id)
    sent = {
        lead_id: from_ms(at).isoformat(timespec="milliseconds")
        for lead_id, at in outbox.handed_over(connection, [row[0] for row in rows]).items()
    }
    asks = _questions(connection, [row[0] for row in rows if row.verdict in ASKED])
    return [
        Telling(
            row[0],
            tuple(contacts.get(row[0], ())),
            sent_at=sent.get(row[0]),
            questions=asks.get(row[0], ()),
            **dict(zip(names, row[1:], strict=True)),
        )
        for row in rows
    ]


ASKED = ("held", "research")
"""Verdicts after which a person asks."""


def _questions(connection: Connection, lead_ids: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Lead → what its decision says is to be asked."""
    found: dict[str, tuple[str, ...]] = {}
    for group in batched(lead_ids, MOST_IN_LIST):
        for lead_id, decision in connection.execute(select(lead.c.id, lead.c.decision).where(lead.c.id.in_(group))):
            found[lead_id] = tuple((decision or {}).get("extra", {}).get("questions", ()))
    return found


def told(connection: Connection, lead_ids: Iterable[str]) -> None:
    """HubSpot knows, or the outbox holds what it is to be told."""
    for group in batched(lead_ids, MOST_IN_LIST):
        connection.execute(update(lead).where(lead.c.id.in_(group)).values(told=True))


def untell(connection: Connection, lead_ids: Iterable[str]) -> None:
    """HubSpot may not know where these stand."""
    for group in batched(dict.fromkeys(lead_ids), MOST_IN_LIST):
        connection.execute(update(lead).where(lead.c.id.in_(group)).values(told=False))


def drop_empty(connection: Connection, holder: str, lead_ids: Iterable[str]) -> None:
    """Leads without any record left (erased people) are due no more."""
    for group in batched(lead_ids, MOST_IN_LIST):
        connection.execute(
            update(lead)
            .where(lead.c.id.in_(group), lead.c.claimed_by == holder)
            .values(due_at=None, claimed_by=None, claimed_until=None)
        )
