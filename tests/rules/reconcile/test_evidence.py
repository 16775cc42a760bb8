"""Evidence beside name and domain: phones, states, web addresses, contacts' domains; and who is told apart by it."""

from dataclasses import replace

import pytest
from reconcile_world import ACCOUNTS, fillers

from bridge.decisions import Outcome
from bridge.stages.reconcile import MemoryDirectory, Probe, account_rows, domains_of_contacts, match_accounts
from bridge.stages.reconcile.domains import domain_of_website, web_words
from bridge.stages.reconcile.phones import phone_digits

TWIN = Probe("1", company="Meridian Partners", email="a@gmail.com", country="US", city="Austin")
MORE = {
    "twin-a": {"phone": "+1 (512) 555-0142", "state": "Texas"},
    "twin-b": {"phone": "+1 512 555 0199", "state": "Minnesota"},
    "ifae": {"website": "https://www.uab.cat/recerca/ifae"},
}


@pytest.fixture(scope="module")
def world() -> MemoryDirectory:
    """The small world with phones, states and a longer web address."""
    entries = [replace(entry, **MORE.get(entry.id, {})) for entry in ACCOUNTS]
    return MemoryDirectory(account_rows([*entries, *fillers()]))


@pytest.mark.parametrize(
    ("probe", "account"),
    [
        (replace(TWIN, phone="512.555.0142 ext. 7"), "twin-a"),
        (replace(TWIN, phone="001 512 5550199"), "twin-b"),
        (Probe("1", company="IFAE", email="a@gmail.com", country="ES", city="Barcelona"), "ifae"),
    ],
    ids=["phone", "the other's phone", "named in the web address"],
)
def test_what_tells_two_apart(world: MemoryDirectory, probe: Probe, account: str) -> None:
    match = match_accounts([probe], world)[0]
    assert (match.outcome, match.id) == (Outcome.link, account), match.sentence


def test_without_it_they_are_a_tie(world: MemoryDirectory) -> None:
    match = match_accounts([TWIN], world)[0]
    assert match.outcome is Outcome.review
    assert "two_close_accounts" in match.vetoes
    assert match.runner_up in {"twin-a", "twin-b"} - {match.id}


def test_a_state_puts_one_of_them_first(world: MemoryDirectory) -> None:
    matches = match_accounts([replace(TWIN, state=state) for state in ("TEXAS", "Minnesota")], world)
    assert [match.id for match in matches] == ["twin-a", "twin-b"]
    assert not any("two_close_accounts" in match.vetoes for match in matches)


def test_a_phone_stands_in_the_waterfall(world: MemoryDirectory) -> None:
    match = match_accounts([replace(TWIN, phone="+1 512 555 0142")], world)[0]
    phone = next(part for part in match.evidence if part.name == "phone")
    assert phone.weight > 1
    assert "same phone number" in match.sentence


@pytest.mark.parametrize(
    ("typed", "digits"),
    [
        ("+49 (0)30 901820", "30901820"),
        ("030 / 90 18 20", "30901820"),
        ("+1 617 555 0142 x12", "75550142"),
        ("110", ""),
        ("0000000000", ""),
        ("", ""),
    ],
)
def test_the_telling_digits_of_a_phone(typed: str, digits: str) -> None:
    assert phone_digits(typed) == digits


@pytest.mark.parametrize(
    ("website", "words"),
    [
        ("https://cerco.cnrs.fr", ("cerco",)),
        ("https://curie.fr/unite/umr3664", ("unite", "umr3664")),
        ("http://www.acme.io/index.html?x=1", ()),
        ("https://us2b.univ-nantes.fr/en", ("us2b",)),
    ],
)
def test_what_a_web_address_says_besides_its_domain(website: str, words: tuple[str, ...]) -> None:
    assert web_words(website, domain_of_website(website)) == words


@pytest.mark.parametrize(
    ("emails", "website", "domains"),
    [
        (["a@acme.io", "b@acme.io"], "https://acme.com", ("acme.io",)),
        (["a@acme.io"], "https://acme.com", ()),
        (["a@acme.io"], "", ("acme.io",)),
        (["a@acme.com", "b@mail.acme.com"], "https://acme.com", ()),
        (["a@gmail.com", "b@gmail.com", "c@mailinator.com"], "", ()),
        ([f"{i}@acme.com" for i in range(20)] + ["a@agency.com", "b@agency.com"], "", ("acme.com",)),
        (["nonsense", ""], "", ()),
    ],
    ids=["two share one", "one guest", "no website", "their own", "providers", "an agency", "no addresses"],
)
def test_the_domains_of_an_accounts_contacts(emails: list[str], website: str, domains: tuple[str, ...]) -> None:
    assert domains_of_contacts(emails, website) == domains
