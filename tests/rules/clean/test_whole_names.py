"""A whole name in the field for the first one is parted where the address bears it out, and nowhere else."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bridge.facts import Known, combine
from bridge.whole_names import told_apart
from connectors.records import Record

PARTED = [
    ("Élise Mercier", "elise.mercier@oliviernoel.fr", ("Élise", "Mercier")),
    ("Freja Nyström", "freja.nystrom@firma.se", ("Freja", "Nyström")),
    ("Jürgen Müller", "j.mueller@firma.de", ("Jürgen", "Müller")),
    ("João da Silva", "joao.dasilva@firma.pt", ("João", "da Silva")),
    ("JOÃO DA SILVA", "silva@firma.pt", ("JOÃO", "DA SILVA")),
    ("Jorge García Márquez", "jorge.garciamarquez@firma.mx", ("Jorge", "García Márquez")),
    ("Jean-Luc Aubert", "jeanluc.aubert@firma.fr", ("Jean-Luc", "Aubert")),
    ("Hassan Haddad", "haddad.hassan@firma.ae", ("Hassan", "Haddad")),
    ("O'Connor, Siobhan", "siobhan.oconnor@firma.ie", ("Siobhan", "O'Connor")),
    ("Иван Петров", "petrov@firma.kz", ("Иван", "Петров")),
    ("Anna Maria", "anna@firma.de", None),
    ("Anna Maria", "info@firma.de", None),
    ("Anna Li", "anna.li@firma.de", None),
    ("Anna", "anna.schmidt@firma.de", None),
    ("Anna Schmidt", "", None),
]


@pytest.mark.parametrize(("typed", "email", "parted"), PARTED)
def test_a_whole_name_is_parted_where_the_address_bears_it_out(
    typed: str, email: str, parted: tuple[str, str] | None
) -> None:
    assert told_apart(typed, "", email) == parted


def test_a_last_name_that_is_there_stays() -> None:
    assert told_apart("Élise Mercier", "Blanc", "elise.mercier@firma.fr") is None


def test_it_is_parted_before_anything_is_decided() -> None:
    values = {"firstname": "Élise Mercier", "email": "elise.mercier@firma.fr"}
    contact = Record("hubspot", "contact", "1", values, datetime(2026, 11, 20, tzinfo=UTC))
    found = combine(Known("lb-1", (contact,), None, None, (), ())).values
    assert (found["firstname"], found["lastname"]) == ("Élise", "Mercier")
