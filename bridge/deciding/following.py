"""What follows a handoff's record into Salesforce: its text, task, note, campaign membership, account summary. It plans and sends nothing."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import field
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection

from bridge.deciding.journey import Campaign
from bridge.deciding.planning import Target, before, changes
from bridge.deciding.rules import Apply, Rules
from bridge.decisions import Cleaning
from bridge.frozen import frozen
from bridge.stages.handoff.chart import Chart
from bridge.stages.route.landing import QUEUE, TOLD
from bridge.staging import charts, handoffs, knowledge, landings, outbox, written_values
from bridge.staging.handoffs import Handoff
from bridge.staging.outbox import Planned
from bridge.values import plain, same
from connectors.records import Record

NEVER = datetime(1970, 1, 1, tzinfo=UTC)


@frozen
class Parcel:
    """One handoff ready to be planned: `offered` are the names mappings may use; `primary` is the lead that stands for it.

    `full` writes the brief with nothing left out, which few handoffs need.
    """

    handoff: Handoff
    primary: charts.Known
    chart: Chart
    brief: str
    full: Callable[[], str]
    offered: Mapping[str, Any]
    campaign: Campaign | None = None
    _cleaned: dict[Apply, Cleaning] = field(default_factory=dict, compare=False)

    def cleaned(self, mapping: Apply) -> Cleaning:
        """What `mapping` makes of what is offered; long texts are cleaned once."""
        found = self._cleaned.get(mapping)
        if found is None:
            found = self._cleaned[mapping] = mapping(self.offered)
        return found


@frozen
class Outbox:
    """What the outbox holds of the leads concerned: open deliveries, what was written, and which deliveries have landed where."""

    open: Mapping[tuple[str, str, str], tuple[str, Mapping[str, Any]]]
    written: Mapping[tuple[str, str], Mapping[str, Any]]
    landed: Mapping[tuple[str, str], str]
    records: Mapping[str, Record]
    left: frozenset[str] = frozenset()
    """Owners of these records who have left Sales: nobody can be given a task there."""

    def busy(self, lead_id: str, target: str, about: str) -> bool:
        """It is being sent at this moment: nothing can be added."""
        state = self.open.get((lead_id, target, about))
        return state is not None and state[0] not in outbox.CHANGEABLE


def plan(
    connection: Connection, parcels: Sequence[Parcel], rules: Rules, now: datetime, run_id: int | None
) -> tuple[set[int], set[int]]:
    """Plan what these handoffs ask for; returns those that have a task, and those of which something is being sent just now."""
    here = _outbox(connection, parcels)
    planned: list[Planned] = []
    amended: list[tuple[str, str, str, Mapping[str, Any]]] = []
    told: set[int] = set()
    gone: list[str] = []
    again: set[int] = set()
    for one in parcels:
        if one.primary.verdict != "qualified":
            gone.append(one.primary.lead_id)
            continue
        again |= {one.handoff.id} if _busy(one, here) else set()
        update, amend = _text(one, rules, here)
        task = _task(one, rules, here)
        planned += [
            item
            for item in (update, *task, *_note(one, rules, here), _member(one, rules, here), _account(one, rules, here))
            if item
        ]
        amended += [amend] if amend else []
        told |= {one.handoff.id} if task or _task_known(one, here) else set()
    handoffs.take_back(connection, gone, "no_longer_qualified")
    outbox.amend(connection, amended)
    outbox.plan(connection, planned, now, run_id)
    return told, again


def _outbox(connection: Connection, parcels: Sequence[Parcel]) -> Outbox:
    lead_ids = [one.primary.lead_id for one in parcels]
    written = {
        (target, remote): values for _, target, remote, values in written_values.last_written(connection, lead_ids)
    }
    accounts = [one.chart.account_id for one in parcels if one.chart.account_id]
    written |= {
        ("salesforce.Account", id_): values
        for id_, values in written_values.written_on(connection, "salesforce.Account", accounts).items()
    }
    wanted: dict[str, list[str]] = {"lead": [], "contact": []}
    for one in parcels:
        name, id_ = _record_of(one)
        if id_ and name in ("Lead", "Contact"):
            wanted[name.lower()].append(id_)
    records = knowledge.sales_records(connection, wanted)
    owners = {str(record.values.get("OwnerId") or "") for record in records.values()}
    return Outbox(
        outbox.open_for(connection, lead_ids), written, landings.landed_for(connection, lead_ids), records, _left(connection, owners)
    )  # fmt: skip


def _left(connection: Connection, user_ids: Iterable[str]) -> frozenset[str]:
    users = knowledge.sales_records(connection, {"user": user_ids})
    return frozenset(user.id for user in users.values() if user.values.get("IsActive") in (False, "false"))


def occasion(one: Handoff) -> str:
    """What the newest task of a handoff is about: each alarm is an occasion of its own."""
    return f"handoff {one.id}/{one.alarms}"


def _busy(one: Parcel, here: Outbox) -> bool:
    lead_id = one.primary.lead_id
    places = [("salesforce.Task", occasion(one.handoff)), ("salesforce.ContentNote", f"handoff {one.handoff.id}")]
    places += [(f"salesforce.{name}", about) for name in ("Lead", "Contact") for about in ("", _record_of(one)[1])]
    return any(here.busy(lead_id, target, about) for target, about in places)


Amendment = tuple[str, str, str, Mapping[str, Any]]


def _text(one: Parcel, rules: Rules, here: Outbox) -> tuple[Planned | None, Amendment | None]:
    """The record's own text (brief, journey, chart): into the write that waits, else as an update of what is there."""
    lead_id, (there, sales_id) = one.primary.lead_id, _record_of(one)
    for name in ("Lead", "Contact"):
        waiting = here.open.get((lead_id, f"salesforce.{name}", ""))
        if waiting is not None:
            return None, _amendment(one, name, "", _values(one.cleaned(rules.late[name])), waiting)
    if not sales_id or there not in rules.late:
        return None, None
    record, target = here.records.get(sales_id), f"salesforce.{there}"
    fields = _fresh(one, rules, there, record, here.written.get((target, sales_id), {}))
    waiting = here.open.get((lead_id, target, sales_id))
    if waiting is not None:
        return None, _amendment(one, there, sales_id, fields, waiting)
    if not fields:
        return None, None
    return Planned(
        lead_id, target, "update", fields, sales_id, sales_id, before(fields, record), owner_id=one.handoff.owner_id, reason="handoff"
    ), None  # fmt: skip


def _fresh(one: Parcel, rules: Rules, name: str, record: Record | None, done: Mapping[str, Any]) -> dict[str, Any]:
    """The texts that differ from what stands in the record; in a contact that we never wrote to only blanks are filled."""
    stands = Target(record or Record("salesforce", name.lower(), "", dict(done), NEVER), done)
    untouched = name == "Contact" and record is not None and not done
    return changes(
        one.cleaned(rules.late[name]), stands, rules.wins.get(name, {}), rules.empty.get(name, {}), untouched
    )


def _amendment(
    one: Parcel, name: str, about: str, texts: Mapping[str, Any], waiting: tuple[str, Mapping[str, Any]]
) -> Amendment | None:
    state, payload = waiting
    fresh = {field: value for field, value in texts.items() if not same(value, payload.get(field))}
    if not fresh or state not in outbox.CHANGEABLE:
        return None
    return one.primary.lead_id, f"salesforce.{name}", about, fresh


def _values(cleaning: Cleaning) -> dict[str, Any]:
    return {name: plain(value) for name, value in cleaning.values.items()}


def owner_of(one: Handoff, record: Record | None, left: Container[str] = ()) -> str:
    """Who has the primary's record now, unless they have `left`, else who is to get it; empty for a queue, which has no tasks."""
    owner = str(record.values.get("OwnerId") or "") if record else ""
    owner = (owner if owner not in left else "") or one.owner_id or ""
    return "" if owner.startswith(QUEUE) else owner


def _record_of_owner(one: Parcel, here: Outbox) -> Record | None:
    """The primary's record, when its owner is who is told."""
    landing = one.primary.decision.get("landing") or {}
    return None if landing.get("reason") in TOLD else here.records.get(one.primary.sales_id or "")


def _task_known(one: Parcel, here: Outbox) -> bool:
    key = (one.primary.lead_id, "salesforce.Task", occasion(one.handoff))
    return key in here.open or ("salesforce.Task", occasion(one.handoff)) in here.landed


def _task(one: Parcel, rules: Rules, here: Outbox) -> list[Planned]:
    """One task for each alarm; later news change the text of the newest."""
    about, lead_id = occasion(one.handoff), one.primary.lead_id
    landed = here.landed.get(("salesforce.Task", about))
    if landed is not None:
        done = here.written.get(("salesforce.Task", about), {})
        texts = _values(one.cleaned(rules.late["Task"]))
        fresh = {name: value for name, value in texts.items() if not same(value, done.get(name))}
        return [Planned(lead_id, "salesforce.Task", "update", fresh, about, landed, reason="handoff")] if fresh else []
    cleaning = one.cleaned(rules.task)
    owner = owner_of(one.handoff, _record_of_owner(one, here), here.left)
    if not cleaning.fields or not owner:
        return []
    _, who = _record_of(one)
    what = _told_about(one)
    place = {"WhatId": what} if what else {"WhoId": who} if who else {"@WhoId": ""}
    payload = {**_values(cleaning), **place, "OwnerId": owner}
    return [
        Planned(
            lead_id, "salesforce.Task", "create", payload, about, owner_id=owner, team=one.handoff.team or "", priority=1, reason="handoff",
            follows=not (who or what),
        )
    ]  # fmt: skip


def _told_about(one: Parcel) -> str:
    """The opportunity or account whose owner is told, when no record of the person is made."""
    landing = one.primary.decision.get("landing") or {}
    return str(landing.get("id") or "") if landing.get("kind") == "tell_owner" and not one.primary.sales_id else ""


def _record_of(one: Parcel) -> tuple[str, str]:
    """Object and id of the primary's record in Salesforce, ours or one that Sales had already; empty while there is none."""
    if one.primary.sales_id:
        return one.primary.sales_object or "", one.primary.sales_id
    landing = one.primary.decision.get("landing") or {}
    if landing.get("kind") not in ("update_lead", "touch_contact"):
        return "", ""
    return str(landing.get("object") or ""), str(landing.get("id") or "")


def _note(one: Parcel, rules: Rules, here: Outbox) -> Iterable[Planned]:
    """The whole brief as a note, when it is wanted or a field could not hold it."""
    if rules.handoff.note == "never" or (rules.handoff.note == "when_cut" and not cut(one, rules)):
        return
    about, lead_id = f"handoff {one.handoff.id}", one.primary.lead_id
    payload = {
        "Title": f"Brief of {one.chart.organisation or 'the handoff'} ({about})"[:255],
        "Content": one.full(),
    }
    landed = here.landed.get(("salesforce.ContentNote", about))
    if landed is None:
        what = _told_about(one)
        yield Planned(lead_id, "salesforce.ContentNote", "create", payload, about, reason="handoff", follows=not what)
        link = {
            "@ContentDocumentId": about,
            **({"LinkedEntityId": what} if what else {"@LinkedEntityId": ""}),
            "ShareType": "V",
        }
        yield Planned(lead_id, "salesforce.ContentDocumentLink", "create", link, about, reason="handoff", follows=True)
    elif not same(here.written.get(("salesforce.ContentNote", about), {}).get("Content"), payload["Content"]):
        content = {"Content": payload["Content"]}
        yield Planned(lead_id, "salesforce.ContentNote", "update", content, about, landed, reason="handoff")


def cut(one: Parcel, rules: Rules) -> bool:
    """Something of the whole brief does not stand in the task or the record."""
    if "[…]" in one.brief and len(one.full()) > len(one.brief):
        return True
    fields = [*one.cleaned(rules.task).fields.values(), *one.cleaned(rules.late["Lead"]).fields.values()]
    return any(cleaned.reason.startswith("cut_to_length") or "cut_to_length" in cleaned.reason for cleaned in fields)


def _member(one: Parcel, rules: Rules, here: Outbox) -> Planned | None:
    """Membership in the campaign behind the newest form."""
    if one.campaign is None or _told_about(one):
        return None
    about, lead_id = one.campaign.id, one.primary.lead_id
    status = _values(one.cleaned(rules.member))
    if not status or ("salesforce.CampaignMember", about) in here.landed:
        return None
    payload = {"CampaignId": about, "@MemberId": "", **status}
    return Planned(lead_id, "salesforce.CampaignMember", "create", payload, about, reason="handoff", follows=True)


def _account(one: Parcel, rules: Rules, here: Outbox) -> Planned | None:
    """What stands on the account, when it is mapped and differs from what we wrote there."""
    account_id = one.chart.account_id
    if not account_id:
        return None
    done = here.written.get(("salesforce.Account", account_id), {})
    fresh = {
        name: value for name, value in _values(one.cleaned(rules.account)).items() if not same(value, done.get(name))
    }
    if not fresh:
        return None
    return Planned(one.primary.lead_id, "salesforce.Account", "update", fresh, account_id, account_id, reason="handoff")
