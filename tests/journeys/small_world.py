"""A world small enough to know by heart: two reps, a queue, a few accounts, and people whose outcome is plain."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from connectors.sandbox.world import Ref, Thing, World
from connectors.sandbox.worlds.portal import portal

READY = {
    "jobtitle": "Director of Operations",
    "country": "Germany",
    "budget_range": "25k_100k",
    "purchase_timeframe": "1_3_months",
    "need_description": "Orders typed twice",
    "hs_analytics_source": "PAID_SEARCH",
}
"""All four BANT answers: qualified at once."""

CONSONANTS = "bdfgklmnprstvz"
FIRST = (
    "Amara", "Bruno", "Celia", "Dario", "Edith", "Fabio", "Greta", "Hugo", "Irina", "Jonas", "Katrin", "Lorenz", "Mirela", "Nikolai",
    "Odette", "Pavel", "Ragna", "Severin", "Talia", "Ulrich",
)  # fmt: skip
LAST = (
    "Abendroth", "Brunswick", "Czerny", "Dolmetsch", "Eichhorn", "Falkenberg", "Grimaldi", "Hasselhoff", "Isenberg", "Jankovic",
    "Kaltenbach", "Lindqvist", "Morgenstern", "Nussbaum", "Oppenheim", "Petrovic", "Quintana", "Rosenkranz", "Stravinsky", "Trautmann",
)  # fmt: skip


def person(number: int, **values: str) -> tuple[str, dict[str, str]]:
    """A qualified person of a firm of their own: nobody else is like them, or is called like them."""
    first, last = FIRST[number % 20], _last_name(number)
    chance = Random(number)
    word = "".join(chance.choice(CONSONANTS) + chance.choice("aeiou") for _ in range(4 if number < 400 else 6))
    firm = f"{word.capitalize()} Werke"
    written = first if number < 400 else first[0]
    made = {
        "firstname": first,
        "lastname": last,
        "email": f"{written.lower()}.{last.lower()}@{word}.de",
        "company": firm,
        **READY,
    }
    return f"p{number}", made | values


def _last_name(number: int) -> str:
    """After four hundred people last names are joined."""
    names, again = [LAST[(number // 20 + number) % 20]], number // 400
    while again:
        names.append(LAST[again % 20])
        again //= 20
    return "-".join(names)


def people(numbers: Iterable[int], **values: str) -> list[tuple[str, dict[str, str]]]:
    """Several of them."""
    return [person(number, **values) for number in numbers]


def small_world(
    contacts: Iterable[tuple[str, Mapping[str, str]]] = (),
    salesforce: Iterable[Thing] = (),
    rules: Mapping[str, Any] | None = None,
) -> World:
    """The portal and the org with these contacts and Salesforce records, all of them an hour old."""
    now = datetime.now(UTC).replace(microsecond=0)
    then = now - timedelta(hours=1)
    hubspot = [*portal(now), *(Thing("contacts", key, values, (), then, then) for key, values in contacts)]
    return World(
        "small", 1, now, hubspot, [*_org(then), *salesforce], {"field_permissions": "granted", **(rules or {})}
    )


def _org(then: datetime) -> Iterator[Thing]:
    for key, first, department in (("u-anna", "Anna", "emea"), ("u-bert", "Bert", "emea")):
        values = {
            "FirstName": first, "LastName": "Rep", "Username": f"{first.lower()}@small.example.com", "Email": f"{first.lower()}@small.example.com",
            "Alias": first.lower(), "CommunityNickname": first.lower(), "IsActive": True, "Department": department, "UserType": "Standard",
            "TimeZoneSidKey": "Europe/Berlin", "LocaleSidKey": "en_US", "LanguageLocaleKey": "en_US", "EmailEncodingKey": "UTF-8",
        }  # fmt: skip
        yield Thing("User", key, values, (), then, then)
    queue = {"Name": "Inbound Leads", "DeveloperName": "Inbound_Leads", "Type": "Queue"}
    yield Thing("Group", "q-inbound", queue, (), then, then)
    yield Thing("QueueSobject", "q-lead", {"QueueId": Ref("Group", "q-inbound"), "SobjectType": "Lead"}, (), then, then)


def account(key: str, name: str, website: str, **values: Any) -> Thing:
    """A Salesforce account owned by Anna."""
    made = {
        "Name": name,
        "Website": website,
        "BillingCountry": "Germany",
        "Type": "Prospect",
        "OwnerId": Ref("User", "u-anna"),
    }
    return Thing("Account", key, made | values)


def sales_person(kind: str, key: str, values: Mapping[str, Any]) -> Thing:
    """A Salesforce lead or contact owned by Bert."""
    made: dict[str, Any] = {"OwnerId": Ref("User", "u-bert")}
    if kind == "Lead":
        made["Status"] = "Open - Not Contacted"
    return Thing(kind, key, made | dict(values))
