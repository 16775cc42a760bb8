"""The fixed instances of every mess, by name: the same people, firms and records for every seed, so that the demo and tests can point to them."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from typing import Any

from connectors.sandbox.worlds.pools import DATA

FAMILIES = ("names", "contact_points", "content", "doubles", "worth", "history")
"""The files of `data/landmarks/` that hold contacts, one per family of mess."""


@dataclass(frozen=True, slots=True)
class Landmark:
    """A fixed thing: where it is, its key there, and what is the matter with it."""

    system: str
    kind: str
    key: str
    about: str


@cache
def rows(family: str) -> dict[str, dict[str, Any]]:
    """One file of `data/landmarks/`: name → its row as written."""
    return tomllib.loads((DATA / "landmarks" / f"{family}.toml").read_text(encoding="utf-8"))


def _contacts() -> dict[str, Landmark]:
    found = {}
    for family in FAMILIES:
        for name, row in rows(family).items():
            found[name] = Landmark("hubspot", "contacts", f"c-{name}", row["about"])
    for number in range(1, 21):
        about = "one of twenty people of one organisation (Larkspur Freight Systems), which is a target account"
        found[f"twenty_people_{number:02d}"] = Landmark("hubspot", "contacts", f"c-twenty_people_{number:02d}", about)
    for number in range(1, 7):
        about = "one of six people of one organisation that has no account (Tamarind Coast Hotels)"
        found[f"no_account_{number}"] = Landmark("hubspot", "contacts", f"c-no_account_{number}", about)
    return found


def _elsewhere() -> dict[str, Landmark]:
    def crm(kind: str, key: str, about: str) -> Landmark:
        return Landmark("salesforce", kind, key, about)

    return {
        "renamed_company": Landmark(
            "hubspot", "companies", "hf-tamarind", "a company that marketing renames in the third cycle"
        ),
        "html_note": Landmark("hubspot", "notes", "c-html_comment-n0", "a note written as HTML with a list and a link"),
        "twenty_people_account": crm("Account", "a-larkspur", "the account of the twenty"),
        "shared_domain_account_1": crm("Account", "a-ostermann", "first of three accounts on one domain, a customer"),
        "shared_domain_account_2": crm("Account", "a-ostermann-2", "second of three accounts on one domain"),
        "shared_domain_account_3": crm("Account", "a-ostermann-3", "third of three accounts on one domain"),
        "close_account_1": crm(
            "Account", "a-meridor", "Meridor Partners LLC, no website, as near to the lead as the other"
        ),
        "close_account_2": crm(
            "Account", "a-meridor-2", "Meridor Partners Ltd, no website, as near to the lead as the other"
        ),
        "account_by_acronym": crm("Account", "a-fennimore", "an account called GFREC and nothing else"),
        "account_by_former_domain": crm("Account", "a-quillfeather", "an account whose website is the domain given up"),
        "account_of_parent": crm("Account", "a-corvidae", "the parent company of Nightjar Robotics"),
        "account_of_sister": crm(
            "Account", "a-corvidae-rail", "another daughter of the same parent, linked to it by ParentId"
        ),
        "account_native_script": crm("Account", "a-asagiri", "an account written in Japanese"),
        "target_account": crm("Account", "a-sternwald", "the target account of the silent CFO"),
        "former_customer_account": crm(
            "Account", "a-cinderpath", "an account that was a customer; its last won deal is old"
        ),
        "former_employer_contact": crm("Contact", "s-changed_employer", "the contact that has since changed employer"),
        "converted_contact": crm("Contact", "s-converted_returns", "the contact made when the lead was converted"),
        "converted_lead": crm(
            "Lead", "v-converted_returns", "the converted lead of somebody who fills in a form again"
        ),
        "known_contact": crm(
            "Contact", "s-contact_asks_again", "the contact of a customer account who asks for a demo"
        ),
        "known_open_lead": crm(
            "Lead", "l-open_lead", "the open lead of somebody who asks again; Sales gives it to another rep"
        ),
        "shared_mailbox_lead": crm(
            "Lead", "l-shared_mailbox", "an open lead of a third person with the shared mailbox"
        ),
        "left_alone_lead": crm("Lead", "l-left_alone", "an open lead nobody has touched for 200 days"),
    }


MARKS: dict[str, Landmark] = _contacts() | _elsewhere()
"""Every landmark by name."""

LANDMARKS: dict[str, str] = {name: mark.key for name, mark in MARKS.items()}
"""Name of a landmark → the key of its thing."""
