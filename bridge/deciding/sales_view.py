"""What Salesforce has about a batch of leads, looked up once for all: records we made, people reconcile linked, accounts with their owners."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Protocol

from sqlalchemy import Connection

from bridge.deciding.planning import Target
from bridge.decisions import EXTERNAL_ID, Landing, Match, Outcome
from bridge.frozen import frozen
from bridge.stages.route.landing import SalesPerson
from bridge.staging import knowledge, members, outbox, written_values
from bridge.staging.clock import to_ms
from bridge.staging.leads import Standing
from bridge.values import is_true
from connectors.records import Record

NEVER = datetime(1970, 1, 1, tzinfo=UTC)


class Matches(Protocol):
    """What reconcile said of one lead."""

    @property
    def account(self) -> Match: ...

    @property
    def person(self) -> Match: ...


@frozen
class SalesView:
    """Salesforce's side of a batch. All look-ups are in memory."""

    records: Mapping[str, Record]
    by_lead: Mapping[str, Record]
    written: Mapping[str, Mapping[tuple[str, str], Mapping[str, Any]]]
    open_deals: Mapping[str, tuple[str, str]]
    holders: dict[str, str]
    survivors: Mapping[str, Record]
    """Id of a record that Sales merged away → the living one."""
    left: set[str]
    """Leads of which HubSpot has nobody any more: they keep no record from others."""

    def ours(self, standing: Standing) -> SalesPerson | None:
        """The record an earlier delivery of this lead made or adopted."""
        record = self.records.get(standing.sales_id or "") or self.by_lead.get(standing.lead_id)
        if record is not None:
            return self._person(record)
        if standing.sales_id:  # delivered, but not mirrored yet
            return SalesPerson(standing.sales_object or "Lead", standing.sales_id, standing.owner_id or "")
        return None

    def linked(self, person: Match) -> SalesPerson | None:
        """The person reconcile is sure of."""
        if person.outcome is not Outcome.link or not person.id:
            return None
        record = self.records.get(person.id.partition(":")[2])
        return None if record is None else self._person(record)

    def _person(self, record: Record) -> SalesPerson:
        """The record, or the one Sales merged it into; the same of a converted lead's contact."""
        person = as_person(self.survivors.get(record.id, record))
        contact = self.survivors.get(person.converted_contact_id)
        return person if contact is None else replace(person, converted_contact_id=contact.id)

    def person(self, standing: Standing, person: Match) -> SalesPerson | None:
        """How Sales knows this person, by our own delivery or by reconcile."""
        return self.ours(standing) or self.linked(person)

    def account(self, account: Match) -> Record | None:
        """The linked account's record."""
        return self.records.get(account.id or "") if account.outcome is Outcome.link else None

    def account_owner(self, account: Match) -> str:
        """Who owns the linked account."""
        record = self.account(account)
        return "" if record is None else str(record.values.get("OwnerId") or "")

    def owner(self, landing: Landing) -> str:
        """Who owns the record a landing writes to; empty when it is to be created or not mirrored yet."""
        record = self.records.get(landing.id or "")
        return "" if record is None else str(record.values.get("OwnerId") or "")

    def take(self, remote_id: str, lead_id: str) -> str | None:
        """Let this lead have that Salesforce record, unless another lead has it: then that lead's id. The first in a batch gets it."""
        record = self.records.get(remote_id)
        key = str(record.values.get(EXTERNAL_ID) or "") if record is not None else ""
        holder = self.holders.setdefault(remote_id, key or lead_id)
        if holder in self.left:
            holder = self.holders[remote_id] = lead_id
        return None if holder == lead_id else holder

    def has_open_deal(self, account: Match) -> bool:
        """The linked account has an open opportunity."""
        return account.outcome is Outcome.link and account.id in self.open_deals

    def open_deal(self, account: Match) -> tuple[str, str]:
        """Id and owner of the linked account's open opportunity; empty when it has none."""
        return self.open_deals.get(account.id or "", ("", "")) if account.outcome is Outcome.link else ("", "")

    def target(self, lead_id: str, landing: Landing) -> Target:
        """The record a landing writes to, and what we wrote there last."""
        if landing.id is None:
            return Target(None, {})
        done = self.written.get(lead_id, {}).get((f"salesforce.{landing.object}", landing.id), {})
        record = self.records.get(landing.id)
        if record is None:
            record = Record("salesforce", landing.object.lower(), landing.id, dict(done), NEVER)
        return Target(record, {**self._merged(lead_id, record), **done})

    def _merged(self, lead_id: str, record: Record) -> dict[str, Any]:
        """What we wrote on records that Sales merged into this one. Where it has a value Sales chose it, so ours counts as written there."""
        former = {loser for loser, survivor in self.survivors.items() if survivor.id == record.id}
        return {
            name: value
            for (_, remote_id), values in self.written.get(lead_id, {}).items()
            if remote_id in former
            for name, value in values.items()
            if record.values.get(name) not in (None, "")
        }


def look_up_sales(
    connection: Connection,
    lead_ids: Sequence[str],
    standings: Mapping[str, Standing],
    found: Iterable[Matches],
) -> SalesView:
    """Read everything `SalesView` answers from, a query per kind of thing."""
    wanted: dict[str, set[str]] = {"lead": set(), "contact": set(), "account": set()}
    for standing in standings.values():
        if standing.sales_id and standing.sales_object in ("Lead", "Contact"):
            wanted[standing.sales_object.lower()].add(standing.sales_id)
    for matches in found:
        if matches.account.outcome is Outcome.link and matches.account.id:
            wanted["account"].add(matches.account.id)
        if matches.person.outcome is Outcome.link and matches.person.id:
            kind, _, id_ = matches.person.id.partition(":")
            wanted[kind.removeprefix("salesforce.")].add(id_)
    by_lead = knowledge.sales_by_key(connection, lead_ids)
    records = {record.id: record for record in by_lead.values()} | knowledge.sales_records(connection, wanted)
    converted = {
        str(record.values["ConvertedContactId"])
        for record in records.values()
        if record.values.get("ConvertedContactId")
    }
    records |= knowledge.sales_records(connection, {"contact": converted})
    written: dict[str, dict[tuple[str, str], Mapping[str, Any]]] = {}
    elsewhere: dict[str, set[str]] = {"lead": set(), "contact": set()}
    for lead_id, target, remote_id, values in written_values.last_written(connection, lead_ids):
        written.setdefault(lead_id, {})[target, remote_id] = values
        kind = target.removeprefix("salesforce.").lower()
        if kind in elsewhere and remote_id not in records:
            elsewhere[kind].add(remote_id)
    former = knowledge.sales_records(connection, elsewhere)
    survivors = knowledge.sales_survivors(connection, [*records.values(), *former.values()])
    records |= {survivor.id: survivor for survivor in survivors.values()}
    open_deals = knowledge.open_deals(connection, wanted["account"])
    people = {record.id for record in records.values() if record.kind in ("lead", "contact")}
    holders = outbox.open_about(connection, people) | _holders(connection, records, people)
    keys = {str(record.values.get(EXTERNAL_ID) or "") for record in records.values()}
    left = members.left_hubspot(connection, (keys | set(holders.values())) - {""})
    return SalesView(records, by_lead, written, open_deals, holders, survivors, left)


def _holders(connection: Connection, records: Mapping[str, Record], people: Iterable[str]) -> dict[str, str]:
    """Salesforce record → the lead that has it: of several the one whose id it carries, else the oldest."""
    found: dict[str, str] = {}
    for remote_id, lead_ids in members.by_sales_id(connection, people).items():
        key = str(records[remote_id].values.get(EXTERNAL_ID) or "")
        found[remote_id] = key if key in lead_ids else lead_ids[0]
    return found


def as_person(record: Record) -> SalesPerson:
    """A mirrored lead or contact as landing sees it."""
    values = record.values

    def get(name: str) -> str:
        return str(values.get(name) or "")

    return SalesPerson(
        "Lead" if record.kind == "lead" else "Contact", record.id, get("OwnerId"), get("AccountId"), get("Status"),
        is_true(values.get("IsConverted")), get("ConvertedContactId"), get("ConvertedAccountId"), record.gone, get("Name"),
        to_ms(record.changed_at),
    )  # fmt: skip
