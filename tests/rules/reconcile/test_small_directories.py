"""Directories of a few hundred accounts, most leads of companies that are not among them: being alone is no reason to link."""

from __future__ import annotations

import pytest
from reconcile_world import fillers

from bridge.decisions import Match, Outcome
from bridge.stages.reconcile import AccountEntry, MemoryDirectory, Probe, account_rows, match_accounts

ACCOUNTS = (
    AccountEntry("target", "Target Corporation", "https://www.target.com", country="US", city="Minneapolis"),
    AccountEntry("acme", "Acme Corporation", "https://www.acme.io", country="US", city="Austin"),
    AccountEntry("ford", "Ford Motor Company", "https://www.ford.com", country="US", city="Dearborn"),
    AccountEntry("limoges", "Centre Hospitalier Universitaire de Limoges", "https://www.chu-limoges.fr", country="FR", city="Limoges"),
    AccountEntry("ocean", "Ocean Medical Center", "https://www.oceanmedical.org", country="US", city="Brick"),
    AccountEntry("danske", "Danske Invest - Europa 2 KL", "https://www.danskeinvest.dk", country="DK"),
    AccountEntry("sarthi", "Chhatrapati Shahu Maharaj Institute (SARTHI)", "https://sarthi.gov.in", country="IN", city="Pune"),
    AccountEntry("fam", "Centro das Américas (FAM) - São Paulo", "https://www.fam.br", country="BR", city="São Paulo"),
    AccountEntry("ibm", "International Business Machines (IBM)", "https://www.ibm.com", country="US", city="Armonk"),
    AccountEntry("redhat", "Red Hat, Inc.", "https://www.redhat.com", country="US", city="Raleigh"),
    AccountEntry("fujitsu", "Fujitsu Limited", "https://www.fujitsu.com", country="JP", city="Kawasaki"),
    AccountEntry("bb", "Banco do Brasil S.A.", "https://www.bb.com.br", country="BR", city="Brasília"),
    AccountEntry("usp", "Universidade de São Paulo", "https://www.usp.br", country="BR", city="São Paulo"),
    AccountEntry("wustl", "Washington University in St. Louis", "https://wustl.edu", country="US", city="St. Louis"),
    AccountEntry("reddy", "Dr. Reddy's Laboratories Limited", "https://www.drreddys.com", country="IN", city="Hyderabad"),
    AccountEntry("northeastern", "Northeastern University", "https://www.northeastern.edu", country="US", city="Boston"),
    AccountEntry("massgeneral", "Massachusetts General Hospital", "https://www.massgeneral.org", country="US", city="Boston"),
    AccountEntry("deere", "Deere & Company", "https://www.deere.com", country="US", city="Moline"),
    AccountEntry("kestrel", "Kestrel Holdings", country="US", other_names=("Peregrine Data",)),
    AccountEntry("northwestern", "Northwestern University", "https://www.northwestern.edu", country="US", city="Evanston"),
    AccountEntry("unihd", "Universität Heidelberg", "https://www.uni-heidelberg.de", country="DE", city="Heidelberg"),
    AccountEntry("ukhd", "Universitätsklinikum Heidelberg", "https://www.klinikum.uni-heidelberg.de", country="DE", city="Heidelberg"),
    AccountEntry("jnj", "Johnson & Johnson", "https://www.jnj.com", country="US", city="New Brunswick"),
    AccountEntry("siemens", "Siemens AG", "https://www.siemens.com", country="DE", city="München"),
    AccountEntry("siemens-us", "Siemens Industry, Inc.", "https://usa.siemens.com", country="US", city="Alpharetta"),
    AccountEntry("siemens-energy", "Siemens Energy AG", "https://www.siemens-energy.com", country="DE", city="München"),
    AccountEntry("koeln", "Stadt Köln", "https://www.stadt-koeln.de", country="DE", city="Köln"),
)  # fmt: skip


@pytest.fixture(scope="module")
def few() -> MemoryDirectory:
    """Some accounts among ordinary ones."""
    return MemoryDirectory(account_rows([*ACCOUNTS, *fillers()]))


def ask(few: MemoryDirectory, company: str, email: str, country: str, city: str = "") -> Match:
    return match_accounts([Probe("1", company=company, email=email, country=country, city=city)], few)[0]


@pytest.mark.parametrize(
    ("company", "country", "veto"),
    [
        ("Target Roofing", "US", "more_words"),
        ("Acme Brick", "US", "more_words"),
        ("Ford Foundation", "US", "other_words"),
        ("Centre Hospitalier Universitaire de Nîmes", "FR", "other_words"),
        ("Olympic Medical Center", "US", "other_words"),
        ("Danske Invest", "DK", "part_of_name"),
        ("Danske Invest - Global Sustainable Future", "DK", "part_of_name"),
    ],
)
def test_a_name_that_says_something_else_is_for_a_person_at_most(
    few: MemoryDirectory, company: str, country: str, veto: str
) -> None:
    match = ask(few, company, "a@gmail.com", country)
    assert match.outcome is not Outcome.link, match.sentence
    assert veto in match.vetoes, (match.vetoes, match.sentence)


@pytest.mark.parametrize(
    ("company", "country", "account"),
    [
        ("Acme", "US", "acme"),
        ("SARTHI", "IN", "sarthi"),
        ("IBM", "US", "ibm"),
        ("North Western University", "US", "northwestern"),
        ("CHU de Limoges", "FR", "limoges"),
    ],
)
def test_other_ways_to_write_the_name_are_linked_or_asked(
    few: MemoryDirectory, company: str, country: str, account: str
) -> None:
    match = ask(few, company, "a@gmail.com", country)
    assert match.id == account, match.sentence
    assert not {"more_words", "other_words", "part_of_name"} & set(match.vetoes)


def test_where_it_is_is_no_name_for_it(few: MemoryDirectory) -> None:
    match = ask(few, "Lavvi Empreendimentos - São Paulo", "a@gmail.com", "BR", "São Paulo")
    assert match.outcome is not Outcome.link, match.sentence
    assert "same name" not in match.sentence


def test_the_only_account_on_its_own_domain_is_looked_at_by_a_person(few: MemoryDirectory) -> None:
    match = ask(few, "IBM Deutschland GmbH", "jo@de.ibm.com", "DE", "Böblingen")
    assert (match.outcome, match.id) == (Outcome.review, "ibm"), match.sentence


@pytest.mark.parametrize(
    ("company", "email", "country", "city", "veto"),
    [
        ("Banco Central do Brasil", "a@gmail.com", "BR", "Brasília", "kind_and_place"),
        ("Universidade Cidade de São Paulo", "a@gmail.com", "BR", "São Paulo", "kind_and_place"),
        ("Saint Louis University", "a@gmail.com", "US", "St. Louis", "kind_and_place"),
        ("Dr. Reddy's Foundation", "a@gmail.com", "IN", "Hyderabad", "other_kind"),
        ("Northeastern State University", "a@gmail.com", "US", "", "other_school"),
        ("Fujitsu General", "a@fujitsu-general.com", "JP", "Kawasaki", "own_words"),
    ],
)
def test_a_small_word_that_tells_organisations_apart_is_for_a_person(
    few: MemoryDirectory, company: str, email: str, country: str, city: str, veto: str
) -> None:
    match = ask(few, company, email, country, city)
    assert match.outcome is not Outcome.link, match.sentence
    assert veto in match.vetoes, (match.vetoes, match.sentence)


def test_who_has_a_name_and_a_web_domain_of_its_own_is_no_other_account(few: MemoryDirectory) -> None:
    match = ask(few, "Red Hat Society", "jo@redhatsociety.com", "US")
    assert (match.outcome, match.id) == (Outcome.none, None), match.sentence
    assert (
        match.sentence == "No account fits; the nearest, Red Hat, Inc., is another organisation by name and web domain."
    )


def test_a_founders_name_in_front_is_for_a_person(few: MemoryDirectory) -> None:
    match = ask(few, "John Deere", "tom@johndeere.com", "US", "Moline")
    assert (match.outcome, match.id) == (Outcome.review, "deere"), match.sentence


def test_an_account_without_a_web_domain_may_be_whose_domain_it_is(few: MemoryDirectory) -> None:
    assert ask(few, "Kestrel Dental Holdings", "jo@kestreldental.com", "US").outcome is Outcome.review


def test_a_former_name_of_several_words_is_no_part_of_the_name(few: MemoryDirectory) -> None:
    match = ask(few, "Peregrine Data", "a@gmail.com", "US")
    assert (match.outcome, match.id) == (Outcome.link, "kestrel"), match.sentence


@pytest.mark.parametrize(
    ("company", "country", "city", "account"),
    [
        ("Banco do Brasil", "BR", "", "bb"),
        ("University of Sao Paulo", "BR", "São Paulo", "usp"),
        ("Washington University", "US", "St. Louis", "wustl"),
        ("Mass General Hospital", "US", "Boston", "massgeneral"),
        ("Fujitsu Group", "JP", "", "fujitsu"),
    ],
)
def test_words_that_are_left_out_at_will_forbid_nothing(
    few: MemoryDirectory, company: str, country: str, city: str, account: str
) -> None:
    match = ask(few, company, "a@gmail.com", country, city)
    assert match.id == account, match.sentence
    assert not {"own_words", "kind_and_place", "other_kind", "other_school"} & set(match.vetoes), match.vetoes


def test_where_somebody_once_was_is_no_company(few: MemoryDirectory) -> None:
    match = ask(few, "Retired (Ford Motor Company)", "a@gmail.com", "US")
    assert (match.outcome, match.reason) == (Outcome.none, "no_company"), match.sentence
    assert ask(few, "Ford Motor Company (retired)", "a@gmail.com", "US").id == "ford"


@pytest.mark.parametrize(
    ("company", "name"),
    [("ex-Cell-O", "Ex-Cell-O GmbH"), ("ex-Libris", "Ex Libris Ltd"), ("Former Works Studio", "Former Works Studio")],
)
def test_an_account_that_is_called_like_a_former_employer_is_a_company(company: str, name: str) -> None:
    named = [AccountEntry("named", name, country="DE"), AccountEntry("ibm", "IBM", "ibm.com", country="US")]
    known = MemoryDirectory(account_rows([*named, *fillers()]))
    asked = [
        Probe("1", company=company, email="a@gmail.com", country="DE"),
        Probe("2", company="ex-IBM", email="b@gmail.com"),
    ]
    match, once = match_accounts(asked, known)
    assert (match.outcome, match.id) == (Outcome.link, "named"), match.sentence
    assert (once.outcome, once.reason) == (Outcome.none, "no_company"), once.sentence


@pytest.mark.parametrize(
    "company", ["ex-IBM", "formerly IBM", "Former IBM employee", "Retired from Ford Motor Company", "ehemals IBM"]
)
def test_where_somebody_was_before_is_no_company(few: MemoryDirectory, company: str) -> None:
    match = ask(few, company, "a@gmail.com", "US")
    assert (match.outcome, match.reason) == (Outcome.none, "no_company"), match.sentence


@pytest.mark.parametrize(
    ("company", "email", "account"),
    [
        ("Universität Heidelberg", "a@uni-heidelberg.de", "unihd"),
        ("Universitätsklinikum Heidelberg", "a@med.uni-heidelberg.de", "ukhd"),
        ("University Hospital Heidelberg", "a@gmail.com", "ukhd"),
        ("Stadt Köln", "a@gmail.com", "koeln"),
    ],
)
def test_a_university_is_not_its_hospital(few: MemoryDirectory, company: str, email: str, account: str) -> None:
    match = ask(few, company, email, "DE", "Köln" if account == "koeln" else "Heidelberg")
    assert (match.outcome, match.id) == (Outcome.link, account), match.sentence


def test_a_city_is_not_its_works(few: MemoryDirectory) -> None:
    assert ask(few, "Stadtwerke Köln GmbH", "a@gmail.com", "DE", "Köln").outcome is not Outcome.link


def test_a_name_said_once_is_not_the_name_said_twice(few: MemoryDirectory) -> None:
    match = ask(few, "Johnson", "a@gmail.com", "US")
    assert match.outcome is not Outcome.link, match.sentence
    assert ask(few, "Johnson and Johnson", "a@gmail.com", "US").outcome is Outcome.link


def test_a_namesake_in_another_country_asks_nobody(few: MemoryDirectory) -> None:
    match = ask(few, "Siemens AG", "a@gmail.com", "DE", "München")
    assert (match.outcome, match.id) == (Outcome.link, "siemens"), match.sentence
