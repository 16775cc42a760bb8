"""Lists of contacts as companies have them: families, twins, namesakes at one company, initials, what stands where no name is known."""

from __future__ import annotations

import pytest

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

PHONE = "+49 89 7654321"
FIELDS = ("first_name", "last_name", "email", "phone", "company", "title", "country", "city")


def one(id_: str, first: str, last: str, email: str = "", phone: str = "", company: str = "", title: str = "") -> Probe:
    return Probe(id_, first, last, email, company, phone=phone, title=title)


def grouped(*people: Probe) -> dict[str, Duplicate]:
    """These people among ordinary ones."""
    words = ["amber", "birch", "cedar", "delta", "ember", "fjord", "grove", "haven", "ivory", "jasper"]
    others = [
        one(f"o{i}{j}", a.title(), b.title(), f"{a}.{b}@{b}{i}.com", f"+44 20 7946 {i:02}{j:02}", f"{b.title()} Ltd")
        for i, a in enumerate(words)
        for j, b in enumerate(words)
    ]
    probes = [*people, *others]
    entries = [PersonEntry(p.id, "lead", **{field: getattr(p, field) for field in FIELDS}) for p in probes]
    return {found.id: found for found in group_people(probes, MemoryDirectory(person_rows(entries)))}


TWO = {
    "twins": (
        one("a", "Anna", "Beck", "anna.beck@gmx.de", PHONE),
        one("b", "Hanna", "Beck", "hanna.beck@gmx.de", PHONE),
        "each has an address",
    ),
    "a couple": (
        one("a", "Peter", "Schulz", "familie.schulz@gmx.de", PHONE),
        one("b", "Petra", "Schulz", "familie.schulz@gmx.de", PHONE),
        "first names differ",
    ),
    "his and hers": (
        one("a", "Mario", "Santos", phone=PHONE, company="Padaria Santos"),
        one("b", "Maria", "Santos", phone=PHONE, company="Padaria Santos"),
        "first names differ",
    ),
    "siblings": (
        one("a", "Maria", "Rossi", "m.rossi@rossivini.it", PHONE, "Rossi Vini"),
        one("b", "Marco", "Rossi", "marco.rossi@rossivini.it", PHONE, "Rossi Vini"),
        "first names differ",
    ),
    "second names": (
        one("a", "Jean-Paul", "Moreau", "jean-paul.moreau@total.com", company="Total"),
        one("b", "Jean-Pierre", "Moreau", "jean-pierre.moreau@total.com", company="Total"),
        "first names differ",
    ),
    "father and son": (
        one("a", "William", "Grant Sr.", "bill@grantfarms.com", PHONE, "Grant Farms"),
        one("b", "William", "Grant Jr.", "will@grantfarms.com", PHONE, "Grant Farms"),
        "Jr., Sr. or III",
    ),
    "addresses that are only the name": (
        one("a", "Rajesh", "Kumar", "rajesh.kumar@tcs.com", company="Tata Consultancy Services"),
        one("b", "Rajesh", "Kumar", "rajeshkumar@gmail.com", company="Infosys"),
        "the addresses say no more than the name",
    ),
    "numbered namesakes": (
        one("a", "David", "Brown", "dbrown@brixmfg.com", PHONE, "Brix Mfg"),
        one("b", "David", "Brown", "dbrown2@brixmfg.com", PHONE, "Brix Mfg"),
        "numbered",
    ),
    "numbered, the last name first": (
        one("a", "Wei", "Zhang", "wei.zhang@huatech.cn", PHONE, "Huatech"),
        one("b", "Wei", "Zhang", "zhang.wei2@huatech.cn", PHONE, "Huatech"),
        "numbered",
    ),
    "initials of a double name": (
        one("a", "Marie", "Martin", "marie.martin@cabinetx.fr", PHONE, "Cabinet X"),
        one("b", "Marie-Claire", "Martin", "mc.martin@cabinetx.fr", PHONE, "Cabinet X"),
        "each has an address",
    ),
    "two mothers": (
        one("a", "Juan", "Pérez López", "juan.perez@bancox.mx", PHONE, "Banco X"),
        one("b", "Juan", "Pérez Gómez", "juan.perezg@bancox.mx", PHONE, "Banco X"),
        "last names differ",
    ),
    "a man and a woman of one family name": (
        one("a", "Stefan", "Georgiev", "s.georgiev@techx.bg", PHONE, "Techx"),
        one("b", "Stefanka", "Georgieva", "s.georgieva@techx.bg", PHONE, "Techx"),
        "last names differ",
    ),
    "father and son, jun.": (
        one("a", "Karl", "Huber", "k.huber@huberbau.at", PHONE, "Huber Bau"),
        one("b", "Karl", "Huber jun.", "karl.huber@huberbau.at", PHONE, "Huber Bau"),
        "Jr., Sr. or III",
    ),
    "short names with another vowel": (
        one("a", "Yuki", "Tanaka", "y.tanaka@nihonx.jp", PHONE, "Nihon X"),
        one("b", "Yuko", "Tanaka", "y.tanaka@nihonx.jp", PHONE, "Nihon X"),
        "first names differ",
    ),
}


@pytest.mark.parametrize(("ours", "theirs", "doubt"), TWO.values(), ids=TWO)
def test_near_names_in_one_house_are_two_people(ours: Probe, theirs: Probe, doubt: str) -> None:
    found = grouped(ours, theirs)
    assert (found["a"].person, found["b"].person) == ("a", "b"), found["a"].sentence
    assert doubt in found["a"].sentence


ONE = {
    "a slip in the middle": (
        one("a", "Jackson", "Chell", "jackson_chell@razer.com"),
        one("b", "Jacksn", "Chell", "jacksno_chell@razer.com"),
    ),
    "a title before": (
        one("a", "Dr. Ulrike", "Steinbach", "u.steinbach@charite.de"),
        one("b", "Ulrike", "Steinbach", "u.steinbach@charite.de"),
    ),
    "her own address": (
        one("a", "Daniel", "Krol", "daniela.krol@orlen.pl"),
        one("b", "Daniela", "Krol", "daniela.krol@orlen.pl"),
    ),
    "a title before a name that is nearly another's": (
        one("a", "Dr. Petra", "Klein", "p.klein@charite.de"),
        one("b", "Petra", "Klein", "p.klein@charite.de"),
    ),
    "a Russian short form": (
        one("a", "Екатерина", "Петрова", "petrova@yandex.ru"),
        one("b", "Katya", "Petrova", "petrova@yandex.ru"),
    ),
    "a Spanish short form": (
        one("a", "Francisco", "Pérez", "paco.perez@bbva.es", company="BBVA"),
        one("b", "Paco", "Pérez", "paco.perez@bbva.es", company="BBVA"),
    ),
    "another transliteration": (
        one("a", "Aleksandr", "Ivanov", "a.ivanov@gazprom.ru", company="Gazprom"),
        one("b", "Alexander", "Ivanov", "a.ivanov@gazprom.ru", company="Gazprom"),
    ),
    "with and without Jr.": (
        one("a", "Robert", "Hughes", "rh@hughesroofing.com"),
        one("b", "Robert", "Hughes Jr.", "rh@hughesroofing.com"),
    ),
}


@pytest.mark.parametrize(("ours", "theirs"), ONE.values(), ids=ONE)
def test_a_name_written_otherwise_on_one_address_is_one_person(ours: Probe, theirs: Probe) -> None:
    found = grouped(ours, theirs)
    assert found["a"].person == found["b"].person == "a", found["a"].sentence


def test_an_initial_that_fits_two_people_joins_neither() -> None:
    marston = {"company": "Marston Ales"}
    found = grouped(
        one("a", "P.", "Eastwood", "p.eastwood@marston.co.uk", **marston),
        one("b", "Paul", "Eastwood", "paul.eastwood@marston.co.uk", **marston),
        one("c", "Pamela", "Eastwood", "pamela.eastwood@marston.co.uk", **marston),
    )
    assert [found[id_].person for id_ in "abc"] == ["a", "b", "c"]
    assert "initial of the same name" in found["a"].sentence
    assert "the initial or nickname fits several people" in found["a"].sentence


COUPLES = [("John", "Jane", "J."), ("Laura", "Lars", "L."), ("Ana Paula", "Ana Carolina", "Ana")]


@pytest.mark.parametrize("names", COUPLES, ids=" ".join)
@pytest.mark.parametrize("phone", ["", PHONE], ids=["no phone", "one phone"])
def test_who_is_called_for_both_of_one_mailbox_joins_them_not(names: tuple[str, str, str], phone: str) -> None:
    found = grouped(
        *(one(id_, name, "Eastwood", "eastwoods@gmail.com", phone) for id_, name in zip("abc", names, strict=True))
    )
    assert found["a"].person != found["b"].person, found["c"].sentence


def test_a_name_spelt_right_joins_two_slips_and_two_nicknames() -> None:
    for names in (("Michale", "Michael", "Mcihael"), ("Liz", "Elizabeth", "Beth")):
        found = grouped(
            *(one(i, n, "Eastwood", "m@eastwood.com", PHONE, "Eastwood") for i, n in zip("abc", names, strict=True))
        )
        assert [found[id_].person for id_ in "abc"] == ["a", "a", "a"], found["c"].sentence


def test_a_last_name_left_out_joins_no_two_mothers() -> None:
    found = grouped(
        one("a", "Juan", "Pérez López", "juan.perez@bancox.mx", PHONE, "Banco X"),
        one("b", "Juan", "Pérez Gómez", "juan.perezg@bancox.mx", PHONE, "Banco X"),
        one("c", "Juan", "Pérez", "juan.perez@bancox.mx", company="Banco X"),
    )
    assert [found[id_].person for id_ in "abc"] == ["a", "b", "a"], found["b"].sentence


def test_a_lead_whose_initial_fits_two_known_people_is_for_a_person() -> None:
    known = [
        PersonEntry(name, "lead", name, "Eastwood", f"{name.lower()}.eastwood@marston.co.uk", company="Marston Ales")
        for name in ("Paul", "Pamela")
    ]
    lead = one("a", "P.", "Eastwood", "p.eastwood@marston.co.uk", company="Marston Ales")
    both = match_people([lead], MemoryDirectory(person_rows(known)))[0]
    alone = match_people([lead], MemoryDirectory(person_rows(known[:1])))[0]
    assert (both.outcome, both.reason) == (Outcome.review, "initial_of_several"), both.sentence
    assert (alone.outcome, alone.id) == (Outcome.link, "lead:Paul"), alone.sentence


SHORT = [
    ("Chris", "Christopher", "Christine"),
    ("Chris", "Christian", "Christina"),
    ("Alex", "Alexander", "Alexandra"),
    ("Pat", "Patrick", "Patricia"),
    ("Andi", "Andreas", "Andrea"),
    ("Nick", "Nicholas", "Nicole"),
    ("Gabi", "Gabriele", "Gabriel"),
    ("Charlie", "Charles", "Charlotte"),
]


@pytest.mark.parametrize("names", SHORT, ids=" ".join)
@pytest.mark.parametrize("phone", ["", PHONE], ids=["no phone", "one phone"])
def test_a_nickname_that_fits_two_of_a_family_joins_neither(names: tuple[str, str, str], phone: str) -> None:
    family = [
        one(id_, name, "Eastwood", f"{name.lower()}@eastwood.com", phone, "Eastwood Roofing")
        for id_, name in zip("abc", names, strict=True)
    ]
    found = grouped(*family)
    assert [found[id_].person for id_ in "abc"] == ["a", "b", "c"], found["a"].sentence
    assert grouped(*family[:2])["b"].person == "a"


def test_a_nickname_is_whose_address_it_shares() -> None:
    found = grouped(
        one("a", "Chris", "Baker", "cbaker@gmail.com", PHONE),
        one("b", "Christopher", "Baker", "cbaker@gmail.com", PHONE),
        one("c", "Christine", "Baker", "christine.baker@gmail.com", PHONE),
    )
    assert [found[id_].person for id_ in "abc"] == ["a", "a", "c"], found["a"].sentence


def test_a_lead_whose_nickname_fits_two_known_people_is_for_a_person() -> None:
    known = [
        PersonEntry(name, "lead", name, "Eastwood", f"{name.lower()}.eastwood@marston.co.uk", company="Marston Ales")
        for name in ("Christopher", "Christine")
    ]
    lead = one("a", "Chris", "Eastwood", "chris.eastwood@marston.co.uk", company="Marston Ales")
    both = match_people([lead], MemoryDirectory(person_rows(known)))[0]
    alone = match_people([lead], MemoryDirectory(person_rows(known[:1])))[0]
    assert (both.outcome, both.reason) == (Outcome.review, "initial_of_several"), both.sentence
    assert (alone.outcome, alone.id) == (Outcome.link, "lead:Christopher"), alone.sentence


def test_two_colleagues_whose_names_are_nearly_one_stay_two() -> None:
    found = grouped(
        one("a", "Frances", "Hill", "frances.hill@hill.uk", company="Hill Ltd"),
        one("b", "Francis", "Hill", "francis.hill@hill.uk", company="Hill Ltd"),
    )
    assert found["b"].person == "b", found["b"].sentence


def test_a_record_without_first_name_joins_no_couple() -> None:
    found = grouped(
        one("a", "", "Fischer", "fischer@web.de"),
        one("b", "Karl", "Fischer", "fischer@web.de"),
        one("c", "Karin", "Fischer", "fischer@web.de"),
    )
    assert found["b"].person != found["c"].person, found["c"].sentence


def test_an_initial_that_fits_one_person_joins() -> None:
    found = grouped(
        one("a", "J.", "Thornbury", "j.thornbury@marston.co.uk", company="Marston Ales"),
        one("b", "James", "Thornbury", "james.thornbury@marston.co.uk", company="Marston Ales"),
    )
    assert found["b"].person == "a", found["b"].sentence


def test_namesakes_with_one_title_at_two_companies_stay_apart_and_unasked() -> None:
    found = grouped(
        one("a", "Pedro", "Lewis", company="North Logistics", title="Engineer"),
        one("b", "Pedro", "Lewis", "pedro.lewis@ironplastics.com", company="Iron Plastics", title="Engineer"),
    )
    assert (found["a"].person, found["b"].person, found["a"].perhaps) == ("a", "b", ""), found["a"].sentence


@pytest.mark.parametrize(("first", "last"), [("Unknown", "Unknown"), ("Test", "Test")])
def test_what_stands_where_no_name_is_known_makes_nobody_alike(first: str, last: str) -> None:
    found = grouped(
        one("a", first, last, "purchasing@alcoa.com", company="Alcoa"),
        one("b", first, last, "quality@alcoa.com", company="Alcoa"),
    )
    assert (found["a"].person, found["b"].person) == ("a", "b"), found["a"].sentence


def test_a_number_typed_for_want_of_one_is_no_phone() -> None:
    found = grouped(
        one("a", "Sam", "Young", "sam.young@aplus.com", "123-456-7890", "A Plus"),
        one("b", "Sam", "Young", "sam.young@zminus.com", "123-456-7890", "Z Minus"),
    )
    assert (found["a"].person, found["b"].person) == ("a", "b"), found["a"].sentence


def test_a_private_address_joins_no_namesakes_of_two_companies() -> None:
    people = grouped(
        one("private", "Maria", "Quintanilha", "maria.quintanilha@gmail.com"),
        one("oil", "Maria", "Quintanilha", "maria.quintanilha@petrobras.com.br", company="Petrobras"),
        one("ore", "Maria", "Quintanilha", "maria.quintanilha@vale.com", company="Vale"),
    )
    assert people["oil"].person != people["ore"].person


def test_a_private_address_joins_no_namesakes_whose_addresses_say_more() -> None:
    people = grouped(
        one("private", "Jean", "Quintanilha", "jean.quintanilha@orange.fr"),
        one("oil", "Jean", "Quintanilha", "jean.quintanilha@renox.fr", company="Renox"),
        one("ore", "Jean", "Quintanilha", "jquintanilha@newco.fr", company="NewCo"),
    )
    assert people["oil"].person != people["ore"].person


def test_a_phone_joins_a_private_address_to_both_companies() -> None:
    people = grouped(
        one("private", "Maria", "Quintanilha", "maria.quintanilha@gmail.com", PHONE),
        one("oil", "Maria", "Quintanilha", "maria.quintanilha@petrobras.com.br", PHONE, company="Petrobras"),
        one("ore", "Maria", "Quintanilha", "maria.quintanilha@vale.com", PHONE, company="Vale"),
    )
    assert len({people[id_].person for id_ in ("private", "oil", "ore")}) == 1
