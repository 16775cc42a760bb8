"""Who is the same person and who only looks like it."""

import math
from dataclasses import replace

import pytest
from reconcile_world import _WORDS

from bridge.decisions import Outcome
from bridge.stages.reconcile import (
    Duplicate,
    MemoryDirectory,
    PersonEntry,
    Probe,
    group_people,
    match_people,
    person_rows,
)

KNOWN = PersonEntry(
    "003", "salesforce.contact", "Matthew", "Haeusler", "matthew.haeusler@bloodcancer.org.uk", "+61 459 133 925",
    "Blood Cancer UK", "Analyst", "GB", "London",
)  # fmt: skip
SHARED = PersonEntry(
    "004",
    "salesforce.lead",
    "Jack",
    "Matthews",
    "info@sante.fr",
    "+61 463 250 141",
    "Établissement Français du Sang",
    country="FR",
)
FAMILY = PersonEntry(
    "005",
    "salesforce.contact",
    "Caleb",
    "Marsom",
    "cmarsom@telecom-paris.fr",
    "+61 429 142 568",
    "Telecom Paris",
    country="FR",
)


@pytest.fixture(scope="module")
def people() -> MemoryDirectory:
    """The three above among ordinary people."""
    others = [
        PersonEntry(f"p{i}-{j}", "lead", first.title(), second.title(), f"{first}.{second}@{second}{j}.com",
                    f"+44 20 7946 {i:02}{j:02}", f"{second.title()} Ltd")
        for i, first in enumerate(_WORDS)
        for j, second in enumerate(_WORDS[i + 1 : i + 9])
    ]  # fmt: skip
    return MemoryDirectory(person_rows([KNOWN, SHARED, FAMILY, *others]))


SAME = {
    "the same address": Probe("1", "Matthew", "Haeusler", "matthew.haeusler@bloodcancer.org.uk"),
    "capitals and a tag": Probe("1", "MATTHEW", "HAEUSLER", "Matthew.Haeusler+web@BloodCancer.org.uk"),
    "nickname": Probe("1", "Matt", "Haeusler", "matthew.haeusler@bloodcancer.org.uk", "Blood Cancer UK"),
    "names exchanged": Probe("1", "Haeusler", "Matthew", "matthew.haeusler@bloodcancer.org.uk", "Blood Cancer UK"),
    "typing error": Probe("1", "Matthew", "Haeulser", "matthew.haeusler@bloodcancer.org.uk", "Blood Cancer UK"),
    "private address, same phone": Probe(
        "1", "Matthew", "Haeusler", "m.haeusler@gmail.com", "Blood Cancer UK", phone="0459 133 925"
    ),
}
APART = {
    "a shared mailbox": Probe("1", "Hayley", "George", "info@sante.fr", "Établissement Français du Sang", phone="+61 463 250 141"),
    "a family": Probe("1", "Jack", "Marsom", "i.marsom@outlook.com", "Telecom Paris", phone="+61 429 142 568"),
    "a colleague of the same name": Probe(
        "1", "Matthew", "Haeusler", "mhaeusler2@bloodcancer.org.uk", "Blood Cancer UK", phone="+61 438 840 518"
    ),
    "only the company": Probe("1", "Sophie", "Green", "sophie.green@bloodcancer.org.uk", "Blood Cancer UK"),
}  # fmt: skip


@pytest.mark.parametrize("probe", SAME.values(), ids=SAME)
def test_one_person(people: MemoryDirectory, probe: Probe) -> None:
    match = match_people([probe], people)[0]
    assert (match.outcome, match.id) == (Outcome.link, "salesforce.contact:003"), match.sentence


@pytest.mark.parametrize("probe", APART.values(), ids=APART)
def test_two_people(people: MemoryDirectory, probe: Probe) -> None:
    assert match_people([probe], people)[0].outcome is not Outcome.link


def test_one_local_part_at_two_companies_is_asked_about() -> None:
    """A hyphenated name and a like-sounding company are not enough to join two people."""
    other = PersonEntry(
        "006",
        "salesforce.lead",
        "Irina",
        "Quintana-Brunswick",
        "irina.quintana@dapotime.de",
        "",
        "Dapotime Werke",
        "",
        "DE",
    )
    probe = Probe("1", "Irina", "Quintana", "irina.quintana@tapimegu.de", "Tapimegu Werke", country="DE")
    match = match_people([probe], MemoryDirectory(person_rows([other])))[0]
    assert (match.outcome, match.reason) == (Outcome.review, "other_company_and_name")


@pytest.mark.parametrize(
    ("company", "email", "one"),
    [
        ("Fupabave Werke", "nikolai.trautmann@fupabave.de", False),
        ("Pufupassa Werke", "nikolai.trautmann@pufupassa.de", True),
        ("Pufupasa Werke GmbH", "nikolai.trautmann@pufupasa-werke.com", True),
    ],
)
def test_a_word_of_the_trade_makes_no_two_companies_one(company: str, email: str, one: bool) -> None:
    """A rare name, the same title and country, and "Werke" in both companies: a stranger all the same."""
    known = PersonEntry(
        "a", "lead", "Nikolai", "Trautmann", "nikolai.trautmann@pufupasa.de", "", "Pufupasa Werke", "Director", "DE"
    )
    probes = [
        Probe("a", known.first_name, known.last_name, known.email, known.company, country="DE", title="Director"),
        Probe("b", known.first_name, known.last_name, email, company, country="DE", title="Director"),
    ]
    other = replace(known, id="b", email=email, company=company)
    alone = match_people([probes[1]], MemoryDirectory(person_rows([known])))[0]
    together = group_people(probes, MemoryDirectory(person_rows([known, other])))
    assert (alone.outcome is Outcome.link) == one
    assert (together[0].person == together[1].person) == one
    if not one:
        assert alone.reason == "two_companies"
        assert "two companies whose names differ" in together[1].sentence


def test_the_runner_up_is_told_with_how_likely_it_is() -> None:
    """Two records of one person are known: whoever reads the answer sees that the other one fits as well."""
    twin = replace(KNOWN, id="013", email="m.haeusler@bloodcancer.org.uk")
    known = MemoryDirectory(person_rows([KNOWN, twin, SHARED, FAMILY]))
    probe = Probe("1", "Matthew", "Haeusler", KNOWN.email, KNOWN.company, phone=KNOWN.phone)
    match = match_people([probe], known)[0]
    assert {match.id, match.runner_up} == {"salesforce.contact:003", "salesforce.contact:013"}
    assert 0 < match.runner_up_score < match.score
    odds = [math.log(score / (1 - score)) for score in (match.score, match.runner_up_score)]
    assert odds[0] - odds[1] == pytest.approx(match.gap, abs=0.5)
    alone = match_people([probe], MemoryDirectory(person_rows([KNOWN])))[0]
    assert (alone.runner_up, alone.runner_up_score) == (None, 0.0)


def test_a_record_is_not_its_own_duplicate(people: MemoryDirectory) -> None:
    own = Probe("003", KNOWN.first_name, KNOWN.last_name, KNOWN.email)
    assert match_people([own], people)[0].outcome is Outcome.none


def test_three_records_are_one_person_and_a_family_is_not() -> None:
    probes = [
        Probe("a", "Matthew", "Haeusler", "matthew.haeusler@bloodcancer.org.uk", "Blood Cancer UK", phone="+61 459 133 925"),
        Probe("b", "Matt", "Haeusler", "matthew.haeusler@bloodcancer.org.uk", "Blood Cancer UK"),
        Probe("c", "MATTHEW", "HAEUSLER", "m.haeusler@gmail.com", "Blood Cancer", phone="0459133925"),
        Probe("d", "Caleb", "Marsom", "cmarsom@telecom-paris.fr", "Telecom Paris", phone="+61 429 142 568"),
        Probe("e", "Jack", "Marsom", "i.marsom@outlook.com", "Telecom Paris", phone="+61 429 142 568"),
    ]  # fmt: skip
    entries = [PersonEntry(p.id, "contact", p.first_name, p.last_name, p.email, p.phone, p.company) for p in probes]
    found = {one.id: one.person for one in group_people(probes, MemoryDirectory(person_rows(entries)))}
    assert found["a"] == found["b"] == found["c"] == "a"
    assert len({found["a"], found["d"], found["e"]}) == 3


def grouped(*probes: Probe) -> dict[str, Duplicate]:
    """What is said of these records, by id."""
    entries = [PersonEntry(p.id, "contact", p.first_name, p.last_name, p.email, p.phone, p.company) for p in probes]
    return {one.id: one for one in group_people(probes, MemoryDirectory(person_rows(entries)))}


def test_an_initial_that_fits_two_people_does_not_join_them() -> None:
    found = grouped(
        Probe("peter", "Peter", "Smith", "peter.smith@acme.io", "Acme"),
        Probe("paul", "Paul", "Smith", "p.smith@acme.io", "Acme"),
        Probe("p", "P.", "Smith", "p.smith@acme.io", "Acme"),
    )
    assert (found["p"].person, found["peter"].person) == ("paul", "peter")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("Thomas", "Becker", "thomas.becker@sap.com"), ("Thomas", "Beckert", "thomas.beckert@sap.com")),
        (("Daniel", "Kim", "daniel.kim@acme.io"), ("Danielle", "Kim", "danielle.kim@acme.io")),
    ],
)
def test_colleagues_with_like_names_and_an_address_each_are_two(
    one: tuple[str, str, str], other: tuple[str, str, str]
) -> None:
    found = grouped(Probe("a", *one), Probe("b", *other))
    assert (found["a"].person, found["b"].person, found["a"].perhaps) == ("a", "b", "b")
    assert "each has an address that spells the name it stands with" in found["a"].sentence
    mistyped = grouped(Probe("a", *one), Probe("b", *other[:2], one[2]))
    assert mistyped["b"].person == "a"


@pytest.mark.parametrize("email", ["", "n/a"])
def test_a_name_alone_joins_nobody(email: str) -> None:
    found = grouped(Probe("a", "Olga", "Ivanova", email), Probe("b", "Olga", "Ivanova", email))
    assert (found["b"].person, found["b"].perhaps) == ("b", "a")
    assert found["b"].sentence == "Perhaps the same person as a: same name; but only the name speaks for it."


def test_records_without_a_name_are_not_said_to_share_one() -> None:
    found = grouped(Probe("a", email="jo@lone.com"), Probe("b", email="jo@lone.com"))
    assert found["b"].sentence == "One person in 2 records: same e-mail address."


@pytest.mark.parametrize(
    "email", ["janeostrow@gmail.com", "J.A.N.E.Ostrow+news@gmail.com", "jane.ostrow@googlemail.com"]
)
def test_gmails_dots_and_second_domain_are_one_mailbox(email: str) -> None:
    found = grouped(Probe("a", "Jane", "Ostrow", "jane.ostrow@gmail.com"), Probe("b", "Jane", "Ostrow", email))
    assert found["b"].person == "a"
    assert found["b"].sentence == "One person in 2 records: same name, same e-mail address."
    elsewhere = [
        Probe(id_, "Jane", "Ostrow", f"{local}@yahoo.com") for id_, local in (("a", "jane.ostrow"), ("b", "janeostrow"))
    ]
    assert "same e-mail address" not in grouped(*elsewhere)["b"].sentence.replace("nearly the same e-mail address", "")
