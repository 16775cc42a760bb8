"""People's names: the usual spelling, titles and emoji taken out, what is no name refused."""

from __future__ import annotations

import pytest
from cleaning_cases import check, cleaned

LAST = [
    ("Smith", "Smith", ""),
    ("  Smith ", "Smith", ""),
    ("SMITH", "Smith", "recased"),
    ("smith", "Smith", "recased"),
    ("MCDONALD", "McDonald", "recased"),
    ("mcdonald", "McDonald", "recased"),
    ("McDonald", "McDonald", ""),
    ("MACDONALD", "MacDonald", "recased"),
    ("MACHADO", "Machado", "recased"),
    ("o'neil", "O'Neil", "recased"),
    ("O’NEIL", "O’Neil", "recased"),
    ("d'angelo", "D'Angelo", "recased"),
    ("TA'IR", "Ta'ir", "recased"),
    ("VAN DER BERG", "van der Berg", "recased"),
    ("van der Berg", "van der Berg", ""),
    ("Van der Berg", "Van der Berg", ""),
    ("DE LA CRUZ", "de la Cruz", "recased"),
    ("DI STEFANO", "Di Stefano", "recased"),
    ("la rosa", "La Rosa", "recased"),
    ("VON UND ZU HOHENBERG", "von und zu Hohenberg", "recased"),
    ("GARCIA Y VEGA", "Garcia y Vega", "recased"),
    ("van", "Van", "recased"),
    ("SAINT-EXUPÉRY", "Saint-Exupéry", "recased"),
    ("weiß", "Weiß", "recased"),
    ("GROß", "Groß", "recased"),
    ("İBRAHİMOĞLU", "İbrahimoğlu", "recased"),
    ("ΠΑΠΑΔΟΠΟΥΛΟΣ", "Παπαδοπουλος", "recased"),
    ("иванов", "Иванов", "recased"),
    ("Παπαδόπουλος", "Παπαδόπουλος", ""),
    ("山田", "山田", ""),
    ("محمد", "محمد", ""),
    ("김", "김", ""),
    ("NGUYỄN", "Nguyễn", "recased"),
    ("IJSBRAND", "IJsbrand", "recased"),
    ("HENRY III", "Henry III", "recased"),
    ("smith jr.", "Smith Jr.", "recased"),
    ("j.r. tolkien", "J.R. Tolkien", "recased"),
    ("X", "X", ""),
    ("Dr. Müller", "Müller", "honorific_removed"),
    ("Smith, PhD", "Smith", "honorific_removed"),
    ("Smith MBA", "Smith", "honorific_removed"),
    ("Ma", "Ma", ""),
    ("Smith 🚀", "Smith", "emoji_removed"),
    ("GarcÃ­a", "García", "mended_text"),
    ("O&#39;Neil", "O'Neil", "html_removed"),
    ("<b>Smith</b>", "Smith", "html_removed"),
    ("Smith<script>alert(1)</script>", "Smith", "html_removed"),
    ("JACK MA", "Jack Ma", "recased"),
    ("Sm\u200bith", "Smith", "invisible_removed"),
    ("Mu\u0308ller", "Müller", ""),
    ('"Smith"', "Smith", "reformatted"),
    ("Smith3", "Smith3", "unlikely_name"),
    ("jane@acme.com", None, "email_in_name"),
    ("Acme Inc.", None, "company_in_name"),
    ("Müller GmbH", None, "company_in_name"),
    ("https://spam.example", None, "link_in_name"),
    ("win now casino.xyz", None, "link_in_name"),
    ("n/a", None, "placeholder"),
    ("---", None, "placeholder"),
    ("12345", None, "not_a_name"),
    ("🚀", None, "not_a_name"),
    ({"name": "Smith"}, None, "not_text"),
]


@pytest.mark.parametrize(("raw", "value", "reason"), LAST)
def test_last_name(raw: object, value: str | None, reason: str) -> None:
    check("last_name", raw, value, reason)


@pytest.mark.parametrize(("raw", "value", "reason"), LAST)
def test_person_name_is_read_alike(raw: object, value: str | None, reason: str) -> None:
    check("person_name", raw, value, reason)


FIRST = [
    ("Jane", "Jane", ""),
    ("JANE", "Jane", "recased"),
    ("jane marie", "Jane Marie", "recased"),
    ("Jane Marie", "Jane Marie", ""),
    ("JEAN-LUC", "Jean-Luc", "recased"),
    ("Jean-Luc", "Jean-Luc", ""),
    ("JP", "JP", ""),
    ("TJ", "TJ", ""),
    ("LI", "Li", "recased"),
    ("AL", "Al", "recased"),
    ("jp", "Jp", "recased"),
    ("J.", "J.", ""),
    ("j.", "J.", "recased"),
    ("J.P.", "J.P.", ""),
    ("VAN", "Van", "recased"),
    ("VAN ANH", "Van Anh", "recased"),
    ("DE SHAWN", "De Shawn", "recased"),
    ('William "Bill"', 'William "Bill"', ""),
    ('"Bill" WILLIAM', '"Bill" WILLIAM', ""),
    ("“Bill”", "Bill", "reformatted"),
    ('William "Bill', 'William "Bill', ""),
    ("Sr. Jose", "Jose", "honorific_removed"),
    ("Mrs Anna", "Anna", "honorific_removed"),
    ("Dr. med. Anna", "Anna", "honorific_removed"),
    ("Prof. Dr. Anna", "Anna", "honorific_removed"),
    ("Miss", "Miss", ""),
    ("Frau", "Frau", ""),
    ("Herr Peter", "Peter", "honorific_removed"),
    ("M. Night", "M. Night", ""),
    ("José", "José", ""),
    ("JosÃ©", "José", "mended_text"),
    ("JOSÉ", "José", "recased"),
    ("Łukasz", "Łukasz", ""),
    ("ÇAĞLA", "Çağla", "recased"),
    ("太郎", "太郎", ""),
    ("Ελένη", "Ελένη", ""),
    ("محمد علي", "محمد علي", ""),
    ("❤️ Anna ❤️", "Anna", "emoji_removed"),
    ("Anna :)", "Anna", "emoji_removed"),
    ("anna\u00a0maria", "Anna Maria", "recased"),
    ("D'ARTAGNAN", "D'Artagnan", "recased"),
    ("null", None, "placeholder"),
    ("jane@acme.com", None, "email_in_name"),
    ("???", None, "not_a_name"),
]


@pytest.mark.parametrize(("raw", "value", "reason"), FIRST)
def test_first_name(raw: object, value: str | None, reason: str) -> None:
    check("first_name", raw, value, reason)


FULL = [
    ("Jane Doe", "Jane Doe", ""),
    ("JANE DOE", "Jane Doe", "recased"),
    ("jane doe", "Jane Doe", "recased"),
    ("Doe, Jane", "Jane Doe", "reformatted"),
    ("doe,jane", "Jane Doe", "recased"),
    ("Sultan Ali Khan", "Sultan Ali Khan", ""),
    ("King David Smith", "King David Smith", ""),
    ("Md. Abdul Rahman", "Md. Abdul Rahman", ""),
    ("Ma. Teresa Cruz Lopez", "Ma. Teresa Cruz Lopez", ""),
    ("Mr. & Mrs. Smith", "Smith", "honorific_removed"),
    ("Prof. Dr. h.c. mult. Max Muster", "Max Muster", "honorific_removed"),
    ("Mustermann, Prof. Dr. Max", "Max Mustermann", "reformatted"),
    ("DOE, JANE", "Jane Doe", "recased"),
    ("Doe,Jane", "Jane Doe", "reformatted"),
    ("JACK MA", "Jack Ma", "recased"),
    ("JANE DOE, MA", "Jane Doe", "honorific_removed"),
    ("van der Berg, Jan", "Jan van der Berg", "reformatted"),
    ("JAN VAN DER BERG", "Jan van der Berg", "recased"),
    ("JUAN DE LA CRUZ", "Juan de la Cruz", "recased"),
    ("VAN NGUYEN", "Van Nguyen", "recased"),
    ("Dr. Jane Doe", "Jane Doe", "honorific_removed"),
    ("Dr. Jane Doe, PhD", "Jane Doe", "honorific_removed"),
    ("Mr John Smith", "John Smith", "honorific_removed"),
    ("Sr. Jose Garcia Lopez", "Jose Garcia Lopez", "honorific_removed"),
    ("Jane Marie Doe", "Jane Marie Doe", ""),
    ("Jean-Luc Picard", "Jean-Luc Picard", ""),
    ("John Smith Jr.", "John Smith Jr.", ""),
    ("JOHN SMITH III", "John Smith III", "recased"),
    ("Cher", "Cher", ""),
    ("MADONNA", "Madonna", "recased"),
    ("山田 太郎", "山田 太郎", ""),
    ("山田　太郎", "山田 太郎", ""),
    ("田中 太郎 様", "田中 太郎", "honorific_removed"),
    ("Иванов Иван Иванович", "Иванов Иван Иванович", ""),
    ("Nguyễn Văn An", "Nguyễn Văn An", ""),
    ("Γιώργος Παπαδόπουλος", "Γιώργος Παπαδόπουλος", ""),
    ("محمد علي", "محمد علي", ""),
    ("Seán O'Brien", "Seán O'Brien", ""),
    ("SEÁN O'BRIEN", "Seán O'Brien", "recased"),
    ("ronald mcdonald", "Ronald McDonald", "recased"),
    ("J. R. R. Tolkien", "J. R. R. Tolkien", ""),
    ("Jane Doe 🚀", "Jane Doe", "emoji_removed"),
    ("jane.doe@acme.com", None, "email_in_name"),
    ("Acme Holdings Ltd", None, "company_in_name"),
    ("n/a", None, "placeholder"),
    ("0000", None, "not_a_name"),
]


@pytest.mark.parametrize(("raw", "value", "reason"), FULL)
def test_full_name(raw: object, value: str | None, reason: str) -> None:
    check("full_name", raw, value, reason)


@pytest.mark.parametrize(
    ("raw", "first", "last"),
    [
        ("Jane Doe", "Jane", "Doe"),
        ("Doe, Jane", "Jane", "Doe"),
        ("Guru Prasad Rao", "Guru Prasad", "Rao"),
        ("Fco. Javier López", "Fco. Javier", "López"),
        ("Jane Marie Doe", "Jane Marie", "Doe"),
        ("JAN VAN DER BERG", "Jan", "van der Berg"),
        ("Juan de la Cruz", "Juan", "de la Cruz"),
        ("Dr. Anna Müller", "Anna", "Müller"),
        ("Cher", None, "Cher"),
        ("山田 太郎", "太郎", "山田"),
        ("田中 太郎 様", "太郎", "田中"),
        ("김 철수", "철수", "김"),
        ("王 小明", "小明", "王"),
        ("ジョン スミス", "ジョン", "スミス"),
        ("Nguyễn Văn An", "Văn An", "Nguyễn"),
        ("Lê Thị Mai", "Thị Mai", "Lê"),
        ("An Nguyễn", "An", "Nguyễn"),
        ("Hoàng Nguyễn", "Hoàng", "Nguyễn"),
        ("Иванов Иван Иванович", "Иван Иванович", "Иванов"),
        ("ІВАНЕНКО ОЛЕНА ПЕТРІВНА", "Олена Петрівна", "Іваненко"),
        ("Иван Петрович Сидоров", "Иван Петрович", "Сидоров"),
        ("Роман Аркадьевич Абрамович", "Роман Аркадьевич", "Абрамович"),
        ("Sr. D. Juan Pérez", "D. Juan", "Pérez"),
        ("JUDr. Petr Novák", "Petr", "Novák"),
        ("Univ.-Prof. Mag. Dr. Josef Huber", "Josef", "Huber"),
        ("dr hab. Anna Kowalska", "Anna", "Kowalska"),
        ("Mgr Jana Nováková", "Mgr Jana", "Nováková"),
        ("Geom. Luca Verdi", "Luca", "Verdi"),
    ],
)
def test_a_whole_name_is_split_when_asked(raw: str, first: str | None, last: str | None) -> None:
    assert cleaned("first_name", raw, options={"split": True}).value == first
    assert cleaned("last_name", raw, options={"split": True}).value == last


def test_what_was_taken_out_is_told() -> None:
    assert cleaned("last_name", "Dr. Müller").note == "taken out: Dr."
    assert cleaned("last_name", "SMITH").note == "typed as SMITH"


@pytest.mark.parametrize("name", ["person_name", "first_name", "last_name", "full_name"])
@pytest.mark.parametrize("raw", [None, "", "   ", "\u200b", "\n\t"])
def test_nothing_typed_is_no_value(name: str, raw: object) -> None:
    assert cleaned(name, raw).value is None
