"""The HubSpot portal itself: its own contact properties, owners and forms. Every world has them, the empty one too."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from connectors.sandbox.world import Thing

BUDGETS = ("none", "under_5k", "5k_25k", "25k_100k", "over_100k")
TIMEFRAMES = ("now", "1_3_months", "3_6_months", "6_12_months", "no_plan")
ROLES = ("decision_maker", "budget_holder", "influencer", "end_user", "researcher")
PRODUCTS = ("analytics", "automation", "integration", "compliance", "support_plan")

OWNERS = {
    "ho-mia": ("Mia", "Sandoval", "mia.sandoval@leadbridge-demo.com"),
    "ho-tom": ("Tom", "Abernathy", "tom.abernathy@leadbridge-demo.com"),
    "ho-ines": ("Inês", "Carvalho", "ines.carvalho@leadbridge-demo.com"),
    "ho-ravi": ("Ravi", "Menon", "ravi.menon@leadbridge-demo.com"),
}
"""Marketing's people: key → first name, last name, e-mail."""

FORMS = {
    "f-demo": "Request a demo",
    "f-sales": "Contact sales",
    "f-ebook": "Ebook: Twelve signs your spreadsheets rule you",
    "f-newsletter": "Newsletter sign-up",
    "f-webinar": "Webinar registration",
    "f-pricing": "Pricing enquiry",
}
"""Forms: key → name. The first two and the last ask for a salesperson."""


def portal(now: datetime) -> list[Thing]:
    """Property definitions, owners and forms, two years old."""
    then = now - timedelta(days=730)
    return [*_properties(then), *_owners(then), *_forms(then)]


def _properties(then: datetime) -> list[Thing]:
    return [
        _property(then, "budget_range", "Budget range", "enumeration", "select", BUDGETS),
        _property(then, "purchase_timeframe", "Purchase timeframe", "enumeration", "select", TIMEFRAMES),
        _property(then, "need_description", "What do you need?", "string", "textarea"),
        _property(then, "decision_role", "Role in the decision", "enumeration", "select", ROLES),
        _property(then, "last_pricing_visit", "Last visit of the pricing page", "datetime", "date"),
        _property(then, "product_interest", "Products of interest", "enumeration", "checkbox", PRODUCTS),
        _property(then, "wanted_by", "Wanted by (free text)", "string", "text"),
        _property(then, "expected_deal_size", "Expected deal size", "number", "number"),
    ]


def _property(then: datetime, name: str, label: str, kind: str, field: str, options: tuple[str, ...] = ()) -> Thing:
    values: dict[str, Any] = {
        "objectType": "contacts", "name": name, "label": label, "type": kind, "fieldType": field, "groupName": "contactinformation",
        "description": "", "formField": True, "hidden": False,
        "options": [
            {"label": option.replace("_", " ").capitalize(), "value": option, "displayOrder": place, "hidden": False}
            for place, option in enumerate(options)
        ],
    }  # fmt: skip
    return Thing("properties", f"contacts.{name}", values, created_at=then, changed_at=then)


def _owners(then: datetime) -> list[Thing]:
    return [
        Thing(
            "owners",
            key,
            {"firstName": first, "lastName": last, "email": email, "type": "PERSON"},
            created_at=then,
            changed_at=then,
        )
        for key, (first, last, email) in OWNERS.items()
    ]


def _forms(then: datetime) -> list[Thing]:
    return [
        Thing(
            "forms",
            key,
            {"name": name, "formType": "hubspot", "fields": list(_fields(key))},
            created_at=then,
            changed_at=then,
        )
        for key, name in FORMS.items()
    ]


def _fields(key: str) -> tuple[str, ...]:
    """The contact properties a form asks for."""
    short = ("email", "firstname", "lastname")
    if key == "f-newsletter":
        return ("email",)
    if key in ("f-demo", "f-sales", "f-pricing"):
        return (*short, "company", "jobtitle", "phone", "country", "message", "purchase_timeframe")
    return (*short, "company", "jobtitle", "message")
