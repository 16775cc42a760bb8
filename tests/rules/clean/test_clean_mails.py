"""Notes and mails as people paste them: from Outlook, Gmail, Apple Mail, Word and chats. Each text is what somebody who reads it should see."""

from __future__ import annotations

import pytest
import regex

from bridge.stages.clean.conversations import conversation, plain
from bridge.stages.clean.notes import looks_like_html


def gmail(text: str, above: str, quoted: str) -> str:
    """A reply as Gmail makes it."""
    quote = f'<blockquote class="gmail_quote" style="margin:0 0 0 .8ex">{quoted}</blockquote>'
    return f'<div dir="ltr">{text}</div><br><div class="gmail_quote"><div dir="ltr" class="gmail_attr">{above}<br></div>{quote}</div>'


def outlook(text: str, head: str, quoted: str) -> str:
    """A reply as Outlook makes it; `head`: its lines, a bar between them."""
    bold = "<br>".join(f"<b>{line.replace(':', ':</b>', 1)}" for line in head.split("|"))
    line = '<div style="border:none;border-top:solid #E1E1E1 1.0pt">'
    told = f"<p class=MsoNormal>{text}<o:p></o:p></p>{line}<p class=MsoNormal>{bold}<o:p></o:p></p></div>"
    return f"<div class=WordSection1>{told}<p class=MsoNormal>{quoted}<o:p></o:p></p></div>"


PIXEL = '<img src="https://track.example/o.gif?u=81723" width="1" height="1" alt="" style="display:none">'
ONE, TWO, THREE, FOUR, FIVE = (
    f"\n[earlier messages: {number} line{'s' if number > 1 else ''}]" for number in range(1, 6)
)

HISTORY = [
    (
        gmail(
            "Thursday works.",
            "On Mon, Nov 16, 2026 at 10:00 AM Tom Ray &lt;<a href='mailto:tom@x.example'>tom@x.example</a>&gt; wrote:",
            "When?",
        ),
        "Thursday works." + TWO,
    ),
    (
        gmail("Passt.", "Am Mo., 16. Nov. 2026 um 10:00 Uhr schrieb Tom Ray &lt;tom@x.example&gt;:", "Wann?"),
        "Passt." + TWO,
    ),
    (
        gmail("D'accord.", "Le lun. 16 nov. 2026 à 10:00, Tom Ray &lt;tom@x.example&gt; a écrit&nbsp;:", "Quand ?"),
        "D'accord." + TWO,
    ),
    (
        gmail("Vale.", "El lun, 16 nov 2026 a las 10:00, Tom Ray (&lt;tom@x.example&gt;) escribió:", "¿Cuándo?"),
        "Vale." + TWO,
    ),
    (
        gmail(
            "Va bene.", "Il giorno lun 16 nov 2026 alle ore 10:00 Tom Ray &lt;tom@x.example&gt; ha scritto:", "Quando?"
        ),
        "Va bene." + TWO,
    ),
    (
        gmail("Combinado.", "Em seg., 16 de nov. de 2026 às 10:00, Tom Ray &lt;tom@x.example&gt; escreveu:", "Quando?"),
        "Combinado." + TWO,
    ),
    (gmail("Prima.", "Op ma 16 nov 2026 om 10:00 schreef Tom Ray &lt;tom@x.example&gt;:", "Wanneer?"), "Prima." + TWO),
    (
        gmail("Det går bra.", "Den mån 16 nov. 2026 kl 10:00 skrev Tom Ray &lt;tom@x.example&gt;:", "När?"),
        "Det går bra." + TWO,
    ),
    (
        gmail("Pasuje.", "pon., 16 lis 2026 o 10:00 Tom Ray &lt;tom@x.example&gt; napisał(a):", "Kiedy?"),
        "Pasuje." + TWO,
    ),
    (
        "Works.\n\nOn Mon, 16 Nov 2026 at 10:00, Thomas Alexander Raymond <tom@x.example>\nwrote:\n> When?",
        "Works." + THREE,
    ),
    ("Gut.\n\nAm 16.11.26 um 10:00 schrieb Tom Ray:\n> Wann?\n>\n> Gruß", "Gut." + FOUR),
    (
        outlook(
            "Yes, please.",
            "From: Tom Ray &lt;tom@x.example&gt;|Sent: Monday, 16 November 2026 10:00|To: Ann|Subject: Price",
            "Shall I send a price?",
        ),
        "Yes, please." + FIVE,
    ),
    (
        outlook(
            "Ja, gerne.",
            "Von: Tom Ray|Gesendet: Montag, 16. November 2026 10:00|An: Anna|Betreff: Preis",
            "Soll ich einen Preis senden?",
        ),
        "Ja, gerne." + FIVE,
    ),
    (
        outlook(
            "Oui.",
            "De&nbsp;: Tom Ray|Envoyé&nbsp;: lundi 16 novembre 2026 10:00|À&nbsp;: Anne|Objet&nbsp;: Prix",
            "Un prix ?",
        ),
        "Oui." + FIVE,
    ),
    (
        outlook(
            "Sí.", "De: Tom Ray|Enviado: lunes, 16 de noviembre de 2026 10:00|Para: Ana|Asunto: Precio", "¿Un precio?"
        ),
        "Sí." + FIVE,
    ),
    (
        outlook("Sì.", "Da: Tom Ray|Inviato: lunedì 16 novembre 2026 10:00|A: Anna|Oggetto: Prezzo", "Un prezzo?"),
        "Sì." + FIVE,
    ),
    (
        outlook(
            "Graag.", "Van: Tom Ray|Verzonden: maandag 16 november 2026 10:00|Aan: Anna|Onderwerp: Prijs", "Een prijs?"
        ),
        "Graag." + FIVE,
    ),
    (
        outlook("Gärna.", "Från: Tom Ray|Skickat: den 16 november 2026 10:00|Till: Anna|Ämne: Pris", "Ett pris?"),
        "Gärna." + FIVE,
    ),
    (
        "Ok.\n________________________________\nFrom: Tom\nSent: Monday\nTo: Ann\nSubject: Price\n\nPrice?",
        "Ok." + FIVE.replace("5", "6"),
    ),
    (
        "FYI\n\n---------- Forwarded message ---------\nFrom: Tom\nDate: Mon\nSubject: Price\n\nWe want 40 seats.",
        "FYI" + FIVE,
    ),
    ("Zur Info\n-----Ursprüngliche Nachricht-----\nVon: Tom\nWir wollen 40 Plätze.", "Zur Info" + THREE),
    ("<p>Yes</p><blockquote><p>No?</p><blockquote><p>Maybe?</p></blockquote></blockquote>", "Yes\n\nNo?\n\nMaybe?"),
    ("Yes\n> No?\n>> Maybe?\n>>> Why?", "Yes" + THREE),
    ("> Price?\n40 a seat.\n> From when?\nMonday.", "> Price?\n40 a seat.\n> From when?\nMonday."),
]

SIGNED = [
    ("<p>Call me.</p><p>--&nbsp;<br>Max Huber<br>Acme GmbH</p>", "Call me.\n[signature: 3 lines]"),
    ("<div>Call me.</div><div><br></div><div>Sent from my iPhone</div>", "Call me.\n[signature: 1 line]"),
    ("Call me.\n\nSent from my Samsung Galaxy smartphone.", "Call me.\n[signature: 1 line]"),
    ("Call me.\n\nGet Outlook for iOS", "Call me.\n[signature: 1 line]"),
    (
        '<p>Call me.</p><p>Get <a href="https://aka.ms/o0ukef">Outlook for Android</a></p>',
        "Call me.\n[signature: 1 line]",
    ),
    ("Rufen Sie an.\n\nVon meinem iPad gesendet", "Rufen Sie an.\n[signature: 1 line]"),
    ("Rufen Sie an.\n\nHolen Sie sich Outlook für iOS", "Rufen Sie an.\n[signature: 1 line]"),
    ("Appelez-moi.\n\nEnvoyé de mon iPhone", "Appelez-moi.\n[signature: 1 line]"),
    ("Appelez-moi.\n\nTélécharger Outlook pour Android", "Appelez-moi.\n[signature: 1 line]"),
    ("Llámeme.\n\nEnviado desde mi iPhone", "Llámeme.\n[signature: 1 line]"),
    ("Llámeme.\n\nObtener Outlook para iOS", "Llámeme.\n[signature: 1 line]"),
    ("Chiamatemi.\n\nInviato da iPhone", "Chiamatemi.\n[signature: 1 line]"),
    ("Ligue-me.\n\nEnviado do meu iPhone", "Ligue-me.\n[signature: 1 line]"),
    ("Bel mij.\n\nVerstuurd vanaf mijn iPhone", "Bel mij.\n[signature: 1 line]"),
    ("Ring mig.\n\nSkickat från min iPhone", "Ring mig.\n[signature: 1 line]"),
    ("We sent from my office two parcels.", "We sent from my office two parcels."),
    ("Get Outlook for iOS users to talk to us.", "Get Outlook for iOS users to talk to us."),
    ("Best regards,\nMax", "Best regards,\nMax"),
    ("A -- B\n--- three\n-- \nMax", "A -- B\n--- three\n[signature: 2 lines]"),
    ("Thanks\n-- \nMax\n\nOn Mon, Nov 16, 2026 at 10:00 AM Tom wrote:\n> Hi", "Thanks\n[signature: 2 lines]" + TWO),
]

WORD = [
    (
        '<p class="MsoNormal"><span style="font-family:&quot;Calibri&quot;,sans-serif">Two plants<o:p></o:p></span></p>',
        "Two plants",
    ),
    (
        "<!--[if gte mso 9]><xml><o:OfficeDocumentSettings></o:OfficeDocumentSettings></xml><![endif]--><p>Two plants</p>",
        "Two plants",
    ),
    (
        "<p class=MsoListParagraph>·&nbsp;&nbsp;&nbsp;SAP</p><p class=MsoListParagraph>·&nbsp;&nbsp;&nbsp;Oracle</p>",
        "· SAP\n\n· Oracle",
    ),
    ("<style>@font-face{font-family:Calibri}p.MsoNormal{margin:0}</style><p>Two plants</p>", "Two plants"),
    (
        '<html xmlns:o="urn:x"><head><meta charset="utf-8"><title>Mail</title></head><body lang=DE><p>Zwei Werke</p></body></html>',
        "Zwei Werke",
    ),
    ("<p>First<o:p>&nbsp;</o:p></p><p><o:p>&nbsp;</o:p></p><p>Second</p>", "First\n\nSecond"),
    ('<span lang="EN-US">Two</span><span> plants</span>', "Two plants"),
    ("“Two” plants – and ‘more’ …", "“Two” plants – and ‘more’ …"),
    ("<p>in<b>ter</b>national</p>", "international"),
    ("<p>soft&shy;ware</p>", "software"),
    ("<p>one&#8203;two</p>", "onetwo"),
    ("<p>a<br></p><p>b<br></p>", "a\n\nb"),
]

SHAPES = [
    (
        "<ul><li>SAP<ul><li>ECC</li><li>S/4</li></ul></li><li>Oracle</li></ul>",
        "  * SAP\n    * ECC\n    * S/4\n  * Oracle",
    ),
    ("<ol><li>Price<ul><li>net</li></ul></li><li>Date</li></ol>", "  1. Price\n    * net\n  2. Date"),
    ("<ul><li><p>one</p></li><li><p>two</p></li></ul>", "  * one\n  * two"),
    (
        "<p>We need</p><ol><li>a price</li><li>a date</li></ol><p>Thanks</p>",
        "We need\n\n  1. a price\n  2. a date\n\nThanks",
    ),
    ("<dl><dt>Seats</dt><dd>40</dd><dt>Sites</dt><dd>2</dd></dl>", "Seats\n40\nSites\n2"),
    (
        "<table><thead><tr><th>Site</th><th>Seats</th></tr></thead><tbody>"
        "<tr><td>Ulm</td><td>25</td></tr><tr><td>Bonn</td><td>15</td></tr></tbody></table>",
        "Site | Seats\nUlm | 25\nBonn | 15",
    ),
    ("<table><tr><td><p>a</p><p>b</p></td><td>c</td></tr></table>", "a b | c"),
    ("<p>Before</p><table><tr><td>x</td><td>y</td></tr></table><p>After</p>", "Before\n\nx | y\n\nAfter"),
    ("<pre>SELECT 1\n  FROM x</pre>", "SELECT 1\n  FROM x"),
    ("<p>Use <code>/api/v2</code> please</p>", "Use /api/v2 please"),
    ("<p>10<sup>2</sup> m<sup>2</sup></p>", "10² m²"),
    ("<p>one</p><hr><p>two</p>", "one\n\ntwo"),
    ("<h1>Call</h1><p>Good.</p><h3>Next</h3><p>Offer.</p>", "Call\n\nGood.\n\nNext\n\nOffer."),
    ("<div><div><div>deep</div></div></div><div>next</div>", "deep\nnext"),
    ("one<br><br>two", "one\n\ntwo"),
    ("one<br><br><br><br>two", "one\n\ntwo"),
    ("<p>one<br>two</p>", "one\ntwo"),
    ("<p>  much   room  </p>", "much room"),
    ("<details><summary>More</summary>Text</details>", "More\nText"),
    ("<select><option>Red</option><option>Blue</option></select>", "Red\nBlue"),
    ("- one\n- two\n  - three", "- one\n- two\n  - three"),
    ("1) one\r\n2) two", "1) one\n2) two"),
    ("• SAP\n• Oracle", "• SAP\n• Oracle"),
    ("a\tb", "a b"),
]

LINKS = [
    ('See <a href="https://acme.example/price">prices</a>.', "See prices (https://acme.example/price)."),
    ('<a href="tel:+49309018">030 9018</a>', "030 9018 (tel:+49309018)"),
    ('<a href="mailto:a@acme.example">Anna</a>', "Anna (mailto:a@acme.example)"),
    ('<a href="#top">Top</a>', "Top"),
    ('<a href="">Nothing</a>', "Nothing"),
    ('<a href="vbscript:x">Press</a>', "Press"),
    (f"<p>Hello</p>{PIXEL}", "Hello"),
    (f"{PIXEL}<p>Hello</p>{PIXEL}<p>you</p>", "Hello\n\nyou"),
    ('<p>Hello</p><img src="cid:image001.png@01D" alt="Acme logo">', "Hello"),
    (
        '<a href="https://x.example/u"><img src="https://x.example/i.png"></a><p>Hello</p>',
        "https://x.example/u\n\nHello",
    ),
    ("https://acme.example/?a=1&b=2&copy=3", "https://acme.example/?a=1&b=2&copy=3"),
    ("Look: https://acme.example/a_b-c~d", "Look: https://acme.example/a_b-c~d"),
]

SIGNS = [
    ("Müller &amp; S&ouml;hne", "Müller & Söhne"),
    ("5 &euro; &times; 3 &ge; 10 &pound;", "5 € × 3 ≥ 10 £"),
    ("&#8364;5 &#x20AC;6", "€5 €6"),
    ("caf&eacute; &laquo;&nbsp;Nord&nbsp;&raquo;", "café « Nord »"),
    ("Tom &lt;tom@acme.example&gt;", "Tom <tom@acme.example>"),
    ("R&D and Q&A", "R&D and Q&A"),
    ("a &bogusentity; b", "a &bogusentity; b"),
    ("price<100 & seats>5", "price<100 & seats>5"),
    ("<p>1 < 2 and 3 > 2</p>", "1 < 2 and 3 > 2"),
    ("<p>مرحبا، نريد <b>سعرا</b></p><p>שלום</p>", "مرحبا، نريد سعرا\n\nשלום"),
    ('<div dir="rtl"><p>שלום, <b>40</b> משתמשים</p></div>', "שלום, 40 משתמשים"),
    ("<p>見積もりを<br>お願いします。</p>", "見積もりを\nお願いします。"),
    ("<p>안녕하세요 <i>견적</i></p>", "안녕하세요 견적"),
    ("<p>สวัสดี</p><p>नमस्ते</p>", "สวัสดี\n\nनमस्ते"),
    ("<p>Цена &mdash; 5&nbsp;000 ₽</p>", "Цена — 5 000 ₽"),
    ("<p>👍🏽 🇩🇪 👩‍💻 ❤️</p>", "👍🏽 🇩🇪 👩‍💻 ❤️"),
    ("<p>&#128077; &#x1F468;</p>", "👍 👨"),
    ("<p>e\u0301te\u0301</p>", "été"),
    ("<p>ﬁrst oﬀer</p>", "ﬁrst oﬀer"),
    ("<b>40</b>% of <i>€</i>5k", "40% of €5k"),
]

EVERYTHING = [*HISTORY, *SIGNED, *WORD, *SHAPES, *LINKS, *SIGNS]


@pytest.mark.parametrize(("raw", "shown"), EVERYTHING)
def test_it_reads_as_it_was_meant(raw: str, shown: str) -> None:
    text = conversation(raw)
    assert text == shown
    assert conversation(text) == text
    typed = "&" in raw and "<" not in raw
    assert typed or "<" in shown or "&" in shown or not looks_like_html(text)


@pytest.mark.parametrize(("raw", "shown"), HISTORY)
def test_what_is_folded_is_to_be_had(raw: str, shown: str) -> None:
    folded = regex.search(r"\[earlier messages: (\d+)", shown)
    hidden = int(folded[1]) if folded else 0
    assert (
        sum(bool(line.strip()) for line in plain(raw).split("\n")) - len(shown.split("\n\n")[0].split("\n"))
        <= hidden + 2
    )
