"""Accounts as the directory should know them: their own record, and what else the customer knows of them.

An account without a website has its parent's; the web domains its contacts write from are its own too (see `domains_of_contacts`),
and so are the names it had before it was renamed. A person account is a person: nobody is employed there, and no name or web domain
leads to it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import Connection

from bridge.stages.reconcile import AccountEntry, domains_of_contacts
from bridge.staging import charts, former_names, records
from bridge.values import is_true
from connectors.records import Record

PERSON = "IsPersonAccount"
"""On accounts and contacts of orgs with person accounts: a person account, or the contact that Salesforce keeps with it."""


def is_person(one: Record) -> bool:
    """A person account, or its contact."""
    return is_true(one.values.get(PERSON))


def employer(contact: Record) -> str:
    """The account a contact works for; empty for the contact of a person account, which is that person again."""
    return "" if is_person(contact) else _text(contact, "AccountId")


def account_entries(
    connection: Connection, accounts: Iterable[Record], fresh: Sequence[Record] = ()
) -> list[AccountEntry]:
    """What to look these accounts up by. `fresh`: contacts just read that are not in the mirror yet."""
    living = [one for one in accounts if not (one.gone or is_person(one))]
    parents = _parents(connection, living)
    emails = _emails(connection, [one.id for one in living], fresh)
    names = former_names.of(connection, [one.id for one in living])
    return [
        _entry(one, parents.get(_text(one, "ParentId"), ""), emails[one.id], names.get(one.id, ())) for one in living
    ]


def former(connection: Connection, accounts: Sequence[Record]) -> list[tuple[str, str]]:
    """(account, the name it had) of those that have another name now than in the mirror."""
    known = records.read(connection, "salesforce", "account", [one.id for one in accounts])
    return [
        (one.id, before)
        for one in accounts
        if one.id in known
        and (before := _text(known[one.id], "Name")).casefold() not in ("", _text(one, "Name").casefold())
    ]


def with_new_domains(accounts: Mapping[str, Record], fresh: Iterable[Record]) -> list[Record]:
    """Those of `accounts` (by id) of which these contacts may tell another web domain than their own."""
    found: dict[str, Record] = {}
    for contact in fresh:
        account = accounts.get(employer(contact))
        email = _text(contact, "Email")
        if account is not None and domains_of_contacts((email, email), _text(account, "Website")):
            found[account.id] = account
    return list(found.values())


def _parents(connection: Connection, accounts: Sequence[Record]) -> dict[str, str]:
    """Parent account → its website, for accounts that have none of their own."""
    wanted = {_text(one, "ParentId") for one in accounts if not _text(one, "Website")} - {""}
    here = {one.id: one for one in accounts if one.id in wanted}
    known = records.read(connection, "salesforce", "account", wanted - set(here)) | here
    return {id_: _text(one, "Website") for id_, one in known.items()}


def _emails(connection: Connection, ids: Sequence[str], fresh: Sequence[Record]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    new = {one.id for one in fresh}
    for account, contacts in charts.people_at(connection, ids).items():
        found[account] += [_text(one, "Email") for one in contacts if one.id not in new]
    for one in fresh:
        if not one.gone:
            found[employer(one)].append(_text(one, "Email"))
    return found


def _entry(one: Record, parents_website: str, emails: Sequence[str], had_names: Sequence[str]) -> AccountEntry:
    website = _text(one, "Website")
    learned = domains_of_contacts(emails, website)
    return AccountEntry(
        one.id,
        _text(one, "Name"),
        website,
        _text(one, "Phone"),
        _text(one, "BillingCountry"),
        _text(one, "BillingState"),
        _text(one, "BillingCity"),
        _text(one, "ParentId"),
        (*learned, *([parents_website] if parents_website else [])),
        tuple(name for name in had_names if name != _text(one, "Name")),
    )


def _text(one: Record, name: str) -> str:
    return str(one.values.get(name) or "")
