"""Countries, states and postal codes: what the target's picklist calls them, else ISO code or English name."""

from __future__ import annotations

from typing import Any

import pytest
from cleaning_cases import COUNTRY_LABELS, COUNTRY_NAMES, STATES, check, cleaned

from connectors.records import FieldSchema

COUNTRIES = [
    ("Germany", "DE", "Germany"),
    ("germany", "DE", "Germany"),
    ("DE", "DE", "Germany"),
    ("de", "DE", "Germany"),
    ("DEU", "DE", "Germany"),
    ("Deutschland", "DE", "Germany"),
    ("Allemagne", "DE", "Germany"),
    ("Germany (DE)", "DE", "Germany"),
    ("UK", "GB", "United Kingdom"),
    ("U.K.", "GB", "United Kingdom"),
    ("England", "GB", "United Kingdom"),
    ("Great Britain", "GB", "United Kingdom"),
    ("Vereinigtes Königreich", "GB", "United Kingdom"),
    ("USA", "US", "United States"),
    ("U.S.A.", "US", "United States"),
    ("The United States of America", "US", "United States"),
    ("Estados Unidos", "US", "United States"),
    ("États-Unis", "US", "United States"),
    ("Turkey", "TR", "Türkiye"),
    ("TÜRKİYE", "TR", "Türkiye"),
    ("Ivory Coast", "CI", "Côte d'Ivoire"),
    ("Côte d’Ivoire", "CI", "Côte d'Ivoire"),
    ("UAE", "AE", "United Arab Emirates"),
    ("Russia", "RU", "Russia"),
    ("Россия", "RU", "Russia"),
    ("Swaziland", "SZ", "Eswatini"),
    ("Holland", "NL", "Netherlands"),
    ("the Netherlands", "NL", "Netherlands"),
    ("Czech Republic", "CZ", "Czechia"),
    ("South Korea", "KR", "South Korea"),
    ("Korea, Republic of", "KR", "South Korea"),
    ("Viet Nam", "VN", "Vietnam"),
    ("日本", "JP", "Japan"),
    ("مصر", "EG", "Egypt"),
    ("Ελλάδα", "GR", "Greece"),
    ("Bosnia & Herzegovina", "BA", "Bosnia & Herzegovina"),
    ("Kosovo", "XK", "Kosovo"),
    ("Hong Kong", "HK", "Hong Kong"),
    ("Costa Rica", "CR", "Costa Rica"),
    ("CR", "CR", "Costa Rica"),
    ("Georgia", "GE", "Georgia"),
    ("Norge", "NO", "Norway"),
    ("ＤＥ", "DE", "Germany"),
    ("Çin", "CN", "China"),
    ("Irã", "IR", "Iran"),
    ("Polska", "PL", "Poland"),
    ("Schweiz", "CH", "Switzerland"),
    ("Suisse", "CH", "Switzerland"),
    ("الإمارات", "AE", "United Arab Emirates"),
    ("S'pore", "SG", "Singapore"),
]


@pytest.mark.parametrize(("raw", "code", "name"), COUNTRIES)
def test_country(raw: str, code: str, name: str) -> None:
    check("country_code", raw, code, "" if raw == code else "reformatted")
    check("country_name", raw, name, "" if raw == name else "reformatted")


@pytest.mark.parametrize("raw", ["Narnia", "Congo", "Korea", "Europe", "Germany or France", "12345", "EMEA", "ČR"])
def test_what_is_not_one_country(raw: str) -> None:
    check("country_code", raw, None, "unknown_country")
    check("country_name", raw, raw, "unknown_country")
    check("country_name", raw, None, "unknown_country", otherwise="leave_blank")
    check("country_name", raw, None, "unknown_country", target=COUNTRY_LABELS)


@pytest.mark.parametrize(
    ("raw", "target", "value", "reason"),
    [
        ("UK", COUNTRY_LABELS, "GB", "reformatted"),
        ("GB", COUNTRY_LABELS, "GB", ""),
        ("England", COUNTRY_NAMES, "UK", "reformatted"),
        ("United Kingdom", COUNTRY_NAMES, "UK", "reformatted"),
        ("Vereinigte Staaten", COUNTRY_NAMES, "USA", "reformatted"),
        ("KR", COUNTRY_NAMES, "South Korea", "reformatted"),
        ("South Korea", COUNTRY_LABELS, "KR", "reformatted"),
        ("Ivory Coast", COUNTRY_LABELS, "CI", "reformatted"),
        ("Turkey", COUNTRY_LABELS, "TR", "reformatted"),
        ("France", COUNTRY_LABELS, None, "unknown_picklist_value"),
        ("France", COUNTRY_NAMES, None, "unknown_picklist_value"),
    ],
)
def test_the_picklists_word_for_the_country(raw: str, target: FieldSchema, value: str | None, reason: str) -> None:
    check("country_name", raw, value, reason, target=target)
    check("country_code", raw, value, reason, target=target)


STATES_TYPED = [
    ("Bern", "CH", "BE", "Berne"),
    ("Stockholm", "SE", "AB", "Stockholms län"),
    ("Seoul", "KR", "11", "Seoul"),
    ("Friesland", "NL", "FR", "Fryslân"),
    ("Brussels", "BE", "BRU", "Bruxelles-Capitale"),
    ("BE-WAL", "BE", "WAL", "Wallonie"),
    ("Vizcaya", "ES", "BI", "Bizkaia"),
    ("Moscow", "RU", "MOW", "Moskva"),
    ("CABA", "AR", "C", "Ciudad Autónoma de Buenos Aires"),
    ("California", "US", "CA", "California"),
    ("CA", "US", "CA", "California"),
    ("ca", "US", "CA", "California"),
    ("calif.", "US", "CA", "California"),
    ("US-CA", "US", "CA", "California"),
    ("D.C.", "US", "DC", "District of Columbia"),
    ("Washington DC", "US", "DC", "District of Columbia"),
    ("Washington", "US", "WA", "Washington"),
    ("Mass.", "US", "MA", "Massachusetts"),
    ("N.Y.", "US", "NY", "New York"),
    ("State of New York", "US", "NY", "New York"),
    ("Georgia", "US", "GA", "Georgia"),
    ("Tex", "US", "TX", "Texas"),
    ("Québec", "CA", "QC", "Quebec"),
    ("B.C.", "CA", "BC", "British Columbia"),
    ("Ont", "CA", "ON", "Ontario"),
    ("CA", "IT", "CA", "Cagliari"),
    ("Bayern", "DE", "BY", "Bayern"),
    ("Bavaria", "DE", "BY", "Bayern"),
    ("NRW", "DE", "NW", "Nordrhein-Westfalen"),
    ("Baden-Wuerttemberg", "DE", "BW", "Baden-Württemberg"),
    ("Wien", "AT", "9", "Wien"),
    ("Vienna", "AT", "9", "Wien"),
    ("Zürich", "CH", "ZH", "Zürich"),
    ("Geneva", "CH", "GE", "Genève"),
    ("new south wales", "AU", "NSW", "New South Wales"),
    ("Vic", "AU", "VIC", "Victoria"),
    ("Île-de-France", "FR", "IDF", "Île-de-France"),
    ("Catalonia", "ES", "CT", "Catalunya"),
    ("Lombardy", "IT", "25", "Lombardia"),
    ("Maharashtra", "IN", "MH", "Maharashtra"),
    ("São Paulo", "BR", "SP", "São Paulo"),
    ("CDMX", "MX", "CMX", "Ciudad de México"),
    ("Guangdong", "CN", "GD", "Guangdong"),
    ("Co. Dublin", "IE", "D", "Dublin"),
    ("Tokyo", "JP", "13", "Tokyo"),
    ("Noord-Holland", "NL", "NH", "Noord-Holland"),
    ("NA", "IT", "NA", "Napoli"),
    ("Dubai", "AE", "DU", "Dubai"),
    ("Alexandria", "EG", "ALX", "Alexandria"),
    ("Attica", "GR", "I", "Attica"),
    ("NL", "MX", "NLE", "Nuevo León"),
]


@pytest.mark.parametrize(("raw", "region", "code", "name"), STATES_TYPED)
def test_state(raw: str, region: str, code: str, name: str) -> None:
    check("state_code", raw, code, "" if raw == code else "reformatted", region=region)
    check("state_name", raw, name, "" if raw == name else "reformatted", region=region)


@pytest.mark.parametrize(
    ("raw", "region", "value", "reason"),
    [
        ("Bavaria", "DE", "BY", "reformatted"),
        ("Bayern", "DE", "BY", "reformatted"),
        ("NRW", "DE", "NW", "reformatted"),
        ("calif.", "US", "CA", "reformatted"),
        ("WA", "US", "WA", ""),
        ("WA", "AU", "WAU", "reformatted"),
        ("Western Australia", "AU", "WAU", "reformatted"),
        ("Texas", "US", None, "unknown_picklist_value"),
        ("Narnia", "US", None, "unknown_state"),
        ("California", None, None, "unknown_state"),
    ],
)
def test_the_picklists_word_for_the_state(raw: str, region: str | None, value: str | None, reason: str) -> None:
    answer = cleaned("state_name", raw, region=region, target=STATES)
    assert (answer.value, answer.reason) == (value, reason)


@pytest.mark.parametrize(("raw", "region"), [("Narnia", "US"), ("California", None), ("Bavaria", "US")])
def test_what_is_no_state_of_that_country(raw: str, region: str | None) -> None:
    check("state_code", raw, None, "unknown_state", region=region)
    check("state_name", raw, raw, "unknown_state", region=region)


@pytest.mark.parametrize("name", ["country_code", "country_name", "state_code", "state_name"])
@pytest.mark.parametrize("raw", ["n/a", "NA", "-", "xx", "unknown", "None"])
def test_a_filler_is_no_place(name: str, raw: str) -> None:
    check(name, raw, None, "placeholder", region="DE")


POSTAL = [
    ("80331", "DE", "80331", ""),
    ("D-80331", "DE", "80331", "reformatted"),
    ("80331", None, "80331", ""),
    ("8033", "DE", "8033", "unlikely_postal_code"),
    ("95112", "US", "95112", ""),
    ("95112-1234", "US", "95112-1234", ""),
    ("951121234", "US", "95112-1234", "reformatted"),
    ("2139", "US", "2139", "unlikely_postal_code"),
    ("95112.0", "US", "95112", "reformatted"),
    ("SW1A 1AA", "GB", "SW1A 1AA", ""),
    ("sw1a1aa", "GB", "SW1A 1AA", "reformatted"),
    ("M1 1AE", "GB", "M1 1AE", ""),
    ("EC1A-1BB", "GB", "EC1A 1BB", "reformatted"),
    ("k1a0b1", "CA", "K1A 0B1", "reformatted"),
    ("1234ab", "NL", "1234 AB", "reformatted"),
    ("NL-1234 AB", "NL", "1234 AB", "reformatted"),
    ("D02 AF30", "IE", "D02 AF30", ""),
    ("11455", "SE", "114 55", "reformatted"),
    ("00950", "PL", "00-950", "reformatted"),
    ("1000-001", "PT", "1000-001", ""),
    ("1000001", "JP", "100-0001", "reformatted"),
    ("01310100", "BR", "01310-100", "reformatted"),
    ("110 001", "IN", "110001", "reformatted"),
    ("A-1010", "AT", "1010", "reformatted"),
    ("1010", "AT", "1010", ""),
    ("75008", "FR", "75008", ""),
    ("F-75008", "FR", "75008", "reformatted"),
    ("abc", "XX", "ABC", "reformatted"),
    ("123 456", None, "123 456", ""),
    ("n/a", "DE", None, "not_a_postal_code"),
    ("-----", None, None, "not_a_postal_code"),
    ("London", "GB", "LONDON", "unlikely_postal_code"),
    (95112, "US", "95112", ""),
    (95112.0, "US", "95112", ""),
]


@pytest.mark.parametrize(("raw", "region", "value", "reason"), POSTAL)
def test_postal_code(raw: Any, region: str | None, value: str | None, reason: str) -> None:
    check("postal_code", raw, value, reason, region=region)


def test_a_town_is_no_short_form_of_a_state() -> None:
    assert cleaned("state_code", "Kent", region="US").value is None
    assert cleaned("state_code", "Ken.", region="US").value == "KY"
    assert cleaned("state_code", "Kent", region="GB").value == "KEN"
