"""Who we are talking to: the org, the user we are there, and what the org allows a day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from connectors.errors import NotAllowed, SchemaChanged, Unavailable
from connectors.http.shapes import an_object, shaped
from connectors.salesforce import soql
from connectors.salesforce.connection import Connection
from connectors.salesforce.reading import rows


@dataclass(frozen=True, slots=True)
class Org:
    """`time_zone` is an IANA name, `locale` like `de_DE`. `default_currency` is empty where the org has one currency only and
    does not tell which.
    """

    id: str
    name: str
    sandbox: bool
    edition: str = ""
    time_zone: str = ""
    locale: str = ""
    default_currency: str = ""


@dataclass(frozen=True, slots=True)
class Who:
    """The user our calls run as."""

    id: str
    name: str
    username: str
    org_id: str


@dataclass(frozen=True, slots=True)
class Limit:
    """One of the org's limits, e.g. `DailyApiRequests`."""

    maximum: int
    remaining: int


def organisation(connection: Connection) -> Org:
    """The org's own record; two calls, the second for its currency."""
    fields = ("Id", "Name", "IsSandbox", "OrganizationType", "TimeZoneSidKey", "DefaultLocaleSidKey")
    row = next(rows(connection, soql.select(fields, "Organization", tail="LIMIT 1")), {})
    return Org(
        id=str(row.get("Id") or ""),
        name=str(row.get("Name") or ""),
        sandbox=bool(row.get("IsSandbox")),
        edition=str(row.get("OrganizationType") or ""),
        time_zone=str(row.get("TimeZoneSidKey") or ""),
        locale=str(row.get("DefaultLocaleSidKey") or ""),
        default_currency=_default_currency(connection),
    )


def _default_currency(connection: Connection) -> str:
    """Only orgs with several currencies have the object that says so."""
    try:
        found = rows(connection, soql.select(("IsoCode",), "CurrencyType", "IsCorporate = true"))
        return str(next(found, {}).get("IsoCode") or "")
    except SchemaChanged:
        return ""


def user(connection: Connection) -> Who:
    """The user behind our token; two calls more where the app has no scope to ask for its identity (`id` or `openid`)."""
    try:
        told = connection.who()
    except NotAllowed as closed:
        if closed.status != 403:
            raise
        return _user_by_address(connection)
    return Who(
        id=str(told.get("user_id") or ""),
        name=str(told.get("name") or ""),
        username=str(told.get("preferred_username") or ""),
        org_id=str(told.get("organization_id") or ""),
    )


def _user_by_address(connection: Connection) -> Who:
    """The same by the identity address that the API's list of resources names; the scope `api` is enough for that."""
    told = an_object(connection.call("GET", "").json(), "Salesforce", "its resources")
    path = urlsplit(str(told.get("identity") or "")).path.split("/")
    if len(path) != 4 or path[1] != "id":
        raise Unavailable("Salesforce does not say which user our calls run as", system="salesforce", code="NO_USER")
    found = rows(connection, soql.select(("Name", "Username"), "User", "Id = {id}", {"id": path[3]}))
    row = next(found, {})
    return Who(path[3], str(row.get("Name") or ""), str(row.get("Username") or ""), path[2])


def limits(connection: Connection) -> Mapping[str, Limit]:
    """Every limit the org tells, by Salesforce's name."""
    told = an_object(connection.call("GET", "limits").json(), "Salesforce", "limits")
    with shaped("Salesforce", "limits"):
        return {
            str(name): Limit(int(entry["Max"]), int(entry["Remaining"]))
            for name, entry in told.items()
            if isinstance(entry, Mapping) and "Max" in entry and "Remaining" in entry
        }
