"""Lead, Contact or touch: nobody is created twice, nothing Sales removed comes back."""

from __future__ import annotations

import pytest

from bridge.decisions import Landing, Match, Outcome
from bridge.settings.connections import SegmentLanding
from bridge.stages.route.landing import SalesPerson, choose_landing, told_instead

NOBODY = Match(Outcome.none)
MAYBE = Match(Outcome.review, "salesforce.lead:00Q9", "Roe")
SURE = Match(Outcome.link, "salesforce.lead:00Q1", "Roe", sentence="same e-mail address")
ACME = Match(Outcome.link, "0011", "Acme")
MAYBE_ACME = Match(Outcome.review, "0011", "Acme")
OPEN = SalesPerson("Lead", "00Q1", "005A")
CONTACT = SalesPerson("Contact", "0031", "005A", "0011")
CONVERTED = SalesPerson("Lead", "00Q1", converted=True, converted_contact_id="0039")
NO_CONTACT = SalesPerson("Lead", "00Q1", converted=True)
GONE = SalesPerson("Lead", "00Q1", gone=True)
GONE_CONTACT = SalesPerson("Contact", "0031", gone=True)
GONE_CONVERTED = SalesPerson("Lead", "00Q1", converted=True, converted_contact_id="0039", gone=True)

TABLE = (
    # ours, found, person, account, policy → kind, id, reason
    (None, None, NOBODY, NOBODY, "lead", "create_lead", None, "new_person"),
    (None, None, NOBODY, NOBODY, "contact", "create_lead", None, "new_person"),
    (None, None, NOBODY, ACME, "lead", "create_lead", None, "new_person"),
    (None, None, NOBODY, ACME, "contact", "create_contact", None, "new_person_known_account"),
    (None, None, NOBODY, MAYBE_ACME, "contact", "create_lead", None, "new_person"),
    (None, None, MAYBE, NOBODY, "lead", "none", None, "maybe_known_person"),
    (None, None, MAYBE, ACME, "contact", "none", None, "maybe_known_person"),
    (None, OPEN, SURE, NOBODY, "lead", "update_lead", "00Q1", "open_lead_known"),
    (None, OPEN, SURE, ACME, "contact", "update_lead", "00Q1", "open_lead_known"),
    (None, CONTACT, SURE, NOBODY, "lead", "touch_contact", "0031", "contact_known"),
    (None, CONTACT, SURE, ACME, "contact", "touch_contact", "0031", "contact_known"),
    (None, CONVERTED, SURE, ACME, "lead", "touch_contact", "0039", "converted_lead"),
    (None, NO_CONTACT, SURE, ACME, "contact", "none", "00Q1", "converted_without_contact"),
    (None, GONE, SURE, NOBODY, "lead", "none", "00Q1", "removed_by_sales"),
    (None, GONE_CONTACT, SURE, ACME, "contact", "none", "0031", "removed_by_sales"),
    (OPEN, None, NOBODY, NOBODY, "lead", "update_lead", "00Q1", "open_lead_known"),
    (OPEN, None, MAYBE, NOBODY, "lead", "update_lead", "00Q1", "open_lead_known"),
    (OPEN, CONTACT, SURE, ACME, "contact", "update_lead", "00Q1", "open_lead_known"),
    (CONTACT, None, NOBODY, NOBODY, "lead", "touch_contact", "0031", "contact_known"),
    (CONVERTED, None, NOBODY, NOBODY, "lead", "touch_contact", "0039", "converted_lead"),
    (CONVERTED, OPEN, SURE, NOBODY, "lead", "touch_contact", "0039", "converted_lead"),
    (GONE_CONVERTED, None, NOBODY, NOBODY, "lead", "touch_contact", "0039", "converted_lead"),
    (NO_CONTACT, None, NOBODY, NOBODY, "lead", "none", "00Q1", "converted_without_contact"),
    (GONE, None, NOBODY, NOBODY, "lead", "none", "00Q1", "removed_by_sales"),
    (GONE, None, MAYBE, ACME, "contact", "none", "00Q1", "removed_by_sales"),
    (GONE_CONTACT, OPEN, SURE, ACME, "contact", "none", "0031", "removed_by_sales"),
)


@pytest.mark.parametrize(("ours", "found", "person", "account", "policy", "kind", "id_", "reason"), TABLE)
def test_landing_as_a_table(
    ours: SalesPerson | None, found: SalesPerson | None, person: Match, account: Match, policy: str, kind: str, id_: str | None, reason: str
) -> None:  # fmt: skip
    landing = choose_landing(ours, found, person, account, policy)
    assert (landing.kind, landing.id, landing.reason) == (kind, id_, reason)
    assert landing.sentence


ONCE_OPEN = SalesPerson("Lead", "00Q1", gone=True, changed_at=1000)


@pytest.mark.parametrize(
    ("ours", "found", "asked_at", "kind", "id_"),
    [
        (ONCE_OPEN, None, 1001, "create_lead", None),
        (ONCE_OPEN, OPEN, 1001, "update_lead", "00Q1"),
        (ONCE_OPEN, None, 1000, "none", "00Q1"),
        (ONCE_OPEN, None, 0, "none", "00Q1"),
        (OPEN, None, 1001, "update_lead", "00Q1"),
        (GONE_CONVERTED, None, 1001, "touch_contact", "0039"),
    ],
)
def test_who_asked_since_sales_removed_them_comes_back(
    ours: SalesPerson, found: SalesPerson | None, asked_at: int, kind: str, id_: str | None
) -> None:
    landing = choose_landing(ours, found, NOBODY, NOBODY, "lead", asked_at)
    assert (landing.kind, landing.id) == (kind, id_)


CREATE = Landing("create_lead", "Lead", None, "new_person", "")
LINKED = Match(Outcome.link, "001A", "Acme")


@pytest.mark.parametrize(
    ("landing", "customer", "deal", "policy", "lands"),
    [
        (CREATE, False, "", {}, ("create_lead", "Lead", None)),
        (CREATE, False, "006A", {}, ("tell_owner", "Opportunity", "006A")),
        (CREATE, False, "006A", {"open_opportunity": "lead"}, ("create_lead", "Lead", None)),
        (CREATE, True, "", {}, ("tell_owner", "Account", "001A")),
        (CREATE, True, "", {"customer": "service"}, ("tell_owner", "Account", "001A")),
        (CREATE, True, "", {"customer": "lead"}, ("create_lead", "Lead", None)),
        (CREATE, True, "006A", {}, ("tell_owner", "Opportunity", "006A")),
        (Landing("touch_contact", "Contact", "003A"), True, "006A", {}, ("touch_contact", "Contact", "003A")),
        (Landing("update_lead", "Lead", "00QA"), True, "006A", {}, ("update_lead", "Lead", "00QA")),
        (Landing("none"), True, "006A", {}, ("none", "", None)),
    ],
)
def test_who_is_told_instead(
    landing: Landing, customer: bool, deal: str, policy: dict[str, str], lands: tuple[str, str, str | None]
) -> None:
    written = {"open_opportunity": "tell_owner", "customer": "tell_owner"} | policy
    given = told_instead(landing, {"is_customer": customer}, LINKED, deal, SegmentLanding.model_validate(written))
    assert (given.kind, given.object, given.id) == lands
