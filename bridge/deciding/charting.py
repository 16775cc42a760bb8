"""The account charts of organisations, made from what staging knows of both systems."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Connection

from bridge.deciding.derive import moment_of
from bridge.deciding.offering import full_name
from bridge.stages.clean import titles
from bridge.stages.handoff.chart import Chart, Deal, Person, chart_of
from bridge.stages.handoff.roles import UNKNOWN, role_of
from bridge.stages.pull.places import organisations_of_accounts
from bridge.staging import charts, knowledge
from connectors.records import Record

IN_SALES: Mapping[str, str] = {
    "converted": "converted by Sales", "removed": "removed by Sales", "refused": "refused by Salesforce",
}  # fmt: skip
"""What became of somebody; that they were sent is no news, or every text would change with the sending."""
VERDICTS: Mapping[str, str] = {
    "qualified": "qualified", "nurture": "not ready yet", "research": "to be researched", "low_value": "low value", "held": "held",
    "rejected": "rejected",
}  # fmt: skip


def charts_of(connection: Connection, primaries: Mapping[str, str], owner_names: Mapping[str, str]) -> dict[str, Chart]:
    """Organisation → its chart; `primaries`: organisation → the lead that stands for its handoff (empty: none)."""
    known = charts.people(connection, primaries, filter(None, primaries.values()))
    named = charts.names(connection, primaries)
    account_ids = {id_: _account_of(named.get(id_), known.get(id_, ())) for id_ in primaries}
    wanted = list(filter(None, account_ids.values()))
    accounts = knowledge.sales_records(connection, {"account": wanted})
    grouped_as = organisations_of_accounts(accounts.values())
    at = {id_: (account_ids[id_] or "", id_, *grouped_as.get(account_ids[id_] or "", ())) for id_ in primaries}
    theirs = charts.people_at(connection, {place for places in at.values() for place in places if place})
    deals = charts.deals_of(connection, wanted)
    made = {}
    for id_, primary in primaries.items():
        account_id = account_ids[id_] or ""
        account = accounts.get(account_id)
        people = [_person(one, primary) for one in known.get(id_, ())]
        others = {one.id: one for place in dict.fromkeys(at[id_]) for one in theirs.get(place, ())}
        people += _not_yet_named(people, _others(known.get(id_, ()), others.values()))
        values = account.values if account is not None else {}
        chart = Chart(
            str(values.get("Name") or (named.get(id_) or ("", None))[0] or ""), tuple(people), str(values.get("Name") or ""), account_id,
            str(values.get("Type") or ""), owner_names.get(str(values.get("OwnerId") or ""), ""),
            tuple(_deal(one, owner_names) for one in deals.get(account_id, ())),
        )  # fmt: skip
        made[id_] = chart_of(chart)
    return made


def _account_of(named: tuple[str, str | None] | None, known: Iterable[charts.Known]) -> str | None:
    if named is not None and named[1]:
        return named[1]
    return next((one.account_id for one in known if one.account_id), None)


def _person(one: charts.Known, primary: str) -> Person:
    facts, extra = one.decision.get("facts", {}), one.decision.get("extra", {})
    role, source = extra.get("role") or (one.role, "")
    systems = ("HubSpot", "Salesforce") if one.sales_id else ("HubSpot",)
    return Person(
        one.lead_id, full_name(facts), str(facts.get("job_title") or ""), str(extra.get("level") or "unknown"),
        str(extra.get("department") or "unknown"),
        role, source, extra.get("uses_product"), status_of(one, primary), str(extra.get("active") or ""), str(facts.get("email") or ""), systems,
        one.lead_id == primary, one.verdict == "qualified",
    )  # fmt: skip


def status_of(one: charts.Known, primary: str) -> str:
    """Where somebody stands, in two or three words."""
    if one.sales_status and one.sales_id:
        return f"with Sales ({one.sales_status})"
    if one.handover not in IN_SALES and one.verdict == "qualified" and one.handoff_id and one.lead_id != primary:
        return "in this handoff"
    return IN_SALES.get(one.handover) or VERDICTS.get(one.verdict, "")


def _others(known: Iterable[charts.Known], theirs: Iterable[Record]) -> Iterable[Person]:
    """Contacts and leads of Sales at the organisation that marketing does not know."""
    taken = {one.sales_id for one in known if one.sales_id}
    for one in known:
        taken.add(str((one.decision.get("landing") or {}).get("id")))  # a converted lead's contact, too
        person = one.decision.get("person") or {}
        if person.get("outcome") == "link":
            taken.add(str(person.get("id") or "").partition(":")[2])
    for person_of_sales in theirs:
        if person_of_sales.id not in taken:
            yield _of_sales(person_of_sales)


def _not_yet_named(named: Iterable[Person], theirs: Iterable[Person]) -> list[Person]:
    """Those of Sales who are not on the chart already: the same name with the same title at one organisation is one entry, however many
    records Sales has of them."""
    seen, new = {_called(one) for one in named}, []
    for one in theirs:
        if not (one.name and one.title and _called(one) in seen):
            seen.add(_called(one))
            new.append(one)
    return new


def _called(one: Person) -> tuple[str, str]:
    return (one.name.casefold(), one.title.casefold())


def _of_sales(one: Record) -> Person:
    """A contact or lead of Salesforce."""
    values = one.values

    def get(name: str) -> str:
        return str(values.get(name) or "")

    title = titles.read(get("Title"))
    role = role_of("", (None, ""), title.level, False)
    active = moment_of(values.get("LastActivityDate"))
    status = "a lead of Sales" if one.kind == "lead" else "known to Sales only"
    return Person(
        one.id, full_name({"first_name": get("FirstName"), "last_name": get("LastName")}) or get("Name"), get("Title"),
        title.level, title.department, role.name,
        role.source if role.name != UNKNOWN else "", None, status, active.date().isoformat() if active else "", get("Email"),
        ("Salesforce",),
    )  # fmt: skip


def _deal(one: Record, owner_names: Mapping[str, str]) -> Deal:
    values: Mapping[str, Any] = one.values
    return Deal(
        str(values.get("Name") or "without a name"), str(values.get("StageName") or ""), owner_names.get(str(values.get("OwnerId") or ""), ""),
        str(values.get("CloseDate") or ""),
    )  # fmt: skip
