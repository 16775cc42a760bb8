"""Which language somebody is likely to speak, and from where that is known."""

from __future__ import annotations

import pytest

from bridge.stages.clean.languages import code_of, of_country, of_text, spoken

TEXTS = {
    "en": "Hello, we are looking for a solution to manage our orders. Would you please call me this week?",
    "de": "Guten Tag, wir suchen eine Lösung für unsere Bestellungen. Bitte rufen Sie mich an, ich habe Fragen.",
    "fr": "Bonjour, nous cherchons une solution pour nos commandes. Pouvez-vous me rappeler dans la semaine ? Merci.",
    "es": "Hola, buscamos una solución para los pedidos de nuestra empresa. Por favor, llámenos esta semana. Gracias.",
    "it": "Buongiorno, cerchiamo una soluzione per gli ordini della nostra azienda, vorrei una demo. Grazie.",
    "pt": "Olá, gostaria de uma demonstração para a nossa empresa, não temos um sistema. Obrigado, por favor ligue.",
    "nl": "Hallo, wij zoeken een oplossing voor onze bestellingen, kunnen jullie mij bellen? Ik heb een vraag over het product.",
}


@pytest.mark.parametrize("language", TEXTS)
def test_a_text_tells_its_language(language: str) -> None:
    assert of_text(TEXTS[language]) == language


@pytest.mark.parametrize("text", ["", "Demo", "SAP S/4 HANA ERP", "デモをお願いします", "asdf qwer", "Bitte / please"])
def test_a_text_that_says_too_little_tells_nothing(text: str) -> None:
    assert of_text(text) == ""


@pytest.mark.parametrize(
    ("told", "wrote", "country", "language", "source"),
    [
        ("fr-ca", TEXTS["en"], "DE", "fr", "their language in HubSpot"),
        ("", TEXTS["en"], "DE", "en", "what they wrote"),
        ("", "Demo", "DE", "de", "their country"),
        ("zz-nonsense", "", "BR", "pt", "their country"),
        ("", "", "CH", "", ""),
        ("", "", "", "", ""),
        ("", "", "not a country", "", ""),
    ],
)
def test_what_is_told_counts_first(told: str, wrote: str, country: str, language: str, source: str) -> None:
    assert spoken(told, wrote, country) == (language, source)


def test_codes_and_countries() -> None:
    assert [code_of(text) for text in ("de", "de_AT", "pt-br", "nb", "English", "Français", "", "??")] == [
        "de", "de", "pt", "no", "en", "fr", "", "",
    ]  # fmt: skip
    assert [of_country(code) for code in ("DE", "US", "JP", "BE", "CA", "IN", "LU", "XX")] == [
        "de", "en", "ja", "", "en", "", "", "",
    ]  # fmt: skip
