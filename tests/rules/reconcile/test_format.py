"""What the directories hold may change from version to version, but never unnoticed: an installation must then make them anew."""

from __future__ import annotations

from hashlib import sha256

from bridge.index_rows import FORMAT, IndexRow
from bridge.stages.reconcile import AccountEntry, PersonEntry, account_rows, person_rows

ACCOUNTS = (
    AccountEntry("1", "ACME Corporation", "https://www.acme.io/de", "+49 30 901820", "Germany", "Berlin", "Berlin", "0",
                 ("acme.com",), ("Acme Tools",)),
    AccountEntry("2", "University of New South Wales", "unsw.edu.au", "", "Australia", "NSW", "Sydney"),
    AccountEntry("3", "株式会社テスト", "", "03-1234-5678", "Japan", "", "東京"),
    AccountEntry("5", "Centro das Américas (FAM) - São Paulo", "", "", "Brazil", "", "São Paulo"),
    AccountEntry("4", "Akademia Górniczo-Hutnicza", "www.agh.krakow.pl", "", "Poland", "", "Kraków"),
    AccountEntry("6", "Universitätsklinikum Heidelberg", "klinikum.uni-heidelberg.de", "", "Germany", "", "Heidelberg"),
)  # fmt: skip
PEOPLE = (
    PersonEntry("1", "hubspot.contact", "Bob", "O'Neil", "bob.oneil@acme.io", "+49 30 901820", "ACME Corporation", "CTO", "Germany", "Berlin", "1"),
    PersonEntry("2", "salesforce.lead", "Μαρία", "Παππά", "maria@gmail.com"),
    PersonEntry("3", "salesforce.contact", "Jane", "Ostrow", "jane.ostrow@googlemail.com"),
    PersonEntry("4", "salesforce.contact", "John", "Doe", "john.doe@gmail.com", "", "ex-IBM"),
    PersonEntry("6", "salesforce.contact", "Dr. med. Petra", "Klein", "p.klein@charite.de"),
    PersonEntry("5", "salesforce.contact", "Ute", "Weiß", "ute.weiss@gmx.de", "", "Freiberuflerin"),
    PersonEntry("7", "salesforce.contact", "Jo", "Roe", "jo.roe@acme.onmicrosoft.com"),
)  # fmt: skip
KNOWN = {8: "f05ee96894b10fcf"}
"""Format → what these accounts and people become in it."""


def digest(rows: list[IndexRow]) -> str:
    """The rows in short; keys in any order."""
    told = [(row.id, row.name, tuple(sorted(row.keys)), row.payload) for row in rows]
    return sha256(repr(told).encode()).hexdigest()[:16]


def test_a_directory_that_is_made_otherwise_has_another_format() -> None:
    made = digest([*account_rows(ACCOUNTS), *person_rows(PEOPLE)])
    assert KNOWN.get(FORMAT) == made, (
        f"keys or profiles are no longer those of format {FORMAT}: raise FORMAT in bridge/index_rows.py, so that every installation "
        f"makes its directories anew, and write {FORMAT + 1}: {made!r} here (or, before {FORMAT} was ever released, only the new digest)"
    )
