"""Handoffs: which people of an organisation Sales receives as one, who stands for them, and what is to be written anew."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, and_, bindparam, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from bridge.frozen import frozen
from bridge.staging import leads
from bridge.staging.batches import batched
from bridge.staging.clock import to_ms
from bridge.staging.records import MOST_IN_LIST
from bridge.staging.schema import delivery, handoff, lead, organisation, record


@frozen
class Handoff:
    """One handoff as it is kept; times in milliseconds."""

    id: int
    organisation_id: str
    state: str
    primary_lead_id: str
    owner_id: str | None
    team: str | None
    opened_at: int
    closes_at: int
    alarms: int
    alarm_reason: str
    alarm_lead_id: str | None
    alarmed_at: int
    due_at: int | None
    told_at: int | None


@frozen
class Member:
    """One person of a handoff: where their lead stands."""

    lead_id: str
    handoff_id: int
    role: str
    placed: int
    verdict: str
    handover: str
    sales_id: str | None
    planned: bool
    """A write that makes a record of them waits for room, or may go."""
    in_flight: bool
    """It is being sent at this moment, or nobody knows whether it was."""

    @property
    def there(self) -> bool:
        """Sales has a record of them, or may have one any moment."""
        return self.sales_id is not None or self.handover not in GONE or self.in_flight

    @property
    def unwanted(self) -> bool:
        """Sales is not to have them, or does not want them."""
        return _is_unwanted(self.verdict, self.handover)


def _is_unwanted(verdict: str | None, handover: str) -> bool:
    return verdict == "rejected" or handover == "removed"


_COLUMNS = tuple(
    handoff.c[name]
    for name in (
        "id", "organisation_id", "state", "primary_lead_id", "owner_id", "team", "opened_at", "closes_at", "alarms", "alarm_reason",
        "alarm_lead_id", "alarmed_at", "due_at", "told_at",
    )
)  # fmt: skip
FOLLOWERS = ("salesforce.Task", "salesforce.CampaignMember", "salesforce.ContentNote", "salesforce.ContentDocumentLink")
"""What hangs on the record of a handoff's primary."""
MOST_FOUND = 5
_NUMBER = re.compile(r"[1-9][0-9]{0,17}")
"""What a handoff's number may look like: no longer than a database counts."""
GONE = ("none", "joined", "refused")
"""Hand-overs of leads that Sales does not have."""


def of(
    connection: Connection, ids: Iterable[int], organisation_ids: Iterable[str], lock: bool = False
) -> list[Handoff]:
    """The handoffs of these ids, and the open ones of these organisations; with `lock` nobody else changes them in this transaction."""
    found: dict[int, Handoff] = {}
    for column, keys in ((handoff.c.id, list(ids)), (handoff.c.organisation_id, list(organisation_ids))):
        for group in batched(dict.fromkeys(keys), MOST_IN_LIST):
            statement = select(*_COLUMNS).where(column.in_(group))
            if column is handoff.c.organisation_id:
                statement = statement.where(handoff.c.state == "open")
            statement = statement.order_by(handoff.c.id)
            for row in connection.execute(statement.with_for_update() if lock else statement):
                found[row[0]] = Handoff(*row)
    return [found[id_] for id_ in sorted(found)]


@frozen
class Standing:
    """The handoff a lead is part of, or would join: who stands for it, whether others join them (Sales has them, and while the handoff is
    open they are wanted there), and whose it is then.
    """

    id: int
    primary_lead_id: str
    there: bool
    owner_id: str = ""


def standing_for(
    connection: Connection, standings: Iterable[leads.Standing], organisations: Mapping[str, str], now: datetime
) -> dict[str, Standing]:
    """Lead → its handoff: the one it is part of, else the open one of its organisation (`organisations`: lead → organisation id)."""
    known = list(standings)
    found = of(connection, [one.handoff_id for one in known if one.handoff_id], organisations.values())
    if not found:
        return {}
    by_id = {one.id: one for one in found}
    by_organisation = {one.organisation_id: one for one in found if one.state == "open" and one.closes_at > to_ms(now)}
    there = _there(connection, {one.primary_lead_id for one in found})
    chosen: dict[str, Standing] = {}
    for one in known:
        part = by_id.get(one.handoff_id or 0) or by_organisation.get(organisations.get(one.lead_id, ""))
        if part is not None:
            primary = there.get(part.primary_lead_id)
            joined = primary is not None and (not primary.unwanted or part.closes_at <= to_ms(now))
            owner = (primary.owner_id or part.owner_id) if primary is not None else ""
            chosen[one.lead_id] = Standing(part.id, part.primary_lead_id, joined, owner or "")
    return chosen


@frozen
class _There:
    """A primary Sales has."""

    owner_id: str | None
    unwanted: bool


def _there(connection: Connection, lead_ids: Iterable[str]) -> dict[str, _There]:
    """Those of them Sales has."""
    found: dict[str, _There] = {}
    for group in batched(lead_ids, MOST_IN_LIST):
        known = or_(lead.c.handover.not_in(GONE), lead.c.sales_id.is_not(None))
        wanted = select(lead.c.id, lead.c.owner_id, lead.c.verdict, lead.c.handover).where(lead.c.id.in_(group), known)
        found.update({row[0]: _There(row[1], _is_unwanted(row[2], row[3])) for row in connection.execute(wanted)})
    return found


def open_all(
    connection: Connection, rows: Sequence[tuple[str, str, str | None, str]], now: datetime, window_days: int
) -> None:
    """Open a handoff for each (organisation, primary lead, owner, team); one that is open already stays as it is, a closed window is shut first."""
    if not rows:
        return
    stamp = to_ms(now)
    ids = [row[0] for row in rows]
    for group in batched(ids, MOST_IN_LIST):
        over = and_(handoff.c.organisation_id.in_(group), handoff.c.state == "open", handoff.c.closes_at <= stamp)
        connection.execute(update(handoff).where(over).values(state="closed"))
    statement = postgresql.insert(handoff) if connection.dialect.name == "postgresql" else sqlite.insert(handoff)
    connection.execute(
        statement.on_conflict_do_nothing(),
        [
            {
                "organisation_id": organisation_id, "state": "open", "primary_lead_id": primary, "owner_id": owner_id, "team": team,
                "opened_at": stamp, "closes_at": to_ms(now + timedelta(days=window_days)), "alarms": 1, "alarm_reason": "opened",
                "alarmed_at": stamp, "due_at": stamp,
            }
            for organisation_id, primary, owner_id, team in sorted(rows)
        ],
    )  # fmt: skip


def members(connection: Connection, handoff_ids: Iterable[int]) -> list[Member]:
    """Everybody of these handoffs, with what is on its way for them."""
    rows: list[Any] = []
    for group in batched(dict.fromkeys(handoff_ids), MOST_IN_LIST):
        rows.extend(
            connection.execute(
                select(lead.c.id, lead.c.handoff_id, lead.c.role, lead.c.placed, lead.c.verdict, lead.c.handover, lead.c.sales_id)
                .where(lead.c.handoff_id.in_(group))
                .order_by(lead.c.id)
            )
        )  # fmt: skip
    making = _making(connection, [row[0] for row in rows])
    return [
        Member(
            row[0], row[1], row[2] or "unknown", row[3] or 0, row[4] or "", row[5], row[6],
            making.get(row[0]) in ("waiting", "ready"), making.get(row[0]) in ("sending", "unknown"),
        )
        for row in rows
    ]  # fmt: skip


def _making(connection: Connection, lead_ids: Iterable[str]) -> dict[str, str]:
    """Lead → the state of the open delivery that makes its record."""
    found: dict[str, str] = {}
    for group in batched(lead_ids, MOST_IN_LIST):
        rows = connection.execute(
            select(delivery.c.lead_id, delivery.c.state).where(
                delivery.c.lead_id.in_(group),
                delivery.c.operation == "upsert",
                delivery.c.state.in_(("waiting", "ready", "sending", "unknown")),
            )
        )
        found.update((row[0], row[1]) for row in rows)
    return found


def join(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Leads become part of a handoff: rows with lead_id, handoff_id."""
    if rows:
        connection.execute(
            update(lead).where(lead.c.id == bindparam("joiner")).values(handoff_id=bindparam("into"), told=False),
            [{"joiner": row["lead_id"], "into": row["handoff_id"]} for row in rows],
        )


def stand(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """How leads stand in their handoff while Sales does not have them: rows with lead_id, handover (none or joined), owner_id, team."""
    if rows:
        connection.execute(
            update(lead)
            .where(lead.c.id == bindparam("member"), or_(*(lead.c.handover == one for one in GONE)), lead.c.sales_id.is_(None))
            .values(
                handover=bindparam("new_handover"), owner_id=bindparam("new_owner"), team=bindparam("new_team"), told=False
            ),
            [
                {"member": row["lead_id"], "new_handover": row["handover"], "new_owner": row["owner_id"], "new_team": row["team"]}
                for row in rows
            ],
        )  # fmt: skip


def change(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Set what gathering may change: rows with id and organisation_id, primary_lead_id, owner_id, team, the four of the alarm, and due_at."""
    names = (
        "organisation_id", "primary_lead_id", "owner_id", "team", "alarms", "alarm_reason", "alarm_lead_id", "alarmed_at", "due_at",
    )  # fmt: skip
    if rows:
        values = {name: bindparam(f"new_{name}", type_=handoff.c[name].type) for name in names}
        connection.execute(
            update(handoff).where(handoff.c.id == bindparam("handoff")).values(values),
            [{"handoff": row["id"], **{f"new_{name}": row[name] for name in names}} for row in rows],
        )


def rehome(connection: Connection, homes: Mapping[int, str]) -> None:
    """These handoffs are of other organisations now (handoff → organisation id). Those left are given up first: two may change places."""
    for group in batched(homes, MOST_IN_LIST):
        places = [{"handoff": id_, "aside": f"moving:{id_}", "home": homes[id_]} for id_ in group]
        for word in ("aside", "home"):
            statement = update(handoff).where(handoff.c.id == bindparam("handoff"))
            rows = [{"handoff": row["handoff"], word: row[word]} for row in places]
            connection.execute(statement.values(organisation_id=bindparam(word)), rows)


def settled(connection: Connection, ids: Iterable[int], now: datetime) -> set[int]:
    """Those of these handoffs whose primary is decided as their facts are now, and is where the handoff is."""
    found: set[int] = set()
    decided = or_(lead.c.due_at.is_(None), lead.c.due_at > to_ms(now))
    here = or_(lead.c.organisation_id == handoff.c.organisation_id, handoff.c.organisation_id.startswith("lead:"))
    for group in batched(dict.fromkeys(ids), MOST_IN_LIST):
        rows = select(handoff.c.id).join(lead, lead.c.id == handoff.c.primary_lead_id)
        found.update(connection.execute(rows.where(handoff.c.id.in_(group), decided, here)).scalars())
    return found


def take_back(connection: Connection, lead_ids: Iterable[str], reason: str) -> int:
    """Cancel what would make records of these leads, or follow them, and was not sent yet."""
    total = 0
    for group in batched(lead_ids, MOST_IN_LIST):
        made = and_(
            delivery.c.lead_id.in_(group),
            or_(
                and_(delivery.c.target == "salesforce.Lead", delivery.c.operation == "upsert"),
                delivery.c.target.in_(FOLLOWERS),
            ),
            delivery.c.state.in_(("waiting", "ready")),
        )
        total += connection.execute(update(delivery).where(made).values(state="cancelled", reason=reason)).rowcount
    return total


def due(connection: Connection, now: datetime, limit: int) -> list[Handoff]:
    """Handoffs whose brief and chart are to be written, the oldest first."""
    rows = connection.execute(
        select(*_COLUMNS).where(handoff.c.due_at <= to_ms(now)).order_by(handoff.c.due_at, handoff.c.id).limit(limit)
    )
    return [Handoff(*row) for row in rows]


def still_due(connection: Connection, handoffs: Sequence[Handoff]) -> set[int]:
    """Those of these that nobody has written or changed meanwhile; locked until this transaction ends."""
    left: set[int] = set()
    for group in batched([one.id for one in handoffs], MOST_IN_LIST):
        rows = connection.execute(
            select(handoff.c.id, handoff.c.due_at)
            .where(handoff.c.id.in_(group))
            .order_by(handoff.c.id)
            .with_for_update()
        )
        now = {row[0]: row[1] for row in rows}
        left |= {one.id for one in handoffs if now.get(one.id) == one.due_at}
    return left


def written(connection: Connection, rows: Sequence[Mapping[str, Any]], now: datetime) -> None:
    """Brief and chart are written: rows with id, brief, chart, told (its task is planned) and again (when to look again, in ms, or None)."""
    if rows:
        values = {
            f"{name}": bindparam(f"new_{name}", type_=handoff.c[name].type) for name in ("brief", "chart", "due_at")
        }
        connection.execute(
            update(handoff).where(handoff.c.id == bindparam("handoff")).values(values),
            [
                {"handoff": row["id"], "new_brief": row["brief"], "new_chart": row["chart"], "new_due_at": row["again"]}
                for row in rows
            ],
        )
    told = [row["id"] for row in rows if row["told"]]
    for group in batched(told, MOST_IN_LIST):
        first = and_(handoff.c.id.in_(group), handoff.c.told_at.is_(None))
        connection.execute(update(handoff).where(first).values(told_at=to_ms(now)))


def leave(connection: Connection, ids: Iterable[int]) -> None:
    """Handoffs nothing can be written of: whoever stood for them is not known any more."""
    for group in batched(ids, MOST_IN_LIST):
        connection.execute(update(handoff).where(handoff.c.id.in_(group)).values(due_at=None))


def qualified_of(connection: Connection, ids: Iterable[int]) -> list[str]:
    """The qualified leads of these handoffs."""
    found: list[str] = []
    for group in batched(ids, MOST_IN_LIST):
        rows = select(lead.c.id).where(lead.c.handoff_id.in_(group), lead.c.verdict == "qualified").order_by(lead.c.id)
        found.extend(connection.execute(rows).scalars())
    return found


def mark(connection: Connection, organisation_ids: Iterable[str], now: datetime) -> None:
    """The charts of these organisations are to be drawn anew."""
    for group in batched(dict.fromkeys(organisation_ids), MOST_IN_LIST):
        connection.execute(
            update(handoff)
            .where(handoff.c.organisation_id.in_(group), handoff.c.state == "open")
            .values(due_at=to_ms(now))
        )


def find(connection: Connection, text: str) -> list[int]:
    """Handoff ids for a handoff's number, or for whatever names an organisation (see `organisations_of`); the newest first."""
    wanted = text.strip()
    organisations = organisations_of(connection, wanted)
    by_organisation = select(handoff.c.id).where(handoff.c.organisation_id.in_([*organisations, wanted]))
    by_lead = select(lead.c.handoff_id).where(
        or_(lead.c.id == wanted, lead.c.sales_id == wanted), lead.c.handoff_id.is_not(None)
    )
    found = {*connection.execute(by_organisation).scalars(), *connection.execute(by_lead).scalars()}
    if _NUMBER.fullmatch(wanted):
        found |= set(connection.execute(select(handoff.c.id).where(handoff.c.id == int(wanted))).scalars())
    return sorted(found, reverse=True)


def brief_of(connection: Connection, handoff_id: int) -> str:
    """The brief as it was written last; empty while it was not."""
    return connection.execute(select(handoff.c.brief).where(handoff.c.id == handoff_id)).scalar() or ""


def organisations_of(connection: Connection, text: str) -> list[str]:
    """Organisations of that id, name, web domain or account, and that of a lead."""
    wanted = text.strip()
    named = select(organisation.c.id).where(
        or_(
            organisation.c.id == wanted,
            organisation.c.id == f"domain:{wanted}",
            organisation.c.account_id == wanted,
            organisation.c.name.ilike(re.sub(r"([%_\\])", r"\\\1", wanted), escape="\\"),
        )
    )
    of_lead = select(lead.c.organisation_id).where(
        or_(lead.c.id == wanted, lead.c.sales_id == wanted), lead.c.organisation_id.is_not(None)
    )
    found = {*connection.execute(named).scalars(), *connection.execute(of_lead).scalars()}
    if not found and "." in wanted and " " not in wanted:  # nobody's own id, but the domain of somebody's address
        of_domain = (
            select(lead.c.organisation_id)
            .join(record, record.c.lead_id == lead.c.id)
            .where(record.c.email.endswith(f"@{wanted.lower()}", autoescape=True), lead.c.organisation_id.is_not(None))
        )
        found = set(connection.execute(of_domain.distinct().limit(MOST_FOUND)).scalars())
    if not found and len(wanted) >= 3:
        of_name = select(organisation.c.id).where(organisation.c.name.icontains(wanted, autoescape=True))
        found = set(connection.execute(of_name.order_by(organisation.c.id).limit(MOST_FOUND)).scalars())
    return sorted(found)
