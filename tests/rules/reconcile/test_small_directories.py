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
    AccountEntry("northwestern", "Northwestern University", "https://www.northwestern.edu", country="US", city="Evanston"),
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
