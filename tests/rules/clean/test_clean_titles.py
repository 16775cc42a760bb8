"""Job titles: level and department. `titles.csv` was labelled before the reader was written and is not what it was tuned on."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from bridge.settings.known import LEVELS as KNOWN_LEVELS
from bridge.settings.known import UNRANKED
from bridge.stages.clean.titles import DEPARTMENTS, LEVELS, NOTHING, read

LABELLED = list(csv.DictReader(Path(__file__).with_name("titles.csv").open(encoding="utf-8")))
EVERYDAY = list(csv.DictReader(Path(__file__).with_name("titles_everyday.csv").open(encoding="utf-8")))

TITLES = [
    ("CEO", "c_level", "management"),
    ("Retired CEO", "unknown", "unknown"),
    ("ex-CFO", "unknown", "unknown"),
    ("Ehemaliger Geschäftsführer", "unknown", "unknown"),
    ("Ancienne directrice financière", "unknown", "unknown"),
    ("Director jubilado", "unknown", "unknown"),
    ("Export Manager", "manager", "sales"),
    ("Founder, ex-Google", "owner", "management"),
    ("Head of Sales", "head", "sales"),
    ("Vertriebsleiterin", "head", "sales"),
    ("Chief of Staff", "head", "management"),
    ("Senior Sales Manager", "manager", "sales"),
    ("Product Owner", "staff", "product"),
    ("Software Architect", "staff", "engineering"),
    ("Directeur Financier", "director", "finance"),
    ("Responsable RH", "manager", "hr"),
    ("Assistant Professor", "staff", "education"),
    ("VP Engineering & Co-Founder", "owner", "engineering"),
    ("Vice President and CFO", "c_level", "finance"),
    ("Vice President", "vp", "unknown"),
    ("Lead Generation Specialist", "staff", "marketing"),
    ("Lead Engineer", "senior", "engineering"),
    ("Assistant to the CEO", "staff", "administration"),
    ("CEO's assistant", "staff", "administration"),
    ("President’s Office Coordinator", "staff", "administration"),
    ("Analyst, Office of the CFO", "staff", "unknown"),
    ("Owner's Representative", "staff", "unknown"),
    ("CTO Office Analyst", "staff", "unknown"),
    ("Director, Office of Research", "director", "research"),
    ("Vice President, Office of the CFO", "vp", "unknown"),
    ("Director of Women's Health", "director", "medical"),
    ("Assistenz der Geschäftsführung", "staff", "administration"),
    ("Werkstudentin", "intern", "unknown"),
    ("Student Affairs Coordinator", "staff", "unknown"),
    ("Student", "student", "unknown"),
    ("Geschaeftsfuehrer", "c_level", "management"),
    ("Channel Partner Manager", "manager", "sales"),
    ("HR Business Partner", "staff", "hr"),
    ("Partner", "owner", "management"),
    ("Gerente General", "c_level", "management"),
    ("Jefe de Ventas", "manager", "sales"),
    ("Direttore Tecnico", "director", "engineering"),
    ("Hoofd Inkoop", "head", "purchasing"),
    ("代表取締役", "c_level", "management"),
    ("部長", "head", "unknown"),
    ("Art Director", "staff", "design"),
    ("HEAD OF IT", "head", "it"),
    ("v.p. sales", "vp", "sales"),
    ("asdf", "unknown", "unknown"),
    ("", "unknown", "unknown"),
    (None, "unknown", "unknown"),
]


@pytest.mark.parametrize(("title", "level", "department"), TITLES)
def test_title(title: str | None, level: str, department: str) -> None:
    reading = read(title)
    assert (reading.level, reading.department) == (level, department)


WHO_IS_NOT = [
    ("CEO Assistant", "staff", "administration"),
    ("VD-assistent", "staff", "administration"),
    ("GF-Assistenz", "staff", "administration"),
    ("CEO Advisor", "staff", "unknown"),
    ("CEO, Advisor", "c_level", "management"),
    ("Driver of the CEO", "staff", "operations"),
    ("Advisor to the President", "staff", "unknown"),
    ("Chief of Staff to the CEO", "head", "management"),
    ("Conseiller du président", "staff", "unknown"),
    ("Asesor del Director General", "staff", "unknown"),
    ("Referent der Geschäftsführung", "staff", "unknown"),
    ("Mitglied der Geschäftsleitung", "c_level", "management"),
    ("Vorstandsreferent", "staff", "unknown"),
    ("Leiter Vorstandskommunikation", "head", "marketing"),
    ("Vorstandsvorsitzende", "c_level", "management"),
    ("社長秘書", "unknown", "unknown"),
    ("Dona de casa", "unknown", "unknown"),
    ("Dona", "owner", "management"),
    ("Aspiring CEO", "unknown", "unknown"),
    ("Internship Coordinator", "staff", "unknown"),
    ("Marketing Internship", "intern", "marketing"),
    ("Studentische Hilfskraft", "student", "unknown"),
]
"""Titles with a great word that is not theirs."""
WHO_IS = [
    ("Secretary General", "c_level", "administration"),
    ("Generalsekretärin", "c_level", "management"),
    ("Secretary to the General Manager", "staff", "administration"),
    ("Dyrektor IT", "director", "it"),
    ("Asystent dyrektora", "unknown", "unknown"),
    ("IT-chef", "manager", "it"),
    ("Verkställande direktör", "c_level", "management"),
    ("Administrerende direktør", "c_level", "administration"),
]
"""Titles of somebody great that were read as of somebody small."""


@pytest.mark.parametrize(("title", "level", "department"), [*WHO_IS_NOT, *WHO_IS])
def test_whose_the_great_word_is(title: str, level: str, department: str) -> None:
    assert (read(title).level, read(title).department) == (level, department)


def test_accuracy_on_titles_put_aside() -> None:
    assert len(LABELLED) >= 300
    levels = sum(read(row["title"]).level == row["level"] for row in LABELLED) / len(LABELLED)
    departments = sum(read(row["title"]).department == row["department"] for row in LABELLED) / len(LABELLED)
    assert levels >= 0.92
    assert departments >= 0.92


@pytest.mark.parametrize("language", ["en", "de", "fr", "es"])
def test_accuracy_on_everyday_titles(language: str) -> None:
    """80 of each language, labelled after the older lists' conventions by somebody who had not seen the reader's words.

    Measured once (levels 98.75 %, departments 98.75 %) and never tuned on: a title that is read wrongly stays so in this list.
    """
    of_language = [row for row in EVERYDAY if row["language"] == language]
    assert len(of_language) == 80
    readings = [(read(row["title"]), row) for row in of_language]
    assert sum(found.level == row["level"] for found, row in readings) >= 0.92 * 80
    assert sum(found.department == row["department"] for found, row in readings) >= 0.92 * 80


def test_labels_and_readings_use_the_same_words() -> None:
    assert {row["level"] for row in LABELLED} == set(LEVELS)
    assert {row["department"] for row in LABELLED} <= set(DEPARTMENTS)
    assert set(LEVELS) == {*KNOWN_LEVELS, *UNRANKED}


def test_it_tells_what_it_saw() -> None:
    assert read("Head of Sales EMEA").saw == "head; sales"
    assert read("Vertriebsleiter").saw == "vertriebsleiter"
    assert NOTHING.saw == ""


def test_a_very_long_title_is_read_by_its_beginning() -> None:
    assert read("Head of Sales " + "x " * 100_000).level == "head"
