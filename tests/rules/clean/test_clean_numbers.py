"""Numbers and money: exact, with their sign and size, never guessed from a point or comma that may be either."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from cleaning_cases import check, cleaned

from connectors.records import FieldSchema

D = Decimal
MONEY: list[tuple[Any, Decimal | None, str, dict[str, Any]]] = [
    ("1200", D(1200), "", {}),
    (" 1200 ", D(1200), "", {}),
    ("-1200", D(-1200), "", {}),
    ("1200-", D(-1200), "", {}),
    ("−1200", D(-1200), "", {}),
    ("(1,200.00)", D("-1200.00"), "", {}),
    ("(1200)", D(-1200), "", {}),
    ("+5", D(5), "", {}),
    ("0", D(0), "", {}),
    ("0.1", D("0.1"), "", {}),
    (".5", D("0.5"), "", {}),
    ("1234.56", D("1234.56"), "", {}),
    ("1234,56", D("1234.56"), "", {}),
    ("1,234.56", D("1234.56"), "", {}),
    ("1.234,56", D("1234.56"), "", {}),
    ("1,234,567", D(1234567), "", {}),
    ("1.234.567", D(1234567), "", {}),
    ("1 234 567,89", D("1234567.89"), "", {}),
    ("1'234'567.89", D("1234567.89"), "", {}),
    ("1\u00a0234\u202f567", D(1234567), "", {}),
    ("12,34,567.89", D("1234567.89"), "", {}),
    ("0.125", D("0.125"), "", {}),
    ("1.234", None, "ambiguous_number", {}),
    ("1,234", None, "ambiguous_number", {}),
    ("1,234", D(1234), "", {"locale": "en"}),
    ("1,234", D("1.234"), "", {"locale": "de"}),
    ("1.234", D(1234), "", {"locale": "de"}),
    ("0.500", None, "ambiguous_number", {"locale": "de"}),
    ("0,500", None, "ambiguous_number", {"locale": "en"}),
    ("0,500", D("0.500"), "", {"locale": "de"}),
    ("1.234", D(1234), "", {"locale": "de_DE"}),
    ("1.234", D("1.234"), "", {"locale": "machine"}),
    ("1.5", D("1.5"), "", {"locale": "machine"}),
    ("1.234,56", None, "ambiguous_number", {"locale": "en"}),
    ("10k", D(10000), "multiplier_read", {}),
    ("1.5M", D(1500000), "multiplier_read", {}),
    ("1,5 Mio.", D(1500000), "multiplier_read", {}),
    ("2 million", D(2000000), "multiplier_read", {}),
    ("3bn", D(3000000000), "multiplier_read", {}),
    ("2 Mrd", D(2000000000), "multiplier_read", {}),
    ("$1,200.50", D("1200.50"), "currency_read", {}),
    ("1.200,50 €", D("1200.50"), "currency_read", {}),
    ("EUR 5000", D(5000), "currency_read", {}),
    ("5000 usd", D(5000), "currency_read", {}),
    ("-$5", D(-5), "currency_read", {}),
    ("($1,200.00)", D("-1200.00"), "currency_read", {}),
    ("$1.5M", D(1500000), "multiplier_read", {}),
    ("£ 50", D(50), "currency_read", {"currency": "GBP"}),
    ("£ 50", None, "other_currency", {"currency": "EUR"}),
    ("R$ 1.200,50", D("1200.50"), "currency_read", {}),
    ("A$500", D(500), "currency_read", {"currency": "AUD"}),
    ("A$500", None, "other_currency", {"currency": "USD"}),
    ("$5,000.00 USD", D(5000), "currency_read", {}),
    ("€5.000,00 EUR", D(5000), "currency_read", {}),
    ("€5.000,00 USD", None, "not_a_number", {}),
    ("$500", D(500), "currency_read", {"currency": "CAD"}),
    ("$500", None, "other_currency", {"currency": "EUR"}),
    ("500,-", D(500), "", {}),
    ("500.–", D(500), "", {}),
    ("5.000,-- €", D(5000), "currency_read", {"locale": "de"}),
    ("-500,-", D(-500), "", {}),
    ("5 mil", None, "ambiguous_number", {}),
    ("5 mil", D(5000000), "multiplier_read", {"locale": "en"}),
    ("5 mil", D(5000), "multiplier_read", {"locale": "pt_BR"}),
    ("2 billion", D(2000000000), "multiplier_read", {"locale": "en"}),
    ("2 billion", D(2000000000), "multiplier_read", {}),
    ("2 billion", None, "ambiguous_number", {"locale": "de"}),
    ("2 billions", None, "ambiguous_number", {"locale": "fr_FR"}),
    ("2 bn", D(2000000000), "multiplier_read", {"locale": "de"}),
    ("5 10", None, "ambiguous_number", {}),
    ("2024 2025", None, "ambiguous_number", {}),
    ("5'11", None, "ambiguous_number", {}),
    ("5, 10", None, "ambiguous_number", {}),
    ("50-100", None, "number_range", {}),
    ("50 - 100k", None, "number_range", {}),
    ("$50k to $100k", None, "number_range", {}),
    (">1000", None, "number_range", {}),
    ("1000+", None, "number_range", {}),
    ("~500", None, "number_range", {}),
    ("free", None, "not_a_number", {}),
    ("\U00010d43", None, "not_a_number", {}),  # a digit newer than Python 3.11 to 3.13
    ("n/a", None, "not_a_number", {}),
    ("1e5", None, "not_a_number", {}),
    ("12 34 apples", None, "not_a_number", {}),
    ("1.2.3,4,5", None, "ambiguous_number", {}),
    ("0x10", None, "not_a_number", {}),
    ("nan", None, "not_a_number", {}),
    ("inf", None, "not_a_number", {}),
    (True, None, "not_a_number", {}),
    (1200, D(1200), "", {}),
    (0.1, D("0.1"), "", {}),
    (1e15, D("1E+15"), "", {}),
    (D("1.234"), D("1.234"), "", {}),
    (float("nan"), None, "not_a_number", {}),
    (float("inf"), None, "not_a_number", {}),
    ("1" * 19, None, "number_too_big", {}),
    ("9" * 5000, None, "too_long", {}),
]


@pytest.mark.parametrize(("raw", "value", "reason", "options"), MONEY)
def test_money(raw: Any, value: Decimal | None, reason: str, options: dict[str, Any]) -> None:
    answer = cleaned("money", raw, options=options)
    assert (answer.value, answer.reason) == (value, reason)
    assert answer.value is None or type(answer.value) is Decimal


@pytest.mark.parametrize(("raw", "value", "reason", "options"), MONEY)
def test_decimal_is_read_alike(raw: Any, value: Decimal | None, reason: str, options: dict[str, Any]) -> None:
    answer = cleaned("decimal", raw, options=options)
    assert (answer.value, answer.reason) == (value, reason)


INTEGERS: list[tuple[Any, int | None, str]] = [
    ("42", 42, ""),
    (" 42 ", 42, ""),
    ("-42", -42, ""),
    ("0", 0, ""),
    ("007", 7, ""),
    ("42.0", 42, ""),
    ("42,00", 42, ""),
    ("1,234,567", 1234567, ""),
    ("1 234", 1234, ""),
    ("(42)", -42, ""),
    ("10k", 10000, "multiplier_read"),
    ("1.5k", 1500, "multiplier_read"),
    ("2 million", 2000000, "multiplier_read"),
    ("2147483647", 2147483647, ""),
    ("-2147483647", -2147483647, ""),
    (42, 42, ""),
    (42.0, 42, ""),
    (D("42.00"), 42, ""),
    ("٤٢", 42, ""),
    ("42.5", None, "not_a_whole_number"),
    ("0.1", None, "not_a_whole_number"),
    (0.5, None, "not_a_whole_number"),
    ("1.23456k", None, "not_a_whole_number"),
    ("1,234", None, "ambiguous_number"),
    ("1.234", None, "ambiguous_number"),
    ("50-100", None, "number_range"),
    ("11-50 employees", None, "number_range"),
    ("500+", None, "number_range"),
    ("2147483648", None, "number_too_big"),
    ("many", None, "not_a_number"),
    ("n/a", None, "not_a_number"),
    ("1.0.0", None, "ambiguous_number"),
    (True, None, "not_a_number"),
    ([1, 2], None, "not_a_number"),
    ({"n": 1}, None, "not_text"),
]


@pytest.mark.parametrize(("raw", "value", "reason"), INTEGERS)
def test_integer(raw: Any, value: int | None, reason: str) -> None:
    check("integer", raw, value, reason)


@pytest.mark.parametrize(
    ("raw", "precision", "scale", "value", "reason"),
    [
        ("1234.56", 18, 2, D("1234.56"), ""),
        ("1234.5", 18, 2, D("1234.5"), ""),
        ("1234.565", 18, 2, D("1234.57"), "rounded"),
        ("-0.005", 18, 2, D("-0.01"), "rounded"),
        ("1234.56", 18, 0, D("1235"), "rounded"),
        ("1234.000", 18, 0, D("1234"), ""),
        ("9999999999999999.99", 18, 2, D("9999999999999999.99"), ""),
        ("9999999999999999.995", 18, 2, None, "number_too_big"),
        ("10000", 6, 2, None, "number_too_big"),
        ("9999.99", 6, 2, D("9999.99"), ""),
    ],
)
def test_a_number_fits_the_digits_of_its_field(
    raw: str, precision: int, scale: int, value: Decimal | None, reason: str
) -> None:
    target = FieldSchema("Amount", "Amount", "currency", precision=precision, scale=scale)
    answer = cleaned("money", raw, target=target, options={"locale": "en"})
    assert (answer.value, answer.reason) == (value, reason)


def test_rounding_can_be_refused() -> None:
    target = FieldSchema("Amount", "Amount", "currency", precision=18, scale=2)
    assert cleaned("money", "1.005", target=target, options={"locale": "en", "round": False}).value is None


def test_the_currency_is_told() -> None:
    assert "EUR" in cleaned("money", "1.200,50 €").note
    assert "1500000" in cleaned("money", "1.5M").note


def test_tenths_add_up() -> None:
    assert cleaned("money", "0.1").value + cleaned("money", "0.2").value == D("0.3")


def test_a_percentage_is_no_amount() -> None:
    check("money", "5%", None, "not_a_number")
    check("decimal", "5%", D(5), "")
