"""Signatures as people have them below what they ask: folded from the closing words on, whatever their language; what is asked stays."""

from __future__ import annotations

from time import process_time

import pytest

from bridge.stages.clean.conversations import conversation

GERMAN = (
    "Bitte um R&uuml;ckruf.<br><br>Mit freundlichen Gr&uuml;&szlig;en<br>Hans Heyde<br>Gesch&auml;ftsf&uuml;hrer<br>Heyde GmbH &amp; Co. KG"
    "<br>Tel.: 089 12345678"
    "<br>Amtsgericht M&uuml;nchen HRB 12345<br>Diese E-Mail enth&auml;lt vertrauliche Informationen."
)
SIGNED = [
    (GERMAN, "Bitte um Rückruf.", 7),
    ("Passt.\n\nViele Grüße aus Köln\n\nMax Huber\nEinkauf\nAcme GmbH", "Passt.", 4),
    ("Merci de rappeler.\n\nCordialement,\n\nPierre LEFÈVRE\nAchats\n12 rue de la Paix", "Merci de rappeler.", 4),
    ("Necesitamos una demo.\n\nUn saludo,\n\nMª Carmen García\nVega Export, S.L.", "Necesitamos una demo.", 3),
    ("Vorremmo un preventivo.\n\nCordiali saluti\nGiovanni D'Angelo\nTel 06 69812345", "Vorremmo un preventivo.", 3),
    ("Preciso de uma demo.\n\nAtenciosamente,\nJosé\nSouza Ltda.", "Preciso de uma demo.", 3),
    ("Kan ni ringa?\n\nMed vänlig hälsning\nBjörn\nÅkerström AB", "Kan ni ringa?", 3),
    ("Kan dere ringe?\n\nMvh\nOla\nNordmann AS", "Kan dere ringe?", 3),
    ("Graag een demo.\n\nMet vriendelijke groet,\nJan\nJansen BV", "Graag een demo.", 3),
    ("Proszę o kontakt.\n\nPozdrawiam,\nŁukasz\ntel. 22 123 45 67", "Proszę o kontakt.", 3),
    ("Прошу связаться.\n\nС уважением,\nИван\nООО Ромашка", "Прошу связаться.", 3),
    (
        "デモをお願いします。\n\n━━━━━━━━━━\n山田電機株式会社\n山田 太郎\nTEL: 03-3456-7890\n━━━━━━━━━━",
        "デモをお願いします。",
        5,
    ),
    ("Call me.\n\nKind regards,\nAnn Ames\nAcme Inc\nM: +1 415 555 0132\nwww.acme.com", "Call me.", 5),
    ("Call me.\n\nRegards,\nAnn\nAcme Inc\nThis e-mail is confidential and meant for you only.", "Call me.", 4),
    ("Call me.\n\nCONFIDENTIALITY NOTICE: This message is for the recipient only.", "Call me.", 1),
    ("Call me.\n\nThis e-mail and any attachments are confidential.", "Call me.", 1),
]


@pytest.mark.parametrize(("typed", "asked", "lines"), SIGNED)
def test_a_signature_is_folded_from_its_closing_words_on(typed: str, asked: str, lines: int) -> None:
    assert conversation(typed) == f"{asked}\n[signature: {lines} {'line' if lines == 1 else 'lines'}]"


@pytest.mark.parametrize(
    "text",
    [
        "Best regards,\nMax",
        "Call me.\n\nBest regards,\nMax",
        "Thanks,\nwe need\n20 seats\nand a price",
        "Danke,\nwir brauchen\n20 Plätze",
        "Call me.\n\nRegards,\nMax\nCan you do Tuesday?",
        "Call me.\n\nRegards,\nMax\nWe need:\n- seats\n- a price",
        "Wir suchen:\n==========\nein ERP\nein CRM",
        "Requirements:\n----------\nSSO, SCIM\nQuestions to ann@acme.com",
        "Hello\n\nKind regards,\nAnn Ames\nCEO\n\nAlso: what is the price for 500 users",
        "We compared\nAtt\nVerizon\nT-Mobile\nand need a quote",
        "Hi\nCheers\ncan you call me\nabout 300 seats",
        "Regards to the team, and a question about your confidentiality notice.",
    ],
)
def test_what_is_asked_is_no_signature(text: str) -> None:
    assert conversation(text) == text


def test_an_afterthought_stays() -> None:
    typed = "Call me.\n\nKind regards,\nAnn\nAcme Inc\n\nP.S. Our budget is 40,000."
    assert conversation(typed) == "Call me.\n[signature: 3 lines]\nP.S. Our budget is 40,000."


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        (
            "ありがとうございます。\n\n2026年11月2日(月) 9:14 Mia Ray <mia@x.example>:\n> 火曜日は",
            "ありがとうございます。",
        ),
        ("Sopii.\n\nma 2. marrask. 2026 klo 9.14 Mia Ray <mia@x.example> kirjoitti:\n\n> Tiistaina", "Sopii."),
        ("Подходит.\n\nпн, 2 нояб. 2026 г. в 09:14, Mia Ray <mia@x.example>:\n> Вторник", "Подходит."),
    ],
)
def test_quoted_mail_is_known_by_who_wrote_it_in_any_language(typed: str, shown: str) -> None:
    assert conversation(typed) == f"{shown}\n[earlier messages: 2 lines]"


@pytest.mark.parametrize("line", ["1\n", "ab\n-----\n", "Best regards,\n"])
def test_a_pasted_column_of_thousands_of_lines_takes_no_longer_for_each_of_them(line: str) -> None:
    began = process_time()
    conversation(line * 5000)
    assert process_time() - began < 5
