"""Every landmark is there under its key and has the mess it is named for."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import phonenumbers
import pytest

from connectors.sandbox.world import Ref, Thing, World
from connectors.sandbox.worlds.landmarks import LANDMARKS, MARKS

Values = dict[str, Any]
Check = Callable[[Values], bool]
Known = dict[tuple[str, str, str], Thing]
NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)

CONTACTS: dict[str, Check] = {
    "all_caps_name": lambda v: v["lastname"] == "MCDONALD",
    "lower_oneil": lambda v: v["lastname"] == "o'neil",
    "particle_name": lambda v: v["lastname"] == "van der Berg",
    "particle_caps_name": lambda v: v["lastname"] == "VAN DEN HEUVEL",
    "mcdonald_mixed_name": lambda v: v["lastname"] == "McDONALD",
    "mojibake_name": lambda v: v["lastname"].encode("latin-1").decode() == "Müller",
    "greek_name": lambda v: "Παπαδοπούλου" in v["lastname"],
    "japanese_name": lambda v: v["company"] == "朝霧精密株式会社",
    "arabic_name": lambda v: v["firstname"] == "نورة",
    "cyrillic_name": lambda v: v["lastname"] == "Коваленко",
    "chinese_name": lambda v: v["lastname"] == "欧阳",
    "invisible_characters": lambda v: "\u200b" in v["firstname"] and "\u00ad" in v["lastname"],
    "nul_character": lambda v: "\u0000" in v["firstname"] and "\u0000" in v["jobtitle"],
    "emoji_name": lambda v: "🌻" in v["firstname"],
    "name_in_one_field": lambda v: v["firstname"] == "Grace Pemberton" and "lastname" not in v,
    "email_as_name": lambda v: v["lastname"] == v["email"],
    "two_phones": lambda v: v["phone"].count("555") == 2,
    "phone_junk": lambda v: not any(letter.isdigit() for letter in v["phone"]) and "mobilephone" not in v,
    "country_uk": lambda v: v["country"] == "UK",
    "state_calif": lambda v: v["state"] == "calif.",
    "country_unknown": lambda v: v["country"] == "Sv.",
    "html_comment": lambda v: "<script>" in v["message"] and "<li>" in v["message"],
    "long_comment": lambda v: len(v["message"]) > 32_000,
    "long_city": lambda v: len(v["city"]) > 40,
    "long_company": lambda v: len(v["company"]) > 255,
    "long_title": lambda v: len(v["jobtitle"]) > 128,
    "family_emoji_limit": lambda v: v["jobtitle"].index("\U0001f468") < 128 < v["jobtitle"].index("\U0001f466") + 1,
    "unknown_picklist": lambda v: v["industry"] == "Underwater basket weaving",
    "unknown_option": lambda v: "time_travel" in v["product_interest"] and v["purchase_timeframe"] == "asap!!",
    "date_epoch": lambda v: v["last_pricing_visit"].isdigit() and int(v["last_pricing_visit"]) < NOW.timestamp() * 1000,
    "date_german": lambda v: v["wanted_by"] == "31.12.2026",
    "date_us": lambda v: v["wanted_by"] == "03/05/27",
    "date_words": lambda v: v["wanted_by"] == "end of Q3",
    "company_na": lambda v: v["company"] == "n/a",
    "company_self": lambda v: v["company"] == "self",
    "company_dash": lambda v: v["company"] == "-",
    "freemail_typed": lambda v: v["email"].endswith("@gmail.com") and v["company"] == "marrowstone ceramics",
    "shared_mailbox": lambda v: v["email"].startswith("info@"),
    "silent_cfo": lambda v: "CFO" in v["jobtitle"] and v["hs_analytics_num_page_views"] == "0" and "num_conversion_events" not in v,
    "low_value": lambda v: v["budget_range"] == "under_5k",
    "low_value_bakery": lambda v: v["expected_deal_size"] == "900",
    "held_no_title": lambda v: "jobtitle" not in v and v["budget_range"] == "25k_100k",
    "held_no_country": lambda v: "country" not in v and "phone" not in v,
    "nurture_visits_pricing": lambda v: v["purchase_timeframe"] == "no_plan",
    "nurture_asks_demo": lambda v: v["recent_conversion_event_name"].startswith("Webinar"),
    "student": lambda v: "student" in v["jobtitle"],
    "competitor": lambda v: v["email"].endswith("@rivalinkbridges.com"),
    "test_asdf": lambda v: v["firstname"] == "asdf",
    "test_mail": lambda v: v["email"] == "test@test.com",
    "test_mickey_mouse": lambda v: (v["firstname"], v["lastname"]) == ("Mickey", "Mouse"),
    "unsubscribed": lambda v: v["hs_email_optout"] == "true",
    "bounced": lambda v: v["hs_email_hard_bounce_reason_enum"] == "UNKNOWN_USER",
}  # fmt: skip

PHONES = {
    "phone_us": "US", "phone_gb": "GB", "phone_de": "DE", "phone_fr": "FR", "phone_in": "IN", "phone_br": "BR", "phone_jp": "JP", "phone_au": "AU",
}  # fmt: skip


def values(by_key: Known, name: str) -> Values:
    mark = MARKS[name]
    return dict(by_key[mark.system, mark.kind, mark.key].values)


@pytest.mark.parametrize("name", MARKS)
def test_every_landmark_is_there_and_says_what_it_is(by_key: Known, name: str) -> None:
    mark = MARKS[name]
    assert (mark.system, mark.kind, mark.key) in by_key
    assert LANDMARKS[name] == mark.key
    assert len(mark.about) > 10


@pytest.mark.parametrize("name", CONTACTS)
def test_a_landmark_contact_has_its_mess(by_key: Known, name: str) -> None:
    assert CONTACTS[name](values(by_key, name))


@pytest.mark.parametrize(("name", "region"), PHONES.items())
def test_a_national_phone_is_a_possible_number_of_its_country(by_key: Known, name: str, region: str) -> None:
    typed = values(by_key, name)["phone"].split("Durchwahl")[0].split("poste")[0].split("内線")[0]
    number = phonenumbers.parse(typed, region)
    assert phonenumbers.region_code_for_country_code(number.country_code) == region
    assert phonenumbers.is_possible_number(number)


def test_three_records_of_one_person_share_name_and_mobile(by_key: Known) -> None:
    one, two, three = (values(by_key, f"three_records_{number}") for number in (1, 2, 3))
    assert {each["lastname"].lower() for each in (one, two, three)} == {"brandt"}
    assert len({each["email"] for each in (one, two, three)}) == 3
    assert one["mobilephone"][-7:].replace(" ", "") == two["mobilephone"][-7:].replace(" ", "")
    assert one["phone"][-5:] == three["phone"][-5:]


def test_twenty_people_of_one_company(by_key: Known) -> None:
    people = [by_key["hubspot", "contacts", LANDMARKS[f"twenty_people_{number:02d}"]] for number in range(1, 21)]
    assert {one.links for one in people} == {(("companies", "hf-larkspur"),)}
    assert len({one.values["email"] for one in people}) == 20
    assert len({one.values["jobtitle"] for one in people}) >= 10


def test_three_accounts_on_one_domain_and_two_on_none(by_key: Known) -> None:
    sites = [values(by_key, f"shared_domain_account_{number}")["Website"] for number in (1, 2, 3)]
    assert all("ostermannhalloway.com" in site for site in sites)
    close = [values(by_key, f"close_account_{number}") for number in (1, 2)]
    assert [one.get("Website") for one in close] == [None, None]
    assert [one["Name"].split()[0] for one in close] == ["Meridor", "Meridor"]


def test_accounts_under_another_name(by_key: Known) -> None:
    assert values(by_key, "account_by_acronym")["Name"] == "GFREC"
    assert "oldmillpress" in values(by_key, "account_by_former_domain")["Website"]
    assert "Nightjar" in values(by_key, "account_of_parent")["Description"]
    assert values(by_key, "account_of_sister")["ParentId"] == Ref("Account", LANDMARKS["account_of_parent"])
    assert not any(
        one.values.get("Name", "").startswith("Nightjar") for key, one in by_key.items() if key[1] == "Account"
    )


def test_two_people_use_one_mailbox_and_a_family_one_phone(by_key: Known) -> None:
    mailbox = values(by_key, "shared_mailbox")
    typed = [
        {field["name"]: field["value"] for field in one.values["values"]}
        for key, one in by_key.items() if key[1] == "form_submissions" and one.links == (("contacts", LANDMARKS["shared_mailbox"]),)
    ]  # fmt: skip
    assert {one.get("firstname") for one in typed} == {"Josef", "Renate"}
    assert values(by_key, "shared_mailbox_lead")["Email"] == mailbox["email"]
    family = [values(by_key, name) for name in ("shared_mailbox", "family_1", "family_2")]
    assert len({one["phone"] for one in family}) == len({one["lastname"] for one in family}) == 1
    assert len({one["firstname"] for one in family}) == 3


def test_a_person_who_changed_employer(by_key: Known) -> None:
    now, then = values(by_key, "changed_employer"), values(by_key, "former_employer_contact")
    assert now["lastname"] == then["LastName"]
    assert then["AccountId"] == Ref("Account", "a-brightwater")
    assert then["MobilePhone"][-8:] == now["mobilephone"][-8:]
    assert then["Email"] != now["email"]


def test_people_whom_sales_knows(by_key: Known) -> None:
    converted = values(by_key, "converted_lead")
    assert converted["IsConverted"] is True
    assert converted["ConvertedContactId"] == Ref("Contact", LANDMARKS["converted_contact"])
    assert converted["Email"] == values(by_key, "converted_returns")["email"]
    assert values(by_key, "known_contact")["Email"] == values(by_key, "contact_asks_again")["email"]
    assert values(by_key, "known_open_lead")["Email"] == values(by_key, "open_lead")["email"]
    assert not values(by_key, "known_open_lead").get("IsConverted")


def test_a_former_customer(by_key: Known) -> None:
    account = values(by_key, "former_customer_account")
    won = by_key["salesforce", "Opportunity", "a-cinderpath-won"].values
    assert account["Type"] == "Other"
    assert "ended" in account["Description"]
    assert (NOW.date() - datetime.fromisoformat(won["CloseDate"]).date()).days > 365


def test_merged_and_archived_contacts(by_key: Known) -> None:
    merge = by_key["hubspot", "merges", "c-merged_kept+c-merged_away"].values
    assert merge["primary"] == Ref("contacts", LANDMARKS["merged_kept"])
    assert by_key["hubspot", "contacts", LANDMARKS["archived"]].archived


def test_the_html_note_hangs_on_its_contact(by_key: Known) -> None:
    note = by_key["hubspot", "notes", LANDMARKS["html_note"]]
    assert "<li>" in note.values["hs_note_body"]
    assert note.links == (("contacts", LANDMARKS["html_comment"]),)


def test_landmarks_of_all_seeds_alike(demo: World) -> None:
    assert len({mark.key for mark in MARKS.values()}) == len(MARKS)
