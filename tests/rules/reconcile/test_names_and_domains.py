"""Names in their one form, domains that identify, places by any name."""

import tracemalloc

import pytest

from bridge.decisions import Outcome
from bridge.stages.reconcile import Probe, group_organisations
from bridge.stages.reconcile.domains import domain_of_email, domain_of_website
from bridge.stages.reconcile.lead_profile import lead_profile
from bridge.stages.reconcile.names import names_of, typed_names_of
from bridge.stages.reconcile.places import country_code
from bridge.stages.reconcile.words import core, forms_of, is_garbage, mistyped, words_of


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("Guangzhou Ruoyuchen Technology Co.,Ltd.", "guangzhou ruoyuchen technology"),
        ("S.p.A. Foo", "foo"),
        ("PT Bank Central Asia Tbk", "bank central asia"),
        ("Universität Greifswald", "university greifswald"),
        ("University of New South Wales", "university new south wales"),
        ("温州医科大学", "wenzhou medical university"),
        ("AT&T", "att"),
        ("St. Mary's Hospital", "saint marys hospital"),
        ("Öko-Institut e.V.", "oko institute"),
        ("Co", "co"),
        ("Inc", "inc"),
        ("Acme Inc. (US)", "acme us"),
        ("OOO Romashka", "romashka"),
        ("ООО Ромашка", "romashka"),
        ("Toyota Kabushiki Kaisha", "toyota"),
        ("Kabushiki Kaisha Toyota", "toyota"),
        ("株式会社トヨタ", "toyota"),
        ("Aktiebolaget Volvo", "volvo"),
        ("Волгоградский государственный университет", "volgograd state university"),
        ("Universitätsklinikum Heidelberg", "university hospital heidelberg"),
        ("Universitetssykehus Stavanger", "university hospital stavanger"),
        ("Uniklinik Köln", "university clinic cologne"),
        ("Universitätsspital Zürich", "university hospital zurich"),
        ("Stadt Köln", "city cologne"),
        ("Stadtwerke Köln GmbH", "city works cologne"),
        ("Forschungszentrum Jülich", "research center julich"),
    ],
)
def test_the_words_that_carry_identity(typed: str, expected: str) -> None:
    assert " ".join(core(words_of(typed))) == expected


def test_acronyms_with_and_without_small_words() -> None:
    assert forms_of(words_of("University of New South Wales"))[2] == ("uonsw", "unsw")


@pytest.mark.parametrize(
    "typed",
    [
        "n/a", "-", "self-employed", "Student", "asdf", "xxx", "1234", "", "no company", "[not provided]", "Prefer not to say",
        "Freelance Consultant", "Stealth Startup", "Privatperson", "個人事業主", "자영업", "TBC", "nessuna",
        "Gmail", "gmail.com", "Keine Angabe", "Einzelunternehmer", "asdfasdf",
        "Freiberufler", "selbstständig", "Indépendant", "libero professionista", "osoba prywatna", "autônomo", "zzp'er", "öğrenci",
        "безработный", "フリーランス", "Software Engineer", "Geschäftsführer", "GmbH", "Universität", "Krankenhaus", "Bank",
    ],
)  # fmt: skip
def test_garbage(typed: str) -> None:
    assert is_garbage(typed)


@pytest.mark.parametrize(
    "typed",
    [
        "3M",
        "J&J",
        "1&1",
        "Personal Finance AG",
        "Self Storage Ltd",
        "AT&T",
        "X5 Retail",
        "Startup Genome",
        "Teacher Retirement System",
        "Ohne Grenzen e.V.",
        "Bank of America",
        "Charité",
        "Founders Fund",
        "Krankenhaus Buchholz",
    ],
)
def test_not_garbage(typed: str) -> None:
    assert not is_garbage(typed)


@pytest.mark.parametrize(
    ("website", "name"),
    [
        ("HTTP://Www.Foo.co.uk/x?y", "foo.co.uk"),
        ("www1.wdr.de", "wdr.de"),
        ("foo.example.com:8080/a", "example.com"),
        ("https://münchen.de", "xn--mnchen-3ya.de"),
        ("http//www.foo.com", "foo.com"),
        ("https://http://foo.com/x", "foo.com"),
        (r"http:\\foo.com", "foo.com"),
        ("info@foo.com", "foo.com"),
        ("http.cat", "http.cat"),
    ],
)
def test_registrable_domain(website: str, name: str) -> None:
    domain = domain_of_website(website)
    assert domain is not None
    assert domain.name == name


@pytest.mark.parametrize("website", ["", "none", "192.168.1.1", "localhost", "http://", "co.uk"])
def test_no_domain(website: str) -> None:
    assert domain_of_website(website) is None


@pytest.mark.parametrize(
    ("email", "shared"),
    [
        ("a@gmail.com", "mail_provider"),
        ("a@mailinator.com", "disposable"),
        ("a@acme.io", ""),
        ("a@vodafone.de", "mail_provider"),
        ("a@sfr.fr", "mail_provider"),
    ],
)
def test_shared_domains_identify_nobody(email: str, shared: str) -> None:
    domain = domain_of_email(email)
    assert domain is not None
    assert domain.shared == shared


@pytest.mark.parametrize(
    "email", ["jo@acme.io; jo@gmail.com", "jo@acme.io,ann@other.com", "jo@@acme.io", "Jo <jo@acme.io>, x@gmail.com"]
)
def test_of_several_addresses_the_first_counts(email: str) -> None:
    domain = domain_of_email(email)
    assert domain is not None
    assert domain.name == "acme.io"


@pytest.mark.parametrize("company", ["www.acme.io", "Acme.io", "https://acme.io/", "jo@acme.io"])
def test_a_web_address_typed_as_company_is_the_leads_domain(company: str) -> None:
    typed = Probe("1", email="jo@gmail.com", company=company)
    assert [domain.name for domain in lead_profile(typed).domains] == ["acme.io"]
    elsewhere = Probe("1", email="jo@other.com", company=company)
    assert [domain.name for domain in lead_profile(elsewhere).domains] == ["other.com"]


@pytest.mark.parametrize("company", ["gmail.com", "St. Marys", "Acme Inc.", "A.B", "jo@gmail.com", "acme.netlify.app"])
def test_other_companies_are_no_web_address(company: str) -> None:
    assert lead_profile(Probe("1", company=company)).domains == ()


@pytest.mark.parametrize(
    "website",
    [
        "https://acme.netlify.app",
        "acme.github.io",
        "acme.myshopify.com/pages",
        "acme.uk.com",
        "sites.google.com/acme",
        "acme.jimdosite.com",
        "acme.onmicrosoft.com",
        "linktr.ee/acme",
    ],
)
def test_a_site_on_somebody_elses_domain_identifies_nobody(website: str) -> None:
    domain = domain_of_website(website)
    assert domain is not None
    assert domain.shared == "site_host"


@pytest.mark.parametrize("website", ["https://www.netlify.app", "rub.de", "agh.krakow.pl", "acme.co.uk"])
def test_whose_domain_it_is_is_not_forgotten(website: str) -> None:
    domain = domain_of_website(website)
    assert domain is not None
    assert not domain.shared


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("AGIC Corporaiton", "AGIC Corporation"),
        ("Thorn Group Limitesd", "Thorn Group Limited"),
        ("Taxfix GnbH", "Taxfix GmbH"),
        ("Kasetsart Univeristy", "Kasetsart University"),
        ("Ubiversidade Federal do Pará", "Universidade Federal do Pará"),
        ("Institute of eMdicine", "Institute of Medicine"),
        ("Jackson Labortory", "Jackson Laboratory"),
    ],
)
def test_a_well_known_word_with_one_typing_error_is_that_word(typed: str, meant: str) -> None:
    assert names_of(typed)[0][0].words == names_of(meant)[0][0].words


@pytest.mark.parametrize(
    "name",
    ["Generali", "Rational", "Columbia", "Collage", "Medicare", "Technos", "Americana", "Capitol", "Medica"],
)
def test_a_name_that_looks_like_a_well_known_word_is_left_alone(name: str) -> None:
    assert mistyped(name.lower()) == ""


@pytest.mark.parametrize(
    ("typed", "named"),
    [
        ("Department of Physics, Yale University, New Haven, USA", "Yale University"),
        ("[Dept. of Chemistry, University of Kashan, Kashan, Iran]", "University of Kashan"),
        (
            "Department of Biomedical Engineering, University of California, Davis, USA",
            "University of California Davis",
        ),
        ("Department of Clinical Research, CHU Rouen, Rouen, France", "CHU Rouen"),
        ("Theory Group, Microsoft Research, Redmond", "Microsoft Research"),
    ],
)
def test_an_address_names_the_organisation_somewhere(typed: str, named: str) -> None:
    assert names_of(named)[0][0].squash in {name.squash for name in typed_names_of(typed)[0]}


def test_the_country_behind_an_address_in_brackets_is_read() -> None:
    assert typed_names_of("[Dept. of Chemistry, University of Kashan, Kashan, Iran]")[1] == "IR"


@pytest.mark.parametrize(
    ("website", "name", "label"),
    [
        ("agh.krakow.pl", "agh.krakow.pl", "agh"),
        ("https://www.agh.krakow.pl/en", "agh.krakow.pl", "agh"),
        ("mail.agh.krakow.pl", "agh.krakow.pl", "agh"),
        ("csu.ac.ru", "csu.ac.ru", "csu"),
        ("cue.edu.krd", "cue.edu.krd", "cue"),
        ("uj.edu.pl", "uj.edu.pl", "uj"),
        ("www.krakow.pl", "krakow.pl", "krakow"),
        ("ras.ru", "ras.ru", "ras"),
    ],
)
def test_below_a_city_or_a_ministry_each_has_a_domain_of_its_own(website: str, name: str, label: str) -> None:
    domain = domain_of_website(website)
    assert domain is not None
    assert (domain.name, domain.label, domain.shared) == (name, label, "")


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("United Kingdom", "GB"),
        ("Deutschland", "DE"),
        ("South Korea", "KR"),
        ("日本", "JP"),
        ("Großbritannien", "GB"),
        ("United States (US)", "US"),
        ("Stati Uniti d'America", "US"),
        ("Hrvatska", "HR"),
        ("대한민국", "KR"),
        ("US", "US"),
        ("Narnia", ""),
    ],
)
def test_countries(typed: str, code: str) -> None:
    assert country_code(typed) == code


@pytest.mark.parametrize(
    ("probe", "key"),
    [
        (Probe("1", email="a@mail.acme.io", company="Acme"), "domain:acme.io"),
        (Probe("1", email="a@gmail.com", company="Acme Inc.", country="United States"), "name:acme:US"),
        (Probe("1", email="a@gmail.com", company="ACME", country="US"), "name:acme:US"),
        (Probe("1", email="a@gmail.com", website="https://acme.io"), "domain:acme.io"),
        (Probe("1", email="a@gmail.com", company="n/a"), None),
        (Probe("1", email="a@gmail.com", company="Freiberufler", country="DE"), None),
        (Probe("1", email="a@gmail.com", company="ex-IBM", country="US"), None),
    ],
)
def test_organisations_without_an_account(probe: Probe, key: str | None) -> None:
    match = group_organisations([probe])[0]
    assert match.id == key
    assert (match.outcome is Outcome.link) == (key is not None)


def test_a_picture_pasted_as_company_costs_its_length() -> None:
    """Leaving out each letter of a word takes its length squared: of one megabyte, all memory."""
    tracemalloc.start()
    names, _ = typed_names_of("iVBORw0KGgo" * 1_000)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert len(names) == 1
    assert peak < 10_000_000
