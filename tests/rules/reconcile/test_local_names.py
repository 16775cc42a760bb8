"""Names that many towns have, and organisations of one town that share its name: neither is linked without asking."""

from __future__ import annotations

import pytest
from reconcile_world import fillers

from bridge.decisions import Match, Outcome
from bridge.stages.reconcile import AccountEntry, MemoryDirectory, Probe, account_rows, match_accounts
from bridge.stages.reconcile.duplicates import find_duplicates

ACCOUNTS = (
    AccountEntry("marys", "St. Mary's Hospital", "stmaryshospital.org", country="US", city="Madison"),
    AccountEntry("grace", "Grace Community Church", "gracechurch.org", country="US", city="Sun Valley"),
    AccountEntry("fnb", "First National Bank", "fnb-omaha.com", country="US", city="Omaha"),
    AccountEntry("hugo", "Lycée Victor Hugo", "lycee-victor-hugo.fr", country="FR", city="Besançon"),
    AccountEntry("lion", "Löwen-Apotheke", "loewen-apotheke-bonn.de", country="DE", city="Bonn"),
    AccountEntry("mueller", "Müller", "mueller.de", country="DE", city="Ulm"),
    AccountEntry("solicitors", "Smith & Jones Solicitors", "smithjones.co.uk", country="GB", city="Leeds"),
    AccountEntry("county", "Washington County", "washco.us", country="US", city="Hillsboro"),
    AccountEntry("council", "Manchester City Council", "manchester.gov.uk", country="GB", city="Manchester"),
    AccountEntry("sevilla", "Ayuntamiento de Sevilla", "sevilla.org", country="ES", city="Sevilla"),
    AccountEntry("houston", "City of Houston", "houstontx.gov", country="US", city="Houston"),
    AccountEntry("db", "Deutsche Bank AG", "db.com", country="DE", city="Frankfurt"),
    AccountEntry("sbi", "State Bank of India", "sbi.co.in", country="IN", city="Mumbai"),
    AccountEntry("ukhd", "Universitätsklinikum Heidelberg", "klinikum.uni-heidelberg.de", country="DE", city="Heidelberg"),
    AccountEntry("gazprom", "Газпром", "gazprom.ru", country="RU", city="Санкт-Петербург"),
    AccountEntry("oxfam", "Oxfam", "oxfam.org.uk", country="GB", city="Oxford"),
    AccountEntry("koelnbonn", "Sparkasse KölnBonn", "sparkasse-koelnbonn.de", country="DE", city="Köln"),
    AccountEntry("ibm", "IBM", "ibm.com", country="US", city="Armonk"),
    AccountEntry("siemens", "Siemens AG", "siemens.com", country="DE", city="München"),
    AccountEntry("nhs", "National Health Service", "nhs.uk", country="GB", city="London"),
)  # fmt: skip


@pytest.fixture(scope="module")
def few() -> MemoryDirectory:
    """Some accounts among ordinary ones."""
    return MemoryDirectory(account_rows([*ACCOUNTS, *fillers()]))


def ask(few: MemoryDirectory, company: str, country: str, city: str) -> Match:
    return match_accounts([Probe("1", company=company, email="a@gmail.com", country=country, city=city)], few)[0]


@pytest.mark.parametrize(
    ("company", "country", "city"),
    [
        ("St. Mary's Hospital", "US", "Evansville"),
        ("Saint Mary Hospital", "US", "Grand Rapids"),
        ("St. Mary's Hospital", "", ""),
        ("Grace Community Church", "US", "Tulsa"),
        ("First National Bank", "US", "Paragould"),
        ("Lycée Victor Hugo", "FR", "Rennes"),
        ("Löwen Apotheke", "DE", "Kiel"),
        ("Müller GmbH", "DE", "Kassel"),
        ("Jones & Smith Solicitors", "GB", "Bath"),
        ("Washington County", "US", "Hagerstown"),
    ],
)
def test_a_name_that_many_towns_have_is_not_the_only_one_known(
    few: MemoryDirectory, company: str, country: str, city: str
) -> None:
    match = ask(few, company, country, city)
    assert match.outcome is Outcome.review, match.sentence
    assert "many_towns" in match.vetoes, match.vetoes


@pytest.mark.parametrize(
    ("company", "country", "city", "account"),
    [
        ("St. Marys Hospital", "US", "Madison", "marys"),
        ("St. Mary's Hospital Madison", "US", "", "marys"),
        ("Löwenapotheke", "DE", "Bonn", "lion"),
        ("Siemens", "DE", "Erlangen", "siemens"),
        ("National Health Service", "GB", "Leeds", "nhs"),
        ("Oxfam GB", "GB", "Oxford", "oxfam"),
        ("Sparkasse Köln Bonn", "DE", "Köln", "koelnbonn"),
        ("International Business Machines", "US", "Armonk", "ibm"),
        ("City of Houston, TX", "US", "Houston", "houston"),
    ],
)
def test_a_name_of_its_own_or_the_same_town_is_enough(
    few: MemoryDirectory, company: str, country: str, city: str, account: str
) -> None:
    match = ask(few, company, country, city)
    assert (match.outcome, match.id) == (Outcome.link, account), match.sentence


@pytest.mark.parametrize(
    ("company", "country", "city", "veto"),
    [
        ("Manchester City FC", "GB", "Manchester", "kind_and_place"),
        ("Sevilla FC", "ES", "Sevilla", "kind_and_place"),
        ("Houston Zoo", "US", "Houston", "other_kind"),
        ("Deutsche Bundesbank", "DE", "Frankfurt", "kind_and_place"),
        ("Bank of India", "IN", "Mumbai", "kind_and_place"),
        ("Universität Heidelberg", "DE", "Heidelberg", "kind_and_place"),
        ("Smith & Partners Solicitors", "GB", "Leeds", "other_words"),
        ("Газпром нефть", "RU", "Санкт-Петербург", "more_words"),
    ],
)
def test_organisations_of_one_town_or_group_are_told_apart(
    few: MemoryDirectory, company: str, country: str, city: str, veto: str
) -> None:
    match = ask(few, company, country, city)
    assert match.outcome is not Outcome.link, match.sentence
    assert veto in match.vetoes, (match.vetoes, match.sentence)


def test_two_accounts_of_a_name_that_many_towns_have_are_for_a_person() -> None:
    accounts = [
        AccountEntry("1", "St. Mary's Hospital", country="US", city="Madison"),
        AccountEntry("2", "St. Mary's Hospital", country="US"),
        AccountEntry("3", "Kestrel Dynamics", country="US", city="Austin"),
        AccountEntry("4", "Kestrel Dynamics", country="US"),
        *fillers(),
    ]
    found = find_duplicates(accounts, MemoryDirectory(account_rows(accounts)))
    assert {(one.id, one.other_id): one.sure for one in found if one.id in "13"} == {
        ("1", "2"): False,
        ("3", "4"): True,
    }
