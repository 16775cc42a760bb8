"""The demo world as a whole: the same every time, as large as promised, whole in itself, and a realistic share of it worth a call."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from connectors.sandbox.world import Ref, Thing, World
from connectors.sandbox.worlds import make
from connectors.sandbox.worlds.organisations import Inventor, acronym
from connectors.sandbox.worlds.pools import table

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)


def of_kind(things: Iterable[Thing], kind: str) -> list[Thing]:
    return [one for one in things if one.kind == kind]


def test_the_same_seed_and_time_give_the_same_things_in_the_same_order() -> None:
    one, two = make("demo", 11, NOW, 400), make("demo", 11, NOW, 400)
    assert list(one.hubspot) == list(two.hubspot)
    assert list(one.salesforce) == list(two.salesforce)


def test_another_seed_gives_other_people_but_the_same_landmarks() -> None:
    one, two = make("demo", 11, NOW, 400), make("demo", 12, NOW, 400)
    contacts = [{thing.key: thing for thing in of_kind(world.hubspot, "contacts")} for world in (one, two)]
    ordinary = [
        {thing.values.get("email") for key, thing in each.items() if key.startswith("c-0")} for each in contacts
    ]
    assert len(ordinary[0] & ordinary[1]) < len(ordinary[0]) / 10
    for key in ("c-mojibake_name", "c-twenty_people_07", "c-silent_cfo"):
        assert contacts[0][key] == contacts[1][key]


@pytest.mark.parametrize("contacts", [1, 25, 100])
def test_a_small_world_has_some_of_everything(contacts: int) -> None:
    small = make("demo", 7, NOW, contacts)
    assert {one.kind for one in small.hubspot} >= {"contacts", "companies", "owners"}
    assert {one.kind for one in small.salesforce} >= {"Account", "Contact", "Lead", "User"}


def test_now_moves_every_time_with_it() -> None:
    later = NOW + timedelta(days=100)
    one, two = list(make("demo", 7, NOW, 300).hubspot), list(make("demo", 7, later, 300).hubspot)
    assert [thing.key for thing in one] == [thing.key for thing in two]
    moved = [(b.created_at or later) - (a.created_at or NOW) for a, b in zip(one, two, strict=True)]
    assert set(moved) == {timedelta(days=100)}


def test_as_many_of_everything_as_promised(demo: World) -> None:
    living = [one for one in of_kind(demo.hubspot, "contacts") if not one.archived]
    assert len(living) >= 5000
    assert len(of_kind(demo.hubspot, "companies")) >= 1100
    crm = Counter(one.kind for one in demo.salesforce)
    assert crm["Account"] == 2000
    assert 3900 <= crm["Contact"] <= 4100
    leads = Counter(bool(one.values.get("IsConverted")) for one in of_kind(demo.salesforce, "Lead"))
    assert 550 <= leads[False] <= 650
    assert 270 <= leads[True] <= 330
    assert {"f-demo", "f-sales", "f-ebook", "f-newsletter", "f-webinar", "f-pricing"} == {
        one.key for one in of_kind(demo.hubspot, "forms")
    }


def test_at_least_1200_organisations_have_a_contact(demo: World) -> None:
    hosts = {
        one.values["email"].rpartition("@")[2] for one in of_kind(demo.hubspot, "contacts") if one.values.get("email")
    }
    assert len(hosts) >= 1200


def test_users_sit_in_teams_and_hold_differing_loads(demo: World) -> None:
    users = {one.key: one.values for one in of_kind(demo.salesforce, "User")}
    active = [one for one in users.values() if one["IsActive"]]
    assert {one["Department"] for one in active} >= {"enterprise", "mid_market", "emea", "amer", "apac"}
    assert len(active) >= 14
    assert len(users) > len(active)
    load = Counter(
        one.values["OwnerId"].key for one in of_kind(demo.salesforce, "Lead") if not one.values.get("IsConverted")
    )
    assert load["u-barnes"] > 3 * load["u-castellano"]
    assert load["q-inbound"] > 0


@pytest.mark.parametrize("system", ["hubspot", "salesforce"])
def test_a_thing_refers_only_to_things_before_it(demo: World, system: str) -> None:
    seen: set[tuple[str, str]] = set()
    for thing in getattr(demo, system):
        for value in thing.values.values():
            if isinstance(value, Ref):
                assert (value.kind, value.key) in seen, f"{thing.kind} {thing.key}"
        assert seen.issuperset(thing.links), f"{thing.kind} {thing.key}"
        assert (thing.kind, thing.key) not in seen
        seen.add((thing.kind, thing.key))


def test_nothing_happens_after_now_or_changes_before_it_is_made(demo: World) -> None:
    for thing in (*demo.hubspot, *demo.salesforce):
        assert thing.created_at is not None
        assert thing.changed_at is not None
        assert thing.created_at <= thing.changed_at <= NOW, f"{thing.kind} {thing.key}"


def test_hubspot_values_are_text_and_an_address_stands_once(demo: World) -> None:
    contacts = of_kind(demo.hubspot, "contacts")
    for thing in (*contacts, *of_kind(demo.hubspot, "companies")):
        assert all(isinstance(value, (str, Ref)) for value in thing.values.values()), thing.key
    addresses = Counter(one.values["email"].lower() for one in contacts if one.values.get("email"))
    assert [address for address, count in addresses.items() if count > 1] == []


def test_salesforce_values_fit_their_fields(demo: World) -> None:
    lengths = {"City": 40, "MailingCity": 40, "BillingCity": 40, "Title": 128, "Company": 255, "Phone": 40, "MobilePhone": 40, "FirstName": 40,
               "LastName": 80, "Email": 80, "Alias": 8, "Department": 80}  # fmt: skip
    long = [
        (thing.key, name) for thing in demo.salesforce for name, most in lengths.items()
        if isinstance(thing.values.get(name), str) and len(thing.values[name]) > most
    ]  # fmt: skip
    assert long == []


def worth_a_call(contact: dict[str, Any], asked: bool) -> bool:
    """A sensible reading of BANT: three of four answers, somebody who may be called, and everything a rep must know."""
    if (
        contact.get("hs_email_optout") == "true"
        or contact.get("hs_email_hard_bounce_reason_enum")
        or contact.get("budget_range") == "under_5k"
    ):
        return False
    title = str(contact.get("jobtitle") or "").lower()
    answers = (
        contact.get("budget_range") in ("5k_25k", "25k_100k", "over_100k"),
        contact.get("decision_role") in ("decision_maker", "budget_holder")
        or any(word in title for word in ("chief", "director", "head", "vp ")),
        bool(contact.get("need_description") or asked),
        contact.get("purchase_timeframe") in ("now", "1_3_months", "3_6_months"),
    )
    return sum(answers) >= 3 and all(contact.get(name) for name in ("email", "lastname", "jobtitle", "company"))


def test_a_quarter_to_a_third_is_worth_a_call(demo: World) -> None:
    asked = {
        one.links[0][1] for one in of_kind(demo.hubspot, "form_submissions") if one.values["formId"].key in ("f-demo", "f-sales", "f-pricing")
    }  # fmt: skip
    living = [one for one in of_kind(demo.hubspot, "contacts") if not one.archived and not one.key.startswith("j-")]
    good = sum(worth_a_call(dict(one.values), one.key in asked) for one in living)
    assert 0.25 <= good / len(of_kind(demo.hubspot, "contacts")) <= 0.37


def test_overlap_under_other_spellings(demo: World) -> None:
    """Most of marketing's organisations are in Salesforce, hardly half of those under the very same name."""
    companies = {
        one.key[1:]: one.values["name"] for one in of_kind(demo.hubspot, "companies") if one.key.startswith("ho-")
    }
    accounts: dict[str, list[str]] = {}
    for one in of_kind(demo.salesforce, "Account"):
        accounts.setdefault("-".join(one.key.split("-")[1:3]), []).append(one.values["Name"])
    shared = [key for key in companies if key in accounts]
    same = [key for key in shared if companies[key] in accounts[key]]
    assert 0.5 <= len(shared) / len(companies) <= 0.75
    assert len(same) / len(shared) <= 0.5


FOUND_IN_CONTACTS = {
    "capitals": lambda v: str(v.get("lastname", "")).isupper() and str(v.get("lastname", "")).isascii(),
    "mojibake": lambda v: "Ã" in str(v.get("lastname", "")) + str(v.get("firstname", "")),
    "greek": lambda v: any("Α" <= letter <= "ώ" for letter in str(v.get("lastname", ""))),
    "cyrillic": lambda v: any("А" <= letter <= "я" for letter in str(v.get("lastname", ""))),
    "arabic": lambda v: any("\u0621" <= letter <= "\u064a" for letter in str(v.get("lastname", ""))),
    "chinese or japanese": lambda v: any("\u4e00" <= letter <= "\u9fff" for letter in str(v.get("lastname", ""))),
    "invisible": lambda v: any(mark in str(v.get("firstname", "")) for mark in "\u200b\ufeff\u00ad\u2060\u200e"),
    "html comment": lambda v: "<p>" in str(v.get("message", "")),
    "extension": lambda v: "ext" in str(v.get("phone", "")),
    "two phones": lambda v: "/ " in str(v.get("phone", "")),
    "country typed otherwise": lambda v: v.get("country") in ("UK", "Deutschland", "U.S.A.", "England"),
    "city too long": lambda v: len(str(v.get("city", ""))) > 40,
    "title too long": lambda v: len(str(v.get("jobtitle", ""))) > 128,
    "unknown industry": lambda v: bool(v.get("industry")),
    "no title": lambda v: not v.get("jobtitle"),
    "student": lambda v: "tudent" in str(v.get("jobtitle", "")),
    "competitor": lambda v: str(v.get("email", "")).endswith(
        ("rivalinkbridges.com", "syncmonger.io", "leadpipe-works.com")
    ),
    "test entry": lambda v: str(v.get("email", "")).endswith("@test.com"),
    "unsubscribed": lambda v: v.get("hs_email_optout") == "true",
    "bounced": lambda v: bool(v.get("hs_email_hard_bounce_reason_enum")),
    "small deal": lambda v: v.get("budget_range") == "under_5k",
    "no company": lambda v: v.get("company") in ("n/a", "self", "-"),
    "date as epoch": lambda v: str(v.get("last_pricing_visit", "")).isdigit(),
    "shared mailbox": lambda v: str(v.get("email", "")).startswith("info@"),
    "freemail": lambda v: str(v.get("email", "")).endswith("@gmail.com"),
    "no address": lambda v: not v.get("email"),
}


@pytest.mark.parametrize("mess", FOUND_IN_CONTACTS)
def test_every_mess_has_several_instances(demo: World, mess: str) -> None:
    found = [one.key for one in of_kind(demo.hubspot, "contacts") if FOUND_IN_CONTACTS[mess](one.values)]
    assert len(found) >= 3


def test_merges_join_two_contacts_that_are_there(demo: World) -> None:
    contacts = {one.key for one in of_kind(demo.hubspot, "contacts")}
    merges = of_kind(demo.hubspot, "merges")
    both = [one.values[side].key for one in merges for side in ("primary", "merged")]
    assert len(merges) >= 5
    assert len(set(both)) == len(both)
    assert contacts.issuperset(both)


def test_converted_leads_name_their_account_and_contact(demo: World) -> None:
    contacts = {one.key: one.values["AccountId"] for one in of_kind(demo.salesforce, "Contact")}
    converted = [one.values for one in of_kind(demo.salesforce, "Lead") if one.values.get("IsConverted")]
    assert all(one["Status"] == "Closed - Converted" and one["ConvertedDate"] for one in converted)
    assert all(contacts[one["ConvertedContactId"].key] == one["ConvertedAccountId"] for one in converted)


def test_no_two_invented_organisations_share_a_name_or_a_domain() -> None:
    inventor = Inventor(random.Random(3))
    made = [inventor.invent(f"o-{number}") for number in range(1500)]
    assert len({one.short for one in made}) == len({one.domain for one in made}) == 1500


def test_acronym() -> None:
    assert acronym("Greater Fennimore Rural Electric Cooperative") == "GFREC"
    assert acronym("Silver Heron & Logistics") == "SHL"


def test_every_word_of_the_pools_is_text() -> None:
    def leaves(value: Any) -> Iterable[Any]:
        if isinstance(value, dict):
            return [leaf for part in value.values() for leaf in leaves(part)]
        return [leaf for part in value for leaf in leaves(part)] if isinstance(value, list) else [value]

    assert all(isinstance(leaf, (str, bool)) for leaf in leaves(table("names")))
    assert all(isinstance(leaf, str) for leaf in leaves(table("organisations")))


def test_some_people_chat_answer_surveys_write_tickets_and_stand_on_lists(demo: World) -> None:
    counted = Counter(one.kind for one in demo.hubspot)
    assert min(counted[kind] for kind in ("threads", "feedback_submissions", "tickets")) >= 50
    assert counted["messages"] > counted["threads"]
    assert {one.values["processingType"] for one in of_kind(demo.hubspot, "lists")} == {"MANUAL", "DYNAMIC"}
    for one in of_kind(demo.hubspot, "tickets") + of_kind(demo.hubspot, "feedback_submissions"):
        assert [kind for kind, _ in one.links] == ["contacts"]
