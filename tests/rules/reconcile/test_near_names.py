"""Names that are near to an account's and mean somebody else, though town or web domain agree."""

from __future__ import annotations

import pytest
from reconcile_world import fillers

from bridge.decisions import Match, Outcome
from bridge.stages.reconcile import AccountEntry, MemoryDirectory, Probe, account_rows, match_accounts

ACCOUNTS = (
    AccountEntry("adler", "Hotel Adler", country="AT", city="Innsbruck"),
    AccountEntry("post", "Gasthof Post", country="AT", city="Kufstein"),
    AccountEntry("loewen", "Löwen Apotheke", country="DE", city="Ulm"),
    AccountEntry("baptist", "First Baptist Church", country="US", city="Dallas"),
    AccountEntry("airport", "Holiday Inn Express Denver Airport", country="US", city="Denver"),
    AccountEntry("charite", "Charité", country="DE", city="Berlin"),
    AccountEntry("steelcase", "Steelcase Inc.", "https://www.steelcase.com", country="US", city="Grand Rapids"),
    AccountEntry("ipa", "Fraunhofer IPA", "https://www.ipa.fraunhofer.de", country="DE", city="Stuttgart"),
    AccountEntry("fraunhofer", "Fraunhofer-Gesellschaft", "https://www.fraunhofer.de", country="DE", city="München"),
    AccountEntry("txdot", "Texas Department of Transportation", "https://www.texas.gov", country="US", city="Austin"),
    AccountEntry("ocean", "Blue Ocean Consulting", country="GB", city="London"),
)
NEAR = (
    AccountEntry("brasil", "Banco do Brasil", "https://www.bb.com.br", country="BR", city="Brasília"),
    AccountEntry(
        "medizin", "Charité – Universitätsmedizin Berlin", "https://www.charite.de", country="DE", city="Berlin"
    ),
    AccountEntry("schmidt", "Schmidt & Partner Steuerberater", country="DE", city="Köln"),
)
MARKETS = (
    AccountEntry("amazon", "Amazon.com, Inc.", "https://www.amazon.com", country="US", city="Seattle"),
    AccountEntry("amazon-de", "Amazon Deutschland", "https://www.amazon.de", country="DE", city="München"),
    AccountEntry("apple", "Apple Inc.", "https://www.apple.com", country="US", city="Cupertino"),
    AccountEntry("ebay", "eBay (UK) Ltd", "https://www.ebay.co.uk", country="GB", city="London"),
)


@pytest.fixture(scope="module")
def few() -> MemoryDirectory:
    """Some accounts among ordinary ones."""
    return MemoryDirectory(account_rows([*ACCOUNTS, *fillers()]))


def ask(few: MemoryDirectory, company: str, email: str, country: str, city: str = "", phone: str = "") -> Match:
    return match_accounts([Probe("1", company=company, email=email, country=country, city=city, phone=phone)], few)[0]


@pytest.mark.parametrize(
    ("company", "country", "city"),
    [
        ("Hotel Goldener Adler", "AT", "Innsbruck"),
        ("Gasthof Alte Post", "AT", "Kufstein"),
        ("Neue Löwen Apotheke", "DE", "Ulm"),
        ("Second Baptist Church", "US", "Dallas"),
        ("Holiday Inn Express Denver Downtown", "US", "Denver"),
    ],
)
def test_a_town_has_several_of_a_kind(few: MemoryDirectory, company: str, country: str, city: str) -> None:
    match = ask(few, company, "a@gmail.com", country, city)
    assert match.outcome is not Outcome.link, match.sentence
    assert "more_words" in match.vetoes or "other_words" in match.vetoes, match.vetoes


@pytest.mark.parametrize(
    ("company", "city", "account"),
    [
        ("Hotel Adler Innsbruck", "Innsbruck", "adler"),
        ("Adler Hotel", "Innsbruck", "adler"),
        ("Gasthof zur Post", "Kufstein", "post"),
    ],
)
def test_the_one_in_this_town_is_linked(few: MemoryDirectory, company: str, city: str, account: str) -> None:
    match = ask(few, company, "a@gmail.com", "AT", city)
    assert (match.outcome, match.id) == (Outcome.link, account), (match.vetoes, match.sentence)


@pytest.mark.parametrize(
    ("company", "email", "country", "city", "veto"),
    [
        # what its own domain spells too is no typing error
        ("Charity gGmbH", "a@charity.org", "DE", "Berlin", "own_words"),
        ("Steelcare Inc.", "a@steelcare.com", "US", "Grand Rapids", "own_words"),
        # another unit, on a host of its own
        ("Fraunhofer IAO", "a@iao.fraunhofer.de", "DE", "Stuttgart", "other_words"),
        ("Texas Education Agency", "a@tea.texas.gov", "US", "Austin", "other_words"),
        # words that many firms choose
        ("Blue Sea Consulting", "a@gmail.com", "GB", "London", "other_words"),
        ("First Methodist Church", "a@gmail.com", "US", "Dallas", "other_words"),
    ],
)
def test_what_is_only_near_is_for_a_person(
    few: MemoryDirectory, company: str, email: str, country: str, city: str, veto: str
) -> None:
    match = ask(few, company, email, country, city)
    assert match.outcome is not Outcome.link, match.sentence
    assert veto in match.vetoes, match.vetoes


@pytest.mark.parametrize("company", ["Steelcaes Inc.", "Steel Case"])
def test_a_typing_error_is_linked(few: MemoryDirectory, company: str) -> None:
    match = ask(few, company, "a@gmail.com", "US", "Grand Rapids")
    assert (match.outcome, match.id) == (Outcome.link, "steelcase"), (match.vetoes, match.sentence)


@pytest.mark.parametrize("email", ["a@ipa.fraunhofer.de", "a@fraunhofer.de"])
def test_the_unit_itself_is_linked(few: MemoryDirectory, email: str) -> None:
    match = ask(few, "Fraunhofer IPA", email, "DE", "Stuttgart")
    assert (match.outcome, match.id) == (Outcome.link, "ipa"), (match.vetoes, match.sentence)


def test_the_same_name_of_chosen_words_in_the_same_town_is_linked(few: MemoryDirectory) -> None:
    match = ask(few, "Blue Ocean Consulting Ltd", "a@gmail.com", "GB", "London")
    assert (match.outcome, match.id) == (Outcome.link, "ocean"), (match.vetoes, match.sentence)


@pytest.mark.parametrize(
    ("company", "country", "city", "doubt"),
    [
        ("Banco de Brasília", "BR", "Brasília", "part_of_name"),
        ("Charity e.V.", "DE", "Berlin", "part_of_name"),
        ("Schmitt & Partner Steuerberater", "DE", "Köln", "other_words"),
    ],
)
def test_a_near_word_that_is_another_one_is_a_question(country: str, company: str, city: str, doubt: str) -> None:
    directory = MemoryDirectory(account_rows([*NEAR, *fillers()]))
    match = ask(directory, company, "a@gmail.com", country, city)
    assert match.outcome is Outcome.review, match.sentence
    assert doubt in match.vetoes, match.vetoes


@pytest.mark.parametrize(
    ("company", "country", "city", "account"),
    [
        ("Banco Brasil", "BR", "Brasília", "brasil"),
        ("Charitee Universitätsmedizin", "DE", "Berlin", "medizin"),
        ("Schmidt und Partner, Steuerberater", "DE", "Köln", "schmidt"),
    ],
)
def test_a_slip_in_the_whole_name_is_linked(country: str, company: str, city: str, account: str) -> None:
    match = ask(MemoryDirectory(account_rows([*NEAR, *fillers()])), company, "a@gmail.com", country, city)
    assert (match.outcome, match.id) == (Outcome.link, account), match.sentence


@pytest.mark.parametrize(
    "website",
    [
        "https://www.amazon.com/stores/FooToys",
        "amazon.de/shops/foo",
        "https://apps.apple.com/us/app/bar",
        "ebay.co.uk/usr/foo",
    ],
)
def test_a_page_below_a_market_is_not_the_market(website: str) -> None:
    directory = MemoryDirectory(account_rows([*MARKETS, *fillers()]))
    for company in ("Foo Toys", ""):
        found = match_accounts([Probe("1", company=company, email="a@gmail.com", website=website)], directory)[0]
        assert found.outcome is Outcome.none, found.sentence


def test_who_writes_from_the_market_or_names_its_own_site_is_the_market() -> None:
    directory = MemoryDirectory(account_rows([*MARKETS, *fillers()]))
    for probe in (
        Probe("1", company="Amazon", email="a@amazon.com", website="https://www.amazon.com/stores/FooToys"),
        Probe("2", company="Amazon", email="a@gmail.com", website="https://www.amazon.com/"),
    ):
        assert match_accounts([probe], directory)[0].id == "amazon"
