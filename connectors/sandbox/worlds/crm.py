"""The Salesforce org itself: users in teams, queues, campaigns. Every world has the users and queues, the empty one too.

A user's team stands in `Department`: enterprise, mid_market, emea, amer, apac, and strategic for people with named accounts only.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from connectors.sandbox.world import Ref
from connectors.sandbox.worlds.draft import Draft
from connectors.sandbox.worlds.pools import table


@dataclass(frozen=True, slots=True)
class Rep:
    """A Salesforce user. `load` is the share of the open leads they hold."""

    key: str
    first: str
    last: str
    team: str
    title: str
    zone: str
    load: int
    active: bool = True


REPS = (
    Rep("u-okafor", "Adaeze", "Okafor", "enterprise", "Enterprise Account Executive", "America/New_York", 3),
    Rep("u-lindgren", "Per", "Lindgren", "enterprise", "Enterprise Account Executive", "Europe/Berlin", 6),
    Rep("u-castellano", "Rosa", "Castellano", "enterprise", "Strategic Account Director", "America/Los_Angeles", 1),
    Rep("u-whitaker", "Dean", "Whitaker", "mid_market", "Account Executive", "America/Chicago", 12),
    Rep("u-bouchard", "Élodie", "Bouchard", "mid_market", "Account Executive", "America/New_York", 5),
    Rep("u-marsh", "Gemma", "Marsh", "mid_market", "Senior Account Executive", "Europe/London", 8),
    Rep("u-vogel", "Henrik", "Vogel", "emea", "Regional Sales Manager DACH", "Europe/Berlin", 9),
    Rep("u-dupuis", "Claire", "Dupuis", "emea", "Account Executive France", "Europe/Paris", 4),
    Rep("u-rossi", "Paolo", "Rossi", "emea", "Account Executive South", "Europe/Rome", 2),
    Rep("u-barnes", "Tyrell", "Barnes", "amer", "Account Executive East", "America/New_York", 15),
    Rep("u-jimenez", "Lucía", "Jiménez", "amer", "Account Executive LatAm", "America/Sao_Paulo", 7),
    Rep("u-park", "Grace", "Park", "amer", "Account Executive West", "America/Los_Angeles", 5),
    Rep("u-tan", "Wei Ling", "Tan", "apac", "Account Executive Asia", "Asia/Singapore", 6),
    Rep("u-cooper", "Lachlan", "Cooper", "apac", "Account Executive ANZ", "Australia/Sydney", 3),
    Rep("u-haddad", "Noor", "Haddad", "strategic", "Strategic Account Manager", "America/New_York", 1),
    Rep("u-frost", "Ellen", "Frost", "strategic", "Strategic Account Manager", "America/Chicago", 1),
    Rep("u-amari", "Idris", "Amari", "strategic", "Strategic Account Manager", "Europe/Paris", 1),
    Rep("u-berger", "Lena", "Berger", "strategic", "Strategic Account Manager", "Europe/Berlin", 1),
    Rep("u-sato", "Mariko", "Sato", "strategic", "Strategic Account Manager", "Asia/Tokyo", 1),
    Rep("u-harding", "Neil", "Harding", "amer", "Account Executive", "America/New_York", 4, active=False),
    Rep("u-sorensen", "Mette", "Sørensen", "emea", "Account Executive Nordics", "Europe/Berlin", 3, active=False),
    Rep("u-ishikawa", "Ren", "Ishikawa", "apac", "Account Executive Japan", "Asia/Tokyo", 0, active=False),
)
ADMIN = Rep("u-admin", "Robin", "Ellery", "operations", "Revenue Operations", "GMT", 0)
QUEUES = {"q-inbound": "Inbound Leads", "q-partner": "Partner Leads", "q-research": "Research"}
RULES: dict[str, Any] = {
    # Somebody once automated this and nobody remembers: a difference for every read-back to find.
    "automations": [
        {"object": "Lead", "when": "LeadSource = 'Other'", "set": {"LeadSource": "Web"}, "on": ["create", "update"]}
    ],
    "duplicate_rules": [{"object": "Lead", "match": ["email"], "against": ["Lead", "Contact"], "on_create": "alert"}],
    "assignment_rules": [{"object": "Lead", "owner": "Inbound Leads"}],
}
"""How the demo's org behaves: one forgotten automation, a duplicate rule on the address, an assignment rule to the queue."""


def org(draft: Draft) -> None:
    """Users and queues."""
    then = draft.ago(days=900)
    for rep in (ADMIN, *REPS):
        draft.salesforce("User", rep.key, _user(rep), then)
    for key, name in QUEUES.items():
        values = {"Name": name, "DeveloperName": name.replace(" ", "_"), "Type": "Queue"}
        draft.salesforce("Group", key, values, then)
        draft.salesforce("QueueSobject", f"{key}-lead", {"QueueId": Ref("Group", key), "SobjectType": "Lead"}, then)


def _user(rep: Rep) -> dict[str, object]:
    address = f"{rep.key[2:]}@leadbridge-demo.com"
    return {
        "FirstName": rep.first, "LastName": rep.last, "Username": address, "Email": address, "Alias": rep.key[2:10], "CommunityNickname": rep.key[2:],
        "IsActive": rep.active, "Department": rep.team, "Title": rep.title, "UserType": "Standard", "TimeZoneSidKey": rep.zone,
        "LocaleSidKey": "en_US", "LanguageLocaleKey": "en_US", "EmailEncodingKey": "UTF-8",
    }  # fmt: skip


def campaigns(draft: Draft) -> None:
    """Campaigns with what they were about."""
    for row in table("talk")["campaigns"]:
        started = draft.ago(days=row["days_ago"])
        values = {
            "Name": row["name"], "Type": row["type"], "Status": "In Progress" if row["days_ago"] < 100 else "Completed", "IsActive": True,
            "StartDate": started.date().isoformat(), "EndDate": (started + timedelta(days=90)).date().isoformat(),
            "Description": row["description"], "OwnerId": Ref("User", "u-admin"),
        }  # fmt: skip
        draft.salesforce("Campaign", row["key"], values, started)
