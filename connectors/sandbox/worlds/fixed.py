"""Builds the landmarks: organisations, contacts and what Salesforce knows of them, from `data/landmarks/`, without any chance."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from zlib import crc32

from connectors.sandbox.world import Ref, Thing
from connectors.sandbox.worlds.draft import ContactDraft, Draft, Submission, iso, user
from connectors.sandbox.worlds.landmarks import FAMILIES, rows
from connectors.sandbox.worlds.marketing import add_company
from connectors.sandbox.worlds.organisations import Organisation
from connectors.sandbox.worlds.pools import City, countries, family_names, given_names, table, titles

FAMILY = "\U0001f468\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466"
"""A family of four: one sign to the reader, seven code points, eleven UTF-16 units."""

READY = {
    "budget_range": "25k_100k", "expected_deal_size": "48000", "purchase_timeframe": "1_3_months", "decision_role": "decision_maker",
    "need_description": "Move orders between ERP and CRM without typing", "product_interest": "automation;integration",
    "hs_analytics_num_page_views": "34", "hs_analytics_num_visits": "8", "hs_analytics_source": "PAID_SEARCH",
    "lifecyclestage": "marketingqualifiedlead",
}  # fmt: skip
STORIES: dict[str, tuple[dict[str, str], tuple[tuple[str, float], ...]]] = {
    "ready": (READY, (("f-ebook", 70.0), ("f-demo", 2.0))),
    "asking": ({"hs_analytics_num_page_views": "3", "hs_analytics_source": "DIRECT_TRAFFIC", "lifecyclestage": "lead"}, (("f-demo", 9.0),)),
    "warming": (
        {"decision_role": "influencer", "purchase_timeframe": "no_plan", "hs_analytics_num_page_views": "9", "lifecyclestage": "lead"},
        (("f-webinar", 60.0),),
    ),
    "curious": ({"hs_analytics_num_page_views": "2", "lifecyclestage": "subscriber"}, (("f-newsletter", 210.0),)),
    "small": (
        {"budget_range": "under_5k", "expected_deal_size": "900", "purchase_timeframe": "1_3_months", "decision_role": "decision_maker",
         "need_description": "Send invoices", "hs_analytics_num_page_views": "12", "lifecyclestage": "lead"},
        (("f-pricing", 20.0),),
    ),
    "silent": ({"hs_analytics_num_page_views": "0", "hs_analytics_source": "OFFLINE", "lifecyclestage": "subscriber"}, ()),
}  # fmt: skip
"""A story's properties and its forms (form, days ago); the last form carries the comment."""

SAID = {"c_level": "decision_maker", "vp": "", "director": "", "manager": "influencer", "staff": "end_user"}
"""What the twenty say of their part, by level; every third says nothing."""
COMMENT = "We lose two days a month moving orders between ERP and CRM. Please call in the morning."


def build(draft: Draft) -> None:
    """Everything fixed."""
    for name, row in rows("organisations").items():
        _organisation(draft, name, row)
    for family in FAMILIES:
        for name, row in rows(family).items():
            _contact(draft, name, row)
    _twenty(draft)
    _known_to_sales(draft)
    _merge(draft)


def _organisation(draft: Draft, name: str, row: dict[str, Any]) -> None:
    short, industry = row["name"].rsplit(" ", 1)[0], row["industry"]
    organisation = Organisation(
        key=f"f-{name}", name=row["name"], short=short, domain=row["domain"], country=countries()[row["country"]],
        city=City(*row["city"].split("|")), industry=industry, employees=row["employees"], revenue=row["employees"] * 180_000,
        native=row.get("native", ""), target=row.get("target", False), former_domain=row.get("former_domain", ""),
    )  # fmt: skip
    draft.organisations[organisation.key] = organisation
    created = draft.ago(days=400)
    if row.get("company", True):
        values = {
            "name": organisation.name, "domain": organisation.domain, "country": organisation.country.name, "city": organisation.city.name,
            "industry": industry, "numberofemployees": str(organisation.employees), "annualrevenue": str(organisation.revenue),
            "hs_is_target_account": "true" if organisation.target else "false",
        }  # fmt: skip
        add_company(draft, organisation, values, created)
    for place, line in enumerate(row.get("accounts", ()), 1):
        _account(draft, organisation, f"a-{name}" if place == 1 else f"a-{name}-{place}", line, row["owner"])


def _account(draft: Draft, organisation: Organisation, key: str, line: str, owner: str, parent: str = "") -> None:
    called, website, kind, about = line.split("|")
    values = {
        "Name": called, "Website": website or None, "Type": kind, "OwnerId": user(owner), "Description": about or None,
        "Industry": table("organisations")["industries"][organisation.industry]["sf"], "NumberOfEmployees": organisation.employees,
        "BillingCountry": organisation.country.name, "BillingCity": organisation.city.name,
        "BillingState": organisation.city.state or None, "ParentId": Ref("Account", parent) if parent else None,
    }  # fmt: skip
    draft.salesforce("Account", key, values, draft.ago(days=500))
    draft.accounts.setdefault(organisation.key, []).append(key)
    draft.owners.setdefault(organisation.key, owner)


def _contact(draft: Draft, name: str, row: dict[str, Any]) -> ContactDraft:
    organisation = draft.organisations.get(f"f-{row.get('org', '')}")
    country = organisation.country if organisation else countries()[row["country"]]
    typed = {
        "email": row["email"], "firstname": row["first"], "lastname": row["last"], "jobtitle": row["title"], "country": country.name,
        "company": organisation.name if organisation else "",
        "city": organisation.city.name if organisation else "",
        "state": organisation.city.state if organisation else "",
    }  # fmt: skip
    story, forms = STORIES[row["story"]]
    values: dict[str, Any] = {**typed, **story, **row.get("values", {})}
    values = {field: _made(draft, value) for field, value in values.items() if value != ""}
    at_work = (
        organisation is not None and organisation.key in draft.companies and row["email"].endswith(organisation.domain)
    )
    contact = ContactDraft(
        key=f"c-{name}", values=values, created_at=draft.ago(days=230 + _spread(name) * 90), fate=row["story"], organisation=organisation, fixed=True,
        company=organisation.key if organisation and at_work else "", archived=row.get("archived", False),
    )  # fmt: skip
    draft.registry.reserve(row["first"], row["last"], row["email"])
    _story(
        draft, contact, forms, row.get("comment", COMMENT if forms and forms[-1][0] in ("f-demo", "f-pricing") else "")
    )
    return draft.contact(contact)


def _story(draft: Draft, contact: ContactDraft, forms: tuple[tuple[str, float], ...], comment: str) -> None:
    for place, (form, days) in enumerate(forms, 1):
        fields = {"message": _made(draft, comment)} if comment and place == len(forms) else {}
        contact.submissions.append(Submission(form, draft.ago(days=days + _spread(contact.key), hours=place), fields))
    if contact.fate in ("ready", "small"):
        contact.values.setdefault("last_pricing_visit", iso(draft.ago(days=4)))
    if contact.fate == "ready":
        contact.values.setdefault("hs_lifecyclestage_lead_date", iso(draft.ago(days=70)))
        contact.values.setdefault("hs_lifecyclestage_marketingqualifiedlead_date", iso(draft.ago(days=2)))
    if contact.key == "c-html_comment":
        note = '<p>Met at the fair.</p><ul><li>uses <b>ERP</b></li><li>40 users</li></ul><a href="https://brightwatertidal.com">site</a>'
        contact.notes.append((draft.ago(days=30), note))
        contact.values["hubspot_owner_id"] = "ho-mia"
    if contact.key == "c-shared_mailbox":
        other = {
            "firstname": "Renate",
            "lastname": "Eichinger",
            "jobtitle": "Verkauf",
            "message": "Bitte Preisliste an mich, nicht an Josef.",
        }
        contact.submissions.append(Submission("f-pricing", draft.ago(days=12), other))


def _spread(name: str) -> float:
    """0 to 1 by name, so that not everything fixed happened in the same second."""
    return crc32(name.encode()) / 2**32


def _made(draft: Draft, value: Any) -> Any:
    """The values too long to stand in a file, and those that depend on now."""
    if not isinstance(value, str) or not value.startswith("@"):
        return value
    return {
        "@long_comment@": "We need this, and here is the whole history. " * 900,
        "@long_company@": "Worshipful Guild of Lanternmakers, Candlewrights, Wick-trimmers and Allied Trades of the City and County "
        * 3,
        "@long_title@": "Head of Operations, Procurement, Quality, Logistics, Facilities, Fleet, Safety, Works Council Relations and, until "
        "a successor is found, also of Information Technology",
        "@family128@": "Head of the Family Business ".ljust(125, "x") + FAMILY + " and Sons",
        "@forty_days_ago@": iso(draft.ago(days=40)),
        "@epoch@": str(int(draft.ago(days=5).timestamp() * 1000)),
    }[value]


def _twenty(draft: Draft) -> None:
    """Twenty people of Larkspur, from the chief executive to a clerk, half of them worth a call; and six of Tamarind, which has no account and
    whose name stands on the HubSpot company only."""
    for key, organisation, count in (("twenty_people", "larkspur", 20), ("no_account", "tamarind", 6)):
        levels = ("c_level", "vp", "director", "manager", "staff")
        pool = "english" if organisation == "larkspur" else "indian"
        for number in range(1, count + 1):
            first, last = (
                given_names(pool)[-number % len(given_names(pool))],
                family_names(pool)[number % len(family_names(pool))],
            )
            title = titles(levels[number % 5], "en")[number // 5]
            domain = draft.organisations[f"f-{organisation}"].domain
            row: dict[str, Any] = {
                "org": organisation, "first": first.latin, "last": last.latin, "title": title.text,
                "email": f"{first.latin}.{last.latin.replace(chr(39), '')}@{domain}".lower(),
                "story": "ready" if number % 2 else "warming",
            }  # fmt: skip
            row["values"] = (
                {"company": ""}
                if organisation == "tamarind"
                else {"decision_role": SAID[levels[number % 5]] if number % 3 else ""}
            )
            _contact(draft, f"{key}_{number:02d}" if count > 9 else f"{key}_{number}", row)


def _known_to_sales(draft: Draft) -> None:
    """Contacts and leads of the landmarks in Salesforce."""
    former = {"email": "rmerriweather@brightwatertidal.com", "MobilePhone": "+1 917-555-0162"}
    crm_contact(draft, "changed_employer", "a-brightwater", "Marketing Director", **former)
    crm_contact(draft, "converted_returns", "a-sabia", "Gerente Financeira")
    crm_contact(draft, "contact_asks_again", "a-foxglove", "IT Manager")
    crm_contact(
        draft, "former_domain_account", "a-quillfeather", "VP Operations", email="vlangford@oldmillpress-media.com"
    )
    sister = "Corvidae Rail Services Ltd|www.corvidae-rail.co.uk|Prospect|"
    _account(draft, draft.organisations["f-corvidae"], "a-corvidae-rail", sister, "u-rossi", parent="a-corvidae")
    converted = {
        "Status": "Closed - Converted", "IsConverted": True, "ConvertedDate": draft.ago(days=300).date().isoformat(),
        "ConvertedAccountId": Ref("Account", "a-sabia"), "ConvertedContactId": Ref("Contact", "s-converted_returns"),
    }  # fmt: skip
    crm_lead(draft, "v", "converted_returns", "u-jimenez", 340, **converted)
    crm_lead(draft, "l", "open_lead", "u-tan", 40, Status="Working - Contacted")
    crm_lead(draft, "l", "shared_mailbox", "u-vogel", 90, FirstName="Renate", Title="Verkauf")
    alone = {
        "FirstName": "Quentin", "LastName": "Ashcombe", "Company": "Ashcombe Saddlery", "Country": "United States", "Title": "Owner",
        "Email": "quentin@ashcombesaddlery.com",
    }  # fmt: skip
    crm_lead(draft, "l", "left_alone", "u-barnes", 200, **alone)
    for name, days in (("a-cinderpath", 520), ("a-foxglove", 200), ("a-hagebutte", 330), ("a-ostermann", 410)):
        close = draft.ago(days=days)
        account = draft.found("Account")[name]
        deal = {
            "Name": "Automation", "AccountId": Ref("Account", name), "StageName": "Closed Won", "CloseDate": close.date().isoformat(),
            "Amount": 64000, "OwnerId": account.values["OwnerId"],
        }  # fmt: skip
        draft.salesforce("Opportunity", f"{name}-won", deal, close - timedelta(days=60))


def crm_contact(draft: Draft, name: str, account: str, title: str, email: str = "", **values: Any) -> None:
    """The Salesforce contact of a landmark contact."""
    known = draft.contacts[f"c-{name}"]
    owner = draft.found("Account")[account].values["OwnerId"]
    made = {
        "FirstName": known.values["firstname"], "LastName": known.values["lastname"], "Email": email or known.email, "Title": title,
        "AccountId": Ref("Account", account), "OwnerId": owner, "MailingCountry": known.values["country"], "LeadSource": "Web",
    }  # fmt: skip
    draft.salesforce("Contact", f"s-{name}", made | values, draft.ago(days=320))


def crm_lead(draft: Draft, prefix: str, name: str, owner: str, days: float, **values: Any) -> None:
    """The Salesforce lead of a landmark contact; of one that HubSpot does not have when `values` say everything."""
    known = draft.contacts.get(f"c-{name}")
    made: dict[str, Any] = {"Status": "Open - Not Contacted", "LeadSource": "Web", "OwnerId": user(owner)}
    if known is not None:
        made |= {
            "FirstName": known.values["firstname"], "LastName": known.values["lastname"], "Email": known.email, "Title": known.values["jobtitle"],
            "Company": known.values["company"], "Country": known.values["country"],
        }  # fmt: skip
    draft.salesforce("Lead", f"{prefix}-{name}", made | values, draft.ago(days=days))


def _merge(draft: Draft) -> None:
    merge(draft, "c-merged_kept", "c-merged_away", 20)


def merge(draft: Draft, kept: str, gone: str, days: float) -> None:
    """Marketing merged two contacts that many days ago, later if something happened to either since."""
    at = max(draft.ago(days=days), draft.contacts[kept].last_change(), draft.contacts[gone].last_change())
    values = {"objectType": "contacts", "primary": Ref("contacts", kept), "merged": Ref("contacts", gone)}
    draft.hubspot(Thing("merges", f"{kept}+{gone}", values, created_at=at, changed_at=at))
