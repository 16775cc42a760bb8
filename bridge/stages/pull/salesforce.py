"""What changed in Salesforce: accounts, contacts, leads (converted and deleted ones too), users, queues, campaigns, opportunities.

The mirror keeps what Sales has; the directories keep what reconcile looks people and accounts up in; `open_lead` keeps each rep's room.
A change somebody else made makes the leads it concerns due; our own echo does not.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection

from bridge.decisions import EXTERNAL_ID
from bridge.stages import follow_up
from bridge.stages.context import Context
from bridge.stages.pull.accounts import account_entries, employer, former, is_person, with_new_domains
from bridge.stages.pull.going_on import positions
from bridge.stages.pull.places import lead_places, organisations_of_accounts
from bridge.stages.reconcile import PersonEntry, account_rows, person_rows
from bridge.staging import (
    charts,
    directory,
    due,
    former_names,
    handoffs,
    knowledge,
    leads,
    members,
    records,
    sales,
)
from connectors.errors import SchemaChanged
from connectors.records import Page, Record
from connectors.salesforce.changes import Following

USER_FIELDS = ("Name", "Username", "Email", "IsActive", "Department", "Title", "UserType")
GROUP_FIELDS = ("Name", "DeveloperName", "Type")
ACCOUNT_FIELDS = (
    "Name", "Website", "Phone", "BillingCountry", "BillingState", "BillingCity", "ParentId", "OwnerId", "Type", "Industry", "NumberOfEmployees",
)  # fmt: skip
CONTACT_FIELDS = (
    "FirstName", "LastName", "Name", "Email", "Phone", "MobilePhone", "Title", "AccountId", "OwnerId", "MailingCountry", "MailingCity",
    "LastActivityDate", "LastModifiedById", EXTERNAL_ID,
)  # fmt: skip
LEAD_FIELDS = (
    "FirstName", "LastName", "Name", "Email", "Phone", "MobilePhone", "Title", "Company", "Country", "City", "OwnerId", "Status", "IsConverted",
    "ConvertedContactId", "ConvertedAccountId", "LastModifiedById", EXTERNAL_ID,
)  # fmt: skip
CAMPAIGN_FIELDS = ("Name", "Description", "Status", "Type", "StartDate", "EndDate")
OPPORTUNITY_FIELDS = ("Name", "AccountId", "StageName", "CloseDate", "IsClosed", "IsWon", "OwnerId")
LOOKED_AT: Mapping[str, str] = {"campaign": "campaigns", "opportunity": "opportunities"}
"""Kinds that are only looked at: an org that does not show them to our user stops nothing. As they are called in reports."""
BY_WHOM = frozenset({"contact", "lead", "opportunity"})
"""Kinds of which it matters whether we or somebody else changed them."""

Keep = Callable[[Context, Connection, Sequence[Record]], None]


def pull_salesforce(context: Context) -> None:
    """One incremental pass over all kinds."""
    wanted = {
        "user": USER_FIELDS,
        "group": GROUP_FIELDS,
        "account": (*ACCOUNT_FIELDS, *context.account_fields),
        "opportunity": OPPORTUNITY_FIELDS,
        "contact": tuple(dict.fromkeys((*CONTACT_FIELDS, *context.contact_fields))),
        "lead": tuple(dict.fromkeys((*LEAD_FIELDS, *context.lead_fields))),
        "campaign": CAMPAIGN_FIELDS,
    }
    stand = {**positions(context, "salesforce", wanted), "group": None}
    look_back = timedelta(minutes=context.settings.bridge.pull.look_back)
    followings = [Following(kind, fields, stand[kind]) for kind, fields in wanted.items()]
    pages = context.salesforce.changed_many(followings, look_back=look_back)
    for kind, fields in wanted.items():
        try:
            seen: set[str] = set()
            for page in pages[kind]:
                _take_in(context, kind, page)
                seen.update(one.id for one in page.records)
            if kind == "group":
                _miss_queues(context, seen)
        except SchemaChanged as gone:
            _follow_without(context, kind, fields, gone, look_back)


def _miss_queues(context: Context, seen: Collection[str]) -> None:
    """A queue that was deleted leaves no trace, so all are read each time. An empty answer is not believed."""
    if not seen:
        return
    with context.reading() as connection:
        staged = [one for group in records.every(connection, "salesforce", "group") for one in group]
    gone = [replace(one, gone=True) for one in staged if one.id not in seen]
    if gone:
        with context.writing() as connection:
            records.stage(connection, gone, context.now())
        context.add("Salesforce queues gone", len(gone))


def _follow_without(
    context: Context, kind: str, fields: Sequence[str], gone: SchemaChanged, look_back: timedelta
) -> None:
    """Read a kind without the fields that are gone or hidden from us; the live schemas are asked for anew in the next run."""
    left = tuple(name for name in fields if name not in gone.names)
    if len(left) == len(fields) and kind in LOOKED_AT:
        context.add(f"not readable: {LOOKED_AT[kind]}")
        return
    if len(left) == len(fields):
        raise gone
    with context.writing() as connection:
        sales.forget_schemas(connection)
        position = records.position(connection, "salesforce", kind)
    context.add(f"Salesforce {kind} fields gone", len(fields) - len(left))
    for page in context.salesforce.changed_many([Following(kind, left, position)], look_back=look_back)[kind]:
        _take_in(context, kind, page)


def _take_in(context: Context, kind: str, page: Page) -> None:
    keep = KEEPERS.get(kind)
    if kind in BY_WHOM:
        context.own_user_id()  # Salesforce is asked once, and never while a transaction is open
    with context.writing() as connection:
        fresh, same = records.news(connection, page.records)
        keys = _keys(kind, fresh)
        if keep is not None:
            keep(context, connection, fresh)
        records.stage(connection, fresh, context.now(), keys)
        records.move(connection, "salesforce", kind, page.position, context.now())
    context.add("Salesforce records read", len(page.records))
    context.add(f"Salesforce {kind}s changed", len(fresh))
    context.add(f"Salesforce {kind}s unchanged", same)
    context.progress("pull Salesforce", context.counts.get("Salesforce records read", 0), None)


def _keys(kind: str, fresh: Sequence[Record]) -> dict[str, str]:
    """What records are found by: our external id; of opportunities the account, while they are open (empty: found no more)."""
    if kind == "opportunity":
        return {
            one.id: "" if one.gone or one.values.get("IsClosed") else str(one.values.get("AccountId") or "")
            for one in fresh
        }
    return {one.id: str(one.values[EXTERNAL_ID]) for one in fresh if one.values.get(EXTERNAL_ID)}


def _keep_accounts(context: Context, connection: Connection, fresh: Sequence[Record]) -> None:
    alive = [one for one in fresh if not (one.gone or is_person(one))]
    gone = [one.id for one in fresh if one.gone or is_person(one)]
    former_names.keep(connection, former(connection, alive))
    directory.upsert_accounts(connection, account_rows(account_entries(connection, alive)))
    directory.remove_accounts(connection, gone)
    merged = {one.id: one.links["merged_into"][0] for one in fresh if one.links.get("merged_into")}
    directory.follow_merged(connection, merged)
    former_names.forget(connection, gone)
    made_due = due.by_account(connection, [one.id for one in fresh], context.now())
    if due.anybody_without_account(connection):
        grouped_as = organisations_of_accounts(alive).values()
        made_due += due.without_account(connection, {id_ for ids in grouped_as for id_ in ids}, context.now())
    context.add("leads due by account", made_due)


def _keep_contacts(context: Context, connection: Connection, fresh: Sequence[Record]) -> None:
    employers = records.read(connection, "salesforce", "account", set(map(employer, fresh)))
    names = {id_: str(account.values.get("Name") or "") for id_, account in employers.items()}
    directory.upsert_people(connection, person_rows(contact_entry(one, names) for one in fresh if not one.gone))
    directory.remove_people(connection, [f"salesforce.contact:{one.id}" for one in fresh if one.gone])
    at = [(one.id, employer(one)) for one in fresh if not one.gone and employer(one)]
    charts.keep_people(connection, at, {one.id for one in fresh} - {contact for contact, _ in at})
    _draw_anew(context, connection, fresh)
    learned = account_entries(connection, with_new_domains(employers, fresh), fresh)
    directory.upsert_accounts(connection, account_rows(learned))
    _wake_concerned(context, connection, fresh)


def _draw_anew(context: Context, connection: Connection, fresh: Sequence[Record]) -> None:
    """Who is known at an account, or what is being sold there, was changed by others: the chart of its handoff is drawn again."""
    own = context.own_user_id() if fresh else ""
    foreign = (one for one in fresh if one.values.get("LastModifiedById") != own)
    accounts = {str(one.values.get("AccountId") or "") for one in foreign} - {""}
    handoffs.mark(connection, {f"account:{id_}" for id_ in accounts}, context.now())


def contact_entry(one: Record, account_names: Mapping[str, str]) -> PersonEntry:
    get = _text(one)
    return PersonEntry(
        one.id, "salesforce.contact", get("FirstName"), get("LastName"), get("Email"), get("Phone") or get("MobilePhone"),
        account_names.get(employer(one), ""), get("Title"),
        get("MailingCountry"), get("MailingCity"), employer(one),
    )  # fmt: skip


def _keep_leads(context: Context, connection: Connection, fresh: Sequence[Record]) -> None:
    directory.upsert_people(connection, person_rows(lead_entry(one) for one in fresh if not one.gone))
    directory.remove_people(connection, [f"salesforce.lead:{one.id}" for one in fresh if one.gone])
    open_now = [one for one in fresh if not one.gone and not one.values.get("IsConverted")]
    closed = [one.id for one in fresh if one.gone or one.values.get("IsConverted")]
    rows = [
        {
            "id": one.id,
            "owner_id": str(one.values.get("OwnerId") or ""),
            "status": str(one.values.get("Status") or ""),
            "lead_id": one.values.get(EXTERNAL_ID),
        }
        for one in open_now
    ]
    sales.keep_open_leads(connection, rows, closed)
    places = lead_places(fresh)
    charts.keep_people(connection, places, {one.id for one in fresh} - {lead_id for lead_id, _ in places})
    own = context.own_user_id() if places else ""
    by_others = {one.id for one in fresh if one.values.get("LastModifiedById") != own}
    handoffs.mark(connection, {place for lead_id, place in places if lead_id in by_others}, context.now())
    _wake_concerned(context, connection, fresh)


def lead_entry(one: Record) -> PersonEntry:
    get = _text(one)
    return PersonEntry(
        one.id, "salesforce.lead", get("FirstName"), get("LastName"), get("Email"), get("Phone") or get("MobilePhone"), get("Company"),
        get("Title"), get("Country"), get("City"), get("ConvertedAccountId"),
    )  # fmt: skip


def _wake_concerned(context: Context, connection: Connection, fresh: Sequence[Record]) -> None:
    """When somebody else changed these records: leads of ours behind them, or behind those they were merged into, and people of ours with one of
    their addresses, are decided again.
    """
    own = context.own_user_id()
    foreign = [one for one in fresh if one.values.get("LastModifiedById") != own]
    known = members.by_sales_id(connection, [one.id for one in foreign])
    keyed = {str(one.values[EXTERNAL_ID]) for one in foreign if one.values.get(EXTERNAL_ID)}
    survivors = knowledge.sales_survivors(connection, fresh) if any(one.gone for one in foreign) else {}
    told = ((lead_id, one) for one in foreign for lead_id in known.get(one.id, ()))
    rows, events = follow_up.news_of(told, survivors)
    leads.heard_from_sales(connection, rows)
    leads.tell(connection, events, context.now(), context.run_id)
    merged = members.by_sales_id(connection, {one.id for one in survivors.values()})
    ours = {lead_id for lead_ids in (*known.values(), *merged.values()) for lead_id in lead_ids}
    made_due = due.mark(connection, ours | keyed, context.now())
    unknown = {str(one.values["Email"]).lower() for one in foreign if one.values.get("Email") and one.id not in known}
    made_due += due.by_email(connection, unknown, context.now())
    context.add("leads due by Sales", made_due)


def _keep_users(context: Context, connection: Connection, fresh: Sequence[Record]) -> None:
    """Who waits for somebody who has left waits for somebody else; whom nobody could be given is tried with who is there now."""
    left = [one.id for one in fresh if one.gone or one.values.get("IsActive") in (False, "false")]
    context.add("leads due by an owner who left", due.waiting_for(connection, left, context.now()))
    _try_again(context, connection, fresh)


def _try_again(context: Context, connection: Connection, fresh: Sequence[Record]) -> None:
    if fresh:
        context.add("leads due by a new owner", due.held_for(connection, "no_owner", context.now()))


def _text(one: Record) -> Callable[[str], str]:
    values: Mapping[str, Any] = one.values
    return lambda name: str(values.get(name) or "")


KEEPERS: dict[str, Keep] = {
    "user": _keep_users,
    "group": _try_again,
    "account": _keep_accounts,
    "contact": _keep_contacts,
    "lead": _keep_leads,
    "opportunity": _draw_anew,
}


def names_of(rows: Iterable[Record]) -> dict[str, str]:
    """Id → name, of users, queues or campaigns."""
    return {one.id: str(one.values.get("Name") or one.id) for one in rows}
