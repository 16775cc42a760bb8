"""Near misses, one line each: what was typed, and the account it must be linked to, must be asked about, or must not be linked to."""

import math

import pytest
from reconcile_world import ACCOUNTS, fillers

from bridge.decisions import Match, Outcome
from bridge.index_rows import Ruling
from bridge.stages.reconcile import AccountEntry, MemoryDirectory, Probe, account_rows, fingerprint, match_accounts

LINKED = """
domain              | Acme Inc                           | jo@acme.io            | US |           | acme
no company          |                                    | jo@acme.io            |    |           | acme
subdomain           |                                    | jo@mail.acme.io       |    |           | acme
typed as address    | www.acme.io                        | jo@gmail.com          |    |           | acme
legal form          | Acme Corp                          | jo@gmail.com          | US |           | acme
capitals            | ACME                               | jo@acme.io            |    |           | acme
disposable, named   | Acme Corporation                   | jo@mailinator.com     | US | Boston    | acme
New carries meaning | University of New South Wales      | a@gmail.com           | AU |           | unsw
without New         | University of South Wales          | a@gmail.com           | GB |           | usw
short form          | Uni of New South Wales             | a@unsw.edu.au         | AU |           | unsw
acronym             | UNSW                               | a@gmail.com           | AU | Sydney    | unsw
translated          | Technical University of Munich     | a@gmail.com           | DE | Munich    | munich
half translated     | TU München                         | a@tum.de              | DE |           | munich
German              | Ludwig-Maximilians-Universität München | a@gmail.com       | DE |           | lmu
Chinese             | 温州医科大学                        | a@qq.com              | CN | Wenzhou   | wenzhou
Russian             | Волгоградский государственный университет | a@mail.ru      | Russia |       | volgograd
Arabic              | شركة نفط الكويت                    | a@aol.com             | KW | Al Ahmadi | kuwait
Japanese            | 公益社団法人日本木材保存協会          | a@mokuzaihozon.org    | Japan |        | jogmec
shared, by country  | Samsung                            | a@samsung.com         | US |           | samsung-us
shared, by name     | Samsung Electronics                | a@samsung.com         | Germany |      | samsung-de
country in brackets | Samsung (South Korea)              | a@gmail.com           | KR |           | samsung-kr
shared, by city     | Dongshin Naju Hospital             | a@dsuoh.co.kr         | KR | Naju      | dsuoh-2
shared, named       | u.s. army aviation center of excellence | a@army.mil       |    |           | army
acronym, India      | NCPOR                              | a@gmail.com           | India |        | ncpor
acronym and domain  | KNBS                               | a@knbs.or.ke          | KE |           | knbs
alias gives domain  | Institut de Fisica d'Altes Energies | a@gmail.com          | ES | Barcelona | ifae
plc                 | Halfords Group Ltd                 | a@gmail.com           | GB |           | halfords
lower case          | halfords group                     | a@halfordscompany.com |    |           | halfords
Limited             | QAF Ltd                            | a@gmail.com           | SG |           | qaf
AB (publ)           | Eltel                              | a@gmail.com           | SE |           | eltel
Co.,Ltd.            | Guangzhou Ruoyuchen                | a@qq.com              | CN |           | ruoyuchen
ligatures           | Maersk                             | a@maersk.com          | DK |           | maersk
initials            | A.P. Moller Maersk                 | a@gmail.com           | Denmark |      | maersk
PT … Tbk            | Bank Central Asia                  | a@gmail.com           | ID |           | bca
umlaut              | Oeko-Institut                      | a@oeko.de             |    |           | oko
letters exchanged   | Rijkswtaerstaat                    | a@gmail.com           | NL | Utrecht   | rijkswaterstaat
two typing errors   | Obihirio Kyikai Hospital           | a@gmail.com           | JP | Obihiro   | obihiro
only telling word   | McKendere University               | a@gmail.com           | US |           | mckendree
an address          | Department of Physics, Yale University, New Haven, CT | a@gmail.com | |      | yale
longer sibling      | Sony Music                         | a@gmail.com           | US |           | sony-music
shorter sibling     | Sony                               | a@sony.com            |    |           | sony
West, not East      | Western Laboratories               | a@gmail.com           | US | Denver    | westlab
a contact's domain  |                                    | a@globex-old.com      |    |           | globex
former name         | Globodyne                          | a@gmail.com           | US |           | globex
ampersand           | AT&T                               | a@att.com             |    |           | att
digits              | 3M                                 | a@gmail.com           | US |           | 3m
AS is a word here   | AS Roma                            | a@gmail.com           | IT | Rome      | asroma
Saint, by city      | St Marys Hospital                  | a@gmail.com           | US | Madison   | mary
Saint, by country   | Saint Mary's Hospital              | a@gmail.com           | GB | London    | mary-gb
"""

ASKED = """
three on one domain | | a@samsung.com | |
two on one domain, same country | | a@dsuoh.co.kr | KR |
army.mil says nothing | | a@army.mil | US |
twins | Meridian Partners | a@gmail.com | US | Austin
namesakes, no place | St Mary's Hospital | a@gmail.com | |
"""

NOT_LINKED = """
garbage that is an account's name | Personal | a@gmail.com | AR |
n/a | n/a | a@gmail.com | |
self | self-employed | a@gmail.com | US |
student | student | a@yahoo.com | |
dash | - | a@yahoo.com | |
same letter | xxx | a@yahoo.com | |
digits only | 12345 | a@yahoo.com | |
a provider that is an account | | a@btinternet.com | GB |
freemail alone | | a@gmail.com | |
disposable alone | | a@mailinator.com | |
same name elsewhere | Cochrane | a@gmail.com | KR | Seoul
same core, other country | Capita plc | a@gmail.com | United Kingdom | London
same name, own domain elsewhere | Philadelphia University | a@philadelphia.edu.jo | JO | Amman
North is not West | Northern Laboratories | a@gmail.com | US | Denver
common words only | Amber Coral University | a@gmail.com | GB |
unknown company | Initech | a@initech.com | US |
"""


def cases(table: str) -> list[object]:
    """One case a line: a label and its cells."""
    lines = [[cell.strip() for cell in line.split("|")] for line in table.strip().splitlines()]
    return [pytest.param(*cells, id=label) for label, *cells in lines]


def ask(directory: MemoryDirectory, company: str, email: str, country: str, city: str, **more: str) -> Match:
    """The match of one lead."""
    return match_accounts([Probe("lead", company=company, email=email, country=country, city=city, **more)], directory)[
        0
    ]


@pytest.mark.parametrize(("company", "email", "country", "city", "account"), cases(LINKED))
def test_linked_without_asking(
    directory: MemoryDirectory, company: str, email: str, country: str, city: str, account: str
) -> None:
    match = ask(directory, company, email, country, city)
    assert (match.outcome, match.id) == (Outcome.link, account), match.sentence


@pytest.mark.parametrize(("company", "email", "country", "city"), cases(ASKED))
def test_ties_are_for_a_person(directory: MemoryDirectory, company: str, email: str, country: str, city: str) -> None:
    match = ask(directory, company, email, country, city)
    assert match.outcome is Outcome.review, match.sentence
    assert set(match.vetoes) & {"two_close_accounts", "shared_domain", "namesakes"}
    assert match.runner_up


@pytest.mark.parametrize(("company", "email", "country", "city"), cases(NOT_LINKED))
def test_never_linked(directory: MemoryDirectory, company: str, email: str, country: str, city: str) -> None:
    assert ask(directory, company, email, country, city).outcome is not Outcome.link


def test_website_is_evidence_whatever_stands_behind_it(directory: MemoryDirectory) -> None:
    match = ask(directory, "", "jo@gmail.com", "", "", website="HTTPS://WWW.Acme.io/contact?utm_source=x")
    assert (match.outcome, match.id) == (Outcome.link, "acme")


@pytest.mark.parametrize("below", ["netlify.app", "uk.com", "github.io"])
def test_neighbours_on_a_domain_that_is_lent_out_are_strangers(below: str) -> None:
    rows = account_rows([AccountEntry("tenant", "Larkspur Tools", f"https://larkspur.{below}"), *ACCOUNTS, *fillers()])
    other = Probe("1", email="jo@gmail.com", website=f"https://quarry.{below}")
    assert match_accounts([other], MemoryDirectory(rows))[0].outcome is Outcome.none


def test_hubspots_company_record_is_evidence(directory: MemoryDirectory) -> None:
    match = ask(directory, "", "jo@gmail.com", "US", "", hubspot_company_domain="acme.io", hubspot_company_name="Acme")
    assert (match.outcome, match.id) == (Outcome.link, "acme")


def test_the_sentence_names_domain_name_and_place(directory: MemoryDirectory) -> None:
    assert ask(directory, "Acme Inc", "jo@acme.io", "US", "").sentence == (
        "Matched to ACME Corporation: same web domain (acme.io, used by no other account), same name, same country."
    )


def test_a_namesake_in_another_country_is_not_called_unlike(directory: MemoryDirectory) -> None:
    match = ask(directory, "Cochrane", "a@gmail.com", "KR", "Seoul")
    assert match.sentence == "No account fits; the nearest, Cochrane, is in another country."


def test_the_waterfall_adds_up_to_the_score(directory: MemoryDirectory) -> None:
    match = ask(directory, "Samsung Electronics", "a@samsung.com", "Germany", "")
    total = sum(part.weight for part in match.evidence)
    assert 1 / (1 + math.exp(-total)) == pytest.approx(match.score, abs=0.001)
    domain = next(part for part in match.evidence if part.name == "web domain")
    assert (domain.ours, domain.theirs) == ("samsung.com", "samsung.com")


def test_alone_or_in_a_batch_the_answer_is_the_same(directory: MemoryDirectory) -> None:
    lines = [line.split("|") for line in LINKED.strip().splitlines()]
    probes = [
        Probe(str(i), company=c[1].strip(), email=c[2].strip(), country=c[3].strip()) for i, c in enumerate(lines)
    ]
    together = match_accounts(probes, directory)
    alone = [match_accounts([probe], directory)[0] for probe in probes]
    assert [(m.outcome, m.id, m.sentence) for m in together] == [(m.outcome, m.id, m.sentence) for m in alone]
    assert [m.score for m in together] == pytest.approx([m.score for m in alone], abs=1e-4)


@pytest.mark.parametrize(
    "typed",
    ["jane doe@acme.io", "jane.doe @acme.io", "jane.doe@ acme.io", "jane.doe(at)acme.io", "jane [at] acme.io",
     "jane@acme.io (work)", "jane@acme.io, Jane"],
)  # fmt: skip
def test_an_address_typed_with_blanks_or_words_says_its_domain(typed: str) -> None:
    directory = MemoryDirectory(account_rows([*ACCOUNTS, *fillers()]))
    match = match_accounts([Probe("1", email=typed)], directory)[0]
    assert (match.outcome, match.id, match.reason) == (Outcome.link, "acme", "same_domain"), match.sentence


def test_a_company_typed_as_an_address_with_a_blank_says_its_domain() -> None:
    directory = MemoryDirectory(account_rows([*ACCOUNTS, *fillers()]))
    match = match_accounts([Probe("1", email="jane@gmail.com", company="jane doe@acme.io")], directory)[0]
    assert (match.outcome, match.id, match.reason) == (Outcome.link, "acme", "same_domain"), match.sentence


@pytest.mark.parametrize("company", ["Sales @ Acme.io Fans", "Look@Me Media Ltd.", "Dr @ Home"])
def test_an_at_in_a_companys_name_is_no_address(company: str) -> None:
    directory = MemoryDirectory(account_rows([*ACCOUNTS, *fillers()]))
    match = match_accounts([Probe("1", email="jane@gmail.com", company=company)], directory)[0]
    assert match.reason != "same_domain", match.sentence


def test_what_a_person_said_is_never_asked_again() -> None:
    rows = list(account_rows([*ACCOUNTS, *fillers()]))
    tie = Probe("1", company="Meridian Partners", email="a@gmail.com", country="US", city="Austin")
    sure = Probe("2", company="Acme Inc", email="jo@acme.io", country="US")
    said = {fingerprint(tie): [Ruling("twin-b", True)], fingerprint(sure): [Ruling("acme", False)]}
    one, other = match_accounts([tie, sure], MemoryDirectory(rows, said))
    assert (one.outcome, one.id, one.reason) == (Outcome.link, "twin-b", "confirmed")
    assert other.id != "acme"


def test_what_a_person_said_of_nobodys_company_holds_for_that_lead_alone() -> None:
    rows = list(account_rows([*ACCOUNTS, *fillers()]))
    asked = Probe("1", company="self-employed", email="bob@gmail.com", country="US")
    others = [
        Probe("2", company="n/a", email="carol@gmail.com", country="US"),
        Probe("3", email="dave@yahoo.com", country="US"),
        Probe("4", company="self-employed", email="erin@gmail.com", country="US"),
    ]
    said = {fingerprint(asked): [Ruling("acme", True)]}
    one, *rest = match_accounts([asked, *others], MemoryDirectory(rows, said))
    assert (one.id, one.reason) == ("acme", "confirmed")
    assert [match.outcome for match in rest] == [Outcome.none] * 3, rest


def test_what_a_person_said_of_a_name_that_many_towns_have_holds_in_that_town() -> None:
    rows = list(account_rows([*ACCOUNTS, *fillers()]))
    madison = Probe("1", company="St. Mary's Hospital", email="a@gmail.com", country="US", city="Madison")
    same = Probe("2", company="Saint Mary's Hospital", email="b@gmail.com", country="US", city="Madison")
    elsewhere = Probe("3", company="St. Mary's Hospital", email="c@gmail.com", country="US", city="Evansville")
    said = {fingerprint(madison): [Ruling("acme", True)]}
    one, other = match_accounts([same, elsewhere], MemoryDirectory(rows, said))
    assert (one.id, one.reason) == ("acme", "confirmed")
    assert other.reason != "confirmed"


def test_an_empty_directory_answers_none() -> None:
    match = match_accounts([Probe("1", company="Acme", email="a@acme.io")], MemoryDirectory([]))[0]
    assert (match.outcome, match.reason) == (Outcome.none, "no_candidate")
